"""The office's rules for reminders as settings: read from words, checked for sense, kept as plain values."""

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import fields, replace
from datetime import time
from typing import Any

from domain.hours import hour_in, hour_text
from domain.notice_rules import NoticeRules
from domain.quiet import is_quiet_hour

DEFAULTS = NoticeRules()
KEYS = tuple(f.name for f in fields(NoticeRules))
LONGEST = 60
MOST_A_DAY = 20
LEAST_OPEN = 60
"""Working days of a step and messages a day at most, and minutes of a day that are not quiet at least."""

_HOURS = ("hour", "quiet_from", "quiet_to")
_STEPS = ("head_after", "leader_after", "acknowledged_for")
_STAGES = ("before_unknown", "overdue")


class RulesRefused(ValueError):
    """A setting that makes no sense; `reason` names the sentence that says why, `facts` fill its blanks."""

    def __init__(self, reason: str, **facts: str) -> None:
        super().__init__(f"{reason} {facts}")
        self.reason = reason
        self.facts = facts


def with_value(rules: NoticeRules, key: str, said: str) -> NoticeRules:
    """The rules with one setting changed to what was written, unchecked against the others. Raises RulesRefused.

    `head_overdue` and `leader_overdue` are the steps as counted from the deadline, with the other rules as they are.
    """
    if key in ("head_overdue", "leader_overdue"):
        before = (rules.overdue[0] if rules.overdue else 1) + (rules.head_after if key == "leader_overdue" else 0)
        key, said = key.replace("overdue", "after"), str(max(_count(key, said.strip()) - before, 0))
    if key not in KEYS:
        raise RulesRefused("unknown_key", key=key)
    return replace(rules, **{key: _reader(key)(key, said.strip())})


def checked(rules: NoticeRules) -> NoticeRules:
    """The same rules. Raises RulesRefused where they make no sense together."""
    for key in _STEPS:
        _within(key, getattr(rules, key), LONGEST)
    _within("daily_cap", rules.daily_cap, MOST_A_DAY)
    _check_hours(rules)
    _check_stages("overdue", rules.overdue)
    if not rules.overdue:
        raise RulesRefused("no_overdue")
    _check_stages("before_unknown", rules.before_unknown)
    _check_before(rules.before)
    return rules


def kept(rules: NoticeRules) -> dict[str, Any]:
    """What differs from the defaults, as values that JSON can hold."""
    return {key: _plain(getattr(rules, key)) for key in KEYS if getattr(rules, key) != getattr(DEFAULTS, key)}


def restored(values: Mapping[str, Any]) -> NoticeRules:
    """The rules from what `kept` gave. A value that nobody could have kept so is the default's."""
    known: dict[str, Any] = {}
    for key in KEYS:
        try:
            known[key] = _valued(key, values[key]) if key in values else getattr(DEFAULTS, key)
        except (TypeError, ValueError):
            known[key] = getattr(DEFAULTS, key)
    rules = NoticeRules(**known)
    try:
        return checked(rules)
    except RulesRefused:
        return DEFAULTS


def written(key: str, rules: NoticeRules) -> str:
    """A setting as `with_value` reads it."""
    value = getattr(rules, key)
    if isinstance(value, time):
        return hour_text(value)
    if key == "before":
        return "; ".join(f"{least}: {_listed(days)}" for least, days in value)
    return _listed(value) if isinstance(value, tuple) else str(value)


def _listed(days: Sequence[int]) -> str:
    return ", ".join(map(str, days))


def _reader(key: str) -> Callable[[str, str], Any]:
    if key in _HOURS:
        return _hour
    if key == "before":
        return _rows
    return _days if key in _STAGES else _count


def _hour(key: str, said: str) -> time:
    found = hour_in(said)
    if found is None:
        raise RulesRefused("no_hour", value=said)
    return found


def _count(key: str, said: str) -> int:
    if not re.fullmatch(r"\d{1,3}", said):
        raise RulesRefused("no_number", value=said)
    return int(said)


def _days(key: str, said: str) -> tuple[int, ...]:
    numbers = re.split(r"[\s,;/]+", said.strip(" ,;/"))
    if not said.strip(" -") or said.strip() == "0":
        return ()
    found = {_count(key, number) for number in numbers}
    return tuple(sorted(found, reverse=key != "overdue"))


def _rows(key: str, said: str) -> tuple[tuple[int, tuple[int, ...]], ...]:
    rows = []
    for row in said.strip(" ;").split(";"):
        least, colon, days = row.partition(":")
        if not colon:
            raise RulesRefused("no_rows", value=said)
        rows.append((_count(key, least.strip()), _days(key, days)))
    return tuple(sorted(rows, reverse=True))


def _within(key: str, count: int, most: int) -> None:
    if not 1 <= count <= most:
        raise RulesRefused("out_of_range", key=key, most=str(most))


def _check_hours(rules: NoticeRules) -> None:
    if rules.quiet_from == rules.quiet_to:
        return
    quiet = (_minutes(rules.quiet_to) - _minutes(rules.quiet_from)) % (24 * 60)
    if 24 * 60 - quiet < LEAST_OPEN:
        raise RulesRefused("always_quiet", start=hour_text(rules.quiet_from), end=hour_text(rules.quiet_to))
    if is_quiet_hour(rules.hour, rules):
        facts = {"start": hour_text(rules.quiet_from), "end": hour_text(rules.quiet_to)}
        raise RulesRefused("hour_is_quiet", hour=hour_text(rules.hour), **facts)


def _minutes(hour: time) -> int:
    return hour.hour * 60 + hour.minute


def _check_stages(key: str, days: Sequence[int]) -> None:
    for count in days:
        _within(key, count, LONGEST)


def _check_before(rows: Sequence[tuple[int, tuple[int, ...]]]) -> None:
    if not rows or rows[-1][0] != 0:
        raise RulesRefused("no_last_row")
    if len({least for least, _ in rows}) < len(rows):
        raise RulesRefused("row_twice")
    for least, days in rows:
        _check_stages("before", days)
        if least and days and days[0] > least:
            raise RulesRefused("longer_than_the_task", days=str(days[0]), least=str(least))


def _plain(value: Any) -> Any:
    if isinstance(value, time):
        return hour_text(value)
    return [_plain(part) for part in value] if isinstance(value, tuple) else value


def _valued(key: str, value: Any) -> Any:
    if key in _HOURS:
        return _hour(key, value)
    if key == "before":
        return tuple((int(least), tuple(int(d) for d in days)) for least, days in value)
    return tuple(int(d) for d in value) if key in _STAGES else int(value)
