"""Changes an entry under review: by ordinary words, by buttons for units and people, or by splitting it."""

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, replace
from typing import Any

import texts
from domain.changes import DeadlineChange, kept_form
from domain.drafts import MOST_PARTS, parts_of, typed_parts
from domain.editing import Edit, means_every_unit, people_named, read_edit
from domain.messages import Button, Reply
from domain.people import Person, Unit
from domain.plans import Target
from domain.ports import Records
from domain.progress import understand
from domain.rights import may_assign, may_be_given
from domain.tasks import Task
from domain.units import units_in
from handlers.report import is_question
from handlers.review_card import back_button, edit_buttons, people_buttons, unit_buttons
from handlers.review_queue import Asking, Entry, Review, as_changed, keep_review, next_card, others_of
from handlers.review_write import split_up
from handlers.turn import Turn
from handlers.wording import number_in, short

ASKED_AT_MOST = 2
WORDS_LIMIT = 2000

Show = Callable[[Turn, Records, Person, Review], Awaitable[Reply]]


@dataclass(frozen=True, slots=True)
class Step:
    """One answer to a card: who gives it, on which entry, what was chosen with it, and how the next card is shown."""

    turn: Turn
    records: Records
    person: Person
    review: Review
    entry: Entry
    shows: Show
    chosen: str = ""

    async def show(self, review: Review, before: str = "") -> list[Reply]:
        """The card before the person, after a sentence."""
        reply = await self.shows(self.turn, self.records, self.person, review)
        return [reply.with_text(f"{before}\n\n{reply.text}") if before else reply]

    async def shown(self) -> Entry:
        """The entry with what was changed in it."""
        return as_changed(self.entry, self.review.changed, await others_of(self.records, self.review.changed))


def is_meant(turn: Turn, review: Review, card_is_last: bool) -> bool:
    """True when a message speaks of the entry under review, and neither asks something nor reports on a task."""
    if is_question(turn.text):
        return False
    if review.asking in (Asking.EDIT, Asking.PARTS):
        said = understand(turn.text, turn.today)
        return not (said.is_report and said.task is not None)
    if not card_is_last or review.asking is Asking.BULK:
        return False
    edit = read_edit(turn.text)
    return edit.says_something or bool(edit.unread)


async def ask(step: Step) -> list[Reply]:
    """The question what is to change, with the ways to do it without typing."""
    if isinstance(step.entry, DeadlineChange):
        return await step.show(step.review)
    keep_review(step.turn, replace(step.review, asking=Asking.EDIT, asked=1))
    key = "review.ask_edit" if isinstance(step.entry, Task) else "review.ask_edit_target"
    return [Reply(texts.say(key), edit_buttons(step.review, step.entry))]


async def take_words(step: Step, words: str) -> list[Reply]:
    """The entry with the changes that were typed, shown for a decision; or the question what was meant."""
    entry = step.entry
    if isinstance(entry, DeadlineChange):
        return await step.show(step.review)
    if step.review.asking is Asking.PARTS:
        return await _take_parts(step, words)
    edit = read_edit(words[:WORDS_LIMIT])
    units = await step.records.people.units(step.person.office_id)
    staff = await step.records.people.of_office(step.person.office_id)
    changes, unclear = _changes_of(step.person, await step.shown(), edit, units, staff)
    if unclear is None and changes:
        return await step.show(step.review.with_changes(changes))
    return await _ask_again(step, changes, unclear)


@dataclass(frozen=True, slots=True)
class _Unclear:
    """A part of an edit that could not be read: what to say, and the choices that go with it."""

    text: str
    units: Sequence[Unit] = ()
    people: Sequence[Person] = ()


async def _ask_again(step: Step, changes: dict[str, Any], unclear: _Unclear | None) -> list[Reply]:
    """What was clear is kept; what was not is asked, at most twice in a row."""
    asked = step.review.asked
    kept = step.review.with_changes(changes) if changes else step.review
    if asked >= ASKED_AT_MOST:
        return await step.show(kept, texts.say("review.gave_up"))
    if changes:
        # What the card before it showed is no longer what a press would write.
        kept = replace(kept, card=next_card(step.turn))
    kept = replace(kept, asking=Asking.EDIT, asked=asked + 1)
    keep_review(step.turn, kept)
    if unclear is None:
        key = "review.ask_edit_again" if isinstance(step.entry, Task) else "review.ask_edit_target_again"
        return [Reply(texts.say(key), (back_button(kept),))]
    if unclear.units:
        return [Reply(unclear.text, unit_buttons(kept, unclear.units, 0))]
    if unclear.people:
        return [Reply(unclear.text, people_buttons(kept, unclear.people, 0))]
    return [Reply(unclear.text, (back_button(kept),))]


def _changes_of(
    person: Person, shown: Entry, edit: Edit, units: Sequence[Unit], staff: Sequence[Person]
) -> tuple[dict[str, Any], _Unclear | None]:
    """The fields that an edit changes, and the first part of it that could not be read."""
    changes: dict[str, Any] = {}
    unclear: _Unclear | None = None
    if edit.unread:
        unclear = _Unclear(texts.say("review.unclear.deadline", words=short(edit.unread[0])))
    for name in ("title", "product", "unit_of_measure"):
        said = getattr(edit, name)
        if said is not None and hasattr(shown, name):
            changes[name] = said
    if edit.values and isinstance(shown, Target):
        changes["values"] = [list(pair) for pair in edit.values]
    if edit.deadline is not None and isinstance(shown, Task):
        changes["deadline"] = kept_form(edit.deadline)
    if edit.support is not None and isinstance(shown, Task):
        changes["support"] = edit.support
        changes["support_units"] = [unit.id for unit in units_in(edit.support, units)]
    lead, carrier = edit.lead, edit.assignee
    if edit.bare:
        lead, carrier = _bare(edit.bare, units, staff)
    if carrier is not None and not people_named(carrier, staff) and units_in(carrier, units):
        # "giao phong Kinh te" gives the task to a unit, not to a person.
        lead, carrier = carrier, None
    if lead is not None:
        led = _lead_of(lead, units, is_task=isinstance(shown, Task))
        changes |= led
        if not led:
            unclear = unclear or _Unclear(texts.say("review.unclear.unit", words=short(lead)), units=units)
    if carrier is not None and isinstance(shown, Task):
        after = as_changed(shown, changes)
        given = _assignee(person, after, carrier, staff) if isinstance(after, Task) else None
        if isinstance(given, _Unclear):
            unclear = unclear or given
        elif given is not None:
            changes["assignee"] = given
    return changes, unclear


def _bare(words: str, units: Sequence[Unit], staff: Sequence[Person]) -> tuple[str | None, str | None]:
    """Words without a field's name: a unit leads, a person carries; None for both where they name neither."""
    if means_every_unit(words) or units_in(words, units):
        return words, None
    return (None, words) if people_named(words, staff) else (None, None)


def _lead_of(words: str, units: Sequence[Unit], *, is_task: bool) -> dict[str, Any]:
    """Who leads, as changes: one unit, or several that carry the task together; empty where no unit is named."""
    named = list(units) if means_every_unit(words) else units_in(words, units)
    if not named:
        return {}
    if len(named) == 1 or not is_task:
        return {"lead": words, "unit": [named[0].id, named[0].name], "shares": []}
    return {"lead": words, "unit": None, "shares": [[unit.id, unit.name] for unit in named]}


def _assignee(person: Person, task: Task, words: str, staff: Sequence[Person]) -> list[Any] | _Unclear:
    if not may_assign(person, task):
        return _Unclear(texts.say("review.unclear.may_not_assign"))
    found = people_named(words, staff)
    own = [p for p in found if task.lead_unit_id is not None and p.unit_id == task.lead_unit_id]
    if len(found) == 1 or len(own) == 1:
        chosen = found[0] if len(found) == 1 else own[0]
        if not may_be_given(chosen, task, person):
            return _Unclear(texts.say("review.unclear.may_not_assign"))
        return [chosen.id, chosen.name]
    if found:
        return _Unclear(texts.say("review.unclear.which_person", words=short(words)), people=found)
    return _Unclear(texts.say("review.unclear.person", words=short(words)), people=_carriers(person, task, staff))


def _carriers(person: Person, task: Task, staff: Sequence[Person]) -> list[Person]:
    """Who can carry the task: the people of the unit that leads it, else of the units that share it, else all."""
    allowed = [p for p in staff if may_be_given(p, task, person)]
    units = {task.lead_unit_id, *(share.unit_id for share in task.shares)} - {None}
    return [p for p in allowed if p.unit_id in units] if units else allowed


async def offer_units(step: Step) -> list[Reply]:
    """The office's units by button."""
    units = await step.records.people.units(step.person.office_id)
    if isinstance(step.entry, DeadlineChange) or not units:
        return await step.show(step.review, texts.say("review.no_units") if not units else "")
    keep_review(step.turn, step.review)
    start = number_in(step.chosen) or 0
    return [Reply(texts.say("review.ask_unit"), unit_buttons(step.review, units, start))]


async def take_unit(step: Step) -> list[Reply]:
    """The card with this unit as the lead; the plan's own words for it stay."""
    units = await step.records.people.units(step.person.office_id)
    unit = next((u for u in units if u.id == number_in(step.chosen)), None)
    if unit is None:
        return await step.show(step.review, texts.say("review.gone"))
    return await step.show(step.review.with_changes({"unit": [unit.id, unit.name], "shares": []}))


async def take_group(step: Step) -> list[Reply]:
    """The card with all units carrying the task together."""
    units = await step.records.people.units(step.person.office_id)
    if not isinstance(step.entry, Task) or not units:
        return await step.show(step.review, texts.say("review.no_units") if not units else "")
    shares = [[unit.id, unit.name] for unit in units]
    return await step.show(step.review.with_changes({"unit": None, "shares": shares}))


async def offer_people(step: Step) -> list[Reply]:
    """The people who can carry the task, by button."""
    shown = await step.shown()
    if not isinstance(shown, Task):
        return await step.show(step.review)
    if not may_assign(step.person, shown):
        return await step.show(step.review, texts.say("review.unclear.may_not_assign"))
    staff = await step.records.people.of_office(step.person.office_id)
    people = _carriers(step.person, shown, staff)
    if not people:
        return await step.show(step.review, texts.say("review.no_people"))
    keep_review(step.turn, step.review)
    return [Reply(texts.say("review.ask_person"), people_buttons(step.review, people, number_in(step.chosen) or 0))]


async def take_person(step: Step) -> list[Reply]:
    """The card with this person carrying the task."""
    shown = await step.shown()
    staff = await step.records.people.of_office(step.person.office_id)
    chosen = next((p for p in staff if p.id == number_in(step.chosen)), None)
    if chosen is None or not isinstance(shown, Task) or not may_be_given(chosen, shown, step.person):
        return await step.show(step.review, texts.say("review.gone"))
    return await step.show(step.review.with_changes({"assignee": [chosen.id, chosen.name]}))


async def propose_split(step: Step) -> list[Reply]:
    """The parts a draft falls into by itself, or the question for them."""
    shown = await step.shown()
    if not isinstance(shown, Task) or step.review.is_edit:
        return await step.show(step.review)
    parts = parts_of(shown.title)
    asking = replace(step.review, asking=Asking.PARTS, asked=1, parts=tuple(parts) if len(parts) > 1 else ())
    keep_review(step.turn, asking)
    if len(parts) < 2:
        return [Reply(texts.say("review.ask_parts"), (back_button(asking),))]
    return [_parts_card(asking)]


def _parts_card(review: Review) -> Reply:
    lines = [texts.say("review.parts.line", at=at, title=title) for at, title in enumerate(review.parts, 1)]
    text = texts.say("review.parts.ask", count=len(review.parts), parts="\n".join(lines))
    split = Button(texts.say("review.button.parts", count=len(review.parts)), f"review:parts:{review.card}")
    return Reply(text, (split, back_button(review)))


async def _take_parts(step: Step, words: str) -> list[Reply]:
    """The parts that were typed, shown for a decision."""
    parts = typed_parts(words)
    if not 2 <= len(parts) <= MOST_PARTS:
        if step.review.asked >= ASKED_AT_MOST:
            return await step.show(step.review, texts.say("review.gave_up"))
        keep_review(step.turn, replace(step.review, asked=step.review.asked + 1))
        return [Reply(texts.say("review.ask_parts_again", most=MOST_PARTS), (back_button(step.review),))]
    asking = replace(step.review, parts=tuple(parts), asked=1)
    keep_review(step.turn, asking)
    return [_parts_card(asking)]


async def carry_out_split(step: Step) -> list[Reply]:
    """The draft as several drafts, each of which is then reviewed by itself."""
    if step.review.asking is not Asking.PARTS or len(step.review.parts) < 2 or not isinstance(step.entry, Task):
        return await step.show(step.review)
    review, told = await split_up(step.turn, step.records, step.person, step.review, step.entry)
    return await step.show(review, told)
