"""The words in which people read their reminders: one matter as a plain notice, several as a list by urgency."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date

import texts
from domain.clock import day_text, local_day
from domain.messages import Button, Reply
from domain.notices import (
    AGAIN,
    PERIOD_CLOSED,
    PERIOD_DUE,
    PERIOD_LAST,
    PERIOD_OPENS,
    UNREACHED,
    Call,
    CallKind,
    LedgerNotice,
    Subject,
)
from domain.people import Person
from domain.reporting_periods import Period, PeriodKind, is_missing, missing
from domain.rights import leads_the_office
from domain.tasks import Task
from scheduler.case_wording import CaseMatter, case_alone, case_buttons, case_line, case_matters
from scheduler.facts import Facts
from scheduler.history import ABOVE, above, history, section_of, unanswered
from scheduler.holding import MAKES_LATE

MOST_LINES = 12
"""Matters named one by one in a message; a phone shows as many without scrolling for long."""
TITLE_LIMIT = 80

_SECTIONS = ("overdue", "told", "today", "head", "leader", "before", "again")
_PERIOD_SECTIONS = {
    PERIOD_LAST: "last",
    PERIOD_DUE: "due",
    AGAIN: "due",
    PERIOD_OPENS: "opens",
    PERIOD_CLOSED: "closed",
}


@dataclass(frozen=True, slots=True)
class Matter:
    """A notice with the task it is about, or the unit's part of it.

    `late`: which of the notices that one line speaks of comes later than planned and nobody wanted that; None of none.
    """

    row: LedgerNotice
    task: Task
    section: str
    late: LedgerNotice | None = None


def is_late(row: LedgerNotice) -> bool:
    """True when a notice comes later than planned and nobody wanted that."""
    return row.notice.late or row.reason in MAKES_LATE


def digest(person: Person, rows: Sequence[LedgerNotice], facts: Facts, most: int = MOST_LINES) -> Reply:
    """What the person reads of these notices of tasks and periods; at most so many are named one by one."""
    matters = _matters(rows, facts)
    periods = [(row, period) for row in rows if (period := facts.period(row.notice)) is not None]
    received = Button(texts.say("notices.received_button"), f"ack:{min(row.id for row in rows)}")
    cases, unreached = case_matters(rows, facts), _unreached_lines(rows, facts)
    if len(matters) + len(cases) == 1 and not periods and not unreached:
        if matters:
            return _one(person, matters[0], facts, received)
        alone = case_alone(person, cases[0], facts, received)
        return Reply(_labelled(alone.text, cases[0].row), alone.buttons)
    if unreached and not matters and not periods and not cases:
        key = "notices.one.unreached_closed" if _says_why(rows, facts) else "notices.one.unreached"
        text = texts.say(key, person=person.name, people="\n".join(unreached))
        return Reply(text, (received, _overview_button()))
    parts = _Parts(most)
    for section in _SECTIONS:
        of_section = [matter for matter in matters if matter.section == section]
        if of_section:
            parts.add(texts.say(f"notices.section.{section}"), [_line(matter, facts) for matter in of_section])
    if cases:
        lines = [_late_line(case_line(case, facts), case.row) for case in cases]
        parts.add(texts.say("notices.section.cases"), lines)
    for rule in _PERIOD_SECTIONS:
        for row, period in periods:
            if row.notice.rule == rule:
                parts.add(_period_head(row, period), _period_lines(person, row, period, facts))
    if unreached:
        parts.add(texts.say("notices.section.unreached"), unreached)
    return _many(person, rows, matters, cases, parts, facts, received)


def call_words(person: Person, row: LedgerNotice, said: Call, facts: Facts) -> Reply:
    """What a colleague had sent, in their own words."""
    blanks = {"author": facts.name(said.author_id), "text": said.text}
    received = (Button(texts.say("notices.received_button"), f"ack:{row.id}"),)
    if said.kind is CallKind.ANNOUNCEMENT:
        text = texts.say("notices.call.emergency" if said.emergency else "notices.call.announcement", **blanks)
        return Reply(_labelled(text, row), received)
    blanks["person"] = person.name
    text = (
        texts.say("notices.call.request", **blanks)
        if said.due is None
        else texts.say("notices.call.request_due", **blanks, day=day_text(said.due))
    )
    if len(said.about) == 1:
        report = Button(texts.say("notices.report_button"), f"report:{said.about[0]}")
        opened = Button(texts.say("notices.open_button"), f"task:{said.about[0]}")
        return Reply(_labelled(text, row), (*received, report, opened))
    return Reply(_labelled(text, row), (*received, _tasks_button()))


class _Parts:
    """The sections of a message, cut once so many matters are named."""

    def __init__(self, most: int) -> None:
        self._left = most
        self.texts: list[str] = []
        self.unnamed = 0

    def add(self, head: str, lines: Sequence[str]) -> None:
        """One more section; what is too much for the message is only counted."""
        shown = lines[: self._left]
        self._left -= len(shown)
        self.unnamed += len(lines) - len(shown)
        if shown or not lines:
            self.texts.append("\n".join([head, *shown]))


def _many(
    person: Person,
    rows: Sequence[LedgerNotice],
    matters: Sequence[Matter],
    cases: Sequence[CaseMatter],
    parts: _Parts,
    facts: Facts,
    received: Button,
) -> Reply:
    own = [matter for matter in matters if matter.section not in ABOVE]
    asks_for_period = any(facts.period(row.notice) and row.notice.rule != PERIOD_CLOSED for row in rows)
    asked = bool(own) or asks_for_period
    count = len(matters) + len(cases) + sum(facts.period(row.notice) is not None for row in rows)
    blanks = {"person": person.name, "day": day_text(facts.today)}
    blocks = [
        texts.say("notices.many.opening_one", **blanks)
        if count == 1
        else texts.say("notices.many.opening", **blanks, count=count),
        *parts.texts,
    ]
    if parts.unnamed:
        key = "notices.many.more" if asked else "notices.many.more_above"
        blocks.append(texts.say(key, count=parts.unnamed))
    number = _example(person, own, rows, facts)
    if number:
        blocks.append(texts.say("notices.many.answer", number=number))
    more = () if cases and count == len(cases) else (_tasks_button() if asked else _overview_button(),)
    return Reply("\n\n".join(blocks), (received, *case_buttons(cases), *more))


def _example(person: Person, own: Sequence[Matter], rows: Sequence[LedgerNotice], facts: Facts) -> str:
    """The number of a task of theirs with which to show how one answers; empty when nothing is asked of them."""
    if own:
        return own[0].task.number
    for row in rows:
        period = facts.period(row.notice)
        if period is not None and row.notice.rule != PERIOD_CLOSED:
            for part in facts.asked_of(period, person):
                if is_missing(period, part):
                    return part.number
    return ""


def _one(person: Person, matter: Matter, facts: Facts, received: Button) -> Reply:
    task = matter.task
    blanks = _blanks(matter, facts) | {"person": person.name, "title": task.title}
    key = "before_soon" if matter.section == "before" and not blanks["days"] else matter.section
    text = texts.say(f"notices.one.{key}", **blanks)
    opened = Button(texts.say("notices.open_button"), f"task:{task.id}")
    if matter.section in ABOVE:
        return Reply(_labelled(text, matter.late or matter.row), (received, opened))
    report = Button(texts.say("notices.report_button"), f"report:{task.id}")
    return Reply(_labelled(text, matter.late or matter.row), (received, report, opened))


def _line(matter: Matter, facts: Facts) -> str:
    blanks = _blanks(matter, facts)
    title = _short(matter.task.title)
    state = _state(matter, blanks)
    return _late_line(
        texts.say("notices.line.task", **blanks | {"title": title}, state=state), matter.late or matter.row
    )


def _late_line(line: str, row: LedgerNotice) -> str:
    if not is_late(row):
        return line
    return texts.say("notices.line.late", line=line, day=day_text(local_day(row.notice.scheduled)))


def _state(matter: Matter, blanks: Mapping[str, object]) -> str:
    """Where the task stands against its day."""
    if matter.section == "before":
        return texts.say("notices.line.days_left" if blanks["days"] else "notices.line.soon", **blanks)
    if matter.section == "again":
        due = matter.task.deadline.due
        return texts.say("notices.line.no_day") if due is None else texts.say("notices.line.soon", day=day_text(due))
    return texts.say(f"notices.line.{'soon' if matter.section == 'today' else matter.section}", **blanks)


def _blanks(matter: Matter, facts: Facts) -> dict[str, object]:
    """All that may be said of a matter."""
    task, row = matter.task, matter.row
    day = row.notice.occurrence
    first, last = sorted((day, facts.today))
    return {
        "number": task.number,
        "title": task.title,
        "document": task.document_number or texts.say("notices.no_document"),
        "day": day_text(day),
        "days": facts.calendar.between(first, last),
        "unit": task.lead_unit_name or texts.say("notices.no_unit"),
        "unanswered": unanswered(row, facts),
        "above": above(row, facts.heads(task), facts),
        "history": history(row, facts.carriers(task), facts),
    }


def _unreached_lines(rows: Sequence[LedgerNotice], facts: Facts) -> list[str]:
    """To whom messages could not be sent, how many, and why where it is not that they left."""
    counts: dict[tuple[str, bool], int] = {}
    for row in rows:
        for person in facts.unreached(row.notice) if row.notice.rule == UNREACHED else ():
            counts[person] = counts.get(person, 0) + 1
    return [
        texts.say("notices.line.unreached_closed" if is_closed else "notices.line.unreached", person=name, count=count)
        for (name, is_closed), count in sorted(counts.items())
    ]


def _says_why(rows: Sequence[LedgerNotice], facts: Facts) -> bool:
    """True where the lines about those who could not be reached say why."""
    return any(closed for row in rows if row.notice.rule == UNREACHED for _, closed in facts.unreached(row.notice))


def _matters(rows: Sequence[LedgerNotice], facts: Facts) -> list[Matter]:
    """What is to be said of tasks, the most pressing first; that a task was passed up says that it is overdue."""
    found = []
    for row in rows:
        task = facts.task(row.notice)
        if task is not None and row.notice.rule != UNREACHED:
            found.append(Matter(row, task, section_of(row.notice.rule)))
    told = {m.row.notice.subject for m in found if m.section == "told"}
    asked = {m.row.notice.subject for m in found if m.section != "again"}
    hidden = {"overdue": told, "again": asked}
    kept = [m for m in found if m.row.notice.subject not in hidden.get(m.section, ())]
    newest = {_line_of(m, told): m for m in kept}
    late = {_line_of(m, told): m.row for m in reversed(found) if is_late(m.row)}
    return sorted((replace(m, late=late.get(line)) for line, m in newest.items()), key=_order)


def _line_of(matter: Matter, told: Collection[Subject]) -> tuple[Subject, date, str]:
    """The line of the message that speaks of it: what was passed up and is overdue is one."""
    notice = matter.row.notice
    section = "told" if matter.section == "overdue" and notice.subject in told else matter.section
    return (notice.subject, notice.occurrence, section)


def _order(matter: Matter) -> tuple[int, str, object, int, int]:
    unit = matter.task.lead_unit_name if matter.section == "leader" else ""
    return (_SECTIONS.index(matter.section), unit, matter.row.notice.occurrence, matter.task.id, matter.row.id)


def _period_head(row: LedgerNotice, period: Period) -> str:
    head = texts.say(
        f"notices.period.{_PERIOD_SECTIONS[row.notice.rule]}",
        period=period_words(period).upper(),
        due=day_text(period.due),
        cutoff=day_text(period.cutoff),
    )
    if not is_late(row):
        return head
    return f"{texts.say('notices.late', day=day_text(local_day(row.notice.scheduled)))}\n{head}"


def _period_lines(person: Person, row: LedgerNotice, period: Period, facts: Facts) -> list[str]:
    """The tasks that the section of a period names, or the units with their count for who leads the office."""
    if row.notice.rule == PERIOD_CLOSED:
        parts = missing(period, facts.view.tasks)
        if leads_the_office(person):
            return _unit_lines(parts)
        return [_period_line(part) for part in parts if part.lead_unit_id == person.unit_id]
    asked = facts.asked_of(period, person)
    if row.notice.rule == PERIOD_OPENS:
        return [_period_line(part, is_done=not is_missing(period, part)) for part in asked]
    return [_period_line(part) for part in asked if is_missing(period, part)]


def _unit_lines(parts: Sequence[Task]) -> list[str]:
    counts: dict[str, int] = {}
    for part in parts:
        unit = part.lead_unit_name or texts.say("notices.no_unit")
        counts[unit] = counts.get(unit, 0) + 1
    return [texts.say("notices.line.period_unit", unit=unit, count=count) for unit, count in sorted(counts.items())]


def _period_line(part: Task, *, is_done: bool = False) -> str:
    return texts.say(
        "notices.line.period_done" if is_done else "notices.line.period_task",
        number=part.number,
        title=_short(part.title),
        document=part.document_number or texts.say("notices.no_document"),
    )


def period_words(period: Period) -> str:
    """The period as the office calls it."""
    year = period.year
    if period.kind is PeriodKind.MONTH:
        return texts.say("notices.period.month", number=period.number, year=year)
    if period.kind is PeriodKind.QUARTER:
        return texts.say("notices.period.quarter", number=("I", "II", "III", "IV")[period.number - 1], year=year)
    if period.kind is PeriodKind.HALF_YEAR:
        return texts.say("notices.period.first_half" if period.number == 1 else "notices.period.second_half", year=year)
    if period.kind is PeriodKind.YEAR:
        return texts.say("notices.period.year", year=year)
    return texts.say("notices.period.plan", document=period.document_number or texts.say("notices.no_document"))


def _labelled(text: str, row: LedgerNotice) -> str:
    if not is_late(row):
        return text
    return f"{texts.say('notices.late', day=day_text(local_day(row.notice.scheduled)))}\n{text}"


def _tasks_button() -> Button:
    return Button(texts.say("greet.button.tasks"), "tasks")


def _overview_button() -> Button:
    return Button(texts.say("greet.button.overview"), "overview")


def _short(title: str) -> str:
    flat = " ".join(title.split())
    if len(flat) <= TITLE_LIMIT:
        return flat
    return flat[: TITLE_LIMIT - 1].rsplit(" ", 1)[0].rstrip(" ,;:.-") + "…"
