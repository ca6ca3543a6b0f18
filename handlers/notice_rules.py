"""The office's rules for reminders in chat: anyone of the staff looks, the administrator changes them by a card."""

import texts
from domain.messages import Button, Kind, Reply
from domain.notice_rules import NoticeRules
from domain.people import Person
from domain.ports import Records
from domain.rights import may_change_notice_rules
from domain.rule_settings import KEYS, RulesRefused, checked, with_value, written
from domain.rule_words import asks_for_rules, read_rules
from handlers.deed import decides, new_deed, no_such_deed, pressed_deed, settle, show_card
from handlers.private import staff_alone
from handlers.rule_wording import changed_lines, refusal, rule_lines
from handlers.turn import Turn
from handlers.wording import home_button

KIND = "rules"


def wants_rules(turn: Turn) -> bool:
    """True for looking at the rules, for changing one in words, and for the buttons of both."""
    if turn.action == "rules" or decides(turn, KIND):
        return True
    if turn.incoming.kind is not Kind.TEXT or not turn.role.is_staff:
        return False
    return asks_for_rules(turn.text) or read_rules(turn.text) is not None


async def keep_rules(turn: Turn) -> list[Reply]:
    """The rules in words, the card of a change, or what the card's button decided."""
    person = staff_alone(turn, "rules.not_staff")
    if not isinstance(person, Person):
        return person
    records = await turn.records()
    rules = await records.notice_rules.of_office(person.office_id)
    decision = decides(turn, KIND)
    if decision:
        return [await _decide(turn, records, person, rules, decision)]
    wanted = None if turn.action else read_rules(turn.text)
    if wanted is None:
        return [_shown(person, rules)]
    if not may_change_notice_rules(person):
        return [Reply(texts.say("rules.may_not"), (_show_button(), home_button(person.role)))]
    return [_card(turn, person, rules, wanted)]


def _shown(person: Person, rules: NoticeRules) -> Reply:
    lines = rule_lines(rules)
    if may_change_notice_rules(person):
        lines += ["", texts.say("rules.how")]
    return Reply("\n".join(lines), (home_button(person.role),))


def _card(turn: Turn, person: Person, rules: NoticeRules, wanted: dict[str, str]) -> Reply:
    try:
        changed = _with(rules, wanted)
    except RulesRefused as refused:
        return Reply(refusal(refused), (_show_button(),))
    if changed == rules:
        return Reply(texts.say("rules.unchanged"), (_show_button(),))
    parts = {"wanted": wanted, "was": {key: written(key, rules) for key in KEYS}}
    card = texts.say("rules.card", lines="\n".join(changed_lines(rules, changed)))
    return show_card(turn, new_deed(turn, person, KIND, parts), card)


def _with(rules: NoticeRules, wanted: dict[str, str]) -> NoticeRules:
    """The rules with these settings; the defaults where none is named. Raises RulesRefused."""
    changed = rules if wanted else NoticeRules()
    for key, value in wanted.items():
        changed = with_value(changed, key, value)
    return checked(changed)


async def _decide(turn: Turn, records: Records, person: Person, rules: NoticeRules, decision: str) -> Reply:
    deed = pressed_deed(turn, KIND)
    if deed is None:
        return no_such_deed(turn)
    if decision != "yes":
        settle(turn, deed, "cancelled")
        return Reply(texts.say("staff.cancelled"), (_show_button(),))
    settle(turn, deed, "done")
    speaker = await records.people.get(person.id)
    now = {key: written(key, rules) for key in KEYS}
    if speaker is None or not may_change_notice_rules(speaker) or now != deed.parts["was"]:
        return Reply(texts.say("staff.no_longer"), (_show_button(),))
    changed = _with(rules, deed.parts["wanted"])
    await records.notice_rules.put(speaker.office_id, changed)
    details = {key: [now[key], written(key, changed)] for key in KEYS if now[key] != written(key, changed)}
    await records.audit.note(
        speaker.office_id, speaker.id, "rules.changed", f"office:{speaker.office_id}", turn.now, details
    )
    return Reply("\n".join([texts.say("rules.done"), *changed_lines(rules, changed)]), (_show_button(),))


def _show_button() -> Button:
    return Button(texts.say("rules.button.show"), "rules")
