"""Keeps office business out of groups and away from strangers; asked by every errand that shows it."""

import texts
from domain.messages import Reply
from domain.people import Person
from handlers.turn import Turn
from handlers.wording import help_button, office_words


def staff_alone(turn: Turn, refusal: str) -> Person | list[Reply]:
    """The member of staff speaking in their private chat, or the reply that refuses; strangers get `refusal`."""
    if turn.incoming.in_group:
        return [Reply(texts.say("errors.private_only"))]
    if turn.person is None or not turn.person.active or not turn.person.role.is_staff:
        return [Reply(texts.say(refusal, office=office_words(turn.office)), (help_button(),))]
    return turn.person
