"""Updates are kept once, in order, and none stops the others."""

import asyncio
from datetime import timedelta

import pytest

from domain.messages import Unreadable
from storage import InboxRow, Repositories, Storage
from tests.storage.conftest import NOW


async def _waiting(records: Repositories, after_id: int = 0, limit: int = 100) -> list[InboxRow]:
    return await records.inbox.waiting(after_id, limit, ("telegram", "web"))


async def test_an_update_delivered_twice_is_stored_once(storage: Storage) -> None:
    async with storage.writing() as records:
        assert await records.inbox.store("telegram", [("1", {"a": 1}), ("2", {"a": 2}), ("2", {"a": 9})], NOW) == 2
        assert await records.inbox.store("telegram", [("2", {"a": 9}), ("3", {"a": 3})], NOW) == 1
        assert await records.inbox.store("telegram", [("3", {"a": 9})], NOW) == 0
        assert await records.inbox.store("telegram", [], NOW) == 0
    async with storage.reading() as records:
        waiting = await _waiting(records)
    assert [(row.update_id, row.raw) for row in waiting] == [("1", {"a": 1}), ("2", {"a": 2}), ("3", {"a": 3})]
    assert waiting[0].received_at == NOW


async def test_two_processes_storing_one_update_keep_it_once(storage: Storage, other_process: Storage) -> None:
    async def store(where: Storage) -> int:
        async with where.writing() as records:
            return await records.inbox.store("telegram", [(str(n), {"n": n}) for n in range(50)], NOW)

    assert sum(await asyncio.gather(store(storage), store(other_process))) == 50


async def test_channels_number_their_updates_independently(storage: Storage) -> None:
    async with storage.writing() as records:
        assert await records.inbox.store("telegram", [("5", {})], NOW) == 1
        assert await records.inbox.store("zalo-oa", [("5", {})], NOW) == 1
        assert await records.inbox.latest_update_id("web") is None
        await records.inbox.store("telegram", [("6", {}), ("7", {})], NOW)
        assert await records.inbox.latest_update_id("telegram") == "7"
        assert await records.inbox.latest_update_id("zalo-oa") == "5"


async def test_what_is_done_or_dead_waits_no_longer(storage: Storage) -> None:
    async with storage.writing() as records:
        await records.inbox.store("telegram", [(str(n), {"n": n}) for n in range(6)], NOW)
        rows = await _waiting(records)
        await records.inbox.done(rows[0].id, NOW)
        await records.inbox.done_many([rows[1].id, rows[2].id], NOW)
        await records.inbox.done_many([], NOW)
        await records.inbox.dead(rows[3].id, "no sender", NOW)
    async with storage.reading() as records:
        assert [row.update_id for row in await _waiting(records)] == ["4", "5"]
        assert [row.update_id for row in await _waiting(records, after_id=rows[4].id)] == ["5"]
        assert [row.update_id for row in await _waiting(records, limit=1)] == ["4"]
        assert await records.inbox.counts() == {"new": 2, "done": 3, "dead": 1}
        (dead,) = await records.inbox.dead_letters(10)
    assert (dead.update_id, dead.error) == ("3", "no sender")


async def test_updates_of_a_channel_that_is_not_served_wait_for_it(storage: Storage) -> None:
    async with storage.writing() as records:
        await records.inbox.store("zalo-oa", [("1", {})], NOW)
        await records.inbox.store("web", [("1", {})], NOW)
        assert [row.channel for row in await _waiting(records)] == ["web"]
        assert [row.channel for row in await records.inbox.waiting(0, 10, ("zalo-oa",))] == ["zalo-oa"]
        assert await records.inbox.waiting(0, 10, ()) == []


async def test_failures_are_counted_and_the_update_keeps_waiting(storage: Storage) -> None:
    async with storage.writing() as records:
        await records.inbox.store("telegram", [("1", {})], NOW)
        (row,) = await _waiting(records)
        assert await records.inbox.failed(row.id, "x" * 5000, NOW) == 1
        assert await records.inbox.failed(row.id, "again", NOW) == 2
        (row,) = await _waiting(records)
    assert (row.attempts, row.error) == (2, "again")


@pytest.mark.parametrize("raw", ["", "{", "[1, 2]", '"text"', "\ufeff{}", "[" * 100_000, "ra\x00w"])
async def test_what_is_no_json_object_is_kept_and_is_unreadable(storage: Storage, raw: str) -> None:
    async with storage.writing() as records:
        assert await records.inbox.store("web", [("x", raw)], NOW) == 1
        (row,) = await _waiting(records)
    assert row.raw_text == raw.replace("\x00", "\ufffd")
    with pytest.raises(Unreadable):
        _ = row.raw


async def test_any_character_an_app_sends_comes_back(storage: Storage) -> None:
    update = {"text": "Đẩy mạnh \x00 \ud800 🌾", "list": [1, None, True]}
    async with storage.writing() as records:
        await records.inbox.store("web", [("x", update), ("y", ["not", "an", "object"])], NOW)
        first, second = await _waiting(records)
    assert first.raw == update
    assert second.raw_text == '["not","an","object"]'


async def test_what_was_done_long_ago_is_dropped_but_not_where_polling_goes_on(storage: Storage) -> None:
    async with storage.writing() as records:
        await records.inbox.store("telegram", [(str(n), {"n": n}) for n in range(6)], NOW)
        await records.inbox.store("web", [("9", {})], NOW)
        rows = await _waiting(records)
        await records.inbox.done_many([row.id for row in rows if row.update_id != "1"], NOW)
        later = NOW + timedelta(days=1)
        assert await records.inbox.purge(NOW, 10) == 0
        assert [await records.inbox.purge(later, 3) for _ in range(3)] == [3, 1, 0]
        assert await records.inbox.latest_update_id("telegram") == "5"
        assert [row.update_id for row in await _waiting(records)] == ["1"], "what was never done is kept"
        assert await records.inbox.counts() == {"new": 1, "done": 2, "dead": 0}


async def test_what_is_not_answered_is_closed_with_the_reason(storage: Storage) -> None:
    async with storage.writing() as records:
        await records.inbox.store("telegram", [("1", {}), ("2", {}), ("3", {})], NOW)
        first, second, _ = await records.inbox.waiting(0, 10, ("telegram",))
        await records.inbox.done(second.id, NOW)
        await records.inbox.close_many([(first.id, "blocked"), (second.id, "blocked")], NOW)
        assert await records.inbox.counts() == {"new": 1, "done": 2, "dead": 0}
        assert await records.inbox.unanswered(NOW) == {"blocked": 1}


async def test_what_came_last_what_waits_and_what_was_set_aside_is_told_by_channel(storage: Storage) -> None:
    later = NOW + timedelta(hours=2)
    async with storage.writing() as records:
        assert await records.inbox.latest() == {} and await records.inbox.oldest_waiting() is None
        await records.inbox.store("telegram", [("1", {}), ("2", {})], NOW)
        await records.inbox.store("telegram", [("3", {})], later)
        await records.inbox.store("web", [("1", {})], NOW)
        first, second, third = await records.inbox.waiting(0, 10, ("telegram",))
        await records.inbox.dead(first.id, "unreadable", NOW)
        await records.inbox.dead(third.id, "unreadable", later)
        assert await records.inbox.latest() == {"telegram": later, "web": NOW}
        assert await records.inbox.dead_since(NOW) == {"telegram": 2}
        assert await records.inbox.dead_since(later) == {"telegram": 1}
        assert await records.inbox.oldest_waiting() == NOW
        await records.inbox.done(second.id, later)
        await records.inbox.done_many([row.id for row in await records.inbox.waiting(0, 10, ("web",))], later)
        assert await records.inbox.oldest_waiting() is None
