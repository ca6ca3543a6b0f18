"""The staff list as a spreadsheet: a template, an export, and an import that shows its changes before it writes any."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from io import BytesIO
from typing import Any

import texts
from domain.people import Person, Role, Unit
from domain.phones import local_phone, phone_number
from domain.vietnamese import fold, nfc
from storage import Repositories

COLUMNS = ("name", "unit", "role", "phone")
_ROLES = (Role.OFFICIAL, Role.HEAD, Role.LEADER, Role.ADMINISTRATOR)
MOST_ROWS = 2_000


@dataclass(frozen=True, slots=True)
class StaffLine:
    """One person as a row of the sheet says it; `role` and `phone` are read, the unit is in the sheet's words."""

    row: int
    name: str
    unit: str
    role: Role
    phone: str


@dataclass(frozen=True, slots=True)
class Change:
    """One person to be added (`before` is None) or changed; `unit` is a unit to be added, or empty."""

    after: StaffLine
    before: Person | None = None

    def __str__(self) -> str:
        shown = _shown(self.after.name, self.after.unit, self.after.role, self.after.phone)
        if self.before is None:
            return texts.say("staff_list.added", person=shown)
        was = _shown(self.before.name, self.before.unit_name, self.before.role, self.before.phone)
        return texts.say("staff_list.changed", before=was, after=shown)


def sheet(people: Iterable[Person]) -> bytes:
    """The staff list; without people it is the template to fill in."""
    from openpyxl import Workbook
    from openpyxl.styles import Font

    book = Workbook()
    page: Any = book.active
    page.title = texts.say("staff_list.sheet")
    page.append([texts.say(f"staff_list.column.{column}") for column in COLUMNS])
    for cell, width in zip(page[1], (30, 34, 18, 18), strict=True):
        cell.font = Font(bold=True)
        page.column_dimensions[cell.column_letter].width = width
    for person in people:
        page.append([person.name, person.unit_name, _role_words(person.role), local_phone(person.phone)])
        for cell in page[page.max_row]:
            # A name that begins with "=" is a name and no formula.
            cell.data_type = "s"
            cell.number_format = "@"
    out = BytesIO()
    book.save(out)
    return out.getvalue()


def read(content: bytes) -> tuple[list[StaffLine], list[str]]:
    """The people of a sheet, and a sentence for each cell that cannot be taken."""
    from openpyxl import load_workbook

    try:
        rows = list(load_workbook(BytesIO(content), read_only=True, data_only=True).worksheets[0].values)
    except Exception:  # whatever a file that is no spreadsheet makes its reader raise
        return [], [texts.say("staff_list.not_a_sheet")]
    heads = {fold(texts.say(f"staff_list.column.{column}")): column for column in COLUMNS}
    start, columns = next(
        (
            (at, {heads[fold(str(cell))]: n for n, cell in enumerate(row) if fold(str(cell)) in heads})
            for at, row in enumerate(rows[:20])
            if fold(texts.say("staff_list.column.name")) in [fold(str(cell)) for cell in row]
        ),
        (0, {}),
    )
    if not columns:
        return [], [texts.say("staff_list.no_header")]
    if len(rows) > MOST_ROWS:
        return [], [texts.say("staff_list.too_long", most=MOST_ROWS)]
    lines: list[StaffLine] = []
    errors: list[str] = []
    for number, row in enumerate(rows[start + 1 :], start + 2):
        cells = {c: _text(row[n]) if n < len(row) else "" for c, n in columns.items()}
        if any(cells.values()):
            _read_row(number, {c: cells.get(c, "") for c in COLUMNS}, lines, errors)
    return lines, errors


def _read_row(row: int, cells: dict[str, str], lines: list[StaffLine], errors: list[str]) -> None:
    role = _role(cells["role"])
    phone = phone_number(cells["phone"]) if cells["phone"] else ""
    problems = []
    if not cells["name"]:
        problems.append(texts.say("staff_list.no_name", row=row))
    if role is None:
        roles = ", ".join(_role_words(known) for known in _ROLES)
        problems.append(texts.say("staff_list.bad_role", row=row, text=cells["role"], roles=roles))
    if phone is None:
        problems.append(texts.say("staff_list.bad_phone", row=row, text=cells["phone"]))
    twin = next((line for line in lines if phone and line.phone == phone), None)
    if twin is not None:
        problems.append(texts.say("staff_list.same_phone", row=row, other=twin.row))
    if any((fold(line.name), fold(line.unit)) == (fold(cells["name"]), fold(cells["unit"])) for line in lines):
        problems.append(texts.say("staff_list.twice", row=row, name=cells["name"]))
    errors.extend(problems)
    if not problems and role is not None:
        lines.append(StaffLine(row, cells["name"], cells["unit"], role, phone or ""))


def changes(lines: Sequence[StaffLine], people: Sequence[Person], units: Sequence[Unit]) -> list[Change]:
    """What the sheet would change: who is new, and who has another unit, role or number; nobody is removed.

    A person is known by the number, else by the name and unit, else by the name where only one is called so. An empty
    number keeps the known one.
    """
    found = []
    for line in lines:
        before = _known(line, people)
        wanted = replace(line, phone=line.phone or (before.phone if before else ""))
        if (
            before is None
            or (wanted.name, wanted.role, wanted.phone) != (before.name, before.role, before.phone)
            or fold(wanted.unit) not in _names_of(before, units)
        ):
            found.append(Change(wanted, before))
    return found


def _known(line: StaffLine, people: Sequence[Person]) -> Person | None:
    by_phone = [p for p in people if line.phone and p.phone == line.phone]
    named = [p for p in people if fold(p.name) == fold(line.name)]
    of_unit = [p for p in named if fold(p.unit_name) == fold(line.unit)]
    for candidates in (by_phone, of_unit, named):
        if len(candidates) == 1:
            return candidates[0]
    return None


def _names_of(person: Person, units: Sequence[Unit]) -> set[str]:
    return {fold(n) for u in units if u.id == person.unit_id for n in (u.name, *u.aliases)} or {""}


async def apply(records: Repositories, office_id: int, wanted: Sequence[Change], now: datetime) -> None:
    """Write the changes, in the caller's one transaction: all or none."""
    for change in wanted:
        line, unit_id = change.after, None
        if line.unit:
            known = await records.people.unit_by_name(office_id, line.unit)
            unit_id = (known or await records.people.add_unit(office_id, line.unit)).id
        if change.before is None:
            person = await records.people.add(office_id, line.name, line.role, unit_id, line.phone)
        else:
            person = await records.people.update(
                replace(change.before, name=line.name, role=line.role, unit_id=unit_id, phone=line.phone)
            )
        action = "person.added" if change.before is None else "person.changed"
        details = {"role": str(line.role), "from": "xlsx"}
        await records.audit.note(office_id, None, action, f"person:{person.id}", now, details)


def _text(value: Any) -> str:
    return "" if value is None else " ".join(nfc(str(value)).split()).removesuffix(".0")


def _role(words: str) -> Role | None:
    if not words:
        return Role.OFFICIAL
    known = {fold(_role_words(role)): role for role in _ROLES}
    others = texts.say("staff_list.other_roles").splitlines()
    known |= {fold(word): Role(role) for role, _, word in (line.partition(": ") for line in others)}
    return known.get(fold(words))


def _role_words(role: Role) -> str:
    return texts.say(f"greet.role.{role}")


def _shown(name: str, unit: str, role: Role, phone: str) -> str:
    return " | ".join((name, unit or "-", _role_words(role), local_phone(phone) or "-"))
