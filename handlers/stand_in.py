"""Arranges who acts for somebody who is away, shows who does, and ends it; nothing changes before the card's yes."""

import re
from collections.abc import Sequence
from dataclasses import replace
from datetime import date, timedelta

import texts
from domain.absence import days_away
from domain.arrangements import read_stand_in
from domain.clock import day_text
from domain.colleagues import people_called
from domain.messages import Button, Kind, Reply
from domain.people import Person, StandIn
from domain.ports import Records
from domain.rights import may_arrange_stand_in, may_stand_in_for
from domain.vietnamese import fold
from handlers.deed import (
    Deed,
    ask_for,
    decides,
    new_deed,
    no_such_deed,
    pressed_deed,
    settle,
    show_card,
    was_asked_enough,
)
from handlers.private import staff_alone
from handlers.turn import Turn
from handlers.wording import LABEL_LIMIT, PAGE, number_in, office_words, person_words, short, tasks_button

KIND = "standin"
LONGEST = timedelta(days=366)

_LIST = re.compile(
    r"/lamthay|(xem )?(danh sach )?(nguoi )?(lam thay|uy quyen)( hien nay| trong co quan)?[ .?]*"
    r"|(ai|nhung ai) (dang |se )?(lam thay|duoc uy quyen|vang|nghi)( ai| hom nay| tuan nay)?[ .?]*"
)
_ENDS = re.compile(
    r"(toi |minh )?(muon )?(huy|thoi|ngung|cham dut|dung)( viec)? (uy quyen|lam thay)( cua toi| cho .{2,40})?[ .!]*"
    r"|.{2,40} (da )?(di lam lai|het nghi|het phep|ve roi)[ .!]*"
)


def wants_stand_in(turn: Turn) -> bool:
    """True for "uy quyen cho chi An tu … den …" and the like, from staff, and for what decides or answers its card."""
    if re.fullmatch(r"standin:end:\d{1,9}", turn.action) or decides(turn, KIND):
        return True
    if turn.incoming.kind is not Kind.TEXT or not turn.role.is_staff:
        return False
    return read_stand_in(turn.text, turn.today) is not None


def wants_stand_ins(turn: Turn) -> bool:
    """True for "ai dang lam thay", and for ending one in words."""
    if turn.action == "standins":
        return True
    if turn.incoming.kind is not Kind.TEXT or not turn.role.is_staff:
        return False
    said = fold(turn.text)
    return _LIST.fullmatch(said) is not None or _ENDS.fullmatch(said) is not None


async def show_stand_ins(turn: Turn) -> list[Reply]:
    """Who acts for whom, now and later, with a button to end each that the speaker may end."""
    person = staff_alone(turn, "staff.not_staff")
    if not isinstance(person, Person):
        return person
    records = await turn.records()
    staff = {p.id: p for p in await records.people.of_office(person.office_id)}
    found = [
        s
        for s in await records.stand_ins.open(person.office_id, turn.today)
        if s.person_id in staff and s.deputy_id in staff
    ]
    if not found:
        return [Reply(texts.say("staff.no_stand_ins"), (tasks_button(),))]
    lines = [texts.say("staff.stand_ins"), *(_line(s, staff) for s in found[:PAGE])]
    buttons = [
        Button(short(texts.say("staff.button.end", person=staff[s.person_id].name), LABEL_LIMIT), f"standin:end:{s.id}")
        for s in found[:PAGE]
        if may_arrange_stand_in(person, staff[s.person_id])
    ]
    return [Reply("\n".join(lines), tuple(buttons))]


async def stand_in(turn: Turn) -> list[Reply]:
    """The card, the question for what is missing, or what the card's button decided."""
    person = staff_alone(turn, "staff.not_staff")
    if not isinstance(person, Person):
        return person
    records = await turn.records()
    decision = decides(turn, KIND)
    if decision:
        return [await _go_on(turn, records, person, decision)]
    if turn.action:
        return [await _begin_ending(turn, records, person)]
    asked = read_stand_in(turn.text, turn.today)
    assert asked is not None
    parts = {
        "absent": asked.absent,
        "absent_id": None if asked.absent else person.id,
        "deputy": asked.deputy,
        "deputy_id": None,
        "days": [day.isoformat() for day in asked.days or ()],
    }
    return [await _advance(turn, records, person, new_deed(turn, person, KIND, parts))]


async def _advance(turn: Turn, records: Records, person: Person, deed: Deed) -> Reply:
    """The next question, or the card when all is known; rights are looked at on the way."""
    staff = await records.people.of_office(person.office_id)
    absent = _resolved(turn, person, deed, "absent", staff)
    if isinstance(absent, Reply):
        return absent
    if not may_arrange_stand_in(person, absent):
        return Reply(texts.say("staff.may_not_arrange", person=absent.name), (tasks_button(),))
    known = replace(deed, parts={**deed.parts, "absent_id": absent.id})
    deputy = _resolved(turn, person, known, "deputy", [p for p in staff if may_stand_in_for(p, absent)], absent)
    if isinstance(deputy, Reply):
        return deputy
    known = replace(known, parts={**known.parts, "deputy_id": deputy.id})
    days = [date.fromisoformat(day) for day in known.parts["days"]]
    if not days:
        if was_asked_enough(known, "days"):
            settle(turn, known, "cancelled")
            return Reply(texts.say("staff.given_up"))
        sentence = "staff.ask_days_again" if known.slot == "days" else "staff.ask_days"
        return ask_for(turn, known, "days", texts.say(sentence, person=absent.name))
    wrong = _wrong_days(days[0], days[1], turn.today)
    if wrong:
        again = replace(known, parts={**known.parts, "days": []})
        return ask_for(turn, again, "days", texts.say(wrong, day=day_text(days[1]), person=absent.name))
    office = office_words(turn.office)
    card = texts.say(
        "staff.stand_in_card",
        absent=person_words(absent, office),
        deputy=person_words(deputy, office),
        first=day_text(days[0]),
        last=day_text(days[1]),
    )
    return show_card(turn, known, card)


def _wrong_days(first: date, last: date, today: date) -> str:
    if last < today:
        return "staff.days_past"
    return "staff.days_too_long" if last - first > LONGEST else ""


def _resolved(
    turn: Turn, person: Person, deed: Deed, who: str, staff: Sequence[Person], absent: Person | None = None
) -> Person | Reply:
    """The person that words or a button name for a part, or the question who is meant."""
    words, picked = str(deed.parts[who]), deed.parts[f"{who}_id"]
    called = [p for p in staff if p.id == picked] if picked is not None else people_called(words, staff, person)
    called = [p for p in called if p in staff]
    if len(called) == 1:
        return called[0]
    if was_asked_enough(deed, who):
        settle(turn, deed, "cancelled")
        return Reply(texts.say("staff.given_up"))
    text = texts.say("staff.ask_deputy", person=absent.name) if absent else texts.say("staff.ask_absent")
    if words:
        text = texts.say("staff.which_person" if called else "staff.nobody_called", words=words)
    # Colleagues of the same unit first: they are nearly always meant.
    near = sorted(staff, key=lambda p: absent is not None and p.unit_id != absent.unit_id)
    office = office_words(turn.office)
    choices = [(p.id, short(person_words(p, office), LABEL_LIMIT)) for p in (called or near)[:PAGE]]
    unnamed = replace(deed, parts={**deed.parts, who: "", f"{who}_id": None})
    return ask_for(turn, unnamed, who, text, choices)


async def _go_on(turn: Turn, records: Records, person: Person, decision: str) -> Reply:
    deed = pressed_deed(turn, KIND)
    if deed is None:
        return no_such_deed(turn)
    if decision == "no":
        settle(turn, deed, "cancelled")
        return Reply(texts.say("staff.cancelled"), (tasks_button(),))
    if decision == "yes":
        if "end" in deed.parts:
            return await _end(turn, records, person, deed)
        return await _write(turn, records, person, deed)
    if decision == "pick":
        named = {f"{deed.slot}_id": number_in(turn.action)}
        return await _advance(turn, records, person, replace(deed, parts={**deed.parts, **named}))
    if deed.slot == "days":
        days = days_away(turn.text, turn.today)
        said = {"days": [day.isoformat() for day in days or ()]}
        return await _advance(turn, records, person, replace(deed, parts={**deed.parts, **said}))
    return await _advance(turn, records, person, replace(deed, parts={**deed.parts, deed.slot: turn.text}))


async def _write(turn: Turn, records: Records, person: Person, deed: Deed) -> Reply:
    """Write the stand-in, after looking again at everybody's standing, and tell both."""
    speaker = await records.people.get(person.id)
    absent = await records.people.get(int(deed.parts["absent_id"]))
    deputy = await records.people.get(int(deed.parts["deputy_id"]))
    first, last = (date.fromisoformat(day) for day in deed.parts["days"])
    settle(turn, deed, "done")
    if speaker is None or absent is None or deputy is None or last < turn.today:
        return Reply(texts.say("staff.no_longer"), (tasks_button(),))
    if not (may_arrange_stand_in(speaker, absent) and may_stand_in_for(deputy, absent)):
        return Reply(texts.say("staff.no_longer"), (tasks_button(),))
    made = await records.stand_ins.put(absent.office_id, absent.id, deputy.id, first, last)
    details = {"deputy": deputy.id, "first": first.isoformat(), "last": last.isoformat()}
    await records.audit.note(
        absent.office_id, speaker.id, "stand_in.arranged", f"person:{absent.id}", turn.now, details
    )
    days = {"first": day_text(made.first_day), "last": day_text(made.last_day)}
    said = f"standin:{turn.incoming.channel}:{turn.incoming.update_id}"
    if deputy.id != speaker.id:
        text = texts.say("staff.told_deputy", by=speaker.name, absent=absent.name, **days)
        turn.tell_person(deputy.id, Reply(text, (tasks_button(),)), f"{said}:{deputy.id}")
    if absent.id != speaker.id:
        text = texts.say("staff.told_absent", by=speaker.name, deputy=deputy.name, **days)
        turn.tell_person(absent.id, Reply(text), f"{said}:{absent.id}")
    return Reply(texts.say("staff.stand_in_written", deputy=deputy.name, absent=absent.name, **days), (tasks_button(),))


async def _begin_ending(turn: Turn, records: Records, person: Person) -> Reply:
    found = await _endable(records, person, number_in(turn.action) or 0, turn.today)
    if found is None:
        return Reply(texts.say("errors.old_button"), (tasks_button(),))
    made, absent, deputy = found
    deed = new_deed(turn, person, KIND, {"end": made.id})
    text = texts.say("staff.end_card", deputy=deputy.name, absent=absent.name, last=day_text(made.last_day))
    return show_card(turn, deed, text)


async def _end(turn: Turn, records: Records, person: Person, deed: Deed) -> Reply:
    found = await _endable(records, person, int(deed.parts["end"]), turn.today)
    settle(turn, deed, "done")
    if found is None:
        return Reply(texts.say("staff.no_longer"), (tasks_button(),))
    made, absent, deputy = found
    await records.stand_ins.remove(made.id)
    await records.audit.note(
        absent.office_id, person.id, "stand_in.ended", f"person:{absent.id}", turn.now, {"deputy": deputy.id}
    )
    said = f"standin:{turn.incoming.channel}:{turn.incoming.update_id}"
    for other in (deputy, absent):
        if other.id != person.id:
            text = texts.say("staff.told_ended", by=person.name, deputy=deputy.name, absent=absent.name)
            turn.tell_person(other.id, Reply(text), f"{said}:{other.id}")
    return Reply(texts.say("staff.stand_in_ended", deputy=deputy.name, absent=absent.name), (tasks_button(),))


async def _endable(
    records: Records, person: Person, stand_in_id: int, today: date
) -> tuple[StandIn, Person, Person] | None:
    """A stand-in that is not over and that the speaker may end, with the one away and the deputy."""
    made = await records.stand_ins.get(stand_in_id)
    if made is None or made.last_day < today:
        return None
    absent, deputy = await records.people.get(made.person_id), await records.people.get(made.deputy_id)
    if absent is None or deputy is None or not may_arrange_stand_in(person, absent):
        return None
    return made, absent, deputy


def _line(made: StandIn, staff: dict[int, Person]) -> str:
    return texts.say(
        "staff.stand_in_line",
        deputy=staff[made.deputy_id].name,
        absent=staff[made.person_id].name,
        first=day_text(made.first_day),
        last=day_text(made.last_day),
    )
