"""Which tasks a button or a question picks: by how they stand, unit, person and time, in a button's few bytes."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

import texts
from domain.carrying import is_due_in, is_soon, tone_of
from domain.charts import Tone
from domain.stretches import Length, Stretch
from domain.tasks import Task, TaskStatus
from handlers.seen import Seen
from handlers.wording import capital, short_stretch_words, status_words, tone_words

_CODE = re.compile(
    r"(?P<kind>[a-z_]+)(?:-u(?P<unit>\d{1,9}))?(?:-p(?P<person>\d{1,9}))?(?:-f(?P<first>\d{8}))?(?:-t(?P<last>\d{8}))?"
)
_KINDS = ("all", "open", "soon", "due", *(str(tone) for tone in Tone), *(f"is_{status}" for status in TaskStatus))


@dataclass(frozen=True, slots=True)
class Selection:
    """A group of tasks. `kind` is "all", "open", "soon", "due", a tone, or "is_" and a status; `unit_id` 0 is no unit.

    A tone counts what is late as late alone; a status is the status, late or not.
    """

    kind: str
    unit_id: int | None = None
    person_id: int | None = None
    stretch: Stretch | None = None

    @property
    def code(self) -> str:
        """The selection in the letters that a button may carry."""
        parts = [self.kind]
        if self.unit_id is not None:
            parts.append(f"u{self.unit_id}")
        if self.person_id is not None:
            parts.append(f"p{self.person_id}")
        if self.stretch is not None:
            parts += [f"f{self.stretch.first:%Y%m%d}"] if self.stretch.first else []
            parts.append(f"t{self.stretch.last:%Y%m%d}")
        return "-".join(parts)

    def pick(self, tasks: Iterable[Task], today: date) -> list[Task]:
        """Those of the tasks that belong to the selection."""
        return [task for task in tasks if self._holds(task, today)]

    def _holds(self, task: Task, today: date) -> bool:
        if self.unit_id is not None and (task.lead_unit_id or 0) != self.unit_id:
            return False
        if self.person_id is not None and task.assignee_id != self.person_id:
            return False
        if self.kind == "due":
            return self.stretch is not None and is_due_in(task, self.stretch)
        if self.stretch is not None and (task.deadline.due is None or not self.stretch.holds(task.deadline.due)):
            return False
        if self.kind == "soon":
            return is_soon(task, today)
        if self.kind == "open":
            return not task.status.is_over
        if self.kind.startswith("is_"):
            return task.status == self.kind.removeprefix("is_")
        return self.kind == "all" or tone_of(task, today) == self.kind


def selection_in(code: str) -> Selection | None:
    """The selection a button carries; None for a forged code."""
    found = _CODE.fullmatch(code)
    if found is None or found["kind"] not in _KINDS:
        return None
    try:
        first, last = _day(found["first"]), _day(found["last"])
    except ValueError:
        return None
    if last is None and (first is not None or found["kind"] == "due"):
        return None
    stretch = None if last is None else Stretch(first, last, Length.OTHER)
    unit, person = (None if found[name] is None else int(found[name]) for name in ("unit", "person"))
    return Selection(found["kind"], unit, person, stretch)


def selection_words(selection: Selection, seen: Seen, count: int) -> str:
    """The title over the tasks of a selection, with how many they are."""
    what, whose = _what(selection), _whose(selection, seen)
    if whose:
        return texts.say("overview.list.of", what=what, whose=whose, count=count)
    return texts.say("overview.list.all", what=what, count=count)


def nothing_words(selection: Selection, seen: Seen) -> str:
    """That no task belongs to the selection, with what was looked for."""
    what, whose = _what(selection), _whose(selection, seen)
    if whose:
        return texts.say("overview.list.none_of", what=what, whose=whose)
    return texts.say("overview.list.none", what=what)


def _what(selection: Selection) -> str:
    kind = selection.kind
    if kind in ("all", "open", "soon", "due"):
        what = texts.say(f"overview.what.{kind}")
    elif kind.startswith("is_"):
        what = capital(status_words(TaskStatus(kind.removeprefix("is_"))))
    else:
        what = tone_words(Tone(kind))
    if selection.stretch is None:
        return what
    return texts.say("overview.what.within", what=what, stretch=short_stretch_words(selection.stretch))


def _whose(selection: Selection, seen: Seen) -> str:
    return " – ".join(part for part in (_unit_name(selection, seen), _person_name(selection, seen)) if part)


def _unit_name(selection: Selection, seen: Seen) -> str:
    if selection.unit_id is None:
        return ""
    return unit_name(selection.unit_id, seen)


def unit_name(unit_id: int, seen: Seen) -> str:
    """The unit's name; for tasks of no unit, words that say so."""
    named = (unit.name for unit in seen.units if unit.id == unit_id)
    led = (task.lead_unit_name for task in seen.parts if task.lead_unit_id == unit_id)
    return next(named, None) or next(led, None) or texts.say("overview.no_unit")


def _person_name(selection: Selection, seen: Seen) -> str:
    if selection.person_id is None:
        return ""
    named = (person.name for person in seen.people if person.id == selection.person_id)
    carried = (task.assignee_name for task in seen.parts if task.assignee_id == selection.person_id)
    return next(named, None) or next(carried, "")


def _day(written: str | None) -> date | None:
    return None if written is None else date(int(written[:4]), int(written[4:6]), int(written[6:]))
