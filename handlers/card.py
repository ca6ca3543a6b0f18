"""The card that shows what would be written, points out what looks odd, and leaves the decision to the person."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date

import texts
from domain.clock import day_text
from domain.deadlines import DeadlineKind
from domain.messages import Button, Reply
from domain.progress import ProgressReport, Understood
from domain.shares import share_of
from domain.tasks import Task, TaskStatus
from domain.vietnamese import fold
from handlers.draft import Asking, Draft, as_seen_by, completed, keep_draft, next_card, state_seen
from handlers.turn import Turn
from handlers.wording import percent_words, state_words, status_words, task_name

LEAP_FROM = 50
"""Who stood below this and says all is done is asked what came of it."""


def show_card(
    turn: Turn, draft: Draft, task: Task, reports: Sequence[ProgressReport], among: Sequence[Task] = ()
) -> Reply:
    """Put the report before the person for a decision, under a new card number, and keep it."""
    shown = replace(ready(draft, task, reports, among), card=next_card(turn))
    keep_draft(turn, shown)
    return Reply(_card_words(shown, task, turn.today), card_buttons(shown))


def ready(draft: Draft, task: Task, reports: Sequence[ProgressReport], among: Sequence[Task] = ()) -> Draft:
    """The draft as it would be written now: its status and figure completed, the task's state noted."""
    return replace(
        draft,
        asking=Asking.DECISION,
        asked=0,
        task_id=task.id,
        name=task_name(task, among),
        values=completed(draft.values, as_seen_by(task, draft.unit_id)),
        seen=state_seen(task, reports, draft.unit_id),
    )


def card_buttons(draft: Draft) -> tuple[Button, ...]:
    """Confirm, correct or cancel this very card."""
    return (
        Button(texts.say("report.button.yes"), f"report:yes:{draft.card}"),
        Button(texts.say("report.button.edit"), f"report:edit:{draft.card}"),
        Button(texts.say("report.button.no"), f"report:no:{draft.card}"),
    )


def _card_words(draft: Draft, task: Task, today: date) -> str:
    is_correction = draft.supersedes_id is not None
    lines = [
        texts.say("report.card.ask_correction" if is_correction else "report.card.ask"),
        "",
        texts.say("report.card.task", name=draft.name, title=task.title),
    ]
    if task.document_number and task.document_number not in draft.name:
        lines.append(texts.say("report.card.document", document=task.document_number))
    lines += [*what_is_said(draft, task), *warnings(draft, task, today)]
    lines += ["", texts.say("report.card.unwritten")]
    return "\n".join(lines)


def what_is_said(draft: Draft, task: Task) -> list[str]:
    """The parts of the report, a line each."""
    said, own, lines = draft.values, as_seen_by(task, draft.unit_id), []
    share = share_of(task, draft.unit_id)
    if share is not None:
        lines.append(texts.say("report.card.share", unit=share.unit_name))
    if said.percent is not None:
        lines.append(_figure_words(said.percent, own.percent))
    if said.status is not None:
        lines.append(texts.say("report.card.status", status=status_words(said.status)))
    if said.product:
        lines.append(texts.say("report.card.product", product=said.product))
    if said.obstacle:
        lines.append(texts.say("report.card.obstacle", obstacle=said.obstacle))
    if said.wants_extension:
        lines.append(_more_time_words(said.expected))
    elif said.expected is not None:
        lines.append(texts.say("report.card.expected", day=day_text(said.expected)))
    if draft.files:
        lines.append(texts.say("report.card.files", count=len(draft.files)))
    return lines


def _more_time_words(wanted: date | None) -> str:
    if wanted is None:
        return texts.say("report.card.more_time")
    return texts.say("report.card.more_time_until", day=day_text(wanted))


def _figure_words(percent: float, before: float | None) -> str:
    if before is None or before == percent:
        return texts.say("report.card.percent", percent=percent_words(percent))
    return texts.say("report.card.percent_before", percent=percent_words(percent), before=percent_words(before))


def warnings(draft: Draft, task: Task, today: date) -> list[str]:
    """What looks odd about the report, a line each; it never keeps anybody from confirming."""
    said, own = draft.values, as_seen_by(task, draft.unit_id)
    if draft.supersedes_id is not None:
        return _about_the_day(said, task, today)
    return [*_about_the_figure(said, own), *_about_the_end(draft, own), *_about_the_day(said, task, today)]


def _about_the_figure(said: Understood, own: Task) -> list[str]:
    if own.status.is_over:
        return [texts.say("report.card.over", state=state_words(own.status, own.percent))]
    if said.percent is None or own.percent is None:
        return []
    if said.percent < own.percent:
        return [texts.say("report.card.lower", before=percent_words(own.percent))]
    if said.percent == own.percent and not said.obstacle and said.status is own.status:
        return [texts.say("report.card.unchanged")]
    return []


def _about_the_end(draft: Draft, own: Task) -> list[str]:
    said = draft.values
    # A recurring task ends a round at every report; what it once stood at says nothing of the next.
    if said.status is not TaskStatus.DONE or own.status.is_over or own.deadline.kind is DeadlineKind.RECURRING:
        return []
    if draft.files or said.product or (own.product and fold(own.product) in fold(draft.said)):
        return []
    if own.product:
        return [texts.say("report.card.no_product", product=own.product)]
    if own.percent is not None and own.percent < LEAP_FROM:
        return [texts.say("report.card.leap", before=percent_words(own.percent))]
    return []


def _about_the_day(said: Understood, task: Task, today: date) -> list[str]:
    if said.expected is None or said.status is TaskStatus.DONE or said.wants_extension:
        return []
    due = task.deadline.due
    if said.expected < today:
        return [texts.say("report.card.expected_past")]
    if due is not None and said.expected > due:
        return [texts.say("report.card.expected_late", day=day_text(due))]
    return []


def draft_reminder(draft: Draft) -> tuple[str, tuple[Button, ...]]:
    """A word that a report is still waiting, and its buttons, for a side question not to bury it."""
    if draft.asking is Asking.DECISION:
        return texts.say("report.still_waiting", name=draft.name), card_buttons(draft)
    if draft.name:
        return texts.say("report.still_asking", name=draft.name), ()
    return texts.say("report.still_choosing"), ()
