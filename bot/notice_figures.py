"""The reminders in figures: for whoever watches the server, and as lines of the log."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

import structlog

from domain.notices import NoticeStatus
from domain.people import Office
from scheduler.periods import to_freeze
from scheduler.planning import stuck, unentered
from storage import Repositories, Storage

log = structlog.get_logger()


@dataclass(frozen=True, slots=True)
class OfficeFigures:
    """What only a look at every task and person of every office tells; the server takes it once in each beat.

    `unentered` are due and not in the ledger; `unfrozen` are periods that are over and whose figures nobody has
    taken; `planned` is when the office whose planning is the oldest was planned, None when none ever was.
    """

    unentered: int
    unreachable: int
    unfrozen: int
    planned: datetime | None


@dataclass(frozen=True, slots=True)
class NoticeFigures:
    """How many notices the ledger holds by state, and what of them should worry the operator.

    `oldest` is for how long the longest waiting one could have gone out; `missed` must be zero.
    """

    states: Mapping[str, int]
    late: int
    stuck: int
    oldest: timedelta
    offices: OfficeFigures

    @property
    def due(self) -> int:
        """All that was ever due to somebody, whatever became of it."""
        return sum(self.states.values())

    @property
    def missed(self) -> int:
        """What `scheduler.planning.missed` counts."""
        return self.stuck + self.offices.unentered


async def office_figures(records: Repositories, now: datetime) -> OfficeFigures:
    """The figures that take a look at every office."""
    offices = await records.offices.all()
    return OfficeFigures(
        unentered=await unentered(records, now),
        unreachable=sum([len(await unreachable(records, office)) for office in offices]),
        unfrozen=sum([len(await to_freeze(records, office, now)) for office in offices]),
        planned=await _planned(records),
    )


async def _planned(records: Repositories) -> datetime | None:
    """When the office that was planned longest ago was planned."""
    offices = await records.offices.all()
    planned = [moment for office in offices if (moment := await records.notice_rules.planned_until(office.id))]
    return min(planned, default=None)


async def unreachable(records: Repositories, office: Office) -> list[str]:
    """The names of those who joined and whom no channel reaches any more."""
    accounts = await records.people.accounts_of_office(office.id)
    joined = {account.person_id for account in accounts}
    reached = {account.person_id for account in accounts if account.reachable}
    return [person.name for person in await records.people.of_office(office.id) if person.id in joined - reached]


async def notice_figures(records: Repositories, now: datetime, offices: OfficeFigures | None = None) -> NoticeFigures:
    """The figures of all offices; where those that take a look at every office are known, only counts are read."""
    since = await records.notices.oldest_pending()
    return NoticeFigures(
        states=await records.notices.counts(),
        late=await records.notices.late_count(),
        stuck=await stuck(records, now),
        oldest=timedelta() if since is None else max(now - since, timedelta()),
        offices=replace(offices, planned=await _planned(records)) if offices else await office_figures(records, now),
    )


def as_metrics(figures: NoticeFigures, now: datetime) -> dict[str, float]:
    """The figures as Prometheus names them; all are gauges, since a row changes its state and leaves with its person.

    The age of the planning is of now, whenever the offices were looked at: it grows when the clock stands still.
    """
    named = {f'kehoach_notices{{state="{state}"}}': float(count) for state, count in figures.states.items()}
    named |= {
        "kehoach_notices_due": float(figures.due),
        "kehoach_notices_late": float(figures.late),
        "kehoach_notices_missed": float(figures.missed),
        "kehoach_notices_oldest_pending_seconds": figures.oldest.total_seconds(),
        "kehoach_people_unreachable": float(figures.offices.unreachable),
        "kehoach_periods_not_frozen": float(figures.offices.unfrozen),
    }
    planned = figures.offices.planned
    if planned is not None:
        named["kehoach_planning_age_seconds"] = max((now - planned).total_seconds(), 0.0)
    return named


OFFICES_EVERY = timedelta(minutes=5)
"""How often the clock looks at every office to count what was not entered."""


class NoticeLog:
    """Looks at the reminders after each beat, and keeps what it saw for whoever asks in between.

    Writes a line of the log when something became of them since the last beat, and while any is missed.
    """

    def __init__(self) -> None:
        self._last: NoticeFigures | None = None
        self._looked_at: datetime | None = None
        self._lasted: timedelta | None = None

    async def note(self, storage: Storage, queued: int, now: datetime, lasted: timedelta = timedelta()) -> None:
        """Look at the ledger after a beat that queued so many messages and lasted so long."""
        seen = self._seen_lately(now)
        async with storage.reading() as records:
            figures = await notice_figures(records, now, seen)
        self._looked_at = now if seen is None else self._looked_at
        changed = self._changes(figures)
        self._last, self._lasted = figures, lasted
        if queued or changed:
            log.info("reminders", queued=queued, **changed, waiting=figures.states[NoticeStatus.PENDING])
        if figures.missed:
            seconds = int(figures.oldest.total_seconds())
            counts = {"missed": figures.missed, "not_entered": figures.offices.unentered}
            log.error("reminders missed", **counts, oldest_seconds=seconds)

    def _seen_lately(self, now: datetime) -> OfficeFigures | None:
        """What was seen of the offices some minutes ago, unless something was missing then: a look reads every task."""
        if self._last is None or self._looked_at is None or self._last.offices.unentered:
            return None
        return self._last.offices if self._looked_at <= now < self._looked_at + OFFICES_EVERY else None

    async def metrics(self, storage: Storage, now: datetime) -> dict[str, float]:
        """The figures of now, with what the last beat saw of the offices; before the first beat they are looked at."""
        seen = None if self._last is None else self._last.offices
        async with storage.reading() as records:
            named = as_metrics(await notice_figures(records, now, seen), now)
        if self._lasted is not None:
            named["kehoach_planning_duration_seconds"] = self._lasted.total_seconds()
        return named

    def _changes(self, figures: NoticeFigures) -> dict[str, int]:
        """What came since the last look, by name; nothing at the first look."""
        if self._last is None:
            return {}
        before, after = self._last.states, figures.states
        ended = (NoticeStatus.SENT, NoticeStatus.UNKNOWN, NoticeStatus.FAILED, NoticeStatus.CANCELLED)
        changes = {"planned": figures.due - self._last.due, "late": figures.late - self._last.late}
        changes |= {state.value: after[state] - before[state] for state in ended}
        return {name: count for name, count in changes.items() if count}
