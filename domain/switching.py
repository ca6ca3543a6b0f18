"""The bot turned off by an office, with the reason that everybody is told, and on again."""

from dataclasses import dataclass
from datetime import datetime

LONGEST_REASON = 300
"""Characters of a reason: it is read on a phone, by citizens too."""


@dataclass(frozen=True, slots=True)
class Switch:
    """One turning off or on. `until` is when an office that is off is on again by itself."""

    id: int
    office_id: int
    is_on: bool
    reason: str
    by_id: int | None
    at: datetime
    until: datetime | None = None

    def is_off(self, now: datetime) -> bool:
        """True while this switch, being the newest, keeps the bot off."""
        return not self.is_on and (self.until is None or now < self.until)
