"""The register out as a spreadsheet, edited, and in again: the difference first, then just that."""

from collections.abc import AsyncIterator, Callable
from dataclasses import replace
from datetime import UTC, date, datetime
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from openpyxl import Workbook, load_workbook

from bot.register_import import Comparison, apply, compare_sheet, words_of
from bot.sheets import export
from domain.deadlines import parse_deadline
from domain.drafts import fingerprint
from domain.people import Role
from domain.plans import Target
from domain.tasks import Task, TaskStatus
from storage import Storage

NOW = datetime(2026, 3, 2, 1, 0, tzinfo=UTC)


class Desk:
    """A register and the spreadsheet that an administrator edits."""

    def __init__(self, storage: Storage, office_id: int) -> None:
        self.storage = storage
        self.office_id = office_id

    async def export(self) -> bytes:
        async with self.storage.reading() as records:
            tasks = await records.drafts.every_task(self.office_id)
            return export(tasks, await records.drafts.every_target(self.office_id))

    async def edited(self, edit: Callable[[Any], None], content: bytes | None = None) -> bytes:
        book = load_workbook(BytesIO(content or await self.export()))
        edit(Sheets(book))
        out = BytesIO()
        book.save(out)
        return out.getvalue()

    async def compare(self, content: bytes) -> Comparison:
        return await compare_sheet(self.storage, self.office_id, content)

    async def apply(self, comparison: Comparison) -> int:
        async with self.storage.writing() as records:
            return len(await apply(records, self.office_id, comparison, None, NOW))

    async def tasks(self) -> dict[str, Task]:
        async with self.storage.reading() as records:
            return {t.number: t for t in await records.drafts.every_task(self.office_id)}


class Sheets:
    """A workbook's cells by the name of their column."""

    def __init__(self, book: Workbook) -> None:
        self._book = book

    def put(self, row: int, column: str, value: Any, sheet: str = "Nhiệm vụ") -> None:
        page = self._book[sheet]
        names = [cell.value for cell in page[1]]
        page.cell(row, names.index(column) + 1).value = value

    def append(self, **values: Any) -> None:
        page = self._book["Nhiệm vụ"]
        row = page.max_row + 1
        for column, value in values.items():
            self.put(row, column.replace("_", " "), value)


@pytest.fixture
async def desk(tmp_path: Path) -> AsyncIterator[Desk]:
    storage = Storage.open(f"sqlite:///{tmp_path / 'office.db'}", synchronous="OFF")
    await storage.migrate()
    async with storage.writing() as records:
        office = await records.offices.ensure("UBND xã Đồi Sim")
        culture = await records.people.add_unit(office.id, "Phòng Văn hóa - Xã hội", ["VHXH"])
        await records.people.add_unit(office.id, "Phòng Kinh tế")
        await records.people.add(office.id, "Lò Thị Mận", Role.OFFICIAL, culture.id)
        for number, title, more in (
            ("1", "Dựng biển chỉ đường", {"confirmed": True, "lead_unit_id": culture.id, "lead": "Phòng VHXH"}),
            ("2", "Phát 200 bộ sách", {"confirmed": False, "confidence": 0.6, "page": 3, "source": "2 | Phat sach"}),
            ("", "Khơi mương bản Sim", {"confirmed": False}),
        ):
            given: dict[str, Any] = {"document_number": "7/KH-UBND", **more}
            await records.drafts.add_task(Task(0, office.id, number, title, parse_deadline("Quý II/2026"), **given))
        figures = ((2026, "trên 80%"),)
        await records.register.put_target(Target(0, office.id, "1", "Hộ dùng nước sạch", figures, "%"))
    yield Desk(storage, office.id)
    await storage.close()


async def test_what_nobody_edited_changes_nothing(desk: Desk) -> None:
    comparison = await desk.compare(await desk.export())
    assert (comparison.changes, comparison.conflicts, comparison.notes) == ((), (), ())
    assert comparison.unchanged == 4
    assert words_of(comparison) == "Tổng cộng: không có gì để ghi; giữ nguyên 4 dòng."


async def test_the_file_says_what_was_read_and_hides_what_ties_it_to_the_register(desk: Desk) -> None:
    page = load_workbook(BytesIO(await desk.export()))["Nhiệm vụ"]
    heads = [cell.value for cell in page[1]]
    row = dict(zip(heads, [cell.value for cell in page[4]], strict=True))
    assert (row["Duyệt"], row["Độ chắc chắn"], row["Trang"], row["Nguyên văn"]) == (
        "Dự thảo",
        "vừa",
        3,
        "2 | Phat sach",
    )
    hidden = {
        heads[column - 1] for column in range(1, len(heads) + 1) if page.column_dimensions[_letter(column)].hidden
    }
    assert hidden == {"Mã dòng (không sửa)", "Dấu kiểm (không sửa)"}


def _letter(column: int) -> str:
    return chr(ord("A") + column - 1)


def _review(book: Sheets) -> None:
    book.put(3, "Thời hạn", "30/9/2026")
    book.put(3, "Người phụ trách", "chị Mận")
    book.put(4, "Duyệt", "đã duyệt")
    book.put(4, "Đơn vị được giao", "Phòng Kinh tế; VHXH")
    book.put(2, "Duyệt", "Bỏ")
    book.put(2, "Năm 2026", "trên 85%", "Chỉ tiêu")
    book.put(2, "Duyệt", "Đã duyệt", "Chỉ tiêu")
    book.append(Số="9", Nội_dung_nhiệm_vụ="Tỉa cành trước mùa mưa", Thời_hạn="30/5/2026", Kế_hoạch_số="7/KH-UBND")


async def test_the_difference_is_shown_field_by_field_and_only_that_is_written(desk: Desk) -> None:
    before = await desk.tasks()
    content = await desk.edited(_review)
    comparison = await desk.compare(content)
    assert await desk.tasks() == before
    assert words_of(comparison) == "\n".join(
        (
            "- Bỏ [Nhiệm vụ] –: Khơi mương bản Sim",
            "    Duyệt: Dự thảo → Bỏ",
            "~ Sửa [Nhiệm vụ] 1: Dựng biển chỉ đường",
            "    Thời hạn: Quý II/2026 → 30/9/2026",
            "    Người phụ trách: – → Lò Thị Mận",
            "✓ Duyệt [Nhiệm vụ] 2: Phát 200 bộ sách",
            "    Đơn vị được giao: – → Phòng Kinh tế; Phòng Văn hóa - Xã hội",
            "    Duyệt: Dự thảo → Đã duyệt",
            "+ Thêm [Nhiệm vụ] 9: Tỉa cành trước mùa mưa",
            "✓ Duyệt [Chỉ tiêu] 1: Hộ dùng nước sạch",
            "    Năm 2026: trên 80% → trên 85%",
            "    Duyệt: Dự thảo → Đã duyệt",
            "",
            "Tổng cộng: thêm 1, sửa 1, duyệt 2, bỏ 1; giữ nguyên 0 dòng.",
        )
    )
    assert await desk.apply(comparison) == 0
    after = await desk.tasks()
    assert after["1"].deadline.due == date(2026, 9, 30) and after["1"].assignee_name == "Lò Thị Mận"
    assert after["2"].confirmed and len(after["2"].shares) == 2
    assert after[""].dropped and not after[""].confirmed and after["9"].confirmed
    async with desk.storage.reading() as records:
        (target,) = await records.register.targets(desk.office_id)
        (moved,) = await records.changes.of_task(after["1"].id)
    assert target.confirmed and target.values == ((2026, "trên 85%"),)
    assert moved.before.text == "Quý II/2026"
    assert (await desk.compare(await desk.export())).changes == ()


async def test_a_row_changed_in_the_register_since_is_shown_and_not_overwritten(desk: Desk) -> None:
    content = await desk.edited(lambda book: book.put(3, "Sản phẩm", "12 biển"))
    task = (await desk.tasks())["1"]
    async with desk.storage.writing() as records:
        await records.drafts.save_task(replace(task, product="Biên bản"), fingerprint(task))
    comparison = await desk.compare(content)
    assert comparison.changes == ()
    (conflict,) = comparison.conflicts
    assert [(f.name, f.before, f.after) for f in conflict.fields] == [("Sản phẩm", "Biên bản", "12 biển")]
    assert "! Lệch với sổ [Nhiệm vụ] 1" in words_of(comparison)
    await desk.apply(comparison)
    assert (await desk.tasks())["1"].product == "Biên bản"


async def test_a_row_that_only_the_register_changed_is_no_conflict(desk: Desk) -> None:
    content = await desk.export()
    task = (await desk.tasks())["1"]
    async with desk.storage.writing() as records:
        await records.drafts.save_task(replace(task, product="Biên bản"), fingerprint(task))
    comparison = await desk.compare(content)
    assert (comparison.changes, comparison.conflicts) == ((), ())


async def test_what_changes_between_the_difference_and_the_writing_is_skipped(desk: Desk) -> None:
    comparison = await desk.compare(await desk.edited(lambda book: book.put(3, "Sản phẩm", "12 biển")))
    task = (await desk.tasks())["1"]
    async with desk.storage.writing() as records:
        await records.drafts.save_task(replace(task, title="Dựng 12 biển"), fingerprint(task))
    assert await desk.apply(comparison) == 1
    assert (await desk.tasks())["1"].product == ""


async def test_a_copied_row_is_a_new_task(desk: Desk) -> None:
    def copy_first(book: Sheets) -> None:
        page = book._book["Nhiệm vụ"]
        page.append([cell.value for cell in page[3]])
        book.put(page.max_row, "Số", "12")

    comparison = await desk.compare(await desk.edited(copy_first))
    assert [(c.kind, c.entry.number) for c in comparison.changes] == [("added", "12")]
    await desk.apply(comparison)
    tasks = await desk.tasks()
    assert tasks["1"].title == tasks["12"].title and tasks["1"].id != tasks["12"].id


async def test_progress_and_papers_do_not_change_by_spreadsheet_and_names_unknown_are_noted(desk: Desk) -> None:
    def edit(book: Sheets) -> None:
        book.put(3, "Trạng thái", "Đã hoàn thành")
        book.put(3, "Kế hoạch số", "8/KH-UBND")
        book.put(3, "Người phụ trách", "Không Ai Biết")
        book.put(3, "Đơn vị được giao", "Phòng Ngoại vụ")

    comparison = await desk.compare(await desk.edited(edit))
    assert comparison.changes == () and len(comparison.notes) == 4
    assert "không có đơn vị “Phòng Ngoại vụ”" in "\n".join(comparison.notes)
    await desk.apply(comparison)
    assert (await desk.tasks())["1"].status is TaskStatus.NOT_STARTED


async def test_a_number_that_another_row_has_is_a_conflict(desk: Desk) -> None:
    def renumber(book: Sheets) -> None:
        book.put(4, "Số", "5")
        book.put(3, "Số", "2")

    comparison = await desk.compare(await desk.edited(renumber))
    assert [c.entry.number for c in comparison.conflicts] == ["2"]


@pytest.mark.parametrize(
    ("column", "value", "said"),
    [
        ("Duyệt", "chắc rồi", "không hiểu chữ “chắc rồi” ở cột Duyệt"),
        ("Mã dòng (không sửa)", "abc", "mã dòng “abc” không đúng"),
        ("Thời hạn", "ngày 45 tháng 13", "không đọc được thời hạn"),
    ],
)
async def test_a_wrong_cell_is_named_and_nothing_is_compared(desk: Desk, column: str, value: str, said: str) -> None:
    comparison = await desk.compare(await desk.edited(lambda book: book.put(3, column, value)))
    assert comparison.changes == () and said in str(comparison.errors[0])


@pytest.mark.parametrize(
    "damage", [lambda b: b[: len(b) // 2], lambda b: b"", lambda b: b"%PDF-1.7", lambda b: b[::-1]]
)
async def test_a_damaged_file_is_refused_in_a_sentence(desk: Desk, damage: Callable[[bytes], bytes]) -> None:
    comparison = await desk.compare(damage(await desk.export()))
    assert comparison.errors and comparison.changes == ()


async def test_an_id_of_another_office_is_no_match(desk: Desk) -> None:
    async with desk.storage.writing() as records:
        other = await records.offices.ensure("UBND xã Khác")
        foreign = await records.drafts.add_task(Task(0, other.id, "1", "Việc xã khác", parse_deadline("2026")))
    content = await desk.edited(lambda book: book.put(3, "Mã dòng (không sửa)", foreign.id))
    await desk.apply(await desk.compare(content))
    async with desk.storage.reading() as records:
        assert await records.register.task(foreign.id) == foreign
