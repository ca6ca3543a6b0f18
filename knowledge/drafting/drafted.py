"""A task put together from the words of its fields, with how sure a draft it is."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import replace

from domain.deadlines import Deadline, DeadlineKind, parse_deadline
from domain.tasks import Span, Task
from domain.vietnamese import fold
from knowledge.drafting.wording import Word, spans_of, wording
from knowledge.lines import Line
from knowledge.reading import ReadText
from knowledge.words import word_list

FIELDS = {"name": "title", "lead": "lead", "support": "support", "product": "product", "time": "deadline"}
"""Which field of a task each kind of cell is."""

_NO_LEAD = 0.5
_NO_TIME = 0.8
_UNREAD_TIME = 0.6
_ODD_TITLE = 0.7
_ODD_LEAD = 0.7
_LEAST = 0.05
_SHORT_TITLE = 16
_ILLEGIBLE = re.compile(r"[^\W\d_][^\w\s/.,\-–:;()\"“”’'][^\W_]|\d;\d|\?[^\W\d_]")
_WORDS_OF_A_TIME = 4


def drafted(
    read: ReadText,
    number: str,
    fields: Mapping[str, Sequence[Word]],
    lines: Sequence[Line],
    certainty: float,
    *,
    from_cells: bool = False,
) -> Task | None:
    """The task that these words make, unconfirmed; None where there are no words for a title.

    `from_cells` says that the title is a cell of its own, which begins with a capital unless it was cut.
    """
    title = _tidied(wording(fields.get("name", ())))
    if sum(map(str.isalpha, title)) < 8:
        return None
    if from_cells and not title[:1].isupper():
        certainty *= _ODD_TITLE
    deadline = deadline_of(fields.get("time", ()))
    lead = _tidied(wording(fields.get("lead", ())))
    spans = tuple(span for kind, field in FIELDS.items() if fields.get(kind) for span in spans_of(field, fields[kind]))
    start, end = _stretch(spans, lines)
    return Task(
        id=0,
        office_id=0,
        number=number,
        title=title[:1].upper() + title[1:],
        deadline=deadline,
        lead=lead,
        support=_tidied(wording(fields.get("support", ()))),
        product=_tidied(wording(fields.get("product", ()))),
        source=read.text[start:end],
        confirmed=False,
        confidence=_confidence(title, lead, deadline, lines, certainty),
        page=read.page_at(start),
        spans=spans,
    )


def deadline_of(words: Sequence[Word]) -> Deadline:
    """The deadline in these words; the scan's slips in words of time are mended first."""
    text = wording(words).strip(" .;,")
    if not text:
        return Deadline(DeadlineKind.UNKNOWN)
    for said in (text, _time_words(text)):
        if (found := parse_deadline(said)).kind is not DeadlineKind.UNKNOWN:
            return replace(found, text=_time_words(text) if _is_short(text) else text)
    return parse_deadline(text)


def _is_short(text: str) -> bool:
    """True for a mere time, every word of which is one of time."""
    return len(text.split()) <= _WORDS_OF_A_TIME


def _time_words(text: str) -> str:
    """The text with words of time as they must have been, where they differ by a mark only."""
    pairs = [(re.compile(pattern), shown) for pattern, shown in word_list("columns")["words_of_time"]]
    mended = []
    for word in text.split():
        bare = fold(word)
        shown = next((shown for pattern, shown in pairs if pattern.fullmatch(bare) and "\\" not in shown), word)
        mended.append(shown[:1].upper() + shown[1:] if word[:1].isupper() else shown)
    return " ".join(mended)


def _tidied(text: str) -> str:
    """A field without the signs a cell or a clause leaves at its ends."""
    return text.strip(" -–—+•|;,.:").strip()


def _stretch(spans: Sequence[Span], lines: Sequence[Line]) -> tuple[int, int]:
    """From where to where the task stands in the document."""
    starts = [line.start for line in lines] or [span.start for span in spans]
    ends = [line.end for line in lines] or [span.end for span in spans]
    return min(starts), max(ends)


def _confidence(title: str, lead: str, deadline: Deadline, lines: Sequence[Line], certainty: float) -> float:
    """From 0 to 1, how likely it is that a person confirms the draft as it is."""
    weight = sum(len(line.text) for line in lines) or 1
    legible = sum(line.restored.sureness * len(line.text) for line in lines) / weight if lines else 1.0
    value = certainty * legible
    if not lead:
        value *= _NO_LEAD
    elif not begins_like_unit(lead):
        value *= _ODD_LEAD
    if deadline.kind is DeadlineKind.UNKNOWN:
        value *= _UNREAD_TIME if deadline.text else _NO_TIME
    if len(title) < _SHORT_TITLE or any(_ILLEGIBLE.search(word) for word in title.split()):
        value *= _ODD_TITLE
    return round(max(_LEAST, min(1.0, value)), 2)


def begins_like_unit(text: str) -> bool:
    """True for words that begin as the name of a unit does."""
    first = fold(text).split(" ", 1)[0].strip(".,:")
    return first in word_list("drafting/words")["heads_of_units"]
