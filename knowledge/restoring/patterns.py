"""What is repaired by its pattern and never by likelihood: numbers of papers, Roman numerals, list markers."""

import re
from collections.abc import Mapping, Sequence
from functools import lru_cache

from knowledge.restoring.letters import folded

_PART = re.compile(r"[^\W\d_]+")
_ROMAN = re.compile(r"[I1l|VX]{1,4}")
_MARKER = re.compile(r"^(\s*)([|l1I]{1,3}|[|l1I]{0,2}V[|l1I]{0,3})(?=\s*[.\-|]\s*[^\W\d_]{2})")
# A number of up to four figures that is no year, with a dash or stroke, and letters after it.
_HEAD = r"(?<![\w/\-.,])(?!(?:19|20)\d\d[-/])\d{1,4}(?:[-/][A-Z\u0110]{2,6})?[-/]"
_TAIL = r"[A-Z\u0110]{2,8}(?:[-/][A-Z\u0110][A-Za-z\u0110]+)*\b"
_TORN_CODE = re.compile(rf"({_HEAD})[ \t]({_TAIL})")
_CODE_HEAD = re.compile(rf"{_HEAD}\s*$")
_CODE_TAIL = re.compile(rf"\s*({_TAIL}[^\s\w]*)\s*")
# Of the Party's committees, whose papers the corpora have few of.
_RARE_PARTS = ("BC\u0110", "\u0110U", "\u0110UK", "BC\u0110TW", "CQTTBC\u0110", "TTBC\u0110")
_HALVES = re.compile(r"[bB]?[D\u0110][bB]|[bB][D\u0110]|b")
_TO_ROMAN = str.maketrans("1l|", "III")


def code_key(part: str) -> str:
    """What the capitals of a paper's number have in common with what a scanner makes of them."""
    return folded(part).upper().replace("P", "D").replace("B", "D").replace("Q", "O").replace("0", "O")


def mended_code(code: str, known: Mapping[str, str]) -> str:
    """A paper's number with the letters of its parts put right; figures and dashes stay.

    `known` has right parts as they are, and under the key of each the likeliest of those that look alike.
    """

    def mend(match: re.Match[str]) -> str:
        part = match[0]
        if known.get(part) == part:
            return part
        # A stroked capital D is at times read as two letters.
        whole = _HALVES.sub("D", part)
        return known.get(code_key(whole), part) if whole.isupper() else part

    return _PART.sub(mend, code)


@lru_cache(maxsize=4096)
def mended_roman(piece: str) -> str:
    """A quarter such as III/2025 whose numeral was read as figures or strokes."""
    numeral, slash, year = piece.partition("/")
    if not slash or not re.fullmatch(r"20\d\d", year) or not _ROMAN.fullmatch(numeral):
        return piece
    if not any(sign in numeral for sign in "IVXl|"):
        return piece
    return numeral.translate(_TO_ROMAN) + slash + year


def mended_marker(line: str) -> str:
    """A line whose Roman list marker was read as strokes, with the marker put right."""
    match = _MARKER.match(line)
    if not match or not any(sign in match[2] for sign in "I|V"):
        return line
    return match[1] + match[2].translate(_TO_ROMAN) + line[match.end() :]


def joined_codes(lines: Sequence[str]) -> list[str]:
    """The lines with each paper's number that was broken at its dash, by a blank or by the line's end, in one piece."""
    whole = [_TORN_CODE.sub(r"\1\2", line) for line in lines]
    for at in range(len(whole) - 1):
        head, tail = _CODE_HEAD.search(whole[at]), _CODE_TAIL.match(whole[at + 1])
        if head and tail:
            whole[at] = whole[at].rstrip() + tail[1]
            whole[at + 1] = whole[at + 1][tail.end() :]
    return whole


def known_codes(ranked: Sequence[str]) -> dict[str, str]:
    """What `mended_code` needs to know, from the parts that stand in papers' numbers, the commonest first."""
    known: dict[str, str] = {}
    parts = (*ranked, *_RARE_PARTS)
    for part in parts:
        known.setdefault(code_key(part), part)
    known.update({part: part for part in parts})
    return known
