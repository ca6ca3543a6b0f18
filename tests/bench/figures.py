"""What a row of figures comes to."""

from collections.abc import Sequence


def at(share: float, ascending: Sequence[float]) -> float:
    """The value below which this share of the values lies; they come in ascending order."""
    return ascending[min(len(ascending) - 1, int(share * len(ascending)))]
