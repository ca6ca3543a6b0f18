"""The hour at which a person is reminded: shown, chosen, or the office's again."""

from datetime import time

import texts
from domain.hours import hour_text
from domain.messages import Button, Kind, Reply
from domain.notice_rules import NoticeRules
from domain.people import Person
from domain.ports import Records
from domain.quiet import is_quiet_hour
from domain.rule_words import reads_own_hour
from handlers.private import staff_alone
from handlers.turn import Turn
from handlers.wording import tasks_button


def wants_own_hour(turn: Turn) -> bool:
    """True for the hour of one's own reminders, named, asked for or given up, and for the button that gives it up."""
    if turn.action == "hour:office":
        return True
    return turn.incoming.kind is Kind.TEXT and turn.role.is_staff and reads_own_hour(turn.text) is not None


async def keep_own_hour(turn: Turn) -> list[Reply]:
    """The hour as it is now, after the change that was asked for. It is the speaker's own, and easily changed back."""
    person = staff_alone(turn, "rules.own.not_staff")
    if not isinstance(person, Person):
        return person
    said = "office" if turn.action else reads_own_hour(turn.text)
    records = await turn.records()
    rules = await records.notice_rules.of_office(person.office_id)
    if said == "?":
        return [Reply(texts.say("rules.own.unread"))]
    if said == "show":
        return [_shown((await records.wishes.hours(person.office_id)).get(person.id), rules)]
    hour = None if said == "office" else time.fromisoformat(str(said))
    if hour is not None and rules.quiet_from != rules.quiet_to and is_quiet_hour(hour, rules):
        quiet = {"start": hour_text(rules.quiet_from), "end": hour_text(rules.quiet_to)}
        return [Reply(texts.say("rules.own.quiet", hour=hour_text(hour), **quiet))]
    return [await _written(turn, records, person, rules, hour)]


async def _written(turn: Turn, records: Records, person: Person, rules: NoticeRules, hour: time | None) -> Reply:
    await records.wishes.set_hour(person.id, hour)
    details = {"hour": None if hour is None else hour_text(hour)}
    await records.audit.note(person.office_id, person.id, "hour.chosen", f"person:{person.id}", turn.now, details)
    if hour is None:
        return _shown(None, rules)
    return Reply(texts.say("rules.own.set", hour=hour_text(hour)), (_office_button(), tasks_button()))


def _shown(hour: time | None, rules: NoticeRules) -> Reply:
    if hour is None:
        return Reply(texts.say("rules.own.office", hour=hour_text(rules.hour)), (tasks_button(),))
    return Reply(texts.say("rules.own.shown", hour=hour_text(hour)), (_office_button(), tasks_button()))


def _office_button() -> Button:
    return Button(texts.say("rules.button.office_hour"), "hour:office")
