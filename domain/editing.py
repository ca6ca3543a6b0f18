"""Reads what a person wants changed in an entry of the register, field by field, in their own words."""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from domain.deadlines import Deadline, DeadlineKind, parse_deadline
from domain.people import Person
from domain.sentences import Sentence, as_written
from domain.vietnamese import fold

_LABELS: dict[str, str] = {
    "deadline": r"(?:thoi )?han(?: chot| hoan thanh| xong| cuoi| thuc hien)?"
    r"|thoi gian(?: hoan thanh| thuc hien)?|deadline",
    "lead": r"(?:don vi |co quan )?chu tri(?: la)?|(?:don vi|co quan)(?: theo doi| phu trach| duoc giao)",
    "support": r"(?:don vi |co quan )?phoi hop(?: voi| cung| la)?",
    "product": r"san pham(?: dau ra| la)?|ket qua dau ra",
    "assignee": r"(?:nguoi )?phu trach(?: la)?|(?:nguoi|can bo) thuc hien|"
    r"(?:giao|phan cong|giao viec)(?: viec)?(?: cho)?",
    "title": r"(?:ten|noi dung|tieu de)(?: (?:nhiem vu|chi tieu|viec))?(?: la)?",
    "unit_of_measure": r"don vi tinh(?: la)?|dvt",
    "year": r"(?:nam )?20\d\d(?= ?[:=]| la )",
}
_BEGINS = r"(?:^|(?<=[;,.])\s*|\b(?:va|dong thoi|con)\s+)"
_CHANGE = r"(?:(?:toi muon |xin |cho )?(?:sua|doi|chinh|dieu chinh|cap nhat|chuyen|dat|ghi)(?: lai)?\s+)?"
_LABEL = re.compile(
    _BEGINS
    + _CHANGE
    + "(?:"
    + "|".join(f"(?P<{name}>{pattern})" for name, pattern in _LABELS.items())
    + r")\b\s*(?P<mark>[:=])?"
)
_LEAD_IN = re.compile(r"^\s*(?:[:=]\s*)?(?:(?:lai )?(?:thanh|sang|ve|la|den|vao)\b\s*)?(?:[:=]\s*)?(?:la )?")
_CLOSING = re.compile(
    r"(?:[\s,;]+(?:va|dong thoi|nhe|nha|a|giup (?:toi|em|minh|nhe)|ho (?:toi|em)|di|voi)(?=[\s.,;!]*$))+[\s.,;!]*$"
    r"|[\s,;]+$"
)
_NO_DEADLINE = re.compile(r"(?:khong|chua) (?:co|xac dinh|ro|biet)(?: (?:han|thoi han))?|khong thoi han")
_EVERY_UNIT = re.compile(
    r"\b(?:cac|tat ca(?: cac)?|toan bo(?: cac)?)\b.*\b(?:phong|ban|don vi|co quan|nganh)\b"
    r"|\btoan (?:phuong|xa|co quan)\b"
)
_TITLES = re.compile(r"^(?:(?:dong chi|d/c|dc|anh|chi|ong|ba|co|chu|em|bac|thay|can bo|cb|chuyen vien|cv)\s+)+")


@dataclass(frozen=True, slots=True)
class Edit:
    """What a message wants changed; None where it says nothing. `values` are a target's figures by year.

    `unread` are the words that could not be read, `bare` the words of a message that named no field at all.
    """

    title: str | None = None
    deadline: Deadline | None = None
    lead: str | None = None
    support: str | None = None
    product: str | None = None
    assignee: str | None = None
    unit_of_measure: str | None = None
    values: tuple[tuple[int, str], ...] = ()
    unread: tuple[str, ...] = ()
    bare: str = ""

    @property
    def says_something(self) -> bool:
        """True when at least one field is to change."""
        fields = (
            self.title,
            self.deadline,
            self.lead,
            self.support,
            self.product,
            self.assignee,
            self.unit_of_measure,
        )
        return bool(self.values) or any(said is not None for said in fields)


@dataclass(slots=True)
class _Part:
    """One field named in a message and what was said of it."""

    name: str
    label: str
    said: str


def read_edit(text: str) -> Edit:
    """The changes a message asks for; a date, rhythm or the like alone is a deadline."""
    whole = as_written(re.sub(r"\s*\n\s*", "; ", text.strip()))
    parts = _parts(whole)
    if not parts:
        alone = parse_deadline(whole.said)
        if alone.kind is not DeadlineKind.UNKNOWN:
            return Edit(deadline=alone)
        return Edit(bare=whole.said)
    said: dict[str, str] = {}
    values: list[tuple[int, str]] = []
    unread: list[str] = []
    deadline: Deadline | None = None
    for part in parts:
        if part.name == "year":
            year = re.search(r"20\d\d", part.label)
            if year and part.said:
                values.append((int(year[0]), part.said))
        elif part.name == "deadline":
            deadline = _deadline(part.said)
            if deadline is None:
                unread.append(part.said or part.label)
        elif part.said:
            said[part.name] = part.said
        else:
            unread.append(part.label)
    return Edit(
        title=said.get("title"),
        deadline=deadline,
        lead=said.get("lead"),
        support=said.get("support"),
        product=said.get("product"),
        assignee=said.get("assignee"),
        unit_of_measure=said.get("unit_of_measure"),
        values=tuple(values),
        unread=tuple(unread),
    )


def means_every_unit(words: str) -> bool:
    """True when the words give a task to all departments together."""
    return _EVERY_UNIT.search(fold(words)) is not None


def people_named(words: str, people: Sequence[Person]) -> list[Person]:
    """The people whom the words can mean: by the whole name, else by its last words."""
    wanted = _TITLES.sub("", fold(words).strip(" .,;:!?")).strip()
    if not wanted:
        return []
    exactly = [p for p in people if fold(p.name) == wanted]
    return exactly or [p for p in people if f" {fold(p.name)}".endswith(f" {wanted}")]


def _parts(whole: Sentence) -> list[_Part]:
    """The fields named, in order; after a label with a colon only such a label, or one past a semicolon, begins."""
    found: list[re.Match[str]] = []
    for match in _LABEL.finditer(whole.folded):
        before = whole.folded[: match.start()].rstrip()
        if found and found[-1]["mark"] and not match["mark"] and before and before[-1] != ";":
            continue
        found.append(match)
    parts = []
    for at, match in enumerate(found):
        end = found[at + 1].start() if at + 1 < len(found) else len(whole.folded)
        start = match.end()
        lead_in = _LEAD_IN.match(whole.folded[start:end])
        start += lead_in.end() if lead_in else 0
        name = next(name for name in _LABELS if match[name])
        closing = _CLOSING.search(whole.folded[start:end])
        said = whole.quoted(start, start + closing.start() if closing else end).strip(" ,;")
        label = whole.quoted(match.start(name), match.end(name))
        parts.append(_Part(name, label, said.removesuffix(".") if name != "title" else said))
    return parts


def _deadline(words: str) -> Deadline | None:
    """The deadline said, none at all where that is said; None when it cannot be read with certainty."""
    if not words:
        return None
    if _NO_DEADLINE.fullmatch(fold(words).strip(" .")):
        return Deadline(DeadlineKind.UNKNOWN)
    found = parse_deadline(words)
    return None if found.kind is DeadlineKind.UNKNOWN else found
