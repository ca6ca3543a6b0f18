"""A clock that runs on its own and can be put forward, so that a day passes without waiting for it."""

import time
from datetime import datetime


class Clock:
    """Seconds since the epoch, as real time plus what it was put forward by."""

    def __init__(self) -> None:
        self._ahead = 0.0

    def now(self) -> float:
        """The moment the platform believes it is."""
        return time.time() + self._ahead

    def advance(self, seconds: float) -> None:
        """Put the clock forward (or back)."""
        self._ahead += seconds

    def set(self, moment: datetime) -> None:
        """Let the clock run on from `moment`, which carries a zone."""
        if moment.tzinfo is None:
            raise ValueError("a moment carries a zone")
        self._ahead = moment.timestamp() - time.time()
