"""What an office's plan is made of: the document, its passages, its targets."""

from dataclasses import dataclass
from datetime import date
from enum import StrEnum


class Visibility(StrEnum):
    """Who may be shown a document: everyone, or staff only."""

    PUBLIC = "public"
    INTERNAL = "internal"


class PassageKind(StrEnum):
    """What a passage was in the document."""

    HEADER = "header"
    HEADING = "heading"
    PARAGRAPH = "paragraph"
    BULLET = "bullet"
    ROW = "row"
    FOOTNOTE = "footnote"


@dataclass(frozen=True, slots=True)
class Document:
    """A plan or another paper of the office. `file` is the base name of the file it was read from."""

    id: int
    office_id: int
    file: str
    number: str = ""
    issued_on: date | None = None
    issuer: str = ""
    title: str = ""
    pages: int = 1
    visibility: Visibility = Visibility.PUBLIC
    sha256: str = ""


@dataclass(frozen=True, slots=True)
class Passage:
    """The smallest piece of a document that answers a question.

    `source` is the verbatim slice `[start:end]` of the file's text (characters);
    `text` is what is shown and searched; `heading` is the path of headings above it, outermost first;
    `page` counts from 1, or is None where the file has no pages.
    """

    id: int
    document_id: int
    ordinal: int
    kind: PassageKind
    heading: tuple[str, ...]
    text: str
    source: str
    start: int
    end: int
    page: int | None = None


@dataclass(frozen=True, slots=True)
class Target:
    """A figure the plan wants reached. `values` maps a year to the words of the plan ("above 80%")."""

    id: int
    office_id: int
    number: str
    title: str
    values: tuple[tuple[int, str], ...] = ()
    unit_of_measure: str = ""
    lead: str = ""
    document_id: int | None = None
    document_number: str = ""
    source: str = ""
    confirmed: bool = False
