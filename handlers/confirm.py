"""Settles a report's card: writes it once, opens it for correction, or throws it away."""

import re
from dataclasses import replace

import texts
from domain.messages import Button, Kind, Reply
from domain.people import Person
from domain.vietnamese import fold
from handlers.card import show_card
from handlers.deciding import WORDS, card_is_last, decision_in
from handlers.draft import (
    Asking,
    Draft,
    as_seen_by,
    drop_draft,
    keep_draft,
    last_card,
    of_unit,
    open_draft,
    outcome_of,
    settle_draft,
)
from handlers.memory import forget_about
from handlers.more_time import ask_for_more_time
from handlers.private import staff_alone
from handlers.recent import remember_written
from handlers.turn import Turn
from handlers.wording import moment_words, number_in, state_words, tasks_button
from handlers.writing import Changed, Hindered, Written, look_again, write


def settles_a_card(turn: Turn) -> bool:
    """True for the card's buttons and for words that mean the same."""
    return _decision(turn) != ""


def _decision(turn: Turn) -> str:
    pressed = re.fullmatch(r"report:(yes|edit|no)(:\d+)?", turn.action)
    if pressed:
        return pressed[1]
    if turn.incoming.kind is not Kind.TEXT:
        return ""
    typed = fold(turn.text)
    draft = open_draft(turn)
    if draft is None:
        # "sua bao cao" without a card corrects the last report, which is another errand.
        return next((d for d in ("yes", "no") if WORDS[d].fullmatch(typed)), "") if turn.role.is_staff else ""
    if draft.asking is not Asking.DECISION and draft.card == 0:
        return "no" if WORDS["no"].fullmatch(typed) else ""
    return decision_in(typed, card_is_last=card_is_last(turn, "report:yes:"))


async def settle_card(turn: Turn) -> list[Reply]:
    """What the person decided, carried out; an old or foreign button writes nothing and says why."""
    person = staff_alone(turn, "report.not_staff")
    if not isinstance(person, Person):
        return person
    draft = open_draft(turn)
    card = number_in(turn.action) if turn.action else (draft.card if draft else last_card(turn))
    if draft is None or card != draft.card:
        return [_no_such_card(turn, card or 0)]
    decision = _decision(turn)
    if decision == "no":
        settle_draft(turn, draft, "cancelled")
        return [Reply(texts.say("report.cancelled"), (tasks_button(),))]
    if decision == "edit":
        keep_draft(turn, replace(draft, asking=Asking.CORRECTION, asked=1))
        return [Reply(texts.say("report.ask_correction", number=draft.values.task))]
    return await _write(turn, person, draft)


def _no_such_card(turn: Turn, card: int) -> Reply:
    outcome = outcome_of(turn, card)
    if outcome == "written":
        return Reply(texts.say("report.already_written"))
    if outcome == "cancelled":
        return Reply(texts.say("report.already_cancelled"))
    return Reply(texts.say("report.stale" if turn.action else "report.nothing_waiting"))


async def _write(turn: Turn, person: Person, draft: Draft) -> list[Reply]:
    """Write the report once, unless rights or state have changed since the card."""
    await (await turn.records()).register.hold([draft.task_id or 0])
    found = await look_again(turn, person, draft)
    if isinstance(found, Hindered):
        drop_draft(turn)
        return [found.reply]
    if isinstance(found, Changed):
        again = show_card(turn, draft, found.task, found.reports)
        return [again.with_text(f"{news_of(found, draft)}\n\n{again.text}")]
    written = await write(turn, found, draft)
    settle_draft(turn, draft, "written")
    forget_about(turn)
    remember_written(turn, [written], draft.album)
    replies = [_thanks(turn, found.author, draft, written)]
    if draft.values.wants_extension:
        replies += await ask_for_more_time(turn, found.author, written.task, draft)
    return replies


def news_of(changed: Changed, draft: Draft) -> str:
    """What happened to the task while its card waited, and by whom where somebody reported."""
    now = as_seen_by(changed.task, draft.unit_id)
    state = state_words(now.status, now.percent)
    newest = next(iter(of_unit(changed.reports, changed.task, draft.unit_id)), None)
    if newest is None or newest.id == draft.seen[2]:
        return texts.say("report.changed", state=state)
    return texts.say("report.changed_by", person=newest.person_name, at=moment_words(newest.at), state=state)


def _thanks(turn: Turn, author: Person, draft: Draft, written: Written) -> Reply:
    said, task = draft.values, written.task
    state = state_words(said.status or task.status, said.percent)
    at = moment_words(turn.now)
    if draft.supersedes_id is None:
        text = texts.say("report.written", at=at, name=draft.name, state=state, person=author.name)
    else:
        text = texts.say("report.written_correction", at=at, name=draft.name, state=state)
    if draft.files:
        text += "\n" + texts.say("report.written_files", count=len(draft.files))
    if written.note:
        text += "\n" + written.note
    text += "\n" + texts.say("report.how_to_correct")
    return Reply(text, (Button(texts.say("report.button.open"), f"task:{task.id}"), tasks_button()))
