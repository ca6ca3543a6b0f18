"""Counts the numbers that Word shows before headings and list items but does not write into the text."""

from dataclasses import dataclass, field
from typing import Any

W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"

_DEPTH = 9
_ROMAN = ((1000, "M"), (900, "CM"), (500, "D"), (400, "CD"), (100, "C"), (90, "XC"), (50, "L"), (40, "XL"))
_ROMAN_SMALL = ((10, "X"), (9, "IX"), (5, "V"), (4, "IV"), (1, "I"))


@dataclass(frozen=True, slots=True)
class _Level:
    shape: str
    text: str
    start: int
    legal: bool


@dataclass(slots=True)
class _List:
    levels: dict[int, _Level] = field(default_factory=dict)
    counts: list[int | None] = field(default_factory=lambda: [None] * _DEPTH)
    styles: dict[str, int] = field(default_factory=dict)


class Numbering:
    """The lists of one paper, counted as its paragraphs are met in order."""

    def __init__(self, tree: Any | None) -> None:
        self._lists: dict[str, _List] = {}
        self._of: dict[str, str] = {}
        self._restarts: dict[tuple[str, int], int] = {}
        self._by_style: dict[str, tuple[str, int]] = {}
        if tree is not None:
            self._read(tree)

    def mark(self, number_id: str, level: int) -> str:
        """The mark before the next paragraph of this list and level, such as "2.1." or "-"; "" where there is none."""
        kept = self._lists.get(self._of.get(number_id, ""))
        if kept is None or not 0 <= level < _DEPTH or level not in kept.levels:
            return ""
        at = kept.levels[level]
        if at.shape == "bullet":
            return at.text.strip() if at.text.strip() in ("-", "+") else ("+" if level % 2 else "-")
        restart = self._restarts.pop((number_id, level), None)
        before = kept.counts[level]
        kept.counts[level] = restart if restart is not None else at.start if before is None else before + 1
        kept.counts[level + 1 :] = [None] * (_DEPTH - level - 1)
        text = at.text
        for n in range(_DEPTH):
            if f"%{n + 1}" in text:
                inner = kept.levels.get(n, at)
                count = kept.counts[n]
                shape = "decimal" if at.legal else inner.shape
                text = text.replace(f"%{n + 1}", shown(inner.start if count is None else count, shape))
        return text.strip()

    def of_style(self, style: str) -> tuple[str, int] | None:
        """The list and level that a style of headings is tied to, from the list's side."""
        return self._by_style.get(style)

    def _read(self, tree: Any) -> None:
        for abstract in tree.iter(W + "abstractNum"):
            kept = _List()
            for level in abstract.iter(W + "lvl"):
                depth = _whole(level.get(W + "ilvl"), 0)
                kept.levels[depth] = _Level(
                    _value(level, "numFmt", "decimal"),
                    _value(level, "lvlText", ""),
                    _whole(_value(level, "start", "1"), 1),
                    level.find(W + "isLgl") is not None,
                )
                if style := _value(level, "pStyle", ""):
                    kept.styles[style] = depth
            self._lists[abstract.get(W + "abstractNumId", "")] = kept
        for number in tree.iter(W + "num"):
            number_id, abstract_id = number.get(W + "numId", ""), _value(number, "abstractNumId", "")
            self._of[number_id] = abstract_id
            for override in number.iter(W + "lvlOverride"):
                start = override.find(W + "startOverride")
                if start is not None:
                    level = _whole(override.get(W + "ilvl"), 0)
                    self._restarts[number_id, level] = _whole(start.get(W + "val"), 1)
            if abstract_id in self._lists:
                for style, depth in self._lists[abstract_id].styles.items():
                    self._by_style.setdefault(style, (number_id, depth))


def shown(count: int, shape: str) -> str:
    """A number as the list shows it."""
    if shape == "none":
        return ""
    if shape in ("upperRoman", "lowerRoman"):
        figure = _roman(count)
        return figure if shape == "upperRoman" else figure.lower()
    if shape in ("upperLetter", "lowerLetter") and count > 0:
        letter = chr(ord("A") + (count - 1) % 26) * min((count - 1) // 26 + 1, 9)
        return letter if shape == "upperLetter" else letter.lower()
    return f"{count:02}" if shape == "decimalZero" else str(count)


def _roman(count: int) -> str:
    if not 0 < count < 4_000:
        return str(count)
    figure = ""
    for value, sign in (*_ROMAN, *_ROMAN_SMALL):
        while count >= value:
            figure += sign
            count -= value
    return figure


def _value(element: Any, name: str, default: str) -> str:
    found = element.find(W + name)
    return default if found is None else str(found.get(W + "val", default))


def _whole(text: str | None, default: int) -> int:
    try:
        return int(text or "")
    except ValueError:
        return default
