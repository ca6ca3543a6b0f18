"""What waits in a talk for the person's answer, and whose a typed answer is: the one rule of precedence.

A pressed button is always its own errand's. A typed answer goes to the matter shown last; the others are set aside,
stay open under their buttons, and are named again below the reply. A clear new errand is no answer to what was asked.
"""

from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from typing import Any

import texts
from domain.messages import Button, Kind, Reply
from domain.progress import understand_all
from handlers import (
    announce,
    answer_feedback,
    approve,
    ask_to_report,
    assign,
    block_sender,
    change_task,
    extension,
    feedback,
    grant,
    greet,
    my_tasks,
    overview,
    periodic_report,
    report,
    review,
    schedules,
    staff,
    stand_in,
    switching,
)
from handlers.accounts import wants_to_leave
from handlers.card import draft_reminder
from handlers.deed import any_open_deed, deed_reminder, wants_free_words
from handlers.draft import DRAFT, PACK, Asking, open_draft
from handlers.feedback_draft import FEEDBACK, Wanted, feedback_reminder, open_feedback
from handlers.memory import foremost, put_in_order
from handlers.more_time import EXTENSION, open_wish, wish_reminder
from handlers.pack import open_pack, pack_reminder
from handlers.periodic_report_words import WAITING as PERIODIC
from handlers.periodic_report_words import asks_words as asks_for_periodic
from handlers.periodic_report_words import waiting_words, words_reminder
from handlers.review_queue import Asking as ReviewAsking
from handlers.review_queue import open_review
from handlers.target_draft import open_target_draft, target_reminder
from handlers.turn import Turn

Words = tuple[str, tuple[Button, ...]]
Errand = Callable[[Turn], Awaitable[list[Reply] | None]]


@dataclass(frozen=True, slots=True)
class Matter:
    """One kind of thing that waits. `keys` is where it is remembered; `asks` tells when words are expected.

    `takes` and `errand` are what has those words. What is `free` may say anything, also a question, because a card
    shows it before it goes out. `stays` is kept before the reports' errands, which merge what is said with it. A
    `quiet` one is named again only beside others.
    """

    name: str
    keys: tuple[str, ...]
    is_open: Callable[[Turn], bool]
    reminder: Callable[[Turn], Words]
    asks: Callable[[Turn], bool]
    takes: Callable[[Turn], bool]
    errand: Errand
    free: Callable[[Turn], bool] = lambda turn: False
    stays: bool = False
    quiet: bool = False

    def kept(self, turn: Turn) -> list[Any]:
        """What is remembered of it now."""
        return [turn.memory.get(key) for key in self.keys]


def _report_reminder(turn: Turn) -> Words:
    pack, draft = open_pack(turn), open_draft(turn)
    return pack_reminder(pack) if pack is not None else draft_reminder(draft) if draft is not None else ("", ())


def _report_asks(turn: Turn) -> bool:
    pack, draft = open_pack(turn), open_draft(turn)
    if pack is not None:
        return pack.asked_line is not None or pack.choosing
    return draft is not None and draft.asking is not Asking.DECISION


def _target_asks(turn: Turn) -> bool:
    draft = open_target_draft(turn)
    return draft is not None and not draft.is_card


def _wish_asks(turn: Turn) -> bool:
    wish = open_wish(turn)
    return wish is not None and wish.asking != "decision"


def _review_asks(turn: Turn) -> bool:
    review_now = open_review(turn)
    return review_now is not None and review_now.asking in (ReviewAsking.EDIT, ReviewAsking.PARTS)


def _review_reminder(turn: Turn) -> Words:
    review_now = open_review(turn)
    if review_now is None:
        return "", ()
    show = Button(texts.say("review.button.show"), f"review:show:{review_now.card}")
    return texts.say("waiting.review"), (show,)


def _review_is_open(turn: Turn) -> bool:
    review_now = open_review(turn)
    return review_now is not None and bool(review_now.key)


def _deed_asks(turn: Turn) -> bool:
    deed = any_open_deed(turn)
    return deed is not None and bool(deed.slot)


_DEEDS = (
    (assign.wants_to_assign, assign.assign),
    (stand_in.wants_stand_in, stand_in.stand_in),
    (staff.wants_code, staff.issue_code),
    (schedules.sets_schedules, schedules.set_schedules),
    (ask_to_report.wants_reports, ask_to_report.ask_to_report),
    (announce.wants_to_announce, announce.announce),
    (switching.wants_to_switch, switching.switch),
    (block_sender.wants_to_block, block_sender.block_sender),
)


async def _carry_on_deed(turn: Turn) -> list[Reply] | None:
    for matches, errand in _DEEDS:
        if matches(turn):
            return await errand(turn)
    return None


def _feedback_asks(turn: Turn) -> bool:
    draft = open_feedback(turn)
    return draft is not None and draft.wanted is not Wanted.DECISION


def _describes(turn: Turn) -> bool:
    draft = open_feedback(turn)
    return draft is not None and draft.wanted is not Wanted.PLACE


MATTERS = (
    Matter(
        "report",
        (DRAFT, PACK),
        lambda turn: open_draft(turn) is not None or open_pack(turn) is not None,
        _report_reminder,
        _report_asks,
        report.answers_what_was_asked,
        report.take_answer,
        stays=True,
    ),
    Matter(
        "target",
        ("target_draft",),
        lambda turn: open_target_draft(turn) is not None,
        target_reminder,
        _target_asks,
        lambda turn: False,
        report.take_answer,
    ),
    Matter(
        "wish",
        (EXTENSION,),
        lambda turn: open_wish(turn) is not None,
        wish_reminder,
        _wish_asks,
        extension.settles_extension,
        extension.settle_extension,
    ),
    Matter(
        "returning",
        (approve.RETURNING,),
        lambda turn: approve.returning(turn) is not None,
        approve.returning_reminder,
        approve.asks_remark,
        approve.decides_on_report,
        approve.decide_on_report,
        free=lambda turn: True,
    ),
    Matter(
        "granting",
        (grant.GRANTING,),
        lambda turn: grant.granting(turn) is not None,
        grant.granting_reminder,
        lambda turn: bool(grant.asked(turn)),
        grant.decides_on_extension,
        grant.decide_on_extension,
        free=lambda turn: grant.asked(turn) == "no",
    ),
    Matter(
        "review",
        ("review",),
        _review_is_open,
        _review_reminder,
        _review_asks,
        review.answers_a_card,
        review.take_edit,
        quiet=True,
    ),
    Matter(
        "deed",
        ("deed",),
        lambda turn: any_open_deed(turn) is not None,
        deed_reminder,
        _deed_asks,
        lambda turn: any(matches(turn) for matches, _ in _DEEDS) and not wants_to_leave(turn),
        _carry_on_deed,
        free=wants_free_words,
    ),
    Matter(
        "feedback",
        (FEEDBACK,),
        lambda turn: open_feedback(turn) is not None and not turn.incoming.in_group,
        feedback_reminder,
        _feedback_asks,
        lambda turn: feedback.answers_what_is_missing(turn) and not feedback.settles_feedback(turn),
        feedback.take_what_was_missing,
        free=_describes,
    ),
    Matter(
        "answer",
        (answer_feedback.ANSWER,),
        lambda turn: answer_feedback.open_answer(turn) is not None and not turn.incoming.in_group,
        answer_feedback.answer_reminder,
        answer_feedback.asks_words,
        answer_feedback.writes_an_answer,
        answer_feedback.write_answer,
        free=lambda turn: True,
    ),
    Matter(
        "periodic",
        (PERIODIC,),
        lambda turn: waiting_words(turn) is not None and not turn.incoming.in_group,
        words_reminder,
        asks_for_periodic,
        periodic_report.writes_for_periodic_report,
        periodic_report.take_words,
        free=lambda turn: (words := waiting_words(turn)) is not None and words.what != "number",
    ),
)

_CLEAR = (
    greet.wants_help,
    my_tasks.wants_own_tasks,
    overview.wants_overview,
    answer_feedback.lists_feedback,
    review.wants_review,
    approve.decides_on_report,
    grant.decides_on_extension,
    periodic_report.wants_periodic_report,
)
"""Errands that are named by set words: they are never taken for an answer."""


def open_matters(turn: Turn) -> list[Matter]:
    """What waits for the speaker in this chat, the one shown last first."""
    order = foremost(turn)
    found = [matter for matter in MATTERS if matter.is_open(turn)]
    return sorted(found, key=lambda m: order.index(m.name) if m.name in order else len(order))


def is_set_aside(turn: Turn) -> bool:
    """True when a report waits that is not what a typed answer is for."""
    found = open_matters(turn)
    return turn.incoming.kind is Kind.TEXT and any(m.name == "report" for m in found[1:])


async def answer_to_question(turn: Turn) -> list[Reply] | None:
    """What the errand says that asked for these words; None when it asked for none or they are not meant for it."""
    found = open_matters(turn)
    if turn.incoming.kind is not Kind.TEXT or not found or not found[0].asks(turn) or found[0].stays:
        return None
    asked = found[0]
    # The card of a deed shows the very words that would be sent; nothing else may stand behind them.
    is_free = asked.free(turn) and asked.name != "deed"
    if not asked.takes(turn):
        return None
    replies = await asked.errand(turn)
    if replies and is_free and turn.text.rstrip().endswith("?") and not answer_feedback.asks_the_citizen(turn):
        replies[-1] = replies[-1].with_text(f"{replies[-1].text}\n\n{texts.say('waiting.was_a_question')}")
    return replies


@contextmanager
def only_the_last_shown(turn: Turn) -> Iterator[None]:
    """Typed words find only the matter shown last; a clear new errand finds none that asks for words."""
    if turn.incoming.kind is not Kind.TEXT or not (found := open_matters(turn)):
        yield
        return
    last, aside = found[0], found[1:]
    if last.asks(turn) and _is_clear_errand(turn, last):
        aside = [last, *aside]
    hidden = {key: turn.memory.pop(key) for m in aside if not m.stays for key in m.keys if key in turn.memory}
    try:
        yield
    finally:
        for key, kept in hidden.items():
            turn.memory.setdefault(key, kept)


def _is_clear_errand(turn: Turn, asked: Matter) -> bool:
    if turn.text.startswith("/") and not answer_feedback.is_cancel(turn):
        return True
    is_free = asked.free(turn)
    hidden = {key: turn.memory.pop(key) for key in asked.keys if key in turn.memory}
    try:
        if any(matches(turn) for matches in _CLEAR):
            return True
        if is_free:
            return False
        says_more = any(
            said.task is not None and (said.percent is not None or said.status is not None)
            for said in understand_all(turn.text, turn.today)
        )
        return (
            says_more
            or change_task.wants_to_edit(turn)
            or turn.text.rstrip().endswith("?")
            or report.is_question(turn.text)
            or bool(turn.feedback.numbers_to_call(turn.text))
        )
    finally:
        turn.memory.update(hidden)


def as_it_stands(turn: Turn) -> dict[str, list[Any]]:
    """What waits now, to be compared with what waits after the turn."""
    return {matter.name: matter.kept(turn) for matter in MATTERS if matter.is_open(turn)}


def with_reminders(turn: Turn, before: dict[str, list[Any]], replies: list[Reply]) -> list[Reply]:
    """The replies with a word about what still waits, and its buttons unless something is being asked."""
    unmoved = {m.name for m in MATTERS if m.is_open(turn) and before.get(m.name) == m.kept(turn)}
    moved = [m.name for m in MATTERS if m.is_open(turn) and m.name not in unmoved]
    pressed = [m.name for m in MATTERS if m.name in unmoved and m.quiet and turn.action.startswith(f"{m.name}:")]
    put_in_order(turn, [*moved, *pressed], [m.name for m in MATTERS if m.is_open(turn)])
    found = open_matters(turn)
    if not replies:
        return replies
    for matter in found:
        if matter.name not in unmoved or matter.name in pressed or (matter.quiet and len(found) == 1):
            continue
        words, buttons = matter.reminder(turn)
        *earlier, last = replies
        shown = () if found[0] is not matter and found[0].asks(turn) else buttons
        known = {button.action for reply in replies for button in reply.buttons}
        more = tuple(button for button in shown if button.action not in known)
        replies = [*earlier, replace(last, text=f"{last.text}\n\n{words}", buttons=(*last.buttons, *more))]
    return replies
