"""Photos that were sent in one go, in apps that hand them on one by one without a word that they belong together."""

from dataclasses import replace
from datetime import datetime, timedelta

from domain.channels import HAND_ON_ONE_BY_ONE
from domain.messages import Incoming, Kind
from handlers.turn import Turn

ALBUM = "album"
WITHIN = timedelta(seconds=10)
"""A photo without words that comes so soon after another, with nothing said between, belongs to it."""


def with_album(turn: Turn) -> Incoming:
    """The message; a photo of such an app carries the album that it begins or goes on with."""
    incoming = turn.incoming
    if incoming.channel not in HAND_ON_ONE_BY_ONE or incoming.in_group or incoming.album:
        return incoming
    name, last = turn.memory.pop(ALBUM, ("", ""))
    if incoming.kind is not Kind.PHOTO:
        return incoming
    at = incoming.sent_at or turn.now
    goes_on = bool(name) and not incoming.text and abs(at - datetime.fromisoformat(last)) <= WITHIN
    album = name if goes_on else f"{incoming.chat_id}:{incoming.update_id}"
    turn.memory[ALBUM] = [album, at.isoformat()]
    return replace(incoming, album=album)
