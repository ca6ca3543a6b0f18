"""What a question asks for."""

import pytest

from domain.plans import Passage, PassageKind
from knowledge.asking import read_question
from knowledge.cues import asked_for, columns_told, cues, likes_of
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
        ("Lấy tiền ở đâu để lát đường?", "funding"),
        ("viec nay ai dung ra lam", "which_unit"),
        ("Lắp đèn xong năm nào?", "how_long"),
        ("may thang bao cao mot lan", "how_often"),
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


def test_what_is_asked_for_takes_the_place_of_what_its_words_would_ask() -> None:
    assert "where" not in [cue.name for cue in asked_for(tokens_of("Lấy tiền ở đâu để lát đường?"))]


@pytest.mark.parametrize(
    ("question", "said"),
    [
        ("Ai lo việc lát đường?", "chu tri"),
        ("nop ho so qua mang the nao", "ho so truc tuyen"),
        ("Trả tiền qua mạng được không?", "thanh toan truc tuyen"),
        ("Bao giờ lát đường phải xong, lấy tiền ở đâu?", "kinh phi"),
    ],
)
def test_plain_words_are_known_by_those_of_papers(question: str, said: str) -> None:
    likes = likes_of(read_question(question))
    assert tuple(said.split()) in [other for _, others in likes for other in others]


def test_a_small_word_alone_is_said_in_no_other_words() -> None:
    assert not likes_of(read_question("Việc này của ai?"))


def test_a_row_tells_what_its_columns_hold() -> None:
    def passage(kind: PassageKind, *heading: str, text: str) -> Passage:
        return Passage(1, 1, 0, kind, heading, text, text, 0, len(text))

    text = "4 | Lát đường | Cơ quan chủ trì: Tổ thợ | Năm 2030: 80%"
    assert columns_told(passage(PassageKind.ROW, text=text)) == {"lead", "year"}
    names = "TT | Nhiệm vụ | Đơn vị phối hợp | Thời gian hoàn thành"
    assert {"support", "time"} <= columns_told(passage(PassageKind.ROW, names, text="4 | Lát đường"))
    assert not columns_told(passage(PassageKind.BULLET, names, text=text))


def test_a_short_form_is_searched_in_full_and_the_full_form_as_it_is_shortened() -> None:
    short = dict(likes_of(read_question("bao nhieu tthc lam qua mang")))
    assert ("thu", "tuc", "hanh", "chinh") in short[("tthc",)]
    full = dict(likes_of(read_question("bao nhieu thu tuc hanh chinh lam qua mang")))
    assert ("tthc",) in full[("thu", "tuc", "hanh", "chinh")]
