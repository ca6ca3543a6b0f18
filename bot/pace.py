"""How fast messages may go out: to one chat, and over all chats of an app. Times are of a monotonic clock."""

import time
from collections.abc import Callable
from dataclasses import dataclass

WINDOW = 1.0
"""Seconds over which an app counts messages."""
JITTER = 0.06
"""Seconds by which one message may overtake another on the way, so that the app counts both in one window."""
LONGEST_WAY = 0.33
"""Seconds in which an answer comes; a message that took longer was held up, and is counted when the answer came."""
LOST = 2.0
"""Seconds after which a message without an answer has been counted, or never will be."""
EVENLY = 0.96
"""The part of the limit at which messages leave evenly; what is above it is for making up for lost time."""
CATCH_UP = 0.33
"""Seconds of a hold-up within a stream of messages that are made up for, one message after another."""
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
    """A message on its way: when it left, and by when the app has surely counted it."""

    left: float
    counted: float


class Flow:
    """How many messages may go out over all chats of an app now: evenly, and never more than its limit in any second.

    Messages leave at even distances. Beside that, no more than `per_second` are within one window, each counted from
    when the app answered, or `JITTER` after it left where the way is always longer: however unevenly they arrive, the
    app counts no more than it allows. Several `senders` share the limit.
    """

    def __init__(self, per_second: float, monotonic: Callable[[], float] = time.monotonic) -> None:
        self._limit = per_second
        self._monotonic = monotonic
        self._window: list[Ticket] = []
        self._next = self._last = monotonic()
        self._held_until = 0.0
        self.senders = 1

    @property
    def _rate(self) -> float:
        return self._limit / max(1, self.senders)

    @property
    def _even_rate(self) -> float:
        return self._rate * EVENLY

    @property
    def _span(self) -> float:
        return max(WINDOW, WINDOW / self._rate)

    @property
    def _most(self) -> int:
        return max(1, int(self._rate))

    @property
    def together(self) -> int:
        """How many are best taken up in one go: one, unless the clock is too coarse for so wide a limit."""
        return max(1, int(self._rate * FINEST))

    @property
    def _slack(self) -> float:
        return (self.together - 1) / self._even_rate

    def free(self) -> int:
        """How many may be sent now."""
        now = self._monotonic()
        if now < self._held_until:
            return 0
        self._window = [ticket for ticket in self._window if ticket.counted > now - self._span]
        if len(self._window) >= self._most:
            # What the limit itself took away is not made up for.
            self._next = max(self._next, now)
            return 0
        early = now + self._slack - self._next
        even = 1 + int(min(early, CATCH_UP + self._slack) * self._even_rate) if early >= -1e-9 else 0
        return max(0, min(even, self._most - len(self._window)))

    def take(self) -> Ticket:
        """One is being sent."""
        now = self._monotonic()
        behind = CATCH_UP if now - self._last < 2 * CATCH_UP else 0.0
        self._next = max(self._next, now - behind) + 1 / self._even_rate
        self._last = now
        ticket = Ticket(now, now + LOST)
        self._window.append(ticket)
        return ticket

    def done(self, ticket: Ticket) -> None:
        """The app has answered it."""
        now = self._monotonic()
        ticket.counted = now if now - ticket.left > LONGEST_WAY else min(now, ticket.left + JITTER)

    def wait(self) -> float:
        """Seconds until one may be sent."""
        now = self._monotonic()
        waits = [0.0, self._held_until - now, self._next - self._slack - now]
        if len(self._window) >= self._most:
            ends = sorted(ticket.counted for ticket in self._window)
            waits.append(ends[len(ends) - self._most] + self._span - now)
        return max(waits)

    def hold(self, seconds: float) -> None:
        """Send nothing for a while: the app said so."""
        self._held_until = max(self._held_until, self._monotonic() + seconds)
