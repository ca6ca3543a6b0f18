"""Replies leave in order, once, and a crash loses none."""

import asyncio
from datetime import date, timedelta

import pytest
from sqlalchemy import update

from domain.deadlines import Deadline, DeadlineKind
from domain.messages import Attachment, Button, Priority, Reply
from domain.notices import Notice, Subject, SubjectKind
from domain.tasks import Task
from storage import OutboxRow, Queued, Repositories, Storage, tables
from storage.outbox import MOST_CUTS
from tests.storage.conftest import NOW, Ward

CHANNELS = ("telegram", "web")
LATER = NOW + timedelta(seconds=30)


async def _say(records: Repositories, chat_id: str, text: str, channel: str = "telegram") -> int:
    queued = await records.outbox.queue(
        channel=channel, chat_id=chat_id, reply=Reply(text), key=f"{channel}/{chat_id}/{text}", now=NOW, cause="test"
    )
    assert queued is not None
    return queued


def _texts(rows: list[OutboxRow]) -> list[str]:
    return [row.reply.text for row in rows]


async def test_a_reply_with_one_key_is_queued_once(storage: Storage) -> None:
    async with storage.writing() as records:
        first = await records.outbox.queue(
            channel="web", chat_id="1", reply=Reply("A"), key="k", now=NOW, cause="update 1"
        )
        again = await records.outbox.queue(
            channel="web", chat_id="1", reply=Reply("B"), key="k", now=NOW, cause="update 1"
        )
        rows = await records.outbox.claim(NOW, 10, (), CHANNELS)
    assert first is not None and again is None
    assert _texts(rows) == ["A"]


async def test_a_reply_comes_out_as_it_went_in(storage: Storage) -> None:
    reply = Reply(
        "Báo cáo tháng \ud800\x00🌾",
        (Button("Đúng", "yes"), Button("Sai", "no")),
        (Attachment("báo cáo.xlsx", "application/vnd.ms-excel", bytes(range(256))),),
        (Attachment("a.png", "image/png", b""),),
        asks_phone=True,
    )
    async with storage.writing() as records:
        row_id = await records.outbox.queue(
            channel="web", chat_id="1", reply=reply, key="k", now=NOW, cause="c", office_id=None
        )
        (row,) = await records.outbox.claim(NOW, 10, (), CHANNELS)
    assert row == OutboxRow(
        id=row_id or 0, channel="web", chat_id="1", reply=reply, attempts=1, maybe_duplicate=False, unanswered=False,
        cause="c", key="k", priority=0, office_id=None, queued_at=NOW,
    )  # fmt: skip


async def test_only_the_first_unfinished_reply_of_each_chat_goes_out(storage: Storage) -> None:
    async with storage.writing() as records:
        for text in ("a1", "a2", "a3"):
            await _say(records, "a", text)
        await _say(records, "b", "b1")
    async with storage.writing() as records:
        first = await records.outbox.claim(NOW, 10, (), CHANNELS)
        assert _texts(first) == ["a1", "b1"]
        assert await records.outbox.claim(NOW, 10, (), CHANNELS) == []
        await records.outbox.sent_many([(first[0].id, "m1")], NOW)
        second = await records.outbox.claim(NOW, 10, (), CHANNELS)
        assert _texts(second) == ["a2"]


async def test_a_reply_waiting_for_its_next_try_holds_back_those_behind_it(storage: Storage) -> None:
    async with storage.writing() as records:
        await _say(records, "a", "a1")
        await _say(records, "a", "a2")
        (row,) = await records.outbox.claim(NOW, 10, (), CHANNELS)
        await records.outbox.retry(row.id, LATER, "429")
    async with storage.writing() as records:
        assert await records.outbox.claim(NOW, 10, (), CHANNELS) == []
        assert await records.outbox.next_due() == LATER
        (row,) = await records.outbox.claim(LATER, 10, (), CHANNELS)
    assert (row.reply.text, row.attempts, row.maybe_duplicate) == ("a1", 2, False)


async def test_a_reply_that_failed_for_good_lets_the_next_one_go(storage: Storage) -> None:
    async with storage.writing() as records:
        await _say(records, "a", "a1")
        await _say(records, "a", "a2")
        (row,) = await records.outbox.claim(NOW, 10, (), CHANNELS)
        await records.outbox.failed(row.id, "text is empty")
        assert _texts(await records.outbox.claim(NOW, 10, (), CHANNELS)) == ["a2"]


async def test_busy_chats_and_other_channels_are_passed_over(storage: Storage) -> None:
    async with storage.writing() as records:
        for chat in "abc":
            await _say(records, chat, f"{chat}1")
        await _say(records, "a", "w1", channel="web")
        await _say(records, "z", "z1", channel="zalo-oa")
        busy = {("telegram", "a"), ("telegram", "b")}
        assert _texts(await records.outbox.claim(NOW, 1, busy, CHANNELS)) == ["c1"]
        assert _texts(await records.outbox.claim(NOW, 10, busy, CHANNELS)) == ["w1"]
        assert await records.outbox.claim(NOW, 10, (), ()) == []


async def test_a_limit_takes_the_oldest(storage: Storage) -> None:
    async with storage.writing() as records:
        for chat in "dcba":
            await _say(records, chat, chat)
        assert _texts(await records.outbox.claim(NOW, 3, (), CHANNELS)) == ["d", "c", "b"]


async def test_two_processes_never_claim_the_same_reply(storage: Storage, other_process: Storage) -> None:
    async with storage.writing() as records:
        for number in range(40):
            await _say(records, str(number % 20), str(number))

    async def send(where: Storage) -> list[int]:
        sent: list[int] = []
        while True:
            async with where.writing() as records:
                rows = await records.outbox.claim(NOW, 3, (), CHANNELS)
                await asyncio.sleep(0)
            if not rows:
                return sent
            async with where.writing() as records:
                await records.outbox.sent_many([(row.id, f"m{row.id}") for row in rows], NOW)
            sent += [row.id for row in rows]

    ours, theirs = await asyncio.gather(send(storage), send(other_process))
    # One of them may have stopped while the other still held the first row of every chat that was left.
    ours += await send(storage)
    assert sorted(ours + theirs) == sorted(set(ours + theirs))
    assert len(ours + theirs) == 40


async def test_what_was_being_sent_in_a_crash_goes_out_again_as_a_possible_duplicate(storage: Storage) -> None:
    async with storage.writing() as records:
        await _say(records, "a", "a1")
        await _say(records, "b", "b1")
        rows = await records.outbox.claim(NOW, 10, (), CHANNELS)
        await records.outbox.sent_many([(rows[1].id, "m")], NOW)
    async with storage.writing() as records:
        assert await records.outbox.take_up(LATER, ["telegram"]) == 1
        assert await records.outbox.take_up(LATER, ["telegram"]) == 0
        assert await records.outbox.claim(NOW, 10, (), CHANNELS) == []
        (row,) = await records.outbox.claim(LATER, 10, (), CHANNELS)
    assert (row.reply.text, row.maybe_duplicate, row.attempts) == ("a1", True, 2)
    assert not row.unanswered, "that the process ended says nothing of the app"


async def test_an_uncertain_failure_is_remembered_as_a_possible_duplicate(storage: Storage) -> None:
    async with storage.writing() as records:
        await _say(records, "a", "a1")
        (row,) = await records.outbox.claim(NOW, 10, (), CHANNELS)
        await records.outbox.unknown(row.id, NOW, "timeout")
        (row,) = await records.outbox.claim(NOW, 10, (), CHANNELS)
        await records.outbox.retry(row.id, NOW, "429")
        (row,) = await records.outbox.claim(NOW, 10, (), CHANNELS)
    assert row.maybe_duplicate and row.unanswered


async def test_a_reply_can_be_cancelled_until_it_is_being_sent(storage: Storage) -> None:
    async with storage.writing() as records:
        await _say(records, "a", "a1")
        await _say(records, "a", "a2")
        assert await records.outbox.cancel("telegram/a/a2")
        assert not await records.outbox.cancel("telegram/a/a2")
        await records.outbox.claim(NOW, 10, (), CHANNELS)
        assert not await records.outbox.cancel("telegram/a/a1")
        assert not await records.outbox.cancel("unheard of")
        assert await records.outbox.counts() == {
            "pending": 0, "sending": 1, "unknown": 0, "held": 0, "sent": 0, "failed": 0, "cancelled": 1,
        }  # fmt: skip


async def test_nothing_is_due_while_the_first_reply_of_the_chat_is_on_its_way(storage: Storage) -> None:
    async with storage.writing() as records:
        assert await records.outbox.next_due() is None
        await _say(records, "a", "a1")
        await _say(records, "a", "a2")
        assert await records.outbox.next_due(CHANNELS) == NOW
        assert await records.outbox.next_due(("web",)) is None
        await records.outbox.claim(NOW, 10, (), CHANNELS)
        assert await records.outbox.next_due() is None


async def test_the_history_of_a_chat_is_what_was_sent_in_order(storage: Storage) -> None:
    async with storage.writing() as records:
        for text in ("a1", "a2", "a3"):
            await _say(records, "a", text, channel="web")
            rows = await records.outbox.claim(NOW, 10, (), CHANNELS)
            await records.outbox.sent_many([(row.id, "m") for row in rows], LATER)
        await _say(records, "a", "a4", channel="web")
        await _say(records, "b", "b1", channel="web")
    async with storage.reading() as records:
        history = await records.outbox.history("web", "a")
        assert [(row.reply.text, row.sent_at) for row in history] == [("a1", LATER), ("a2", LATER), ("a3", LATER)]
        rest = await records.outbox.history("web", "a", after_id=history[0].id, limit=1)
        assert [row.reply.text for row in rest] == ["a2"]


async def test_what_another_process_is_sending_on_its_channel_is_left_to_it(storage: Storage) -> None:
    async with storage.writing() as records:
        for channel in ("telegram", "terminal"):
            reply = Reply("chào")
            await records.outbox.queue(channel=channel, chat_id="1", reply=reply, key=channel, now=NOW, cause="reply")
        assert len(await records.outbox.claim(NOW, 9, channels=["telegram", "terminal"])) == 2
        assert await records.outbox.take_up(LATER, ["terminal"]) == 1
        assert (await records.outbox.counts(["telegram"]))["sending"] == 1


async def test_no_answer_leaves_a_reply_in_doubt_and_its_second_copy_too_when_the_app_refuses_it(
    storage: Storage,
) -> None:
    async with storage.writing() as records:
        await _say(records, "a", "a1")
        await _say(records, "a", "a2")
        (row,) = await records.outbox.claim(NOW, 10, (), CHANNELS)
        await records.outbox.unknown(row.id, LATER, "no answer")
        assert (await records.outbox.counts())["unknown"] == 1
        assert await records.outbox.claim(NOW, 10, (), CHANNELS) == []
        assert await records.outbox.next_due(CHANNELS) == LATER
        (copy,) = await records.outbox.claim(LATER, 10, (), CHANNELS)
        assert (copy.reply.text, copy.maybe_duplicate) == ("a1", True)
        await records.outbox.retry(copy.id, LATER, "429")
        assert (await records.outbox.counts())["unknown"] == 1


async def test_an_answer_that_comes_late_ends_the_doubt_unless_another_sender_took_the_reply_up(
    storage: Storage,
) -> None:
    async with storage.writing() as records:
        await _say(records, "a", "a1")
        await _say(records, "b", "b1")
        first, second = await records.outbox.claim(NOW, 10, (), CHANNELS, sender="slow")
        assert await records.outbox.give_up_dead(NOW, CHANNELS, ["quick"]) == 2
        await records.outbox.sent_many([(first.id, "m1")], NOW, sender="slow")
        (taken,) = await records.outbox.claim(NOW, 10, (), CHANNELS, sender="quick")
        assert taken.id == second.id
        await records.outbox.sent_many([(second.id, "old")], NOW, sender="slow")
        await records.outbox.failed(second.id, "too late", sender="slow")
        assert (await records.outbox.counts())["sending"] == 1
        await records.outbox.sent_many([(second.id, "new")], NOW, sender="quick")
        assert await records.outbox.sent_as("telegram", "b", "new") == Reply("b1")


async def test_what_a_living_process_sends_is_left_to_it(storage: Storage) -> None:
    async with storage.writing() as records:
        for chat in "abc":
            await _say(records, chat, chat)
        await records.senders.beat("alive", ["telegram"], LATER)
        await records.senders.beat("dead", ["telegram"], NOW)
        await records.outbox.claim(NOW, 1, (), CHANNELS, sender="alive")
        await records.outbox.claim(NOW, 1, (), CHANNELS, sender="dead")
        await records.outbox.claim(NOW, 1, (), CHANNELS, sender="never seen")
        alive = await records.senders.alive(LATER)
        assert alive == {"alive": frozenset({"telegram"})}
        assert await records.outbox.give_up_dead(LATER, CHANNELS, list(alive)) == 2
        counts = await records.outbox.counts()
        assert (counts["sending"], counts["unknown"]) == (1, 2)
        await records.senders.forget(LATER)
        await records.senders.end("alive")
        assert await records.senders.alive(NOW) == {}


async def test_a_reply_that_kills_its_process_again_and_again_fails_in_the_end(storage: Storage) -> None:
    async with storage.writing() as records:
        await _say(records, "a", "poison")
        for _ in range(MOST_CUTS):
            assert len(await records.outbox.claim(NOW, 1, (), CHANNELS)) == 1
            await records.outbox.take_up(NOW, CHANNELS)
        assert (await records.outbox.counts())["failed"] == 1


async def test_people_who_wait_for_an_answer_go_before_notices_and_those_before_broadcasts(storage: Storage) -> None:
    async with storage.writing() as records:
        for number, priority in enumerate((Priority.BROADCAST, Priority.NOTICE, Priority.REPLY)):
            for chat in "ab":
                await records.outbox.queue(
                    channel="telegram", chat_id=f"{chat}{number}", reply=Reply(priority.name), key=f"{chat}{number}",
                    now=NOW, cause="test", priority=priority,
                )  # fmt: skip
        rows = await records.outbox.claim(NOW, 5, (), CHANNELS)
    assert _texts(rows) == ["REPLY", "REPLY", "NOTICE", "NOTICE", "BROADCAST"]


async def test_in_one_chat_an_answer_goes_before_a_notice_that_waits(storage: Storage) -> None:
    async with storage.writing() as records:
        await records.outbox.queue(
            channel="telegram", chat_id="a", reply=Reply("nhắc"), key="n", now=NOW, cause="notice", priority=1
        )
        await _say(records, "a", "đáp")
        assert _texts(await records.outbox.claim(NOW, 10, (), CHANNELS)) == ["đáp"]
        assert await records.outbox.claim(NOW, 10, (), CHANNELS) == []


async def test_an_office_with_a_thousand_messages_does_not_hold_up_another(storage: Storage) -> None:
    async with storage.writing() as records:
        big, small, third = [
            (await records.offices.ensure(f"UBND xã {name}", name, ())).id for name in ("Lớn", "Nhỏ", "Ba")
        ]
        rows = [(big, f"b{n}") for n in range(1000)] + [(small, f"s{n}") for n in range(3)] + [(third, "t0")]
        await records.outbox.queue_many(
            [
                Queued("telegram", chat, Reply(chat), chat, NOW, "test", office_id=office, priority=Priority.NOTICE)
                for office, chat in rows
            ]
        )
        went, last = [], None
        for _ in range(8):
            (row,) = await records.outbox.claim(NOW, 1, (), CHANNELS, after_office=last)
            went.append(row.reply.text)
            last = row.office_id
        assert went == ["b0", "s0", "t0", "b1", "s1", "b2", "s2", "b3"]
        assert _texts(await records.outbox.claim(NOW, 3, (), CHANNELS)) == ["b4", "b5", "b6"]


async def test_a_row_that_cannot_be_read_fails_and_stops_nobody(storage: Storage) -> None:
    async with storage.writing() as records:
        broken = await _say(records, "a", "a1")
        await _say(records, "a", "a2")
        await _say(records, "b", "b1")
        spoil = update(tables.outbox).where(tables.outbox.c.id == broken).values(reply={"words": 1})
        await records.outbox._connection.execute(spoil)
        assert _texts(await records.outbox.claim(NOW, 10, (), CHANNELS)) == ["b1"]
        assert _texts(await records.outbox.claim(NOW, 10, (), CHANNELS)) == ["a2"]
        assert (await records.outbox.counts())["failed"] == 1


@pytest.fixture
async def message(storage: Storage, ward: Ward) -> int:
    """A message that carries two notices to the official of the ward, who has two accounts."""
    async with storage.writing() as records:
        await records.people.bind(ward.person.id, "telegram", "7", "7")
        await records.people.bind(ward.person.id, "web", "7w", "7w")
        deadline = Deadline(DeadlineKind.DATE, date(2026, 6, 8))
        task = await records.register.add_task(Task(0, ward.office.id, "4", "Lắp camera", deadline))
        subject = Subject(SubjectKind.TASK, task.id)
        notices = [
            Notice(ward.office.id, ward.person.id, subject, rule, date(2026, 6, 8), NOW)
            for rule in ("before_3", "before_1")
        ]
        await records.notices.open_many([(notice, NOW) for notice in notices], NOW)
        row = await records.outbox.queue(
            channel="telegram", chat_id="7", reply=Reply("Nhắc"), key="d", now=NOW, cause="notice:digest",
            office_id=ward.office.id, priority=Priority.NOTICE,
        )  # fmt: skip
        assert row is not None
        ids = [notice.id for notice in await records.notices.pending(ward.office.id)]
        assert await records.notices.carry(ids, row, "telegram") == 2
    return row


async def _ledger(records: Repositories, ward: Ward) -> set[tuple[str, str, int | None]]:
    found = await records.notices.of_office(ward.office.id, NOW - timedelta(days=1))
    assert len(found) == 2
    return {(str(notice.status), notice.message_id, notice.message) for notice in found}


async def test_the_notices_of_a_message_stand_where_it_stands(storage: Storage, ward: Ward, message: int) -> None:
    async with storage.writing() as records:
        await records.outbox.claim(NOW, 1, (), CHANNELS)
        assert await _ledger(records, ward) == {("sending", "", message)}
        await records.outbox.retry(message, NOW, "429")
        assert await _ledger(records, ward) == {("pending", "", message)}
        await records.outbox.claim(NOW, 1, (), CHANNELS)
        await records.outbox.unknown(message, NOW, "no answer")
        assert await _ledger(records, ward) == {("unknown", "", message)}
        await records.outbox.claim(NOW, 1, (), CHANNELS)
        await records.outbox.sent_many([(message, "m77")], LATER)
        assert await _ledger(records, ward) == {("sent", "m77", message)}
        (notice, _) = await records.notices.of_message(message)
        assert (notice.channel, notice.sent_at, notice.reason) == ("telegram", LATER, "")


async def test_the_notices_of_a_message_that_fails_have_failed_for_its_reason(
    storage: Storage, ward: Ward, message: int
) -> None:
    async with storage.writing() as records:
        await records.outbox.claim(NOW, 1, (), CHANNELS)
        await records.outbox.failed(message, "no answer: twice")
        assert await _ledger(records, ward) == {("failed", "", message)}
        assert {notice.reason for notice in await records.notices.of_message(message)} == {"no answer: twice"}


async def test_the_notices_to_an_unreachable_chat_look_for_another_account(
    storage: Storage, ward: Ward, message: int
) -> None:
    async with storage.writing() as records:
        await records.outbox.claim(NOW, 1, (), CHANNELS)
        await records.outbox.unreachable(message, "blocked by the user")
        assert (await records.outbox.counts())["failed"] == 1
        assert await _ledger(records, ward) == {("pending", "", None)}
        accounts = await records.people.accounts(ward.person.id)
        assert [(a.channel, a.reachable) for a in accounts] == [("telegram", False), ("web", True)]


async def test_a_process_that_dies_leaves_its_notices_in_doubt(storage: Storage, ward: Ward, message: int) -> None:
    async with storage.writing() as records:
        await records.outbox.claim(NOW, 1, (), CHANNELS, sender="dead")
        await records.outbox.give_up_dead(NOW, CHANNELS, ())
        assert await _ledger(records, ward) == {("unknown", "", message)}


async def test_the_notices_of_a_cancelled_message_wait_for_another_one(
    storage: Storage, ward: Ward, message: int
) -> None:
    async with storage.writing() as records:
        assert await records.outbox.cancel("d")
        assert await _ledger(records, ward) == {("pending", "", None)}


async def test_cancelling_loses_against_a_claim_in_another_process(
    storage: Storage, other_process: Storage, ward: Ward, message: int
) -> None:
    async with storage.writing() as records:
        assert len(await records.outbox.claim(NOW, 1, (), CHANNELS)) == 1
    async with other_process.writing() as records:
        assert not await records.outbox.cancel("d")
        assert await _ledger(records, ward) == {("sending", "", message)}


async def test_the_last_notice_of_a_chat_names_its_task(storage: Storage, ward: Ward, message: int) -> None:
    async with storage.writing() as records:
        await records.outbox.claim(NOW, 1, (), CHANNELS)
        assert await records.outbox.last_notice("telegram", "7", NOW) is None
        await records.outbox.sent_many([(message, "m77")], LATER)
        (task,) = await records.register.tasks(ward.office.id)
        assert await records.outbox.last_notice("telegram", "7", NOW) == task.id
        assert await records.outbox.last_notice("telegram", "8", NOW) is None


async def test_what_was_sent_long_ago_is_dropped_unless_the_ledger_still_speaks_of_it(
    storage: Storage, ward: Ward, message: int
) -> None:
    old = NOW - timedelta(days=500)
    async with storage.writing() as records:
        for n, text in enumerate(("a", "b", "c", "waits")):
            reply = Reply(text)
            await records.outbox.queue(
                channel="web", chat_id=f"{n}", reply=reply, key=text, now=old, cause="c", office_id=None
            )
        for row in await records.outbox.claim(old, 3, (), ("web",)):
            await records.outbox.sent_many([(row.id, f"m{row.id}")], old)
        await records.outbox.claim(NOW, 1, (), ("telegram",))
        await records.outbox.sent_many([(message, "m77")], NOW - timedelta(days=401))
        before = NOW - timedelta(days=400)
        assert [await records.outbox.purge(before, 2) for _ in range(3)] == [2, 1, 0]
        counts = await records.outbox.counts()
        assert (counts["sent"], counts["pending"]) == (1, 1), "the notices of the last one are younger"
        assert await records.outbox.purge(NOW + timedelta(seconds=1), 9) == 1
        assert await _ledger(records, ward) == {("sent", "m77", None)}, "the ledger keeps what it knows"


async def test_what_was_given_up_lately_is_told_by_channel(storage: Storage) -> None:
    async with storage.writing() as records:
        for chat, channel in (("1", "telegram"), ("2", "telegram"), ("3", "web")):
            await _say(records, chat, "chào", channel)
        for row in await records.outbox.claim(NOW, 10, (), CHANNELS):
            await records.outbox.failed(row.id, "refused")
        await _say(records, "4", "chào")
        assert await records.outbox.failed_since(NOW) == {"telegram": 2, "web": 1}
        assert await records.outbox.failed_since(LATER) == {}
