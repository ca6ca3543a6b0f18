"""The words of the reminder ledger: what a notice is about, why it is sent, and what became of it."""

from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum


class NoticeStatus(StrEnum):
    """How far a notice got."""

    PENDING = "pending"
    SENDING = "sending"
    SENT = "sent"
    UNKNOWN = "unknown"
    FAILED = "failed"
    CANCELLED = "cancelled"


class SubjectKind(StrEnum):
    """What a notice is about: a task, a reporting period, something a colleague had sent (a call), or a citizen."""

    TASK = "task"
    PERIOD = "period"
    CALL = "call"
    FEEDBACK = "feedback"


ON_THE_DAY = "on_the_day"
PERIOD_OPENS = "period_opens"
PERIOD_DUE = "period_due"
PERIOD_LAST = "period_last"
PERIOD_CLOSED = "period_closed"
ESCALATE_HEAD = "escalate_head"
ESCALATE_LEADER = "escalate_leader"
TOLD_HEAD = "told_head"
TOLD_LEADER = "told_leader"
UNREACHED = "unreached"
REQUEST = "request"
ANNOUNCEMENT = "announcement"
AGAIN = "again"
"""Rules without a number of days; the others are `before_N` and `overdue_N`, N working days."""


@dataclass(frozen=True, slots=True)
class Subject:
    """What a notice is about, by the row's id. As text ("task:12") it is part of the notice's unique name.

    A unit's part of a group task is a subject of its own ("task:12/3", the unit after the stroke).
    """

    kind: SubjectKind
    id: int
    unit_id: int | None = None

    def __str__(self) -> str:
        return f"{self.kind}:{self.id}" + (f"/{self.unit_id}" if self.unit_id is not None else "")


@dataclass(frozen=True, slots=True)
class Notice:
    """One reminder to one person; (subject, rule, occurrence, person) names it once and for all.

    `occurrence` is the deadline, cutoff or day it speaks of, `scheduled` when it goes out (UTC). `late`: it goes out
    on a later day because the server was down. `urgent` ones do not wait for the next day's digest and break the cap.
    `folded`: an older stage that a newer one replaces; it is kept in the ledger and not sent.
    """

    office_id: int
    person_id: int
    subject: Subject
    rule: str
    occurrence: date
    scheduled: datetime
    late: bool = False
    urgent: bool = False
    folded: bool = False

    @property
    def key(self) -> tuple[str, str, date, int]:
        """What makes it unique: (subject, rule, occurrence, person)."""
        return (str(self.subject), self.rule, self.occurrence, self.person_id)


@dataclass(frozen=True, slots=True)
class LedgerNotice:
    """A notice as the ledger holds it. `reason` says why it was cancelled or failed; moments are UTC.

    `message` is the outbox row that carries it (several notices share one digest), `message_id` the app's own id.
    `delivered_at`, `seen_at`: where the app tells of it; `acknowledged_at`: when the person answered their receipt.
    """

    id: int
    notice: Notice
    status: NoticeStatus
    release_at: datetime
    opened_at: datetime
    reason: str = ""
    message: int | None = None
    channel: str = ""
    message_id: str = ""
    attempts: int = 0
    next_try_at: datetime | None = None
    sent_at: datetime | None = None
    acknowledged_at: datetime | None = None
    seen_at: datetime | None = None
    delivered_at: datetime | None = None


class CallKind(StrEnum):
    """What a colleague has sent through the bot: an announcement, or a request to report by a day."""

    ANNOUNCEMENT = "announcement"
    REQUEST = "request"


@dataclass(frozen=True, slots=True)
class Call:
    """An announcement to a group of colleagues, or a request to report, as it was confirmed; `audience` are person ids.

    `about` are the tasks a request speaks of (empty: all of the person's), `due` the day by which; `emergency` goes out
    in quiet hours too.
    """

    id: int
    office_id: int
    author_id: int
    kind: CallKind
    text: str
    audience: tuple[int, ...]
    at: datetime
    about: tuple[int, ...] = ()
    due: date | None = None
    emergency: bool = False
    withdrawn_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Snooze:
    """A person's wish to hear of a task (None: of everything) no sooner than `until`."""

    id: int
    office_id: int
    person_id: int
    until: datetime
    task_id: int | None = None
