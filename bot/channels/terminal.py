"""The terminal as an app to write from, for `kehoach chat`: one person, one talk, no buttons."""

import asyncio
import uuid
from collections.abc import Mapping
from typing import Any

from rich.console import Console
from rich.text import Text

import texts
from domain.messages import Incoming, Kind, Reply, Unreadable, numbered
from domain.ports import FetchFailed, Limits, SendFailed
from domain.vietnamese import nfc


class Terminal:
    """Reads lines and prints replies. `account` is who sits at the keyboard: a user id bound to a person, or a guest.

    Choices are printed as numbered lines and picked by typing the number.
    """

    name = "terminal"
    limits = Limits(text_units=100_000, per_second=1000.0, per_chat_second=1000.0, has_buttons=False)

    def __init__(self, console: Console | None = None, account: str = "guest") -> None:
        self._console = console or Console()
        self._account = account
        # Ids never repeat between runs: the inbox would take a repeated one for a second delivery.
        self._run = uuid.uuid4().hex
        self._lines = 0

    async def listen(self) -> dict[str, Any] | None:
        """The next line typed, as a raw update; None when the person has left (Ctrl-D, Ctrl-C or a closed pipe)."""
        try:
            line = await asyncio.to_thread(self._console.input, Text(texts.say("terminal.prompt"), style="bold cyan"))
        except (EOFError, KeyboardInterrupt):
            return None
        self._lines += 1
        return {"id": f"{self._run}:{self._lines}", "account": self._account, "text": line}

    def update_id(self, raw: Mapping[str, Any]) -> str:
        """The number of the line within this run."""
        found = raw.get("id")
        if not isinstance(found, str) or not found:
            raise Unreadable("id")
        return found

    def read(self, raw: Mapping[str, Any]) -> Incoming:
        """The line as a message. Raises Unreadable."""
        account, text = raw.get("account"), raw.get("text")
        if not isinstance(account, str) or not account or not isinstance(text, str):
            raise Unreadable("account or text")
        return Incoming(
            channel=self.name,
            update_id=self.update_id(raw),
            chat_id=account,
            user_id=account,
            kind=Kind.TEXT,
            text=nfc(text),
            message_id=self.update_id(raw),
        )

    async def send(self, chat_id: str, reply: Reply) -> str:
        """Print the reply; attachments are named, since a terminal cannot show them."""
        shown = numbered(reply, texts.say("errors.choice_line"))
        # Text, not markup: square brackets in a plan are not commands to the terminal.
        self._console.print(Text(shown.text))
        for attachment in (*shown.files, *shown.pictures):
            note = texts.say("terminal.attachment", name=attachment.name, bytes=len(attachment.content))
            self._console.print(Text(note, style="dim"))
        self._console.print()
        return uuid.uuid4().hex

    async def edit(self, chat_id: str, message_id: str, reply: Reply) -> None:
        """Nothing: what is printed stays. Raises SendFailed."""
        raise SendFailed("rejected", "a terminal edits no messages")

    async def busy(self, chat_id: str) -> None:
        """Nothing: the prompt waits."""

    async def fetch(self, remote_id: str, most_bytes: int) -> bytes:
        """Nothing: lines are all that can be typed. Raises FetchFailed."""
        raise FetchFailed("gone", "a terminal sends no files")

    async def ping(self) -> None:
        """It is always there."""

    async def acknowledge(self, incoming: Incoming) -> None:
        """Nothing waits for it."""

    async def close(self) -> None:
        """The terminal stays open after us."""
