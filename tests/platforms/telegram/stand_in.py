"""The stand-in as a test holds it: started in this process or reached in another, with people who talk to the bot."""

import asyncio
import base64
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from tests.platforms.clock import Clock
from tests.platforms.hosting import Hosted
from tests.platforms.server import LoopThread
from tests.platforms.telegram.app import App
from tests.platforms.wire import InProcess, NotPossible, OverHttp, Wire

TOKEN = "700001:stand-in-token-which-opens-nothing-0"
"""The stand-in's own token: made up, and of a real one's shape."""

Json = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Choice:
    """A button as a person sees it, and what pressing it sends."""

    label: str
    data: str
    url: str = ""


@dataclass(frozen=True, slots=True)
class Seen:
    """A message as a person sees it. `sender` is "bot" or a user's id; `text` is also a file's caption."""

    message_id: int
    chat_id: int
    sender: str | int
    kind: str
    text: str
    rows: tuple[tuple[Choice, ...], ...]
    file: Json | None
    edited: bool
    date: int
    answers: int | None = None

    @property
    def labels(self) -> list[str]:
        """The buttons' labels, from top to bottom."""
        return [choice.label for row in self.rows for choice in row]


def _seen(message: Json) -> Seen:
    return Seen(
        message_id=message["message_id"],
        chat_id=message["chat_id"],
        sender=message["from"],
        kind=message["kind"],
        text=message["text"],
        rows=tuple(tuple(Choice(**button) for button in row) for row in message["buttons"]),
        file=message["file"],
        edited=message["edited"],
        date=message["date"],
        answers=message["answers"],
    )


class Telegram:
    """Telegram as a test controls it.

    What people do returns at once; `wait_…` are coroutines that end when it is so, and `await_…` are the same for
    tests without an event loop. Both raise NotPossible after `timeout` seconds.
    """

    def __init__(self, url: str, wire: Wire, token: str = TOKEN) -> None:
        self.url = url
        self.token = token
        self._wire = wire

    def do(self, command: str, **arguments: Any) -> Any:
        """Perform any command of `control.Control`."""
        return self._wire.perform(command, arguments)

    async def _later(self, command: str, **arguments: Any) -> Any:
        return await asyncio.to_thread(self._wire.perform, command, arguments)

    def user(self, first_name: str = "Lan", *, id: int | None = None, started: bool = True, **names: str) -> "User":
        """A new person."""
        return User(self, self.do("user", first_name=first_name, id=id, started=started, **names))

    def group(self, title: str = "Group", *, supergroup: bool = False) -> int:
        """A new group with the bot in it; the id."""
        return int(self.do("group", title=title, supergroup=supergroup))

    def migrate(self, group: int, by: "User | None" = None) -> int:
        """Make a group a supergroup; the new id. With the person who did it both groups are told of it."""
        return int(self.do("migrates", group=group, user=by.id if by else None))

    def name_bot(self, first_name: str, username: str) -> None:
        """Give the bot these names."""
        self.do("name_bot", first_name=first_name, username=username)

    def freeze_messages(self, chat: int) -> None:
        """What the bot wrote in a chat so far can no longer be edited."""
        self.do("freeze_messages", chat=chat)

    def commands(self, scope: str = "default") -> dict[str, str]:
        """The menu of commands of a scope: each with what it does."""
        return {c["command"]: c["description"] for c in self.do("commands", scope=scope)}

    def flood(self, count: int, chats: int, text: str = "xin chào") -> Json:
        """Many messages at once: `{"users": [ids], "updates": [ids]}`."""
        return dict(self.do("flood", count=count, chats=chats, text=text))

    def inject(self, update: Json, lane: int = 0) -> int | None:
        """Any update at all; its id, or None when the bot did not ask for its kind."""
        return None if (found := self.do("inject", update=update, lane=lane)) is None else int(found)

    def redeliver(self, update_id: int) -> None:
        """Deliver an update once more."""
        self.do("redeliver", update=update_id)

    def reverse_next(self) -> None:
        """Deliver the next batch in the wrong order."""
        self.do("reverse_next")

    def fault(self, kind: str, method: str = "*", **how: Any) -> int:
        """Script a fault: see `faults.Fault`."""
        return int(self.do("fault", kind=kind, method=method, **how))

    def clear_faults(self) -> None:
        """No faults from now on; what hangs is let go."""
        self.do("clear_faults")

    def pace(self, **limits: float) -> None:
        """Meter sending: `per_second`, `per_chat_second`, `chat_burst`, `group_per_minute`."""
        self.do("pace", **limits)

    def advance(self, seconds: float) -> None:
        """Put Telegram's clock forward."""
        self.do("advance", seconds=seconds)

    def set_time(self, moment: datetime) -> None:
        """Let Telegram's clock run on from `moment`, which carries a zone."""
        self.do("set_time", moment=moment.isoformat())

    def bot_messages(self, chat: int) -> list[Seen]:
        """The bot's messages in a chat as they stand now, oldest first."""
        return [_seen(m) for m in self.do("messages", chat=chat)]

    def everything(self, chat: int) -> list[Seen]:
        """All messages in a chat, the people's too."""
        return [_seen(m) for m in self.do("messages", chat=chat, everyone=True)]

    async def wait_for_messages(self, chat: int, count: int, timeout: float = 5.0) -> list[Seen]:
        """The bot's messages in the chat, once there are `count`."""
        return [_seen(m) for m in await self._later("wait_for_messages", chat=chat, count=count, timeout=timeout)]

    def await_messages(self, chat: int, count: int, timeout: float = 5.0) -> list[Seen]:
        """The same, for a test without an event loop."""
        return [_seen(m) for m in self.do("wait_for_messages", chat=chat, count=count, timeout=timeout)]

    async def wait_for_text(self, chat: int, text: str, timeout: float = 5.0) -> Seen:
        """The bot's newest message that contains `text`, edits included."""
        return _seen(await self._later("wait_for_text", chat=chat, text=text, timeout=timeout))

    def await_text(self, chat: int, text: str, timeout: float = 5.0) -> Seen:
        """The same, for a test without an event loop."""
        return _seen(self.do("wait_for_text", chat=chat, text=text, timeout=timeout))

    def journal(self, method: str = "", since: int = 0) -> list[Json]:
        """The calls the bot made: number, at, method, parameters, status, answer, fault."""
        return list(self.do("journal", method=method, since=since))

    def tally(self) -> dict[str, int]:
        """How often each method was called."""
        return dict(self.do("tally"))

    async def wait_for_calls(self, method: str, count: int, timeout: float = 5.0) -> int:
        """How often a method was called, once it is `count`."""
        return int(await self._later("wait_for_calls", method=method, count=count, timeout=timeout))

    def await_calls(self, method: str, count: int, timeout: float = 5.0) -> int:
        """The same, for a test without an event loop."""
        return int(self.do("wait_for_calls", method=method, count=count, timeout=timeout))

    def pending(self) -> int:
        """Updates the bot has not taken (confirmed by an offset, or answered 2xx at the webhook)."""
        return int(self.do("pending"))

    async def wait_until_taken(self, timeout: float = 5.0) -> None:
        """Until the bot has taken every update."""
        await self._later("wait_until_taken", timeout=timeout)

    def await_taken(self, timeout: float = 5.0) -> None:
        """The same, for a test without an event loop."""
        self.do("wait_until_taken", timeout=timeout)

    async def wait_for_poll(self, timeout: float = 5.0) -> None:
        """Until the bot asked for updates or set a webhook."""
        await self._later("wait_for_poll", timeout=timeout)

    def await_poll(self, timeout: float = 5.0) -> None:
        """The same, for a test without an event loop."""
        self.do("wait_for_poll", timeout=timeout)

    def answers(self) -> dict[str, Json | None]:
        """What the bot answered to each press, by callback query id; None while it has not."""
        return dict(self.do("answers"))

    def lose_files(self) -> None:
        """Have every file that was sent so far be no longer available."""
        self.do("lose_files")

    def file(self, seen: Seen) -> bytes:
        """The file a message carries."""
        if seen.file is None:
            raise NotPossible(f"message {seen.message_id} carries no file")
        return base64.b64decode(self.do("file", id=seen.file["id"]))


class User:
    """A person at their phone. Unless `chat` is given they talk in private, where the chat's id is theirs."""

    def __init__(self, telegram: Telegram, id: int) -> None:
        self.telegram = telegram
        self.id = id
        self._read = 0

    def says(self, text: str, chat: int | None = None, answers: int | None = None) -> int:
        """Write, perhaps in answer to a message; the update's id."""
        return int(self.telegram.do("says", user=self.id, text=text, chat=chat, answers=answers))

    def adds_bot(self, group: int) -> None:
        """Add the bot to a group."""
        self.telegram.do("adds_bot", user=self.id, group=group)

    def removes_bot(self, group: int) -> None:
        """Put the bot out of a group."""
        self.telegram.do("removes_bot", user=self.id, group=group)

    def renames(self, group: int, title: str) -> None:
        """Give a group another name."""
        self.telegram.do("renames", user=self.id, group=group, title=title)

    def starts(self, payload: str = "") -> int:
        """Press Start, coming from a link with this payload or none."""
        return self.says(f"/start {payload}".rstrip())

    def edits(self, message_id: int, text: str, chat: int | None = None) -> int:
        """Edit one's own message."""
        return int(self.telegram.do("edits", user=self.id, message=message_id, text=text, chat=chat))

    def presses(
        self, label: str, chat: int | None = None, message_id: int | None = None, *, stale: bool = False
    ) -> str:
        """Press the newest button with this label; the callback query's id. Raises NotPossible if there is none.

        With `stale` the phone has not seen yet that buttons were taken off.
        """
        pressed = self.telegram.do("presses", user=self.id, label=label, chat=chat, message=message_id, stale=stale)
        return str(pressed["callback_query_id"])

    def sends(self, what: str, *, content: bytes = b"", **how: Any) -> int:
        """Send something else than text, with what else `control.Control.sends` takes: `caption`, `name`, `beside`…"""
        encoded = base64.b64encode(content).decode()
        return int(self.telegram.do("sends", user=self.id, what=what, content=encoded, **how))

    def sends_sticker(self) -> int:
        """Send a sticker."""
        return self.sends("sticker")

    def sends_photo(self, caption: str = "", content: bytes = b"jpeg") -> int:
        """Send a photo."""
        return self.sends("photo", caption=caption, content=content)

    def sends_document(self, name: str = "bao_cao.docx", content: bytes = b"document", caption: str = "") -> int:
        """Send a file."""
        return self.sends("document", name=name, content=content, caption=caption)

    def sends_voice(self) -> int:
        """Send a voice message."""
        return self.sends("voice", content=b"ogg")

    def sends_location(self) -> int:
        """Send a place."""
        return self.sends("location")

    def sends_contact(self, phone: str = "+84900000000", of: int | None = None) -> int:
        """Send a contact card: one's own unless `of` names somebody else."""
        return self.sends("contact", fields={"phone_number": phone, "user_id": self.id if of is None else of})

    def blocks(self) -> None:
        """Block the bot."""
        self.telegram.do("blocks", user=self.id)

    def unblocks(self) -> None:
        """Let the bot write again."""
        self.telegram.do("unblocks", user=self.id)

    def messages(self) -> list[Seen]:
        """What the bot wrote to them."""
        return self.telegram.bot_messages(self.id)

    async def wait_for_messages(self, count: int, timeout: float = 5.0) -> list[Seen]:
        """What the bot wrote to them, once there are `count` messages."""
        return await self.telegram.wait_for_messages(self.id, count, timeout)

    async def next_message(self, timeout: float = 5.0) -> Seen:
        """The bot's next message to them that was not returned before."""
        found = await self.telegram.wait_for_messages(self.id, self._read + 1, timeout)
        self._read += 1
        return found[self._read - 1]

    def unread(self) -> list[Seen]:
        """The bot's messages that `next_message` has not returned; they count as read now."""
        found = self.messages()[self._read :]
        self._read += len(found)
        return found


class StandIn(Hosted[App, Telegram]):
    """Telegram's stand-in running in a thread of this process; a context manager that gives the `Telegram`."""

    def __init__(self, token: str = TOKEN, *, port: int = 0) -> None:
        super().__init__("telegram stand-in", port=port)
        self._token = token

    def make(self) -> App:
        return App(self._token, Clock())

    def hold(self, app: App, url: str, thread: LoopThread) -> Telegram:
        return Telegram(url, InProcess(thread, app.control.perform), self._token)


def remote(url: str, token: str = TOKEN) -> Telegram:
    """A stand-in that runs as a process of its own (`python -m tests.platforms.telegram`)."""
    return Telegram(url, OverHttp(url), token)
