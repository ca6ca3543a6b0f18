"""Takes a progress report in ordinary words, asks for what is missing, and shows the card to be confirmed."""

import re
from collections.abc import Sequence
from dataclasses import replace

import texts
from domain.messages import Button, Kind, Reply
from domain.people import Person
from domain.progress import Understood, understand
from domain.rights import is_responsible, may_report, may_report_for_others
from domain.tasks import Task, TaskStatus
from domain.vietnamese import fold
from handlers.draft import (
    NOTHING_SAID,
    Asking,
    Draft,
    drop_draft,
    keep_draft,
    new_draft,
    open_draft,
    says_something,
    show_card,
    with_sentence,
)
from handlers.memory import BUTTONS
from handlers.private import staff_alone
from handlers.turn import Turn
from handlers.wording import (
    PAGE,
    TASK_NUMBER,
    TASK_WORD,
    by_urgency,
    lead_words,
    number_in,
    same_number,
    short,
    task_name,
    tasks_button,
    titled_label,
)

ASKED_AT_MOST = 2

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
    if turn.action == "report" or re.fullmatch(r"report:\d+", turn.action):
        return True
    if turn.incoming.kind is not Kind.TEXT:
        return False
    if _ASKED.fullmatch(fold(turn.text)):
        return True
    said = understand(turn.text, turn.today)
    return said.is_report and _is_meant_as_report(turn, said)


def _is_meant_as_report(turn: Turn, said: Understood) -> bool:
    """False for words that only sound like a report ("kinh te so den nam 2030") and are more likely a question.

    A task's number settles it. Without one, staff must give a figure or an ending; a citizen's sentence is a question.
    """
    if said.task is not None:
        return True
    if not turn.role.is_staff:
        return False
    if open_draft(turn) is not None and said.obstacle:
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
    said = understand(turn.text, turn.today)
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
    if number is None:
        return await _ask_again(turn, person, draft)
    answered = with_sentence(draft, "" if named else turn.text, said)
    return await _advance(turn, person, replace(answered, values=replace(answered.values, task=number)))


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
        return [_give_up(turn)]
    candidates = [t for t in tasks if f"report:{t.id}" in offered]
    keep_draft(turn, replace(draft, asked=draft.asked + 1))
    return [_offer(texts.say("report.ask_task_number_or_line", number=number), candidates)]


async def _ask_again(turn: Turn, person: Person, draft: Draft) -> list[Reply]:
    if draft.asked >= ASKED_AT_MOST:
        return [_give_up(turn)]
    again = replace(draft, asked=draft.asked + 1)
    keep_draft(turn, again)
    if draft.asking is Asking.FIGURE:
        return [Reply(texts.say("report.ask_figure_again"))]
    if draft.asking is Asking.CORRECTION:
        return [Reply(texts.say("report.ask_correction_again"))]
    records = await turn.records()
    candidates = _own_open(person, await records.register.tasks(person.office_id))
    return [_offer(texts.say("report.ask_task_again"), candidates)]


def _give_up(turn: Turn) -> Reply:
    drop_draft(turn)
    return Reply(texts.say("report.gave_up"), (tasks_button(),))


async def _advance(turn: Turn, person: Person, draft: Draft) -> list[Reply]:
    """The next step of the report: choose the task, ask for the figure, or show the card."""
    records = await turn.records()
    tasks = await records.register.tasks(person.office_id)
    found = _find_task(turn, person, draft, tasks)
    if isinstance(found, Reply):
        return [found]
    placed = replace(
        draft, task_id=found.id, name=task_name(found, _reportable(person, tasks)), values=_of_task(draft, found)
    )
    if not placed.is_complete:
        keep_draft(turn, replace(placed, asking=Asking.FIGURE, asked=1))
        return [Reply(texts.say("report.ask_figure", name=placed.name, title=short(found.title)))]
    reports = await records.register.reports(found.id)
    return [show_card(turn, placed, found, reports, _reportable(person, tasks))]


def _of_task(draft: Draft, task: Task) -> Understood:
    return replace(draft.values, intent="report", task=task.number)


def _reportable(person: Person, tasks: Sequence[Task]) -> list[Task]:
    return [t for t in tasks if may_report(person, t)]


def _own_open(person: Person, tasks: Sequence[Task]) -> list[Task]:
    """The open tasks the person may report on: their own, else (for the administrator) all."""
    still_open = sorted((t for t in _reportable(person, tasks) if not t.status.is_over), key=by_urgency)
    own = [t for t in still_open if is_responsible(person, t)]
    return own or still_open


def _find_task(turn: Turn, person: Person, draft: Draft, tasks: Sequence[Task]) -> Task | Reply:
    """The task that is meant, or the reply that asks for it or refuses."""
    if draft.task_id is not None:
        task = next((t for t in tasks if t.id == draft.task_id), None)
        if task is None:
            return Reply(texts.say("task.gone"), (tasks_button(),))
        return task if may_report(person, task) else _not_yours(task)
    if draft.values.task is not None:
        return _find_by_number(turn, person, draft, tasks)
    candidates = _own_open(person, tasks)
    if len(candidates) == 1 and is_responsible(person, candidates[0]):
        return candidates[0]
    if not candidates:
        return Reply(texts.say("report.no_open_task"), (tasks_button(),))
    return _ask_which(turn, draft, texts.say("report.ask_task"), candidates)


def _find_by_number(turn: Turn, person: Person, draft: Draft, tasks: Sequence[Task]) -> Task | Reply:
    number = draft.values.task or ""
    named = [t for t in tasks if same_number(number, t)]
    allowed = _reportable(person, named)
    own = [t for t in allowed if is_responsible(person, t)]
    candidates = own if own and not may_report_for_others(person) else allowed
    if len(candidates) == 1:
        return candidates[0]
    if candidates:
        question = texts.say("report.ask_task_number", count=len(candidates), number=number.upper())
        return _ask_which(turn, draft, question, candidates)
    if named:
        return _not_yours(named[0])
    others = _own_open(person, tasks)
    refusal = texts.say("report.no_such_task", number=number.upper())
    if not others:
        return Reply(refusal, (tasks_button(),))
    without_number = replace(draft, values=replace(draft.values, task=None))
    return _ask_which(turn, without_number, f"{refusal}\n{texts.say('report.choose_yours')}", others)


def _not_yours(task: Task) -> Reply:
    return Reply(texts.say("report.not_yours", number=task.number, lead=lead_words(task)), (tasks_button(),))


def _ask_which(turn: Turn, draft: Draft, question: str, candidates: Sequence[Task]) -> Reply:
    if draft.asked >= ASKED_AT_MOST:
        return _give_up(turn)
    keep_draft(turn, replace(draft, asking=Asking.TASK, asked=draft.asked + 1, card=0, name=""))
    return _offer(question, candidates)


def _offer(question: str, candidates: Sequence[Task]) -> Reply:
    buttons = tuple(Button(titled_label(t, candidates), f"report:{t.id}") for t in candidates[:PAGE])
    return Reply(question, buttons)
