"""What a test can do to the stand-in: speak as a person, read what the bot wrote, script faults, read the journal.

Every command takes JSON and gives JSON, so that the same ones serve in this process and over HTTP.
"""

import base64
import inspect
import json
from collections.abc import Callable, Iterable
from dataclasses import asdict
from datetime import datetime
from typing import Any

from tests.platforms.telegram.faults import KINDS, Fault, Meter, Pace
from tests.platforms.telegram.world import Chat, Json, Posted, Press, World
from tests.platforms.wire import NotPossible


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

    async def user(
        self,
        id: int | None = None,
        first_name: str = "Lan",
        last_name: str = "",
        username: str = "",
        started: bool = True,
    ) -> int:
        """A new person; the id."""
        return self._world.add_user(id, first_name, last_name, username, has_started=started)

    async def group(self, title: str = "Group", supergroup: bool = False) -> int:
        """A new group with the bot in it; the id."""
        return self._world.add_group(title, is_super=supergroup)

    async def says(self, user: int, text: str, chat: int | None = None, answers: int | None = None) -> int | None:
        """A person writes, perhaps in answer to a message; the update's id."""
        self._user(user)
        quoted: Json = {}
        if answers is not None:
            posted = self._chat(chat or user).messages.get(answers)
            if posted is None:
                raise NotPossible(f"there is no message {answers} to answer")
            quoted = {"reply_to_message": {k: v for k, v in posted.body.items() if k != "reply_to_message"}}
        return self._world.say(user, chat or user, {"text": text, **quoted})

    async def name_bot(self, first_name: str, username: str) -> None:
        """The bot has these names from now on."""
        self._world.bot |= {"first_name": first_name, "username": username}

    async def adds_bot(self, user: int, group: int) -> int | None:
        """A person adds the bot to a group; the update's id."""
        self._chat(group).refusal = ""
        return self._membership(user, "left", "member", group)

    async def removes_bot(self, user: int, group: int) -> int | None:
        """A person puts the bot out of a group; the update's id."""
        self._chat(group).refusal = "bot was kicked from the group chat"
        return self._membership(user, "member", "kicked", group)

    async def renames(self, user: int, group: int, title: str) -> int | None:
        """A person gives the group another name; the update's id."""
        self._user(user)
        self._chat(group).body["title"] = title
        return self._world.say(user, group, {"new_chat_title": title})

    async def freeze_messages(self, chat: int) -> None:
        """What the bot wrote in a chat so far can no longer be edited."""
        self._world.frozen |= set(self._chat(chat).messages)

    async def sends(
        self, user: int, what: str, chat: int | None = None, caption: str = "", name: str = "", content: str = "",
        fields: Json | None = None, beside: Json | None = None,
    ) -> int | None:  # fmt: skip
        """A person sends something else than text.

        `content` is base64; `fields` are put into it as they stand, and `beside` it, such as a `media_group_id`.
        """
        self._user(user)
        body = self._content(what, name, base64.b64decode(content), fields or {}) | (beside or {})
        if caption:
            body["caption"] = caption
        return self._world.say(user, chat or user, body)

    async def edits(self, user: int, message: int, text: str, chat: int | None = None) -> int | None:
        """A person edits their own message; the update's id."""
        posted = self._chat(chat or user).messages.get(message)
        if posted is None or posted.is_from_bot or posted.body["from"]["id"] != user:
            raise NotPossible(f"message {message} is not theirs to edit")
        posted.body = {**posted.body, "text": text, "edit_date": int(self._world.clock.now())}
        posted.is_edited = True
        return self._world.updates.add({"edited_message": posted.body}, chat or user)

    async def presses(
        self, user: int, label: str, chat: int | None = None, message: int | None = None, stale: bool = False
    ) -> Json:
        """A person presses the newest button with this label; raises NotPossible when no such button is shown.

        With `stale` on a phone that has not seen yet that buttons were taken off.
        """
        self._user(user)
        where = self._chat(chat or user)
        posted, data = self._button(where, label, message, stale)
        press = Press(f"{user}{self._world.number():06d}", user, data)
        self._world.presses[press.id] = press
        update = {
            "callback_query": {
                "id": press.id,
                "from": self._world.users[user],
                "message": posted.body,
                "chat_instance": str(where.id),
                "data": data,
            }
        }
        return {"update_id": self._world.updates.add(update, where.id), "callback_query_id": press.id, "data": data}

    async def blocks(self, user: int) -> int | None:
        """A person blocks the bot."""
        self._world.private_chat(user).refusal = "bot was blocked by the user"
        return self._membership(user, "member", "kicked")

    async def unblocks(self, user: int) -> int | None:
        """A person lets the bot write again."""
        self._world.private_chat(user).refusal = ""
        return self._membership(user, "kicked", "member")

    async def deactivates(self, user: int) -> None:
        """A person's account is gone."""
        self._world.private_chat(user).refusal = "user is deactivated"

    async def migrates(self, group: int, user: int | None = None) -> int:
        """A group becomes a supergroup; the new id. With the person who did it both groups are told of it."""
        old = self._chat(group)
        moved = self._world.add_group(old.body["title"], is_super=True)
        if user is not None:
            self._world.say(user, group, {"migrate_to_chat_id": moved})
            self._world.say(user, moved, {"migrate_from_chat_id": group})
        old.moved_to = moved
        return moved

    async def flood(self, count: int, chats: int, text: str = "xin chào") -> Json:
        """Many people write at once; `{n}` in the text becomes the message's number. Their ids and the update ids."""
        users = [self._world.add_user(None, f"Dân {n}", "", "", has_started=True) for n in range(chats)]
        updates = [
            self._world.say(users[n % chats], users[n % chats], {"text": text.replace("{n}", str(n))})
            for n in range(count)
        ]
        return {"users": users, "updates": updates}

    # Updates that are out of order, repeated, or not what a bot expects.

    async def inject(self, update: Json, lane: int = 0) -> int | None:
        """Any update at all; it gets an `update_id` unless it has one."""
        return self._world.updates.add(update, lane)

    async def poison(self, user: int) -> int | None:
        """An update with fields of a wrong type."""
        self._user(user)
        return self._world.updates.add(
            {"message": {"message_id": "one", "date": "now", "chat": [user], "text": 7}}, user
        )

    async def unknown(self, user: int) -> int | None:
        """An update of a type no client of today knows."""
        return self._world.updates.add({"telepathy": {"from": self._user(user), "thought": "?"}}, user)

    async def redeliver(self, update: int) -> None:
        """Deliver an update once more."""
        try:
            self._world.updates.redeliver(update)
        except KeyError:
            raise NotPossible(f"there was no update {update}") from None

    async def reverse_next(self) -> None:
        """Deliver the next batch of updates in the wrong order."""
        self._world.updates.reverse_next()

    # Faults and settings.

    async def fault(self, kind: str, **how: Any) -> int:
        """Script a fault (see `faults.Fault`); its id."""
        if kind not in KINDS:
            raise NotPossible(f"there is no fault {kind!r}; there are {sorted(KINDS)}")
        fault = Fault(self._world.number(), kind, **how)
        self._world.faults.append(fault)
        return fault.id

    async def clear_faults(self) -> None:
        """No faults from now on; what hangs is let go."""
        self._world.faults.clear()
        self._release()

    async def release(self) -> None:
        """Drop the connections of the calls that hang."""
        self._release()

    async def pace(self, **limits: Any) -> None:
        """Meter the sending rate (see `faults.Pace`)."""
        self._world.meter = Meter(Pace(**limits))

    async def no_pace(self) -> None:
        """Stop metering."""
        self._world.meter = None

    async def retry_scale(self, scale: float) -> None:
        """What the pauses between pushes to a webhook are multiplied by."""
        self._world.retry_scale = scale

    async def advance(self, seconds: float) -> float:
        """Put the platform's clock forward; the new time."""
        self._world.clock.advance(seconds)
        self._world.updates.arrived.changed()
        return self._world.clock.now()

    async def set_time(self, moment: str) -> None:
        """Set the platform's clock to an ISO time with a zone."""
        self._world.clock.set(datetime.fromisoformat(moment))

    # What there is to see.

    async def messages(self, chat: int, everyone: bool = False) -> list[Json]:
        """What stands in the chat, oldest first: the bot's messages, or everyone's."""
        found = self._world.chats.get(chat)
        shown = found.messages.values() if found else ()
        return [posted.as_seen() for posted in shown if everyone or posted.is_from_bot]

    async def wait_for_messages(self, chat: int, count: int, timeout: float = 5.0) -> list[Json]:
        """The bot's messages in the chat once there are `count`. Raises NotPossible when there are not in time."""

        def are_there() -> bool:
            found = self._world.chats.get(chat)
            return found is not None and found.bot_count >= count

        if not await self._world.changes.until(are_there, timeout):
            shown = [m["text"] for m in await self.messages(chat)]
            raise NotPossible(f"{len(shown)} of {count} messages in chat {chat} after {timeout} s: {shown}")
        return await self.messages(chat)

    async def wait_for_text(self, chat: int, text: str, timeout: float = 5.0) -> Json:
        """The bot's newest message that contains `text`, edits included. Raises NotPossible when none comes."""

        def holding() -> list[Posted]:
            found = self._world.chats.get(chat)
            shown = found.messages.values() if found else ()
            return [p for p in shown if p.is_from_bot and text in p.as_seen()["text"]]

        if not await self._world.changes.until(lambda: bool(holding()), timeout):
            shown = [m["text"] for m in await self.messages(chat)]
            raise NotPossible(f"no message in chat {chat} has {text!r} after {timeout} s: {shown}")
        return holding()[-1].as_seen()

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

    async def span(self, method: str = "sendMessage") -> Json:
        """How many calls of a method succeeded, and the times of the first and the last, for measuring speed."""
        times = [call.at for call in self._world.journal if call.method == method and call.status == 200]
        return {"count": len(times), "first": times[0] if times else 0.0, "last": times[-1] if times else 0.0}

    async def pending(self) -> int:
        """Updates the bot has not taken yet."""
        return self._world.pending

    async def wait_until_taken(self, timeout: float = 5.0) -> None:
        """Until the bot has taken every update. Raises NotPossible when it has not in time."""
        if not await self._world.changes.until(lambda: self._world.pending == 0, timeout):
            raise NotPossible(f"{self._world.pending} updates are not taken after {timeout} s")

    async def wait_for_poll(self, timeout: float = 5.0) -> None:
        """Until the bot has asked for updates or set a webhook. Raises NotPossible when it has not in time."""
        tally = self._world.tally
        if not await self._world.changes.until(lambda: bool({"getUpdates", "setWebhook"} & set(tally)), timeout):
            raise NotPossible(f"nobody asked for updates in {timeout} s")

    async def answers(self) -> dict[str, Json | None]:
        """What the bot answered to each press, by callback query id; None while it has not."""
        return {press.id: press.answer for press in self._world.presses.values()}

    async def webhook(self) -> Json | None:
        """The webhook that is set."""
        hook = self._world.hook
        if hook is None:
            return None
        return {k: v for k, v in asdict(hook).items() if k != "lanes"} | {"pending": self._world.pending}

    async def commands(self, scope: str = "default") -> list[Json]:
        """The command menu of a scope: "default", "all_group_chats", "chat:42"."""
        return self._world.menus.get(scope, [])

    async def lose_files(self) -> None:
        """The platform has none of its files any more: asked for one, it says that it is not available."""
        self._world.lost_files.update(self._world.files)

    async def file(self, id: str) -> str:
        """A file's content in base64."""
        kept = self._world.files.get(id)
        if kept is None:
            raise NotPossible(f"there is no file {id}")
        return base64.b64encode(kept.content).decode()

    def _user(self, user: int) -> Json:
        if user not in self._world.users:
            raise NotPossible(f"there is no person {user}")
        return self._world.users[user]

    def _chat(self, chat: int) -> Chat:
        if chat not in self._world.chats:
            raise NotPossible(f"there is no chat {chat}")
        return self._world.chats[chat]

    def _membership(self, user: int, old: str, new: str, group: int | None = None) -> int | None:
        chat = self._world.private_chat(user) if group is None else self._chat(group)
        change = {
            "my_chat_member": {
                "chat": chat.body,
                "from": self._world.users[user],
                "date": int(self._world.clock.now()),
                "old_chat_member": self._member(old),
                "new_chat_member": self._member(new),
            }
        }
        return self._world.updates.add(change, chat.id)

    def _member(self, status: str) -> Json:
        body: Json = {"user": self._world.bot, "status": status}
        return {**body, "until_date": 0} if status == "kicked" else body

    def _button(self, chat: Chat, label: str, message: int | None, stale: bool) -> tuple[Posted, str]:
        shown: Iterable[Posted] = reversed(chat.messages.values())
        labels: list[str] = []
        for posted in shown:
            if message is not None and posted.body["message_id"] != message:
                continue
            markups = [posted.body.get("reply_markup", {}), *(reversed(posted.old_markups) if stale else ())]
            for button in (b for markup in markups for row in markup.get("inline_keyboard", []) for b in row):
                labels.append(button["text"])
                if button["text"] == label and "callback_data" in button:
                    return posted, button["callback_data"]
        raise NotPossible(f"no button {label!r} is shown; there are {json.dumps(labels, ensure_ascii=False)}")

    def _content(self, what: str, name: str, content: bytes, fields: Json) -> Json:
        if what == "location":
            return {"location": {"latitude": 21.03, "longitude": 105.85, **fields}}
        if what == "contact":
            return {"contact": {"phone_number": "+84900000000", "first_name": "Lan", **fields}}
        if what == "dice":
            return {"dice": {"emoji": "🎲", "value": 3, **fields}}
        names = {"photo": "photo.jpg", "voice": "voice.oga", "video": "video.mp4", "sticker": "sticker.webp"}
        kept = self._world.keep_file(name or names.get(what, "file.bin"), content)
        held: Json = {"file_id": kept.id, "file_unique_id": f"u{kept.id}", "file_size": len(content)}
        if what == "photo":
            small = self._world.keep_file("thumbnail.jpg", content[:16])
            thumbnail = {"file_id": small.id, "file_unique_id": f"u{small.id}", "file_size": len(small.content)}
            whole = {**held, "width": 900, "height": 600, **fields}
            return {"photo": [{**thumbnail, "width": 90, "height": 60}, whole]}
        shapes: dict[str, Json] = {
            "document": {"file_name": name or "file.bin", "mime_type": "application/octet-stream"},
            "voice": {"duration": 3, "mime_type": "audio/ogg"},
            "audio": {"duration": 3},
            "video": {"duration": 3, "width": 90, "height": 60},
            "sticker": {
                "type": "regular", "width": 512, "height": 512, "is_animated": False, "is_video": False, "emoji": "👍"
            },
        }  # fmt: skip
        if what not in shapes:
            raise NotPossible(f"nobody can send {what!r} here")
        return {what: {**held, **shapes[what], **fields}}
