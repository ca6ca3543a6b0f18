"""The search on the real damaged plans, without restoring them: the accepted floor, by words alone."""

import json
from pathlib import Path

import pytest

from domain.answers import AnswerStatus, Asker
from knowledge import Finder, read_document
from tests.knowledge.conftest import SHARED, MemoryShelf

pytestmark = pytest.mark.skipif(
    not (SHARED / "plans").exists(), reason="needs the folder ../shared with the real plans and questions"
)


async def test_the_right_passage_is_among_the_first_five(tmp_path: Path, hashed: str) -> None:
    shelf = MemoryShelf()
    for path in sorted((SHARED / "plans").glob("*.txt")):
        shelf.put(read_document(path), path.name)
    finder = Finder(shelf, tmp_path, hashed)
    await finder.bring_up_to_date()
    answerer, asker = finder.answerer(), Asker(office_id=1)
    lines = (SHARED / "bench" / "questions_dev.jsonl").read_text(encoding="utf-8").splitlines()
    questions = [json.loads(line) for line in lines]
    hits = answered = refused = 0
    for question in questions:
        answer = await answerer.answer(question["question"], asker)
        if not question["doc"]:
            refused += answer.status is not AnswerStatus.ANSWERED
            continue
        answered += answer.status is AnswerStatus.ANSWERED and bool(answer.citations)
        hits += any(
            c.file.startswith(question["doc"])
            and any(" ".join(e.split()) in " ".join(c.source.split()) for e in question["evidence"])
            for c in await finder.search(question["question"], asker, 5)
        )
    await finder.close()
    known = sum(bool(question["doc"]) for question in questions)
    assert hits / known >= 0.85
    assert answered / known >= 0.9
    assert refused / (len(questions) - known) >= 0.7
