"""Answers from plans: what is quoted, what is refused, what a follow-up means."""

import re
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from domain.answers import Answer, AnswerStatus, Asker, Citation
from knowledge import Finder, read_document
from knowledge.answering import PlanAnswerer, excerpt
from knowledge.answering.checking import is_borne_out
from knowledge.answering.composing import quotation
from knowledge.answering.evidence import Evidence
from knowledge.answering.papers import Paper
from knowledge.answering.ranking import Candidate
from knowledge.asking import read_question
from tests.knowledge.conftest import MemoryShelf

CITIZEN = Asker(office_id=1)


@pytest.fixture
async def answerer(shelf: MemoryShelf, tmp_path: Path, hashed: str) -> Any:
    finder = Finder(shelf, tmp_path / "home", hashed)
    await finder.bring_up_to_date()
    yield finder.answerer()
    await finder.close()


def figures(text: str) -> set[str]:
    return set(re.findall(r"\d+", text))


async def ask(answerer: PlanAnswerer, question: str, previous: str = "") -> Answer:
    return await answerer.answer(question, CITIZEN, previous)


async def test_an_answer_quotes_the_passage_and_says_where_it_stands(answerer: PlanAnswerer) -> None:
    answer = await ask(answerer, "Hộ dân xã Hồ Sen dùng nước sạch đến hết năm 2030 đạt bao nhiêu?")
    assert answer.status is AnswerStatus.ANSWERED
    assert "“- 98% hộ dân dùng nước sạch từ công trình tập trung.”" in answer.text
    assert answer.citations[0].source == "- 98% hộ dân dùng nước sạch từ công trình tập trung."
    assert "75%" not in answer.text
    assert answer.took_ms > 0


async def test_a_question_without_diacritics_gets_the_same_answer(answerer: PlanAnswerer) -> None:
    answer = await ask(answerer, "be tong hoa bao nhieu km duong lien thon o ho sen")
    assert "12 km" in answer.text


async def test_a_follow_up_keeps_its_subject(answerer: PlanAnswerer) -> None:
    answer = await ask(
        answerer, "còn năm 2030 thì sao?", "Hộ dân xã Hồ Sen dùng nước sạch đến hết năm 2026 đạt bao nhiêu?"
    )
    assert answer.question == "Hộ dân xã Hồ Sen dùng nước sạch đến hết năm 2030 đạt bao nhiêu?"
    assert "98%" in answer.text


async def test_every_figure_of_an_answer_stands_in_what_it_cites(answerer: PlanAnswerer) -> None:
    for question in ("Đón bao nhiêu khách du lịch?", "Trạm Y tế làm gì?", "Thay bơm khi nào?", "đường liên thôn"):
        answer = await ask(answerer, question)
        cited = " ".join(f"{c.number} {c.heading} {c.source} {c.issuer}" for c in answer.citations)
        assert answer.citations, question
        assert figures(answer.text) <= figures(cited), question


@pytest.mark.parametrize(
    ("question", "said"),
    [
        ("Kế hoạch của xã Hồ Sen số bao nhiêu, ban hành ngày nào?", "mang số 41/KH-UBND, ban hành ngày 06/5/2026"),
        ("Kế hoạch 7/KH-UBND ban hành khi nào?", "Kế hoạch số 7/KH-UBND ban hành ngày 15/6/2026"),
        ("Cơ quan nào ban hành kế hoạch 7/KH-UBND?", "do Ủy ban nhân dân phường Bến Tre Xanh ban hành"),
    ],
)
async def test_what_a_paper_says_of_itself_comes_from_its_head(
    answerer: PlanAnswerer, question: str, said: str
) -> None:
    answer = await ask(answerer, question)
    assert answer.status is AnswerStatus.ANSWERED
    assert said in answer.text
    assert "KẾ HOẠCH" in answer.citations[0].source


@pytest.mark.parametrize(
    "question",
    [
        "Học phí lớp mầm non tư thục là bao nhiêu?",
        "Lịch cúp điện tuần tới của xã Hồ Sen",
        "Xã Hồ Sen phủ sóng 9G đến đâu rồi?",
        "Mục tiêu nước sạch của Hồ Sen năm 2077?",
    ],
)
async def test_what_the_plans_do_not_say_is_not_answered(answerer: PlanAnswerer, question: str) -> None:
    answer = await ask(answerer, question)
    assert answer.status is AnswerStatus.NOT_FOUND
    assert answer.citations == ()


async def test_an_unknown_place_is_told_which_places_there_are(answerer: PlanAnswerer) -> None:
    answer = await ask(answerer, "Kế hoạch nước sạch của xã Đồi Thông?")
    assert answer.status is AnswerStatus.NOT_FOUND
    assert "Đồi Thông" in answer.text
    assert "Hồ Sen" in answer.text
    assert "Luân chuyển" not in answer.text


async def test_a_citizen_learns_nothing_of_internal_papers(answerer: PlanAnswerer) -> None:
    answer = await ask(answerer, "Luân chuyển mấy cán bộ thủy lợi, khi nào?")
    assert all(c.file != "noi-bo.txt" for c in answer.citations)
    assert "bốn" not in answer.text
    assert "12/2026" not in answer.text


async def test_personal_data_is_not_searched_and_not_repeated(answerer: PlanAnswerer) -> None:
    answer = await ask(answerer, "Hồ sơ của tôi số 012345678901 xong chưa?")
    assert answer.status is AnswerStatus.PERSONAL_DATA
    assert "012345678901" not in answer.text


async def test_without_documents_that_is_said(tmp_path: Path, hashed: str) -> None:
    finder = Finder(MemoryShelf(), tmp_path, hashed)
    await finder.bring_up_to_date()
    answer = await finder.answerer().answer("nước sạch", CITIZEN)
    assert answer.status is AnswerStatus.NOT_FOUND
    await finder.close()


def test_an_excerpt_of_a_long_passage_keeps_the_sentence_asked_for() -> None:
    text = " ".join(f"Câu thứ {n} nói về việc khác của xã." for n in range(60)) + " Nuôi ong lấy mật."
    short = excerpt(text, {"ong", "mat"}, 200)
    assert "Nuôi ong lấy mật." in short
    assert short.startswith("… ")
    assert len(short) < 210


async def test_a_short_answer_comes_before_the_quotation(answerer: PlanAnswerer) -> None:
    answer = await ask(answerer, "Hộ dân xã Hồ Sen dùng nước sạch đến hết năm 2030 đạt bao nhiêu?")
    assert answer.text == (
        "Đến hết năm 2030: 98%.\n\n"
        "Theo Kế hoạch số 41/KH-UBND của Ủy ban nhân dân xã Hồ Sen, mục 2. Đến hết năm 2030:\n"
        "“- 98% hộ dân dùng nước sạch từ công trình tập trung.”"
    )


WARD = """ỦY BAN NHÂN DÂN
PHƯỜNG CÂY BÀNG
Số: 88/KH-UBND
Cây Bàng, ngày 03 tháng 4 năm 2026

KẾ HOẠCH
Thực hiện chuyển đổi số và chăm sóc cây xanh trên địa bàn phường Cây Bàng

Căn cứ Quyết định số 12/QĐ-UBND ngày 05/01/2026 của Ủy ban nhân dân tỉnh về bảo vệ cây xanh;
Căn cứ nhu cầu của các tổ dân phố,
Ủy ban nhân dân phường ban hành Kế hoạch với các nội dung sau:

I. MỤC TIÊU

1. Đến năm 2026
- Trên 65% tuyến phố có cây bóng mát; 40% hộ dân tham gia tưới cây theo lịch chung.
- 100% cây cổ thụ được gắn mã QR, trừ cây trong khuôn viên cơ sở tôn giáo.

2. Đến năm 2030
- 90% tuyến phố có cây bóng mát.

II. NHIỆM VỤ

1. Trồng mới 250 cây bàng dọc bờ kênh
- Đơn vị chủ trì: Phòng Kinh tế, Hạ tầng và Đô thị.
- Đơn vị phối hợp: Đoàn Thanh niên, các tổ dân phố.
- Thời gian thực hiện: Quý III/2026.

2. Hệ thống tưới nhỏ giọt (TNG) dùng cảm biến đo độ ẩm đất để tự mở nước, nhằm tiết kiệm nước trong mùa khô.

III. TỔ CHỨC THỰC HIỆN

1. Trạm Y tế phường
- Kiểm tra cây có độc tại trường học.
- Hướng dẫn người dân sơ cứu khi bị sâu róm đốt.
- Báo cáo Ủy ban nhân dân phường trước ngày 20 hằng tháng.

2. Công an phường
- Tuần tra, ngăn chặn việc chặt cây trái phép.

IV. KINH PHÍ THỰC HIỆN
Kinh phí lấy từ ngân sách phường và đóng góp tự nguyện của doanh nghiệp. Trường hợp thiếu nguồn thì báo cáo tỉnh hỗ trợ.

Nơi nhận:
- Thường trực Đảng ủy phường;
- 14 tổ dân phố;
- Lưu: VT.

PHỤ LỤC
CHỈ TIÊU CÂY XANH

TT | Chỉ tiêu | Năm 2026 | Năm 2030 | Cơ quan chủ trì
1 | Diện tích cây xanh trên đầu người | 4 m2 | 7 m2 | Phòng Kinh tế, Hạ tầng và Đô thị
2 | Số vườn ươm của phường | 02 vườn | 05 vườn | Trung tâm Dịch vụ công ích
"""


@pytest.fixture
async def ward(tmp_path: Path, hashed: str) -> Any:
    shelf = MemoryShelf()
    path = tmp_path / "cay-bang.txt"
    path.write_text(WARD, encoding="utf-8")
    shelf.put(read_document(path), path.name)
    finder = Finder(shelf, tmp_path / "home", hashed)
    await finder.bring_up_to_date()
    yield finder.answerer()
    await finder.close()


@pytest.mark.parametrize(
    ("question", "opening"),
    [
        ("Năm 2026 bao nhiêu tuyến phố có cây bóng mát?", "Đến năm 2026: Trên 65%."),
        ("Đến năm 2030 tỷ lệ tuyến phố có cây bóng mát là bao nhiêu?", "Đến năm 2030: 90%."),
        ("Bao nhiêu phần trăm hộ dân tham gia tưới cây theo lịch chung?", "40%."),
        ("Diện tích cây xanh trên đầu người năm 2030 đạt bao nhiêu?", "Năm 2030: 7 m2."),
        ("Trồng mới 250 cây bàng dọc bờ kênh khi nào xong?", "Thời gian: Quý III/2026."),
        ("trong moi 250 cay bang doc bo kenh han khi nao", "Thời gian: Quý III/2026."),
        ("Đơn vị nào chủ trì trồng mới cây bàng dọc bờ kênh?", "Đơn vị chủ trì: Phòng Kinh tế, Hạ tầng và Đô thị."),
        ("Ai phối hợp trồng mới cây bàng dọc bờ kênh?", "Đơn vị phối hợp: Đoàn Thanh niên, các tổ dân phố."),
        ("Cơ quan nào chủ trì số vườn ươm của phường?", "Đơn vị chủ trì: Trung tâm Dịch vụ công ích."),
        ("TNG là viết tắt của gì?", "TNG: Hệ thống tưới nhỏ giọt."),
        ("So sánh số vườn ươm của phường năm 2026 và năm 2030", "Năm 2026: 02 vườn.\nNăm 2030: 05 vườn."),
        ("Trạm Y tế phường báo cáo định kỳ vào ngày nào?", "Thời gian: Trước ngày 20 hằng tháng."),
    ],
)
async def test_each_kind_of_question_gets_its_short_answer(ward: PlanAnswerer, question: str, opening: str) -> None:
    answer = await ask(ward, question)
    assert answer.status is AnswerStatus.ANSWERED
    assert answer.text.startswith(opening)
    assert "Theo Kế hoạch số 88/KH-UBND" in answer.text


async def test_all_that_a_unit_must_do_is_listed(ward: PlanAnswerer) -> None:
    answer = await ask(ward, "Trạm Y tế phường phải làm gì?")
    assert answer.text.splitlines() == [
        "Theo Kế hoạch số 88/KH-UBND của Ủy ban nhân dân phường Cây Bàng, mục 1. Trạm Y tế phường, có 3 việc:",
        "- Kiểm tra cây có độc tại trường học.",
        "- Hướng dẫn người dân sơ cứu khi bị sâu róm đốt.",
        "- Báo cáo Ủy ban nhân dân phường trước ngày 20 hằng tháng.",
    ]
    assert len(answer.citations) == 3


async def test_an_exception_in_the_passage_is_shown(ward: PlanAnswerer) -> None:
    answer = await ask(ward, "Bao nhiêu phần trăm cây cổ thụ được gắn mã QR?")
    assert answer.text.startswith("100%.")
    assert "trừ cây trong khuôn viên cơ sở tôn giáo" in answer.text


async def test_where_the_money_comes_from_is_quoted_with_its_condition(ward: PlanAnswerer) -> None:
    answer = await ask(ward, "Kinh phí thực hiện lấy từ đâu?")
    assert "ngân sách phường" in answer.text
    assert "Trường hợp thiếu nguồn" in answer.text


@pytest.mark.parametrize(
    ("question", "said"),
    [
        ("Kế hoạch 88/KH-UBND căn cứ vào những văn bản nào?", "12/QĐ-UBND"),
        ("Kế hoạch 88/KH-UBND gửi tới bao nhiêu tổ dân phố?", "14 tổ dân phố"),
        ("Kế hoạch 88/KH-UBND về việc gì?", "chăm sóc cây xanh"),
    ],
)
async def test_a_paper_says_its_grounds_its_subject_and_who_gets_it(
    ward: PlanAnswerer, question: str, said: str
) -> None:
    answer = await ask(ward, question)
    assert answer.status is AnswerStatus.ANSWERED
    assert said in answer.text


@pytest.mark.parametrize(
    "question",
    [
        "Lương của Chủ tịch phường Cây Bàng là bao nhiêu?",
        "Ai là Trưởng Công an phường Cây Bàng?",
        "Chủ tịch phường tên là gì?",
        "Kế hoạch phòng chống dịch sốt xuất huyết của phường Cây Bàng",
        "Thủ tục cấp giấy phép lái xe cần giấy tờ gì?",
        "Phường Cây Bàng có bao nhiêu doanh nghiệp?",
        "Mức phạt chặt cây là bao nhiêu tiền?",
        "Học phí trường mầm non của phường?",
        "Giá vé gửi xe ở chợ?",
        "Tỷ lệ tuyến phố có cây bóng mát năm 2045?",
        "luong huu cua can bo phuong bao nhieu",
    ],
)
async def test_a_matter_outside_the_plan_is_refused_though_its_words_are_there(
    ward: PlanAnswerer, question: str
) -> None:
    answer = await ask(ward, question)
    assert answer.status is AnswerStatus.NOT_FOUND
    assert answer.citations == ()


async def test_a_refusal_names_what_is_missing_and_what_to_ask_instead(ward: PlanAnswerer) -> None:
    answer = await ask(ward, "Phường Cây Bàng nuôi bao nhiêu con tê giác?")
    assert answer.status is AnswerStatus.NOT_FOUND
    assert "tê giác" in answer.text
    assert "Anh/chị có thể hỏi" in answer.text
    assert answer.unsupported


async def test_offices_that_differ_are_told_side_by_side(tmp_path: Path, hashed: str) -> None:
    shelf = MemoryShelf()
    for name, share, number in (("Rừng Thông", "35%", "5"), ("Bãi Sậy", "60%", "6")):
        path = tmp_path / f"{number}.txt"
        path.write_text(
            f"ỦY BAN NHÂN DÂN\nXÃ {name.upper()}\nSố: {number}/KH-UBND\n{name}, ngày 02 tháng 3 năm 2026\n\nKẾ HOẠCH\n"
            f"Thu gom rác\n\nI. MỤC TIÊU\n- {share} hộ phân loại rác tại nguồn.\n- Mở hai điểm thu gom pin cũ.\n",
            encoding="utf-8",
        )
        shelf.put(read_document(path), path.name)
    finder = Finder(shelf, tmp_path / "home", hashed)
    await finder.bring_up_to_date()
    answer = await ask(finder.answerer(), "Bao nhiêu phần trăm hộ phân loại rác tại nguồn?")
    await finder.close()
    assert answer.text.startswith("Mỗi nơi quy định một khác:")
    assert "35%" in answer.text
    assert "60%" in answer.text
    assert {c.number for c in answer.citations} == {"5/KH-UBND", "6/KH-UBND"}


async def test_a_doubtful_reading_of_a_scan_is_told(ward: PlanAnswerer) -> None:
    found = await ask(ward, "Bao nhiêu phần trăm hộ dân tham gia tưới cây theo lịch chung?")
    doubtful = replace(found.citations[0], damage=0.9, sureness=0.4)
    paper = Paper([doubtful])
    candidate = Candidate(paper.items[0], paper, share=1.0, fit=1.0, total=2.0)
    evidence = Evidence(read_question("hộ dân tưới cây"), "hộ dân tưới cây", [paper])
    assert "đối chiếu với bản gốc" in quotation(None, [candidate], evidence).text
    assert "đối chiếu với bản gốc" not in found.text


def test_an_answer_with_a_figure_or_code_of_its_own_is_not_borne_out() -> None:
    cited = Citation(1, "a.txt", "5/KH-UBND", "", "", "I. MỤC TIÊU", "Đạt 35% theo Nghị quyết số 9-NQ/TU.", "Đạt 35%")
    for text, is_true in (("35%", True), ("36%", False), ("9-NQ/TU", True), ("35-NQ/TU", False), ("mục 9", True)):
        answer = Answer(AnswerStatus.ANSWERED, text, "?", (cited,))
        assert is_borne_out(answer, ()) is is_true, text


def test_an_excerpt_keeps_the_exception_behind_the_sentence_asked_for() -> None:
    filler = " ".join(f"Câu thứ {n} nói về việc khác của xã." for n in range(30))
    text = f"{filler} Mỗi hộ nuôi ong được vay vốn. Trừ hộ đã vay năm trước. {filler}"
    assert "Trừ hộ đã vay năm trước." in excerpt(text, {"ong", "vay", "von"}, 60)


@pytest.mark.parametrize(
    ("question", "holds"),
    [
        ("Quyết định bảo vệ cây xanh của tỉnh là quyết định số mấy?", "Quyết định số 12/QĐ-UBND ngày 05/01/2026"),
        ("Quyết định 12/QĐ-UBND ra ngày nào?", "05/01/2026"),
        ("Quyết định 12 ban hành ngày bao nhiêu?", "05/01/2026"),
        ("đơn vị nào lo chuyện trồng mới cây bàng dọc bờ kênh?", "Phòng Kinh tế, Hạ tầng và Đô thị"),
        ("trồng mới cây bàng dọc bờ kênh làm xong lúc nào?", "Quý III/2026"),
        ("Kế hoạch 88/KH-UBND ban hành ngày mấy?", "03/4/2026"),
    ],
)
async def test_plain_speech_and_other_papers_are_understood(ward: PlanAnswerer, question: str, holds: str) -> None:
    answer = await ask(ward, question)
    assert answer.status is AnswerStatus.ANSWERED
    assert holds in answer.text.split("“")[0]


@pytest.mark.parametrize(
    "question",
    [
        "Dân số phường Cây Bàng năm 2026 là bao nhiêu?",
        "Phường Cây Bàng có bao nhiêu trường học?",
        "Diện tích phường Cây Bàng?",
        "Lịch tiếp dân của Chủ tịch phường?",
        "Tỷ lệ hộ dân dùng nước sạch của phường năm 2026?",
    ],
)
async def test_what_only_sounds_like_the_plan_is_refused(ward: PlanAnswerer, question: str) -> None:
    assert (await ask(ward, question)).status is AnswerStatus.NOT_FOUND
