"""How fast messages may go out: to one chat, and over all chats of an app. Times are of a monotonic clock."""

import math
import time
from collections import deque
from collections.abc import Callable, Collection
from dataclasses import dataclass

WINDOW = 1.0
"""Seconds over which an app counts messages."""
JITTER = 0.06
"""Seconds by which one message may overtake another on the way, so that the app counts both in one window."""
LONGEST_WAY = 0.33
"""Seconds in which an answer comes. A message that took longer, or `JITTER` more than is usual, was held up, and is
counted when the answer came."""
LOST = 2.0
"""Seconds after which a message without an answer has been counted, or never will be."""
EVENLY = 0.96
"""The part of the limit at which messages leave evenly; what is above it is for making up for lost time."""
CATCH_UP = 0.33
"""Seconds of a hold-up within a stream of messages that are made up for, one message after another."""
FINEST = 0.02
"""Seconds: where more than one message is allowed in so short a time, they go together."""
MOST_AT_ONCE = 20
"""Messages on their way through one app at one moment, however slowly it answers."""
LATEST = 15
"""The answers by whose time it is told how many messages need to be on their way."""
PATIENCE = 0.1
"""Seconds after which, at the earliest, a message without an answer counts as held up."""
SILENT_AFTER = 1.0
UNANSWERED = 3
"""Messages held up one after another, and none answered meanwhile, after which nothing more is risked on the app."""


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
        self._ways: deque[float] = deque(maxlen=LATEST)
        self.senders = 1

    @property
    def _rate(self) -> float:
        return self._limit / max(1, self.senders)

    @property
    def even_rate(self) -> float:
        """Messages a second that leave evenly."""
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
        return (self.together - 1) / self.even_rate

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
        even = 1 + int(min(early, CATCH_UP + self._slack) * self.even_rate) if early >= -1e-9 else 0
        return max(0, min(even, self._most - len(self._window)))

    def take(self) -> Ticket:
        """One is being sent."""
        now = self._monotonic()
        behind = CATCH_UP if now - self._last < 2 * CATCH_UP else 0.0
        self._next = max(self._next, now - behind) + 1 / self.even_rate
        self._last = now
        ticket = Ticket(now, now + LOST)
        self._window.append(ticket)
        return ticket

    def done(self, ticket: Ticket) -> None:
        """The app has answered it."""
        now = self._monotonic()
        way, usual = now - ticket.left, _most_of(self._ways)
        self._ways.append(way)
        ticket.counted = now if way > min(LONGEST_WAY, usual + JITTER) else min(now, ticket.left + JITTER)

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


class Crossings:
    """What is on its way through an app, and how much needs to be to hold its rate.

    Each message on its way is in doubt after a crash. So there are as many as the measured time from taking one up to
    its answer demands, and one more: on a fast line one, seldom two. A message that is held up is not counted, as long
    as others are answered.
    """

    def __init__(self, monotonic: Callable[[], float] = time.monotonic) -> None:
        self._monotonic = monotonic
        self._left: list[float] = []
        self._heard_of = 0.0
        self._ways: deque[float] = deque(maxlen=LATEST)

    def __len__(self) -> int:
        """How many are on their way."""
        return len(self._left)

    def leave(self, since: float) -> None:
        """One was taken up at a moment and is on its way now."""
        self._left.append(since)

    def end(self, since: float, *, is_answered: bool) -> None:
        """The one that was taken up at that moment is no longer on its way."""
        self._left.remove(since)
        if is_answered:
            self._heard_of = max(self._heard_of, since)
            self._ways.append(self._monotonic() - since)

    def free(self, rate: float, together: int) -> int:
        """How many more may leave now, at so many messages a second, `together` of which may leave in one go."""
        held_up = self._longer_than(self._patience)
        if self._are_silence(held_up):
            return 0
        counted = len(self._left) - len(held_up)
        needed = max(together, 1 + int(rate * self._way))
        return max(0, min(needed - counted, MOST_AT_ONCE - len(self._left)))

    @property
    def is_silent(self) -> bool:
        """True when several were held up in a row for long and none was answered since: it may be the app."""
        return self._are_silence(self._longer_than(self._silent_after))

    def heard(self) -> None:
        """The app has answered something else: what is held up is no sign that it is away."""
        self._heard_of = self._monotonic()

    def wait(self) -> float:
        """Seconds until the next one counts as held up, or as a sign that the app is away."""
        now = self._monotonic()
        ends = (left + longest - now for left in self._left for longest in (self._patience, self._silent_after))
        return min((seconds for seconds in ends if seconds > 0), default=math.inf)

    @property
    def _way(self) -> float:
        """Within how many seconds four of five of the latest answers came."""
        return _most_of(self._ways)

    @property
    def _patience(self) -> float:
        return max(PATIENCE, 3 * self._way)

    @property
    def _silent_after(self) -> float:
        return max(SILENT_AFTER, self._patience)

    def _longer_than(self, seconds: float) -> list[float]:
        since = self._monotonic() - seconds
        return [left for left in self._left if left <= since]

    def _are_silence(self, held_up: list[float]) -> bool:
        return sum(left >= self._heard_of for left in held_up) >= UNANSWERED


def _most_of(ways: Collection[float]) -> float:
    """What four of five do not exceed."""
    return sorted(ways)[len(ways) * 4 // 5] if ways else 0.0
