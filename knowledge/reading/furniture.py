"""Takes away what is printed on every page: running titles, addresses, marks of the system that sent the paper."""

import re
from collections import Counter
from collections.abc import Sequence

from domain.vietnamese import fold

_AT_THE_EDGE = 2
_FEWEST_PAGES = 3
_SHORTEST = 5
_HEAD_OF_TABLE = re.compile(r"s?tt\b")


def without_furniture(pages: Sequence[str]) -> list[str]:
    """The pages without the lines that most of them have at their top or foot. A table's column names stay, and so
    does a page that has nothing else."""
    if len(pages) < _FEWEST_PAGES:
        return list(pages)
    split = [page.split("\n") for page in pages]
    seen = Counter(key for lines in split for key in {_key(lines[i]) for i in _edge(lines)} if key)
    filled = sum(bool(page.strip()) for page in pages)
    common = {key for key, count in seen.items() if count >= max(_FEWEST_PAGES, filled * 0.6)}
    kept = []
    for lines in split:
        gone = {i for i in _edge(lines) if _key(lines[i]) in common}
        rest = "\n".join(line for i, line in enumerate(lines) if i not in gone)
        kept.append(rest if rest.strip() else "\n".join(lines))
    return kept


def _edge(lines: Sequence[str]) -> list[int]:
    """The numbers of the first and last lines that are not blank."""
    filled = [i for i, line in enumerate(lines) if line.strip()]
    return sorted({*filled[:_AT_THE_EDGE], *filled[-_AT_THE_EDGE:]})


def _key(line: str) -> str:
    """What a line says apart from its figures; nothing for a line that may belong to a table or is only a figure."""
    folded = re.sub(r"\d+", "#", fold(line))
    if "|" in line or _HEAD_OF_TABLE.match(folded) or len(folded.replace(" ", "")) < _SHORTEST:
        return ""
    return folded
