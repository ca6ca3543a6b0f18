"""Nothing stands in the paper that the register did not say, and its sums agree: over many invented registers."""

import re
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import date, datetime, timedelta
from io import BytesIO
from typing import Any

from docx import Document
from docx.oxml.ns import qn
from hypothesis import given, settings
from hypothesis import strategies as st

import texts
from bot.document_template import FOLDER, FULL
from bot.documents import render
from domain.after_cutoff import After, Afterwards
from domain.clock import day_text, local
from domain.deadlines import Deadline, DeadlineKind
from domain.period_figures import PeriodFigures, TaskFigures, Who
from domain.periodic_report import Position, ReportContent, TaskRow
from domain.progress import Approval, ProgressReport
from domain.report_facts import Beside, content_of
from domain.tasks import TaskStatus
from handlers.report_numbers import count_words, number_words
from handlers.report_wording import worded
from handlers.wording import percent_words
from tests.reports import office

UNITS = ("", "Phòng Kinh tế", "Phòng Văn hóa - Xã hội", "Tổ công nghệ số cộng đồng")
WHO = (Who(1, "Lê Hoài An", UNITS[1]), Who(2, "Trần Quốc Bình", UNITS[2]))
_FIGURE = re.compile(r"\d+(?:[.,/:]\d+)*")


@st.composite
def tasks(draw: st.DrawFn) -> list[TaskFigures]:
    """Up to fourteen tasks in any state, some carried by several units, some of no unit, some by another plan."""
    found: list[TaskFigures] = []
    for number in range(1, draw(st.integers(0, 14)) + 1):
        units = draw(st.lists(st.sampled_from(UNITS), min_size=1, max_size=3, unique=True))
        due = date(2026, 3, 1) + timedelta(days=draw(st.integers(-20, 70)))
        kinds = (
            Deadline(DeadlineKind.DATE, due=due),
            Deadline(DeadlineKind.ONGOING),
            Deadline(DeadlineKind.ON_REQUEST),
        )
        deadline, plan = draw(st.sampled_from(kinds)), draw(st.sampled_from((office.PLAN, "30/KH-UBND")))
        for share, unit in enumerate(units):
            plain = office.task(
                str(number), f"Việc thứ {number}", unit, task_id=number, deadline=deadline, document_number=plan,
                is_share=len(units) > 1, asked=draw(st.booleans()) or len(units) > 1, responsible=(WHO[0],),
            )  # fmt: skip
            found.append(draw(_reported(plain, number * 10 + share)))
    return found


@st.composite
def _reported(draw: st.DrawFn, plain: TaskFigures, report_id: int) -> TaskFigures:
    if not draw(st.booleans()):
        return plain
    status = draw(st.sampled_from(tuple(TaskStatus)))
    percent = draw(st.one_of(st.none(), st.decimals(0, 100, places=1).map(float)))
    report = office.said(
        report_id, draw(st.sampled_from(WHO)), f"báo cáo số {report_id}, đề nghị hỗ trợ", status, percent,
        obstacle=draw(st.sampled_from(("", "thiếu máy", "chưa có kinh phí"))),
        approval=draw(st.sampled_from((Approval.NONE, Approval.APPROVED, Approval.WAITING))),
    )  # fmt: skip
    return replace(plain, status=status, percent=percent, reports=(report,))


@st.composite
def contents(draw: st.DrawFn) -> ReportContent:
    """The report of an invented register, with a period before or without, and with what came late."""
    found = draw(tasks())
    values = draw(st.lists(st.one_of(st.none(), st.decimals(0, 5000, places=2).map(float)), max_size=4))
    targets = [
        replace(
            office.WIFI, target_id=n, number=str(n), value=value, unit=draw(st.sampled_from(UNITS)),
            is_reached=None if value is None else draw(st.sampled_from((True, False, None))),
            report_id=None if value is None else 500 + n, who=WHO[0], at=office.TAKEN,
        )
        for n, value in enumerate(values, 1)
    ]  # fmt: skip
    late = [_late(task, n) for n, task in enumerate(found) if task.is_missing and draw(st.booleans())]
    days = {"first": date(2026, 1, 15), "cutoff": date(2026, 2, 14)}
    earlier: PeriodFigures | None = office.figures(draw(tasks()), (), **days) if draw(st.booleans()) else None
    beside = Beside(drafts=draw(st.integers(0, 3)), after=late, earlier=earlier)
    return worded(content_of(office.figures(found, targets), office.PERIOD, office.OFFICE, beside))


def _late(task: TaskFigures, number: int) -> After:
    at = office.TAKEN + timedelta(days=2, minutes=number)
    report = ProgressReport(
        900 + number, task.task_id, 1, WHO[0].name, TaskStatus.IN_PROGRESS, 12.5, "", None, "báo muộn", at
    )
    return After(Afterwards.LATE, task, report)


# --- what the facts allow to be said ---------------------------------------------------------------------------------


def _facts(value: Any) -> Iterable[str]:
    """Every figure of the facts in the ways in which papers write it."""
    if isinstance(value, dict):
        for inner in value.values():
            yield from _facts(inner)
    elif isinstance(value, list):
        for inner in value:
            yield from _facts(inner)
    elif isinstance(value, str):
        yield from _FIGURE.findall(value)
        if re.fullmatch(r"\d{4}-\d\d-\d\d", value):
            yield day_text(date.fromisoformat(value))
        elif re.fullmatch(r"\d{4}-\d\d-\d\dT.*", value):
            wall = local(datetime.fromisoformat(value))
            yield from (f"{wall:%H:%M}", day_text(wall.date()))
    elif isinstance(value, float | int) and not isinstance(value, bool):
        yield from (percent_words(value).rstrip("%"), number_words(value), str(value))


def _counts(content: ReportContent) -> Iterable[int]:
    """How many tasks, targets and the rest there are, by unit, plan and position: counted here, not by the product."""
    whole = [row for row in content.tasks if row.in_period]
    parts = [row for row in content.parts if row.in_period]
    of_plans = [[row for row in whole if row.plan == plan] for plan in {row.plan for row in whole}]
    of_units = [[row for row in parts if row.unit == unit] for unit in {row.unit for row in parts}]
    for rows in (whole, parts, *of_plans, *of_units):
        yield from _positions(rows)
    yield len(parts)
    shares = Counter(row.task_id for row in parts)
    done = Counter(row.task_id for row in parts if row.position is Position.DONE)
    yield from (*shares.values(), *done.values(), 0, content.drafts)
    targets = content.targets
    yield from (
        len(targets),
        sum(row.reached is None for row in targets),
        sum(row.reached is not None for row in targets),
    )
    known = [row.is_reached for row in targets if row.reached is not None]
    yield from Counter(known).values()
    for rows_of in (content.difficulties, content.proposals, content.upcoming, content.waiting, content.after):
        yield from _by_unit(rows_of)
    due = [entry for entry in content.upcoming if entry.due is not None and not entry.is_late]
    yield from (len(due), sum(entry.is_late for entry in content.upcoming))
    yield sum(entry.due is None for entry in content.upcoming)
    if content.earlier is not None:
        then = content.earlier.tasks
        yield from (then.total, then.done, then.late, then.unknown, then.in_progress, then.blocked, then.not_started)
        now = _now(whole)
        yield from (abs(now[0] - then.done), abs(now[1] - then.late), abs(now[2] - then.unknown))
        moved = [
            row.percent - row.earlier for row in content.tasks if row.percent is not None and row.earlier is not None
        ]
        yield from (len(moved), sum(m > 0 for m in moved), sum(m == 0 for m in moved), sum(m < 0 for m in moved))


def _now(rows: Sequence[TaskRow]) -> tuple[int, int, int]:
    silent = (Position.UNREPORTED, Position.UNCONFIRMED)
    done = sum(row.position is Position.DONE for row in rows)
    return done, sum(row.is_late for row in rows), sum(row.position in silent for row in rows)


def _positions(rows: Sequence[TaskRow]) -> Iterable[int]:
    stands = Counter(row.position for row in rows)
    yield from stands.values()
    yield len(rows) - stands[Position.CANCELLED]
    yield from _now(rows)
    yield from (len(rows) - 12 if len(rows) > 12 else 0, *(count - 12 for count in stands.values() if count > 12))


def _by_unit(rows: Sequence[Any]) -> Iterable[int]:
    yield len(rows)
    for unit in {row.unit for row in rows}:
        of_unit = [row for row in rows if row.unit == unit]
        yield from (len(of_unit), len({row.task_id for row in of_unit}))
        yield len({getattr(row, "said", "") for row in of_unit})
    yield len({row.task_id for row in rows})


def _shares(content: ReportContent) -> Iterable[str]:
    """The percentages done, of the whole, of each unit and of each plan."""
    whole = [row for row in content.tasks if row.in_period]
    parts = [row for row in content.parts if row.in_period]
    groups = [whole, *([r for r in parts if r.unit == unit] for unit in {r.unit for r in parts})]
    groups += [[r for r in whole if r.plan == plan] for plan in {r.plan for r in whole}]
    pairs = [
        (sum(r.position is Position.DONE for r in g), sum(r.position is not Position.CANCELLED for r in g))
        for g in groups
    ]
    if content.earlier is not None:
        pairs.append((content.earlier.tasks.done, content.earlier.tasks.total))
    for done, total in pairs:
        if total:
            share = round(100 * done / total, 1)
            yield from (percent_words(share).rstrip("%"), number_words(share))
        yield f"{count_words(done)}/{count_words(total)}"
    for task_id, count in Counter(row.task_id for row in parts).items():
        done = sum(row.position is Position.DONE for row in parts if row.task_id == task_id)
        yield f"{count_words(done)}/{count_words(count)}"


def _said_by_the_form() -> set[str]:
    """The figures of the headings and fixed words of the paper."""
    keys = ("results", "overall", "groups", "by_unit", "targets", "gaps", "after")
    fixed = [texts.say(f"document.part.{key}") for key in keys] + [texts.say("periodic.upcoming.missing")]
    return {figure for words in fixed for figure in _FIGURE.findall(words)}


def body_of(paper: bytes) -> list[str]:
    """What each paragraph of the paper before its annexes says, those of its tables among them."""
    lines = []
    for paragraph in Document(BytesIO(paper)).element.body.iter(qn("w:p")):
        said = "".join(node.text or "" for node in paragraph.iter(qn("w:t")))
        if said == texts.say("document.annex.tasks"):
            break
        lines.append(said)
    return lines


# --- the tests -------------------------------------------------------------------------------------------------------


@settings(max_examples=30, deadline=None)
@given(content=contents())
def test_every_figure_and_day_of_the_paper_is_one_of_the_facts(content: ReportContent) -> None:
    facts = content.as_json()
    del facts["wording"]
    allowed = set(_facts(facts)) | _said_by_the_form() | set(_shares(content))
    allowed |= {words for count in _counts(content) for words in (str(count), count_words(count))}
    units = {row.unit for row in content.parts}
    allowed |= {str(number) for number in range(1, len(units) + 1)}
    for line in body_of(render(content, (FOLDER / FULL).read_bytes())):
        strange = set(_FIGURE.findall(line)) - allowed
        assert not strange, f"{strange} in “{line}”"


@settings(max_examples=150, deadline=None)
@given(content=contents())
def test_the_sums_of_the_tables_agree(content: ReportContent) -> None:
    wording = content.wording
    for line in (*wording.by_unit, *wording.by_plan, *wording.comparison):
        parts = (line.done, line.in_progress, line.blocked, line.not_started, line.unknown)
        assert int(line.total) == sum(map(int, parts)), line
    counted = {row.task_id for row in content.tasks if row.in_period and row.position is not Position.CANCELLED}
    assert sum(int(line.total) for line in wording.by_plan) in (0, len(counted))
    parts_in = [row for row in content.parts if row.in_period and row.position is not Position.CANCELLED]
    assert sum(int(line.total) for line in wording.by_unit) == len(parts_in)
    assert {row.task_id for row in parts_in} <= {row.task_id for row in content.tasks}
    assert len({row.task_id for row in content.tasks}) == len(content.tasks), "a group task counts once"


@settings(max_examples=150, deadline=None)
@given(content=contents())
def test_every_unit_named_is_one_of_the_register(content: ReportContent) -> None:
    known = {row.unit for row in content.parts} | {row.unit for row in content.targets}
    known = {unit or texts.say("periodic.task.no_unit") for unit in known}
    wording = content.wording
    named = {line.name for line in wording.by_unit} | {line.unit for line in wording.missing}
    named |= {line.unit for line in wording.afterwards}
    named |= {unit for line in wording.upcoming_rows for unit in line.unit.split("; ")}
    assert named <= known | {""}


@settings(max_examples=100, deadline=None)
@given(content=contents())
def test_each_percentage_and_value_has_its_source(content: ReportContent) -> None:
    marks = {source.mark for source in content.sources}
    assert all(row.source in marks for row in content.parts if row.percent is not None and row.source is not None)
    assert all((target.reached is None) == (target.source is None) for target in content.targets)
    silent = [row for row in content.parts if row.position in (Position.UNREPORTED, Position.UNCONFIRMED)]
    assert all(row.percent is None and row.source is None for row in silent)
