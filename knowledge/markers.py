"""How a line announces itself: as a heading, a numbered item or a bullet, also where the scan damaged its number."""

import re
from dataclasses import dataclass
from enum import IntEnum

from domain.vietnamese import fold


class Style(IntEnum):
    """Kinds of announcement, outermost first; a heading closes every heading of its own kind and below."""

    ANNEX = 0
    PART = 1
    ROMAN = 2
    CAPITAL = 3
    NUMBER = 4
    DECIMAL = 5
    SUBDECIMAL = 6
    LETTER = 7
    BRACKET = 8
    DASH = 9
    PLUS = 10


@dataclass(frozen=True, slots=True)
class Marker:
    """An announcement: its kind, its number as a figure where it has one, and where the words after it begin."""

    style: Style
    value: int | None
    length: int


_MARKDOWN = re.compile(r"#{1,6}\s+(?=\S)")
_ROMAN = re.compile(r"([IVXivxl1|!]{1,6})\s?[.\-–)]{1,2}\s*(?=\S)")
_CAPITAL = re.compile(r"([A-H])\s?[.\-–)]{1,2}\s*(?=\S)")
_DECIMAL = re.compile(r"(\d{1,2})((?:\.\d{1,2}){1,3})\s?[.)\-–]{0,2}\s+(?=\S)")
_NUMBER = re.compile(r"(\d{1,3})\s?(?:[.)]{1,2}\s?[-–]?|[-–]\s)\s*(?=\D)")
_LETTER = re.compile(r"(?:[a-z\u0111¢©]\s?[.)]|\))\s?[-–]?\s*(?=[^\W_]|[“\"(])")
_BRACKET = re.compile(r"\(\s?(\d{1,2}|[ivx]{1,4}|[a-z\u0111])\s?\)\s*(?=\S)")
_DASH = re.compile(r"[-–—•·*_▪]\s*(?=\S)")
_PLUS = re.compile(r"\+\s*(?=\S)")
_ROMAN_VALUES = {"I": 1, "V": 5, "X": 10}
_CONFUSED_WITH_I = str.maketrans("1l|!iv" + "x", "IIIIIV" + "X")


def share_of_capitals(text: str) -> float:
    """How much of a line's letters are capitals, from 0 to 1; digits inside words do not count."""
    letters = [c for c in text[:300] if c.isalpha()]
    return sum(c.isupper() for c in letters) / len(letters) if letters else 0.0


def marker_of(line: str) -> Marker | None:
    """The announcement at the head of a line, or None for a line that only goes on."""
    head = line[:160]
    return _named(head) or _roman(head) or _numbered(head) or _lettered(head) or _bullet(head)


def _named(head: str) -> Marker | None:
    if found := _MARKDOWN.match(head):
        return Marker(Style.PART if found.group().count("#") < 3 else Style.NUMBER, None, found.end())
    folded = fold(head[:40])
    if folded.startswith(("phu luc", "phy luc")) and (share_of_capitals(head) > 0.7 or len(head) < 24):
        return Marker(Style.ANNEX, None, 0)
    named = re.match(r"(?:phan|chuong|dieu|muc)\s+(?:thu\s+)?(?:[ivx]{1,5}|\d{1,3}|nhat|hai|ba)\b\s?[.:\-]?", folded)
    if named and head[0].isupper() and (folded.startswith("dieu") or share_of_capitals(head) > 0.6 or len(head) < 30):
        return Marker(Style.PART, None, 0)
    return None


def _roman(head: str) -> Marker | None:
    found = _ROMAN.match(head)
    if not found:
        return None
    rest = head[found.end() :]
    capitals = share_of_capitals(rest)
    clear = re.fullmatch(r"[IVX]+", found.group(1)) and rest[:1].isupper()
    shouted = capitals > 0.7 and sum(c.isalpha() for c in rest) > 3
    if not (clear or (shouted and found.group(1) != "1")):
        return None
    return Marker(Style.ROMAN, roman_value(found.group(1)), found.end())


def roman_value(figure: str) -> int | None:
    """What a roman figure is worth, with 1, l and | read as I; None when it is not one."""
    total, highest = 0, 0
    for sign in reversed(figure.translate(_CONFUSED_WITH_I)):
        value = _ROMAN_VALUES.get(sign)
        if value is None:
            return None
        total += value if value >= highest else -value
        highest = max(highest, value)
    return total or None


def _numbered(head: str) -> Marker | None:
    if found := _DECIMAL.match(head):
        parts = found.group(2).count(".")
        return Marker(Style.DECIMAL if parts == 1 else Style.SUBDECIMAL, int(found.group(1)), found.end())
    if (found := _NUMBER.match(head)) and not head[found.end() :].startswith(("%", "/")):
        return Marker(Style.NUMBER, int(found.group(1)), found.end())
    if found := _BRACKET.match(head):
        return Marker(Style.BRACKET, None, found.end())
    return None


def _lettered(head: str) -> Marker | None:
    found = _CAPITAL.match(head)
    if found and share_of_capitals(head[found.end() :]) > 0.6:
        return Marker(Style.CAPITAL, ord(found.group(1)) - ord("A") + 1, found.end())
    if found := _LETTER.match(head):
        return Marker(Style.LETTER, None, found.end())
    return None


def _bullet(head: str) -> Marker | None:
    if found := _PLUS.match(head):
        return Marker(Style.PLUS, None, found.end())
    if (found := _DASH.match(head)) and (found.group()[-1:].isspace() or head[found.end()].isupper()):
        return Marker(Style.DASH, None, found.end())
    return None
