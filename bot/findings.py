"""What `kehoach doctor` finds: one thing looked at, and what to do about it."""

from collections.abc import Sequence
from dataclasses import dataclass

import texts

NAMES = 10
LEVELS = ("fault", "warning", "ok")
"""From the worst to the best."""


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing looked at. `level` is "ok", "warning" or "fault"; `text` says what was found and what to do."""

    level: str
    check: str
    text: str


def finding(level: str, check: str, key: str, **blanks: object) -> Finding:
    """A finding with the sentence `doctor.KEY`."""
    return Finding(level, check, texts.say(f"doctor.{key}", **blanks))


def listed(names: Sequence[str]) -> str:
    """The first names of many, as one reads them."""
    return ", ".join(names[:NAMES]) + (", …" if len(names) > NAMES else "")
