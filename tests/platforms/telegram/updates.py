"""The queue of updates: kept for 24 hours, confirmed by the offset, delivered again when told to."""

import json
from collections import deque
from dataclasses import dataclass
from itertools import islice
from typing import Any

from tests.platforms.clock import Clock
from tests.platforms.watch import Watch

KEPT_SECONDS = 24 * 3600.0
LARGEST_BATCH = 100
ON_REQUEST_ONLY = frozenset({"chat_member", "message_reaction", "message_reaction_count"})
"""Kinds of update that are sent only to a bot that names them in `allowed_updates`."""


@dataclass(frozen=True, slots=True)
class Queued:
    """An update as it goes out. `lane` is the chat or person whose updates keep their order."""

    update_id: int
    encoded: bytes
    lane: int
    at: float


class Updates:
    """What the bot has not confirmed yet."""

    def __init__(self, clock: Clock, first_id: int = 1000) -> None:
        self._clock = clock
        self._next_id = first_id
        self._waiting: deque[Queued] = deque()
        self._again: list[Queued] = []
        self._every: dict[int, Queued] = {}
        self._is_reversed = False
        self.allowed: frozenset[str] | None = None
        self.arrived = Watch()

    def __len__(self) -> int:
        self._expire()
        return len(self._waiting) + len(self._again)

    def add(self, update: dict[str, Any], lane: int) -> int | None:
        """The update's id, or None when the bot did not ask for this kind. An `update_id` of its own is kept."""
        if not self._is_wanted(update):
            return None
        update_id = int(update.get("update_id", self._next_id))
        self._next_id = max(self._next_id, update_id + 1)
        encoded = json.dumps({**update, "update_id": update_id}).encode()
        queued = Queued(update_id, encoded, lane, self._clock.now())
        self._every[update_id] = queued
        self._waiting.append(queued)
        self.arrived.changed()
        return update_id

    def give_back(self, queued: list[Queued]) -> None:
        """Queue again what was taken and not delivered."""
        self._waiting = deque(sorted([*self._waiting, *queued], key=lambda q: q.update_id))
        self.arrived.changed()

    def redeliver(self, update_id: int) -> None:
        """Deliver an update once more, although it was delivered and confirmed. Raises KeyError."""
        self._again.append(self._every[update_id])
        self.arrived.changed()

    def reverse_next(self) -> None:
        """Deliver the next batch in the wrong order."""
        self._is_reversed = True

    def take(self, offset: int, limit: int) -> list[Queued]:
        """What a poll with this offset is answered; it stays queued until a later poll confirms it."""
        self._expire()
        self._confirm(offset)
        again, self._again = self._again[:limit], self._again[limit:]
        batch = [*again, *islice(self._waiting, limit - len(again))]
        if self._is_reversed and len(batch) > 1:
            self._is_reversed = False
            batch.reverse()
        return batch

    def has_for(self, offset: int) -> bool:
        """Whether a poll with this offset would be answered at once. A negative offset forgets the older ones."""
        self._expire()
        self._confirm(offset)
        return bool(self._waiting or self._again)

    def drain(self) -> list[Queued]:
        """Everything that waits, for a webhook to deliver."""
        self._expire()
        drained = [*self._again, *self._waiting]
        self._again = []
        self._waiting.clear()
        return drained

    def clear(self) -> None:
        """Forget what waits (`drop_pending_updates`)."""
        self._waiting.clear()
        self._again.clear()

    def _is_wanted(self, update: dict[str, Any]) -> bool:
        kinds = set(update) - {"update_id"}
        if self.allowed is None:
            return not kinds & ON_REQUEST_ONLY
        return bool(kinds & self.allowed)

    def _confirm(self, offset: int) -> None:
        if offset < 0:
            while len(self._waiting) > -offset:
                self._waiting.popleft()
            return
        while self._waiting and self._waiting[0].update_id < offset:
            self._waiting.popleft()

    def _expire(self) -> None:
        oldest = self._clock.now() - KEPT_SECONDS
        while self._waiting and self._waiting[0].at < oldest:
            self._waiting.popleft()
