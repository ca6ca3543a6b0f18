"""Takes a progress report in ordinary words, asks for what is missing, and shows the card to be confirmed."""

import re
from dataclasses import replace

import texts
from domain.messages import Kind, Reply
from domain.people import Person
from domain.progress import Understood, understand, understand_all
from domain.tasks import TaskStatus
from domain.vietnamese import fold
from handlers.card import show_card
from handlers.draft import (
    NOTHING_SAID,
    Asking,
    Draft,
    drop_draft,
    keep_draft,
    new_draft,
    open_draft,
    says_something,
    with_loose_files,
    with_sentence,
)
from handlers.memory import BUTTONS
from handlers.more_time import ask_for_more_time
from handlers.placing import ASKED_AT_MOST, Asked, GivenUp, give_up, offer, place
from handlers.private import staff_alone
from handlers.several_card import take_several
from handlers.turn import Turn
from handlers.which_task import Refused
from handlers.wording import TASK_NUMBER, TASK_WORD, number_in, same_number

_ASKED = re.compile(
    r"/baocao|((cho )?(toi|em|minh) )?(muon |xin |can )?(bao cao|cap nhat)( tien do)?"
    rf"( {TASK_WORD}\s*{TASK_NUMBER})?( a| voi| nhe)?[ .!]*"
)
_NUMBER = re.compile(rf"(({TASK_WORD}|so|cai)\s*)?{TASK_NUMBER}[ .]*")
_FIGURE = re.compile(r"(100|\d{1,2}(?:[.,]\d)?)")
_QUESTION = re.compile(
    r"\?\s*$|\b(la gi|gi vay|bao nhieu|khi nao|bao gio|the nao|o dau|tai sao|vi sao|nhu nao|don vi nao"
    r"|ai (la|chu tri|phu trach)|cho (toi|em|minh) hoi|do ai|may gio)\b"
)


def is_question(text: str) -> bool:
    """True when the words ask something, so that they are no answer to what we asked."""
    return _QUESTION.search(fold(text)) is not None


def reports_progress(turn: Turn) -> bool:
    """True for a sentence that reports, for "bao cao" alone, and for the buttons that begin a report."""
    if turn.action == "report" or re.fullmatch(r"report:(unit:)?\d+", turn.action):
        return True
    if turn.incoming.kind is not Kind.TEXT:
        return False
    if _ASKED.fullmatch(fold(turn.text)):
        return True
    return any(_is_meant_as_report(turn, said) for said in understand_all(turn.text, turn.today))


def _is_meant_as_report(turn: Turn, said: Understood) -> bool:
    """False for words that only sound like a report ("kinh te so den nam 2030") and are more likely a question.

    A task's number settles it. Without one, staff must give a figure or an ending; a citizen's sentence is a question.
    """
    if said.task is not None:
        return True
    if not turn.role.is_staff:
        return False
    if said.wants_extension or (open_draft(turn) is not None and said.obstacle):
        return True
    return said.percent is not None or said.status in (TaskStatus.BLOCKED, TaskStatus.NOT_STARTED, TaskStatus.CANCELLED)


def answers_what_was_asked(turn: Turn) -> bool:
    """True when a report waits for a task, a figure or a correction, and the message is no question of its own."""
    draft = open_draft(turn)
    if draft is None or draft.asking is Asking.DECISION or turn.incoming.kind is not Kind.TEXT:
        return False
    return not turn.text.startswith("/") and not is_question(turn.text)


def names_task_by_number(turn: Turn) -> bool:
    """True when we asked which task and a bare number came: it may be the task's own, not the button's."""
    draft = open_draft(turn)
    return draft is not None and draft.asking is Asking.TASK and turn.text.strip(" .").isdigit()


async def take_report(turn: Turn) -> list[Reply]:
    """The card for what was said, or the question for what is missing; nothing is written yet."""
    person = staff_alone(turn, "report.not_staff")
    if not isinstance(person, Person):
        return person
    open_now = open_draft(turn)
    if turn.action:
        return await _begin_by_button(turn, person, open_now)
    asked = _ASKED.fullmatch(fold(turn.text))
    if asked:
        return await _advance(turn, person, new_draft(turn, person, "", replace(NOTHING_SAID, task=asked["number"])))
    several = understand_all(turn.text, turn.today)
    if len(several) > 1:
        return _note_replacement(turn, open_now, await take_several(turn, person, several))
    said = several[0] if several else NOTHING_SAID
    if open_now is not None and _is_about(open_now, said):
        return await _advance(turn, person, with_sentence(open_now, turn.text, said))
    replies = await _advance(turn, person, new_draft(turn, person, turn.text, said))
    return _note_replacement(turn, open_now, replies)


async def take_answer(turn: Turn) -> list[Reply]:
    """The report carried on with what was asked for; after two answers we cannot read, an explanation."""
    person = staff_alone(turn, "report.not_staff")
    draft = open_draft(turn)
    if not isinstance(person, Person) or draft is None:
        return person if isinstance(person, list) else [Reply(texts.say("report.stale"))]
    if draft.asking is Asking.TASK:
        return await _take_task(turn, person, draft)
    if draft.asking is Asking.UNIT:
        return await _ask_again(turn, person, draft)
    said = _understand_in_context(turn, draft)
    if not says_something(said):
        return await _ask_again(turn, person, draft)
    if not _is_about(draft, said):
        replies = await _advance(turn, person, new_draft(turn, person, turn.text, said))
        return _note_replacement(turn, draft, replies)
    return await _advance(turn, person, with_sentence(draft, turn.text, said))


async def _begin_by_button(turn: Turn, person: Person, open_now: Draft | None) -> list[Reply]:
    task_id = number_in(turn.action) if turn.action != "report" else None
    if turn.action == "report":
        return await _advance(turn, person, new_draft(turn, person, "", NOTHING_SAID))
    if turn.action.startswith("report:unit:"):
        if open_now is None or open_now.asking is not Asking.UNIT:
            return [Reply(texts.say("report.stale"))]
        return await _advance(turn, person, replace(open_now, unit_id=task_id))
    if open_now is not None and open_now.asking is Asking.TASK:
        return await _advance(turn, person, replace(open_now, task_id=task_id))
    replies = await _advance(turn, person, replace(new_draft(turn, person, "", NOTHING_SAID), task_id=task_id))
    return _note_replacement(turn, open_now, replies)


def _is_about(draft: Draft, said: Understood) -> bool:
    """True when the sentence speaks of the draft's task: it names none, or the same number."""
    mine = draft.values.task
    return said.task is None or mine is None or fold(said.task) == fold(mine)


def _note_replacement(turn: Turn, before: Draft | None, replies: list[Reply]) -> list[Reply]:
    after = open_draft(turn)
    if before is None or before.asking is not Asking.DECISION or after is None or after.card == before.card:
        return replies
    first, *rest = replies
    return [first.with_text(f"{texts.say('report.replaced')}\n\n{first.text}"), *rest]


def _understand_in_context(turn: Turn, draft: Draft) -> Understood:
    """What the answer says; a bare "80%" is read as said of the task we asked about."""
    figure = _FIGURE.fullmatch(turn.text)
    said = understand(f"{figure[1]}%" if figure else turn.text, turn.today)
    if said.is_report and says_something(said):
        return said
    in_context = understand(f"nv {draft.values.task or 1} {turn.text}", turn.today)
    return replace(in_context, task=None) if in_context.is_report else Understood("not_report")


async def _take_task(turn: Turn, person: Person, draft: Draft) -> list[Reply]:
    named = _NUMBER.fullmatch(fold(turn.text))
    if named and names_task_by_number(turn):
        chosen = await _by_number_or_line(turn, person, draft, named["number"])
        if chosen is not None:
            return chosen
    said = understand(turn.text, turn.today)
    number = named["number"] if named else said.task
    answered = with_sentence(draft, "" if named else turn.text, said)
    # Without a number it may be the task's own words; if they name none, the question comes again.
    words = None if number is not None else said.words or turn.text
    return await _advance(turn, person, replace(answered, values=replace(answered.values, task=number, words=words)))


async def _by_number_or_line(turn: Turn, person: Person, draft: Draft, number: str) -> list[Reply] | None:
    """Where a bare number names one task and the line of another, ask: a report must not land on the wrong one."""
    offered = [action for _, action in turn.memory.get(BUTTONS, ()) if action.startswith("report:")]
    line = int(number) - 1
    on_line = number_in(offered[line]) if 0 <= line < len(offered) else None
    tasks = await (await turn.records()).register.tasks(person.office_id)
    numbered = [t for t in tasks if same_number(number, t) and f"report:{t.id}" in offered]
    if on_line is None or (len(numbered) == 1 and numbered[0].id == on_line):
        return None
    if len(numbered) != 1:
        # No task has this number, or all that are offered have it: only the line can be meant.
        return await _advance(turn, person, replace(draft, task_id=on_line))
    if draft.asked >= ASKED_AT_MOST:
        drop_draft(turn)
        return [give_up()]
    candidates = [t for t in tasks if f"report:{t.id}" in offered]
    keep_draft(turn, replace(draft, asked=draft.asked + 1))
    return [offer(texts.say("report.ask_task_number_or_line", number=number), candidates)]


async def _ask_again(turn: Turn, person: Person, draft: Draft) -> list[Reply]:
    if draft.asked >= ASKED_AT_MOST:
        drop_draft(turn)
        return [give_up()]
    again = replace(draft, asked=draft.asked + 1)
    keep_draft(turn, again)
    if draft.asking is Asking.FIGURE:
        return [Reply(texts.say("report.ask_figure_again"))]
    if draft.asking is Asking.CORRECTION:
        return [Reply(texts.say("report.ask_correction_again"))]
    return await _advance(turn, person, draft)


async def _advance(turn: Turn, person: Person, draft: Draft) -> list[Reply]:
    """The next step of the report: choose the task, ask for the figure, or show the card."""
    records = await turn.records()
    draft = with_loose_files(turn, draft)
    found = await place(turn, person, draft, await records.register.tasks(person.office_id))
    if isinstance(found, Refused):
        return [found.reply]
    if isinstance(found, GivenUp):
        drop_draft(turn)
        return [give_up()]
    if isinstance(found, Asked):
        keep_draft(turn, found.draft)
        return [found.reply]
    if found.draft.only_asks_time:
        waiting = open_draft(turn)
        if waiting is not None and _is_about(waiting, found.draft.values):
            drop_draft(turn)
        return await ask_for_more_time(turn, person, found.task, found.draft)
    reports = await records.register.reports(found.task.id)
    return [show_card(turn, found.draft, found.task, reports, found.among)]
