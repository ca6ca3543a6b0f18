"""The register as a file to take out: how an errand has it written without knowing the format."""

from collections.abc import Awaitable, Callable, Sequence

from domain.messages import Attachment
from domain.plans import Target
from domain.tasks import Task

WriteSheet = Callable[[Sequence[Task], Sequence[Target]], Awaitable[Attachment | None]]
"""Writes tasks and targets as a spreadsheet; None where that cannot be done."""


async def write_nothing(tasks: Sequence[Task], targets: Sequence[Target]) -> Attachment | None:
    """No spreadsheet at all: for an installation or a test without one."""
    return None
