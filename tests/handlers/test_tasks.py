"""One's own tasks, one task in full, and the overview."""

from dataclasses import replace
from datetime import timedelta

import pytest

from domain.people import Person
from domain.progress import ProgressReport
from domain.tasks import TaskStatus
from tests.handlers.office import (
    ADMIN,
    AN,
    BINH,
    CHU_TICH,
    CLASSES,
    CULTURE,
    HANH,
    LIBRARY,
    NOW,
    Books,
    FakeAnswerer,
    Talk,
    task,
)


def _report(report_id: int, percent: float, said: str, supersedes: int | None = None) -> ProgressReport:
    return ProgressReport(
        report_id,
        4,
        AN.id,
        AN.name,
        TaskStatus.IN_PROGRESS,
        percent,
        "thiếu máy quét",
        None,
        said,
        NOW + timedelta(hours=report_id),
        supersedes,
    )


class TestOwnTasks:
    """The list that an official opens in the morning."""

    async def test_the_late_come_first_and_the_undated_last(self) -> None:
        text = await Talk(AN).say("việc của tôi")
        assert [text.index(f"Nhiệm vụ {n}:") for n in (5, 4, 9)] == sorted(
            text.index(f"Nhiệm vụ {n}:") for n in (5, 4, 9)
        )
        assert "Hạn: 27/02/2026 (quá hạn 3 ngày); đang thực hiện, 40%" in text
        assert "Hạn: 12/3/2026 (còn 10 ngày); chưa bắt đầu" in text
        assert "Nhiệm vụ 7" not in text

    @pytest.mark.parametrize(
        "asked",
        [
            "/viec",
            "viec cua toi",
            "Nhiệm vụ của tôi?",
            "cho tôi xem việc của tôi",
            "tôi có việc gì",
            "nhiem vu cua toi",
        ],
    )
    async def test_it_is_found_by_the_words_people_use(self, asked: str) -> None:
        assert (await Talk(AN).say(asked)).startswith("Việc của anh/chị Lê Hoài An")

    async def test_a_long_list_goes_on_by_a_button(self) -> None:
        books = Books(tasks_kept=[task(str(n), f"Việc số {n}", days=n) for n in range(1, 12)])
        talk = Talk(AN, books)
        text = await talk.say("việc của tôi")
        assert "Còn 3 việc nữa." in text and talk.labels[8:] == ["Xem thêm", "Tuần này (6)"]
        assert "Nhiệm vụ 11" in await talk.press("Xem thêm")
        assert "Hết danh sách" in await talk.act("tasks:500")

    async def test_finished_tasks_are_counted_and_not_listed(self) -> None:
        books = Books(tasks_kept=[replace(LIBRARY, status=TaskStatus.DONE), CLASSES])
        text = await Talk(AN, books).say("/viec")
        assert "Đã xong hoặc đã dừng: 1 việc." in text and "Nhiệm vụ 4" not in text

    async def test_someone_with_nothing_to_do_is_told_so(self) -> None:
        assert "không có việc nào được giao" in await Talk(CHU_TICH).say("/viec")

    async def test_a_stranger_is_told_how_to_join(self) -> None:
        assert "tham gia" in await Talk().say("việc của tôi")

    async def test_they_are_never_shown_in_a_group(self) -> None:
        books = Books()
        text = await Talk(AN, books, in_group=True).say("việc của tôi")
        assert "nhắn riêng" in text and not books.opened + books.looked

    async def test_typing_a_number_opens_that_line(self) -> None:
        talk = Talk(AN)
        await talk.say("/viec")
        assert (await talk.say("2")).startswith("Nhiệm vụ 4: Số hóa")


class TestOneTask:
    """A task in full."""

    async def test_it_tells_all_that_is_known(self) -> None:
        full = replace(
            LIBRARY,
            support="Đoàn Thanh niên",
            product="Danh mục thẻ",
            source="4 | Số hóa thẻ",
            assignee_name="Lê Hoài An",
        )
        books = Books(
            tasks_kept=[full],
            reports_kept=[_report(1, 20, "nv 4 xong 20%"), _report(2, 25, "nv 4 xong 25%", 1), _report(3, 30, "30%")],
        )
        text = await Talk(AN, books).say("nhiệm vụ 4")
        for part in (
            "Nhiệm vụ 4: Số hóa thẻ thư viện phường",
            "Văn bản: 12/KH-UBND",
            "Chủ trì: Phòng Văn hóa - Xã hội",
            "Phối hợp: Đoàn Thanh niên",
            "Sản phẩm: Danh mục thẻ",
            "Thời hạn: 12/3/2026 (còn 10 ngày)",
            "Báo cáo gần nhất: 11:00 02/3/2026, Lê Hoài An: đang thực hiện, 30%",
            "Khó khăn: thiếu máy quét",
            "• 09:00 02/3/2026, Lê Hoài An: “nv 4 xong 20%” (đã được sửa)",
            "Trích văn bản: “4 | Số hóa thẻ”",
        ):
            assert part in text

    @pytest.mark.parametrize("asked", ["nv 4", "NV4", "xem nhiệm vụ số 4", "chi tiết nhiệm vụ 4.", "viec 4"])
    async def test_it_is_opened_by_its_number(self, asked: str) -> None:
        assert (await Talk(AN).say(asked)).startswith("Nhiệm vụ 4:")

    async def test_one_number_in_two_papers_is_chosen_by_button(self) -> None:
        other = task("4", "Trồng cây đầu xuân", None, id=44, document_number="30/KH-UBND")
        talk = Talk(AN, Books(tasks_kept=[other, LIBRARY]))
        assert "Có 2 nhiệm vụ số 4" in await talk.say("nhiệm vụ 4")
        assert talk.labels[0].startswith("Nhiệm vụ 4 (12/KH-UBND): Số hóa")
        assert (await talk.say("2")).startswith("Nhiệm vụ 4: Trồng cây")

    async def test_colleagues_see_it_and_only_those_responsible_are_offered_to_report(self) -> None:
        theirs, own = Talk(BINH), Talk(AN)
        await theirs.say("nv 4")
        await own.say("nv 4")
        assert "Báo cáo tiến độ" not in theirs.labels and "Báo cáo tiến độ" in own.labels

    async def test_a_number_that_is_not_there_is_explained(self) -> None:
        assert "Không có nhiệm vụ số 77" in await Talk(AN).say("nv 77")

    @pytest.mark.parametrize("action", ["task:999", "task:9999999999999"])
    async def test_a_forged_button_shows_nothing(self, action: str) -> None:
        assert "không còn trong sổ" in await Talk(AN).act(action)

    async def test_another_office_s_task_is_not_shown(self) -> None:
        foreign = replace(LIBRARY, office_id=2)
        assert "không còn trong sổ" in await Talk(AN, Books(tasks_kept=[foreign])).act("task:4")

    async def test_a_draft_that_nobody_confirmed_is_not_shown(self) -> None:
        assert "không còn trong sổ" in await Talk(AN, Books(tasks_kept=[replace(LIBRARY, confirmed=False)])).act(
            "task:4"
        )

    async def test_a_citizen_who_names_a_task_asks_about_the_plan(self) -> None:
        answerer = FakeAnswerer()
        await Talk(answerer=answerer).say("nhiệm vụ 4")
        assert answerer.asked

    async def test_a_question_about_a_task_goes_to_the_plan(self) -> None:
        answerer = FakeAnswerer()
        await Talk(AN, answerer=answerer).say("nhiệm vụ 4 do ai chủ trì?")
        assert answerer.asked


class TestOverview:
    """Where everything stands."""

    async def test_a_leader_sees_counts_and_units(self) -> None:
        text = await Talk(CHU_TICH).say("tổng quan")
        assert text == (
            "Tình hình nhiệm vụ của UBND phường Gò Mây đến ngày 02/3/2026:\n"
            "Tổng số: 4 nhiệm vụ\n"
            "• Chưa bắt đầu: 3\n"
            "• Quá hạn: 1\n"
            "Đến hạn trong 7 ngày: 1\n"
            "Chưa báo cáo trong tháng 3: 4\n"
            "\n"
            "Theo đơn vị:\n"
            "• Phòng Kinh tế: 1 việc, xong 0, quá hạn 0\n"
            "• Phòng Văn hóa - Xã hội: 3 việc, xong 0, quá hạn 1"
        )

    async def test_a_head_sees_the_own_unit_first(self) -> None:
        text = await Talk(HANH).say("tình hình nhiệm vụ")
        assert text.index("Phòng Văn hóa - Xã hội (đơn vị của anh/chị)") < text.index("Phòng Kinh tế")

    @pytest.mark.parametrize(
        ("label", "shown", "hidden"),
        [
            ("Quá hạn (1)", "Nhiệm vụ 5", "Nhiệm vụ 4"),
            ("Sắp đến hạn (1)", "Nhiệm vụ 7", "Nhiệm vụ 5"),
            ("Chưa bắt đầu (3)", "Nhiệm vụ 9", "Nhiệm vụ 5"),
        ],
    )
    async def test_every_figure_opens_its_list(self, label: str, shown: str, hidden: str) -> None:
        talk = Talk(CHU_TICH)
        await talk.say("/tongquan")
        text = await talk.press(label)
        assert shown in text and hidden not in text
        assert (await talk.press(shown)).startswith(shown)

    async def test_tasks_without_a_unit_are_counted_last(self) -> None:
        books = Books(tasks_kept=[task("1", "Chưa giao", None), task("2", "Đã giao", CULTURE)])
        talk = Talk(ADMIN, books)
        assert (await talk.say("tổng quan")).endswith("• Chưa gắn đơn vị: 1 việc, xong 0, quá hạn 0")
        assert "Chưa gắn đơn vị đến ngày 02/3/2026: 1 việc" in await talk.press("Chưa gắn đơn vị")
        assert "Nhiệm vụ 1" in await talk.press("Tất cả việc (1)")

    @pytest.mark.parametrize("person", [AN, None])
    async def test_others_are_turned_away(self, person: Person | None) -> None:
        assert "anh/chị" in (await Talk(person).say("/tongquan")).lower()
        assert "Tổng số" not in await Talk(person).say("/tongquan")

    async def test_it_is_never_shown_in_a_group(self) -> None:
        assert "nhắn riêng" in await Talk(CHU_TICH, in_group=True).say("tổng quan")

    async def test_an_empty_register_is_explained(self) -> None:
        assert "chưa có nhiệm vụ nào" in await Talk(CHU_TICH, Books(tasks_kept=[])).say("tổng quan")

    @pytest.mark.parametrize(
        "action", ["overview:", "overview:late", "overview:nonsense:0", "overview:unit:x:0", "overview:unit:99:0"]
    )
    async def test_a_forged_button_finds_the_way_back(self, action: str) -> None:
        talk = Talk(CHU_TICH)
        await talk.act(action)
        assert "Tổng quan" in talk.labels
