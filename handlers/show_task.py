"""Shows one task: in full, everything reported on it, and the evidence that came with the reports."""

import re

import texts
from domain.messages import Kind, Reply
from domain.people import Person
from domain.rights import may_see
from domain.vietnamese import fold
from handlers.private import staff_alone
from handlers.task_detail import choice_of, detail, evidence, gone, history, task_by_id
from handlers.turn import Turn
from handlers.wording import TASK_NUMBER, TASK_WORD, number_in, same_number, tasks_button

_ASKED = re.compile(rf"(cho (toi|em|minh) )?(xem |mo |chi tiet |xem chi tiet )?/?{TASK_WORD}\s*{TASK_NUMBER}[ .?]*")
_ACTION = re.compile(r"task:\d+|(?P<part>history|files):(?P<task>\d{1,9}):(?P<start>\d{1,6})")


def wants_one_task(turn: Turn) -> bool:
    """True for a task's button, and for staff who name a task and say nothing else of it.

    A citizen who names a task asks about the plan, which the answerer knows.
    """
    if _ACTION.fullmatch(turn.action):
        return True
    return turn.incoming.kind is Kind.TEXT and turn.role.is_staff and _asked_number(turn.text) != ""


def _asked_number(text: str) -> str:
    asked = _ASKED.fullmatch(fold(text))
    return asked["number"] if asked else ""


async def show_task(turn: Turn) -> list[Reply]:
    """The task in full, or a screen of its history; with several of the same number, the choice between them."""
    person = staff_alone(turn, "task.not_staff")
    if not isinstance(person, Person):
        return person
    if turn.action:
        return [await _by_button(turn, person)]
    number = _asked_number(turn.text)
    async with turn.reading() as records:
        kept = await records.register.tasks(person.office_id)
    named = [t for t in kept if same_number(number, t) and may_see(person, t)]
    if not named:
        return [Reply(texts.say("task.not_found", number=number.upper()), (tasks_button(),))]
    if len(named) > 1:
        return [choice_of(person, texts.say("task.which", count=len(named), number=number.upper()), named)]
    found = await task_by_id(turn, person, named[0].id)
    return [gone() if found is None else detail(turn, person, *found)]


async def _by_button(turn: Turn, person: Person) -> Reply:
    asked = _ACTION.fullmatch(turn.action)
    part = asked["part"] if asked is not None else None
    task_id = int(asked["task"]) if asked is not None and part else number_in(turn.action)
    found = await task_by_id(turn, person, task_id)
    if found is None:
        return gone()
    if asked is not None and part == "history":
        return history(*found, int(asked["start"]))
    if asked is not None and part == "files":
        return await evidence(turn, *found, int(asked["start"]))
    return detail(turn, person, *found)
