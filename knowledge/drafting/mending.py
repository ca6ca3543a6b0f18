"""Names of units that a scan damaged, doubled or cut in some cells, mended by the names that the plan spells well.

A plan names the same few units again and again. A name that nothing speaks against is never changed, and none is put
in its place where two are about as near.
"""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import replace
from functools import lru_cache
from itertools import pairwise

from domain.people import Unit
from domain.spelling import distance_as_cut
from domain.tasks import Task
from domain.vietnamese import fold
from knowledge.drafting.drafted import begins_like_unit
from knowledge.drafting.torn import bond
from knowledge.words import word_list

_ALLOWED = 0.2
_CLEAR_BY = 0.5
_LEFT_OVER = 0.25
_TOGETHER = 0.5
_MENDED = 0.9
_DAMAGED = 0.7
_LONGEST_INITIALS = 8
_LEAST_LETTERS = 6


def with_names_mended(tasks: Sequence[Task], units: Sequence[Unit] = ()) -> tuple[Task, ...]:
    """The tasks with the names of their leads and of those who help mended, and as sure as that leaves them."""
    names = _Names([*(part for task in tasks for part in _named_by(task)), *(unit.name for unit in units)])
    return tuple(_mended(task, names) for task in tasks)


def _named_by(task: Task) -> list[str]:
    fields = [field for field in (task.lead, task.support) if field and (_is_list(field) or not is_damaged(field))]
    return [part for field in fields for part in (field, *_parts(field))]


def _parts(text: str) -> list[str]:
    """The names that commas part in a field."""
    return [part.strip() for part in text.replace(";", ",").split(",")]


def _mended(task: Task, names: "_Names") -> Task:
    support = _each_mended(task.support, names)
    if not task.lead or not begins_like_unit(task.lead) or not is_damaged(task.lead):
        return replace(task, support=support)
    lead = _each_mended(task.lead, names)
    surely = _DAMAGED if is_damaged(lead) else _MENDED
    return replace(task, lead=lead, support=support, confidence=round(task.confidence * surely, 2))


def _each_mended(text: str, names: "_Names") -> str:
    """The whole field mended as one name, else each of the names in it."""
    if _is_list(text):
        return ", ".join(names.meant_by(part) or part for part in _parts(text)) if is_damaged(text) else text
    return names.meant_by(text) or text


def _is_list(text: str) -> bool:
    """True for several names; a comma within a damaged one is mostly a speck."""
    return any(begins_like_unit(part) for part in _parts(text)[1:] if part)


class _Names:
    """The names of units that a plan spells well, each in the form it has most often."""

    def __init__(self, seen: Iterable[str]) -> None:
        forms: dict[str, Counter[str]] = {}
        for name in seen:
            if name and "," not in name and ";" not in name and begins_like_unit(name) and not is_damaged(name):
                forms.setdefault(_bare(name), Counter())[name] += 1
        self._shown = {
            bare: form.most_common(1)[0][0]
            for bare, form in forms.items()
            if sum(map(str.isalpha, bare)) > _LEAST_LETTERS
        }

    def meant_by(self, text: str) -> str:
        """The name that a damaged one must have been; empty where it is not damaged, or nothing is clearly nearest."""
        if not text or not begins_like_unit(text) or not is_damaged(text):
            return ""
        once = _said_once(text)
        if once and not is_damaged(once):
            return once
        bare = _bare(text)
        costs = ((_cost(bare, name), name) for name in self._shown)
        near = sorted(pair for pair in costs if pair[0] <= _allowed(pair[1]))
        if not near or (len(near) > 1 and near[1][0] - near[0][0] < _CLEAR_BY):
            return ""
        return self._shown[near[0][1]]


def _allowed(name: str) -> float:
    return _ALLOWED * len(name)


def _cost(seen: str, name: str) -> float:
    """How far a damaged name is from a whole one, of which the end may be lost and behind which scraps may stand."""
    words = seen.split()
    costs = []
    for count in range(2, len(words) + 1):
        rest = [word for word in words[count:] if word not in name.split()]
        if any(word in word_list("drafting/words")["heads_of_units"] and len(word) > 2 for word in rest):
            continue
        left = _LEFT_OVER * sum(map(len, rest))
        if left < _allowed(name):
            costs.append(distance_as_cut(" ".join(words[:count]), name, _allowed(name) + _CLEAR_BY) + left)
    return min(costs, default=float("inf"))


def _said_once(text: str) -> str:
    """A name that stands twice in a cell, the second time perhaps without its beginning, said once."""
    words = text.split()
    bare = [_letters(word) for word in words]
    for at in range(2, len(words)):
        rest = bare[at:]
        if len(rest) > 1 and rest in (bare[at - len(rest) : at], bare[: len(rest)]):
            return " ".join(words[:at]).rstrip(" ,;-–—")
    return ""


@lru_cache(maxsize=4096)
def is_damaged(text: str) -> bool:
    """True where a name holds scraps, a word that fits neither units nor its neighbours, or says things twice."""
    words = [word for word in text.split() if word not in ("-", "–", "—")]
    bare = [_letters(word) for word in words]
    if text.rstrip()[-1:] in "-–—(" or any(first == second for first, second in pairwise(bare)) or _said_once(text):
        return True
    return any(_is_scrap(words, at) for at in range(len(words)))


def _is_scrap(words: Sequence[str], at: int) -> bool:
    word = words[at].strip("()\"'“”,;:.")
    lists = word_list("drafting/words")
    if sum(map(str.isalpha, word)) < 2:
        return not word.isdigit() and not (at + 1 < len(words) and bond(word, words[at + 1]) > _TOGETHER)
    if any(not (sign.isalnum() or sign in "-–/&") for sign in word) or word[0] in "-–/&" or word[-1] in "-–/&":
        return True
    if word.isupper() and len(word) <= _LONGEST_INITIALS:
        return False
    known = (*lists["parts"]["unit"], *lists["unit_words_in_text"], *lists["heads_of_units"])
    if all(part in known for part in fold(word).replace("/", "-").split("-")):
        return False
    beside = [(words[at - 1], word)] if at else []
    beside += [(word, words[at + 1])] if at + 1 < len(words) else []
    return not any(bond(first, second) > _TOGETHER for first, second in beside)


def _bare(name: str) -> str:
    """A name by its letters: without diacritics, dashes and the word for "and", which plans set at will."""
    words = [_letters(word) for word in name.replace("-", " ").replace("–", " ").split()]
    return " ".join(word for word in words if word and word != "va")


def _letters(word: str) -> str:
    return "".join(letter for letter in fold(word) if letter.isalnum())
