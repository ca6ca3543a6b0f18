"""What stood in the register at a period's cutoff: a complete copy, from which its report can be made at any time.

Everything a periodic report needs is in here by value, names included, so that a task renamed, handed on or deleted
afterwards changes no old report. `as_json` and `figures_from` are how it is kept.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from domain.changes import from_kept_form, kept_form
from domain.deadlines import Deadline, DeadlineKind
from domain.progress import Approval
from domain.reporting_periods import PeriodKind
from domain.tasks import TaskStatus

VERSION = 1
"""The form of the kept figures; a later form reads the earlier ones."""


@dataclass(frozen=True, slots=True)
class Who:
    """A person as they were at the cutoff."""

    id: int
    name: str
    unit: str = ""


@dataclass(frozen=True, slots=True)
class ReportFigures:
    """A progress report as it stood at the cutoff. `said` is the sentence it was made with, `product` what it names.

    `corrects` is the report it corrects. `approval` is what the head of the unit had said by the cutoff.
    """

    id: int
    who: Who
    at: datetime
    said: str
    status: TaskStatus
    percent: float | None = None
    obstacle: str = ""
    expected: date | None = None
    product: str = ""
    approval: Approval = Approval.NONE
    approved_by: str = ""
    approved_at: datetime | None = None
    corrects: int | None = None


@dataclass(frozen=True, slots=True)
class TaskFigures:
    """A task, or one unit's part of a task that several carry (`is_share`), where it stood at the cutoff.

    `before` and `percent_before` are its standing when the period began. `asked` is False for what no report was
    expected of (on request, or of a plan with days of its own) and which is here because it was reported on or because
    it belongs to the office's work all the same. `reports` are those of the period that count or wait, newest first;
    `last` is the newest ever, so that a missing task shows when it was last heard of. `responsible` are the people who
    should have reported.
    """

    task_id: int
    number: str
    title: str
    deadline: Deadline
    status: TaskStatus
    percent: float | None = None
    expected: date | None = None
    before: TaskStatus = TaskStatus.NOT_STARTED
    percent_before: float | None = None
    document_id: int | None = None
    document_number: str = ""
    unit_id: int | None = None
    unit: str = ""
    is_share: bool = False
    lead: str = ""
    support: str = ""
    product: str = ""
    result: str = ""
    assignee: str = ""
    asked: bool = True
    reports: tuple[ReportFigures, ...] = ()
    last: ReportFigures | None = None
    responsible: tuple[Who, ...] = ()

    @property
    def is_reported(self) -> bool:
        """True when something was reported of it in the period."""
        return bool(self.reports)

    @property
    def is_missing(self) -> bool:
        """True when a report was expected and none came by the cutoff."""
        return self.asked and not self.reports and not self.status.is_over

    @property
    def is_unconfirmed(self) -> bool:
        """True when what was last reported still waited for the head of the unit."""
        return bool(self.reports) and self.reports[0].approval is Approval.WAITING

    def is_late(self, day: date) -> bool:
        """True when its last day had passed by that day and it was not over."""
        due = self.deadline.due
        dated = self.deadline.kind is DeadlineKind.DATE and due is not None and due < day
        return dated and not self.status.is_over


@dataclass(frozen=True, slots=True)
class TargetFigures:
    """A target for one year: the plan's words beside what was reported by the cutoff, and who reported it.

    `is_reached` is None where nothing was reported or where the two cannot be compared.
    """

    target_id: int
    number: str
    title: str
    year: int
    planned: str
    unit_of_measure: str = ""
    document_id: int | None = None
    document_number: str = ""
    unit_id: int | None = None
    unit: str = ""
    value: float | None = None
    is_reached: bool | None = None
    report_id: int | None = None
    who: Who | None = None
    at: datetime | None = None
    said: str = ""


@dataclass(frozen=True, slots=True)
class PeriodFigures:
    """Everything that stood in the register at the cutoff of a period (`ends_at`); `taken_at` is when it was copied."""

    office: str
    kind: PeriodKind
    first: date
    cutoff: date
    ends_at: datetime
    taken_at: datetime
    document_id: int | None = None
    document_number: str = ""
    tasks: tuple[TaskFigures, ...] = ()
    targets: tuple[TargetFigures, ...] = ()

    @property
    def asked(self) -> list[TaskFigures]:
        """What a report was expected of."""
        return [task for task in self.tasks if task.asked]

    @property
    def missing(self) -> list[TaskFigures]:
        """What was expected and did not come by the cutoff."""
        return [task for task in self.tasks if task.is_missing]

    def as_json(self) -> dict[str, Any]:
        """The form in which it is kept; `figures_from` reads it back."""
        return {
            "version": VERSION,
            "office": self.office,
            "kind": str(self.kind),
            "first": self.first.isoformat(),
            "cutoff": self.cutoff.isoformat(),
            "ends_at": self.ends_at.isoformat(),
            "taken_at": self.taken_at.isoformat(),
            "document_id": self.document_id,
            "document_number": self.document_number,
            "tasks": [_task_json(task) for task in self.tasks],
            "targets": [_target_json(target) for target in self.targets],
        }


def figures_from(kept: Mapping[str, Any]) -> PeriodFigures:
    """The figures that were kept. Raises ValueError for a form that this version does not know."""
    if kept.get("version") != VERSION:
        raise ValueError(f"figures of version {kept.get('version')!r} cannot be read")
    return PeriodFigures(
        office=kept["office"],
        kind=PeriodKind(kept["kind"]),
        first=date.fromisoformat(kept["first"]),
        cutoff=date.fromisoformat(kept["cutoff"]),
        ends_at=datetime.fromisoformat(kept["ends_at"]),
        taken_at=datetime.fromisoformat(kept["taken_at"]),
        document_id=kept["document_id"],
        document_number=kept["document_number"],
        tasks=tuple(_task(task) for task in kept["tasks"]),
        targets=tuple(_target(target) for target in kept["targets"]),
    )


def _task_json(task: TaskFigures) -> dict[str, Any]:
    return {
        "task_id": task.task_id,
        "number": task.number,
        "title": task.title,
        "deadline": kept_form(task.deadline),
        "status": str(task.status),
        "percent": task.percent,
        "expected": _day_json(task.expected),
        "before": str(task.before),
        "percent_before": task.percent_before,
        "document_id": task.document_id,
        "document_number": task.document_number,
        "unit_id": task.unit_id,
        "unit": task.unit,
        "is_share": task.is_share,
        "lead": task.lead,
        "support": task.support,
        "product": task.product,
        "result": task.result,
        "assignee": task.assignee,
        "asked": task.asked,
        "reports": [_report_json(report) for report in task.reports],
        "last": None if task.last is None else _report_json(task.last),
        "responsible": [_who_json(who) for who in task.responsible],
    }


def _task(kept: Mapping[str, Any]) -> TaskFigures:
    return TaskFigures(
        **_same(kept, _TASK_FIELDS),
        deadline=from_kept_form(kept["deadline"]),
        status=TaskStatus(kept["status"]),
        expected=_day(kept["expected"]),
        before=TaskStatus(kept["before"]),
        reports=tuple(_report(report) for report in kept["reports"]),
        last=None if kept["last"] is None else _report(kept["last"]),
        responsible=tuple(_who(who) for who in kept["responsible"]),
    )


_TASK_FIELDS = (
    *("task_id", "number", "title", "percent", "percent_before", "document_id", "document_number", "unit_id", "unit"),
    *("is_share", "lead", "support", "product", "result", "assignee", "asked"),
)


def _report_json(report: ReportFigures) -> dict[str, Any]:
    return {
        "id": report.id,
        "who": _who_json(report.who),
        "at": report.at.isoformat(),
        "said": report.said,
        "status": str(report.status),
        "percent": report.percent,
        "obstacle": report.obstacle,
        "expected": _day_json(report.expected),
        "product": report.product,
        "approval": str(report.approval),
        "approved_by": report.approved_by,
        "approved_at": _moment_json(report.approved_at),
        "corrects": report.corrects,
    }


def _report(kept: Mapping[str, Any]) -> ReportFigures:
    return ReportFigures(
        **_same(kept, ("id", "said", "percent", "obstacle", "product", "approved_by", "corrects")),
        who=_who(kept["who"]),
        at=datetime.fromisoformat(kept["at"]),
        status=TaskStatus(kept["status"]),
        expected=_day(kept["expected"]),
        approval=Approval(kept["approval"]),
        approved_at=_moment(kept["approved_at"]),
    )


_TARGET_FIELDS = (
    *("target_id", "number", "title", "year", "planned", "unit_of_measure", "document_id", "document_number"),
    *("unit_id", "unit", "value", "is_reached", "report_id", "said"),
)


def _target_json(target: TargetFigures) -> dict[str, Any]:
    plain = {name: getattr(target, name) for name in _TARGET_FIELDS}
    return plain | {"who": None if target.who is None else _who_json(target.who), "at": _moment_json(target.at)}


def _target(kept: Mapping[str, Any]) -> TargetFigures:
    who = None if kept["who"] is None else _who(kept["who"])
    return TargetFigures(**_same(kept, _TARGET_FIELDS), who=who, at=_moment(kept["at"]))


def _who_json(who: Who) -> dict[str, Any]:
    return {"id": who.id, "name": who.name, "unit": who.unit}


def _who(kept: Mapping[str, Any]) -> Who:
    return Who(kept["id"], kept["name"], kept["unit"])


def _same(kept: Mapping[str, Any], names: tuple[str, ...]) -> dict[str, Any]:
    return {name: kept[name] for name in names}


def _day_json(day: date | None) -> str | None:
    return None if day is None else day.isoformat()


def _day(kept: str | None) -> date | None:
    return None if kept is None else date.fromisoformat(kept)


def _moment_json(moment: datetime | None) -> str | None:
    return None if moment is None else moment.isoformat()


def _moment(kept: str | None) -> datetime | None:
    return None if kept is None else datetime.fromisoformat(kept)
