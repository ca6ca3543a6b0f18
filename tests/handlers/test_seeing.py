"""The overview with its pictures, a unit by person, who is silent, a task's history and evidence."""

from dataclasses import replace
from datetime import timedelta

import pytest

from domain.charts import Chart, Tone
from domain.people import Person
from domain.progress import Approval, ProgressReport
from domain.stretches import Length, Stretch, month_of
from domain.tasks import Share, Span, TaskStatus
from handlers.drawing import LATE_BARS
from handlers.selection import Selection, selection_in
from handlers.wording import stretch_words
from tests.handlers.office import (
    AN,
    BINH,
    CHU_TICH,
    CLASSES,
    CULTURE,
    ECONOMY,
    HANH,
    LIBRARY,
    MARKET,
    NOW,
    RADIO,
    TODAY,
    Books,
    Talk,
    line_of_plan,
    paper,
    task,
)


def report(number: int, task_id: int, person: Person = AN, **more: object) -> ProgressReport:
    said = ProgressReport(
        number, task_id, person.id, person.name, TaskStatus.IN_PROGRESS, 40.0, "", None, f"câu {number}", NOW
    )
    return replace(said, **more)  # type: ignore[arg-type]


def bars(chart: Chart) -> dict[str, dict[Tone, int]]:
    return {bar.label: {tone: count for tone, count in bar.parts if count} for bar in chart.bars}


class TestOverview:
    """Counts, pictures and the ways down."""

    async def test_the_picture_counts_every_task_once_and_late_as_late_alone(self) -> None:
        talk = Talk(CHU_TICH)
        await talk.say("tổng quan")
        (chart,) = talk.drawn
        assert bars(chart) == {
            "Phòng Kinh tế": {Tone.NOT_STARTED: 1},
            "Phòng Văn hóa - Xã hội": {Tone.NOT_STARTED: 2, Tone.LATE: 1},
        }
        assert [words for _, words in chart.legend][-1] == "Quá hạn: 1"
        assert "UBND phường Gò Mây" in chart.subtitle and "02/3/2026" in chart.subtitle
        assert [picture.name for picture in talk.replies[0].pictures] == ["tien-do-theo-don-vi.png"]

    async def test_a_group_task_counts_for_each_unit_with_its_own_standing(self) -> None:
        shares = (Share(1, CULTURE.name, TaskStatus.DONE, 100.0), Share(2, ECONOMY.name))
        talk = Talk(CHU_TICH, Books(tasks_kept=[replace(LIBRARY, shares=shares)]))
        text = await talk.say("tổng quan")
        assert "Tổng số: 1 nhiệm vụ" in text
        assert bars(talk.drawn[0]) == {CULTURE.name: {Tone.DONE: 1}, ECONOMY.name: {Tone.NOT_STARTED: 1}}
        assert "Nhiệm vụ chung" in talk.drawn[0].footnote

    async def test_thirty_five_units_make_thirty_bars_and_pages_of_buttons(self) -> None:
        units = [replace(ECONOMY, id=10 + n, name=f"Đơn vị {n:02d}") for n in range(1, 36)]
        books = Books(tasks_kept=[task(str(n), f"Việc {n}", unit) for n, unit in enumerate(units, 1)])
        talk = Talk(CHU_TICH, books)
        await talk.say("tổng quan")
        assert len(talk.drawn[0].bars) == 30 and talk.drawn[0].bars[-1].label == "6 đơn vị khác"
        assert sum(bar.total for bar in talk.drawn[0].bars) == 35
        await talk.press("Đơn vị khác (27)")
        assert talk.labels[0] == "Đơn vị 09" and "Đơn vị khác (19)" in talk.labels
        await talk.press("Đơn vị 09")
        assert "Đơn vị 09 đến ngày" in talk.text

    async def test_a_unit_is_shown_by_person_with_who_is_silent(self) -> None:
        books = Books(
            tasks_kept=[replace(LIBRARY, assignee_id=AN.id, assignee_name=AN.name), CLASSES, RADIO, MARKET],
            reports_kept=[report(1, 5)],
        )
        talk = Talk(HANH, books)
        await talk.say("tổng quan")
        text = await talk.press(CULTURE.name)
        assert "• Lê Hoài An: 1 việc, xong 0, quá hạn 0" in text
        assert "• Chưa giao cho ai: 2 việc, xong 0, quá hạn 1" in text
        assert "Chưa báo cáo tháng 3/2026: 2/3 việc (Nhiệm vụ 4, Nhiệm vụ 9)." in text
        assert list(bars(talk.drawn[-1])) == [AN.name, "Chưa giao cho ai"]
        assert "Nhiệm vụ 4" in await talk.press(AN.name)

    async def test_what_is_late_comes_with_a_picture_of_the_latest(self) -> None:
        late = [task(str(n), f"Việc trễ {n}", days=-n) for n in range(1, 16)]
        talk = Talk(CHU_TICH, Books(tasks_kept=late))
        await talk.say("tổng quan")
        text = await talk.press("Quá hạn (15)")
        chart = talk.drawn[-1]
        assert len(chart.bars) == LATE_BARS and chart.bars[0].parts == ((Tone.LATE, 15),)
        assert "Còn 3 nhiệm vụ quá hạn nữa" in chart.footnote
        assert "⚠" in text and "Còn 7 việc nữa." in text
        before = len(talk.drawn)
        await talk.press("Xem thêm")
        assert "Việc trễ 1" in talk.text and len(talk.drawn) == before

    async def test_what_hinders_stands_under_its_task(self) -> None:
        books = Books(
            tasks_kept=[replace(LIBRARY, status=TaskStatus.BLOCKED)],
            reports_kept=[report(1, 4, obstacle="chưa có máy quét", at=NOW - timedelta(days=90))],
        )
        talk = Talk(CHU_TICH, books)
        await talk.say("tổng quan")
        assert "Vướng: chưa có máy quét" in await talk.press("Đang vướng mắc (1)")

    async def test_a_report_that_waits_is_marked(self) -> None:
        books = Books(reports_kept=[report(1, 4, approval=Approval.WAITING)])
        talk = Talk(HANH, books)
        await talk.say("tổng quan")
        assert "đang chờ trưởng phòng duyệt" in await talk.press("Sắp đến hạn (1)") or "Nhiệm vụ 7" in talk.text
        assert "đang chờ trưởng phòng duyệt" in await Talk(AN, books).say("việc của tôi")

    async def test_now_beside_the_end_of_last_month(self) -> None:
        before = NOW - timedelta(days=10)
        books = Books(
            tasks_kept=[replace(CLASSES, percent=60.0), replace(LIBRARY, status=TaskStatus.DONE, percent=100.0)],
            reports_kept=[
                report(1, 5, percent=40.0, at=before),
                report(2, 5, percent=60.0),
                report(3, 4, status=TaskStatus.DONE, percent=100.0),
            ],
        )
        talk = Talk(CHU_TICH, books)
        await talk.say("tổng quan")
        text = await talk.press("So với tháng trước")
        assert "• Đã hoàn thành: 0 → 1 (+1)" in text and "• Quá hạn: 1 → 1 (0)" in text
        assert "• Nhiệm vụ 5: đang thực hiện, 40% → đang thực hiện, 60%" in text
        assert "• Nhiệm vụ 4: chưa bắt đầu → đã hoàn thành" in text

    @pytest.mark.parametrize(
        "action", ["unit:99", "unit:x", "missing:99", "missing:x", "overview:due:0", "overview:late-u9-x:0", "units:1"]
    )
    async def test_forged_buttons_show_nothing_and_fail_never(self, action: str) -> None:
        talk = Talk(CHU_TICH)
        await talk.act(action)
        assert talk.labels and "Nhiệm vụ" not in talk.labels[0]

    @pytest.mark.parametrize("action", ["unit:2", "overview:all-u2:0", "missing:2", "missing", "compared", "overview"])
    async def test_an_official_learns_nothing_of_other_units_from_any_button(self, action: str) -> None:
        talk = Talk(AN)
        text = await talk.act(action)
        assert "Nhiệm vụ 7" not in text and MARKET.title not in text and "Bình" not in text

    @pytest.mark.parametrize("action", ["unit:1", "overview:all:0", "missing", "tasks:late:0", "task:4", "files:4:0"])
    async def test_strangers_and_groups_are_shown_nothing(self, action: str) -> None:
        for talk in (Talk(), Talk(CHU_TICH, in_group=True)):
            assert LIBRARY.title not in await talk.act(action)
            assert not talk.drawn and not talk.books.opened and not talk.books.looked


class TestSelections:
    """What a button may carry."""

    @pytest.mark.parametrize(
        "selection",
        [
            Selection("late"),
            Selection("all", 3, 7),
            Selection("due", None, 2, Stretch(TODAY, TODAY + timedelta(days=6))),
            Selection("due", 999_999_999, 999_999_999, Stretch(None, TODAY)),
            Selection("is_in_progress", 0),
        ],
    )
    def test_it_survives_the_button(self, selection: Selection) -> None:
        assert selection_in(selection.code) == selection
        assert len(f"overview:{selection.code}:999999") <= 64

    @pytest.mark.parametrize("code", ["", "x", "late-", "due", "due-f20260301", "due-t20261301", "late-u", "is_x"])
    def test_forged_ones_are_none(self, code: str) -> None:
        assert selection_in(code) is None

    def test_stretches_have_the_office_s_names(self) -> None:
        quarter = Stretch(TODAY.replace(month=1, day=1), TODAY.replace(day=31), Length.QUARTER)
        assert stretch_words(month_of(TODAY)) == "tháng 3/2026"
        assert stretch_words(quarter) == "quý I/2026"
        assert stretch_words(Stretch(None, TODAY)) == "đến hết ngày 02/3/2026"
        assert stretch_words(Stretch(TODAY, TODAY, Length.DAY)) == "ngày 02/3/2026"


class TestOneTask:
    """Its place in the plan, its history, its evidence."""

    async def test_the_source_is_the_passage_it_was_read_from(self) -> None:
        drafted = replace(LIBRARY, document_id=1, spans=(Span("title", 130, 140),), source="một dòng", page=3)
        books = Books(tasks_kept=[drafted], documents_kept=[paper()], passages=[line_of_plan(11, page=3)])
        talk = Talk(AN, books)
        text = await talk.say("nv 4")
        assert "Văn bản: 12/KH-UBND, trang 3" in text and "Trích văn bản" not in text
        assert "Trên 80% hồ sơ nộp trực tuyến." in await talk.press("Nguồn")

    async def test_without_a_passage_its_own_line_is_quoted(self) -> None:
        books = Books(tasks_kept=[replace(LIBRARY, document_id=1, source="Số hóa thẻ thư viện")])
        talk = Talk(AN, books)
        assert "Trích văn bản: “Số hóa thẻ thư viện”" in await talk.say("nv 4")
        assert "Nguồn" not in talk.labels

    async def test_a_long_history_goes_on_by_buttons(self) -> None:
        books = Books(reports_kept=[report(n, 4) for n in range(1, 24)])
        talk = Talk(AN, books)
        await talk.say("nv 4")
        assert "câu 23" in await talk.press("Toàn bộ lịch sử (23)")
        assert "câu 13" in await talk.press("Xem thêm")
        assert "câu 3" in await talk.press("Xem thêm") and "Xem thêm" not in talk.labels
        assert (await talk.press("Nhiệm vụ 4")).startswith("Nhiệm vụ 4: Số hóa")

    async def test_a_group_task_shows_one_s_own_share_in_the_list(self) -> None:
        shares = (Share(1, CULTURE.name, TaskStatus.IN_PROGRESS, 70.0, reported_on=TODAY), Share(2, ECONOMY.name))
        books = Books(tasks_kept=[replace(LIBRARY, shares=shares)])
        assert "đang thực hiện, 70%" in await Talk(AN, books).say("việc của tôi")
        assert "chưa bắt đầu" in await Talk(BINH, books).say("việc của tôi")

    async def test_own_tasks_are_narrowed_by_buttons(self) -> None:
        talk = Talk(AN)
        await talk.say("việc của tôi")
        text = await talk.press("Việc quá hạn (1)")
        assert text.startswith("Việc quá hạn của anh/chị Lê Hoài An (1):") and LIBRARY.title not in text
        await talk.press("Tất cả việc (3)")
        assert LIBRARY.title in talk.text
        assert "không có việc đến hạn" in await Talk(AN).act("tasks:due-t20200101:0")
