"""What the stand-in knows: the bot, people, chats and what stands in them, updates, and every call that was made."""

import hashlib
from collections import deque
from dataclasses import dataclass, field
from datetime import datetime, timedelta, timezone
from typing import Any

from tests.platforms.clock import Clock
from tests.platforms.watch import Watch
from tests.platforms.zalo_bot.faults import ApiError, Fault

Json = dict[str, Any]

VIETNAM = timezone(timedelta(hours=7))


@dataclass(slots=True)
class Manner:
    """In which of the ways that have been seen the platform behaves.

    An empty poll is a 408 of HTTP ("status") or in the body of a 200 ("body"). Refusals come with their HTTP status,
    or all `in_200`. A push is `enveloped` or bare. While a webhook is set a poll is refused, or just empty (`silent`).
    With `replay` a poll is answered at once by what was given before. With `several` a poll is answered by an array.
    `scale` is what pauses between pushes are multiplied by.
    """

    empty: str = "status"
    in_200: bool = False
    enveloped: bool = False
    silent: bool = False
    replay: bool = False
    several: bool = False
    in_seconds: bool = False
    photo_field: str = "photo_url"
    most_people: int = 50
    most_messages: int = 3000
    scale: float = 1.0


@dataclass(slots=True)
class Call:
    """One call the bot made, with its parameters and the answer it got."""

    number: int
    at: float
    method: str
    parameters: Json
    status: int = 0
    answer: Json | None = None
    fault: str = ""

    def as_json(self) -> Json:
        """The form of the journal."""
        return {
            "number": self.number, "at": self.at, "method": self.method, "parameters": self.parameters,
            "status": self.status, "answer": self.answer, "fault": self.fault,
        }  # fmt: skip


@dataclass(slots=True)
class Posted:
    """A message standing in a chat. `picture` names the file of a photo."""

    message_id: str
    chat_id: str
    sender: str
    kind: str
    text: str
    at: float
    address: str = ""
    picture: str = ""

    def as_seen(self) -> Json:
        """The message as a person sees it."""
        return {
            "message_id": self.message_id, "chat_id": self.chat_id, "from": self.sender, "kind": self.kind,
            "text": self.text, "address": self.address, "picture": self.picture, "at": self.at,
        }  # fmt: skip


@dataclass(slots=True)
class Chat:
    """A chat and what stands in it. `refusal` is why the bot may not write here, or empty."""

    id: str
    is_group: bool = False
    messages: list[Posted] = field(default_factory=list)
    refusal: str = ""

    @property
    def from_bot(self) -> list[Posted]:
        """What the bot wrote."""
        return [posted for posted in self.messages if posted.sender == "bot"]


@dataclass(slots=True)
class Hook:
    """The webhook that is set."""

    url: str
    secret: str
    updated_at: int


class World:
    """The stand-in's whole state; touched only inside its event loop."""

    def __init__(self, token: str, clock: Clock) -> None:
        self.token = token
        self.clock = clock
        self.url = ""
        self.manner = Manner()
        self.bot: Json = {
            "id": token.split(":", 1)[0], "account_name": "bot.standin", "account_type": "BASIC",
            "can_join_groups": False, "display_name": "Bot Stand-in",
        }  # fmt: skip
        self.users: dict[str, Json] = {}
        self.chats: dict[str, Chat] = {}
        self.files: dict[str, bytes] = {}
        self.waiting: deque[Json] = deque()
        self.given: deque[Json] = deque()
        self.every: dict[str, Json] = {}
        self.hook: Hook | None = None
        self.faults: list[Fault] = []
        self.journal: list[Call] = []
        self.tally: dict[str, int] = {}
        self.sent_in: dict[str, int] = {}
        self.written_to: set[str] = set()
        self.asking = 0
        self.changes = Watch()
        self.arrived = Watch()
        self._numbers = 0

    def name(self, of: str) -> str:
        """An id as Zalo's look, never used before."""
        self._numbers += 1
        return hashlib.sha256(f"{of}{self._numbers}".encode()).hexdigest()[:20]

    def note(self, method: str, parameters: Json) -> Call:
        """Begin a journal entry."""
        call = Call(len(self.journal), self.clock.now(), method, parameters)
        self.journal.append(call)
        self.tally[method] = self.tally.get(method, 0) + 1
        self.changes.changed()
        return call

    def fault_for(self, method: str, chat_id: str | None) -> Fault | None:
        """The scripted fault that hits this call, if any."""
        hit = next((f for f in self.faults if f.applies(method, chat_id)), None)
        self.faults = [f for f in self.faults if f.times != 0]
        return hit

    def add_user(self, display_name: str) -> str:
        """A person, with a private chat; the id."""
        known = self.name("user")
        self.users[known] = {"id": known, "display_name": display_name, "is_bot": False}
        self.chats[known] = Chat(known)
        return known

    def add_group(self) -> str:
        """A group the bot is a member of; the id."""
        known = self.name("group")
        self.chats[known] = Chat(known, is_group=True)
        return known

    def keep_file(self, content: bytes) -> str:
        """A picture the platform stores; its name."""
        known = self.name("file")
        self.files[known] = content
        return known

    def say(self, user_id: str, chat_id: str, event: str, content: Json, kind: str) -> str:
        """A person's message: it stands in the chat and becomes an update; the message's id."""
        chat = self.chats[chat_id]
        message_id = self.name("message")
        posted = Posted(message_id, chat_id, user_id, kind, str(content.get("text", "")), self.clock.now())
        chat.messages.append(posted)
        date = int(self.clock.now() * (1 if self.manner.in_seconds else 1000))
        message: Json = {
            "from": self.users[user_id],
            "chat": {"id": chat_id, "chat_type": "GROUP" if chat.is_group else "PRIVATE"},
            **content,
            "message_id": message_id,
            "date": date,
        }
        self.add({"event_name": event, "message": message})
        self.changes.changed()
        return message_id

    def add(self, update: Json) -> None:
        """An update for the bot."""
        message = update.get("message")
        if isinstance(message, dict) and isinstance(message.get("message_id"), str):
            self.every[message["message_id"]] = update
        self.waiting.append(update)
        self.arrived.changed()

    def take(self) -> Json | None:
        """What a poll is answered: it is gone then, for there is no acknowledgement."""
        if self.waiting:
            update = self.waiting.popleft()
            self.given.append(update)
            return update
        if self.manner.replay and self.given:
            self.given.rotate(-1)
            return self.given[-1]
        return None

    def has_something(self) -> bool:
        """Whether a poll would be answered at once."""
        return bool(self.waiting or (self.manner.replay and self.given))

    def post(self, chat: Chat, kind: str, text: str, *, address: str = "", picture: str = "") -> Json:
        """A message of the bot. Raises ApiError when the plan's limits are reached."""
        if not chat.is_group and chat.id not in self.written_to and len(self.written_to) >= self.manner.most_people:
            raise ApiError(403, "The bot has reached its number of users")
        month = f"{datetime.fromtimestamp(self.clock.now(), VIETNAM):%Y-%m}"
        if self.sent_in.get(month, 0) >= self.manner.most_messages:
            raise ApiError(429, "Quota exceeded")
        self.sent_in[month] = self.sent_in.get(month, 0) + 1
        if not chat.is_group:
            self.written_to.add(chat.id)
        posted = Posted(self.name("message"), chat.id, "bot", kind, text, self.clock.now(), address, picture)
        chat.messages.append(posted)
        return {"message_id": posted.message_id, "date": int(self.clock.now() * 1000)}
