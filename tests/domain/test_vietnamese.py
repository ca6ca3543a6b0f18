"""Typed with, without or with half of its diacritics, a word is the same word."""

import unicodedata

from hypothesis import given
from hypothesis import strategies as st

from domain.vietnamese import fold, nfc, words

LETTERS = st.text(
    alphabet="aăâbcdđeêghiklmnoôơpqrstuưvxyàáảãạằắẳẵặầấẩẫậèéẻẽẹềếểễệìíỉĩịòóỏõọồốổỗộờớởỡợùúủũụừứửữựỳýỷỹỵ ĐẲỮ",
    max_size=80,
)


@given(LETTERS)
def test_a_folded_text_is_plain_letters_and_folds_to_itself(text: str) -> None:
    folded = fold(text)
    assert folded.isascii() and folded == folded.lower() and fold(folded) == folded


@given(LETTERS)
def test_composed_and_decomposed_typing_fold_alike(text: str) -> None:
    assert fold(unicodedata.normalize("NFD", text)) == fold(text) == fold(nfc(text))


@given(st.text(max_size=80))
def test_folding_takes_any_text(text: str) -> None:
    assert fold(fold(text)) == fold(text)
    assert "  " not in fold(text)


@given(st.lists(st.sampled_from(["Kế", "hoạch", "57-NQ/TW", "12,5", "xã", "30/6/2026"]), max_size=8))
def test_words_come_back_in_order_without_their_punctuation(said: list[str]) -> None:
    assert words(" ".join(f"“{word}”," for word in said)) == said


def test_a_code_is_one_word() -> None:
    assert words("Theo Nghị quyết số 57-NQ/TW, ngày 22/12/2024.") == [
        "Theo",
        "Nghị",
        "quyết",
        "số",
        "57-NQ/TW",
        "ngày",
        "22/12/2024",
    ]
