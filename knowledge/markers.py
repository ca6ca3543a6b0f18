"""How a line announces itself: as a heading, a numbered item or a bullet, also where the scan damaged its number."""

import re
from dataclasses import dataclass
from enum import IntEnum

from domain.vietnamese import fold
from knowledge.lines import Aligned, Line
from knowledge.words import word_list


class Style(IntEnum):
    """Kinds of announcement, outermost first; a heading closes every heading of its own kind and below."""

    ANNEX = 0
    PART = 1
    CHAPTER = 2
    SECTION = 3
    ROMAN = 4
    CAPITAL = 5
    ARTICLE = 6
    NUMBER = 7
    DECIMAL = 8
    SUBDECIMAL = 9
    LETTER = 10
    BRACKET = 11
    DASH = 12
    PLUS = 13


@dataclass(frozen=True, slots=True)
class Marker:
    """An announcement: its kind, its number as a figure where it has one, and where the words after it begin.

    `level` counts the signs of a Markdown heading, 0 for every other kind.
    """

    style: Style
    value: int | None
    length: int
    level: int = 0


_MARKDOWN = re.compile(r"#{1,6}\s+(?=\S)")
_ROMAN = re.compile(r"([IVXivxl1|!]{1,6})\s?[.\-–)]{1,2}\s*(?=\S)")
_NAMED = re.compile(
    r"(?P<name>phan|chuong|muc|die[un])\s+(?:thu\s+)?(?P<figure>[ivx1lh]{1,5}|\d{1,3}[a-z]?|nhat|hai|ba|tu|nam|[^\w\s]\d?(?=[.:]))"
    r"(?!\w)\s?(?P<sign>[.:\-\u2013]?)"
)
_NAMES = {"phan": Style.PART, "chuong": Style.CHAPTER, "muc": Style.SECTION}
_ANNEX = re.compile(
    r"(?:ph[uy]\s?l[uy]c|(?:mau\s)?bi[ae]u(?:\smau)?(?:\s(?:so|s6|tong hop))?)\b"
    r"\s*(?P<figure>[ivxl]{1,5}\b|\d{1,2}\w?\b)?"
)
_CAPITAL = re.compile(r"([A-H])\s?[.\-–)]{1,2}\s*(?=\S)")
_DECIMAL = re.compile(r"(\d{1,2})((?:\.\d{1,2}){1,3})\s?[.)\-–]{0,2}\s+(?=\S)")
_NUMBER = re.compile(r"(\d{1,3})(?:\s?(?:[.)]{1,2}\s?[-–]?|[-–]\s)\s*(?=\D)|,\s+(?=[^\W\d_]))")
_DIRT = re.compile(r"(?:[|_.,'\"`~‘’“”¬¡ˆ°«»:;=]|-(?=[_.])){1,12}\s*(?=\S)")
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
    """The announcement at the head of a line, or None for a line that only goes on.

    Specks that a scanner left before a number are passed over.
    """
    head = line[:160]
    found = _announcement(head)
    if found and found.style is Style.DASH and (behind := _named(head[found.length :])) and not behind.level:
        return Marker(behind.style, behind.value, found.length) if behind.style is not Style.ANNEX else found
    if found or not (dirt := _DIRT.match(head)):
        return found
    found = _announcement(head[dirt.end() :])
    if found and found.style in (Style.ARTICLE, Style.NUMBER, Style.DECIMAL, Style.LETTER):
        return Marker(found.style, found.value, found.length + dirt.end())
    return None


def marker_on(line: Line) -> Marker | None:
    """The announcement at the head of a line of a document, read from its figures or else from its repaired words."""
    found = marker_of(line.text)
    if found or line.shown == line.text:
        return found
    named = _named(line.shown[:160])
    return named if named and not named.level else None


def _announcement(head: str) -> Marker | None:
    return _named(head) or _roman(head) or _numbered(head) or _lettered(head) or _bullet(head)


def _named(head: str) -> Marker | None:
    if found := _MARKDOWN.match(head):
        return Marker(Style.PART, None, found.end(), found.group().count("#"))
    if not head[:1].isalpha():
        return None
    folded = fold(head[:60])
    if named := _ANNEX.match(folded):
        return Marker(Style.ANNEX, None, 0) if _is_annex(head, folded, named) else None
    named = _NAMED.match(folded)
    if not named or not head[0].isupper():
        return None
    style = _NAMES.get(named["name"], Style.ARTICLE)
    alone = len(folded) == named.end()
    if style is Style.ARTICLE:
        announced = alone or bool(named["sign"])
    else:
        announced = alone or share_of_capitals(head) > 0.6 or (bool(named["sign"]) and len(head) < 120)
    figure = named["figure"]
    return Marker(style, int(figure) if figure.isdigit() else None, 0) if announced else None


def _is_annex(head: str, folded: str, named: re.Match[str]) -> bool:
    """True for the name of an annex on its own or in capitals; a sentence may begin with the same words."""
    if not head[0].isupper():
        return False
    if share_of_capitals(head) > 0.7:
        return folded.startswith(("ph", "mau")) or named["figure"] is not None
    after = folded[named.end() :]
    return (named["figure"] is not None and (not after.strip(" .:") or after[:1] in ".:")) or len(folded) == named.end()


def _roman(head: str) -> Marker | None:
    found = _ROMAN.match(head)
    if not found:
        return None
    rest = head[found.end() :]
    capitals = share_of_capitals(rest)
    figure = found.group(1)
    clear = rest[:1].isupper() and (
        re.fullmatch(r"[IVX]+", figure) or (re.fullmatch(r"[IVX][IVX1l|]+", figure) and _first_words_shout(rest))
    )
    shouted = capitals > 0.7 and sum(c.isalpha() for c in rest) > 3
    if not (clear or (shouted and figure != "1")):
        return None
    return Marker(Style.ROMAN, roman_value(figure), found.end())


def _first_words_shout(rest: str) -> bool:
    words = re.findall(r"[^\W\d_]{2,}", rest[:40])[:2]
    return len(words) > 1 and all(word.isupper() for word in words)


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


def announced(line: Line, marker: Marker | None) -> str:
    """The repaired line under its announcement; a roman figure and the word for article are written as they must
    have been."""
    if marker and marker.style is Style.ARTICLE:
        first, *rest = line.shown[marker.length :].split() or [""]
        return " ".join([word_list("words")["article"], *rest]) if first.isalpha() else line.shown
    if marker is None or marker.style is not Style.ROMAN or marker.value is None:
        return line.shown
    sign = "".join(c for c in line.text[: marker.length] if c in ".-\u2013)")
    rest = Aligned(line).between(line.start + marker.length, line.end)
    return f"{roman_figure(marker.value)}{sign or '.'} {rest}" if rest else line.shown


def roman_figure(value: int) -> str:
    """The roman figure of this worth, up to thirty-nine."""
    tens, ones = divmod(value, 10)
    return "X" * tens + ("", "I", "II", "III", "IV", "V", "VI", "VII", "VIII", "IX")[ones]


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
