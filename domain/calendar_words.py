"""Sentences by which an administrator keeps the office's calendar: days off, days worked, either taken back."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta

from domain.absence import days_within
from domain.days_asked import AHEAD, days_off_asked
from domain.vietnamese import fold, nfc

OFF, WORK, REMOVE = "off", "work", "remove"

_WISH = r"(?:(?:toi|em|minh|cho|xin|hay|muon|de nghi|them|dat|ghi|bo sung|thong bao) )*"
_OFFICE = r"(?:(?:toan |ca )?(?:co quan|don vi|ubnd|uy ban|phuong|xa)(?: minh| ta)? )?"
_ON = r"(?: (?:vao|ngay|trong|cac))*"
_VERBS = {
    OFF: rf"{_WISH}{_OFFICE}(?:duoc |se |la |cac |ngay )*nghi(?: lam viec| lam| viec| bu| le| chung| rieng)*{_ON}",
    WORK: rf"{_WISH}{_OFFICE}(?:se |di |la |cac |ngay )*(?:lam (?:viec )?bu|di lam|lam viec)(?: bu| binh thuong)?{_ON}",
    REMOVE: (
        r"(?:(?:toi|em|minh|xin|hay|muon) )*(?:bo|xoa|huy|huy bo|go bo)(?: het| cac)*"
        rf"(?: lich| ngay)*(?: nghi| lam (?:viec )?bu| lam viec)(?: bu| le| rieng| cua co quan)*{_ON}"
    ),
}
_SWAP = re.compile(
    rf"{_WISH}(?:hoan doi|doi|chuyen)(?: lich| ngay lam viec| ngay nghi)?{_ON} (?P<off>\S.*?)"
    r",? (?:sang|lay|voi|thanh)(?: lam bu| lam viec)? (?P<work>\S.*)"
)
_MADE_UP_FOR = re.compile(r"(?P<work>.*?\d),? (?:(?:thay )?cho|thay) (?P<off>(?:ngay |thu |chu nhat |\d).*)")
_THEN = re.compile(r",? (?:va |roi |sau do |de )?(?=(?:di )?lam (?:viec )?bu\b)")
_WEEKDAY = re.compile(
    r"\b(?:thu (?P<name>hai|ba|tu|nam|sau|bay|[2-7])|t(?P<short>[2-7])|(?P<sunday>chu nhat|cn)),?(?: ngay)? "
    r"(?=\d{1,2} ?(?:[/.-]|thang))"
)
_WEEKDAYS = {"hai": 0, "ba": 1, "tu": 2, "nam": 3, "sau": 4, "bay": 5}
_NAMED = re.compile(r"\((?P<label>[^()]{2,120})\)|(?::|\u2013| -)\s*(?P<after>[^\d\s:].{1,119})$")
_BECAUSE = re.compile(r"(?:(?:vi|do|nhan dip|nhan|ly do|nham|de|trong dip)\b[ :]*)?")
_ASKING = re.compile(r"\?|\b(?:ai|nao|gi|may|bao gio|khi nao|the nao|khong|chua|sao|bao nhieu)\b")
_LEAVE_OF_ONE = re.compile(
    r"\b(?:phep|om|thai san|thay(?! (?:cho )?(?:ngay|thu|chu nhat|\d))|uy quyen|toi nghi|em nghi|minh nghi)\b"
)
_LISTED = re.compile(
    r"/lich|(?:(?:cho|toi|em|minh|muon|xem|xin|them|dat|sua|danh sach|cac|nhung) )*"
    r"(?:lich (?:nghi|lam viec)|ngay nghi|ngay lam bu)(?: le| tet| bu| chung| rieng| cua co quan| co quan| sap toi)*"
    r"(?: (?:trong )?nam(?: (?P<year>20\d\d)| (?P<near>nay|sau|toi)))?[ .?]*"
)


@dataclass(frozen=True, slots=True)
class CalendarAsked:
    """Days to be off, worked, or as the law has them again, the first and last of each stretch; `label` is why.

    `weekday_wrong` is a day whose weekday was said otherwise than it is.
    """

    changes: tuple[tuple[str, date, date], ...]
    label: str = ""
    weekday_wrong: date | None = None


def asks_for_calendar(text: str, today: date) -> tuple[date, date] | None:
    """The first and the last day whose days off are to be shown, or None when nobody asks for the calendar."""
    match = _LISTED.fullmatch(fold(text))
    if match is None:
        return days_off_asked(text, today)
    year = today.year + (match["near"] != "nay") if match["near"] else int(match["year"] or 0)
    return (date(year, 1, 1), date(year, 12, 31)) if year else (today, today + AHEAD)


def read_calendar(text: str, today: date) -> CalendarAsked | None:
    """What a sentence changes in the office's calendar, or None when it is about something else."""
    typed = " ".join(nfc(text).split()).strip(" .!,;")
    folded = fold(typed)
    typed = typed if len(typed) == len(folded) else folded
    named = _NAMED.search(folded)
    label = ""
    if named is not None:
        part = "label" if named["label"] else "after"
        label = typed[named.start(part) : named.end(part)].strip()
        typed, folded = (f"{said[: named.start()]} {said[named.end() :]}".strip() for said in (typed, folded))
        typed, folded = " ".join(typed.split()), " ".join(folded.split())
    if _ASKING.search(folded) or _LEAVE_OF_ONE.search(folded):
        return None
    wrong: list[date] = []
    changes = []
    for wanted, start, end in _clauses(folded):
        read = _clause(folded[start:end], typed[start:end], wanted, today, wrong)
        if read is None:
            return None
        change, rest = read
        changes.append(change)
        label = label or rest
    return CalendarAsked(tuple(changes), label, wrong[0] if wrong else None) if changes else None


def _clauses(folded: str) -> Iterator[tuple[str, int, int]]:
    """The parts that each speak of one stretch of days, by place, with what becomes of it where the words say so."""
    swap = _SWAP.fullmatch(folded) or _MADE_UP_FOR.fullmatch(folded)
    if swap is not None and (swap.re is _SWAP or re.match(_VERBS[WORK], folded)):
        yield OFF, *swap.span("off")
        yield (WORK if swap.re is _SWAP else ""), *swap.span("work")
        return
    start = 0
    for then in _THEN.finditer(folded):
        parts = (folded[start : then.start()], folded[then.end() :])
        if all(any(c.isdigit() for c in part) for part in parts):
            yield "", start, then.start()
            start = then.end()
    yield "", start, len(folded)


def _clause(
    folded: str, typed: str, wanted: str, today: date, wrong: list[date]
) -> tuple[tuple[str, date, date], str] | None:
    """One change with what else was said behind it, or None where the words name no days or another matter."""
    weekday = _WEEKDAY.search(folded)
    if weekday is not None:
        folded, typed = (said[: weekday.start()] + said[weekday.end() :] for said in (folded, typed))
    stretch = days_within(folded, today)
    if stretch is None:
        return None
    start, end, (first, last) = stretch
    if weekday is not None and first == last and first.weekday() != _weekday(weekday):
        wrong.append(first)
    before, after = folded[:start].strip(" ,:"), folded[end:]
    if wanted:
        return ((wanted, first, last), "") if before in ("", "ngay") and not after.strip() else None
    for kind, verb in _VERBS.items():
        if re.fullmatch(verb, before):
            return (kind, first, last), _reason(folded, typed, end)
        behind = re.match(verb, after.strip()) if kind != REMOVE and before in ("", "ngay", "vao ngay") else None
        if behind is not None:
            return (kind, first, last), _reason(folded, typed, end + len(after) - len(after.lstrip()) + behind.end())
    return None


def _weekday(match: "re.Match[str]") -> int:
    if match["sunday"]:
        return 6
    said = match["name"] or match["short"]
    return _WEEKDAYS[said] if said in _WEEKDAYS else int(said) - 2


def _reason(folded: str, typed: str, end: int) -> str:
    """What stands behind the days and the verb, as it was typed, without the words that only join it."""
    rest = folded[end:]
    skipped = len(rest) - len(rest.lstrip(" ,:;-"))
    because = _BECAUSE.match(rest[skipped:])
    at = end + skipped + (because.end() if because else 0)
    return typed[at:].strip(" ,.;")


def days_between(first: date, last: date) -> list[date]:
    """Every day from the first to the last."""
    return [first + timedelta(days=n) for n in range((last - first).days + 1)]
