"""Finds passages: which an asker may see, which a question means, which fit it best by words and by meaning."""

import re
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from domain.answers import Asker, Citation
from domain.plans import Document, PassageKind, Visibility
from domain.ports import Shelved
from domain.rights import may_see_internal
from domain.vietnamese import nfc
from knowledge.asking import Asked, read_question
from knowledge.cues import Cue, asked_for, columns_told, likes_of
from knowledge.index import by_passage, exact_nearest, first_of
from knowledge.lexical import YEAR, Counted, LexicalIndex, Matched, Words, counted, is_code, shape_of, tokens_of
from knowledge.places import Pairs, Places, pairs_in
from knowledge.restoring import restorer

NearestByVector = Callable[[NDArray[np.float32], int, Collection[int] | None], list[tuple[int, float]]]
"""(vector, k, documents) -> passage ids with their cosine, best first."""

_HEADING_COUNTS = 0.5
_HEADING_PASSAGE = 0.5
_WORDS_COUNT = 0.5
_DENSE_COUNTS_LEAST = 0.25
_DENSE_COUNTS_MOST = 1.3
_REPAIRED_COUNTS_LESS = 0.7
_GUESSED_COUNTS = 0.8
_CUES_COUNT = 1.75
_TITLE_COUNTS = 1.5
_COLUMNS_COUNT = 4.0
_CODE_COUNTS = 1.0
_OWN_YEAR = 1.0
_OTHER_YEARS = 1.0
_CANDIDATES = 100
_LEAST_DEVIATION = 1 / 12
_SAMPLE = 512
_LEGIBLE = re.compile(r"[\u0103\u0111\u01a1\u01b0\u1ea0-\u1ef9]")
_LEGIBLE_SHARE = 0.05
_ALIKE = 0.8
_SECTION_BEARS = 0.5
_SAME_SECTION = 10
_LIFT = 0.01
_YEAR = re.compile(r"(?:19|20)\d\d\Z")


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


@dataclass(frozen=True, slots=True)
class Gathered:
    """What was read off the passages of one document: their features, its names, whether it has its diacritics."""

    passages: tuple[int, ...]
    features: Counted
    pairs: Pairs
    columns: tuple[frozenset[str], ...]
    legible: bool


@dataclass(frozen=True, slots=True)
class Counts:
    """What was read off each document, so that a new one does not have the others read again."""

    words: Words = field(default_factory=Words)
    documents: dict[int, Gathered] = field(default_factory=dict)

    def of(self, document_id: int, shelved: Sequence[Shelved]) -> Gathered:
        """What was read off a document's passages, now or before."""
        own = tuple(item.passage.id for item in shelved)
        known = self.documents.get(document_id)
        if known is None or known.passages != own:
            texts = [item.passage.text for item in shelved]
            legible = is_legible(" ".join(texts))
            features = counted([_fields(item) for item in shelved], self.words, frames=not legible)
            columns = tuple(columns_told(item.passage) for item in shelved)
            known = Gathered(own, features, pairs_in(texts), columns, legible)
            self.documents[document_id] = known
        return known


class Passages:
    """All passages at one moment, ready to be searched. Never changed: a new one takes its place."""

    def __init__(self, shelved: Sequence[Shelved], *, name_places: bool = True, counts: Counts | None = None) -> None:
        """Without `name_places` the names in a question say nothing of where to look. `counts` is kept between one
        moment and the next."""
        by_document: dict[int, list[Shelved]] = {}
        for item in shelved:
            by_document.setdefault(item.document.id, []).append(item)
        self._shelved = [item for own in by_document.values() for item in own]
        self.row_of = {item.passage.id: row for row, item in enumerate(self._shelved)}
        self.documents = {i: own[0].document for i, own in by_document.items()}
        counts = counts or Counts()
        known = {i: counts.of(i, own) for i, own in by_document.items()}
        for gone in counts.documents.keys() - by_document.keys():
            del counts.documents[gone]
        self._lexical = LexicalIndex([own.features for own in known.values()], counts.words)
        pairs = {i: own.pairs for i, own in known.items()}
        self._places = Places(self.documents.values() if name_places else (), pairs, known=name_places)
        self._document_of = np.array([item.document.id for item in self._shelved], dtype=np.int64)
        self._weights = np.array(
            [_HEADING_PASSAGE if item.passage.kind is PassageKind.HEADING else 1.0 for item in self._shelved],
            dtype=np.float32,
        )
        self._legible = np.array([known[item.document.id].legible for item in self._shelved], dtype=bool)
        self._section_begins: dict[tuple[int, tuple[str, ...]], int] = {}
        for row, item in enumerate(self._shelved):
            self._section_begins.setdefault((item.document.id, item.passage.heading), row)
        self._is_head = np.array([item.passage.kind is PassageKind.HEADER for item in self._shelved], dtype=bool)
        self._columns = [column for own in known.values() for column in own.columns]
        self._damage = np.array([item.passage.damage for item in self._shelved], dtype=np.float32)
        self._sample: NDArray[np.float32] | None = None
        self._whole: dict[int, tuple[Citation, ...]] = {}
        self._word_sets: dict[int, frozenset[str]] = {}

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
        legible = bool(self._legible[rows].mean() > 0.5)
        matched = self._lexical.match(asked.tokens, asked.small, likes=likes_of(asked), frames=not legible)
        scores = _standing(matched.scores[rows]) * _WORDS_COUNT
        if vector is not None and nearest is not None:
            near = nearest(vector, _CANDIDATES, None if len(allowed) == len(self.documents) else allowed)
            close = self._by_meaning(near, vector, rows, matched.scores[rows])
            scores = scores + self._dense_counts(question, rows) * close
        wanted = asked_for(asked.tokens)
        likely = np.isin(self._document_of[rows], sorted(meant.likely)).astype(np.float32) * _TITLE_COUNTS
        scores = scores + likely + self._by_cues(wanted, rows) + self._by_years(asked, rows)
        scores = scores + self._by_columns(wanted, matched, rows) + self._by_codes(asked, rows)
        scores = np.where(scores > 0, scores * self._weights[rows], scores)
        if any(cue.parts for cue in wanted):
            self._lift_sections(scores, rows, asked)
        order = first_of(scores, _CANDIDATES + k)
        best = self._without_echoes(order, rows, k)
        found = (matched.scores[rows] > 0) | (scores > 0)
        citations = tuple(self._citation(int(rows[i]), max(float(scores[i]), 0.0)) for i in best if found[i])
        missing = tuple(figure for figure in asked.figures if not self._lexical.holds(figure, rows))
        borne = matched.borne[rows] * self._weights[rows]
        share = float(borne[best[:3]].max()) / matched.whole if matched.whole else 0.0
        return Found(citations, asked, share, meant.unknown, missing, chosen, is_scoped, legible)

    def exactly_nearest(self, vectors: Mapping[int, NDArray[np.float32]]) -> NearestByVector:
        """The nearest passages by comparing with every stored vector, for a process that does not keep the index."""
        ids = np.repeat(np.array(list(vectors), dtype=np.int64), [len(own) for own in vectors.values()])
        matrix = np.concatenate(list(vectors.values()))
        owners = np.array([self._document_of[self.row_of[int(i)]] for i in ids], dtype=np.int64)

        def nearest(vector: NDArray[np.float32], k: int, documents: Collection[int] | None) -> list[tuple[int, float]]:
            rows = np.arange(len(ids)) if documents is None else np.flatnonzero(np.isin(owners, sorted(documents)))
            return by_passage([(int(ids[row]), cosine) for row, cosine in exact_nearest(matrix, vector, rows, 2 * k)])

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
        """How much nearness by vector counts beside words. The model knows Vietnamese with its diacritics: where a
        scan lost them in the passages it is a weak witness, and where they were repaired or guessed a weaker one."""
        sound = self._legible[rows] * (1 - _REPAIRED_COUNTS_LESS * self._damage[rows])
        counts = _DENSE_COUNTS_LEAST + (_DENSE_COUNTS_MOST - _DENSE_COUNTS_LEAST) * float(sound.mean())
        return counts if is_legible(question) else counts * _GUESSED_COUNTS

    def _by_meaning(
        self,
        near: list[tuple[int, float]],
        vector: NDArray[np.float32],
        rows: NDArray[np.intp],
        lexical: NDArray[np.float32],
    ) -> NDArray[np.float32]:
        """How far above the ordinary each passage's nearness stands, in deviations. Those nearest and those best by
        words are compared one by one; any other is taken to be as near as the last of the nearest."""
        cosines = {}
        for passage, cosine in near:
            row = self.row_of.get(passage, -1)
            i = int(np.searchsorted(rows, row))
            if i < len(rows) and rows[i] == row:
                cosines[i] = cosine
        mean, deviation = self._ordinary(vector)
        found = np.full(len(rows), min(cosines.values(), default=mean), dtype=np.float32)
        for i in first_of(lexical, _CANDIDATES):
            if (
                lexical[i] > 0
                and int(i) not in cosines
                and (own := self._vectors(int(rows[i]), len(vector))) is not None
            ):
                cosines[int(i)] = float((own @ vector).max())
        for i, cosine in cosines.items():
            found[i] = cosine
        return (found - mean) / deviation

    def _by_cues(self, wanted: Sequence[Cue], rows: NDArray[np.intp]) -> NDArray[np.float32]:
        """How well each passage shows that it tells what is asked for: how long, how much, who."""
        found = np.zeros(len(rows), dtype=np.float32)
        for cue in wanted:
            told = self._is_head.astype(np.float32) if cue.head else self._lexical.cued(cue.told, cue.opens)
            told = told[rows]
            highest = float(told.max())
            if highest > 0:
                found += told / highest / len(wanted)
        return found * _CUES_COUNT

    def _by_columns(self, wanted: Sequence[Cue], matched: Matched, rows: NDArray[np.intp]) -> NDArray[np.float32]:
        """What a row of a table gains that has a column for what is asked, by how much of the subject it bears out."""
        kinds = frozenset[str]().union(*(cue.columns for cue in wanted))
        if not kinds or not matched.whole:
            return np.zeros(len(rows), dtype=np.float32)
        told = np.array([bool(kinds & self._columns[row]) for row in rows], dtype=np.float32)
        borne: NDArray[np.float32] = np.minimum(matched.borne[rows] / matched.whole, 1.0).astype(np.float32)
        return told * borne * _COLUMNS_COUNT

    def _by_codes(self, asked: Asked, rows: NDArray[np.intp]) -> NDArray[np.float32]:
        """What a passage gains that has a code of the question (6g), and what one loses that has its neighbour only
        (5g)."""
        found = np.zeros(len(rows), dtype=np.float32)
        for code in {token for token in asked.subject if is_code(token)}:
            own = np.isin(rows, self._lexical.having(code))
            other = np.zeros(len(rows), dtype=bool)
            for figure in "123456789":
                other |= np.isin(rows, self._lexical.having(re.sub(r"\d+", figure, code)))
            found += (own.astype(np.float32) - (other & ~own).astype(np.float32)) * _CODE_COUNTS
        return found

    def _by_years(self, asked: Asked, rows: NDArray[np.intp]) -> NDArray[np.float32]:
        """What a passage gains that speaks of the year asked about, itself or by its headings, and what one loses that
        speaks of other years only."""
        years = [figure for figure in asked.figures if _YEAR.match(figure)]
        if not years:
            return np.zeros(len(rows), dtype=np.float32)
        own = np.zeros(len(rows), dtype=bool)
        for year in years:
            own |= np.isin(rows, self._lexical.having(year))
        others = np.isin(rows, self._lexical.having(YEAR)) & ~own
        return own.astype(np.float32) * _OWN_YEAR - others.astype(np.float32) * _OTHER_YEARS

    def _lift_sections(self, scores: NDArray[np.float32], rows: NDArray[np.intp], asked: Asked) -> None:
        """Where the parts of a thing are asked for and a section is headed by it, its first passage stands before the
        others of the section: whoever reads the list reads it from there."""
        subject = {shape_of(word) for word in asked.subject}
        lifted: set[tuple[int, tuple[str, ...]]] = set()
        for i in first_of(scores, _SAME_SECTION):
            item = self._shelved[int(rows[i])]
            section = (item.document.id, item.passage.heading)
            if not item.passage.heading or section in lifted:
                continue
            lifted.add(section)
            headed = subject & {shape_of(word) for word in tokens_of(item.passage.heading[-1])}
            if len(headed) < _SECTION_BEARS * len(subject):
                continue
            first = int(np.searchsorted(rows, self._section_begins[section]))
            if first < len(rows) and scores[i] > 0:
                scores[first] = max(scores[first], scores[i] * (1 + _LIFT))

    def _without_echoes(self, order: NDArray[np.intp], rows: NDArray[np.intp], k: int) -> list[int]:
        """The first k of an order. Passages that only repeat a better one of their document stand behind all others."""
        first: list[int] = []
        echoes: list[int] = []
        for i in map(int, order):
            row = int(rows[i])
            same = [int(rows[j]) for j in first if self._document_of[rows[j]] == self._document_of[row]]
            if any(_repeats(self._words_of(row), self._words_of(other)) for other in same):
                echoes.append(i)
            else:
                first.append(i)
            if len(first) == k:
                return first
        return (first + echoes)[:k]

    def _words_of(self, row: int) -> frozenset[str]:
        if row not in self._word_sets:
            self._word_sets[row] = frozenset(tokens_of(self._shelved[row].passage.text))
        return self._word_sets[row]

    def _vectors(self, row: int, dimension: int) -> NDArray[np.float32] | None:
        """The vectors of a passage, one for each window of its text."""
        held = self._shelved[row].vector
        return np.frombuffer(held, dtype="<f4").reshape(-1, dimension) if held else None

    def _ordinary(self, vector: NDArray[np.float32]) -> tuple[float, float]:
        """How near passages are to a question as a rule, and how far that varies."""
        if self._sample is None:
            held = [row for row, item in enumerate(self._shelved) if item.vector]
            some = held[:: max(1, len(held) // _SAMPLE)][:_SAMPLE]
            self._sample = np.stack([v[0] for row in some if (v := self._vectors(row, len(vector))) is not None])
        cosines = self._sample @ vector
        return float(cosines.mean()), float(cosines.std()) or 1.0

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
            kind=passage.kind,
            document_id=document.id,
            is_public=document.visibility is Visibility.PUBLIC,
        )

    def passages_of(self, document_id: int) -> tuple[Citation, ...]:
        """All passages of a document in the order of its file; the same tuple as long as nothing changed."""
        if document_id not in self._whole:
            rows = np.flatnonzero(self._document_of == document_id)
            ordered = sorted(rows, key=lambda row: self._shelved[int(row)].passage.ordinal)
            self._whole[document_id] = tuple(self._citation(int(row), 0.0) for row in ordered)
        return self._whole[document_id]


def is_legible(text: str) -> bool:
    """True for Vietnamese with its diacritics: every sixth letter is its own there, and hardly any in bad scans."""
    letters = sum(c.isalpha() for c in text)
    return letters > 0 and len(_LEGIBLE.findall(nfc(text).lower())) > _LEGIBLE_SHARE * letters


@lru_cache(maxsize=256)
def with_diacritics(question: str) -> str:
    """The question with its diacritics, given back where it was typed without them."""
    return question if is_legible(question) else restorer().accented(question)


def _standing(scores: NDArray[np.float32]) -> NDArray[np.float32]:
    """How far above the ordinary each score stands, in deviations. Among few passages the best one sets the measure:
    their deviation says little."""
    deviation = max(float(scores.std()), float(scores.max()) * _LEAST_DEVIATION)
    return (scores - scores.mean()) / deviation if deviation > 0 else scores


def _repeats(own: frozenset[str], other: frozenset[str]) -> bool:
    """True when a text says hardly anything, and no figure at all, that the other one does not say."""
    if len(own - other) > (1 - _ALIKE) * len(own) or len(own) < _ALIKE * len(other):
        return False
    return not any(c.isdigit() for word in own - other for c in word)


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
