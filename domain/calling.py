"""What a message wants colleagues to be told or asked: an announcement, or a request to report by a day."""

import re
from dataclasses import dataclass
from datetime import date, datetime, time
from enum import StrEnum

from domain.moments import moment_in, with_evenings
from domain.sentences import sentence
from domain.shorthand import written_out
from domain.vietnamese import fold, nfc

LONGEST_REQUEST = 200


class Whom(StrEnum):
    """Who is meant where nobody is named."""

    NAMED = "named"
    ALL = "all"
    MISSING = "missing"


@dataclass(frozen=True, slots=True)
class Asked:
    """A request to report: of whom (`who` in folded words where they are named), of which tasks, by when.

    `topic` are words that may name a task, `numbers` are numbers of tasks, `hour` is the hour of that day.
    """

    whom: Whom
    who: str = ""
    numbers: tuple[str, ...] = ()
    topic: str = ""
    due: date | None = None
    hour: time | None = None


@dataclass(frozen=True, slots=True)
class Announced:
    """An announcement: for whom, in folded words, its own words as typed, and whether it is an emergency."""

    audience: str
    text: str
    emergency: bool = False


_BEGIN = re.compile(
    r"(?:(?:em|bot|tro ly|ban|ad) )?(?:hay |giup (?:toi |anh |chi |minh )?|nho |gui loi )*"
    r"(?:nhac nho|nhac|don doc|doc thuc|giuc|yeu cau|de nghi|bao(?! (?:cao|gio|nhieu|lau))) "
    r"(?:giup (?:toi |anh |chi |em |minh )?|gium |ho )?"
)
_DOES = re.compile(
    r"\b(?:(?:phai|can|som|mau|nhanh|khan truong|dang|hay|ve viec|ve|viec|truoc|han) )*"
    r"(?:(?:nop|gui|lam|len|hoan thanh|co)(?: (?:ngay|lai|day du|som|du))* bao cao|bao cao|cap nhat|bao tien do|nop"
    r"|gui)\b"
    r"(?: (?:tien do|ket qua|so lieu|thang|bao cao|dinh ky|cho (?:toi|anh|chi|em|minh|lanh dao|chu tich)))*"
)
_ALL = re.compile(
    r"(?:tat ca|moi|toan bo|cac|ca|toan)(?: (?:cac|moi|nguoi|ca|nhung|anh em|anh chi em|don vi|phong ban|phong|can bo"
    r"|chuyen vien|co quan|the|bo phan|mn))*"
)
_MISSING = re.compile(
    r"(?:tat ca |cac |nhung |moi )*"
    r"(?:ai|nguoi|nhung ai|anh chi|anh em|dong chi|can bo|don vi|phong|phong ban|chuyen vien)?"
    r" ?(?:con )?(?:nao )?(?:chua|con thieu|khong)(?: chiu| nop| gui| co| cap nhat)*(?: bao cao| tien do|)"
)
_SELF = frozenset({"toi", "em", "minh", "tui", "lai", "viec", "den"})
_ASKS = re.compile(r"\b(?:gi|nao|ai|khi|may|bao nhieu)\b")
_NUMBERS = re.compile(
    r"\b(?:cac )?(?:nhiem vu|nv|viec|dau viec|cong viec)(?: so)? "
    r"(?P<numbers>\d{1,3}(?:\.[0-9a-z]{1,3})*(?:(?: ?, ?| va | )\d{1,3}(?:\.[0-9a-z]{1,3})*)*)(?![/%\w])"
)
_BY = re.compile(
    r"\b(?:truoc|cham nhat|han chot|han|trong|den|toi|vao|la|luc|cho den|muon nhat)(?: khi| het| la| vao)*$"
)
_CLOCK_SAID = re.compile(r"\d ?(?:h|g|gio|:)(?![a-z])")
_FILLING_WORDS = """
    nhe nha a ah di giup toi anh chi em minh gium ho ngay som day du va cho thang nay tuan quy ky nam vua roi tien do
    ket qua bao cao nhanh cua tinh hinh ve gap lien luon theo quy dinh voi truoc duoc khong nua nop gui cap nhat day
"""
_FILLING = frozenset(_FILLING_WORDS.split())
_TOPIC_LEAD = re.compile(r"^(?:(?:ve|tinh hinh|tien do|ket qua|viec|nhiem vu|cua|cho|thuc hien|trien khai) )+")


def read_request(text: str, now: datetime) -> Asked | None:
    """Whom the message wants asked to report, of what and by when; None for any other message."""
    if len(text) > LONGEST_REQUEST or "\n" in text.strip() or text.rstrip().endswith("?"):
        return None
    said = _plain(text)
    begin = _BEGIN.match(said)
    if begin is None:
        return None
    rest = said[begin.end() :]
    due, hour, rest = _due(rest, now)
    if missing := _MISSING.match(rest):
        left = rest[missing.end() :].split()
        return Asked(Whom.MISSING, due=due, hour=hour) if set(left) <= _FILLING else None
    does = _DOES.search(rest)
    if does is None or does.start() == 0:
        return None
    who = rest[: does.start()].strip(" ,")
    if not who or who.split()[0] in _SELF or _ASKS.search(who) or len(who.split()) > 14:
        return None
    numbers, what = _numbers(rest[does.end() :])
    topic = _TOPIC_LEAD.sub("", f"{what} ").strip()
    topic = "" if set(topic.split()) <= _FILLING else topic
    whom = Whom.ALL if _ALL.fullmatch(who) else Whom.NAMED
    return Asked(whom, "" if whom is Whom.ALL else who, numbers, topic, due, hour)


def _plain(text: str) -> str:
    said = re.sub(r"[!?;\"'“”]|[.](?=\s|$)|,(?=\s*$)", " ", fold(with_evenings(text)))
    said = re.sub(r"\s*,\s*", ", ", written_out(said))
    return " ".join(re.sub(r"\b(nv|viec) ?(?=\d)", r"\1 ", said).split())


def _due(words: str, now: datetime) -> tuple[date | None, time | None, str]:
    """The day by which, its hour where a clock was named, and the words without them."""
    found = moment_in(words, now)
    if found is None:
        return None, None, words
    before = _BY.sub("", words[: found.start].rstrip())
    hour = found.hour if _CLOCK_SAID.search(words[found.start : found.end]) else None
    return found.day, hour, " ".join(f"{before} {words[found.end :]}".split())


def _numbers(words: str) -> tuple[tuple[str, ...], str]:
    found = _NUMBERS.search(words)
    if found is None:
        return (), words
    return tuple(re.findall(r"\d[0-9a-z.]*", found["numbers"])), f"{words[: found.start()]} {words[found.end() :]}"


_EVERYONE = (
    r"(?:toan (?:co quan|the can bo|the co quan|the|xa|phuong|don vi)|tat ca (?:moi nguoi|can bo|co quan)|tat ca"
    r"|moi nguoi|ca co quan)(?: cong chuc| vien chuc| nguoi lao dong|,)*"
)
_ROLES = r"(?:(?:cac |tat ca (?:cac )?)?(?:truong phong|lanh dao phong|chuyen vien|lanh dao|can bo))"
_ANNOUNCES = re.compile(
    r"(?P<urgent>(?:khan(?: cap)?|hoa toc)[ ,:!]+)?(?:em |bot )?(?:gui |ra |phat |nhan )*thong bao"
    r"(?P<khan> (?:khan(?: cap)?|hoa toc))?(?: (?:cho|toi|den|gui|voi))*(?= )"
)
_PASSES_ON = re.compile(
    r"(?:(?:em|bot|ban|nho|hay|lam on|vui long|xin|giup(?: (?:toi|anh|chi))?) )*"
    r"(?:(?:bao(?: tin)?|nhan(?: tin| nhu| gui)?|pho bien|quan triet|truyen (?:dat|tin)|chuyen loi|loan(?: tin| bao)?"
    r"|thong tin|gui loi)(?: (?:lai|ngay|gap|nhanh|giup|ho|gium))* (?:cho|toi|den|voi|xuong)(?: (?:toi|den))?"
    r"|(?:bao|nhan)(?= (?:toan|ca|moi nguoi|cac|tat ca|phong|bo phan)\b)|(?P<bare>cho)) (?=\w)"
)
"""Other verbs that begin an announcement: they do where what is told follows a colon, or "that"."""
_GROUPS = rf"(?:{_EVERYONE}|{_ROLES}|(?:cac|toan|ca|phong|bo phan|anh em|anh chi em)\b.*)"
_THAT = re.compile(r" (?:la|rang) ")
_LEARNS = re.compile(r" (?:duoc |cung |deu )*(?:biet|ro|nam)(?: ro| duoc)?$")
_SENDS = re.compile(r"(?:gui|nhan(?: tin)?)(?: (?:tin|khan))?(?: (?:cho|toi|den))? (?=\w)")
_NO_AUDIENCE = re.compile(r"(?:so|ket luan|vua|gi|nao|ve|tuyen|khi|neu|toi|em|minh|cua|tren|nay|do|da|moi(?! nguoi))\b")
_FOR_THOSE = re.compile(rf"(?:{_EVERYONE}|{_ROLES})(?=\s)")
MOST_OF_AUDIENCE = 90


def read_announcement(text: str) -> Announced | None:
    """What the message wants announced and to whom; `text` is empty where it names only whom. None for any other."""
    typed = nfc(text).strip()
    folded = fold(typed)
    if len(folded) != len(typed):
        typed, folded = _aligned(typed)
    match = _ANNOUNCES.match(folded)
    is_named_so = match is not None
    if match is None and (passed := _PASSES_ON.match(folded)):
        return _passed_on(typed, folded, passed)
    if match is None:
        match = _SENDS.match(folded)
    if match is None:
        return None
    emergency = is_named_so and bool(match["urgent"] or match["khan"])
    start = match.end() + (len(folded[match.end() :]) - len(folded[match.end() :].lstrip()))
    head, colon, _ = folded[start:].partition(":")
    if _NO_AUDIENCE.match(folded[start:]):
        return None
    if colon and len(head) <= MOST_OF_AUDIENCE and "\n" not in head:
        told = typed[start + len(head) + 1 :].strip()
        audience = head.strip(" ,")
        return Announced(audience, told, emergency) if audience and _names_people(audience) else None
    if not is_named_so or folded.rstrip().endswith("?"):
        return None
    if whole := re.fullmatch(rf"(?:{_EVERYONE}|{_ROLES})", folded[start:].strip(" .,")):
        return Announced(whole[0], "", emergency)
    everyone = _FOR_THOSE.match(folded[start:])
    if everyone is None:
        return None
    return Announced(everyone[0], typed[start + everyone.end() :].strip(), emergency)


def _passed_on(typed: str, folded: str, begin: "re.Match[str]") -> Announced | None:
    """What is told behind a colon, or behind "that" where a group of people stands before it."""
    colon, that = folded.find(":", begin.end()), _THAT.search(folded, begin.end())
    if 0 <= colon <= begin.end() + MOST_OF_AUDIENCE and not folded[colon - 1].isdigit():
        end, told, must_be_group = colon, colon + 1, bool(begin["bare"])
    elif that is not None and that.start() <= begin.end() + MOST_OF_AUDIENCE:
        end, told, must_be_group = that.start(), that.end(), True
    else:
        return None
    said = folded[begin.end() : end].strip(" ,")
    audience, text = _LEARNS.sub("", said), typed[told:].strip()
    if must_be_group and not re.fullmatch(_GROUPS, audience):
        return None
    if not audience or not text or "\n" in audience or _NO_AUDIENCE.match(audience) or not _names_people(audience):
        return None
    # Who tells a superior how far a task is reports it.
    is_report = _NUMBERS.search(folded[told:]) is not None or (bool(begin["bare"]) and audience == said)
    return None if is_report else Announced(audience, text)


def _names_people(audience: str) -> bool:
    """False where what stands before the colon is a thing ("report of November")."""
    if re.fullmatch(r"(?:anh|chi|em|ban|co|chu|bac|ong|ba|anh chi|moi nguoi oi)(?: a| oi)?", audience):
        return False
    return re.match(r"(?:bao cao|anh chup|file|tep|so lieu|danh sach|nv|nhiem vu)\b", audience) is None


def _aligned(typed: str) -> tuple[str, str]:
    """The words on one letter each, typed and folded, for text whose folding changes its length."""
    read = sentence(typed)
    pairs = [(c, fold(c)[:1] or c) if c not in " \n" else (c, c) for c in read.said]
    return "".join(c for c, _ in pairs), "".join(f for _, f in pairs)
