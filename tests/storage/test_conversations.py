"""Each chat has its own memory."""

import asyncio
from dataclasses import replace
from datetime import timedelta

import pytest

from storage import Moved, Storage, Talk, of_person
from storage.conversations import NEW
from tests.storage.conftest import NOW, Ward


async def test_a_new_chat_remembers_nothing(storage: Storage) -> None:
    async with storage.reading() as records:
        assert await records.conversations.get("telegram", "7") == {}


async def test_a_chat_remembers_the_last_that_was_put(storage: Storage, ward: Ward) -> None:
    memory = {"previous": "Chỉ tiêu năm 2030 là gì?\x00\ud800", "offered": [["Đúng", "y"]], "task": 4, "none": None}
    async with storage.writing() as records:
        await records.conversations.put("telegram", "7", None, None, {"old": True}, NOW)
        later = NOW + timedelta(minutes=1)
        await records.conversations.put("telegram", "7", ward.office.id, ward.person.id, memory, later)
        await records.conversations.put("web", "7", ward.office.id, None, {}, NOW)
    async with storage.writing() as records:
        found = await records.conversations.get("telegram", "7")
        assert found == memory
        found["changed"] = True
        assert await records.conversations.get("telegram", "7") == memory
        assert await records.conversations.get("web", "7") == {}
        await records.conversations.forget("telegram", "7")
        assert await records.conversations.get("telegram", "7") == {}


async def test_a_talk_that_went_on_meanwhile_is_not_written_over(storage: Storage, ward: Ward) -> None:
    first = Talk("telegram", "7", ward.office.id, None, {"n": 1}, NOW, seen=NEW)
    async with storage.writing() as records:
        await records.conversations.put_many([first])
    async with storage.reading() as records:
        found = (await records.conversations.get_many([("telegram", "7")]))["telegram", "7"]
    assert (found.memory, found.person_id, found.version, found.is_new) == ({"n": 1}, None, 0, False)
    other = Talk("telegram", "8", ward.office.id, None, {"n": 1}, NOW, seen=NEW)
    with pytest.raises(Moved):
        async with storage.writing() as records:
            await records.conversations.put_many([first, other])
    async with storage.writing() as records:
        assert await records.conversations.get("telegram", "8") == {}
        await records.conversations.put_many([replace(first, memory={"n": 2}, seen=0)])
    with pytest.raises(Moved):
        async with storage.writing() as records:
            await records.conversations.put_many([replace(first, memory={"n": 3}, seen=0)])
    async with storage.reading() as records:
        assert await records.conversations.get("telegram", "7") == {"n": 2}


async def test_of_two_processes_that_write_a_talk_at_once_one_succeeds(
    storage: Storage, other_process: Storage, ward: Ward
) -> None:
    async def write(where: Storage, said: str) -> bool:
        try:
            async with where.writing() as records:
                await records.conversations.put_many(
                    [Talk(*of_person(ward.person.id), ward.office.id, ward.person.id, {"said": said}, NOW, seen=NEW)]
                )
        except Moved:
            return False
        return True

    assert sorted(await asyncio.gather(write(storage, "đây"), write(other_process, "kia"))) == [False, True]


async def test_what_somebody_said_is_forgotten_when_they_leave_the_office(storage: Storage, ward: Ward) -> None:
    async with storage.writing() as records:
        await records.conversations.put(*of_person(ward.person.id), ward.office.id, ward.person.id, {"a": 1}, NOW)
        await records.people.deactivate(ward.person.id)
        assert await records.conversations.get(*of_person(ward.person.id)) == {}
