"""Says what to do instead when a message cannot be used: a sticker, an empty or endless text, an unknown command."""

import texts
from domain.channels import ZALO_BOT
from domain.messages import Kind, Reply
from handlers.turn import Turn
from handlers.wording import help_button

LONGEST = 2000
"""Characters of one message we read. The longest question of the test sets has under 300; a report under 500."""

_UNUSABLE = {
    Kind.STICKER: "errors.sticker",
    Kind.PHOTO: "errors.photo",
    Kind.FILE: "errors.file",
    Kind.VOICE: "errors.voice",
    Kind.LOCATION: "errors.location",
    Kind.EDITED: "errors.edited",
    Kind.OTHER: "errors.unreadable",
}


def has_left(turn: Turn) -> bool:
    """True when the person blocked the bot or removed it: there is nobody to answer."""
    return turn.incoming.kind is Kind.LEFT


def is_unusable(turn: Turn) -> bool:
    """True for a kind of message that is not read."""
    return turn.incoming.kind in _UNUSABLE


def is_empty(turn: Turn) -> bool:
    """True for a text of white space only, and for a button without an action."""
    return not turn.text and not turn.action


def is_too_long(turn: Turn) -> bool:
    """True for a text longer than what is read at once."""
    return len(turn.text) > LONGEST


def is_unknown_command(turn: Turn) -> bool:
    """True for a slash command that no errand took."""
    return turn.incoming.kind is Kind.TEXT and turn.text.startswith("/")


def is_old_button(turn: Turn) -> bool:
    """True for a button's action that no errand took: from an older version, or forged."""
    return turn.incoming.kind is Kind.ACTION


async def keep_silent(turn: Turn) -> list[Reply]:
    """Nothing: the only messages left without an answer are those nobody would receive."""
    return []


async def explain_kind(turn: Turn) -> list[Reply]:
    """That this kind of message is not read, and what to send instead."""
    if turn.incoming.kind is Kind.OTHER and turn.incoming.channel == ZALO_BOT:
        # Zalo tells a bot that a file, a link or a card came, and nothing of what it was.
        return [Reply(texts.say("errors.not_passed_on"))]
    return [Reply(texts.say(_UNUSABLE[turn.incoming.kind]))]


async def explain_empty(turn: Turn) -> list[Reply]:
    """That the message holds nothing."""
    return [Reply(texts.say("errors.empty"), (help_button(),))]


async def explain_length(turn: Turn) -> list[Reply]:
    """How long a message may be."""
    length = f"{len(turn.text):,}".replace(",", ".")
    limit = f"{LONGEST:,}".replace(",", ".")
    return [Reply(texts.say("errors.too_long", length=length, limit=limit))]


async def explain_command(turn: Turn) -> list[Reply]:
    """That there is no such command."""
    command = turn.text.split()[0][:32]
    return [Reply(texts.say("errors.unknown_command", command=command), (help_button(),))]


async def explain_button(turn: Turn) -> list[Reply]:
    """That the button is no longer of use."""
    return [Reply(texts.say("errors.old_button"), (help_button(),))]
