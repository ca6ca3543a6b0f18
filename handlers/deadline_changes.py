"""How changes of deadlines are put into words: in a task's detail, and on the card that asks to apply one."""

from collections.abc import Sequence

import texts
from domain.changes import Cause, DeadlineChange
from domain.tasks import Task
from handlers.wording import deadline_words, moment_words, short, task_name

SHOWN = 3
SOURCE_SHOWN = 600


def change_lines(changes: Sequence[DeadlineChange]) -> list[str]:
    """One line for each change of a task's deadline, the latest first: what it was, what it became, and why."""
    return [_line(change) for change in changes[:SHOWN]]


def change_card(change: DeadlineChange, task: Task) -> str:
    """The words of a proposed change: the paper that asks for it, the task, both deadlines, the paper's own line."""
    lines = [
        texts.say(
            "review.change.asks",
            document=change.document_number or texts.say("review.change.some_paper"),
            name=task_name(task),
        ),
        texts.say("review.change.task", title=short(task.title), document=task.document_number or task.file),
        texts.say("review.change.from_to", before=deadline_words(task.deadline), after=deadline_words(change.after)),
    ]
    if change.source.strip():
        lines.append(texts.say("review.change.source", source=short(change.source, SOURCE_SHOWN)))
    return "\n".join(lines)


def _line(change: DeadlineChange) -> str:
    before, after = deadline_words(change.before), deadline_words(change.after)
    at = moment_words(change.at)
    if change.cause is Cause.DOCUMENT:
        document = change.document_number or texts.say("review.change.some_paper")
        return texts.say("review.change.by_document", before=before, after=after, document=document)
    if change.cause is Cause.EXTENSION:
        return texts.say("review.change.by_extension", before=before, after=after, at=at)
    if change.person_name:
        return texts.say("review.change.by_person", before=before, after=after, person=change.person_name, at=at)
    return texts.say("review.change.by_import", before=before, after=after, at=at)
