"""What is said around an answer: emergency numbers first, and a notice behind entries nobody checked for long."""

from datetime import date, timedelta

import pytest

from domain.answers import Answer, AnswerStatus, Asker, Citation
from knowledge.cautions import Cautious
from knowledge.checks import checked_on, oldest_check, without_check

TODAY = date(2026, 3, 2)
YEAR = timedelta(days=365)


def cited(text: str, day: date | None = None) -> Citation:
    return Citation(1, "hoi-dap.md", "", "Hỏi đáp", "", "1. VNeID là gì?", text, text, checked_on=day)


class Said:
    """An answerer that always says the same."""

    def __init__(self, answer: Answer) -> None:
        self._answer = answer

    async def answer(self, question: str, asker: Asker, previous: str = "") -> Answer:
        return self._answer


async def told(question: str, answer: Answer) -> Answer:
    return await Cautious(Said(answer), lambda: TODAY, YEAR).answer(question, Asker())


def answered(*citations: Citation, status: AnswerStatus = AnswerStatus.ANSWERED) -> Answer:
    return Answer(status, "VNeID là ứng dụng định danh.", "VNeID là gì?", citations)


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("VNeID là ứng dụng. Kiểm tra ngày 30/11/2025.", date(2025, 11, 30)),
        ("Không thu phí. (Rà soát ngày 5/1/2024)", date(2024, 1, 5)),
        ("Không thu phí. Cập nhật lần cuối: ngày 05/01/2024", date(2024, 1, 5)),
        ("Trạm Y tế kiểm tra ngày 20/9/2026.", None),
        ("Kiểm tra ngày 20/9/2026 tại các thôn.", None),
        ("Không thu phí. Kiểm tra ngày 31/02/2025.", None),
        ("Không thu phí.", None),
    ],
)
def test_an_entry_says_when_it_was_checked(text: str, day: date | None) -> None:
    assert checked_on(text) == day


@pytest.mark.parametrize(
    ("text", "rest"),
    [
        ("Không thu phí. Kiểm tra ngày 30/11/2025.", "Không thu phí."),
        ("Không thu phí. (Rà soát ngày 5/1/2024)", "Không thu phí."),
        ("Kiểm tra ngày 30/11/2025.", "Kiểm tra ngày 30/11/2025."),
        ("Trạm Y tế kiểm tra ngày 20/9/2026.", "Trạm Y tế kiểm tra ngày 20/9/2026."),
    ],
)
def test_the_day_of_the_check_is_no_part_of_the_content(text: str, rest: str) -> None:
    assert without_check(text) == rest


def test_a_document_is_as_old_as_its_oldest_entry() -> None:
    texts = ["A. Kiểm tra ngày 30/11/2025.", "B. Kiểm tra ngày 01/6/2025.", "C."]
    assert oldest_check(texts) == date(2025, 6, 1)
    assert oldest_check(["C."]) is None


async def test_an_entry_checked_within_the_year_carries_no_notice() -> None:
    answer = answered(cited("Ứng dụng. Kiểm tra ngày 02/3/2025."))
    said = await told("VNeID là gì?", answer)
    assert said.text == f"{answer.text}\n\nNội dung này được kiểm tra ngày 02/3/2025."


async def test_an_entry_checked_longer_ago_carries_a_notice_with_the_day() -> None:
    said = await told("VNeID là gì?", answered(cited("Ứng dụng. Kiểm tra ngày 01/3/2025.")))
    assert said.text.startswith(
        "VNeID là ứng dụng định danh.\n\nLưu ý: nội dung này được kiểm tra lần cuối ngày 01/3/2025"
    )


async def test_the_day_of_the_document_counts_where_the_entry_names_none() -> None:
    assert "10/02/2024" in (await told("VNeID là gì?", answered(cited("Ứng dụng.", date(2024, 2, 10))))).text
    newer = answered(cited("Ứng dụng. Kiểm tra ngày 01/02/2026.", date(2024, 2, 10)))
    assert "Lưu ý" not in (await told("VNeID là gì?", newer)).text


async def test_what_names_no_day_carries_no_notice() -> None:
    answer = answered(cited("Trên 80% hồ sơ."))
    assert await told("VNeID là gì?", answer) == answer


async def test_an_emergency_gets_its_number_before_the_answer() -> None:
    said = await told("nhà em đang cháy, gọi ai bây giờ", answered(cited("Gọi 114.")))
    assert said.status is AnswerStatus.ANSWERED
    assert said.text.startswith("Nếu đang có nguy hiểm, anh/chị gọi ngay: 114")
    assert "113" in said.text
    assert "115" in said.text
    assert said.text.endswith("VNeID là ứng dụng định danh.")
    assert said.citations


@pytest.mark.parametrize(
    ("question", "number"),
    [
        ("có kẻ trộm vào nhà", "113"),
        ("mẹ tôi bị đột quỵ", "115"),
        ("cháu bé bị bạo hành", "111"),
        ("có người đang đuối nước", "114"),
    ],
)
async def test_the_number_that_is_needed_comes_first(question: str, number: str) -> None:
    said = await told(question, Answer(AnswerStatus.NOT_FOUND, "Không tìm thấy.", question))
    assert said.text.startswith(f"Nếu đang có nguy hiểm, anh/chị gọi ngay: {number}")
    assert "Không tìm thấy" not in said.text
    assert said.status is AnswerStatus.NOT_FOUND


async def test_nobody_in_danger_is_asked_which_document_they_mean() -> None:
    unclear = Answer(AnswerStatus.CLARIFY, "Anh/chị hỏi xã nào?", "cháy nhà rồi", options=("A", "B"))
    said = await told("cháy nhà rồi", unclear)
    assert (said.status, said.options) == (AnswerStatus.OUT_OF_SCOPE, ())
    assert "114" in said.text


async def test_somebody_who_gives_up_hope_is_spoken_to_first() -> None:
    said = await told("em không muốn sống nữa", Answer(AnswerStatus.NOT_FOUND, "Không tìm thấy.", ""))
    assert said.text.startswith("Anh/chị không phải chịu đựng một mình.")
    assert "115" in said.text


async def test_personal_data_in_an_emergency_is_still_not_taken() -> None:
    declined = Answer(AnswerStatus.PERSONAL_DATA, "Tôi không xử lý tin này.", "")
    said = await told("cháy nhà, gọi 0912345678", declined)
    assert said.status is AnswerStatus.PERSONAL_DATA
    assert said.text.startswith("Nếu đang có nguy hiểm")
    assert said.text.endswith("Tôi không xử lý tin này.")
