"""A reply in the parts that a channel can carry."""

import texts
from domain.messages import Reply, numbered, split, utf16_length
from domain.ports import Limits


def labelled(reply: Reply) -> Reply:
    """The reply with a line that says it may have arrived before."""
    return reply.with_text(f"{texts.say('errors.maybe_duplicate')}\n{reply.text}")


def fit(reply: Reply, limits: Limits) -> list[Reply]:
    """The reply in the parts a channel can carry; choices and files go with the last one."""
    shaped = reply if limits.has_buttons else numbered(reply, texts.say("errors.choice_line"))
    # Room is left for the line that says it may be a second copy.
    room = limits.text_units - utf16_length(labelled(Reply("")).text)
    lines = split(shaped.text, limits.text_units if utf16_length(shaped.text) <= room else room)
    if not lines:
        return [shaped] if shaped.files or shaped.pictures else []
    return [*(Reply(line) for line in lines[:-1]), shaped.with_text(lines[-1])]
