"""The card with a line for each of several tasks, and the question about the first that is unclear."""

from collections.abc import Sequence
from dataclasses import replace

import texts
from domain.messages import Reply
from domain.people import Person
from domain.progress import Understood
from domain.tasks import Task
from handlers.card import ready, warnings, what_is_said
from handlers.draft import Asking, Draft, new_draft, next_card, with_sentence
from handlers.pack import Pack, drop_button, drop_pack, keep_pack, pack_buttons
from handlers.placing import Asked, GivenUp, place
from handlers.turn import Turn
from handlers.which_task import Refused
from handlers.wording import short, tasks_button

LINE_LIMIT = 8
"""Reports on one card; more would not be read on a phone before they are confirmed."""


async def take_several(turn: Turn, person: Person, said: Sequence[Understood]) -> list[Reply]:
    """One card for what was said of several tasks, or the first question about what is unclear in it."""
    files = new_draft(turn, person, "", said[0])
    drafts = [replace(files, said=each.said or turn.text, values=each) for each in said[:LINE_LIMIT]]
    # Photos under a message about several tasks go with its first line, which the card says.
    drafts = [drafts[0], *(replace(draft, files=(), album="") for draft in drafts[1:])]
    notes = [texts.say("several.too_many", count=LINE_LIMIT)] if len(said) > LINE_LIMIT else []
    pack = Pack(person.id, turn.now, tuple(replace(draft, asking=Asking.TASK) for draft in drafts))
    return await go_on(turn, person, pack, notes)


async def go_on(turn: Turn, person: Person, pack: Pack, notes: list[str]) -> list[Reply]:
    """Every line placed as far as it can be; then the card, with a question about the first that cannot."""
    records = await turn.records()
    tasks = await records.register.tasks(person.office_id)
    lines: list[Draft] = []
    shown: dict[int, Task] = {}
    question: Reply | None = None
    for line in pack.lines:
        found = await place(turn, person, line, tasks)
        if isinstance(found, Refused):
            notes.append(found.reply.text)
        elif isinstance(found, GivenUp):
            notes.append(texts.say("several.gave_up", said=short(line.said, 60)))
        elif isinstance(found, Asked):
            # One question at a time; the lines behind it wait for their turn and are not asked yet.
            lines.append(found.draft if question is None else replace(line, asking=Asking.TASK))
            question = question or found.reply
        else:
            shown[found.task.id] = found.task
            reports = await records.register.reports(found.task.id)
            _add(lines, ready(found.draft, found.task, reports, found.among))
    if not lines:
        drop_pack(turn, pack.card, "cancelled")
        return [Reply("\n\n".join([*notes, texts.say("several.nothing_left")]), (tasks_button(),))]
    kept = replace(pack, lines=tuple(lines), card=next_card(turn), choosing=False)
    keep_pack(turn, kept)
    return [_card(turn, kept, shown, notes, question)]


def _add(lines: list[Draft], line: Draft) -> None:
    """Put a line on the card, together with the one that already speaks of the same task."""
    same = next(
        (n for n, other in enumerate(lines) if (other.task_id, other.unit_id) == (line.task_id, line.unit_id)), None
    )
    if same is None or line.task_id is None:
        lines.append(line)
    elif lines[same].said != line.said:
        lines[same] = with_sentence(lines[same], line.said, line.values)


def _card(turn: Turn, pack: Pack, tasks: dict[int, Task], notes: Sequence[str], question: Reply | None) -> Reply:
    asked = pack.asked_line
    settled = [(n, line) for n, line in enumerate(pack.lines) if line.asking is Asking.DECISION]
    parts = list(notes)
    if settled:
        blocks = [texts.say("several.ask", count=len(settled))]
        blocks += [_line_words(n, line, tasks[line.task_id or 0], turn) for n, line in settled]
        parts.append("\n".join(blocks))
    if question is None or asked is None:
        parts.append(texts.say("several.unwritten"))
        return Reply("\n\n".join(parts), pack_buttons(pack))
    said = texts.say("several.unclear", said=short(pack.lines[asked].said, 120))
    parts.append(f"{said}\n{question.text}")
    return Reply("\n\n".join(parts), (*question.buttons, drop_button(pack, asked)))


def _line_words(position: int, line: Draft, task: Task, turn: Turn) -> str:
    parts = [texts.say("several.line", line=position + 1, name=line.name, title=short(task.title))]
    parts += [f"   {words}" for words in (*what_is_said(line, task), *warnings(line, task, turn.today))]
    return "\n".join(parts)
