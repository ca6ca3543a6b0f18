"""A task named by words: the office's own, in any spelling, and words that name none."""

from pathlib import Path

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from domain.deadlines import Deadline, DeadlineKind
from domain.naming import task_named, tasks_named
from domain.tasks import Task
from domain.vietnamese import fold


def _tasks(file: Path) -> list[Task]:
    described = yaml.safe_load(file.read_text(encoding="utf-8"))
    units = {unit["id"]: unit["name"] for unit in described["units"]}
    return [
        Task(
            id=at,
            office_id=1,
            number=entry["number"],
            title=entry["title"],
            deadline=Deadline(DeadlineKind.UNKNOWN),
            lead=units[entry["lead"]],
            product=entry.get("product", ""),
        )
        for at, entry in enumerate(described["tasks"], 1)
    ]


TESTS = Path(__file__).parents[1]
OFFICE = _tasks(TESTS / "conversations" / "office" / "office.yaml")


@pytest.mark.parametrize(
    ("words", "number"),
    [
        ("lắp mã QR ở chợ", "3"),
        ("lớp kỹ năng số cho người già", "2"),
        ("số hóa hộ tịch", "4"),
        ("bản tin truyền thanh", "5"),
        ("kiện toàn tổ công nghệ số", "1"),
        ("tổ CNSCĐ", "1"),
    ],
)
@pytest.mark.parametrize("typed", [str, fold, str.upper], ids=["typed", "plain", "capitals"])
def test_words_name_a_task(words: str, number: str, typed: type[str]) -> None:
    found = task_named(typed(words), OFFICE)
    assert found is not None
    assert found.number == number


@pytest.mark.parametrize("words", ["thu gom rác", "", "việc này", "xây cầu qua sông", "báo cáo tiến độ"])
def test_words_that_name_none_are_left_alone(words: str) -> None:
    assert task_named(words, OFFICE) is None


@given(st.text(max_size=80))
def test_any_words_are_taken(words: str) -> None:
    assert all(0 <= named.score <= 1 for named in tasks_named(words, OFFICE))


SAMPLES = _tasks(TESTS.parent / "samples" / "office.yaml")


@pytest.mark.parametrize(
    ("tasks", "words", "number"),
    [
        (OFFICE, "mã QR chợ", "3"),
        (OFFICE, "qr thanh toán", "3"),
        (OFFICE, "sạp chợ Gò Mây", "3"),
        (OFFICE, "lớp cho các cụ", "2"),
        (OFFICE, "dạy người già dùng điện thoại", None),
        (OFFICE, "lớp kỹ năng", "2"),
        (OFFICE, "scan hồ sơ hộ tịch", "4"),
        (OFFICE, "hồ sơ hộ tịch", "4"),
        (OFFICE, "truyền thanh thông minh", "5"),
        (OFFICE, "loa phường", "5"),
        (OFFICE, "trồng cây", "2"),
        (OFFICE, "cây bóng mát bờ kè", "2"),
        (OFFICE, "bờ kè Rạch Mây", "2"),
        (OFFICE, "tổ công nghệ số", "1"),
        (OFFICE, "kiện toàn tổ", "1"),
        (OFFICE, "ko toan to cong nghe", "1"),
        (OFFICE, "trong cay bo ke", "2"),
        (OFFICE, "so hoa ho tich", "4"),
        (OFFICE, "thu gom rác thải", None),
        (OFFICE, "cải cách hành chính", None),
        (OFFICE, "camera an ninh", None),
        (OFFICE, "đường hoa", None),
        (OFFICE, "lắp camera", None),
        (OFFICE, "phòng cháy chữa cháy", None),
        (OFFICE, "bầu cử", None),
        (OFFICE, "việc hôm qua", None),
        (SAMPLES, "mã QR thủ tục hành chính", "2"),
        (SAMPLES, "niêm yết QR", "2"),
        (SAMPLES, "số hóa hộ tịch", "4"),
        (SAMPLES, "hồ sơ hộ tịch", "4"),
        (SAMPLES, "tổ công nghệ số cộng đồng", "6"),
        (SAMPLES, "hóa đơn điện tử", "7"),
        (SAMPLES, "hướng dẫn hộ kinh doanh", "7"),
        (SAMPLES, "định danh mức độ 2", "8"),
        (SAMPLES, "kích hoạt định danh", "8"),
        (SAMPLES, "đan lát lên sàn", "9"),
        (SAMPLES, "làng nghề lên sàn TMĐT", "9"),
        (SAMPLES, "ban chỉ đạo CĐS", "1"),
        (SAMPLES, "kiện toàn ban chỉ đạo", "1"),
        (SAMPLES, "diệt chuột", None),
        (SAMPLES, "tiêm vắc xin", None),
    ],
    ids=lambda part: part if isinstance(part, str) else "",
)
def test_everyday_words_name_a_task_or_none(tasks: list[Task], words: str, number: str | None) -> None:
    found = task_named(words, tasks)
    assert (found.number if found else None) == number
