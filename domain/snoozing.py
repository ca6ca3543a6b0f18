"""What a message puts off: which reminders, until when; or that reminders are wanted as usual again."""

import re
from dataclasses import dataclass
from datetime import datetime

from domain.moments import Said, moment_in, with_evenings
from domain.shorthand import written_out
from domain.vietnamese import fold

LONGEST = 140
"""A wish to be reminded later is one line."""


@dataclass(frozen=True, slots=True)
class Wish:
    """Reminders put off, or taken up again (`ends`). `number` is a task's; `everything` where all are meant."""

    number: str = ""
    everything: bool = False
    when: Said | None = None
    ends: bool = False


_TASK = re.compile(
    r"\b(?:cac )?(?:nhiem vu|nv|viec|dau viec|cong viec) (?:so )?(?P<number>\d{1,3}(?:\.[0-9a-z]{1,3})*[a-z]?|[ivx]+)\b"
    r"(?![/%])"
)
_ENDS = re.compile(
    r"nhac (?:lai )?(?:toi |em |minh |anh |chi )?(?:nhu )?(?:binh thuong|cu|thuong le|thuong|truoc)"
    r"|(?:bo|huy|xoa|ket thuc|khong|thoi khong|thoi)(?: viec)? (?:tam (?:hoan|dung|ngung)|hoan)(?: cac| loi| viec)*"
    r" nhac(?: nua)?|tiep tuc nhac|(?:bat|mo)(?: lai)? (?:loi |viec |che do )*nhac"
)
_PUTS_OFF = re.compile(
    r"(?:tam )?(?:hoan|dung|ngung|khoan|tat|lui|doi)(?: lai)?"
    r"(?: (?:cac|moi|nhung|tat ca|loi|viec|tin|su|nhan|gui))* nhac"
    r"|(?:dung|khong|chua|khoi)(?: can)? nhac|tam (?:dung|ngung|hoan) nhac"
)
_STOPS = re.compile(r"(?:tam|dung|ngung|tat|moi|tat ca|cac loi)\b")
_AGAIN = re.compile(r"nhac lai|(?:hay|hang|moi|roi|se|de) nhac|nhac (?:toi|em|minh|anh|chi)\b|nhac$|nhac <")
_ASKS = re.compile(r"^(?:ai|khi nao|bao gio|sao) |\b(?:hang|moi) (?:ngay|tuan|thang|sang|chieu)\b")
_BECAUSE = re.compile(
    r"^(?:toi|em|minh|tui)? ?(?:(?:dang|phai|bi|se|sap|xin) )*"
    r"(?:ban hop|ban viec|ban|hop|nghi phep|nghi om|om|di cong tac|cong tac|di hoc|di vang|vang mat)"
    r"(?: (?:o|tai) (?:xa|huyen|tinh|so))?(?: (?:roi|qua|nen|den|toi|tu)(?= ))*(?= .*\bnhac\b) "
)
"""Why somebody wants to hear later, before the wish itself."""
_SAY_AGAIN = re.compile(r"\b(?:bao|goi|nhan)(?: cho)? lai\b")
_KNOWN_WORDS = """
    nhac lai hoan tam dung ngung khoan tat lui doi de chua can khong khoi hay hang moi roi se thi va vao luc den toi
    tu ve voi cho giup gium ho xin vui long lam on bot oi a ah nhe nha nghe nhen ha di da vang ok oke u uh the vay nay
    do em anh chi minh tui ban co chu bac viec loi tin cac nhung tat ca het nua sang duoc dc luon thoi ngay trong hom
    bay gio qua dang mac chut ti bo huy tiep tuc bat mo xoa ket thuc nhu binh thuong cu truoc che do nhiem vu nv thong
    bao chac la sau muon dum giup may nho cua nhan gui tao khi
"""
_KNOWN = frozenset(_KNOWN_WORDS.split())
_HOUR_ALONE = re.compile(r"(?:vao |luc )*\d{1,2} ?(?:h|g|gio|:) ?(?:\d{2}|ruoi)?(?: (?:sang|trua|chieu|toi|dem))?")
_OWN_REPORT = re.compile(r"\bnhac (?:toi|em|minh|tui)\b.*")
_OF_REPORTS = frozenset({"bao", "cao", "nop", "gui", "lam", "cap", "nhat", "tien"})


def read_wish(text: str, now: datetime) -> Wish | None:
    """The wish to be reminded later, or as usual again; None for any other message."""
    if len(text) > LONGEST or "\n" in text.strip():
        return None
    said = _SAY_AGAIN.sub(r"nhac lai", _BECAUSE.sub("", _plain(text)))
    if "nhac" not in said.split() or _ASKS.search(said):
        return None
    number, words = "", said
    if task := _TASK.search(said):
        number, words = task["number"], _cut(said, task.start(), task.end(), "<n>")
    if _ENDS.search(words) and _is_known(words.replace("<n>", "")):
        return Wish(number, everything=not number, ends=True)
    when = moment_in(words, now)
    if (
        when is not None
        and not number
        and _HOUR_ALONE.fullmatch(words[when.start : when.end])
        and "nhac lai" not in words
    ):
        # "Remind me at nine" names the hour the person prefers on every day.
        return None
    if when is not None:
        words = _cut(words, when.start, when.end, "<t>")
    if not _is_known(re.sub(r"<[nt]>", "", words)):
        return None
    puts_off = _PUTS_OFF.search(words) is not None
    if when is None:
        # "Nhac lai" alone asks to hear something once more.
        return Wish(number, everything=not number) if puts_off else None
    if puts_off:
        return Wish(number, not number and _STOPS.search(words) is not None, when)
    if _AGAIN.search(words) or words.endswith("nhac"):
        return Wish(number, when=when)
    return None


def _plain(text: str) -> str:
    said = re.sub(r"[!?;\"'“”]|[,.](?=\s|$)", " ", fold(with_evenings(text)))
    said = re.sub(r"\b(nv|viec) ?(?=\d)", r"\1 ", written_out(said))
    return " ".join(said.split())


def _cut(words: str, start: int, end: int, mark: str) -> str:
    return " ".join(f"{words[:start]} {mark} {words[end:]}".split())


def _is_known(words: str) -> bool:
    tokens = set(words.split())
    if _OWN_REPORT.search(words):
        tokens -= _OF_REPORTS
    return tokens <= _KNOWN
