"""What goes wrong on purpose: scripted answers and broken connections."""

import random
from dataclasses import dataclass, field

KINDS = frozenset(
    {
        "too_many", "quota", "unauthorized", "forbidden", "blocked", "not_found", "rejected", "timeout", "ok_false",
        "server_error", "bad_gateway", "page", "hang", "hang_after", "reset_before", "reset_after", "slow",
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
    chat_id: str | None = None
    times: int = 1
    skip: int = 0
    seconds: float = 0.0
    description: str = ""
    chance: float = 1.0
    seed: int = 0
    _dice: random.Random = field(init=False, repr=False)

    def __post_init__(self) -> None:
        """Take up the dice."""
        self._dice = random.Random(f"{self.seed}/{self.kind}")

    def applies(self, method: str, chat_id: str | None) -> bool:
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
    """An answer that is not ok, as the Bot API gives it. `status` is the one of HTTP, `code` the one in the body."""

    def __init__(self, status: int, description: str, *, code: int | None = None) -> None:
        super().__init__(description)
        self.status = status
        self.code = status if code is None else code
        self.description = description


def answer_of(fault: Fault) -> ApiError | None:
    """The refusal a fault stands for; None when it is a fault of the connection or of a gateway."""
    match fault.kind:
        case "too_many":
            return ApiError(429, fault.description or "Too many requests")
        case "quota":
            return ApiError(429, fault.description or "Quota exceeded")
        case "unauthorized":
            return ApiError(401, "Unauthorized")
        case "forbidden":
            return ApiError(403, "Internal server error")
        case "blocked":
            return ApiError(403, fault.description or "The user has blocked the bot")
        case "not_found":
            return ApiError(404, fault.description or "Not Found")
        case "rejected":
            return ApiError(400, fault.description or "Bad Request")
        case "timeout":
            return ApiError(408, "Request timeout")
        case "ok_false":
            return ApiError(200, fault.description or "Something went wrong", code=0)
        case "server_error":
            return ApiError(500, "Internal Server Error")
    return None
