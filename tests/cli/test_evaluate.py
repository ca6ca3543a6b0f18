"""`kehoach evaluate`: what is counted, and an office's own questions on its own documents."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from typer.testing import CliRunner, Result

from bot import cli
from bot.evaluating import (
    BadQuestions,
    Figure,
    Question,
    edits,
    evaluate,
    figures_of,
    is_evidence,
    read_questions,
    set_figures,
)
from bot.failures import OperatorError

Run = Callable[..., Result]

PLAN = """ỦY BAN NHÂN DÂN
XÃ ĐỒI CHÈ
Số: 6/KH-UBND
Đồi Chè, ngày 12 tháng 3 năm 2026

KẾ HOẠCH
Trồng cây phân tán năm 2026

I. MỤC TIÊU
- Trồng mới 4.200 cây lim xanh dọc các tuyến đường liên thôn.
- Tỷ lệ cây sống sau một năm đạt trên 85%.
"""


def _plain_edits(a: list[str], b: list[str]) -> int:
    row = list(range(len(b) + 1))
    for i, x in enumerate(a, 1):
        new = [i]
        for j, y in enumerate(b, 1):
            new.append(min(row[j] + 1, new[-1] + 1, row[j - 1] + (x != y)))
        row = new
    return row[-1]


WORDS = st.lists(st.sampled_from("abc"), max_size=60)


@given(WORDS, WORDS)
def test_edits_are_counted_as_by_the_whole_table(a: list[str], b: list[str]) -> None:
    assert edits(a, b) == _plain_edits(a, b)


def test_long_texts_that_differ_little_and_much_are_compared_right() -> None:
    words = [str(n) for n in range(600)]
    assert edits(words, words[:100] + words[101:]) == 1
    assert edits(words, [f"x{word}" for word in words]) == 600


def _passage(source: str, file: str = "ke-hoach-1.txt") -> dict[str, str]:
    return {"file": file, "source": source}


def test_evidence_is_a_passage_of_the_document_that_holds_the_words() -> None:
    question = Question("1", "?", "ke-hoach", ("4.200 cây",))
    assert is_evidence(question, _passage("- Trồng mới 4.200\ncây lim"))
    assert not is_evidence(question, _passage("- Trồng mới 4.200 cây lim", "khac.txt"))
    assert not is_evidence(question, _passage("- Trồng mới 5.000 cây lim"))
    assert is_evidence(Question("1", "?", "ke-hoach"), _passage("gì cũng được"))
    assert not is_evidence(Question("1", "?", None), _passage("gì cũng được"))


def test_a_set_counts_what_comes_first_and_what_is_among_ten() -> None:
    found = [["a", "b"], ["b", "a"], [*"cdefghijkl", "a"]]
    figures = list(set_figures("bo.", ["1", "2", "3"], found, {"1": {"a"}, "2": {"a"}, "3": {"a"}}, (0.3, 0.9)))
    assert [(f.key, round(f.value, 3), f.is_reached) for f in figures] == [
        ("bo.hit1", 0.333, True),
        ("bo.hit10", 0.667, False),
    ]


def test_a_cost_is_reached_from_above() -> None:
    assert Figure("plans.p50", 40.0, 1, 40.0, is_cost=True).is_reached
    assert Figure("plans.p50", 41.0, 1, 40.0, is_cost=True).is_reached is False
    assert Figure("plans.p50", 41.0, 1).is_reached is None


def test_no_questions_make_no_figures() -> None:
    assert list(figures_of([], [])) == []


@pytest.mark.parametrize("text", ["", "không phải JSON", "[1]", '{"cau_hoi": "?"}', '{"question": "?", "evidence": 3}'])
def test_questions_out_of_form_are_named_by_their_line(text: str, tmp_path: Path) -> None:
    file = tmp_path / "cau-hoi.jsonl"
    file.write_text(text, encoding="utf-8")
    with pytest.raises(BadQuestions, match="1"):
        read_questions(file)


def test_parts_whose_data_is_absent_are_left_out_and_named(tmp_path: Path) -> None:
    told: list[str] = []
    assert list(evaluate(tmp_path, ("restore", "plans", "alqac"), lambda part, what: told.append(part))) == []
    assert told == ["restore", "plans", "alqac"]


@pytest.fixture
def run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Run:
    """Runs `kehoach` in this process, in a data folder with one plan."""
    monkeypatch.setenv("KEHOACH_HOME", str(tmp_path / "data"))
    monkeypatch.setenv("OFFICE_NAME", "Ủy ban nhân dân xã Đồi Chè")
    monkeypatch.chdir(tmp_path)

    def run(*arguments: str | Path) -> Result:
        return CliRunner().invoke(cli.app, [str(a) for a in arguments])

    (tmp_path / "ke-hoach-trong-cay.txt").write_text(PLAN, encoding="utf-8")
    assert run("ingest", tmp_path / "ke-hoach-trong-cay.txt").exit_code == 0
    return run


def test_an_office_measures_its_own_questions_and_sees_the_misses(run: Run, tmp_path: Path) -> None:
    rows: list[dict[str, Any]] = [
        {"question": "Trồng mới bao nhiêu cây lim?", "doc": "ke-hoach", "evidence": ["4.200"], "expect": ["4.200"]},
        {"question": "Tỷ lệ cây sống đạt bao nhiêu?", "doc": "ke-hoach", "evidence": ["99%"], "expect": ["99(%"]},
        {"question": "Học phí trường mầm non là bao nhiêu?"},
    ]
    file = tmp_path / "cau-hoi.jsonl"
    file.write_text("\n".join(json.dumps(row, ensure_ascii=False) for row in rows), encoding="utf-8")
    result = run("evaluate", "--questions", file, "--show", "--json")
    assert result.exit_code == 0, (result.output, result.exception)
    lines = [json.loads(line) for line in result.stdout.splitlines()]
    assert [line["question"] for line in lines if "question" in line] == [rows[1]["question"]]
    values = {line["figure"]: line["value"] for line in lines if "figure" in line}
    assert (values["plans.hit1"], values["plans.right"], values["plans.refused"]) == (0.5, 0.5, 1.0)
    assert "Đoạn đúng đứng đầu" in run("evaluate", "--questions", file).stdout


@pytest.mark.parametrize(
    ("arguments", "key"),
    [
        (("--part", "tho"), "evaluate.bad_part"),
        (("--data", ".", "--part", "plans"), "evaluate.nothing"),
        (("--questions", "ke-hoach-trong-cay.txt"), "evaluate.bad_questions"),
    ],
)
def test_what_cannot_be_measured_is_said_in_a_sentence(run: Run, arguments: tuple[str, ...], key: str) -> None:
    result = run("evaluate", *arguments)
    assert isinstance(result.exception, OperatorError), (result.output, result.exception)
    assert result.exception.key == key
