"""The files by which a person takes a copy of what is kept of them: one to read, and the same as JSON."""

import json
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from typing import Any

import texts
from domain.clock import local
from domain.messages import Attachment, Ignored, Incoming, Unreadable
from domain.people import Office, Person
from domain.ports import Channel
from domain.privacy import Kept, Owner
from handlers.apps import app_words
from handlers.wording import office_words, role_words, unit_words

_INNER = frozenset(
    {"id", "office_id", "person_id", "unit_id", "key", "sender_id", "citations", "next_try_at", "version"}
)
"""Columns that say nothing of the person."""
_MOMENTS = ("received_at", "queued_at", "at", "updated_at", "last_at", "shown_at")
_PARTS = ("messages", "answers", "questions", "files", "cases", "steps")


class OwnCopy:
    """Makes the copy; messages are read as the channel they came by reads them."""

    def __init__(self, channels: Mapping[str, Channel], clock: Callable[[], datetime]) -> None:
        self._channels = channels
        self._clock = clock

    async def __call__(self, owner: Owner, office: Office, person: Person | None, kept: Kept) -> Sequence[Attachment]:
        """Two files: readable text, and JSON."""
        rows = {
            kind: [self._clean(owner, kind, row) for row in found if kind != "messages" or self._is_own(owner, row)]
            for kind, found in kept.rows.items()
        }
        told: dict[str, Any] = {
            "channel": owner.channel,
            "user_id": owner.user_id,
            "office": office.name,
            "made_at": self._clock().isoformat(),
            "person": _person(person),
            "data": rows,
        }
        as_json = json.dumps(told, ensure_ascii=False, indent=2, default=str).encode()
        as_text = "\n".join(self._lines(owner, office, person, rows)).encode()
        return (
            Attachment(texts.say("mydata.reading.name_text"), "text/plain", as_text),
            Attachment(texts.say("mydata.reading.name_json"), "application/json", as_json),
        )

    def _clean(self, owner: Owner, kind: str, row: Mapping[str, Any]) -> dict[str, Any]:
        if kind == "messages":
            return {"received_at": row["received_at"], "said": self._said(owner, str(row["raw"]))}
        shown = {name: value for name, value in row.items() if name not in _INNER and value not in (None, "")}
        if kind == "answers":
            reply = shown.pop("reply", {})
            shown["text"] = reply.get("text", "")
        return shown

    def _is_own(self, owner: Owner, row: Mapping[str, Any]) -> bool:
        """False for an update that only names the account: somebody forwarded, answered or mentioned it."""
        incoming = self._read(owner, str(row["raw"]))
        return incoming is None or incoming.user_id == owner.user_id

    def _said(self, owner: Owner, raw: str) -> str:
        incoming = self._read(owner, raw)
        if incoming is None:
            return texts.say("mydata.reading.unreadable")
        files = ", ".join(file.name or file.media_type or "-" for file in incoming.files)
        said = incoming.text or incoming.action or incoming.place or files or f"({incoming.kind})"
        return f"{said} [{files}]" if files and said != files else said

    def _read(self, owner: Owner, raw: str) -> Incoming | None:
        try:
            return self._channels[owner.channel].read(json.loads(raw))
        except (Ignored, Unreadable, KeyError, ValueError):
            return None

    def _lines(
        self, owner: Owner, office: Office, person: Person | None, rows: Mapping[str, Sequence[Mapping[str, Any]]]
    ) -> list[str]:
        lines = [
            texts.say("mydata.reading.title", channel=app_words(owner.channel), office=office_words(office)),
            texts.say("mydata.reading.made", moment=_moment(self._clock().isoformat())),
        ]
        if person is not None:
            phone = person.phone or texts.say("mydata.no_phone")
            unit = unit_words(person, office_words(office))
            role = role_words(person.role)
            lines.append(texts.say("mydata.reading.staff", name=person.name, role=role, unit=unit, phone=phone))
        for part in _PARTS:
            found = rows.get(part, ())
            title = texts.say(f"mydata.reading.parts.{part}")
            lines += ["", texts.say("mydata.reading.part", title=title, count=len(found))]
            lines += [_line(part, row) for row in found] or [texts.say("mydata.reading.none")]
        return lines


def _person(person: Person | None) -> dict[str, str] | None:
    if person is None:
        return None
    return {"name": person.name, "role": str(person.role), "unit": person.unit_name, "phone": person.phone}


def _line(part: str, row: Mapping[str, Any]) -> str:
    moment = next((_moment(str(row[name])) for name in _MOMENTS if row.get(name)), "")
    words = {
        "messages": ("said",),
        "answers": ("text",),
        "questions": ("asked", "answer"),
        "files": ("name", "media_type", "status"),
        "cases": ("code", "said", "place", "status"),
        "steps": ("status", "said"),
    }[part]
    said = " | ".join(" ".join(str(row[name]).split()) for name in words if row.get(name))
    return texts.say("mydata.reading.line", moment=moment, words=said)


def _moment(moment: str) -> str:
    return f"{local(datetime.fromisoformat(moment)):%H:%M %d/%m/%Y}"
