"""What goes wrong on purpose: scripted refusals, broken connections, and the meter of calls in a minute."""

import random
from dataclasses import dataclass, field

from tests.platforms.clock import Clock
from tests.platforms.zalo_oa.errors import ApiError

KINDS = frozenset(
    {
        "code", "code_after", "rate_app", "rate_oa", "server_error", "bad_gateway", "garbled", "hang", "hang_after",
        "reset_before", "reset_after", "slow",
    }
)  # fmt: skip
"""`…_after` take effect and only then go wrong; the others have no effect. `code` refuses with the fault's code."""

CALLS_PER_MINUTE = 4_000


@dataclass(slots=True)
class Fault:
    """One scripted fault: for which method and person, how often (below nought: for ever), after how many calls.

    With a `chance` below one it hits by chance, the same calls for the same `seed`. `seconds` is how long `slow` takes,
    and after how long a call that hangs is dropped (nought: when it is let go).
    """

    id: int
    kind: str
    method: str = "*"
    user: str | None = None
    times: int = 1
    skip: int = 0
    code: int = -200
    seconds: float = 0.0
    chance: float = 1.0
    seed: int = 0
    _dice: random.Random = field(init=False, repr=False)

    def __post_init__(self) -> None:
        """Take up the dice."""
        self._dice = random.Random(f"{self.seed}/{self.kind}")

    def applies(self, method: str, user: str) -> bool:
        """Whether this call is hit; counts it."""
        if self.times == 0 or self.method not in ("*", method):
            return False
        if self.user is not None and self.user != user:
            return False
        if self.skip:
            self.skip -= 1
            return False
        if self.chance < 1 and self._dice.random() >= self.chance:
            return False
        if self.times > 0:
            self.times -= 1
        return True


def refusal_of(fault: Fault) -> ApiError | None:
    """The refusal a fault stands for; None when it is a fault of the connection."""
    match fault.kind:
        case "code" | "code_after":
            return ApiError(fault.code)
        case "rate_app":
            return ApiError(-32)
        case "rate_oa":
            return ApiError(-32, "Official Account")
    return None


class Meter:
    """Counts the calls of a minute, which begins at the first call after the last one ended; refused ones count too."""

    def __init__(self, clock: Clock, limit: int = CALLS_PER_MINUTE) -> None:
        self._clock = clock
        self.limit = limit
        self._began = 0.0
        self._count = 0

    @property
    def remain(self) -> int:
        """How many calls are left in this minute."""
        return max(0, self.limit - self._count)

    def check(self) -> None:
        """Count one call. Raises ApiError -32."""
        now = self._clock.now()
        if not 0 <= now - self._began < 60:
            self._began, self._count = now, 0
        self._count += 1
        if self._count > self.limit:
            raise ApiError(-32)
