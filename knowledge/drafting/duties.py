"""Duties: what the part on carrying out a plan tells each unit to do."""

from collections.abc import Sequence
from dataclasses import dataclass

from domain.plans import PassageKind
from domain.vietnamese import fold
from knowledge.drafting.paragraphs import Paragraph
from knowledge.drafting.times import time_in
from knowledge.drafting.units import is_only_unit, is_verb_at, support_in, unit_at_head, unit_behind_grounds
from knowledge.drafting.wording import Word
from knowledge.markers import Style
from knowledge.words import word_list

_SHORT_UNIT = 30
_SHORTEST = 5
_SECTION_HEAD = 60


@dataclass(frozen=True, slots=True)
class Duty:
    """What a unit is to do: the paragraph that says it, the words of its fields, and its place under the unit."""

    paragraph: Paragraph
    fields: dict[str, tuple[Word, ...]]
    ordinal: int


def duties_in(paragraphs: Sequence[Paragraph], used: set[int]) -> list[Duty]:
    """The duties that are tasks of their own, in the order of the text; paragraphs in `used` are tasks already."""
    found: list[Duty] = []
    unit: tuple[Word, ...] = ()
    depth, ordinal = 0, 0
    listed: Style | None = None
    for n, paragraph in enumerate(paragraphs):
        if not is_in_duty_section(paragraph):
            unit = ()
            continue
        if unit and len(paragraph.heading) <= depth and not _is_below(paragraph):
            unit = ()
        begin, end = unit_at_head(paragraph.words)
        if not end and _is_item(paragraph) and not _has_below(paragraphs, n):
            begin, end = unit_behind_grounds(paragraph.words)
        rest = paragraph.words[end:]
        named = end > 0 and (_is_item(paragraph) or paragraph.kind is PassageKind.HEADING)
        if named and (len(rest) <= 1 or (_has_below(paragraphs, n) and is_only_unit(paragraph.words))):
            unit, depth, ordinal, listed = paragraph.words[begin:], len(paragraph.heading), 0, None
            continue
        if named:
            unit, depth, ordinal, listed = paragraph.words[begin:end], len(paragraph.heading), 0, None
            if n not in used and is_task(rest):
                found.append(Duty(paragraph, _fields(rest, paragraph.words[begin:end]), 0))
            continue
        if not unit or n in used:
            continue
        lead, words = unit, paragraph.words
        own = (begin and end) or (end - begin > 1 and is_verb_at(paragraph.words, end))
        if ordinal and paragraph.style != listed and not own:
            # More of the duty above it, or what closes the plan.
            continue
        listed = paragraph.style if not ordinal else listed
        ordinal += 1
        if own:
            lead, words = paragraph.words[begin:end], rest
        if is_task(words):
            found.append(Duty(paragraph, _fields(words, lead), ordinal))
    return found


def is_in_duty_section(paragraph: Paragraph) -> bool:
    """True below a heading over what each unit is to do."""
    sections = word_list("drafting/words")["duty_sections"]
    labels = [fold(label)[:_SECTION_HEAD] for label in paragraph.heading]
    return any(section in label for label in labels for section in sections)


def _is_item(paragraph: Paragraph) -> bool:
    return paragraph.style is not None and paragraph.style <= Style.BRACKET


def _is_below(paragraph: Paragraph) -> bool:
    """True for a bullet, or a paragraph without a number, which tells more of the unit above it."""
    return paragraph.style is None or paragraph.style >= Style.DASH


def _has_below(paragraphs: Sequence[Paragraph], n: int) -> bool:
    """True where a bullet or a letter below its number follows."""
    if n + 1 >= len(paragraphs):
        return False
    own, following = paragraphs[n].style, paragraphs[n + 1].style
    return following is None or (own is not None and following > own) or following >= Style.DASH


def is_task(words: Sequence[Word]) -> bool:
    """False for help with another's task and for what goes without saying, unless it sets a time."""
    if len(words) < _SHORTEST:
        return False
    head = fold(" ".join(word.text for word in words[:8])).strip(" :-")
    head = head.removeprefix("co ")
    if any(head.startswith(each) for each in word_list("drafting/words")["closings"]):
        return False
    idle = any(head.startswith(each) for each in word_list("drafting/words")["no_tasks"])
    return not idle or bool(time_in(words))


def _fields(words: Sequence[Word], lead: tuple[Word, ...]) -> dict[str, tuple[Word, ...]]:
    return {"name": tuple(words), "lead": lead, "support": support_in(words), "time": time_in(words)}
