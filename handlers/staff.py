"""Shows who works in a unit, and gives the administrator a join code for a colleague, in private only."""

import re
from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta

import texts
from domain.clock import day_text, local_day
from domain.colleagues import people_called
from domain.messages import Button, Kind, Reply
from domain.people import Person, Unit
from domain.phones import local_phone
from domain.ports import Records
from domain.rights import may_issue_code, may_manage_people, may_see_staff_of
from domain.vietnamese import fold, nfc
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
from handlers.wording import LABEL_LIMIT, PAGE, number_in, office_words, person_words, role_words, short, tasks_button

KIND = "code"
CODE_LASTS = timedelta(days=7)

_OWN_UNIT = re.compile(
    r"(trong )?(don vi|phong|ban|bo phan)( cua)? (toi|minh|em|ta|chung toi)"
    r"( (co|gom)( nhung)? (ai|nhung ai|bao nhieu nguoi))?( vay| the| a)?[ .?]*"
)
_EVERYONE = re.compile(r"/canbo|(cho (toi|em) )?(xem )?danh sach (can bo|nhan su|cong chuc)( (cua )?co quan)?[ .?]*")
_OF_UNIT = re.compile(
    r"(xem )?(danh sach )?(can bo|nhan su)( cua| o| thuoc)? "
    r"(?P<unit>(phong|ban|trung tam|van phong|bo phan) .{2,60}?)[ .?]*"
    r"|(?P<named>(phong|ban|trung tam|van phong|bo phan) .{2,60}?) (co|gom)( nhung)? ai[ .?]*"
)
_CODE = re.compile(
    r"(hay |cho |xin )?(cap|tao|gui|lay)( lai| them)?( mot)? (ma|phieu)( tham gia)?( moi)?"
    r" (cho|cua) (?P<who>.{2,70}?)[ .!]*"
)


def wants_staff(turn: Turn) -> bool:
    """True for "don vi cua toi co ai", "danh sach can bo" and the buttons under it, from staff."""
    if turn.action == "staff" or re.fullmatch(r"staff:unit:\d{1,9}", turn.action):
        return True
    if turn.incoming.kind is not Kind.TEXT or not turn.role.is_staff:
        return False
    said = fold(turn.text)
    return any(pattern.fullmatch(said) for pattern in (_OWN_UNIT, _EVERYONE, _OF_UNIT))


def wants_code(turn: Turn) -> bool:
    """True for "cap ma cho anh Binh" from staff, and for what decides or answers its card."""
    if decides(turn, KIND):
        return True
    return turn.incoming.kind is Kind.TEXT and turn.role.is_staff and _CODE.fullmatch(fold(turn.text)) is not None


async def show_staff(turn: Turn) -> list[Reply]:
    """The people of one unit, or the units to choose from; numbers and who has joined for the administrator alone."""
    person = staff_alone(turn, "staff.not_staff")
    if not isinstance(person, Person):
        return person
    records = await turn.records()
    units = await records.people.units(person.office_id)
    asked = _asked_unit(turn, person, units)
    if isinstance(asked, Reply):
        return [asked]
    staff = await records.people.of_office(person.office_id)
    if asked is None:
        return [_units(turn, person, units, staff)]
    if not may_see_staff_of(person, asked.id or None):
        return [Reply(texts.say("staff.may_not_see_unit", unit=asked.name), (tasks_button(),))]
    colleagues = [p for p in staff if (p.unit_id or 0) == asked.id]
    if not colleagues:
        return [Reply(texts.say("staff.nobody_in_unit", unit=asked.name), (tasks_button(),))]
    lines = [texts.say("staff.of_unit", unit=asked.name, count=len(colleagues))]
    lines += [await _line(records, person, colleague) for colleague in colleagues]
    others = Button(texts.say("staff.button.units"), "staff")
    return [Reply("\n".join(lines), (others,) if may_see_staff_of(person, None) else (tasks_button(),))]


def _asked_unit(turn: Turn, person: Person, units: Sequence[Unit]) -> Unit | Reply | None:
    """The unit asked for; None for the list of units; a sentence where the words name none."""
    nowhere = Unit(0, person.office_id, texts.say("staff.no_unit"))
    if turn.action.startswith("staff:unit:"):
        wanted = number_in(turn.action)
        return next((u for u in (*units, nowhere) if u.id == wanted), None) or Reply(texts.say("errors.old_button"))
    said = fold(turn.text)
    named = _OF_UNIT.fullmatch(said)
    if named:
        words = named["unit"] or named["named"]
        found = [u for u in units if words in (fold(name) for name in (u.name, *u.aliases))]
        found = found or [u for u in units if fold(u.name).startswith(words)]
        return found[0] if found else Reply(texts.say("staff.no_such_unit", words=words), (tasks_button(),))
    if _OWN_UNIT.fullmatch(said) or not may_see_staff_of(person, None):
        return next((u for u in units if u.id == person.unit_id), nowhere)
    return None


def _units(turn: Turn, person: Person, units: Sequence[Unit], staff: Sequence[Person]) -> Reply:
    counts = [(u, sum(p.unit_id == u.id for p in staff)) for u in units]
    alone = sum(p.unit_id is None for p in staff)
    if alone:
        counts.append((Unit(0, person.office_id, texts.say("staff.no_unit")), alone))
    lines = [texts.say("staff.units", office=office_words(turn.office), count=len(staff))]
    lines += [texts.say("staff.unit_line", unit=unit.name, count=count) for unit, count in counts]
    buttons = [Button(short(unit.name, LABEL_LIMIT), f"staff:unit:{unit.id}") for unit, count in counts if count]
    return Reply("\n".join(lines), tuple(buttons))


async def _line(records: Records, person: Person, colleague: Person) -> str:
    line = texts.say("staff.line", name=colleague.name, role=role_words(colleague.role))
    if not may_manage_people(person, colleague):
        return line
    joined = await records.people.accounts(colleague.id)
    state = texts.say("staff.joined" if joined else "staff.not_joined")
    phone = local_phone(colleague.phone) or texts.say("staff.no_phone")
    return texts.say("staff.line_managed", line=line, phone=phone, state=state)


async def issue_code(turn: Turn) -> list[Reply]:
    """The card that says for whom the code is; once confirmed the code, shown once."""
    person = staff_alone(turn, "staff.not_staff")
    if not isinstance(person, Person):
        return person
    if not may_issue_code(person, person):
        return [Reply(texts.say("staff.may_not_issue"), (tasks_button(),))]
    records = await turn.records()
    decision = decides(turn, KIND)
    if not decision:
        deed = new_deed(turn, person, KIND, {"who": _who_asked(turn.text), "who_id": None})
        return [await _advance(turn, records, person, deed)]
    waiting = pressed_deed(turn, KIND)
    if waiting is None:
        return [no_such_deed(turn)]
    if decision == "no":
        settle(turn, waiting, "cancelled")
        return [Reply(texts.say("staff.cancelled"), (tasks_button(),))]
    if decision == "yes":
        return [await _give_code(turn, records, person, waiting)]
    named = {"who_id": number_in(turn.action)} if decision == "pick" else {"who": turn.text}
    return [await _advance(turn, records, person, replace(waiting, parts={**waiting.parts, **named}))]


def _who_asked(text: str) -> str:
    typed = " ".join(nfc(text).split())
    folded = fold(typed)
    match = _CODE.fullmatch(folded)
    assert match is not None
    return (typed if len(typed) == len(folded) else folded)[match.start("who") : match.end("who")]


async def _advance(turn: Turn, records: Records, person: Person, deed: Deed) -> Reply:
    staff = await records.people.of_office(person.office_id)
    words, picked = str(deed.parts["who"]), deed.parts["who_id"]
    called = [p for p in staff if p.id == picked] if picked is not None else people_called(words, staff, person)
    if len(called) == 1:
        known = replace(deed, parts={**deed.parts, "who_id": called[0].id})
        return show_card(
            turn, known, texts.say("staff.code_card", person=person_words(called[0], office_words(turn.office)))
        )
    if was_asked_enough(deed, "who"):
        settle(turn, deed, "cancelled")
        return Reply(texts.say("staff.given_up"))
    text = texts.say("staff.which_person" if called else "staff.nobody_called", words=words)
    office = office_words(turn.office)
    return ask_for(
        turn, deed, "who", text, [(p.id, short(person_words(p, office), LABEL_LIMIT)) for p in called[:PAGE]]
    )


async def _give_code(turn: Turn, records: Records, person: Person, deed: Deed) -> Reply:
    speaker, colleague = await records.people.get(person.id), await records.people.get(int(deed.parts["who_id"]))
    settle(turn, deed, "done")
    if speaker is None or colleague is None or not may_issue_code(speaker, colleague):
        return Reply(texts.say("staff.no_longer"), (tasks_button(),))
    code = await records.people.issue_code(colleague.id, turn.now, CODE_LASTS)
    await records.audit.note(
        colleague.office_id, speaker.id, "code.issued", f"person:{colleague.id}", turn.now, {"in": "chat"}
    )
    if colleague.id != speaker.id:
        # Whoever has an account already learns that another one may be bound to their name.
        told = Reply(texts.say("staff.told_code", by=speaker.name))
        turn.tell_person(colleague.id, told, f"code:{turn.incoming.channel}:{turn.incoming.update_id}")
    last = day_text(local_day(turn.now + CODE_LASTS))
    return Reply(texts.say("staff.code", person=colleague.name, code=code, day=last))
