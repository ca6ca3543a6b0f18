"""How a question ends: a named status, an answer, and the passages it cites."""

from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum

from domain.people import Role
from domain.plans import PassageKind


class AnswerStatus(StrEnum):
    """Every way a question can end; each has its own text in `texts/`."""

    ANSWERED = "answered"
    PARTIAL = "partial"
    CLARIFY = "clarify"
    NOT_FOUND = "not_found"
    OUT_OF_SCOPE = "out_of_scope"
    REFUSED = "refused"
    PERSONAL_DATA = "personal_data"
    ERROR = "error"


@dataclass(frozen=True, slots=True)
class Citation:
    """A passage an answer stands on, as it is shown: where it is and what it says, verbatim in `source`.

    `is_public` must be said: what nobody called public is never sent anywhere.
    """

    passage_id: int
    file: str
    number: str
    title: str
    issuer: str
    heading: str
    text: str
    source: str
    page: int | None = None
    score: float = 0.0
    damage: float = 0.0
    sureness: float = 1.0
    checked_on: date | None = None
    kind: PassageKind = PassageKind.PARAGRAPH
    document_id: int = 0
    is_public: bool = False


@dataclass(frozen=True, slots=True)
class Asker:
    """Who asks, as far as finding passages is concerned."""

    office_id: int | None = None
    locality: str = ""
    role: Role = Role.CITIZEN
    in_group: bool = False


@dataclass(frozen=True, slots=True)
class Answer:
    """An answer. `text` is what the asker reads; `question` is the question as understood, follow-ups completed.

    `options` are the names to choose between when the status is `clarify`; `took_ms` is milliseconds.
    """

    status: AnswerStatus
    text: str
    question: str
    citations: tuple[Citation, ...] = ()
    options: tuple[str, ...] = ()
    took_ms: float = 0.0
    unsupported: tuple[str, ...] = field(default=())
