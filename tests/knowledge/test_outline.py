"""The outline: head, headings, passages, tables; and that nothing is lost of any text."""

import time
from datetime import date
from itertools import pairwise
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from domain.plans import PassageKind
from knowledge.drafts import LONGEST_PASSAGE, Draft
from knowledge.lines import lines_of
from knowledge.outline import Outlined, outline
from knowledge.reading import ReadText, page_starts
from tests.knowledge.conftest import PLAN, SHARED


def outlined(text: str) -> Outlined:
    return outline(ReadText(text, page_starts(text)))


def one(found: Outlined, words: str) -> Draft:
    return next(p for p in found.passages if words in p.text + p.source and p.kind is not PassageKind.HEADING)


def test_the_head_says_number_day_issuer_place_and_title() -> None:
    found = outlined(PLAN)
    assert (found.number, found.issued_on) == ("41/KH-UBND", date(2026, 5, 6))
    assert found.issuer == "Ủy ban nhân dân xã Hồ Sen"
    assert found.locality == "Hồ Sen"
    assert found.title == "Cải thiện nước sạch và đường làng giai đoạn 2026 - 2030"


@pytest.mark.parametrize(
    ("head", "number", "day"),
    [
        ("S4: 205KH-UBND Hoa Lu, ngay 08thang 7 nam 2026", "205/KH-UBND", date(2026, 7, 8)),
        ("Sb: 31 /IKH-UBND Hoa Lu, ngay 02 thang 3 niam 2026", "31/KH-UBND", date(2026, 3, 2)),
        ("S6 16-KH/BCD Hoa Lu, ngay 30 thang 12 ném 2025", "16-KH/BCĐ", date(2025, 12, 30)),
        ("S6: 90 /KH-UBND Hoa Lu, ngay 05 thang // nam 2025", "90/KH-UBND", date(2025, 11, 5)),
        ("S4 118-KH/TU", "118-KH/TU", None),
        ("S6: 12/KH-UBND Hoa Lu, ngay 31 thang 2 nam 2026", "12/KH-UBND", None),
    ],
)
def test_a_damaged_head_still_says_its_number_and_day(head: str, number: str, day: date | None) -> None:
    found = outlined(f"PHUONG HOA LU\n{head}\nKE HOACH\n\nvé viéc tréng cay\n\nI. MUC TIEU\n\n- Mot.\n")
    assert (found.number, found.issued_on) == (number, day)


def test_an_unreadable_day_is_taken_from_the_annex() -> None:
    text = (
        "PHUONG HOA LU\nKE HOACH\n\nvé viéc tréng cay\n\n- Mot.\n\n"
        "(Kém theo Ké hoach sé 44/KH-UBND ngay 09/4/2026 cua UBND)\n"
    )
    found = outlined(text)
    assert (found.number, found.issued_on) == ("44/KH-UBND", date(2026, 4, 9))


def test_a_bullet_stands_under_its_whole_path_of_headings() -> None:
    bullet = one(outlined(PLAN), "98% hộ dân")
    assert bullet.kind is PassageKind.BULLET
    assert bullet.heading == ("I. MỤC TIÊU", "2. Đến hết năm 2030")


@pytest.mark.parametrize("roman", ["I11", "111", "|||", "lll", "III"])
def test_a_damaged_roman_figure_is_a_heading(roman: str) -> None:
    found = outlined(f"KE HOACH\ntréng cay\n\nI. MUC TIEU\n\n- Mot.\n\n{roman}. TO CHUC THUC HIEN\n\n- Hai viéc.\n")
    assert one(found, "Hai viéc").heading[0].startswith("III. T")


def test_lines_that_go_on_belong_to_their_bullet() -> None:
    text = (
        "KE HOACH\ntréng cay\n\n- Trồng một nghìn cây bóng mát dọc các tuyến đường mới mở của\n"
        "57-NQ/TW và chăm sóc trong hai năm đầu, kinh tế\n- xã hội cùng phát triển.\n"
    )
    assert one(outlined(text), "một nghìn").text.endswith("cùng phát triển.")


def test_a_code_broken_at_the_end_of_a_line_is_made_whole_in_the_shown_text() -> None:
    text = "KE HOACH\ntréng cay\n\n- Căn cứ Nghị quyết số 57-\nNQ/TW của Bộ Chính trị.\n"
    passage = one(outlined(text), "Nghị quyết")
    assert "57-NQ/TW" in passage.text
    assert passage.source == "- Căn cứ Nghị quyết số 57-\nNQ/TW của Bộ Chính trị."


def test_a_row_on_one_line_keeps_number_name_lead_and_deadline_together() -> None:
    row = one(outlined(PLAN), "Thay bơm")
    assert row.kind is PassageKind.ROW
    assert row.text == "2 | Thay bơm tại giếng trung tâm | Chủ trì: Phòng Kinh tế | Thời hạn: Tháng 11/2026"
    assert row.heading[-1].startswith("TT | Nhiệm vụ")
    assert row.heading[0].startswith("PHỤ LỤC 1")


def test_a_row_with_one_cell_a_line_is_put_together() -> None:
    cells = ["TT", "Chỉ tiêu", "Năm 2026", "Chủ trì", "1", "Hộ có nước sạch", "75%", "Trạm Y tế", "2", "Đường bê tông"]
    text = "KE HOACH\ntréng cay\n\n- Mot.\n\nPHU LUC 1\n\n" + "\n\n".join([*cells, "12 km", "Phòng Kinh tế"]) + "\n"
    assert one(outlined(text), "nước sạch").text == "1 | Hộ có nước sạch | Năm 2026: 75% | Chủ trì: Trạm Y tế"


def test_a_scattered_row_keeps_the_lines_around_its_number() -> None:
    rows = "\n".join(
        f"Ty lé hd dan sir dung loai nuoc {n} | Dong chi\n{n} |trong cac thon la | {n}0% | 90% | Tram\n"
        f"theo ké hoach | | | Y té {n}"
        for n in range(1, 6)
    )
    text = f"KE HOACH\ntréng cay\n\n- Mot.\n\nPHU LUC 1\n\nTT Chi tiéu | Nam | Nam | Chu\n2026 | 2030 | tri\n{rows}\n"
    row = one(outlined(text), "loai nuoc 3")
    assert row.text.startswith("3 | ")
    assert "Năm 2026: 30% | Năm 2030: 90%" in row.text
    assert "Y té 3" in row.source
    assert "loai nuoc 4" not in row.source


def test_page_numbers_are_left_out_and_row_numbers_are_not() -> None:
    page = "- Một việc của trang này cần được làm cho xong trong năm nay.\n" * 9
    text = f"KE HOACH\ntréng cay\n\n{page}\f2\n\n{page}\fTT\n\nViệc\n\n1\n\nTrồng cây\n\n2\n\nTưới cây\n"
    found = outlined(text)
    assert found.pages == 3
    assert not any(p.source == "2" for p in found.passages)
    assert one(found, "Tưới cây").text.startswith("2 | ")


def test_a_question_of_a_list_of_questions_heads_its_answer() -> None:
    found = outlined("Hỏi đáp\n\n1. Nộp hồ sơ ở đâu?\nNộp tại bộ phận một cửa của xã.\n\n2. Mất bao lâu?\nBa ngày.\n")
    assert one(found, "một cửa").heading == ("1. Nộp hồ sơ ở đâu?",)


def check_spans(text: str) -> None:
    read = ReadText(text, page_starts(text))
    found = outline(read)
    covered: set[int] = set()
    for passage in found.passages:
        assert 0 <= passage.start < passage.end <= len(text)
        assert passage.source == text[passage.start : passage.end]
        assert passage.text
        covered.update(range(passage.start, passage.end))
    assert all(a.start <= b.start for a, b in pairwise(found.passages))
    for line in lines_of(read):
        missing = [i for i in range(line.start, line.end) if i not in covered and not text[i].isspace()]
        assert not missing, text[missing[0] : missing[0] + 40]


_MARKS = ["I. ", "II- MỤC TIÊU", "1. ", "1.2. ", "a) ", "- ", "+ ", "TT | Việc", "STT", "1 | ", "2", "PHỤ LỤC 1"]
_WORDS = ["Nơi nhận:", "(Kèm theo", "KẾ HOẠCH", "Số: 1/KH-UBND", "một việc;", "xong.", "80%", "?", ":", "Đ", "e\u0301"]
_SIGNS = ["\n", "\n\n", "\n\n\n\n", "\f", "\t", "|", "“", "”", "A" * 70, "dài " * 60]
_PIECES = st.sampled_from([*_MARKS, *_WORDS, *_SIGNS])


@settings(max_examples=150, deadline=None)
@given(st.lists(_PIECES, max_size=60).map("".join))
def test_nothing_of_a_text_like_a_plan_is_lost(text: str) -> None:
    check_spans(text)


@settings(max_examples=100, deadline=None)
@given(st.text(max_size=400))
def test_nothing_of_any_text_is_lost(text: str) -> None:
    check_spans(text)


@pytest.mark.parametrize("unit", ["a", "1. ", "- ", "| ", "I", "(", " .", "1|2 ", "ngày "])
def test_a_line_of_a_million_letters_is_cut_in_time(unit: str) -> None:
    text = unit * (1_000_000 // len(unit))
    started = time.process_time()
    found = outlined(text)
    assert time.process_time() - started < 10
    assert all(len(p.source) <= LONGEST_PASSAGE * 1.3 for p in found.passages)


def test_twenty_thousand_lines_are_outlined_in_time() -> None:
    started = time.process_time()
    outlined("KẾ HOẠCH\n\n" + "TT | Việc\n" + "".join(f"{n % 900} | việc\nthêm {n}\n" for n in range(10_000)))
    assert time.process_time() - started < 20


@pytest.mark.skipif(not (SHARED / "plans").exists(), reason="needs the folder ../shared with the real plans")
@pytest.mark.parametrize("folder", ["plans", "official-plans"])
def test_the_head_of_every_real_plan_is_read(folder: str) -> None:
    for path in sorted((SHARED / folder).glob("*.txt")):
        text = path.read_text(encoding="utf-8")
        check_spans(text)
        found = outlined(text)
        assert found.number, path.name
        assert len(found.title) > 20, path.name
        if folder == "official-plans":
            assert found.issued_on and found.issued_on.year == 2025, path.name
            assert found.number.split("/")[0].lstrip("0") == path.name.split("-")[0].lstrip("0"), path.name
            assert found.issuer.startswith("Ủy ban nhân dân"), path.name
            assert found.locality, path.name


def test_reading_a_file_gives_its_outline(tmp_path: Path) -> None:
    from knowledge import read_document

    path = tmp_path / "plan.txt"
    path.write_text(PLAN, encoding="utf-8")
    assert read_document(path) == outlined(PLAN)
