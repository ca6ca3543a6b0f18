"""Questions, their sources, and follow-ups."""

import pytest

from domain.answers import Answer, AnswerStatus
from domain.messages import Reply
from domain.people import Role
from domain.plans import Visibility
from tests.handlers.office import AN, Books, FakeAnswerer, Talk, citation, line_of_plan, paper

ASKED = "Chỉ tiêu hồ sơ trực tuyến năm 2026 là bao nhiêu?"
FOUND = Answer(AnswerStatus.ANSWERED, "Trên 80%.", ASKED, (citation(11), citation(12)))


async def test_an_answer_offers_its_sources() -> None:
    talk = Talk(answerer=FakeAnswerer({ASKED: FOUND}))
    await talk.say(ASKED)
    assert talk.text == "Trên 80%."
    assert [(b.label, b.action) for b in talk.replies[0].buttons] == [
        ("Nguồn 1", "source:11"),
        ("Nguồn 2", "source:12"),
    ]


async def test_the_transaction_opens_only_after_the_answer_was_found() -> None:
    books = Books()

    class Slow(FakeAnswerer):
        async def answer(self, *args: object, **more: object) -> Answer:
            assert (books.opened, books.looking) == (0, 0)
            return FOUND

    await Talk(books=books, answerer=Slow()).say(ASKED)
    assert books.asked == [(ASKED, FOUND)]


async def test_a_follow_up_is_given_the_last_answered_question() -> None:
    answerer = FakeAnswerer({ASKED: FOUND})
    talk = Talk(answerer=answerer)
    await talk.say(ASKED)
    await talk.say("còn năm 2030 thì sao?")
    await talk.say("vậy đơn vị nào chủ trì?")
    assert [previous for _, _, previous in answerer.asked] == ["", ASKED, ASKED]


async def test_staff_ask_as_staff_and_strangers_as_citizens() -> None:
    answerer = FakeAnswerer()
    await Talk(AN, answerer=answerer).say(ASKED)
    await Talk(answerer=answerer).say(ASKED)
    assert [asker.role for _, asker, _ in answerer.asked] == [Role.OFFICIAL, Role.CITIZEN]


async def test_a_part_answer_says_so() -> None:
    part = Answer(AnswerStatus.PARTIAL, "Có 2 trên 3.", ASKED, (citation(),))
    assert "một phần" in await Talk(answerer=FakeAnswerer({ASKED: part})).say(ASKED)


@pytest.mark.parametrize("status", [s for s in AnswerStatus if s is not AnswerStatus.CLARIFY])
async def test_every_ending_has_words(status: AnswerStatus) -> None:
    ended = Answer(status, "Lời của tình huống này.", ASKED)
    assert "Lời của tình huống này." in await Talk(answerer=FakeAnswerer({ASKED: ended})).say(ASKED)


async def test_a_question_with_personal_data_is_counted_and_not_kept() -> None:
    asked = "CCCD 001 của tôi thì sao"
    books = Books()
    refused = Answer(AnswerStatus.PERSONAL_DATA, "Tôi không xử lý.", asked)
    await Talk(books=books, answerer=FakeAnswerer({asked: refused})).say(asked)
    ((kept, answer),) = books.asked
    assert (kept, answer.question, answer.status) == ("", "", AnswerStatus.PERSONAL_DATA)


class TestUnclearQuestions:
    """A question that fits several papers."""

    UNCLEAR = Answer(AnswerStatus.CLARIFY, "Anh/chị hỏi nơi nào?", ASKED, options=("Gò Mây", "Bến Lau"))

    async def test_the_names_are_offered_and_the_one_picked_is_asked_for(self) -> None:
        answerer = FakeAnswerer({ASKED: self.UNCLEAR, f"{ASKED} (Bến Lau)": FOUND})
        talk = Talk(answerer=answerer)
        await talk.say(ASKED)
        assert talk.labels == ["Gò Mây", "Bến Lau"]
        assert await talk.say("ben lau") == "Trên 80%."

    async def test_we_ask_twice_at_most(self) -> None:
        again = {f"{ASKED}{' (Bến Lau)' * n}": self._unclear(n) for n in range(4)}
        talk = Talk(answerer=FakeAnswerer(again))
        await talk.say(ASKED)
        await talk.press("Bến Lau")
        assert "Tôi vẫn chưa rõ" in await talk.press("Bến Lau")

    def _unclear(self, times: int) -> Answer:
        return Answer(AnswerStatus.CLARIFY, "Nơi nào?", f"{ASKED}{' (Bến Lau)' * times}", options=("Gò Mây", "Bến Lau"))

    @pytest.mark.parametrize("action", ["option:0", "option:99", "option:x", "option:"])
    async def test_a_choice_never_offered_is_explained(self, action: str) -> None:
        assert "câu hỏi cũ" in await Talk().act(action)


class TestSources:
    """The passage behind an answer."""

    def _books(self, visibility: Visibility = Visibility.PUBLIC) -> Books:
        return Books(
            documents_kept=[paper(visibility=visibility)], passages=[line_of_plan(11), line_of_plan(12, page=3)]
        )

    async def test_a_source_is_shown_word_for_word_with_its_place(self) -> None:
        talk = Talk(books=self._books(), answerer=FakeAnswerer({ASKED: FOUND}))
        await talk.say(ASKED)
        assert await talk.press("Nguồn 1") == (
            "12/KH-UBND – Kế hoạch năm 2026\n"
            "Tệp ke-hoach.txt, ký tự 120–152\n"
            "Mục: II. Chỉ tiêu › 1. Dịch vụ công\n"
            "\n"
            "Nguyên văn:\n"
            "“- Trên 80% hồ sơ nộp trực tuyến.”"
        )

    async def test_the_page_is_named_where_the_file_has_pages(self) -> None:
        assert "trang 3" in await Talk(books=self._books()).act("source:12")

    async def test_an_internal_source_is_shown_to_staff_alone(self) -> None:
        books = self._books(Visibility.INTERNAL)
        assert "Nguyên văn" in await Talk(AN, books).act("source:11")
        assert "nội bộ" in await Talk(None, books).act("source:11")
        assert "nội bộ" in await Talk(AN, books, in_group=True).act("source:11")

    @pytest.mark.parametrize("action", ["source:99", "source:", "source:x", "source:9999999999999999999"])
    async def test_a_source_that_is_gone_is_explained(self, action: str) -> None:
        assert "không còn trong kho" in await Talk(books=self._books()).act(action)


async def test_an_answer_is_a_reply_and_not_a_reminder_when_nothing_waits() -> None:
    talk = Talk(AN, answerer=FakeAnswerer({ASKED: FOUND}))
    await talk.say(ASKED)
    assert isinstance(talk.replies[0], Reply) and "đang chờ" not in talk.text
