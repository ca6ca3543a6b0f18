"""The office's calendar in chat: anyone of the staff looks, the administrator changes it by a card."""

import re
from datetime import date

import texts
from domain.calendar_changes import CalendarRefused, Change, changes_of, day_of
from domain.calendar_words import REMOVE, asks_for_calendar, read_calendar
from domain.clock import day_text
from domain.days_asked import AHEAD
from domain.messages import Button, Kind, Reply
from domain.people import Person
from domain.ports import Records
from domain.rights import may_change_calendar
from domain.working_days import WorkCalendar
from handlers.calendar_wording import calendar_lines, change_lines, weekday_name, why_not
from handlers.deed import Deed, decides, new_deed, no_such_deed, pressed_deed, settle, show_card
from handlers.private import staff_alone
from handlers.turn import Turn
from handlers.wording import home_button

KIND = "calendar"
BUTTONS = 4
_REMOVES = re.compile(r"calendar:remove:(\d{4}-\d{2}-\d{2})")


def wants_calendar(turn: Turn) -> bool:
    """True for looking at the days off, for changing them in words, and for the buttons of both."""
    if turn.action == "calendar" or _REMOVES.fullmatch(turn.action) or decides(turn, KIND):
        return True
    if turn.incoming.kind is not Kind.TEXT or not turn.role.is_staff:
        return False
    return asks_for_calendar(turn.text, turn.today) is not None or read_calendar(turn.text, turn.today) is not None


async def keep_calendar(turn: Turn) -> list[Reply]:
    """The calendar, the card of a change, or what the card's button decided."""
    person = staff_alone(turn, "calendar.not_staff")
    if not isinstance(person, Person):
        return person
    records = await turn.records()
    calendar = await records.calendar.of_office(person.office_id)
    decision = decides(turn, KIND)
    if decision:
        return [await _decide(turn, records, person, calendar, decision)]
    if removed := _REMOVES.fullmatch(turn.action):
        return [_card(turn, person, calendar, [(REMOVE, *_twice(removed[1]))], "")]
    asked = None if turn.action else read_calendar(turn.text, turn.today)
    if asked is None:
        return [_shown(turn, person, calendar, asks_for_calendar(turn.text, turn.today))]
    if not may_change_calendar(person):
        return [Reply(texts.say("calendar.may_not"), (_show_button(), home_button(person.role)))]
    if asked.weekday_wrong is not None:
        day = asked.weekday_wrong
        return [Reply(texts.say("calendar.weekday_wrong", day=day_text(day), weekday=weekday_name(day)))]
    return [_card(turn, person, calendar, list(asked.changes), asked.label)]


def _twice(iso: str) -> tuple[date, date]:
    try:
        day = date.fromisoformat(iso)
    except ValueError:
        day = date.min
    return day, day


def _shown(turn: Turn, person: Person, calendar: WorkCalendar, asked: tuple[date, date] | None) -> Reply:
    first, last = asked or (turn.today, turn.today + AHEAD)
    lines = calendar_lines(calendar, first, last)
    if last.year > turn.today.year:
        lines += ["", texts.say("calendar.foreseen", year=last.year)]
    if not may_change_calendar(person):
        return Reply("\n".join(lines), (home_button(person.role),))
    coming = [day for day in sorted(calendar.exceptions) if day >= turn.today][:BUTTONS]
    buttons = [
        Button(texts.say("calendar.button.remove", day=day_text(day)), f"calendar:remove:{day}") for day in coming
    ]
    return Reply("\n".join([*lines, texts.say("calendar.how")]), (*buttons, home_button(person.role)))


def _card(turn: Turn, person: Person, calendar: WorkCalendar, asked: list[tuple[str, date, date]], label: str) -> Reply:
    """The card with what would change, or why nothing is to be changed."""
    if not may_change_calendar(person):
        return Reply(texts.say("calendar.may_not"), (_show_button(),))
    try:
        changes = changes_of(calendar, asked, turn.today)
    except CalendarRefused as refused:
        return Reply(why_not(refused), (_show_button(),))
    parts = {"asked": [[kind, first.isoformat(), last.isoformat()] for kind, first, last in asked], "label": label}
    parts["changes"] = [[kind, day.isoformat()] for kind, day in changes]
    card = texts.say("calendar.card", lines="\n".join(change_lines(changes, label)))
    return show_card(turn, new_deed(turn, person, KIND, parts), card)


async def _decide(turn: Turn, records: Records, person: Person, calendar: WorkCalendar, decision: str) -> Reply:
    deed = pressed_deed(turn, KIND)
    if deed is None:
        return no_such_deed(turn)
    if decision != "yes":
        settle(turn, deed, "cancelled")
        return Reply(texts.say("staff.cancelled"), (_show_button(),))
    settle(turn, deed, "done")
    speaker = await records.people.get(person.id)
    changes = [(kind, date.fromisoformat(day)) for kind, day in deed.parts["changes"]]
    if speaker is None or not may_change_calendar(speaker) or changes != _again(deed, calendar, turn.today):
        return Reply(texts.say("staff.no_longer"), (_show_button(),))
    label = str(deed.parts["label"])
    await _write(turn, records, speaker, changes, label)
    lines = change_lines(changes, label)
    return Reply("\n".join([texts.say("calendar.done"), *lines]), (_show_button(),))


def _again(deed: Deed, calendar: WorkCalendar, today: date) -> list[Change]:
    """What the same wish would change now; nothing where it has become pointless."""
    asked = [(kind, date.fromisoformat(first), date.fromisoformat(last)) for kind, first, last in deed.parts["asked"]]
    try:
        return changes_of(calendar, asked, today)
    except CalendarRefused:
        return []


async def _write(turn: Turn, records: Records, person: Person, changes: list[Change], label: str) -> None:
    for change in changes:
        day = day_of(change, label)
        if day is None:
            await records.calendar.remove(person.office_id, change[1])
        else:
            await records.calendar.put(person.office_id, day)
    details = {"days": [[kind, day.isoformat()] for kind, day in changes], "label": label}
    await records.audit.note(
        person.office_id, person.id, "calendar.changed", f"office:{person.office_id}", turn.now, details
    )


def _show_button() -> Button:
    return Button(texts.say("calendar.button.show"), "calendar")
