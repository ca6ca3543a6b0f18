"""Colleagues as people name them: by given name, with "anh" or "chi", by full name, unit or post."""

import re
import unicodedata
from collections.abc import Sequence

from domain.people import Person, Role
from domain.vietnamese import fold, nfc

_TITLE = re.compile(r"(anh|chi|em|co|chu|bac|ong|ba|thay|cau|a|c|e|dong chi|d/c|dc|can bo|cb)\.?\s+")
_SELF = frozenset({"toi", "minh", "em", "tui", "chinh toi", "ban than toi", "cho toi"})
_POSTS: tuple[tuple[re.Pattern[str], Role], ...] = (
    (re.compile(r"(pho )?chu tich\b|lanh dao\b"), Role.LEADER),
    (re.compile(r"(truong|phu trach) (phong|ban|bo phan|don vi)\b|truong phong\b|tp\b"), Role.HEAD),
    (re.compile(r"quan tri( vien)?\b|admin\b"), Role.ADMINISTRATOR),
)
_JOINING = re.compile(r"^(cua|o|ben|thuoc|tai|phong|ban|bo phan|don vi|,|\()\s*")
MOST_WORDS = 12
"""Longer than any name with a unit behind it."""


def is_self(words: str) -> bool:
    """True when the words mean whoever speaks."""
    return fold(words).strip(" .,") in _SELF


def people_called(words: str, people: Sequence[Person], speaker: Person | None = None) -> list[Person]:
    """Those the words may name, all equally well: one when it is clear, none when nobody is called so.

    A full name comes before a given name; marks count where they were typed: with them
    one name is meant, without them all that fold alike.
    A unit behind the name, or a post with a unit, narrows it down. `speaker` is who "toi" means.
    """
    if speaker is not None and is_self(words):
        return [speaker]
    typed = " ".join(nfc(words).replace("(", " ").replace(")", " ").split()).strip(" .,;:!?")
    if not typed or len(typed.split()) > MOST_WORDS:
        return []
    return _by_name(typed, people) or _by_name_and_unit(typed, people) or _by_post(typed, people)


def _by_name(typed: str, people: Sequence[Person]) -> list[Person]:
    for name in dict.fromkeys((_untitled(typed), typed)):
        asked = fold(name).split()
        ranked = [(rank, person) for person in people if (rank := _rank(asked, fold(person.name).split()))]
        best = max((rank for rank, _ in ranked), default=0)
        if best:
            return _with_the_marks(name, [person for rank, person in ranked if rank == best])
    return []


def _untitled(typed: str) -> str:
    match = _TITLE.match(fold(typed))
    return typed[match.end() :] if match and len(fold(typed)) == len(typed) else typed


def _rank(asked: list[str], name: list[str]) -> int:
    """How well a name is met: in full, by its last words, by the first and the last; 0 when it is not."""
    if asked == name:
        return 4
    if len(asked) < len(name) and asked == name[-len(asked) :]:
        return 3 if len(asked) > 1 else 1
    return 2 if len(asked) == 2 and len(name) > 2 and asked == [name[0], name[-1]] else 0


def _with_the_marks(typed: str, found: list[Person]) -> list[Person]:
    if fold(typed) == typed.lower():
        return found
    asked = [_letters(word) for word in typed.split()]
    exact = [p for p in found if all(letters in map(_letters, nfc(p.name).split()) for letters in asked)]
    return exact or found


def _letters(word: str) -> tuple[str, ...]:
    # Sorted, so that it does not matter on which vowel the tone was put.
    return tuple(sorted(unicodedata.normalize("NFD", word.lower())))


def _by_name_and_unit(typed: str, people: Sequence[Person]) -> list[Person]:
    parts = typed.replace(",", " ").split()
    for cut in range(len(parts) - 1, 0, -1):
        of_unit = [person for person in people if _is_of(person, " ".join(parts[cut:]))]
        found = _by_name(" ".join(parts[:cut]), of_unit) if of_unit else []
        if found:
            return found
    return []


def _is_of(person: Person, words: str) -> bool:
    bare = fold(words)
    while match := _JOINING.match(bare):
        bare = bare[match.end() :]
    unit = re.sub(r"[^a-z0-9]+", " ", fold(person.unit_name)).split()
    asked = re.sub(r"[^a-z0-9]+", " ", bare).split()
    if not asked or not unit:
        return False
    return _stands_in(asked, unit) or "".join(asked) in _initials(unit)


def _stands_in(asked: list[str], unit: list[str]) -> bool:
    return any(unit[at : at + len(asked)] == asked for at in range(len(unit) - len(asked) + 1))


def _initials(unit: list[str]) -> set[str]:
    letters = "".join(word[0] for word in unit)
    return {letters, letters[1:]} - {""}


def _by_post(typed: str, people: Sequence[Person]) -> list[Person]:
    for bare in (fold(typed), fold(_untitled(typed))):
        for pattern, role in _POSTS:
            if match := pattern.match(bare):
                rest = bare[match.end() :].strip()
                return [p for p in people if p.role is role and (not rest or _is_of(p, rest))]
    return []
