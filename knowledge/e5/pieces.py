"""Texts cut into the pieces of words that the model knows (SentencePiece unigrams), as numbers."""

import re

from knowledge.e5.weights import Vocabulary

_SPACE = "\u2581"
_SPACES = re.compile(" +")
_WORDS_REMEMBERED = 50_000
_LIKELIHOOD_OF_UNKNOWN = -10.0
_WORST = -1e30


class Pieces:
    """Cuts texts. Words are remembered, because a language has few of them."""

    def __init__(self, vocabulary: Vocabulary) -> None:
        self._vocabulary = vocabulary
        self._longest = max(map(len, vocabulary.pieces))
        self._unknown = float(vocabulary.scores.min()) + _LIKELIHOOD_OF_UNKNOWN
        self._cut: dict[str, list[int]] = {}

    def of(self, text: str) -> list[int]:
        """The pieces of a text, without the marks at its ends."""
        clean = _SPACES.sub(" ", text.translate(self._vocabulary.read_as)).replace(_SPACE, " ")
        begins = clean if clean.startswith(" ") else f" {clean}"
        return [piece for word in begins.split(" ")[1:] for piece in self._of_word(word)]

    def _of_word(self, word: str) -> list[int]:
        known = self._cut.get(word)
        if known is None:
            known = self._likeliest(_SPACE + word)
            if len(self._cut) < _WORDS_REMEMBERED:
                self._cut[word] = known
        return known

    def _likeliest(self, word: str) -> list[int]:
        """The likeliest way to cut a word (Viterbi); a letter that no piece has stands as unknown."""
        pieces, scores = self._vocabulary.pieces, self._vocabulary.scores
        best = [0.0] + [_WORST] * len(word)
        came_by = [(self._vocabulary.unknown, 0)] * (len(word) + 1)
        for start in range(len(word)):
            so_far = best[start]
            if so_far + self._unknown > best[start + 1]:
                best[start + 1] = so_far + self._unknown
                came_by[start + 1] = (self._vocabulary.unknown, start)
            for end in range(start + 1, min(len(word), start + self._longest) + 1):
                piece = pieces.get(word[start:end])
                if piece is not None and so_far + scores[piece] > best[end]:
                    best[end] = so_far + float(scores[piece])
                    came_by[end] = (piece, start)
        found: list[int] = []
        place = len(word)
        while place:
            piece, place = came_by[place]
            found.append(piece)
        return found[::-1]
