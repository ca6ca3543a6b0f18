"""Answers what staff ask of the register in words: who is late, who has not reported, how far a unit or task is."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

import texts
from domain.colleagues import people_called
from domain.inquiries import About, Inquiry, read_inquiry
from domain.messages import Button, Kind, Reply
from domain.naming import CERTAIN, task_named, tasks_named
from domain.people import Person, Unit
from domain.rights import may_see_overview, may_see_staff_of
from domain.stretches import month_before, month_of
from domain.tasks import Task
from domain.units import unit_named, units_in
from domain.vietnamese import fold
from handlers.coming_views import coming_view
from handlers.comparing import compared_view
from handlers.inquiry_views import blocked_view, grouped_view, subject_view
from handlers.memory import LISTED
from handlers.own_tasks import own_view
from handlers.private import staff_alone
from handlers.seen import EVER, Seen, beginning, look
from handlers.selection import Selection
from handlers.task_detail import choice_of, detail, gone, task_by_id
from handlers.turn import Turn
from handlers.views import View, list_view, missing_view, overview_view, shown, unit_view
from handlers.wording import PAGE, number_in, same_number, tasks_button

LISTED_AT_MOST = 200


@dataclass(frozen=True, slots=True)
class Asked:
    """An inquiry with the unit and person of this office that it names."""

    inquiry: Inquiry
    unit: Unit | None = None
    person: Person | None = None
    topic: str = ""

    @property
    def is_general(self) -> bool:
        """True when it names neither a unit nor a person."""
        return self.unit is None and self.person is None


def asks_of_register(turn: Turn) -> bool:
    """True for staff who ask in words what stands in the register, and for the pages of such an answer."""
    if turn.action.startswith("listed:"):
        return True
    if turn.incoming.kind is not Kind.TEXT or not turn.role.is_staff or turn.text.startswith("/"):
        return False
    return read_inquiry(turn.text, turn.today) is not None


async def answer_from_register(turn: Turn) -> list[Reply] | None:
    """The answer from the register; None where it names nobody and nothing here, so that the papers are asked."""
    inquiry = None if turn.action else read_inquiry(turn.text, turn.today)
    if turn.incoming.in_group and inquiry is not None and inquiry.about is About.PROGRESS:
        # In a group the published progress is for everyone; what is not published is left to the papers.
        return None
    person = staff_alone(turn, "task.not_staff")
    if not isinstance(person, Person):
        return person
    seen = await look(turn, person, _since(turn, inquiry))
    if inquiry is None:
        return [await shown(turn, _next_page(turn, person, seen))]
    asked = _resolved(inquiry, person, seen)
    if not isinstance(asked, Asked):
        return asked
    if inquiry.about is About.PROGRESS and (inquiry.number or asked.topic):
        return await _progress(turn, person, seen, asked)
    view = await _view(turn, person, seen, asked)
    return None if view is None else [await shown(turn, view)]


def _since(turn: Turn, inquiry: Inquiry | None) -> datetime:
    """How far back reports are needed for the answer."""
    if inquiry is None or inquiry.about in (About.COMPARED, About.BLOCKED):
        return EVER
    asked = inquiry.stretch if inquiry.about is About.MISSING else None
    return min(beginning(asked or month_of(turn.today)), beginning(month_of(turn.today)))


def _resolved(inquiry: Inquiry, person: Person, seen: Seen) -> Asked | list[Reply] | None:
    """Who and what is meant in this office; a reply where it must be asked or refused, None where nobody is meant."""
    unit: Unit | None = None
    people: Sequence[Person] = ()
    topic = inquiry.topic
    may_be_topic = inquiry.about is About.PROGRESS and not inquiry.number
    if inquiry.own_unit:
        unit = next((u for u in seen.units if u.id == person.unit_id), None)
    for words, as_unit, as_person in (
        (inquiry.unit, True, False),
        (inquiry.person, False, True),
        (inquiry.whose, True, True),
    ):
        if not words:
            continue
        found_unit = _unit(words, seen.units) if as_unit else None
        found_people = people_called(words, seen.people) if as_person and found_unit is None else ()
        if found_unit is None and not found_people:
            if not may_be_topic:
                return None
            topic = f"{topic} {words}".strip()
        unit, people = found_unit or unit, found_people or people
    if len(people) > 1:
        return [_which_person(people)]
    named = people[0] if people else None
    if _is_refused(person, unit, named, topic or inquiry.number):
        return [Reply(texts.say("inquiry.refused"), (tasks_button(),))]
    return Asked(inquiry, unit, named, topic)


def _unit(words: str, units: Sequence[Unit]) -> Unit | None:
    named = unit_named(words, units)
    if named is not None:
        return named
    among = units_in(words, units)
    return among[0] if len(among) == 1 else None


def _is_refused(person: Person, unit: Unit | None, named: Person | None, single: str) -> bool:
    """True where somebody asks about another unit's work as a whole, or about a colleague of another unit."""
    if named is not None and named.id != person.id:
        return not may_see_staff_of(person, named.unit_id)
    return unit is not None and not single and not may_see_staff_of(person, unit.id)


def _which_person(people: Sequence[Person]) -> Reply:
    buttons = tuple(
        Button(
            texts.say("inquiry.which_person.one", person=p.name, unit=p.unit_name or texts.say("overview.no_unit")),
            f"overview:{Selection('open', person_id=p.id).code}:0",
        )
        for p in people[:PAGE]
    )
    return Reply(texts.say("inquiry.which_person.ask", count=len(people)), buttons)


async def _view(turn: Turn, person: Person, seen: Seen, asked: Asked) -> View | None:
    inquiry = asked.inquiry
    unit_id = asked.unit.id if asked.unit else None
    is_own = inquiry.own or (asked.is_general and not may_see_overview(person.role))
    match inquiry.about:
        case About.MISSING:
            own_id = person.id if inquiry.own else asked.person.id if asked.person else None
            stretch = inquiry.stretch or month_of(turn.today)
            return missing_view(turn, person, seen, stretch, unit_id, own_id, units_only=inquiry.units)
        case About.COMPARED:
            return compared_view(turn, person, seen, inquiry.stretch or month_before(month_of(turn.today)), unit_id)
        case About.OVERVIEW:
            return await own_view(turn, person) if is_own else overview_view(turn, person, seen)
        case About.TASKS | About.PROGRESS:
            if is_own:
                return await own_view(turn, person)
            if unit_id is not None:
                return unit_view(turn, person, seen, unit_id)
            kind = "open" if inquiry.about is About.TASKS else "all"
            return list_view(turn, person, seen, Selection(kind, person_id=asked.person.id if asked.person else None))
    selection = _selection(asked)
    if _asks_for_days(asked):
        assert inquiry.stretch is not None
        return await coming_view(turn, person, inquiry.stretch, unit_id, own=is_own)
    if is_own:
        return await own_view(turn, person, selection)
    if asked.is_general and (inquiry.units or inquiry.people):
        return grouped_view(turn, person, seen, selection, by_person=not inquiry.units)
    if inquiry.about is About.BLOCKED:
        return blocked_view(turn, person, seen, selection)
    return list_view(turn, person, seen, selection)


def _asks_for_days(asked: Asked) -> bool:
    """True for what falls due in some days, of one's own, a unit or all; not for which units or people have any."""
    inquiry = asked.inquiry
    is_grouped = asked.is_general and (inquiry.units or inquiry.people)
    return inquiry.about is About.DUE and inquiry.stretch is not None and not is_grouped and asked.person is None


def _selection(asked: Asked) -> Selection:
    inquiry = asked.inquiry
    kind = {
        About.LATE: "late",
        About.DUE: "due" if inquiry.stretch else "soon",
        About.BLOCKED: "is_blocked",
    }.get(inquiry.about, f"is_{inquiry.status}")
    unit_id = asked.unit.id if asked.unit else None
    return Selection(kind, unit_id, asked.person.id if asked.person else None, inquiry.stretch)


async def _progress(turn: Turn, person: Person, seen: Seen, asked: Asked) -> list[Reply] | None:
    """One task in full, the choice between several, or the tasks of a subject; None where none is meant."""
    unit_id = asked.unit.id if asked.unit else None
    among = [task for task in seen.visible if unit_id is None or _carries(task, unit_id)]
    number = asked.inquiry.number
    if number:
        named = [task for task in among if same_number(number, task)]
        if not named:
            return [Reply(texts.say("task.not_found", number=number.upper()), (tasks_button(),))]
        if len(named) > 1:
            return [choice_of(person, texts.say("task.which", count=len(named), number=number.upper()), named)]
        return [await _detail(turn, person, named[0])]
    of_plan = [task for task in among if _is_about(seen.titles.get(task.document_id or 0, ""), asked.topic)]
    meant = task_named(asked.topic, among) if not of_plan else None
    if meant is not None:
        return [await _detail(turn, person, meant)]
    named = [found.task for found in tasks_named(asked.topic, among) if found.score >= CERTAIN]
    listed = [task for task in among if task in of_plan or task in named]
    if not listed:
        return None
    if len(listed) == 1:
        return [await _detail(turn, person, listed[0])]
    turn.memory[LISTED] = [task.id for task in listed[:LISTED_AT_MOST]]
    return [await shown(turn, subject_view(turn, person, seen, listed, asked.unit.name if asked.unit else ""))]


async def _detail(turn: Turn, person: Person, task: Task) -> Reply:
    found = await task_by_id(turn, person, task.id)
    return gone() if found is None else detail(turn, person, *found)


def _carries(task: Task, unit_id: int) -> bool:
    units = {task.lead_unit_id, *task.support_unit_ids, *(share.unit_id for share in task.shares)}
    return unit_id in units


def _is_about(title: str, topic: str) -> bool:
    """True when a plan's title holds the topic's words side by side, at least two of them."""
    return len(topic.split()) > 1 and f" {topic} " in f" {fold(title)} "


def _next_page(turn: Turn, person: Person, seen: Seen) -> View:
    by_id = {task.id: task for task in seen.visible}
    listed = [by_id[i] for i in turn.memory.get(LISTED, ()) if i in by_id]
    return subject_view(turn, person, seen, listed, "", number_in(turn.action) or 0)
