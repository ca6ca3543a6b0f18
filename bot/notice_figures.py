"""The reminders in figures: for whoever watches the server, and as lines of the log."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

import structlog

from domain.notices import NoticeStatus
from storage import Repositories, Storage

log = structlog.get_logger()

PATIENCE = timedelta(minutes=15)
"""How long a notice that nothing holds back may wait before it counts as missed."""


@dataclass(frozen=True, slots=True)
class NoticeFigures:
    """How many notices the ledger holds by state, and what of them should worry the operator.

    `oldest` is since when the longest waiting one could have gone out; `missed` must be zero.
    """

    states: Mapping[str, int]
    late: int
    missed: int
    oldest: timedelta

    @property
    def due(self) -> int:
        """All that was ever due to somebody, whatever became of it."""
        return sum(self.states.values())


async def notice_figures(records: Repositories, now: datetime) -> NoticeFigures:
    """The figures of all offices."""
    since = await records.notices.oldest_pending()
    waiting = timedelta() if since is None else max(now - since, timedelta())
    return NoticeFigures(
        states=await records.notices.counts(),
        late=await records.notices.late_count(),
        missed=await records.notices.missed(now - PATIENCE),
        oldest=waiting,
    )


def as_metrics(figures: NoticeFigures) -> dict[str, float]:
    """The figures as Prometheus names them; all are gauges, since rows of people who left are removed."""
    named = {f'kehoach_notices{{state="{state}"}}': float(count) for state, count in figures.states.items()}
    return named | {
        "kehoach_notices_due": float(figures.due),
        "kehoach_notices_late": float(figures.late),
        "kehoach_notices_missed": float(figures.missed),
        "kehoach_notices_oldest_pending_seconds": figures.oldest.total_seconds(),
    }


class NoticeLog:
    """Writes a line of the log when something became of reminders since the last beat, and while any is missed."""

    def __init__(self) -> None:
        self._last: NoticeFigures | None = None

    async def note(self, storage: Storage, queued: int, now: datetime) -> None:
        """Look at the ledger after a beat that queued so many messages."""
        async with storage.reading() as records:
            figures = await notice_figures(records, now)
        changed = self._changes(figures)
        self._last = figures
        if queued or changed:
            log.info("reminders", queued=queued, **changed, waiting=figures.states[NoticeStatus.PENDING])
        if figures.missed:
            seconds = int(figures.oldest.total_seconds())
            log.error("reminders missed", missed=figures.missed, oldest_seconds=seconds)

    def _changes(self, figures: NoticeFigures) -> dict[str, int]:
        """What came since the last look, by name; nothing at the first look."""
        if self._last is None:
            return {}
        before, after = self._last.states, figures.states
        ended = (NoticeStatus.SENT, NoticeStatus.UNKNOWN, NoticeStatus.FAILED, NoticeStatus.CANCELLED)
        changes = {"planned": figures.due - self._last.due, "late": figures.late - self._last.late}
        changes |= {state.value: after[state] - before[state] for state in ended}
        return {name: count for name, count in changes.items() if count}
