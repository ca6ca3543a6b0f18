"""Finds passages: which an asker may see, which a question means, which fit it best by words and by meaning."""

import re
from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from domain.answers import Asker, Citation
from domain.people import may_see_internal
from domain.plans import Document, PassageKind, Visibility
from domain.ports import Shelved
from domain.vietnamese import nfc
from knowledge.asking import Asked, read_question
from knowledge.index import exact_nearest
from knowledge.lexical import LexicalIndex
from knowledge.places import Places

NearestByVector = Callable[[NDArray[np.float32], int, Collection[int] | None], list[tuple[int, float]]]
"""(vector, k, documents) -> passage ids with their cosine, best first."""

_HEADING_COUNTS = 0.5
_HEADING_PASSAGE = 0.5
_DENSE_COUNTS_LEAST = 0.3
_DENSE_COUNTS_MOST = 1.2
_LEGIBLE = re.compile(r"[\u0103\u0111\u01a1\u01b0\u1ea0-\u1ef9]")
_LEGIBLE_SHARE = 0.05
_DENSE_CANDIDATES = 100
_DEVIATIONS = 4.0
_SAMPLE = 512


@dataclass(frozen=True, slots=True)
class Found:
    """What was found: the passages, best first, and how much of the question's words the best of them bears out.

    `unknown` is a place the question names that no document knows; `missing` are years and codes of the question that
    no document in question has; `is_legible` is true where most of the passages looked in have their diacritics.
    """

    citations: tuple[Citation, ...]
    asked: Asked
    share: float = 0.0
    unknown: str = ""
    missing: tuple[str, ...] = ()
    documents: tuple[Document, ...] = ()
    is_scoped: bool = False
    is_legible: bool = False


class Passages:
    """All passages at one moment, ready to be searched. Never changed: a new one takes its place."""

    def __init__(self, shelved: Sequence[Shelved], *, name_places: bool = True) -> None:
        """Without `name_places` the names in a question say nothing of where to look."""
        self._shelved = list(shelved)
        self.row_of = {item.passage.id: row for row, item in enumerate(self._shelved)}
        self.documents = {item.document.id: item.document for item in self._shelved}
        texts: dict[int, list[str]] = {}
        for item in self._shelved:
            texts.setdefault(item.document.id, []).append(item.passage.text)
        self._lexical = LexicalIndex([_fields(item) for item in self._shelved])
        self._places = Places(self.documents.values() if name_places else (), texts, known=name_places)
        self._document_of = np.array([item.document.id for item in self._shelved], dtype=np.int64)
        self._weights = np.array(
            [_HEADING_PASSAGE if item.passage.kind is PassageKind.HEADING else 1.0 for item in self._shelved],
            dtype=np.float32,
        )
        legible = {i: is_legible(" ".join(texts[i])) for i in self.documents}
        self._legible = np.array([legible[item.document.id] for item in self._shelved], dtype=bool)
        self._sample = self._some_vectors()

    def __len__(self) -> int:
        return len(self._shelved)

    def find(
        self, question: str, asker: Asker, k: int, vector: NDArray[np.float32] | None, nearest: NearestByVector | None
    ) -> Found:
        """The passages that fit the question best among those the asker may see."""
        meant = self._places.meant(question)
        asked = read_question(meant.rest)
        allowed = self._allowed(asker, meant.documents)
        rows = np.flatnonzero(np.isin(self._document_of, sorted(allowed)))
        chosen = tuple(self.documents[i] for i in sorted(allowed))
        is_scoped = meant.documents is not None
        if not len(rows) or not asked.tokens:
            return Found((), asked, unknown=meant.unknown, documents=chosen, is_scoped=is_scoped)
        matched = self._lexical.match(asked.tokens, asked.small)
        lexical = matched.scores[rows] * self._weights[rows]
        highest = float(lexical.max())
        scores = lexical / highest if highest > 0 else lexical
        if vector is not None and nearest is not None:
            near = nearest(vector, _DENSE_CANDIDATES, None if len(allowed) == len(self.documents) else allowed)
            scores = scores + self._dense_counts(question, rows) * self._by_meaning(near, vector, rows)
        best = np.argsort(-scores, kind="stable")[:k]
        citations = tuple(self._citation(int(rows[i]), float(scores[i])) for i in best if scores[i] > 0)
        missing = tuple(figure for figure in asked.figures if not self._lexical.holds(figure, rows))
        share = float(lexical[best[:3]].max()) / matched.whole if matched.whole else 0.0
        legible = bool(self._legible[rows].mean() > 0.5)
        return Found(citations, asked, share, meant.unknown, missing, chosen, is_scoped, legible)

    def exactly_nearest(self, matrix: NDArray[np.float32], ids: NDArray[np.int64]) -> NearestByVector:
        """The nearest passages by comparing with every stored vector, for a process that does not keep the index."""
        owners = np.array([self._document_of[self.row_of[int(i)]] for i in ids], dtype=np.int64)

        def nearest(vector: NDArray[np.float32], k: int, documents: Collection[int] | None) -> list[tuple[int, float]]:
            rows = np.arange(len(ids)) if documents is None else np.flatnonzero(np.isin(owners, sorted(documents)))
            return [(int(ids[row]), cosine) for row, cosine in exact_nearest(matrix, vector, rows, k)]

        return nearest

    def _allowed(self, asker: Asker, meant: frozenset[int] | None) -> set[int]:
        """The documents to look in: those the question names, else those of the asker's office, else all; and of
        these only what the asker may see."""
        visible = {i for i, document in self.documents.items() if may_see(asker, document)}
        if meant is not None:
            return visible & meant
        own = {i for i in visible if self.documents[i].office_id == asker.office_id}
        return own or visible

    def _dense_counts(self, question: str, rows: NDArray[np.intp]) -> float:
        """How much nearness by vector counts beside words. The model knows Vietnamese with its diacritics: without
        them in the question, or where a scan lost them in the passages, it is a weak witness."""
        if not is_legible(question):
            return _DENSE_COUNTS_LEAST
        return _DENSE_COUNTS_LEAST + (_DENSE_COUNTS_MOST - _DENSE_COUNTS_LEAST) * float(self._legible[rows].mean())

    def _by_meaning(
        self, near: list[tuple[int, float]], vector: NDArray[np.float32], rows: NDArray[np.intp]
    ) -> NDArray[np.float32]:
        """How far above the ordinary each passage's nearness stands, 0 to 1; what is not among the nearest gets 0."""
        ordinary = self._sample @ vector if len(self._sample) else np.zeros(1, dtype=np.float32)
        mean, deviation = float(ordinary.mean()), float(ordinary.std()) or 1.0
        place = {int(row): i for i, row in enumerate(rows)}
        found = np.zeros(len(rows), dtype=np.float32)
        for passage, cosine in near:
            row = self.row_of.get(passage)
            if row is not None and row in place:
                found[place[row]] = min(1.0, max(0.0, (cosine - mean) / deviation / _DEVIATIONS)) * self._weights[row]
        return found

    def _some_vectors(self) -> NDArray[np.float32]:
        held = [item.vector for item in self._shelved if item.vector]
        step = max(1, len(held) // _SAMPLE)
        some = [np.frombuffer(vector, dtype="<f4") for vector in held[::step][:_SAMPLE]]
        return np.stack(some) if some else np.zeros((0, 1), dtype=np.float32)

    def _citation(self, row: int, score: float) -> Citation:
        passage, document = self._shelved[row].passage, self._shelved[row].document
        return Citation(
            passage_id=passage.id,
            file=document.file,
            number=document.number,
            title=document.title,
            issuer=document.issuer,
            heading=" › ".join(passage.heading),
            text=passage.text,
            source=passage.source,
            page=passage.page,
            score=score,
            damage=passage.damage,
            sureness=passage.sureness,
            checked_on=document.checked_on,
            is_public=document.visibility is Visibility.PUBLIC,
        )

    def head_of(self, document_id: int) -> Citation | None:
        """The passage with a document's head, for what the paper says of itself."""
        for row, item in enumerate(self._shelved):
            if item.document.id == document_id and item.passage.kind is PassageKind.HEADER:
                return self._citation(row, 1.0)
        return None


def is_legible(text: str) -> bool:
    """True for Vietnamese with its diacritics: every sixth letter is its own there, and hardly any in bad scans."""
    letters = sum(c.isalpha() for c in text)
    return letters > 0 and len(_LEGIBLE.findall(nfc(text).lower())) > _LEGIBLE_SHARE * letters


def may_see(asker: Asker, document: Document) -> bool:
    """Internal papers are for the staff of the office that holds them, and never for a group to read along."""
    if document.visibility is not Visibility.INTERNAL:
        return True
    return may_see_internal(asker.role) and not asker.in_group and asker.office_id == document.office_id


def _fields(item: Shelved) -> list[tuple[str, float]]:
    passage, document = item.passage, item.document
    fields = [(passage.text, 1.0), (" . ".join(passage.heading), _HEADING_COUNTS)]
    if passage.kind is PassageKind.HEADER:
        fields.append((f"{document.number} . {document.issuer} . {document.title}", _HEADING_COUNTS))
    return fields
