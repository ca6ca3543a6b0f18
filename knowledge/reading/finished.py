"""Remembers the pages of a long scan that are done, so that an interrupted reading goes on where it was."""

import shutil
from contextlib import suppress
from pathlib import Path


class FinishedPages:
    """The finished pages of one file in a folder of their own; without a folder nothing is remembered."""

    def __init__(self, folder: Path | None = None) -> None:
        self._folder = folder

    def get(self, page: int) -> str | None:
        """The text of a page that was finished before, or None."""
        if self._folder is None:
            return None
        try:
            return (self._folder / f"{page:05}.txt").read_text(encoding="utf-8")
        except (OSError, UnicodeDecodeError):
            return None

    def put(self, page: int, text: str) -> None:
        """Remember a page, whole or not at all; a full disk only means that it is not remembered."""
        if self._folder is None:
            return
        with suppress(OSError):
            self._folder.mkdir(parents=True, exist_ok=True)
            new = self._folder / f"{page:05}.new"
            new.write_text(text, encoding="utf-8")
            new.replace(self._folder / f"{page:05}.txt")

    def forget(self) -> None:
        """Remove them, once the document is kept."""
        if self._folder is not None:
            shutil.rmtree(self._folder, ignore_errors=True)
