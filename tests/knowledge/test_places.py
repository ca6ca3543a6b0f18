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
