"""Whatever comes in: one line out for each, figures untouched, no crash."""

import re

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from knowledge.restoring import restorer
from knowledge.restoring.letters import composed, folded, is_syllable, usual
from knowledge.restoring.patterns import joined_codes, known_codes, mended_code
from knowledge.restoring.tokens import cores, words_of

LINES = st.lists(st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\n"), max_size=60), max_size=6)
NUMBERS = st.from_regex(r"[1-9]\d{0,2}(\.\d{3}){0,2}(,\d{1,2})?%?", fullmatch=True).filter(
    lambda number: not re.fullmatch(r"[58][068]", number)
)
DATES = st.dates().map(lambda day: day.strftime("%d/%m/%Y"))
calm = settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])


@given(LINES)
@calm
def test_each_line_has_its_line(lines: list[str]) -> None:
    restored = restorer().lines(lines)
    assert len(restored) == len(lines)
    for line, one in zip(lines, restored, strict=True):
        assert "\n" not in one.text
        assert 0.0 <= one.damage <= 1.0
        assert 0.0 <= one.sureness <= 1.0
        if not line.strip():
            assert one.text == line


@given(st.binary(max_size=400))
@calm
def test_bytes_of_anything_do_no_harm(raw: bytes) -> None:
    text = raw.decode("utf-8", errors="replace")
    assert restorer().short(text).text.count("\n") == text.count("\n")
    restorer().accented(text)


@given(NUMBERS, DATES, NUMBERS)
@calm
def test_numbers_and_dates_stay_as_written(first: str, day: str, second: str) -> None:
    line = f"dén ngay {day} hoan thanh {first} ho so, dat ty 1é {second} so vdi ké hoach"
    assert re.findall(r"\d[\d.,/]*%?", restorer().short(line).text) == [
        number.rstrip(",.") for number in (day, first, second)
    ]


@given(st.text(max_size=80))
@calm
def test_a_question_keeps_what_is_no_word(question: str) -> None:
    accented = restorer().accented(question)
    assert re.findall(r"\d", accented) == re.findall(r"\d", composed(question))


@given(st.text(max_size=40))
def test_words_lie_in_their_piece_in_order(text: str) -> None:
    for piece in text.split():
        last = 0
        for start, end, _ in cores(piece):
            assert last <= start < end <= len(piece)
            last = end
    words_of(text)


@given(st.text(max_size=12))
def test_folding_and_tones_are_stable(word: str) -> None:
    assert folded(folded(word)) == folded(word)
    assert usual(usual(word.lower())) == usual(word.lower())
    assert isinstance(is_syllable(word), bool)


@given(LINES)
def test_joining_torn_numbers_loses_nothing(lines: list[str]) -> None:
    joined = joined_codes(lines)
    assert len(joined) == len(lines)
    assert "".join("".join(joined).split()) == "".join("".join(lines).split())


@given(st.from_regex(r"\d{1,4}/[A-Z]{2,4}-[A-Z]{2,5}", fullmatch=True))
def test_mending_a_paper_number_keeps_its_figures_and_length(code: str) -> None:
    mended = mended_code(code, known_codes(["QĐ", "UBND", "HĐND", "BCĐ"]))
    assert len(mended) == len(code)
    assert [sign for sign in mended if not sign.isalpha()] == [sign for sign in code if not sign.isalpha()]
