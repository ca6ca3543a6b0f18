"""What is answered in a group: what everybody may read; the rest has one sentence that leads to the private chat."""

import texts
from domain.messages import Kind, Reply
from handlers.turn import Turn
from handlers.wording import office_words

_SILENT = frozenset(
    {Kind.STICKER, Kind.PHOTO, Kind.FILE, Kind.LOCATION, Kind.EDITED, Kind.OTHER, Kind.DELIVERED, Kind.SEEN}
)
"""What is no question, though it answers one of the bot's messages: nothing is said to it in a group."""


def says_nothing(turn: Turn) -> bool:
    """True for what is left without an answer in a group: pictures, stickers, a command the bot does not have."""
    return turn.incoming.kind in _SILENT


def only_calls(turn: Turn) -> bool:
    """True when somebody only said the bot's name."""
    return turn.incoming.kind is Kind.TEXT and not turn.text


async def say_who_it_is(turn: Turn) -> list[Reply]:
    """What the bot does in a group."""
    return [Reply(texts.say("greet.group", office=office_words(turn.office)))]


async def keep_silent(turn: Turn) -> list[Reply]:
    """Nothing: the message asked for nothing that the bot could do here."""
    turn.silent = True
    return []


def to_private_chat(turn: Turn, sentence: str) -> list[Reply]:
    """The sentence, with the way to the private chat where the app has one."""
    link = turn.incoming.private_link
    return [Reply(texts.say("groups.private_chat", sentence=sentence, link=link) if link else sentence)]
