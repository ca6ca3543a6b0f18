"""Proposes the changes of deadlines that a paper asks for; a person decides on each in the review."""

from collections.abc import Sequence
from datetime import datetime

from domain.changes import Cause, ChangeStatus, DeadlineChange, is_same
from domain.plans import Document, Passage
from domain.tasks import Task
from domain.vietnamese import fold
from knowledge.amending import Amendment, amendments
from storage import Repositories


async def propose_changes(records: Repositories, document: Document, passages: Sequence[Passage], now: datetime) -> int:
    """Write down what the paper would change in tasks of earlier papers; returns how many changes wait for a word.

    Nothing moves by it. What the same paper proposed before is not proposed again, whatever was decided.
    """
    found = amendments(passages, document.number)
    if not found:
        return 0
    tasks = await records.register.tasks(document.office_id, confirmed_only=False)
    earlier = [task for task in tasks if task.document_id != document.id]
    count = 0
    for amendment in found:
        for task in _meant(amendment, earlier):
            if is_same(task.deadline, amendment.after):
                continue
            change_id = await records.changes.note(_change(amendment, task, document, now))
            noted = await records.changes.get(change_id)
            count += noted is not None and noted.status is ChangeStatus.PROPOSED
    return count


def _meant(amendment: Amendment, tasks: Sequence[Task]) -> list[Task]:
    """The tasks that are named, one for each number; a number that several tasks have names none."""
    of_paper = [t for t in tasks if _bare(t.document_number) == _bare(amendment.document_number)]
    found = []
    for number in amendment.numbers:
        named = [t for t in of_paper if _bare(t.number) == number]
        if amendment.section and len(named) != 1:
            named = [t for t in of_paper if _bare(t.number) == _bare(f"{amendment.section}.{number}")]
        if len(named) == 1:
            found += named
    return found


def _bare(number: str) -> str:
    return "".join(fold(number).split()).strip(".")


def _change(amendment: Amendment, task: Task, document: Document, now: datetime) -> DeadlineChange:
    return DeadlineChange(
        id=0,
        office_id=document.office_id,
        task_id=task.id,
        before=task.deadline,
        after=amendment.after,
        cause=Cause.DOCUMENT,
        status=ChangeStatus.PROPOSED,
        at=now,
        document_id=document.id,
        source=amendment.source,
    )
