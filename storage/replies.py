"""A reply as it lies in the outbox: JSON, with the bytes of its files in base64."""

from base64 import b64decode, b64encode
from collections.abc import Iterable, Mapping
from dataclasses import asdict
from typing import Any

from domain.messages import Attachment, Button, Reply, Template


def pack(reply: Reply) -> dict[str, Any]:
    """The reply as JSON values."""
    packed: dict[str, Any] = {"text": reply.text}
    if reply.buttons:
        packed["buttons"] = [[button.label, button.action] for button in reply.buttons]
    if reply.files:
        packed["files"] = _pack_all(reply.files)
    if reply.pictures:
        packed["pictures"] = _pack_all(reply.pictures)
    if reply.asks_phone:
        packed["asks_phone"] = True
    if reply.template is not None:
        packed["template"] = {**asdict(reply.template), "facts": dict(reply.template.facts)}
    if reply.quotes:
        packed["quotes"] = reply.quotes
    if reply.edits:
        packed["edits"] = reply.edits
    return packed


def unpack(packed: Mapping[str, Any]) -> Reply:
    """The reply that was packed."""
    return Reply(
        text=packed["text"],
        buttons=tuple(Button(label, action) for label, action in packed.get("buttons", ())),
        files=_unpack_all(packed.get("files", ())),
        pictures=_unpack_all(packed.get("pictures", ())),
        asks_phone=bool(packed.get("asks_phone", False)),
        template=_unpack_template(packed.get("template")),
        quotes=str(packed.get("quotes", "")),
        edits=str(packed.get("edits", "")),
    )


def _unpack_template(packed: Mapping[str, Any] | None) -> Template | None:
    return None if packed is None else Template(**{**packed, "facts": tuple(packed["facts"].items())})


def _pack_all(attachments: Iterable[Attachment]) -> list[list[str]]:
    return [[a.name, a.media_type, b64encode(a.content).decode("ascii")] for a in attachments]


def _unpack_all(packed: Iterable[list[str]]) -> tuple[Attachment, ...]:
    return tuple(Attachment(name, media_type, b64decode(content)) for name, media_type, content in packed)
