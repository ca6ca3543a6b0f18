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
    walk = _Walk(paragraphs, used)
    for n in range(len(paragraphs)):
        walk.take(n)
    return walk.found


class _Walk:
    """One way through the paragraphs: which unit is being told its duties, and how its duties are listed."""

    def __init__(self, paragraphs: Sequence[Paragraph], used: set[int]) -> None:
        self.found: list[Duty] = []
        self._paragraphs = paragraphs
        self._used = used
        self._unit: tuple[Word, ...] = ()
        self._depth = 0
        self._ordinal = 0
        self._listed_units = 0
        self._listed_under: Sequence[str] = ()
        self._listed: Style | None = None

    def take(self, n: int) -> None:
        """Go on with the next paragraph."""
        paragraph = self._paragraphs[n]
        begin, end = self._unit_at(n)
        above = paragraph.words[begin:end]
        rest = paragraph.words[end:]
        named = end > 0 and (_is_item(paragraph) or paragraph.kind is PassageKind.HEADING)
        expected = is_in_duty_section(paragraph)
        if named and _has_below(self._paragraphs, n) and self._is_heading(paragraph, rest, expected):
            self._begin(paragraph, paragraph.words[begin:] if expected else above)
        elif named and expected:
            self._begin(paragraph, above)
            self._add(n, rest, above, 0)
        elif self._goes_on(paragraph, expected):
            self._take_duty(n, above, rest, begin)
        else:
            self._unit = ()
            self._take_listed(n, above, rest, expected)

    def _take_listed(self, n: int, above: tuple[Word, ...], rest: tuple[Word, ...], expected: bool) -> None:
        """Take what a bullet tells the unit it begins with, where the units have no headings of their own."""
        paragraph = self._paragraphs[n]
        if paragraph.heading != self._listed_under:
            self._listed_under, self._listed_units = paragraph.heading, 0
        if expected and _is_below(paragraph):
            self._listed_units += 1
            if above and is_verb_at(paragraph.words, len(paragraph.words) - len(rest)):
                self._add(n, rest, above, self._listed_units)

    def _unit_at(self, n: int) -> tuple[int, int]:
        paragraph = self._paragraphs[n]
        begin, end = unit_at_head(paragraph.words)
        if not end and _is_item(paragraph):
            return unit_behind_grounds(paragraph.words)
        return begin, end

    def _is_heading(self, paragraph: Paragraph, rest: Sequence[Word], expected: bool) -> bool:
        """True for a unit's name alone; in a part that is no list of duties the whole name must be known."""
        return len(rest) <= 1 or (expected and is_only_unit(paragraph.words))

    def _goes_on(self, paragraph: Paragraph, expected: bool) -> bool:
        if not self._unit:
            return False
        return len(paragraph.heading) > self._depth or (expected and _is_below(paragraph))

    def _begin(self, paragraph: Paragraph, unit: tuple[Word, ...]) -> None:
        self._unit, self._depth, self._ordinal, self._listed = unit, len(paragraph.heading), 0, None

    def _take_duty(self, n: int, above: tuple[Word, ...], rest: tuple[Word, ...], begin: int) -> None:
        paragraph = self._paragraphs[n]
        end = len(paragraph.words) - len(rest)
        own = bool(above) and (begin > 0 or is_verb_at(paragraph.words, end))
        if self._ordinal and paragraph.style != self._listed and not own:
            # More of the duty above it, or what closes the plan.
            return
        self._listed = self._listed if self._ordinal else paragraph.style
        self._ordinal += 1
        words, lead = (rest, above) if own else (paragraph.words, self._unit)
        self._add(n, words, lead, self._ordinal)

    def _add(self, n: int, words: tuple[Word, ...], lead: tuple[Word, ...], ordinal: int) -> None:
        if n not in self._used and is_task(words):
            fields = {"name": words, "lead": lead, "support": support_in(words), "time": time_in(words)}
            self.found.append(Duty(self._paragraphs[n], fields, ordinal))


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
    lists = word_list("drafting/words")
    if any(head.startswith(each) for each in lists["closings"]) or _leads_over(words):
        return False
    idle = any(head.startswith(each) for each in lists["no_tasks"])
    return not idle or bool(time_in(words)) or _makes(words)


def _leads_over(words: Sequence[Word]) -> bool:
    """True for a line that only says that duties follow below it."""
    tail = " ".join(word.folded for word in words[-4:])
    return words[-1].text[-1] in ":." and any(tail.endswith(each) for each in word_list("drafting/words")["leads_over"])


def _makes(words: Sequence[Word]) -> bool:
    """True where a clause near the head, behind the grounds, says what is to be made."""
    if words[0].folded not in ("can", "theo"):
        return False
    for at in range(2, min(len(words), _SHORT_UNIT)):
        ahead = " ".join(word.folded for word in words[at : at + 4]) + " "
        if any(ahead.startswith(f"{each} ") for each in word_list("drafting/words")["makes"]):
            return True
    return False
