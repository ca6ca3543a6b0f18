"""Names and abbreviations that are no Vietnamese words: which one a damaged word is."""

from functools import cache, lru_cache
from importlib.resources import files
from typing import Any

import yaml

from knowledge.restoring.letters import composed, folded, is_syllable

_LONG_ENOUGH = 5
_LOOKS = str.maketrans("10|l", "ioii")


@cache
def _held() -> tuple[dict[str, str], dict[str, str]]:
    held: dict[str, Any] = yaml.safe_load(
        files("knowledge.restoring").joinpath("names.yaml").read_text(encoding="utf-8")
    )
    exact = {composed(name): composed(name) for name in held["names"]}
    exact |= {composed(written): composed(name) for written, name in held["spelled"].items()}
    return exact, {_outline(name): name for name in reversed(exact.values()) if len(name) >= _LONG_ENOUGH}


def _outline(word: str) -> str:
    return folded(word).translate(_LOOKS)


@lru_cache(maxsize=1 << 14)
def named(written: str) -> str | None:
    """The name that a word is, rightly or with at most one sign too many, too few or wrong; None for other words."""
    exact, outlines = _held()
    if written in exact:
        return exact[written]
    # A name has a capital inside it; what is set in small letters or may be a syllable is a word.
    inner = any(sign.isupper() for sign in written[1:])
    if not inner or len(written) < _LONG_ENOUGH or is_syllable(folded(written)):
        return None
    mine = _outline(written)
    if mine in outlines:
        return outlines[mine]
    if written.isupper():
        return None
    near = {name for outline, name in outlines.items() if outline[0] == mine[0] and _is_near(mine, outline)}
    return near.pop() if len(near) == 1 else None


def _is_near(one: str, two: str) -> bool:
    """Whether two different words are one sign apart."""
    if abs(len(one) - len(two)) > 1:
        return False
    same = 0
    while same < min(len(one), len(two)) and one[same] == two[same]:
        same += 1
    rests = {one[same + 1 :], one[same:]}, {two[same + 1 :], two[same:]}
    return one[same + 1 :] == two[same + 1 :] or one[same:] in rests[1] or two[same:] in rests[0]
