"""Finds where a paper moves the deadline of a task in an earlier one: which paper, which tasks, and to when."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from domain.deadlines import Deadline, DeadlineKind, parse_deadline
from domain.plans import Passage, PassageKind
from domain.sentences import Sentence, as_written
from domain.vietnamese import fold


@dataclass(frozen=True, slots=True)
class Amendment:
    """One moved deadline: the earlier paper's number, the numbers of its tasks, and the new deadline.

    `section` is the part of the paper in which the tasks stand ("II"), `before` the old deadline where it is said;
    `source` is the verbatim passage that says it.
    """

    document_number: str
    numbers: tuple[str, ...]
    after: Deadline
    source: str
    before: Deadline | None = None
    section: str = ""
    page: int | None = None


_MOVES = re.compile(
    r"\b(?:dieu chinh|gia han|keo dai|lui|doi|thay doi|sua doi|don)\b[^;:]{0,60}?"
    r"\b(?:thoi gian|thoi han|thoi diem|tien do|han|moc)\b"
    r"|\bgia han\b[^;:]{0,40}\bnhiem vu\b"
)
_NOT = re.compile(
    r"\b(?:khong|chua|tranh) (?:duoc |the |xem xet |dong y |chap thuan )*(?:dieu chinh|gia han|keo dai|lui|doi|don)\b"
)
_PAPER = re.compile(r"\b\d{1,5}[a-z]? ?/ ?(?:\d{4} ?/ ?)?[a-z][a-z0-9]*(?: ?- ?[a-z][a-z0-9]*)*")
_ONE = r"\d{1,3}(?:\.\d{1,3})*(?!\d|/|%)"
_KIND = re.compile(
    r"\b(?:ke hoach|quyet dinh|chuong trinh|nghi quyet|thong bao|cong van|van ban|chi thi|de an)(?: so)? ?:? ?$"
)
"""What stands before the number of a paper that is spoken of; a paper's own head has only "so" before its number."""
_TASKS = re.compile(
    rf"\b(?:nhiem vu|stt|so thu tu|muc tieu)(?: (?:so|thu|tai so|co so thu tu|stt|co stt))* "
    rf"(?P<numbers>{_ONE}(?: ?(?:,|;|va|den|-) ?(?:nhiem vu )?(?:so )?{_ONE})*)"
)
_RANGE = re.compile(r"(\d{1,3}) ?(?:den|-) ?(?:so )?(\d{1,3})")
_SECTION = re.compile(r"\b(?:muc|phan) (?P<section>[ivx]{1,5}|\d{1,2})\b")
_INTO = re.compile(r"\b(?:thanh|sang|den|toi|la|truoc|trong|het)\b(?: ngay)?|:")
_FROM = re.compile(r"\btu (?P<before>[^;]{3,60}?) (?=thanh|sang|den|toi)\b")
_END = re.compile(r"[;.](?=\s|$)|\)|\s[-–]\s")
_CUT = re.compile(r",| \(| (?:do|vi|de|theo|nhu|doi voi|bao dam|dam bao|tai|cua|thay (?:cho|vi)|so voi)\b")
_LONGEST_RANGE = 20
_NEW = re.compile(r"(?:thoi (?:gian|han)|han|tien do).*(?:moi|sau (?:khi )?(?:dieu chinh|gia han)|dieu chinh|gia han)")
_NUMBER_LABEL = re.compile(r"(?:nhiem vu so|so nhiem vu|stt nhiem vu|stt tai.*|so thu tu tai.*|stt trong.*|nhiem vu)")


def amendments(passages: Sequence[Passage], own_number: str = "") -> list[Amendment]:
    """Every deadline of another paper's tasks that these passages move, in their order; what is unsure is left out."""
    found: list[Amendment] = []
    paper, is_list = "", False
    for passage in passages:
        whole = as_written(" ".join(passage.text.split()))
        named = _paper_in(whole, own_number)
        paper = named or paper
        moves = _MOVES.search(whole.folded) is not None and not _NOT.search(whole.folded)
        if passage.kind is PassageKind.HEADING:
            is_list = moves
            continue
        if passage.kind is PassageKind.ROW:
            found += _of_row(passage, paper, any(_MOVES.search(fold(h)) for h in passage.heading) or is_list)
            continue
        listed = is_list and _is_item(passage, whole)
        if (moves or listed) and not _NOT.search(whole.folded):
            found += _of_sentence(passage, whole, paper)
        is_list = listed or (moves and whole.folded.rstrip().endswith(":"))
    return list(dict.fromkeys(found))


def _is_item(passage: Passage, whole: Sentence) -> bool:
    """True for an item of a list of tasks: a bullet, or a line that names a task and goes on after a colon."""
    named = _TASKS.search(whole.folded)
    return named is not None and (passage.kind is PassageKind.BULLET or ":" in whole.folded[named.end() :])


def _paper_in(whole: Sentence, own_number: str) -> str:
    """The number of the paper that is named, as it is written; empty where none is, or only the paper's own."""
    for match in _PAPER.finditer(whole.folded):
        written = re.sub(r"\s*([/-])\s*", r"\1", whole.said[match.start() : match.end()])
        if _KIND.search(whole.folded[: match.start()]) and fold(written) != fold(own_number):
            return written
    return ""


def _of_sentence(passage: Passage, whole: Sentence, paper: str) -> Iterator[Amendment]:
    """What a sentence moves: each group of task numbers goes with the new deadline said after it."""
    groups = list(_TASKS.finditer(whole.folded))
    if not paper or not groups:
        return
    for at, group in enumerate(groups):
        end = groups[at + 1].start() if at + 1 < len(groups) else len(whole.said)
        after = _new_deadline(whole, group.end(), end)
        if after is None:
            continue
        section = _SECTION.search(whole.folded, group.end(), end)
        old = _FROM.search(whole.folded, group.end(), end)
        before = parse_deadline(whole.said[old.start("before") : old.end("before")]) if old else None
        yield Amendment(
            document_number=paper,
            numbers=_numbers(group["numbers"]),
            after=after,
            source=passage.source,
            before=before if before is not None and before.kind is not DeadlineKind.UNKNOWN else None,
            section=section["section"].upper() if section else "",
            page=passage.page,
        )


def _numbers(words: str) -> tuple[str, ...]:
    """The numbers of a list, a short range counted out."""
    spelled = words
    for match in _RANGE.finditer(words):
        first, last = int(match[1]), int(match[2])
        if first < last <= first + _LONGEST_RANGE:
            spelled = spelled.replace(match[0], " ".join(str(n) for n in range(first, last + 1)))
    return tuple(dict.fromkeys(re.findall(r"\d{1,3}(?:\.\d{1,3})*", spelled)))


def _new_deadline(whole: Sentence, start: int, end: int) -> Deadline | None:
    """The last deadline in this stretch that a word such as "thanh" or "den" leads to."""
    for match in reversed(list(_INTO.finditer(whole.folded, start, end))):
        begin = match.start() if match[0].startswith(("truoc", "het")) else match.end()
        stop = _END.search(whole.folded, begin, end)
        rest = whole.said[begin : stop.start() if stop else end].strip(' .,;:"”“')
        cut = _CUT.search(fold(rest)) if rest else None
        for words in (rest, rest[: cut.start()] if cut and len(fold(rest)) == len(rest) else ""):
            found = parse_deadline(words.strip()) if words.strip() else None
            if found is not None and found.kind is not DeadlineKind.UNKNOWN:
                return found
    return None


def _cells(passage: Passage) -> dict[str, str]:
    """A row's cells by the folded names of their columns, where the row or its table names them."""
    cells = [cell.strip() for cell in passage.text.split(" | ")]
    heads = passage.heading[-1].split(" | ") if passage.heading else []
    named: dict[str, str] = {}
    for at, cell in enumerate(cells):
        label, mark, value = cell.partition(": ")
        if len(heads) == len(cells):
            named[fold(heads[at])] = value if mark and fold(label) == fold(heads[at]) else cell
        elif mark:
            named[fold(label)] = value
    return {label.strip(): value.strip() for label, value in named.items()}


def _of_row(passage: Passage, paper: str, is_amending: bool) -> Iterator[Amendment]:
    """What a row of a table moves: the cell under the new deadline, for the task whose number the row names."""
    labelled = _cells(passage)
    new = next((value for label, value in labelled.items() if _NEW.search(label)), "")
    number = next((value for label, value in labelled.items() if _NUMBER_LABEL.fullmatch(label)), "")
    match = re.match(rf"(?:nhiem vu )?(?:so )?(?P<number>{_ONE})(?:\D|$)", fold(number))
    after = parse_deadline(new) if new else None
    if not paper or match is None or after is None or after.kind is DeadlineKind.UNKNOWN:
        return
    if is_amending or _NEW.search(" ".join(labelled)):
        yield Amendment(paper, (match["number"],), after, passage.source, page=passage.page)
