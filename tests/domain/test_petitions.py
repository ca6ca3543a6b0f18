"""What citizens mean, from how they write it; with and without diacritics."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.petitions import begun, claims, denounces, is_abuse, is_thin, place_in, sounds_like_feedback


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("phản ánh đường tổ 4 ngập nước", "đường tổ 4 ngập nước"),
        ("Phản ánh: rác không ai thu", "rác không ai thu"),
        ("phan anh den duong hong", "den duong hong"),
        ("Tôi muốn phản ánh về việc họp chợ dưới lòng đường", "họp chợ dưới lòng đường"),
        ("cho tôi xin kiến nghị làm thêm ghế đá", "làm thêm ghế đá"),
        ("em muốn góp ý, cổng một cửa nên có ghế chờ", "cổng một cửa nên có ghế chờ"),
        ("toi muon gop y kien nha van hoa dong cua som", "nha van hoa dong cua som"),
        ("/phananh mất nước cả ngày", "mất nước cả ngày"),
        ("/phananh", ""),
        ("tôi muốn phản ánh", ""),
        ("Muốn gửi phản ánh thì làm thế nào?", ""),
        ("phản ánh gửi ở đâu", ""),
        ("phản ánh hiện trường: nắp cống vỡ", "nắp cống vỡ"),
        ("tôi muốn tố cáo ông trưởng thôn", "ông trưởng thôn"),
    ],
)
def test_feedback_begins_with_what_it_is_called(text: str, said: str) -> None:
    assert begun(text) == said


@pytest.mark.parametrize(
    "text",
    [
        "kiến nghị của cử tri được trả lời thế nào?",
        "đường tổ 4 ngập nước",
        "Kế hoạch có nêu phản ánh hiện trường không?",
        "phản ánh hiện trường có trong chỉ tiêu năm 2026 không?",
        "nv 4 xong 80%",
        "",
    ],
)
def test_a_question_about_feedback_is_a_question(text: str) -> None:
    assert begun(text) is None


@pytest.mark.parametrize(
    "text",
    [
        "đường tổ 4 ngập nước mấy hôm nay rồi",
        "rác không ai thu",
        "rac chat dong ca tuan nay khong ai don",
        "đèn đường ngõ 9 Hoa Sữa hỏng lâu lắm rồi",
        "quán cạnh nhà hát karaoke suốt đêm, không ngủ được",
        "mất nước cả ngày rồi, sốt ruột quá",
        "cong tac nuoc tran vao nha may ngay nay",
        "họ xây trái phép lấn ra đường Trạm Bơm, mong phường xuống xem",
        "hàng xóm đốt rác thường xuyên, khó chịu lắm",
        "ổ gà to đầu ngõ 3, đi xe nguy hiểm quá",
    ],
)
def test_a_complaint_is_heard_as_one(text: str) -> None:
    assert sounds_like_feedback(text)


@pytest.mark.parametrize(
    "text",
    [
        "chỉ tiêu thu gom rác thải năm 2026 là bao nhiêu?",
        "Kế hoạch chống ngập của phường",
        "bao giờ sửa đèn đường tổ 4",
        "mất nước thì gọi ai vậy?",
        "hồ sơ khai sinh nộp ở đâu",
        "cảm ơn em nhiều",
        "nhiệm vụ 5 vướng kinh phí",
        "lịch cắt điện tuần sau thế nào",
        "Ai chủ trì việc xử lý ô nhiễm kênh?",
    ],
)
def test_a_question_is_no_complaint(text: str) -> None:
    assert not sounds_like_feedback(text)


@pytest.mark.parametrize(
    "text", ["abc", "có rác", "asdfgh qwrtp zxcvb lkjhg", "aaaa aaaa aaaa", "", "?!?", "123 456 789"]
)
def test_what_nobody_could_act_on_is_thin(text: str) -> None:
    assert is_thin(text)


@pytest.mark.parametrize("text", ["Đèn đường tổ 4 hỏng", "mat nuoc ca ngay roi", "Nắp cống vỡ trước nhà tôi"])
def test_a_short_report_is_not_thin(text: str) -> None:
    assert not is_thin(text)


def test_insults_alone_are_abuse_and_an_angry_report_is_none() -> None:
    assert is_abuse("lũ ăn hại các người")
    assert is_abuse("đồ ngu")
    assert not is_abuse("lũ ăn hại, rác bốc mùi ở ngõ 5 mà không ai dọn")
    assert not is_abuse("Đề nghị lắp đèn ở ngõ 5")


def test_denunciation_and_claim_are_told_apart_from_feedback() -> None:
    assert denounces("tôi muốn tố cáo cán bộ nhận tiền") and denounces("to cao can bo")
    assert claims("Tôi khiếu nại quyết định thu hồi đất")
    assert not denounces("tố chất của cán bộ") and not claims("khiếu kiện")


@pytest.mark.parametrize(
    ("text", "place"),
    [
        ("đường tổ 4 ngập nước", "tổ 4"),
        ("nắp cống đầu ngõ 5 đường Hoa Sữa bị vỡ", "ngõ 5 đường Hoa Sữa"),
        ("Trước số nhà 12B phố Hàng Than có ổ gà", "số nhà 12B phố Hàng Than"),
        ("khu phố 3 mất điện", "khu phố 3"),
        ("rác sau chợ Gò Mây", "chợ Gò Mây"),
        ("rác bốc mùi cả tuần", ""),
        ("đường ngập quá", ""),
    ],
)
def test_a_place_is_taken_as_it_is_written(text: str, place: str) -> None:
    assert place_in(text) == place


@given(st.text(max_size=80))
def test_anything_can_be_read(text: str) -> None:
    begun(text)
    sounds_like_feedback(text)
    is_thin(text)
    is_abuse(text)
    place_in(text)
