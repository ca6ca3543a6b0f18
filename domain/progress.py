"""Progress reports: what an official's sentence says of a task, and the report that is kept."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from enum import StrEnum
from itertools import pairwise
from typing import Any

from domain import asking
from domain.deadlines import Deadline, DeadlineKind
from domain.difficulties import obstacle_in
from domain.expectations import expected_in, finishes
from domain.figures import percent_in, without_figures
from domain.mentions import Part, corrected, parts, pieces
from domain.products import product_in
from domain.sentences import Sentence, sentence
from domain.states import is_at_work, status_in, wants_extension
from domain.tasks import TaskStatus
from domain.topics import words_in


@dataclass(frozen=True, slots=True)
class Understood:
    """What a message says. `intent` is "report" or "not_report"; the rest is None where nothing was said.

    `task` is the number as written ("4"); `percent` is 0 to 100; `obstacle` is the difficulty in their own words;
    `expected` is the day they hope to finish. `words` name the task where no number does; `product` is what they say
    was produced; `wants_extension` is True when they ask for a later deadline; `said` is their own sentence about it.
    """

    intent: str
    task: str | None = None
    percent: float | None = None
    status: TaskStatus | None = None
    obstacle: str | None = None
    expected: date | None = None
    words: str | None = None
    product: str | None = None
    wants_extension: bool = False
    said: str = ""

    @property
    def is_report(self) -> bool:
        """True when the message reports progress."""
        return self.intent == "report"

    def as_json(self) -> dict[str, Any]:
        """The form the command line prints."""
        return {
            "intent": self.intent,
            "task": self.task,
            "percent": self.percent,
            "status": None if self.status is None else str(self.status),
            "obstacle": self.obstacle,
            "expected": None if self.expected is None else self.expected.isoformat(),
        }


@dataclass(frozen=True, slots=True)
class Standing:
    """Where a task stands: its status, its percentage and the day it is hoped to be done."""

    status: TaskStatus
    percent: float | None
    expected: date | None

    def after(self, said: Understood) -> "Standing":
        """Where it stands once this is reported: what was not said stays, except a percentage no longer true."""
        status = said.status or (TaskStatus.DONE if said.percent == 100 else self._status_when_only_told_of())
        percent = self.percent if said.percent is None else said.percent
        if status is TaskStatus.DONE:
            percent = 100.0
        elif said.percent is None and percent == 100:
            percent = None
        return Standing(status, percent, said.expected or self.expected)

    def kept_for(self, deadline: Deadline) -> "Standing":
        """What the task keeps of it: "done" closes one round of a recurring task, not the task."""
        if deadline.kind is not DeadlineKind.RECURRING or self.status is not TaskStatus.DONE:
            return self
        return Standing(TaskStatus.IN_PROGRESS, None, None)

    def _status_when_only_told_of(self) -> TaskStatus:
        return self.status if self.status is TaskStatus.BLOCKED else TaskStatus.IN_PROGRESS


UNTOUCHED = Standing(TaskStatus.NOT_STARTED, None, None)
"""A task of which nothing was ever reported."""


class Approval(StrEnum):
    """What the head of the unit said of a report: none was asked, or it waits, counts, or went back."""

    NONE = "none"
    WAITING = "waiting"
    APPROVED = "approved"
    RETURNED = "returned"

    @property
    def counts(self) -> bool:
        """True for a report that moves its task."""
        return self in (Approval.NONE, Approval.APPROVED)


@dataclass(frozen=True, slots=True)
class ProgressReport:
    """One report as it was confirmed. `said` is the original sentence; `supersedes_id` is the report it corrects.

    `unit_id` is the unit whose share of a group task it tells of. `decided_by` is who approved or returned it, with
    a `remark` when they returned it.
    """

    id: int
    task_id: int
    person_id: int
    person_name: str
    status: TaskStatus
    percent: float | None
    obstacle: str
    expected: date | None
    said: str
    at: datetime
    supersedes_id: int | None = None
    unit_id: int | None = None
    approval: Approval = Approval.NONE
    decided_by: str = ""
    decided_at: datetime | None = None
    remark: str = ""


LONGEST = 2000
"""A report is a sentence or a few; what is longer is a document."""


def understand(text: str, today: date) -> Understood:
    """What a message reports: of its first task, when it speaks of several. Questions, greetings, hopes are none."""
    found = understand_all(text, today)
    return found[0] if found else _NOT_A_REPORT


def understand_all(text: str, today: date) -> list[Understood]:
    """What a message reports, one for each task in order; empty when it reports nothing.

    Words are read with or without diacritics; a text longer than LONGEST is a document, not a report.
    """
    if len(text) > LONGEST:
        return []
    whole = asking.without_questions(corrected(sentence(text)))
    if whole is None:
        return []
    return [found for part in parts(whole) for found in _understood_parts(part, today)]


def _understood_parts(part: Part, today: date) -> Iterator[Understood]:
    """The report of each task a part speaks of; further tasks in it are named by words in lines of their own."""
    said = [(piece, _understood(Part((), piece, piece), today)) for piece in pieces(part.rest)]
    own = [at for at, (_, found) in enumerate(said) if at and _stands_alone(found)]
    first = said[0][1] if said else _NOT_A_REPORT
    if not own or not (first.percent is not None or _tells_state(first)):
        found = _understood(part, today)
        yield from (replace(found, task=number) for number in part.numbers or (None,) if found.is_report)
        return
    cuts = [0, *(said[at][0].places[0] for at in own)]
    bounds = [next(i for i, place in enumerate(part.rest.places) if place >= cut) for cut in cuts[1:]]
    edges = [0, *bounds, len(part.rest.folded)]
    for at, (start, end) in enumerate(pairwise(edges)):
        numbers = part.numbers if at == 0 else ()
        found = _understood(Part(numbers, part.whole.part(start, end), part.rest.part(start, end)), today)
        yield from (replace(found, task=number) for number in numbers or (None,) if found.is_report)


def _stands_alone(found: Understood) -> bool:
    return found.is_report and found.words is not None and (found.percent is not None or _tells_state(found))


def _tells_state(found: Understood) -> bool:
    return found.status is not None and found.status is not TaskStatus.IN_PROGRESS


def as_json(found: Sequence[Understood]) -> dict[str, Any]:
    """The form the command line prints for a message: its first report, with "others" where it has more."""
    first, *others = found or [_NOT_A_REPORT]
    return first.as_json() | ({"others": [other.as_json() for other in others]} if others else {})


def _understood(part: Part, today: date) -> Understood:
    rest = part.rest
    percent = percent_in(rest)
    obstacle = obstacle_in(rest)
    status = status_in(rest, percent, obstacle, today)
    is_over = status is not None and status.is_over
    expected = None if is_over else expected_in(without_figures(rest), today)
    extends = not is_over and wants_extension(rest)
    if status is None and expected is not None and not extends:
        status = TaskStatus.IN_PROGRESS
    found = Understood(
        "report",
        part.numbers[0] if part.numbers else None,
        _settled(percent, status),
        status,
        obstacle,
        expected,
        product=product_in(rest),
        wants_extension=extends,
        said=part.whole.quoted(0, len(part.whole.folded)).strip(" \n,;"),
    )
    if not _reports(found, part.whole, rest):
        return _NOT_A_REPORT
    return found if part.numbers else replace(found, words=words_in(_without(without_figures(rest), obstacle)))


def _without(rest: Sentence, words: str | None) -> Sentence:
    at = rest.said.find(words) if words else -1
    if words is None or at < 0:
        return rest
    start = next(i for i, place in enumerate(rest.places) if place >= at)
    end = next((i for i, place in enumerate(rest.places) if place >= at + len(words)), len(rest.folded))
    return rest.without(start, end)


_NOT_A_REPORT = Understood("not_report")


def _settled(percent: float | None, status: TaskStatus | None) -> float | None:
    """The percentage that goes with a status: all of it when done, none when not begun."""
    if status is TaskStatus.DONE:
        return 100.0
    if status is TaskStatus.NOT_STARTED:
        return 0.0
    return None if percent is None or status is TaskStatus.CANCELLED else round(percent, 2)


_NOW = re.compile(
    r"\b(?:da|dang(?! ky)|moi(?! nguoi| don vi| can bo| co quan)|chua|vua|hien|hien tai|roi|den nay|toi nay|gio"
    r"|khong)\b"
)


def _reports(found: Understood, whole: Sentence, rest: Sentence) -> bool:
    """True when something was said of a task's state, rather than hoped for, ordered or said of the plan."""
    folded = rest.folded
    gives_up = found.status is TaskStatus.CANCELLED
    says_now = bool(_NOW.search(folded) or found.percent is not None or found.obstacle or found.wants_extension)
    if asking.is_to_others(whole.folded) and not found.wants_extension:
        return False
    if asking.hopes(folded) and not (says_now and not asking.imagines(folded)):
        return False
    if not says_now and not gives_up and (asking.orders(folded) or (asking.strives(folded) and found.expected is None)):
        return False
    if found.task is not None:
        return any((found.percent is not None, found.status, found.obstacle, found.expected, found.wants_extension))
    if asking.is_no_work(folded) or asking.is_of_others(folded):
        return False
    if asking.orders(folded) and not found.wants_extension and found.percent is None:
        return False
    if found.percent is None and asking.strives(folded) and "%" in folded:
        return False
    if asking.is_of_plans(folded) or (gives_up and len(folded.split()) <= 2):
        return False
    promised = found.expected is not None and finishes(folded)
    strong = found.percent is not None or found.obstacle or promised or found.wants_extension
    standing = found.status in (TaskStatus.CANCELLED, TaskStatus.BLOCKED, TaskStatus.NOT_STARTED)
    return bool(strong or standing or is_at_work(folded))
