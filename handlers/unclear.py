"""A yes or a no that no card takes while several wait: asked back, never guessed."""

import texts
from domain.messages import Kind, Reply
from domain.vietnamese import fold
from handlers.deciding import decision_in
from handlers.turn import Turn
from handlers.waiting import open_matters


def is_unclear(turn: Turn) -> bool:
    """True for a word of decision that what was shown last did not take, while several things wait."""
    if turn.incoming.kind is not Kind.TEXT or not decision_in(fold(turn.text), card_is_last=False):
        return False
    return bool(open_matters(turn))


async def ask_which(turn: Turn) -> list[Reply]:
    """That nothing was done, because it is not clear what the word is for; the reminders below are the choice."""
    return [Reply(texts.say("waiting.which"))]
