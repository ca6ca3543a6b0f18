"""A document's lines as places to read, and the lines again from what was read there."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from knowledge.restoring.tokens import STOP, cores, mark_after

_LONGEST = 80


@dataclass(frozen=True, slots=True)
class Word:
    """A word where it stands: its line, place, signs and kind; `after` is STOP or PAUSE or nothing."""

    line: int
    start: int
    end: int
    written: str
    kind: str
    after: str


def words_in(lines: Sequence[str]) -> list[Word]:
    """The words of all lines in order."""
    found: list[Word] = []
    for number, line in enumerate(lines):
        at = 0
        for piece in line.split():
            at = line.index(piece, at)
            parts = cores(piece)
            for index, (start, end, kind) in enumerate(parts):
                after = piece[end : parts[index + 1][0]] if index + 1 < len(parts) else piece[end:]
                found.append(Word(number, at + start, at + end, piece[start:end], kind, mark_after(after)))
            at += len(piece)
    return found


def passages_of(words: Sequence[Word], begins: Callable[[int], bool]) -> list[list[Word]]:
    """The words in passages that are read on their own: cut where a sentence ends or a line begins something new."""
    passages: list[list[Word]] = []
    now: list[Word] = []
    for word in words:
        fresh = bool(now) and word.line != now[-1].line and begins(word.line)
        if now and (fresh or (now[-1].after == STOP and len(now) >= 12) or len(now) >= _LONGEST):
            passages.append(now)
            now = []
        now.append(word)
    if now:
        passages.append(now)
    return passages


def rewritten(lines: Sequence[str], changes: Sequence[tuple[int, int, int, str]]) -> list[str]:
    """The lines with each place (line, start, end) replaced by its text."""
    by_line: dict[int, list[tuple[int, int, str]]] = {}
    for line, start, end, text in changes:
        by_line.setdefault(line, []).append((start, end, text))
    result = list(lines)
    for line, places in by_line.items():
        old, new, at = lines[line], [], 0
        for start, end, text in sorted(places):
            new.append(old[at:start])
            new.append(text)
            at = end
        new.append(old[at:])
        result[line] = "".join(new)
    return result
