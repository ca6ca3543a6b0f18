"""Gives text back the Vietnamese that a scan or a hasty hand took from it."""

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache, cached_property, lru_cache
from importlib.resources import files
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from knowledge.restoring.accents import Accents
    from knowledge.restoring.channel import Syllables, Weights
    from knowledge.restoring.language import Language
    from knowledge.restoring.repair import Outcome, Repair

# No line of a paper is longer; what is, is data, and stays as it is.
_LONGEST_LINE = 20_000
_FEWEST_FAULTS = 3
_QUESTIONS_KEPT, _LONGEST_QUESTION = 256, 4000
_SURPRISING, _ENOUGH_TO_LEARN, _LESSONS, _KEPT_SHARE = 1.6, 300, 2, 0.1
_FAULTY_SHARE, _SPECKED_FAULTY_SHARE = 0.01, 0.003
_SPECKED_SHARE = 0.15


@dataclass(frozen=True, slots=True)
class Restored:
    """A repaired text, the share of its syllables that were changed, and how likely the repair is right (0 to 1)."""

    text: str
    damage: float = 0.0
    sureness: float = 1.0


class Restorer:
    """Repairs damaged Vietnamese."""

    def __init__(self, data: Mapping[str, Any]) -> None:
        self._data = data

    @cached_property
    def _language(self) -> "Language":
        from knowledge.restoring.language import Language

        return Language(self._data)

    @cached_property
    def _syllables(self) -> "Syllables":
        from knowledge.restoring.channel import Syllables

        return Syllables(self._language.words)

    @cached_property
    def _codes(self) -> dict[str, str]:
        from knowledge.restoring.patterns import known_codes

        return known_codes(bytes(self._data["codes"]).decode("utf-8").split("\n"))

    def _weights(self, name: str) -> "Weights":
        from knowledge.restoring.channel import Weights

        held = json.loads(bytes(self._data[name]).decode("utf-8"))
        return Weights({(read, written): count for read, written, count in held["pairs"]}, held["reads"], held["faith"])

    @cached_property
    def _ruined(self) -> "Repair":
        from knowledge.restoring.repair import Repair

        return Repair(self._language, self._syllables, self._weights("ruined"), self._codes, trusting=False)

    @cached_property
    def _noisy(self) -> "Repair":
        from knowledge.restoring.repair import Repair

        return Repair(self._language, self._syllables, self._weights("noisy"), self._codes, trusting=True)

    @cached_property
    def _accents(self) -> "Accents":
        from knowledge.restoring.accents import Accents

        return Accents(self._language)

    def lines(self, lines: Sequence[str]) -> list[Restored]:
        """Each line of one document repaired, in order and one for one; blank lines come back as they are.

        The lines are decoded together: what ends one line and begins the next is read as one sentence, and the
        document itself teaches how its scanner errs.
        """
        from knowledge.restoring.damage import is_ruined, is_specked, without_specks
        from knowledge.restoring.patterns import joined_codes, mended_marker
        from knowledge.restoring.places import with_places

        ruined = is_ruined(lines)
        short = [len(line) <= _LONGEST_LINE for line in lines]
        restored = [Restored(line) for line in lines]
        bad = [number for number, is_bad in enumerate(ruined) if is_bad and short[number]]
        if bad:
            whole = joined_codes([lines[number] for number in bad])
            outcome = self._repaired([mended_marker(line) for line in whole])
            outcome.lines = with_places(whole, outcome.lines)
            self._put(restored, bad, outcome)
        good = [number for number, is_bad in enumerate(ruined) if not is_bad and short[number]]
        if good:
            tidy = [without_specks(lines[number]) for number in good]
            outcome = self._noisy.lines(tidy)
            specked = sum(is_specked(lines[number]) for number in good)
            if _is_noisy(outcome, specked):
                self._put(restored, good, outcome)
        return restored

    def _repaired(self, lines: Sequence[str]) -> "Outcome":
        """Ruined lines repaired; where their scanner errs in ways of its own, it is learned from them first."""
        from knowledge.restoring.channel import learned
        from knowledge.restoring.repair import Repair

        outcome = self._ruined.lines(lines)
        weights = self._weights("ruined")
        for _ in range(_LESSONS):
            if outcome.surprise < _SURPRISING or sum(outcome.words.values()) < _ENOUGH_TO_LEARN:
                break
            weights = weights.scaled(_KEPT_SHARE).joined(learned(weights, outcome.seen))
            outcome = Repair(self._language, self._syllables, weights, self._codes, trusting=False).lines(lines)
        return outcome

    @staticmethod
    def _put(restored: list[Restored], at: Sequence[int], outcome: "Outcome") -> None:
        for place, number in enumerate(at):
            words, sureness = outcome.words[place], outcome.sureness.get(place, [])
            restored[number] = Restored(
                outcome.lines[place],
                outcome.changed[place] / words if words else 0.0,
                sum(sureness) / len(sureness) if sureness else 1.0,
            )

    def texts(self, texts: Sequence[str]) -> list[Restored]:
        """Each text repaired, in order and one for one, learning from all of them how their scanner errs."""
        lines: list[str] = []
        spans = []
        for text in texts:
            own = text.split("\n")
            if lines and not _goes_on(lines[-1], own[0]):
                lines.append("")
            spans.append((len(lines), len(lines) + len(own)))
            lines += own
        restored = self.lines(lines)
        return [_whole(restored[start:end]) for start, end in spans]

    def short(self, text: str) -> Restored:
        """A single short text repaired, with no document to learn from."""
        return self.texts([text])[0]

    def accented(self, question: str) -> str:
        """A question typed without diacritics, with them; one typed with them comes back as it was,
        and so does what is too long for a question."""
        return self._accented(question) if len(question) <= _LONGEST_QUESTION else question

    @cached_property
    def _accented(self) -> Callable[[str], str]:
        return lru_cache(maxsize=_QUESTIONS_KEPT)(self._accents.put)

    def bond(self, first: str, second: str) -> float:
        """How much likelier (in nats) the second syllable is after the first than anywhere: high for compound words."""
        return self._language.bond(first, second)


def _is_noisy(outcome: "Outcome", specked: int) -> bool:
    """Whether so much of a text is doubtful that it was scanned; a clean one is left alone, its own slips included.

    A rare name looks as doubtful as a slip, so only words in small letters tell.
    """
    words = sum(outcome.words.values())
    share = _SPECKED_FAULTY_SHARE if specked >= _SPECKED_SHARE * len(outcome.words) else _FAULTY_SHARE
    return outcome.faults >= max(_FEWEST_FAULTS, share * words)


def _goes_on(before: str, after: str) -> bool:
    return not before.rstrip().endswith((".", ";", ":", "!", "?")) and after.lstrip()[:1].islower()


def _whole(parts: Sequence[Restored]) -> Restored:
    weights = [len(part.text.split()) for part in parts]
    words = sum(weights)
    return Restored(
        "\n".join(part.text for part in parts),
        sum(part.damage * weight for part, weight in zip(parts, weights, strict=True)) / words if words else 0.0,
        sum(part.sureness * weight for part, weight in zip(parts, weights, strict=True)) / words if words else 1.0,
    )


@cache
def restorer() -> Restorer:
    """The one restorer of this process, loaded at its first use."""
    import numpy as np

    with files("knowledge.restoring").joinpath("model.npz").open("rb") as file, np.load(file) as held:
        return Restorer({name: held[name] for name in held.files})
