"""Which reports were just written in a chat, so that a photo sent afterwards can join one of them."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from handlers.turn import Turn
from handlers.wording import task_name
from handlers.writing import Written

WRITTEN = "written"
JUST_NOW = timedelta(minutes=30)


@dataclass(frozen=True, slots=True)
class Recent:
    """A report written a moment ago: its id, its task's name, and the album its photos came with."""

    report_id: int
    name: str
    album: str


def remember_written(turn: Turn, written: Sequence[Written], album: str) -> None:
    """Keep which reports were just written."""
    reports = [[each.report.id, task_name(each.task)] for each in written]
    turn.memory[WRITTEN] = {"reports": reports, "album": album, "at": turn.now.isoformat()}


def just_written(turn: Turn) -> list[Recent]:
    """The reports written in this chat a moment ago."""
    kept = turn.memory.get(WRITTEN)
    if not kept or turn.now - datetime.fromisoformat(kept["at"]) > JUST_NOW:
        return []
    return [Recent(report_id, name, kept["album"]) for report_id, name in kept["reports"]]
