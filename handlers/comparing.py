"""Where tasks stood at the end of an earlier stretch of time, beside where they stand now."""

from collections import Counter
from collections.abc import Sequence
from datetime import date, datetime, timedelta

import texts
from domain.carrying import TONES, tone_of
from domain.charts import Tone
from domain.clock import at_local, day_text
from domain.messages import Button
from domain.people import Person
from domain.reporting import Earlier, standing_at, was_late
from domain.stretches import Stretch
from domain.tasks import Task
from handlers.seen import Seen
from handlers.selection import unit_name
from handlers.turn import Turn
from handlers.views import View, way_back
from handlers.wording import state_words, stretch_words, task_name, tone_words

MOVED_SHOWN = 8


def compared_view(turn: Turn, person: Person, seen: Seen, stretch: Stretch, unit_id: int | None = None) -> View:
    """The counts then and now, and the tasks that moved since; `seen.reports` reach back to the beginning.

    Tasks are compared as wholes; a deadline that was moved meanwhile counts as it is now.
    """
    tasks = [task for task in seen.tasks if unit_id is None or _is_of(task, unit_id)]
    last = min(stretch.last, turn.today - timedelta(days=1))
    moment = at_local(last + timedelta(days=1), datetime.min.time())
    then = {task.id: standing_at([r for r in seen.reports if r.task_id == task.id], moment) for task in tasks}
    before = Counter(_tone_then(task, then[task.id], last) for task in tasks)
    now = Counter(tone_of(task, turn.today) for task in tasks)
    words = {
        "stretch": stretch_words(stretch),
        "day": day_text(last),
        "today": day_text(turn.today),
        "count": len(tasks),
    }
    title = (
        texts.say("inquiry.compared.title", **words)
        if unit_id is None
        else texts.say("inquiry.compared.title_of_unit", unit=unit_name(unit_id, seen), **words)
    )
    lines = [title]
    lines += [
        texts.say(
            "inquiry.compared.line",
            tone=tone_words(t),
            before=before[t],
            now=now[t],
            change=_signed(now[t] - before[t]),
        )
        for t in Tone
    ]
    moved = [task for task in tasks if _has_moved(task, then[task.id])]
    if moved:
        lines += ["", texts.say("inquiry.compared.moved", count=len(moved))]
        lines += [_moved_line(task, then[task.id], tasks) for task in moved[:MOVED_SHOWN]]
    still = [task for task in tasks if task not in moved and not task.status.is_over]
    lines.append(texts.say("inquiry.compared.still", count=len(still)))
    buttons = tuple(Button(task_name(task, tasks), f"task:{task.id}") for task in moved[:MOVED_SHOWN])
    return View("\n".join(lines), (*buttons, way_back(person)))


def _is_of(task: Task, unit_id: int) -> bool:
    return task.lead_unit_id == unit_id or any(share.unit_id == unit_id for share in task.shares)


def _tone_then(task: Task, earlier: Earlier, day: date) -> Tone | None:
    if was_late(task, earlier, day):
        return Tone.LATE
    return TONES.get(earlier.status)


def _has_moved(task: Task, earlier: Earlier) -> bool:
    return (task.status, task.percent) != (earlier.status, earlier.percent)


def _moved_line(task: Task, earlier: Earlier, among: Sequence[Task]) -> str:
    return texts.say(
        "inquiry.compared.moved_line",
        name=task_name(task, among),
        before=state_words(earlier.status, earlier.percent),
        now=state_words(task.status, task.percent),
    )


def _signed(change: int) -> str:
    return f"+{change}" if change > 0 else str(change)
