"""What holds a notice back, and until when."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, time, timedelta

from domain.clock import at_local, local_day
from domain.notice_rules import NoticeRules
from domain.notices import (
    AGAIN,
    ESCALATE_HEAD,
    ESCALATE_LEADER,
    ON_THE_DAY,
    PERIOD_LAST,
    TOLD_HEAD,
    TOLD_LEADER,
    UNREACHED,
    Call,
    Notice,
    Snooze,
    SubjectKind,
)
from domain.quiet import is_quiet, next_open
from domain.switching import Switch
from domain.working_days import WorkCalendar

QUIET = "quiet"
SNOOZED = "snoozed"
NOT_YET = "hour"
NEXT_DIGEST = "next_digest"
CAP = "cap"
NO_ACCOUNT = "no_account"
UNSERVED = "unserved"
UNDELIVERED = "undelivered"
OFF = "off"
"""Why a notice waits, as the ledger keeps it; `NO_ACCOUNT`: the person can be written to nowhere yet; `UNSERVED`: they
can, on a channel that this process does not serve; `OFF`: the office has turned the bot off."""

OF_THE_DAY = (NEXT_DIGEST, CAP)
"""What was decided once for the day and is not looked at again before it is over."""
MAKES_LATE = (NO_ACCOUNT, UNDELIVERED, OFF)
"""What held a notice back without anybody wanting it: it says that it comes late."""

LOOKED_AT_AGAIN = timedelta(minutes=5)
"""While the bot is off, how soon a notice that waits is looked at once more: it may be on again by then."""

_NOT_PUT_OFF = (ON_THE_DAY, PERIOD_LAST, ESCALATE_HEAD, ESCALATE_LEADER, TOLD_HEAD, TOLD_LEADER, UNREACHED)


@dataclass(frozen=True, slots=True)
class Holds:
    """An office's quiet hours and days, its people's hours, and what they have put off."""

    rules: NoticeRules = field(default_factory=NoticeRules)
    calendar: WorkCalendar = field(default_factory=WorkCalendar)
    hours: Mapping[int, time] = field(default_factory=dict)
    snoozes: Sequence[Snooze] = ()
    calls: Mapping[int, Call] = field(default_factory=dict)
    off: Switch | None = None

    def release(self, notice: Notice, now: datetime) -> tuple[datetime, str]:
        """The first moment from `now` on at which the notice may go out, and what it waits for until then."""
        start = max(now, notice.scheduled)
        if self.is_emergency(notice):
            return start, ""
        if self.off is not None:
            again = now + LOOKED_AT_AGAIN
            on_at = again if self.off.until is None else min(again, self.off.until)
            return max(start, on_at), OFF
        put_off = max((s.until for s in self.snoozes if _holds(s, notice)), default=start)
        at = max(start, put_off)
        opened = next_open(at, self.calendar, self.rules)
        if put_off > start:
            return opened, SNOOZED
        is_asked_for = notice.subject.kind is SubjectKind.CALL or notice.rule == AGAIN
        released = opened if is_asked_for else self._at_their_hour(notice.person_id, opened)
        return released, QUIET if opened > at else NOT_YET if released > at else ""

    def tomorrow(self, notice: Notice, now: datetime) -> datetime:
        """When the notice may go out if it does not today."""
        return self.release(notice, at_local(local_day(now) + timedelta(days=1), time()))[0]

    def is_before_their_hour(self, person_id: int, now: datetime) -> bool:
        """True while the hour of the person's digest is still to come today."""
        return self._at_their_hour(person_id, now) > now

    def is_quiet(self, now: datetime) -> bool:
        """True while nothing but emergencies goes out."""
        return self.off is not None or is_quiet(now, self.calendar, self.rules)

    def is_emergency(self, notice: Notice) -> bool:
        """True for an announcement that its author marked so."""
        call = self.calls.get(notice.subject.id) if notice.subject.kind is SubjectKind.CALL else None
        return call is not None and call.emergency

    def breaks_the_cap(self, notice: Notice) -> bool:
        """True for what goes out however many messages the person had that day."""
        return self.is_emergency(notice) or (notice.urgent and notice.subject.kind is not SubjectKind.CALL)

    def _at_their_hour(self, person_id: int, moment: datetime) -> datetime:
        """The person's hour of that day while it is still to come: one digest and not two."""
        hour = at_local(local_day(moment), self.hours.get(person_id, self.rules.hour))
        return hour if hour > moment and not self.is_quiet(hour) else moment


def _holds(snooze: Snooze, notice: Notice) -> bool:
    if snooze.person_id != notice.person_id or notice.rule in _NOT_PUT_OFF:
        return False
    if notice.subject.kind is SubjectKind.CALL:
        return False
    return snooze.task_id is None or (notice.subject.kind is SubjectKind.TASK and notice.subject.id == snooze.task_id)
