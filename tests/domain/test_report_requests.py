"""What is read as a request for a period's report, and what must not be: two files of sentences."""

from pathlib import Path

import pytest

from domain.report_flow import Part
from domain.report_requests import ReportRequest, Wish, read_request
from domain.vietnamese import fold

HERE = Path(__file__).parent


def _lines(name: str) -> list[str]:
    text = (HERE / name).read_text(encoding="utf-8")
    return [line for line in text.splitlines() if line.strip() and not line.startswith("#")]


ASKED = [tuple(cell.strip() for cell in line.split("|")) for line in _lines("report_requests.txt")]
OTHERS = _lines("no_report_requests.txt")


@pytest.mark.parametrize(("said", "wish", "period"), ASKED)
@pytest.mark.parametrize("form", [str, fold, str.upper], ids=["as typed", "without marks", "in capitals"])
def test_a_request_is_read(said: str, wish: str, period: str, form: "type[str]") -> None:
    found = read_request(form(said))
    assert found is not None and (found.wish, found.period) == (Wish(wish), period)


@pytest.mark.parametrize("said", OTHERS)
@pytest.mark.parametrize("form", [str, fold], ids=["as typed", "without marks"])
def test_other_messages_are_left_alone(said: str, form: "type[str]") -> None:
    assert read_request(form(said)) is None


def test_what_is_added_is_kept_as_it_was_typed() -> None:
    asked = read_request("Thêm kiến nghị, đề xuất: Cấp 02 máy quét: một cho Phòng Kinh tế")
    assert asked == ReportRequest(Wish.ADD, part=Part.PROPOSALS, words="Cấp 02 máy quét: một cho Phòng Kinh tế")


@pytest.mark.parametrize(
    ("said", "part"),
    [
        ("thêm tồn tại, hạn chế: chậm", Part.DIFFICULTIES),
        ("Bổ sung đề xuất: thêm người", Part.PROPOSALS),
        ("thêm phương hướng: tập trung mục 4", Part.UPCOMING),
        ("thêm nhận xét chung: khá", Part.OVERALL),
    ],
)
def test_the_part_is_known_by_its_names(said: str, part: Part) -> None:
    found = read_request(said)
    assert found is not None and found.part is part


def test_words_may_follow_on_the_next_line() -> None:
    found = read_request("Góp ý báo cáo quý II\nSố liệu nhiệm vụ 4 chưa đúng.\nĐề nghị rà lại.")
    assert found == ReportRequest(Wish.REMARK, "quy ii", words="Số liệu nhiệm vụ 4 chưa đúng.\nĐề nghị rà lại.")
