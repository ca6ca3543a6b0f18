"""Drafts targets from a document: sentences with a figure to be reached, and rows of tables of targets."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from difflib import SequenceMatcher

from domain.milestones import Comparator, even
from domain.plans import PassageKind, Target
from domain.tasks import Span
from knowledge.drafting.clauses import Clause, Year, clauses_of, years_in
from knowledge.drafting.placing import Placed
from knowledge.drafting.target_rows import targets_on_row
from knowledge.drafts import Draft
from knowledge.markers import Style, marker_of
from knowledge.outline import Outlined
from knowledge.reading import ReadText
from knowledge.words import word_list

LONGEST_TITLE = 400
_ALIKE = 0.5
_LONG_ENOUGH = 6
_DAMAGED = 0.2
_FEWEST_WORDS = 2
_LONGEST_PERIOD = 40
_SURE, _ELSEWHERE = 0.95, 0.75
_FROM_TITLE, _FROM_DATE = 0.8, 0.4
_DOUBTFUL = 0.3
_WITHOUT_YEAR = 0.2
_OWN_NUMBERS = (Style.NUMBER, Style.DECIMAL, Style.SUBDECIMAL, Style.BRACKET)
_WORDED = (PassageKind.BULLET, PassageKind.PARAGRAPH, PassageKind.HEADING)
_SPECK = re.compile(r"(?<!\w)[2z]\s+\Z")


@dataclass(slots=True)
class _Found:
    """A drafted target with what it is compared by before it gets its number."""

    target: Target
    key: str
    damaged: bool
    sources: list[str] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class _Period:
    """A line that only names a year or a period, over the points below it ("- 2025-2027", then "+ ...")."""

    path: tuple[str, ...]
    style: Style
    year: int

    def holds_for(self, passage: Draft) -> bool:
        """True for what stands below the line, until the next of its own kind."""
        marker = marker_of(passage.text)
        return passage.heading == self.path and (marker is None or marker.style > self.style)


def _period_of(passage: Draft) -> _Period | None:
    marker = marker_of(passage.text)
    words = passage.text[marker.length :] if marker else ""
    years = _distinct(years_in(words)) if len(words) < _LONGEST_PERIOD else []
    return _Period(passage.heading, marker.style, years[0]) if marker and len(years) == 1 else None


def draft_targets(read: ReadText, outlined: Outlined) -> tuple[Target, ...]:
    """The targets of a document in its order, each once with all its years; ids and office are the caller's.

    A figure that the scan ruined is left out and lowers the confidence; it is never guessed.
    """
    found: list[_Found] = []
    period: _Period | None = None
    for passage in outlined.passages:
        period = _period_of(passage) or (period if period and period.holds_for(passage) else None)
        for each in _on(passage, outlined, period):
            _add(found, each)
    return tuple(_numbered([replace(each.target, source="\n".join(each.sources)) for each in found]))


def is_under_targets(path: Sequence[str]) -> bool:
    """True below a heading that announces targets; not where they are only looked back upon."""
    words = word_list("drafting/targets")
    folded = [even(heading) for heading in path]
    if any(re.search(pattern, heading) for heading in folded for pattern in words["not_headings"]):
        return False
    return any(re.search(words["headings"], heading) for heading in folded)


def _is_told_back(path: Sequence[str]) -> bool:
    return any(
        re.search(pattern, even(heading))
        for heading in path
        for pattern in word_list("drafting/targets")["not_headings"]
    )


def _on(passage: Draft, outlined: Outlined, period: _Period | None) -> Iterator[_Found]:
    if passage.kind is PassageKind.ROW:
        for target in targets_on_row(passage):
            if not _is_told_back(passage.heading):
                yield _Found(target, even(target.title), passage.damage > _DAMAGED, [passage.source])
        return
    if passage.kind not in _WORDED or _is_told_back(passage.heading):
        return
    wanted = is_under_targets(passage.heading)
    if passage.kind is PassageKind.HEADING and not (wanted and "%" in passage.text):
        return
    marker = marker_of(passage.text)
    start = marker.length if marker else 0
    number = passage.text[:start].strip(" .()-–") if marker and marker.style in _OWN_NUMBERS else ""
    if named := re.match(word_list("drafting/targets")["numbered"], even(passage.text[start:])):
        number, start = named["number"], start + named.end()
    placed = Placed(passage)
    around = (period.year, 1.0) if period else _year_around(passage, outlined)
    for clause in clauses_of(passage.text, start, is_under_targets=wanted):
        drafted = _target(passage, placed, clause, around, number, wanted=wanted)
        if drafted is not None:
            number = ""
            said = drafted.spans[0]
            source = passage.source[said.start - passage.start : said.end - passage.start]
            yield _Found(drafted, clause.key, passage.damage > _DAMAGED, [source])


def _target(
    passage: Draft, placed: Placed, clause: Clause, around: tuple[int | None, float], number: str, *, wanted: bool
) -> Target | None:
    """The target of a clause, or None where it names nothing that could be counted."""
    if len(clause.key.split()) < _FEWEST_WORDS:
        return None
    year, sure_of_year = around
    if year is None and not (wanted and clause.unit == "%") and not any(each.year for each in clause.milestones):
        return None
    values, spans = [], [placed.span("title", clause.start, clause.end)]
    confidence = (_SURE if wanted else _ELSEWHERE) * passage.sureness
    for milestone in clause.milestones:
        named = milestone.year.year if milestone.year else year
        if named is None:
            confidence = min(confidence, _WITHOUT_YEAR)
            continue
        if milestone.year is None:
            confidence = min(confidence, _SURE * sure_of_year)
        elif milestone.year.start >= clause.start:
            spans.append(placed.span(f"year.{named}", milestone.year.start, milestone.year.end))
        values.append((named, " ".join(passage.text[milestone.start : milestone.end].split())))
        spans.append(placed.span(f"value.{named}", milestone.start, milestone.end))
        confidence *= _sure_of(passage, milestone.figure.at, milestone.figure.to, spans[-1])
        if (
            milestone.figure.unit == "%"
            and milestone.figure.value > 100
            and milestone.figure.comparator not in (Comparator.RISE,)
        ):
            confidence *= _DOUBTFUL if "ke hoach" not in clause.key else 1
    lead = re.search(word_list("drafting/targets")["lead"], even(passage.text[clause.start :]))
    if lead:
        low, high = lead.span("lead")
        spans.append(placed.span("lead", clause.start + low, clause.start + high))
    return Target(
        id=0,
        office_id=0,
        number=number,
        title=_short(clause.title if values else passage.text[clause.start : clause.end]),
        values=tuple(sorted(values)),
        unit_of_measure=clause.unit,
        lead=passage.text[clause.start :][slice(*lead.span("lead"))] if lead else "",
        confidence=round(confidence, 2),
        page=passage.page,
        spans=tuple(spans),
    )


def _year_around(passage: Draft, outlined: Outlined) -> tuple[int | None, float]:
    """The year of a figure whose sentence names none: that of the headings, the title or the day of issue."""
    for heading in reversed(passage.heading):
        years = _distinct(years_in(heading)) or _bare_years(heading)
        if len(years) == 1:
            return years[0], 1.0
    years = _distinct(years_in(outlined.title)) or _bare_years(outlined.title)
    if len(years) == 1:
        return years[0], _FROM_TITLE
    return (outlined.issued_on.year, _FROM_DATE) if outlined.issued_on else (None, 0.0)


def _distinct(years: Sequence[Year]) -> list[int]:
    return sorted({year.year for year in years})


def _bare_years(heading: str) -> list[int]:
    """The year of a heading that says little else ("1. 2027")."""
    return [int(year) for year in re.findall(r"(?<![\d/.])20[2-9]\d(?![\d/])", heading)] if len(heading) < 16 else []


def _sure_of(passage: Draft, at: int, to: int, span: Span) -> float:
    """How sure the figure is: its digits must stand in the file as shown, with no speck read as one."""
    source = passage.source[span.start - passage.start : span.end - passage.start]
    if passage.text[at:to] not in source and passage.text[at:to] not in passage.source:
        return _DOUBTFUL
    return 0.5 if passage.damage and _SPECK.search(passage.text[:at]) else 1.0


def _short(title: str) -> str:
    return title if len(title) <= LONGEST_TITLE else title[:LONGEST_TITLE].rsplit(" ", 1)[0] + "…"


def _add(found: list[_Found], new: _Found) -> None:
    """Add a target, or its years to the one that says the same of other years."""
    years = {year for year, _ in new.target.values}
    for each in found:
        if each.target.unit_of_measure != new.target.unit_of_measure or not _alike(each, new):
            continue
        known = dict(each.target.values)
        if each.target.values == new.target.values:
            return
        if years and not years & set(known):
            each.target = _joined(each.target, new.target)
            each.sources += new.sources
            return
    found.append(new)


def _joined(first: Target, more: Target) -> Target:
    return replace(
        first,
        values=tuple(sorted([*first.values, *more.values])),
        spans=(*first.spans, *more.spans),
        confidence=min(first.confidence, more.confidence),
        lead=first.lead or more.lead,
    )


def _alike(first: _Found, second: _Found) -> bool:
    """True for the same words; of a scan also where single words differ as one damaged word does from another."""
    one, other = first.key.split(), second.key.split()
    if one == other:
        return True
    if not (first.damaged and second.damaged) or len(one) != len(other) or len(one) < _LONG_ENOUGH:
        return False
    pairs = [(a, b) for a, b in zip(one, other, strict=True) if a != b]
    return len(pairs) <= len(one) // 4 and all(SequenceMatcher(None, a, b).ratio() >= _ALIKE for a, b in pairs)


def _numbered(targets: Sequence[Target]) -> Iterator[Target]:
    """The targets with numbers that differ: the plan's own where they do, the next free one elsewhere."""
    own = [target.number for target in targets]
    taken = {number for number in own if number}
    free = (str(n) for n in range(1, 10_000) if str(n) not in taken)
    seen: set[str] = set()
    for target in targets:
        number = target.number if target.number and target.number not in seen else next(free)
        seen.add(number)
        yield replace(target, number=number)
