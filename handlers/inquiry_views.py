"""What is shown for a question in words: tasks grouped by unit or person, what hinders them, those of a subject."""

from collections import Counter
from collections.abc import Sequence

import texts
from domain.carrying import tone_of
from domain.charts import Tone
from domain.messages import Button
from domain.people import Person
from domain.tasks import Task
from domain.vietnamese import fold
from handlers.drawing import late_chart
from handlers.seen import Seen
from handlers.selection import Selection, nothing_words, selection_words
from handlers.turn import Turn
from handlers.views import LINES_SHOWN, UNITS_SHOWN, View, way_back
from handlers.wording import LABEL_LIMIT, PAGE, office_words, page_of_tasks, short, task_lines, task_name


def grouped_view(turn: Turn, person: Person, seen: Seen, selection: Selection, *, by_person: bool) -> View:
    """Which people or units have tasks of the selection, those with the most first, with a button for each."""
    picked = selection.pick(seen.parts, turn.today)
    if not picked:
        return View(nothing_words(selection, seen), (way_back(person),))
    held: dict[int, list[Task]] = {}
    for task in picked:
        held.setdefault((task.assignee_id if by_person else task.lead_unit_id) or 0, []).append(task)
    name = _person_of if by_person else _unit_of
    groups = sorted(held.items(), key=lambda g: (g[0] == 0, -len(g[1]), fold(name(g[1][0]))))
    lines = [selection_words(selection, seen, len({task.id for task in picked}))]
    lines += [
        texts.say(
            "inquiry.group",
            name=name(tasks[0]),
            count=len(tasks),
            tasks=", ".join(task_name(task, picked) for task in tasks[:PAGE]),
        )
        for _, tasks in groups[:LINES_SHOWN]
    ]
    buttons = tuple(
        Button(short(name(tasks[0]), LABEL_LIMIT), f"overview:{_narrowed(selection, key, by_person).code}:0")
        for key, tasks in groups[:UNITS_SHOWN]
        if key or not by_person
    )
    late = [task for task in seen.tasks if task.id in {t.id for t in picked}]
    chart = late_chart(office_words(turn.office), late, turn.today) if selection.kind == Tone.LATE else None
    return View("\n".join(lines), (*buttons, way_back(person)), chart)


def _narrowed(selection: Selection, key: int, by_person: bool) -> Selection:
    if by_person:
        return Selection(selection.kind, selection.unit_id, key, selection.stretch)
    return Selection(selection.kind, key, selection.person_id, selection.stretch)


def _person_of(task: Task) -> str:
    return task.assignee_name or texts.say("overview.of_unit.nobody")


def _unit_of(task: Task) -> str:
    return task.lead_unit_name or texts.say("overview.no_unit")


def blocked_view(turn: Turn, person: Person, seen: Seen, selection: Selection, start: int = 0) -> View:
    """One screen of tasks that are held up, each with what was last said to hinder it."""
    picked = selection.pick(seen.tasks if selection.unit_id is None else seen.parts, turn.today)
    if start >= len(picked):
        return View(nothing_words(selection, seen), (way_back(person),))
    obstacles = _obstacles(seen)
    lines = [selection_words(selection, seen, len(picked))]
    page = picked[start : start + PAGE]
    for task in page:
        lines.append(task_lines([task], picked, turn.today, seen.waiting))
        if obstacles.get(task.id):
            lines.append(texts.say("inquiry.obstacle", obstacle=short(obstacles[task.id], 300)))
    rest = len(picked) - start - len(page)
    buttons = [Button(task_name(task, picked), f"task:{task.id}") for task in page]
    if rest > 0:
        lines.append(texts.say("task.list.more_lines", count=rest))
        buttons.append(Button(texts.say("task.button.more"), f"overview:{selection.code}:{start + PAGE}"))
    return View("\n".join(lines), (*buttons, way_back(person)))


def _obstacles(seen: Seen) -> dict[int, str]:
    """What was last said to hinder each task, by its id; `seen.reports` are newest first."""
    found: dict[int, str] = {}
    for report in seen.reports:
        if report.obstacle:
            found.setdefault(report.task_id, report.obstacle)
    return found


def subject_view(turn: Turn, person: Person, seen: Seen, tasks: Sequence[Task], whose: str, start: int = 0) -> View:
    """The tasks of a subject with how many are done and late, one screen at a time."""
    if start >= len(tasks):
        return View(texts.say("task.list.no_more"), (way_back(person),))
    counts = Counter(tone_of(task, turn.today) for task in tasks)
    sentence = "inquiry.subject_of" if whose else "inquiry.subject"
    title = texts.say(sentence, whose=whose, count=len(tasks), done=counts[Tone.DONE], late=counts[Tone.LATE])
    lines, buttons = page_of_tasks(tasks, start, turn.today, "listed:", seen.waiting)
    return View(f"{title}\n{lines}", (*buttons, way_back(person)))
