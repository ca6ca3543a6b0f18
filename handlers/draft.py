"""A report being put together: remembered between turns, written nowhere until its card is confirmed."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from enum import StrEnum
from typing import Any

from domain.people import Person
from domain.progress import ProgressReport, Understood
from domain.shares import share_of
from domain.tasks import Task, TaskStatus
from handlers.turn import Turn

DRAFT = "draft"
PACK = "several"
CARDS = "cards"
SETTLED = "settled"
WAITS = timedelta(hours=24)
"""A card older than this is forgotten: figures of yesterday are not confirmed by a button pressed today."""
SAID_LIMIT = 2000
LOOSE = "loose_files"
FILES_WAIT = timedelta(hours=2)
"""Photos that nobody has said anything about for so long belong to no report that comes later."""
NOTHING_SAID = Understood("report")


class Asking(StrEnum):
    """What the person is expected to say next."""

    DECISION = "decision"
    TASK = "task"
    UNIT = "unit"
    FIGURE = "figure"
    CORRECTION = "correction"


@dataclass(frozen=True, slots=True)
class Draft:
    """What is known of the report so far. `card` numbers the card last shown, so that an older one cannot be pressed.

    `seen` is the task's state when the card was shown: its status, figure and newest report. `unit_id` is the unit for
    which it speaks of a group task. `files` are the photos and files that come with it, those of `album` sent together.
    """

    person_id: int
    opened: datetime
    said: str = ""
    values: Understood = NOTHING_SAID
    asking: Asking = Asking.DECISION
    asked: int = 0
    card: int = 0
    task_id: int | None = None
    name: str = ""
    seen: tuple[str, float | None, int] = ("", None, 0)
    supersedes_id: int | None = None
    unit_id: int | None = None
    files: tuple[int, ...] = ()
    album: str = ""

    @property
    def is_complete(self) -> bool:
        """True when there is enough to write: a figure, a status or a difficulty."""
        said = self.values
        return said.percent is not None or said.status is not None or bool(said.obstacle)

    @property
    def only_asks_time(self) -> bool:
        """True when a later deadline is asked for without a figure or an end: the rest is its reason."""
        said = self.values
        is_at_work = said.status in (None, TaskStatus.IN_PROGRESS, TaskStatus.BLOCKED)
        return said.wants_extension and said.percent is None and is_at_work


def open_draft(turn: Turn) -> Draft | None:
    """The speaker's own draft that still waits in this chat, or None."""
    kept = turn.memory.get(DRAFT)
    if not kept or turn.person is None or kept["person"] != turn.person.id:
        return None
    draft = from_json(kept)
    return draft if turn.now - draft.opened <= WAITS else None


def keep_draft(turn: Turn, draft: Draft) -> None:
    """Remember the draft until the next turn, in place of whatever reports waited."""
    turn.memory.pop(PACK, None)
    turn.memory[DRAFT] = as_json(draft)


def settle_draft(turn: Turn, draft: Draft, outcome: str) -> None:
    """Forget the draft and remember how its card ended ("written" or "cancelled"), for a second press."""
    turn.memory.pop(DRAFT, None)
    turn.memory[SETTLED] = [draft.card, outcome]


def drop_draft(turn: Turn) -> None:
    """Forget the draft."""
    turn.memory.pop(DRAFT, None)


def outcome_of(turn: Turn, card: int) -> str:
    """How the card with this number ended, or empty when that is no longer known."""
    settled = turn.memory.get(SETTLED)
    return str(settled[1]) if settled and settled[0] == card else ""


def last_card(turn: Turn) -> int:
    """The number of the card shown last in this chat; 0 before the first."""
    return int(turn.memory.get(CARDS, 0))


def next_card(turn: Turn) -> int:
    """A number for a new card, higher than that of any card shown in this chat before."""
    turn.memory[CARDS] = last_card(turn) + 1
    return last_card(turn)


def as_json(draft: Draft) -> dict[str, Any]:
    """The draft as it is remembered."""
    values = draft.values
    return {
        "person": draft.person_id,
        "opened": draft.opened.isoformat(),
        "said": draft.said,
        "values": values.as_json() | {"words": values.words, "product": values.product, "more": values.wants_extension},
        "asking": str(draft.asking),
        "asked": draft.asked,
        "card": draft.card,
        "task": draft.task_id,
        "name": draft.name,
        "seen": list(draft.seen),
        "supersedes": draft.supersedes_id,
        "unit": draft.unit_id,
        "files": list(draft.files),
        "album": draft.album,
    }


def from_json(kept: dict[str, Any]) -> Draft:
    """The draft that was remembered; one remembered by an older version has nothing where that knew nothing."""
    values = kept["values"]
    status, percent, report_id = kept["seen"]
    return Draft(
        person_id=kept["person"],
        opened=datetime.fromisoformat(kept["opened"]),
        said=kept["said"],
        values=Understood(
            intent=values["intent"],
            task=values["task"],
            percent=values["percent"],
            status=None if values["status"] is None else TaskStatus(values["status"]),
            obstacle=values["obstacle"],
            expected=None if values["expected"] is None else date.fromisoformat(values["expected"]),
            words=values.get("words"),
            product=values.get("product"),
            wants_extension=values.get("more", False),
        ),
        asking=Asking(kept["asking"]),
        asked=kept["asked"],
        card=kept["card"],
        task_id=kept["task"],
        name=kept["name"],
        seen=(status, percent, report_id),
        supersedes_id=kept["supersedes"],
        unit_id=kept.get("unit"),
        files=tuple(kept.get("files", ())),
        album=kept.get("album", ""),
    )


def says_something(said: Understood) -> bool:
    """True when a sentence holds any part of a report beside the task's number."""
    return any(part is not None for part in (said.percent, said.status, said.obstacle, said.expected))


def merged(before: Understood, now: Understood) -> Understood:
    """What is meant after a second sentence: its parts replace those of the first, the others stay.

    Figure and status go together, so that a new figure never stands beside the status of the old one.
    """
    percent, status = before.percent, before.status
    if now.percent is not None or now.status is not None:
        still_blocked = before.status is TaskStatus.BLOCKED and now.obstacle is None and (now.percent or 0) < 100
        percent, status = now.percent, now.status or (TaskStatus.BLOCKED if still_blocked else None)
    over = status is TaskStatus.DONE
    return Understood(
        intent="report",
        task=now.task or before.task,
        percent=percent,
        status=status,
        obstacle=now.obstacle if now.obstacle is not None or over else before.obstacle,
        expected=now.expected if now.expected is not None or over else before.expected,
        words=now.words or before.words,
        product=now.product or before.product,
        wants_extension=now.wants_extension or before.wants_extension,
    )


def completed(said: Understood, task: Task) -> Understood:
    """The report with the status its figure implies and the figure its status implies."""
    status, percent = said.status, said.percent
    if status is TaskStatus.DONE and percent is not None and percent < 100:
        status = TaskStatus.IN_PROGRESS
    if status is None and percent is not None:
        unmoved = percent == 0 and task.status is TaskStatus.NOT_STARTED
        status = TaskStatus.DONE if percent >= 100 else TaskStatus.NOT_STARTED if unmoved else TaskStatus.IN_PROGRESS
    # A difficulty that comes with nothing but the wish for more time is its reason, and no report.
    if status is None and said.obstacle and not said.wants_extension:
        status = TaskStatus.BLOCKED
    if status is TaskStatus.DONE:
        percent = 100.0
    return replace(said, intent="report", task=task.number, status=status, percent=percent)


def as_seen_by(task: Task, unit_id: int | None) -> Task:
    """The task as it stands for this unit: of a group task its own share, else the task."""
    share = share_of(task, unit_id)
    if share is None:
        return task
    return replace(
        task,
        status=share.status,
        percent=share.percent,
        expected=share.expected,
        reported_on=share.reported_on,
    )


def state_seen(
    task: Task, reports: Sequence[ProgressReport], unit_id: int | None = None
) -> tuple[str, float | None, int]:
    """The task's state as a card shows it; another one at the time of confirming means somebody was faster.

    Of a group task only the unit's own share and reports matter: what another unit says is no news to this card.
    """
    own = as_seen_by(task, unit_id)
    return (str(own.status), own.percent, max((r.id for r in of_unit(reports, task, unit_id)), default=0))


def of_unit(reports: Sequence[ProgressReport], task: Task, unit_id: int | None) -> list[ProgressReport]:
    """The reports on the unit's share of a group task; of any other task all."""
    return [r for r in reports if not task.shares or r.unit_id == unit_id]


def new_draft(turn: Turn, person: Person, said: str, values: Understood) -> Draft:
    """A draft for this person, opened now, with the photos that came with it or waited for it."""
    files, album = take_loose_files(turn)
    return Draft(person_id=person.id, opened=turn.now, said=said[:SAID_LIMIT], values=values, files=files, album=album)


def with_sentence(draft: Draft, sentence: str, values: Understood) -> Draft:
    """The draft after another sentence: its parts merged, all that was said kept in order."""
    said = " / ".join(part for part in (draft.said, sentence) if part)
    return replace(draft, said=said[:SAID_LIMIT], values=merged(draft.values, values))


def keep_loose_files(turn: Turn, ids: Sequence[int], album: str) -> None:
    """Remember photos that belong to no report yet."""
    known, _ = loose_files(turn)
    turn.memory[LOOSE] = {"ids": [*known, *ids], "album": album, "at": turn.now.isoformat()}


def loose_files(turn: Turn) -> tuple[tuple[int, ...], str]:
    """The photos that belong to no report yet, and the album of the last of them."""
    kept = turn.memory.get(LOOSE)
    if not kept or turn.now - datetime.fromisoformat(kept["at"]) > FILES_WAIT:
        return (), ""
    return tuple(kept["ids"]), str(kept["album"])


def take_loose_files(turn: Turn) -> tuple[tuple[int, ...], str]:
    """The photos that belong to no report yet, which from now on belong to whoever takes them."""
    found = loose_files(turn)
    turn.memory.pop(LOOSE, None)
    return found


def with_loose_files(turn: Turn, draft: Draft) -> Draft:
    """The draft with the photos that waited for a report."""
    ids, album = take_loose_files(turn)
    return replace(draft, files=tuple(dict.fromkeys((*draft.files, *ids))), album=album or draft.album)
