"""Somebody leaves: their tasks go to a colleague, or back to the unit whose head is told."""

from pathlib import Path

from bot.leaving import leave
from tests.handlers.real_office import NOW, open_real_office


async def test_tasks_fall_back_to_the_unit_and_its_head_is_told(tmp_path: Path) -> None:
    async with open_real_office(tmp_path) as office:
        async with office.storage.writing() as records:
            left = await leave(records, office.people["an"], None, NOW)
            queued = await records.outbox.claim(NOW, 10, (), ("telegram",))
        assert [task.number for task in left.tasks] == ["1", "2"]
        assert [head.name for head in left.told] == ["Vũ Thị Hạnh"]
        (told,) = queued
        assert told.chat_id == "hanh" and "Lê Hoài An đã nghỉ việc. 2 nhiệm vụ" in told.reply.text
        assert await office.holder("1") == ""
        assert "dành cho cán bộ" in await office.chat("an").act("accounts")
        assert await office.audited() == ["task.assigned", "task.assigned", "person.left"]


async def test_tasks_go_to_the_colleague_named(tmp_path: Path) -> None:
    async with open_real_office(tmp_path) as office:
        async with office.storage.writing() as records:
            left = await leave(records, office.people["an"], office.people["binh_too"], NOW)
            assert await records.outbox.claim(NOW, 10, (), ("telegram",)) == []
        assert left.told == ()
        assert await office.holder("1") == await office.holder("2") == "Phạm Thị Bình"
