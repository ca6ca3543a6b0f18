"""Sentences about reminders themselves: a person's own hour, and the office's rules."""

import re

from domain.hours import hour_text, hours_in, without_hours
from domain.rule_matter import read_matter, stages
from domain.vietnamese import fold
from domain.word_classes import FILLING, POLITE, WordClasses

_CLOSING = r"(?: (?:nhe|a|nha|giup toi|giup em|ho toi|moi ngay|hang ngay|hang ngay nhe|tu nay|tu mai))*[ .!]*"
_HOUR = r"(?:(?:vao )?(?:luc|hoi|khoang|sang|thanh|la|:|vao)? ?)*(?P<hour>[^:]*\d.*|\S+ (?:gio|ruoi).*)"
_MINE = r"(?:(?:toi|em|minh|dat|doi|chuyen|sua|cho) )*gio nhac(?: viec)?(?: cua)? (?:toi|em|minh|rieng)"
_OWN = (
    re.compile(_MINE + _HOUR),
    re.compile(rf"(?:dat|doi|chuyen|sua) gio nhac(?: viec)?(?! (?:cua|chung|co quan|ca co quan)\b){_HOUR}"),
    re.compile(
        rf"(?:(?:hay|cu|xin|muon) )*nhac(?: viec)?(?: cho)? (?:toi|em|minh)(?: viec)? (?=luc|vao|hoi|hang|moi){_HOUR}"
    ),
)
_OWN_NAMED = re.compile(_MINE + r" .+|(?:dat|doi|chuyen|sua) gio nhac(?: viec)? (?!cua|chung|co quan|ca co quan).+")
_OWN_SHOWN = re.compile(r"(?:(?:xem|cho|toi|em) )*gio nhac(?: viec)?(?: cua)? (?:toi|em|minh)(?: la may gio)?[ .?]*")
_OWN_ENDED = re.compile(
    r"(?:(?:toi|em|minh|muon) )*(?:bo|xoa|huy) gio nhac(?: viec)?(?: rieng)?(?: cua (?:toi|em|minh))?[ .!]*"
    r"|(?:doi |dat )?(?:gio nhac(?: viec)?(?: cua)?|nhac) (?:toi|em|minh) (?:nhu|theo|bang) (?:gio )?(?:cua )?co quan"
    r"[ .!]*"
)
_EVERY_DAY = WordClasses(
    {
        FILLING: f"""{POLITE}; <t>; luc; vao; vao luc; vao buoi; tu; buoi; khoang; hoi; toi; minh; viec; cho; duoc;
            nhan;
            gui; som; muon hon; som hon; som qua; tre hon; dung; dung nhac; lam viec; don; ve; viec cua; cua""",
        "every": """tu nay; tu nay tro di; tu nay ve sau; tro di; ve sau; tu mai; tu mai tro di; tu ngay mai; tu gio;
            tu gio tro di; tu hom nay; hang ngay; moi ngay; ngay nao cung; cu; lan sau; nhung lan sau; tu lan sau;
            tu tuan sau; tu tuan toi; moi ngay lam viec; hang ngay lam viec; moi buoi; hang hom; cac ngay""",
        "morning": "moi sang; moi buoi sang; sang nao cung; hang sang; cac buoi sang; cu sang; buoi sang hang ngay",
        "afternoon": "moi chieu; moi buoi chieu; chieu nao cung; hang chieu; cac buoi chieu; cu chieu",
        "remind": "nhac; nhac viec; nhac nho; loi nhac; tin nhac; nhac han",
    }
)
_ANOTHER_DAY = re.compile(
    r"\b(?:mai|mot|kia|hom|thu|chu nhat|ngay \d+|\d{1,2} ?/ ?\d+|tuan|thang|nhiem vu|nv|viec \d+|bao cao|lai)\b"
)
_SHOWN = re.compile(
    r"/quydinh|(?:(?:xem|cho|toi|em|minh|cac|nhung) )*(?:quy dinh|cai dat|thiet lap|cach)"
    r"(?: ve)? nhac(?: viec| nho| han)?(?: cua)?(?: co quan| hien nay| hien tai)?[ .?]*"
)
_RESET = re.compile(r"(?:(?:dua|dat|tra|doi) )*quy dinh nhac(?: viec)? (?:ve|nhu|theo)(?: lai)? mac dinh[ .!]*")
_COUNT = r"(?P<count>\d{1,3})"
_DAYS = r"(?P<days>\d{1,3}(?:(?: ?[,;/] ?| va | )\d{1,3})*)"
_WORKING = r"(?: ngay(?: lam viec)?)?"
_CHANGE = r"(?:(?:doi|dat|sua|chuyen|quy dinh|nhac viec|:) )*"
_AFTER = rf"(?: (?:sau|khi|sau khi))+ {_COUNT}{_WORKING}"
_MOST = rf"(?:toi da|khong qua|nhieu nhat) {_COUNT} (?:tin|lan)(?: nhac)?"
_RULES = (
    ("head_after", rf"bao(?: cho| len)? (?:cac )?(?:truong phong|truong don vi|truong bo phan){_AFTER}"),
    ("leader_after", rf"bao(?: cho| len)? (?:cac )?(?:lanh dao|chu tich){_AFTER}"),
    ("acknowledged_for", rf"(?:khi )?da nhan(?: thi)? (?:cho|hoan|gian)(?: them| lai)? {_COUNT}{_WORKING}"),
    ("overdue", rf"(?:nhac qua han|qua han(?: thi)? nhac)(?: (?:sau|vao|cac))* {_DAYS}{_WORKING}"),
    ("before_unknown", rf"nhac truoc(?: han| thoi han)? {_DAYS}{_WORKING}"),
    ("daily_cap", rf"(?:moi ngay |moi nguoi )*(?:nhac )?{_MOST}(?: moi ngay| mot ngay|/ngay| moi nguoi)*"),
)
_QUIET = re.compile(rf"{_CHANGE}(?:gio|khung gio|thoi gian) (?:yen lang|khong nhac|im lang|yen tinh)(?P<hours>.*)")
_NO_QUIET = re.compile(r"(?:bo|tat|xoa|khong dat) (?:gio|khung gio) (?:yen lang|khong nhac|im lang|yen tinh)[ .!]*")
_OFFICE_HOUR = re.compile(
    rf"{_CHANGE}gio nhac(?: viec)?(?: chung| cua co quan| co quan| ca co quan| mac dinh)+(?P<hours>.*)"
)


def reads_own_hour(text: str) -> str | None:
    """The hour a person wants to be reminded at, as 07:30; "show" or "office" for the present one and the office's.

    None for other sentences: a reminder of one task or on another day is no hour for every day. "?" where the hour
    cannot be read.
    """
    said = re.sub(_CLOSING + "$", "", fold(text))
    if _OWN_SHOWN.fullmatch(fold(text)):
        return "show"
    if _OWN_ENDED.fullmatch(said):
        return "office"
    if every := _hour_of_every_day(text):
        return every
    matched = next((m for m in (pattern.fullmatch(said) for pattern in _OWN) if m), None)
    if _ANOTHER_DAY.search(said):
        return None
    if matched is None:
        return "?" if _OWN_NAMED.fullmatch(said) else None
    hours = hours_in(matched["hour"])
    return hour_text(hours[0]) if len(hours) == 1 else "?"


def _hour_of_every_day(text: str) -> str | None:
    """The one hour of a sentence that speaks of reminders on every day and of nothing else."""
    read, hours = _EVERY_DAY.read(without_hours(text)), hours_in(text)
    if read.rest or len(hours) != 1 or not read.has("remind") or not read.has_any("every", "morning", "afternoon"):
        return None
    hour = hours[0]
    return hour_text(hour.replace(hour=hour.hour + 12) if read.has("afternoon") and hour.hour < 12 else hour)


def asks_for_rules(text: str) -> bool:
    """True for a wish to see the office's rules for reminders."""
    return _SHOWN.fullmatch(fold(text)) is not None


def read_rules(text: str) -> dict[str, str] | None:
    """Which settings a sentence changes and to what, as `rule_settings.with_value` reads them; None for no change.

    An empty mapping puts everything back to the defaults.
    """
    said = fold(text).strip(" .!")
    if _RESET.fullmatch(said):
        return {}
    if _NO_QUIET.fullmatch(said):
        return {"quiet_from": "00:00", "quiet_to": "00:00"}
    if (quiet := _QUIET.fullmatch(said)) and len(hours := hours_in(quiet["hours"])) == 2:
        return {"quiet_from": hour_text(hours[0]), "quiet_to": hour_text(hours[1])}
    if (office := _OFFICE_HOUR.fullmatch(said)) and len(hours := hours_in(office["hours"])) == 1:
        return {"hour": hour_text(hours[0])}
    for key, pattern in _RULES:
        if match := re.fullmatch(_CHANGE + pattern + _CLOSING, said):
            value = match.groupdict().get("count") or ", ".join(re.findall(r"\d+", match.groupdict().get("days") or ""))
            return stages(value) if key == "before_unknown" else {key: value}
    return read_matter(text)
