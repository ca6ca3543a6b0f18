"""What goes wrong on purpose: scripted answers, broken connections, and a meter of the sending rate."""

import math
import random
from collections import deque
from dataclasses import dataclass, field
from typing import Any

KINDS = frozenset(
    {
        "too_many", "blocked", "deactivated", "chat_not_found", "rejected", "unauthorized", "server_error",
        "bad_gateway", "migrate", "hang", "hang_after", "reset_before", "reset_after", "slow",
    }
)  # fmt: skip
"""`hang` and `reset_before` have no effect; `hang_after` and `reset_after` take effect and the answer is lost."""


@dataclass(slots=True)
class Fault:
    """One scripted fault: for which method and chat, how often (below nought: for ever), after how many calls.

    With a `chance` below one it hits by chance, the same calls for the same `seed`. `seconds` is how long `slow` takes,
    and after how long a call that hangs is dropped (nought: when it is let go).
    """

    id: int
    kind: str
    method: str = "*"
    chat_id: int | None = None
    times: int = 1
    skip: int = 0
    retry_after: int = 1
    seconds: float = 0.0
    migrate_to: int = 0
    description: str = ""
    chance: float = 1.0
    seed: int = 0
    _dice: random.Random = field(init=False, repr=False)

    def __post_init__(self) -> None:
        """Take up the dice."""
        self._dice = random.Random(f"{self.seed}/{self.kind}")

    def applies(self, method: str, chat_id: int | None) -> bool:
        """Whether this call is hit; counts it."""
        if self.times == 0 or self.method not in ("*", method):
            return False
        if self.chat_id is not None and self.chat_id != chat_id:
            return False
        if self.skip:
            self.skip -= 1
            return False
        if self.chance < 1 and self._dice.random() >= self.chance:
            return False
        if self.times > 0:
            self.times -= 1
        return True


class ApiError(Exception):
    """An answer that is not ok, as the Bot API gives it."""

    def __init__(self, status: int, description: str, parameters: dict[str, Any] | None = None) -> None:
        super().__init__(description)
        self.status = status
        self.description = description
        self.parameters = parameters


def too_many(retry_after: int) -> ApiError:
    """429 as Telegram says it."""
    return ApiError(429, f"Too Many Requests: retry after {retry_after}", {"retry_after": retry_after})


def answer_of(fault: Fault) -> ApiError | None:
    """The refusal a fault stands for; None when it is a fault of the connection."""
    match fault.kind:
        case "too_many":
            return too_many(fault.retry_after)
        case "blocked":
            return ApiError(403, "Forbidden: bot was blocked by the user")
        case "deactivated":
            return ApiError(403, "Forbidden: user is deactivated")
        case "chat_not_found":
            return ApiError(400, "Bad Request: chat not found")
        case "rejected":
            return ApiError(400, fault.description or "Bad Request: MESSAGE_REJECTED")
        case "unauthorized":
            return ApiError(401, "Unauthorized")
        case "server_error":
            return ApiError(500, "Internal Server Error")
        case "migrate":
            return ApiError(
                400,
                "Bad Request: group chat was upgraded to a supergroup chat",
                {"migrate_to_chat_id": fault.migrate_to},
            )
    return None


@dataclass(slots=True)
class Pace:
    """Limits of sending: over all chats, and to one chat after a short burst, and to one group in a minute."""

    per_second: float = 30.0
    per_chat_second: float = 1.0
    chat_burst: int = 5
    group_per_minute: int = 20


class Meter:
    """Answers 429 when more is sent than the pace allows. What was refused does not count."""

    def __init__(self, pace: Pace) -> None:
        self._pace = pace
        self._all: deque[float] = deque()
        self._chats: dict[int, tuple[float, float]] = {}
        self._groups: dict[int, deque[float]] = {}

    def check(self, chat_id: int, now: float) -> None:
        """Count one message. Raises ApiError 429."""
        waits = [self._wait_overall(now), self._wait_of_chat(chat_id, now)]
        if chat_id < 0:
            waits.append(self._wait_of_group(chat_id, now))
        if max(waits) > 0:
            raise too_many(max(1, math.ceil(max(waits))))
        self._all.append(now)
        tokens, _ = self._chats[chat_id]
        self._chats[chat_id] = (tokens - 1, now)
        if chat_id < 0:
            self._groups[chat_id].append(now)

    def _wait_overall(self, now: float) -> float:
        while self._all and self._all[0] <= now - 1:
            self._all.popleft()
        return self._all[0] + 1 - now if len(self._all) >= self._pace.per_second else 0.0

    def _wait_of_chat(self, chat_id: int, now: float) -> float:
        tokens, last = self._chats.get(chat_id, (float(self._pace.chat_burst), now))
        tokens = min(float(self._pace.chat_burst), tokens + (now - last) * self._pace.per_chat_second)
        self._chats[chat_id] = (tokens, now)
        return 0.0 if tokens >= 1 else (1 - tokens) / self._pace.per_chat_second

    def _wait_of_group(self, chat_id: int, now: float) -> float:
        recent = self._groups.setdefault(chat_id, deque())
        while recent and recent[0] <= now - 60:
            recent.popleft()
        return recent[0] + 60 - now if len(recent) >= self._pace.group_per_minute else 0.0
