"""What a person may know and ask of the data kept about them: the notice, what is kept, its copy and its erasure."""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from domain.messages import Attachment
from domain.people import Office, Person

NOTICE_VERSION = "2026-11"
"""Which wording of the notice people were shown; another one is shown to everybody once more."""


@dataclass(frozen=True, slots=True)
class Shown:
    """That an account was shown the notice, in which wording and when, and whether it agreed or took that back."""

    channel: str
    user_id: str
    version: str
    shown_at: datetime
    agreed_at: datetime | None = None
    withdrawn_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Owner:
    """An account with its private chat; `person_id` is the member of staff who uses it."""

    channel: str
    user_id: str
    chat_id: str
    person_id: int | None = None


@dataclass(frozen=True, slots=True)
class Erasure:
    """A wish to be forgotten. The account is named only until it is done, then by its mark alone.

    `source` is where it came from: "chat", "withdrawal", "event" (told by the app) or "command".
    """

    id: int
    office_id: int | None
    mark: str
    source: str
    asked_at: datetime
    done_at: datetime | None = None
    channel: str = ""
    user_id: str = ""
    chat_id: str = ""
    counts: Mapping[str, int] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Holding:
    """How much is kept of one account, by kind, and since when."""

    counts: Mapping[str, int]
    since: datetime | None = None

    def of(self, kind: str) -> int:
        """How many there are of a kind."""
        return self.counts.get(kind, 0)

    @property
    def is_empty(self) -> bool:
        """True when nothing is kept."""
        return not any(self.counts.values())


@dataclass(frozen=True, slots=True)
class Kept:
    """Everything that is kept of one account: rows by kind, each a mapping of JSON values."""

    rows: Mapping[str, Sequence[Mapping[str, Any]]]


CopyData = Callable[[Owner, Office, Person | None, Kept], Awaitable[Sequence[Attachment]]]
"""Makes the files by which a person takes a copy of what is kept: one to read, one for a program."""


async def copy_nothing(owner: Owner, office: Office, person: Person | None, kept: Kept) -> Sequence[Attachment]:
    """No files: where nobody can make them."""
    return ()
