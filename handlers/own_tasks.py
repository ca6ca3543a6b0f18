"""The speaker's own tasks as a list: all that are open, the late ones, those of this week or month."""

from collections.abc import Sequence
from datetime import date

import texts
from domain.carrying import carried_by
from domain.clock import day_text
from domain.messages import Button
from domain.people import Person
from domain.rights import is_responsible, may_see, may_see_overview
from domain.stretches import month_of, week_of
from domain.tasks import Task
from handlers.selection import Selection
from handlers.turn import Turn
from handlers.views import View, overview_button
from handlers.wording import by_urgency, capital, help_button, page_of_tasks, short_stretch_words

OPEN = Selection("open")


def filters(today: date) -> tuple[tuple[str, Selection], ...]:
    """The parts of the list that have a button of their own."""
    return (
        ("task.button.late", Selection("late")),
        ("task.button.week", Selection("due", stretch=week_of(today))),
        ("task.button.month", Selection("due", stretch=month_of(today))),
    )


async def own_view(turn: Turn, person: Person, selection: Selection = OPEN, start: int = 0) -> View:
    """One screen of the speaker's own tasks, what is due first on top; of a group task the own unit's share."""
    async with turn.reading() as records:
        kept = await records.register.tasks(person.office_id)
        waiting = {report.task_id for report in await records.register.reports_waiting(person.office_id)}
    carried = [
        carried_by(t, person.unit_id) for t in kept if t.confirmed and is_responsible(person, t) and may_see(person, t)
    ]
    own = sorted(carried, key=by_urgency)
    picked = selection.pick(own, turn.today)
    if not picked:
        return _nothing(person, own, selection)
    if start >= len(picked):
        return View(texts.say("task.list.no_more"), (help_button(),))
    more = "tasks:" if selection == OPEN else f"tasks:{selection.code}:"
    lines, buttons = page_of_tasks(picked, start, turn.today, more, waiting)
    parts = [_title(person, selection, turn.today, len(picked)), lines]
    if selection == OPEN:
        over = sum(task.status.is_over for task in own)
        parts += [texts.say("task.list.finished", count=over)] if over else []
        parts.append(texts.say("task.list.how", number=picked[start].number))
        buttons += _filter_buttons(picked, turn.today)
    else:
        buttons += (Button(texts.say("task.button.all", count=_open(own)), "tasks"),)
    return View("\n".join(parts), buttons)


def _filter_buttons(tasks: Sequence[Task], today: date) -> tuple[Button, ...]:
    """Buttons for the parts of the list that are neither empty nor all of it."""
    found = []
    for label, selection in filters(today):
        count = len(selection.pick(tasks, today))
        if 0 < count < len(tasks):
            found.append(Button(texts.say(label, count=count), f"tasks:{selection.code}:0"))
    return tuple(found)


def _title(person: Person, selection: Selection, today: date, count: int) -> str:
    if selection == OPEN:
        return texts.say("task.list.mine", name=person.name, day=day_text(today))
    return texts.say("task.list.own", what=capital(_what(selection)), name=person.name, count=count)


def _what(selection: Selection) -> str:
    if selection.stretch is not None:
        return texts.say("task.list.what.due", stretch=short_stretch_words(selection.stretch))
    return texts.say(f"task.list.what.{_WHAT.get(selection.kind, 'other')}")


_WHAT = {"late": "late", "soon": "soon", "is_blocked": "blocked"}


def _open(own: Sequence[Task]) -> int:
    return sum(not task.status.is_over for task in own)


def _nothing(person: Person, own: Sequence[Task], selection: Selection) -> View:
    overview = (overview_button(),) if may_see_overview(person.role) else ()
    if selection != OPEN and _open(own):
        back = Button(texts.say("task.button.all", count=_open(own)), "tasks")
        return View(texts.say("task.list.no_such", what=_what(selection), name=person.name), (back, *overview))
    sentence = "task.list.all_done" if own else "task.list.none"
    return View(texts.say(sentence, name=person.name, count=len(own)), (*overview, help_button()))
