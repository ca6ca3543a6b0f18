"""What a question asks for."""

import pytest

from knowledge.cues import asked_for, cues
from knowledge.lexical import tokens_of


@pytest.mark.parametrize(
    ("question", "wanted"),
    [
        ("Làm thẻ mới mất bao lâu?", "how_long"),
        ("lam the moi mat bao lau", "how_long"),
        ("Lệ phí cấp lại là bao nhiêu tiền?", "fee"),
        ("Cần mang theo giấy tờ gì?", "papers"),
        ("Nộp hồ sơ ở đâu?", "where"),
        ("Có phải đến tận nơi không?", "whether"),
        ("Ai chủ trì việc lắp đèn?", "which_unit"),
        ("Tỷ lệ hộ dùng nước sạch là bao nhiêu?", "share"),
        ("Kế hoạch nước sạch số bao nhiêu?", "head"),
        ("Trạm Y tế có những nhiệm vụ nào?", "parts"),
    ],
)
def test_a_question_asks_for_what_its_words_say(question: str, wanted: str) -> None:
    assert wanted in [cue.name for cue in asked_for(tokens_of(question))]


@pytest.mark.parametrize("question", ["", "nước sạch", "Không gian xanh của phường", "không"])
def test_words_that_only_look_like_asking_ask_for_nothing(question: str) -> None:
    assert not [cue.name for cue in asked_for(tokens_of(question)) if cue.name != "whether"]


def test_told_words_are_such_that_the_index_holds_them() -> None:
    for cue in cues():
        assert all(len(phrase) <= 2 for phrase in (*cue.told, *cue.opens)), cue.name
        assert cue.asked or cue.ends, cue.name
