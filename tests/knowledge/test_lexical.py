"""Lexical search: folded words, and what a scan leaves of them."""

import time

import numpy as np
import pytest

from knowledge.asking import read_question
from knowledge.lexical import LexicalIndex, frame_of, shape_of, tokens_of


def index_of(*texts: str) -> LexicalIndex:
    return LexicalIndex([[(text, 1.0)] for text in texts])


def best(index: LexicalIndex, question: str) -> int:
    return int(np.argmax(index.match(tokens_of(question)).scores))


def test_codes_and_figures_stay_whole() -> None:
    assert tokens_of("Nghị quyết 57-NQ/TW: đạt 80 %, 1,5% và 5G.") == [
        "nghi", "quyet", "57-nq/tw", "dat", "80%", "1,5%", "va", "5g",
    ]  # fmt: skip


def test_a_question_without_diacritics_finds_the_printed_words() -> None:
    assert best(index_of("Trồng cây xanh đô thị", "Phủ sóng mạng 5G", "Vệ sinh môi trường"), "phu song 5g") == 1


@pytest.mark.parametrize("scanned", ["chuyén doi", "chuyen d6i", "chuyén ddi", "chuyen dbi"])
def test_a_scanned_syllable_keeps_its_frame(scanned: str) -> None:
    assert [frame_of(t) for t in tokens_of(scanned)] == [frame_of(t) for t in tokens_of("chuyển đổi")]


def test_signs_that_scans_confuse_are_one() -> None:
    assert shape_of("10t") == shape_of("iot")
    assert shape_of("al") == shape_of("ai")
    assert shape_of("2025") == "2025"


def test_damaged_words_are_found_by_their_frames() -> None:
    index = index_of("Phat trién kinh té ban dém", "day manh chuyén dbi sb toan dién", "tréng cay bong mat")
    assert best(index, "chuyển đổi số") == 1


def test_a_share_says_how_much_of_a_question_a_text_bears_out() -> None:
    index = index_of("Phủ sóng mạng 5G toàn phường", "Vệ sinh môi trường", "Trồng cây xanh")
    asked = read_question("phủ sóng mạng 5G")
    assert index.match(asked.tokens, asked.small).share(0) > 0.6
    asked = read_question("giá vé xe khách liên tỉnh")
    assert max(index.match(asked.tokens, asked.small).share(row) for row in range(3)) < 0.1


def test_an_empty_index_finds_nothing() -> None:
    matched = LexicalIndex([]).match(["cay"])
    assert len(matched.scores) == 0
    assert matched.whole > 0


def test_thousands_of_passages_are_indexed_and_searched_in_time() -> None:
    syllables = [a + b for a in ("ch", "d", "ng", "th", "v") for b in ("anh", "oi", "uyen", "e", "ong", "u")]
    texts = [" ".join(syllables[(n * 7 + i * i) % 30] for i in range(40)) + f" {n}" for n in range(3_000)]
    started = time.process_time()
    index = index_of(*texts)
    assert time.process_time() - started < 6
    started = time.process_time()
    for n in range(20):
        assert best(index, texts[n * 100]) == n * 100
    assert (time.process_time() - started) / 20 < 0.05
