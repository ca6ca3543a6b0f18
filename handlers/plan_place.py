"""Where in its plan a task was read."""

from domain.plans import Passage
from domain.ports import Records
from domain.tasks import Task


async def passage_of(records: Records, task: Task) -> Passage | None:
    """The passage of the plan that the task was read from: where its title stands, else the one with its line."""
    if task.document_id is None:
        return None
    begins = next((span.start for span in task.spans if span.field == "title"), None)
    line = " ".join((task.source.strip() or task.title).split())
    passages = await records.library.passages(task.document_id)
    if begins is not None:
        return next((p for p in passages if p.start <= begins < p.end), None)
    return next((p for p in passages if line in " ".join(p.source.split())), None)
