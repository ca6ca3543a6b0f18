"""The rules for reminders as settings: what is read, what is refused and why, what is kept."""

import json
from dataclasses import replace
from datetime import time

import pytest

from domain.notice_rules import NoticeRules
from domain.rule_settings import KEYS, RulesRefused, checked, kept, restored, with_value, written

RULES = NoticeRules()


@pytest.mark.parametrize(
    ("key", "said", "value"),
    [
        ("hour", "7h30", time(7, 30)),
        ("quiet_from", "20:00", time(20)),
        ("daily_cap", "5", 5),
        ("head_after", "3", 3),
        ("overdue", "5 1, 3", (1, 3, 5)),
        ("before_unknown", "1,7", (7, 1)),
        ("before_unknown", "0", ()),
        ("before", "10: 5, 2; 0: 1; 30: 10,5", ((30, (10, 5)), (10, (5, 2)), (0, (1,)))),
    ],
)
def test_a_setting_is_read(key: str, said: str, value: object) -> None:
    assert getattr(checked(with_value(RULES, key, said)), key) == value


@pytest.mark.parametrize(
    ("key", "said", "reason"),
    [
        ("colour", "1", "unknown_key"),
        ("hour", "sáng sớm", "no_hour"),
        ("hour", "20:00", "hour_is_quiet"),
        ("hour", "06:59", "hour_is_quiet"),
        ("quiet_to", "9h", "hour_is_quiet"),
        ("quiet_to", "18:30", "always_quiet"),
        ("daily_cap", "0", "out_of_range"),
        ("daily_cap", "999", "out_of_range"),
        ("daily_cap", "ba", "no_number"),
        ("daily_cap", "-2", "no_number"),
        ("head_after", "0", "out_of_range"),
        ("acknowledged_for", "61", "out_of_range"),
        ("overdue", "0", "no_overdue"),
        ("overdue", "1, 90", "out_of_range"),
        ("overdue", "1, x", "no_number"),
        ("before", "14, 7", "no_rows"),
        ("before", "10: 5", "no_last_row"),
        ("before", "10: 5; 10: 3; 0: 1", "row_twice"),
        ("before", "5: 7, 1; 0: 1", "longer_than_the_task"),
    ],
)
def test_what_makes_no_sense_is_refused_with_its_reason(key: str, said: str, reason: str) -> None:
    with pytest.raises(RulesRefused) as refused:
        checked(with_value(RULES, key, said))
    assert refused.value.reason == reason


def test_hours_set_equal_mean_no_quiet_hours() -> None:
    assert checked(replace(RULES, quiet_from=time(0), quiet_to=time(0), hour=time(5))).hour == time(5)


def test_the_defaults_make_sense_and_leave_nothing_to_keep() -> None:
    assert checked(RULES) == RULES
    assert kept(RULES) == {} and restored({}) == RULES


def test_what_is_kept_comes_back_the_same() -> None:
    rules = NoticeRules(
        hour=time(7, 45),
        before=((12, (6, 2)), (0, (1,))),
        before_unknown=(5, 1),
        overdue=(2, 9),
        head_after=4,
        leader_after=6,
        acknowledged_for=8,
        quiet_from=time(21, 30),
        quiet_to=time(5, 15),
        daily_cap=7,
    )
    through_json = json.loads(json.dumps(kept(rules)))
    assert set(through_json) == set(KEYS)
    assert restored(through_json) == checked(rules)


def test_a_setting_is_written_as_it_is_read() -> None:
    other = NoticeRules(hour=time(9), before=((0, ()),), overdue=(2,), daily_cap=9)
    for key in KEYS:
        assert getattr(with_value(RULES, key, written(key, other)), key) == getattr(other, key)


@pytest.mark.parametrize(
    "values", [{"hour": "soon"}, {"before": [[1]]}, {"daily_cap": None}, {"overdue": 5}, {"daily_cap": 0}, {"new": 1}]
)
def test_what_nobody_could_have_kept_is_the_default(values: dict[str, object]) -> None:
    assert restored(values) == RULES
