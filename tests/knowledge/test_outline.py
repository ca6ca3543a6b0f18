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


def path_of(text: str, words: str) -> tuple[str, ...]:
    return one(outlined(text), words).heading


_TOP = "KẾ HOẠCH\nTrồng cây xanh trên địa bàn phường Hồ Sen\n\n"


def test_a_sentence_that_announces_a_list_heads_its_items() -> None:
    text = (
        _TOP + "II. MỤC TIÊU\n\nPhấn đấu đến năm 2031:\n- Trồng mới 400 cây bóng mát.\n- Tỷ lệ cây sống đạt 95%.\n\n"
        "Phấn đấu đến năm 2035:\n- Trồng mới 900 cây bóng mát.\n\nCác khu phố cùng tham gia trồng cây.\n"
    )
    assert path_of(text, "400 cây") == ("II. MỤC TIÊU", "Phấn đấu đến năm 2031:")
    assert path_of(text, "95%") == ("II. MỤC TIÊU", "Phấn đấu đến năm 2031:")
    assert path_of(text, "900 cây") == ("II. MỤC TIÊU", "Phấn đấu đến năm 2035:")
    assert path_of(text, "cùng tham gia") == ("II. MỤC TIÊU",)


def test_a_long_announcement_keeps_its_beginning_and_its_end() -> None:
    lead = "Các khu phố phối hợp với Đội Cây xanh rà soát, trồng bổ sung và chăm sóc cây " * 2 + "đến hết năm 2035:"
    label = path_of(f"{_TOP}I. NỘI DUNG\n\n{lead}\n- Trồng ít nhất 30 cây mỗi khu phố.\n", "30 cây")[-1]
    assert label.startswith("Các khu phố phối hợp")
    assert label.endswith("đến hết năm 2035:")
    assert len(label) < 180


def test_a_sentence_before_headings_does_not_head_them() -> None:
    text = _TOP + "II. NHIỆM VỤ\n\nTập trung các việc sau:\n\n1. Trồng cây\n- Trồng hàng phượng dọc đường chính.\n"
    assert path_of(text, "hàng phượng") == ("II. NHIỆM VỤ", "1. Trồng cây")


def test_levels_of_headings_down_to_a_plus() -> None:
    text = (
        _TOP + "PHẦN THỨ HAI\nNHIỆM VỤ\n\nI. TRỒNG CÂY\n\n1. Đường phố\n\n1.1. Đường chính\n\n1.1.1. Hàng phượng\n\n"
        "a) Trồng mới\n\n- Mỗi bên đường một hàng:\n\n+ Cách nhau tám mét.\n\n1.2. Đường nhánh\n\n- Trồng cây bàng.\n"
    )
    assert path_of(text, "tám mét") == (
        "PHẦN THỨ HAI NHIỆM VỤ",
        "I. TRỒNG CÂY",
        "1. Đường phố",
        "1.1. Đường chính",
        "1.1.1. Hàng phượng",
        "a) Trồng mới",
        "- Mỗi bên đường một hàng:",
    )
    assert path_of(text, "cây bàng")[2:] == ("1. Đường phố", "1.2. Đường nhánh")


_LAW = """HỘI ĐỒNG NHÂN DÂN
PHƯỜNG HỒ SEN
Số: 4/2031/NQ-HĐND
Hồ Sen, ngày 9 tháng 7 năm 2031

NGHỊ QUYẾT
Quy định về cây xanh

Chương II
CHĂM SÓC CÂY

Điều 7. Người chăm sóc
1. Đội Cây xanh chăm sóc cây trên đường phố.
2. Chủ nhà chăm sóc cây trước nhà mình khi:
a) Cây do chủ nhà trồng;
b) Chủ nhà đã nhận cây.

Mục 2
BẢO VỆ CÂY

Điều 8. Thời gian kiểm tra
Cây được kiểm tra trước mùa bão theo khoản 1 Điều 7 của Nghị quyết này.
"""


def test_an_article_is_a_heading_and_its_clauses_stand_under_it() -> None:
    chapter = "Chương II CHĂM SÓC CÂY"
    assert path_of(_LAW, "trên đường phố") == (chapter, "Điều 7. Người chăm sóc")
    assert path_of(_LAW, "a) Cây do")[:2] == (chapter, "Điều 7. Người chăm sóc")
    assert path_of(_LAW, "a) Cây do")[2].startswith("2. Chủ nhà")
    assert path_of(_LAW, "mùa bão") == (chapter, "Mục 2 BẢO VỆ CÂY", "Điều 8. Thời gian kiểm tra")
    assert outlined(_LAW).number == "4/2031/NQ-HĐND"


def test_specks_of_a_scan_before_an_article_do_not_hide_it() -> None:
    text = _LAW.replace("Điều 8.", "- Điều §.").replace("Chương II", "Chương IH").replace("1. Đội", "| 1, Đội")
    assert path_of(text, "mùa bão")[-1].endswith("Thời gian kiểm tra")
    assert path_of(text, "trên đường phố")[-1] == "Điều 7. Người chăm sóc"


def test_an_annex_is_named_by_the_lines_above_what_it_is_enclosed_with() -> None:
    text = (
        _TOP + "I. MỤC TIÊU\n\n- Trồng thêm cây.\n\nNơi nhận:\n- Lưu: VT.\n\nPHỤ LỤC II\nCÁC TUYẾN ĐƯỜNG\n"
        "(Kèm theo Kế hoạch số 5/KH-UBND)\n\n- Đường Hoa Phượng dài hai cây số.\n"
    )
    assert path_of(text, "hai cây số") == ("PHỤ LỤC II CÁC TUYẾN ĐƯỜNG",)
    unnamed = text.replace("PHỤ LỤC II\nCÁC TUYẾN ĐƯỜNG", "Danh sách các tuyến đường trồng cây")
    assert path_of(unnamed.replace("- Lưu: VT.\n\n", "- Lưu: VT.\f"), "hai cây số") == (
        "Danh sách các tuyến đường trồng cây",
    )


def test_markdown_headings_stand_under_each_other() -> None:
    text = "# Sổ tay\n\n## Trồng cây\n\n### Hố trồng\n\nĐào hố sâu nửa mét.\n\n## Tưới cây\n\nTưới vào sáng sớm.\n"
    assert path_of(text, "nửa mét") == ("Trồng cây", "Hố trồng")
    assert path_of(text, "sáng sớm") == ("Tưới cây",)


def test_steps_of_an_answer_stand_under_their_question() -> None:
    text = (
        "Hỏi đáp\n\nXin chặt cây trước nhà thế nào?\n\n1. Viết đơn theo mẫu.\n\n2. Nộp đơn tại phường.\n\n"
        "Bao lâu có kết quả?\n\nTrong mười ngày.\n"
    )
    assert path_of(text, "Nộp đơn") == ("Xin chặt cây trước nhà thế nào?",)
    assert path_of(text, "mười ngày") == ("Bao lâu có kết quả?",)


def test_a_footnote_stands_under_the_words_it_explains() -> None:
    page = "- Đội Cây xanh chăm sóc cây trên các tuyến đường của phường.\n\n" * 9
    text = (
        _TOP + "I. MỤC TIÊU\n\n" + page + "- Lập bản đồ số hóa cây2 cho toàn phường.\n\n"
        "2 Bản đồ ghi vị trí và tuổi của từng cây.\f" + page
    )
    note = one(outlined(text), "2 Bản đồ ghi")
    assert note.kind is PassageKind.FOOTNOTE
    assert note.heading == ("I. MỤC TIÊU", "- Lập bản đồ số hóa cây")


def test_a_heading_that_lost_its_point_goes_on_counting() -> None:
    text = (
        _TOP + "II. NHIỆM VỤ\n\n1. Trồng cây\n\n- Trồng hàng phượng dọc đường chính.\n\n2 Tưới cây\n\n"
        "- Tưới hai lần mỗi tuần trong mùa khô.\n"
    )
    assert path_of(text, "hai lần")[-1] == "2 Tưới cây"


def test_repair_shows_in_text_and_headings_and_leaves_the_source() -> None:
    text = (
        "UY BAN NHAN DAN\nPHUONG HO SEN\nS6: 44/KH-UBND Hé Sen, ngay 09 thang 4 nam 2031\nKE HOACH\n\n"
        "Vé viéc trién khai chuyén d6i sé trén dja ban phuong\n\nI. MUC TIEU\n\n"
        "- Tang cuong cong tac tuyén truyén, nang cao nhan thirc cua nguoi dan va doanh nghiép.\n"
    )
    bullet = one(outlined(text), "Tang cuong")
    assert bullet.source.startswith("- Tang cuong cong tac tuyén truyén")
    assert "công tác tuyên truyền" in bullet.text
    assert bullet.heading == ("I. MỤC TIÊU",)
    assert bullet.damage > 0.5
    assert 0 < bullet.sureness <= 1
    assert one(outlined(_LAW), "mùa bão").damage == 0


@pytest.mark.parametrize(
    ("head", "number", "issuer", "title"),
    [
        (
            "QUỐC HỘI\nLuật số: 12/2031/QH17\n\nLUẬT\nCÂY XANH\n\nCăn cứ Hiến pháp;\n\nĐiều 1. Phạm vi\nLuật này.\n\n"
            "Luật này được Quốc hội thông qua ngày 9 tháng 7 năm 2031.\n",
            "12/2031/QH17",
            "Quốc hội",
            "LUẬT CÂY XANH",
        ),
        (
            "CHÍNH PHỦ\nSố: 70/2031/NĐ-CP\nHà Nội, ngày 9 tháng 7 năm 2031\n\n"
            "NGHỊ ĐỊNH\nQuy định về cây xanh\n\nĐiều 1.\n",
            "70/2031/NĐ-CP",
            "Chính phủ",
            "Quy định về cây xanh",
        ),
        (
            "TỈNH ỦY HOA LƯ\nBAN CHỈ ĐẠO\nVỀ TRỒNG CÂY\nSố 16-KH/BCĐ Hoa Lư, ngày 9 tháng 7 năm 2031\n\n"
            "KẾ HOẠCH\nTrồng cây đầu xuân\n\n- Một.\n",
            "16-KH/BCĐ",
            "Tỉnh ủy Hoa Lư, Ban Chỉ đạo về trồng cây",
            "Trồng cây đầu xuân",
        ),
    ],
)
def test_the_heads_of_laws_and_party_bodies(head: str, number: str, issuer: str, title: str) -> None:
    found = outlined(head)
    assert (found.number, found.issuer, found.title) == (number, issuer, title)
    assert found.issued_on == date(2031, 7, 9)
    assert found.locality == ("Hoa Lư" if "Hoa Lư" in issuer else "")


def test_a_title_in_capitals_ends_before_what_the_paper_is_based_on() -> None:
    found = outlined(
        "ỦY BAN NHÂN DÂN\nPHƯỜNG HỒ SEN\nSố: 4/KH-UBND\nKẾ HOẠCH\nTRỒNG CÂY\nCăn cứ Luật Cây xanh;\n\n- Một.\n"
    )
    assert found.title == "TRỒNG CÂY"


def test_a_line_of_a_long_paragraph_stands_whole_in_one_passage() -> None:
    sentence = "Đội Cây xanh phối hợp với các khu phố chăm sóc cây, báo cáo khi cây bị gãy. "
    words = (sentence * 30).split()
    lines = [" ".join(words[i : i + 15]) for i in range(0, len(words), 15)]
    found = outlined(_TOP + "I. NỘI DUNG\n\n" + "\n".join(lines) + "\n")
    assert all(any(line in p.source for p in found.passages) for line in lines)


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
