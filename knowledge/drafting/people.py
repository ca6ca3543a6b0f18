"""Where the cell of a person begins in a torn row: its first word, also where a scan ran it into a title."""

from collections.abc import Iterator, Sequence
from dataclasses import replace

from domain.spelling import is_near
from domain.vietnamese import fold
from knowledge.drafting.wording import Word
from knowledge.words import word_list

_DAMAGE = 1.5
_RULES = "l1i|!"
"""What a scan makes of the rule between two cells that it runs together."""

_LONGEST = 7


def people_told(words: Sequence[Word]) -> tuple[Word, ...]:
    """The words, of which the ones that begin a person's cell are mended and stand behind a rule."""
    return tuple(
        piece
        for word, following in zip(words, [*words[1:], None], strict=True)
        for piece in (_begun(word) if following is not None and following.folded == "chi" else (word,))
    )


def _begun(word: Word) -> Iterator[Word]:
    letters = fold(word.text)
    for bare, shown in word_list("drafting/words")["persons"].items():
        if len(letters) <= _LONGEST and is_near("".join(filter(str.isalpha, letters)), bare, _DAMAGE):
            yield replace(word, text=shown, ruled=True)
            return
        at = len(letters) - len(bare)
        if at > 2 and len(letters) == len(word.text) and letters[at - 1] in _RULES and is_near(letters[at:], bare, 1.0):
            cut = min(word.end, word.start + at)
            yield replace(word, text=word.text[: at - 1], end=cut)
            yield replace(word, text=shown, start=cut, ruled=True, opens=False)
            return
    yield word
