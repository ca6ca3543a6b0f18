"""A line cut into the words that a language model reads."""

import re
from functools import lru_cache

from knowledge.restoring.letters import composed, usual

STOP, PAUSE, NUMBER, CODE, OTHER = "<s>", "<,>", "<number>", "<code>", "<other>"
MARKS = (STOP, PAUSE, NUMBER, CODE, OTHER)

# Signs that a scanner writes for letters: they belong to the word they stand in or end.
_LETTERLIKE = "&@\u20ac\u00a7\u00a2\u00a3\u00a5$"
_WORD = re.compile(
    rf"[^\W_]+(?:[{_LETTERLIKE}]+[^\W_]*)*|[{_LETTERLIKE}]+[^\W_]+(?:[{_LETTERLIKE}]+[^\W_]*)*|[&\u00a7\u00a2\u20ac]+"
)
_STRAY = "()\u2018\u2019\u201c\u201d\"'`*^~"
_BROKEN = re.compile(rf"[^\W_]+[{re.escape(_STRAY)}]{{1,2}}[^\W_]+")
# Signs in the midst of letters that no one sets there: a letter in brackets, an opening sign before a closing one.
_SIGNS = r"\([a-z]\)|:?[(\u2018\u201c]?[\u201c\u2018(][\u201d)]|:\([\u2018\u201c]?"
_DEBRIS = re.compile(rf"([^\W\d_]{{1,4}})({_SIGNS})([^\W_]{{1,4}})")
_NUMERIC = re.compile(r"\d+(?:[.,:/\-\u2013]\d+)*%?")
# Two words by their first letters, such as b/c.
_SHORTENED = re.compile(r"[^\W\d_]/[^\W\d_]")
_CODED = re.compile(r"[\w.]*(?:[/\-][\w.]+)+")
# Capitals; two usual parts with a small letter; and the b that is half of a stroked capital D.
_CODE_PART = re.compile(r"TTg|CTr|[^\W\d_a-z]{1,2}b[^\W\d_a-z]?|(?=.*[^\W\d_])[^\W_a-z.]+(?:\.[^\W_a-z]+)*")
_ENDS = re.compile(r"[.;:!?]")
_PAIRS = {")": "(", "\u201d": "\u201c", "\u2019": "\u2018", '"': '"', "'": "'"}


def is_coded(piece: str) -> bool:
    """Whether a piece is the number of a paper or the like: parts in capitals and figures joined by / or -."""
    if not _CODED.fullmatch(piece):
        return False
    parts = re.split(r"[/\-]", piece)
    if any(len(part) > 12 for part in parts):
        return False
    named = [bool(_CODE_PART.fullmatch(part)) for part in parts]
    return any(named) and all(
        not part or part[0].isdigit() or is_named for part, is_named in zip(parts, named, strict=True)
    )


@lru_cache(maxsize=1 << 16)
def cores(piece: str) -> tuple[tuple[int, int, str], ...]:
    """Where the words of a piece between blanks begin and end, and their kind: "word", NUMBER, CODE or OTHER (b/c)."""
    start, end = 0, len(piece)
    while start < end and not (piece[start].isalnum() or piece[start] in _LETTERLIKE):
        start += 1
    while end > start and not (piece[end - 1].isalnum() or piece[end - 1] in _LETTERLIKE + "%"):
        end -= 1
    inner = piece[start:end]
    if not inner:
        return ()
    if inner.isalpha():
        return ((start, end, "word"),)
    if _NUMERIC.fullmatch(inner):
        return ((start, end, NUMBER),)
    if is_coded(inner):
        return ((start, end, CODE),)
    if _SHORTENED.fullmatch(inner):
        return ((start, end, OTHER),)
    if _DEBRIS.fullmatch(inner):
        return ((start, end, "word"),)
    if _BROKEN.fullmatch(inner) and not any(opening in piece for opening in "(\u201c\u2018"):
        return ((start, end, "word"),)
    found = []
    for match in re.finditer(rf"{_NUMERIC.pattern}(?![^\W_]|[{_LETTERLIKE}])|{_WORD.pattern}", inner):
        kind = NUMBER if _NUMERIC.fullmatch(match[0]) else "word"
        found.append((start + match.start(), start + match.end(), kind))
    return tuple(found)


def is_shouted(line: str) -> bool:
    """Whether a line is set in capitals."""
    upper = sum(1 for sign in line if sign.isupper())
    return upper > sum(1 for sign in line if sign.islower())


@lru_cache(maxsize=1 << 14)
def without_debris(word: str) -> str:
    """The word with the signs that broke one of its letters as one."""
    match = _DEBRIS.fullmatch(word)
    return f"{match[1]}\u2019{match[3]}" if match else word


@lru_cache(maxsize=1 << 18)
def known_as(word: str, shouted: bool) -> str:
    """The name under which the language model knows a word: lower case, but an abbreviation keeps its capitals."""
    if not shouted and any(sign.isupper() for sign in word[1:]):
        return word
    return usual(word.lower())


def mark_after(between: str) -> str:
    """What the signs after a word say: that a sentence ends (STOP), that it pauses (PAUSE), or nothing."""
    if _ENDS.search(between):
        return STOP
    return PAUSE if "," in between else ""


@lru_cache(maxsize=1 << 18)
def _read(piece: str, shouted: bool) -> tuple[str, ...]:
    words: list[str] = []
    found = cores(piece)
    for start, end, kind in found:
        words.append(known_as(piece[start:end], shouted) if kind == "word" else kind)
        if not words[-1].isalnum() and kind == "word":
            words[-1] = OTHER
    last = found[-1][1] if found else 0
    mark = mark_after(piece[last:])
    if mark:
        words.append(mark)
    return tuple(words)


def words_of(line: str) -> list[str]:
    """A clean line as the language model reads it."""
    line = composed(line)
    shouted = is_shouted(line)
    return [word for piece in line.split() for word in _read(piece, shouted)]
