"""Shows people what is kept of them, gives them a copy, and forgets them when they ask and confirm."""

import re
from datetime import datetime, timedelta

import texts
from domain.blocking import short_mark
from domain.clock import day_text, local_day
from domain.messages import SEES_DATA, Button, Kind, Reply
from domain.own_wishes import COPY, SEE, WITHDRAW, own_wish
from domain.own_wishes import ERASE as ERASE_ALL
from domain.phones import covered_phone
from domain.ports import Records
from domain.privacy import Holding
from handlers.turn import Turn
from handlers.wording import help_button, office_words, role_words, unit_words

ERASE = "erase"
"""Where the card that waits is remembered."""
CARD_LASTS = timedelta(minutes=30)
KINDS = ("messages", "answers", "questions", "files", "cases", "talk")

COMMAND = "/dulieu"


def asks_for_own_data(turn: Turn) -> bool:
    """True for "du lieu cua toi", for a copy of it, for its erasing, for consent taken back, and for their buttons."""
    if re.fullmatch(r"mydata(:copy|:erase|:(yes|no):\d{1,9})?", turn.action):
        return True
    return turn.incoming.kind is Kind.TEXT and _wish(turn.text) != ""


def uses_data_rights(turn: Turn) -> bool:
    """True when the app tells that the person used their rights over personal data."""
    return turn.incoming.kind is Kind.DATA_RIGHTS


def _wish(text: str) -> str:
    wish = SEE if text == COMMAND else own_wish(text)
    return wish if wish in (SEE, COPY, ERASE_ALL, WITHDRAW) else ""


async def tell_own_data(turn: Turn) -> list[Reply]:
    """What was asked for; nothing is erased before the card's own button is pressed."""
    if turn.incoming.in_group:
        return [Reply(texts.say("mydata.private_only"))]
    wish = turn.action.removeprefix("mydata").strip(":") or "ask" if turn.action else _wish(turn.text)
    if wish.startswith(("yes", "no")):
        return [await _decide(turn, wish)]
    if wish == COPY:
        return [await _copy(turn)]
    if wish in (ERASE_ALL, WITHDRAW):
        return [await _card(turn, wish)]
    return [await _told(turn)]


async def erase_by_event(turn: Turn) -> list[Reply]:
    """A citizen who used their rights in the app is forgotten; a member of staff is shown the card first.

    The app was asked already, and may not carry a card any more; an official's account is not undone by accident. Who
    only asked to see their data is told of it.
    """
    if turn.incoming.text == SEES_DATA:
        return [await _told(turn)]
    if turn.person is not None:
        return [await _card(turn, "erase")]
    records = await turn.records()
    await _ask_erasing(turn, records, "event")
    return [Reply(texts.say("mydata.by_event"))]


async def _told(turn: Turn) -> Reply:
    async with turn.reading() as records:
        holding = await records.personal.holding(turn.owner)
    if holding.is_empty and turn.person is None:
        return Reply(texts.say("mydata.nothing"), (help_button(),))
    since = holding.since
    office = office_words(turn.office)
    title = (
        texts.say("mydata.title_plain", office=office)
        if since is None
        else texts.say("mydata.title", office=office, since=day_text(local_day(since)))
    )
    lines = [title, *_kind_lines(turn, holding)]
    if turn.person is not None:
        lines.append(texts.say("mydata.staff", **_who(turn)))
    lines += ["", texts.say("mydata.purpose"), texts.say("mydata.correct_staff" if turn.person else "mydata.correct")]
    buttons = (
        Button(texts.say("mydata.button.copy"), "mydata:copy"),
        Button(texts.say("mydata.button.erase"), "mydata:erase"),
    )
    return Reply("\n".join(lines), buttons)


def _kind_lines(turn: Turn, holding: Holding) -> list[str]:
    return [
        texts.say(f"mydata.kind.{kind}", count=holding.of(kind), days=turn.keeping.days_of(kind))
        for kind in KINDS
        if holding.of(kind)
    ]


def _who(turn: Turn) -> dict[str, str]:
    person = turn.person
    assert person is not None
    phone = covered_phone(person.phone) if person.phone else texts.say("mydata.no_phone")
    unit = unit_words(person, office_words(turn.office))
    return {"name": person.name, "role": role_words(person.role), "unit": unit, "phone": phone}


async def _copy(turn: Turn) -> Reply:
    async with turn.reading() as records:
        kept = await records.personal.kept(turn.owner)
    files = await turn.copy_data(turn.owner, turn.office, turn.person, kept)
    if not files:
        return Reply(texts.say("mydata.no_copy"), (help_button(),))
    records_to_note = await turn.records()
    await _note(turn, records_to_note, "privacy.copied", {})
    return Reply(texts.say("mydata.copy"), files=tuple(files))


async def _card(turn: Turn, wish: str) -> Reply:
    """The card with what will be erased and what stays."""
    async with turn.reading() as records:
        holding = await records.personal.holding(turn.owner)
        accounts = await records.people.accounts(turn.person.id) if turn.person else []
    number = int(turn.memory.get(ERASE, {}).get("number", 0)) + 1
    source = "withdrawal" if wish == "withdraw" else "chat"
    turn.memory[ERASE] = {"number": number, "opened": turn.now.isoformat(), "source": source}
    lines = [texts.say("mydata.withdrawing")] if wish == "withdraw" else []
    if turn.person is not None:
        lines.append(texts.say("mydata.card_staff", name=turn.person.name, count=len(accounts)))
    else:
        lines.append(texts.say("mydata.card"))
        if holding.of("cases"):
            lines.append(texts.say("mydata.card_cases", count=holding.of("cases")))
    buttons = (
        Button(texts.say("mydata.button.confirm"), f"mydata:yes:{number}"),
        Button(texts.say("mydata.button.cancel"), f"mydata:no:{number}"),
    )
    return Reply("\n".join(lines), buttons)


async def _decide(turn: Turn, pressed: str) -> Reply:
    decision, _, number = pressed.partition(":")
    card = turn.memory.get(ERASE)
    if card is None or card["number"] != int(number) or turn.now - datetime.fromisoformat(card["opened"]) > CARD_LASTS:
        async with turn.reading() as seen:
            is_open = await seen.erasures.is_open(turn.incoming.channel, turn.incoming.user_id)
        return Reply(texts.say("mydata.already" if is_open else "mydata.old_card"), (help_button(),))
    turn.memory.pop(ERASE)
    if decision == "no":
        return Reply(texts.say("mydata.kept"), (help_button(),))
    records = await turn.records()
    await _ask_erasing(turn, records, str(card["source"]))
    return Reply(texts.say("mydata.erasing"))


async def _ask_erasing(turn: Turn, records: Records, source: str) -> None:
    """Keep the wish, for every account of a member of staff; what the talk remembered is gone with this turn."""
    incoming, office_id = turn.incoming, turn.office.id or None
    if source == "withdrawal":
        await records.privacy.withdraw(incoming.channel, incoming.user_id, turn.now)
    accounts = {(incoming.channel, incoming.user_id, incoming.chat_id)}
    if turn.person is not None:
        accounts |= {(a.channel, a.user_id, a.chat_id) for a in await records.people.accounts(turn.person.id)}
    for channel, user_id, chat_id in sorted(accounts):
        await records.erasures.ask(office_id, channel, user_id, chat_id, source, turn.now)
    await _note(turn, records, "privacy.erasure_asked", {"source": source, "accounts": len(accounts)})
    turn.memory.clear()
    turn.erases = True


async def _note(turn: Turn, records: Records, action: str, details: dict[str, object]) -> None:
    mark = short_mark(turn.incoming.channel, turn.incoming.user_id)
    person_id = turn.person.id if turn.person else None
    await records.audit.note(turn.office.id or None, person_id, action, f"account:{mark}", turn.now, details)
