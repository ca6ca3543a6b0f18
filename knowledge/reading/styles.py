"""What the named styles of a Word paper say about its paragraphs and tables."""

from dataclasses import dataclass
from typing import Any

from knowledge.reading.numbering import W

_INHERITED = 12
_NO_LINE = ("none", "nil")


@dataclass(frozen=True, slots=True)
class _Style:
    name: str
    based_on: str
    number: tuple[str, int] | None
    ruled: bool | None


class Styles:
    """The styles of one paper by their ids."""

    def __init__(self, tree: Any | None) -> None:
        self._styles: dict[str, _Style] = {}
        for style in tree.iter(W + "style") if tree is not None else ():
            based, name = style.find(W + "basedOn"), style.find(W + "name")
            borders = style.find(f"{W}tblPr/{W}tblBorders")
            self._styles[style.get(W + "styleId", "")] = _Style(
                "" if name is None else name.get(W + "val", "").lower(),
                "" if based is None else based.get(W + "val", ""),
                number_of(style.find(W + "pPr")),
                None if borders is None else has_lines(borders),
            )

    def heading(self, style: str) -> int:
        """The level of a heading's style, from 1; 0 for any other."""
        for kept in self._line(style):
            kind, _, level = kept.name.partition(" ")
            if kind == "heading" and level.isdigit():
                return min(int(level), 6)
        return 0

    def number(self, style: str) -> tuple[str, int] | None:
        """The list and level that paragraphs of this style belong to."""
        return next((kept.number for kept in self._line(style) if kept.number), None)

    def ruled(self, style: str) -> bool:
        """True when tables of this style are drawn with lines."""
        return next((kept.ruled for kept in self._line(style) if kept.ruled is not None), False)

    def _line(self, style: str) -> list[_Style]:
        """The style and those it is based on, nearest first."""
        found: list[_Style] = []
        while style in self._styles and len(found) < _INHERITED:
            found.append(self._styles[style])
            style = found[-1].based_on
        return found


def number_of(properties: Any | None) -> tuple[str, int] | None:
    """The list and level that a paragraph's or a style's properties name; ("0", 0) takes it out of any list."""
    numbered = None if properties is None else properties.find(W + "numPr")
    if numbered is None:
        return None
    number, level = numbered.find(W + "numId"), numbered.find(W + "ilvl")
    if number is None:
        return None
    depth = "0" if level is None else level.get(W + "val", "0")
    return number.get(W + "val", "0"), int(depth) if depth.isdigit() else 0


def has_lines(borders: Any) -> bool:
    """True when any of these borders is drawn."""
    return any(border.get(W + "val", "none") not in _NO_LINE for border in borders)
