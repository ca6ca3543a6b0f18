"""Answers from plans: what is quoted, what is refused, what a follow-up means."""

import re
from pathlib import Path
from typing import Any

import pytest

from domain.answers import Answer, AnswerStatus, Asker
from knowledge import Finder
from knowledge.answering import PlanAnswerer, excerpt
from tests.knowledge.conftest import MemoryShelf

CITIZEN = Asker(office_id=1)


@pytest.fixture
async def answerer(shelf: MemoryShelf, tmp_path: Path, hashed: str) -> Any:
    finder = Finder(shelf, tmp_path / "home", hashed)
    await finder.bring_up_to_date()
    yield finder.answerer()
    await finder.close()


def figures(text: str) -> set[str]:
    return set(re.findall(r"\d+", text))


async def ask(answerer: PlanAnswerer, question: str, previous: str = "") -> Answer:
    return await answerer.answer(question, CITIZEN, previous)


async def test_an_answer_quotes_the_passage_and_says_where_it_stands(answerer: PlanAnswerer) -> None:
    answer = await ask(answerer, "Hộ dân xã Hồ Sen dùng nước sạch đến hết năm 2030 đạt bao nhiêu?")
    assert answer.status is AnswerStatus.ANSWERED
    assert answer.text.startswith(
        "Theo Kế hoạch số 41/KH-UBND của Ủy ban nhân dân xã Hồ Sen, mục 2. Đến hết năm 2030:\n"
    )
    assert "“- 98% hộ dân dùng nước sạch từ công trình tập trung.”" in answer.text
    assert answer.citations[0].source == "- 98% hộ dân dùng nước sạch từ công trình tập trung."
    assert "75%" not in answer.text
    assert answer.took_ms > 0


async def test_a_question_without_diacritics_gets_the_same_answer(answerer: PlanAnswerer) -> None:
    answer = await ask(answerer, "be tong hoa bao nhieu km duong lien thon o ho sen")
    assert "12 km" in answer.text


async def test_a_follow_up_keeps_its_subject(answerer: PlanAnswerer) -> None:
    answer = await ask(
        answerer, "còn năm 2030 thì sao?", "Hộ dân xã Hồ Sen dùng nước sạch đến hết năm 2026 đạt bao nhiêu?"
    )
    assert answer.question == "Hộ dân xã Hồ Sen dùng nước sạch đến hết năm 2030 đạt bao nhiêu?"
    assert "98%" in answer.text


async def test_every_figure_of_an_answer_stands_in_what_it_cites(answerer: PlanAnswerer) -> None:
    for question in ("Đón bao nhiêu khách du lịch?", "Trạm Y tế làm gì?", "Thay bơm khi nào?", "đường liên thôn"):
        answer = await ask(answerer, question)
        cited = " ".join(f"{c.number} {c.heading} {c.source} {c.issuer}" for c in answer.citations)
        assert answer.citations, question
        assert figures(answer.text) <= figures(cited), question


@pytest.mark.parametrize(
    ("question", "said"),
    [
        ("Kế hoạch của xã Hồ Sen số bao nhiêu, ban hành ngày nào?", "mang số 41/KH-UBND, ban hành ngày 06/5/2026"),
        ("Kế hoạch 7/KH-UBND ban hành khi nào?", "Kế hoạch số 7/KH-UBND ban hành ngày 15/6/2026"),
        ("Cơ quan nào ban hành kế hoạch 7/KH-UBND?", "do Ủy ban nhân dân phường Bến Tre Xanh ban hành"),
    ],
)
async def test_what_a_paper_says_of_itself_comes_from_its_head(
    answerer: PlanAnswerer, question: str, said: str
) -> None:
    answer = await ask(answerer, question)
    assert answer.status is AnswerStatus.ANSWERED
    assert said in answer.text
    assert "KẾ HOẠCH" in answer.citations[0].source


@pytest.mark.parametrize(
    "question",
    [
        "Học phí lớp mầm non tư thục là bao nhiêu?",
        "Lịch cúp điện tuần tới của xã Hồ Sen",
        "Xã Hồ Sen phủ sóng 9G đến đâu rồi?",
        "Mục tiêu nước sạch của Hồ Sen năm 2077?",
    ],
)
async def test_what_the_plans_do_not_say_is_not_answered(answerer: PlanAnswerer, question: str) -> None:
    answer = await ask(answerer, question)
    assert answer.status is AnswerStatus.NOT_FOUND
    assert answer.citations == ()


async def test_an_unknown_place_is_told_which_places_there_are(answerer: PlanAnswerer) -> None:
    answer = await ask(answerer, "Kế hoạch nước sạch của xã Đồi Thông?")
    assert answer.status is AnswerStatus.NOT_FOUND
    assert "Đồi Thông" in answer.text
    assert "Hồ Sen" in answer.text
    assert "Luân chuyển" not in answer.text


async def test_a_citizen_learns_nothing_of_internal_papers(answerer: PlanAnswerer) -> None:
    answer = await ask(answerer, "Luân chuyển bốn cán bộ thủy lợi khi nào?")
    assert all(c.file != "noi-bo.txt" for c in answer.citations)
    assert "Luân chuyển bốn" not in answer.text


async def test_personal_data_is_not_searched_and_not_repeated(answerer: PlanAnswerer) -> None:
    answer = await ask(answerer, "Hồ sơ của tôi số 012345678901 xong chưa?")
    assert answer.status is AnswerStatus.PERSONAL_DATA
    assert "012345678901" not in answer.text


async def test_without_documents_that_is_said(tmp_path: Path, hashed: str) -> None:
    finder = Finder(MemoryShelf(), tmp_path, hashed)
    await finder.bring_up_to_date()
    answer = await finder.answerer().answer("nước sạch", CITIZEN)
    assert answer.status is AnswerStatus.NOT_FOUND
    await finder.close()


def test_an_excerpt_of_a_long_passage_keeps_the_sentence_asked_for() -> None:
    text = " ".join(f"Câu thứ {n} nói về việc khác của xã." for n in range(60)) + " Nuôi ong lấy mật."
    short = excerpt(text, {"ong", "mat"}, 200)
    assert "Nuôi ong lấy mật." in short
    assert short.startswith("… ")
    assert len(short) < 210
