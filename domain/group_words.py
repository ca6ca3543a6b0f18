"""What is wished of a group in words: that it is the office's staff group, or when it is sent the summary."""

import re
from dataclasses import dataclass
from datetime import time
from enum import StrEnum

from domain.hours import hours_in
from domain.vietnamese import fold

AFTERNOON = time(16)
"""The hour of "every Friday afternoon", where no hour is named."""


class Wished(StrEnum):
    """What is wished of a group."""

    STAFF = "staff"
    NOT_STAFF = "not_staff"
    SUMMARY = "summary"
    NO_SUMMARY = "no_summary"
    SHOW = "show"


@dataclass(frozen=True, slots=True)
class GroupWish:
    """A wish. Of a summary: the days of the week named (none for every working day), and the hours named."""

    what: Wished
    weekdays: tuple[int, ...] = ()
    daily: bool = False
    hours: tuple[time, ...] = ()


_POLITE = r"(?:(?:xin|hay|vui long|nho|em|ban|bot|tro ly|toi|minh|giup|cho toi) )*"
_END = r"(?: (?:nhe|a|nha|giup toi|giup|voi|di|em|ban|nua))*[ .!]*"
_OFFICE = r"(?: (?:cua|phuong|xa|dac khu|co quan|don vi|uy ban|ubnd|ta|minh|chung ta|toi))*"
_STAFF_GROUP = rf"nhom (?:chung )?(?:can bo|noi bo|cong chuc|nhan vien|co quan|lam viec)(?: can bo| noi bo)?{_OFFICE}"
_MAKE = re.compile(
    rf"{_POLITE}(?:dat |chon |dung |lay |dang ky |danh dau |xac nhan |ghi nhan |coi |chuyen |cho )?"
    rf"(?:nhom nay|nhom|day)(?: (?:la|lam|thanh))+ {_STAFF_GROUP}{_END}"
)
_UNMAKE = re.compile(
    rf"{_POLITE}(?:(?:bo|huy|thoi|go|ngung)(?: bo| dat| chon)?(?: nhom nay)?(?: khoi| la| lam| danh sach)*"
    rf" {_STAFF_GROUP}"
    rf"|(?:nhom nay|day) khong (?:con |phai |la |lam )+{_STAFF_GROUP}){_END}"
)
_SUMMARY = r"(?:ban |bao cao |tin |so lieu |tinh hinh |phan )*tong hop"
_SENDS = re.compile(
    rf"\b(?:gui|bat|dang|nhan|chuyen|cap nhat|doi(?: gio| lich)?)\b.{{0,30}}\b{_SUMMARY}\b"
    rf"|\b{_SUMMARY}\b.{{0,40}}\b(?:gui|dang|vao nhom)\b"
)
_STOPS = re.compile(
    rf"\b(?:tat|ngung|dung|thoi|huy|bo)(?: (?:gui|nhan|dang|can|viec|lich|luon|them))*(?: {_SUMMARY})\b"
    rf"|\bkhong(?: (?:can|muon|phai|nen))*(?: (?:gui|nhan|dang))(?: (?:them|nua))*(?: {_SUMMARY})\b"
)
_HERE = re.compile(r"\bnhom\b|\bo day\b|\bvao day\b|\bhang (?:tuan|ngay)\b|\bmoi (?:tuan|ngay|sang|chieu|thu)\b|\bthu ")
_ASKS = re.compile(r"\b(?:khi nao|luc nao|bao gio|ngay nao|may gio|the nao|chua)\b.*")
_WEEKDAY = re.compile(r"\b(?:thu (?P<name>hai|ba|tu|nam|sau|bay|[2-7])|t(?P<short>[2-7])|(?P<sunday>chu nhat|cn))\b")
_NAMES = {"hai": 0, "ba": 1, "tu": 2, "nam": 3, "sau": 4, "bay": 5}
_DAILY = re.compile(r"\b(?:moi|hang|cac|tung) (?:ngay|sang|chieu|buoi)|\bngay nao cung\b")
_FIRST_DAY, _LAST_DAY = re.compile(r"\bdau tuan\b"), re.compile(r"\bcuoi tuan\b")


def read_group_wish(text: str) -> GroupWish | None:
    """What the words wish of the group they are said in; None where they speak of something else."""
    said = fold(text)
    if _UNMAKE.fullmatch(said):
        return GroupWish(Wished.NOT_STAFF)
    if _MAKE.fullmatch(said):
        return GroupWish(Wished.STAFF)
    if len(said.split()) > 40 or "tong hop" not in said:
        return None
    if _STOPS.search(said):
        return GroupWish(Wished.NO_SUMMARY)
    if not _SENDS.search(said) or not _HERE.search(said):
        return None
    if said.endswith("?") or _ASKS.search(said):
        return GroupWish(Wished.SHOW)
    return _timed(text)


def read_summary_time(text: str) -> GroupWish | None:
    """The wish for a summary at these times, such as "sang thu hai 8 gio"; None where no day is named."""
    wish = _timed(text)
    return wish if wish.weekdays or wish.daily else None


def _timed(text: str) -> GroupWish:
    said = fold(text)
    weekdays = _weekdays(said)
    hours = tuple(hours_in(text))
    if not hours and re.search(r"\bchieu\b", said):
        hours = (AFTERNOON,)
    return GroupWish(Wished.SUMMARY, weekdays, not weekdays and bool(_DAILY.search(said)), hours)


def _weekdays(said: str) -> tuple[int, ...]:
    """The days of the week that are named, Monday is 0, each once and in order."""
    found = set()
    for match in _WEEKDAY.finditer(said):
        number = match["name"] or match["short"]
        found.add(6 if not number else _NAMES[number] if number in _NAMES else int(number) - 2)
    if _FIRST_DAY.search(said):
        found.add(0)
    if _LAST_DAY.search(said):
        found.add(4)
    return tuple(sorted(found))
