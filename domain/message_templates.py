"""Messages of approved templates: for what they are used, which facts fill them, and what an app takes for a fact.

An app that closes a chat some days after a person's last word still carries a message whose words it has approved. Only
its parameters are ours: each has a name, a kind and a greatest length, and what does not fit is refused. So it is
checked here, before anything is sent.
"""

import hashlib
import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from domain.messages import Reply, Template
from domain.vietnamese import nfc

REMINDER, CODE = "reminder", "code"

OFFERED: Mapping[str, tuple[str, ...]] = {
    REMINDER: ("person", "count", "task", "number", "document", "deadline", "unit", "office", "day"),
    CODE: ("code", "office"),
}
"""For what templates are used, and by which names the facts are called that may fill each."""

SHORTENED = frozenset({"person", "task", "document", "unit", "office"})
"""Words that may be cut to fit, at a word and with an ellipsis; numbers, days and codes never are."""

ENABLED = "ENABLE"
"""How the app calls a template that may be sent."""

TRACKING_LENGTH = 48


class TemplateUnfit(Exception):
    """The facts do not fill the template: `reason` is "required", "kind", "too_long" or "too_short"."""

    def __init__(self, reason: str, parameter: str) -> None:
        super().__init__(f"{reason}: {parameter}")
        self.reason = reason
        self.parameter = parameter


@dataclass(frozen=True, slots=True)
class Parameter:
    """A parameter as the app lists it; `most` characters at most, `kind` is "STRING", "NUMBER" or "DATE"."""

    name: str
    required: bool = True
    kind: str = "STRING"
    most: int = 30
    least: int = 0
    takes_nothing: bool = False

    @classmethod
    def from_json(cls, said: Mapping[str, Any]) -> "Parameter":
        """The parameter as the app writes it in a template's `listParams`, read leniently."""
        return cls(
            name=str(said["name"]),
            required=said.get("require") is not False,
            kind=str(said.get("type") or "STRING").upper(),
            most=_length(said.get("maxLength"), 30),
            least=_length(said.get("minLength"), 0),
            takes_nothing=said.get("acceptNull") is True,
        )

    def as_json(self) -> dict[str, Any]:
        """The parameter as the app writes it."""
        return {
            "name": self.name,
            "require": self.required,
            "type": self.kind,
            "maxLength": self.most,
            "minLength": self.least,
            "acceptNull": self.takes_nothing,
        }


@dataclass(frozen=True, slots=True)
class MessageTemplate:
    """A template an office uses for a purpose on a channel; `fields` says which fact fills which parameter."""

    office_id: int
    channel: str
    purpose: str
    template_id: str
    fields: tuple[tuple[str, str], ...]
    parameters: tuple[Parameter, ...]
    status: str
    checked_at: datetime

    @property
    def is_enabled(self) -> bool:
        """True while the app sends it."""
        return self.status == ENABLED

    def problems(self) -> list[tuple[str, str]]:
        """What keeps it from ever being filled: ("unfilled" | "unknown_parameter" | "unknown_fact", its name)."""
        named = {parameter.name for parameter in self.parameters}
        filled = dict(self.fields)
        offered = OFFERED[self.purpose]
        return [
            *(("unfilled", p.name) for p in self.parameters if p.required and p.name not in filled),
            *(("unknown_parameter", name) for name in filled if name not in named),
            *(("unknown_fact", fact) for fact in filled.values() if fact not in offered),
        ]


def fill(template: MessageTemplate, facts: Mapping[str, str], key: str = "", phone: str = "") -> Template:
    """The template filled with the facts, as it can be sent. `key` names the message. Raises TemplateUnfit."""
    fields = dict(template.fields)
    data = []
    for parameter in template.parameters:
        fact = fields.get(parameter.name, "")
        value = _fitted(parameter, fact, nfc(" ".join(facts.get(fact, "").split())))
        if value or parameter.takes_nothing:
            data.append((parameter.name, value))
    return Template(template.purpose, tuple(data), phone, template.template_id, tracking_id(key) if key else "")


def tracking_id(key: str) -> str:
    """The name by which the app knows a message again: the same for the same message, however often it is sent."""
    return f"kehoach-{hashlib.sha256(key.encode()).hexdigest()}"[:TRACKING_LENGTH]


def tracked(reply: Reply, key: str) -> Reply:
    """The reply as it is queued under `key`: its template, where it has one, is known by that."""
    if reply.template is None:
        return reply
    return replace(reply, template=replace(reply.template, tracking_id=tracking_id(key)))


def _fitted(parameter: Parameter, fact: str, value: str) -> str:
    """The value as the app takes it, or "" where it may be left out."""
    if not value:
        if parameter.required and not parameter.takes_nothing:
            raise TemplateUnfit("required", parameter.name)
        return ""
    if parameter.kind == "NUMBER" and not re.fullmatch(r"\d+", value):
        raise TemplateUnfit("kind", parameter.name)
    if parameter.kind == "DATE" and not re.fullmatch(r"\d{1,2}/\d{1,2}/\d{4}", value):
        raise TemplateUnfit("kind", parameter.name)
    if len(value) > parameter.most:
        if fact not in SHORTENED or parameter.kind != "STRING":
            raise TemplateUnfit("too_long", parameter.name)
        value = shortened(value, parameter.most)
    if len(value) < parameter.least:
        raise TemplateUnfit("too_short", parameter.name)
    return value


def shortened(words: str, most: int) -> str:
    """As many whole words as fit, and an ellipsis; a single long word is cut."""
    if len(words) <= most:
        return words
    room = words[: most - 1]
    whole = room if words[most - 1] == " " else room.rpartition(" ")[0] or room
    return whole.rstrip(" ,;:.-") + "…"


def _length(said: Any, default: int) -> int:
    text = str(said)
    return int(text) if re.fullmatch(r"\d{1,5}", text) else default
