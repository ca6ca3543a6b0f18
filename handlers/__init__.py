"""What the bot answers, one module per errand; this file is the list of errands in the order they are tried."""

import re
from collections.abc import Awaitable, Callable
from dataclasses import replace

import texts
from domain.messages import Incoming, Kind, Reply
from handlers import (
    ask,
    change_task,
    confirm,
    correct,
    explain,
    greet,
    join,
    my_tasks,
    overview,
    report,
    review,
    show_source,
    show_task,
)
from handlers.draft import open_draft, remind_of_draft
from handlers.memory import remember_buttons, typed_choice
from handlers.turn import Turn

Matcher = Callable[[Turn], bool]
Errand = Callable[[Turn], Awaitable[list[Reply]]]

ERRANDS: tuple[tuple[Matcher, Errand], ...] = (
    # Messages that carry nothing to act on.
    (explain.has_left, explain.keep_silent),
    (greet.has_arrived, greet.greet),
    (explain.is_unusable, explain.explain_kind),
    (explain.is_empty, explain.explain_empty),
    (explain.is_too_long, explain.explain_length),
    # Getting to know each other.
    (greet.greets, greet.greet),
    (greet.wants_help, greet.show_help),
    (join.wants_to_join, join.join),
    # Looking things up.
    (show_source.wants_a_source, show_source.show_source),
    (my_tasks.wants_own_tasks, my_tasks.list_own_tasks),
    (overview.wants_overview, overview.show_overview),
    (ask.chooses_an_option, ask.answer_option),
    # Reviewing what was drafted from papers: before the reports, whose words for yes and no are the same.
    (review.wants_review, review.begin_review),
    (change_task.wants_to_edit, change_task.begin_edit),
    (review.presses_a_card, review.settle_card),
    (review.answers_a_card, review.take_edit),
    # Reporting progress: the card that waits first, then what was asked for it, then a new report.
    (confirm.settles_a_card, confirm.settle_card),
    (correct.wants_to_correct, correct.correct),
    (report.answers_what_was_asked, report.take_answer),
    (show_task.wants_one_task, show_task.show_task),
    (report.reports_progress, report.take_report),
    # Courtesies, and what nobody offers.
    (greet.says_thanks, greet.take_thanks),
    (greet.says_goodbye, greet.say_goodbye),
    (explain.is_unknown_command, explain.explain_command),
    (explain.is_old_button, explain.explain_button),
    # Always the last: everything else is a question.
    (lambda turn: True, ask.answer),
)


async def respond(turn: Turn) -> list[Reply]:
    """The replies to one message: never none, unless nobody is there to read them.

    A number or a label typed in answer to the last reply counts as pressing its button, in every channel.
    """
    turn.incoming = _as_meant(turn)
    waiting = open_draft(turn)
    replies = await _errand_for(turn)(turn)
    if turn.incoming.kind is Kind.LEFT:
        return []
    if not any(r.text.strip() or r.files or r.pictures for r in replies):
        replies = [Reply(texts.say("errors.unreadable"))]
    if waiting is not None and open_draft(turn) == waiting:
        replies = remind_of_draft(turn, waiting, replies)
    remember_buttons(turn, replies)
    return replies


def _errand_for(turn: Turn) -> Errand:
    return next(errand for matches, errand in ERRANDS if matches(turn))


def _as_meant(turn: Turn) -> Incoming:
    """The message with a typed choice made a pressed button, and a command without the bot's name behind it."""
    incoming = turn.incoming
    if incoming.kind is not Kind.TEXT:
        return incoming
    picked = None if report.names_task_by_number(turn) else typed_choice(turn)
    if picked is not None:
        return replace(incoming, kind=Kind.ACTION, action=picked)
    return replace(incoming, text=re.sub(r"^\s*(/\w+)@\w+", r"\1", incoming.text))
