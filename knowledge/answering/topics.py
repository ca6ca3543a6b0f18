"""What an office's paper can be asked about, in the words of its own headings."""

import re
from functools import lru_cache

import texts
from domain.plans import PassageKind
from domain.vietnamese import fold
from knowledge.answering.naming import clipped
from knowledge.answering.papers import Paper, without_mark
from knowledge.answering.spans import begins_with_unit
from knowledge.asking import patterns

_MOST = 3
_ONLY_YEARS = re.compile(r"[^;]{0,30}\b(?:nam|giai doan)\b[^;]{0,12}20\d\d[\d -]*\Z")
_SHORTEST, _LONGEST = 12, 90
_MOST_DAMAGE = 0.9


@lru_cache(maxsize=200)
def topics_of(paper: Paper) -> str:
    """A few of the paper's headings that name a matter, apart from each other; "" when it has none."""
    said: list[str] = []
    for item in paper.items:
        text = without_mark(without_mark(item.citation.text)).strip(" .:;")
        folded = fold(text)
        if item.citation.kind is not PassageKind.HEADING or not _SHORTEST <= len(text) <= _LONGEST:
            continue
        if (
            begins_with_unit(folded)
            or _ONLY_YEARS.match(folded)
            or patterns("common_headings").match(folded)
            or item.citation.damage > _MOST_DAMAGE
            or text.startswith("(")
        ):
            continue
        text = text.capitalize() if text.isupper() else text
        if text not in said:
            said.append(text)
    step = max(1, len(said) // _MOST)
    quoted = (texts.say("answers.topic", topic=clipped(text, _LONGEST)) for text in said[::step][:_MOST])
    return "; ".join(quoted)
