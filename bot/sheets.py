"""The register as a spreadsheet (.xlsx): a template, an export, and a reading that names every wrong cell."""

import hashlib
import re
import struct
import zipfile
import zlib
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from enum import StrEnum
from functools import cache
from io import BytesIO
from typing import TYPE_CHECKING, Any, TypeVar

import texts
from domain.clock import day_text
from domain.deadlines import Deadline, DeadlineKind, Rhythm, parse_deadline
from domain.drafts import confidence_of, fingerprint
from domain.plans import Target
from domain.tasks import Task, TaskStatus
from domain.vietnamese import fold, nfc

if TYPE_CHECKING:
    from openpyxl.cell.cell import Cell
    from openpyxl.workbook.workbook import Workbook
    from openpyxl.worksheet.worksheet import Worksheet

MAX_BYTES = 8 * 1024 * 1024
MAX_UNPACKED_BYTES = 32 * 1024 * 1024
"""A spreadsheet is a zip: what it unpacks to is measured before it is, or a small file could fill the memory."""
MAX_ROWS = 10_000
MAX_COLUMNS = 60
MAX_MEMBERS = 1_000
HEADER_WITHIN = 20
"""How many rows may stand above the column names: a title, a date, a blank line."""
CELL_LIMIT = 32_767
"""The most characters the format allows in one cell."""

_TASK_COLUMNS = (
    "number",
    "title",
    "lead",
    "support",
    "product",
    "deadline",
    "document",
    "assignee",
    "status",
    "percent",
)
_TARGET_COLUMNS = ("number", "title", "unit_of_measure", "lead", "document")
_TASK_EXTRAS = ("unit",)
_REVIEW_COLUMNS = ("review", "confidence", "page", "source", "id", "mark")
"""What an export has beyond the template: how far a row is reviewed, where it was read, and which entry it is."""
_HIDDEN = ("id", "mark")
_WIDTHS = {
    "number": 8,
    "title": 60,
    "product": 30,
    "deadline": 22,
    "percent": 12,
    "document": 18,
    "unit_of_measure": 14,
    "review": 12,
    "confidence": 12,
    "page": 8,
    "source": 50,
}
_TEMPLATE_YEARS = (2025, 2026, 2030)
_TEMPLATE_ROWS = 500
_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_MALFORMED = (
    zipfile.BadZipFile,
    zlib.error,
    struct.error,
    ArithmeticError,
    AttributeError,
    EOFError,
    LookupError,
    OSError,
    RuntimeError,
    SyntaxError,
    TypeError,
    ValueError,
)
"""What openpyxl raises for a file that is not quite a spreadsheet: whatever its parts raise, and a parser's complaint
about XML is a SyntaxError."""
_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")


class Reviewed(StrEnum):
    """How far a row is reviewed: a draft, part of the register, or set aside."""

    DRAFT = "draft"
    CONFIRMED = "confirmed"
    DROPPED = "dropped"


_NO_DEADLINE = Deadline(DeadlineKind.UNKNOWN)


@dataclass(frozen=True, slots=True)
class TaskLine:
    """One task as a row of the spreadsheet says it; `row` is the row's number in the sheet.

    `id` and `mark` are an export's hidden cells: which entry the row is, and what it held when it was exported.
    """

    row: int
    number: str
    title: str
    lead: str = ""
    support: str = ""
    product: str = ""
    deadline: Deadline = _NO_DEADLINE
    document_number: str = ""
    assignee: str = ""
    status: TaskStatus = TaskStatus.NOT_STARTED
    percent: float | None = None
    unit: str = ""
    review: Reviewed | None = None
    id: int | None = None
    mark: str = ""


@dataclass(frozen=True, slots=True)
class TargetLine:
    """One target as a row of the spreadsheet says it; `values` maps a year to the words of its cell."""

    row: int
    number: str
    title: str
    unit_of_measure: str = ""
    values: tuple[tuple[int, str], ...] = ()
    lead: str = ""
    document_number: str = ""
    review: Reviewed | None = None
    id: int | None = None
    mark: str = ""


@dataclass(frozen=True, slots=True)
class CellError:
    """What is wrong and where: `sheet` and `cell` are empty where the whole file or the whole sheet is meant."""

    reason: str
    sheet: str = ""
    cell: str = ""

    def __str__(self) -> str:
        if not self.sheet:
            return self.reason
        if not self.cell:
            return texts.say("sheets.error.at_sheet", sheet=self.sheet, reason=self.reason)
        return texts.say("sheets.error.at", sheet=self.sheet, cell=self.cell, reason=self.reason)


@dataclass(frozen=True, slots=True)
class SheetReading:
    """Everything a spreadsheet held: the rows that could be read, and each cell that could not.

    `columns` are those that every sheet of tasks, or of targets, has ("tasks.lead"): what has no column says nothing.
    """

    tasks: tuple[TaskLine, ...] = ()
    targets: tuple[TargetLine, ...] = ()
    errors: tuple[CellError, ...] = ()
    columns: frozenset[str] = field(default=frozenset(), compare=False)


_Line = TypeVar("_Line", TaskLine, TargetLine)


# --- writing ---------------------------------------------------------------------------------------------------------


def template() -> bytes:
    """An empty register to fill in, with a marked example row that reading skips, and a page of guidance."""
    example = {name: texts.say(f"sheets.example.{name}") for name in _TASK_COLUMNS if name not in ("number", "status")}
    example |= {"number": texts.say("sheets.example.mark"), "status": texts.say("sheets.status.in_progress")}
    target = {name: texts.say(f"sheets.example.{name}") for name in ("unit_of_measure", "lead", "document")}
    target |= {"number": texts.say("sheets.example.mark"), "title": texts.say("sheets.example.target")}
    target |= {_year(year): texts.say("sheets.example.value") for year in _TEMPLATE_YEARS}
    return _workbook([example], [target], _TEMPLATE_YEARS, is_example=True)


def export(tasks: Iterable[Task], targets: Iterable[Target]) -> bytes:
    """The register in the template's own form: read again, it gives the same tasks and targets.

    Each row says how far it is reviewed, where it was read, and in hidden cells which entry it is and what it held.
    """
    wanted = list(targets)
    years = sorted({year for target in wanted for year, _ in target.values}) or list(_TEMPLATE_YEARS)
    rows = [_task_row(task) | _reviewed(task, mark_of(line_of(task))) for task in tasks]
    more = [_target_row(target) | _reviewed(target, mark_of(target_line_of(target))) for target in wanted]
    return _workbook(rows, more, years, extras=True)


def line_of(task: Task) -> TaskLine:
    """The task as a row of the spreadsheet says it."""
    return TaskLine(
        row=0,
        number=_kept(task.number),
        title=_kept(task.title),
        lead=_kept(task.lead),
        support=_kept(task.support),
        product=_kept(task.product),
        deadline=task.deadline,
        document_number=_kept(task.document_number),
        assignee=_kept(task.assignee_name),
        status=task.status,
        percent=task.percent,
        unit=_kept(unit_cell(task)),
        review=reviewed(task),
        id=task.id,
    )


def target_line_of(target: Target) -> TargetLine:
    """The target as a row of the spreadsheet says it."""
    return TargetLine(
        row=0,
        number=_kept(target.number),
        title=_kept(target.title),
        unit_of_measure=_kept(target.unit_of_measure),
        values=tuple((year, _kept(value)) for year, value in target.values if _kept(value)),
        lead=_kept(target.lead),
        document_number=_kept(target.document_number),
        review=reviewed(target),
        id=target.id,
    )


def mark_of(line: TaskLine | TargetLine) -> str:
    """A short mark of what a row's visible cells say: another mark, another content."""
    if isinstance(line, TaskLine):
        cells: tuple[Any, ...] = (
            *(line.number, line.title, line.lead, line.unit, line.support, line.product, line.document_number),
            *(deadline_cell(line.deadline), line.assignee, str(line.status), line.percent, line.review),
        )
    else:
        cells = (line.number, line.title, line.unit_of_measure, line.values, line.lead, line.document_number)
        cells = (*cells, line.review)
    return hashlib.sha256(repr(cells).encode()).hexdigest()[:12]


def reviewed(entry: Task | Target) -> Reviewed:
    """How far an entry of the register is reviewed."""
    if entry.dropped:
        return Reviewed.DROPPED
    return Reviewed.CONFIRMED if entry.confirmed else Reviewed.DRAFT


def unit_cell(task: Task) -> str:
    """The office's own units that carry the task, several between semicolons."""
    return "; ".join(share.unit_name for share in task.shares) or task.lead_unit_name


def _reviewed(entry: Task | Target, cells: str) -> dict[str, Any]:
    step = confidence_of(entry)
    return {
        "review": texts.say(f"sheets.review.{reviewed(entry)}"),
        "confidence": texts.say(f"sheets.confidence.{step}"),
        "page": entry.page,
        "source": entry.source,
        "id": entry.id,
        "mark": f"{fingerprint(entry)}.{cells}",
    }


def _task_row(task: Task) -> dict[str, Any]:
    return {
        "unit": unit_cell(task),
        "number": task.number,
        "title": task.title,
        "lead": task.lead,
        "support": task.support,
        "product": task.product,
        "deadline": deadline_cell(task.deadline),
        "document": task.document_number,
        "assignee": task.assignee_name,
        "status": texts.say(f"sheets.status.{task.status}"),
        "percent": task.percent,
    }


def _target_row(target: Target) -> dict[str, Any]:
    row: dict[str, Any] = {
        "number": target.number,
        "title": target.title,
        "unit_of_measure": target.unit_of_measure,
        "lead": target.lead,
        "document": target.document_number,
    }
    return row | {_year(year): value for year, value in target.values}


def deadline_cell(deadline: Deadline) -> str:
    """The words for a deadline that read back as the same deadline: the plan's own wherever they do."""
    own = deadline.text.strip()
    if deadline.kind is DeadlineKind.UNKNOWN:
        return texts.say("sheets.deadline.other", text=own) if own else ""
    if replace(parse_deadline(own), text="") == replace(deadline, text=""):
        return own
    if deadline.kind is DeadlineKind.DATE:
        return "" if deadline.due is None else day_text(deadline.due)
    if deadline.kind is DeadlineKind.RECURRING:
        return _rhythm_cell(deadline)
    return texts.say(f"sheets.deadline.{deadline.kind}")


def _rhythm_cell(deadline: Deadline) -> str:
    words = _rhythm_words(deadline)
    return (
        words if deadline.due is None else texts.say("sheets.deadline.until", rhythm=words, day=day_text(deadline.due))
    )


def _rhythm_words(deadline: Deadline) -> str:
    every, day = deadline.every or Rhythm.YEAR, deadline.day
    rhythm = texts.say(f"sheets.deadline.{every}")
    if deadline.dates:
        days = [texts.say("sheets.deadline.one_date", day="/".join(reversed(d.split("-")))) for d in deadline.dates]
        return texts.say("sheets.deadline.on_dates", rhythm=rhythm, dates=", ".join(days))
    if day is None:
        return rhythm
    if every is Rhythm.WEEK:
        return texts.say("sheets.deadline.sunday") if day == 7 else texts.say("sheets.deadline.weekday", day=day + 1)
    if every is Rhythm.QUARTER:
        return texts.say("sheets.deadline.last_month_day", day=day)
    return texts.say("sheets.deadline.on_day", rhythm=rhythm, day=day)


def _workbook(
    tasks: Sequence[Mapping[str, Any]],
    targets: Sequence[Mapping[str, Any]],
    years: Iterable[int],
    *,
    is_example: bool = False,
    extras: bool = False,
) -> bytes:
    from openpyxl import Workbook

    book = Workbook()
    for sheet in list(book.worksheets):
        book.remove(sheet)
    task_heads = {name: texts.say(f"sheets.tasks.{name}") for name in _TASK_COLUMNS}
    review_heads = {name: texts.say(f"sheets.columns.{name}") for name in _REVIEW_COLUMNS} if extras else {}
    if extras:
        task_heads |= {name: texts.say(f"sheets.tasks.{name}") for name in _TASK_EXTRAS} | review_heads
    page = _page(book, texts.say("sheets.tasks.sheet"), task_heads, tasks, is_example=is_example)
    statuses = [texts.say(f"sheets.status.{status}") for status in TaskStatus]
    _offer(page, 1 + list(task_heads).index("status"), statuses, max(len(tasks), _TEMPLATE_ROWS))
    if extras:
        _finish(page, list(task_heads), len(tasks))
    year_heads = {_year(year): _year(year) for year in years}
    heads = {name: texts.say(f"sheets.targets.{name}") for name in _TARGET_COLUMNS[:3]}
    heads |= year_heads | {name: texts.say(f"sheets.targets.{name}") for name in _TARGET_COLUMNS[3:]} | review_heads
    page = _page(book, texts.say("sheets.targets.sheet"), heads, targets, is_example=is_example)
    if extras:
        _finish(page, list(heads), len(targets))
    _guide(book)
    out = BytesIO()
    book.save(out)
    return out.getvalue()


def _year(year: int) -> str:
    return texts.say("sheets.targets.year", year=year)


def _page(
    book: "Workbook",
    title: str,
    heads: Mapping[str, str],
    rows: Iterable[Mapping[str, Any]],
    *,
    is_example: bool,
) -> "Worksheet":
    from openpyxl.styles import Alignment, Font, PatternFill
    from openpyxl.utils import get_column_letter

    page: Worksheet = book.create_sheet(title)
    for column, (name, head) in enumerate(heads.items(), 1):
        cell = page.cell(1, column)
        put(cell, head)
        cell.font = Font(bold=True, color="FFFFFF")
        cell.fill = PatternFill("solid", fgColor="1F5C99")
        cell.alignment = Alignment(wrap_text=True, vertical="center", horizontal="center")
        page.column_dimensions[get_column_letter(column)].width = _WIDTHS.get(name, 24)
    for row, values in enumerate(rows, 2):
        for column, name in enumerate(heads, 1):
            cell = page.cell(row, column)
            put(cell, values.get(name))
            cell.alignment = Alignment(wrap_text=True, vertical="top")
            if is_example:
                cell.font = Font(italic=True, color="7F7F7F")
                cell.fill = PatternFill("solid", fgColor="F2F2F2")
    page.freeze_panes = "A2"
    return page


def put(cell: "Cell | Any", value: Any) -> None:
    """Write a value as what it is: text stays text, whatever it begins with, so that no cell runs as a formula."""
    if not isinstance(value, str):
        cell.value = value
        return
    kept = _sayable(value)
    cell.value = kept or None
    if kept:
        cell.data_type = "s"
        cell.quotePrefix = kept[0] in "=+-@\t"


def _sayable(value: str) -> str:
    """The text as a cell can hold it."""
    return _CONTROL.sub("", nfc(value)).replace("\r\n", "\n").replace("\r", "\n")[:CELL_LIMIT]


def _kept(value: str) -> str:
    """The text as it comes back from a cell."""
    return nfc(_sayable(value)).strip()


def _finish(page: "Worksheet", names: Sequence[str], rows: int) -> None:
    """Offer the words of review, and hide what ties a row to its entry."""
    from openpyxl.utils import get_column_letter

    choices = [texts.say(f"sheets.review.{step}") for step in Reviewed]
    _offer(page, 1 + names.index("review"), choices, max(rows, 1))
    for name in _HIDDEN:
        page.column_dimensions[get_column_letter(1 + names.index(name))].hidden = True


def _offer(page: "Worksheet", column: int, choices: Sequence[str], rows: int) -> None:
    from openpyxl.utils import get_column_letter
    from openpyxl.worksheet.datavalidation import DataValidation

    offered = ",".join(choices)
    rule = DataValidation(type="list", formula1=f'"{offered}"', allow_blank=True)
    rule.error = texts.say("sheets.status_one_of")
    letter = get_column_letter(column)
    rule.add(f"{letter}2:{letter}{rows + 1}")
    page.add_data_validation(rule)


def _guide(book: "Workbook") -> None:
    from openpyxl.styles import Alignment, Font

    page = book.create_sheet(texts.say("sheets.guide.sheet"))
    page.column_dimensions["A"].width = 110
    for row, line in enumerate(texts.say("sheets.guide.text").splitlines(), 1):
        cell = page.cell(row, 1)
        put(cell, line)
        cell.alignment = Alignment(wrap_text=True, vertical="top")
        if row == 1:
            cell.font = Font(bold=True, size=14)


# --- reading ---------------------------------------------------------------------------------------------------------


def read(content: bytes) -> SheetReading:
    """The tasks and targets of a spreadsheet, and every cell that could not be read; it never stops at the first."""
    if (fault := _fault(content)) is not None:
        return SheetReading(errors=(CellError(fault),))
    try:
        return _read_book(_Book.open(content))
    except _MALFORMED:
        return SheetReading(errors=(CellError(texts.say("sheets.error.not_a_sheet")),))


def _fault(content: bytes) -> str | None:
    """What keeps a file from being opened at all, found without unpacking it."""
    if not content:
        return texts.say("sheets.error.empty")
    if len(content) > MAX_BYTES:
        return texts.say("sheets.error.too_big", megabytes=MAX_BYTES // 1024 // 1024)
    if content.startswith(_OLE):
        return texts.say("sheets.error.encrypted")
    try:
        with zipfile.ZipFile(BytesIO(content)) as packed:
            members = packed.infolist()
    except (zipfile.BadZipFile, OSError, ValueError, NotImplementedError):
        return texts.say("sheets.error.not_a_sheet")
    if any(member.flag_bits & 1 for member in members):
        return texts.say("sheets.error.encrypted")
    if sum(member.file_size for member in members) > MAX_UNPACKED_BYTES or len(members) > MAX_MEMBERS:
        return texts.say("sheets.error.too_big", megabytes=MAX_BYTES // 1024 // 1024)
    if any(member.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED) for member in members):
        return texts.say("sheets.error.not_a_sheet")
    return None if any(m.filename == "xl/workbook.xml" for m in members) else texts.say("sheets.error.not_a_sheet")


@dataclass(slots=True)
class _Book:
    """A workbook twice: as it was typed, and with the results of formulas that its program last saved."""

    content: bytes
    typed: "Workbook"
    _computed: "Workbook | None" = None

    @classmethod
    def open(cls, content: bytes) -> "_Book":
        from openpyxl import load_workbook

        return cls(content, load_workbook(BytesIO(content), keep_links=False))

    def result(self, sheet: str, row: int, column: int) -> Any:
        """The saved result of a formula, or None."""
        from openpyxl import load_workbook

        if self._computed is None:
            self._computed = load_workbook(BytesIO(self.content), keep_links=False, data_only=True)
        return self._computed[sheet].cell(row, column).value


@dataclass(slots=True)
class _Sheet:
    """One sheet while it is read: its columns, its merged cells and the errors found so far."""

    book: _Book
    page: "Worksheet"
    header_row: int
    columns: dict[str, int]
    years: dict[int, int]
    merged: dict[tuple[int, int], tuple[int, int]]
    errors: list[CellError] = field(default_factory=list)

    def fail(self, row: int, column: int, key: str, /, **blanks: object) -> None:
        """Note what is wrong with a cell."""
        from openpyxl.utils import get_column_letter

        reason = texts.say(f"sheets.error.{key}", **blanks)
        self.errors.append(CellError(reason, self.page.title, f"{get_column_letter(column)}{row}"))

    def value(self, row: int, column: int, *, inherits: bool = True) -> tuple[Any, str]:
        """A cell's value and number format; a merged cell has that of its first. A broken one is noted and empty."""
        if inherits:
            row, column = self.merged.get((row, column), (row, column))
        cell = self.page.cell(row, column)
        value, kind = cell.value, cell.data_type
        if kind == "f":
            value = self.book.result(self.page.title, row, column)
            if value is None:
                self.fail(row, column, "formula")
            kind = "e" if isinstance(value, str) and re.fullmatch(r"#[A-Z0-9/]+[!?]?", value) else "n"
        if kind == "e":
            self.fail(row, column, "broken", text=value)
            return None, ""
        return value, str(cell.number_format or "")

    def text(self, row: int, name: str) -> str:
        """A cell's words by its column's name; empty where the column or the cell is."""
        column = self.columns.get(name)
        if column is None:
            return ""
        value, number_format = self.value(row, column, inherits=name not in ("number", "title"))
        if isinstance(value, date) and name != "deadline":
            self.fail(row, column, "date", text=_words(value, number_format))
            return ""
        return _words(value, number_format)


def _read_book(book: _Book) -> SheetReading:
    tasks: list[TaskLine] = []
    targets: list[TargetLine] = []
    errors: list[CellError] = []
    known = 0
    columns: dict[str, set[str]] = {}
    for page in book.typed.worksheets:
        purpose = _purpose(page)
        if purpose is None:
            continue
        known += 1
        if page.max_row > MAX_ROWS:
            errors.append(CellError(texts.say("sheets.error.too_many_rows", rows=MAX_ROWS), page.title))
            continue
        sheet = _sheet(book, page, purpose, errors)
        if sheet is None:
            continue
        if purpose == "tasks":
            tasks += _read_rows(sheet, _task_line)
        else:
            targets += _read_rows(sheet, _target_line)
        errors += sheet.errors
        columns[purpose] = columns.get(purpose, set(sheet.columns)) & set(sheet.columns)
    if not known:
        names = {name: texts.say(f"sheets.{name}.sheet") for name in ("tasks", "targets")}
        errors.append(CellError(texts.say("sheets.error.no_sheet", **names)))
    named = frozenset(f"{purpose}.{name}" for purpose, names in columns.items() for name in names)
    return SheetReading(tuple(tasks), tuple(targets), tuple(dict.fromkeys(errors)), named)


def _purpose(page: "Worksheet") -> str | None:
    """What a sheet holds, by its name or by its columns; None for any other sheet, such as the guidance."""
    name = _key(page.title)
    if name == _key(texts.say("sheets.guide.sheet")):
        return None
    for purpose in ("tasks", "targets"):
        if name == _key(texts.say(f"sheets.{purpose}.sheet")):
            return purpose
    if (header := _header(page, "tasks")) and {"title", "deadline"} <= header[1].keys():
        return "tasks"
    if (header := _header(page, "targets")) and "title" in header[1] and _year_columns(page, header[0]):
        return "targets"
    return None


def _sheet(book: _Book, page: "Worksheet", purpose: str, errors: list[CellError]) -> _Sheet | None:
    header = _header(page, purpose)
    if header is None:
        column = texts.say(f"sheets.{purpose}.title")
        errors.append(CellError(texts.say("sheets.error.no_header", column=column), page.title))
        return None
    row, columns = header
    merged = {
        (r, c): (area.min_row, area.min_col)
        for area in page.merged_cells.ranges
        for r in range(area.min_row, min(area.max_row, MAX_ROWS) + 1)
        for c in range(area.min_col, min(area.max_col, MAX_COLUMNS) + 1)
    }
    years = _year_columns(page, row) if purpose == "targets" else {}
    sheet = _Sheet(book, page, row, columns, years, merged)
    _check_doubles(sheet, purpose)
    return sheet


def _header(page: "Worksheet", purpose: str) -> tuple[int, dict[str, int]] | None:
    """The row of column names and where each column is: the first row that names the content and one thing more."""
    names = _names(purpose)
    for row in range(1, min(page.max_row, HEADER_WITHIN) + 1):
        columns: dict[str, int] = {}
        for column, key in _keys_of_row(page, row):
            if key in names:
                columns.setdefault(names[key], column)
        if "title" in columns and len(columns) + len(_year_columns(page, row)) >= 2:
            return row, columns
    return None


def _keys_of_row(page: "Worksheet", row: int) -> Iterator[tuple[int, str]]:
    for column in range(1, min(page.max_column, MAX_COLUMNS) + 1):
        value = page.cell(row, column).value
        if value is not None:
            yield column, _key(_words(value, ""))


def _year_columns(page: "Worksheet", row: int) -> dict[int, int]:
    found: dict[int, int] = {}
    for column, key in _keys_of_row(page, row):
        if match := re.fullmatch(r"(?:.*\bnam )?(20\d\d)", key):
            found.setdefault(int(match[1]), column)
    return found


def _check_doubles(sheet: _Sheet, purpose: str) -> None:
    names, seen = _names(purpose), set()
    for column, key in _keys_of_row(sheet.page, sheet.header_row):
        name = names.get(key) or (key if re.fullmatch(r"(?:.*\bnam )?20\d\d", key) else None)
        if name is not None and name in seen:
            written = _words(sheet.page.cell(sheet.header_row, column).value, "")
            sheet.fail(sheet.header_row, column, "double_header", column=written)
        seen.add(name)


@cache
def _names(purpose: str) -> dict[str, str]:
    """Every way a column of the sheet may be called, folded, and the column's own name."""
    columns = (*_TASK_COLUMNS, *_TASK_EXTRAS) if purpose == "tasks" else _TARGET_COLUMNS
    also = {name: texts.say(f"sheets.also.{name}").split("|") for name in columns}
    found = {_key(other): name for name, others in also.items() for other in others}
    found |= {_key(texts.say(f"sheets.columns.{name}")): name for name in _REVIEW_COLUMNS}
    return found | {_key(texts.say(f"sheets.{purpose}.{name}")): name for name in columns}


@cache
def _statuses() -> dict[str, TaskStatus]:
    found = {_key(o): s for s in TaskStatus for o in texts.say(f"sheets.status_also.{s}").split("|")}
    return found | {_key(texts.say(f"sheets.status.{s}")): s for s in TaskStatus} | {_key(s): s for s in TaskStatus}


def _key(text: str) -> str:
    return " ".join(re.findall(r"[a-z0-9]+", fold(text)))


def _read_rows(sheet: _Sheet, line_of: Callable[[_Sheet, int], _Line | None]) -> list[_Line]:
    found: list[_Line] = []
    first_rows: dict[tuple[str, str], int] = {}
    for row in range(sheet.header_row + 1, sheet.page.max_row + 1):
        if _is_blank(sheet, row) or _is_aside(sheet, row):
            continue
        line = line_of(sheet, row)
        if line is None:
            continue
        first = first_rows.setdefault((line.document_number, line.number), row) if line.number else row
        if first != row:
            sheet.fail(row, sheet.columns.get("number", 1), "double_number", number=line.number, row=first)
            continue
        found.append(line)
    return found


def _is_blank(sheet: _Sheet, row: int) -> bool:
    columns = (*sheet.columns.values(), *sheet.years.values())
    return all(not _words(sheet.page.cell(row, column).value, "") for column in columns)


def _is_aside(sheet: _Sheet, row: int) -> bool:
    """True for the example row, and for a heading merged across the number and the content."""
    number, title = sheet.columns.get("number"), sheet.columns["title"]
    if number is None:
        return False
    if _key(_words(sheet.page.cell(row, number).value, "")) == _key(texts.say("sheets.example.mark")):
        return True
    area = sheet.merged.get((row, number))
    return area is not None and area == sheet.merged.get((row, title))


def _named(sheet: _Sheet, row: int, purpose: str) -> tuple[str, str] | None:
    """The row's number and content; a draft that the plan gave no number may go without one."""
    number, title = sheet.text(row, "number"), sheet.text(row, "title")
    is_known = bool(sheet.text(row, "id"))
    if not number and not is_known:
        sheet.fail(row, sheet.columns.get("number", sheet.columns["title"]), "no_number")
    if not title:
        sheet.fail(row, sheet.columns["title"], "no_title", column=texts.say(f"sheets.{purpose}.title"))
    return (number, title) if (number or is_known) and title else None


def _task_line(sheet: _Sheet, row: int) -> TaskLine | None:
    named = _named(sheet, row, "tasks")
    errors = len(sheet.errors)
    percent = _percent(sheet, row)
    line = TaskLine(
        row=row,
        number=named[0] if named else "",
        title=named[1] if named else "",
        lead=sheet.text(row, "lead"),
        support=sheet.text(row, "support"),
        product=sheet.text(row, "product"),
        deadline=_deadline(sheet, row),
        document_number=sheet.text(row, "document"),
        assignee=sheet.text(row, "assignee"),
        status=_status(sheet, row, percent),
        percent=percent,
        unit=sheet.text(row, "unit"),
        review=_review(sheet, row),
        id=_id(sheet, row),
        mark=sheet.text(row, "mark"),
    )
    return line if named and len(sheet.errors) == errors else None


def _target_line(sheet: _Sheet, row: int) -> TargetLine | None:
    named = _named(sheet, row, "targets")
    errors = len(sheet.errors)
    values = [(year, _words(*sheet.value(row, column))) for year, column in sorted(sheet.years.items())]
    line = TargetLine(
        row=row,
        number=named[0] if named else "",
        title=named[1] if named else "",
        unit_of_measure=sheet.text(row, "unit_of_measure"),
        values=tuple((year, value) for year, value in values if value),
        lead=sheet.text(row, "lead"),
        document_number=sheet.text(row, "document"),
        review=_review(sheet, row),
        id=_id(sheet, row),
        mark=sheet.text(row, "mark"),
    )
    return line if named and len(sheet.errors) == errors else None


def _review(sheet: _Sheet, row: int) -> Reviewed | None:
    """How far the row is reviewed; None where nothing is written of it."""
    text = sheet.text(row, "review")
    if not text:
        return None
    found = {_key(texts.say(f"sheets.review.{step}")): step for step in Reviewed}
    found |= {_key(o): step for step in Reviewed for o in texts.say(f"sheets.review_also.{step}").split("|")}
    if (step := found.get(_key(text))) is None:
        choices = ", ".join(texts.say(f"sheets.review.{step}") for step in Reviewed)
        sheet.fail(row, sheet.columns["review"], "review", text=text, choices=choices)
    return step


def _id(sheet: _Sheet, row: int) -> int | None:
    text = sheet.text(row, "id")
    if not text:
        return None
    if not re.fullmatch(r"\d{1,15}", text):
        sheet.fail(row, sheet.columns["id"], "id", text=text)
        return None
    return int(text)


def _deadline(sheet: _Sheet, row: int) -> Deadline:
    column = sheet.columns.get("deadline")
    text = sheet.text(row, "deadline")
    if column is None or not text:
        return _NO_DEADLINE
    mark, _, rest = text.partition(":")
    if _key(mark) == _key(texts.say("sheets.deadline.other", text="")) and rest:
        return Deadline(DeadlineKind.UNKNOWN, text=rest.strip())
    found = parse_deadline(text)
    if found.kind is DeadlineKind.UNKNOWN:
        sheet.fail(row, column, "deadline", text=text)
    return found


def _status(sheet: _Sheet, row: int, percent: float | None) -> TaskStatus:
    """The status that is written, or the one that an empty cell beside a percentage means."""
    text = sheet.text(row, "status")
    if not text:
        if not percent:
            return TaskStatus.NOT_STARTED
        return TaskStatus.DONE if percent == 100 else TaskStatus.IN_PROGRESS
    if (status := _statuses().get(_key(text))) is None:
        choices = ", ".join(texts.say(f"sheets.status.{s}") for s in TaskStatus)
        sheet.fail(row, sheet.columns["status"], "status", text=text, choices=choices)
        return TaskStatus.NOT_STARTED
    return status


def _percent(sheet: _Sheet, row: int) -> float | None:
    text = sheet.text(row, "percent")
    if not text:
        return None
    written = re.fullmatch(r"(\d+(?:[.,]\d+)?) ?%?", text)
    percent = float(written[1].replace(",", ".")) if written else -1.0
    if not 0 <= percent <= 100:
        sheet.fail(row, sheet.columns["percent"], "percent", text=text)
        return None
    return percent


def _words(value: Any, number_format: str) -> str:
    """A cell's value as a person sees it."""
    if value is None:
        return ""
    if isinstance(value, datetime | date):
        return f"{value.day:02d}/{value.month:02d}/{value.year}"
    if isinstance(value, bool):
        return str(value)
    if isinstance(value, int | float):
        shown = value * 100 if "%" in number_format else value
        figure = f"{round(shown, 10):.10f}".rstrip("0").rstrip(".")
        return f"{figure}%" if "%" in number_format else figure
    return nfc(str(value)).strip()
