"""Documents as an answer needs them: passages in order, the words of each, and what stands around it."""

import itertools
import re
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from functools import cache, cached_property

from domain.answers import Citation
from domain.plans import PassageKind
from domain.sentences import Sentence, as_written
from domain.vietnamese import nfc
from knowledge.answering.spans import Span, figures_in, times_in
from knowledge.asking import patterns
from knowledge.lexical import shape_of, tokens_of
from knowledge.markers import marker_of
from knowledge.words import word_list

_EXACT = re.compile(r"[^\W_]+")
_AS_WRITTEN = re.compile(r"(?<!\w)(?=[A-Z\d]*[A-Z])[A-Z\d]{2,12}(?![^\W_])")
_CODE = re.compile(r"\d+(?:/\d{4})?[-/][a-z]")
_NEAR = 2
_LONGEST_NAME = 140
_LARGEST_BLOCK = 60
_YEAR = re.compile(r"(?<!\d)(?:19|20)\d\d(?!\d)")
_ENDS_WITH_LEAD = re.compile(r":\W*\Z")


@cache
def _short_forms() -> dict[str, tuple[str, ...]]:
    return {str(short): tuple(str(full).split()) for short, full in word_list("questions")["short_forms"].items()}


def full_words(tokens: Iterable[str]) -> list[str]:
    """The shapes of folded words, with administrative abbreviations written out, so that both ways of writing meet."""
    found: list[str] = []
    for token in tokens:
        found.extend(shape_of(word) for word in _short_forms().get(token, (token,)))
    return found


def is_code(word: str) -> bool:
    """True for the number of a paper (57-nq/tw)."""
    return bool(_CODE.match(word))


def pairs_of(words: Sequence[str]) -> frozenset[tuple[str, str]]:
    """Every two words that stand side by side."""
    return frozenset(itertools.pairwise(words))


class Item:
    """A passage in its document, with its words."""

    __slots__ = ("__dict__", "citation", "position")

    def __init__(self, citation: Citation, position: int) -> None:
        self.citation = citation
        self.position = position

    @cached_property
    def tokens(self) -> list[str]:
        """The words of the text in order."""
        return full_words(tokens_of(self.citation.text))

    @cached_property
    def words(self) -> frozenset[str]:
        """The words of the text, and of its source the codes and short forms in capitals, as the file has them."""
        kept = [token for word in _AS_WRITTEN.findall(self.citation.source) for token in tokens_of(word)]
        return frozenset((*self.tokens, *full_words(kept)))

    @cached_property
    def pairs(self) -> frozenset[tuple[str, str]]:
        """Every two words of the text that stand side by side."""
        return pairs_of(self.tokens)

    @cached_property
    def exact(self) -> frozenset[str]:
        """The words with their diacritics, those of the headings included."""
        return frozenset(_EXACT.findall(nfc(f"{self.citation.text} {self.citation.heading}").lower()))

    @cached_property
    def headings(self) -> tuple[str, ...]:
        """The headings above, outermost first."""
        return tuple(part for part in self.citation.heading.split(" › ") if part)

    @cached_property
    def heading_tokens(self) -> list[str]:
        """The words of the headings in order."""
        return full_words(tokens_of(self.citation.heading.replace(" › ", " . ")))

    @cached_property
    def heading_words(self) -> frozenset[str]:
        """The words of the headings."""
        return frozenset(self.heading_tokens)

    @cached_property
    def heading_pairs(self) -> frozenset[tuple[str, str]]:
        """Every two words of the headings that stand side by side."""
        return pairs_of(self.heading_tokens)

    @cached_property
    def sentence(self) -> Sentence:
        """The text beside its folded form, letter for letter, without the mark it begins with."""
        return as_written(without_mark(self.citation.text))

    @cached_property
    def figures(self) -> list[Span]:
        """The amounts and shares in the text."""
        return figures_in(self.sentence)

    @cached_property
    def times(self) -> list[Span]:
        """The days, quarters, rhythms and other times in the text."""
        return times_in(self.sentence)

    @cached_property
    def years(self) -> frozenset[str]:
        """The years that the text names, or else the nearest heading that names any."""
        for words in (self.citation.text, *reversed(self.headings)):
            if named := frozenset(_YEAR.findall(words)):
                return named
        return frozenset()

    @property
    def is_row(self) -> bool:
        """True for a table's row."""
        return self.citation.kind is PassageKind.ROW

    @property
    def says_something(self) -> bool:
        """False for a paper's head and for headings that only name what follows."""
        if self.citation.kind is PassageKind.HEADING:
            return len(self.citation.text) > _LONGEST_NAME
        return self.citation.kind is not PassageKind.HEADER

    @property
    def answers_its_heading(self) -> bool:
        """True under a heading that is a question: the whole text is the answer."""
        return bool(self.headings) and self.headings[-1].rstrip().endswith("?")

    @property
    def is_list_lead(self) -> bool:
        """True for a line that only announces what follows."""
        return bool(_ENDS_WITH_LEAD.search(self.citation.text))


class Paper:
    """A document's passages in order."""

    def __init__(self, citations: Sequence[Citation]) -> None:
        self.citations = citations
        self.items = [Item(citation, i) for i, citation in enumerate(citations)]
        self._at = {citation.passage_id: i for i, citation in enumerate(citations)}

    def prepare(self) -> None:
        """Work out what every question needs of the paper: its words, pairs, headings, figures and times."""
        held = (self.held_by, self.pairs, self.exact, self.title_pairs, self.leading, self.sections, self.codes)
        for item in self.items if all(part is not None for part in held) else ():
            _ = item.figures, item.times, item.years

    def item(self, citation: Citation) -> Item | None:
        """The passage as an item of this paper; None when it is of another."""
        at = self._at.get(citation.passage_id)
        return None if at is None else self.items[at]

    @cached_property
    def positions(self) -> dict[str, list[int]]:
        """Where each word stands, in the text or the headings of a passage."""
        found: dict[str, list[int]] = {}
        for item in self.items:
            for word in item.words | item.heading_words:
                found.setdefault(word, []).append(item.position)
        return found

    @cached_property
    def held_by(self) -> Counter[str]:
        """How many passages hold each word, in their text or headings."""
        return Counter({word: len(positions) for word, positions in self.positions.items()})

    @cached_property
    def codes(self) -> frozenset[str]:
        """The numbers of papers that it names (57-nq/tw)."""
        return frozenset(word for word in self.held_by if is_code(word))

    @cached_property
    def leading(self) -> list[Item]:
        """The passages that say who leads, watches over or answers for something."""
        return [item for item in self.items if patterns("leads").search(item.sentence.folded)]

    @cached_property
    def pairs(self) -> frozenset[tuple[str, str]]:
        """Every two words that stand side by side anywhere in the document."""
        found: set[tuple[str, str]] = set()
        for item in self.items:
            found |= item.pairs
            found |= item.heading_pairs
        return frozenset(found)

    @cached_property
    def exact(self) -> frozenset[str]:
        """The words of the document with their diacritics."""
        found: set[str] = set()
        for item in self.items:
            found |= item.exact
        return frozenset(found)

    @cached_property
    def title_words(self) -> frozenset[str]:
        """The words of the paper's title."""
        return frozenset(self._title_tokens)

    @cached_property
    def title_pairs(self) -> frozenset[tuple[str, str]]:
        """Every two words of the title that stand side by side."""
        return pairs_of(self._title_tokens)

    @cached_property
    def _title_tokens(self) -> list[str]:
        return full_words(tokens_of(self.items[0].citation.title)) if self.items else []

    @cached_property
    def first_heading(self) -> int:
        """Where the paper's own content begins: before it stand the head and what the paper is based on."""
        kinds = (PassageKind.HEADING, PassageKind.BULLET, PassageKind.ROW)
        return next((item.position for item in self.items if item.citation.kind in kinds), 0)

    def named(self, heading: str) -> tuple[Item, ...]:
        """The line of the file that is this heading; none where the outline put it together."""
        return tuple(item for item in self.items if item.citation.text == heading)[:1]

    def near(self, item: Item) -> list[Item]:
        """The passages just before and after, of the same section."""
        first = max(0, item.position - _NEAR)
        around = self.items[first : item.position + _NEAR + 1]
        return [other for other in around if other is not item and _shares_heading(item, other)]

    def under(self, item: Item, depth: int) -> list[Item]:
        """The stretch of passages around an item that share the first `depth` of its headings."""
        wanted = item.headings[:depth]
        found = [item]
        for step in (-1, 1):
            at = item.position + step
            while 0 <= at < len(self.items) and len(found) < _LARGEST_BLOCK:
                if self.items[at].headings[:depth] != wanted:
                    break
                found.append(self.items[at])
                at += step
        return sorted(found, key=lambda one: one.position)

    def section_of(self, item: Item) -> list[Item]:
        """The passages under the very headings of an item."""
        return self.under(item, len(item.headings))

    @cached_property
    def sections(self) -> list[tuple[tuple[str, ...], list[Item]]]:
        """Every heading path with the passages directly or deeper under it, in order."""
        return list(self._sections())

    def _sections(self) -> Iterator[tuple[tuple[str, ...], list[Item]]]:
        seen: set[tuple[tuple[str, ...], int]] = set()
        for item in self.items:
            for depth in range(1, len(item.headings) + 1):
                path = item.headings[:depth]
                block = self.under(item, depth)
                key = (path, block[0].position)
                if key not in seen:
                    seen.add(key)
                    yield path, block


class Papers:
    """The papers read so far; each is read again only when its passages changed."""

    def __init__(self, passages_of: Callable[[int], tuple[Citation, ...]]) -> None:
        self._passages_of = passages_of
        self._papers: dict[int, Paper] = {}

    def prepare(self, document_ids: Iterable[int]) -> None:
        """Read these documents now, so that the first question about one need not wait for it."""
        for document_id in document_ids:
            paper = self.paper(document_id)
            paper.prepare()

    def paper(self, document_id: int) -> Paper:
        """A document's passages in order."""
        citations = self._passages_of(document_id)
        known = self._papers.get(document_id)
        if known is None or known.citations is not citations:
            known = self._papers[document_id] = Paper(citations)
        return known


def without_mark(text: str) -> str:
    """The text without the number, letter or dash that it begins with."""
    marker = marker_of(text)
    return text[marker.length :] if marker else text


def _shares_heading(one: Item, other: Item) -> bool:
    return one.headings == other.headings or (bool(one.headings) and one.headings[:1] == other.headings[:1])
