"""Words by which people decide on a card: yes, correct it, no."""

import re

from handlers.memory import BUTTONS
from handlers.turn import Turn

_CLOSING = r"( a| nhe| giup (toi|em))?[ .!]*"
WORDS = {
    "yes": re.compile(rf"(toi )?(xac nhan|dong y|dung roi|ghi di|ghi nhan|chinh xac)( (tat )?ca( \d)?)?{_CLOSING}"),
    "edit": re.compile(rf"(toi muon )?(sua|sua lai|chinh lai|chua dung|sai roi|sua bao cao){_CLOSING}"),
    "no": re.compile(rf"(toi muon )?(huy|huy bo|huy bao cao|bo di|khong ghi( nua)?){_CLOSING}"),
}
# Words that also close a talk: they decide only while the card itself is the last thing shown.
_SHORT = {
    "yes": re.compile(r"(ok|oke|okay|vang|da|u|uh|co|dung|duoc|yes|y|chuan)( a| em| ban)?[ .!]*"),
    "no": re.compile(r"(khong|thoi|no|ko|k)( a| em| ban)?[ .!]*"),
    "edit": re.compile(r"(sai)( a| em| ban)?[ .!]*"),
}


def decision_in(typed: str, *, card_is_last: bool) -> str:
    """What folded words decide of a card: "yes", "edit", "no" or nothing."""
    patterns = [WORDS, _SHORT] if card_is_last else [WORDS]
    return next((d for words in patterns for d, pattern in words.items() if pattern.fullmatch(typed)), "")


def card_is_last(turn: Turn, action: str) -> bool:
    """True while the card whose first button has this action is the last thing that was offered."""
    offered = turn.memory.get(BUTTONS, ())
    return bool(offered) and str(offered[0][1]).startswith(action)
