"""Lexical search: folded words, and what a scan leaves of them."""

import time

import numpy as np
import pytest

from knowledge.asking import read_question
from knowledge.lexical import DAY, PERCENT, YEAR, LexicalIndex, Words, counted, frame_of, shape_of, tokens_of


def index_of(*texts: str, frames: bool = False) -> LexicalIndex:
    words = Words()
    return LexicalIndex([counted([[(text, 1.0)] for text in texts], words, frames=frames)], words)


def best(index: LexicalIndex, question: str, *, frames: bool = False) -> int:
    return int(np.argmax(index.match(tokens_of(question), frames=frames).scores))


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
    index = index_of(
        "Phat trién kinh té ban dém", "day manh chuyén dbi sb toan dién", "tréng cay bong mat", frames=True
    )
    assert best(index, "chuyển đổi số", frames=True) == 1


def test_a_share_says_how_much_of_a_question_a_text_bears_out() -> None:
    index = index_of("Phủ sóng mạng 5G toàn phường", "Vệ sinh môi trường", "Trồng cây xanh")
    asked = read_question("phủ sóng mạng 5G")
    assert index.match(asked.tokens, asked.small).share(0) > 0.6
    asked = read_question("giá vé xe khách liên tỉnh")
    assert max(index.match(asked.tokens, asked.small).share(row) for row in range(3)) < 0.1


def test_an_empty_index_finds_nothing() -> None:
    matched = LexicalIndex([], Words()).match(["cay"])
    assert len(matched.scores) == 0
    assert matched.whole > 0


def test_small_words_help_to_order_but_bear_nothing_out() -> None:
    index = index_of("trồng cây thế nào", "trồng cây", "chăn nuôi")
    matched = index.match(["trong", "cay", "the", "nao"], [False, False, True, True])
    assert matched.scores[0] > matched.scores[1] > matched.scores[2]
    assert matched.borne[0] < matched.scores[0]
    assert matched.share(2) == 0


def test_what_was_counted_of_a_document_serves_every_index_it_is_in() -> None:
    words = Words()
    first = counted([[("nuôi ong lấy mật", 1.0)]], words)
    second = counted([[("trồng rừng ngập mặn", 1.0)], [("đắp đê ven biển", 1.0)]], words)
    both = LexicalIndex([first, second], words)
    assert [best(both, q) for q in ("nuôi ong", "rừng ngập mặn", "đê biển")] == [0, 1, 2]
    assert best(LexicalIndex([second], words), "đê biển") == 1


@pytest.mark.parametrize(
    ("text", "word"),
    [
        ("giai đoạn 2026-2030", "2028"),
        ("đạt 80%", YEAR),
        ("năm 2026", PERCENT),
        ("quý III/2026", DAY),
    ],
)
def test_a_text_does_not_have_what_it_does_not_say(text: str, word: str) -> None:
    assert not len(index_of(text).having(word))


@pytest.mark.parametrize(
    ("text", "word"),
    [
        ("giai đoạn 2026-2030", "2030"),
        ("giai đoạn 2026-2030", YEAR),
        ("đạt trên 80%", PERCENT),
        ("trước ngày 20/9/2026", DAY),
        ("trước ngày 20/9/2026", "2026"),
        ("xong trong 11/2026", DAY),
    ],
)
def test_a_text_has_the_years_and_kinds_of_figures_inside_its_words(text: str, word: str) -> None:
    assert index_of(text).having(word).tolist() == [0]


def test_a_text_that_opens_with_a_phrase_tells_it_better() -> None:
    index = index_of(
        "Nộp tại trụ sở hoặc gửi qua bưu điện xã, thời hạn giải quyết ba ngày",
        "Thời hạn giải quyết ba ngày, nộp tại trụ sở hoặc gửi qua bưu điện xã",
        "Không thu phí",
    )
    told = index.cued([("thoi", "han")])
    assert told[1] > told[0] > told[2] == 0
    assert index.cued((), [("nop",)]).argmax() == 0


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
