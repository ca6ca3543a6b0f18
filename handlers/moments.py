"""An office's hours in a turn, and a moment to come in words."""

from dataclasses import dataclass
from datetime import datetime, time

import texts
from domain.clock import at_local, day_text, local
from domain.moments import Said
from domain.notice_rules import NoticeRules
from domain.ports import Records
from domain.quiet import is_quiet, next_open
from domain.working_days import WorkCalendar


@dataclass(frozen=True, slots=True)
class OfficeHours:
    """When the office works, and its rules for reminders."""

    calendar: WorkCalendar
    rules: NoticeRules

    def open_from(self, moment: datetime) -> datetime:
        """The moment itself, or when the quiet hours around it end."""
        return next_open(moment, self.calendar, self.rules)

    def is_quiet(self, moment: datetime) -> bool:
        """True when nobody is disturbed."""
        return is_quiet(moment, self.calendar, self.rules)

    def moment_of(self, said: Said) -> datetime:
        """The moment somebody said, at the office's hour for reminders where they named none."""
        return at_local(said.day, said.hour or self.rules.hour)


async def office_hours(records: Records, office_id: int) -> OfficeHours:
    """The hours of an office."""
    return OfficeHours(await records.calendar.of_office(office_id), await records.notice_rules.of_office(office_id))


def moment_in_words(moment: datetime) -> str:
    """A moment with its weekday."""
    here = local(moment)
    return texts.say(
        "snooze.moment",
        time=time.strftime(here.time(), "%H:%M"),
        weekday=texts.say(f"snooze.weekday.{here.weekday()}"),
        day=day_text(here.date()),
    )
