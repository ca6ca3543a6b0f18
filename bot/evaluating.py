"""Measures the product by the commands that people type, on question sets with known answers: `kehoach evaluate`."""

import json
import os
import re
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from domain.vietnamese import fold, nfc

SETS = ("alqac", "xquad_vi", "congan_faq_long")
PARTS = ("restore", "tesseract", "clean", "plans", *SETS, "scan")
ANSWERED = ("answered", "partial")
MOST_OF_A_SET = 300
"""Questions of one foreign set: enough for a figure to the second digit."""

_LAW = "luat_cu_tru_68-2020-QH14_scan.pdf"
_LAW_NAME = "cu tru"
_RETRIEVED = 10


@dataclass(frozen=True, slots=True)
class Figure:
    """One measured figure. `aim` is what is to be reached: at least that, or at most that where `is_cost`."""

    key: str
    value: float
    count: int
    aim: float | None = None
    is_cost: bool = False

    @property
    def is_reached(self) -> bool | None:
        """Whether the aim is reached; None where there is none."""
        if self.aim is None:
            return None
        return self.value <= self.aim if self.is_cost else self.value >= self.aim

    def as_json(self) -> dict[str, Any]:
        """The form `kehoach evaluate --json` prints."""
        return {
            "figure": self.key,
            "value": self.value,
            "count": self.count,
            "aim": self.aim,
            "reached": self.is_reached,
        }


@dataclass(frozen=True, slots=True)
class Question:
    """A question with what is known of its answer.

    `doc` is how the file's name begins, or None when no document answers it. The right passage holds one of `evidence`
    (any passage of the document where that is empty); the right answer matches every expression of `expect`.
    """

    id: str
    question: str
    doc: str | None
    evidence: tuple[str, ...] = ()
    expect: tuple[str, ...] = ()


class BadQuestions(Exception):
    """A file of questions cannot be read; the message is the number of the line."""


class Kehoach:
    """The command line on one data folder."""

    def __init__(self, home: Path | None = None) -> None:
        self._env = {**os.environ, "LOG_LEVEL": "ERROR"}
        self._folder = home
        if home is not None:
            # Run inside the folder, so that no `.env` of an installation reaches in.
            for name in ("DATABASE_URL", "CHROMA_URL", "LLM", "OFFICE_NAME"):
                self._env.pop(name, None)
            self._env["KEHOACH_HOME"] = str(home / "data")

    def run(self, *arguments: str | Path) -> list[Any]:
        """What a command prints as JSON lines. Raises CalledProcessError."""
        ended = subprocess.run(  # noqa: S603 (our own command, with paths and words of ours)
            [sys.executable, "-m", "bot.cli", *map(str, arguments)],
            check=True,
            capture_output=True,
            text=True,
            encoding="utf-8",
            env=self._env,
            cwd=self._folder,
        )
        return [json.loads(line) for line in ended.stdout.splitlines() if line.startswith(("{", "["))]

    def batch(self, rows: Iterable[Mapping[str, Any]], *arguments: str) -> list[Any]:
        """What a command prints for each row of a batch."""
        with tempfile.TemporaryDirectory(prefix="kehoach-batch-") as folder:
            file = Path(folder) / "batch.jsonl"
            file.write_text("".join(json.dumps(row, ensure_ascii=False) + "\n" for row in rows), encoding="utf-8")
            return self.run(*arguments, "--batch", file)


def evaluate(data: Path, parts: Sequence[str], absent: Callable[[str, str], None]) -> Iterator[Figure]:
    """The figures of these parts, each in a fresh data folder, as they are measured.

    What a part needs and `data` lacks is told to `absent` (the part, the path or program), and the part is left out.
    """
    for part in parts:
        needs = [data.resolve() / path for path in _needs(part)]
        lacking = [str(path) for path in needs if not path.exists()]
        if part == "scan" and not shutil.which("tesseract"):
            lacking.append("tesseract")
        if lacking:
            absent(part, ", ".join(lacking))
            continue
        with tempfile.TemporaryDirectory(prefix="kehoach-evaluate-") as home:
            yield from _MEASURES.get(part, _set)(Kehoach(Path(home)), *needs)


def _needs(part: str) -> tuple[str, ...]:
    return {
        "restore": ("bench/restore_dev.jsonl",),
        "tesseract": ("ocr/pairs_luat_cu_tru.jsonl",),
        "clean": ("official-plans",),
        "plans": ("plans", "bench/questions_dev.jsonl"),
        "scan": (f"ocr/{_LAW}", "retrieval/alqac"),
    }.get(part, (f"retrieval/{part}",))


# --- restoration -----------------------------------------------------------------------------------------------------


def _restore(kehoach: Kehoach, file: Path) -> Iterator[Figure]:
    yield from _errors(kehoach, "restore", [(row["raw"], row["gold"]) for row in _rows(file)], syllables, aim=0.03)


def _tesseract(kehoach: Kehoach, file: Path) -> Iterator[Figure]:
    # Whole words: a mark lost or invented beside one is an error too.
    yield from _errors(kehoach, "tesseract", [(row["ocr"], row["clean"]) for row in _rows(file)], str.split, aim=0.07)


def _errors(
    kehoach: Kehoach, part: str, pairs: Sequence[tuple[str, str]], cut: Callable[[str], list[str]], aim: float
) -> Iterator[Figure]:
    restored = [row["text"] for row in kehoach.batch(({"raw": raw} for raw, _ in pairs), "restore")]
    true = [cut(clean) for _, clean in pairs]
    count = sum(map(len, true))
    before = sum(edits(cut(raw), words) for (raw, _), words in zip(pairs, true, strict=True))
    after = sum(edits(cut(text), words) for text, words in zip(restored, true, strict=True))
    yield Figure(f"{part}.before", before / count, count)
    yield Figure(f"{part}.after", after / count, count, aim, is_cost=True)


def _clean(kehoach: Kehoach, folder: Path) -> Iterator[Figure]:
    texts = [path.read_text(encoding="utf-8") for path in sorted(folder.glob("*.txt"))]
    restored = kehoach.batch(({"raw": text} for text in texts), "restore")
    words = [syllables(text) for text in texts]
    changed = sum(edits(syllables(row["text"]), held) for row, held in zip(restored, words, strict=True))
    count = sum(map(len, words))
    yield Figure("clean.changed", changed / count, count, 0.001, is_cost=True)


def syllables(text: str) -> list[str]:
    """The words of a text in lower case, without marks around them."""
    stripped = (re.sub(r"^\W+|\W+$", "", word) for word in nfc(text).lower().split())
    return [word for word in stripped if word]


def edits(a: Sequence[str], b: Sequence[str]) -> int:
    """How many words must be put in, taken out or exchanged to make one sequence the other.

    Only a band around the diagonal is looked at, widened until it surely holds the way: near texts are compared fast.
    """
    band = max(16, 2 * abs(len(a) - len(b)))
    while True:
        found = _within(a, b, band)
        if found <= band or band >= max(len(a), len(b)):
            return found
        band *= 2


def _within(a: Sequence[str], b: Sequence[str], band: int) -> int:
    far = len(a) + len(b)
    row = {j: j for j in range(min(band, len(b)) + 1)}
    for i, word in enumerate(a, 1):
        low, high = max(0, i - band), min(len(b), i + band)
        new: dict[int, int] = {}
        for j in range(low, high + 1):
            best = row.get(j, far) + 1
            if j:
                best = min(best, row.get(j - 1, far) + (word != b[j - 1]), new.get(j - 1, far) + 1)
            new[j] = best
        row = new
    return row.get(len(b), far)


# --- questions -------------------------------------------------------------------------------------------------------


def _plans(kehoach: Kehoach, folder: Path, file: Path) -> Iterator[Figure]:
    began = time.perf_counter()
    read = kehoach.run("ingest", folder, "--json")
    yield Figure("plans.seconds", time.perf_counter() - began, len(read), 15.0, is_cost=True)
    yield from figures_of(*ask_all(kehoach, read_questions(file)), aims=True)


def read_questions(file: Path) -> list[Question]:
    """The questions of a file of JSON lines. Raises BadQuestions."""
    found = []
    for number, line in enumerate(file.read_text(encoding="utf-8").splitlines(), 1):
        if not line.strip():
            continue
        try:
            row = json.loads(line)
            found.append(
                Question(
                    str(row.get("id", number)),
                    str(row["question"]),
                    row.get("doc") or None,
                    tuple(map(str, row.get("evidence", ()))),
                    tuple(map(str, row.get("expect", ()))),
                )
            )
        except (ValueError, KeyError, TypeError, AttributeError):
            raise BadQuestions(str(number)) from None
    if not found:
        raise BadQuestions("1")
    return found


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of one question. `rank` counts from 0 and is None where the right passage was not found."""

    question: Question
    rank: int | None
    status: str
    answer: str
    is_right: bool
    is_cited: bool
    ms: float

    @property
    def is_good(self) -> bool:
        """Right and cited; or, for a question without an answer, not answered."""
        if self.question.doc is None:
            return self.status not in ANSWERED
        return self.is_right and self.is_cited

    def as_json(self) -> dict[str, Any]:
        """A miss, for whoever looks into it."""
        return {
            "id": self.question.id,
            "question": self.question.question,
            "rank": self.rank,
            "status": self.status,
            "cited": self.is_cited,
            "answer": self.answer,
        }


def ask_all(kehoach: Kehoach, questions: Sequence[Question]) -> tuple[list[Outcome], list[Outcome]]:
    """What became of the questions that have an answer, and of those that have none."""
    asked = [{"question": question.question} for question in questions]
    found = kehoach.batch(asked, "search", "--k", str(_RETRIEVED))
    said = kehoach.batch(asked, "ask")
    outcomes = [_outcome(q, f["passages"], s) for q, f, s in zip(questions, found, said, strict=True)]
    with_answer = [o for o in outcomes if o.question.doc is not None]
    return with_answer, [o for o in outcomes if o.question.doc is None]


def _outcome(question: Question, passages: Sequence[Mapping[str, Any]], said: Mapping[str, Any]) -> Outcome:
    rank = next((n for n, passage in enumerate(passages) if is_evidence(question, passage)), None)
    answer = fold(said["answer"])
    is_right = said["status"] in ANSWERED and all(_matches(pattern, answer) for pattern in question.expect)
    is_cited = any(is_evidence(question, citation) for citation in said["citations"])
    return Outcome(question, rank, said["status"], said["answer"], is_right, is_cited, float(said["ms"]))


def is_evidence(question: Question, passage: Mapping[str, Any]) -> bool:
    """True for a passage of the right document that holds the evidence."""
    if question.doc is None or not Path(str(passage["file"] or "")).name.startswith(question.doc):
        return False
    source = " ".join(str(passage["source"]).split())
    return not question.evidence or any(" ".join(evidence.split()) in source for evidence in question.evidence)


def _matches(pattern: str, answer: str) -> bool:
    try:
        return re.search(pattern, answer) is not None
    except re.error:
        return fold(pattern) in answer


def figures_of(answerable: Sequence[Outcome], others: Sequence[Outcome], *, aims: bool = False) -> Iterator[Figure]:
    """The figures over questions with an answer, and over those without."""
    count = len(answerable)
    if count:
        ranks = [o.rank for o in answerable]
        times = sorted(o.ms for o in answerable)
        refused = sum(o.status not in ANSWERED for o in answerable)
        yield Figure("plans.hit1", _share(r == 0 for r in ranks), count, 0.90 if aims else None)
        yield Figure("plans.hit5", _share(r is not None and r < 5 for r in ranks), count, 0.98 if aims else None)
        yield Figure("plans.right", _share(o.is_good for o in answerable), count, 0.90 if aims else None)
        yield Figure("plans.wrongly_refused", refused / count, count, 0.05 if aims else None, is_cost=True)
    if others:
        yield Figure("plans.refused", _share(o.is_good for o in others), len(others), 0.98 if aims else None)
    if count:
        yield Figure("plans.p50", statistics.median(times), count, 40.0 if aims else None, is_cost=True)
        yield Figure("plans.p95", times[int(count * 0.95)], count, 120.0 if aims else None, is_cost=True)


def _share(held: Iterable[bool]) -> float:
    values = list(held)
    return sum(values) / len(values)


# --- foreign sets ----------------------------------------------------------------------------------------------------

_SET_AIMS = {"alqac": (0.84, 0.975), "xquad_vi": (0.945, 0.995), "congan_faq_long": (0.85, 0.99)}
_PLAIN_MAY_LOSE = 0.02


def _set(kehoach: Kehoach, folder: Path) -> Iterator[Figure]:
    queries, relevant = read_set(folder)
    kehoach.run("index-set", folder / "corpus.jsonl", "--name", folder.name)
    aims = _SET_AIMS.get(folder.name, (None, None))
    for typed, told in (("", lambda text: text), ("plain.", fold)):
        asked = [{"question": told(text)} for _, text in queries]
        found = kehoach.batch(asked, "search", "--set", folder.name, "--k", str(_RETRIEVED))
        ids = [[str(passage["id"]) for passage in row["passages"]] for row in found]
        figures = list(set_figures(f"{folder.name}.{typed}", [query for query, _ in queries], ids, relevant, aims))
        yield from figures
        aims = (figures[0].value - _PLAIN_MAY_LOSE, figures[1].value - _PLAIN_MAY_LOSE)


def read_set(folder: Path) -> tuple[list[tuple[str, str]], dict[str, set[str]]]:
    """The first questions of a set (id and text) that have a relevant passage, and which passages these are."""
    relevant: dict[str, set[str]] = {}
    for line in (folder / "qrels.tsv").read_text(encoding="utf-8").splitlines():
        query, passage, *_ = line.split("\t")
        relevant.setdefault(query, set()).add(passage)
    queries = [(str(row["id"]), str(row["text"])) for row in _rows(folder / "queries.jsonl")]
    return [query for query in queries if query[0] in relevant][:MOST_OF_A_SET], relevant


def set_figures(
    key: str,
    queries: Sequence[str],
    found: Sequence[Sequence[str]],
    relevant: Mapping[str, set[str]],
    aims: tuple[float | None, float | None] = (None, None),
) -> Iterator[Figure]:
    """How often a relevant passage comes first, and among the first ten."""
    for name, depth, aim in (("hit1", 1, aims[0]), ("hit10", _RETRIEVED, aims[1])):
        hits = _share(bool(relevant[query] & set(ids[:depth])) for query, ids in zip(queries, found, strict=True))
        yield Figure(f"{key}{name}", hits, len(queries), aim)


# --- a scanned law ---------------------------------------------------------------------------------------------------


def _scan(kehoach: Kehoach, file: Path, questions: Path) -> Iterator[Figure]:
    """Seconds a page, and whether the article that answers a question on this law is found in what was read."""
    began = time.perf_counter()
    (read,) = kehoach.run("ingest", file, "--json")
    pages = int(read["pages"] or 1)
    yield Figure("scan.seconds_per_page", (time.perf_counter() - began) / pages, pages, 4.0, is_cost=True)
    queries, relevant = read_set(questions)
    articles = {query: _articles(relevant[query]) for query, _ in queries}
    asked = [(query, text) for query, text in queries if articles[query]]
    found = kehoach.batch(({"question": text} for _, text in asked), "search", "--k", "5")
    hits = [
        any(_is_of_article(passage, articles[query]) for passage in row["passages"])
        for (query, _), row in zip(asked, found, strict=True)
    ]
    if hits:
        yield Figure("scan.hit5", _share(hits), len(hits))


def _articles(passages: Iterable[str]) -> set[str]:
    named = (passage.rpartition("@") for passage in passages)
    return {number for law, _, number in named if fold(law).endswith(_LAW_NAME)}


def _is_of_article(passage: Mapping[str, Any], articles: set[str]) -> bool:
    text = fold(f"{passage['heading']} {str(passage['text'])[:40]}")
    return any(re.search(rf"\bdieu {number}\b", text) for number in articles)


def _rows(file: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in file.read_text(encoding="utf-8").splitlines() if line.strip()]


_MEASURES: dict[str, Callable[..., Iterator[Figure]]] = {
    "restore": _restore,
    "tesseract": _tesseract,
    "clean": _clean,
    "plans": _plans,
    "scan": _scan,
}
