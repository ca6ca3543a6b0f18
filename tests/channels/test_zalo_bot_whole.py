"""The whole product on Zalo Bot by its webhook: a picture shown from our own server, a file fetched by its link."""

import re
from datetime import date
from pathlib import Path

import httpx

from domain.deadlines import Deadline, DeadlineKind
from domain.people import Role
from domain.tasks import Task
from storage import Storage
from tests.platforms.zalo_bot import StandIn
from tests.running import answers, free_port, serve, settings_for, wait_until

SECRET = "mot-bi-mat-de-thu-webhook"


async def _furnish(home: Path, user: str) -> None:
    """An office whose leader is known on Zalo Bot."""
    home.mkdir()
    storage = Storage.open(f"sqlite:///{home / 'kehoach.db'}")
    await storage.migrate()
    async with storage.writing() as records:
        office = await records.offices.ensure("Ủy ban nhân dân phường Thử", "Thử", ())
        leader = await records.people.add(office.id, "Đặng Minh Sơn", Role.LEADER, None)
        await records.people.bind(leader.id, "zalo-bot", user, user)
        due = Deadline(DeadlineKind.DATE, due=date(2099, 12, 31), text="31/12/2099")
        for number in ("1", "2"):
            task = Task(0, office.id, number, f"Việc thứ {number}", due, lead="Phòng Kinh tế", confirmed=True)
            await records.register.put_task(task)
    await storage.close()


async def test_by_webhook_a_leader_sees_a_picture_and_fetches_a_file(tmp_path: Path) -> None:
    home, log, port = tmp_path / "data", tmp_path / "serve.log", free_port()
    with StandIn() as zalo_bot:
        zalo_bot.manner(enveloped=True, scale=0.05)
        leader = zalo_bot.user("Đặng Minh Sơn")
        await _furnish(home, leader.id)
        url = f"http://127.0.0.1:{port}"
        given = {
            "ZALO_BOT_TOKEN": zalo_bot.token,
            "ZALO_BOT_API_BASE": zalo_bot.url,
            "ZALO_BOT_MODE": "webhook",
            "ZALO_BOT_WEBHOOK_SECRET": SECRET,
            "PUBLIC_URL": url,
        }
        bot = serve(settings_for(home, None, port, **given), log)
        try:
            wait_until(lambda: zalo_bot.webhook() is not None or not bot.is_running, 60, "the webhook is set")
            wait_until(lambda: answers(f"{url}/healthz") or not bot.is_running, 30, "the server answers")
            trials = zalo_bot.journal("(webhook)")
            assert [call["status"] for call in trials[:2]] == [200, 200], log.read_text(encoding="utf-8")
            leader.says("tổng quan")
            [seen] = await leader.wait_for_messages(1, timeout=30)
            assert seen.kind == "photo", seen.text + log.read_text(encoding="utf-8")
            assert seen.picture.startswith(b"\x89PNG") and "nhiệm vụ" in seen.text
            assert seen.address.startswith(f"{url}/tep/")
            leader.says("xuất danh mục nhiệm vụ")
            words = (await leader.wait_for_messages(2, timeout=30))[1].text
            [link] = re.findall(rf"{url}/tep/\S+", words)
            async with httpx.AsyncClient(trust_env=False) as client:
                fetched = [await client.get(link) for _ in range(2)]
                made_up = await client.get(f"{link[:-4]}AAAA")
            assert {answer.status_code for answer in fetched} == {200} and fetched[0].content.startswith(b"PK")
            assert made_up.status_code == 404
            assert len(leader.messages()) == 2
        finally:
            assert bot.stop() == 0, log.read_text(encoding="utf-8")
        shown = log.read_text(encoding="utf-8")
        assert SECRET not in shown and zalo_bot.token.partition(":")[2] not in shown
        assert link.rpartition("/")[2] not in shown
