"""Questions of staff in words, answered from the register, or left to the papers."""

from dataclasses import replace

import pytest

from domain.people import Person, Role
from domain.tasks import TaskStatus
from tests.handlers.office import (
    AN,
    BINH,
    CHU_TICH,
    CULTURE,
    HANH,
    LIBRARY,
    MARKET,
    PEOPLE,
    Books,
    FakeAnswerer,
    Talk,
    paper,
    task,
)

BOOKS_OF_BINH = [replace(MARKET, assignee_id=BINH.id, assignee_name=BINH.name), LIBRARY]


async def ask(person: Person, text: str, books: Books | None = None) -> Talk:
    talk = Talk(person, books)
    await talk.say(text)
    return talk


class TestLeaders:
    """They see the whole office."""

    async def test_who_is_late_comes_with_the_chart(self) -> None:
        talk = await ask(CHU_TICH, "nhiệm vụ nào chậm")
        assert "Nhiệm vụ 5" in talk.text and "quá hạn 3 ngày" in talk.text
        assert [picture.name for picture in talk.replies[0].pictures] == ["nhiem-vu-qua-han.png"]

    async def test_which_unit_is_late(self) -> None:
        talk = await ask(CHU_TICH, "đơn vị nào đang trễ việc")
        assert "• Phòng Văn hóa - Xã hội: 1 việc (Nhiệm vụ 5)" in talk.text
        assert "Nhiệm vụ 5" in await talk.press(CULTURE.name)

    async def test_which_person_is_late(self) -> None:
        books = Books(tasks_kept=[task("1", "Việc", days=-1, assignee_id=AN.id, assignee_name=AN.name)])
        talk = await ask(CHU_TICH, "ai đang trễ việc", books)
        assert "• Lê Hoài An: 1 việc (Nhiệm vụ 1)" in talk.text
        assert "Nhiệm vụ 1" in await talk.press(AN.name)

    @pytest.mark.parametrize(
        ("asked", "shown", "hidden"),
        [
            ("việc trễ của phòng Văn hóa", "Nhiệm vụ 5", "Nhiệm vụ 4"),
            ("viec tre cua phong kinh te", "không có việc nào", "Nhiệm vụ 5"),
            ("tuần này có gì đến hạn", "Nhiệm vụ 7", "Nhiệm vụ 4"),
            ("việc đến hạn trước 30/6", "Nhiệm vụ 4", "Nhiệm vụ 9"),
            ("việc nào sắp đến hạn", "Nhiệm vụ 7", "Nhiệm vụ 4"),
            ("nhiệm vụ nào đang vướng", "không có việc nào", "Nhiệm vụ 4"),
            ("việc nào chưa làm", "Nhiệm vụ 4", "Nhiệm vụ 5"),
            ("tiến độ nhiệm vụ 5", "Nhiệm vụ 5: Mở lớp", "Nhiệm vụ 4"),
            ("nhiệm vụ lắp mã QR tới đâu rồi", "Nhiệm vụ 7: Lắp mã QR", "Nhiệm vụ 4"),
            ("tiến độ nhiệm vụ 99", "Không có nhiệm vụ số 99", "Nhiệm vụ 4"),
            ("phòng Kinh tế làm tới đâu rồi", "Phòng Kinh tế đến ngày 02/3/2026", "Nhiệm vụ 4"),
            ("tiến độ chung thế nào", "Tổng số: 4 nhiệm vụ", "Nhiệm vụ 4"),
            ("so với tháng trước", "So với cuối tháng 2/2026", "Nhiệm vụ 4"),
        ],
    )
    async def test_what_was_asked_is_shown_and_nothing_else(self, asked: str, shown: str, hidden: str) -> None:
        text = (await ask(CHU_TICH, asked)).text
        assert shown in text and hidden not in text

    async def test_who_has_not_reported_names_the_month_the_units_and_the_people(self) -> None:
        talk = await ask(CHU_TICH, "ai chưa báo cáo tháng này", Books(tasks_kept=BOOKS_OF_BINH))
        assert talk.text.splitlines() == [
            "Chưa báo cáo tháng 3/2026: 2/2 việc đang theo dõi.",
            "Phòng Kinh tế (1):",
            "• Trần Quốc Bình: Nhiệm vụ 7",
            "Phòng Văn hóa - Xã hội (1):",
            "• Lê Hoài An, Vũ Thị Hạnh: Nhiệm vụ 4",
        ]

    async def test_a_subject_is_found_by_the_plan_s_name(self) -> None:
        plan = replace(paper(), title="Kế hoạch chuyển đổi số năm 2026")
        tasks = [replace(t, document_id=1) for t in (LIBRARY, task("6", "Sắm máy quét"), MARKET)]
        talk = await ask(CHU_TICH, "tiến độ chuyển đổi số của phòng Văn hóa", Books(tasks, documents_kept=[plan]))
        assert talk.text.startswith("Phòng Văn hóa - Xã hội có 2 nhiệm vụ về nội dung này")
        assert "Nhiệm vụ 7" not in talk.text

    async def test_a_long_subject_goes_on_by_a_button(self) -> None:
        plan = replace(paper(), title="Kế hoạch chuyển đổi số năm 2026")
        tasks = [replace(task(str(n), f"Việc {n}"), document_id=1) for n in range(1, 12)]
        talk = await ask(CHU_TICH, "tiến độ chuyển đổi số thế nào", Books(tasks, documents_kept=[plan]))
        assert "Còn 3 việc nữa." in talk.text
        assert "Nhiệm vụ 11" in await talk.press("Xem thêm")

    async def test_people_of_one_name_are_told_apart(self) -> None:
        other = Person(9, 1, "Đỗ Thanh Bình", Role.OFFICIAL, 1, CULTURE.name)
        talk = await ask(CHU_TICH, "anh Bình đang làm gì", Books(BOOKS_OF_BINH, people_kept=[*PEOPLE, other]))
        assert "Có 2 người cùng tên" in talk.text
        assert "Nhiệm vụ 7" in await talk.press("Trần Quốc Bình (Phòng Kinh tế)")


class TestRights:
    """Everybody hears what they may."""

    async def test_an_official_hears_of_their_own_unit(self) -> None:
        text = (await ask(AN, "việc nào trễ hạn")).text
        assert text.startswith("Việc quá hạn của anh/chị Lê Hoài An (1):")
        assert MARKET.title not in (await ask(AN, "tháng này có việc gì")).text

    @pytest.mark.parametrize(
        "asked", ["việc trễ của phòng Kinh tế", "phòng Kinh tế làm tới đâu rồi", "anh Bình đang làm gì"]
    )
    async def test_other_units_are_not_an_official_s_business(self, asked: str) -> None:
        talk = await ask(AN, asked, Books(tasks_kept=BOOKS_OF_BINH))
        assert "dành cho trưởng phòng" in talk.text and "Nhiệm vụ 7" not in talk.text

    async def test_an_official_sees_who_of_the_own_unit_is_silent_and_nobody_else(self) -> None:
        text = (await ask(AN, "ai chưa báo cáo", Books(tasks_kept=BOOKS_OF_BINH))).text
        assert "Nhiệm vụ 4" in text and "Bình" not in text and "1/1 việc" in text

    async def test_a_head_asks_for_the_own_unit(self) -> None:
        text = (await ask(HANH, "việc của phòng tôi")).text
        assert text.startswith("Phòng Văn hóa - Xã hội đến ngày 02/3/2026: 3 việc")

    @pytest.mark.parametrize("asked", ["nhiệm vụ nào chậm", "ai chưa báo cáo tháng này", "anh Bình đang làm gì"])
    async def test_groups_hear_nothing(self, asked: str) -> None:
        talk = Talk(CHU_TICH, in_group=True)
        assert "nhắn riêng" in await talk.say(asked)
        assert not talk.books.opened and not talk.books.looked

    @pytest.mark.parametrize("asked", ["nhiệm vụ nào chậm", "ai chưa báo cáo", "việc của phòng Kinh tế", "vướng gì"])
    async def test_a_citizen_s_question_goes_to_the_papers(self, asked: str) -> None:
        answerer = FakeAnswerer()
        talk = Talk(None, answerer=answerer)
        await talk.say(asked)
        assert [question for question, _, _ in answerer.asked] == [asked]
        assert "Nhiệm vụ" not in talk.text


class TestLeftToThePapers:
    """What names nothing of this office is asked of the plans."""

    @pytest.mark.parametrize(
        "asked",
        [
            "tiến độ xây sân bay tới đâu rồi",
            "phòng Tài nguyên làm tới đâu rồi",
            "việc trễ của phòng Tài nguyên",
            "anh Kiên đang làm gì",
            "đơn vị nào chủ trì việc số hóa",
        ],
    )
    async def test_the_question_is_answered_as_any_other(self, asked: str) -> None:
        answerer = FakeAnswerer()
        talk = Talk(CHU_TICH, answerer=answerer)
        assert "Tôi chưa tìm thấy" in await talk.say(asked)
        assert [question for question, _, _ in answerer.asked] == [asked]

    @pytest.mark.parametrize("said", ["nv 4 xong 60%", "nhiệm vụ 4 vướng mặt bằng", "việc 4 đã hoàn thành"])
    async def test_a_report_stays_a_report(self, said: str) -> None:
        talk = Talk(AN)
        await talk.say(said)
        assert "Xác nhận" in " ".join(talk.labels)

    async def test_a_question_in_between_leaves_the_card_waiting(self) -> None:
        talk = Talk(AN)
        await talk.say("nv 4 xong 60%")
        text = await talk.say("việc nào trễ hạn")
        assert "Nhiệm vụ 5" in text and "Xác nhận" in talk.labels
        assert talk.books.reports_kept == []

    async def test_done_tasks_are_found(self) -> None:
        books = Books(tasks_kept=[replace(LIBRARY, status=TaskStatus.DONE), MARKET])
        text = (await ask(CHU_TICH, "nhiệm vụ nào đã hoàn thành", books)).text
        assert "Nhiệm vụ 4" in text and "Nhiệm vụ 7" not in text
