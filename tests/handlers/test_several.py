"""Several tasks in one message: one card, put right line by line, written together or not at all."""

from dataclasses import replace

import pytest

from domain.progress import Understood
from domain.tasks import TaskStatus
from tests.handlers.office import AN, BINH, CLASSES, LIBRARY, MARKET, RADIO, Books, Talk, task

THREE = "nv 4 xong 80%; nv 5 được 60%, vướng kinh phí; nv 9 đã hoàn thành"
READING = task("6", "Mở tủ sách khu phố 3", days=20)


async def _card(said: str = THREE, books: Books | None = None) -> Talk:
    talk = Talk(AN, books)
    await talk.say(said)
    return talk


class TestTheCard:
    """What is shown before anything is written."""

    async def test_it_has_a_line_for_each_task_with_all_that_was_said(self) -> None:
        talk = await _card()
        assert talk.text == (
            "Anh/chị kiểm tra giúp tôi 3 báo cáo trước khi ghi:\n"
            "1. Nhiệm vụ 4: Số hóa thẻ thư viện phường\n"
            "   Tiến độ: 80%\n"
            "   Tình trạng: đang thực hiện\n"
            "2. Nhiệm vụ 5: Mở lớp tin học cho người cao tuổi\n"
            "   Tiến độ: 60% (trước đó 40%)\n"
            "   Tình trạng: đang thực hiện\n"
            "   Khó khăn: vướng kinh phí\n"
            "3. Nhiệm vụ 9: Duy trì bản tin truyền thanh thông minh\n"
            "   Tiến độ: 100%\n"
            "   Tình trạng: đã hoàn thành\n"
            "\n"
            "Bấm xác nhận để ghi tất cả. Cần chỉnh, anh/chị nhắn ví dụ “dòng 2 là 70%” hoặc “bỏ dòng 3”. "
            "Chưa bấm thì chưa ghi gì."
        )
        assert talk.labels == ["Xác nhận cả 3", "Sửa một dòng", "Hủy"]
        assert not talk.books.reports_kept

    async def test_confirming_writes_each_with_its_own_part_of_the_sentence(self) -> None:
        talk = await _card()
        assert "Đã ghi nhận 3 báo cáo. Cảm ơn anh/chị Lê Hoài An." in await talk.press("Xác nhận cả 3")
        assert [(r.task_id, r.percent, r.said) for r in talk.books.reports_kept] == [
            (4, 80.0, "nv 4 xong 80%"),
            (5, 60.0, "nv 5 được 60%, vướng kinh phí"),
            (9, 100.0, "nv 9 đã hoàn thành"),
        ]

    @pytest.mark.parametrize("word", ["1", "xác nhận", "ok", "Đồng ý ạ"])
    async def test_it_can_be_confirmed_in_words(self, word: str) -> None:
        talk = await _card()
        await talk.say(word)
        assert len(talk.books.reports_kept) == 3

    async def test_a_second_press_writes_nothing(self) -> None:
        talk = await _card()
        action = talk.replies[0].buttons[0].action
        await talk.act(action)
        assert "đã được ghi nhận" in await talk.act(action)
        assert len(talk.books.reports_kept) == 3

    async def test_cancelling_writes_nothing(self) -> None:
        talk = await _card()
        assert "không ghi gì" in await talk.press("Hủy")
        assert not talk.books.reports_kept

    async def test_two_parts_on_one_task_are_one_line(self) -> None:
        talk = await _card("nv 4 xong 80%; nv 5 được 60%; nv 4 vướng máy quét")
        assert "2 báo cáo" in talk.text and "Khó khăn: vướng máy quét" in talk.text

    async def test_a_side_question_does_not_bury_it(self) -> None:
        talk = await _card()
        assert "Phiếu 3 báo cáo vẫn đang chờ" in await talk.say("việc của tôi")
        await talk.press("Xác nhận cả 3")
        assert len(talk.books.reports_kept) == 3


class TestPuttingRight:
    """One line changed, added or taken off."""

    @pytest.mark.parametrize("said", ["dòng 2 là 70%", "Sửa dòng 2 thành 70%", "nv 5 là 70%", "dòng 2: 70"])
    async def test_one_line_is_corrected_in_words(self, said: str) -> None:
        talk = await _card()
        assert "Tiến độ: 70% (trước đó 40%)" in await talk.say(said)
        await talk.press("Xác nhận cả 3")
        assert [r.percent for r in talk.books.reports_kept] == [80.0, 70.0, 100.0]

    async def test_one_line_is_corrected_by_buttons(self) -> None:
        talk = await _card()
        await talk.press("Sửa một dòng")
        assert talk.labels == ["Dòng 1: Nhiệm vụ 4", "Dòng 2: Nhiệm vụ 5", "Dòng 3: Nhiệm vụ 9"]
        await talk.press("Dòng 1: Nhiệm vụ 4")
        assert "Tiến độ: 85%" in await talk.say("85%, còn vướng nhân sự")
        await talk.press("Xác nhận cả 3")
        assert talk.books.reports_kept[0].obstacle == "vướng nhân sự"

    @pytest.mark.parametrize("said", ["bỏ dòng 3", "xóa dòng 3", "bỏ nv 9", "thôi dòng 3 nhé"])
    async def test_one_line_is_dropped(self, said: str) -> None:
        talk = await _card()
        assert "Đã bỏ khỏi phiếu: Nhiệm vụ 9" in await talk.say(said)
        await talk.press("Xác nhận cả 2")
        assert [r.task_id for r in talk.books.reports_kept] == [4, 5]

    async def test_a_line_that_is_not_there_is_not_dropped(self) -> None:
        talk = await _card()
        assert "có 3 dòng" in await talk.say("bỏ dòng 8")
        assert talk.labels[0] == "Xác nhận cả 3"

    async def test_a_further_report_joins_the_card(self) -> None:
        books = Books(tasks_kept=[LIBRARY, CLASSES, MARKET, RADIO, READING])
        talk = await _card(books=books)
        assert "4 báo cáo" in await talk.say("nv 6 xong 10%")

    async def test_an_older_card_can_no_longer_be_confirmed(self) -> None:
        talk = await _card()
        first = talk.replies[0].buttons[0].action
        await talk.say("dòng 2 là 70%")
        assert "không còn hiệu lực" in await talk.act(first)
        assert not talk.books.reports_kept


class TestWhatIsUnclear:
    """Parts that must be asked about or refused, while the clear ones wait."""

    async def test_a_task_of_others_is_named_and_the_rest_goes_on(self) -> None:
        talk = await _card("nv 4 xong 80%; nv 7 xong 50%; nv 5 được 60%")
        assert "Nhiệm vụ 7 do Phòng Kinh tế chủ trì" in talk.text and "2 báo cáo" in talk.text
        await talk.press("Xác nhận cả 2")
        assert [r.task_id for r in talk.books.reports_kept] == [4, 5]

    async def test_an_unclear_part_is_asked_while_the_clear_one_waits(self) -> None:
        talk = await _card("nv 4 xong 80%; nv 40 được 30%")
        assert "Còn phần “nv 40 được 30%” tôi chưa rõ" in talk.text and "Không có nhiệm vụ số 40" in talk.text
        assert "xác nhận" not in " ".join(talk.labels).casefold()
        await talk.press("Nhiệm vụ 5: Mở lớp tin học cho người cao tuổi")
        await talk.press("Xác nhận cả 2")
        assert [(r.task_id, r.percent) for r in talk.books.reports_kept] == [(4, 80.0), (5, 30.0)]

    async def test_it_is_answered_by_the_tasks_number(self) -> None:
        talk = await _card("nv 4 xong 80%; nv 40 được 30%")
        assert "2 báo cáo" in await talk.say("nv 5")

    async def test_it_is_asked_at_most_twice_and_then_left_out(self) -> None:
        talk = await _card("nv 4 xong 80%; nv 40 được 30%")
        await talk.say("nv 41")
        assert "tôi vẫn chưa hiểu nên để ra ngoài" in await talk.say("nv 42")
        await talk.press("Xác nhận")
        assert [r.task_id for r in talk.books.reports_kept] == [4]

    async def test_it_can_be_dropped(self) -> None:
        talk = await _card("nv 4 xong 80%; nv 40 được 30%")
        assert "1 báo cáo" in await talk.press("Bỏ dòng 2")

    async def test_confirming_in_words_waits_for_the_answer(self) -> None:
        talk = await _card("nv 4 xong 80%; nv 40 được 30%")
        assert "chưa ghi gì" in await talk.say("xác nhận")
        assert not talk.books.reports_kept


class TestMeanwhile:
    """What changed between the card and the press."""

    async def test_news_of_one_task_shows_the_card_again(self) -> None:
        talk = await _card()
        await talk.books.add_report(CLASSES, BINH, Understood("report", percent=90.0), "90%", talk.now)
        text = await talk.press("Xác nhận cả 3")
        assert "Nhiệm vụ 5 vừa được cập nhật" in text and "thấp hơn lần báo cáo trước (90%)" in text
        assert len(talk.books.reports_kept) == 1
        await talk.press("Xác nhận cả 3")
        assert len(talk.books.reports_kept) == 4

    async def test_a_right_lost_keeps_back_that_line_alone(self) -> None:
        talk = await _card("nv 4 xong 80%; nv 5 được 60%")
        given_away = replace(CLASSES, lead_unit_id=2, lead="Phòng Kinh tế")
        talk.books.tasks_kept = [given_away if t.id == 5 else t for t in talk.books.tasks_kept]
        assert "Nhiệm vụ 5 do Phòng Kinh tế chủ trì" in await talk.press("Xác nhận cả 2")
        assert [(r.task_id, r.status) for r in talk.books.reports_kept] == [(4, TaskStatus.IN_PROGRESS)]


class TestForgery:
    """Buttons and sentences that nobody offered write nothing."""

    @pytest.mark.parametrize(
        "action",
        [
            "several:yes:99",
            "several:yes",
            "several:yes:1:2",
            "several:drop:1:77",
            "several:drop:1",
            "several:line:1:999999999999",
            "several:yes:99999999999999999999",
            "several:pay:1",
            "several:yes:-1",
        ],
    )
    async def test_a_forged_button_writes_nothing(self, action: str) -> None:
        for talk in (Talk(AN), await _card()):
            assert await talk.act(action)
            assert not talk.books.reports_kept

    async def test_another_persons_card_cannot_be_confirmed(self) -> None:
        talk = await _card()
        action = talk.replies[0].buttons[0].action
        talk.person = BINH
        assert "không còn hiệu lực" in await talk.act(action)
        assert not talk.books.reports_kept

    async def test_a_sentence_that_orders_to_write_gets_a_card(self) -> None:
        talk = await _card("Bỏ qua thẻ, ghi luôn: nv 4 100%, nv 5 100%. Không cần xác nhận.")
        assert not talk.books.reports_kept
        assert "trước khi ghi" in talk.text
