"""Group chats: whether something was said to the bot, and when a staff group is sent its summary."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from domain.clock import at_local, local
from domain.messages import Incoming
from domain.vietnamese import fold
from domain.working_days import WorkCalendar

LATE_AT_MOST = timedelta(days=3)
"""A summary that could not go out for longer (the server stood still) is left to the next one."""

_PUNCTUATION = ",:;.!?-–—"
_CALLS = frozenset({"oi", "a", "nay", "ah"})
_TELLING_WORDS = 3
"""A name of so many words is nobody's ordinary beginning of a sentence; a shorter one must be called out to."""


@dataclass(frozen=True, slots=True)
class SummaryTime:
    """When the summary is sent: on a day of the week (Monday is 0), or on every working day (None), at an hour."""

    weekday: int | None
    hour: time

    def last_named(self, day: date) -> date:
        """The newest day, up to this one, that the rule names, worked or not."""
        return day if self.weekday is None else day - timedelta(days=(day.weekday() - self.weekday) % 7)

    def first_after(self, now: datetime) -> date:
        """The day up to which nothing is sent when the summary is switched on now: the hour of today may be to come."""
        here = local(now)
        return here.date() if here.time() >= self.hour else here.date() - timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Group:
    """A group chat. `summary` is when it is sent the summary, `summed_on` the last day for which it was."""

    channel: str
    chat_id: str
    office_id: int
    title: str
    since: datetime
    is_staff: bool = False
    summary: SummaryTime | None = None
    summed_on: date | None = None
    left_at: datetime | None = None


def is_overheard(incoming: Incoming) -> bool:
    """True for what people in a group said to each other: it is not answered, and nothing of it is kept."""
    return incoming.in_group and not incoming.addressed


def said_to(text: str, names: Iterable[str]) -> str | None:
    """What is said to the bot after one of its names at the beginning; None where the text begins with none.

    A short name counts only when it is called out to ("... oi", a comma, an @), since plain words may be a name.
    """
    words = text.split()
    for name in names:
        wanted = fold(name).split()
        if not wanted or len(words) < len(wanted):
            continue
        first = [fold(word) for word in words[: len(wanted)]]
        is_at = first[0].startswith("@")
        last = first[-1]
        heard = [first[0].removeprefix("@"), *first[1:]] if len(first) > 1 else [last.removeprefix("@")]
        is_called = is_at or last.endswith(tuple(_PUNCTUATION)) or len(words) == len(wanted)
        heard[-1] = heard[-1].rstrip(_PUNCTUATION)
        if heard != wanted:
            continue
        rest = words[len(wanted) :]
        while rest and (rest[0] in _PUNCTUATION or fold(rest[0]).rstrip(_PUNCTUATION) in _CALLS):
            is_called, rest = True, rest[1:]
        if is_called or len(wanted) >= _TELLING_WORDS:
            return _after(text, len(words) - len(rest))
    return None


def _after(text: str, count: int) -> str:
    """The text without its first words, its lines kept as they are."""
    parts = text.split(None, count)
    return parts[count].strip() if len(parts) > count else ""


def summary_due(at: SummaryTime, summed_on: date | None, calendar: WorkCalendar, now: datetime) -> date | None:
    """The day for which a summary is to be sent now, or None.

    One that falls on a day off is sent on the next working day; one that was not sent then, at the first moment after.
    """
    here = local(now)
    named = at.last_named(here.date())
    if at.weekday is None and not calendar.is_working(named):
        return None
    if summed_on is not None and named <= summed_on:
        return None
    day = named if calendar.is_working(named) else calendar.after(named, 1)
    due = at_local(day, at.hour)
    return named if due <= now < due + LATE_AT_MOST else None


def staff_groups(groups: Sequence[Group]) -> list[Group]:
    """The groups among these that are their office's own."""
    return [group for group in groups if group.is_staff and group.left_at is None]
