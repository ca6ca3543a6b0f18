"""What an office's plan is made of: the document, its passages, its targets."""

from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from domain.tasks import Span


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
    """A plan or another paper of the office. `file` is the base name of the file it was read from.

    `checked_on` is the day on which somebody last compared it with the rules in force; None where nobody says.
    `read_by` is the version of the reader that made its passages: a newer one reads the file again.
    """

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
    checked_on: date | None = None
    read_by: str = ""


@dataclass(frozen=True, slots=True)
class Passage:
    """The smallest piece of a document that answers a question.

    `source` is the verbatim slice `[start:end]` of the file's text (characters);
    `text` is what is shown and searched; `heading` is the path of headings above it, outermost first;
    `page` counts from 1, or is None where the file has no pages. `damage` is the share of the source's syllables that
    were repaired to make the text (0 clean, 1 all), `sureness` how likely the repair is right (0 to 1).
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
    damage: float = 0.0
    sureness: float = 1.0


@dataclass(frozen=True, slots=True)
class Target:
    """A figure the plan wants reached. `values` maps a year to the words of the plan ("above 80%").

    `confidence`, `spans`, `dropped` and `published` are as in `domain.tasks.Task`.
    """

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
    file: str = ""
    lead_unit_id: int | None = None
    lead_unit_name: str = ""
    confidence: float = 1.0
    page: int | None = None
    spans: tuple[Span, ...] = ()
    dropped: bool = False
    published: bool = False
