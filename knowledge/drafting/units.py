"""The unit that a sentence begins with, and where what it is to do begins."""

import re
from collections.abc import Sequence

from knowledge.drafting.wording import Word
from knowledge.words import word_list

_FURTHEST = 45
_NAME_OF_STRANGE_WORDS = 9


def unit_at_head(words: Sequence[Word]) -> tuple[int, int]:
    """Where the name of a unit (or of several) with which a sentence begins starts and ends; (0, 0) for none.

    Words such as "giao" and "yeu cau" may come before it.
    """
    begin = _told(words)
    heads = word_list("drafting/words")["heads_of_units"]
    if begin >= len(words) or words[begin].folded not in heads or is_verb_at(words, begin):
        return 0, 0
    second = word_list("drafting/words")["second_words"].get(words[begin].folded)
    if second and (begin + 1 >= len(words) or words[begin + 1].folded not in second):
        return 0, 0
    colon = next((n for n, word in enumerate(words[:_FURTHEST]) if word.text[-1] in ":.;"), None)
    if colon is not None and words[colon].text.endswith(":") and not _has_verb(words[begin:colon]):
        return begin, colon + 1
    end = begin
    while end < min(len(words), _FURTHEST) and _goes_on(words, begin, end):
        end += 1
        if words[end - 1].text[-1] in ":.;":
            break
    end = _with_following(words, _up_to_leading(words, begin, end))
    return (begin, end) if end - begin > 1 else (0, 0)


def _up_to_leading(words: Sequence[Word], begin: int, end: int) -> int:
    """The end of a name with words nobody listed, where "chu tri" soon follows them."""
    strange = word_list("drafting/words")["not_in_names"]
    for at in range(end, min(len(words) - 1, begin + _NAME_OF_STRANGE_WORDS)):
        if (words[at].folded, words[at + 1].folded) == ("chu", "tri"):
            return at
        if is_verb_at(words, at) or words[at].folded in strange or words[at - 1].text[-1] in ".;:,":
            break
    return end


def unit_behind_grounds(words: Sequence[Word]) -> tuple[int, int]:
    """Where the unit stands that a sentence such as "can cu …, cac so …" names behind a comma; (0, 0) for none."""
    head = " ".join(word.folded for word in words[:3])
    grounds: list[str] = word_list("drafting/words")["grounds"]
    if not any(head.startswith(each) for each in grounds):
        return 0, 0
    for at in range(1, min(len(words) - 2, _FURTHEST)):
        if words[at - 1].text[-1] != ",":
            continue
        begin, end = unit_at_head(words[at:])
        if end and is_verb_at(words, at + end):
            return at + begin, at + end
    return 0, 0


def _told(words: Sequence[Word]) -> int:
    """How many words at the head only say that somebody is told to do something."""
    told: list[str] = word_list("drafting/words")["told"]
    for said in sorted(told, key=len, reverse=True):
        count = said.count(" ") + 1
        if " ".join(word.folded for word in words[:count]) == said:
            return count
    return 0


def _goes_on(words: Sequence[Word], begin: int, at: int) -> bool:
    """True while a word still belongs to the name."""
    if at == begin:
        return True
    word = words[at]
    if is_verb_at(words, at) and (word.text[0].islower() or words[at - 1].text[-1] in ",;"):
        return False
    known = (*word_list("drafting/words")["parts"]["unit"], *word_list("drafting/words")["unit_words_in_text"])
    named = all(part in known for part in re.split(r"[/-]", word.folded))
    return word.text[0].isupper() or named or not any(map(str.isalnum, word.text))


def is_verb_at(words: Sequence[Word], at: int) -> bool:
    """True where two words stand with which a duty begins."""
    if at + 1 >= len(words):
        return False
    pair = f"{words[at].folded} {words[at + 1].folded}"
    if at and words[at - 1].folded == "ban" and pair in ("chi dao", "to chuc", "quan ly"):
        return False
    if at and words[at - 1].folded in ("cac", "nhung", "moi") and pair == "to chuc":
        return False
    if pair in ("to chuc", "bao cao") and at + 2 < len(words) and words[at].text[0].islower():
        return words[at + 2].folded not in word_list("drafting/words")["of_organisations"]
    return pair in word_list("drafting/words")["verbs"]


def _has_verb(words: Sequence[Word]) -> bool:
    return any(is_verb_at(words, at) for at in range(len(words)))


def _with_following(words: Sequence[Word], end: int) -> int:
    """The end of a name with words such as "co lien quan" that still belong to it."""
    if end and words[end - 1].text[-1] in ":.;":
        return end
    for following in sorted(word_list("drafting/words")["after_units"], key=len, reverse=True):
        count = following.count(" ") + 1
        if " ".join(word.folded for word in words[end : end + count]) == following:
            return _with_following(words, end + count)
    return end


def is_only_unit(words: Sequence[Word]) -> bool:
    """True for words that begin as a unit's name and tell nothing to do: a heading over its duties."""
    begin, end = unit_at_head(words)
    return end > 0 and not _has_verb(words[begin:])


def support_in(words: Sequence[Word]) -> tuple[Word, ...]:
    """Who helps: the units after "phoi hop voi"."""
    folded = [word.folded for word in words]
    for at in range(len(words) - 2):
        if folded[at : at + 2] == ["phoi", "hop"]:
            start = at + 3 if folded[at + 2] in ("voi", "cung") else at + 2
            begin, end = unit_at_head(words[start:])
            return tuple(words[start + begin : start + end]) if end - begin > 1 else ()
    return ()
