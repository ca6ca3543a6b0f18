"""What is asked of messages that were sent through the bot: how far they got, or to have one taken back."""

import re
from dataclasses import dataclass
from enum import StrEnum

from domain.shorthand import written_out
from domain.vietnamese import fold
from domain.word_classes import FILLING, OTHER, POLITE, Reading, WordClasses

LONGEST = 120


class ReceiptWish(StrEnum):
    """What is wanted: how far a call got, how far today's reminders got, or a call taken back."""

    STATE = "state"
    REMINDED = "reminded"
    WITHDRAW = "withdraw"


@dataclass(frozen=True, slots=True)
class AboutSent:
    """A wish about what was sent. `announcement` and `request` where the words say which of the two; `named` are the
    words left over, which name whom it went to or what it was about."""

    wish: ReceiptWish
    announcement: bool = False
    request: bool = False
    named: str = ""


_WORDS = WordClasses(
    {
        FILLING: f"""{POLITE}; da; duoc; nay; do; kia; cua; toi; minh; con; nhung; cac; danh sach; cho xem; chua;
            cho; den; boi; trong; moi; luc; khi; nop; bao cao; het; nua; co; nham; sai; bi; cho biet; roi; hien; khong;
            nguoi; noi dung""",
        OTHER: "bo phan",
        "request": """loi nhac; tin nhac; nhac; loi de nghi; yeu cau; nhac nho; yeu cau bao cao""",
        "reminders": "nhac viec; loi nhac viec; tin nhac viec",
        "announcement": "thong bao; ban thong bao; tin thong bao",
        "message": "tin; tin nhan; thong diep",
        "sent": "gui; phat; gui di; phat di; da gui",
        "last": """vua; vua roi; vua gui; vua nay; vua phat; moi gui; gan nhat; gan day; cuoi; cuoi cung; moi nhat;
            luc nay; ban nay; hoi nay; khi nay; luc sang; luc chieu; hoi sang; khan""",
        "today": "hom nay; sang nay; chieu nay; ngay hom nay",
        "who": """ai; nhung ai; con ai; co ai; nguoi nao; nhung nguoi nao; bao nhieu nguoi; may nguoi;
            bao nhieu; toi ai; den ai; nhung nguoi chua; nguoi chua; phong nao; don vi nao""",
        "got": """nhan; nhan duoc; tiep nhan; doc; xem; xac nhan; bam; bam nhan;
            da nhan; chua nhan; bao nhan; phan hoi; tra loi; hoi am; bam da nhan""",
        "whither": """den dau; toi dau; the nao; ra sao; sao roi; tinh hinh; toi ai; den ai; toi nhung ai;
            den nhung ai; toi dau roi; den dau roi""",
        "everyone": "moi nguoi; tat ca moi nguoi; toan bo moi nguoi",
        "back": "huy; huy bo; thu hoi; thu lai; rut; rut lai; go; go bo; xoa; xoa bo; bo; thoi khong; thoi dung",
    }
)
_WHETHER = re.compile(r" (?:chua|roi chua|het chua)(?: (?:a|em|vay|the|nhi|bot))*$")
_OF_THE_DAY = re.compile(
    r"(?:tinh hinh |nhan |xem )*nhac viec (?:hom nay|sang nay)|(?:xem )?tinh hinh (?:nhan )?nhac viec"
)
_DONE_ALREADY = re.compile(r"\b(?:da|dang|se) (?:bi )?(?:huy|thu hoi|thu lai|rut|go|xoa|bo)\b")


def read_receipt_words(text: str) -> AboutSent | None:
    """The wish about what was sent; None for any other message."""
    if len(text) > LONGEST or "\n" in text.strip():
        return None
    said = _plain(text)
    read = _WORDS.read(said)
    wish = _wish(said, read)
    if wish is None or re.search(r"\d", said):
        return None
    is_announcement = read.has("announcement")
    return AboutSent(wish, is_announcement, read.has_any("request", "reminders") and not is_announcement, read.rest)


def _wish(said: str, read: Reading) -> ReceiptWish | None:
    is_message = read.has_any("request", "reminders", "announcement", "message")
    if read.has("back"):
        return ReceiptWish.WITHDRAW if is_message and not _DONE_ALREADY.search(said) else None
    if _OF_THE_DAY.fullmatch(said):
        return ReceiptWish.REMINDED
    asks = read.has("who") or _WHETHER.search(said) is not None
    if not is_message:
        return ReceiptWish.STATE if read.has("who", "got") and not read.rest else None
    of_the_day = read.has("reminders") or read.has("request", "today")
    if of_the_day and not read.has_any("last", "announcement") and (asks or read.has("whither")):
        return ReceiptWish.REMINDED
    arrived = read.has_any("got", "sent", "last")
    return ReceiptWish.STATE if (asks and arrived) or (read.has("whither") and arrived) else None


def _plain(text: str) -> str:
    return " ".join(re.sub(r"[,;:?!.\"“”]", " ", written_out(fold(text))).split())
