"""Whole lists: what a unit must do, what a section says point by point."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache

from domain.plans import PassageKind
from domain.vietnamese import fold
from knowledge.answering.evidence import Evidence
from knowledge.answering.kinds import Wanted
from knowledge.answering.papers import Item, Paper, full_words, pairs_of, without_mark
from knowledge.answering.ranking import Candidate
from knowledge.answering.spans import begins_with_unit, unit_name
from knowledge.asking import Asked, is_small, patterns
from knowledge.lexical import tokens_of
from knowledge.words import word_list

_LEAST_OF_UNIT = 0.75
_LEAST_OF_HEADING = 0.5
_LEAST_OF_NAME = 0.4
_LEAST_OF_LAST = 0.25
_FRAME_COUNTS, _ABOVE = 0.3, 0.3
_LARGEST = 40
_LOOKED_AT, _PAPERS_READ = 6, 2
_SAME = 60
_UNIT_ENDS = re.compile(
    r"\s(?:trong|o|lam|co|phai|duoc|theo|ve|thuoc|doi voi|khi|la|se|cho|chu tri|chiu|thuc hien)(?:\s|\Z)"
)


@dataclass(frozen=True, slots=True)
class Listing:
    """The points of one or more sections of a paper, in its order, under the heading they answer to."""

    heading: str
    items: tuple[Item, ...]


def duties_of(asked: Asked, wanted: Wanted, evidence: Evidence, papers: Sequence[Paper]) -> Listing | None:
    """What the unit in a question must do: every point under its name; None when no heading names it."""
    unit = _unit_asked(asked, wanted)
    if not unit:
        return None
    best: tuple[float, Listing] | None = None
    for paper in papers:
        found = _under_unit(unit, paper)
        if found is None:
            continue
        weight = (
            found[0]
            + evidence.title_share(paper)
            + sum(sorted((evidence.share(item, paper) for item in found[1].items), reverse=True)[:3]) / 3
        )
        if best is None or weight > best[0]:
            best = (weight, found[1])
    return best[1] if best else None


def section_asked(asked: Asked, evidence: Evidence, candidates: Sequence[Candidate]) -> Listing | None:
    """The points of the section a question asks for by its subject; None when the best passages stand in none."""
    frame = _frame(asked)
    near = {id(c.item): c.share for c in candidates[:_LOOKED_AT]}
    best: tuple[float, list[Item], str] | None = None
    for paper in list({id(c.paper): c.paper for c in candidates[:_LOOKED_AT]}.values())[:_PAPERS_READ]:
        for path, block in paper.sections:
            weight = _weight(path, paper, evidence, frame)
            if weight < _LEAST_OF_HEADING or (best and weight < best[0] - 0.3):
                continue
            points = _points(block)
            if not 0 < len(points) <= _LARGEST:
                continue
            weight += 0.2 * max((near.get(id(item), 0.0) for item in points), default=0.0) - 0.004 * len(points)
            if best is None or weight > best[0]:
                best = (weight, points, path[-1])
    return Listing(best[2], tuple(best[1])) if best else None


def _weight(path: Sequence[str], paper: Paper, evidence: Evidence, frame: frozenset[str]) -> float:
    words = full_words(tokens_of(without_mark(path[-1])))
    held = evidence.share_beyond_title(frozenset(words), pairs_of(words), paper)
    if held < _LEAST_OF_LAST and not evidence.years & frozenset(words):
        return 0.0
    if len(path) > 1:
        above = full_words(tokens_of(" . ".join(path)))
        held = (1 - _ABOVE) * held + _ABOVE * evidence.share_beyond_title(frozenset(above), pairs_of(above), paper)
    if frame:
        held += _FRAME_COUNTS * len(frame & frozenset(words)) / len(frame)
    if evidence.years:
        held += 0.3 if evidence.years & frozenset(words) else 0.0
    return held


def _frame(asked: Asked) -> frozenset[str]:
    """Words such as target or task: they say nothing of the subject, but sections are named with them."""
    return frozenset(t for t, small in zip(asked.tokens, asked.small, strict=True) if small and not is_small(t))


def _points(block: Sequence[Item]) -> list[Item]:
    """What a section says, without its headings and the lines that only announce something."""
    above = {heading[:_SAME] for item in block for heading in item.headings}
    return [
        item
        for item in block
        if item.citation.kind is not PassageKind.HEADING
        and not item.is_list_lead
        and item.citation.text[:_SAME] not in above
    ]


def _unit_asked(asked: Asked, wanted: Wanted) -> list[str]:
    """The words of the unit a question names."""
    text = " ".join(asked.tokens)
    for found in re.finditer(r"(?<!\S)(?=\S)", text):
        rest = text[found.start() :]
        if begins_with_unit(rest) and not patterns("asks_lead").match(rest):
            end = _UNIT_ENDS.search(rest)
            words = rest[: end.start() if end else len(rest)].split()
            told = [word for word in full_words(words) if word not in _generic()]
            if told:
                return told
    return []


def _under_unit(unit: Sequence[str], paper: Paper) -> tuple[float, Listing] | None:
    found: list[tuple[float, str, list[Item]]] = []
    taken: set[int] = set()
    for path, block in paper.sections:
        weight = _is_named(unit, path[-1])
        if weight and begins_with_unit(fold(without_mark(path[-1]))) and block[0].position not in taken:
            points = _points(block)[:_LARGEST]
            taken.update(item.position for item in block)
            if points:
                found.append((weight, path[-1], points))
    for item in paper.items:
        said = item.sentence
        if (
            item.position in taken
            or item.is_row
            or item.citation.kind is PassageKind.HEADING
            or not begins_with_unit(said.folded)
        ):
            continue
        name = unit_name(said.said)
        if weight := _is_named(unit, name):
            found.append((weight, name, [item]))
    if not found:
        return None
    highest = max(weight for weight, _, _ in found)
    close = [(name, items) for weight, name, items in found if weight > highest - 0.2]
    items = sorted({item.position: item for _, points in close for item in points}.items())
    return highest, Listing(close[0][0], tuple(item for _, item in items))


def _is_named(unit: Sequence[str], name: str) -> float:
    """How well a heading names a unit, 0 when it does not."""
    best = 0.0
    for part in (name, *re.split(r"[;,]|\s-\s", name)):
        words = [word for word in full_words(tokens_of(without_mark(part))) if word not in _generic()]
        shared = set(unit) & set(words)
        if not words or len(shared) < _LEAST_OF_UNIT * len(set(unit)):
            continue
        precision = len(shared) / len(set(words))
        if precision >= _LEAST_OF_NAME:
            best = max(best, len(shared) / len(set(unit)) + precision)
    return best


@cache
def _generic() -> frozenset[str]:
    """Words that units of every place have in their names."""
    places = {word for unit in word_list("words")["units_of_place"] for word in str(unit).split()}
    kept = {"uy", "ban", "nhan", "dan"}
    common = str(word_list("questions")["common_unit_words"]).split()
    return frozenset((places - kept).union(common))
