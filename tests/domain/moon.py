"""The Vietnamese lunar calendar from the moon and the sun themselves, slow and independent of any library.

New moons and the sun's longitude by the series of Meeus, Astronomical Algorithms (chapters 49 and 25), to within a
minute or so; days as they fall at 105 degrees east (UTC+7). The eleventh month holds the winter solstice, and of a
year with thirteen new moons the first month without a principal term is the leap month.
"""

from datetime import date
from functools import cache
from itertools import pairwise
from math import floor, radians, sin

_DAY_ONE = 1721424.5
"""The Julian day of midnight before 1 January of the year 1, whose ordinal is 1, less one."""


def lunar_day(year: int, month: int, day: int) -> date:
    """The day of the solar calendar of a lunar year's month (not a leap month) and day."""
    return date.fromordinal(_months(year)[month] + day - 1)


@cache
def _months(year: int) -> dict[int, int]:
    """The first days of months 1 to 10 of a lunar year, as ordinals, by number."""
    start, end = _eleventh(year - 1), _eleventh(year)
    starts = [start]
    while starts[-1] < end - 15:
        starts.append(_new_moon_near(starts[-1] + 30))
    leap = len(starts) == 14
    found: dict[int, int] = {}
    number, skipped = 11, False
    for first, following in pairwise(starts):
        if leap and not skipped and first != start and _term(first) == _term(following):
            skipped = True
            continue
        if number > 12:
            found[number - 12] = first
        number += 1
    return found


def _eleventh(year: int) -> int:
    """The first day of the month that holds the winter solstice."""
    solstice = next(
        n for n in range(date(year, 12, 18).toordinal(), date(year, 12, 26).toordinal()) if _term(n + 1) == 9
    )
    first = _new_moon_near(solstice)
    return first if first <= solstice else _new_moon_near(solstice - 29)


def _term(ordinal: int) -> int:
    """How many arcs of 30 degrees the sun has passed at the beginning of this day in Viet Nam."""
    return floor(_sun(_DAY_ONE + ordinal - 7 / 24) / 30)


def _new_moon_near(ordinal: int) -> int:
    """The day in Viet Nam of the new moon closest to a day."""
    k = round((ordinal - date(2000, 1, 6).toordinal()) / 29.530588861)
    return min((_new_moon(n) for n in (k - 1, k, k + 1)), key=lambda day: abs(day - ordinal))


def _new_moon(k: int) -> int:
    t = k / 1236.85
    e = 1 - 0.002516 * t
    mean = 2451550.09766 + 29.530588861 * k + 0.00015437 * t * t
    m = radians(2.5534 + 29.10535670 * k)
    mm = radians(201.5643 + 385.81693528 * k + 0.0107582 * t * t)
    f = radians(160.7108 + 390.67050284 * k - 0.0016118 * t * t)
    node = radians(124.7746 - 1.56375588 * k)
    moment = mean - 0.40720 * sin(mm) + 0.17241 * e * sin(m) + 0.01608 * sin(2 * mm) + 0.01039 * sin(2 * f)
    moment += 0.00739 * e * sin(mm - m) - 0.00514 * e * sin(mm + m) + 0.00208 * e * e * sin(2 * m)
    moment += -0.00111 * sin(mm - 2 * f) - 0.00057 * sin(mm + 2 * f) + 0.00056 * e * sin(2 * mm + m)
    moment += -0.00042 * sin(3 * mm) + 0.00042 * e * sin(m + 2 * f) + 0.00038 * e * sin(m - 2 * f)
    moment += -0.00024 * e * sin(2 * mm - m) - 0.00017 * sin(node) + 0.000325 * sin(radians(299.77 + 0.107408 * k))
    return floor(moment - _clock_error(moment) + 7 / 24 - _DAY_ONE)


def _sun(julian: float) -> float:
    """The sun's apparent longitude in degrees at a moment of universal time."""
    t = (julian + _clock_error(julian) - 2451545.0) / 36525
    m = radians(357.52911 + 35999.05029 * t - 0.0001537 * t * t)
    centre = (1.914602 - 0.004817 * t) * sin(m) + 0.019993 * sin(2 * m) + 0.000289 * sin(3 * m)
    node = radians(125.04 - 1934.136 * t)
    return (280.46646 + 36000.76983 * t + 0.0003032 * t * t + centre - 0.00569 - 0.00478 * sin(node)) % 360


def _clock_error(julian: float) -> float:
    """How far the earth's turning lags behind even time, in days (64 s in 2000, about a second a year more)."""
    years = (julian - 2451545.0) / 365.25
    return (63.8 + 0.35 * years + 0.004 * years * years) / 86400
