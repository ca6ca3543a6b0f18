"""Accounts that are not answered, and the mark by which an account is named where it must not be told."""

import hashlib
from dataclasses import dataclass
from datetime import datetime, timedelta

ABUSE = "abuse"
"""Why an account was blocked by the bot itself: its limits were exceeded again and again."""
BY_CASE = timedelta(days=30)
"""How long the sender of a case stays blocked who was blocked in chat; for good is the command line's to decide."""


@dataclass(frozen=True, slots=True)
class Block:
    """An account that is answered by silence until a moment, or for good; `by_id` is who decided it, if a person."""

    channel: str
    user_id: str
    reason: str
    since: datetime
    until: datetime | None = None
    office_id: int | None = None
    by_id: int | None = None

    def holds(self, now: datetime) -> bool:
        """True while the account is not answered."""
        return self.until is None or now < self.until


def account_mark(channel: str, user_id: str) -> str:
    """The account's SHA-256: the same for the same account, and of use to nobody who does not know it."""
    return hashlib.sha256(f"{channel}\n{user_id}".encode("utf-8", "replace")).hexdigest()


def short_mark(channel: str, user_id: str) -> str:
    """The first twelve digits of an account's mark, for the log and the audit."""
    return account_mark(channel, user_id)[:12]
