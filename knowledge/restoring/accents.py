"""Puts diacritics into a question typed without them."""

import re
from collections import defaultdict
from functools import cache
from importlib.resources import files

import yaml

from knowledge.restoring.channel import LOWER, TITLE, UPPER, cased
from knowledge.restoring.decoder import Choice, Menu, decode
from knowledge.restoring.language import Language
from knowledge.restoring.letters import composed, folded, is_syllable
from knowledge.restoring.tokens import cores, mark_after

_TYPED_SHARE = 0.5
_BEAM = 12
_PAPER = re.compile(r"(?<![\w/\-.@])(nq|q[d\u0111]|n[d\u0111]|tt|kh)\s?(\d{1,5}(?![\d%]))", re.IGNORECASE)
_WORD = re.compile(r"(?<![\w])[^\W\d_]+(?![\w])")
_DOTTED = re.compile(r"\.\w")


@cache
def shorthand() -> dict[str, dict[str, str]]:
    """What people's abbreviations stand for."""
    held: dict[str, dict[str, str]] = yaml.safe_load(
        files("knowledge.restoring").joinpath("shorthand.yaml").read_text(encoding="utf-8")
    )
    return {kind: {composed(short): composed(full) for short, full in forms.items()} for kind, forms in held.items()}


def expanded(question: str) -> str:
    """The question with its informal spellings written out and its abbreviations in capitals."""
    forms = shorthand()

    def write_out(match: re.Match[str]) -> str:
        word = match[0]
        full = forms["capitals"].get(word) or forms["anywhere"].get(word.lower())
        if full is None and folded(question[: match.start()].rstrip().rpartition(" ")[2]) not in forms["letters_after"]:
            full = forms["small"].get(word)
        if full is None or question[max(0, match.start() - 1) : match.start()] in tuple("-/@."):
            return word
        if question[match.end() : match.end() + 1] in tuple("/@_-") or _DOTTED.match(question, match.end()):
            return word
        return full

    question = _PAPER.sub(lambda match: f"{forms['before_number'][match[1].lower()]} {match[2]}", question)
    return _WORD.sub(write_out, question)


def has_marks(question: str) -> bool:
    """Whether most of the words that can carry diacritics seem to, so that the rest is meant as it stands."""
    words = [word for word in re.findall(r"[^\W\d_]+", question) if is_syllable(word.lower())]
    return sum(not word.isascii() for word in words) >= _TYPED_SHARE * max(len(words), 1)


class Accents:
    """The ways of accenting each plain syllable, chosen by what is likely in the sentence."""

    def __init__(self, language: Language) -> None:
        self._language = language
        self._of: dict[str, list[tuple[int, str]]] = defaultdict(list)
        for number, word in enumerate(language.words):
            if is_syllable(word):
                self._of[folded(word)].append((number, word))

    def put(self, question: str) -> str:
        """The question with its shorthand written out and with diacritics; what mostly has them keeps its own."""
        question = composed(question)
        had_marks = has_marks(question)
        question = expanded(question)
        if had_marks:
            return question
        words: list[tuple[int, int, str]] = []
        for piece in re.finditer(r"\S+", question):
            words += [(piece.start() + start, piece.start() + end, kind) for start, end, kind in cores(piece[0])]
        menu = Menu()
        places, owner = [], []
        for at, (start, end, kind) in enumerate(words):
            places.append(menu.number(self._choices(question[start:end], kind)))
            owner.append(at)
            after = question[end : words[at + 1][0]] if at + 1 < len(words) else question[end:]
            if mark := mark_after(after):
                places.append(menu.number((Choice(self._language.ids[mark], "", 0.0),)))
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
        if kind != "word":
            return (Choice(language.id_of(kind), word, 0.0),)
        if not word.isascii():
            return (Choice(language.id_of(word.lower()), word, 0.0),)
        if len(word) > 1 and word.isupper() and (word in language.ids or not is_syllable(word.lower())):
            known = word if word in language.ids else shorthand()["capitals"].get(word.lower(), word)
            return (Choice(language.id_of(known), word, 0.0),)
        case = LOWER if word.islower() else UPPER if word.isupper() and len(word) > 1 else TITLE
        found = [Choice(number, cased(text, case), 0.0) for number, text in self._of.get(word.lower(), ())]
        for name in {word, word.upper(), word.lower()}:
            number = language.ids.get(name)
            if number is not None and not is_syllable(name.lower()):
                found.append(Choice(number, word, 0.0))
        return tuple(found) or (Choice(language.other, word, 0.0),)
