"""Gives tasks to a colleague, one, several, or all that somebody has; nothing changes before the card is confirmed."""

import re
from collections.abc import Sequence
from dataclasses import replace

import texts
from domain.arrangements import Assignment, read_assignment
from domain.colleagues import people_called
from domain.messages import Button, Kind, Reply
from domain.people import Person
from domain.ports import Records
from domain.rights import may_assign, may_be_given, may_see
from domain.tasks import Task
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
from handlers.wording import (
    LABEL_LIMIT,
    PAGE,
    by_urgency,
    due_words,
    lead_words,
    number_in,
    office_words,
    person_words,
    same_number,
    short,
    task_name,
    tasks_button,
    titled_label,
)

KIND = "assign"


def wants_to_assign(turn: Turn) -> bool:
    """True for "giao nhiem vu 5 cho anh Binh", for a task's button, and for what decides or answers its card."""
    if re.fullmatch(r"assign:task:\d{1,9}", turn.action) or decides(turn, KIND):
        return True
    return turn.incoming.kind is Kind.TEXT and turn.role.is_staff and read_assignment(turn.text) is not None


async def assign(turn: Turn) -> list[Reply]:
    """The card, the question for what is missing, or what the card's button decided."""
    person = staff_alone(turn, "staff.not_staff")
    if not isinstance(person, Person):
        return person
    records = await turn.records()
    decision = decides(turn, KIND)
    if decision:
        return [await _go_on(turn, records, person, decision)]
    if turn.action:
        task = await records.register.task(number_in(turn.action) or 0)
        if task is None or not may_see(person, task):
            return [Reply(texts.say("task.gone"), (tasks_button(),))]
        return [await _advance(turn, records, person, new_deed(turn, person, KIND, _parts([task.id])))]
    asked = read_assignment(turn.text)
    assert asked is not None
    return [await _begin(turn, records, person, asked)]


def _parts(task_ids: Sequence[int], taker: str = "", numbers: Sequence[str] = (), plan: str = "") -> dict[str, object]:
    return {"tasks": list(task_ids), "numbers": list(numbers), "plan": plan, "taker": taker, "to": None, "was": {}}


async def _begin(turn: Turn, records: Records, person: Person, asked: Assignment) -> Reply:
    staff = await records.people.of_office(person.office_id)
    giver = None
    if asked.giver:
        called = people_called(asked.giver, staff, person)
        if len(called) != 1:
            return _unclear(asked.giver, called, turn)
        giver = called[0]
    if asked.is_of_all and giver is not None:
        return await _begin_with_all(turn, records, person, giver, asked.taker)
    parts = _parts([], asked.taker, asked.numbers, asked.plan)
    return await _advance(turn, records, person, new_deed(turn, person, KIND, parts))


async def _begin_with_all(turn: Turn, records: Records, person: Person, giver: Person, taker: str) -> Reply:
    """All open tasks a colleague is named for, as far as the speaker may give them to others."""
    tasks = sorted(await records.register.tasks(person.office_id), key=by_urgency)
    held = [t for t in tasks if t.assignee_id == giver.id and not t.status.is_over]
    if not held:
        return Reply(texts.say("staff.nothing_to_give", name=giver.name), (tasks_button(),))
    giveable = [t.id for t in held if may_assign(person, t)]
    if not giveable:
        return Reply(texts.say("staff.may_not_transfer", name=giver.name), (tasks_button(),))
    return await _advance(turn, records, person, new_deed(turn, person, KIND, _parts(giveable, taker)))


def _unclear(words: str, called: Sequence[Person], turn: Turn) -> Reply:
    if not called:
        return Reply(texts.say("staff.nobody_called", words=words))
    names = ", ".join(person_words(p, office_words(turn.office)) for p in called[:PAGE])
    return Reply(texts.say("staff.several_called", words=words, names=names))


async def _advance(turn: Turn, records: Records, person: Person, deed: Deed) -> Reply:
    """The next question, or the card when all is known; rights are looked at on the way."""
    parts = deed.parts
    if parts["numbers"]:
        return await _find_tasks(turn, records, person, deed)
    tasks = [t for i in parts["tasks"] if (t := await records.register.task(i)) is not None and may_see(person, t)]
    if not tasks:
        return Reply(texts.say("task.gone"), (tasks_button(),))
    forbidden = next((t for t in tasks if not may_assign(person, t)), None)
    if forbidden is not None:
        lead = lead_words(forbidden)
        return Reply(texts.say("staff.may_not_assign", name=task_name(forbidden), lead=lead), (tasks_button(),))
    taker = await _taker(turn, records, person, deed, tasks)
    if isinstance(taker, Reply):
        return taker
    moving = [task for task in tasks if task.assignee_id != taker.id]
    if not moving:
        return Reply(texts.say("staff.has_it_already", person=taker.name), (tasks_button(),))
    was = {str(task.id): task.assignee_id for task in moving}
    ready = replace(deed, parts={**parts, "tasks": [task.id for task in moving], "was": was, "to": taker.id})
    return show_card(turn, ready, _card_text(turn, moving, taker))


async def _find_tasks(turn: Turn, records: Records, person: Person, deed: Deed) -> Reply:
    """The tasks that the numbers name; where one names several, which is meant is asked."""
    parts = deed.parts
    everything = [t for t in await records.register.tasks(person.office_id) if may_see(person, t)]
    number, *later = parts["numbers"]
    named = [t for t in everything if same_number(number, t)]
    if parts["plan"]:
        named = [t for t in named if t.document_number.upper().startswith(parts["plan"])]
    if not named:
        return Reply(texts.say("task.not_found", number=number.upper()), (tasks_button(),))
    own = [t for t in named if may_assign(person, t)]
    candidates = own or named
    if len(candidates) > 1:
        choices = [(t.id, titled_label(t, candidates)) for t in candidates[:PAGE]]
        text = texts.say("task.which", count=len(candidates), number=number.upper())
        return ask_for(turn, deed, "task", text, choices)
    known = {**parts, "tasks": [*parts["tasks"], candidates[0].id], "numbers": later}
    return await _advance(turn, records, person, replace(deed, parts=known, slot=""))


async def _taker(turn: Turn, records: Records, person: Person, deed: Deed, tasks: Sequence[Task]) -> Person | Reply:
    """Who is to have the tasks, or the question, or the refusal."""
    staff = await records.people.of_office(person.office_id)
    able = [p for p in staff if all(may_be_given(p, task, person) for task in tasks)]
    words, picked = str(deed.parts["taker"]), deed.parts["to"]
    called = [p for p in staff if p.id == picked] if picked is not None else people_called(words, staff, person)
    fit = [p for p in called if p in able]
    if len(fit) == 1:
        return fit[0]
    if called and not fit:
        return Reply(texts.say("staff.may_not_be_given", person=called[0].name), (tasks_button(),))
    if was_asked_enough(deed, "to"):
        settle(turn, deed, "cancelled")
        return Reply(texts.say("staff.given_up"))
    text = texts.say("staff.ask_taker")
    if words:
        sentence = "staff.which_person" if fit else "staff.nobody_called"
        text = texts.say(sentence, words=words)
    unnamed = replace(deed, parts={**deed.parts, "taker": "", "to": None})
    return ask_for(turn, unnamed, "to", text, _choices(turn, fit or able))


def _choices(turn: Turn, people: Sequence[Person]) -> list[tuple[int, str]]:
    return [(p.id, short(person_words(p, office_words(turn.office)), LABEL_LIMIT)) for p in people[:PAGE]]


def _card_text(turn: Turn, tasks: Sequence[Task], taker: Person) -> str:
    lines = [texts.say("staff.assign_card", person=person_words(taker, office_words(turn.office)))]
    for task in tasks[:PAGE]:
        lines.append(_line(turn, task, tasks))
        if task.assignee_name:
            lines.append(texts.say("staff.assign_from", person=task.assignee_name))
    if len(tasks) > PAGE:
        lines.append(texts.say("staff.assign_more", count=len(tasks) - PAGE))
    return "\n".join(lines)


async def _go_on(turn: Turn, records: Records, person: Person, decision: str) -> Reply:
    deed = pressed_deed(turn, KIND)
    if deed is None:
        return no_such_deed(turn)
    if decision == "no":
        settle(turn, deed, "cancelled")
        return Reply(texts.say("staff.cancelled"), (tasks_button(),))
    if decision == "pick":
        return await _advance(turn, records, person, _picked(deed, number_in(turn.action) or 0))
    if decision == "words":
        if deed.slot != "to":
            return ask_for(turn, deed, deed.slot, texts.say("staff.press_one"), await _offered(records, deed))
        return await _advance(turn, records, person, replace(deed, parts={**deed.parts, "taker": turn.text}))
    return await _write(turn, records, person, deed)


def _picked(deed: Deed, number: int) -> Deed:
    if deed.slot == "to":
        return replace(deed, parts={**deed.parts, "to": number})
    tasks, numbers = [*deed.parts["tasks"], number], deed.parts["numbers"][1:]
    return replace(deed, parts={**deed.parts, "tasks": tasks, "numbers": numbers})


async def _offered(records: Records, deed: Deed) -> list[tuple[int, str]]:
    tasks = [t for i in deed.offered if (t := await records.register.task(i)) is not None]
    return [(t.id, titled_label(t, tasks)) for t in tasks]


async def _write(turn: Turn, records: Records, person: Person, deed: Deed) -> Reply:
    """Name the new person, after looking again at rights and hands: both may have changed since the card."""
    giver, taker = await records.people.get(person.id), await records.people.get(int(deed.parts["to"]))
    tasks = [t for i in deed.parts["tasks"] if (t := await records.register.task(i)) is not None]
    settle(turn, deed, "done")
    if giver is None or taker is None or not tasks or not all(may_be_given(taker, t, giver) for t in tasks):
        return Reply(texts.say("staff.no_longer"), (tasks_button(),))
    given = []
    for task in tasks:
        was = deed.parts["was"].get(str(task.id))
        if await records.assignments.give(task.id, taker.id, was):
            given.append(task)
            details = {"from": was, "to": taker.id}
            await records.audit.note(giver.office_id, giver.id, "task.assigned", f"task:{task.id}", turn.now, details)
    if not given:
        return Reply(texts.say("staff.changed_meanwhile"), (tasks_button(),))
    _tell(turn, giver, taker, given)
    done = texts.say("staff.assigned", count=len(given), person=taker.name)
    if len(given) < len(tasks):
        done += "\n" + texts.say("staff.some_changed", count=len(tasks) - len(given))
    return Reply(done, (tasks_button(),))


def _tell(turn: Turn, giver: Person, taker: Person, given: Sequence[Task]) -> None:
    """The new person reads what is theirs now, and those who had it that it is no longer."""
    said = f"assign:{turn.incoming.channel}:{turn.incoming.update_id}"
    if taker.id != giver.id:
        text = texts.say("staff.told_taker", giver=giver.name, tasks=_lines(given, turn))
        buttons = tuple(Button(task_name(t, given), f"task:{t.id}") for t in given[:PAGE])
        turn.tell_person(taker.id, Reply(text, buttons), f"{said}:{taker.id}")
    for former in sorted({t.assignee_id for t in given if t.assignee_id is not None} - {giver.id, taker.id}):
        theirs = [t for t in given if t.assignee_id == former]
        text = texts.say("staff.told_former", giver=giver.name, taker=taker.name, tasks=_lines(theirs, turn))
        turn.tell_person(former, Reply(text), f"{said}:{former}")


def _lines(tasks: Sequence[Task], turn: Turn) -> str:
    return "\n".join(_line(turn, task, tasks) for task in tasks)


def _line(turn: Turn, task: Task, among: Sequence[Task]) -> str:
    deadline = due_words(task, turn.today)
    return texts.say("staff.assign_line", name=task_name(task, among), title=short(task.title), deadline=deadline)
