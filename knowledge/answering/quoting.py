"""Passages as they are quoted: whole where they are short, else the sentences asked for with their conditions."""

import re
from collections.abc import Callable

from domain.vietnamese import fold
from knowledge.answering.naming import clipped
from knowledge.asking import patterns
from knowledge.lexical import shape_of, tokens_of

LONGEST_QUOTE = 700
LONGEST_FURTHER_QUOTE = 320
_LONGEST_CONDITION = 500
_SENTENCE = re.compile(r"(?<=[.;:])\s+(?=\S)")


def excerpt(text: str, subject: set[str], longest: int = LONGEST_QUOTE) -> str:
    """The text, or of a long one the sentences around those that hold most of the question's words.

    A sentence beside them that opens an exception or a condition is never left out.
    """
    if len(text) <= longest:
        return text
    return _around(text, lambda sentence: sum(shape_of(t) in subject for t in set(tokens_of(sentence))), longest)


def _around(text: str, held_by: Callable[[str], int], longest: int) -> str:
    sentences = _SENTENCE.split(text)
    held = [held_by(sentence) for sentence in sentences]
    first = last = max(range(len(sentences)), key=lambda i: held[i])
    size = len(sentences[first])
    while True:
        after = len(sentences[last + 1]) if last + 1 < len(sentences) else longest
        before = len(sentences[first - 1]) if first else longest
        if size + min(after, before) + 1 > longest:
            break
        if after <= longest - size - 1:
            last, size = last + 1, size + after + 1
        else:
            first, size = first - 1, size + before + 1
    kept = clipped(" ".join(sentences[first : last + 1]), longest)
    if last + 1 < len(sentences) and not kept.endswith("…") and opens_exception(sentences[last + 1]):
        last += 1
        kept = f"{kept} {clipped(sentences[last], _LONGEST_CONDITION)}"
    return ("… " if first else "") + kept + (" …" if last + 1 < len(sentences) and not kept.endswith("…") else "")


def opens_exception(sentence: str) -> bool:
    """True for a sentence that limits the one before it."""
    return bool(patterns("exceptions").match(fold(sentence).lstrip('-+*(\u201c" ')))
