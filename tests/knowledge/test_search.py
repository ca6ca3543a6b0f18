"""How passages are put in order: by years, by sections, without echoes."""

from pathlib import Path

import pytest

from domain.answers import Asker
from domain.plans import Document, Passage, PassageKind
from domain.ports import Shelved
from knowledge import read_document
from knowledge.search import Counts, Found, Passages
from tests.knowledge.conftest import MemoryShelf

COMMUNE = """ỦY BAN NHÂN DÂN
XÃ {place}
Số: {number}/KH-UBND
{place}, ngày 06 tháng 5 năm 2026

KẾ HOẠCH
{title}

I. MỤC TIÊU

1. Đến năm 2026
- Lắp đèn chiếu sáng cho {share} tuyến đường liên thôn.

2. Đến năm 2030
- Lắp đèn chiếu sáng cho 100% tuyến đường liên thôn và ngõ xóm.

II. TỔ CHỨC THỰC HIỆN

1. Trạm Y tế
- Tiêm phòng cho trẻ nhỏ mỗi tháng một lần.
- Lắp đèn chiếu sáng cho {share} tuyến đường liên thôn.
- Kiểm tra chất lượng nước giếng trước ngày 20/9/2026, báo cáo kết quả.
"""


async def passages_of(folder: Path, *plans: dict[str, str], offices: bool = True) -> Passages:
    shelf = MemoryShelf()
    for n, plan in enumerate(plans, 1):
        path = folder / f"{n}.txt"
        path.write_text(COMMUNE.format(**plan), encoding="utf-8")
        shelf.put(read_document(path), path.name, office=n if offices else 1)
    return Passages(await shelf.all())


def find(passages: Passages, question: str, k: int = 5) -> Found:
    return passages.find(question, Asker(), k, None, None)


LOC = {"place": "Lộc Khê", "number": "12", "title": "Chỉnh trang đường làng và chiếu sáng", "share": "60%"}
SAU = {"place": "Sậu Giang", "number": "30", "title": "Nuôi tôm sú bền vững vùng ven sông", "share": "85%"}


async def test_the_target_of_the_year_that_is_asked_comes_first(tmp_path: Path) -> None:
    passages = await passages_of(tmp_path, LOC)
    found = find(passages, "Đến năm 2030 lắp đèn chiếu sáng cho bao nhiêu tuyến đường liên thôn?")
    assert found.citations[0].heading.endswith("2. Đến năm 2030")
    found = find(passages, "Đến năm 2026 lắp đèn chiếu sáng cho bao nhiêu tuyến đường liên thôn?")
    assert found.citations[0].heading.endswith("1. Đến năm 2026")


async def test_the_list_of_a_section_is_read_from_its_first_passage(tmp_path: Path) -> None:
    found = find(await passages_of(tmp_path, LOC), "Trạm Y tế kiểm tra những gì?")
    assert found.citations[0].text.startswith("- Tiêm phòng")
    assert "nước giếng" in found.citations[1].text


async def test_a_sentence_that_stands_twice_takes_one_place_of_the_first(tmp_path: Path) -> None:
    found = find(await passages_of(tmp_path, LOC), "lắp đèn chiếu sáng tuyến đường liên thôn", 3)
    same = [c for c in found.citations if "60%" in c.text]
    assert len(same) == 1


async def test_an_office_named_in_the_question_comes_before_another_that_says_nearly_the_same(tmp_path: Path) -> None:
    passages = await passages_of(tmp_path, LOC, SAU)
    named = find(passages, "Năm 2026 xã Sậu Giang lắp đèn chiếu sáng cho bao nhiêu tuyến đường liên thôn?")
    assert named.citations[0].number == "30/KH-UBND"


@pytest.mark.parametrize(
    "question", ["Kế hoạch nuôi tôm sú bền vững giao gì?", "ke hoach nuoi tom su ben vung giao gi"]
)
async def test_a_title_leads_to_its_paper(tmp_path: Path, question: str) -> None:
    found = find(await passages_of(tmp_path, LOC, SAU), question)
    assert found.citations[0].number == "30/KH-UBND"


async def test_the_head_tells_a_papers_number_and_day(tmp_path: Path) -> None:
    found = find(await passages_of(tmp_path, LOC, SAU), "Kế hoạch của xã Lộc Khê ban hành ngày nào?")
    assert "Số: 12/KH-UBND" in found.citations[0].source


async def test_a_document_is_counted_once(tmp_path: Path) -> None:
    shelf = MemoryShelf()
    path = tmp_path / "1.txt"
    path.write_text(COMMUNE.format(**LOC), encoding="utf-8")
    first = shelf.put(read_document(path), path.name)
    counts = Counts()
    Passages(await shelf.all(), counts=counts)
    before = counts.documents[first]
    path.write_text(COMMUNE.format(**SAU), encoding="utf-8")
    second = shelf.put(read_document(path), path.name)
    Passages(await shelf.all(), counts=counts)
    assert counts.documents[first] is before
    shelf.remove(first)
    Passages(await shelf.all(), counts=counts)
    assert list(counts.documents) == [second]


def shelved(number: int, kind: PassageKind, text: str, *heading: str) -> Shelved:
    return Shelved(Passage(number, 1, number, kind, heading, text, text, 0, len(text)), Document(1, 1, "a.txt"), None)


TABLE = "TT | Nhiệm vụ | Đơn vị chủ trì | Thời gian hoàn thành"
ANNEX = [
    shelved(1, PassageKind.HEADING, "7. Chăm sóc vườn hoa công cộng"),
    shelved(2, PassageKind.BULLET, "- Chăm sóc vườn hoa theo mùa, thay hoa hỏng.", "7. Chăm sóc vườn hoa công cộng"),
    shelved(3, PassageKind.BULLET, "- Giao người dân giữ vườn hoa công cộng.", "7. Chăm sóc vườn hoa công cộng"),
    shelved(4, PassageKind.BULLET, "- Tưới vườn hoa công cộng, chăm sóc cây.", "7. Chăm sóc vườn hoa công cộng"),
    shelved(5, PassageKind.ROW, "6 | Lát vỉa hè | Đội Xây dựng | Quý II", TABLE),
    shelved(6, PassageKind.ROW, "7 | Chăm sóc vườn hoa công cộng | Đội Cây xanh | Hằng năm", TABLE),
    shelved(7, PassageKind.BULLET, "- Phủ sóng 5G toàn xã vào cuối kỳ."),
    shelved(8, PassageKind.BULLET, "- Phủ sóng 6G ở chợ trung tâm của xã."),
]


@pytest.mark.parametrize(
    "question",
    ["Chăm sóc vườn hoa công cộng giao cho ai?", "cham soc vuon hoa cong cong lam theo tien do nao", "Ai lo vườn hoa?"],
)
def test_a_row_that_has_the_column_asked_for_comes_before_prose(question: str) -> None:
    assert find(Passages(ANNEX), question).citations[0].passage_id == 6


def test_prose_comes_first_where_nothing_of_a_column_is_asked() -> None:
    assert find(Passages(ANNEX), "Vườn hoa công cộng được tưới thế nào?").citations[0].passage_id == 4


def test_a_code_is_not_its_neighbour() -> None:
    assert find(Passages(ANNEX), "Phủ sóng 6G toàn xã vào lúc nào?").citations[0].passage_id == 8
