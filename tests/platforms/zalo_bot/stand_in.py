"""The stand-in as a test holds it: started in this process or reached in another, with people who talk to the bot."""

import asyncio
import base64
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from tests.platforms.clock import Clock
from tests.platforms.hosting import Hosted
from tests.platforms.server import LoopThread, Server
from tests.platforms.wire import InProcess, OverHttp, Wire
from tests.platforms.zalo_bot.app import App

TOKEN = "700002:stand-in-token-which-opens-nothing-0"
"""The stand-in's own token: made up, and of a real one's shape."""

Json = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Seen:
    """A message as a person sees it. `sender` is "bot" or a user's id; `text` is also a picture's caption.

    `picture` is what the platform loaded from the `address` it was told.
    """

    message_id: str
    chat_id: str
    sender: str
    kind: str
    text: str
    address: str
    picture: bytes
    at: float


class ZaloBot:
    """Zalo Bot as a test controls it.

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

    def user(self, name: str = "Lan") -> "User":
        """A new person."""
        return User(self, str(self.do("user", name=name)))

    def group(self) -> str:
        """A new group with the bot in it; the id."""
        return str(self.do("group"))

    def flood(self, count: int, chats: int, text: str = "xin chào") -> Json:
        """Many messages at once: `{"users": [ids], "messages": [ids]}`."""
        return dict(self.do("flood", count=count, chats=chats, text=text))

    def inject(self, update: Json) -> None:
        """Any update at all."""
        self.do("inject", update=update)

    def redeliver(self, message_id: str) -> None:
        """Deliver a message once more."""
        self.do("redeliver", message=message_id)

    def manner(self, **how: Any) -> None:
        """In which way the platform behaves from now on: see `world.Manner`."""
        self.do("manner", **how)

    def fault(self, kind: str, method: str = "*", **how: Any) -> int:
        """Script a fault: see `faults.Fault`."""
        return int(self.do("fault", kind=kind, method=method, **how))

    def clear_faults(self) -> None:
        """No faults from now on; what hangs is let go."""
        self.do("clear_faults")

    def advance(self, seconds: float) -> None:
        """Put Zalo's clock forward."""
        self.do("advance", seconds=seconds)

    def set_time(self, moment: datetime) -> None:
        """Let Zalo's clock run on from `moment`, which carries a zone."""
        self.do("set_time", moment=moment.isoformat())

    def bot_messages(self, chat: str) -> list[Seen]:
        """The bot's messages in a chat, oldest first."""
        return [self._seen(m) for m in self.do("messages", chat=chat)]

    def everything(self, chat: str) -> list[Seen]:
        """All messages in a chat, the people's too."""
        return [self._seen(m) for m in self.do("messages", chat=chat, everyone=True)]

    async def wait_for_messages(self, chat: str, count: int, timeout: float = 5.0) -> list[Seen]:
        """The bot's messages in the chat, once there are `count`."""
        return [self._seen(m) for m in await self._later("wait_for_messages", chat=chat, count=count, timeout=timeout)]

    def await_messages(self, chat: str, count: int, timeout: float = 5.0) -> list[Seen]:
        """The same, for a test without an event loop."""
        return [self._seen(m) for m in self.do("wait_for_messages", chat=chat, count=count, timeout=timeout)]

    async def wait_for_text(self, chat: str, text: str, timeout: float = 5.0) -> Seen:
        """The bot's newest message that contains `text`."""
        return self._seen(await self._later("wait_for_text", chat=chat, text=text, timeout=timeout))

    def await_text(self, chat: str, text: str, timeout: float = 5.0) -> Seen:
        """The same, for a test without an event loop."""
        return self._seen(self.do("wait_for_text", chat=chat, text=text, timeout=timeout))

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
        """Updates the bot has not taken (by a poll, or answered 2xx at the webhook)."""
        return int(self.do("pending"))

    async def wait_until_taken(self, timeout: float = 5.0) -> None:
        """Until the bot has taken every update."""
        await self._later("wait_until_taken", timeout=timeout)

    def await_taken(self, timeout: float = 5.0) -> None:
        """The same, for a test without an event loop."""
        self.do("wait_until_taken", timeout=timeout)

    async def wait_until_asked_again(self, timeout: float = 5.0) -> None:
        """Until the bot that polls has taken every update and asks for more: the earlier ones are dealt with then."""
        await self._later("wait_until_asked_again", timeout=timeout)

    async def wait_for_poll(self, timeout: float = 5.0) -> None:
        """Until the bot asked for updates or set a webhook."""
        await self._later("wait_for_poll", timeout=timeout)

    def await_poll(self, timeout: float = 5.0) -> None:
        """The same, for a test without an event loop."""
        self.do("wait_for_poll", timeout=timeout)

    def webhook(self) -> Json | None:
        """The webhook that is set."""
        return self.do("webhook")  # type: ignore[no-any-return]

    def lose_files(self) -> None:
        """Have the address of every picture sent so far open nothing any more."""
        self.do("lose_files")

    def _seen(self, message: Json) -> Seen:
        picture = base64.b64decode(self.do("file", name=message["picture"])) if message["picture"] else b""
        return Seen(
            message_id=message["message_id"],
            chat_id=message["chat_id"],
            sender=message["from"],
            kind=message["kind"],
            text=message["text"],
            address=message["address"],
            picture=picture,
            at=message["at"],
        )


class User:
    """A person at their phone. Unless `chat` names a group they talk in private, where the chat's id is theirs."""

    def __init__(self, zalo_bot: ZaloBot, id: str) -> None:
        self.zalo_bot = zalo_bot
        self.id = id
        self._read = 0

    def says(self, text: str, chat: str | None = None) -> str:
        """Write; the message's id."""
        return str(self.zalo_bot.do("says", user=self.id, text=text, chat=chat))

    def sends(self, what: str, *, content: bytes = b"", **how: Any) -> str:
        """Send something else than text, with what else `control.Control.sends` takes: `caption`, `chat`…"""
        encoded = base64.b64encode(content).decode()
        return str(self.zalo_bot.do("sends", user=self.id, what=what, content=encoded, **how))

    def sends_photo(self, caption: str = "", content: bytes = b"jpeg", chat: str | None = None) -> str:
        """Send a photo."""
        return self.sends("photo", caption=caption, content=content, chat=chat)

    def sends_sticker(self, chat: str | None = None) -> str:
        """Send a sticker."""
        return self.sends("sticker", chat=chat)

    def sends_voice(self, chat: str | None = None) -> str:
        """Send a voice message."""
        return self.sends("voice", content=b"aac", chat=chat)

    def sends_file(self, chat: str | None = None) -> str:
        """Send a file: the bot is told that something came, and nothing of what it was."""
        return self.sends("file", chat=chat)

    def blocks(self) -> None:
        """Block the bot."""
        self.zalo_bot.do("blocks", user=self.id)

    def unblocks(self) -> None:
        """Let the bot write again."""
        self.zalo_bot.do("unblocks", user=self.id)

    def messages(self) -> list[Seen]:
        """What the bot wrote to them."""
        return self.zalo_bot.bot_messages(self.id)

    async def wait_for_messages(self, count: int, timeout: float = 5.0) -> list[Seen]:
        """What the bot wrote to them, once there are `count` messages."""
        return await self.zalo_bot.wait_for_messages(self.id, count, timeout)

    async def next_message(self, timeout: float = 5.0) -> Seen:
        """The bot's next message to them that was not returned before."""
        found = await self.zalo_bot.wait_for_messages(self.id, self._read + 1, timeout)
        self._read += 1
        return found[self._read - 1]

    def unread(self) -> list[Seen]:
        """The bot's messages that `next_message` has not returned; they count as read now."""
        found = self.messages()[self._read :]
        self._read += len(found)
        return found


class StandIn(Hosted[App, ZaloBot]):
    """The stand-in running in a thread of this process; a context manager that gives the `ZaloBot`."""

    def __init__(self, token: str = TOKEN, *, port: int = 0) -> None:
        super().__init__("zalo bot stand-in", port=port)
        self._token = token

    def make(self) -> App:
        return App(self._token, Clock())

    def hold(self, app: App, url: str, thread: LoopThread) -> ZaloBot:
        app.world.url = url
        return ZaloBot(url, InProcess(thread, app.control.perform), self._token)


async def open_server(token: str, port: int = 0) -> tuple[App, Server]:
    """The stand-in, listening in this event loop."""
    app = App(token, Clock())
    server = Server(app.handle, port=port)
    await server.open()
    app.world.url = server.url
    return app, server


def remote(url: str, token: str = TOKEN) -> ZaloBot:
    """A stand-in that runs as a process of its own (`python -m tests.platforms.zalo_bot`)."""
    return ZaloBot(url, OverHttp(url), token)
