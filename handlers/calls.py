"""What colleagues have sent through the bot: its card, its way into the ledger, and the words it is read in."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace
from datetime import date, datetime
from typing import Any

import texts
from domain.clock import at_local, day_text, local, local_day
from domain.messages import Button, Reply
from domain.notices import ANNOUNCEMENT, REQUEST, Call, CallKind, Notice, Subject, SubjectKind
from domain.people import Person
from domain.ports import Records
from domain.rights import may_write_in_quiet_hours, may_write_to
from handlers.deed import Deed, ask_for, no_such_deed, settle, show_card
from handlers.moments import OfficeHours, moment_in_words, office_hours
from handlers.turn import Turn
from handlers.wording import number_in, tasks_button

MOST_A_DAY = 20
"""Messages that one person may send to colleagues through the bot on one day."""
LONGEST = 3000
NAMES_SHOWN = 12
NOW, LATER = 1, 2
"""The choices for an emergency in quiet hours."""


def parts_of(
    kind: CallKind,
    to: Sequence[Person],
    text: str,
    *,
    about: Sequence[int] = (),
    due: date | None = None,
    emergency: bool = False,
) -> dict[str, Any]:
    """A call as a deed keeps it."""
    return {
        "call": kind.value,
        "to": [person.id for person in to],
        "text": text,
        "about": list(about),
        "due": None if due is None else due.isoformat(),
        "emergency": emergency,
    }


def words_read(call_kind: str, author: str, reader: str, text: str, due: date | None, *, emergency: bool) -> str:
    """A call in the words its readers read."""
    if call_kind == CallKind.ANNOUNCEMENT:
        return texts.say(f"notices.call.{'emergency' if emergency else 'announcement'}", author=author, text=text)
    if due is None:
        return texts.say("notices.call.request", author=author, person=reader, text=text)
    return texts.say("notices.call.request_due", author=author, person=reader, text=text, day=day_text(due))


def names_of(people: Sequence[Person], most: int = NAMES_SHOWN) -> str:
    """The names of people, cut where there are many."""
    named = ", ".join(person.name for person in people[:most])
    if len(people) > most:
        return texts.say("sending.card.more", names=named, count=len(people) - most)
    return named


def hindrance(person: Person, to: Sequence[Person], refusal: str) -> Reply | None:
    """Why the person may not write to these, or None."""
    outside = [other for other in to if not may_write_to(person, other)]
    if not to:
        return Reply(texts.say("sending.nobody_left"), (tasks_button(),))
    if not outside:
        return None
    return Reply(texts.say(refusal, names=names_of(outside)), (tasks_button(),))


async def too_many(turn: Turn, records: Records, person: Person) -> Reply | None:
    """That the person has sent as much as is kind on one day, or None."""
    sent = [
        c for c in await records.calls.of_office(person.office_id, day_begins(turn.now)) if c.author_id == person.id
    ]
    if len(sent) < MOST_A_DAY:
        return None
    return Reply(texts.say("sending.too_often", count=len(sent)), (tasks_button(),))


def day_begins(moment: datetime) -> datetime:
    """The first moment of the office's day."""
    return at_local(local_day(moment), datetime.min.time())


async def card(turn: Turn, records: Records, person: Person, deed: Deed, tasks: str = "") -> Reply:
    """The card with who will get it, how many they are, and what exactly each will read."""
    parts, hours = deed.parts, await office_hours(records, person.office_id)
    to = await _people(records, person, parts["to"])
    kind = "emergency" if parts["emergency"] else parts["call"]
    lines = [texts.say(f"sending.card.{kind}", count=len(to)), texts.say("sending.card.to", names=_shown_names(to))]
    if tasks:
        lines.append(texts.say("sending.card.tasks", tasks=tasks))
    lines += await _remarks(turn, records, person, parts, to, hours)
    lines += ["", texts.say("sending.card.read"), words_of(parts, person.name, to[0].name)]
    return show_card(turn, deed, "\n".join(lines))


def words_of(parts: Mapping[str, Any], author: str, reader: str) -> str:
    """What a deed's readers will read."""
    return words_read(parts["call"], author, reader, parts["text"], _due(parts), emergency=parts["emergency"])


def _shown_names(to: Sequence[Person]) -> str:
    if len(to) > NAMES_SHOWN or len(to) == 1:
        return names_of(to)
    return ", ".join(
        texts.say("sending.card.person_and_unit", person=p.name, unit=p.unit_name) if p.unit_name else p.name
        for p in to
    )


async def _remarks(
    turn: Turn, records: Records, person: Person, parts: Mapping[str, Any], to: Sequence[Person], hours: OfficeHours
) -> list[str]:
    """What the sender should know before confirming: who cannot get it yet, when it goes, what was sent today."""
    lines = []
    homeless = await without_account(records, person.office_id, to)
    if homeless:
        lines.append(texts.say("sending.card.no_account", names=names_of(homeless)))
    if hours.is_quiet(turn.now) and not parts["emergency"]:
        lines.append(texts.say("sending.card.waits", moment=moment_in_words(hours.open_from(turn.now))))
    today = [c for c in await records.calls.of_office(person.office_id, day_begins(turn.now)) if not c.withdrawn_at]
    same = next((c for c in today if c.author_id == person.id and c.text == parts["text"]), None)
    if parts["call"] == CallKind.ANNOUNCEMENT and same is not None:
        lines.append(texts.say("sending.card.same_today", time=f"{local(same.at):%H:%M}"))
    asked = {i for c in today if c.kind is CallKind.REQUEST for i in c.audience}
    if parts["call"] == CallKind.REQUEST and (again := [p for p in to if p.id in asked]):
        lines.append(texts.say("sending.card.asked_today", names=names_of(again)))
    return lines


async def without_account(records: Records, office_id: int, people: Sequence[Person]) -> list[Person]:
    """Those among people who cannot be written to anywhere yet."""
    reached = {a.person_id for a in await records.people.accounts_of_office(office_id) if a.reachable}
    return [person for person in people if person.id not in reached]


async def go_on(turn: Turn, records: Records, person: Person, deed: Deed | None, decision: str) -> Reply:
    """What a card's button or word decided: sent, thrown away, or asked once more for an emergency at night."""
    if deed is None:
        return no_such_deed(turn)
    if decision == "no":
        settle(turn, deed, "cancelled")
        return Reply(texts.say("staff.cancelled"), (tasks_button(),))
    hours = await office_hours(records, person.office_id)
    if deed.slot == "hour" and decision == "pick":
        is_now = number_in(turn.action) == NOW
        return await _send(turn, records, person, replace(deed, parts={**deed.parts, "emergency": is_now}), hours)
    if deed.parts["emergency"] and hours.is_quiet(turn.now):
        return _ask_once_more(turn, deed)
    return await _send(turn, records, person, deed, hours)


def _ask_once_more(turn: Turn, deed: Deed) -> Reply:
    choices = [(NOW, texts.say("sending.emergency.now")), (LATER, texts.say("sending.emergency.later"))]
    return ask_for(turn, deed, "hour", texts.say("sending.emergency.ask", count=len(deed.parts["to"])), choices)


async def _send(turn: Turn, records: Records, person: Person, deed: Deed, hours: OfficeHours) -> Reply:
    """Keep the call and enter its notices, after looking again at rights and people: both may have changed."""
    parts = deed.parts
    settle(turn, deed, "done")
    author = await records.people.get(person.id)
    to = await _people(records, person, parts["to"])
    if author is None or not to or not all(may_write_to(author, other) for other in to):
        return Reply(texts.say("sending.no_longer"), (tasks_button(),))
    if parts["emergency"] and not may_write_in_quiet_hours(author):
        return Reply(texts.say("sending.refused_emergency"), (tasks_button(),))
    call = await send_call(records, author, parts, to, turn.now, hours)
    kind = "emergency" if call.emergency else call.kind.value
    lines = [texts.say(f"sending.sent.{kind}", count=len(to))]
    release_at = turn.now if call.emergency else hours.open_from(turn.now)
    if release_at > turn.now:
        lines.append(texts.say("sending.sent.waits", moment=moment_in_words(release_at)))
    return Reply("\n".join(lines), call_buttons(call))


async def send_call(
    records: Records, author: Person, parts: Mapping[str, Any], to: Sequence[Person], now: datetime, hours: OfficeHours
) -> Call:
    """Keep the call with a notice for each of its readers, and note it in the audit log."""
    kind = CallKind(parts["call"])
    call = await records.calls.add(
        author.office_id,
        author.id,
        kind,
        parts["text"],
        [person.id for person in to],
        now,
        about=parts["about"],
        due=_due(parts),
        emergency=parts["emergency"],
    )
    rule = REQUEST if kind is CallKind.REQUEST else ANNOUNCEMENT
    subject, day = Subject(SubjectKind.CALL, call.id), local_day(now)
    release_at = now if call.emergency else hours.open_from(now)
    notices = [Notice(author.office_id, person.id, subject, rule, day, now, urgent=True) for person in to]
    await records.notices.open_many([(notice, release_at) for notice in notices], now)
    details = {"people": len(to), "emergency": call.emergency}
    await records.audit.note(author.office_id, author.id, f"call.{kind}", f"call:{call.id}", now, details)
    return call


def call_buttons(call: Call) -> tuple[Button, ...]:
    """The ways to see who received a call, and to take it back."""
    return (
        Button(texts.say("sending.button.state"), f"call:show:{call.id}"),
        Button(texts.say("sending.button.withdraw"), f"call:back:{call.id}"),
    )


async def _people(records: Records, person: Person, ids: Collection[int]) -> list[Person]:
    wanted = set(ids)
    return [p for p in await records.people.of_office(person.office_id) if p.id in wanted]


def _due(parts: Mapping[str, Any]) -> date | None:
    return None if parts["due"] is None else date.fromisoformat(parts["due"])
