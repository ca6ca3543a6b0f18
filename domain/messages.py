"""What people send and what the bot sends back, in no app's own form."""

import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime
from enum import IntEnum, StrEnum

from domain.vietnamese import fold

ACTION_LIMIT_BYTES = 64
"""Telegram's limit for `callback_data` (Bot API, InlineKeyboardButton); the narrowest of our channels."""


SEES_DATA = "see"
"""The text of a data-rights event that asks to see, copy or correct data; any other may be a wish to be forgotten."""


class Kind(StrEnum):
    """What kind of message came in."""

    TEXT = "text"
    ACTION = "action"
    STICKER = "sticker"
    PHOTO = "photo"
    FILE = "file"
    VOICE = "voice"
    LOCATION = "location"
    CONTACT = "contact"
    EDITED = "edited"
    JOINED = "joined"
    LEFT = "left"
    DELIVERED = "delivered"
    SEEN = "seen"
    DATA_RIGHTS = "data_rights"
    CALLED = "called"
    GROUP = "group"
    OTHER = "other"


class Priority(IntEnum):
    """What goes out first: to people who wait for an answer, then reminders, then what is said to many."""

    REPLY = 0
    NOTICE = 1
    BROADCAST = 2


@dataclass(frozen=True, slots=True)
class SentFile:
    """A photo or file that came with a message, by the app's own id; its bytes are fetched later.

    `size` is in bytes, 0 where the app does not say; `name` is empty for a photo.
    """

    remote_id: str
    name: str = ""
    media_type: str = ""
    size: int = 0


@dataclass(frozen=True, slots=True)
class Incoming:
    """One message from a person. `action` is the button pressed, if any; times carry a zone.

    `callback_id` is what the app wants acknowledged when a button was pressed. `text` is the caption of a photo or
    file. `place` is a location sent as "latitude,longitude"; `phone` a number that the app vouches is the sender's own,
    as the app gives it. `album` is the same for photos sent together, each as a message of its own, with the caption
    under one of them; `reply_to` the app's id of the message this one answers. `claimed_phone` is a number that was
    typed into an app's form and is proof of nothing. DELIVERED and SEEN tell what became of our message `message_id`;
    DATA_RIGHTS that the person used their rights over personal data in the app; its text is SEES_DATA where nothing but
    seeing the data was asked for. `also_read` are further messages of ours that the same receipt names.

    `in_group` and not `addressed` was said among people and not to the bot: nothing is answered and nothing kept of it.
    An app that hands on only what is said to the bot leaves `addressed` as it is. `text` is then without the bot's
    name. `private_link` opens the bot's private chat where the app has such links. `group_title` is the group's name
    where the app tells it; GROUP says that it changed, or that the group goes on under another id (`moved_to`).
    """

    channel: str
    update_id: str
    chat_id: str
    user_id: str
    kind: Kind
    text: str = ""
    action: str = ""
    user_name: str = ""
    in_group: bool = False
    sent_at: datetime | None = None
    message_id: str = ""
    callback_id: str = ""
    files: tuple[SentFile, ...] = ()
    place: str = ""
    phone: str = ""
    album: str = ""
    reply_to: str = ""
    claimed_phone: str = ""
    also_read: tuple[str, ...] = ()
    addressed: bool = True
    group_title: str = ""
    moved_to: str = ""
    private_link: str = ""


class Unreadable(Exception):
    """An update whose form the channel does not know; it goes to the dead letters and the next one is served."""


class Ignored(Exception):
    """An update that is well formed but asks for nothing, such as the bot's own message or a membership change."""


@dataclass(frozen=True, slots=True)
class Button:
    """A choice offered under a message. `action` is ASCII, at most 64 bytes."""

    label: str
    action: str

    def __post_init__(self) -> None:
        if not self.action.isascii() or not 1 <= len(self.action) <= ACTION_LIMIT_BYTES:
            raise ValueError(f"a button's action is 1 to {ACTION_LIMIT_BYTES} ASCII characters: {self.action!r}")


@dataclass(frozen=True, slots=True)
class Attachment:
    """A file or picture to send: its name, its media type and its bytes."""

    name: str
    media_type: str
    content: bytes


@dataclass(frozen=True, slots=True)
class Template:
    """A message of an approved template: its purpose ("reminder", "code") and what fills its parameters.

    `template_id` is the app's own. `phone` (+84...) sends it to a number instead of to the chat; by `tracking_id` the
    app knows a message of that kind that it was given before.
    """

    purpose: str
    facts: tuple[tuple[str, str], ...]
    phone: str = ""
    template_id: str = ""
    tracking_id: str = ""


@dataclass(frozen=True, slots=True)
class Reply:
    """What the bot says: text, buttons (one a line), files and pictures.

    With `asks_phone` an app that can offers a button by which people share their own number; it then shows no others.
    With `template` it goes out as that approved template; the text is what it says, for those who look it up.
    `quotes` is the app's id of the message it answers, to be shown above it where the app can. With `edits` it takes
    the place of our own earlier message of that id; an app that cannot edit is not sent it.
    """

    text: str
    buttons: tuple[Button, ...] = ()
    files: tuple[Attachment, ...] = ()
    pictures: tuple[Attachment, ...] = ()
    asks_phone: bool = False
    template: Template | None = None
    quotes: str = ""
    edits: str = ""

    def with_text(self, text: str) -> "Reply":
        """The same reply with other words."""
        return replace(self, text=text)


def numbered(reply: Reply, line: str = "{number}. {label}") -> Reply:
    """The reply for a channel without buttons: each choice becomes a numbered line, answered by its number."""
    if not reply.buttons:
        return reply
    lines = [line.format(number=n, label=b.label) for n, b in enumerate(reply.buttons, 1)]
    above = [reply.text, ""] if reply.text else []
    return replace(reply, text="\n".join([*above, *lines]), buttons=())


def choice(text: str, offered: Iterable[Button]) -> str | None:
    """The action that a typed answer picks from the buttons last offered: by number or by the label's own words."""
    typed = fold(text).strip(" .()")
    if not typed:
        return None
    for number, button in enumerate(offered, 1):
        if typed == str(number) or typed == fold(button.label).strip(" .()"):
            return button.action
    return None


def utf16_length(text: str) -> int:
    """The length in UTF-16 units, which is how Telegram counts and the stricter of the ways Zalo may count."""
    return len(text.encode("utf-16-le", "surrogatepass")) // 2


_PLACES_TO_CUT = (
    re.compile(r"\n[^\S\n]*\n"),
    re.compile(r"\n"),
    re.compile(r"(?<=[.!?;:…])\s"),
    re.compile(r"\s"),
)
"""White space at which a text may be cut, the best first: between paragraphs, lines, sentences, words."""

_JOINERS = "\u200d\ufe0e\ufe0f"


def split(text: str, limit: int) -> list[str]:
    """The text in parts of at most `limit` UTF-16 units, cut at a paragraph, else a sentence, else a word.

    Nothing but white space at the cuts is lost, and a letter keeps its marks unless they alone fill a part.
    An empty text gives no part. Raises ValueError for a limit under 2.
    """
    if limit < 2:
        raise ValueError("a part holds at least one character of two units")
    whole = text.strip()
    parts: list[str] = []
    at = 0
    while at < len(whole):
        end = _reach(whole, at, limit)
        cut = end if end == len(whole) else _best_cut(whole, at, end)
        parts.append(whole[at:cut].rstrip())
        at = cut
        while at < len(whole) and whole[at].isspace():
            at += 1
    return parts


def _reach(text: str, at: int, limit: int) -> int:
    """How far a part that starts at `at` can go."""
    units = 0
    for position in range(at, min(at + limit, len(text))):
        units += 2 if ord(text[position]) > 0xFFFF else 1
        if units > limit:
            return position
    return min(at + limit, len(text))


def _best_cut(text: str, at: int, end: int) -> int:
    # A part cut before its first third would leave more messages than the tidier cut is worth.
    earliest = at + (end - at) // 3
    for pattern in _PLACES_TO_CUT:
        cuts = [match.start() for match in pattern.finditer(text, at, end + 1) if earliest <= match.start() <= end]
        if cuts and cuts[-1] > at:
            return cuts[-1]
    cut = end
    while cut > at and _holds_on(text, cut):
        cut -= 1
    return cut if cut > at else end


def _holds_on(text: str, cut: int) -> bool:
    """True where a cut would part a letter from its marks, or the halves of one picture."""
    return unicodedata.category(text[cut]) in ("Mn", "Me", "Mc") or text[cut] in _JOINERS or text[cut - 1] == "\u200d"
