"""Writes the register as a spreadsheet that goes out as a file in a chat."""

import asyncio
from collections.abc import Sequence

from domain.messages import Attachment
from domain.plans import Target
from domain.tasks import Task

SHEET_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


async def register_file(tasks: Sequence[Task], targets: Sequence[Target]) -> Attachment | None:
    """The register as an .xlsx file."""
    from bot.sheets import export

    return Attachment("nhiem-vu.xlsx", SHEET_TYPE, await asyncio.to_thread(export, tasks, targets))
