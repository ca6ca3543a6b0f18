"""Greeting, help and courtesies."""

import pytest

from domain.people import Person
from tests.handlers.office import ADMIN, AN, CHU_TICH, HANH, FakeAnswerer, Talk


@pytest.mark.parametrize("hello", ["/start", "Chào", "xin chào ạ", "chao ban", "Hello!", "chào em nhé"])
async def test_a_greeting_is_greeted_and_not_looked_up(hello: str) -> None:
    answerer = FakeAnswerer()
    talk = Talk(answerer=answerer)
    assert (await talk.say(hello)).startswith("Chào anh/chị!")
    assert not answerer.asked


async def test_staff_are_greeted_by_name_role_and_unit() -> None:
    text = await Talk(AN).say("/start")
    assert "Lê Hoài An (chuyên viên, Phòng Văn hóa - Xã hội)" in text


async def test_someone_without_a_unit_is_greeted_with_the_office() -> None:
    assert "Đặng Minh Sơn (lãnh đạo, UBND phường Gò Mây)" in await Talk(CHU_TICH).say("chào")


@pytest.mark.parametrize(
    ("person", "labels"),
    [
        (None, ["Trợ giúp", "Gửi phản ánh", "Tham gia bằng mã"]),
        (AN, ["Việc của tôi", "Báo cáo tiến độ", "Trợ giúp"]),
        (HANH, ["Việc của tôi", "Báo cáo tiến độ", "Tổng quan", "Trợ giúp"]),
        (CHU_TICH, ["Tổng quan", "Việc của tôi", "Trợ giúp"]),
        (ADMIN, ["Tổng quan", "Việc của tôi", "Trợ giúp"]),
    ],
)
async def test_each_role_is_offered_its_own_errands(person: Person | None, labels: list[str]) -> None:
    talk = Talk(person)
    await talk.say("/help")
    assert talk.labels == labels


@pytest.mark.parametrize("asked", ["giúp", "Trợ giúp", "help", "hướng dẫn", "bạn làm được gì?", "/help@ten_bot"])
async def test_help_is_found_by_the_words_people_use(asked: str) -> None:
    assert (await Talk().say(asked)).startswith("Tôi có thể giúp")


async def test_only_those_who_may_see_the_overview_are_told_of_it() -> None:
    assert "tổng quan" not in await Talk(AN).say("/help")
    assert "tổng quan" in await Talk(HANH).say("/help")


@pytest.mark.parametrize("thanks", ["cảm ơn em", "Cảm ơn nhiều nhé!", "ok", "dạ vâng, cảm ơn anh", "thanks"])
async def test_thanks_are_answered_with_a_courtesy(thanks: str) -> None:
    answerer = FakeAnswerer()
    assert "cần thêm gì cứ nhắn" in await Talk(answerer=answerer).say(thanks)
    assert not answerer.asked


async def test_a_question_that_begins_with_thanks_is_a_question() -> None:
    answerer = FakeAnswerer()
    await Talk(answerer=answerer).say("Cảm ơn, còn chỉ tiêu năm 2030 là bao nhiêu?")
    assert answerer.asked


async def test_a_goodbye_is_returned() -> None:
    assert (await Talk().say("tạm biệt em")).startswith("Chào anh/chị.")


async def test_a_group_is_told_that_office_business_is_private() -> None:
    assert "nhắn riêng" in await Talk(in_group=True).say("/start")
