"""Joining by a number that was only typed: a code of six digits proves it, and little can be learnt by trying."""

import re
from dataclasses import dataclass
from datetime import timedelta

LASTS = timedelta(minutes=10)
MOST_TRIES = 5
DAY = timedelta(hours=24)
MOST_OF_AN_ACCOUNT = 5
"""So many codes a day may an account ask for, whosever number it names."""
MOST_TO_A_PERSON = 3
"""So many codes a day are sent to one person, whoever asks: nobody is pestered by means of their number."""

_DIGITS = re.compile(r"(?:ma(?: xac nhan)?(?: la)? ?:? ?)?(?P<code>\d{3}[ .-]?\d{3})[ .!]*", re.ASCII)


@dataclass(frozen=True, slots=True)
class Checked:
    """What a typed code is worth: "right" for this person, "wrong" with so many tries left, or "over"."""

    outcome: str
    person_id: int | None = None
    left: int = 0


@dataclass(frozen=True, slots=True)
class Claim:
    """An account that asked to be taken for a person, and whether it succeeded."""

    id: int
    channel: str
    user_id: str
    is_used: bool


def code_in(folded: str) -> str | None:
    """The six digits of a message that is nothing but such a code, or None."""
    match = _DIGITS.fullmatch(folded.strip())
    return None if match is None else re.sub(r"\D", "", match["code"])
