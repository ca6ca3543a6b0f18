"""What is said in chat to turn the bot off, with why and until when, and on again."""

import re
from dataclasses import dataclass
from datetime import datetime, time

from domain.clock import at_local
from domain.moments import moment_in
from domain.vietnamese import fold, nfc

_BOT = r"(?:con )?(?:bot|tro ly(?: ao)?|he thong tro ly|kenh tro ly)"
_OFF = re.compile(
    rf"(?:(?:hay |xin |nho |cho )*(?:tam )?(?:tat|ngung|dung|tam dung|tam ngung)(?: hoat dong)?(?: cua)? {_BOT}\b"
    rf"|cho {_BOT} (?:tam )?(?:nghi|dung|ngung)\b)"
    r"(?: (?:di|nhe|a|luon|ngay|tam thoi|tu bay gio|tu gio|giup|ho|toi|em|anh|chi|minh)\b)*"
)
_ON = re.compile(
    rf"(?:hay |xin |cho )*(?:bat|mo|khoi dong)(?: lai)?(?: hoat dong)?(?: cua)? {_BOT}(?: lai| len| hoat dong)*"
    r"(?: (?:di|nhe|a|len|giup|ho|toi|em|anh|chi|minh|nao|voi))*[ .!]*"
)
_ASKS = re.compile(
    rf"(?:xem )?(?:lich su|nhat ky)(?: cac lan)?(?: bat,? tat| tat,? bat| tat| bat)(?: cua)? {_BOT}[ .?!]*"
    rf"|{_BOT} (?:dang|co dang|con)(?: duoc| bi)? (?:tat|bat|hoat dong)(?: hay (?:tat|bat|khong))?(?: khong)?[ .?!]*"
)
_WHY = re.compile(r"^[ ,:.-]*(?:(?:voi )?(?:ly do|do|vi|boi vi)(?: la)?\b[ :,-]*)?")
_UNTIL = re.compile(r"^[ ,]*(?:cho )?(?:den|toi) (?P<when>.+?)(?=(?: |,)(?:vi|do|voi ly do|ly do|boi vi)\b|[:,]|$)")


@dataclass(frozen=True, slots=True)
class SwitchedOff:
    """A wish to turn the bot off; `reason` is empty where none was named."""

    reason: str
    until: datetime | None = None


def read_off(text: str, now: datetime) -> SwitchedOff | None:
    """The wish in the words, or None; what follows "because" is kept as it was typed."""
    typed = " ".join(nfc(text).split())
    folded = fold(typed)
    match = _OFF.match(folded)
    if match is None or len(folded) != len(typed) or folded.endswith("?"):
        return None
    start, until = match.end(), None
    if found := _UNTIL.match(folded[start:]):
        said = moment_in(found["when"], now)
        if said is None:
            return None
        until = at_local(said.day, said.hour or time(8))
        start += found.end()
    rest = folded[start:]
    why = _WHY.match(rest)
    begin = start + (why.end() if why else 0)
    reason = typed[begin:].strip(" .,")
    is_because = why is not None and bool(why[0].strip(" ,:.-"))
    # "tat bot" followed by other words is something else, such as a question about it.
    if reason and not is_because and not rest.lstrip().startswith((":", ",", "-")):
        return None
    return SwitchedOff(reason[:1].upper() + reason[1:], until)


def wants_on(text: str) -> bool:
    """True for "bat lai bot"."""
    return _ON.fullmatch(fold(text)) is not None


def asks_history(text: str) -> bool:
    """True for a question whether the bot is off, and when it was."""
    return _ASKS.fullmatch(fold(text)) is not None
