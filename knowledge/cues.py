"""What a question asks for, and the words by which a passage shows that it tells it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache

from knowledge.words import word_list


@dataclass(frozen=True, slots=True)
class Cue:
    """One thing that can be asked for, and the words or pairs of words of passages that tell it: anywhere (`told`) or
    at their beginning (`opens`). `head` is true for what the head of a paper tells,
    `parts` where a whole list is asked for."""

    name: str
    asked: tuple[tuple[str, ...], ...]
    ends: tuple[tuple[str, ...], ...]
    told: tuple[tuple[str, ...], ...]
    opens: tuple[tuple[str, ...], ...]
    head: bool
    parts: bool

    def is_asked(self, tokens: Sequence[str]) -> bool:
        """True for a question, given as its folded words, that asks for this."""
        whole = tuple(tokens)
        if any(whole[-len(end) :] == end for end in self.ends):
            return True
        return any(
            whole[i : i + len(phrase)] == phrase for phrase in self.asked for i in range(len(whole) - len(phrase) + 1)
        )


@cache
def cues() -> tuple[Cue, ...]:
    """Everything that can be asked for."""
    lists: Mapping[str, Mapping[str, Sequence[str]]] = word_list("cues")
    return tuple(
        Cue(
            name,
            _phrases(own.get("asked", ())),
            _phrases(own.get("ends", ())),
            _phrases(own.get("told", ())),
            _phrases(own.get("opens", ())),
            head=name == "head",
            parts=name == "parts",
        )
        for name, own in lists.items()
    )


def _phrases(written: Sequence[str]) -> tuple[tuple[str, ...], ...]:
    return tuple(tuple(str(phrase).split()) for phrase in written)


def asked_for(tokens: Sequence[str]) -> tuple[Cue, ...]:
    """What a question asks for; nothing when it does not say."""
    return tuple(cue for cue in cues() if cue.is_asked(tokens))
