"""Colleagues of the real office who were just sent a message with reminders."""

from collections.abc import Sequence
from datetime import date

from domain.messages import Reply
from domain.notices import Notice, Subject, SubjectKind
from tests.handlers.real_office import RealOffice


async def remind(office: RealOffice, who: str, rules: Sequence[tuple[Subject, str, date]]) -> int:
    """One message with these notices reaches a colleague's chat; the id of the first of them."""
    person = office.people[who]
    notices = [
        Notice(office.office.id, person.id, subject, rule, occurrence, office.now)
        for subject, rule, occurrence in rules
    ]
    async with office.storage.writing() as records:
        await records.notices.open_many([(notice, office.now) for notice in notices], office.now)
        ids = [n.id for n in await records.notices.of_person(person.id, office.now) if n.notice in notices]
        row = await records.outbox.queue(
            channel="telegram",
            chat_id=who,
            reply=Reply("Nhắc việc."),
            key=f"notice:{ids[0]}",
            now=office.now,
            cause="notice:digest",
            office_id=office.office.id,
        )
        assert row is not None
        await records.notices.carry(ids, row, "telegram")
        await records.outbox.claim(office.now, 10, channels=["telegram"])
        await records.outbox.sent_many([(row, f"app-{row}")], office.now)
    return ids[0]


async def answered(office: RealOffice, who: str) -> None:
    """The bot has written something newer into the chat, as it does with every answer."""
    async with office.storage.writing() as records:
        row = await records.outbox.queue(
            channel="telegram", chat_id=who, reply=Reply("Vâng."), key=f"later:{who}", now=office.now, cause="reply"
        )
        assert row is not None
        await records.outbox.claim(office.now, 10, channels=["telegram"])
        await records.outbox.sent_many([(row, f"app-{row}")], office.now)


async def task(office: RealOffice, number: str, document: str = "08/KH-UBND") -> Subject:
    """A task of the office as what a notice is about."""
    return Subject(SubjectKind.TASK, await office.task_id(number, document))
