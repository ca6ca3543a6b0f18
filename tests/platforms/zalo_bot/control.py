"""What a test can do to the stand-in: speak as a person, read what the bot wrote, script faults, read the journal.

Every command takes JSON and gives JSON, so that the same ones serve in this process and over HTTP.
"""

import base64
import inspect
from collections.abc import Callable
from dataclasses import fields
from datetime import datetime
from typing import Any

from tests.platforms.wire import NotPossible
from tests.platforms.zalo_bot.faults import KINDS, Fault
from tests.platforms.zalo_bot.world import Chat, Json, Manner, World

SHAPES = {
    "photo": ("message.image.received", "CHAT_PHOTO"),
    "sticker": ("message.sticker.received", "CHAT_STICKER"),
    "voice": ("message.voice.received", "CHAT_VOICE"),
    "file": ("message.unsupported.received", "CHAT_FILE"),
}
"""What people can send besides text: the event's name and the message's type."""


class Control:
    """The commands; each public method is one, called by its name with keyword arguments."""

    def __init__(self, world: World, release: Callable[[], None]) -> None:
        self._world = world
        self._release = release

    async def perform(self, command: str, arguments: Json) -> Any:
        """The command's answer. Raises NotPossible."""
        work = getattr(self, command, None)
        if work is None or command.startswith("_") or command == "perform":
            raise NotPossible(f"there is no command {command!r}")
        try:
            inspect.signature(work).bind(**arguments)
        except TypeError as error:
            raise NotPossible(f"{command}: {error}") from None
        return await work(**arguments)

    # People and what they do.

    async def user(self, name: str = "Lan") -> str:
        """A new person; the id."""
        return self._world.add_user(name)

    async def group(self) -> str:
        """A new group with the bot in it; the id."""
        return self._world.add_group()

    async def says(self, user: str, text: str, chat: str | None = None) -> str:
        """A person writes; the message's id. In a group only what mentions the bot comes to it."""
        where = self._chat(user, chat)
        content = {"text": text, "message_type": "CHAT_MESSAGE"}
        return self._world.say(user, where.id, "message.text.received", content, "text")

    async def sends(
        self, user: str, what: str, chat: str | None = None, caption: str = "", content: str = "", name: str = ""
    ) -> str:
        """A person sends something else than text; `content` is base64."""
        where = self._chat(user, chat)
        if what not in SHAPES:
            raise NotPossible(f"nobody can send {what!r} here")
        event, kind = SHAPES[what]
        body: Json = {"message_type": kind}
        if what in ("photo", "voice"):
            kept = self._world.keep_file(base64.b64decode(content))
            suffix = "jpg" if what == "photo" else "aac"
            field = self._world.manner.photo_field if what == "photo" else "voice_url"
            body[field] = f"{self._world.url}/media/{kept}.{suffix}"
        if what == "sticker":
            body["sticker"] = name or "0e078a2ae76f0e31577e"
        if caption:
            body["caption"] = caption
        return self._world.say(user, where.id, event, body, what)

    async def flood(self, count: int, chats: int, text: str = "xin chào") -> Json:
        """Many people write at once; `{n}` in the text becomes the message's number. Their ids and the messages'."""
        users = [self._world.add_user(f"Dân {n}") for n in range(chats)]
        messages = [await self.says(users[n % chats], text.replace("{n}", str(n))) for n in range(count)]
        return {"users": users, "messages": messages}

    async def blocks(self, user: str, refusal: str = "The user has blocked the bot") -> None:
        """A person no longer wants to be written to."""
        self._chat(user, None).refusal = refusal

    async def unblocks(self, user: str) -> None:
        """A person lets the bot write again."""
        self._chat(user, None).refusal = ""

    # Updates that are repeated, or not what a bot expects.

    async def inject(self, update: Json) -> None:
        """Any update at all."""
        self._world.add(update)

    async def redeliver(self, message: str) -> None:
        """Deliver an update once more, by its message's id."""
        if message not in self._world.every:
            raise NotPossible(f"there was no message {message}")
        self._world.waiting.append(self._world.every[message])
        self._world.arrived.changed()

    async def echo(self, chat: str, text: str = "echo") -> None:
        """The bot is handed a message of its own."""
        sender = {"id": self._world.bot["id"], "display_name": "Bot Stand-in", "is_bot": False}
        where = {"id": chat, "chat_type": "PRIVATE"}
        message = {"from": sender, "chat": where, "text": text, "message_id": self._world.name("message"), "date": 0}
        self._world.add({"event_name": "message.text.received", "message": message})

    async def reverse(self) -> None:
        """What waits comes in the wrong order."""
        self._world.waiting.reverse()

    # Faults and manners.

    async def fault(self, kind: str, **how: Any) -> int:
        """Script a fault (see `faults.Fault`); its id."""
        if kind not in KINDS:
            raise NotPossible(f"there is no fault {kind!r}; there are {sorted(KINDS)}")
        fault = Fault(len(self._world.faults), kind, **how)
        self._world.faults.append(fault)
        return fault.id

    async def clear_faults(self) -> None:
        """No faults from now on; what hangs is let go."""
        self._world.faults.clear()
        self._release()

    async def release(self) -> None:
        """Drop the connections of the calls that hang."""
        self._release()

    async def manner(self, **how: Any) -> None:
        """In which way the platform behaves from now on (see `world.Manner`)."""
        known = {field.name for field in fields(Manner)}
        for name, value in how.items():
            if name not in known:
                raise NotPossible(f"there is no manner {name!r}; there are {sorted(known)}")
            setattr(self._world.manner, name, value)
        self._world.arrived.changed()

    async def advance(self, seconds: float) -> float:
        """Put the platform's clock forward; the new time."""
        self._world.clock.advance(seconds)
        return self._world.clock.now()

    async def set_time(self, moment: str) -> None:
        """Set the platform's clock to an ISO time with a zone."""
        self._world.clock.set(datetime.fromisoformat(moment))

    # What there is to see.

    async def messages(self, chat: str, everyone: bool = False) -> list[Json]:
        """What stands in the chat, oldest first: the bot's messages, or everyone's."""
        found = self._world.chats.get(chat)
        shown = [] if found is None else found.messages if everyone else found.from_bot
        return [posted.as_seen() for posted in shown]

    async def wait_for_messages(self, chat: str, count: int, timeout: float = 5.0) -> list[Json]:
        """The bot's messages in the chat once there are `count`. Raises NotPossible when there are not in time."""

        def are_there() -> bool:
            found = self._world.chats.get(chat)
            return found is not None and len(found.from_bot) >= count

        if not await self._world.changes.until(are_there, timeout):
            shown = [m["text"] for m in await self.messages(chat)]
            raise NotPossible(f"{len(shown)} of {count} messages in chat {chat} after {timeout} s: {shown}")
        return await self.messages(chat)

    async def wait_for_text(self, chat: str, text: str, timeout: float = 5.0) -> Json:
        """The bot's newest message that contains `text`. Raises NotPossible when none comes."""

        def is_there() -> bool:
            found = self._world.chats.get(chat)
            return found is not None and any(text in posted.text for posted in found.from_bot)

        if not await self._world.changes.until(is_there, timeout):
            shown = [m["text"] for m in await self.messages(chat)]
            raise NotPossible(f"no message in chat {chat} has {text!r} after {timeout} s: {shown}")
        return next(m for m in reversed(await self.messages(chat)) if text in m["text"])

    async def file(self, name: str) -> str:
        """A picture's content in base64."""
        if name not in self._world.files:
            raise NotPossible(f"there is no file {name}")
        return base64.b64encode(self._world.files[name]).decode()

    async def lose_files(self) -> None:
        """The addresses of the pictures sent so far have lost their validity."""
        self._world.files.clear()

    async def journal(self, method: str = "", since: int = 0) -> list[Json]:
        """The calls the bot made, from number `since` on."""
        calls = self._world.journal[since:]
        return [call.as_json() for call in calls if not method or call.method == method]

    async def tally(self) -> dict[str, int]:
        """How often each method was called."""
        return dict(self._world.tally)

    async def wait_for_calls(self, method: str, count: int, timeout: float = 5.0) -> int:
        """How often the method was called, once it is `count`. Raises NotPossible when it is not in time."""
        if not await self._world.changes.until(lambda: self._world.tally.get(method, 0) >= count, timeout):
            raise NotPossible(f"{self._world.tally.get(method, 0)} of {count} calls of {method} after {timeout} s")
        return self._world.tally.get(method, 0)

    async def pending(self) -> int:
        """Updates the bot has not taken yet."""
        return len(self._world.waiting)

    async def wait_until_taken(self, timeout: float = 5.0) -> None:
        """Until the bot has taken every update. Raises NotPossible when it has not in time."""
        if not await self._world.changes.until(lambda: not self._world.waiting, timeout):
            raise NotPossible(f"{len(self._world.waiting)} updates are not taken after {timeout} s")

    async def wait_until_asked_again(self, timeout: float = 5.0) -> None:
        """Until the bot has taken every update and asks for more. Raises NotPossible when it does not in time."""
        if not await self._world.changes.until(lambda: not self._world.waiting and self._world.asking > 0, timeout):
            raise NotPossible(f"{len(self._world.waiting)} updates are not taken, or nobody asks, after {timeout} s")

    async def wait_for_poll(self, timeout: float = 5.0) -> None:
        """Until the bot has asked for updates or set a webhook. Raises NotPossible when it has not in time."""
        if not await self._world.changes.until(
            lambda: bool({"getUpdates", "setWebhook"} & set(self._world.tally)), timeout
        ):
            raise NotPossible(f"nobody asked for updates in {timeout} s")

    async def webhook(self) -> Json | None:
        """The webhook that is set."""
        hook = self._world.hook
        return None if hook is None else {"url": hook.url, "secret": hook.secret, "updated_at": hook.updated_at}

    async def sent(self) -> dict[str, int]:
        """How many messages the bot sent in each month, as the plan counts them."""
        return dict(self._world.sent_in)

    def _chat(self, user: str, chat: str | None) -> Chat:
        if user not in self._world.users:
            raise NotPossible(f"there is no person {user}")
        if (chat or user) not in self._world.chats:
            raise NotPossible(f"there is no chat {chat}")
        return self._world.chats[chat or user]
