"""What a question asks for, and the words by which a passage shows that it tells it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache

from domain.plans import Passage, PassageKind
from knowledge.asking import Asked
from knowledge.columns import RULE, column_of, columns_in
from knowledge.words import word_list

_MOST_WORDS_ALIKE = 5


@dataclass(frozen=True, slots=True)
class Cue:
    """One thing that can be asked for, and the words or pairs of words of passages that tell it: anywhere (`told`) or
    at their beginning (`opens`). `head` is true for what the head of a paper tells,
    `parts` where a whole list is asked for."""

    name: str
    asked: tuple[tuple[str, ...], ...]
    ends: tuple[tuple[str, ...], ...]
    told: tuple[tuple[str, ...], ...]
    opens: tuple[tuple[str, ...], ...]
    columns: frozenset[str]
    over: frozenset[str]
    head: bool
    parts: bool

    def is_asked(self, tokens: Sequence[str]) -> bool:
        """True for a question, given as its folded words, that asks for this."""
        whole = tuple(tokens)
        if any(whole[-len(end) :] == end for end in self.ends):
            return True
        return any(
            whole[i : i + len(phrase)] == phrase for phrase in self.asked for i in range(len(whole) - len(phrase) + 1)
        )


@cache
def cues() -> tuple[Cue, ...]:
    """Everything that can be asked for."""
    lists: Mapping[str, Mapping[str, Sequence[str]]] = word_list("cues")
    return tuple(
        Cue(
            name,
            _phrases(own.get("asked", ())),
            _phrases(own.get("ends", ())),
            _phrases(own.get("told", ())),
            _phrases(own.get("opens", ())),
            frozenset(own.get("columns", ())),
            frozenset(own.get("over", ())),
            head=name == "head",
            parts=name == "parts",
        )
        for name, own in lists.items()
    )


def _phrases(written: Sequence[str]) -> tuple[tuple[str, ...], ...]:
    return tuple(tuple(str(phrase).split()) for phrase in written)


def asked_for(tokens: Sequence[str]) -> tuple[Cue, ...]:
    """What a question asks for; nothing when it does not say."""
    asked = [cue for cue in cues() if cue.is_asked(tokens)]
    beside = frozenset().union(*(cue.over for cue in asked))
    return tuple(cue for cue in asked if cue.name not in beside)


@cache
def _alike() -> Mapping[tuple[str, ...], tuple[tuple[str, ...], ...]]:
    """For each phrase of the lists of like words, the others of its lists; for a short form, what it stands for."""
    found: dict[tuple[str, ...], tuple[tuple[str, ...], ...]] = {}
    lists = word_list("questions")
    for group in [*lists["like_words"], *lists["short_forms"].items()]:
        phrases = _phrases(group)
        for phrase in phrases:
            found[phrase] = (*found.get(phrase, ()), *(other for other in phrases if other != phrase))
    return found


def likes_of(asked: Asked) -> list[tuple[tuple[str, ...], tuple[tuple[str, ...], ...]]]:
    """Phrases of a question, each with others that say the same ("chu tri" for "phu trach"). Of phrases within one
    another the longest is read."""
    found: list[tuple[tuple[str, ...], tuple[tuple[str, ...], ...]]] = []
    i = 0
    while i < len(asked.tokens):
        sizes = range(min(_MOST_WORDS_ALIKE, len(asked.tokens) - i), 1 if asked.small[i] else 0, -1)
        size = next((size for size in sizes if asked.tokens[i : i + size] in _alike()), 0)
        if size:
            phrase = asked.tokens[i : i + size]
            found.append((phrase, _alike()[phrase]))
        i += max(size, 1)
    return found


def columns_told(passage: Passage) -> frozenset[str]:
    """The kinds of columns that a row of a table has, by its labels and by the names above it; "year" for figures of
    years. Nothing for what is no row."""
    if passage.kind is not PassageKind.ROW:
        return frozenset()
    columns = [column_of(cell.partition(":")[0]) for cell in passage.text.split(RULE) if ":" in cell]
    columns += [column for heading in passage.heading[-2:] for column in columns_in(heading)]
    return frozenset("year" if column.year else column.kind for column in columns) - {""}
