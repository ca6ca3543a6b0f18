"""A report being put together: remembered between turns, shown as a card, written nowhere until it is confirmed."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from enum import StrEnum
from typing import Any

import texts
from domain.clock import day_text
from domain.messages import Button, Reply
from domain.people import Person
from domain.progress import ProgressReport, Understood
from domain.tasks import Task, TaskStatus
from handlers.turn import Turn
from handlers.wording import percent_words, status_words, task_name

DRAFT = "draft"
CARDS = "cards"
SETTLED = "settled"
WAITS = timedelta(hours=24)
"""A card older than this is forgotten: figures of yesterday are not confirmed by a button pressed today."""
SAID_LIMIT = 2000
NOTHING_SAID = Understood("report")


class Asking(StrEnum):
    """What the person is expected to say next."""

    DECISION = "decision"
    TASK = "task"
    FIGURE = "figure"
    CORRECTION = "correction"


@dataclass(frozen=True, slots=True)
class Draft:
    """What is known of the report so far. `card` numbers the card last shown, so that an older one cannot be pressed.

    `seen` is the task's state when the card was shown: its status, figure and newest report.
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

    @property
    def is_complete(self) -> bool:
        """True when there is enough to write: a figure, a status or a difficulty."""
        said = self.values
        return said.percent is not None or said.status is not None or bool(said.obstacle)


def open_draft(turn: Turn) -> Draft | None:
    """The speaker's own draft that still waits in this chat, or None."""
    kept = turn.memory.get(DRAFT)
    if not kept or turn.person is None or kept["person"] != turn.person.id:
        return None
    draft = _from_json(kept)
    return draft if turn.now - draft.opened <= WAITS else None


def keep_draft(turn: Turn, draft: Draft) -> None:
    """Remember the draft until the next turn."""
    turn.memory[DRAFT] = _as_json(draft)


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


def _as_json(draft: Draft) -> dict[str, Any]:
    return {
        "person": draft.person_id,
        "opened": draft.opened.isoformat(),
        "said": draft.said,
        "values": draft.values.as_json(),
        "asking": str(draft.asking),
        "asked": draft.asked,
        "card": draft.card,
        "task": draft.task_id,
        "name": draft.name,
        "seen": list(draft.seen),
        "supersedes": draft.supersedes_id,
    }


def _from_json(kept: dict[str, Any]) -> Draft:
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
        ),
        asking=Asking(kept["asking"]),
        asked=kept["asked"],
        card=kept["card"],
        task_id=kept["task"],
        name=kept["name"],
        seen=(status, percent, report_id),
        supersedes_id=kept["supersedes"],
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
    )


def completed(said: Understood, task: Task) -> Understood:
    """The report with the status its figure implies and the figure its status implies."""
    status, percent = said.status, said.percent
    if status is TaskStatus.DONE and percent is not None and percent < 100:
        status = TaskStatus.IN_PROGRESS
    if status is None and percent is not None:
        unmoved = percent == 0 and task.status is TaskStatus.NOT_STARTED
        status = TaskStatus.DONE if percent >= 100 else TaskStatus.NOT_STARTED if unmoved else TaskStatus.IN_PROGRESS
    if status is None and said.obstacle:
        status = TaskStatus.BLOCKED
    if status is TaskStatus.DONE:
        percent = 100.0
    return replace(said, intent="report", task=task.number, status=status, percent=percent)


def state_seen(task: Task, reports: Sequence[ProgressReport]) -> tuple[str, float | None, int]:
    """The task's state as a card shows it; another one at the time of confirming means somebody was faster."""
    return (str(task.status), task.percent, max((r.id for r in reports), default=0))


def show_card(
    turn: Turn, draft: Draft, task: Task, reports: Sequence[ProgressReport], among: Sequence[Task] = ()
) -> Reply:
    """Put the report before the person for a decision, under a new card number, and keep it."""
    card = last_card(turn) + 1
    turn.memory[CARDS] = card
    shown = replace(
        draft,
        card=card,
        asking=Asking.DECISION,
        asked=0,
        task_id=task.id,
        name=task_name(task, among),
        values=completed(draft.values, task),
        seen=state_seen(task, reports),
    )
    keep_draft(turn, shown)
    return Reply(_card_words(shown, task, turn.today), card_buttons(shown))


def card_buttons(draft: Draft) -> tuple[Button, ...]:
    """Confirm, correct or cancel this very card."""
    return (
        Button(texts.say("report.button.yes"), f"report:yes:{draft.card}"),
        Button(texts.say("report.button.edit"), f"report:edit:{draft.card}"),
        Button(texts.say("report.button.no"), f"report:no:{draft.card}"),
    )


def _card_words(draft: Draft, task: Task, today: date) -> str:
    said = draft.values
    is_correction = draft.supersedes_id is not None
    lines = [
        texts.say("report.card.ask_correction" if is_correction else "report.card.ask"),
        "",
        texts.say("report.card.task", name=draft.name, title=task.title),
    ]
    if task.document_number and task.document_number not in draft.name:
        lines.append(texts.say("report.card.document", document=task.document_number))
    lines += [*_figure_words(said, task), *_other_words(said)]
    lines += _warnings(said, task, today, is_correction)
    lines += ["", texts.say("report.card.unwritten")]
    return "\n".join(lines)


def _figure_words(said: Understood, task: Task) -> list[str]:
    if said.percent is None:
        return []
    percent = percent_words(said.percent)
    if task.percent is None or task.percent == said.percent:
        return [texts.say("report.card.percent", percent=percent)]
    return [texts.say("report.card.percent_before", percent=percent, before=percent_words(task.percent))]


def _other_words(said: Understood) -> list[str]:
    lines = []
    if said.status is not None:
        lines.append(texts.say("report.card.status", status=status_words(said.status)))
    if said.obstacle:
        lines.append(texts.say("report.card.obstacle", obstacle=said.obstacle))
    if said.expected is not None:
        lines.append(texts.say("report.card.expected", day=day_text(said.expected)))
    return lines


def _warnings(said: Understood, task: Task, today: date, is_correction: bool) -> list[str]:
    lines = []
    is_lower = said.percent is not None and task.percent is not None and said.percent < task.percent
    if is_lower and not is_correction and task.percent is not None:
        lines.append(texts.say("report.card.lower", before=percent_words(task.percent)))
    if said.expected is not None and said.status is not TaskStatus.DONE:
        due = task.deadline.due
        if said.expected < today:
            lines.append(texts.say("report.card.expected_past"))
        elif due is not None and said.expected > due:
            lines.append(texts.say("report.card.expected_late", day=day_text(due)))
    return lines


def remind_of_draft(turn: Turn, draft: Draft, replies: Sequence[Reply]) -> list[Reply]:
    """The replies with a word that a report is still waiting, so that a side question does not bury it."""
    if not replies:
        return []
    if draft.asking is Asking.DECISION:
        reminder, buttons = texts.say("report.still_waiting", name=draft.name), card_buttons(draft)
    elif draft.name:
        reminder, buttons = texts.say("report.still_asking", name=draft.name), ()
    else:
        reminder, buttons = texts.say("report.still_choosing"), ()
    *before, last = replies
    return [*before, replace(last, text=f"{last.text}\n\n{reminder}", buttons=(*last.buttons, *buttons))]


def new_draft(turn: Turn, person: Person, said: str, values: Understood) -> Draft:
    """An empty draft for this person, opened now."""
    return Draft(person_id=person.id, opened=turn.now, said=said[:SAID_LIMIT], values=values)


def with_sentence(draft: Draft, sentence: str, values: Understood) -> Draft:
    """The draft after another sentence: its parts merged, all that was said kept in order."""
    said = " / ".join(part for part in (draft.said, sentence) if part)
    return replace(draft, said=said[:SAID_LIMIT], values=merged(draft.values, values))
