"""Turns the bot off for the office, with the reason that everybody reads, and on again; tells when it was."""

from dataclasses import replace
from datetime import datetime, timedelta

import texts
from domain.clock import day_text, local, local_day
from domain.messages import Button, Kind, Reply
from domain.people import Person
from domain.ports import Records
from domain.rights import may_switch
from domain.switch_words import SwitchedOff, asks_history, read_off, wants_on
from domain.switching import LONGEST_REASON, Switch
from handlers.deed import Deed, ask_for, decides, new_deed, no_such_deed, pressed_deed, settle, show_card
from handlers.private import staff_alone
from handlers.turn import Turn
from handlers.wording import office_words, tasks_button

OFF, ON = "boff", "bon"
_SHOWN = 10


def wants_to_switch(turn: Turn) -> bool:
    """True for "tat bot vi …", "bat lai bot", a question about it, and what decides or answers their cards."""
    if turn.action == "switch:on" or decides(turn, OFF) or decides(turn, ON):
        return True
    if turn.incoming.kind is not Kind.TEXT or not turn.role.is_staff:
        return False
    return read_off(turn.text, turn.now) is not None or wants_on(turn.text) or asks_history(turn.text)


async def switch(turn: Turn) -> list[Reply]:
    """The card, what its button decided, or when the bot was off; who may not is told so."""
    person = staff_alone(turn, "staff.not_staff")
    if not isinstance(person, Person):
        return person
    if not may_switch(person):
        return [Reply(texts.say("switching.not_allowed"), (tasks_button(),))]
    records = await turn.records()
    for kind in (OFF, ON):
        if decision := decides(turn, kind):
            return [await _decided(turn, records, person, kind, decision)]
    if turn.incoming.kind is Kind.TEXT and asks_history(turn.text):
        return [await _history(turn, records)]
    off = (await records.switches.off(turn.now)).get(turn.office.id)
    said = read_off(turn.text, turn.now) if turn.incoming.kind is Kind.TEXT else None
    if said is None:
        return [_on_card(turn, person, off)]
    if off is not None:
        text = texts.say("switching.already_off", since=_moment(off.at), reason=off.reason)
        return [Reply(text, (Button(texts.say("switching.button.turn_on"), "switch:on"),))]
    return [_off_card(turn, new_deed(turn, person, OFF, _parts(said)))]


def _parts(said: SwitchedOff) -> dict[str, str]:
    return {"reason": said.reason, "until": said.until.isoformat() if said.until else ""}


def _off_card(turn: Turn, deed: Deed) -> Reply:
    """The card with the very words that will be read; what is missing or makes no sense is asked for."""
    reason, until = str(deed.parts["reason"]), _until(deed)
    if until is not None and until <= turn.now + timedelta(minutes=1):
        return Reply(texts.say("switching.until_passed"), (tasks_button(),))
    if not reason:
        return ask_for(turn, deed, "text", texts.say("switching.ask_reason"))
    if len(reason) > LONGEST_REASON:
        return ask_for(turn, deed, "text", texts.say("switching.too_long", length=len(reason), most=LONGEST_REASON))
    public = public_words(reason, until, office_words(turn.office))
    return show_card(turn, deed, texts.say("switching.card_off", office=office_words(turn.office), public=public))


def _on_card(turn: Turn, person: Person, off: Switch | None) -> Reply:
    if off is None:
        return Reply(texts.say("switching.already_on"), (tasks_button(),))
    blanks = {"office": office_words(turn.office), "since": _moment(off.at), "reason": off.reason}
    return show_card(turn, new_deed(turn, person, ON, {}), texts.say("switching.card_on", **blanks))


async def _decided(turn: Turn, records: Records, person: Person, kind: str, decision: str) -> Reply:
    deed = pressed_deed(turn, kind)
    if deed is None:
        return no_such_deed(turn)
    if decision == "words" and deed.slot == "text":
        return _off_card(turn, _with_reason(deed, turn.text))
    if decision not in ("yes", "no"):
        return no_such_deed(turn)
    settle(turn, deed, "done" if decision == "yes" else "cancelled")
    if decision == "no":
        return Reply(texts.say("staff.cancelled"), (tasks_button(),))
    off = (await records.switches.off(turn.now)).get(turn.office.id)
    if kind == OFF and off is not None:
        return Reply(texts.say("switching.already_off", since=_moment(off.at), reason=off.reason))
    if kind == ON and off is None:
        return Reply(texts.say("switching.already_on"), (tasks_button(),))
    is_on = kind == ON
    reason = "" if is_on else str(deed.parts["reason"])
    until = None if is_on else _until(deed)
    if until is not None and until <= turn.now:
        return Reply(texts.say("switching.until_passed"), (tasks_button(),))
    done = await records.switches.turn(
        turn.office.id, is_on=is_on, reason=reason, now=turn.now, by_id=person.id, until=until
    )
    details = {"reason": reason, "until": until.isoformat() if until else ""}
    action = "bot.turned_on" if is_on else "bot.turned_off"
    await records.audit.note(turn.office.id, person.id, action, f"office:{turn.office.id}", turn.now, details)
    await _tell_the_others(turn, records, person, done)
    return Reply(texts.say("switching.turned_on" if is_on else "switching.turned_off"))


async def _tell_the_others(turn: Turn, records: Records, person: Person, done: Switch) -> None:
    """Whoever else may switch learns of it at once."""
    blanks = {"name": person.name, "office": office_words(turn.office)}
    text = texts.say("switching.told_on", **blanks)
    if not done.is_on:
        text = texts.say("switching.told_off", **blanks, reason=done.reason)
    for other in await records.people.of_office(turn.office.id):
        if may_switch(other) and other.id != person.id:
            turn.tell_person(other.id, Reply(text), f"switch:{done.id}:{other.id}")


async def _history(turn: Turn, records: Records) -> Reply:
    switches = await records.switches.history(turn.office.id, _SHOWN)
    if not switches:
        return Reply(texts.say("switching.never"), (tasks_button(),))
    names = {p.id: p.name for p in await records.people.of_office(turn.office.id)}
    lines = [texts.say("switching.history"), *(history_line(one, names) for one in switches)]
    buttons = (Button(texts.say("switching.button.turn_on"), "switch:on"),) if switches[0].is_off(turn.now) else ()
    return Reply("\n".join(lines), buttons)


def history_line(switch: Switch, names: dict[int, str]) -> str:
    """One turning on or off, as it is listed."""
    who = names.get(switch.by_id or 0, texts.say("switching.by_command"))
    blanks = {"at": _moment(switch.at), "who": who}
    if switch.is_on:
        return texts.say("switching.line_on", **blanks)
    if switch.until is None:
        return texts.say("switching.line_off", **blanks, reason=switch.reason)
    return texts.say("switching.line_off_until", **blanks, until=_moment(switch.until), reason=switch.reason)


def public_words(reason: str, until: datetime | None, office: str) -> str:
    """What everybody reads while the office is off."""
    said = texts.say("switching.off_public", office=office, reason=reason.rstrip(" ."))
    if until is not None:
        said += " " + texts.say("switching.until", until=_moment(until))
    return f"{said} {texts.say('switching.meanwhile')}"


def _with_reason(deed: Deed, text: str) -> Deed:
    return replace(deed, parts={**deed.parts, "reason": " ".join(text.split())})


def _until(deed: Deed) -> datetime | None:
    said = str(deed.parts.get("until", ""))
    return datetime.fromisoformat(said) if said else None


def _moment(moment: datetime) -> str:
    return f"{local(moment):%H:%M} {day_text(local_day(moment))}"
