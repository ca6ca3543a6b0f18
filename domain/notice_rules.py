"""An office's own settings for reminders, with defaults that suit a commune. What each means: docs/reminders.md."""

from dataclasses import dataclass
from datetime import time


@dataclass(frozen=True, slots=True)
class NoticeRules:
    """When and how often an office reminds.

    `before`: rows of (working days a task takes at least, working days before its end on which to remind), longest
    first. `overdue`, `head_after`, `leader_after`, `acknowledged_for` are working days. `hour`, `quiet_from` and
    `quiet_to` are local time. `daily_cap` is messages to one person a day.
    """

    hour: time = time(8)
    before: tuple[tuple[int, tuple[int, ...]], ...] = ((50, (14, 7, 3, 1)), (15, (7, 3, 1)), (6, (3, 1)), (0, (1,)))
    before_unknown: tuple[int, ...] = (7, 3, 1)
    overdue: tuple[int, ...] = (1, 3, 7)
    head_after: int = 2
    leader_after: int = 3
    acknowledged_for: int = 5
    quiet_from: time = time(19)
    quiet_to: time = time(7)
    daily_cap: int = 3

    def stages_before(self, length: int | None) -> tuple[int, ...]:
        """The working days before the end on which a task of this length (working days, None unknown) is spoken of."""
        if length is None:
            return self.before_unknown
        return next((days for least, days in self.before if length >= least), ())
