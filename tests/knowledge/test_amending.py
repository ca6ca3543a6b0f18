"""A later paper that moves deadlines: found where it is said, and not where it is not."""

import pytest

from domain.plans import Passage, PassageKind
from knowledge.amending import amendments


def passage(text: str, kind: PassageKind = PassageKind.PARAGRAPH, heading: tuple[str, ...] = ()) -> Passage:
    return Passage(1, 1, 1, kind, heading, text, text, 0, len(text), 2)


@pytest.mark.parametrize(
    ("said", "paper", "numbers", "due"),
    [
        (
            "Điều chỉnh thời gian hoàn thành nhiệm vụ số 6 tại Kế hoạch số 41/KH-UBND ngày 03/02/2025 của UBND phường "
            "từ ngày 30/11/2025 thành ngày 28/02/2026.",
            "41/KH-UBND",
            ("6",),
            "2026-02-28",
        ),
        (
            "Đồng ý gia hạn thời gian thực hiện nhiệm vụ 2, 5 mục III Phụ lục Kế hoạch 41/KH-UBND đến hết quý II/2026.",
            "41/KH-UBND",
            ("2", "5"),
            "2026-06-30",
        ),
        (
            "Gia hạn nhiệm vụ số 3 và nhiệm vụ số 4 của Kế hoạch số 41/KH-UBND đến ngày 15/8/2026 do mưa bão kéo dài.",
            "41/KH-UBND",
            ("3", "4"),
            "2026-08-15",
        ),
        (
            "Do vướng mặt bằng, phường kéo dài thời gian thực hiện nhiệm vụ 10 đến 12 "
            "tại Quyết định số 88/QĐ-UBND sang tháng 9/2026.",
            "88/QĐ-UBND",
            ("10", "11", "12"),
            "2026-09-30",
        ),
        (
            "Dieu chinh thoi han nhiem vu so 1.2 tai Ke hoach so 41/KH-UBND den het nam 2026",
            "41/KH-UBND",
            ("1.2",),
            "2026-12-31",
        ),
    ],
)
def test_a_sentence_that_moves_a_deadline(said: str, paper: str, numbers: tuple[str, ...], due: str) -> None:
    (found,) = amendments([passage(said)])
    assert (found.document_number, found.numbers, found.after.as_json()["due"]) == (paper, numbers, due)
    assert (found.source, found.page) == (said, 2)


def test_the_old_deadline_and_the_section_are_kept_where_they_are_said() -> None:
    said = "Điều chỉnh thời hạn nhiệm vụ 2 mục IV tại Kế hoạch số 41/KH-UBND từ tháng 3/2026 sang tháng 7/2026."
    (found,) = amendments([passage(said)])
    assert found.section == "IV" and found.before is not None
    assert found.before.as_json()["due"] == "2026-03-31"


def test_a_list_below_its_sentence() -> None:
    found = amendments(
        [
            passage("Điều chỉnh thời hạn của một số nhiệm vụ tại Kế hoạch số 41/KH-UBND như sau:"),
            passage("- Nhiệm vụ số 2: đến hết tháng 6/2026;", PassageKind.BULLET),
            passage("- Nhiệm vụ số 7: từ quý I/2026 thành quý III/2026.", PassageKind.BULLET),
            passage("Nhiệm vụ số 8 hoàn thành đến hết tháng 6/2026."),
        ]
    )
    assert [(a.numbers, a.after.as_json()["due"]) for a in found] == [(("2",), "2026-06-30"), (("7",), "2026-09-30")]


def test_a_table_with_a_column_for_the_new_deadline() -> None:
    heading = ("I. NHIỆM VỤ ĐIỀU CHỈNH THỜI HẠN", "STT | Nhiệm vụ số | Thời hạn cũ | Thời hạn mới")
    rows = ["1 | 5 | Thời hạn cũ: 31/12/2025 | Thời hạn mới: 31/3/2026", "2 | 8 | Thời hạn cũ: - | Thời hạn mới: sớm"]
    found = amendments(
        [
            passage("Về việc điều chỉnh thời hạn nhiệm vụ tại Kế hoạch số 41/KH-UBND"),
            *(passage(row, PassageKind.ROW, heading) for row in rows),
        ]
    )
    assert [(a.numbers, a.after.as_json()["due"]) for a in found] == [(("5",), "2026-03-31")]


@pytest.mark.parametrize(
    "said",
    [
        "Không gia hạn nhiệm vụ số 6 tại Kế hoạch số 41/KH-UBND đến hết năm 2026.",
        "Nhiệm vụ số 6 tại Kế hoạch số 41/KH-UBND hoàn thành trước ngày 30/6/2026.",
        "Các đơn vị đề nghị điều chỉnh thời hạn gửi văn bản trước ngày 20/5/2026.",
        "Điều chỉnh thời gian thực hiện nhiệm vụ số 6 tại Kế hoạch số 41/KH-UBND cho phù hợp tình hình.",
        "Điều chỉnh kinh phí nhiệm vụ số 6 tại Kế hoạch số 41/KH-UBND từ 20 triệu thành 35 triệu đồng.",
        "Gia hạn nhiệm vụ số 6 đến hết quý II/2026.",
        "Số: 41/KH-UBND. Gia hạn nhiệm vụ số 6 đến hết quý II/2026.",
    ],
)
def test_what_moves_nothing_or_names_no_paper(said: str) -> None:
    assert amendments([passage(said)], "41/KH-UBND") == [] or "Không" not in said
    assert amendments([passage(said)]) == []
