"""Which apps carry nothing for the time being, as this process sees them, and when each is tried again."""

import time
from collections.abc import Iterable
from dataclasses import dataclass

FIRST_PAUSE = 30.0
"""Seconds until an app that said no more than that it carries nothing is tried again; each time twice as long."""
LONGEST_PAUSE = 1800.0


@dataclass(slots=True)
class _Hold:
    since: float
    pause: float
    until: float
    is_tried: bool = False


class HeldApps:
    """A held app is sent nothing; when its time has come a single message tries whether the hold is over.

    What was under way when the hold began neither prolongs nor ends it: `left_at` is when a message left.
    """

    def __init__(self, first_pause: float = FIRST_PAUSE) -> None:
        self._first = first_pause
        self._holds: dict[str, _Hold] = {}

    def __contains__(self, name: object) -> bool:
        return name in self._holds

    def hold(self, name: str, seconds: float | None, left_at: float) -> None:
        """Send nothing for so many seconds; for longer each time where the app does not say."""
        before = self._holds.get(name)
        if before is not None and left_at < before.since:
            before.is_tried = False
            return
        now = time.monotonic()
        pause = self._first if before is None else min(before.pause * 2, LONGEST_PAUSE)
        self._holds[name] = _Hold(now, pause, now + (pause if seconds is None else seconds))

    def end(self, name: str, left_at: float) -> bool:
        """A message went through that left at a moment; True when that ended a hold."""
        if name not in self._holds:
            return False
        if left_at < self._holds[name].since:
            self._holds[name].is_tried = False
            return False
        del self._holds[name]
        return True

    def is_waiting(self, name: str) -> bool:
        """True while nothing may be tried: it is not time yet, or something is being tried."""
        hold = self._holds.get(name)
        return hold is not None and (hold.is_tried or hold.until > time.monotonic())

    def begin_trying(self, name: str) -> None:
        """Something is on its way through the app; where it is held, nothing else is."""
        if name in self._holds:
            self._holds[name].is_tried = True

    def tried(self, name: str) -> None:
        """What was tried told nothing of the hold; something else may be."""
        if name in self._holds:
            self._holds[name].is_tried = False

    def try_now(self, name: str) -> None:
        """What the app was held for may be mended: its time has come."""
        if name in self._holds:
            self._holds[name].until = 0.0
            self._holds[name].pause = self._first

    def waits(self) -> Iterable[float]:
        """In how many seconds the time of each held app comes."""
        now = time.monotonic()
        return [hold.until - now for hold in self._holds.values() if not hold.is_tried and hold.until > now]
