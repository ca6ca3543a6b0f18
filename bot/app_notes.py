"""What the server saw of the apps while it served, noted in the data folder for `kehoach doctor`, which runs beside it.

A note says when something was seen last and what it was. None holds a secret.
"""

import json
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

import structlog

log = structlog.get_logger()

NOTES = "apps.json"
CONTESTED = "telegram.contested"
"""Telegram said that somebody else asks for the updates of this bot."""
HOOKED = "zalo-bot.hooked"
"""A webhook was set for the bot that is polled; the note names its address."""
UNVERIFIED = "zalo-bot.unverified"
"""Zalo could not reach the webhook it was told; the note says how its trial ended."""
LONGEST = 300


@dataclass(frozen=True, slots=True)
class Note:
    """Something that was seen at a moment."""

    at: datetime
    text: str


class AppNotes:
    """The notes of one data folder."""

    def __init__(self, home: Path) -> None:
        self._file = home / NOTES

    def put(self, name: str, text: str, at: datetime) -> None:
        """Note this in the place of what was noted under the name before. What cannot be written is only logged."""
        self._keep({**self.all(), name: Note(at, text[:LONGEST])})

    def drop(self, name: str) -> None:
        """This is over."""
        notes = self.all()
        if notes.pop(name, None) is not None:
            self._keep(notes)

    def all(self) -> dict[str, Note]:
        """Every note by its name; none where the file is not there or cannot be read."""
        try:
            found = json.loads(self._file.read_text(encoding="utf-8"))
            return {name: Note(datetime.fromisoformat(note["at"]), str(note["text"])) for name, note in found.items()}
        except (OSError, ValueError, KeyError, TypeError, AttributeError):
            return {}

    def _keep(self, notes: dict[str, Note]) -> None:
        written = {name: {"at": note.at.isoformat(), "text": note.text} for name, note in notes.items()}
        part = self._file.with_suffix(".part")
        try:
            part.write_text(json.dumps(written), encoding="utf-8")
            part.replace(self._file)
        except OSError as error:
            log.warning("what was seen of an app could not be noted", error=type(error).__name__)
