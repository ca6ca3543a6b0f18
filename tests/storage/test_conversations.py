"""Each chat has its own memory."""

from datetime import timedelta

from storage import Storage
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
