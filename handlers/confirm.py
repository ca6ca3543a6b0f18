"""Settles a report's card: writes it once, opens it for correction, or throws it away."""

import re
from dataclasses import replace

import texts
from domain.messages import Button, Kind, Reply
from domain.people import Person
from domain.rights import may_report, may_see
from domain.tasks import Task
from domain.vietnamese import fold
from handlers.draft import (
    Asking,
    Draft,
    drop_draft,
    keep_draft,
    last_card,
    open_draft,
    outcome_of,
    settle_draft,
    show_card,
    state_seen,
)
from handlers.memory import BUTTONS
from handlers.private import staff_alone
from handlers.turn import Turn
from handlers.wording import lead_words, moment_words, number_in, state_words, tasks_button

_CLOSING = r"( a| nhe| giup (toi|em))?[ .!]*"
_WORDS = {
    "yes": re.compile(rf"(toi )?(xac nhan|dong y|dung roi|ghi di|ghi nhan|chinh xac){_CLOSING}"),
    "edit": re.compile(rf"(toi muon )?(sua|sua lai|chinh lai|chua dung|sai roi|sua bao cao){_CLOSING}"),
    "no": re.compile(rf"(toi muon )?(huy|huy bo|huy bao cao|bo di|khong ghi( nua)?){_CLOSING}"),
}
# Words that also close a talk: they decide only while the card itself is the last thing shown.
_SHORT = {
    "yes": re.compile(r"(ok|oke|okay|vang|da|u|uh|co|dung|duoc|yes|y|chuan)( a| em| ban)?[ .!]*"),
    "no": re.compile(r"(khong|thoi|no|ko|k)( a| em| ban)?[ .!]*"),
    "edit": re.compile(r"(sai)( a| em| ban)?[ .!]*"),
}


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
        return next((d for d in ("yes", "no") if _WORDS[d].fullmatch(typed)), "") if turn.role.is_staff else ""
    if draft.asking is not Asking.DECISION and draft.card == 0:
        return "no" if _WORDS["no"].fullmatch(typed) else ""
    patterns = [_WORDS, _SHORT] if _card_is_last(turn) else [_WORDS]
    return next((d for words in patterns for d, pattern in words.items() if pattern.fullmatch(typed)), "")


def _card_is_last(turn: Turn) -> bool:
    offered = turn.memory.get(BUTTONS, ())
    return bool(offered) and str(offered[0][1]).startswith("report:yes:")


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
    """Write the report once, after looking again at rights and state: both may have changed since the card."""
    records = await turn.records()
    author = await records.people.get(person.id)
    task = await records.register.task(draft.task_id) if draft.task_id is not None else None
    if author is None or task is None or not task.confirmed or not may_see(author, task):
        drop_draft(turn)
        return [Reply(texts.say("task.gone"), (tasks_button(),))]
    if not may_report(author, task):
        drop_draft(turn)
        refusal = texts.say("report.not_yours", number=task.number, lead=lead_words(task))
        return [Reply(refusal, (tasks_button(),))]
    reports = await records.register.reports(task.id)
    if state_seen(task, reports) != draft.seen:
        if draft.supersedes_id is not None and reports and reports[0].id != draft.seen[2]:
            drop_draft(turn)
            newer = texts.say("report.newer_report", person=reports[0].person_name, number=task.number)
            return [Reply(newer, (tasks_button(),))]
        again = show_card(turn, draft, task, reports)
        changed = texts.say("report.changed", state=state_words(task.status, task.percent))
        return [again.with_text(f"{changed}\n\n{again.text}")]
    report = await records.register.add_report(
        task, author, draft.values, draft.said, turn.now, supersedes_id=draft.supersedes_id
    )
    await records.audit.note(
        author.office_id,
        author.id,
        "report.added" if draft.supersedes_id is None else "report.corrected",
        f"task:{task.id}",
        turn.now,
        {"report": report.id, "supersedes": draft.supersedes_id, **draft.values.as_json()},
    )
    settle_draft(turn, draft, "written")
    return [_thanks(turn, author, draft, task)]


def _thanks(turn: Turn, author: Person, draft: Draft, task: Task) -> Reply:
    said = draft.values
    state = state_words(said.status or task.status, said.percent)
    at = moment_words(turn.now)
    if draft.supersedes_id is None:
        text = texts.say("report.written", at=at, name=draft.name, state=state, person=author.name)
    else:
        text = texts.say("report.written_correction", at=at, name=draft.name, state=state)
    text += "\n" + texts.say("report.how_to_correct")
    return Reply(text, (Button(texts.say("report.button.open"), f"task:{task.id}"), tasks_button()))
