"""What a plan's words want reached, and what is reached of it."""

import pytest

from domain.milestones import Comparator, figures_in, is_downward, missing, reached, read_milestone

GE, GT, EQ, AB = Comparator.AT_LEAST, Comparator.MORE, Comparator.EXACTLY, Comparator.ABOUT
LT, LE, UP, DOWN = Comparator.LESS, Comparator.AT_MOST, Comparator.RISE, Comparator.FALL

PHRASES = [
    ("45%", EQ, 45, None, "%"),
    ("45 %", EQ, 45, None, "%"),
    ("đạt 62,5%", EQ, 62.5, None, "%"),
    ("62.5%", EQ, 62.5, None, "%"),
    ("Đạt 88", EQ, 88, None, ""),
    ("trên 35%", GT, 35, None, "%"),
    ("đạt trên 35 %", GT, 35, None, "%"),
    ("hơn 12.000 lượt khách", GT, 12000, None, "lượt khách"),
    ("vượt 7%", GT, 7, None, "%"),
    ("lớn hơn 0,6", GT, 0.6, None, ""),
    (">0,6", GT, 0.6, None, ""),
    ("> 55%", GT, 55, None, "%"),
    ("≥ 55%", GE, 55, None, "%"),
    (">= 55%", GE, 55, None, "%"),
    ("tối thiểu 40 mô hình", GE, 40, None, "mô hình"),
    ("TỐI THIỂU 40 mô hình", GE, 40, None, "mô hình"),
    ("toi thieu 40 mo hinh", GE, 40, None, "mo hinh"),
    ("ít nhất 02 hợp tác xã", GE, 2, None, "hợp tác xã"),
    ("ít nhất là 3 lớp", GE, 3, None, "lớp"),
    ("không dưới 90%", GE, 90, None, "%"),
    ("không thấp hơn 90%", GE, 90, None, "%"),
    ("từ 85% trở lên", GE, 85, None, "%"),
    ("85% trở lên", GE, 85, None, "%"),
    ("từ 3 sao trở lên", GE, 3, None, "sao"),
    ("đạt từ 95 điểm trở lên", GE, 95, None, "điểm"),
    ("từ 25 - 30%", GE, 25, 30, "%"),
    ("25-30%", GE, 25, 30, "%"),
    ("25% - 30%", GE, 25, 30, "%"),
    ("từ 25% đến 30%", GE, 25, 30, "%"),
    ("từ 2 đến 4 mô hình", GE, 2, 4, "mô hình"),
    ("khoảng 60.000 tỷ đồng", AB, 60000, None, "tỷ đồng"),
    ("khoảng 3,2 tỷ USD", AB, 3.2, None, "tỷ USD"),
    ("xấp xỉ 20%", AB, 20, None, "%"),
    ("~20%", AB, 20, None, "%"),
    ("không quá 4%", LE, 4, None, "%"),
    ("không vượt quá 4%", LE, 4, None, "%"),
    ("tối đa 5 ngày", LE, 5, None, "ngày"),
    ("≤ 5 ngày", LE, 5, None, "ngày"),
    ("10 hộ trở xuống", LE, 10, None, "hộ"),
    ("dưới 1,5%", LT, 1.5, None, "%"),
    ("< 1,5%", LT, 1.5, None, "%"),
    ("còn 2%", LE, 2, None, "%"),
    ("còn dưới 2%", LT, 2, None, "%"),
    ("giảm còn 2%", LE, 2, None, "%"),
    ("giảm xuống còn 40 hộ", LE, 40, None, "hộ"),
    ("giảm xuống dưới 2%", LT, 2, None, "%"),
    ("giảm 12% so với năm 2024", DOWN, 12, None, "%"),
    ("giảm ít nhất 15 hộ", DOWN, 15, None, "hộ"),
    ("giảm bình quân 1 - 1,2%", DOWN, 1, 1.2, "%"),
    ("cắt giảm tối thiểu 20%", DOWN, 20, None, "%"),
    ("rút ngắn 25% thời gian", DOWN, 25, None, "%"),
    ("tăng 9%", UP, 9, None, "%"),
    ("tăng thêm ít nhất 6%", UP, 6, None, "%"),
    ("tăng 4 bậc", UP, 4, None, "bậc"),
    ("tăng lên 70%", GE, 70, None, "%"),
    ("tăng lên trên 70%", GT, 70, None, "%"),
    ("tăng từ 50% lên 70%", GE, 70, None, "%"),
    ("1.450 hồ sơ", EQ, 1450, None, "hồ sơ"),
    ("1,4 triệu lượt", EQ, 1.4, None, "triệu lượt"),
    ("75 triệu đồng", EQ, 75, None, "triệu đồng"),
    ("8,5 km", EQ, 8.5, None, "km"),
    ("06 tuyến", EQ, 6, None, "tuyến"),
    ("0,7 điểm", EQ, 0.7, None, "điểm"),
    ("0,77", EQ, 0.77, None, ""),
    ("70 phần trăm", EQ, 70, None, "%"),
    ("100% thôn, bản", EQ, 100, None, "%"),
    ("trên 100%", GE, 100, None, "%"),
    ("đạt 105% kế hoạch", EQ, 105, None, "%"),
    ("Top 25", LE, 25, None, "Top"),
    ("trong nhóm 10", LE, 10, None, "nhóm"),
]


@pytest.mark.parametrize(("words", "comparator", "value", "upper", "unit"), PHRASES)
def test_the_words_of_a_milestone_are_read(
    words: str, comparator: Comparator, value: float, upper: float | None, unit: str
) -> None:
    found = read_milestone(words, 2027)
    assert found is not None
    assert (found.comparator, found.value, found.upper, found.unit) == (comparator, value, upper, unit)
    assert (found.year, found.words) == (2027, words)


@pytest.mark.parametrize(
    "words",
    [
        "",
        "-",
        "cơ bản hoàn thành",
        "tăng so với năm 2024",
        "năm 2030",
        "ngày 14/9/2027",
        "quý III/2027",
        "theo Nghị quyết số 57-NQ/TW",
        "phủ sóng 5G",
        "dịch vụ công mức độ 4",
        "hai con số",
        "trẻ dưới 36 tháng tuổi",
        "6ne",
        "g0,",
        "9o%",
        "40% nam, 60% nữ",
        "30 - 20%",
    ],
)
def test_words_without_one_sure_figure_give_no_milestone(words: str) -> None:
    assert read_milestone(words, 2027) is None


def test_the_unit_of_the_target_stands_in_where_the_words_name_none() -> None:
    found = read_milestone("≥ 12", 2027, "mô hình")
    assert found is not None
    assert found.unit == "mô hình"


@pytest.mark.parametrize(
    ("words", "value", "expected"),
    [
        ("trên 60%", 60, False),
        ("trên 60%", 60.1, True),
        ("từ 60% trở lên", 60, True),
        ("60%", 60, True),
        ("60%", 72, True),
        ("60%", 59.9, False),
        ("trên 100%", 100, True),
        ("không quá 3%", 3, True),
        ("không quá 3%", 3.2, False),
        ("dưới 3%", 3, False),
        ("dưới 3%", 2.9, True),
        ("giảm còn 40 hộ", 38, True),
        ("giảm còn 40 hộ", 55, False),
        ("giảm 10% so với năm 2024", 11, True),
        ("giảm 10% so với năm 2024", 4, False),
        ("tăng 8%", 8, True),
        ("từ 15 - 20%", 15, True),
        ("từ 15 - 20%", 14, False),
        ("khoảng 100 mô hình", 100, True),
        ("khoảng 100 mô hình", 97, None),
        ("khoảng 100 mô hình", 80, False),
        ("Top 25", 20, True),
        ("Top 25", 30, False),
    ],
)
def test_whether_a_value_reaches_the_milestone(words: str, value: float, expected: bool | None) -> None:
    milestone = read_milestone(words, 2027)
    assert milestone is not None
    assert reached(milestone, value) is expected


@pytest.mark.parametrize(
    ("words", "value", "left"),
    [
        ("trên 60%", 45.5, 14.5),
        ("60%", 60, 0),
        ("60%", 80, 0),
        ("giảm còn 40 hộ", 55, 15),
        ("không quá 3%", 3.2, 0.2),
        ("giảm 10%", 4, 6),
        ("1.200 hồ sơ", 950, 250),
    ],
)
def test_how_much_is_still_missing(words: str, value: float, left: float) -> None:
    milestone = read_milestone(words, 2027)
    assert milestone is not None
    assert missing(milestone, value) == left


def test_less_is_better_only_under_a_limit() -> None:
    limit, share, fall = (read_milestone(words, 2027) for words in ("dưới 2%", "trên 2%", "giảm 2%"))
    assert limit is not None
    assert share is not None
    assert fall is not None
    assert [is_downward(each) for each in (limit, share, fall)] == [True, False, False]


def test_figures_of_a_sentence_stand_where_they_are_written() -> None:
    text = "Phấn đấu đến năm 2029 có ít nhất 75% hộ dân và 12 trường học dùng nước sạch theo Quyết định số 8/QĐ-UBND."
    found = figures_in(text)
    assert [text[figure.start : figure.end] for figure in found] == ["ít nhất 75%", "12 trường học"]
    assert [text[figure.at : figure.to] for figure in found] == ["75", "12"]
