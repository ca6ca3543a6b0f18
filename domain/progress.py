"""Progress reports: what an official's sentence says of a task, and the report that is kept."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from enum import StrEnum
from typing import Any

from domain.deadlines import Deadline, DeadlineKind
from domain.expectations import AHEAD, expected_in
from domain.figures import percent_in, without_figures
from domain.mentions import Part, parts
from domain.sentences import Clause, Sentence, sentence
from domain.tasks import TaskStatus


@dataclass(frozen=True, slots=True)
class Understood:
    """What a message says. `intent` is "report" or "not_report"; the rest is None where nothing was said.

    `task` is the number as written ("4"); `percent` is 0 to 100; `obstacle` is the difficulty in their own words;
    `expected` is the day they hope to finish. `words` name the task where no number does; `product` is what they say
    was produced; `wants_extension` is True when they ask for a later deadline; `said` is their own sentence about it.
    """

    intent: str
    task: str | None = None
    percent: float | None = None
    status: TaskStatus | None = None
    obstacle: str | None = None
    expected: date | None = None
    words: str | None = None
    product: str | None = None
    wants_extension: bool = False
    said: str = ""

    @property
    def is_report(self) -> bool:
        """True when the message reports progress."""
        return self.intent == "report"

    def as_json(self) -> dict[str, Any]:
        """The form the command line prints."""
        return {
            "intent": self.intent,
            "task": self.task,
            "percent": self.percent,
            "status": None if self.status is None else str(self.status),
            "obstacle": self.obstacle,
            "expected": None if self.expected is None else self.expected.isoformat(),
        }


@dataclass(frozen=True, slots=True)
class Standing:
    """Where a task stands: its status, its percentage and the day it is hoped to be done."""

    status: TaskStatus
    percent: float | None
    expected: date | None

    def after(self, said: Understood) -> "Standing":
        """Where it stands once this is reported: what was not said stays, except a percentage no longer true."""
        status = said.status or (TaskStatus.DONE if said.percent == 100 else self._status_when_only_told_of())
        percent = self.percent if said.percent is None else said.percent
        if status is TaskStatus.DONE:
            percent = 100.0
        elif said.percent is None and percent == 100:
            percent = None
        return Standing(status, percent, said.expected or self.expected)

    def kept_for(self, deadline: Deadline) -> "Standing":
        """What the task keeps of it: "done" closes one round of a recurring task, not the task."""
        if deadline.kind is not DeadlineKind.RECURRING or self.status is not TaskStatus.DONE:
            return self
        return Standing(TaskStatus.IN_PROGRESS, None, None)

    def _status_when_only_told_of(self) -> TaskStatus:
        return self.status if self.status is TaskStatus.BLOCKED else TaskStatus.IN_PROGRESS


UNTOUCHED = Standing(TaskStatus.NOT_STARTED, None, None)
"""A task of which nothing was ever reported."""


class Approval(StrEnum):
    """What the head of the unit said of a report: none was asked, or it waits, counts, or went back."""

    NONE = "none"
    WAITING = "waiting"
    APPROVED = "approved"
    RETURNED = "returned"

    @property
    def counts(self) -> bool:
        """True for a report that moves its task."""
        return self in (Approval.NONE, Approval.APPROVED)


@dataclass(frozen=True, slots=True)
class ProgressReport:
    """One report as it was confirmed. `said` is the original sentence; `supersedes_id` is the report it corrects.

    `unit_id` is the unit whose share of a group task it tells of. `decided_by` is who approved or returned it, with
    a `remark` when they returned it.
    """

    id: int
    task_id: int
    person_id: int
    person_name: str
    status: TaskStatus
    percent: float | None
    obstacle: str
    expected: date | None
    said: str
    at: datetime
    supersedes_id: int | None = None
    unit_id: int | None = None
    approval: Approval = Approval.NONE
    decided_by: str = ""
    decided_at: datetime | None = None
    remark: str = ""


LONGEST = 2000
"""A report is a sentence or a few; what is longer is a document."""

_NO = r"(?:khong|ko|k|kg|khg|hok|chang)"

_ASKS = re.compile(
    rf"\?|\b(?:bao nhieu|bao gio|bao lau|khi nao|the nao|ntn|lam sao|ra sao|tai sao|vi sao|sao chua|o dau"
    rf"|den dau|toi dau"
    rf"|phai khong|dung khong|co phai|may (?:%|phan tram|nhiem vu|viec|ngay|nguoi)|la sao|nhu nao|may gio)\b"
    rf"|\b(?:don vi|nhiem vu|viec|phong|nguoi|cai|ngay|thang|ke hoach|van ban|nhung viec) nao\b"
    rf"|\b(?:xong|hoan thanh|roi|lam|trien khai|bao cao|nop|thuc hien|duoc|den han|co) (?:xong )?chua"
    rf"(?: (?:a|ah|nhi|vay|the|em|anh|chi|ban|bot|nha|nhe|ha|ta|day))*\W*$"
    rf"|(?<!: )(?<!:)(?<!co )\b{_NO}(?: (?:a|ah|nhi|vay|the|em|anh|chi|ban|bot|ta|nhe))*\W*$"
)
_WHO = re.compile(r"(?<!ung dung )(?<!nhan tao )(?<!cong cu )(?<!tro ly )(?<!he thong )(?<!su dung )\bai\b")
_WHAT = re.compile(r"\b(?:gi|nhung gi)\b")
_DEMANDS = re.compile(
    r"^\W*(?:(?:bot|oi|em|anh|chi|ban|ad|xin|vui long|lam on|nho|hay|giup|cho|toi|minh|muon|can|duoc|a) )*"
    r"(?:xem|hoi|biet|liet ke|danh sach|tim|tra cuu|nhac|huong dan|in ra|xuat|thong ke|giai thich|tom tat"
    r"|kiem tra|mo|"
    r"hien thi|gui (?:cho )?(?:toi|em|minh|anh|chi)|chi tiet|noi dung|so sanh|theo doi|viec cua)\b"
)
_ORDERS = re.compile(
    r"\b(?:phai|yeu cau|de nghi|can|khan truong|hay|nho|giao|chi dao|don doc|nhac)\b.{0,60}"
    r"\b(?:hoan thanh|xong|bao cao|trien khai|thuc hien|lam|cap nhat|nop)\b"
)
_HOPES = re.compile(
    r"\b(?:hy vong|hi vong|mong|uoc|gia nhu|gia ma|chuc|phan dau|co gang|quyet tam|neu|gia su"
    r"|lieu)\b"
)
_NOW = re.compile(
    r"\b(?:da|dang|moi(?! nguoi| don vi| can bo| co quan)|chua|vua|hien|hien tai|roi|r|den nay|toi nay)\b"
)
_OF_PLANS = re.compile(r"\b(?:muc tieu|chi tieu|ty le|ti le)\b")

_CANCELLED = re.compile(
    rf"(?<!chi )(?<!phat )(?<!tieu )\bhuy\b(?! dong| chuong| hieu| hoai)|\b{_NO} (?:phai |can |duoc )?"
    rf"(?:lam|thuc hien|trien khai)(?: tiep)? nua\b|\b{_NO} con (?:phai |can )?(?:lam|thuc hien|trien khai)\b"
    r"|\b(?:dung han|dung thuc hien|dung trien khai|cham dut)\b|\b(?:bo|loai|rut"
    r"|dua ra) (?:ra )?khoi (?:ke hoach|danh muc)\b"
    rf"|\bthoi {_NO} (?:lam|thuc hien)\b|\b(?:xin )?bo nhiem vu\b|\bcancel(?:led)?\b"
)
_BLOCKED = re.compile(
    r"\b(?:tam (?:dung|ngung|hoan|ngung lai)|dinh tre|be tac|ach tac|dung lai|bi (?:dung|chan|ket|tac|treo)|mac ket|"
    r"giam chan)\b"
    rf"|\b(?:{_NO}|chua) the (?:tiep tuc|trien khai|thuc hien|lam)\b"
    rf"|\b{_NO} (?:trien khai|thuc hien|lam|tiep tuc)(?: tiep)? duoc\b"
)
_NOT_STARTED = re.compile(
    r"\b(?:chua|chua he|van chua)(?: duoc| co| kip| the)? "
    r"(?:lam|trien khai|bat dau|thuc hien|khoi dong|tien hanh|dong den|dung den|bat tay|gi)\b"
    r"(?!(?: \w+){0,2} (?:xong|het|day du|dut diem|hoan thanh|toan bo|tot|phan|buoc|dong bo|triet de|nhieu)\b)"
)
_DONE = re.compile(r"\b(?:xong|hoan thanh|hoan tat|done|finish(?:ed)?|ht)\b")
_NOT_DONE_BEFORE = re.compile(
    rf"\b(?:chua|{_NO} (?:the|kip)|sap|gan|co ban|du kien|se|phan dau|co gang|hy vong|mong|de|truoc khi|dang"
    rf"|can|phai|"
    r"cho|quyet tam|hen|kha nang|cam ket|xin|chac|neu|khi nao|bao gio|moi|thang sau|tuan sau|se)\b[^,;]*$"
)
_NEARLY = re.compile(
    r"^ ?(?:duoc |khoang |hon |gan |tren |moi |tam |co ban|phan lon|hau het|nhieu|mot so|mot phan|\d+ phan|"
    r"(?:toan bo |het )?(?:phan|buoc|khau|giai doan|du thao|khao sat|dot|hang muc)\b|\d|mot nua|nua\b|\w+ phan \w+)"
)
_LATER_TODAY = re.compile(r"\b(?:chieu nay|toi nay|cuoi ngay|trong ngay)\b")
_EARLY = re.compile(r"^ ?(?:xong )?(?:truoc|som|som hon|vuot|dung)(?: so voi)? (?:thoi )?(?:han|ke hoach|tien do)")
_MOVING = re.compile(
    r"\b(?:dang|moi|da|vua|bat dau|khoi dong|tiep tuc|con cho|cho|cham|trinh|chua xong|chua hoan thanh|chua lam|"
    r"chua thuc hien|gan xong|sap xong|co ban|dung tien do|du kien|se|ra soat|soan|xong|hoan thanh)\b"
)
_AT_WORK = re.compile(
    r"\b(?:dang|van dang|moi|bat dau|tiep tuc) (?:lam|trien khai|thuc hien|tien hanh|xu ly|trinh)\b"
    r"|\bcham tien do\b|\b(?:dang|chua xong|chua hoan thanh|chua lam xong|moi duoc)\b"
)
_EXTENSION = re.compile(
    r"\b(?:gia han|lui (?:thoi )?han|them thoi gian|gian tien do|xin lui|doi han|lui tien do"
    r"|xin them (?:thoi gian|\d+|mot|hai|ba))\b"
)

_DIFFICULTY = re.compile(
    rf"(?<!met )(?<!hinh )(?<!quang )\bvuong(?: mac)?\b|\b(?:kho khan|tro ngai|bat cap|ach tac|be tac|qua tai)\b"
    rf"|(?<!toi )(?<!giam )(?<!gioi )\bthieu\b(?! so| nhi| nien)"
    rf"|\b{_NO} (?:du|co|duoc cap|bo tri duoc) (?:kinh phi|von|nguoi|nhan luc|can bo|tien|nguon|thiet bi|may"
    rf"|dat|mat bang|thoi gian)"
    rf"|\bchua (?:du|bo tri|giai ngan|phan bo)\b"
    rf"|\bchua co (?!vuong|kho|gi\b|ket qua|van de|tro ngai|phat sinh|tien do|thay doi|xong)\w+"
    rf"|\bchua (?:duoc|thay|nhan duoc) (?:cap|bo tri|phan bo|giao kinh phi|kinh phi|von|huong dan"
    rf"|phe duyet kinh phi|phan khai)"
    rf"|\b(?:het|cham cap|cham bo tri|can) (?:kinh phi|tien|von)\b|\b(?:bi|gap|mac) (?:loi|hong|su co|truc trac"
    rf"|ket|tac|vuong|kho)\b"
    r"|\bket (?:kinh phi|von|tien|thu tuc|mat bang)\b"
    rf"|\b(?:hu hong|mat dien|mua bao|mua lu|ngap lut|thien tai|dich benh|loi he thong|loi phan mem|loi mang)\b"
)
_NO_DIFFICULTY_BEFORE = re.compile(
    rf"\b(?:{_NO}|chua|het|chang|da (?:duoc )?(?:go|thao go|giai quyet|xu ly|khac phuc|vuot qua)(?: xong| duoc"
    rf"| het)?)"
    r"(?: (?:con|co|gap|bi|phai|thay|phat sinh|gi|nhung|cac|bat ky|kho khan|vuong mac|vuong|thieu|va|hay|,))* ?$"
)
_NO_DIFFICULTY_AFTER = re.compile(
    rf"^(?: (?:vuong mac|kho khan|gi|mac|thuc hien|trong qua trinh))* ?[:\-]? ?(?:la )?(?:{_NO}|chua|0)"
    rf"(?: co| co gi| gi| phat sinh| dang ke| nao)?\s*(?:$|[,;.])|^(?: \w+){{0,4}} da (?:duoc )?(?:thao go|go"
    rf"|giai quyet|xu ly|khac phuc)"
)
_CAUSE = re.compile(
    r"(?<!tien )(?<!che )(?<!muc )(?<!toc )(?<!don )(?<!chuc )(?<!dia )\b(?:do|vi|boi|boi vi|nguyen nhan"
    r"|ly do)\b:? ?(?:la )?"
)
_TROUBLED = re.compile(rf"\b(?:chua|cham|tre|gia han|lui|dung|{_NO}|vuong|tam|moi|qua han)\b")


def understand(text: str, today: date) -> Understood:
    """What a message reports: of its first task, when it speaks of several. Questions, greetings, hopes are none."""
    found = understand_all(text, today)
    return found[0] if found else _NOT_A_REPORT


def understand_all(text: str, today: date) -> list[Understood]:
    """What a message reports, one for each task in order; empty when it reports nothing.

    Words are read with or without diacritics; a text longer than LONGEST is a document, not a report.
    """
    if len(text) > LONGEST:
        return []
    whole = sentence(text)
    if _is_question(whole):
        return []
    return [
        replace(found, task=number)
        for part in parts(whole)
        if (found := _understood(part, today)).is_report
        for number in part.numbers or (None,)
    ]


def as_json(found: Sequence[Understood]) -> dict[str, Any]:
    """The form the command line prints for a message: its first report, with "others" where it has more."""
    first, *others = found or [_NOT_A_REPORT]
    return first.as_json() | ({"others": [other.as_json() for other in others]} if others else {})


def _understood(part: Part, today: date) -> Understood:
    rest = part.rest
    percent = percent_in(rest)
    obstacle = _obstacle(rest)
    status = _status(rest, percent, obstacle, today)
    is_over = status is not None and status.is_over
    expected = None if is_over else expected_in(without_figures(rest), today)
    wants_extension = bool(_EXTENSION.search(rest.folded))
    if status is None and expected is not None and not wants_extension:
        status = TaskStatus.IN_PROGRESS
    task = part.numbers[0] if part.numbers else None
    found = Understood("report", task, _settled(percent, status), status, obstacle, expected)
    if not _reports(found, part.whole, rest):
        return _NOT_A_REPORT
    said = part.whole.quoted(0, len(part.whole.folded)).strip(" \n,;")
    return replace(found, wants_extension=wants_extension, said=said)


_NOT_A_REPORT = Understood("not_report")


def _settled(percent: float | None, status: TaskStatus | None) -> float | None:
    """The percentage that goes with a status: all of it when done, none when not begun."""
    if status is TaskStatus.DONE:
        return 100.0
    if status is TaskStatus.NOT_STARTED:
        return 0.0
    return None if percent is None else round(percent, 2)


def _is_question(whole: Sentence) -> bool:
    folded = whole.folded
    if _ASKS.search(folded) or _DEMANDS.match(folded):
        return True
    # "AI" in capitals is artificial intelligence, and the same letters ask who.
    if any(whole.quoted(match.start(), match.end()) != "AI" for match in _WHO.finditer(folded)):
        return True
    return any(not re.search(rf"\b(?:chua|{_NO})\b", folded[: match.start()]) for match in _WHAT.finditer(folded))


def _reports(found: Understood, whole: Sentence, rest: Sentence) -> bool:
    """True when something was said of a task's state, rather than hoped for, ordered or said of the plan."""
    folded = rest.folded
    says_now = _NOW.search(folded) or found.percent is not None or found.obstacle or _EXTENSION.search(folded)
    if not says_now and found.status is not TaskStatus.CANCELLED and (_HOPES.search(folded) or _ORDERS.search(folded)):
        return False
    if found.task is not None:
        return found != Understood("report", found.task) or bool(_EXTENSION.search(folded))
    if _ORDERS.search(folded) and not _EXTENSION.search(folded) and found.percent is None:
        return False
    if _OF_PLANS.search(folded) or (found.status is TaskStatus.CANCELLED and len(folded.split()) <= 2):
        return False
    strong = found.percent is not None or found.obstacle or found.expected or _EXTENSION.search(folded)
    return bool(strong or found.status in (TaskStatus.CANCELLED, TaskStatus.BLOCKED) or _AT_WORK.search(folded))


def _status(rest: Sentence, percent: float | None, obstacle: str | None, today: date) -> TaskStatus | None:
    folded = rest.folded
    if _CANCELLED.search(folded):
        return TaskStatus.CANCELLED
    if percent is not None and percent >= 100:
        return TaskStatus.DONE
    if percent is None and any(_is_done(clause, rest, today) for clause in rest.clauses()):
        return TaskStatus.DONE
    if _BLOCKED.search(folded):
        return TaskStatus.BLOCKED
    if percent == 0 or (percent is None and _NOT_STARTED.search(folded)):
        return TaskStatus.NOT_STARTED
    if percent is not None or _MOVING.search(folded):
        return (
            None
            if percent is None and _EXTENSION.search(folded) and not _AT_WORK.search(folded)
            else TaskStatus.IN_PROGRESS
        )
    return TaskStatus.IN_PROGRESS if obstacle and not _EXTENSION.search(folded) else None


def _is_done(clause: Clause, rest: Sentence, today: date) -> bool:
    for match in _DONE.finditer(clause.text):
        before, after = clause.text[: match.start()], clause.text[match.end() :]
        if _EARLY.match(after) and not re.search(rf"\b(?:chua|{AHEAD})\b", before):
            return True
        if _NOT_DONE_BEFORE.search(before) or _NEARLY.match(after):
            continue
        is_past = re.search(r"\b(?:da|vua|roi|r)\b", clause.text)
        is_one_of_several = re.match(r" (?:viec|cong tac)\b", after) and re.search(r"\bdang\b", rest.folded)
        if is_one_of_several or (not is_past and _LATER_TODAY.search(clause.text)):
            continue
        is_promised = expected_in(rest.part(clause.start, clause.start + len(clause.text)), today) is not None
        if is_promised and not is_past and not re.search(r"\bhom nay\b", clause.text):
            continue
        return True
    return False


def _obstacle(rest: Sentence) -> str | None:
    """The difficulty in the speaker's own words, from where it is named to the end of that part of the sentence."""
    for clause in rest.clauses():
        for match in _DIFFICULTY.finditer(clause.text):
            before, after = clause.text[: match.start()], clause.text[match.end() :]
            if not (_NO_DIFFICULTY_BEFORE.search(before) or _NO_DIFFICULTY_AFTER.match(after)):
                return _words(rest, clause, match.start())
    for clause in rest.clauses():
        cause = _CAUSE.search(clause.text)
        bare = cause and rest.quoted(clause.start + cause.start(), clause.start + cause.start() + 1).isascii()
        if cause and bare and clause.text[cause.end() :].strip() and _TROUBLED.search(rest.folded):
            return _words(rest, clause, cause.end())
    return None


def _words(rest: Sentence, clause: Clause, start: int) -> str:
    end = re.search(r"\b(?:nen|,? ?xin gia han|,? ?de nghi|,? ?du kien)\b", clause.text[start:])
    stop = start + end.start() if end and end.start() else len(clause.text)
    return rest.quoted(clause.start + start, clause.start + stop).strip(" :,.-")
