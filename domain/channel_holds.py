"""An app through which nothing goes out for a while, and what an app still lets us send."""

from dataclasses import dataclass
from datetime import datetime

FOR_TOKENS = "tokens: "
"""How the reason of a hold begins that lasts until somebody gives an app its consent anew."""


@dataclass(frozen=True, slots=True)
class ChannelHold:
    """Nothing goes out through `channel` since a moment: until a moment, or until somebody has mended it.

    `detail` is what the app answered; `told_at` is when the administrators were told.
    """

    channel: str
    reason: str
    detail: str
    since: datetime
    until: datetime | None = None
    told_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Quota:
    """How much of a kind an app still lets us send, as it said or as we counted at `read_at`; None where unknown.

    `until` is when it is filled up again.
    """

    channel: str
    kind: str
    remaining: int | None
    total: int | None
    read_at: datetime
    until: datetime | None = None

    @property
    def used_percent(self) -> int | None:
        """How many of a hundred are used; None where that is not known."""
        if self.remaining is None or not self.total or self.total < 0:
            return None
        return max(0, min(100, 100 * (self.total - self.remaining) // self.total))
