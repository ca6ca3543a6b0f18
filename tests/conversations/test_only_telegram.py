"""What only a real app can do to the bot: forged buttons, answers to a message, albums, a task carried by two units."""

import shutil
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import pytest

from domain.messages import Kind
from domain.progress import ProgressReport
from domain.tasks import Task
from tests.conversations.player import play
from tests.conversations.stages import TelegramStage
from tests.conversations.transcript import Said, read_transcript

AN, BINH = "Chuyên viên", "Cán bộ kinh tế"
SHARED = Path(__file__).parent / "chung" / "71-nhiem-vu-chung.txt"


@asynccontextmanager
async def _open(furnished: Path, home: Path) -> AsyncIterator[TelegramStage]:
    shutil.copytree(furnished, home)
    async with TelegramStage.open(home) as stage:
        yield stage


async def _task(stage: TelegramStage, title: str) -> Task:
    async with stage._house.front.storage.reading() as records:
        return next(t for t in await records.register.tasks(1) if t.title.startswith(title))


async def _reports(stage: TelegramStage, title: str) -> list[ProgressReport]:
    task = await _task(stage, title)
    async with stage._house.front.storage.reading() as records:
        return list(await records.register.reports(task.id))


async def _press_forged(stage: TelegramStage, who: str, data: Any) -> None:
    user = stage._users[who].id
    sender = {"id": user, "is_bot": False, "first_name": "Lan"}
    chat = {"id": user, "type": "private", "first_name": "Lan"}
    message = {"message_id": 1, "date": 1772413200, "chat": chat, "text": "cũ"}
    query = {"id": f"q{hash(str(data))}", "from": sender, "chat_instance": "1", "message": message, "data": data}
    stage._stand_in.inject({"callback_query": query})
    await stage._settle()


@pytest.mark.parametrize(
    "data",
    [
        "report:yes:2",
        "report:yes:0",
        "report:yes:99999999999999999999999",
        "report:yes:-1",
        "report:yes:1:4",
        "several:yes:1",
        "several:drop:1:0",
        "approve:yes:1",
        "grant:yes:1",
        "grant:on:1:20261231",
        "second:on",
        "evidence:add:1",
        "evidence:show:1",
        "report:unit:1",
        "task:999999999999999",
        "report:4' OR 1=1",
        "x" * 64,
        "report:yes:\u0000",
    ],
)
async def test_a_forged_button_writes_nothing(furnished: Path, tmp_path: Path, data: str) -> None:
    async with _open(furnished, tmp_path / "home") as stage:
        await stage.say(Said(AN, "nv 4 xong 80%"))
        before = await _reports(stage, "Số hóa 6.000")
        for who in (BINH, "Dân", AN):
            await _press_forged(stage, who, data)
        assert await _reports(stage, "Số hóa 6.000") == before
        async with stage._house.front.storage.reading() as records:
            (office,) = await records.offices.all()
            assert not office.second_confirmation and not await records.extensions.waiting(1)


async def test_the_real_button_writes_once_whoever_else_presses_it(furnished: Path, tmp_path: Path) -> None:
    async with _open(furnished, tmp_path / "home") as stage:
        await stage.say(Said(AN, "nv 4 xong 80%"))
        for who in (BINH, "Dân", "Chủ tịch", AN, AN):
            await _press_forged(stage, who, "report:yes:1")
        assert [r.percent for r in await _reports(stage, "Số hóa 6.000")] == [80.0, 35.0]


async def test_an_answer_to_a_message_is_about_its_task(furnished: Path, tmp_path: Path) -> None:
    async with _open(furnished, tmp_path / "home") as stage:
        user = stage._users[AN]
        await stage.say(Said(AN, "nv 4"))
        shown = user.unread()[-1]
        await stage.say(Said(AN, "nv 1"))
        user.unread()
        sender = {"id": user.id, "is_bot": False, "first_name": "Lan"}
        chat = {"id": user.id, "type": "private", "first_name": "Lan"}
        message = {
            "message_id": 90001,
            "date": 1772413200,
            "chat": chat,
            "from": sender,
            "text": "được 50% rồi",
            "reply_to_message": {"message_id": shown.message_id, "date": 1772413200, "chat": chat, "text": shown.text},
        }
        stage._stand_in.inject({"message": message})
        await stage._settle()
        assert "Nhiệm vụ 4: Số hóa 6.000 hồ sơ" in user.unread()[-1].text


async def test_an_album_is_the_evidence_of_one_report(furnished: Path, tmp_path: Path) -> None:
    async with _open(furnished, tmp_path / "home") as stage:
        await stage.say(Said(AN, "nv 4 xong 80%", Kind.PHOTO, count=3))
        await stage.press(AN, "Xác nhận")
        newest = (await _reports(stage, "Số hóa 6.000"))[0]
        async with stage._house.front.storage.reading() as records:
            assert len(await records.files.of_report(newest.id)) == 3


async def test_of_two_units_only_the_missing_one_is_chased(furnished: Path, tmp_path: Path) -> None:
    async with _open(furnished, tmp_path / "home") as stage:
        task = await _task(stage, "Lắp mã QR")
        async with stage._house.front.storage.writing() as records:
            units = await records.people.units(1)
            await records.register.set_shares(task.id, [unit.id for unit in units])
        await play(read_transcript(SHARED), stage)
