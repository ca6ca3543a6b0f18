"""Writes answers that cite what they stand on, in steps of which each has one reason to stop."""

import re
import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Protocol

import texts
from domain.answers import Answer, Answer as _Answer, AnswerStatus, Asker, Citation
from domain.clock import day_text
from domain.plans import Document
from domain.vietnamese import fold
from knowledge.asking import complete, patterns
from knowledge.screening import stopped, without_hidden
from knowledge.search import Found
from knowledge.words import word_list

if TYPE_CHECKING:
    from knowledge.finder import Finder

LEAST_SHARE = 0.14
"""How much of a question's words, by weight, the best passage must bear out. Below it the plans do not speak of the
matter: measured on questions with and without an answer, see docs/decisions/0005-retrieval-and-embeddings.md."""

_RETRIEVED = 10
_QUOTED = 3
_NEAR_THE_BEST = 0.8
_LONGEST_QUOTE = 700
_SENTENCE = re.compile(r"(?<=[.;:])\s+(?=[^\s])")
_FIGURE = re.compile(r"\d+(?:[.,/]\d+)*")


class Search(Protocol):
    """What the answerer needs of a search."""

    async def find(self, question: str, asker: Asker, k: int = 10) -> Found:
        """The passages that fit, with what was learnt on the way."""
        ...

    def head_of(self, document_id: int) -> Citation | None:
        """The passage with a document's head."""
        ...
