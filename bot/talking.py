"""`kehoach chat`: one talk in this terminal, through the same inbox, turns and outbox as every other channel."""

import asyncio

import structlog

import texts
from bot.channels.terminal import Terminal
from bot.failures import OperatorError
from bot.installation import ensure_office
from bot.office import FrontOffice, open_front_office
from bot.settings import Settings
from domain.people import Role
from domain.vietnamese import fold

log = structlog.get_logger()

LEAVING = frozenset({"thoat", "exit", "quit"})


async def talk(settings: Settings, role: str) -> None:
    """Talk until the person leaves. `role` is empty for a citizen, else the role of someone on the staff list."""
    if role and role not in list(Role):
        raise OperatorError("cli.bad_role", text=role, roles=", ".join(Role))
    account = role or str(Role.CITIZEN)
    terminal = Terminal(account=f"local:{account}")
    front = await open_front_office(settings, [terminal])
    try:
        office = await ensure_office(front.storage, settings)
        await _sit_down(front, role, f"local:{account}")
        await front.bring_up_to_date()
        await front.start()
        print(texts.say("cli.chat.welcome", office=office.name or settings.kehoach_home.name))  # noqa: T201
        while (raw := await terminal.listen()) is not None and fold(str(raw["text"])) not in LEAVING:
            await front.reception.accept(terminal.name, [(terminal.update_id(raw), raw)])
            await _until_answered(front)
    finally:
        await front.close()


async def _sit_down(front: FrontOffice, role: str, account: str) -> None:
    if not role or role == Role.CITIZEN:
        return
    async with front.storage.writing() as records:
        for office in await records.offices.all():
            for person in await records.people.of_office(office.id):
                if person.role == role:
                    await records.people.bind(person.id, "terminal", account, account)
                    return
    raise OperatorError("cli.chat.nobody", role=role)


async def _until_answered(front: FrontOffice) -> None:
    while True:
        async with front.storage.reading() as records:
            unread = await records.inbox.counts(("terminal",))
            unsent = await records.outbox.counts(("terminal",))
        if not unread.get("new") and not any(unsent.get(state) for state in ("pending", "sending", "unknown")):
            return
        await asyncio.sleep(0.02)
