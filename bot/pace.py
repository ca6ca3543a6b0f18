"""How fast messages may go out: to one chat, and over all chats of an app. Times are of a monotonic clock."""

import time
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass

WINDOW = 1.0
"""Seconds over which an app counts messages."""
JITTER = 0.04
"""Seconds by which one message may overtake another on the way, so that the app counts both in one window."""
CATCH_UP = 1.5
"""Messages by which a sender that woke late may make up for it: smooth, and yet at full speed."""
FINEST = 0.02
"""Seconds: where more than one message is allowed in so short a time, they go together."""


class Pace:
    """A token bucket: how many messages may go to one chat now."""

    def __init__(self, per_second: float, burst: float, monotonic: Callable[[], float] = time.monotonic) -> None:
        self._rate = per_second
        self._burst = burst
        self._monotonic = monotonic
        self._tokens = burst
        self._at = monotonic()

    def _refill(self) -> None:
        now = self._monotonic()
        if now > self._at:
            self._tokens = min(self._burst, self._tokens + (now - self._at) * self._rate)
            self._at = now

    def free(self) -> int:
        """How many may be sent now."""
        self._refill()
        return max(0, int(self._tokens + 1e-9))

    def take(self) -> None:
        """One is being sent."""
        self._refill()
        self._tokens -= 1

    def wait(self) -> float:
        """Seconds until one may be sent."""
        self._refill()
        short = max(0.0, (1 - self._tokens) / self._rate)
        return short + max(0.0, self._at - self._monotonic())

    def hold(self, seconds: float) -> None:
        """Send nothing for a while: the app said so."""
        self._tokens = 0
        self._at = max(self._at, self._monotonic() + seconds)

    @property
    def is_full(self) -> bool:
        """True when nothing was sent lately, so this pace need not be remembered."""
        self._refill()
        return self._tokens >= self._burst

    @property
    def is_resting(self) -> bool:
        """True when the chat was sent no more than the one message under way."""
        self._refill()
        return self._tokens >= self._burst - 1


@dataclass(slots=True)
class Ticket:
    """A message on its way, as the window counts it: at the moment by which the app has surely counted it."""

    at: float


class Flow:
    """How many messages may go out over all chats of an app now: evenly, and never more than its limit in any second.

    Messages leave at even distances. Beside that, no more than `per_second` are within one window, counted from when
    the app answered, or `JITTER` after they left where it takes longer: however unevenly they arrive, the app counts no
    more than it allows. Several `senders` share the limit.
    """

    def __init__(self, per_second: float, monotonic: Callable[[], float] = time.monotonic) -> None:
        self._limit = per_second
        self._monotonic = monotonic
        self._window: deque[Ticket] = deque()
        self._next = monotonic()
        self._held_until = 0.0
        self.senders = 1

    @property
    def _rate(self) -> float:
        return self._limit / max(1, self.senders)

    @property
    def _span(self) -> float:
        return max(WINDOW, WINDOW / self._rate)

    @property
    def _most(self) -> int:
        return max(1, int(self._rate))

    @property
    def _slack(self) -> float:
        return max(FINEST, CATCH_UP / self._rate) if self._rate > 1 else 0.0

    @property
    def together(self) -> int:
        """How many are best taken up in one go: one, unless the clock is too coarse for so wide a limit."""
        return max(1, int(self._rate * FINEST))

    def free(self) -> int:
        """How many may be sent now."""
        now = self._monotonic()
        if now < self._held_until:
            return 0
        while self._window and self._window[0].at <= now - self._span:
            self._window.popleft()
        early = now + self._slack - max(self._next, now)
        even = 1 + int(early * self._rate + 1e-9) if self._next <= now + self._slack + 1e-9 else 0
        return max(0, min(even, self._most - len(self._window)))

    def take(self) -> Ticket:
        """One is being sent."""
        now = self._monotonic()
        self._next = max(self._next, now) + 1 / self._rate
        ticket = Ticket(now + JITTER)
        self._window.append(ticket)
        return ticket

    def done(self, ticket: Ticket) -> None:
        """The app has answered it."""
        ticket.at = min(ticket.at, self._monotonic())

    def wait(self) -> float:
        """Seconds until one may be sent."""
        now = self._monotonic()
        waits = [0.0, self._held_until - now, self._next - self._slack - now]
        if len(self._window) >= self._most:
            waits.append(self._window[len(self._window) - self._most].at + self._span - now)
        return max(waits)

    def hold(self, seconds: float) -> None:
        """Send nothing for a while: the app said so."""
        self._held_until = max(self._held_until, self._monotonic() + seconds)
