"""By which days the office reports: shown to staff, and changed by the administrator with a card."""

import re
from collections.abc import Sequence
from dataclasses import asdict
from typing import Any

import texts
from domain.messages import Button, Kind, Reply
from domain.people import Person
from domain.ports import Records
from domain.reporting_periods import PeriodKind, Schedule
from domain.rights import may_set_reporting
from domain.schedule_words import (
    Wanted,
    asks_for_schedules,
    changed,
    plan_schedule,
    proposed,
    wanted_in,
)
from domain.vietnamese import fold
from handlers.deed import Deed, decides, new_deed, no_such_deed, pressed_deed, settle, show_card
from handlers.period_wording import days_words, schedule_words
from handlers.private import staff_alone
from handlers.turn import Turn
from handlers.wording import home_button, number_in, office_words

KIND = "schedule"
PROPOSED_AT_MOST = 5


def sets_schedules(turn: Turn) -> bool:
    """True for "lich bao cao", for an administrator's words that change it, and for the buttons of both."""
    if re.fullmatch(r"schedules(:plan:\d{1,9})?", turn.action) or decides(turn, KIND):
        return True
    if turn.incoming.kind is not Kind.TEXT or not turn.role.is_staff:
        return False
    return asks_for_schedules(turn.text) or wanted_in(turn.text) is not None


async def set_schedules(turn: Turn) -> list[Reply]:
    """The schedules, the card of what will change, or what its button decided."""
    person = staff_alone(turn, "periods.not_staff")
    if not isinstance(person, Person):
        return person
    if decision := decides(turn, KIND):
        return [await _decided(turn, person, decision)]
    records = await turn.records()
    if turn.action == "schedules" or (not turn.action and asks_for_schedules(turn.text)):
        return [await _shown(turn, records, person)]
    if not may_set_reporting(person):
        return [Reply(texts.say("periods.schedule.refused"), (home_button(person.role),))]
    if turn.action:
        return [await _propose(turn, records, person, number_in(turn.action) or 0)]
    wanted = wanted_in(turn.text)
    assert wanted is not None
    return [await _card(turn, records, person, wanted)]


async def _shown(turn: Turn, records: Records, person: Person) -> Reply:
    schedules = await records.periods.schedules(person.office_id)
    lines = [texts.say("periods.schedule.title", office=office_words(turn.office))]
    lines += [schedule_words(schedule) for schedule in schedules]
    if not any(schedule.id for schedule in schedules):
        lines.append(texts.say("periods.schedule.default"))
    buttons: list[Button] = []
    if may_set_reporting(person):
        tasks = await records.register.tasks(person.office_id)
        for document_id, number, dates in proposed(tasks, schedules)[:PROPOSED_AT_MOST]:
            lines.append(texts.say("periods.schedule.proposed", document=number, dates=days_words(dates)))
            label = texts.say("periods.schedule.use_button", document=number)
            buttons.append(Button(label, f"schedules:plan:{document_id}"))
        lines.append(texts.say("periods.schedule.how"))
    return Reply("\n".join(lines), (*buttons, home_button(person.role)))


async def _propose(turn: Turn, records: Records, person: Person, document_id: int) -> Reply:
    """The card for days that a plan names itself; an old button finds nothing any more."""
    schedules = await records.periods.schedules(person.office_id)
    found = [p for p in proposed(await records.register.tasks(person.office_id), schedules) if p[0] == document_id]
    if not found:
        return Reply(texts.say("errors.old_button"), (home_button(person.role),))
    _, number, dates = found[0]
    return await _card(turn, records, person, Wanted(PeriodKind.PLAN, active=True, document=number, dates=dates))


async def _card(turn: Turn, records: Records, person: Person, wanted: Wanted) -> Reply:
    """What will change, before it does; or why nothing can."""
    found = await _changes(records, person, wanted)
    if isinstance(found, Reply):
        return found
    lines = "\n".join(schedule_words(schedule) for schedule in found)
    card = texts.say("periods.schedule.card", lines=lines, note=texts.say("periods.schedule.note"))
    return show_card(turn, new_deed(turn, person, KIND, _kept(wanted)), card)


async def _changes(records: Records, person: Person, wanted: Wanted) -> list[Schedule] | Reply:
    if not wanted.is_possible:
        return Reply(texts.say("periods.schedule.impossible"), (home_button(person.role),))
    schedules = await records.periods.schedules(person.office_id)
    found = changed(schedules, wanted)
    if wanted.kind is PeriodKind.PLAN:
        document = await _document(records, person, wanted.document)
        if document is None:
            return Reply(texts.say("periods.schedule.no_plan", document=wanted.document))
        after = plan_schedule(schedules, person.office_id, document[0], wanted, document[1])
        found = [] if after in schedules or not after.dates else [after]
    if not found:
        return Reply(texts.say("periods.schedule.unchanged"), (_see_button(),))
    return found


async def _document(records: Records, person: Person, number: str) -> tuple[int, str] | None:
    """The one document that has this number, written with or without diacritics: its id and its number."""
    documents = await records.library.documents(person.office_id)
    named = [d for d in documents if d.number and _bare(d.number) == _bare(number)]
    return (named[0].id, named[0].number) if len(named) == 1 else None


def _bare(number: str) -> str:
    return re.sub(r"\s+", "", fold(number))


async def _decided(turn: Turn, person: Person, decision: str) -> Reply:
    """Change what the card showed, once, after looking again at rights and at what holds now."""
    deed = pressed_deed(turn, KIND)
    if deed is None:
        return no_such_deed(turn)
    if decision != "yes":
        settle(turn, deed, "cancelled")
        return Reply(texts.say("periods.schedule.cancelled"), (_see_button(),))
    records = await turn.records()
    speaker = await records.people.get(person.id)
    if speaker is None or not may_set_reporting(speaker):
        settle(turn, deed, "cancelled")
        return Reply(texts.say("periods.schedule.refused"), (home_button(person.role),))
    found = await _changes(records, speaker, _wanted(deed))
    if isinstance(found, Reply):
        settle(turn, deed, "cancelled")
        return found
    await put(records, speaker, found, turn)
    settle(turn, deed, "done")
    return Reply(texts.say("periods.schedule.done"), (_see_button(),))


async def put(records: Records, person: Person, schedules: Sequence[Schedule], turn: Turn) -> None:
    """Keep the schedules from today on, with a line in the audit log for each."""
    for schedule in schedules:
        kept = await records.periods.put_schedule(schedule, turn.today)
        details = {"kind": str(kept.kind), "first_day": kept.first_day, "opens_before": kept.opens_before}
        details |= {"lead_days": kept.lead_days, "active": kept.active, "dates": list(kept.dates)}
        subject = f"schedule:{kept.id}"
        await records.audit.note(person.office_id, person.id, "schedule.changed", subject, turn.now, details)


def _see_button() -> Button:
    return Button(texts.say("periods.schedule.see_button"), "schedules")


def _kept(wanted: Wanted) -> dict[str, Any]:
    return asdict(wanted) | {"kind": None if wanted.kind is None else str(wanted.kind), "dates": list(wanted.dates)}


def _wanted(deed: Deed) -> Wanted:
    parts = deed.parts
    kind = None if parts["kind"] is None else PeriodKind(parts["kind"])
    return Wanted(**{**parts, "kind": kind, "dates": tuple(parts["dates"])})
