"""Which tasks a message names by number, and which part of the message speaks of which."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise

from domain.periods import NUMBERS
from domain.sentences import Clause, Sentence

NAMED = r"(?:nhi?em ?vu|n\.? ?vu?|task|cong viec|dau viec|viec|muc|stt)"
_DIGITS = r"\d{1,3}(?:\.\d{1,3})*(?:[a-z](?![a-z0-9]))?"
_NO_FIGURE = r"(?![\d.,]*\d|\s*(?:%|phan tram|pt\b|/\s*\d))"
_NUMBER = rf"({_DIGITS}){_NO_FIGURE}"
_SPOKEN = (
    r"((?:muoi )?(?:mot|hai|ba|bon|tu|lam|nam|sau|bay|tam|chin)|muoi)\b"
    r"(?! (?:nay|sau|toi|ngoai|\d|dung|ngung|hoan|thoi|gio|day|nua|phan|so|viec|nhiem|muoi|ngay|thang|tuan|quy|truoc"
    r"|khi))"
)
_PREDICATE = (
    r"(?:da|deu|xong|hoan|dang|chua|moi|dat|duoc|vuong|huy|bi|gap|khong|cung|thi|tam|con|roi|ok|done|gan|sap|van|xin"
    r"|cham|dung|lam|tre|du kien|de nghi|ket|len|tang|bang|la|can|trien khai|thuc hien)\b"
)
_TASK = re.compile(
    rf"\b{NAMED}(?: [a-z]+){{0,3}}? (?:so|thu) ?{_NUMBER}|\b{NAMED}\s*(?:so|thu)?\s*[:#.\-_]*\s*{_NUMBER}|#{_NUMBER}"
    rf"|\b(?:nhi?em ?vu|n\.? ?vu?)(?: so| thu)? {_SPOKEN}"
)
_LEADING = re.compile(rf"^\W*(?:so )?{_NUMBER}\s*(?:[:)\-]|\.(?=\s)|(?=\b{_PREDICATE}))")
_FURTHER = re.compile(rf"^\W*(?:va|con|rieng|thi|so|con so|va so)? ?(?:so )?{_NUMBER} ?(?:[:)\-]|(?=\b{_PREDICATE}))")
_AND = re.compile(
    rf"\s*(?:,|;|va|voi|cung|lan|&|\+)(?: ca)?\s*(?:(?P<named>{NAMED})\s*)?(?:so )?\s*"
    rf"(?P<number>{_DIGITS}){_NO_FIGURE}(?P<after>\s*(?:$|[:,;&+\-]|\b(?:va|voi|lan)\b|\b{_PREDICATE}))?"
)
_RANGE = re.compile(rf"\s*(?:-|den|toi)\s*(?:{NAMED}\s*)?(?:so )?(\d{{1,3}})(?![\d.,]*\d|\s*(?:%|/|phan))")
_COUNT_BEFORE = re.compile(r"\b(?:ca )?(?:\d|mot|hai|ba|bon|nam|sau) $")
_ONLY_TOUCHED = re.compile(
    r"(?<!tien )(?<!don )\b(?:cho|phu thuoc(?: vao)?|sau khi|vi|do|lien quan(?: den| toi)?|cung voi|theo|giong(?: nhu)?"
    r"|nhu|so voi|truoc khi|ket qua|san pham)(?: \w+)? $"
)


@dataclass(frozen=True, slots=True)
class Mention:
    """Tasks named together, as numbers in order, and where their names stand."""

    numbers: tuple[str, ...]
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Part:
    """What a message says of some tasks: their numbers (none where no number names them) and the words without them."""

    numbers: tuple[str, ...]
    whole: Sentence
    rest: Sentence


def parts(whole: Sentence) -> list[Part]:
    """The message cut where it goes on to other tasks; one part when it names at most one group of them."""
    found = list(_mentions(whole))
    if not found:
        return [Part((), whole, whole)]
    starts = [0, *(_start(whole, before, after) for before, after in pairwise(found))]
    ends = [*starts[1:], len(whole.folded)]
    return [
        Part(mention.numbers, whole.part(start, end), whole.without(mention.start, mention.end).part(start, end))
        for mention, start, end in zip(found, starts, ends, strict=True)
    ]


def _start(whole: Sentence, before: Mention, after: Mention) -> int:
    """Where the words on the later task begin: with its clause, or with its name inside the same clause."""
    clause = next(c for c in reversed(list(whole.clauses())) if c.start <= after.start)
    if clause.start > before.start:
        return clause.start
    between = whole.folded[before.end : after.start]
    tail = re.search(r"\b(?:va|con|rieng|thi)\s*$", between)
    return before.end + tail.start() if tail else after.start


def _mentions(whole: Sentence) -> Iterator[Mention]:
    last = 0
    for clause in whole.clauses():
        first = _LEADING if last == 0 else _FURTHER
        found = first.match(clause.text) if clause.start >= last else None
        matches = [found] if found and not _TASK.search(clause.text, found.end()) else _TASK.finditer(clause.text)
        for match in matches:
            mention = _extended(whole, clause, match)
            if mention.start < last or _ONLY_TOUCHED.search(clause.text[: match.start()]):
                continue
            last = mention.end
            yield mention


def _extended(whole: Sentence, clause: Clause, match: re.Match[str]) -> Mention:
    """The mention with the further numbers of its list ("4, 5 and 6", "4 to 6")."""
    numbers = [_plain(next(group for group in match.groups() if group is not None))]
    end = clause.start + match.end()
    if (stretch := _RANGE.match(whole.folded, end)) and numbers[0].isdigit():
        first, final = int(numbers[0]), int(stretch[1])
        if first < final <= first + 20:
            numbers = [str(number) for number in range(first, final + 1)]
            end = stretch.end()
    while another := _AND.match(whole.folded, end):
        if another["named"] is None and another["after"] is None:
            break
        numbers.append(_plain(another["number"]))
        end = another.end("number")
    return Mention(tuple(dict.fromkeys(numbers)), clause.start + match.start(), end)


def _plain(number: str) -> str:
    """The number without leading zeros; a spoken one ("twelve") in digits."""
    if number[0].isdigit():
        return ".".join(part.lstrip("0") or "0" for part in number.split("."))
    words = [{"lam": "nam"}.get(word, word) for word in number.split()]
    return str(sum(NUMBERS[word] for word in words))
