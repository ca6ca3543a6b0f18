"""What went before a notice, in words: who was reminded how often, who answered, and who above has been told."""

from collections.abc import Sequence
from datetime import datetime

import texts
from domain.clock import day_text, local_day
from domain.notices import AGAIN, ESCALATE_HEAD, ESCALATE_LEADER, ON_THE_DAY, TOLD_HEAD, TOLD_LEADER, LedgerNotice
from domain.people import Person
from scheduler.facts import Facts

DAYS_NAMED = 5
"""Of how many earlier reminders the days are named."""
ABOVE = ("head", "leader")
"""The sections that speak of what others leave undone."""
_NAMED = {
    AGAIN: "again",
    ON_THE_DAY: "today",
    TOLD_HEAD: "told",
    TOLD_LEADER: "told",
    ESCALATE_HEAD: "head",
    ESCALATE_LEADER: "leader",
}


def section_of(rule: str) -> str:
    """Under which head of a message something is said."""
    return _NAMED.get(rule) or ("before" if rule.startswith("before_") else "overdue")


def names(people: Sequence[Person]) -> str:
    """Their names, one after the other."""
    return ", ".join(person.name for person in people)


def unanswered(row: LedgerNotice, facts: Facts) -> str:
    """What is to be added where nobody has said that they received a reminder; empty where somebody has."""
    is_answered = any(sent.acknowledged_at is not None for sent in facts.reminders(row.notice))
    return "" if is_answered else texts.say("notices.unanswered")


def above(row: LedgerNotice, heads: Sequence[Person], facts: Facts) -> str:
    """Who has been told."""
    if row.notice.rule == TOLD_HEAD:
        return texts.say("notices.above.head", people=names(heads))
    return texts.say("notices.above.leader", people=names(facts.staff.leaders))


def history(row: LedgerNotice, carriers: Sequence[Person], facts: Facts) -> str:
    """Who answers for it, when they were reminded, and whether they answered; for those above them only."""
    section = section_of(row.notice.rule)
    if section not in ABOVE:
        return ""
    reminded = facts.reminders(row.notice)
    said = []
    if carriers:
        said.append(texts.say("notices.history.carried_by", people=names(carriers)))
    days = sorted({local_day(sent.sent_at) for sent in reminded if sent.sent_at is not None})
    if len(days) > 1:
        named = ", ".join(day_text(day) for day in days[-DAYS_NAMED:])
        said.append(texts.say("notices.history.reminded", count=len(days), days=named))
    elif days:
        said.append(texts.say("notices.history.reminded_once", days=day_text(days[0])))
    else:
        said.append(texts.say("notices.history.not_reminded"))
    answers = [(sent.acknowledged_at, sent.notice.person_id) for sent in reminded if sent.acknowledged_at is not None]
    if answers:
        moment, person_id = max(answers)
        said.append(_acknowledged(facts.name(person_id), moment))
    elif days:
        said.append(texts.say("notices.history.not_acknowledged"))
    told = facts.told_head(row.notice) if section == "leader" else None
    if told is not None and told.sent_at is not None:
        day = day_text(local_day(told.sent_at))
        said.append(texts.say("notices.history.head_told", people=facts.name(told.notice.person_id), day=day))
    return " ".join(said)


def _acknowledged(name: str, moment: datetime) -> str:
    return texts.say("notices.history.acknowledged", person=name, day=day_text(local_day(moment)))
