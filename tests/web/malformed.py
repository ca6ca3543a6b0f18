"""Webhook calls that are wrong in every way we could think of, drawn from a seed so that a failing one comes back."""

import copy
import hashlib
import json
import random
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

TELEGRAM, ZALO_OA, ZALO_BOT = "telegram", "zalo-oa", "zalo-bot"
NOW_MS = 1_772_413_200_000
"""Monday 2 March 2026, 08:00 in Vietnam: the moment the samples name."""

SAMPLES: Mapping[str, tuple[dict[str, Any], ...]] = {
    TELEGRAM: (
        {
            "update_id": 10,
            "message": {
                "message_id": 5,
                "date": 1772413200,
                "chat": {"id": 77, "type": "private", "first_name": "Lan"},
                "from": {"id": 77, "is_bot": False, "first_name": "Lan"},
                "text": "nộp hồ sơ ở đâu",
            },
        },
        {
            "update_id": 11,
            "message": {
                "message_id": 6,
                "date": 1772413200,
                "chat": {"id": 77, "type": "private"},
                "from": {"id": 77, "is_bot": False, "first_name": "Lan"},
                "caption": "đường hỏng",
                "photo": [{"file_id": "a1", "file_unique_id": "u1", "width": 90, "height": 90, "file_size": 1200}],
            },
        },
        {
            "update_id": 12,
            "callback_query": {
                "id": "9",
                "from": {"id": 77, "is_bot": False, "first_name": "Lan"},
                "chat_instance": "1",
                "data": "help",
                "message": {"message_id": 6, "date": 1772413200, "chat": {"id": 77, "type": "private"}},
            },
        },
    ),
    ZALO_OA: (
        {
            "app_id": "4321",
            "event_name": "user_send_text",
            "timestamp": str(NOW_MS),
            "sender": {"id": "880011"},
            "recipient": {"id": "990022"},
            "user_id_by_app": "770033",
            "message": {"msg_id": "m-1", "text": "giờ làm việc của bộ phận một cửa"},
        },
        {
            "app_id": "4321",
            "event_name": "user_send_image",
            "timestamp": str(NOW_MS),
            "sender": {"id": "880011"},
            "recipient": {"id": "990022"},
            "message": {
                "msg_id": "m-2",
                "text": "ổ gà trước chợ",
                "attachments": [{"type": "image", "payload": {"url": "https://photo.example/1.jpg"}}],
            },
        },
        {
            "app_id": "4321",
            "event_name": "follow",
            "timestamp": str(NOW_MS),
            "oa_id": "990022",
            "follower": {"id": "880011"},
            "source": "oa_profile",
        },
        {
            "app_id": "4321",
            "event_name": "user_submit_info",
            "timestamp": str(NOW_MS),
            "sender": {"id": "880011"},
            "recipient": {"id": "990022"},
            "info": {"name": "Lan", "phone": "84912345678", "address": "Gò Mây"},
        },
    ),
    ZALO_BOT: (
        {
            "event_name": "message.text.received",
            "message": {
                "message_id": "b-1",
                "date": NOW_MS,
                "message_type": "CHAT_MESSAGE",
                "chat": {"id": "aa11", "chat_type": "PRIVATE"},
                "from": {"id": "aa11", "display_name": "Lan", "is_bot": False},
                "text": "thủ tục khai sinh",
            },
        },
        {
            "ok": True,
            "result": {
                "event_name": "message.image.received",
                "message": {
                    "message_id": "b-2",
                    "date": NOW_MS,
                    "message_type": "CHAT_PHOTO",
                    "chat": {"id": "aa11", "chat_type": "PRIVATE"},
                    "from": {"id": "aa11", "display_name": "Lan", "is_bot": False},
                    "photo_url": "https://photo.example/2.jpg",
                    "caption": "cống tắc",
                },
            },
        },
    ),
}

ODD_VALUES: tuple[Any, ...] = (
    None, True, False, 0, -1, 1.5, 2**31, 2**63, 2**64, -(2**70), 10**400, 1e308, "", " ", "0", "x" * 5000, "\x00",
    "\ud800", "\u202e\u200b", "🏛️" * 900, "../../etc/passwd", "' OR 1=1 --", "<script>", "{{7*7}}", "%s%n", [], {}, [[]],
    [None], {"id": {}}, {"id": []}, ["text"], {"": ""}, "1e999", "NaN",
)  # fmt: skip
"""What stands where something else should: wrong types, wrong sizes, and what has broken other programs."""


@dataclass(frozen=True, slots=True)
class Call:
    """One POST to a webhook: its body, its headers, and in which way it is wrong."""

    channel: str
    how: str
    body: bytes
    headers: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Secrets:
    """What authentic calls are made with."""

    telegram: str
    zalo_bot: str
    zalo_app_id: str
    zalo_key: str


def calls(channel: str, count: int, seed: int, secrets: Secrets, now_ms: int = NOW_MS) -> Iterator[Call]:
    """So many malformed calls to a channel's webhook; about a tenth of them with a wrong or missing proof.

    `now_ms` is when they are signed, where a channel signs them.
    """
    drawn = random.Random(f"{seed}:{channel}")
    ways = list(WAYS.items())
    for _ in range(count):
        how, way = drawn.choice(ways)
        body = way(drawn, json.loads(json.dumps(drawn.choice(SAMPLES[channel]))))
        proof = proved(channel, body, secrets, now_ms)
        if drawn.random() < 0.1:
            how, proof = f"{how}, proof wrong", _spoilt(drawn, proof)
        yield Call(channel, how, body, {"Content-Type": "application/json", **proof})


def proved(channel: str, body: bytes, secrets: Secrets, now_ms: int = NOW_MS) -> dict[str, str]:
    """The headers by which the app shows that the call is its own."""
    if channel == TELEGRAM:
        return {"X-Telegram-Bot-Api-Secret-Token": secrets.telegram}
    if channel == ZALO_BOT:
        return {"X-Bot-Api-Secret-Token": secrets.zalo_bot}
    # The time stands in the header, so that a body of any shape can be signed.
    signed = secrets.zalo_app_id.encode() + body + str(now_ms).encode() + secrets.zalo_key.encode()
    return {"X-ZEvent-Signature": f"mac={hashlib.sha256(signed).hexdigest()}", "X-ZEvent-Timestamp": str(now_ms)}


def said(channel: str, user: str, text: str) -> bytes:
    """A call in which nothing is wrong: this person's words."""
    raw = copy.deepcopy(SAMPLES[channel][0])
    if channel == TELEGRAM:
        person = {"id": int(user), "is_bot": False, "first_name": "Lan"}
        raw["update_id"] = 500_000_000 + int(user) % 1_000_000
        raw["message"] |= {"chat": {"id": int(user), "type": "private"}, "from": person, "text": text}
    elif channel == ZALO_OA:
        raw |= {"sender": {"id": user}, "message": {"msg_id": f"of-{user}", "text": text}}
    else:
        person = {"id": user, "display_name": "Lan", "is_bot": False}
        told = {"message_id": f"of-{user}", "chat": {"id": user, "chat_type": "PRIVATE"}, "from": person, "text": text}
        raw["message"] |= told
    return _written(raw)


def _spoilt(drawn: random.Random, proof: Mapping[str, str]) -> dict[str, str]:
    name = next(iter(proof))
    value = drawn.choice(["", "x", "mac=", "mac=" + "0" * 64, "mac=" + "g" * 64, proof[name][:-1], proof[name] * 40])
    return {**proof, name: value}


def _as_it_is(drawn: random.Random, sample: dict[str, Any]) -> bytes:
    return _written(sample)


def _truncated(drawn: random.Random, sample: dict[str, Any]) -> bytes:
    body = _written(sample)
    return body[: drawn.randrange(len(body))]


def _garbled(drawn: random.Random, sample: dict[str, Any]) -> bytes:
    body = bytearray(_written(sample))
    for _ in range(drawn.randint(1, 12)):
        body[drawn.randrange(len(body))] = drawn.randrange(256)
    return bytes(body)


def _noise(drawn: random.Random, sample: dict[str, Any]) -> bytes:
    return drawn.randbytes(drawn.choice([0, 1, 7, 300, 20_000]))


def _odd_value(drawn: random.Random, sample: dict[str, Any]) -> bytes:
    for _ in range(drawn.randint(1, 3)):
        holder, key = drawn.choice(_places(sample) or [(sample, "x")])
        holder[key] = copy.deepcopy(drawn.choice(ODD_VALUES))
    return _written(sample)


def _lacking(drawn: random.Random, sample: dict[str, Any]) -> bytes:
    for _ in range(drawn.randint(1, 3)):
        places = [(holder, key) for holder, key in _places(sample) if isinstance(holder, dict)]
        if places:
            holder, key = drawn.choice(places)
            holder.pop(key, None)
    return _written(sample)


def _other_event(drawn: random.Random, sample: dict[str, Any]) -> bytes:
    event = drawn.choice(["user_send_hologram", "oa_send_text", "message.video.received", "", "\u0000", "follow"])
    sample["event_name"] = event
    if "message" in sample and drawn.random() < 0.3:
        sample[drawn.choice(["poll", "my_chat_member", "edited_message", "inline_query"])] = sample.pop("message")
    return _written(sample)


def _deep(drawn: random.Random, sample: dict[str, Any]) -> bytes:
    depth = drawn.choice([50, 900, 5_000, 60_000])
    opened, closed = drawn.choice([("[", "]"), ('{"a":', "}")])
    nested = opened * depth + "1" + closed * depth
    return _written(sample)[:-1] + b',"deep":' + nested.encode() + b"}"


def _long(drawn: random.Random, sample: dict[str, Any]) -> bytes:
    size = drawn.choice([4_097, 9_000, 20_000, 70_000, 300_000, 1_100_000])
    return _written({**sample, "padding": "ạ" * (size // 2)})


def _no_object(drawn: random.Random, sample: dict[str, Any]) -> bytes:
    return drawn.choice(
        [b"[]", b"null", b"1", b'"x"', b"true", b"{}{}", b"{", b"\xff\xfe{}", b"NaN", b"[[[[", b"{}", b""]
    )


def _twice(drawn: random.Random, sample: dict[str, Any]) -> bytes:
    body = _written(sample)
    return body[:-1] + b"," + body[1:]


def _form(drawn: random.Random, sample: dict[str, Any]) -> bytes:
    return b"payload=" + _written(sample).replace(b'"', b"%22")


def _other_encoding(drawn: random.Random, sample: dict[str, Any]) -> bytes:
    return json.dumps(sample, ensure_ascii=False).encode(drawn.choice(["utf-16", "utf-32", "utf-7", "utf-8-sig"]))


WAYS: Mapping[str, Callable[[random.Random, dict[str, Any]], bytes]] = {
    "nothing wrong": _as_it_is,
    "truncated": _truncated,
    "garbled": _garbled,
    "noise": _noise,
    "odd values": _odd_value,
    "parts missing": _lacking,
    "another event": _other_event,
    "deep": _deep,
    "long": _long,
    "no object": _no_object,
    "keys twice": _twice,
    "a form": _form,
    "another encoding": _other_encoding,
}


def _places(value: Any) -> list[tuple[Any, Any]]:
    """Every place in a value that holds something, as its holder and key."""
    found: list[tuple[Any, Any]] = []
    left = [value]
    while left:
        one = left.pop()
        keys: list[Any] = list(one) if isinstance(one, dict) else list(range(len(one))) if isinstance(one, list) else []
        found += [(one, key) for key in keys]
        left += [one[key] for key in keys]
    return found


def _written(sample: Any) -> bytes:
    """The sample as JSON; half a character can only stand there as an escape."""
    escaped = json.dumps(sample)
    return (escaped if "\\ud800" in escaped else json.dumps(sample, ensure_ascii=False)).encode()
