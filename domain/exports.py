"""What goes out as a file: how an errand has it written without knowing the format."""

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Protocol

from domain.messages import Attachment
from domain.periodic_report import ReportContent
from domain.plans import Target
from domain.tasks import Task

WriteSheet = Callable[[Sequence[Task], Sequence[Target]], Awaitable[Attachment | None]]
"""Writes tasks and targets as a spreadsheet; None where that cannot be done."""


async def write_nothing(tasks: Sequence[Task], targets: Sequence[Target]) -> Attachment | None:
    """No spreadsheet at all: for an installation or a test without one."""
    return None


class ReportForm(StrEnum):
    """What a periodic report is written as: the paper with annexes, the paper alone, a spreadsheet, a picture."""

    FULL = "docx"
    SHORT = "short"
    SHEET = "xlsx"
    PICTURE = "png"


@dataclass(frozen=True, slots=True)
class Written:
    """A written report. `template_sha256` names the template it was made with, so that it can be made again.

    `notes` are sentences for whoever asked for it: what was wrong with the office's own template.
    """

    file: Attachment
    template_sha256: str = ""
    notes: tuple[str, ...] = ()


class WriteReport(Protocol):
    """Writes a periodic report as a file."""

    async def __call__(self, content: ReportContent, form: ReportForm, template_sha256: str = "") -> Written | None:
        """The file; with `template_sha256` made with that very template, where it is still kept. None where it cannot
        be written."""
        ...


async def write_no_report(content: ReportContent, form: ReportForm, template_sha256: str = "") -> Written | None:
    """No report at all: for an installation or a test without one."""
    return None
