"""The folder of common questions: every entry can be read, says where it comes from and when it was checked."""

import re
from datetime import date
from pathlib import Path

import pytest
import yaml

from domain.plans import PassageKind
from knowledge import read_document
from knowledge.checks import checked_on

SAMPLES = Path(__file__).resolve().parents[2] / "samples"
TALKS = Path(__file__).resolve().parents[1] / "conversations" / "office"
FILES = sorted((SAMPLES / "faq").glob("*.md"))
ENTRIES = [
    pytest.param(path, *entry.split("\n", 1), id=f"{path.stem}: {entry.splitlines()[0]}")
    for path in FILES
    for entry in re.split(r"^## ", path.read_text(encoding="utf-8"), flags=re.M)[1:]
]
LONGEST_ENTRY = 600
"""Characters; what is longer would be cut when it is quoted, and an exception might be lost."""


def test_the_folder_holds_the_common_questions() -> None:
    assert len(ENTRIES) >= 25
    listed = {entry["file"] for entry in yaml.safe_load((SAMPLES / "office.yaml").read_text())["documents"]}
    assert {f"faq/{path.name}" for path in FILES} <= listed


@pytest.mark.parametrize(("path", "question", "answer"), ENTRIES)
def test_an_entry_has_its_question_source_and_day(path: Path, question: str, answer: str) -> None:
    assert re.fullmatch(r"\d+\. .+\?", question)
    assert len(answer.strip().splitlines()) == 1, "one line, so that it stays one passage"
    assert len(answer.strip()) <= LONGEST_ENTRY
    assert re.search(r"Căn cứ: .+\. Kiểm tra ngày", answer)
    day = checked_on(answer)
    assert day is not None
    assert date(2025, 1, 1) <= day


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_an_entry_is_one_passage_under_its_question(path: Path) -> None:
    passages = [p for p in read_document(path).passages if p.kind is PassageKind.PARAGRAPH]
    questions = re.findall(r"^## (.+)$", path.read_text(encoding="utf-8"), re.M)
    assert [p.heading[-1].lstrip("# ") for p in passages] == questions
    assert all(checked_on(p.source) for p in passages)


@pytest.mark.parametrize("path", [*FILES, TALKS / "hoi-dap.md"], ids=lambda path: path.stem)
def test_a_decree_that_an_entry_names_is_not_taken_for_the_paper_itself(path: Path) -> None:
    read = read_document(path)
    assert (read.number, read.issuer, read.issued_on) == ("", "", None)
    assert read.title == path.read_text(encoding="utf-8").splitlines()[0].lstrip("# ")
