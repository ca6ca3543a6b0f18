"""What a wish about the calendar really changes: days that are so already are left, and nonsense is refused."""

from collections.abc import Sequence
from datetime import date

from domain.calendar_words import OFF, REMOVE, days_between
from domain.working_days import CalendarDay, WorkCalendar

MOST_DAYS = 60
LABEL_LIMIT = 120


class CalendarRefused(ValueError):
    """A change that makes no sense; `reason` names the sentence that says why, for these days."""

    def __init__(self, reason: str, first: date, last: date | None = None) -> None:
        super().__init__(f"{reason} {first}")
        self.reason = reason
        self.first = first
        self.last = last or first


Change = tuple[str, date]
"""What becomes of a day: "off", "work", "remove_off" or "remove_work"."""


def changes_of(
    calendar: WorkCalendar, asked: Sequence[tuple[str, date, date]], today: date | None = None
) -> list[Change]:
    """The days that change, in the order asked. Raises CalendarRefused where one stretch changes nothing.

    Days before `today` are refused where it is given.
    """
    found: list[Change] = []
    for kind, first, last in asked:
        if today is not None and first < today:
            raise CalendarRefused("past", first)
        if (last - first).days >= MOST_DAYS:
            raise CalendarRefused("too_long", first, last)
        changed = [_change(calendar, kind, day) for day in days_between(first, last)]
        here = [change for change in changed if change is not None]
        if not here:
            raise CalendarRefused({OFF: "off_already", REMOVE: "nothing_own"}.get(kind, "works_already"), first)
        found += here
    return found


def day_of(change: Change, label: str) -> CalendarDay | None:
    """The day as the office's calendar will have it; None where it is taken out of it."""
    kind, day = change
    return None if kind.startswith(REMOVE) else CalendarDay(day, kind != OFF, label[:LABEL_LIMIT])


def _change(calendar: WorkCalendar, kind: str, day: date) -> Change | None:
    own = calendar.exceptions.get(day)
    if kind == REMOVE:
        return None if own is None else (f"{REMOVE}_{'work' if own.works else 'off'}", day)
    return (kind, day) if calendar.is_working(day) == (kind == OFF) else None
