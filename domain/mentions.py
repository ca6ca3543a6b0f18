"""Which tasks a message names by number, which part speaks of which, and where the speaker corrects themselves."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import pairwise

from domain.periods import NUMBERS
from domain.sentences import Clause, Sentence

NAMED = r"(?:nhi?em ?vu|n\.? ?vu?|task|cong viec|dau viec|viec|muc|stt)"
_HEADING = r"(?:(?:[ivx]{1,5}|pl\d{1,2})\.)?"
"""The roman figure or the annex before a number: a plan that counts anew under each heading has them."""
_DIGITS = _HEADING + r"\d{1,3}(?:\.\d{1,3})*(?:[a-z](?![a-z0-9]))?"
_NO_FIGURE = r"(?![\d.,]*\d|\s*(?:%|phan tram|/\d|/ \d+(?! ?%|\d)))"
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
_FIGURE = r"\d+(?:[.,]\d+)?\s*(?:%|phan tram)"
_FURTHER = re.compile(rf"^\W*(?:va|con|rieng|thi)? ?(?:so )?{_NUMBER} ?(?:[:)\-]|(?=\b{_PREDICATE}|{_FIGURE}))")
_LINE = re.compile(rf"^\W*({_DIGITS})\s*[.)/:\-]+\s*(?=(\S.*))", re.MULTILINE)
_STATE = re.compile(rf"\W*(?:{_PREDICATE}|{_FIGURE}|\d+/\d)")
_AND = re.compile(
    rf"\s*(?:,|;|va|voi|cung|lan|&|\+)(?: ca)?\s*(?:(?P<named>{NAMED})\s*)?(?:so )?\s*"
    rf"(?P<number>{_DIGITS}){_NO_FIGURE}(?P<after>\s*(?:$|[:,;&+\-]|\b(?:va|voi|lan)\b|\b{_PREDICATE}))?"
)
_RANGE = re.compile(rf"\s*(?:-|den|toi)\s*(?:{NAMED}\s*)?(?:so )?(\d{{1,3}})(?![\d.,]*\d|\s*(?:%|/|phan))")
_OWN_STATE = re.compile(rf"(?!\W*(?:roi|ok|luon)\b)(?:{_STATE.pattern})")
_TOLD = re.compile(r"\b(?:xong|hoan thanh|hoan tat|dang|chua|lam)\b")
_ONLY_TOUCHED = re.compile(
    r"(?<!tien )(?<!don )\b(?:cho|phu thuoc(?: vao)?|sau khi|vi|do|lien quan(?: den| toi)?|cung voi|theo"
    r"|giong(?: nhu)?|trung(?: voi)?"
    r"|nhu|so voi|truoc khi|ket qua|san pham)(?: \w+)? $"
)


_SLIPPED = re.compile(
    r"\b(?:(?:a |ua |oi |y |uy )?(?:nham|lon|noi lon|ghi lon|go nham|viet nham)(?: roi| chut| ty| xiu)?|a quen"
    r"|xin (?:loi|dinh chinh)"
    r"|dinh chinh(?: lai)?|(?:em |toi |minh |anh |chi )?(?:sua|noi|ghi) lai(?: la| thanh| cho dung)?|y (?:em|toi"
    r"|minh|anh|chi) la"
    r"|dung ra(?: la)?|chinh xac (?:la|thi)|phai la|dung la)\b[ ,:.\-]*"
)


_PIECE_END = re.compile(r"[\n;]\s*(?:\d{1,2}\s*[.)]\s+)?|(?<=[a-z%)])\.\s+(?!\d)|,?\s+(?:con|rieng)\b(?= .*\bthi\b)")
_SAID_INSTEAD = re.compile(
    rf"(?:la |thanh |moi |chi |duoc |dat |con |da |chua |chu |phai )*(?:(?P<named>{NAMED}\b ?(?:so )?\d)|\d|xong"
    rf"|hoan thanh|\w+ phan tram"
    r"|mot nua)"
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


def pieces(rest: Sentence) -> list[Sentence]:
    """The parts that may each speak of another task: lines, sentences, and what comes after "while"."""
    starts = [0, *(match.end() for match in _PIECE_END.finditer(rest.folded))]
    ends = [*starts[1:], len(rest.folded)]
    return [rest.part(start, end) for start, end in zip(starts, ends, strict=True) if rest.folded[start:end].strip()]


def corrected(whole: Sentence) -> Sentence:
    """The message without what the speaker took back: "50%, no, 60%" is 60%, "task 3, sorry, task 4" is task 4."""
    rest = whole
    for match in reversed(list(_SLIPPED.finditer(whole.folded))):
        after = _SAID_INSTEAD.match(whole.folded, match.end())
        if after is None:
            continue
        names = list(_TASK.finditer(whole.folded, 0, match.start()))
        if names and after["named"]:
            rest = rest.without(names[-1].start(), names[-1].end()).without(match.start(), match.end())
            # A bare new name keeps what was said; with words of its own they count instead.
            if whole.folded[_after_name(whole, after.start("named")) :].strip(" .,!"):
                rest = rest.without(names[-1].end(), match.start())
        else:
            rest = rest.without(names[-1].end() if names else 0, match.end())
    return rest


def _after_name(whole: Sentence, start: int) -> int:
    name = _TASK.match(whole.folded, start)
    return name.end() if name else len(whole.folded)


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
    lines = {match.start(1): match for match in _LINE.finditer(whole.folded)} if "\n" in whole.folded else {}
    for clause in whole.clauses():
        number = clause.start + len(clause.text) - len(clause.text.lstrip(" -+*"))
        found: Iterable[re.Match[str]] = _TASK.finditer(clause.text)
        if line := lines.get(number):
            if _STATE.match(line[2]):
                yield Mention((_plain(line[1]),), number, line.end(1))
                last = line.end(1)
                continue
        elif clause.start >= last:
            leading = (_FURTHER if last else _LEADING).match(clause.text)
            found = [leading] if leading and not _TASK.search(clause.text, leading.end()) else found
        for match in found:
            mention = _extended(whole, clause, match)
            if mention.start < last or _ONLY_TOUCHED.search(clause.text[: match.start()]):
                continue
            last = mention.end
            yield mention


def _extended(whole: Sentence, clause: Clause, match: re.Match[str]) -> Mention:
    """The mention with the further numbers of its list ("4, 5 and 6", "4 to 6")."""
    numbers = [_plain(next(group for group in match.groups() if group is not None))]
    end = clause.start + match.end()
    told_before = _TOLD.search(clause.text[: match.start()])
    if (stretch := _RANGE.match(whole.folded, end)) and numbers[0].isdigit():
        first, final = int(numbers[0]), int(stretch[1])
        if first < final <= first + 20:
            numbers = [str(number) for number in range(first, final + 1)]
            end = stretch.end()
    while another := _AND.match(whole.folded, end):
        if another["named"] is None and another["after"] is None:
            break
        if another["named"] and told_before and _OWN_STATE.match(whole.folded, another.end("number")):
            break
        numbers.append(_plain(another["number"]))
        end = another.end("number")
    return Mention(tuple(dict.fromkeys(numbers)), clause.start + match.start(), end)


def _plain(number: str) -> str:
    """The number without leading zeros; a spoken one ("twelve") in digits."""
    if number[0].isdigit():
        return ".".join(part.lstrip("0") or "0" for part in number.split("."))
    if "." in number:
        return number
    words = [{"lam": "nam"}.get(word, word) for word in number.split()]
    return str(sum(NUMBERS[word] for word in words))
