"""Which task is meant when people name it by words: "the QR codes at the market"."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import pairwise
from math import log

from domain.plans import Target
from domain.shorthand import is_slip, is_syllable, written_out
from domain.tasks import Task
from domain.vietnamese import fold

CERTAIN = 0.62
"""From this score on, with MARGIN over the next task, the words are taken to name one task."""
MARGIN = 0.15
_FLOOR = 0.3
"""What scores less is not offered: the words may name no task at all."""

_SAME = (
    ("nguoi gia", "nguoi cao tuoi"),
    ("ong ba cu", "nguoi cao tuoi"),
    ("cac cu", "nguoi cao tuoi"),
    ("wifi", "mang khong day"),
    ("wi fi", "mang khong day"),
    ("loa phuong", "truyen thanh"),
    ("loa xa", "truyen thanh"),
    ("loa", "truyen thanh"),
    ("san tmdt", "san thuong mai dien tu"),
    ("tmdt", "thuong mai dien tu"),
    ("scan", "so hoa"),
    ("khai sinh", "ho tich khai sinh"),
    ("tap huan", "tap huan lop"),
    ("ba con", "nguoi dan"),
)
_FILLERS = frozenset(
    re.findall(
        r"\w+",
        """viec vu cai nhiem cong tac phan mang ben cho chuyen ve cua o tai do nay kia ay thi la da dang se va cac nhung
        mot duoc roi a em anh chi minh toi bao cao tien tinh hinh ket qua trien khai thuc hien ke hoach noi dung nv dau
        con trong ngoai tren duoi voi den tu theo de ca moi cung""",
    )
)
_SYLLABLE = re.compile(r"[a-z0-9]+")


@dataclass(frozen=True, slots=True)
class Named:
    """A task that words may name, with how well they do, from 0 to 1."""

    task: Task
    score: float


def tasks_named(words: str, tasks: Sequence[Task]) -> list[Named]:
    """The tasks that words may name, best first; empty when they name none.

    Words count by how few of these tasks have them, and more beside their neighbour of the title. Diacritics, short
    forms, everyday words for official ones and small slips do not matter.
    """
    asked = _asked(words)
    if not asked or not tasks:
        return []
    texts = [_text_of(task.title, task.product, task.lead_unit_name or task.lead) for task in tasks]
    weights = [_weight(syllable, texts) for syllable in asked]
    found = [Named(task, _score(asked, weights, text)) for task, text in zip(tasks, texts, strict=True)]
    return sorted((named for named in found if named.score >= _FLOOR), key=lambda named: -named.score)


def task_named(words: str, tasks: Sequence[Task]) -> Task | None:
    """The one task that words name for certain; None when they name none or may name several."""
    found = tasks_named(words, tasks)
    if not found or found[0].score < CERTAIN:
        return None
    if len(found) > 1 and found[0].score - found[1].score < MARGIN:
        return None
    return found[0].task


@dataclass(frozen=True, slots=True)
class _Text:
    """A task's own words: its title's syllables in order, those of product and lead, and what its initials spell."""

    title: tuple[str, ...]
    beside: frozenset[str]
    pairs: frozenset[tuple[str, str]]
    initials: str

    def fit(self, syllable: str) -> float:
        if syllable in self.title:
            return 1.0
        if syllable in self.beside:
            return 0.7
        if 3 <= len(syllable) <= 7 and syllable in self.initials:
            return 0.8
        slipped = len(syllable) >= 4 and not is_syllable(syllable)
        return 0.7 if slipped and any(is_slip(syllable, other) for other in self.title) else 0.0


@lru_cache(maxsize=4096)
def _text_of(title: str, product: str, lead: str) -> _Text:
    syllables = _syllables(title)
    beside = frozenset((*_syllables(product), *_syllables(lead)))
    pairs = frozenset(pairwise(syllables))
    return _Text(syllables, beside, pairs, "".join(syllable[0] for syllable in syllables))


def _syllables(text: str) -> tuple[str, ...]:
    return tuple(_SYLLABLE.findall(_plain(text)))


def _plain(text: str) -> str:
    plain = written_out(fold(text))
    for said, written in _SAME:
        plain = re.sub(rf"\b{said}\b", written, plain)
    return plain


def _asked(words: str) -> list[str]:
    syllables = _syllables(words)
    return [syllable for syllable in syllables if syllable not in _FILLERS]


def _weight(syllable: str, texts: Iterable[_Text]) -> float:
    """How much a syllable tells: the fewer tasks have it the more; one that none has tells against all."""
    fits = [text.fit(syllable) for text in texts]
    having = sum(1 for fit in fits if fit)
    return log(1 + len(fits) / max(having, 1)) if having else 0.8 * log(1 + len(fits))


def _score(asked: Sequence[str], weights: Sequence[float], text: _Text) -> float:
    got = 0.0
    for at, (syllable, weight) in enumerate(zip(asked, weights, strict=True)):
        fit = text.fit(syllable)
        alone = not any(
            pair in text.pairs for pair in zip(asked[max(at - 1, 0) : at + 1], asked[at : at + 2], strict=False)
        )
        got += weight * fit * (0.75 if fit == 1.0 and alone and len(asked) > 1 else 1.0)
    return got / sum(weights)


def targets_named(words: str, targets: Sequence[Target]) -> list[tuple[Target, float]]:
    """The targets that words may name with how well they do, best first; read as the words that name tasks."""
    asked = _asked(words)
    if not asked or not targets:
        return []
    texts = [_text_of(target.title, target.unit_of_measure, "") for target in targets]
    weights = [_weight(syllable, texts) for syllable in asked]
    scores = [(target, _score(asked, weights, text)) for target, text in zip(targets, texts, strict=True)]
    return sorted(((target, score) for target, score in scores if score >= _FLOOR), key=lambda pair: -pair[1])


def target_named(words: str, targets: Sequence[Target]) -> Target | None:
    """The one target that words name for certain; None when they name none or may name several."""
    found = targets_named(words, targets)
    if not found or found[0][1] < CERTAIN:
        return None
    return None if len(found) > 1 and found[0][1] - found[1][1] < MARGIN else found[0][0]
