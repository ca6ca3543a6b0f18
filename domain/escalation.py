"""Who is told of what stays undone: the head of the unit, then the leaders, and those responsible that they were."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from domain.clock import local_day
from domain.duties import Carried, Charge, Staff
from domain.notice_rules import NoticeRules
from domain.notices import ESCALATE_HEAD, ESCALATE_LEADER, TOLD_HEAD, TOLD_LEADER
from domain.people import Person
from domain.stages import Round
from domain.working_days import WorkCalendar

Receipts = Sequence[tuple[int, datetime]]
"""Who acknowledged something of one occurrence, and when."""


@dataclass(frozen=True, slots=True)
class Telling:
    """Under which rule who is told, on which day."""

    rule: str
    day: date
    people: tuple[Person, ...]


@dataclass(frozen=True, slots=True)
class Way:
    """The way up from those responsible: `heads` and `leaders` are told, the others hear that they were.

    Without `heads` their step is skipped.
    """

    responsible: tuple[Person, ...]
    heads: tuple[Person, ...]
    leaders: tuple[Person, ...]
    hear_of_heads: tuple[Person, ...]
    hear_of_leaders: tuple[Person, ...]


class Escalation:
    """The steps of an office, by its delays."""

    def __init__(self, staff: Staff, calendar: WorkCalendar, rules: NoticeRules) -> None:
        self._staff, self._calendar, self._rules = staff, calendar, rules
        self._ways: dict[Carried, Way] = {}

    def tellings(self, duty: Charge, round_: Round, told: date | None, receipts: Receipts) -> Iterator[Telling]:
        """Who is told of an overdue occurrence of which nothing was reported, each step on its day.

        `told` is the day on which those responsible first heard that it is overdue; before that nobody above hears.
        """
        if duty.reported_on is not None and duty.reported_on >= round_.occurrence:
            return
        way = self._way(duty)
        if way.responsible and told is None:
            return
        since = max(round_.overdue, told) if way.responsible and told is not None else round_.overdue
        day = self._put_off(self._calendar.after(since, self._rules.head_after), since, receipts, way.responsible)
        if way.heads:
            yield Telling(ESCALATE_HEAD, day, way.heads)
            yield Telling(TOLD_HEAD, day, way.hear_of_heads)
            day = self._put_off(self._calendar.after(day, self._rules.leader_after), day, receipts, way.heads)
        if way.leaders:
            yield Telling(ESCALATE_LEADER, day, way.leaders)
            yield Telling(TOLD_LEADER, day, way.hear_of_leaders)

    def _way(self, duty: Charge) -> Way:
        if duty.carried not in self._ways:
            responsible, heads = self._staff.responsible(duty), self._heads(duty)
            leaders = _without(self._staff.leaders, responsible)
            concerned = (*responsible, *_without(heads, responsible))
            self._ways[duty.carried] = Way(responsible, heads, leaders, _without(responsible, heads), concerned)
        return self._ways[duty.carried]

    def _heads(self, duty: Charge) -> tuple[Person, ...]:
        """The heads who are told: those of the unit, unless nobody but heads carries the duty; then the others.

        No head is told of what a leader leaves undone.
        """
        carriers, heads = self._staff.carriers(duty), self._staff.heads(self._staff.unit_of(duty))
        if any(person in self._staff.leaders for person in carriers):
            return ()
        return heads if _without(carriers, heads) else _without(heads, carriers)

    def _put_off(self, day: date, since: date, receipts: Receipts, by: Sequence[Person]) -> date:
        """The day of a step, put off by what was acknowledged since a day and before the step was taken."""
        for person_id, moment in sorted(receipts, key=lambda receipt: receipt[1]):
            given = local_day(moment)
            if since <= given < day and any(person.id == person_id for person in by):
                day = max(day, self._calendar.after(given, self._rules.acknowledged_for))
        return day


def _without(people: Sequence[Person], others: Sequence[Person]) -> tuple[Person, ...]:
    return tuple(person for person in people if person not in others)
