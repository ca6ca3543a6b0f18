"""Telegram's raw updates in the office's own form: only the fields that are used are looked at."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import Any

from domain.groups import said_to
from domain.messages import Ignored, Incoming, Kind, SentFile, Unreadable
from domain.vietnamese import nfc

CHANNEL = "telegram"

ASKED_FOR = ("message", "edited_message", "callback_query", "my_chat_member")
"""The kinds of update the bot wants; Telegram is told to send no others."""

KNOWN_BUT_UNASKED = frozenset(
    {
        "channel_post", "edited_channel_post", "business_connection", "business_message", "edited_business_message",
        "deleted_business_messages", "guest_message", "message_reaction", "message_reaction_count", "inline_query",
        "chosen_inline_result", "shipping_query", "pre_checkout_query", "purchased_paid_media", "poll", "poll_answer",
        "chat_member", "chat_join_request", "chat_boost", "removed_chat_boost", "managed_bot", "subscription",
        "stopped_message_generation",
    }
)  # fmt: skip
"""The other kinds of Bot API 10.3: well formed, and nothing in them is for us."""

CONTENT = (
    ("text", Kind.TEXT),
    ("sticker", Kind.STICKER),
    ("photo", Kind.PHOTO),
    ("voice", Kind.VOICE),
    ("animation", Kind.FILE),
    ("document", Kind.FILE),
    ("audio", Kind.FILE),
    ("video", Kind.FILE),
    ("video_note", Kind.FILE),
    ("location", Kind.LOCATION),
    ("contact", Kind.CONTACT),
)
"""What a message may carry, in the order of looking: an animation has a `document` beside it, a venue a `location`."""

CARRIED = ("photo", "animation", "document", "audio", "video", "video_note")
"""The contents that are a photo or a file; a voice message is spoken to somebody and not kept."""

SERVICE = frozenset(
    {
        "new_chat_members", "left_chat_member", "chat_owner_left", "chat_owner_changed", "new_chat_title",
        "new_chat_photo", "delete_chat_photo", "group_chat_created", "supergroup_chat_created",
        "channel_chat_created", "message_auto_delete_timer_changed", "migrate_to_chat_id", "migrate_from_chat_id",
        "pinned_message", "users_shared", "chat_shared", "connected_website", "write_access_allowed",
        "proximity_alert_triggered", "boost_added", "chat_background_set", "forum_topic_created",
        "forum_topic_edited", "forum_topic_closed", "forum_topic_reopened", "general_forum_topic_hidden",
        "general_forum_topic_unhidden", "video_chat_scheduled", "video_chat_started", "video_chat_ended",
        "video_chat_participants_invited",
    }
)  # fmt: skip
"""Messages the app itself writes about the chat."""

GROUPS = frozenset({"group", "supergroup"})
PRESENT = frozenset({"creator", "administrator", "member", "restricted"})
ABSENT = frozenset({"left", "kicked"})

_NAMED_COMMAND = re.compile(r"(/\w+)@(\w+)")


def update_id(raw: Mapping[str, Any]) -> str:
    """The update's own id. Raises Unreadable."""
    return str(_whole(raw, "update_id"))


@dataclass(frozen=True, slots=True)
class Me:
    """The bot's own account: by its user name it is mentioned in groups, by the name people see it is called."""

    id: int
    user_name: str = ""
    shown_name: str = ""


def read(raw: Mapping[str, Any], me: Me) -> Incoming:
    """The message of an update. Raises Unreadable for a form that is not known, Ignored when nothing is asked of us."""
    known = update_id(raw)
    if "message" in raw:
        return _message(known, _part(raw, "message"), me)
    if "callback_query" in raw:
        return _press(known, _part(raw, "callback_query"))
    if "edited_message" in raw:
        return _edited(known, _part(raw, "edited_message"), me.id)
    if "my_chat_member" in raw:
        return _membership(known, _part(raw, "my_chat_member"))
    kinds = set(raw) - {"update_id"}
    if kinds & KNOWN_BUT_UNASKED:
        raise Ignored(", ".join(sorted(kinds)))
    raise Unreadable(f"an update of unknown kind: {', '.join(sorted(map(str, kinds))) or 'nothing'}")


def _message(known: str, message: Mapping[str, Any], me: Me) -> Incoming:
    if (changed := _changed_group(known, message)) is not None:
        return changed
    sender = _sender(message, me.id)
    kind = next((kind for field, kind in CONTENT if field in message), None)
    if kind is None:
        if SERVICE & set(message):
            raise Ignored("a message of the app about the chat")
        kind = Kind.OTHER
    text = _text(message, "text") or _text(message, "caption")
    if kind is Kind.TEXT:
        text = _without_bot_name(text, me.user_name)
    incoming = _incoming(known, message, sender, kind, text)
    if incoming.in_group:
        words, is_named = _said_to_us(text, me)
        incoming = replace(
            incoming, text=words, addressed=is_named or _answers_us(message, me), private_link=_link_to(me)
        )
    return replace(
        incoming,
        files=_files(message) if kind in (Kind.PHOTO, Kind.FILE) else (),
        place=_place(message) if kind is Kind.LOCATION else "",
        phone=_own_number(_part(message, "contact"), sender) if kind is Kind.CONTACT else "",
        album=_loose_text(message, "media_group_id"),
        reply_to=_answered(message),
    )


def _files(message: Mapping[str, Any]) -> tuple[SentFile, ...]:
    """The photo in its largest size, or the file; nothing where the app tells no id to fetch it by."""
    field = next((name for name in CARRIED if name in message), "")
    sent = message.get(field)
    if isinstance(sent, list):
        sizes = [size for size in sent if isinstance(size, Mapping)]
        sent = max(sizes, key=lambda size: _count(size, "width") * _count(size, "height"), default=None)
    if not isinstance(sent, Mapping) or not (remote_id := _loose_text(sent, "file_id")):
        return ()
    name, media_type = _loose_text(sent, "file_name"), _loose_text(sent, "mime_type")
    return (SentFile(remote_id, name, "image/jpeg" if field == "photo" else media_type, _count(sent, "file_size")),)


def _place(message: Mapping[str, Any]) -> str:
    """A location as "latitude,longitude" to about a metre; empty where it names no place on earth."""
    location = message.get("location")
    if not isinstance(location, Mapping):
        return ""
    found = [location.get(name) for name in ("latitude", "longitude")]
    if not all(isinstance(n, int | float) and not isinstance(n, bool) and abs(n) <= 180 for n in found):
        return ""
    latitude, longitude = found
    return f"{latitude:.5f},{longitude:.5f}"


def _answered(message: Mapping[str, Any]) -> str:
    """The id of the message that this one answers, or empty."""
    answered = message.get("reply_to_message")
    return _number_text(answered, "message_id") if isinstance(answered, Mapping) else ""


def _changed_group(known: str, message: Mapping[str, Any]) -> Incoming | None:
    """That the group has another name, or another id as a supergroup; None for any other message."""
    title, moved_to = _loose_text(message, "new_chat_title"), _number_text(message, "migrate_to_chat_id")
    if not (title or moved_to):
        return None
    # Who did it is not asked: the app itself may stand as the sender.
    changed = _incoming(known, message, {"id": 0}, Kind.GROUP, "")
    return replace(changed, group_title=title or changed.group_title, moved_to=moved_to)


def _said_to_us(text: str, me: Me) -> tuple[str, bool]:
    """What was said in a group without the bot's name, and whether it was said to the bot."""
    if text.startswith("/"):
        return text, True
    mention = re.compile(rf"(?<![\w@])@{re.escape(me.user_name)}(?!\w)[ ,:]*", re.IGNORECASE) if me.user_name else None
    if mention is not None and mention.search(text):
        return mention.sub("", text).strip(), True
    called = said_to(text, [me.shown_name])
    return (text, False) if called is None else (called, True)


def _link_to(me: Me) -> str:
    return f"https://t.me/{me.user_name}" if me.user_name else ""


def _answers_us(message: Mapping[str, Any], me: Me) -> bool:
    """True for an answer to one of the bot's own messages."""
    answered = message.get("reply_to_message")
    sender = answered.get("from") if isinstance(answered, Mapping) else None
    return isinstance(sender, Mapping) and bool(me.id) and sender.get("id") == me.id


def _edited(known: str, message: Mapping[str, Any], bot_id: int) -> Incoming:
    sender = _sender(message, bot_id)
    text = _text(message, "text") or _text(message, "caption")
    if not text:
        # A shared live location is "edited" every few seconds while the person walks.
        raise Ignored("an edit without words")
    edited = _incoming(known, message, sender, Kind.EDITED, text)
    return replace(edited, addressed=not edited.in_group)


def _press(known: str, query: Mapping[str, Any]) -> Incoming:
    if "data" not in query or "message" not in query:
        raise Ignored("a button of a game or of an inline message")
    message = _part(query, "message")
    chat = _part(message, "chat")
    sender = _part(query, "from")
    callback = query.get("id")
    if not isinstance(callback, str):
        raise Unreadable("callback_query.id is not a string")
    return Incoming(
        channel=CHANNEL,
        update_id=known,
        chat_id=str(_whole(chat, "id")),
        user_id=str(_whole(sender, "id")),
        kind=Kind.ACTION,
        action=_text(query, "data"),
        user_name=_name(sender),
        in_group=chat.get("type") in GROUPS,
        message_id=_number_text(message, "message_id"),
        callback_id=callback,
    )


def _membership(known: str, change: Mapping[str, Any]) -> Incoming:
    old = _part(change, "old_chat_member").get("status")
    new = _part(change, "new_chat_member").get("status")
    if new in ABSENT and old not in ABSENT:
        kind = Kind.LEFT
    elif new in PRESENT and old not in PRESENT:
        kind = Kind.JOINED
    else:
        raise Ignored(f"membership from {old} to {new}")
    return _incoming(known, change, _part(change, "from"), kind, "")


def _incoming(known: str, body: Mapping[str, Any], sender: Mapping[str, Any], kind: Kind, text: str) -> Incoming:
    chat = _part(body, "chat")
    return Incoming(
        channel=CHANNEL,
        update_id=known,
        chat_id=str(_whole(chat, "id")),
        user_id=str(_whole(sender, "id")),
        kind=kind,
        text=text,
        user_name=_name(sender),
        in_group=chat.get("type") in GROUPS,
        group_title=_loose_text(chat, "title") if chat.get("type") in GROUPS else "",
        sent_at=_moment(body.get("date")),
        message_id=_number_text(body, "message_id"),
    )


def _sender(message: Mapping[str, Any], bot_id: int) -> Mapping[str, Any]:
    """Who wrote it. Raises Ignored for bots, channels and those who write in a chat's name."""
    if "from" not in message:
        if "sender_chat" in message:
            raise Ignored("written in the name of a chat")
        raise Unreadable("a message without a sender")
    sender = _part(message, "from")
    if sender.get("is_bot") or sender.get("id") == bot_id:
        raise Ignored("written by a bot")
    return sender


def _without_bot_name(text: str, bot_name: str) -> str:
    """A command without the bot's name behind it. Raises Ignored for a command to another bot."""
    match = _NAMED_COMMAND.match(text)
    if match is None or not bot_name:
        return text
    if match[2].casefold() != bot_name.casefold():
        raise Ignored("a command to another bot")
    return match[1] + text[match.end() :]


def _own_number(contact: Mapping[str, Any], sender: Mapping[str, Any]) -> str:
    """The phone number of one's own card; empty for somebody else's, which anyone can forward."""
    return _text(contact, "phone_number") if contact.get("user_id") == sender.get("id") else ""


def _part(body: Mapping[str, Any], name: str) -> Mapping[str, Any]:
    value = body.get(name)
    if not isinstance(value, Mapping):
        raise Unreadable(f"{name} is not an object")
    return value


def _whole(body: Mapping[str, Any], name: str) -> int:
    value = body.get(name)
    if isinstance(value, bool) or not isinstance(value, int):
        raise Unreadable(f"{name} is not a whole number")
    return value


def _number_text(body: Mapping[str, Any], name: str) -> str:
    return str(body[name]) if isinstance(body.get(name), int) else ""


def _text(body: Mapping[str, Any], name: str) -> str:
    """A string in NFC that any database takes: without NUL and without halves of a character. Raises Unreadable."""
    value = body.get(name, "")
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


def _count(body: Mapping[str, Any], name: str) -> int:
    value = body.get(name)
    return value if isinstance(value, int) and not isinstance(value, bool) and 0 <= value < 2**62 else 0


def _name(sender: Mapping[str, Any]) -> str:
    try:
        return " ".join(filter(None, (_text(sender, "first_name").strip(), _text(sender, "last_name").strip())))
    except Unreadable:
        return ""


def _moment(seconds: Any) -> datetime | None:
    if isinstance(seconds, bool) or not isinstance(seconds, int):
        return None
    try:
        return datetime.fromtimestamp(seconds, UTC)
    except (OverflowError, OSError, ValueError):
        return None
