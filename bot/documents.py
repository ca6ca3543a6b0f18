"""The periodic report as a Word paper: made from a template with tags, the same bytes for the same content."""

import re
import zipfile
from collections.abc import Mapping
from dataclasses import dataclass, fields, is_dataclass
from datetime import UTC, date, datetime
from io import BytesIO
from typing import Any

import texts
from domain.letterhead import Letterhead
from domain.periodic_report import ReportContent

WORD_TYPE = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
_LONG_AGO = (1980, 1, 1, 0, 0, 0)
"""The time of every part of a settled file: the earliest a zip knows."""
_UNFIT = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ud800-\udfff\ufffe\uffff]")
_MODIFIED = re.compile(rb"(<dcterms:(?:modified|created)[^>]*>)[^<]*(</)")
_NAMED = re.compile(r"'([^']{1,60})'")
_TAG = re.compile(r"\{[{%#].*?[}%#]\}")


class BrokenTemplate(Exception):
    """A template that cannot be filled; `tag` is what is wrong in it, empty where the whole file is no template."""

    def __init__(self, tag: str, reason: str) -> None:
        super().__init__(reason)
        self.tag = tag
        self.reason = reason


def render(content: ReportContent, template: bytes) -> bytes:
    """The paper of this content made with this template. Raises BrokenTemplate."""
    from docxtpl import DocxTemplate
    from jinja2 import StrictUndefined, TemplateError
    from jinja2.sandbox import SandboxedEnvironment
    from lxml.etree import LxmlError

    held = BytesIO()
    try:
        paper = DocxTemplate(BytesIO(template))
        # A template comes from outside: in the sandbox it reads what it is given and nothing else.
        paper.render(context_of(content), SandboxedEnvironment(undefined=StrictUndefined, autoescape=True))
        _describe(paper.docx, content)
        paper.save(held)
    except TemplateError as error:
        raise BrokenTemplate(_tag_of(error), str(error)) from error
    except (zipfile.BadZipFile, LxmlError, KeyError, ValueError, TypeError, AttributeError, OSError) as error:
        raise BrokenTemplate("", f"{type(error).__name__}: {error}") from error
    return settled(held.getvalue())


def _describe(paper: Any, content: ReportContent) -> None:
    properties = paper.core_properties
    properties.author = properties.last_modified_by = _clean(content.office)[:255]
    properties.title = _clean(content.wording.subject)[:255]
    properties.created = properties.modified = content.taken_at.astimezone(UTC)
    properties.revision = 1


def _tag_of(error: Exception) -> str:
    """What in a template is wrong: the name it asks for in vain, what was begun and never ended, else the whole tag."""
    named = _NAMED.findall(str(error))
    kind = type(error).__name__
    if named and kind == "SecurityError":
        return str(named[0])
    if named and (kind in ("UndefinedError", "TemplateAssertionError") or str(error).startswith("Unexpected end")):
        return str(named[-1])
    lines = [str(line) for line in getattr(error, "docx_context", ())]
    tags = [tag for line in lines for tag in _TAG.findall(line)]
    return tags[len(tags) // 2] if tags else (named[-1] if named else "")


def settled(content: bytes, modified: datetime | None = None) -> bytes:
    """The same zip with nothing in it of when it was written; `modified` is what it says of that itself."""
    held = BytesIO()
    with zipfile.ZipFile(BytesIO(content)) as read, zipfile.ZipFile(held, "w", zipfile.ZIP_DEFLATED) as written:
        for entry in read.infolist():
            part = zipfile.ZipInfo(entry.filename, _LONG_AGO)
            part.compress_type = zipfile.ZIP_DEFLATED
            part.external_attr = 0o600 << 16
            held_there = read.read(entry)
            if modified is not None and entry.filename == "docProps/core.xml":
                stamp = f"{modified.astimezone(UTC):%Y-%m-%dT%H:%M:%SZ}"
                held_there = _MODIFIED.sub(rf"\g<1>{stamp}\g<2>".encode(), held_there)
            written.writestr(part, held_there)
    return held.getvalue()


# --- what the tags of a template find --------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class _Day:
    """A day in the words of a paper."""

    day: date | None

    def __str__(self) -> str:
        if self.day is None:
            return texts.say("document.no_day")
        month = f"{self.day.month:02d}" if self.day.month <= 2 else str(self.day.month)
        return texts.say("document.day", day=f"{self.day.day:02d}", month=month, year=self.day.year)


def context_of(content: ReportContent) -> dict[str, Any]:
    """Everything a template may name, as plain words and lists of them."""
    blank, day = texts.say("document.blank"), str(_Day(content.dated))
    letterhead = letterhead_context(content.letterhead)
    own = {
        "office": content.office,
        "letterhead": letterhead,
        "number": content.number or blank,
        "day": day,
        "place_and_day": texts.say("document.place_and_day", place=letterhead["place"], day=day),
    }
    context: dict[str, Any] = _plain(own) | _plain(content.wording)
    return context


def letterhead_context(letterhead: Letterhead) -> dict[str, Any]:
    """The lines around the text; a line that nobody gave is a blank, but for KT., which may stand empty."""
    blank = texts.say("document.blank")
    lines = {field.name: getattr(letterhead, field.name) or blank for field in fields(letterhead)}
    given = [line.strip().lstrip("-").rstrip(";.").strip() for line in letterhead.recipients]
    recipients = [line for line in given if line] or [blank]
    ends = [";"] * (len(recipients) - 1) + ["."]
    listed = [f"- {line}{end}" for line, end in zip(recipients, ends, strict=True)]
    return lines | {"acting": letterhead.acting, "recipients": listed}


def _plain(value: Any) -> Any:
    if is_dataclass(value):
        return {field.name: _plain(getattr(value, field.name)) for field in fields(value)}
    if isinstance(value, Mapping):
        return {key: _plain(inner) for key, inner in value.items()}
    if isinstance(value, list | tuple):
        return [_plain(inner) for inner in value]
    return _clean(str(value))


def _clean(text: str) -> str:
    """Words as a paper can hold them: no control characters, white space in single spaces."""
    return " ".join(_UNFIT.sub("", text).split())
