"""What must come through untouched: rare names in clean text, genuine numbers, abbreviations among damaged words."""

import re

import pytest

from knowledge.restoring import restorer
from knowledge.restoring.names import named
from knowledge.restoring.readings import figures

# fmt: off
RARE = (
    "PHƯỜNG CÂY SỘP", "CẮT TỈA CÂY XANH", "ấp Sộp", "cây gừa", "cây trôm", "Krông Pắc", "ĐẮK NHAU", "Ea H'leo",
    "Cư M'gar", "PỜ Ê", "Mường Lát", "Tén Tằn", "Nguyễn Huệ", "Rạch Chiếc", "Xẻo Quít", "Trà Cuôn", "Nậm Pồ",
    "Sín Thầu", "Bà Chồm", "Thị Brơi", "Điểu Gủi", "Y Krông Êban", "H'Linh Niê", "Lò Thị Pọm", "Kỳ Quạ", "Rọ Lóc",
    "Thốt Nốt", "Tri Tôn", "Sóc Xoài", "Vũng Liêm", "Ngã Bảy", "Khe Tre", "Buôn Choáh", "Pù Nhi", "sò đo cam",
    "Mắc Khẻn", "bọ xít muỗi",
)
# fmt: on
SHEETS = (
    "NỘI QUY CẮT TỈA CÂY XANH|1. CẤM CHẶT HẠ KHI CHƯA CÓ PHÉP.|2. CẮT TỈA TRƯỚC MÙA MƯA BÃO.|3. DỌN CÀNH RƠI.",
    "PHƯỜNG CÂY SỘP|KẾ HOẠCH|Cắt tỉa cây xanh năm 2026|1. Tổ dân phố Sộp Trong tỉa cành trước ngày 30/4.",
    "XÃ ĐẮK NHAU|DANH SÁCH HỘ NHẬN BÒ GIỐNG|1. Điểu Bớt|2. Điểu Khuê|3. Thị Brơi|4. Điểu Gủi",
    "XÓM RẪY|Ông Tư Sịa|Bà Ba Ngọm|Kênh Xẻo Quít|Ấp Trà Cuôn|Chùa Ông Mẹt",
    "CÂY TRỒNG|1. Lim xẹt|2. Sò đo cam|3. Muồng hoàng yến|4. Dầu rái|5. Sưa đỏ|6. Sộp|7. Gừa|8. Trôm",
)
NUMBERS = ("10", "12", "13", "16", "18", "19", "46", "151", "161", "181")
SENTENCES = (
    "dén nam 2030 co {} hd duoc vay von phat trién san xuat",
    "giai quyét trong {} ngay lam viéc ké tur ngay nhan du hd so",
    "thuc hién theo Diéu {} cua Nghi dinh nay va cac van ban lién quan",
    "khu phd {} td chtrc ra quan don vé sinh moi truong",
    "hd tro {} triéu dong cho mdi mo hinh san xuat",
    "hoi nghi lan thtr {} thong nhat cac nhiém vu trong tam",
    "to chtrc {} 1op tap huan cho can bo, cong chtrc cap xa",
    "phan dau co it nhat {} san pham dat chuan trong nam",
    "can néu {} noi dung va lam {} viéc trudc thang sau",
    "phan cong {} can bo, {} cong chtrc phu trach dia ban",
    "thu phi cho {} hd so, quy dinh {} trudng hop mién",
    "dung chan {} phut, trinh {} van ban, ban {} mat hang",
    "nang cao trinh {} giao vién, cat {} cay co thu",
    "xac dinh {} nhiém vu, {} giai phap va 16 trinh cu thé",
    "ty 1é dat {} phan tram, tang so voi cung ky",
)


@pytest.mark.parametrize("clean", [*RARE, *SHEETS])
def test_rare_names_in_a_short_clean_text_stay(clean: str) -> None:
    text = clean.replace("|", "\n")
    assert restorer().short(text).text == text


def test_rare_names_side_by_side_stay() -> None:
    assert [restored.text for restored in restorer().lines(RARE)] == list(RARE)


@pytest.mark.parametrize("sentence", SENTENCES)
@pytest.mark.parametrize("number", NUMBERS)
def test_a_genuine_number_stays_a_number(sentence: str, number: str) -> None:
    text = restorer().short(sentence.format(*[number] * sentence.count("{}"))).text
    assert len(re.findall(rf"(?<!\d){number}(?!\d)", text)) == sentence.count("{}")


@pytest.mark.parametrize(
    ("damaged", "right"),
    [
        ("xac dinh 16 trinh thuc hién va nguén luc dam bao", "xác định lộ trình thực hiện và nguồn lực đảm bảo"),
        (
            "thu tuc co thu phi, 18 phi duoc thanh toan truc tuyén",
            "thủ tục có thu phí, lệ phí được thanh toán trực tuyến",
        ),
        ("muc tiéu cét 161 cua linh vuc nay", "mục tiêu cốt lõi của lĩnh vực này"),
    ],
)
def test_figures_that_can_only_be_a_word_become_it(damaged: str, right: str) -> None:
    assert restorer().short(damaged).text == right


def test_every_such_figure_looks_like_letters() -> None:
    for written, texts in figures().items():
        assert re.fullmatch(r"\d{2,3}", written)
        assert texts


@pytest.mark.parametrize(
    ("damaged", "kept"),
    [
        ("thu hut hoc sinh gidi theo hoc cac nganh STEM; co chinh sach boi dudng tai nang", "STEM"),
        ("xac thuc thong qua dinh danh dién tu VNelID mtrc 2", "VNeID"),
        ("tai khoan dinh danh dién tu (VNelD) cua ngudi dan", "(VNeID)"),
        ("kinh phi chi cho nghién ctu phat trién (R&D) dat tdi thiéu 1,5% GRDP", "(R&D)"),
        ("ha tang bang thong rong tdc dd tir 1 Gbps tré lén cho doanh nghiép", "Gbps"),
        ("cac ung dung cong nghé 10T trong giam sat moi trudng", "IoT"),
        ("phan cong D/c Chu tich phu trach chung; bao cao Ban Chi dao (b/c)", "Đ/c"),
        ("phan cong D/c Chu tich phu trach chung; bao cao Ban Chi dao (b/c)", "(b/c)"),
    ],
)
def test_abbreviations_among_damaged_words_are_kept(damaged: str, kept: str) -> None:
    assert kept in restorer().short(damaged).text.replace(";", "").split()


@pytest.mark.parametrize("word", ["", "TRONG", "Trienkhai", "nhiem", "Ngân", "vneid", "PHUONG", "Internal", "HoaHiep"])
def test_an_ordinary_word_is_no_name(word: str) -> None:
    assert named(word) is None


@pytest.mark.parametrize(
    ("damaged", "right"),
    [
        ("b) Phat trién nguf“)n luc khoa hoc cong nghé", "b) Phát triển nguồn lực khoa học công nghệ"),
        ("Cu thé hoa n(f)i dung Ké hoach hanh dong", "Cụ thể hóa nội dung Kế hoạch hành động"),
        (
            "chi s6 chuyén d6i s6 cua phu:(‘mg thudc Top 20 cua tinh",
            "chỉ số chuyển đổi số của phường thuộc Top 20 của tỉnh",
        ),
    ],
)
def test_quotes_and_brackets_inside_a_word_are_debris(damaged: str, right: str) -> None:
    assert restorer().short(damaged).text == right


def test_a_long_text_of_one_word_comes_back() -> None:
    lines = ["ngày " * 15 + "ngày"] * 2000
    assert [restored.text for restored in restorer().lines(lines)] == lines
    assert restorer().accented("ngay " * 20_000) == "ngay " * 20_000
