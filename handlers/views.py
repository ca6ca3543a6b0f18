"""What is shown of the register: the overview, a unit, a list, who has not reported; with a picture where it helps."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

import texts
from domain.carrying import is_soon, tone_of
from domain.charts import Chart, Tone
from domain.clock import day_text
from domain.messages import Button, Reply
from domain.people import Person
from domain.reporting import Missing
from domain.rights import is_head_of, may_see_overview, may_see_staff_of
from domain.stretches import Stretch, month_of
from domain.tasks import Task
from domain.vietnamese import fold
from handlers.drawing import chart_by, late_chart
from handlers.seen import Seen
from handlers.selection import Selection, nothing_words, selection_words, unit_name
from handlers.turn import Turn
from handlers.wording import (
    LABEL_LIMIT,
    office_words,
    page_of_tasks,
    short,
    stretch_words,
    task_name,
    tasks_button,
    tone_words,
)

UNITS_SHOWN = 8
"""Unit buttons under one message; the rest are a page away."""
LINES_SHOWN = 30
"""Lines of a list that a message holds before it says how many are left."""
_BUTTON_TONES = (Tone.BLOCKED, Tone.NOT_STARTED)


@dataclass(frozen=True, slots=True)
class View:
    """Something to show: its words, its buttons, and a picture where one helps."""

    text: str
    buttons: tuple[Button, ...] = ()
    chart: Chart | None = None


async def shown(turn: Turn, view: View) -> Reply:
    """The view as a reply, its picture drawn; nothing is held open meanwhile."""
    picture = await turn.draw(view.chart) if view.chart is not None else None
    return Reply(view.text, view.buttons, pictures=(picture,) if picture else ())


def overview_button() -> Button:
    """The way back to the overview."""
    return Button(texts.say("overview.button.back"), "overview")


def way_back(person: Person) -> Button:
    """The way back for this person: the overview, else the own tasks."""
    return overview_button() if may_see_overview(person.role) else tasks_button()


def overview_view(turn: Turn, person: Person, seen: Seen) -> View:
    """Counts by standing, what is due, who is silent and every unit, with the picture of the units."""
    counts = Counter(tone_of(task, turn.today) for task in seen.tasks)
    soon = sum(is_soon(task, turn.today) for task in seen.tasks)
    month = month_of(turn.today)
    missing = len(seen.missing(month))
    units = units_of(person, seen)
    lines = [
        texts.say("overview.title", office=office_words(turn.office), day=day_text(turn.today)),
        texts.say("overview.total", count=len(seen.tasks)),
    ]
    lines += [
        texts.say("overview.by_status", status=tone_words(tone), count=counts[tone])
        for tone in Tone
        if counts[tone] or tone is Tone.LATE
    ]
    if counts[None]:
        lines.append(texts.say("overview.by_status", status=texts.say("overview.cancelled"), count=counts[None]))
    lines.append(texts.say("overview.soon", count=soon))
    is_shared = any(task.shares for task in seen.tasks)
    told = "overview.missing_with_shares" if is_shared else "overview.missing"
    lines.append(texts.say(told, month=month.last.month, count=missing))
    lines += ["", texts.say("overview.units")]
    lines += [_unit_line(unit_id, name, seen, person, turn) for unit_id, name in units[:LINES_SHOWN]]
    buttons = _overview_buttons(counts, soon, missing) + unit_buttons(units, 0)
    return View("\n".join(lines), buttons, _units_chart(turn, seen, units))


def _overview_buttons(counts: Counter[Tone | None], soon: int, missing: int) -> tuple[Button, ...]:
    found = []
    if counts[Tone.LATE]:
        found.append(_list_button(texts.say("overview.button.late", count=counts[Tone.LATE]), Selection(Tone.LATE)))
    if soon:
        found.append(_list_button(texts.say("overview.button.soon", count=soon), Selection("soon")))
    found += [
        _list_button(
            texts.say("overview.button.status", status=tone_words(tone), count=counts[tone]), Selection(str(tone))
        )
        for tone in _BUTTON_TONES
        if counts[tone]
    ]
    if missing:
        found.append(Button(texts.say("overview.button.missing", count=missing), "missing"))
    found.append(Button(texts.say("overview.button.compared"), "compared"))
    found.append(Button(texts.say("target.button.list"), "targets"))
    return tuple(found)


def unit_buttons(units: Sequence[tuple[int, str]], start: int) -> tuple[Button, ...]:
    """A button for each unit from `start` on, and one for the rest."""
    shown_now = units[start : start + UNITS_SHOWN]
    buttons = [
        Button(short(texts.say("overview.button.unit", unit=name), LABEL_LIMIT), f"unit:{i}") for i, name in shown_now
    ]
    rest = len(units) - start - len(shown_now)
    if rest > 0:
        buttons.append(Button(texts.say("overview.button.units", count=rest), f"overview:units:{start + UNITS_SHOWN}"))
    return tuple(buttons)


def units_of(person: Person, seen: Seen) -> list[tuple[int, str]]:
    """The units that carry tasks, by name; a head's own first, tasks without a unit (id 0) last."""
    ids = {task.lead_unit_id or 0 for task in seen.parts}
    named = [(unit_id, unit_name(unit_id, seen)) for unit_id in ids]
    return sorted(named, key=lambda u: (not is_head_of(person, u[0]), u[0] == 0, fold(u[1])))


def _unit_line(unit_id: int, name: str, seen: Seen, person: Person, turn: Turn) -> str:
    counts = Counter(tone_of(task, turn.today) for task in _of_unit(unit_id, seen))
    return texts.say(
        "overview.own_unit" if is_head_of(person, unit_id) else "overview.unit",
        unit=name,
        count=sum(counts.values()),
        done=counts[Tone.DONE],
        late=counts[Tone.LATE],
    )


def _of_unit(unit_id: int, seen: Seen) -> list[Task]:
    return [task for task in seen.parts if (task.lead_unit_id or 0) == unit_id]


def _units_chart(turn: Turn, seen: Seen, units: Sequence[tuple[int, str]]) -> Chart:
    return chart_by(
        file=texts.say("charts.file.units"),
        title=texts.say("charts.title.units"),
        office=office_words(turn.office),
        rows=[(name, _of_unit(unit_id, seen)) for unit_id, name in units],
        counted=seen.tasks,
        today=turn.today,
    )


def unit_view(turn: Turn, person: Person, seen: Seen, unit_id: int) -> View:
    """A unit's tasks by standing and by person, who is silent this month, and the picture of its people."""
    own = _of_unit(unit_id, seen)
    name = unit_name(unit_id, seen)
    if not own:
        return View(texts.say("overview.of_unit.none", unit=name), (way_back(person),))
    counts = Counter(tone_of(task, turn.today) for task in own)
    rows = _rows_by_person(own)
    month = month_of(turn.today)
    silent = [m for m in seen.missing(month) if (m.task.lead_unit_id or 0) == unit_id]
    lines = [texts.say("overview.of_unit.title", unit=name, day=day_text(turn.today), count=len(own))]
    lines += [
        texts.say("overview.by_status", status=tone_words(tone), count=counts[tone]) for tone in Tone if counts[tone]
    ]
    sees_people = may_see_staff_of(person, unit_id)
    if sees_people:
        lines += ["", texts.say("overview.of_unit.people")]
        lines += [_person_line(label, tasks, turn) for _, label, tasks in rows]
    lines += ["", _silence_line(silent, own, month, seen)]
    buttons = []
    if counts[Tone.LATE]:
        label = texts.say("overview.button.late", count=counts[Tone.LATE])
        buttons.append(_list_button(label, Selection(Tone.LATE, unit_id)))
    if silent:
        buttons.append(Button(texts.say("overview.button.missing", count=len(silent)), f"missing:{unit_id}"))
    buttons.append(_list_button(texts.say("overview.button.all", count=len(own)), Selection("all", unit_id)))
    if sees_people:
        buttons += [
            _list_button(
                short(texts.say("overview.button.person", person=label), LABEL_LIMIT), Selection("all", unit_id, key)
            )
            for key, label, _ in rows
            if key
        ][:UNITS_SHOWN]
    chart = chart_by(
        file=texts.say("charts.file.people"),
        title=texts.say("charts.title.people", unit=name),
        office=office_words(turn.office),
        rows=[(label, tasks) for _, label, tasks in rows] if sees_people else [(name, own)],
        counted=own,
        today=turn.today,
    )
    return View("\n".join(lines), (*buttons, way_back(person)), chart)


def _rows_by_person(tasks: Sequence[Task]) -> list[tuple[int, str, list[Task]]]:
    """The tasks by whom they are given to, by name; what nobody was given stands last, under 0."""
    held: dict[int, list[Task]] = {}
    for task in tasks:
        held.setdefault(task.assignee_id or 0, []).append(task)
    named = [
        (key, own[0].assignee_name if key else texts.say("overview.of_unit.nobody"), own) for key, own in held.items()
    ]
    return sorted(named, key=lambda row: (row[0] == 0, fold(row[1])))


def _person_line(name: str, tasks: Sequence[Task], turn: Turn) -> str:
    counts = Counter(tone_of(task, turn.today) for task in tasks)
    return texts.say(
        "overview.of_unit.person", person=name, count=len(tasks), done=counts[Tone.DONE], late=counts[Tone.LATE]
    )


def _silence_line(silent: Sequence[Missing], own: Sequence[Task], month: Stretch, seen: Seen) -> str:
    words = stretch_words(month)
    expected = sum(seen.is_expected(task, month) for task in own)
    if not expected:
        return texts.say("overview.of_unit.nothing_expected", month=words)
    if not silent:
        return texts.say("overview.of_unit.all_told", month=words)
    numbers = ", ".join(task_name(m.task, [s.task for s in silent]) for m in silent[:UNITS_SHOWN])
    return texts.say("overview.of_unit.silent", month=words, count=len(silent), expected=expected, tasks=numbers)


def list_view(
    turn: Turn, person: Person, seen: Seen, selection: Selection, start: int = 0, title: str | None = None
) -> View:
    """One screen of the tasks of a selection; what is late comes with the picture of how late."""
    # A unit's own share is what counts where a unit was picked, and the task as a whole otherwise.
    among = seen.tasks if selection.unit_id is None else seen.parts
    picked = selection.pick(among, turn.today)
    back = (way_back(person),)
    if start >= len(picked):
        return View(texts.say("task.list.no_more") if picked else nothing_words(selection, seen), back)
    heading = title or selection_words(selection, seen, len(picked))
    lines, buttons = page_of_tasks(picked, start, turn.today, f"overview:{selection.code}:", seen.waiting)
    draws = selection.kind == Tone.LATE and start == 0
    chart = late_chart(office_words(turn.office), picked, turn.today) if draws else None
    return View(f"{heading}\n{lines}", (*buttons, *back), chart)


def _list_button(label: str, selection: Selection) -> Button:
    return Button(label, f"overview:{selection.code}:0")


def missing_view(
    turn: Turn,
    person: Person,
    seen: Seen,
    stretch: Stretch,
    unit_id: int | None = None,
    person_id: int | None = None,
    *,
    units_only: bool = False,
) -> View:
    """Who has reported nothing in the stretch, by unit and person, with the tasks; only those who are missing."""
    asked = [
        m
        for m in seen.missing(stretch)
        if (unit_id is None or (m.task.lead_unit_id or 0) == unit_id)
        and (person_id is None or any(p.id == person_id for p in m.people))
    ]
    expected = sum(
        seen.is_expected(task, stretch) for task in seen.parts if unit_id is None or (task.lead_unit_id or 0) == unit_id
    )
    words = stretch_words(stretch)
    if (days := seen.reported_in(stretch)) != stretch and days.first is not None:
        words = texts.say("inquiry.stretch.period", stretch=words, first=day_text(days.first), last=day_text(days.last))
    if not asked:
        nobody = texts.say("overview.missing_list.nobody", stretch=words)
        nothing = texts.say("overview.missing_list.nothing_expected", stretch=words)
        return View(nobody if expected else nothing, (way_back(person),))
    by_unit: dict[int, list[Missing]] = {}
    for missing in asked:
        by_unit.setdefault(missing.task.lead_unit_id or 0, []).append(missing)
    lines: list[str] = []
    for key, of_unit in by_unit.items():
        name = unit_name(key, seen)
        if units_only:
            lines.append(texts.say("overview.missing_list.unit_alone", unit=name, count=len(of_unit)))
        else:
            lines.append(texts.say("overview.missing_list.unit", unit=name, count=len(of_unit)))
            lines += _silent_people(of_unit, [m.task for m in asked])
    rest = len(lines) - LINES_SHOWN
    if rest > 0:
        lines = [*lines[:LINES_SHOWN], texts.say("overview.missing_list.more")]
    head = texts.say("overview.missing_list.title", stretch=words, count=len(asked), expected=expected)
    buttons: tuple[Button, ...] = ()
    if unit_id is None and len(by_unit) > 1:
        buttons = tuple(
            Button(short(texts.say("overview.button.unit", unit=unit_name(key, seen)), LABEL_LIMIT), f"missing:{key}")
            for key in list(by_unit)[:UNITS_SHOWN]
        )
    else:
        buttons = tuple(
            Button(task_name(m.task, [a.task for a in asked]), f"task:{m.task.id}") for m in asked[:UNITS_SHOWN]
        )
    return View("\n".join([head, *lines]), (*buttons, way_back(person)))


def _silent_people(missing: Sequence[Missing], among: Sequence[Task]) -> list[str]:
    """A line for each person, or group of people, who could have reported, with their tasks."""
    held: dict[tuple[str, ...], list[Task]] = {}
    for one in missing:
        held.setdefault(tuple(person.name for person in one.people), []).append(one.task)
    return [
        texts.say(
            "overview.missing_list.person",
            person=", ".join(names) or texts.say("overview.of_unit.nobody"),
            tasks=", ".join(task_name(task, among) for task in tasks),
        )
        for names, tasks in held.items()
    ]
