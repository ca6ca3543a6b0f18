"""Joining with a one-time code."""

import pytest

from tests.handlers.office import AN, Books, FakeAnswerer, Talk


def _books(state: str = "fresh") -> Books:
    return Books(codes={"7KQ4M2XF": (1, state)})


@pytest.mark.parametrize(
    "said",
    [
        "/start 7KQ4-M2XF",
        "tham gia 7KQ4-M2XF",
        "Tham gia: 7kq4-m2xf",
        "tham gia bằng mã 7KQ4M2XF",
        "7KQ4-M2XF",
        "7kq4m2xf",
        "join 7KQ4-M2XF",
    ],
)
async def test_a_code_is_taken_however_it_is_sent(said: str) -> None:
    books = _books()
    text = await Talk(books=books).say(said)
    assert text.startswith("Chào mừng anh/chị Lê Hoài An!")
    assert "chuyên viên, Phòng Văn hóa - Xã hội" in text
    assert [(a[1], a[2], a[3]) for a in books.audited] == [(1, "account.joined", "person:1")]


@pytest.mark.parametrize(
    ("state", "words"),
    [
        ("unknown", "không tìm thấy mã"),
        ("used", "chỉ dùng một lần"),
        ("expired", "đã hết hạn"),
        ("taken", "cán bộ khác"),
        ("some new reason", "không dùng được"),
    ],
)
async def test_a_refused_code_is_told_why_and_what_to_do(state: str, words: str) -> None:
    books = _books(state)
    text = await Talk(books=books).say("tham gia 7KQ4-M2XF")
    assert words in text and "quản trị viên" in text
    assert [entry[2] for entry in books.audited] == ["join.refused"]


async def test_someone_who_joined_needs_no_code_and_uses_none_up() -> None:
    books = _books()
    assert "đã tham gia rồi" in await Talk(AN, books).say("tham gia 7KQ4-M2XF")
    assert books.codes["7KQ4M2XF"][1] == "fresh"


@pytest.mark.parametrize("said", ["tham gia", "Tham gia bằng mã", "/join"])
async def test_asking_how_to_join_is_explained(said: str) -> None:
    assert "Gửi mã do quản trị viên cấp" in await Talk().say(said)


async def test_a_code_is_not_taken_in_a_group() -> None:
    books = _books()
    assert "nhắn riêng" in await Talk(books=books, in_group=True).say("tham gia 7KQ4-M2XF")
    assert books.codes["7KQ4M2XF"][1] == "fresh"


@pytest.mark.parametrize(
    "said",
    [
        "tham gia bảo hiểm y tế thế nào",
        "2026-2030",
        "20262030",
        "quy che",
        "chuyển đổi số",
        "158/KH-UBND",
        "Tham gia tổ công nghệ số cộng đồng",
    ],
)
async def test_a_question_is_not_taken_for_a_code(said: str) -> None:
    answerer = FakeAnswerer()
    await Talk(answerer=answerer).say(said)
    assert answerer.asked
