"""Puts diacritics into a question typed without them."""

import re
from collections import defaultdict

from knowledge.restoring.channel import LOWER, TITLE, UPPER, cased
from knowledge.restoring.decoder import Choice, Menu, decode
from knowledge.restoring.language import Language
from knowledge.restoring.letters import composed, folded, is_syllable
from knowledge.restoring.tokens import CODE, NUMBER, cores

_TYPED_SHARE = 0.5
_BEAM = 24
_ENDS = re.compile(r"[.;:!?]")


class Accents:
    """The ways of accenting each plain syllable, chosen by what is likely in the sentence."""

    def __init__(self, language: Language) -> None:
        self._language = language
        self._of: dict[str, list[tuple[int, str]]] = defaultdict(list)
        for number, word in enumerate(language.words):
            if is_syllable(word):
                self._of[folded(word)].append((number, word))

    def put(self, question: str) -> str:
        """The question with diacritics; one that mostly has them comes back as it was."""
        question = composed(question)
        words: list[tuple[int, int, str]] = []
        for piece in re.finditer(r"\S+", question):
            words += [(piece.start() + start, piece.start() + end, kind) for start, end, kind in cores(piece[0])]
        spoken = [question[start:end] for start, end, kind in words if kind == "word"]
        marked = sum(not word.isascii() for word in spoken)
        if not spoken or marked >= _TYPED_SHARE * len(spoken):
            return question
        menu = Menu()
        places, owner = [], []
        for at, (start, end, kind) in enumerate(words):
            places.append(menu.number(self._choices(question[start:end], kind)))
            owner.append(at)
            after = question[end : words[at + 1][0]] if at + 1 < len(words) else question[end:]
            if _ENDS.search(after):
                places.append(menu.number((Choice(self._language.stop, "", 0.0),)))
                owner.append(-1)
        (picked,) = decode(self._language, menu, [places], beam=_BEAM, weight=1.0)
        accented = question
        for at, pick in reversed(list(zip(owner, picked, strict=True))):
            if at >= 0:
                start, end, _ = words[at]
                accented = accented[:start] + pick.choice.text + accented[end:]
        return accented

    def _choices(self, word: str, kind: str) -> tuple[Choice, ...]:
        language = self._language
        if kind in (NUMBER, CODE):
            return (Choice(language.id_of(kind), word, 0.0),)
        if not word.isascii():
            return (Choice(language.id_of(word.lower()), word, 0.0),)
        case = LOWER if word.islower() else UPPER if word.isupper() and len(word) > 1 else TITLE
        found = [Choice(number, cased(text, case), 0.0) for number, text in self._of.get(word.lower(), ())]
        for name in {word, word.upper(), word.lower()}:
            number = language.ids.get(name)
            if number is not None and not is_syllable(name.lower()):
                found.append(Choice(number, word, 0.0))
        return tuple(found) or (Choice(language.other, word, 0.0),)
