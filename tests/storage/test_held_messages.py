"""What waits for a closed chat, what its notices do, and what an app tells of a message, on both databases."""

from datetime import date, timedelta

from domain.contacts import Heard
from domain.deadlines import Deadline, DeadlineKind
from domain.message_templates import MessageTemplate, Parameter
from domain.messages import Priority, Reply, Template
from domain.notices import Notice, NoticeStatus, Subject, SubjectKind
from domain.tasks import Task
from storage import OutboxRow, Repositories, Storage
from storage.held_messages import HELD_FOR, NEVER_HEARD
from tests.storage.conftest import NOW, Ward

OA = ["zalo-oa"]
LATER = NOW + timedelta(hours=1)
DUE = date(2026, 6, 8)


async def _say(records: Repositories, key: str, chat: str = "lan", reply: Reply | None = None) -> int:
    row_id = await records.outbox.queue(
        channel="zalo-oa", chat_id=chat, reply=reply or Reply(key), key=key, now=NOW, cause="told", said_by_id=7
    )
    assert row_id is not None
    return row_id


async def _claim(records: Repositories, now: object = NOW) -> list[OutboxRow]:
    return await records.outbox.claim(now, 9, channels=OA, sender="s")  # type: ignore[arg-type]


async def _notice(records: Repositories, ward: Ward, *keys: str) -> int:
    """A notice carried by the last of these messages; its number."""
    task = await records.register.add_task(Task(0, ward.office.id, "4", "x", Deadline(DeadlineKind.DATE, DUE)))
    notice = Notice(ward.office.id, ward.person.id, Subject(SubjectKind.TASK, task.id), "before_7", DUE, NOW)
    await records.notices.open_many([(notice, NOW)], NOW)
    rows = [await _say(records, key) for key in keys]
    (row,) = await records.notices.pending(ward.office.id)
    await records.notices.carry([row.id], rows[-1], "zalo-oa")
    return row.id


async def test_what_is_said_to_a_closed_chat_waits_and_goes_out_first_when_it_is_heard(storage: Storage) -> None:
    async with storage.writing() as records:
        for key in ("one", "two", "three"):
            await _say(records, key)
        await _say(records, "other", "hue")
        first, other = await _claim(records)
        held = await records.held.close(first, "-230", NOW, LATER, sender="s")
        assert [(message.key, message.said_by_id) for message in held] == [("one", 7), ("two", 7), ("three", 7)]
        await records.outbox.sent_many([(other.id, "m")], NOW, sender="s")
        assert await _claim(records, NOW + HELD_FOR) == []
        assert await records.outbox.next_due() is None
        assert (await records.outbox.counts())["held"] == 3
    async with storage.writing() as records:
        await records.contacts.heard_many([Heard("zalo-oa", "lan", "lan", LATER)])
        assert await records.held.release([("zalo-oa", "lan")], LATER) == 3
        await _say(records, "reply")
        said = []
        while rows := await _claim(records, LATER):
            said += [row.reply.text for row in rows]
            await records.outbox.sent_many([(row.id, row.key) for row in rows], LATER, sender="s")
    assert said == ["one", "two", "three", "reply"]


async def test_a_notice_looks_for_another_account_and_its_account_stays_reachable(storage: Storage, ward: Ward) -> None:
    async with storage.writing() as records:
        await records.people.bind(ward.person.id, "zalo-oa", "lan", "lan")
        notice_id = await _notice(records, ward, "notices:1:2026-06-01:0:0", "notices:1:2026-06-01:0:1")
        told = await _say(records, "told")
        (row,) = await _claim(records)
        held = await records.held.close(row, "-230", NOW, LATER, sender="s")
        assert [message.id for message in held] == [told]
        found = await records.notices.get(notice_id)
        assert found is not None and (found.status, found.message, found.reason) == (NoticeStatus.PENDING, None, "")
        counts = await records.outbox.counts()
        assert (counts["failed"], counts["cancelled"], counts["held"]) == (1, 1, 1)
        assert [account.reachable for account in await records.people.accounts(ward.person.id)] == [True]


async def test_who_wrote_while_the_message_was_on_its_way_is_written_to_again(storage: Storage) -> None:
    async with storage.writing() as records:
        await _say(records, "one")
        (row,) = await _claim(records)
        await records.contacts.heard_many([Heard("zalo-oa", "lan", "lan", LATER)])
        assert await records.held.close(row, "-230", NOW, LATER, sender="s") == []
        assert [again.key for again in await _claim(records, LATER)] == ["one"]


async def test_who_lost_the_row_says_nothing_of_it(storage: Storage) -> None:
    async with storage.writing() as records:
        await _say(records, "one")
        (row,) = await _claim(records)
        assert await records.held.close(row, "-230", NOW, LATER, sender="another") == []
        await records.held.refuse_template(row, "-131", LATER, sender="another")
        assert (await records.outbox.counts())["sending"] == 1


async def test_what_may_have_arrived_stays_in_doubt_while_it_is_held(storage: Storage) -> None:
    async with storage.writing() as records:
        row_id = await _say(records, "one")
        (row,) = await _claim(records)
        await records.outbox.unknown(row_id, NOW, "no answer", sender="s")
        (row,) = await _claim(records)
        await records.held.close(row, "-230", NOW, LATER, sender="s")
        await records.held.release([("zalo-oa", "lan")], LATER)
        (row,) = await _claim(records, LATER)
        assert row.maybe_duplicate


async def test_after_a_month_it_fails(storage: Storage) -> None:
    async with storage.writing() as records:
        await _say(records, "one")
        (row,) = await _claim(records)
        await records.held.close(row, "-230", NOW, NOW, sender="s")
        assert await records.held.expire(NOW + HELD_FOR - timedelta(seconds=1)) == []
        assert [message.key for message in await records.held.expire(NOW + HELD_FOR)] == ["one"]
        assert (await records.outbox.counts())["failed"] == 1
        assert NEVER_HEARD == "never_heard"


async def test_a_template_refused_fails_and_its_notices_go_another_way(storage: Storage, ward: Ward) -> None:
    template = Reply("Nhắc", template=Template("reminder", (("a", "b"),), template_id="9"))
    async with storage.writing() as records:
        notice_id = await _notice(records, ward, "first")
        await records.outbox.cancel("first")
        row_id = await _say(records, "notices:1:2026-06-01:1:0", reply=template)
        await records.notices.carry([notice_id], row_id, "zalo-oa")
        (row,) = await _claim(records)
        assert row.reply == template
        await records.held.refuse_template(row, "-131", LATER, sender="s")
        found = await records.notices.get(notice_id)
        assert found is not None and found.status is NoticeStatus.PENDING and found.message is None
        contact = (await records.contacts.of([("zalo-oa", "lan")]))["zalo-oa", "lan"]
        assert contact.template_refused_at == LATER and contact.closed_at is None


async def test_a_template_waits_for_no_closed_chat(storage: Storage) -> None:
    async with storage.writing() as records:
        await _say(records, "one")
        await _say(records, "two", reply=Reply("x", template=Template("case", ())))
        (row,) = await _claim(records)
        held = await records.held.close(row, "-230", NOW, LATER, sender="s")
        assert [message.key for message in held] == ["one"]
        assert [free.key for free in await _claim(records)] == ["two"]


async def test_a_wait_for_the_whole_app_is_no_try(storage: Storage) -> None:
    async with storage.writing() as records:
        row_id = await _say(records, "one")
        for _ in range(3):
            (row,) = await _claim(records)
            assert row.attempts == 1
            await records.outbox.wait(row_id, NOW, "quota", sender="s")
        assert row.priority == Priority.REPLY


async def test_what_the_app_tells_of_a_message_is_kept_once(storage: Storage, ward: Ward) -> None:
    async with storage.writing() as records:
        notice_id = await _notice(records, ward, "notices:1:2026-06-01:0:0")
        (row,) = await _claim(records)
        assert await records.receipts.delivered("zalo-oa", "lan", "m1", NOW) is False
        await records.outbox.sent_many([(row.id, "m1")], NOW, sender="s")
        assert await records.receipts.delivered("telegram", "lan", "m1", NOW) is False
        assert await records.receipts.delivered("zalo-oa", "+84900000000", "m1", NOW) is True
        assert await records.receipts.seen("zalo-oa", "lan", "m1", LATER) is True
        assert await records.receipts.seen("zalo-oa", "lan", "m1", LATER + timedelta(hours=1)) is True
        assert await records.receipts.seen("zalo-oa", "lan", "", LATER) is False
        found = await records.notices.get(notice_id)
    assert found is not None and (found.delivered_at, found.seen_at) == (NOW, LATER)


async def test_an_office_has_one_template_for_each_purpose(storage: Storage, ward: Ward) -> None:
    def template(number: str, status: str = "ENABLE") -> MessageTemplate:
        name = Parameter("ten", most=20)
        return MessageTemplate(
            ward.office.id, "zalo-oa", "reminder", number, (("ten", "person"),), (name,), status, NOW
        )

    async with storage.writing() as records:
        await records.message_templates.put(template("1"))
        await records.message_templates.put(template("2"))
        await records.message_templates.checked(template("1"), "REJECT", LATER)
        assert list(await records.message_templates.of_office(ward.office.id)) == [template("2")]
        await records.message_templates.checked(template("2"), "DISABLE", NOW)
        assert list(await records.message_templates.of_office(ward.office.id)) == [template("2", "DISABLE")]
        assert await records.message_templates.remove(template("1")) is False
        assert await records.message_templates.remove(template("2")) is True
        assert list(await records.message_templates.of_office(ward.office.id)) == []
