"""The figures the restorer is held to, on real damaged and real clean papers."""

import json
import re
import unicodedata
from collections.abc import Sequence

import pytest

from domain.vietnamese import fold
from knowledge.restoring import restorer
from knowledge.restoring.letters import usual
from tests.knowledge.conftest import SHARED

pytestmark = pytest.mark.skipif(not (SHARED / "plans").exists(), reason="needs the folder ../shared with real papers")


def rows(path: str) -> list[dict[str, str]]:
    return [json.loads(line) for line in (SHARED / path).read_text(encoding="utf-8").splitlines()]


def syllables(text: str) -> list[str]:
    words = unicodedata.normalize("NFC", text.lower()).split()
    return [word for word in (re.sub(r"^\W+|\W+$", "", word) for word in words) if word]


def edits(one: Sequence[str], two: Sequence[str]) -> int:
    row = list(range(len(two) + 1))
    for i, left in enumerate(one, 1):
        diagonal, row[0] = row[0], i
        for j, right in enumerate(two, 1):
            diagonal, row[j] = row[j], min(row[j] + 1, row[j - 1] + 1, diagonal + (left != right))
    return row[-1]


def test_of_a_hundred_syllables_of_a_ruined_plan_at_most_three_stay_wrong() -> None:
    passages = rows("bench/restore_dev.jsonl")
    restored = restorer().texts([passage["raw"] for passage in passages])
    wrong = sum(edits(syllables(r.text), syllables(p["gold"])) for r, p in zip(restored, passages, strict=True))
    assert wrong / sum(len(syllables(passage["gold"])) for passage in passages) <= 0.03


def test_of_a_hundred_words_of_a_scanned_law_at_most_seven_stay_wrong() -> None:
    pairs = rows("ocr/pairs_luat_cu_tru.jsonl")
    restored = restorer().lines([pair["ocr"] for pair in pairs])
    unseen = [at for at, pair in enumerate(pairs) if int(pair["page"]) % 2]
    wrong = sum(edits(restored[at].text.split(), pairs[at]["clean"].split()) for at in unseen)
    assert wrong / sum(len(pairs[at]["clean"].split()) for at in unseen) <= 0.07


def test_of_a_thousand_syllables_of_a_clean_plan_at_most_one_changes() -> None:
    changed = words = 0
    for path in sorted((SHARED / "official-plans").glob("*.txt")):
        lines = path.read_text(encoding="utf-8").splitlines()
        for line, restored in zip(lines, restorer().lines(lines), strict=True):
            changed += edits(restored.text.split(), line.split()) if restored.text != line else 0
            words += len(line.split())
    assert changed / words <= 0.001


@pytest.mark.parametrize(("name", "least"), [("alqac", 0.99), ("xquad_vi", 0.95), ("congan_faq_long", 0.94)])
def test_most_syllables_of_a_question_get_their_marks_back(name: str, least: float) -> None:
    right = words = 0
    for row in rows(f"retrieval/{name}/queries.jsonl")[:150]:
        plain = fold(row["text"])
        meant = unicodedata.normalize("NFC", row["text"].lower()).split()
        given = restorer().accented(plain).split()
        if len(given) == len(meant):
            right += sum(usual(one) == usual(two) for one, two in zip(given, meant, strict=True))
            words += len(meant)
    assert right / words >= least
