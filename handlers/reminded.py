"""What a message answers of the reminders a person was sent."""

from domain.notices import LedgerNotice, NoticeStatus
from domain.people import Person
from domain.ports import Records
from handlers.turn import Turn

REACHED = (NoticeStatus.SENT, NoticeStatus.SENDING, NoticeStatus.UNKNOWN)
"""What a person may have read."""


async def reminded_of(turn: Turn, person: Person, records: Records) -> list[LedgerNotice]:
    """What the message reminded of that this one answers, or the last thing shown in this chat; else nothing."""
    incoming = turn.incoming
    if incoming.reply_to:
        found = await records.notices.shown_as(incoming.channel, incoming.chat_id, incoming.reply_to)
    else:
        found = await records.notices.last_shown(incoming.channel, incoming.chat_id)
    return [n for n in found if n.notice.person_id == person.id and n.status in REACHED]
