"""Lists the tasks the speaker carries, the most urgent first."""

import re

import texts
from domain.clock import day_text
from domain.messages import Button, Kind, Reply
from domain.people import Person
from domain.rights import is_responsible, may_see, may_see_overview
from domain.tasks import Task
from domain.vietnamese import fold
from handlers.private import staff_alone
from handlers.turn import Turn
from handlers.wording import by_urgency, help_button, number_in, page_of_tasks

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
    """One screen of the speaker's open tasks with a button for each."""
    person = staff_alone(turn, "task.not_staff")
    if not isinstance(person, Person):
        return person
    records = await turn.records()
    everything = await records.register.tasks(person.office_id)
    own = sorted((t for t in everything if is_responsible(person, t) and may_see(person, t)), key=by_urgency)
    still_open = [t for t in own if not t.status.is_over]
    if not still_open:
        return [_nothing(person, own)]
    start = (number_in(turn.action) or 0) if turn.action.startswith("tasks:") else 0
    if start >= len(still_open):
        return [Reply(texts.say("task.list.no_more"), (help_button(),))]
    lines, buttons = page_of_tasks(still_open, start, turn.today, "tasks:")
    parts = [texts.say("task.list.mine", name=person.name, day=day_text(turn.today)), lines]
    if len(own) > len(still_open):
        parts.append(texts.say("task.list.finished", count=len(own) - len(still_open)))
    example = still_open[start].number
    parts.append(texts.say("task.list.how", number=example))
    return [Reply("\n".join(parts), buttons)]


def _nothing(person: Person, own: list[Task]) -> Reply:
    sentence = "task.list.all_done" if own else "task.list.none"
    overview = (Button(texts.say("greet.button.overview"), "overview"),) if may_see_overview(person.role) else ()
    return Reply(texts.say(sentence, name=person.name, count=len(own)), (*overview, help_button()))
