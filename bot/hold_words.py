"""Why an app carries nothing, as an administrator reads it: an app's own answer is English, or no sentence at all."""

import re

import texts
from bot.channels.zalo_oa_errors import USED_UP
from domain.channel_holds import FOR_TOKENS

_NUMBER = re.compile(r"(?<![\w.])-\d{2,5}(?!\d)")
_REFUSED = ("token", "unauthorized", "401")


def hold_words(reason: str) -> str:
    """What keeps the app from carrying anything, by the answer that was kept; without a full stop."""
    said = reason.lower()
    if said.startswith(FOR_TOKENS):
        return texts.say("undelivered.why.consent")
    found = _NUMBER.search(said)
    number = int(found[0]) if found else 0
    if number in USED_UP or "quota" in said:
        return texts.say("undelivered.why.quota")
    if any(sign in said for sign in _REFUSED):
        return texts.say("undelivered.why.token")
    if number:
        return texts.say("undelivered.why.number", number=number)
    return texts.say("undelivered.why.unknown")
