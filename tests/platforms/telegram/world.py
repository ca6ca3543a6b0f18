"""What the stand-in knows: the bot, people, chats and what stands in them, files, and every call that was made."""

from collections import deque
from dataclasses import dataclass, field
from typing import Any

from tests.platforms.clock import Clock
from tests.platforms.telegram.faults import Fault, Meter
from tests.platforms.telegram.text import commands_in
from tests.platforms.telegram.updates import Queued, Updates
from tests.platforms.watch import Watch

Json = dict[str, Any]

ATTACHED = ("photo", "document", "voice", "video", "audio", "sticker", "animation")


@dataclass(slots=True)
class Call:
    """One call the bot made, with its parameters (files by name and size) and the answer it got."""

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
    """A message standing in a chat. `file_name` is what the bot called a file it sent, which a photo does not show.

    `old_markups` are the keyboards that stood there before: a phone that has not seen the edit still shows them.
    """

    body: Json
    is_from_bot: bool
    is_edited: bool = False
    file_name: str = ""
    old_markups: list[Json] = field(default_factory=list)

    def as_seen(self) -> Json:
        """The message as a person sees it, buttons included."""
        kind = next((k for k in ATTACHED if k in self.body), "text" if "text" in self.body else "other")
        attached = self.body.get(kind)
        held = attached[-1] if isinstance(attached, list) else attached
        keyboard = self.body.get("reply_markup", {}).get("inline_keyboard", [])
        return {
            "message_id": self.body["message_id"],
            "chat_id": self.body["chat"]["id"],
            "from": "bot" if self.is_from_bot else self.body["from"]["id"],
            "kind": kind,
            "text": self.body.get("text", self.body.get("caption", "")),
            "buttons": [
                [{"label": b["text"], "data": b.get("callback_data", ""), "url": b.get("url", "")} for b in row]
                for row in keyboard
            ],
            "file": None
            if not isinstance(held, dict)
            else {
                "id": held["file_id"],
                "name": held.get("file_name", self.file_name),
                "size": held.get("file_size", 0),
            },
            "edited": self.is_edited,
            "answers": self.body.get("reply_to_message", {}).get("message_id"),
            "date": self.body["date"],
        }


@dataclass(slots=True)
class Chat:
    """A chat and what stands in it. `refusal` is why the bot may not write here: "blocked", "deactivated", or empty."""

    body: Json
    messages: dict[int, Posted] = field(default_factory=dict)
    refusal: str = ""
    moved_to: int = 0
    bot_count: int = 0

    @property
    def id(self) -> int:
        """The chat's id."""
        return int(self.body["id"])


@dataclass(slots=True)
class File:
    """A file on the platform's side. Its path opens it until `path_ends`; asking anew prolongs that."""

    id: str
    path: str
    content: bytes
    path_ends: float = 0.0


@dataclass(slots=True)
class Press:
    """A button that was pressed, and what the bot answered to it."""

    id: str
    user_id: int
    data: str
    answer: Json | None = None


@dataclass(slots=True)
class Hook:
    """The webhook that is set. `lanes` holds what it has not taken yet, by chat."""

    url: str
    secret: str
    max_connections: int = 40
    last_error_date: int = 0
    last_error: str = ""
    lanes: dict[int, deque[Queued]] = field(default_factory=dict)


class World:
    """The stand-in's whole state; touched only inside its event loop."""

    def __init__(self, token: str, clock: Clock) -> None:
        self.token = token
        self.clock = clock
        self.bot: Json = {
            "id": int(token.split(":", 1)[0]),
            "is_bot": True,
            "first_name": "Stand-in bot",
            "username": "stand_in_bot",
        }
        self.users: dict[int, Json] = {}
        self.chats: dict[int, Chat] = {}
        self.files: dict[str, File] = {}
        self.lost_files: set[str] = set()
        self.presses: dict[str, Press] = {}
        self.updates = Updates(clock)
        self.hook: Hook | None = None
        self.retry_scale = 1.0
        self.menus: dict[str, list[Json]] = {}
        self.frozen: set[int] = set()
        self.faults: list[Fault] = []
        self.meter: Meter | None = None
        self.journal: list[Call] = []
        self.tally: dict[str, int] = {}
        self.changes = Watch()
        self._numbers = 0
        self._messages = 0

    @property
    def pending(self) -> int:
        """Updates the bot has not taken yet."""
        pushing = sum(len(lane) for lane in self.hook.lanes.values()) if self.hook else 0
        return len(self.updates) + pushing

    def number(self) -> int:
        """A number never used before."""
        self._numbers += 1
        return self._numbers

    def note(self, method: str, parameters: Json) -> Call:
        """Begin a journal entry."""
        call = Call(len(self.journal), self.clock.now(), method, parameters)
        self.journal.append(call)
        self.tally[method] = self.tally.get(method, 0) + 1
        self.changes.changed()
        return call

    def fault_for(self, method: str, chat_id: int | None) -> Fault | None:
        """The scripted fault that hits this call, if any."""
        if not self.faults:
            return None
        hit = next((f for f in self.faults if f.applies(method, chat_id)), None)
        self.faults = [f for f in self.faults if f.times != 0]
        return hit

    def add_user(
        self, user_id: int | None, first_name: str, last_name: str, username: str, *, has_started: bool
    ) -> int:
        """A person, with a private chat unless they never wrote to the bot."""
        known = user_id if user_id is not None else 100_000 + self.number()
        user: Json = {"id": known, "is_bot": False, "first_name": first_name, "language_code": "vi"}
        if last_name:
            user["last_name"] = last_name
        if username:
            user["username"] = username
        self.users[known] = user
        if has_started:
            self.private_chat(known)
        return known

    def private_chat(self, user_id: int) -> Chat:
        """The chat between a person and the bot."""
        if user_id not in self.chats:
            user = self.users[user_id]
            names: Json = {k: user[k] for k in ("first_name", "last_name", "username") if k in user}
            self.chats[user_id] = Chat({"id": user_id, "type": "private", **names})
        return self.chats[user_id]

    def add_group(self, title: str, *, is_super: bool = False) -> int:
        """A group the bot is a member of."""
        chat_id = -1_000_000_000_000 - self.number() if is_super else -self.number()
        self.chats[chat_id] = Chat({"id": chat_id, "type": "supergroup" if is_super else "group", "title": title})
        return chat_id

    def post(self, chat: Chat, sender: Json, content: Json) -> Json:
        """A new message in a chat."""
        self._messages += 1
        body: Json = {
            "message_id": self._messages,
            "from": sender,
            "chat": chat.body,
            "date": int(self.clock.now()),
            **content,
        }
        is_from_bot = sender is self.bot
        chat.messages[self._messages] = Posted(body, is_from_bot)
        chat.bot_count += is_from_bot
        return body

    def say(self, user_id: int, chat_id: int, content: Json) -> int | None:
        """A person's message: it stands in the chat and becomes an update."""
        chat = self.private_chat(user_id) if chat_id == user_id else self.chats[chat_id]
        if "text" in content and (commands := commands_in(content["text"])):
            content = {**content, "entities": commands}
        body = self.post(chat, self.users[user_id], content)
        return self.updates.add({"message": body}, chat_id)

    def keep_file(self, name: str, content: bytes) -> File:
        """A file the platform stores."""
        number = self.number()
        folder = "photos" if name.endswith((".jpg", ".png")) else "documents"
        suffix = name.rsplit(".", 1)[-1] if "." in name else "bin"
        kept = File(f"file-{number}", f"{folder}/file_{number}.{suffix}", content)
        self.files[kept.id] = kept
        return kept
