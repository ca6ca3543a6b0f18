"""The public holidays of Viet Nam: Labour Code 2019, Articles 111 and 112, and the swapped days of each year.

The library `holidays` reckons them up to LAST_YEAR, Tet and the Hung Kings' day by the Vietnamese lunar calendar. The
years after have the days of the solar calendar only: nothing that is planned today reaches so far.
"""

import re
from collections.abc import Iterator, Mapping
from datetime import MAXYEAR, date, timedelta
from functools import cache
from types import MappingProxyType

LAST_YEAR = 2100

_SWAPPED = {date(2026, 1, 2): date(2026, 1, 10)}
"""Swaps that the library does not know (version 0.109): the day off, and the Saturday worked for it."""

_SOLAR = ((1, 1), (4, 30), (5, 1), (9, 1), (9, 2), (11, 24))
_WORKED_FOR = re.compile(r"(\d{2})/(\d{2})/(\d{4})")


@cache
def public_holidays(year: int) -> Mapping[date, str]:
    """The days off of a year by law, with their names; a day that is swapped for a Saturday has none of its own."""
    found = _reckoned(year) if year <= LAST_YEAR else dict(_solar(year))
    return MappingProxyType(dict(sorted((found | dict.fromkeys(swapped(year), "")).items())))


@cache
def swapped(year: int) -> Mapping[date, date]:
    """The working days of a year that are off because a day of a weekend is worked, each with that day."""
    found = {off: worked for off, worked in _SWAPPED.items() if off.year == year}
    for off, name in _reckoned(year).items() if year <= LAST_YEAR else ():
        for day, month, of_year in _WORKED_FOR.findall(name):
            found[off] = date(int(of_year), int(month), int(day))
    return MappingProxyType(found)


@cache
def worked_weekends(year: int) -> Mapping[date, date]:
    """The days of a year's weekends that are worked, each with the day that is off instead."""
    around = (year, year + 1) if year < MAXYEAR else (year,)
    pairs = (pair for one in around for pair in swapped(one).items())
    pairs_before = swapped(year - 1).items() if year > 1 else ()
    return MappingProxyType({worked: off for off, worked in (*pairs_before, *pairs) if worked.year == year})


def works_by_law(day: date) -> bool:
    """True on Monday to Friday without the public holidays, and on a weekend's day that is worked in exchange."""
    if day.weekday() >= 5:
        return day in worked_weekends(day.year)
    return day not in public_holidays(day.year)


def _reckoned(year: int) -> dict[date, str]:
    import holidays

    return dict(holidays.country_holidays("VN", years=year, language="vi"))


def _solar(year: int) -> Iterator[tuple[date, str]]:
    """The days of the solar calendar, and the next working days for those that fall on a weekend."""
    names = {(day.month, day.day): name for day, name in public_holidays(LAST_YEAR).items()}
    off = {date(year, month, day) for month, day in _SOLAR}
    for day in sorted(off):
        name = names.get((day.month, day.day)) or names[(9, 2)]
        yield day, name
        if day.weekday() >= 5:
            while day.weekday() >= 5 or day in off:
                day += timedelta(days=1)
            off.add(day)
            yield day, name
