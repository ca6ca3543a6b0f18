"""A task that several units carry: where it stands as a whole, and which of its units still have something to say."""

from collections.abc import Sequence

from domain.progress import UNTOUCHED, Standing
from domain.tasks import Share, Task, TaskStatus


def together(shares: Sequence[Share]) -> Standing:
    """Where a group task stands: done when every unit is done, blocked as soon as one unit is.

    The percentage is the mean over the units, one that gave no figure counting as 0; None while nobody gave any.
    A unit whose part was cancelled no longer counts. The expected day is the latest that any unit named.
    """
    counted = [share for share in shares if share.status is not TaskStatus.CANCELLED]
    if not counted:
        return Standing(TaskStatus.CANCELLED, None, None) if shares else UNTOUCHED
    states = {share.status for share in counted}
    figures = [share.percent for share in counted]
    told = any(figure is not None for figure in figures)
    percent = round(sum(figure or 0.0 for figure in figures) / len(figures), 1) if told else None
    expected = max((s.expected for s in counted if s.expected and not s.status.is_over), default=None)
    if states == {TaskStatus.DONE}:
        return Standing(TaskStatus.DONE, 100.0, None)
    if TaskStatus.BLOCKED in states:
        return Standing(TaskStatus.BLOCKED, percent, expected)
    status = TaskStatus.NOT_STARTED if states == {TaskStatus.NOT_STARTED} else TaskStatus.IN_PROGRESS
    return Standing(status, percent, expected)


def share_of(task: Task, unit_id: int | None) -> Share | None:
    """The unit's own part of a group task, or None."""
    return next((share for share in task.shares if share.unit_id == unit_id), None)


def reported_shares(task: Task) -> list[Share]:
    """The units that have reported on their part."""
    return [share for share in task.shares if share.reported_on is not None]


def missing_shares(task: Task) -> list[Share]:
    """The units that have reported nothing yet and still carry their part."""
    return [share for share in task.shares if share.reported_on is None and not share.status.is_over]
