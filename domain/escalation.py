"""Who is told of what stays undone: the head of the unit, then the leaders, and those responsible that they were."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from domain.clock import local_day
from domain.duties import Duty, Staff
from domain.notice_rules import NoticeRules
from domain.notices import ESCALATE_HEAD, ESCALATE_LEADER, TOLD_HEAD, TOLD_LEADER
from domain.people import Person
from domain.stages import Round, Timetable


@dataclass(frozen=True, slots=True)
class Telling:
    """Under which rule who is told, on which day."""

    rule: str
    day: date
    people: tuple[Person, ...]


Receipts = Sequence[tuple[int, datetime]]
"""Who acknowledged something of one occurrence, and when."""


class Escalation:
    """The way up from those responsible, by the office's delays."""

    def __init__(self, staff: Staff, timetable: Timetable, rules: NoticeRules) -> None:
        self._staff, self._timetable, self._rules = staff, timetable, rules

    def tellings(self, duty: Duty, round_: Round, receipts: Receipts) -> Iterator[Telling]:
        """Who is told of an overdue occurrence of which nothing was reported, each step on its day."""
        if round_.overdue is None or (duty.reported_on is not None and duty.reported_on >= round_.occurrence):
            return
        responsible = self._staff.responsible(duty)
        heads, leaders = self.heads(duty), tuple(p for p in self._staff.leaders if p not in responsible)
        day = self._timetable.after(round_.overdue, self._rules.head_after)
        day = self._put_off(day, round_.overdue, receipts, responsible)
        if day is not None and heads:
            yield Telling(ESCALATE_HEAD, day, heads)
            yield Telling(TOLD_HEAD, day, _without(responsible, heads))
            day = self._put_off(self._timetable.after(day, self._rules.leader_after), day, receipts, heads)
        if day is not None and leaders:
            yield Telling(ESCALATE_LEADER, day, leaders)
            yield Telling(TOLD_LEADER, day, (*responsible, *_without(heads, responsible)))

    def heads(self, duty: Duty) -> tuple[Person, ...]:
        """The heads who are told: those of the unit, unless nobody but heads carries the duty; then the others."""
        carriers = self._staff.carriers(duty)
        heads = self._staff.heads(self._staff.unit_of(duty))
        return heads if any(person not in heads for person in carriers) else _without(heads, carriers)

    def _put_off(self, day: date | None, since: date, receipts: Receipts, by: Sequence[Person]) -> date | None:
        """The day of a step, put off by what was acknowledged since a day and before the step was taken."""
        ids = {person.id for person in by}
        for person_id, moment in sorted(receipts, key=lambda receipt: receipt[1]):
            given = local_day(moment)
            if person_id in ids and day is not None and since <= given < day:
                later = self._timetable.after(given, self._rules.acknowledged_for)
                day = None if later is None else max(day, later)
        return day


def _without(people: Sequence[Person], others: Sequence[Person]) -> tuple[Person, ...]:
    return tuple(person for person in people if person not in others)
