"""Where in its plan a task was read."""

from domain.plans import Passage
from domain.ports import Records
from domain.tasks import Task
from domain.vietnamese import fold


async def passage_of(records: Records, task: Task) -> Passage | None:
    """The passage of the plan that the task was read from: where its title stands, else the one with its line."""
    if task.document_id is None:
        return None
    begins = next((span.start for span in task.spans if span.field == "title"), None)
    line = fold(task.source.strip() or task.title)
    passages = await records.library.passages(task.document_id)
    if begins is not None:
        return next((p for p in passages if p.start <= begins < p.end), None)
    return next((p for p in passages if line in fold(p.source)), None)
