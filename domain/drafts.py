"""Drafts of the register under review: which are sure, how two become one, how one becomes several."""

import hashlib
import re
from collections.abc import Collection, Sequence
from dataclasses import replace
from enum import StrEnum

from domain.deadlines import DeadlineKind
from domain.people import Unit
from domain.plans import Target
from domain.tasks import Share, Span, Task
from domain.vietnamese import fold, nfc

SURE = 0.75
"""The confidence from which a draft may be confirmed together with others."""
FAIR = 0.5
"""The confidence below which a draft is to be read with the plan beside it."""
MOST_PARTS = 12
"""A draft is split into no more parts than this: a longer list is typed into a spreadsheet."""

_SENTENCE_END = re.compile(r"\s*(?:;|(?<=[^\W\d])\.(?=\s+[^\W\d_])|\n)\s*")
_LEFT_OVER = re.compile(r"^(?:[-+•*–]|[a-z]\)|\d{1,2}[.)])\s+|[\s;,.:]+$")
_SHORTEST_PART = 8


class Confidence(StrEnum):
    """How far a draft can be trusted, in three steps that have words."""

    HIGH = "high"
    FAIR = "fair"
    LOW = "low"


class Doubt(StrEnum):
    """Why a draft is not confirmed together with others."""

    DEADLINE = "deadline"
    LEAD = "lead"
    CONFIDENCE = "confidence"
    FIGURES = "figures"


def confidence_of(entry: Task | Target) -> Confidence:
    """The step of the entry's confidence."""
    if entry.confidence >= SURE:
        return Confidence.HIGH
    return Confidence.FAIR if entry.confidence >= FAIR else Confidence.LOW


def doubts(entry: Task | Target) -> list[Doubt]:
    """What a person must look at before this draft becomes a task or a target; empty for a sure one."""
    found = []
    if isinstance(entry, Task):
        if entry.deadline.kind is DeadlineKind.UNKNOWN:
            found.append(Doubt.DEADLINE)
        if entry.lead_unit_id is None and not entry.shares:
            found.append(Doubt.LEAD)
    elif not entry.values:
        found.append(Doubt.FIGURES)
    if entry.confidence < SURE:
        found.append(Doubt.CONFIDENCE)
    return found


def fingerprint(entry: Task | Target) -> str:
    """A short mark of everything the register says of an entry beside its progress: another mark, another content."""
    if isinstance(entry, Task):
        content: tuple[object, ...] = (
            entry.number,
            entry.title,
            sorted(entry.deadline.as_json().items(), key=str),
            entry.deadline.text,
            entry.lead,
            entry.support,
            entry.product,
            entry.lead_unit_id,
            entry.assignee_id,
            sorted(share.unit_id for share in entry.shares),
            entry.confirmed,
            entry.dropped,
            entry.published,
            entry.result,
        )
    else:
        content = (
            entry.number,
            entry.title,
            entry.values,
            entry.unit_of_measure,
            entry.lead,
            entry.lead_unit_id,
            entry.confirmed,
            entry.dropped,
            entry.published,
        )
    return hashlib.sha256(repr(content).encode()).hexdigest()[:16]


def led_by(task: Task, units: Sequence[Unit]) -> Task:
    """The task led by one unit, or carried by several together."""
    if len(units) == 1:
        return replace(task, lead_unit_id=units[0].id, lead_unit_name=units[0].name, shares=())
    shares = tuple(Share(unit_id=unit.id, unit_name=unit.name) for unit in units)
    return replace(task, lead_unit_id=None, lead_unit_name="", shares=shares)


def merged(first: Task, second: Task) -> Task:
    """Two drafts as one task: the first's fields, completed by the second's; titles and sources stand together."""
    lead_from = first if first.lead_unit_id is not None or first.shares or first.lead else second
    deadline = first.deadline if first.deadline.kind is not DeadlineKind.UNKNOWN else second.deadline
    return replace(
        first,
        title=_together(first.title, second.title, "; "),
        lead=first.lead or second.lead,
        lead_unit_id=lead_from.lead_unit_id,
        lead_unit_name=lead_from.lead_unit_name,
        shares=lead_from.shares,
        support=_together(first.support, second.support, "; "),
        support_unit_ids=tuple(dict.fromkeys((*first.support_unit_ids, *second.support_unit_ids))),
        product=_together(first.product, second.product, "; "),
        assignee_id=first.assignee_id if first.assignee_id is not None else second.assignee_id,
        assignee_name=first.assignee_name or second.assignee_name,
        deadline=deadline,
        source=_together(first.source, second.source, "\n"),
        spans=_spans_together(first.spans, second.spans),
        confidence=min(first.confidence, second.confidence),
    )


def merged_targets(first: Target, second: Target) -> Target:
    """Two drafted targets as one: the first's figures, completed by the years only the second has."""
    years = dict(second.values) | dict(first.values)
    return replace(
        first,
        title=_together(first.title, second.title, "; "),
        values=tuple(sorted(years.items())),
        unit_of_measure=first.unit_of_measure or second.unit_of_measure,
        lead=first.lead or second.lead,
        lead_unit_id=first.lead_unit_id if first.lead_unit_id is not None else second.lead_unit_id,
        lead_unit_name=first.lead_unit_name or second.lead_unit_name,
        source=_together(first.source, second.source, "\n"),
        spans=_spans_together(first.spans, second.spans),
        confidence=min(first.confidence, second.confidence),
    )


def parts_of(title: str) -> list[str]:
    """The pieces into which a title falls at its semicolons, lines and sentences; one piece where it does not."""
    pieces = [_tidy(piece) for piece in _SENTENCE_END.split(nfc(title))]
    whole = [piece for piece in pieces if piece]
    if len(whole) < 2 or len(whole) > MOST_PARTS or any(len(piece) < _SHORTEST_PART for piece in whole):
        return [" ".join(title.split())]
    return [piece[0].upper() + piece[1:] for piece in whole]


def typed_parts(text: str) -> list[str]:
    """The pieces a person typed, one a line or between semicolons, without the numbers before them."""
    pieces = [_tidy(piece) for piece in re.split(r"\n|;", nfc(text))]
    return [piece for piece in pieces if piece][: MOST_PARTS + 1]


def part_numbers(number: str, count: int, taken: Collection[str]) -> list[str]:
    """Numbers for the parts of a draft: 5.1, 5.2, or 5.a, 5.b where the plan uses the first itself."""
    if not number:
        return [""] * count
    counted = [f"{number}.{n}" for n in range(1, count + 1)]
    if not any(name in taken for name in counted):
        return counted
    free = (
        f"{number}.{chr(ord('a') + n // 26 - 1) if n >= 26 else ''}{chr(ord('a') + n % 26)}" for n in range(26 * 27)
    )
    return [name for name in free if name not in taken][:count]


def split(task: Task, titles: Sequence[str], taken: Collection[str]) -> list[Task]:
    """The draft as several, each with a title of its own and everything else of the whole; drafts still."""
    numbers = part_numbers(task.number, len(titles), taken)
    return [
        replace(task, id=0, number=number, title=" ".join(title.split()), confirmed=False, dropped=False)
        for number, title in zip(numbers, titles, strict=True)
    ]


def _tidy(piece: str) -> str:
    return _LEFT_OVER.sub("", " ".join(piece.split())).strip()


def _together(first: str, second: str, between: str) -> str:
    """Both texts, or the longer where one holds the other."""
    if not second or fold(second) in fold(first):
        return first
    if not first or fold(first) in fold(second):
        return second
    return f"{first.rstrip(' .;')}{between}{second}"


def _spans_together(first: tuple[Span, ...], second: tuple[Span, ...]) -> tuple[Span, ...]:
    return tuple(dict.fromkeys((*first, *second)))
