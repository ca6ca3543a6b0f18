"""Cells of a row that stand one below the other: which column each of them belongs to."""

from collections.abc import Sequence

from domain.deadlines import DeadlineKind, parse_deadline
from knowledge.drafting.torn import TornLine, bond, fit, is_head_of
from knowledge.drafting.wording import Word, wording

_SKIPPED = 1.2
_GOES_ON_ABOVE_GAP = 2.5
_NEW_CELL = 1.5
_TIME_READ = 2.5
_TOO_MANY = 3


def cells_of_stack(lines: Sequence[TornLine], kinds: Sequence[str]) -> tuple[tuple[tuple[Word, ...], ...], float]:
    """The words of each column and how surely they are there: columns come in order, and a cell may take lines."""
    paragraphs = _paragraphs(lines)
    if len(paragraphs) == len(kinds) and not any(words[0].text[:1].islower() for words in paragraphs):
        return tuple(paragraphs), 0.95
    trails: list[tuple[float, tuple[int, ...]]] = [(0.0, ())]
    for at in range(len(paragraphs)):
        grown: dict[int, tuple[float, tuple[int, ...]]] = {}
        for score, trail in trails:
            last = trail[-1] if trail else -1
            for column in range(max(last, 0), len(kinds)):
                value = score + _step(kinds, paragraphs, at, last, column)
                if column not in grown or value > grown[column][0]:
                    grown[column] = (value, (*trail, column))
        trails = list(grown.values())
    score, places = max(trails, key=lambda trail: trail[0] - _SKIPPED * (len(kinds) - 1 - (trail[1] or (0,))[-1]) / 2)
    cells: list[list[Word]] = [[] for _ in kinds]
    for words, place in zip(paragraphs, places, strict=True):
        cells[place].extend(words)
    return tuple(map(tuple, cells)), 0.8 if len(paragraphs) < _TOO_MANY * len(kinds) else 0.3


def _paragraphs(lines: Sequence[TornLine]) -> list[tuple[Word, ...]]:
    """The cells that blank lines set apart; where there are none, the lines."""
    if not any(line.gap for line in lines[1:]):
        return [line.words for line in lines]
    found: list[tuple[Word, ...]] = []
    for line in lines:
        if line.gap or not found:
            found.append(line.words)
        else:
            found[-1] = (*found[-1], *line.words)
    return found


def _step(kinds: Sequence[str], cells: Sequence[tuple[Word, ...]], at: int, last: int, column: int) -> float:
    """What speaks for this cell's standing in a column after the one before it."""
    words, kind = cells[at], kinds[column]
    score = sum(fit(kind, word) for word in words) / len(words) * 2
    if kind == "time":
        known = parse_deadline(wording(words)).kind is not DeadlineKind.UNKNOWN
        score += _TIME_READ if known else -_TIME_READ
    if column == last:
        before = cells[at - 1][-1].text
        small = words[0].text[:1].islower()
        return score + (bond(before, words[0].text) if small or before[-1] in "," else -_NEW_CELL)
    if words[0].text[:1].islower():
        score -= 1.0
    score += is_head_of(kind, words[0])
    return score - _SKIPPED * (column - last - 1)
