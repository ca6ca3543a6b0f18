"""How tasks, deadlines and figures are put into words, the same in every errand."""

import re
from collections.abc import Collection, Iterable, Sequence
from datetime import date, datetime

import texts
from domain.charts import Tone
from domain.clock import day_text, local
from domain.deadlines import Deadline, DeadlineKind, Rhythm
from domain.messages import Button
from domain.people import Office, Person, Role
from domain.rights import begins_at_overview
from domain.stretches import Length, Stretch
from domain.tasks import Task, TaskStatus
from domain.vietnamese import fold

TITLE_LIMIT = 90
LABEL_LIMIT = 56
TASK_NUMBER = r"(?P<number>[0-9ivx]+(\.[0-9a-z]+)*)"
"""How people write a task's number, in folded text: 4, 2.1, iv."""
TASK_WORD = r"(nhiem vu|nv|viec|dau viec)( so)?"
"""What they write before it."""

PAGE = 8
"""Tasks on one screen of a phone, and buttons under it."""

_STATUS = {
    TaskStatus.NOT_STARTED: "task.status.not_started",
    TaskStatus.IN_PROGRESS: "task.status.in_progress",
    TaskStatus.BLOCKED: "task.status.blocked",
    TaskStatus.DONE: "task.status.done",
    TaskStatus.CANCELLED: "task.status.cancelled",
}
_RHYTHM = {
    Rhythm.WEEK: "task.deadline.week",
    Rhythm.MONTH: "task.deadline.month",
    Rhythm.QUARTER: "task.deadline.quarter",
    Rhythm.HALF_YEAR: "task.deadline.half_year",
    Rhythm.YEAR: "task.deadline.year",
}
_ROLE = {
    Role.CITIZEN: "greet.role.citizen",
    Role.OFFICIAL: "greet.role.official",
    Role.HEAD: "greet.role.head",
    Role.LEADER: "greet.role.leader",
    Role.ADMINISTRATOR: "greet.role.administrator",
}


def role_words(role: Role) -> str:
    """The role as the office says it."""
    return texts.say(_ROLE[role])


def office_words(office: Office) -> str:
    """The office's name, or a plain word where the installation has none yet."""
    return office.name or texts.say("greet.unnamed_office")


def unit_words(person: Person, office_name: str) -> str:
    """Where the person works: the unit, else the office."""
    return person.unit_name or office_name


def person_words(person: Person, office_name: str) -> str:
    """A colleague's name with role and unit in brackets."""
    return texts.say(
        "staff.person", name=person.name, role=role_words(person.role), unit=unit_words(person, office_name)
    )


def status_words(status: TaskStatus) -> str:
    """The status as the office says it."""
    return texts.say(_STATUS[status])


def percent_words(percent: float) -> str:
    """A figure with the decimal comma: 62,5%."""
    return f"{percent:.1f}".removesuffix(".0").replace(".", ",") + "%"


def state_words(status: TaskStatus, percent: float | None) -> str:
    """Status and figure in one phrase, without a figure that says nothing new."""
    words = status_words(status)
    if percent is None or (status is TaskStatus.DONE and percent >= 100):
        return words
    return f"{words}, {percent_words(percent)}"


def moment_words(moment: datetime) -> str:
    """A moment on the office's clock: 08:05 02/3/2026."""
    wall = local(moment)
    return f"{wall:%H:%M} {day_text(wall.date())}"


def short(text: str, limit: int = TITLE_LIMIT) -> str:
    """The text cut at a word with an ellipsis when it is longer than `limit` characters."""
    flat = " ".join(text.split())
    if len(flat) <= limit:
        return flat
    head = flat[: limit - 1]
    return (head.rsplit(" ", 1)[0] if " " in head else head).rstrip(" ,;:.-") + "…"


def deadline_words(deadline: Deadline) -> str:
    """When the task is due, in the office's words; the plan's own words where we could not read them."""
    if deadline.kind is DeadlineKind.DATE and deadline.due is not None:
        return texts.say("task.deadline.date", day=day_text(deadline.due))
    if deadline.kind is DeadlineKind.RECURRING and deadline.every is not None:
        return _rhythm_words(deadline, texts.say(_RHYTHM[deadline.every]))
    if deadline.kind is DeadlineKind.ONGOING:
        return texts.say("task.deadline.ongoing")
    if deadline.kind is DeadlineKind.ON_REQUEST:
        return texts.say("task.deadline.on_request")
    if deadline.text.strip():
        return texts.say("task.deadline.own_words", text=deadline.text.strip())
    return texts.say("task.deadline.unknown")


def _rhythm_words(deadline: Deadline, rhythm: str) -> str:
    if deadline.dates:
        # A day of a year is written without the year: "06-15" is 15/6.
        dates = ", ".join(_day_and_month(d) for d in deadline.dates)
        return texts.say("task.deadline.on_dates", rhythm=rhythm, dates=dates)
    if deadline.day is not None:
        return texts.say("task.deadline.on_day", rhythm=rhythm, day=deadline.day)
    return rhythm


def _day_and_month(month_day: str) -> str:
    month, day = (int(part) for part in month_day.split("-"))
    return day_text(date(2000, month, day)).removesuffix("/2000")


def due_words(task: Task, today: date) -> str:
    """The deadline with the days left or late, while the task is open."""
    words = deadline_words(task.deadline)
    left = task.days_left(today)
    if task.deadline.kind is not DeadlineKind.DATE or left is None or task.status.is_over:
        return words
    return f"{words} ({_left_words(left)})"


def _left_words(left: int) -> str:
    if left < 0:
        return texts.say("task.left.late", days=-left)
    if left == 0:
        return texts.say("task.left.today")
    if left == 1:
        return texts.say("task.left.tomorrow")
    return texts.say("task.left.days", days=left)


def task_name(task: Task, among: Iterable[Task] = ()) -> str:
    """The task's short name; with its document where another task shown beside it has the same number."""
    if task.document_number and any(t.number == task.number and t.id != task.id for t in among):
        return texts.say("task.name_in", number=task.number, document=task.document_number)
    return texts.say("task.name", number=task.number)


def titled_label(task: Task, among: Iterable[Task] = ()) -> str:
    """A button's label that says which task it is without any list beside it."""
    if task.document_number and any(t.number == task.number and t.id != task.id for t in among):
        label = texts.say("task.name_title_in", number=task.number, document=task.document_number, title=task.title)
    else:
        label = texts.say("task.name_title", number=task.number, title=task.title)
    return short(label, LABEL_LIMIT)


def capital(words: str) -> str:
    """The words with a capital first letter."""
    return words[:1].upper() + words[1:]


def tone_words(tone: Tone) -> str:
    """What a part of a chart stands for."""
    return texts.say(f"charts.tone.{tone}")


def stretch_words(stretch: Stretch) -> str:
    """A stretch of time as the office names it: its month, its week, from day to day."""
    last = day_text(stretch.last)
    if stretch.first is None:
        return texts.say("inquiry.stretch.until", last=last)
    if stretch.length is Length.MONTH:
        return texts.say("inquiry.stretch.month", month=stretch.last.month, year=stretch.last.year)
    if stretch.length is Length.QUARTER:
        quarter = ("I", "II", "III", "IV")[stretch.last.month // 3 - 1]
        return texts.say("inquiry.stretch.quarter", quarter=quarter, year=stretch.last.year)
    if stretch.length is Length.YEAR:
        return texts.say("inquiry.stretch.year", year=stretch.last.year)
    return short_stretch_words(stretch)


def short_stretch_words(stretch: Stretch) -> str:
    """A stretch of time by its days alone."""
    last = day_text(stretch.last)
    if stretch.first is None:
        return texts.say("inquiry.stretch.until", last=last)
    if stretch.first == stretch.last:
        return texts.say("inquiry.stretch.day", day=last)
    return texts.say("inquiry.stretch.days", first=day_text(stretch.first), last=last)


def lead_words(task: Task) -> str:
    """Who leads the task, in the plan's words where it has any."""
    return task.lead or task.lead_unit_name or texts.say("task.untold")


def task_lines(
    tasks: Sequence[Task], among: Sequence[Task], today: date, waiting: Collection[int] = frozenset()
) -> str:
    """The tasks as a list, two lines each; those in `waiting` have a report that waits for the head's word."""
    return "\n".join(
        texts.say(
            "task.list.line_late" if task.is_late(today) else "task.list.line",
            name=task_name(task, among),
            title=short(task.title),
            deadline=due_words(task, today),
            state=state_words(task.status, task.percent),
        )
        + (f"\n{texts.say('task.list.waiting')}" if task.id in waiting else "")
        for task in tasks
    )


def page_of_tasks(
    tasks: Sequence[Task], start: int, today: date, more_action: str, waiting: Collection[int] = frozenset()
) -> tuple[str, tuple[Button, ...]]:
    """One screen of a list of tasks: its lines, and its buttons with one for the rest. `more_action` ends in ":"."""
    shown = tasks[start : start + PAGE]
    rest = len(tasks) - start - len(shown)
    lines = task_lines(shown, tasks, today, waiting)
    buttons = [Button(task_name(task, tasks), f"task:{task.id}") for task in shown]
    if rest:
        lines += "\n" + texts.say("task.list.more_lines", count=rest)
        buttons.append(Button(texts.say("task.button.more"), f"{more_action}{start + len(shown)}"))
    return lines, tuple(buttons)


def by_urgency(task: Task) -> tuple[bool, bool, date, int]:
    """Sorts open tasks before finished ones, dated before undated, the earliest deadline first."""
    due = task.deadline.due
    return (task.status.is_over, due is None, due or date.max, task.id)


def same_number(written: str, task: Task) -> bool:
    """True when what a person wrote is the task's number; case, spaces and a closing dot do not matter."""
    return bool(written) and _bare(written) == _bare(task.number)


def _bare(number: str) -> str:
    return re.sub(r"\s+", "", fold(number)).strip(".")


def number_in(action: str) -> int | None:
    """The number after the action's last colon, or None in a forged one."""
    tail = action.rpartition(":")[2]
    return int(tail) if tail.isascii() and tail.isdigit() and len(tail) < 10 else None


def help_button() -> Button:
    """The way back to the list of what the bot does."""
    return Button(texts.say("greet.button.help"), "help")


def home_button(role: Role) -> Button:
    """The way back to where this role begins: the overview for leaders, else one's own tasks."""
    if begins_at_overview(role):
        return Button(texts.say("greet.button.overview"), "overview")
    return tasks_button()


def tasks_button() -> Button:
    """The way to the speaker's own tasks."""
    return Button(texts.say("greet.button.tasks"), "tasks")


def assign_button(task: Task) -> Button:
    """The way to name who carries a task."""
    return Button(texts.say("staff.button.assign"), f"assign:task:{task.id}")
