"""The way of a periodic report: drafted, remarked on, submitted, returned or approved, and issued under a number.

A version's content never changes. What is to read otherwise becomes a new version, and the old one stays as it was.
"""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from typing import Any

from domain.periods import read_phrase
from domain.vietnamese import fold


class ReportStatus(StrEnum):
    """Where a version stands; REPLACED once a newer one took its place before anybody approved it."""

    DRAFT = "draft"
    REMARKS = "remarks"
    SUBMITTED = "submitted"
    RETURNED = "returned"
    APPROVED = "approved"
    FINAL = "final"
    REPLACED = "replaced"

    @property
    def is_fixed(self) -> bool:
        """True once a leader approved it."""
        return self in (ReportStatus.APPROVED, ReportStatus.FINAL)


class Move(StrEnum):
    """One thing that happens to a version. CIRCULATE sends it to the heads, AGREE is a head without a remark.

    ADD and STRIKE make the next version: words put in by hand, or taken out again.
    """

    MAKE = "made"
    ADD = "added"
    STRIKE = "struck"
    CIRCULATE = "circulated"
    REMARK = "remark"
    AGREE = "agreed"
    SUBMIT = "submitted"
    RETURN = "returned"
    APPROVE = "approved"
    NUMBER = "numbered"
    REPLACE = "replaced"


class Part(StrEnum):
    """Where in a report words are put in by hand."""

    OVERALL = "overall"
    DIFFICULTIES = "difficulties"
    PROPOSALS = "proposals"
    UPCOMING = "upcoming"


_DRAFTED = (ReportStatus.DRAFT, ReportStatus.REMARKS)
_UNDECIDED = (*_DRAFTED, ReportStatus.SUBMITTED, ReportStatus.RETURNED)
_WAYS: Mapping[Move, Mapping[ReportStatus, ReportStatus]] = {
    Move.CIRCULATE: {ReportStatus.DRAFT: ReportStatus.REMARKS},
    Move.REMARK: {status: status for status in _UNDECIDED},
    Move.AGREE: {status: status for status in _UNDECIDED},
    Move.SUBMIT: dict.fromkeys(_DRAFTED, ReportStatus.SUBMITTED),
    Move.RETURN: {ReportStatus.SUBMITTED: ReportStatus.RETURNED},
    Move.APPROVE: {ReportStatus.SUBMITTED: ReportStatus.APPROVED},
    Move.NUMBER: {ReportStatus.APPROVED: ReportStatus.FINAL},
    Move.REPLACE: dict.fromkeys(_UNDECIDED, ReportStatus.REPLACED),
}


def after(move: Move, status: ReportStatus) -> ReportStatus | None:
    """Where a version stands after the move; None where the move cannot be made from there."""
    return _WAYS.get(move, {}).get(status)


@dataclass(frozen=True, slots=True)
class ReportVersion:
    """One version of a period's report. `content` is all that it says, as JSON; `number` and `issued_on` once it is
    issued; `decided_by` who approved or returned it."""

    id: int
    office_id: int
    period_id: int
    version: int
    status: ReportStatus
    content: Mapping[str, Any]
    template_sha256: str
    made_at: datetime
    made_by_id: int | None = None
    made_by: str = ""
    decided_by_id: int | None = None
    decided_by: str = ""
    decided_at: datetime | None = None
    number: str = ""
    issued_on: date | None = None


@dataclass(frozen=True, slots=True)
class ReportStep:
    """One thing that happened to a version, by whom and when. `part` is where words were added."""

    id: int
    report_id: int
    version: int
    move: Move
    person_id: int | None
    person_name: str
    said: str
    at: datetime
    part: Part | None = None


def answered(steps: Iterable[ReportStep]) -> Mapping[int, ReportStep]:
    """The last word of each person who remarked or had nothing to remark, by the person's id."""
    words = (s for s in steps if s.move in (Move.REMARK, Move.AGREE) and s.person_id is not None)
    return {step.person_id: step for step in words if step.person_id is not None}


def additions(steps: Iterable[ReportStep]) -> list[ReportStep]:
    """The words put in by hand that still stand, in the order in which they came."""
    found = list(steps)
    struck = {step.said for step in found if step.move is Move.STRIKE}
    return [step for step in found if step.move is Move.ADD and str(step.id) not in struck]


def remarks_before(steps: Iterable[ReportStep], version: int) -> list[ReportStep]:
    """What was remarked on, and returned with, before this version was made: what it is to answer."""
    return [step for step in steps if step.move in (Move.REMARK, Move.RETURN) and step.version < version]


@dataclass(frozen=True, slots=True)
class ReportNumber:
    """The number a report is issued under, as it was typed: "15", and the day where one was named."""

    number: str
    day: date | None = None


_NUMBER = re.compile(
    r"(?:(?:bao cao|bc|van ban|cho|cap|lay|ghi)\s+)*(?:so(?: hieu)?\s*:?\s*)?(?P<number>\d{1,5})\s*"
    r"(?P<symbol>/\s*[a-z]{1,10}(?:\s*-\s*[a-z&]{1,12}){0,3})?(?:\s*,?\s*ngay\s+(?P<day>.+?))?[ .!]*"
)


def number_said(text: str, today: date) -> ReportNumber | None:
    """The number in "so 15", "15/BC-UBND", "so 15 ngay 18/11"; None where it is none, or the day cannot be read.

    A day without a year is this year's.
    """
    match = _NUMBER.fullmatch(fold(text).strip())
    if match is None or not int(match["number"]):
        return None
    if match["day"] is None:
        return ReportNumber(str(int(match["number"])))
    mentions = read_phrase(f"ngay {match['day']}", mended=False).mentions
    day = mentions[0].first(mentions[0].year or today.year) if len(mentions) == 1 else None
    return None if day is None else ReportNumber(str(int(match["number"])), day)


def names_the_symbol(text: str) -> bool:
    """True for a number with the symbol of a report behind it ("15/BC-UBND")."""
    match = _NUMBER.fullmatch(fold(text).strip())
    return match is not None and (match["symbol"] or "").replace(" ", "").startswith("/bc")
