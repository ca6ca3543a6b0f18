"""What falls due in a stretch of days, day by day: tasks, rounds, report periods and citizens' feedback."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

import texts
from domain.carrying import carried_by, is_due_in
from domain.clock import day_text
from domain.deadlines import DeadlineKind, occurrences
from domain.feedback import OPEN
from domain.messages import Button
from domain.people import Person
from domain.ports import Records
from domain.reporting_periods import Period, PeriodKind, periods_around
from domain.rights import carries_tasks, is_responsible, may_answer_feedback, may_oversee, may_see, may_see_overview
from domain.stages import Timetable
from domain.stretches import Stretch
from domain.tasks import Task
from handlers.moments import OfficeHours, office_hours
from handlers.period_wording import period_name
from handlers.turn import Turn
from handlers.views import View, way_back
from handlers.wording import LABEL_LIMIT, PAGE, capital, office_words, short, stretch_words, task_name

LINES = 40
_PERIODS_WITHIN = timedelta(days=31)
"""In longer stretches the days on which reports are wanted would bury the tasks."""
_SHORTEST_FIRST = tuple(PeriodKind)


@dataclass(frozen=True, slots=True)
class _Due:
    """One thing that falls due on a day, in its words; a task among them has its id."""

    day: date
    line: str
    task: Task | None = None


@dataclass(frozen=True, slots=True)
class Whose:
    """Whose things are asked for: the speaker's own, a unit's, or all that the speaker oversees."""

    name: str
    unit_id: int | None = None
    own: bool = False

    @property
    def kind(self) -> str:
        """The part of the sentences that speaks of these."""
        return "own" if self.own else "all" if self.unit_id is None else "unit"


async def coming_view(turn: Turn, person: Person, stretch: Stretch, unit_id: int | None = None, *, own: bool) -> View:
    """Everything that falls due in the stretch for the speaker, a unit, or the office as far as the speaker sees it."""
    async with turn.reading() as records:
        hours = await office_hours(records, person.office_id)
        whose = await _whose(turn, records, person, unit_id, own=own)
        tasks = _tasks(await records.register.tasks(person.office_id), person, whose)
        found = [
            *_of_tasks(tasks, stretch, turn.today, hours, with_unit=whose.kind == "all"),
            *await _of_periods(records, person, stretch, turn.today, hours),
            *await _of_feedback(records, person, whose, stretch),
        ]
    return _view(turn, person, stretch, whose, sorted(found, key=lambda due: due.day), hours)


async def _whose(turn: Turn, records: Records, person: Person, unit_id: int | None, *, own: bool) -> Whose:
    if own:
        return Whose(person.name, person.unit_id, own=True)
    units = {unit.id: unit.name for unit in await records.people.units(person.office_id)}
    return Whose(units.get(unit_id or 0) or office_words(turn.office), unit_id)


def _tasks(kept: Iterable[Task], person: Person, whose: Whose) -> list[Task]:
    """The open tasks that are meant; of a group task the part of the unit that is."""
    if whose.own:
        meant = [t for t in kept if t.confirmed and is_responsible(person, t) and may_see(person, t)]
        return [carried for t in meant if not (carried := carried_by(t, person.unit_id)).status.is_over]
    overseen = [carried_by(t, whose.unit_id) for t in kept if may_oversee(person, t)]
    return [t for t in overseen if not t.status.is_over and whose.unit_id in (None, t.lead_unit_id)]


def _of_tasks(
    tasks: Sequence[Task], stretch: Stretch, today: date, hours: OfficeHours, *, with_unit: bool
) -> Iterator[_Due]:
    timetable = Timetable(hours.calendar, hours.rules, today)
    for task in tasks:
        words = {"name": task_name(task, tasks), "title": short(task.title)}
        if is_due_in(task, stretch) and task.deadline.due is not None:
            line = texts.say("coming.line.task", **words)
            yield _Due(task.deadline.due, _with_unit(line, task, with_unit), task)
        elif task.deadline.kind is DeadlineKind.RECURRING:
            line = texts.say("coming.line.round", **words)
            for day in _rounds(task, stretch, today, timetable):
                yield _Due(day, _with_unit(line, task, with_unit), task)


def _with_unit(line: str, task: Task, with_unit: bool) -> str:
    if not with_unit or not task.lead_unit_name:
        return line
    return texts.say("coming.line.of_unit", line=line, unit=task.lead_unit_name)


def _rounds(task: Task, stretch: Stretch, today: date, timetable: Timetable) -> Iterator[date]:
    """The days in the stretch on which the task comes round and of which nothing was reported yet."""
    for day in occurrences(task.deadline, max(stretch.first or today, today), stretch.last):
        round_ = timetable.days_of(task.deadline, day, task.begins)
        if round_ is None or not round_.is_answered(task.reported_on):
            yield day


async def _of_periods(
    records: Records, person: Person, stretch: Stretch, today: date, hours: OfficeHours
) -> list[_Due]:
    """The days, in a month or less, on which reports are wanted and periods end; of several on one day the shortest."""
    if not (carries_tasks(person) or may_see_overview(person.role)):
        return []
    first = max(stretch.first or today, today)
    if stretch.last - first > _PERIODS_WITHIN:
        return []
    found: dict[tuple[date, str], list[Period]] = {}
    for schedule in await records.periods.schedules(person.office_id):
        around = {p.cutoff: p for d in _days(first, stretch.last) for p in periods_around(schedule, d, hours.calendar)}
        for period in around.values():
            for day, line in ((period.due, "period_due"), (period.cutoff, "period_cutoff")):
                if first <= day <= stretch.last:
                    found.setdefault((day, line), []).append(period)
    return [_period_due(day, line, periods) for (day, line), periods in found.items()]


def _days(first: date, last: date) -> Iterator[date]:
    """A day in each month of the stretch, and its last."""
    day = first
    while day < last:
        yield day
        day += timedelta(days=28)
    yield last


def _period_due(day: date, line: str, periods: Sequence[Period]) -> _Due:
    period = min(periods, key=lambda p: _SHORTEST_FIRST.index(p.kind))
    return _Due(day, texts.say(f"coming.line.{line}", period=period_name(period)))


async def _of_feedback(records: Records, person: Person, whose: Whose, stretch: Stretch) -> list[_Due]:
    """The citizens' cases that are to be answered in these days by who is meant."""
    unit_id = None if whose.kind == "all" else whose.unit_id
    if whose.kind != "all" and unit_id is None:
        return []
    cases = await records.feedback.of_office(person.office_id, unit_id=unit_id, statuses=OPEN)
    return [
        _Due(case.due, texts.say("coming.line.feedback", code=case.code))
        for case in cases
        if stretch.holds(case.due) and may_answer_feedback(person, case.unit_id)
    ]


def _view(
    turn: Turn, person: Person, stretch: Stretch, whose: Whose, found: Sequence[_Due], hours: OfficeHours
) -> View:
    said = {"stretch": capital(stretch_words(stretch)), "whose": whose.name}
    if not found:
        return View(texts.say(f"coming.none.{whose.kind}", **said), (way_back(person),))
    lines = [texts.say(f"coming.title.{whose.kind}", count=len(found), **said)]
    shown = found[:LINES]
    for day in dict.fromkeys(due.day for due in shown):
        lines += ["", _day_words(day, turn.today, hours), *(due.line for due in shown if due.day == day)]
    if len(found) > len(shown):
        lines.append(texts.say("coming.more", count=len(found) - len(shown)))
    tasks = list({due.task.id: due.task for due in shown if due.task is not None}.values())
    buttons = [Button(short(task_name(task, tasks), LABEL_LIMIT), f"task:{task.id}") for task in tasks[:PAGE]]
    return View("\n".join(lines), (*buttons, way_back(person)))


def _day_words(day: date, today: date, hours: OfficeHours) -> str:
    """A day with its weekday and how many working days are left until it."""
    if day == today:
        left = texts.say("coming.left.today")
    elif day > today:
        left = texts.say("coming.left.days", days=hours.calendar.between(today, day))
    else:
        left = texts.say("coming.left.past", days=hours.calendar.between(day, today))
    weekday = capital(texts.say(f"snooze.weekday.{day.weekday()}"))
    key = "coming.day" if hours.calendar.is_working(day) else "coming.day_off"
    return texts.say(key, weekday=weekday, day=day_text(day), left=left)
