"""Whether an answer to a reminder says that it was received."""

import re

from domain.shorthand import written_out
from domain.vietnamese import fold

LONGEST = 80

_OPENING = (
    r"(?:(?:da|vang|ok|oke|okay|uh|u|cam on|cam on (?:anh|chi|em|ban|bot)|toi|em|minh|anh|chi|tui|xin|roi"
    r"|dong y)[ ,]*)*"
)
_WHAT = (
    r"(?:(?: cac| nhung)?(?: loi| tin| muc)?(?: nhac viec| nhac| thong bao| thong tin| tin nhan| tin| noi dung| viec))"
)
_CLOSING = (
    r"(?:[ ,.]*(?:a|nhe|nha|roi|day|em|anh|chi|ban|bot|cam on|tks|thanks"
    r"|(?:va )?(?:em |toi |minh )?(?:se|xin) (?:thuc hien|lam|bao cao|trien khai|cap nhat|xu ly)"
    r"(?: ngay| sau| som| nhe| a)*))*[ .!]*"
)
_RECEIVED = re.compile(
    rf"{_OPENING}(?:(?:da )?(?:nhan|tiep nhan|tiep thu|nam|doc|xem|nghe|biet|hieu|ro|ghi nhan)"
    rf"(?: duoc| du| ro| bat)*{_WHAT}?(?: duoc)?|noted|ok nhan|ro){_CLOSING}"
)
_BARE = re.compile(
    r"(?:(?:ok|oke|okay|vang|da|u|uh|duoc|dong y|nhat tri|yes)[ ,]*)+(?:a|em|anh|chi|nhe|ban|roi| )*[ .!]*"
)


def says_received(text: str) -> bool:
    """True for "received", "understood" and a bare "yes", which answer a reminder that was just shown."""
    if "\n" in text.strip() or len(text) > LONGEST or text.rstrip().endswith("?"):
        return False
    return _RECEIVED.fullmatch(_plain(text)) is not None or says_yes(text)


def says_yes(text: str) -> bool:
    """True for a bare "yes", which may as well answer a card."""
    return _BARE.fullmatch(_plain(text)) is not None


def _plain(text: str) -> str:
    return " ".join(written_out(fold(text)).split())
