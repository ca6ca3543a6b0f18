"""Which documents a question means."""

import pytest

from domain.plans import Document
from knowledge.places import Places, pairs_in

DOCUMENTS = [
    Document(1, 1, "a.txt", "41/KH-UBND", issuer="Ủy ban nhân dân xã Hồ Sen", title="Nước sạch"),
    Document(2, 1, "b.txt", "7/KH-UBND", issuer="Ủy ban nhân dân phường Thanh Bién", title="Du lich"),
    Document(3, 1, "c.txt", "118-KH/TU"),
    Document(4, 1, "d.txt", "02-KH/BCĐ", issuer="TINH UY", title="tinh Vân Sơn"),
]
TEXTS = {1: ["xã Hồ Sen làm đường"], 2: ["du lịch"], 3: ["giup Lac Gi4 dang song hon"], 4: ["tỉnh Vân Sơn"]}


@pytest.fixture(scope="module")
def places() -> Places:
    return Places(DOCUMENTS, {document: pairs_in(texts) for document, texts in TEXTS.items()})


@pytest.mark.parametrize(
    ("question", "document"),
    [
        ("Mục tiêu nước sạch của xã Hồ Sen?", 1),
        ("muc tieu nuoc sach ho sen", 1),
        ("Du lịch ở Thanh Biên thế nào?", 2),
        ("du lich o thanh bien", 2),
        ("Mục tiêu của Lạc Giá là gì?", 3),
        ("lac gia giao dich dien tu", 3),
        ("Kế hoạch 41/KH-UBND nói gì?", 1),
        ("ke hoach so 118-KH/TU", 3),
        ("Kế hoạch 02-KH/BCD giao ai?", 4),
        ("kế hoạch số 2 giao ai?", 4),
    ],
)
def test_a_question_means_the_document_of_the_place_or_number_it_names(
    places: Places, question: str, document: int
) -> None:
    assert places.meant(question).documents == frozenset({document})


@pytest.mark.parametrize("question", ["Nước sạch nông thôn?", "Nghị quyết 57 nói gì", "", "?", "Văn phòng làm gì"])
def test_a_question_that_names_no_place_means_no_document_in_particular(places: Places, question: str) -> None:
    meant = places.meant(question)
    assert meant.documents is None
    assert not meant.unknown
    assert meant.rest == question


def test_the_name_is_taken_out_of_the_words_that_are_searched(places: Places) -> None:
    assert "Sen" not in places.meant("Nước sạch của xã Hồ Sen năm 2026").rest


def test_a_place_that_no_document_knows_is_named_as_unknown(places: Places) -> None:
    assert places.meant("Kế hoạch của xã Đồi Thông ra sao?").unknown == "Đồi Thông"


LIBRARY = [
    Document(11, 1, "k.txt", "52/KH-UBND", issuer="Ủy ban nhân dân phường Lâm Phúc", title="Chuyển đổi số"),
    Document(12, 1, "l.txt", "9-KH/BCĐ", issuer="Tỉnh ủy Vân Hòa, Ban Chỉ đạo về khoa học tỉnh", title="Rà soát"),
    Document(13, 1, "m.txt", "14/KH-UBND", issuer="Ủy ban nhân dân tỉnh Hạ Nguyên", title="Nước sạch"),
    Document(14, 1, "n.txt", "77-KH/TU"),
    Document(15, 1, "o.txt", "31-KH/ĐU", issuer="Đảng ủy xã Mỹ Khê", title="Nghị quyết của Tỉnh ủy Hạ Nguyên"),
    Document(16, 1, "p.txt", "40/KH-UBND", issuer="Ủy ban nhân dân Thành phố Huệ", title="Du lịch"),
    Document(17, 1, "q.txt", "6/KH-UBND", issuer="Ủy ban nhân dân Phường 12", title="Cây xanh"),
    Document(18, 1, "r.txt", "3-KH/TU", issuer="Ban Thường vụ Thành ủy Thanh Kỳ", title="Dữ liệu"),
    Document(19, 1, "s.txt", "88/KH-UBND", issuer="Ủy ban nhân dân xã Thạnh Kỳ", title="Dữ liệu"),
    Document(20, 1, "t.txt", "5/KH", issuer="", title="Phòng cháy"),
    Document(21, 1, "u.txt", "6/QĐ-TTg", issuer="Thủ tướng Chính phủ", title="Dữ liệu"),
]
LIBRARY_TEXTS = {
    11: ["Lâm Phúc, ngày 3 tháng 2 năm 2025", "Phường Lâm Phúc, tỉnh Hạ Nguyên lập Trung tâm Phục vụ hành chính công"],
    12: ["Vân Hòa, ngày 1 tháng 2 năm 2025", "Trung tâm Phục vụ hành chính công theo Nghị định 118"],
    13: ["Hạ Nguyên, ngày 1 tháng 2 năm 2025", "tỉnh bảo đảm an toàn"],
    14: ["Kế hoạch", "đưa Gành Dừa thành đô thị"],
    15: ["Mỹ Khê, ngày 1 tháng 3 năm 2025", "xã Mỹ Khê"],
    20: ["Đồi Mây, ngày 9 tháng 9 năm 2025", "phòng cháy"],
    21: ["Hà Nội, ngày 9 tháng 9 năm 2025", "dữ liệu"],
}


@pytest.fixture(scope="module")
def library() -> Places:
    return Places(LIBRARY, {document: pairs_in(texts) for document, texts in LIBRARY_TEXTS.items()})


@pytest.mark.parametrize(
    ("question", "documents"),
    [
        ("Rà soát trụ sở Trung tâm phục vụ hành chính công theo Nghị định 118 ở Vân Hòa xong khi nào?", {12}),
        ("Trung tâm Phục vụ hành chính công tại Vân Hòa do ai phụ trách?", {12}),
        ("rà soát trung tâm phục vụ hành chính công ở vân hòa", {12}),
        ("ra soat trung tam phuc vu hanh chinh cong o van hoa", {12}),
        ("Ban Chỉ đạo tỉnh Vân Hoà giao việc gì?", {12}),
        ("Tỉnh ủy Vân Hòa yêu cầu gì?", {12}),
        ("Trung tâm phục vụ của phường Lâm Phúc mở cửa lúc nào?", {11}),
        ("LÂM PHÚC LÀM GÌ NĂM 2026?", {11}),
        ("muc tieu nam 2030 cua lam phuc", {11}),
        ("Phường Lâm Phúc, tỉnh Hạ Nguyên đặt mục tiêu gì?", {11}),
        ("phuong lam phuc tinh ha nguyen dat muc tieu gi", {11}),
        ("Ở tỉnh Hạ Nguyên, phường Lâm Phúc làm gì?", {11}),
        ("Phường Lâm Phúc và tỉnh Hạ Nguyên khác nhau thế nào?", {11, 13}),
        ("So sánh phường Lâm Phúc với xã Mỹ Khê", {11, 15}),
        ("Tỉnh Hạ Nguyên đặt mục tiêu nước sạch bao nhiêu?", {13}),
        ("UBND tỉnh Hạ Nguyên giao ai?", {13}),
        ("Kế hoạch của Đảng ủy Mỹ Khê nói gì?", {15}),
        ("my khe lam gi", {15}),
        ("Gành Dừa phấn đấu thành đô thị gì?", {14}),
        ("muc tieu o ganh dua", {14}),
        ("Trung tâm phục vụ hành chính công ở Gành Dừa?", {14}),
        ("Thành phố Huệ đón bao nhiêu khách?", {16}),
        ("Phường 12 trồng bao nhiêu cây?", {17}),
        ("Thanh Kỳ có bao nhiêu dữ liệu?", {18}),
        ("Xã Thạnh Kỳ có bao nhiêu dữ liệu?", {19}),
        ("Thành ủy Thanh Kỳ chỉ đạo gì?", {18}),
        ("Phòng cháy ở Đồi Mây thế nào?", {20}),
        ("Kế hoạch 9-KH/BCĐ ở phường Lâm Phúc nói gì?", {12}),
        ("Dữ liệu ở phường Lâm Phuc", {11}),
        ("Dữ liệu ở phường Lâm Phúcc", {11}),
    ],
)
def test_the_place_that_papers_speak_for_counts_before_any_other_words(
    library: Places, question: str, documents: set[int]
) -> None:
    assert library.meant(question).documents == frozenset(documents)


@pytest.mark.parametrize(
    "question",
    [
        "Trung tâm phục vụ hành chính công làm gì?",
        "trung tam phuc vu lam gi",
        "Nghị định 118 quy định gì?",
        "Việc lâm phục sinh rừng ra sao?",
        "Học tập tư tưởng Vân Hòa thế nào?",
    ],
)
def test_words_and_other_names_that_only_resemble_a_place_move_no_scope(library: Places, question: str) -> None:
    assert library.meant(question).documents is None


def test_a_name_one_letter_away_is_another_place(library: Places) -> None:
    assert library.meant("Phường Lâm Phú có kế hoạch gì?").unknown == "Lâm Phú"
