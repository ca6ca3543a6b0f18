"""Events of a Zalo Official Account in the office's own form: only the fields that are used are looked at.

Ids and times come as strings or numbers, fields move between versions and some events are documented nowhere: every
field is looked for where it was seen, and what is not needed may be odd.
"""

import hashlib
import json
import re
from collections.abc import Container, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from domain.channels import ZALO_OA
from domain.groups import said_to
from domain.messages import ACTION_LIMIT_BYTES, SEES_DATA, Ignored, Incoming, Kind, SentFile, Unreadable
from domain.vietnamese import fold, nfc

CHANNEL = ZALO_OA

GROUP = "group:"
"""Before the id of a group in a chat's id: groups are written to at another address than people."""
PRESSED = "kehoach:"
"""Before the action of a button in what a tap sends back: it comes as a message that the person does not see."""

KINDS = {
    "text": Kind.TEXT,
    "link": Kind.TEXT,
    "image": Kind.PHOTO,
    "file": Kind.FILE,
    "gif": Kind.FILE,
    "video": Kind.FILE,
    "audio": Kind.VOICE,
    "voice": Kind.VOICE,
    "location": Kind.LOCATION,
    "sticker": Kind.STICKER,
    "business_card": Kind.CONTACT,
}
"""What a person can send, by the end of the event's name."""

MEDIA_TYPES = {
    "image": "image/jpeg", "gif": "image/gif", "video": "video/mp4", "pdf": "application/pdf",
    "doc": "application/msword",
    "docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "mp4": "video/mp4", "mov": "video/quicktime", "mp3": "audio/mpeg", "m4a": "audio/mp4", "aac": "audio/aac",
}  # fmt: skip
"""What a file is said to be; what it is in truth is told by its bytes, later."""

RECEIPTS = {"user_received_message": Kind.DELIVERED, "user_seen_message": Kind.SEEN}

CALLS = "user_call_"
"""How the events of a person who calls the account begin: nothing is asked of the bot, and their window is open."""

NOTHING_ASKED = (
    "oa_", "anonymous_", "add_user_to_tag", "remove_user_from_tag", "change_", "update_", "user_reacted_",
    "user_click_", "user_join_", "user_out_", "user_request_join_", "user_feedback",
    "user_approve", "user_reject", "user_reply_consent", "create_group", "delete_group", "group_", "shop_",
    "user_asking_product", "journey_", "widget_", "permission_", "click_", "event_", "extension_",
)  # fmt: skip
"""How the names of the other events begin: well formed, and nothing in them is for us."""

WORTH_A_LINE = ("change_", "permission_", "event_")
"""Of these the ones an operator may look for: templates, quotas and permissions that changed."""

LONGEST_ID = 200
MOST_READ = 100
"""Messages of one receipt that are looked up."""

_SENT = re.compile(r"user_send_(?P<group>group_)?(?P<what>[a-z_]+?)(?:_message)?")
_DATA_RIGHTS = re.compile(
    r"data_?(?:subject|right|access|privacy|protect|eras|delet)|personal_?data|subject_?right|privacy"
)
"""The event of a person using their rights over personal data; how Zalo names it is not known for sure."""
_SEES = re.compile(r"access|view|read|export|copy|portab|correct|rectif|updat|inquir")
_FORGETS = re.compile(r"delet|eras|forget|remov|withdraw|revok|object|restrict|refus")


@dataclass(frozen=True, slots=True)
class Me:
    """The account itself: by its name groups address it, and by answering one of its messages there (`said`)."""

    id: str = ""
    name: str = ""
    said: Container[str] = ()


def update_id(raw: Mapping[str, Any]) -> str:
    """The id of the message a person sent; of another event its name, time and person. Raises Unreadable."""
    event = _event(raw)
    ids = _message_ids(raw)
    if ids and _SENT.fullmatch(event):
        return _short(ids[0])
    subject, moment = _first_id(_subjects(raw)), _plain(raw.get("timestamp"))
    if ids and event in RECEIPTS:
        return _short(":".join((event, subject, *ids)))
    if subject and moment:
        return _short(f"{event}:{moment}:{subject}")
    return f"{event}:{_digest(json.dumps(raw, sort_keys=True))}"


def read(raw: Mapping[str, Any], me: Me) -> Incoming:
    """The message of an event. Raises Unreadable for a form that is not known, Ignored when nothing is asked of us."""
    event = _event(raw)
    if sent := _SENT.fullmatch(event):
        return _message(raw, KINDS.get(sent["what"], Kind.OTHER), bool(sent["group"]), me)
    if event in ("follow", "unfollow"):
        return _incoming(raw, Kind.JOINED if event == "follow" else Kind.LEFT)
    if event == "user_submit_info":
        return _submitted(raw)
    if event in RECEIPTS:
        return _receipt(raw, RECEIPTS[event])
    if event.startswith(CALLS):
        return _incoming(raw, Kind.CALLED)
    if _DATA_RIGHTS.search(event):
        return _incoming(raw, Kind.DATA_RIGHTS, text=_right(raw, event))
    if event.startswith(NOTHING_ASKED):
        raise Ignored(event)
    raise Unreadable(f"an event of unknown kind: {event[:80]}")


def event_of(raw: Mapping[str, Any]) -> str:
    """The event's name in lower case; empty where it has none."""
    try:
        return _event(raw)
    except Unreadable:
        return ""


def _message(raw: Mapping[str, Any], kind: Kind, is_group: bool, me: Me) -> Incoming:
    if me.id and _id(raw.get("sender")) == me.id:
        raise Ignored("written by the account itself")
    message = _object(raw.get("message"))
    text = _text(message, "text") or (_link(message) if kind is Kind.TEXT else "")
    action, is_named = "", True
    answers = _plain(message.get("quote_msg_id"))
    if is_group:
        text, is_named = _said_to_us(text, me.name)
    elif kind is Kind.TEXT and (action := _action(text)):
        kind, text = Kind.ACTION, ""
    return _incoming(
        raw,
        kind,
        group=_group(raw) if is_group else "",
        text=text,
        action=action,
        message_id=next(iter(_message_ids(raw)), ""),
        files=tuple(_files(message)) if kind in (Kind.PHOTO, Kind.FILE) else (),
        place=_place(message) if kind is Kind.LOCATION else "",
        reply_to=answers,
        addressed=is_named or answers in me.said,
        group_title=_group_title(raw) if is_group else "",
    )


def _submitted(raw: Mapping[str, Any]) -> Incoming:
    """What a person typed into the form they were sent: proof of nothing."""
    info = _object(raw.get("info")) or _object(_object(raw.get("message")).get("info"))
    return _incoming(
        raw, Kind.CONTACT, claimed_phone=_plain(info.get("phone")).strip(), user_name=_text(info, "name").strip()
    )


def _right(raw: Mapping[str, Any], event: str) -> str:
    """SEES_DATA where the event says so and speaks of nothing that goes further, else empty."""
    places = (raw, _object(raw.get("data")), _object(raw.get("info")), _object(raw.get("message")))
    names = ("action", "type", "right", "rights", "right_type", "request", "request_type")
    told = " ".join([event, *(_plain(place.get(name)).lower() for place in places for name in names)])
    return SEES_DATA if _SEES.search(told) and not _FORGETS.search(told) else ""


def _receipt(raw: Mapping[str, Any], kind: Kind) -> Incoming:
    """What became of our messages: the newest, and the others that are named with it."""
    ids = _message_ids(raw)
    if not ids:
        raise Ignored("a receipt for no message")
    return _incoming(raw, kind, message_id=ids[-1], also_read=tuple(ids[:-1][:MOST_READ]))


def _incoming(raw: Mapping[str, Any], kind: Kind, *, group: str = "", **rest: Any) -> Incoming:
    user = _first_id(_subjects(raw))
    if not user:
        raise Unreadable("an event of nobody")
    return Incoming(
        channel=CHANNEL,
        update_id=update_id(raw),
        chat_id=group or user,
        user_id=user,
        kind=kind,
        in_group=bool(group),
        sent_at=moment_of(raw.get("timestamp")),
        **rest,
    )


def moment_of(written: Any) -> datetime | None:
    """A time given in milliseconds or seconds, as a number or as digits; None for anything else."""
    digits = _plain(written)
    if not digits.isascii() or not digits.isdigit() or len(digits) > 16:
        return None
    number = int(digits)
    return datetime.fromtimestamp(number / 1000 if number >= 10**11 else number, UTC) if number < 10**14 else None


def _subjects(raw: Mapping[str, Any]) -> Iterator[Any]:
    """Where the person an event is about may be named, the surest place first."""
    if event_of(raw) in RECEIPTS:
        # The message went from the account to the person.
        yield raw.get("recipient")
        return
    yield from (raw.get(name) for name in ("sender", "follower", "user", "user_id", "uid", "customer"))
    yield raw.get("user_id_by_app")


def _group(raw: Mapping[str, Any]) -> str:
    places = (raw.get("group_id"), raw.get("group"), raw.get("group_info"), raw.get("recipient"))
    found = _first_id(iter(places))
    if not found:
        raise Unreadable("a message of no group")
    return GROUP + found


def _group_title(raw: Mapping[str, Any]) -> str:
    """The group's name, where the event tells it."""
    group = _object(raw.get("group_info")) or _object(raw.get("group"))
    return (_text(group, "group_name") or _text(group, "name")).strip()


def _said_to_us(text: str, name: str) -> tuple[str, bool]:
    """What was said in a group without the account's name, and whether it was said to the account."""
    if text.startswith("/"):
        return text, True
    if not name:
        return text, False
    mention = re.compile(r"(?<![\w@])@" + r"\s+".join(map(re.escape, fold(name).split())) + r"(?!\w)[ ,:]*")
    if found := mention.search(_evenly_folded(text)):
        return (text[: found.start()] + text[found.end() :]).strip(), True
    called = said_to(text, [name])
    return (text, False) if called is None else (called, True)


def _evenly_folded(text: str) -> str:
    """The text folded letter by letter, so that places in it are places in the text."""
    return "".join(fold(letter)[:1] or " " for letter in text)


def _action(text: str) -> str:
    """The action of a button that was tapped; empty for words."""
    action = text.strip().removeprefix(PRESSED) if text.strip().startswith(PRESSED) else ""
    return action if action.isascii() and len(action) <= ACTION_LIMIT_BYTES and " " not in action else ""


def _payloads(message: Mapping[str, Any]) -> Iterator[tuple[str, Mapping[str, Any]]]:
    """Each attachment's type and content."""
    attachments = message.get("attachments")
    for one in attachments if isinstance(attachments, list) else [attachments]:
        attachment = _object(one)
        payload = attachment.get("payload")
        for content in payload if isinstance(payload, list) else [payload]:
            yield _plain(attachment.get("type")), _object(content)


def _files(message: Mapping[str, Any]) -> Iterator[SentFile]:
    """The photos or files, by the addresses they can be fetched from."""
    for kind, payload in _payloads(message):
        if url := _text(payload, "url"):
            name = _text(payload, "name")
            said = _plain(payload.get("type")).lower() or name.rpartition(".")[2].lower()
            size = _plain(payload.get("size"))
            yield SentFile(
                url,
                name,
                MEDIA_TYPES.get(said) or MEDIA_TYPES.get(kind, ""),
                int(size) if size.isascii() and size.isdigit() and len(size) < 16 else 0,
            )


def _link(message: Mapping[str, Any]) -> str:
    """The address that was sent, where it came without words."""
    return next((url for _, payload in _payloads(message) if (url := _text(payload, "url"))), "")


def _place(message: Mapping[str, Any]) -> str:
    """A location as "latitude,longitude" to about a metre; empty where it names no place on earth."""
    for _, payload in _payloads(message):
        point = _object(payload.get("coordinates")) or payload
        latitude, longitude = _degrees(point.get("latitude"), 90), _degrees(point.get("longitude"), 180)
        if latitude is not None and longitude is not None:
            return f"{latitude:.5f},{longitude:.5f}"
    return ""


def _degrees(written: Any, most: int) -> float | None:
    try:
        value = float(_plain(written) or written)
    except (TypeError, ValueError, OverflowError):
        return None
    return value if abs(value) <= most else None


def _event(raw: Mapping[str, Any]) -> str:
    event = raw.get("event_name")
    if not isinstance(event, str) or not event.strip():
        raise Unreadable("event_name is not text")
    return re.sub(r"[\s.-]+", "_", event.strip().lower())


def _message_ids(raw: Mapping[str, Any]) -> list[str]:
    """The ids of the messages an event speaks of: one for what was sent, perhaps several for what was seen."""
    message = _object(raw.get("message"))
    several = message.get("msg_ids")
    found = [_plain(one) for one in several] if isinstance(several, list) else []
    return [one for one in [*found, _plain(message.get("msg_id")) or _plain(message.get("message_id"))] if one]


def _first_id(places: Iterator[Any]) -> str:
    return next((found for place in places if (found := _id(place))), "")


def _id(value: Any) -> str:
    """An id given as such or inside an object."""
    if isinstance(value, Mapping):
        value = value.get("id") or value.get("user_id") or value.get("group_id")
    return _plain(value)[:LONGEST_ID]


def _plain(value: Any) -> str:
    """A string or whole number as text that any database takes; empty for anything else."""
    if isinstance(value, bool) or not isinstance(value, str | int):
        return ""
    if isinstance(value, int):
        return str(value) if abs(value) < 2**63 else ""
    return _clean(value).strip()


def _text(body: Mapping[str, Any], name: str) -> str:
    """A string in NFC that any database takes; empty where the field is something else."""
    value = body.get(name)
    return _clean(value) if isinstance(value, str) else ""


def _clean(value: str) -> str:
    """NFC, without NUL and without halves of a character."""
    whole = value.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "replace")
    return nfc(whole.replace("\0", ""))


def _object(value: Any) -> Mapping[str, Any]:
    return value if isinstance(value, Mapping) else {}


def _short(known: str) -> str:
    return known if len(known) <= LONGEST_ID else _digest(known)


def _digest(text: str) -> str:
    return hashlib.sha256(text.encode(errors="replace")).hexdigest()[:32]
