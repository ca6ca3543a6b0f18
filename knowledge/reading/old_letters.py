"""Reads text typed in the fonts of the old Vietnamese standard, which show one letter and hold another."""

import re
from functools import cache
from importlib.resources import files

import yaml

from knowledge.reading.legible import is_ruined

_WORD = re.compile(r"\S{2,}")
_ENOUGH = 0.35
_SURE_SIGNS = "\u00b5\u00b6\u00b7\u00b8\u00b9\u00bb\u00bc\u00bd\u00be\u00a7\u00a9\u00aa\u00ab\u00ac\u00ad\u00ae"
"""Signs that no ordinary text has within its words."""


def modern(text: str, font: str) -> str:
    """The text as the font shows it; a font whose name ends in H shows capitals only."""
    if not font.startswith(".Vn"):
        return text
    shown = text.translate(_table())
    return shown.upper() if font.endswith("H") else shown


def modern_where_old(text: str) -> str:
    """The text as it was seen on the screen, where the text itself shows that it was typed in such a font."""
    if not is_ruined(text):
        return text
    words = _WORD.findall(text)
    old = sum(any(sign in word for sign in _SURE_SIGNS) for word in words)
    return text.translate(_table()) if old > len(words) * _ENOUGH else text


@cache
def _table() -> dict[int, str]:
    loaded = yaml.safe_load(files("knowledge.reading").joinpath("old_letters.yaml").read_text(encoding="utf-8"))
    return {ord(sign): letter for part in ("letters", "capitals") for letter, sign in loaded[part].items()}
