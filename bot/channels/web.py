"""The chat page's channel. An update is what the page posted; a reply is delivered by being in the outbox.

Who and where: a citizen's account and chat are both the visitor's id. In the demo a visitor may play a persona: the
account is then the persona's (`persona_account`), shared by all who play it, while each visitor has a talk of their
own with it (`chat_of`). What is sent to the account itself, such as a reminder, reaches everyone who plays it.
"""

import asyncio
import re
import uuid
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from bot.keeping import Uploads
from domain.messages import Incoming, Kind, Reply, SentFile, Unreadable
from domain.ports import FetchFailed, Limits, SendFailed
from domain.vietnamese import nfc

KINDS = frozenset({Kind.TEXT, Kind.ACTION, Kind.STICKER, Kind.PHOTO, Kind.FILE, Kind.VOICE, Kind.LOCATION})
"""What the page may say a message is; text, button presses, photos and files carry something."""

PERSONA_ID = re.compile(r"[a-z0-9][a-z0-9_-]{0,31}")
UPDATE_ID = re.compile(r"[A-Za-z0-9_-]{8,64}")


def persona_account(persona_id: str) -> str:
    """The user id, and the chat id for notices, by which a demo person's account is bound to this channel."""
    return f"demo:{persona_id}"


def chat_of(visitor: str, persona_id: str | None) -> str:
    """The chat in which this visitor talks, as themselves or playing a persona."""
    return visitor if persona_id is None else f"{persona_account(persona_id)}/{visitor}"


class Web:
    """Reads what the chat page posts. Sending is a matter of the outbox: the page fetches the rows marked sent."""

    name = "web"
    limits = Limits(text_units=4000, per_second=1000.0, per_chat_second=50.0)

    def __init__(self, uploads: Uploads | None = None) -> None:
        self._uploads = uploads

    def update_id(self, raw: Mapping[str, Any]) -> str:
        """The page's own id for the message, within its visitor: a stranger cannot use up somebody else's ids."""
        return f"{_word(raw, 'visitor')}:{_word(raw, 'id')}"

    def read(self, raw: Mapping[str, Any]) -> Incoming:
        """The message. Raises Unreadable."""
        visitor = _word(raw, "visitor")
        persona = raw.get("persona")
        if persona is not None and not (isinstance(persona, str) and PERSONA_ID.fullmatch(persona)):
            raise Unreadable("persona")
        kind = raw.get("kind", "text")
        if not isinstance(kind, str) or kind not in KINDS:
            raise Unreadable("kind")
        return Incoming(
            channel=self.name,
            update_id=self.update_id(raw),
            chat_id=chat_of(visitor, persona),
            user_id=visitor if persona is None else persona_account(persona),
            kind=Kind(kind),
            text=nfc(_text(raw, "text")),
            action=_text(raw, "action"),
            sent_at=_moment(raw),
            message_id=_word(raw, "id"),
            files=_files(raw),
            place=_text(raw, "place"),
        )

    async def send(self, chat_id: str, reply: Reply) -> str:
        """A new message id: the reply is delivered once its row is marked sent, which the page is waiting for."""
        return uuid.uuid4().hex

    async def edit(self, chat_id: str, message_id: str, reply: Reply) -> None:
        """Nothing: the page shows its messages as they were sent. Raises SendFailed."""
        raise SendFailed("rejected", "the page edits no messages")

    async def busy(self, chat_id: str) -> None:
        """Nothing: the page shows by itself that it waits."""

    async def fetch(self, remote_id: str, most_bytes: int) -> bytes:
        """The bytes of what the page took in. Raises FetchFailed."""
        content = await asyncio.to_thread(self._uploads.get, remote_id) if self._uploads else None
        if content is None:
            raise FetchFailed("gone", "the upload is no longer there")
        if len(content) > most_bytes:
            raise FetchFailed("too_large", f"{len(content)} bytes")
        return content

    async def ping(self) -> None:
        """It is always there."""

    async def acknowledge(self, incoming: Incoming) -> None:
        """Nothing: the page marks a button as pressed by itself."""

    async def close(self) -> None:
        """Nothing is held open."""


def _word(raw: Mapping[str, Any], key: str) -> str:
    found = raw.get(key)
    if not isinstance(found, str) or not found:
        raise Unreadable(key)
    return found


def _text(raw: Mapping[str, Any], key: str) -> str:
    found = raw.get(key, "")
    if not isinstance(found, str):
        raise Unreadable(key)
    return found


def _files(raw: Mapping[str, Any]) -> tuple[SentFile, ...]:
    found = raw.get("files", [])
    if not isinstance(found, list) or not all(isinstance(one, Mapping) for one in found):
        raise Unreadable("files")
    return tuple(
        SentFile(_word(one, "id"), nfc(_text(one, "name")), _text(one, "media_type"), int(one.get("size", 0)))
        for one in found
    )


def _moment(raw: Mapping[str, Any]) -> datetime | None:
    try:
        moment = datetime.fromisoformat(raw["at"])
    except (KeyError, TypeError, ValueError):
        return None
    return moment if moment.tzinfo else None
