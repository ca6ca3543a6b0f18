"""How often one visitor may come in."""

import time
from collections.abc import Callable

MOST_KEYS = 20_000


class Turnstile:
    """A token bucket for each key: `burst` at once, then `per_second`. Times are seconds of a monotonic clock."""

    def __init__(self, per_second: float, burst: int, monotonic: Callable[[], float] = time.monotonic) -> None:
        self._per_second = per_second
        self._burst = burst
        self._monotonic = monotonic
        self._full_at: dict[str, float] = {}

    def admit(self, key: str) -> float:
        """0.0 when this one may come in now, which is counted; else the seconds to wait."""
        now = self._monotonic()
        full_at = max(now, self._full_at.get(key, now)) + 1 / self._per_second
        wait = full_at - now - self._burst / self._per_second
        if wait > 1e-9:
            return wait
        self._full_at[key] = full_at
        if len(self._full_at) > MOST_KEYS:
            self._forget(now)
        return 0.0

    def _forget(self, now: float) -> None:
        """Drop those whose bucket is full again; if all are busy, start afresh rather than grow without end."""
        self._full_at = {key: full_at for key, full_at in self._full_at.items() if full_at > now}
        if len(self._full_at) > MOST_KEYS:
            self._full_at.clear()
