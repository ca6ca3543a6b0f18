"""Which task a report means, and for which unit it speaks."""

from dataclasses import replace
from datetime import timedelta

from domain.messages import Button, Reply
from domain.people import Person, Role
from domain.tasks import Share
from tests.handlers.office import ADMIN, AN, BINH, CLASSES, CULTURE, ECONOMY, LIBRARY, MARKET, Books, Talk, task

TOGETHER = replace(
    task("8", "Rà soát thủ tục hành chính", unit=None, days=9),
    shares=(Share(1, CULTURE.name), Share(2, ECONOMY.name)),
)


class TestByWords:
    """A task named by what it is about."""

    async def test_certain_words_bring_the_card_which_says_the_task(self) -> None:
        assert "Nhiệm vụ 5: Mở lớp tin học" in await Talk(AN).say("lớp tin học cho người cao tuổi được 60%")

    async def test_words_of_a_task_of_others_do_not_report_on_it(self) -> None:
        talk = Talk(AN)
        await talk.say("lắp mã QR ở chợ Gò Mây được 60%")
        assert "Nhiệm vụ 7" not in talk.text or "không báo cáo được" in talk.text
        assert "Xác nhận" not in talk.labels

    async def test_words_that_say_nothing_are_asked_about_twice_at_most(self) -> None:
        talk = Talk(AN)
        assert "nhiệm vụ nào" in await talk.say("được 60% rồi em")
        await talk.say("cái hôm trước ấy")
        assert "tạm dừng" in await talk.say("cái kia kìa")


class TestByReply:
    """A report in answer to a reminder, or to what was just shown."""

    async def test_it_is_about_the_task_of_the_message_it_answers(self) -> None:
        books = Books(sent={"77": Reply("Nhắc việc", (Button("Xem", "task:5"), Button("Báo cáo", "report:5")))})
        talk = Talk(AN, books)
        await talk.send(text="xong 60% rồi", reply_to="77")
        assert "Nhiệm vụ 5" in talk.text

    async def test_a_number_in_the_sentence_wins(self) -> None:
        books = Books(sent={"77": Reply("Nhắc việc", (Button("Báo cáo", "report:5"),))})
        talk = Talk(AN, books)
        await talk.send(text="nv 4 xong 60%", reply_to="77")
        assert "Nhiệm vụ 4" in talk.text

    async def test_an_answer_to_a_message_about_others_tasks_is_asked_about(self) -> None:
        books = Books(sent={"77": Reply("Nhắc việc", (Button("Báo cáo", "report:7"),))})
        talk = Talk(AN, books)
        await talk.send(text="xong 60%", reply_to="77")
        assert "nhiệm vụ nào" in talk.text

    async def test_a_task_just_shown_is_the_one_meant(self) -> None:
        talk = Talk(AN)
        await talk.say("nv 5")
        assert "Nhiệm vụ 5" in await talk.say("được 60%")
        assert "Xác nhận" in talk.labels

    async def test_what_was_shown_yesterday_is_not(self) -> None:
        talk = Talk(AN)
        await talk.say("nv 5")
        talk.now += timedelta(hours=20)
        assert "nhiệm vụ nào" in await talk.say("được 60%")

    async def test_the_last_reminder_is_what_an_unnamed_report_answers(self) -> None:
        talk = Talk(AN, Books(reminded=5))
        assert "Nhiệm vụ 5" in await talk.say("được 60%")

    async def test_once_reported_the_next_unnamed_report_is_asked_about(self) -> None:
        talk = Talk(AN)
        await talk.say("nv 5")
        await talk.say("được 60%")
        await talk.press("Xác nhận")
        assert "nhiệm vụ nào" in await talk.say("được 20%")


class TestGroupTasks:
    """A task that several units carry."""

    def _books(self) -> Books:
        return Books(tasks_kept=[LIBRARY, CLASSES, MARKET, TOGETHER])

    async def test_a_report_moves_the_unit_of_who_reports(self) -> None:
        talk = Talk(AN, self._books())
        assert "Phần việc của: Phòng Văn hóa - Xã hội" in await talk.say("nv 8 xong 60%")
        await talk.press("Xác nhận")
        found = await talk.books.task(8)
        assert found is not None
        assert [share.percent for share in found.shares] == [60.0, None] and found.percent == 30.0
        assert "1/2 đơn vị đã báo cáo" in await talk.say("nv 8")

    async def test_what_another_unit_says_meanwhile_is_no_news_to_the_card(self) -> None:
        books = self._books()
        talk, other = Talk(AN, books), Talk(BINH, books)
        await talk.say("nv 8 xong 60%")
        await other.say("nv 8 xong 90%")
        await other.press("Xác nhận")
        assert "Đã ghi nhận" in await talk.press("Xác nhận")
        assert (await books.task(8)).percent == 75.0  # type: ignore[union-attr]

    async def test_a_colleague_of_the_unit_who_was_faster_is_news(self) -> None:
        books = self._books()
        colleague = Person(7, 1, "Đỗ Văn Cúc", Role.OFFICIAL, 1, CULTURE.name)
        books.people_kept.append(colleague)
        talk, other = Talk(AN, books), Talk(colleague, books)
        await talk.say("nv 8 xong 60%")
        await other.say("nv 8 xong 90%")
        await other.press("Xác nhận")
        assert "Đỗ Văn Cúc vừa báo cáo" in await talk.press("Xác nhận")

    async def test_the_administrator_says_for_which_unit(self) -> None:
        talk = Talk(ADMIN, self._books())
        assert "phần việc của đơn vị nào" in await talk.say("nv 8 xong 60%")
        await talk.press("Phòng Kinh tế")
        await talk.press("Xác nhận")
        assert talk.books.reports_kept[0].unit_id == ECONOMY.id

    async def test_a_unit_that_does_not_carry_it_cannot_be_named(self) -> None:
        talk = Talk(ADMIN, self._books())
        await talk.say("nv 8 xong 60%")
        assert "phần việc của đơn vị nào" in await talk.act("report:unit:77")
        await talk.act("report:unit:78")
        assert not talk.books.reports_kept

    async def test_an_official_cannot_speak_for_another_unit(self) -> None:
        talk = Talk(AN, self._books())
        await talk.say("nv 8 xong 60%")
        await talk.act("report:unit:2")
        assert not talk.books.reports_kept

    async def test_who_acts_for_a_colleague_speaks_for_their_unit(self) -> None:
        deputy = replace(Person(9, 1, "Lý Thị Mơ", Role.OFFICIAL), acts_for=(BINH.id,))
        books = self._books()
        books.tasks_kept[-1] = replace(TOGETHER, assignee_id=BINH.id)
        books.people_kept.append(deputy)
        talk = Talk(deputy, books)
        assert "Phần việc của: Phòng Kinh tế" in await talk.say("nv 8 xong 60%")
