"""Has colleagues told something, once its sender has seen exactly what they will read and how many they are."""

from dataclasses import replace

import texts
from domain.calling import Announced, read_announcement
from domain.messages import Kind, Reply
from domain.notices import CallKind
from domain.people import Person
from domain.ports import Records
from domain.rights import may_write_in_quiet_hours, may_write_to
from handlers.audience import people_meant
from handlers.calls import LONGEST, card, go_on, hindrance, names_of, parts_of, too_many
from handlers.deed import Deed, ask_for, decides, new_deed, open_deed, pressed_deed
from handlers.private import staff_alone
from handlers.turn import Turn
from handlers.wording import tasks_button

KIND = "tell"


def wants_to_announce(turn: Turn) -> bool:
    """True for "thong bao toan co quan: …" from staff, and for what decides or answers its card."""
    if decides(turn, KIND):
        return True
    if turn.incoming.kind is not Kind.TEXT or not turn.role.is_staff or turn.text.startswith("/"):
        return False
    return read_announcement(turn.text) is not None


def is_an_emergency(turn: Turn) -> bool:
    """True for an announcement marked so, and for what answers or decides the card of one."""
    if (kept := open_deed(turn, KIND)) is not None and decides(turn, KIND):
        return bool(kept.parts.get("emergency"))
    said = read_announcement(turn.text) if turn.incoming.kind is Kind.TEXT else None
    return said is not None and said.emergency


async def announce(turn: Turn) -> list[Reply] | None:
    """The card, the question for its words, or what its button decided; None where the words mean something else."""
    person = staff_alone(turn, "staff.not_staff")
    if not isinstance(person, Person):
        return person
    records = await turn.records()
    if decision := decides(turn, KIND):
        deed = pressed_deed(turn, KIND)
        if deed is not None and deed.slot == "text" and decision == "words":
            return [await _with_words(turn, records, person, deed, turn.text)]
        return [await go_on(turn, records, person, deed, decision)]
    said = read_announcement(turn.text)
    assert said is not None
    return await _begin(turn, records, person, said)


async def _begin(turn: Turn, records: Records, person: Person, said: Announced) -> list[Reply] | None:
    staff = await records.people.of_office(person.office_id)
    meant = people_meant(said.audience, staff, await records.people.units(person.office_id), person)
    others = [p for p in meant.people if p.id != person.id]
    if meant.several:
        text = texts.say("sending.several_called", words=said.audience, names=names_of(meant.several))
        return [Reply(text, (tasks_button(),))]
    if not any(may_write_to(person, other) for other in staff if other.id != person.id):
        # Who may announce nothing is told so where an announcement is meant; a report stays a report.
        return [Reply(texts.say("sending.refused_announcement"), (tasks_button(),))] if others else None
    if not meant.people:
        return [Reply(texts.say("sending.nobody_called", words=said.audience), (tasks_button(),))]
    refusal = hindrance(person, others, "sending.refused_some") or await too_many(turn, records, person)
    if refusal is None and said.emergency and not may_write_in_quiet_hours(person):
        refusal = Reply(texts.say("sending.refused_emergency"), (tasks_button(),))
    if refusal is not None:
        return [refusal]
    parts = parts_of(CallKind.ANNOUNCEMENT, others, said.text, emergency=said.emergency)
    deed = new_deed(turn, person, KIND, {**parts, "audience": said.audience})
    if not said.text:
        return [ask_for(turn, deed, "text", texts.say("sending.ask_text", audience=names_of(others)))]
    return [await _with_words(turn, records, person, deed, said.text)]


async def _with_words(turn: Turn, records: Records, person: Person, deed: Deed, text: str) -> Reply:
    """The card for these words; what is too long is asked for again."""
    if len(text) > LONGEST:
        return ask_for(turn, deed, "text", texts.say("sending.too_long", length=len(text), most=LONGEST))
    return await card(turn, records, person, replace(deed, slot="", parts={**deed.parts, "text": text}))
