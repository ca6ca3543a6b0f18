"""How much a person, and an office, may ask of the bot; every figure is a setting, and 0 is without limit."""

from dataclasses import dataclass
from datetime import timedelta


@dataclass(frozen=True, slots=True)
class Allowances:
    """The limits. A member of staff has `staff_times` as much as a citizen: a review is many quick presses.

    An account that exceeds its limit in `abuse_minutes` different minutes of an hour is blocked for `block`; one of
    staff never is.
    """

    person_minute: int = 20
    person_hour: int = 200
    person_files_hour: int = 20
    office_minute: int = 600
    staff_times: int = 3
    abuse_minutes: int = 5
    block: timedelta = timedelta(hours=24)

    def for_staff(self) -> "Allowances":
        """What a member of staff may do."""
        return Allowances(
            self.person_minute * self.staff_times,
            self.person_hour * self.staff_times,
            self.person_files_hour * self.staff_times,
            self.office_minute,
            self.staff_times,
            self.abuse_minutes,
            self.block,
        )


def exceeds(count: int, limit: int) -> bool:
    """True when so many are more than the limit; there is none at 0."""
    return limit > 0 and count > limit
