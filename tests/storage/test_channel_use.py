"""What a channel was used for, counted on both databases."""

from datetime import timedelta

from domain.channel_holds import Quota
from domain.contacts import Heard
from domain.messages import Reply
from storage import Queued, Storage
from tests.storage.conftest import NOW

DAY = timedelta(days=1)


async def send(storage: Storage, chat: str, key: str, days_ago: int, *, channel: str = "zalo-bot") -> None:
    """A message that went out so many days ago."""
    then = NOW - days_ago * DAY
    async with storage.writing() as records:
        await records.outbox.queue_many([Queued(channel, chat, Reply("x"), key, then, "reply")])
        [row] = await records.outbox.claim(then, 1, (), (channel,), sender="s")
        await records.outbox.sent_many([(row.id, key)], then, sender="s")


async def test_messages_are_those_of_the_channel_since_the_moment(storage: Storage) -> None:
    await send(storage, "a", "k1", 40)
    await send(storage, "a", "k2", 3)
    await send(storage, "b", "k3", 1)
    await send(storage, "b", "k4", 1, channel="telegram")
    async with storage.reading() as records:
        assert await records.channel_use.messages("zalo-bot", NOW - 10 * DAY) == 2


async def test_a_message_without_an_answer_counts_and_one_that_waits_does_not(storage: Storage) -> None:
    async with storage.writing() as records:
        await records.outbox.queue_many([Queued("zalo-bot", c, Reply("x"), c, NOW, "reply") for c in ("a", "b", "c")])
        [first, second] = await records.outbox.claim(NOW, 2, (), ("zalo-bot",), sender="s")
        await records.outbox.unknown(first.id, NOW, "no answer", sender="s")
        await records.outbox.retry(second.id, NOW, "no connection", sender="s")
        assert await records.channel_use.messages("zalo-bot", NOW - DAY) == 1


async def test_people_are_private_chats_that_were_heard_or_written_to(storage: Storage) -> None:
    async with storage.writing() as records:
        await records.contacts.heard_many(
            [
                Heard("zalo-bot", "lan", "lan", NOW),
                Heard("zalo-bot", "group", "lan", NOW),
                Heard("telegram", "an", "an", NOW),
            ]
        )
    await send(storage, "lan", "k1", 1)
    await send(storage, "minh", "k2", 1)
    await send(storage, "group", "k3", 1)
    async with storage.reading() as records:
        assert await records.channel_use.people("zalo-bot") == 2
        assert await records.channel_use.groups("zalo-bot") == 0


async def test_a_channel_is_used_up_until_it_is_filled_up_again(storage: Storage) -> None:
    async with storage.writing() as records:
        await records.quotas.put(Quota("zalo-bot", "messages", 0, 3000, NOW, NOW + DAY))
        await records.quotas.put(Quota("zalo-oa", "messages", 5, 500, NOW, NOW + DAY))
        await records.quotas.put(Quota("telegram", "people", 0, 50, NOW))
        assert await records.quotas.used_up(NOW) == {"zalo-bot"}
        assert await records.quotas.used_up(NOW + DAY) == frozenset()
