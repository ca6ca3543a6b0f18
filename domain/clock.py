"""Time as the office reads it: stored in UTC, shown and reckoned in Asia/Ho_Chi_Minh."""

from datetime import UTC, date, datetime, time
from zoneinfo import ZoneInfo

VIETNAM = ZoneInfo("Asia/Ho_Chi_Minh")


def local(moment: datetime) -> datetime:
    """The same moment on the office's wall clock. `moment` carries a zone."""
    return moment.astimezone(VIETNAM)


def local_day(moment: datetime) -> date:
    """The calendar day of a moment in the office."""
    return local(moment).date()


def at_local(day: date, hour: time) -> datetime:
    """The moment, in UTC, at which the office's clock shows `hour` on `day`."""
    return datetime.combine(day, hour, tzinfo=VIETNAM).astimezone(UTC)


def day_text(day: date) -> str:
    """A day as administrative papers write it: 05/6/2026 (a zero before a day under ten and before months 1 and 2).

    The habit of Decree 30/2020/ND-CP, annex I, section II: days under 10 and months 1, 2 take a zero in front.
    """
    month = f"{day.month:02d}" if day.month <= 2 else str(day.month)
    return f"{day.day:02d}/{month}/{day.year}"
