"""Sentences by which a head, an administrator or a person arranges who does what: tasks given, and stand-ins."""

import re
from dataclasses import dataclass
from datetime import date

from domain.absence import days_within
from domain.vietnamese import fold, nfc

_WHO = r"[a-z/.,()\-& ]{1,70}?"
_NUMBER = r"(?:[0-9]{1,3}(?:\.[0-9a-z]{1,3})*|[ivx]{1,5}(?:\.[0-9a-z]{1,3})*)"
_NUMBERS = rf"{_NUMBER}(?:(?: ?, ?(?:va )?| va | & | ){_NUMBER})*"
_TASK = r"(?:nhiem vu|nv|dau viec|viec)(?: so)?"
_TASKS = rf"(?:cac |nhung )?{_TASK} ?(?P<numbers>{_NUMBERS})"
_PLAN = r"(?: (?:cua |trong |thuoc |o )?(?:ke hoach|kh|van ban)(?: so)? (?P<plan>[0-9][0-9a-z/-]*))?"
_WISH = r"(?:(?:toi|em|minh) )?(?:muon |xin |de nghi |hay |can )?"
_GIVE = r"(?:giao|phan cong|chuyen|ban giao|chuyen giao)(?: lai| tiep)?"
_ALL = (
    r"(?:het|tat ca|toan bo)(?: cac| moi| so)?(?: cong)? ?(?:viec|nhiem vu|nv|dau viec)(?: dang lam| con lai| hien co)?"
)
_CARRY = r"(?:(?:de )?(?:lam|thuc hien|phu trach|xu ly|dam nhan|theo doi) )?"

_ASSIGNMENTS = tuple(
    re.compile(pattern)
    for pattern in (
        rf"{_WISH}{_GIVE} {_TASKS}{_PLAN}(?: cua (?P<giver>{_WHO}))? (?:cho|sang|qua) (?P<taker>{_WHO})"
        r"(?: (?:lam|thuc hien|phu trach|xu ly))?",
        rf"{_WISH}{_GIVE} (?:cho )?(?P<taker>{_WHO}) {_CARRY}{_TASKS}{_PLAN}",
        rf"{_TASKS}{_PLAN} (?:thi )?{_GIVE}(?: cho| sang)? (?P<taker>{_WHO})",
        rf"{_WISH}{_GIVE} {_ALL} (?:cua )?(?P<giver>{_WHO}) (?:cho|sang|qua) (?P<taker>{_WHO})",
        rf"(?P<giver>{_WHO}) {_GIVE} {_ALL} (?:cho|sang|qua) (?P<taker>{_WHO})",
        rf"{_WISH}{_GIVE} {_TASKS}{_PLAN}",
    )
)

_AWAY = (
    r"(?:(?:se |xin |phai |duoc )*(?:nghi(?: phep| om| benh| che do| thai san| le| mat)?|vang(?: mat)?|di vang"
    r"|(?:di )?cong tac|di hoc(?: tap)?|di tap huan))"
)
_INSTEAD = r"(?:(?:lam |phu trach |truc |xu ly |giai quyet )?(?:viec )?thay(?: the)?)"
_ASK = r"(?:(?:va |thi |nen |xin )*(?:giao|cu|nho|phan cong|uy quyen|de nghi|de)(?: cho)? )"
_STAND_INS = tuple(
    re.compile(pattern)
    for pattern in (
        rf"(?P<absent>{_WHO}) {_AWAY}[ ~,;.:]*{_ASK}?(?P<deputy>{_WHO}) {_INSTEAD}[ ~.]*",
        rf"(?P<absent>{_WHO}) {_AWAY}[ ~,;.:]*{_ASK}(?P<deputy>{_WHO})[ ~.]*",
        rf"~ (?P<absent>{_WHO}) {_AWAY}[ ,;.:]*{_ASK}?(?P<deputy>{_WHO}) {_INSTEAD}[ .]*",
        rf"{_WISH}uy quyen(?: cho)? (?P<deputy>{_WHO})(?: {_INSTEAD}(?: cho)?(?: (?P<absent>{_WHO}))?)?[ ~.]*",
        rf"{_WISH}(?:nho|cu|phan cong|giao|de)(?: cho)? (?P<deputy>{_WHO}) {_INSTEAD}(?: cho)?"
        rf"(?: (?P<absent>{_WHO}))?[ ~.]*",
        rf"(?P<deputy>{_WHO}) (?:se )?(?:lam |phu trach |truc |xu ly |giai quyet )(?:viec )?thay(?: the)?(?: cho)?"
        rf" (?P<absent>{_WHO})[ ~.]*",
        rf"(?P<deputy>{_WHO}) thay(?: cho)? (?P<absent>{_WHO}) ~[ .]*",
        rf"(?P<absent>{_WHO}) {_AWAY} ~[ .]*",
        rf"~ (?P<absent>{_WHO}) {_AWAY}[ .]*",
    )
)
_MEANWHILE = re.compile(
    r" ?\b(?:(?:trong|vao|suot) (?:thoi gian|nhung ngay|luc)|khi|luc)"
    rf" (?:(?:toi|minh|em|anh ay|chi ay) )?{_AWAY}"
)
_ASKING = re.compile(r"\?|\b(ai|nao|gi|may|bao gio|khi nao|the nao|khong|chua|sao)$|\b(don vi|phong|nguoi) nao\b")
_NO_NAME = re.compile(
    r"\b(cham|dang|chua|khong|neu|nhung|nhiem vu|nv|ho so|tien do|bao cao|ke hoach|viec|nguoi dan|cong dan|duoc|het"
    r"|tat ca|toan bo|doi so)\b|\b(vi|do|tai|boi) (anh|chi|co|ong|ba|chu|bac|dong chi)\b"
)
"""Words of sentences about work, in which a person's absence is only mentioned."""


@dataclass(frozen=True, slots=True)
class Assignment:
    """Tasks to be given: by number, or all of `giver`; `taker` in the words used, empty when nobody was named."""

    numbers: tuple[str, ...] = ()
    plan: str = ""
    giver: str = ""
    taker: str = ""

    @property
    def is_of_all(self) -> bool:
        """True when everything a person has is to be handed over."""
        return not self.numbers


@dataclass(frozen=True, slots=True)
class StandInAsked:
    """Somebody is to act for another: both in the words used, empty where nobody was named, and the days if said."""

    absent: str = ""
    deputy: str = ""
    days: tuple[date, date] | None = None


def read_assignment(text: str) -> Assignment | None:
    """What a sentence asks to be given to whom, or None when it is about something else."""
    typed = _plain(text)
    folded = fold(typed)
    if _ASKING.search(folded):
        return None
    for pattern in _ASSIGNMENTS:
        match = pattern.fullmatch(folded)
        if match is None:
            continue
        found = match.groupdict()
        giver, taker = (_words(typed, folded, match, name) if found.get(name) else "" for name in ("giver", "taker"))
        if _is_no_name(giver) or _is_no_name(taker):
            continue
        numbers = tuple(re.findall(rf"(?<![a-z0-9.]){_NUMBER}(?![a-z0-9])", found.get("numbers") or ""))
        return Assignment(numbers, (found.get("plan") or "").upper(), giver, taker)
    return None


def read_stand_in(text: str, today: date) -> StandInAsked | None:
    """Who is to act for whom and when, or None when the sentence arranges nothing of that kind."""
    typed = _plain(text)
    folded = fold(typed)
    if _ASKING.search(folded):
        return None
    stretch = days_within(folded, today)
    days = None
    if stretch is not None:
        start, end, days = stretch
        typed, folded = (_without(line, start, end) for line in (typed, folded))
    typed, folded = _without_meanwhile(typed, folded)
    for pattern in _STAND_INS:
        match = pattern.fullmatch(folded)
        if match is None:
            continue
        found = match.groupdict()
        absent, deputy = (
            _words(typed, folded, match, name) if found.get(name) else "" for name in ("absent", "deputy")
        )
        if not (_is_no_name(absent) or _is_no_name(deputy)):
            return StandInAsked(absent, deputy, days)
    return None


def _plain(text: str) -> str:
    return " ".join(nfc(text).split()).strip(" .!,;")


def _words(typed: str, folded: str, match: "re.Match[str]", name: str) -> str:
    """The words as they were typed, where folding kept their places."""
    line = typed if len(typed) == len(folded) else folded
    return line[match.start(name) : match.end(name)].strip(" ~,;.:")


def _is_no_name(words: str) -> bool:
    return _NO_NAME.search(fold(words)) is not None


def _without(line: str, start: int, end: int) -> str:
    return " ".join(f"{line[:start]} ~ {line[end:]}".split())


def _without_meanwhile(typed: str, folded: str) -> tuple[str, str]:
    match = _MEANWHILE.search(folded)
    if match is None or len(typed) != len(folded):
        return typed, folded
    return typed[: match.start()] + typed[match.end() :], folded[: match.start()] + folded[match.end() :]
