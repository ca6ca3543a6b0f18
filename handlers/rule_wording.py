"""The office's rules for reminders in words, in chat and on the command line."""

from collections.abc import Mapping, Sequence
from typing import Any

import texts
from domain.hours import hour_text
from domain.notice_rules import NoticeRules
from domain.rule_settings import KEYS, RulesRefused


def rule_lines(rules: NoticeRules) -> list[str]:
    """All rules, a line or two for each."""
    return [texts.say("rules.title"), *(line for key in KEYS for line in key_lines(key, rules))]


def key_lines(key: str, rules: NoticeRules) -> list[str]:
    """What one setting means; the two quiet hours stand in one line, and the stages before a deadline in several."""
    if key == "hour":
        return [texts.say("rules.hour", hour=hour_text(rules.hour))]
    if key == "before":
        return _before_lines(rules)
    if key == "overdue":
        return [texts.say("rules.overdue", days=_listed(rules.overdue))]
    if key == "quiet_from":
        if rules.quiet_from == rules.quiet_to:
            return [texts.say("rules.never_quiet")]
        return [texts.say("rules.quiet", start=hour_text(rules.quiet_from), end=hour_text(rules.quiet_to))]
    if key in ("before_unknown", "quiet_to"):
        return []
    return [texts.say(f"rules.steps.{key}", count=getattr(rules, key))]


def changed_lines(before: NoticeRules, after: NoticeRules) -> list[str]:
    """The settings that differ, as they will be."""
    together = {"quiet_to": "quiet_from", "before_unknown": "before"}
    changed = [together.get(key, key) for key in KEYS if getattr(before, key) != getattr(after, key)]
    return [line for key in dict.fromkeys(changed) for line in key_lines(key, after)]


def refusal(refused: RulesRefused) -> str:
    """Why a setting was refused."""
    facts: Mapping[str, Any] = refused.facts
    if refused.reason == "out_of_range":
        facts = {**facts, "key": texts.say(f"rules.name.{facts['key']}")}
    return texts.say(f"rules.refused.{refused.reason}", **facts)


def _before_lines(rules: NoticeRules) -> list[str]:
    unknown = texts.say("rules.before_unknown", days=_before(rules.before_unknown))
    if len(rules.before) == 1:
        return [texts.say("rules.before_all", days=_before(rules.before[0][1])), unknown]
    lines = [
        texts.say("rules.before_first", least=least, days=_before(days))
        if least
        else texts.say("rules.before_last", days=_before(days))
        for least, days in rules.before
    ]
    return [texts.say("rules.before_title"), *lines, unknown]


def _before(days: Sequence[int]) -> str:
    return texts.say("rules.before_days", days=_listed(days)) if days else texts.say("rules.before_none")


def _listed(days: Sequence[int]) -> str:
    return ", ".join(map(str, days))
