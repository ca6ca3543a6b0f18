"""The last look at an answer: every figure, day, code and unit in it stands in what it cites."""

import re
from collections.abc import Collection, Sequence

from domain.answers import Answer, Citation
from domain.clock import day_text
from domain.plans import Document
from domain.vietnamese import fold, nfc

_FIGURE = re.compile(r"\d+(?:[.,/]\d+)*")
_CODE = re.compile(r"\d+(?:/\d{4})?[-/][^\W\d_][\w-]*(?:/[^\W\d_][\w-]*)*")
_DIGITS = re.compile(r"\d+")


def stands_in(values: Sequence[str], citations: Sequence[Citation]) -> bool:
    """True when the cited passages hold each short answer (a unit, a time, a figure) word for word, but for accents."""
    known = f" {_words(' '.join(f'{c.heading} {c.text} {c.source}' for c in citations))} "
    return all(f" {words} " in known for value in values for part in value.split("; ") if (words := _words(part)))


def is_borne_out(answer: Answer, documents: Sequence[Document], counts: Collection[str] = ()) -> bool:
    """True when the passages an answer cites hold each of its figures and codes, whole.

    `counts` are figures of the answer's own: how many points it lists.
    """
    said = nfc(answer.text)
    known = _known(answer.citations, documents)
    figures = {*_FIGURE.findall(known), *_DIGITS.findall(known), *counts}
    if not all(figure in figures for figure in _FIGURE.findall(said)):
        return False
    plain = _plain(known)
    return all(_plain(code) in plain for code in _CODE.findall(said))


def _known(citations: Sequence[Citation], documents: Sequence[Document]) -> str:
    parts = [
        f"{c.number} {c.title} {c.issuer} {c.heading} {c.text} {c.source} {c.page if c.page else ''}" for c in citations
    ]
    cited = {c.file for c in citations}
    parts.extend(day_text(d.issued_on) for d in documents if d.issued_on and d.file in cited)
    return nfc(" ".join(parts))


def _words(text: str) -> str:
    return " ".join(re.findall(r"[^\W_]+", fold(text)))


def _plain(text: str) -> str:
    return re.sub(r"\s+", "", fold(text))
