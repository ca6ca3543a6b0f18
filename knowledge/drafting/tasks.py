"""The tasks a plan sets."""

from domain.tasks import Task
from knowledge.outline import Outlined
from knowledge.reading import ReadText


def draft_tasks(read: ReadText, outlined: Outlined) -> tuple[Task, ...]:
    """The tasks of a plan, in the order of its text."""
    return ()
