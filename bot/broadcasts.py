"""What the administrator has colleagues told from the command line, as in chat: prepared, sent, shown, taken back."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from bot.failures import OperatorError
from bot.telling import first_account
from domain.colleagues import people_called
from domain.notices import Call, CallKind
from domain.people import Office, Person, Role
from domain.rights import may_write_in_quiet_hours, may_write_to
from domain.vietnamese import fold
from handlers.audience import people_meant
from handlers.call_states import STATES, call_states, take_back
from handlers.calls import LONGEST, parts_of, send_call, without_account, words_of
from handlers.moments import OfficeHours, office_hours
from handlers.turn import Told
from storage import Repositories


@dataclass(frozen=True, slots=True)
class Prepared:
    """An announcement before it is sent: by whom, to whom, and in the words they will read."""

    author: Person
    to: tuple[Person, ...]
    homeless: tuple[Person, ...]
    parts: dict[str, Any]
    words: str
    hours: OfficeHours


async def prepare(
    records: Repositories, office: Office, text: str, audience: str, author: str, *, emergency: bool
) -> Prepared:
    """The announcement ready to be sent. Raises OperatorError where it is unclear who sends it, or to whom."""
    if not text.strip():
        raise OperatorError("cli.call.no_words")
    if len(text) > LONGEST:
        raise OperatorError("cli.call.too_long", most=LONGEST)
    staff = await records.people.of_office(office.id)
    sender = _sender(staff, author)
    meant = people_meant(fold(audience), staff, await records.people.units(office.id), sender)
    to = tuple(p for p in meant.people if p.id != sender.id)
    if not to:
        raise OperatorError("cli.call.nobody", words=audience)
    if not all(may_write_to(sender, p) for p in to) or (emergency and not may_write_in_quiet_hours(sender)):
        raise OperatorError("cli.call.not_allowed", author=sender.name)
    parts = parts_of(CallKind.ANNOUNCEMENT, to, text.strip(), emergency=emergency)
    homeless = tuple(await without_account(records, office.id, to))
    hours = await office_hours(records, office.id)
    return Prepared(sender, to, homeless, parts, words_of(parts, sender.name, to[0].name), hours)


def _sender(staff: Any, author: str) -> Person:
    """Who sends it: the person named, else the office's one administrator."""
    found = people_called(author, staff) if author else [p for p in staff if p.role is Role.ADMINISTRATOR]
    if len(found) != 1:
        raise OperatorError("cli.call.which_author")
    sender: Person = found[0]
    return sender


async def send(records: Repositories, prepared: Prepared, now: datetime) -> Call:
    """Keep the announcement and enter a notice for each reader; the server sends them."""
    return await send_call(records, prepared.author, prepared.parts, prepared.to, now, prepared.hours)


async def call_of(records: Repositories, office: Office, number: int) -> Call:
    """The office's call of this number. Raises OperatorError."""
    call = await records.calls.get(number)
    if call is None or call.office_id != office.id:
        raise OperatorError("cli.call.unknown", number=number)
    return call


async def as_row(records: Repositories, call: Call) -> dict[str, Any]:
    """The call as JSON values, with how many of its readers stand where."""
    staff = await records.people.of_office(call.office_id)
    states = list((await call_states(records, call, staff)).values())
    author = await records.people.get(call.author_id)
    return {
        "id": call.id,
        "kind": str(call.kind),
        "emergency": call.emergency,
        "author": author.name if author else "",
        "at": call.at.isoformat(),
        "due": call.due.isoformat() if call.due else None,
        "text": call.text,
        "people": len(call.audience),
        "states": {state: states.count(state) for state in STATES if state in states},
        "withdrawn_at": call.withdrawn_at.isoformat() if call.withdrawn_at else None,
    }


async def withdraw(records: Repositories, office: Office, number: int, now: datetime) -> tuple[int, int]:
    """Take a call back in its author's name: how many are spared it, how many are told. Raises OperatorError."""
    call = await call_of(records, office, number)
    author = await records.people.get(call.author_id)
    taken = await take_back(records, call, author, now) if author is not None else None
    if taken is None:
        raise OperatorError("cli.call.withdrawn_before", number=number)
    spared, told = taken
    for each in told:
        await _tell(records, office, each, now)
    return spared, len(told)


async def _tell(records: Repositories, office: Office, told: Told, now: datetime) -> None:
    account = await first_account(records, told.person_id or 0)
    if account is None:
        return
    await records.outbox.queue(
        channel=account.channel,
        chat_id=account.chat_id,
        reply=told.reply,
        key=f"told:{told.key}:0",
        now=now,
        cause="told",
        office_id=office.id,
    )
