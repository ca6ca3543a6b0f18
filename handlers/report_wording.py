"""Puts a periodic report into words: administrative prose made of its facts alone, and the cells of its tables."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from datetime import date

import texts
from domain.after_cutoff import Afterwards
from domain.clock import day_text, local_day
from domain.periodic_report import (
    AfterRow,
    Group,
    GroupLine,
    MissingLine,
    Position,
    Remark,
    ReportContent,
    Source,
    SourceLine,
    Tally,
    TallyLine,
    TargetLine,
    TargetRow,
    TaskLine,
    TaskRow,
    Upcoming,
    UpcomingLine,
    Waiting,
    Wording,
    tally,
)
from domain.reporting_periods import PeriodKind
from handlers.report_history_views import after_lines, after_told, compared, comparison_rows
from handlers.report_numbers import count_words, moment, number_words, plain
from handlers.wording import capital, deadline_words, percent_words, short

MOST_LINES = 12
"""How many tasks a group names one by one; the rest stand in the annex."""
MOST_DUE = 20
"""How many tasks that fall due the table of the next period has; the sentence above it counts all."""
FEW = 3
"""Up to how many tasks of a group are told in sentences; more are a table."""
LONGEST_TITLE = 300
"""How many characters of a title stand in a sentence; the annex has all of it."""
_QUARTERS = ("I", "II", "III", "IV")
_GROUPS = (Position.DONE, Position.IN_PROGRESS, Position.BLOCKED, Position.NOT_STARTED)


def worded(content: ReportContent) -> ReportContent:
    """The content with everything that is printed; the same facts always give the same words."""
    return replace(content, wording=_Words(content).all())


class _Words:
    """Words one report; which plan a number belongs to is said only where there are several."""

    def __init__(self, content: ReportContent) -> None:
        self._content = content
        self._tasks = [row for row in content.tasks if row.in_period]
        self._parts = [row for row in content.parts if row.in_period]
        plans = [row.plan for row in content.tasks] + [row.plan for row in content.targets]
        self._plans = [plan for plan in dict.fromkeys(plans) if plan]
        self._shared: dict[int, list[TaskRow]] = {}
        for part in self._parts:
            self._shared.setdefault(part.task_id, []).append(part)
        self._told = {source.mark: source for source in content.sources}
        self._day = min(content.period.cutoff, local_day(content.taken_at))

    def all(self) -> Wording:
        """Every sentence and cell."""
        content = self._content
        return Wording(
            subject=self._subject(),
            days=texts.say("periodic.days", **self._between()),
            standing="" if content.is_final else texts.say("periodic.provisional", moment=moment(content.taken_at)),
            opening=(self._opening(),),
            overall=tuple(self._overall()),
            groups=tuple(self._groups()),
            by_unit=self._tallies(self._parts, lambda row: row.unit or texts.say("periodic.task.no_unit")),
            by_plan=self._tallies(self._tasks, lambda row: row.plan or "-") if len(self._plans) > 1 else (),
            targets_told=tuple(self._targets_told()),
            targets=tuple(self._target_line(row) for row in content.targets),
            gaps=tuple(self._gaps()),
            difficulties=tuple(self._remarks("difficulty", content.difficulties)),
            proposals=tuple(self._remarks("proposal", content.proposals)),
            upcoming=tuple(self._upcoming()),
            closing=texts.say("periodic.closing", office=content.office),
            tasks=tuple(self._task_line(row) for row in content.parts),
            missing=tuple(self._missing()),
            sources=tuple(self._source_line(source) for source in content.sources),
            compared=tuple(compared(content, self._numbers)),
            comparison=tuple(_tally_line(name, figures) for name, figures in comparison_rows(content)),
            after_told=tuple(after_told(content, self._number, self._unit)),
            afterwards=tuple(after_lines(content, self._name, self._unit)),
            upcoming_rows=tuple(self._upcoming_rows()),
        )

    # --- what it is about ---

    def _between(self) -> dict[str, str]:
        return {"first": day_text(self._content.period.first), "last": day_text(self._content.period.cutoff)}

    def _subject(self) -> str:
        period = self._content.period
        year, month = period.cutoff.year, period.cutoff.month
        if period.kind is PeriodKind.PLAN:
            return texts.say("periodic.subject.plan", plan=period.plan, day=day_text(period.cutoff))
        if period.kind is PeriodKind.MONTH:
            return texts.say("periodic.subject.month", number=f"{month:02d}" if month < 3 else month, year=year)
        if period.kind is PeriodKind.QUARTER:
            return texts.say("periodic.subject.quarter", number=_QUARTERS[(month - 1) // 3], year=year)
        if period.kind is PeriodKind.HALF_YEAR:
            half = texts.say("periodic.half.first" if month <= 6 else "periodic.half.second")
            return texts.say("periodic.subject.half-year", number=half, year=year)
        return texts.say("periodic.subject.year", year=year)

    def _opening(self) -> str:
        own = self._content.period.plan
        plans = [own] if own else self._plans
        said = self._between() | {"office": self._content.office}
        if not plans:
            return capital(texts.say("periodic.opening.own", **said))
        if len(plans) == 1:
            return texts.say("periodic.opening.plan", plan=plans[0], **said)
        return texts.say("periodic.opening.plans", plans=", ".join(plans), **said)

    # --- I. results ---

    def _overall(self) -> Iterable[str]:
        found = tally(self._tasks)
        if not found.total:
            yield texts.say("periodic.overall.none")
        elif found.total == 1:
            only = next(row for row in self._tasks if row.position is not Position.CANCELLED)
            yield texts.say("periodic.overall.one", state=texts.say(f"periodic.one.{only.position}"))
        elif found.unknown == found.total:
            yield texts.say("periodic.overall.unreported", total=count_words(found.total))
        else:
            yield texts.say("periodic.overall.many", total=count_words(found.total), states=self._states())
        if found.total:
            key = "periodic.overall.late" if found.late else "periodic.overall.not_late"
            yield _said(key, day=day_text(self._day), count=count_words(found.late))
        if found.cancelled:
            yield texts.say("periodic.overall.cancelled", count=count_words(found.cancelled))
        if len(self._parts) > len(self._tasks):
            yield texts.say("periodic.overall.shared")

    def _states(self) -> str:
        found = tally(self._tasks)
        said = []
        if found.done:
            percent = percent_words(found.share_done or 0)
            said.append(texts.say("periodic.overall.done", count=count_words(found.done), percent=percent))
        for key, count in (
            ("in_progress", found.in_progress),
            ("blocked", found.blocked),
            ("not_started", found.not_started),
            ("unreported_part", found.unreported),
            ("unconfirmed", found.unconfirmed),
        ):
            if count:
                said.append(texts.say(f"periodic.overall.{key}", count=count_words(count)))
        return ", ".join(said)

    def _groups(self) -> Iterable[Group]:
        found = [(str(position), [row for row in self._tasks if row.position is position]) for position in _GROUPS]
        found.append(("late", [row for row in self._tasks if row.is_late]))
        some = [(key, rows) for key, rows in found if rows]
        if not some and self._tasks:
            yield Group(texts.say("periodic.group.none"), ())
        for letter, (key, rows) in zip("abcde", some, strict=False):
            title = texts.say(f"periodic.group.{key}", count=count_words(len(rows)))
            heading = texts.say("periodic.group.heading", letter=letter, title=title)
            shown, is_late = rows[:MOST_LINES], key == "late"
            lines = [self._group_line(row, is_late=is_late) for row in shown] if len(rows) <= FEW else []
            table = () if len(rows) <= FEW else tuple(self._group_row(row, is_late=is_late) for row in shown)
            if len(rows) > MOST_LINES:
                lines.append(texts.say("periodic.group.rest", count=count_words(len(rows) - MOST_LINES)))
            yield Group(heading, tuple(lines), key, title, self._numbers(rows), table)

    def _group_row(self, row: TaskRow, *, is_late: bool) -> GroupLine:
        none = texts.say("periodic.cell.none")
        facts = [capital(fact) for fact in self._facts(row, is_late=is_late, in_table=True)]
        return GroupLine(
            number=self._number(row),
            title=short(plain(row.title), LONGEST_TITLE),
            unit=self._unit(row.unit),
            deadline=capital(deadline_words(row.deadline)),
            facts="; ".join(facts) or none,
            source=self._marks(row).strip() or none,
        )

    def _group_line(self, row: TaskRow, *, is_late: bool) -> str:
        facts = list(self._facts(row, is_late=is_late))
        return texts.say(
            "periodic.task.line",
            name=self._name(row),
            title=short(row.title, LONGEST_TITLE),
            unit=self._unit(row.unit),
            facts="".join(f"; {fact}" for fact in facts),
            mark=self._marks(row),
        )

    def _facts(self, row: TaskRow, *, is_late: bool, in_table: bool = False) -> Iterable[str]:
        if row.position in (Position.UNREPORTED, Position.UNCONFIRMED):
            yield texts.say(f"periodic.one_short.{row.position}")
        shared = self._shared.get(row.task_id, ())
        if len(shared) > 1 and row.position is not Position.DONE:
            done = sum(part.position is Position.DONE for part in shared)
            yield texts.say("periodic.task.shared", done=count_words(done), count=count_words(len(shared)))
        if row.percent is not None and row.position is not Position.DONE:
            yield texts.say("periodic.task.percent", percent=percent_words(row.percent))
        if row.position is Position.DONE and row.result:
            yield plain(row.result) if in_table else texts.say("periodic.task.result", result=plain(row.result))
        if in_table:
            pass
        elif is_late or row.position in (Position.IN_PROGRESS, Position.NOT_STARTED, Position.BLOCKED):
            yield texts.say("periodic.task.deadline", deadline=deadline_words(row.deadline))
        if row.expected is not None:
            yield texts.say("periodic.task.expected", day=day_text(row.expected))

    def _tallies(self, rows: Sequence[TaskRow], name: Callable[[TaskRow], str]) -> tuple[TallyLine, ...]:
        by_name: dict[str, list[TaskRow]] = {}
        for row in rows:
            by_name.setdefault(name(row), []).append(row)
        return tuple(_tally_line(called, tally(of)) for called, of in sorted(by_name.items(), key=lambda each: each[0]))

    def _targets_told(self) -> Iterable[str]:
        rows, year = self._content.targets, self._content.year
        known = [row for row in rows if row.reached is not None]
        if not rows:
            yield texts.say("periodic.targets.none", year=year)
        elif not known:
            yield texts.say("periodic.targets.unreported", total=count_words(len(rows)), year=year)
        else:
            verdicts = [
                texts.say(f"periodic.targets.{key}", count=count_words(count))
                for key, count in (
                    ("reached", sum(row.is_reached is True for row in known)),
                    ("not_reached", sum(row.is_reached is False for row in known)),
                    ("unclear", sum(row.is_reached is None for row in known)),
                )
                if count
            ]
            yield texts.say(
                "periodic.targets.told",
                total=count_words(len(rows)),
                year=year,
                known=count_words(len(known)),
                verdicts=", " + ", ".join(verdicts),
            )
            if len(known) < len(rows):
                yield capital(texts.say("periodic.targets.missing", count=count_words(len(rows) - len(known))))

    def _gaps(self) -> Iterable[str]:
        lines = list(self._gaps_by_unit("unit", self._unreported()))
        lines += self._gaps_by_unit("waiting", self._content.waiting)
        unknown = [row for row in self._content.targets if row.reached is None]
        if unknown:
            said = {"count": count_words(len(unknown)), "year": self._content.year, "numbers": self._numbers(unknown)}
            lines.append(texts.say("periodic.gaps.targets", **said))
        if self._content.drafts:
            lines.append(texts.say("periodic.gaps.drafts", count=count_words(self._content.drafts)))
        return lines or [texts.say("periodic.gaps.none")]

    def _gaps_by_unit(self, key: str, entries: Iterable[TaskRow | Waiting]) -> Iterable[str]:
        by_unit: dict[str, list[TaskRow | Waiting]] = {}
        for entry in entries:
            by_unit.setdefault(self._unit(entry.unit), []).append(entry)
        for unit, found in sorted(by_unit.items()):
            count = count_words(len({entry.task_id for entry in found}))
            yield texts.say(f"periodic.gaps.{key}", unit=unit, count=count, numbers=self._numbers(found))

    def _unreported(self) -> list[TaskRow]:
        return [row for row in self._parts if row.position is Position.UNREPORTED]

    # --- II. to IV. ---

    def _remarks(self, kind: str, remarks: Sequence[Remark]) -> Iterable[str]:
        """The remarks by unit, the same words of several tasks once; with few of them each line names its unit."""
        if not remarks:
            yield texts.say(f"periodic.{kind}.none")
        by_unit: dict[str, dict[tuple[str, date | None], list[Remark]]] = {}
        for remark in remarks:
            said_of = by_unit.setdefault(self._unit(remark.unit), {})
            said_of.setdefault((plain(remark.said).rstrip(".;, "), remark.wanted), []).append(remark)
        if len(remarks) <= FEW:
            for unit, said in by_unit.items():
                for (words, wanted), of in said.items():
                    yield self._remark_line(texts.say("periodic.remark.of_unit", unit=unit), words, wanted, of)
            return
        for number, (unit, said) in enumerate(sorted(by_unit.items()), 1):
            yield texts.say("periodic.remark.unit", number=number, unit=unit, count=count_words(len(said)))
            for (words, wanted), of in said.items():
                yield self._remark_line("", words, wanted, of)

    def _remark_line(self, unit: str, words: str, wanted: date | None, of: Sequence[Remark]) -> str:
        key = "line" if wanted is None else "time" if words else "time_alone"
        return _said(
            f"periodic.remark.{key}",
            unit=unit,
            numbers=self._numbers(of),
            said=capital(words) if wanted is None else words,
            mark="".join(self._mark(mark) for mark in dict.fromkeys(remark.source for remark in of)),
            day=day_text(wanted) if wanted else "",
        )

    def _upcoming(self) -> Iterable[str]:
        late = [entry for entry in self._content.upcoming if entry.is_late]
        due = [entry for entry in self._content.upcoming if entry.due is not None and not entry.is_late]
        always = [entry for entry in self._content.upcoming if entry.due is None]
        if late:
            yield texts.say("periodic.upcoming.late", count=count_words(len(late)), numbers=self._numbers(late))
        if not due:
            yield texts.say("periodic.upcoming.none")
        elif len(due) > FEW:
            yield texts.say("periodic.upcoming.many", count=count_words(len(due)), day=day_text(_first(due)))
        else:
            yield from (self._upcoming_line(entry, entry.due) for entry in due if entry.due)
        if always:
            count = count_words(len({entry.task_id for entry in always}))
            yield texts.say("periodic.upcoming.ongoing", count=count, numbers=self._numbers(always))
        if self._unreported():
            yield texts.say("periodic.upcoming.missing")

    def _upcoming_line(self, entry: Upcoming, due: date) -> str:
        return texts.say(
            "periodic.upcoming.due",
            day=day_text(due),
            name=_small(self._name(entry)),
            title=short(entry.title, LONGEST_TITLE),
            unit=self._unit(entry.unit),
        )

    def _upcoming_rows(self) -> Iterable[UpcomingLine]:
        """What falls due in the next period as a table, where it is too much for sentences."""
        due = [entry for entry in self._content.upcoming if entry.due is not None and not entry.is_late]
        for entry in due[:MOST_DUE] if len(due) > FEW else ():
            if entry.due is not None:
                title = short(plain(entry.title), LONGEST_TITLE)
                yield UpcomingLine(day_text(entry.due), self._number(entry), title, self._unit(entry.unit))

    # --- tables ---

    def _task_line(self, row: TaskRow) -> TaskLine:
        none = texts.say("periodic.cell.none")
        source = self._told.get(row.source or 0)
        position = texts.say(f"periodic.position.{row.position}")
        if not row.in_period:
            position = texts.say("periodic.cell.asked")
        elif row.is_late:
            position = texts.say("periodic.position.late", position=position)
        return TaskLine(
            number=plain(row.number),
            plan=plain(row.plan),
            title=plain(row.title),
            unit=plain(row.unit) or none,
            assignee=plain(row.assignee) or none,
            deadline=capital(deadline_words(row.deadline)),
            position=position,
            percent=none if row.percent is None else percent_words(row.percent),
            result=self._result(row) or none,
            reported=none if source is None else _reported(source),
            source=self._mark(row.source).strip() or none,
            earlier=none if row.earlier is None else percent_words(row.earlier),
        )

    def _result(self, row: TaskRow) -> str:
        if row.position is Position.UNREPORTED and row.before is not None:
            return texts.say("periodic.cell.before", percent=percent_words(row.before))
        said = [capital(plain(row.result))] if row.result else []
        if row.obstacle and row.position is not Position.DONE:
            said.append(capital(texts.say("periodic.task.obstacle", said=plain(row.obstacle))))
        return "; ".join(said)

    def _target_line(self, row: TargetRow) -> TargetLine:
        none = texts.say("periodic.cell.none")
        verdicts = {True: "reached", False: "not_reached", None: "unclear" if row.reached is not None else "missing"}
        return TargetLine(
            number=plain(row.number),
            title=plain(row.title),
            unit=plain(row.unit) or none,
            measure=plain(row.measure) or none,
            planned=plain(row.planned) or none,
            reached=none if row.reached is None else _measured(row),
            verdict=texts.say(f"periodic.verdict.{verdicts[row.is_reached]}"),
            source=self._mark(row.source).strip() or none,
        )

    def _missing(self) -> Iterable[MissingLine]:
        late = {(row.task_id, row.unit): row.at for row in self._content.after if row.what is Afterwards.LATE}
        for row in sorted(self._unreported(), key=lambda each: each.unit):
            key = "periodic.reason.unreported" if row.before is None else "periodic.reason.unreported_before"
            reason = _said(key, percent=percent_words(row.before or 0))
            if came := late.get((row.task_id, row.unit)):
                reason = texts.say("periodic.reason.late", reason=reason, moment=moment(came))
            people = ", ".join(map(plain, row.people))
            yield self._missing_line(row.unit, self._name(row), row.title, people, reason)
        for waiting in self._content.waiting:
            reason = texts.say("periodic.reason.waiting", day=day_text(local_day(waiting.at)))
            yield self._missing_line(waiting.unit, self._name(waiting), waiting.title, waiting.person, reason)
        for target in self._content.targets:
            if target.reached is None:
                reason = texts.say("periodic.reason.target", year=self._content.year)
                yield self._missing_line(target.unit, self._name(target), target.title, "", reason)

    def _missing_line(self, unit: str, about: str, title: str, person: str, reason: str) -> MissingLine:
        none = texts.say("periodic.cell.none")
        return MissingLine(self._unit(unit), about, plain(title), plain(person) or none, reason)

    def _source_line(self, source: Source) -> SourceLine:
        person = plain(source.person)
        if source.unit:
            person = texts.say("periodic.source.person", person=person, unit=plain(source.unit))
        if source.confirmed_by:
            person = texts.say("periodic.source.confirmed", person=person, head=plain(source.confirmed_by))
        kind = "target" if source.kind == "achievement" else "name"
        return SourceLine(
            mark=self._mark(source.mark).strip(),
            about=self._named(kind, source.about, source.plan),
            person=person,
            moment=moment(source.at),
            said=plain(source.said),
            record=texts.say(f"periodic.record.{source.kind}", id=source.id),
        )

    # --- names ---

    def _name(self, of: TaskRow | TargetRow | Remark | Waiting | Upcoming | AfterRow) -> str:
        return self._named("target" if isinstance(of, TargetRow) else "name", of.number, of.plan)

    def _named(self, kind: str, number: str, plan: str) -> str:
        if plan and len(self._plans) > 1:
            return texts.say(f"periodic.task.{kind}_in", number=plain(number), plan=plain(plan))
        return texts.say(f"periodic.task.{kind}", number=plain(number))

    def _number(self, of: TaskRow | TargetRow | Remark | Upcoming | Waiting | AfterRow) -> str:
        number, plan = plain(of.number), plain(of.plan)
        return f"{number} ({plan})" if plan and len(self._plans) > 1 else number

    def _numbers(self, entries: Iterable[TaskRow | TargetRow | Remark | Upcoming | Waiting]) -> str:
        """Numbers in a row, each once; where there are several plans, those of one plan together."""
        by_plan: dict[str, list[str]] = {}
        for entry in entries:
            by_plan.setdefault(plain(entry.plan), []).append(plain(entry.number))
        listed = {plan: ", ".join(dict.fromkeys(numbers)) for plan, numbers in by_plan.items()}
        if len(self._plans) < 2:
            return ", ".join(listed.values())
        return "; ".join(
            texts.say("periodic.numbers_in", numbers=numbers, plan=plan) if plan else numbers
            for plan, numbers in listed.items()
        )

    def _unit(self, unit: str) -> str:
        return plain(unit) or texts.say("periodic.task.no_unit")

    def _marks(self, row: TaskRow) -> str:
        """What a whole task's line rests on: of a group task the reports of all its units."""
        marks = [row.source] if row.source is not None else [part.source for part in self._shared[row.task_id]]
        return "".join(self._mark(mark) for mark in dict.fromkeys(marks))

    def _mark(self, mark: int | None) -> str:
        return "" if mark is None else texts.say("periodic.mark", mark=mark)


def _said(key: str, **blanks: object) -> str:
    """A sentence that has a place for some of the blanks only."""
    return texts.say(key, **blanks)


def _first(due: Sequence[Upcoming]) -> date:
    """The earliest day of what falls due."""
    return min(entry.due for entry in due if entry.due is not None)


def _small(words: str) -> str:
    return words[:1].lower() + words[1:]


def _reported(source: Source) -> str:
    return texts.say("periodic.cell.reported", person=plain(source.person), day=day_text(local_day(source.at)))


def _measured(row: TargetRow) -> str:
    """The value with the percent sign where the plan's words have one."""
    value = number_words(row.reached or 0)
    return f"{value}%" if "%" in row.measure or "%" in row.planned else value


def _tally_line(name: str, found: Tally) -> TallyLine:
    return TallyLine(
        name=plain(name),
        total=str(found.total),
        done=str(found.done),
        in_progress=str(found.in_progress),
        blocked=str(found.blocked),
        not_started=str(found.not_started),
        unknown=str(found.unknown),
        late=str(found.late),
        percent="-" if found.share_done is None else number_words(found.share_done),
    )
