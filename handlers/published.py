"""Tells everyone where a task stands that the office publishes: unit, standing and result, with the plan as source."""

import re
from collections.abc import Mapping, Sequence

import texts
from domain.answers import Answer, AnswerStatus
from domain.clock import day_text
from domain.inquiries import About, Inquiry, read_inquiry
from domain.messages import Button, Kind, Reply
from domain.naming import CERTAIN, MARGIN, tasks_named
from domain.people import Unit
from domain.plans import Document, Passage
from domain.ports import Records
from domain.rights import is_for_everyone
from domain.tasks import Task, TaskStatus
from domain.units import unit_named
from handlers.plan_place import passage_of
from handlers.turn import Turn
from handlers.wording import PAGE, deadline_words, help_button, number_in, same_number, state_words, titled_label


def asks_of_published(turn: Turn) -> bool:
    """True for a question of how far a task is, from citizens anywhere and from staff in a group; and its buttons."""
    if re.fullmatch(r"published:\d{1,9}", turn.action):
        return True
    if turn.incoming.kind is not Kind.TEXT or (turn.role.is_staff and not turn.incoming.in_group):
        return False
    inquiry = read_inquiry(turn.text, turn.today)
    if inquiry is None or inquiry.about is not About.PROGRESS or inquiry.own or inquiry.own_unit:
        return False
    return bool(inquiry.number or inquiry.topic)


async def tell_published(turn: Turn) -> list[Reply] | None:
    """The published task that is meant, or the choice between several; None where none is, so the papers are asked."""
    inquiry = None if turn.action else read_inquiry(turn.text, turn.today)
    async with turn.reading() as records:
        documents = {document.id: document for document in await records.library.documents(turn.office.id)}
        tasks = [task for task in await records.register.tasks(turn.office.id) if task.confirmed and not task.dropped]
        units = await records.people.units(turn.office.id)
        meant = _meant(turn, inquiry, tasks, documents, units)
        passages = [await passage_of(records, task) for task in meant[:1]]
    if not meant:
        return None if inquiry is not None else [Reply(texts.say("published.gone"), (help_button(),))]
    if len(meant) > 1:
        buttons = tuple(Button(titled_label(task, meant), f"published:{task.id}") for task in meant[:PAGE])
        return [Reply(texts.say("published.which", count=len(meant)), buttons)]
    reply = _told(meant[0], passages[0])
    await _note(await turn.records(), turn, reply)
    return [reply]


def _meant(
    turn: Turn,
    inquiry: Inquiry | None,
    tasks: Sequence[Task],
    documents: Mapping[int, Document],
    units: Sequence[Unit],
) -> list[Task]:
    """The published tasks a question or button means. What best fits a task that is not published means none."""

    def is_public(task: Task) -> bool:
        return is_for_everyone(task, documents.get(task.document_id or 0))

    if inquiry is None:
        return [task for task in tasks if task.id == number_in(turn.action) and is_public(task)]
    if inquiry.number:
        return [task for task in tasks if same_number(inquiry.number, task) and is_public(task)]
    unit = unit_named(inquiry.unit, units) if inquiry.unit else None
    topic = " ".join(
        words for words in (inquiry.topic, inquiry.whose, inquiry.person, "" if unit else inquiry.unit) if words
    )
    among = [task for task in tasks if unit is None or task.lead_unit_id == unit.id]
    found = [named for named in tasks_named(topic, among) if named.score >= CERTAIN]
    near = [named.task for named in found if found[0].score - named.score < MARGIN]
    return [task for task in near if is_public(task)]


def _told(task: Task, passage: Passage | None) -> Reply:
    say = texts.say
    lines = [say("published.title", title=task.title)]
    if unit := _responsible(task):
        lines.append(say("published.unit", unit=unit))
    # What hinders a task is the office's own business.
    status = TaskStatus.IN_PROGRESS if task.status is TaskStatus.BLOCKED else task.status
    lines.append(say("published.state", state=state_words(status, task.percent)))
    lines.append(say("published.deadline", deadline=deadline_words(task.deadline)))
    if task.result:
        lines.append(say("published.result", result=task.result))
    if task.reported_on is not None:
        lines.append(say("published.updated", day=day_text(task.reported_on)))
    if task.document_number:
        lines.append(say("published.document", document=task.document_number))
    source = (Button(say("task.button.source"), f"source:{passage.id}"),) if passage else (help_button(),)
    return Reply("\n".join(lines), source)


def _responsible(task: Task) -> str:
    if task.shares:
        return ", ".join(share.unit_name for share in task.shares)
    return task.lead_unit_name or task.lead


async def _note(records: Records, turn: Turn, reply: Reply) -> None:
    answer = Answer(AnswerStatus.ANSWERED, reply.text, turn.text)
    await records.questions.note(turn.text, answer, turn.incoming, turn.person, turn.now)
