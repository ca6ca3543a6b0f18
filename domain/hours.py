"""The hour of the day that words name: "7h30", "7 gio ruoi", "bay gio kem 15", "2 gio chieu"."""

import re
from datetime import time

from domain.vietnamese import fold

_UNITS = ("khong", "mot", "hai", "ba", "bon", "nam", "sau", "bay", "tam", "chin")
_SPOKEN = {
    **{word: value for value, word in enumerate(_UNITS)},
    "muoi": 10,
    **{f"muoi {word}": 10 + value for value, word in enumerate(_UNITS) if value},
    **{f"{_UNITS[tens]} muoi": tens * 10 for tens in range(2, 6)},
    **{f"{_UNITS[tens]} muoi {word}": tens * 10 + value for tens in range(2, 6) for value, word in enumerate(_UNITS)},
    **{f"{tens} lam": value for tens, value in (("muoi", 15), ("hai muoi", 25), ("ba muoi", 35), ("bon muoi", 45))},
    **{f"{_UNITS[tens]} muoi mot": tens * 10 + 1 for tens in range(2, 6)},
    "nam muoi lam": 55,
}
_COUNT = rf"(?:\d{{1,2}}|{'|'.join(sorted(_SPOKEN, key=len, reverse=True))})"
_PART = r"(?P<part>sang som|sang|trua|chieu toi|chieu|toi|dem)"
_CLOCK = re.compile(
    rf"(?<![\w/.,:])(?P<hour>{_COUNT}) ?(?:(?P<colon>:)|h|g|gio|tieng)(?![a-z])"
    rf"(?: ?(?P<half>ruoi)| ?kem (?P<less>{_COUNT})(?: ?(?:phut|p))?"
    rf"| ?(?P<minute>{_COUNT})(?: ?(?:phut|p))?(?![\w/]))?"
    rf"(?: ?(?:dung|chan))?(?: (?:buoi |vao |cac )*{_PART}(?! \d))?(?![\d:/])"
)
_BARE_HALF = re.compile(rf"(?<![\w/.,:])(?P<hour>{_COUNT}) ruoi(?: (?:buoi |vao )?{_PART})?(?!\w)")
_GLUED = re.compile(r"(?<![\w/.,:])(\d{1,2})(h|g|gio)(\d{1,2})(?!\d)")
_HALF_DAY = 12


def hour_in(text: str) -> time | None:
    """The hour that the words name on the office's clock, or None when they name none or more than one."""
    found = hours_in(text)
    return found[0] if len(found) == 1 else None


def hours_in(text: str) -> list[time]:
    """The hours that words name, in order; what is no hour of the day (25:00, 7:75) is left out."""
    _, matches = _found(text)
    read = (_read(match) for match in matches)
    return [hour for hour in read if hour is not None]


def without_hours(text: str) -> str:
    """The folded words with "<t>" in place of each hour."""
    said, matches = _found(text)
    for match in reversed(matches):
        said = f"{said[: match.start()]} <t> {said[match.end() :]}"
    return " ".join(said.split())


def _found(text: str) -> "tuple[str, list[re.Match[str]]]":
    said = _GLUED.sub(r"\1\2 \3", fold(text))
    return said, list(_CLOCK.finditer(said)) or list(_BARE_HALF.finditer(said))


def hour_text(hour: time) -> str:
    """An hour as it is shown: 07:30."""
    return f"{hour.hour:02d}:{hour.minute:02d}"


def _read(match: "re.Match[str]") -> time | None:
    parts = match.groupdict()
    if parts.get("colon") and not parts.get("minute"):
        return None
    minutes = _of_day(_value(parts["hour"]), parts["part"] or "") * 60
    if parts.get("less"):
        minutes -= _value(parts["less"])
    elif parts.get("minute"):
        if _value(parts["minute"]) > 59:
            return None
        minutes += _value(parts["minute"])
    elif "half" not in parts or parts["half"]:
        minutes += 30
    return time(minutes // 60, minutes % 60) if 0 <= minutes < 24 * 60 else None


def _of_day(hour: int, part: str) -> int:
    """The hour by the clock of 24 hours, as the part of the day says: 2 in the afternoon is 14, 12 at night is 0."""
    if part.startswith(("chieu", "toi")) and hour < _HALF_DAY:
        return hour + _HALF_DAY
    if part == "trua" and hour < 5:
        return hour + _HALF_DAY
    if part == "dem":
        return {_HALF_DAY: 0}.get(hour, hour + _HALF_DAY if 6 <= hour < _HALF_DAY else hour)
    return hour


def _value(word: str) -> int:
    return int(word) if word.isdigit() else _SPOKEN[word]
