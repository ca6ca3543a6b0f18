"""Takes a spreadsheet into the register: first what it would change, field by field, then the writing of just that."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any

import texts
from bot.sheets import (
    CellError,
    Reviewed,
    SheetReading,
    TargetLine,
    TaskLine,
    deadline_cell,
    mark_of,
    read,
    reviewed,
    unit_cell,
)
from domain.changes import Cause, ChangeStatus, DeadlineChange, is_same
from domain.drafts import fingerprint
from domain.editing import means_every_unit, people_named
from domain.people import Person, Unit
from domain.plans import Document, Target
from domain.tasks import Share, Task
from domain.units import unit_named, units_in
from storage import Repositories, Storage

_TASK_FIELDS = ("number", "title", "lead", "support", "product")
_TARGET_FIELDS = ("number", "title", "unit_of_measure", "lead")


@dataclass(frozen=True, slots=True)
class FieldChange:
    """One field of one row: its column's name, what the register says and what the spreadsheet says."""

    name: str
    before: str
    after: str


@dataclass(frozen=True, slots=True)
class RowChange:
    """What a row of the spreadsheet would do to the register.

    `kind` is "added", "changed", "confirmed", "dropped" or "restored"; a conflict has the kind "conflict" and is not
    written. `entry` is the entry as it would be; `seen` marks what it was when the difference was made.
    """

    kind: str
    row: int
    entry: Task | Target
    fields: tuple[FieldChange, ...] = ()
    before: Task | Target | None = None
    seen: str = ""

    def as_json(self) -> dict[str, Any]:
        """The form that `kehoach tasks import --json` prints."""
        return {
            "change": self.kind,
            "of": "task" if isinstance(self.entry, Task) else "target",
            "row": self.row,
            "id": self.before.id if self.before is not None else None,
            "document": self.entry.document_number,
            "number": self.entry.number,
            "title": self.entry.title,
            "fields": [{"field": f.name, "before": f.before, "after": f.after} for f in self.fields],
        }


@dataclass(frozen=True, slots=True)
class Comparison:
    """A spreadsheet beside the register: what it would change, what stands in the way, and what it leaves alone."""

    changes: tuple[RowChange, ...] = ()
    conflicts: tuple[RowChange, ...] = ()
    notes: tuple[str, ...] = ()
    unchanged: int = 0
    errors: tuple[CellError, ...] = ()


@dataclass(slots=True)
class _Office:
    """What rows are matched against."""

    office_id: int
    units: Sequence[Unit]
    staff: Sequence[Person]
    documents: Mapping[str, Document]
    columns: frozenset[str]
    notes: list[str] = field(default_factory=list)

    def note(self, key: str, row: int, /, **blanks: object) -> None:
        """Something a person should know of a row that is written all the same."""
        self.notes.append(texts.say("imports.note", row=row, text=texts.say(f"imports.notes.{key}", **blanks)))


async def compare_sheet(storage: Storage, office_id: int, content: bytes) -> Comparison:
    """What importing a spreadsheet would change; nothing is written. With any wrong cell there are only errors."""
    async with storage.reading() as records:
        return await compare(records, office_id, content)


async def compare(records: Repositories, office_id: int, content: bytes) -> Comparison:
    """The same within a transaction."""
    reading = read(content)
    if reading.errors:
        return Comparison(errors=reading.errors)
    documents = {d.number: d for d in await records.library.documents(office_id) if d.number}
    units, staff = await records.people.units(office_id), await records.people.of_office(office_id)
    office = _Office(office_id, units, staff, documents, reading.columns)
    tasks = await records.drafts.every_task(office_id)
    targets = await records.drafts.every_target(office_id)
    rows = [*_compared_tasks(office, reading, tasks), *_compared_targets(office, reading, targets)]
    found = [row for row in rows if row is not None]
    return Comparison(
        changes=tuple(row for row in found if row.kind != "conflict"),
        conflicts=tuple(row for row in found if row.kind == "conflict"),
        notes=tuple(office.notes),
        unchanged=len(rows) - len(found),
    )


async def apply(
    records: Repositories, office_id: int, comparison: Comparison, person: Person | None, now: datetime
) -> list[RowChange]:
    """Write the changes of a comparison; returns those that were not, because the register moved in between."""
    skipped = []
    for change in comparison.changes:
        if not await _written(records, office_id, change, person, now):
            skipped.append(change)
    details = {"changes": len(comparison.changes) - len(skipped), "conflicts": len(comparison.conflicts)}
    await records.audit.note(office_id, person.id if person else None, "register.imported", "xlsx", now, details)
    return skipped


async def _written(
    records: Repositories, office_id: int, change: RowChange, person: Person | None, now: datetime
) -> bool:
    entry, before = change.entry, change.before
    if before is None:
        added = await (
            records.register.put_task(entry) if isinstance(entry, Task) else records.register.put_target(entry)
        )
        entry = replace(entry, id=added.id)
        if isinstance(entry, Task) and entry.shares:
            await records.register.set_shares(entry.id, [share.unit_id for share in entry.shares])
    elif isinstance(entry, Task):
        if await records.drafts.save_task(entry, change.seen) is None:
            return False
    elif await records.drafts.save_target(entry, change.seen) is None:
        return False
    subject = f"task:{entry.id}" if isinstance(entry, Task) else f"target:{entry.id}"
    decides = change.kind in ("confirmed", "dropped", "restored")
    await records.audit.note(
        office_id,
        person.id if person else None,
        f"draft.{change.kind}" if decides else "register.edited",
        subject,
        now,
        {"import": change.as_json()["fields"]},
    )
    if isinstance(entry, Task) and isinstance(before, Task) and before.confirmed:
        await _note_deadline(records, before, entry, person, now)
    return True


async def _note_deadline(
    records: Repositories, before: Task, after: Task, person: Person | None, now: datetime
) -> None:
    if is_same(before.deadline, after.deadline):
        return
    change = DeadlineChange(
        id=0,
        office_id=after.office_id,
        task_id=after.id,
        before=before.deadline,
        after=after.deadline,
        cause=Cause.EDIT,
        status=ChangeStatus.APPLIED,
        at=now,
        person_id=person.id if person else None,
        source=after.deadline.text,
    )
    await records.changes.note(change)


# --- comparing -------------------------------------------------------------------------------------------------------


def _compared_tasks(office: _Office, reading: SheetReading, tasks: Sequence[Task]) -> list[RowChange | None]:
    known = _matched(reading.tasks, tasks, office)
    return [
        _compared(office, line, known.get(line.row), _task_as_said(office, line, known.get(line.row)), tasks)
        for line in reading.tasks
    ]


def _compared_targets(office: _Office, reading: SheetReading, targets: Sequence[Target]) -> list[RowChange | None]:
    known = _matched(reading.targets, targets, office)
    return [
        _compared(office, line, known.get(line.row), _target_as_said(office, line, known.get(line.row)), targets)
        for line in reading.targets
    ]


def _matched(lines: Iterable[Any], entries: Sequence[Any], office: _Office) -> dict[int, Any]:
    """The entry each row is, by the row's number in the sheet: by its hidden id, else by its paper and number.

    A row copied within the sheet has the id of its original; the one with the original's number keeps it.
    """
    by_id = {entry.id: entry for entry in entries}
    rows: dict[int, list[Any]] = {}
    for line in lines:
        if line.id in by_id:
            rows.setdefault(line.id, []).append(line)
    found: dict[int, Any] = {}
    for entry_id, claims in rows.items():
        entry = by_id[entry_id]
        own = next((line for line in claims if line.number == entry.number), claims[0])
        found[own.row] = entry
    taken = {entry.id for entry in found.values()}
    for line in lines:
        if line.row in found or not line.number:
            continue
        same = (e for e in entries if e.number == line.number and e.document_number == line.document_number)
        entry = next((e for e in same if e.id not in taken), None)
        if entry is not None:
            found[line.row] = entry
            taken.add(entry.id)
    return found


def _compared(
    office: _Office, line: Any, before: Any, after: Task | Target, entries: Sequence[Task | Target]
) -> RowChange | None:
    """What a row changes, or None for nothing."""
    if before is None:
        return RowChange("added", line.row, after, tuple(_differences(None, after)))
    exported, _, cells = line.mark.rpartition(".")
    if line.id == before.id and cells and cells == mark_of(replace(line, mark="")):
        return None
    fields = tuple(_differences(before, after))
    if not fields:
        return None
    seen = fingerprint(before)
    moved = line.id == before.id and bool(exported) and exported != seen
    if moved or _number_is_taken(before, after, entries):
        return RowChange("conflict", line.row, after, fields, before, seen)
    return RowChange(_kind(before, after), line.row, after, fields, before, seen)


def _number_is_taken(before: Task | Target, after: Task | Target, entries: Sequence[Task | Target]) -> bool:
    return after.number != before.number and any(
        e.number == after.number and e.document_number == after.document_number and e.id != before.id for e in entries
    )


def _kind(before: Task | Target, after: Task | Target) -> str:
    steps = (reviewed(before), reviewed(after))
    if steps[0] is steps[1]:
        return "changed"
    return {Reviewed.CONFIRMED: "confirmed", Reviewed.DROPPED: "dropped", Reviewed.DRAFT: "restored"}[steps[1]]


def _differences(before: Task | Target | None, after: Task | Target) -> Iterable[FieldChange]:
    """The fields whose words differ, in the order of the columns."""
    old = _said(before) if before is not None else {}
    for name, words in _said(after).items():
        if words != old.get(name, ""):
            yield FieldChange(name, old.get(name, ""), words)


def _said(entry: Task | Target) -> dict[str, str]:
    """An entry's fields by their columns' names, in words."""
    step = texts.say(f"sheets.review.{reviewed(entry)}")
    if isinstance(entry, Task):
        said = {texts.say(f"sheets.tasks.{name}"): str(getattr(entry, name)) for name in _TASK_FIELDS}
        said[texts.say("sheets.tasks.unit")] = unit_cell(entry)
        said[texts.say("sheets.tasks.deadline")] = deadline_cell(entry.deadline)
        said[texts.say("sheets.tasks.assignee")] = entry.assignee_name
    else:
        said = {texts.say(f"sheets.targets.{name}"): str(getattr(entry, name)) for name in _TARGET_FIELDS}
        said |= {texts.say("sheets.targets.year", year=year): value for year, value in entry.values}
    said[texts.say("sheets.columns.review")] = step
    return said


def _task_as_said(office: _Office, line: TaskLine, before: Task | None) -> Task:
    document = office.documents.get(line.document_number)
    task = before or Task(
        id=0,
        office_id=office.office_id,
        number=line.number,
        title=line.title,
        deadline=line.deadline,
        document_id=document.id if document else None,
        document_number=line.document_number,
        status=line.status,
        percent=line.percent,
    )
    has = {name: f"tasks.{name}" in office.columns for name in (*_TASK_FIELDS, "deadline", "assignee", "unit")}
    said: dict[str, Any] = {name: getattr(line, name) for name in _TASK_FIELDS if has[name]}
    if before is not None:
        # A cell drops what it cannot hold: what comes back the same was not changed.
        said = {
            name: words
            for name, words in said.items()
            if " ".join(words.split()) != " ".join(str(getattr(before, name)).split())
        }
        if line.document_number != before.document_number and line.id == before.id:
            office.note("document", line.row)
        if (line.status, line.percent) != (before.status, before.percent) and line.id == before.id:
            office.note("progress", line.row)
    if has["deadline"] and (before is None or deadline_cell(line.deadline) != deadline_cell(before.deadline)):
        said["deadline"] = line.deadline
    said |= _carried(office, line, task, has)
    if has["assignee"] and line.assignee != task.assignee_name:
        said |= _assigned(office, line)
    return replace(task, **said, **_step(line, before))


def _carried(office: _Office, line: TaskLine, task: Task, has: Mapping[str, bool]) -> dict[str, Any]:
    """Which units carry the task: as the column for them says, else as the plan's words for the lead do."""
    if has["unit"] and line.unit != unit_cell(task):
        words, named = line.unit, units_in(line.unit, office.units)
        if means_every_unit(words):
            named = list(office.units)
        if words and not named:
            office.note("unit", line.row, words=words)
            return {}
    elif (has["lead"] and line.lead != task.lead) or task.id == 0:
        one = unit_named(line.lead, office.units) if line.lead else None
        if one is None and task.id:
            return {}
        named = [one] if one else []
    else:
        return {}
    if len(named) > 1:
        shares = tuple(Share(unit.id, unit.name) for unit in named)
        return {"lead_unit_id": None, "lead_unit_name": "", "shares": shares}
    return {
        "lead_unit_id": named[0].id if named else None,
        "lead_unit_name": named[0].name if named else "",
        "shares": (),
    }


def _assigned(office: _Office, line: TaskLine) -> dict[str, Any]:
    if not line.assignee:
        return {"assignee_id": None, "assignee_name": ""}
    named = people_named(line.assignee, office.staff)
    if len(named) != 1:
        office.note("person", line.row, words=line.assignee)
        return {}
    return {"assignee_id": named[0].id, "assignee_name": named[0].name}


def _step(line: TaskLine | TargetLine, before: Task | Target | None) -> dict[str, Any]:
    """How far the row is reviewed; what the administrator lists without saying so is confirmed."""
    step = line.review
    if step is None:
        step = reviewed(before) if before is not None and line.id == before.id else Reviewed.CONFIRMED
    return {"confirmed": step is Reviewed.CONFIRMED, "dropped": step is Reviewed.DROPPED}


def _target_as_said(office: _Office, line: TargetLine, before: Target | None) -> Target:
    document = office.documents.get(line.document_number)
    target = before or Target(
        id=0,
        office_id=office.office_id,
        number=line.number,
        title=line.title,
        document_id=document.id if document else None,
        document_number=line.document_number,
    )
    said: dict[str, Any] = {name: getattr(line, name) for name in _TARGET_FIELDS if f"targets.{name}" in office.columns}
    if "lead" in said and said["lead"] != target.lead:
        unit = unit_named(line.lead, office.units) if line.lead else None
        said |= {"lead_unit_id": unit.id if unit else None, "lead_unit_name": unit.name if unit else ""}
    return replace(target, values=line.values, **said, **_step(line, before))


# --- saying ----------------------------------------------------------------------------------------------------------


def words_of(comparison: Comparison) -> str:
    """A comparison for a person: each row with its fields, old and new, then what stands in the way, then counts."""
    lines: list[str] = []
    for change in comparison.changes:
        lines += _row_words(change)
    if comparison.conflicts:
        lines += ["", texts.say("imports.conflicts", count=len(comparison.conflicts))]
        for change in comparison.conflicts:
            lines += _row_words(change)
    if comparison.notes:
        lines += ["", *comparison.notes]
    counts = {kind: sum(c.kind == kind for c in comparison.changes) for kind in _KINDS}
    said = [texts.say(f"imports.count.{kind}", count=count) for kind, count in counts.items() if count]
    total = ", ".join(said) or texts.say("imports.count.nothing")
    return "\n".join([*lines, "", texts.say("imports.total", changes=total, unchanged=comparison.unchanged)]).strip()


_KINDS = ("added", "changed", "confirmed", "dropped", "restored")


def _row_words(change: RowChange) -> list[str]:
    sheet = "tasks" if isinstance(change.entry, Task) else "targets"
    head = texts.say(
        "imports.row",
        kind=texts.say(f"imports.kind.{change.kind}"),
        sheet=texts.say(f"sheets.{sheet}.sheet"),
        number=change.entry.number or "–",
        title=change.entry.title,
    )
    if change.kind == "added":
        return [head]
    return [
        head,
        *(texts.say("imports.field", name=f.name, before=f.before or "–", after=f.after or "–") for f in change.fields),
    ]
