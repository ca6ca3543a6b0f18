"""Sentences that give a task to a unit in passing: who leads is said before or behind what is to be done."""

from collections.abc import Sequence
from dataclasses import dataclass

from domain.plans import PassageKind
from knowledge.drafting.duties import is_in_duty_section, is_task
from knowledge.drafting.paragraphs import Paragraph
from knowledge.drafting.times import time_in
from knowledge.drafting.units import is_verb_at, support_in, unit_at_head
from knowledge.drafting.wording import Word
from knowledge.words import word_list

_FURTHEST_BACK = 30
_SOON = 30
_LEAST_BEFORE = 6
_LEAST_AFTER = 5


@dataclass(frozen=True, slots=True)
class Assigned:
    """A task that a sentence gives to a unit: the paragraph, and the words of its fields."""

    paragraph: Paragraph
    fields: dict[str, tuple[Word, ...]]


def assigned_in(paragraphs: Sequence[Paragraph], used: set[int]) -> list[Assigned]:
    """The tasks given in passing, in the order of the text; paragraphs in `used` are tasks already."""
    found = []
    for n, paragraph in enumerate(paragraphs):
        if n in used or paragraph.kind is PassageKind.HEADING or is_in_duty_section(paragraph):
            continue
        fields = _said_first(paragraph.words) or _fields_of(paragraph.words)
        if fields and is_task(fields["name"]):
            found.append(Assigned(paragraph, fields))
    return found


def _said_first(words: Sequence[Word]) -> dict[str, tuple[Word, ...]]:
    """The fields of a sentence that begins with the unit and soon says that it leads."""
    begin, end = unit_at_head(words)
    if (
        not end
        or not is_verb_at(words, end)
        or not any(_leads(words, at) for at in range(end, min(end + _SOON, len(words) - 1)))
    ):
        return {}
    name = tuple(words[end:])
    return {"name": name, "lead": tuple(words[begin:end]), "support": support_in(name), "time": time_in(name)}


def _fields_of(words: Sequence[Word]) -> dict[str, tuple[Word, ...]]:
    for at in range(len(words) - 1):
        if _leads(words, at) and (place := _unit_before(words, at)):
            begin, end = place
            after = words[at + (3 if words[at + 1].folded == "trach" else 2) :]
            help_ = support_in(after)
            last = help_[-1].end if help_ else words[at + 1].end
            rest = tuple(word for word in after if word.start >= last)
            before = tuple(words[: _sentence_start(words, begin)])
            name = before if len(before) >= _LEAST_BEFORE and len(rest) < len(before) else rest
            if len(name) >= _LEAST_AFTER:
                return {"name": name, "lead": tuple(words[begin:end]), "support": help_, "time": time_in(words)}
    return {}


def _leads(words: Sequence[Word], at: int) -> bool:
    pair = f"{words[at].folded} {words[at + 1].folded}"
    return pair in word_list("drafting/words")["leads"]


def _unit_before(words: Sequence[Word], at: int) -> tuple[int, int] | None:
    """The unit whose name ends right before the words for leading."""
    for begin in range(max(0, at - _FURTHEST_BACK), at):
        opens = begin == 0 or words[begin - 1].text[-1] in ".;:(" or words[begin].text[0] == "("
        told = words[begin].folded in ("giao", "phancong") or (begin and words[begin - 1].folded == "giao")
        if not (opens or told):
            continue
        first, end = unit_at_head(words[begin:at])
        if end and begin + end >= at - 1:
            return begin + first, begin + end
    return None


def _sentence_start(words: Sequence[Word], at: int) -> int:
    """Where the sentence or the bracket begins in which a unit is named."""
    while at > 0 and words[at - 1].text[-1] not in ".;:" and words[at].text[0] != "(":
        at -= 1
    return at
