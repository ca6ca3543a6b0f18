"""What follows from a person's doing anything in a chat: it may be written to again."""

from collections.abc import Sequence

from domain.contacts import Heard
from storage import Repositories


async def note_heard(records: Repositories, heard: Sequence[Heard]) -> None:
    """Note when these chats were heard; what was held for them goes out, before the replies queued after this."""
    await records.contacts.heard_many(heard)
    for moment in {each.at for each in heard}:
        await records.held.release({(each.channel, each.chat_id) for each in heard if each.at == moment}, moment)
