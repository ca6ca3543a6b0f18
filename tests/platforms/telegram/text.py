"""What Telegram does to a text before it counts it: entities are parsed away, the ends are trimmed."""

import html
import re
from typing import Any

TAGS = {
    "b": "bold", "strong": "bold", "i": "italic", "em": "italic", "u": "underline", "ins": "underline",
    "s": "strikethrough", "strike": "strikethrough", "del": "strikethrough", "code": "code", "pre": "pre",
    "a": "text_link", "tg-spoiler": "spoiler", "span": "spoiler", "blockquote": "blockquote",
}  # fmt: skip

_PIECE = re.compile(r"<(/?)([a-zA-Z][\w-]*)([^<>]*)>|<")
_HREF = re.compile(r"""href\s*=\s*["']?([^"'\s>]+)""")
_COMMAND = re.compile(r"(?<![\w/])/[A-Za-z0-9_]{1,32}(?:@\w+)?")


class BadEntities(Exception):
    """The markup is not well formed; the text is Telegram's own complaint."""


def units(text: str) -> int:
    """The length as Telegram counts it: in UTF-16 units."""
    return len(text) if text.isascii() else len(text.encode("utf-16-le")) // 2


def parse(text: str, parse_mode: str | None) -> tuple[str, list[dict[str, Any]]]:
    """The plain text and its entities. Raises BadEntities."""
    if not parse_mode:
        return trimmed(text), []
    if parse_mode.lower() != "html":
        raise BadEntities("Bad Request: unsupported parse_mode")
    return _parse_html(text)


def trimmed(text: str) -> str:
    """The text as it is shown: without space at its ends."""
    return text.strip()


def commands_in(text: str) -> list[dict[str, Any]]:
    """The `bot_command` entities of what a person typed."""
    return [
        {"type": "bot_command", "offset": units(text[: m.start()]), "length": units(m[0])}
        for m in _COMMAND.finditer(text)
    ]


def _parse_html(text: str) -> tuple[str, list[dict[str, Any]]]:
    plain = ""
    found: list[dict[str, Any]] = []
    open_tags: list[tuple[str, int, str]] = []
    position = 0
    for piece in _PIECE.finditer(text):
        plain += html.unescape(text[position : piece.start()])
        position = piece.end()
        tag = (piece[2] or "").lower()
        if tag not in TAGS:
            raise BadEntities(
                f'Bad Request: can\'t parse entities: Unsupported start tag "{tag}" at byte offset {piece.start()}'
            )
        if not piece[1]:
            open_tags.append((tag, len(plain), piece[3]))
            continue
        if not open_tags or open_tags[-1][0] != tag:
            raise BadEntities(f"Bad Request: can't parse entities: Unmatched end tag at byte offset {piece.start()}")
        _, start, attributes = open_tags.pop()
        entity: dict[str, Any] = {
            "type": TAGS[tag], "offset": units(plain[:start]), "length": units(plain[start:])
        }  # fmt: skip
        if tag == "a" and (link := _HREF.search(attributes)):
            entity["url"] = link[1]
        if entity["length"]:
            found.append(entity)
    plain += html.unescape(text[position:])
    if open_tags:
        raise BadEntities(
            f"Bad Request: can't parse entities: Can't find end tag corresponding to start tag \"{open_tags[-1][0]}\""
        )
    return plain.strip(), sorted(found, key=lambda e: (e["offset"], -e["length"]))
