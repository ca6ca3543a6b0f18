"""Reporting progress: nothing is written before it is confirmed, and then exactly once."""

from dataclasses import replace
from datetime import date, timedelta

import pytest

from domain.answers import Answer, AnswerStatus
from domain.messages import Kind
from domain.people import Role
from domain.tasks import TaskStatus
from tests.handlers.office import (
    ADMIN,
    AN,
    BINH,
    CHU_TICH,
    CLASSES,
    LIBRARY,
    MARKET,
    RADIO,
    Books,
    FakeAnswerer,
    Talk,
    citation,
    task,
)

ASKED = "Chỉ tiêu năm 2026 là bao nhiêu?"


def _answerer() -> FakeAnswerer:
    return FakeAnswerer({ASKED: Answer(AnswerStatus.ANSWERED, "Trên 80%.", ASKED, (citation(),))})


class TestTheCard:
    """What is shown before anything is written."""

    async def test_it_shows_what_was_understood_and_writes_nothing(self) -> None:
        talk = Talk(AN)
        text = await talk.say("nv 4 xong 80%, vướng kinh phí, dự kiến xong 10/3")
        assert text == (
            "Anh/chị kiểm tra giúp tôi trước khi ghi:\n"
            "\n"
            "Nhiệm vụ 4: Số hóa thẻ thư viện phường\n"
            "Văn bản: 12/KH-UBND\n"
            "Tiến độ: 80%\n"
            "Tình trạng: đang thực hiện\n"
            "Khó khăn: vướng kinh phí\n"
            "Dự kiến xong: 10/3/2026\n"
            "\n"
            "Bấm Xác nhận để ghi vào sổ theo dõi. Chưa bấm thì chưa ghi gì."
        )
        assert talk.labels == ["Xác nhận", "Sửa", "Hủy"]
        assert not talk.books.reports_kept

    async def test_a_figure_lower_than_before_is_pointed_out(self) -> None:
        text = await Talk(AN).say("nv 5 xong 30%")
        assert "Tiến độ: 30% (trước đó 40%)" in text and "thấp hơn lần báo cáo trước" in text

    async def test_a_day_beyond_the_deadline_is_pointed_out(self) -> None:
        assert "muộn hơn hạn (12/3/2026)" in await Talk(AN).say("nv 4 xong 20%, dự kiến xong 20/3")

    async def test_done_means_a_hundred_percent(self) -> None:
        text = await Talk(AN).say("nhiệm vụ 4 đã hoàn thành")
        assert "Tiến độ: 100%" in text and "Tình trạng: đã hoàn thành" in text


class TestConfirming:
    """The press that writes."""

    async def test_it_writes_once_with_the_sentence_as_it_was_said(self) -> None:
        talk = Talk(AN)
        await talk.say("nv 4 xong 80%")
        assert "Đã ghi nhận lúc 08:00 02/3/2026: Nhiệm vụ 4 đang thực hiện, 80%" in await talk.press("Xác nhận")
        (report,) = talk.books.reports_kept
        assert (report.said, report.percent, report.status) == ("nv 4 xong 80%", 80.0, TaskStatus.IN_PROGRESS)
        assert [(a[1], a[2], a[3]) for a in talk.books.audited] == [(1, "report.added", "task:4")]

    async def test_a_second_press_writes_nothing_and_says_so(self) -> None:
        talk = Talk(AN)
        await talk.say("nv 4 xong 80%")
        action = talk.replies[0].buttons[0].action
        await talk.act(action)
        assert "đã được ghi nhận" in await talk.act(action)
        assert len(talk.books.reports_kept) == len(talk.books.audited) == 1

    @pytest.mark.parametrize("word", ["1", "xác nhận", "Đồng ý ạ", "ok", "vâng", "xac nhan"])
    async def test_it_can_be_typed(self, word: str) -> None:
        talk = Talk(AN)
        await talk.say("nv 4 xong 80%")
        await talk.say(word)
        assert len(talk.books.reports_kept) == 1

    async def test_a_task_that_changed_meanwhile_is_shown_again(self) -> None:
        talk = Talk(AN)
        await talk.say("nv 4 xong 80%")
        other = Talk(replace(AN, id=1), talk.books)
        await other.say("nv 4 xong 90%")
        await other.press("Xác nhận")
        text = await talk.press("Xác nhận")
        assert "vừa được cập nhật thành: đang thực hiện, 90%" in text and "thấp hơn" in text
        assert len(talk.books.reports_kept) == 1
        await talk.press("Xác nhận")
        assert len(talk.books.reports_kept) == 2

    async def test_rights_lost_meanwhile_stop_it(self) -> None:
        talk = Talk(AN)
        await talk.say("nv 4 xong 80%")
        talk.books.people_kept = [replace(p, unit_id=2) if p.id == AN.id else p for p in talk.books.people_kept]
        assert "không báo cáo được" in await talk.press("Xác nhận")
        assert not talk.books.reports_kept

    async def test_a_task_gone_meanwhile_stops_it(self) -> None:
        talk = Talk(AN)
        await talk.say("nv 4 xong 80%")
        talk.books.tasks_kept = [CLASSES]
        assert "không còn trong sổ" in await talk.press("Xác nhận")
        assert not talk.books.reports_kept

    @pytest.mark.parametrize("action", ["report:yes:1", "report:yes:77", "report:yes", "report:yes:", "report:no:5"])
    async def test_a_forged_press_writes_nothing(self, action: str) -> None:
        talk = Talk(AN)
        assert await talk.act(action)
        assert not talk.books.reports_kept

    async def test_a_press_on_an_older_card_writes_nothing(self) -> None:
        talk = Talk(AN)
        await talk.say("nv 4 xong 80%")
        first = talk.replies[0].buttons[0].action
        await talk.say("nv 4 xong 85%")
        assert "không còn hiệu lực" in await talk.act(first)
        assert not talk.books.reports_kept

    async def test_a_card_of_yesterday_is_forgotten(self) -> None:
        talk = Talk(AN)
        await talk.say("nv 4 xong 80%")
        action = talk.replies[0].buttons[0].action
        talk.now += timedelta(hours=30)
        assert "không còn hiệu lực" in await talk.act(action)
        assert not talk.books.reports_kept

    async def test_someone_else_at_the_same_screen_cannot_confirm_it(self) -> None:
        talk = Talk(AN)
        await talk.say("nv 4 xong 80%")
        action = talk.replies[0].buttons[0].action
        talk.person = BINH
        await talk.act(action)
        talk.person = None
        await talk.act(action)
        assert not talk.books.reports_kept


class TestChangingTheCard:
    """Correcting and cancelling before anything was written."""

    async def test_cancel_writes_nothing(self) -> None:
        talk = Talk(AN)
        await talk.say("nv 4 xong 80%")
        assert "không ghi gì" in await talk.press("Hủy")
        assert "không ghi gì" in await talk.act("report:no:1")
        assert not talk.books.reports_kept

    async def test_edit_asks_for_the_right_words_and_shows_the_card_again(self) -> None:
        talk = Talk(AN)
        await talk.say("nv 4 xong 80%, vướng kinh phí")
        assert "nội dung đúng" in await talk.press("Sửa")
        text = await talk.say("75%")
        assert "Tiến độ: 75%" in text and "Khó khăn: vướng kinh phí" in text
        await talk.press("Xác nhận")
        assert talk.books.reports_kept[0].said == "nv 4 xong 80%, vướng kinh phí / 75%"

    async def test_a_new_sentence_corrects_the_card(self) -> None:
        talk = Talk(AN)
        await talk.say("nv 4 xong 80%")
        assert "Tình trạng: đã hoàn thành" in await talk.say("nhiệm vụ 4 đã hoàn thành")

    async def test_a_report_of_another_task_takes_the_card_s_place(self) -> None:
        talk = Talk(AN)
        await talk.say("nv 4 xong 80%")
        text = await talk.say("nv 5 xong 60%")
        assert "phiếu trước chưa được ghi" in text and "Nhiệm vụ 5" in text
        await talk.press("Xác nhận")
        assert [r.task_id for r in talk.books.reports_kept] == [5]

    async def test_two_corrections_we_cannot_read_end_it(self) -> None:
        talk = Talk(AN)
        await talk.say("nv 4 xong 80%")
        await talk.press("Sửa")
        assert "chưa rõ nội dung cần sửa" in await talk.say("à thì là thế này")
        assert "tạm dừng" in await talk.say("lung tung quá")
        assert not talk.books.reports_kept


class TestSideQuestions:
    """Talking of something else while a card waits."""

    async def test_a_question_is_answered_and_the_card_keeps_waiting(self) -> None:
        talk = Talk(AN, answerer=_answerer())
        await talk.say("nv 4 xong 80%")
        text = await talk.say(ASKED)
        assert text.startswith("Trên 80%.") and "đang chờ anh/chị xác nhận" in text
        assert talk.labels == ["Nguồn 1", "Xác nhận", "Sửa", "Hủy"]
        await talk.press("Xác nhận")
        assert len(talk.books.reports_kept) == 1

    async def test_a_plain_ok_after_an_answer_confirms_nothing(self) -> None:
        talk = Talk(AN, answerer=_answerer())
        await talk.say("nv 4 xong 80%")
        await talk.say(ASKED)
        assert "đang chờ" in await talk.say("ok")
        assert not talk.books.reports_kept

    async def test_a_question_while_a_correction_is_awaited_is_answered(self) -> None:
        talk = Talk(AN, answerer=_answerer())
        await talk.say("nv 4 xong 80%")
        await talk.press("Sửa")
        assert "Trên 80%." in await talk.say(ASKED)
        assert "Tiến độ: 70%" in await talk.say("70%")

    async def test_a_sticker_does_not_bury_the_card(self) -> None:
        talk = Talk(AN)
        await talk.say("nv 4 xong 80%")
        assert "đang chờ anh/chị xác nhận" in (await talk.send(Kind.STICKER))[0].text


class TestWhichTask:
    """A report that names no task, or one of several."""

    async def test_the_only_open_task_is_proposed(self) -> None:
        assert "Nhiệm vụ 4" in await Talk(AN, Books(tasks_kept=[LIBRARY, MARKET])).say("đã xong 80%")

    async def test_among_several_it_is_asked(self) -> None:
        talk = Talk(AN)
        assert "nhiệm vụ nào" in await talk.say("đã xong 80%")
        assert [label[:10] for label in talk.labels] == ["Nhiệm vụ 5", "Nhiệm vụ 4", "Nhiệm vụ 9"]
        assert "Tiến độ: 80%" in await talk.press(talk.labels[1])

    @pytest.mark.parametrize("answered", ["nv 4", "Nhiệm vụ 4", "số 4", "4"])
    async def test_it_can_be_named(self, answered: str) -> None:
        talk = Talk(AN)
        await talk.say("đã xong 80%")
        assert "Nhiệm vụ 4:" in await talk.say(answered)

    async def test_a_number_that_may_be_a_line_or_a_task_is_asked_again(self) -> None:
        books = Books(tasks_kept=[task("2", "Việc hai", days=3), task("1", "Việc một", days=9)])
        talk = Talk(AN, books)
        await talk.say("đã xong 80%")
        assert "số nhiệm vụ hoặc số dòng" in await talk.say("2")
        assert "Nhiệm vụ 2: Việc hai" in await talk.say("nv 2")

    async def test_we_ask_twice_and_then_explain(self) -> None:
        talk = Talk(AN)
        await talk.say("đã xong 80%")
        await talk.say("cái kia kìa")
        assert "tạm dừng" in await talk.say("cái kia nữa")
        assert "draft" not in talk.memory

    async def test_one_number_in_two_papers_is_asked(self) -> None:
        other = task("4", "Trồng cây đầu xuân", id=44, document_number="30/KH-UBND")
        talk = Talk(AN, Books(tasks_kept=[LIBRARY, other]))
        assert "Có 2 nhiệm vụ số 4" in await talk.say("nv 4 xong 80%")
        assert "Trồng cây" in await talk.press(talk.labels[1])

    async def test_a_number_that_is_not_there_offers_one_s_own(self) -> None:
        talk = Talk(AN)
        assert "Không có nhiệm vụ số 77" in await talk.say("nv 77 xong 80%")
        assert "Tiến độ: 80%" in await talk.press(talk.labels[0])


class TestWhatIsMissing:
    """A report without a figure."""

    @pytest.mark.parametrize("begun", ["báo cáo nhiệm vụ 4", "báo cáo tiến độ nv 4"])
    async def test_the_figure_is_asked(self, begun: str) -> None:
        talk = Talk(AN)
        assert "đến đâu rồi" in await talk.say(begun)
        assert "Tiến độ: 60%" in await talk.say("60%")

    async def test_the_button_on_a_notice_begins_a_report(self) -> None:
        talk = Talk(AN)
        assert "đến đâu rồi" in await talk.act("report:4")
        assert "Tình trạng: đã hoàn thành" in await talk.say("đã hoàn thành")

    async def test_a_bare_number_answers_for_a_percentage(self) -> None:
        talk = Talk(AN)
        await talk.say("báo cáo nhiệm vụ 4")
        assert "Tiến độ: 60%" in await talk.say("60")

    async def test_report_alone_asks_which_task(self) -> None:
        assert "nhiệm vụ nào" in await Talk(AN).say("báo cáo tiến độ")

    async def test_an_expected_day_alone_is_a_report_to_which_a_figure_can_be_added(self) -> None:
        talk = Talk(AN)
        assert "Dự kiến xong: 10/3/2026" in await talk.say("nv 4 dự kiến xong 10/3")
        text = await talk.say("xong 60%")
        assert "Dự kiến xong: 10/3/2026" in text and "Tiến độ: 60%" in text

    async def test_cancelling_what_was_asked_ends_it(self) -> None:
        talk = Talk(AN)
        await talk.say("báo cáo nhiệm vụ 4")
        assert "không ghi gì" in await talk.say("hủy")
        assert "draft" not in talk.memory


class TestWhatOnlySoundsLikeAReport:
    """Search words with a year or a figure in them."""

    @pytest.mark.parametrize(
        "asked", ["phát triển kinh tế số đến năm 2030", "hồ sơ trực tuyến 2026", "chỉ tiêu 80% hồ sơ trực tuyến"]
    )
    async def test_staff_who_ask_so_are_answered(self, asked: str) -> None:
        answerer = FakeAnswerer()
        await Talk(AN, answerer=answerer).say(asked)
        assert answerer.asked

    @pytest.mark.parametrize("asked", ["100% văn bản ký số", "các nhiệm vụ đã hoàn thành", "khó khăn khi nộp hồ sơ"])
    async def test_citizens_who_name_no_task_are_answered(self, asked: str) -> None:
        answerer = FakeAnswerer()
        await Talk(answerer=answerer).say(asked)
        assert answerer.asked


class TestWhoMayReport:
    """Those who carry the task, and the administrator for them."""

    async def test_a_stranger_is_told_how_to_join(self) -> None:
        talk = Talk()
        text = await talk.say("nv 4 xong 80%")
        assert "chưa ghi gì" in text and "tham gia" in text
        assert not talk.books.opened + talk.books.looked

    async def test_a_colleague_of_another_unit_is_refused(self) -> None:
        talk = Talk(BINH)
        assert "do Phòng Văn hóa - Xã hội chủ trì" in await talk.say("nv 4 xong 80%")
        assert "draft" not in talk.memory

    async def test_the_administrator_reports_for_others(self) -> None:
        talk = Talk(ADMIN)
        await talk.say("nv 7 xong 50%")
        await talk.press("Xác nhận")
        assert talk.books.reports_kept[0].person_id == ADMIN.id

    async def test_a_leader_without_tasks_is_told_so(self) -> None:
        assert "không có nhiệm vụ nào đang mở" in await Talk(CHU_TICH).say("đã xong 80%")

    async def test_someone_who_left_is_a_stranger(self) -> None:
        assert "tham gia" in await Talk(replace(AN, active=False)).say("nv 4 xong 80%")

    async def test_a_citizen_by_role_is_refused(self) -> None:
        assert "tham gia" in await Talk(replace(AN, role=Role.CITIZEN)).say("nv 4 xong 80%")

    async def test_nothing_is_reported_in_a_group(self) -> None:
        assert "nhắn riêng" in await Talk(AN, in_group=True).say("nv 4 xong 80%")


class TestCorrectingTheLastReport:
    """A written report stays; the corrected one takes its place."""

    async def _reported(self, talk: Talk) -> Talk:
        await talk.say("nv 4 xong 80%, vướng kinh phí")
        await talk.press("Xác nhận")
        return talk

    async def test_the_new_report_supersedes_the_old_and_keeps_what_was_not_changed(self) -> None:
        talk = await self._reported(Talk(AN))
        assert "Báo cáo gần nhất của anh/chị: Nhiệm vụ 4" in await talk.say("sửa báo cáo")
        text = await talk.say("70%")
        assert "Tiến độ: 70% (trước đó 80%)" in text and "thấp hơn" not in text and "vướng kinh phí" in text
        assert "Đã sửa báo cáo" in await talk.press("Xác nhận")
        first, second = talk.books.reports_kept
        assert second.supersedes_id == first.id and second.percent == 70.0
        assert talk.books.audited[-1][2] == "report.corrected"

    async def test_the_right_figure_can_be_given_at_once(self) -> None:
        talk = await self._reported(Talk(AN))
        assert "Tiến độ: 70%" in await talk.say("sửa báo cáo nhiệm vụ 4 thành 70%")

    async def test_a_corrected_report_can_be_corrected_again(self) -> None:
        talk = await self._reported(Talk(AN))
        for figure in ("70%", "65%"):
            await talk.say("sửa báo cáo")
            await talk.say(figure)
            await talk.press("Xác nhận")
        assert [r.supersedes_id for r in talk.books.reports_kept] == [None, 1, 2]

    async def test_nothing_to_correct_is_explained(self) -> None:
        assert "chưa thấy báo cáo nào" in await Talk(AN).say("đính chính báo cáo")

    async def test_a_report_that_others_followed_is_not_corrected(self) -> None:
        talk = await self._reported(Talk(AN))
        other = Talk(ADMIN, talk.books)
        await other.say("nv 4 xong 90%")
        await other.press("Xác nhận")
        assert "Phan Thu Trang đã báo cáo tiếp" in await talk.say("sửa báo cáo")

    async def test_with_a_card_open_it_opens_the_card(self) -> None:
        talk = await self._reported(Talk(AN))
        await talk.say("nv 5 xong 60%")
        await talk.say("sửa báo cáo")
        assert "Nhiệm vụ 5" in await talk.say("55%")


async def test_the_memory_stays_small() -> None:
    talk = Talk(AN, answerer=_answerer())
    for _ in range(20):
        await talk.say("nv 4 xong 80%, vướng kinh phí, dự kiến xong 10/3")
        await talk.say(ASKED)
        await talk.press("Sửa")
        await talk.say("75%")
    assert len(str(talk.memory)) < 6000


async def test_a_report_of_an_undated_task_is_taken() -> None:
    talk = Talk(AN, Books(tasks_kept=[RADIO]))
    await talk.say("nv 9 xong 10%")
    await talk.press("Xác nhận")
    assert talk.books.reports_kept[0].expected is None
    assert talk.now.date() == date(2026, 3, 2)
