"""Drafts targets from rows of tables: what is counted, its unit, and a figure under each year."""

import re
from collections.abc import Iterator

from domain.milestones import even, read_milestone
from domain.plans import Target
from domain.tasks import Span
from knowledge.columns import RULE, column_of
from knowledge.drafting.clauses import years_in
from knowledge.drafts import Draft
from knowledge.words import word_list

_NUMBER = re.compile(r"\d{1,3}(?:\.\d{1,2})*\.?\Z")
_YEAR = re.compile(r"\b20[2-9]\d\b")
_LABELLED = re.compile(r"([^:|]{2,80}): (.+)", re.DOTALL)
_OF_UNITS = r"\b(?:co quan|don vi|phong|bo phan)\b"
_NOTHING = re.compile(r"[-–.\s]*\Z")
_ILLEGIBLE = 0.15
_TORN, _WHOLE = 0.6, 0.95
_LONGEST_TITLE = 300


def targets_on_row(passage: Draft) -> Iterator[Target]:
    """The target of a row: none where its table is not one of targets."""
    parts = passage.text.split(RULE)
    number = parts.pop(0).strip(" .") if len(parts) > 1 and _NUMBER.match(parts[0].strip()) else ""
    title, torn = _title(parts.pop(0)) if parts else ("", False)
    if not any(c.isalpha() for c in title):
        return
    cells = [found.groups() for part in parts if (found := _LABELLED.match(part))]
    unit = next((cell for label, cell in cells if column_of(label).kind == "measure"), "")
    values, doubts = _values(cells, passage, unit)
    if not _is_of_targets(passage, values, unit) or not (values or number or "%" in passage.text):
        return
    leads = [(label, cell) for label, cell in cells if column_of(label).kind == "lead"]
    lead = next((cell for label, cell in leads if re.search(_OF_UNITS, even(label))), leads[0][1] if leads else "")
    spans = [Span("title", passage.start, passage.end)]
    spans += _spans(passage, values)
    yield Target(
        id=0,
        office_id=0,
        number=number,
        title=title,
        values=tuple(values),
        unit_of_measure=unit or _unit(values),
        lead=lead if passage.damage < 0.2 or torn is False else "",
        confidence=_confidence(passage, values, doubts, torn=torn),
        page=passage.page,
        spans=tuple(spans),
    )


def _title(cell: str) -> tuple[str, bool]:
    """The name of what is counted, and whether words of other columns were torn into the cell."""
    found = re.search(word_list("drafting/targets")["titles"], even(cell))
    torn = bool(found and found.start() > 0) or bool(re.search(r"[|\\<>_«»§]|\b\w/\w", cell))
    words = cell[found.start() :] if found and torn else cell
    if found and torn and found["share"]:
        words = f"{word_list('drafting/targets')['shown']['share']} {cell[found.end() :]}"
    return " ".join(words.split())[:_LONGEST_TITLE], torn


def _values(cells: list[tuple[str, ...]], passage: Draft, unit: str) -> tuple[list[tuple[int, str]], int]:
    """The plan's words by year, and how many cells hold something that is no figure."""
    words = word_list("drafting/targets")
    values: list[tuple[int, str]] = []
    doubts = 0
    for label, cell in cells:
        folded = even(label)
        if re.search(words["reached"], folded) and not re.search(words["wanted"], folded):
            continue
        years = _YEAR.findall(label)
        if len(years) == 1:
            year: int | None = int(years[0])
        elif re.search(words["wanted"], folded) and column_of(label).kind != "measure":
            year = _year_above(passage)
        else:
            continue
        if year is None or _NOTHING.match(cell):
            continue
        if read_milestone(cell, year, unit) is None:
            doubts += 1
        elif year not in dict(values):
            values.append((year, " ".join(cell.split())))
    return sorted(values), doubts


def _year_above(passage: Draft) -> int | None:
    for heading in reversed(passage.heading):
        years = {year.year for year in years_in(heading)}
        if len(years) == 1:
            return years.pop()
    return None


def _is_of_targets(passage: Draft, values: list[tuple[int, str]], unit: str) -> bool:
    words = word_list("drafting/targets")
    above = " ".join(map(even, passage.heading))
    if re.search(words["headings"], above):
        return bool(values) or len(_YEAR.findall(above)) > 1
    shares = sum("%" in cell for _, cell in values)
    return bool(values) and ((bool(unit) and len(values) > 1) or shares == len(values) > 1)


def _unit(values: list[tuple[int, str]]) -> str:
    units = {found.unit for year, words in values if (found := read_milestone(words, year))}
    return units.pop() if len(units) == 1 else ""


def _spans(passage: Draft, values: list[tuple[int, str]]) -> Iterator[Span]:
    """Where each value stands in the row; the whole row where the scan wrote it otherwise."""
    at = 0
    for year, words in values:
        place = passage.source.find(words, at)
        if place < 0:
            yield Span(f"value.{year}", passage.start, passage.end)
            continue
        at = place + len(words)
        yield Span(f"value.{year}", passage.start + place, passage.start + at)


def _confidence(passage: Draft, values: list[tuple[int, str]], doubts: int, *, torn: bool) -> float:
    if not values:
        return _ILLEGIBLE
    sure = (_TORN if torn or passage.damage > 0.2 else _WHOLE) * min(1.0, passage.sureness)
    sure *= 0.7**doubts
    return round(sure, 2)
