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
