"""Damaged lines become Vietnamese again; what carries meaning by its letters and figures stays."""

import pytest

from knowledge.restoring import Restored, Restorer, restorer


@pytest.fixture(scope="module")
def mender() -> Restorer:
    return restorer()


def mended(mender: Restorer, *lines: str) -> list[str]:
    return [restored.text for restored in mender.lines(lines)]


@pytest.mark.parametrize(
    ("damaged", "right"),
    [
        ("Uy ban nhan dan phudng lap ké hoach lam sach ao hd", "Ủy ban nhân dân phường lập kế hoạch làm sạch ao hồ"),
        (
            "Chu tich Uy ban nhan dan xa chiu trach nhiém chi dao",
            "Chủ tịch Ủy ban nhân dân xã chịu trách nhiệm chỉ đạo",
        ),
        ("- To chtrc tap huan ky nang s6 cho can bg", "- Tổ chức tập huấn kỹ năng số cho cán bộ"),
        ("co ché, chinh sach thu hat nguén nhan luc", "cơ chế, chính sách thu hút nguồn nhân lực"),
        ("boi dudng ky¥ nang s6 cho can bd, cong chtrc", "bồi dưỡng kỹ năng số cho cán bộ, công chức"),
        ("a) Pao tao nguon nhan luc chat lugng cao;", "a) Đào tạo nguồn nhân lực chất lượng cao;"),
    ],
)
def test_marks_come_back(mender: Restorer, damaged: str, right: str) -> None:
    assert mended(mender, damaged) == [right]


def test_a_heading_in_capitals_stays_in_capitals(mender: Restorer) -> None:
    assert mended(mender, "NHIEM VU TRONG TAM VA GIAI PHAP CHU YEU") == ["NHIỆM VỤ TRỌNG TÂM VÀ GIẢI PHÁP CHỦ YẾU"]


def test_a_roman_marker_read_as_strokes_is_put_right(mender: Restorer) -> None:
    assert mended(mender, "|. QUAN DIEM CHI DAO", "Il. MUC TIEU CU THE") == [
        "I. QUAN ĐIỂM CHỈ ĐẠO",
        "II. MỤC TIÊU CỤ THỂ",
    ]


def test_a_quarter_keeps_its_year_and_gets_its_numeral_back(mender: Restorer) -> None:
    assert mended(mender, "hoan thanh trong quy I11/2026 va quy 1V/2026") == [
        "hoàn thành trong quý III/2026 và quý IV/2026"
    ]


def test_numbers_dates_and_shares_stay_to_the_letter(mender: Restorer) -> None:
    line = "dén ngay 05/6/2027 dat 87,5% vdi 1.240 hd so, kinh phi 3.500.000 dong"
    assert mended(mender, line) == ["đến ngày 05/6/2027 đạt 87,5% với 1.240 hồ sơ, kinh phí 3.500.000 đồng"]


def test_the_number_of_a_paper_gets_its_stroke_back_and_nothing_else(mender: Restorer) -> None:
    assert mended(mender, "theo Quyét dinh s6 317/QD-UBND va Nghi quyét s6 22/NQ-HDND") == [
        "theo Quyết định số 317/QĐ-UBND và Nghị quyết số 22/NQ-HĐND"
    ]


def test_the_number_of_a_paper_torn_at_the_line_end_is_whole_again(mender: Restorer) -> None:
    first, second = mended(mender, "Thuc hién Ké hoach sé 46-", "KH/TU ngay 03/02/2026 ctia Tinh uy")
    assert first == "Thực hiện Kế hoạch số 46-KH/TU"
    assert second == "ngày 03/02/2026 của Tỉnh ủy"


def test_abbreviations_and_foreign_words_survive(mender: Restorer) -> None:
    line = "UBND xa tiép nhan TTHC qua VNeID, phu séng 5G va Internet, lam sach dif liéu"
    (text,) = mended(mender, line)
    for word in ("UBND", "TTHC", "VNeID", "5G", "Internet"):
        assert word in text


def test_words_run_together_are_parted(mender: Restorer) -> None:
    assert mended(mender, "trién khai cac nhiemvu trong tam nam 2026, tu ngay 28thang 11 nam 2025") == [
        "triển khai các nhiệm vụ trọng tâm năm 2026, từ ngày 28 tháng 11 năm 2025"
    ]


def test_every_line_keeps_its_place(mender: Restorer) -> None:
    lines = ["", "   ", "Phat trién ha ting", "", "kinh té sé va x4 hoi sd", "\t"]
    restored = mender.lines(lines)
    assert len(restored) == len(lines)
    assert [restored[at].text for at in (0, 1, 3, 5)] == ["", "   ", "", "\t"]
    assert restored[2].text == "Phát triển hạ tầng"


def test_a_sentence_is_read_across_the_line_end(mender: Restorer) -> None:
    assert mended(mender, "day manh chuyén déi", "s6 trong hoat dong cta co quan nha nudc") == [
        "đẩy mạnh chuyển đổi",
        "số trong hoạt động của cơ quan nhà nước",
    ]


def test_clean_text_comes_back_as_it_is(mender: Restorer) -> None:
    lines = [
        "Ủy ban nhân dân phường Hồ Sen giao Phòng Kinh tế chủ trì, phối hợp Công an phường rà soát 12 tuyến ngõ.",
        "- Tiền điện chiếu sáng giảm 35% so với năm 2025; báo cáo trước ngày 20/6.",
        "Doanh nghiệp Happy Garden tài trợ 4 máy lọc nước cho điểm trường.",
    ]
    assert mender.lines(lines) == [Restored(line) for line in lines]


def test_text_in_another_language_is_left_alone(mender: Restorer) -> None:
    line = "Please find enclosed the quarterly report about water quality and street lighting."
    assert mended(mender, line) == [line]


def test_text_restored_once_is_restored(mender: Restorer) -> None:
    once = mended(mender, "Ban Chi dao ctia phudng hop giao ban hang thang dé don déc tién d6 thuc hién nhiém vu.")
    assert mended(mender, *once) == once


def test_damage_and_sureness_tell_ruined_from_clean(mender: Restorer) -> None:
    ruined = mender.short("Pay manh cai cach thu tuc hanh chinh, nang cao chi s6 hai long ctia ngudi dan")
    clean = mender.short("Đẩy mạnh cải cách thủ tục hành chính, nâng cao chỉ số hài lòng của người dân")
    assert ruined.damage > 0.5
    assert clean.damage == 0.0
    assert clean.sureness == 1.0
    assert mender.short("ting").sureness < ruined.sureness


def test_a_scan_read_with_vietnamese_loses_its_specks_and_its_slips(mender: Restorer) -> None:
    lines = [
        "| Điêu 3. Trách nhiệm của người đứng đâu cơ quan, tô chức `",
        "_ 1. Người đứng đầu phải chịu trách nhiệm vê kết quả thực hiện nhiệm vụ được giao; ¬",
        "| 2, Việc thông bảo phải được thực hiện bằng văn bản hoặc thông qua phương tiện điện tử.",
        "3. Công đân có quyền phản ánh, kiến nghị theo quy định của pháp luật.",
    ]
    assert mended(mender, *lines) == [
        "Điều 3. Trách nhiệm của người đứng đầu cơ quan, tổ chức",
        "1. Người đứng đầu phải chịu trách nhiệm về kết quả thực hiện nhiệm vụ được giao;",
        "2. Việc thông báo phải được thực hiện bằng văn bản hoặc thông qua phương tiện điện tử.",
        "3. Công dân có quyền phản ánh, kiến nghị theo quy định của pháp luật.",
    ]


def test_texts_of_one_batch_come_back_in_order(mender: Restorer) -> None:
    texts = ["ké hoach\nphat trién kinh té", "", "UBND xa"]
    assert [restored.text for restored in mender.texts(texts)] == ["kế hoạch\nphát triển kinh tế", "", "UBND xã"]


def test_a_line_longer_than_any_papers_is_not_worked_on(mender: Restorer) -> None:
    for line in ("a " * 500_000, "x" * 1_000_000, " " * 1_000_000 + "x", "|_" * 500_000):
        assert mended(mender, line) == [line]
