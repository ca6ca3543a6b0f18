"""The chat page: its words are put in here, so that neither the HTML nor the scripts hold a sentence."""

import json
import re
from collections.abc import Sequence
from datetime import datetime
from functools import cache
from html import escape
from importlib.resources import files
from typing import Any

import texts
from bot.web.desk import Desk, Persona
from domain.people import Role

LONGEST_TEXT = 20_000
"""Characters. The bot itself answers a text that is too long for it; this only keeps out what nobody types."""

_BLANK = re.compile(r"\{([a-z_]+(?:\.[a-z_]+)*)\}")


def page(desk: Desk, personas: Sequence[Persona], visitor: str, now: datetime) -> str:
    """The page as HTML for this visitor."""
    office = desk.office_name or texts.say("web.unnamed_office")
    filled = {
        "title": texts.say("web.title", office=office),
        "office": office,
        "page_data": json.dumps(_data(office, personas, visitor, now), ensure_ascii=False),
        "demo": "" if personas else "hidden",
        "longest_text": str(LONGEST_TEXT),
    }

    def fill(blank: re.Match[str]) -> str:
        name = blank[1]
        return escape(filled[name] if name in filled else texts.say(name))

    return _BLANK.sub(fill, _template())


@cache
def _template() -> str:
    return (files("bot.web") / "static" / "chat.html").read_text(encoding="utf-8")


def _data(office: str, personas: Sequence[Persona], visitor: str, now: datetime) -> dict[str, Any]:
    citizen = {
        "id": "",
        "name": "",
        "role": texts.say("web.role.citizen"),
        "unit": texts.say("web.visitor"),
        "staff": False,
        "try": texts.say("web.try.citizen"),
        "first": texts.say("web.first.citizen").splitlines() if personas else [],
        "open": texts.say("web.open.citizen", office=office),
    }
    return {
        "visitor": visitor,
        "now": now.isoformat(),
        "people": [citizen, *(_played(persona) for persona in personas)],
        "words": {key: texts.say(key) for key in sorted(texts.keys()) if key.startswith("web.script.")},
    }


def _played(persona: Persona) -> dict[str, Any]:
    opening = "leader" if persona.role is Role.LEADER else "staff"
    return {
        "id": persona.id,
        "name": persona.name,
        "role": texts.say(f"web.role.{persona.role}"),
        "unit": persona.unit,
        "staff": persona.role.is_staff,
        "try": texts.say(f"web.try.{persona.role}"),
        "first": texts.say(f"web.first.{persona.role}").splitlines(),
        "open": texts.say(f"web.open.{opening}", name=persona.name),
    }
