"""Which of the office's units a plan's or a person's words name, by full name, short name or initials."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache

from domain.people import Unit
from domain.spelling import distance
from domain.vietnamese import fold

_WORD = re.compile(r"[a-z0-9]+|[,;:.()/|+]")
_JOINING = frozenset({"va", "cua", "cung"})
_KINDS = (
    ("phong",),
    ("ban",),
    ("van", "phong"),
    ("trung", "tam"),
    ("to",),
    ("doi",),
    ("bo", "phan"),
    ("cong", "an"),
    ("tram",),
    ("hoi",),
    ("doan",),
    ("truong",),
)
"""Words with which the names of units begin; what follows them names the unit."""

_KIND_LETTERS = {"p": "phong", "vp": "van phong", "tt": "trung tam", "b": "ban", "ca": "cong an", "bch": "ban chi huy"}
_WRITTEN_OUT = {
    "vp": "van phong",
    "bch": "ban chi huy",
    "ubnd": "uy ban nhan dan",
    "hdnd": "hoi dong nhan dan",
    "ubmttq": "uy ban mat tran to quoc",
    "mttq": "mat tran to quoc",
    "hcc": "hanh chinh cong",
    "pvhcc": "phuc vu hanh chinh cong",
    "ttpvhcc": "trung tam phuc vu hanh chinh cong",
    "qs": "quan su",
    "cntt": "cong nghe thong tin",
    "cds": "chuyen doi so",
    "khcn": "khoa hoc cong nghe",
    "ubndp": "uy ban nhan dan phuong",
    "ubndx": "uy ban nhan dan xa",
}
_OF_THE_OFFICE = frozenset({"xa", "phuong", "dac", "thi"})
_OF_OTHERS = frozenset({"tinh", "huyen", "quan", "trung", "cac", "so", "bo", "thanh"})
_DAMAGE = 0.34
_SHORTEST_INITIALS = 3


@dataclass(frozen=True, slots=True)
class Mention:
    """Where words name a unit: the folded words and stops [start, end) of the text."""

    unit: Unit
    start: int
    end: int


def units_in(words: str, units: Sequence[Unit]) -> list[Unit]:
    """The units these words name, in the order they are named, each once; words may hold anything else besides."""
    found: list[Unit] = []
    for mention in _mentions(_words_of(words), units):
        if mention.unit not in found:
            found.append(mention.unit)
    return found


def unit_named(words: str, units: Sequence[Unit]) -> Unit | None:
    """The one unit these words are the name of, with at most the office's place after it; None where unsure.

    A part of a name is enough where only one unit begins so.
    """
    spelled = _words_of(words)
    named = [word for word in spelled if word.isalnum()]
    if not named:
        return None
    exact = [unit for unit in units if any(_same(named, name) for name in _names(unit))]
    if len(exact) == 1:
        return exact[0]
    bare = [unit for unit in units if any(_begins(name, named) for name in _cores(unit))]
    if len(bare) == 1 and len(named) > 1:
        return bare[0]
    mentions = list(_mentions(spelled, units))
    own = {mention.unit.id: mention.unit for mention in mentions}
    if len(own) != 1 or mentions[0].start > 0:
        return None
    rest = [word for word in spelled[mentions[0].end :] if word.isalnum()]
    last = next((word for word in reversed(spelled[: mentions[0].end]) if word.isalnum()), "")
    return mentions[0].unit if not rest or rest[0] in _OF_THE_OFFICE or last in _OF_THE_OFFICE else None


def leads_of(words: str, units: Sequence[Unit]) -> list[Unit]:
    """The units that a plan's words for who leads name: one, or several that lead together; empty where unsure.

    Of a list only the office's own units count; a single one of them only where the list begins with it.
    """
    one = unit_named(words, units)
    if one is not None:
        return [one]
    spelled = _words_of(words)
    mentions = list(_mentions(spelled, units))
    named = list({mention.unit.id: mention.unit for mention in mentions}.values())
    if len(named) != 1:
        return named
    begins = mentions[0].start == 0 and spelled[mentions[0].end : mentions[0].end + 1] in ([","], [";"])
    return named if begins else []


def _mentions(words: list[str], units: Sequence[Unit]) -> Iterator[Mention]:
    at, listed = 0, False
    while at < len(words):
        mention = _mention_at(words, at, units, listed)
        if mention is None:
            listed = listed and (not words[at].isalnum() or words[at] in _JOINING or words[at] in ("cac", "hai"))
            listed = listed or _kind_at(words, at) > 0
            at += 1
        else:
            yield mention
            at, listed = mention.end, True


def _mention_at(words: list[str], at: int, units: Sequence[Unit], listed: bool) -> Mention | None:
    """The unit named from this word on, the longest name first; a part of a name only where just one unit has it."""
    whole: list[Mention] = []
    partly: list[Mention] = []
    kind = _kind_at(words, at)
    for unit in units:
        for name in _names(unit):
            if end := _end_of(words, at, name):
                whole.append(Mention(unit, at, end))
            elif kind and (end := _end_of_part(words, at, name, kind)):
                partly.append(Mention(unit, at, end))
            if end := _end_of_initials(words, at, name):
                whole.append(Mention(unit, at, end))
        if listed:
            whole.extend(Mention(unit, at, end) for core in _cores(unit) if (end := _end_of(words, at, core)))
    longest = max((mention.end for mention in (*whole, *partly)), default=0)
    for found in (whole, partly):
        best = {mention.unit.id: mention for mention in found if mention.end == longest}
        if len(best) == 1 and not _is_others(words, longest):
            return next(iter(best.values()))
    return None


def _is_others(words: list[str], end: int) -> bool:
    """True where what follows a name says that it is another office's unit."""
    return end < len(words) and words[end] in _OF_OTHERS


def _kind_at(words: Sequence[str], at: int) -> int:
    """How many words of a unit's kind stand here; 0 for none."""
    return max((len(kind) for kind in _KINDS if tuple(words[at : at + len(kind)]) == kind), default=0)


def _end_of(words: list[str], at: int, name: tuple[str, ...]) -> int:
    """Where the name ends if it stands here, joining words and commas aside; 0 if it does not."""
    for part in name:
        at = _skip(words, at) if part is not name[0] else at
        if at >= len(words) or not _alike(words[at], part):
            return 0
        at += 1
    return at


def _end_of_initials(words: list[str], at: int, name: tuple[str, ...]) -> int:
    """Where the name's short form ends if it stands here: "phong vhxh", "p vh xh", "pvhxh", "vh-xh"; 0 if not."""
    kind = _kind_at(name, 0)
    initials = "".join(word[0] for word in name[kind:])
    if not kind or len(initials) < 2:
        return 0
    begun = _after_kind(words, at, name[:kind])
    if begun == at and len(initials) < _SHORTEST_INITIALS:
        return 0
    letters = words[at][len(_letter_of(name[:kind])) :] if begun == at and _is_glued(words[at], name, initials) else ""
    end = at + 1 if letters else begun
    while letters != initials and (following := _skip(words, end)) < len(words):
        letters, end = letters + words[following], following + 1
        if not initials.startswith(letters):
            return 0
    return end if letters == initials else 0


def _after_kind(words: list[str], at: int, kind: tuple[str, ...]) -> int:
    """Where the words go on after the word for a unit's kind, written out or as a letter; `at` where there is none."""
    if tuple(words[at : at + len(kind)]) == kind:
        return at + len(kind)
    if words[at] != _letter_of(kind):
        return at
    return at + 2 if words[at + 1 : at + 2] == ["."] else at + 1


def _letter_of(kind: tuple[str, ...]) -> str:
    return next((letter for letter, full in _KIND_LETTERS.items() if tuple(full.split()) == kind), " ")


def _is_glued(word: str, name: tuple[str, ...], initials: str) -> bool:
    return word == _letter_of(name[: _kind_at(name, 0)]) + initials


def _end_of_part(words: list[str], at: int, name: tuple[str, ...], kind: int) -> int:
    """Where words end that are the beginning of the name, or the name with some words left out; 0 where too few are."""
    if tuple(words[at : at + kind]) != name[:kind]:
        return 0
    end, used, own = at + kind, kind, 0
    while (following := _skip(words, end)) < len(words):
        place = next((n for n in range(used, len(name)) if _alike(words[following], name[n])), None)
        if place is None:
            break
        end, used, own = following + 1, place + 1, own + 1
    return end if own > 1 or (own and own + kind == len(name)) else 0


def _skip(words: list[str], at: int) -> int:
    """The next word that can belong to a name: past a comma, a stroke or a joining word."""
    while at < len(words) and (words[at] in _JOINING or words[at] in ",/+"):
        at += 1
    return at


def _same(words: list[str], name: tuple[str, ...]) -> bool:
    own = [word for word in words if word not in _JOINING]
    return len(own) == len(name) and all(_alike(one, other) for one, other in zip(own, name, strict=True))


def _begins(name: tuple[str, ...], words: list[str]) -> bool:
    own = [word for word in words if word not in _JOINING]
    return len(own) <= len(name) and all(_alike(one, other) for one, other in zip(own, name, strict=False))


@lru_cache(maxsize=4096)
def _alike(seen: str, meant: str) -> bool:
    return seen == meant or (len(meant) > 3 and distance(seen, meant) <= _DAMAGE * len(meant) / 2)


def _words_of(text: str) -> list[str]:
    """The folded words and stops of a text, short forms written out."""
    spelled = re.sub(r"\bp\s?\.\s?(?=[a-z])", "phong ", fold(text))
    return [word for token in _WORD.findall(spelled) for word in _WRITTEN_OUT.get(token, token).split()]


@lru_cache(maxsize=512)
def _names(unit: Unit) -> tuple[tuple[str, ...], ...]:
    """Everything the unit is called, as words without those that only join."""
    spelled = (tuple(word for word in _words_of(n) if word.isalnum() and word not in _JOINING) for n in _all(unit))
    return tuple(dict.fromkeys(name for name in spelled if name))


@lru_cache(maxsize=512)
def _cores(unit: Unit) -> tuple[tuple[str, ...], ...]:
    """The unit's names without the word for its kind, as a list of units leaves it out after the first."""
    return tuple(core for name in _names(unit) if (kind := _kind_at(name, 0)) and len(core := name[kind:]) > 1)


def _all(unit: Unit) -> tuple[str, ...]:
    return (unit.name, *unit.aliases)
