"""Lists the tasks the speaker carries, the most urgent first."""

import re

import texts
from domain.messages import Kind, Reply
from domain.people import Person
from domain.vietnamese import fold
from handlers.own_tasks import OPEN, own_view
from handlers.private import staff_alone
from handlers.selection import selection_in
from handlers.turn import Turn
from handlers.views import shown
from handlers.wording import number_in, tasks_button

_ASKED = re.compile(
    r"/viec|/nhiemvu"
    r"|(cho (toi|em|minh) )?(xem |coi )?(cac |danh sach )?(cong viec|viec|nhiem vu|nv|dau viec)"
    r"( duoc giao)? (cua|cho) (toi|em|minh|tui)( a| voi| nhe)?[ .?!]*"
    r"|(toi|em|minh) (co|dang co|con|phai lam|duoc giao) ((nhung )?(viec|nhiem vu))? ?(gi|nao)( a| vay| the)?[ .?]*"
    r"|(danh sach )?(viec|nhiem vu) (duoc giao|can lam|phai lam)[ .?]*"
)


def wants_own_tasks(turn: Turn) -> bool:
    """True for "viec cua toi", /viec and the button."""
    if turn.action == "tasks" or turn.action.startswith("tasks:"):
        return True
    return turn.incoming.kind is Kind.TEXT and _ASKED.fullmatch(fold(turn.text)) is not None


async def list_own_tasks(turn: Turn) -> list[Reply]:
    """One screen of the speaker's open tasks, or of a part of them, with a button for each."""
    person = staff_alone(turn, "task.not_staff")
    if not isinstance(person, Person):
        return person
    code, _, _ = turn.action.removeprefix("tasks:").rpartition(":")
    selection = selection_in(code) if code else OPEN
    if selection is None:
        return [Reply(texts.say("errors.old_button"), (tasks_button(),))]
    start = (number_in(turn.action) or 0) if turn.action.startswith("tasks:") else 0
    return [await shown(turn, await own_view(turn, person, selection, start))]
