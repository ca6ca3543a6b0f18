"""The whole content of a periodic report as data: its figures, what each of them rests on, and its sentences."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date, datetime
from enum import StrEnum
from typing import Any

from domain.after_cutoff import Afterwards
from domain.deadlines import Deadline
from domain.letterhead import Letterhead
from domain.plain import from_plain, to_plain
from domain.reporting_periods import PeriodKind


class Position(StrEnum):
    """Where a task stands in a report: as reported in the period, or that nothing was, or nothing anybody confirmed."""

    DONE = "done"
    IN_PROGRESS = "in_progress"
    BLOCKED = "blocked"
    NOT_STARTED = "not_started"
    UNREPORTED = "unreported"
    UNCONFIRMED = "unconfirmed"
    CANCELLED = "cancelled"


class SourceKind(StrEnum):
    """What a figure rests on: a progress report, a value reported of a target, or a request for more time."""

    REPORT = "report"
    ACHIEVEMENT = "achievement"
    REQUEST = "request"


@dataclass(frozen=True, slots=True)
class Source:
    """What was said, by whom and when. `mark` is the number by which rows name it; `id` is the row it was kept as.

    `about` is the number of the task or target.
    `confirmed_by` is the head who approved it, where the office wants that.
    """

    mark: int
    kind: SourceKind
    id: int
    about: str
    plan: str
    person: str
    unit: str
    at: datetime
    said: str
    confirmed_by: str = ""


@dataclass(frozen=True, slots=True)
class TaskRow:
    """One task of one unit. `percent`, `obstacle` and `source` are those of the period's last report that counts.

    `before` is the percentage reported before the period and never stands for the period's; `earlier` is the one in the
    report of the period before, where that was frozen and said one. `is_whole` is False for
    a unit's part of a task that several carry. `in_period` is False for what nobody was asked about in the period,
    because it was over before, or is done on request. `people` are those who should have reported.
    """

    task_id: int
    number: str
    plan: str
    title: str
    unit: str
    assignee: str
    product: str
    deadline: Deadline
    position: Position
    percent: float | None = None
    is_late: bool = False
    in_period: bool = True
    is_whole: bool = True
    obstacle: str = ""
    result: str = ""
    expected: date | None = None
    source: int | None = None
    before: float | None = None
    people: tuple[str, ...] = ()
    earlier: float | None = None


@dataclass(frozen=True, slots=True)
class TargetRow:
    """One target in the year of the report; `reached` is None where nobody reported a value.

    `is_reached` is None where nothing was reported, or where plan and value cannot be compared.
    """

    target_id: int
    number: str
    plan: str
    title: str
    unit: str
    measure: str
    planned: str
    reached: float | None = None
    is_reached: bool | None = None
    source: int | None = None


@dataclass(frozen=True, slots=True)
class Remark:
    """A difficulty or a proposal as somebody reported it; `wanted` is the day to which more time is asked for."""

    task_id: int
    number: str
    plan: str
    title: str
    unit: str
    said: str
    source: int
    wanted: date | None = None


@dataclass(frozen=True, slots=True)
class Waiting:
    """A report that the head of the unit has not confirmed yet: it is named, and counts for nothing."""

    task_id: int
    number: str
    plan: str
    title: str
    unit: str
    person: str
    at: datetime


@dataclass(frozen=True, slots=True)
class AfterRow:
    """What came after the cutoff: a late report, a correction, or a head's word. It is named and changes no figure.

    `id` is the row of the report in the register, and `percent` what it says; `at` is when it was made, or decided on
    by `person`.
    """

    what: Afterwards
    task_id: int
    number: str
    plan: str
    title: str
    unit: str
    person: str
    at: datetime
    said: str
    id: int
    percent: float | None = None


@dataclass(frozen=True, slots=True)
class Upcoming:
    """Something of the next period: a last day or a round that falls in it, or work that goes on (no day)."""

    task_id: int
    number: str
    plan: str
    title: str
    unit: str
    due: date | None = None
    is_late: bool = False


@dataclass(frozen=True, slots=True)
class TaskLine:
    """A task as the annex prints it."""

    number: str
    plan: str
    title: str
    unit: str
    assignee: str
    deadline: str
    position: str
    percent: str
    result: str
    reported: str
    source: str
    earlier: str = ""


@dataclass(frozen=True, slots=True)
class TargetLine:
    """A target as the table prints it."""

    number: str
    title: str
    unit: str
    measure: str
    planned: str
    reached: str
    verdict: str
    source: str


@dataclass(frozen=True, slots=True)
class TallyLine:
    """The figures of a unit or a plan as the table prints them."""

    name: str
    total: str
    done: str
    in_progress: str
    blocked: str
    not_started: str
    unknown: str
    late: str
    percent: str


@dataclass(frozen=True, slots=True)
class MissingLine:
    """What is not reported or not confirmed, as the annex prints it."""

    unit: str
    about: str
    title: str
    person: str
    reason: str


@dataclass(frozen=True, slots=True)
class SourceLine:
    """What a figure rests on, as the annex prints it."""

    mark: str
    about: str
    person: str
    moment: str
    said: str
    record: str


@dataclass(frozen=True, slots=True)
class AfterLine:
    """What came after the cutoff, as the annex prints it."""

    unit: str
    about: str
    what: str
    person: str
    moment: str
    said: str
    record: str


@dataclass(frozen=True, slots=True)
class GroupLine:
    """A task of a long group, as the group's table prints it."""

    number: str
    title: str
    unit: str
    deadline: str
    facts: str
    source: str


@dataclass(frozen=True, slots=True)
class Group:
    """The tasks of one position: a heading, and a line for each; of many tasks a row for each instead.

    `key` is the position, or "late"; `title` is the heading without its letter, `numbers` names all its tasks in short.
    """

    heading: str
    lines: tuple[str, ...]
    key: str = ""
    title: str = ""
    numbers: str = ""
    rows: tuple[GroupLine, ...] = ()


@dataclass(frozen=True, slots=True)
class UpcomingLine:
    """Something of the next period as the table prints it."""

    day: str
    about: str
    title: str
    unit: str


@dataclass(frozen=True, slots=True)
class Wording:
    """Every sentence and every cell that is printed, so that a report is printed again as it was.

    `subject` is what it is about, with the period; `days` are the days it covers; `standing` says up to when its
    figures are, and whether they may still change.
    """

    subject: str = ""
    days: str = ""
    standing: str = ""
    opening: tuple[str, ...] = ()
    overall: tuple[str, ...] = ()
    groups: tuple[Group, ...] = ()
    by_unit: tuple[TallyLine, ...] = ()
    by_plan: tuple[TallyLine, ...] = ()
    targets_told: tuple[str, ...] = ()
    targets: tuple[TargetLine, ...] = ()
    gaps: tuple[str, ...] = ()
    difficulties: tuple[str, ...] = ()
    proposals: tuple[str, ...] = ()
    upcoming: tuple[str, ...] = ()
    closing: str = ""
    tasks: tuple[TaskLine, ...] = ()
    missing: tuple[MissingLine, ...] = ()
    sources: tuple[SourceLine, ...] = ()
    compared: tuple[str, ...] = ()
    comparison: tuple[TallyLine, ...] = ()
    after_told: tuple[str, ...] = ()
    afterwards: tuple[AfterLine, ...] = ()
    upcoming_rows: tuple[UpcomingLine, ...] = ()


NO_WORDING = Wording()
"""Of a report that nobody has put into words yet."""


@dataclass(frozen=True, slots=True)
class Tally:
    """How many tasks stand where. `late` are among the others; what was cancelled is in no other figure."""

    total: int = 0
    done: int = 0
    in_progress: int = 0
    blocked: int = 0
    not_started: int = 0
    unreported: int = 0
    unconfirmed: int = 0
    late: int = 0
    cancelled: int = 0

    @property
    def unknown(self) -> int:
        """How many have no figure: nothing was reported, or nobody has confirmed it."""
        return self.unreported + self.unconfirmed

    @property
    def share_done(self) -> float | None:
        """The percentage that is done, to one decimal; None of nothing."""
        return round(100 * self.done / self.total, 1) if self.total else None


@dataclass(frozen=True, slots=True)
class Covered:
    """The period a report is about: its row, its days (both inclusive) and the plan whose own period it is."""

    period_id: int
    kind: PeriodKind
    first: date
    cutoff: date
    plan: str = ""


@dataclass(frozen=True, slots=True)
class Earlier:
    """The period before, where its figures were frozen: its days, and how its tasks stood."""

    period: Covered
    tasks: Tally


@dataclass(frozen=True, slots=True)
class ReportContent:
    """Everything a periodic report says. `tasks` are whole tasks, `parts` the same by unit (a group task is several).

    `after` is what came after the cutoff; `earlier` is None where there is nothing frozen to compare with.

    `year` is the one whose targets are told. `taken_at` is the moment whose figures these are; `is_final` once the
    period was frozen. `number` and `dated` are empty until the report is given them. `drafts` counts tasks that nobody
    reviewed and that are in no figure.
    """

    office: str
    period: Covered
    letterhead: Letterhead
    year: int
    taken_at: datetime
    is_final: bool = False
    number: str = ""
    dated: date | None = None
    tasks: tuple[TaskRow, ...] = ()
    parts: tuple[TaskRow, ...] = ()
    targets: tuple[TargetRow, ...] = ()
    difficulties: tuple[Remark, ...] = ()
    proposals: tuple[Remark, ...] = ()
    waiting: tuple[Waiting, ...] = ()
    upcoming: tuple[Upcoming, ...] = ()
    sources: tuple[Source, ...] = ()
    drafts: int = 0
    after: tuple[AfterRow, ...] = ()
    earlier: Earlier | None = None
    wording: Wording = NO_WORDING

    def as_json(self) -> dict[str, Any]:
        """The content as JSON keeps it."""
        plain: dict[str, Any] = to_plain(self)
        return plain

    @classmethod
    def from_json(cls, plain: dict[str, Any]) -> "ReportContent":
        """The content that was kept as this JSON."""
        return from_plain(cls, plain)

    def signed(self, number: str, dated: date) -> "ReportContent":
        """The same report with its number and its day."""
        return replace(self, number=number, dated=dated)


def tally(rows: Iterable[TaskRow]) -> Tally:
    """How many of these rows stand where."""
    found = list(rows)
    stands = Counter(row.position for row in found)
    return Tally(
        total=len(found) - stands[Position.CANCELLED],
        done=stands[Position.DONE],
        in_progress=stands[Position.IN_PROGRESS],
        blocked=stands[Position.BLOCKED],
        not_started=stands[Position.NOT_STARTED],
        unreported=stands[Position.UNREPORTED],
        unconfirmed=stands[Position.UNCONFIRMED],
        late=sum(row.is_late for row in found),
        cancelled=stands[Position.CANCELLED],
    )
