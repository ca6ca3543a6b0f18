"""Zalo Bot's raw updates in the office's own form: only the fields that are used are looked at.

An update comes bare (`event_name`, `message`) or in the envelope of an answer (`ok`, `result`); both are read alike, so
that one message has one id whichever way it came (docs/decisions/0033-zalo-bot.md).
"""

import re
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import Any

from domain.channels import ZALO_BOT
from domain.groups import said_to
from domain.messages import Ignored, Incoming, Kind, SentFile, Unreadable
from domain.vietnamese import nfc

TEST = "webhook.test"
"""What Zalo sends to try a webhook: a message of nobody."""

KINDS = {
    "message.text.received": Kind.TEXT,
    "message.image.received": Kind.PHOTO,
    "message.sticker.received": Kind.STICKER,
    "message.voice.received": Kind.VOICE,
    "message.unsupported.received": Kind.OTHER,
    "user.follow": Kind.JOINED,
    "user.unfollow": Kind.LEFT,
}

CONTENT = (
    ("photo_url", Kind.PHOTO),
    ("photo", Kind.PHOTO),
    ("voice_url", Kind.VOICE),
    ("sticker", Kind.STICKER),
    ("text", Kind.TEXT),
)
"""By what a message is told whose event has no name that we know."""

SECONDS_END = 10**11
"""A date above this is in milliseconds; some of Zalo's own samples are in seconds."""


def bare(raw: Mapping[str, Any]) -> Mapping[str, Any]:
    """The update out of its envelope, if it is in one."""
    inner = raw.get("result")
    return inner if "message" not in raw and "event_name" not in raw and isinstance(inner, Mapping) else raw


def is_probe(raw: Mapping[str, Any]) -> bool:
    """True for what Zalo sends to try a webhook."""
    return bare(raw).get("event_name") == TEST


def update_id(raw: Mapping[str, Any]) -> str:
    """The message's own id within its chat: updates have none. Raises Unreadable."""
    message = _part(bare(raw), "message")
    known = _id(message, "message_id")
    chat = message.get("chat")
    where = _loose_id(chat, "id") if isinstance(chat, Mapping) else ""
    return f"{where}:{known}" if where else known


def read(raw: Mapping[str, Any], bot_id: str, bot_names: Sequence[str] = ()) -> Incoming:
    """The message of an update. `bot_names` are those by which the bot is mentioned in groups.

    Raises Unreadable for a form that is not known, Ignored when nothing is asked of the bot.
    """
    update = bare(raw)
    event = update.get("event_name", "")
    if event == TEST:
        raise Ignored("a trial of the webhook")
    if not isinstance(event, str):
        raise Unreadable("event_name is not text")
    if "message" not in update:
        if event and not event.startswith("message."):
            raise Ignored(f"an event without a message: {event[:60]}")
        raise Unreadable("an update without a message")
    message = _part(update, "message")
    sender = _sender(message, bot_id)
    chat = _part(message, "chat")
    kind = KINDS.get(event) or _kind(message)
    text = _text(message, "text") or _text(message, "caption")
    in_group = _is_group(chat)
    if in_group:
        # In a group Zalo hands on only what mentions the bot or answers it: the name is no part of what is asked.
        text = _without_name(text, bot_names)
    return Incoming(
        channel=ZALO_BOT,
        update_id=update_id(raw),
        chat_id=_id(chat, "id"),
        user_id=_id(sender, "id"),
        kind=kind,
        text=text if kind in (Kind.TEXT, Kind.PHOTO) else "",
        user_name=_loose_text(sender, "display_name").strip(),
        in_group=in_group,
        sent_at=_moment(message.get("date")),
        message_id=_id(message, "message_id"),
        files=_photo(message) if kind is Kind.PHOTO else (),
    )


def _without_name(text: str, names: Sequence[str]) -> str:
    """What is said to the bot, without its name before it and without mentions of it elsewhere."""
    said = said_to(text, names)
    if said is not None:
        return said
    for name in filter(None, names):
        text = re.sub(rf"@\s?{re.escape(name)}(?!\w)", "", text, flags=re.IGNORECASE)
    return text.strip()


def _kind(message: Mapping[str, Any]) -> Kind:
    """What a message carries, told from its fields; an event of tomorrow is a message that cannot be read."""
    return next((kind for field, kind in CONTENT if message.get(field)), Kind.OTHER)


def _photo(message: Mapping[str, Any]) -> tuple[SentFile, ...]:
    """The photo by its address; nothing where Zalo names none."""
    for field in ("photo_url", "photo"):
        address = _loose_text(message, field)
        if address:
            return (SentFile(address, media_type="image/jpeg"),)
    return ()


def _sender(message: Mapping[str, Any], bot_id: str) -> Mapping[str, Any]:
    """Who wrote it. Raises Ignored for the bot itself and any other: Zalo hands a bot its own messages too."""
    sender = _part(message, "from")
    if sender.get("is_bot") is True or (bot_id and _loose_id(sender, "id") == bot_id):
        raise Ignored("written by a bot")
    return sender


def _is_group(chat: Mapping[str, Any]) -> bool:
    """Whether others read along; what is neither said to be private nor a group is taken for private."""
    said = chat.get("chat_type", chat.get("type"))
    return isinstance(said, str) and said.upper() not in ("", "PRIVATE")


def _part(body: Mapping[str, Any], name: str) -> Mapping[str, Any]:
    value = body.get(name)
    if not isinstance(value, Mapping):
        raise Unreadable(f"{name} is not an object")
    return value


def _id(body: Mapping[str, Any], name: str) -> str:
    found = _loose_id(body, name)
    if not found:
        raise Unreadable(f"{name} is not an id")
    return found


def _loose_id(body: Mapping[str, Any], name: str) -> str:
    """An id, which is text in real updates and may be a number; empty where it is neither."""
    value = body.get(name)
    if isinstance(value, int) and not isinstance(value, bool):
        return str(value) if abs(value) < 2**63 else ""
    found = _loose_text(body, name)
    return found if len(found) <= 200 else ""


def _text(body: Mapping[str, Any], name: str) -> str:
    """A string in NFC that any database takes: without NUL and without halves of a character. Raises Unreadable."""
    value = body.get(name)
    if value is None:
        return ""
    if not isinstance(value, str):
        raise Unreadable(f"{name} is not text")
    whole = value.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "replace")
    return nfc(whole.replace("\0", ""))


def _loose_text(body: Mapping[str, Any], name: str) -> str:
    """The same for a field without which the message still has a meaning: empty where it is not text."""
    try:
        return _text(body, name)
    except Unreadable:
        return ""


def _moment(date: Any) -> datetime | None:
    if isinstance(date, str) and date.isascii() and date.isdigit() and len(date) < 18:
        date = int(date)
    if isinstance(date, bool) or not isinstance(date, int | float):
        return None
    try:
        return datetime.fromtimestamp(date / 1000 if date > SECONDS_END else date, UTC)
    except (OverflowError, OSError, ValueError):
        return None
