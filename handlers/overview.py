"""Shows heads, leaders and the administrator where every task stands."""

import re
from collections import Counter
from collections.abc import Callable, Sequence
from datetime import date, timedelta

import texts
from domain.clock import day_text
from domain.deadlines import DeadlineKind
from domain.messages import Button, Kind, Reply
from domain.people import Person
from domain.rights import is_head_of, may_see_overview
from domain.tasks import Task, TaskStatus
from domain.vietnamese import fold
from handlers.private import staff_alone
from handlers.turn import Turn
from handlers.wording import by_urgency, number_in, office_words, page_of_tasks, status_words, tasks_button

SOON = timedelta(days=7)
UNIT_BUTTONS = 4

_ASKED = re.compile(
    r"/tongquan|(cho (toi|em|minh) )?(xem )?(bao cao )?(tong quan|tinh hinh chung|tong hop( nhiem vu| tien do)?"
    r"|tinh hinh( thuc hien)?( cac)? nhiem vu|tinh hinh (cong viec|tien do|thuc hien)"
    r"|tien do( thuc hien)?( cac)? nhiem vu|tien do chung)( den nay| hien nay| the nao| ra sao)?( roi)?[ .?]*"
)
_STATUSES = (
    TaskStatus.DONE,
    TaskStatus.IN_PROGRESS,
    TaskStatus.BLOCKED,
    TaskStatus.NOT_STARTED,
    TaskStatus.CANCELLED,
)


def wants_overview(turn: Turn) -> bool:
    """True for "tong quan", /tongquan and the buttons under it; in words only for staff, others ask about the plan."""
    if turn.action == "overview" or turn.action.startswith("overview:"):
        return True
    return (
        turn.incoming.kind is Kind.TEXT
        and (turn.role.is_staff or turn.text.startswith("/"))
        and _ASKED.fullmatch(fold(turn.text)) is not None
    )


async def show_overview(turn: Turn) -> list[Reply]:
    """Counts by status, what is late, each unit; or the list behind one of these."""
    person = staff_alone(turn, "overview.not_staff")
    if not isinstance(person, Person):
        return person
    if not may_see_overview(person.role):
        return [Reply(texts.say("overview.refused"), (tasks_button(),))]
    register = (await turn.records()).register
    tasks = sorted(await register.tasks(person.office_id), key=by_urgency)
    if not tasks:
        return [Reply(texts.say("overview.none", office=office_words(turn.office)))]
    if turn.action.startswith("overview:"):
        return [_drill_down(turn, tasks)]
    return [_overview(turn, person, tasks)]


def is_soon(task: Task, today: date) -> bool:
    """True when an open task's last day is today or within the week."""
    due = task.deadline.due
    if task.deadline.kind is not DeadlineKind.DATE or due is None or task.status.is_over:
        return False
    return today <= due <= today + SOON


def _overview(turn: Turn, person: Person, tasks: Sequence[Task]) -> Reply:
    statuses = Counter(t.status for t in tasks)
    late = sum(t.is_late(turn.today) for t in tasks)
    soon = sum(is_soon(t, turn.today) for t in tasks)
    lines = [
        texts.say("overview.title", office=office_words(turn.office), day=day_text(turn.today)),
        texts.say("overview.total", count=len(tasks)),
    ]
    lines += [
        texts.say("overview.by_status", status=_capital(status_words(s)), count=statuses[s])
        for s in _STATUSES
        if statuses[s]
    ]
    lines.append(texts.say("overview.late", count=late))
    lines.append(texts.say("overview.soon", count=soon))
    units = _units(tasks, person)
    lines += ["", texts.say("overview.units")]
    lines += [_unit_line(unit_id, name, tasks, person, turn.today) for unit_id, name in units]
    return Reply("\n".join(lines), _buttons(statuses, late, soon, units))


def _buttons(
    statuses: Counter[TaskStatus], late: int, soon: int, units: Sequence[tuple[int, str]]
) -> tuple[Button, ...]:
    buttons = []
    if late:
        buttons.append(Button(texts.say("overview.button.late", count=late), "overview:late:0"))
    if soon:
        buttons.append(Button(texts.say("overview.button.soon", count=soon), "overview:soon:0"))
    for status in (TaskStatus.BLOCKED, TaskStatus.NOT_STARTED):
        if statuses[status]:
            label = texts.say("overview.button.status", status=_capital(status_words(status)), count=statuses[status])
            buttons.append(Button(label, f"overview:{status}:0"))
    buttons += [
        Button(texts.say("overview.button.unit", unit=name), f"overview:unit:{unit_id}:0")
        for unit_id, name in units[:UNIT_BUTTONS]
    ]
    return tuple(buttons)


def _units(tasks: Sequence[Task], person: Person) -> list[tuple[int, str]]:
    """The units that lead tasks, by name; a head's own first, tasks without a unit (id 0) last."""
    names = {t.lead_unit_id or 0: t.lead_unit_name for t in tasks}
    if 0 in names:
        names[0] = texts.say("overview.no_unit")
    return sorted(names.items(), key=lambda u: (not is_head_of(person, u[0]), u[0] == 0, fold(u[1])))


def _unit_line(unit_id: int, name: str, tasks: Sequence[Task], person: Person, today: date) -> str:
    own = [t for t in tasks if (t.lead_unit_id or 0) == unit_id]
    return texts.say(
        "overview.own_unit" if is_head_of(person, unit_id) else "overview.unit",
        unit=name,
        count=len(own),
        done=sum(t.status is TaskStatus.DONE for t in own),
        late=sum(t.is_late(today) for t in own),
    )


def _drill_down(turn: Turn, tasks: Sequence[Task]) -> Reply:
    """One group's tasks; an action we never offered shows the way back."""
    back = Button(texts.say("overview.button.back"), "overview")
    group, _, start_text = turn.action.removeprefix("overview:").rpartition(":")
    picked = _group(group, tasks, turn.today)
    start = number_in(f":{start_text}")
    if picked is None or start is None:
        return Reply(texts.say("errors.old_button"), (back,))
    title, wanted = picked
    shown = [t for t in tasks if wanted(t)]
    if start >= len(shown):
        return Reply(texts.say("overview.list.none"), (back,))
    lines, buttons = page_of_tasks(shown, start, turn.today, f"overview:{group}:")
    return Reply(f"{title(len(shown))}\n{lines}", (*buttons, back))


def _group(
    group: str, tasks: Sequence[Task], today: date
) -> tuple[Callable[[int], str], Callable[[Task], bool]] | None:
    """The title (by count) and the members of a group that a button names."""
    if group == "late":
        return (lambda n: texts.say("overview.list.late", count=n)), lambda t: t.is_late(today)
    if group == "soon":
        return (lambda n: texts.say("overview.list.soon", count=n)), lambda t: is_soon(t, today)
    if group in {str(s) for s in TaskStatus}:
        words = _capital(status_words(TaskStatus(group)))
        return (lambda n: texts.say("overview.list.status", status=words, count=n)), lambda t: t.status == group
    unit_id = number_in(group) if group.startswith("unit:") else None
    if unit_id is None:
        return None
    name = next((t.lead_unit_name for t in tasks if t.lead_unit_id == unit_id), texts.say("overview.no_unit"))
    return (lambda n: texts.say("overview.list.unit", unit=name, count=n)), lambda t: (t.lead_unit_id or 0) == unit_id


def _capital(words: str) -> str:
    return words[:1].upper() + words[1:]
