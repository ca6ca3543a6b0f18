"""The running server: its addresses, its webhook, what it says when it cannot start, and how it stops."""

import json
import sqlite3
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing, suppress
from functools import partial
from pathlib import Path
from typing import Any

import httpx
import pytest

from tests.platforms.telegram.stand_in import Telegram
from tests.running import Process, answers, free_port, serve, settings_for, stand_in_process, wait_until

SECRET = "s3cret-of-the-test"
HEADER = "X-Telegram-Bot-Api-Secret-Token"


class Served:
    """One server in webhook mode, with its stand-in."""

    def __init__(self, folder: Path, telegram: Telegram) -> None:
        self.home = folder / "data"
        self.log = folder / "serve.log"
        self.telegram = telegram
        port = free_port()
        self.url = f"http://127.0.0.1:{port}"
        self.env = settings_for(
            self.home,
            telegram,
            port,
            TELEGRAM_MODE="webhook",
            TELEGRAM_WEBHOOK_SECRET=SECRET,
            PUBLIC_URL=self.url,
            OFFICE_NAME="Ủy ban nhân dân phường Thử",
        )
        self.process = serve(self.env, self.log)
        wait_until(partial(answers, f"{self.url}/healthz"), 60, "the server is ready")
        wait_until(lambda: telegram.do("webhook") is not None, 60, "the webhook is set")

    def rows(self, sql: str) -> list[tuple[object, ...]]:
        with closing(sqlite3.connect(f"file:{self.home / 'kehoach.db'}?mode=ro", uri=True)) as database:
            return database.execute(sql).fetchall()


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    folder = tmp_path_factory.mktemp("served")
    with stand_in_process(folder) as telegram:
        server = Served(folder, telegram)
        yield server
        if server.process.is_running:
            server.process.kill()


def test_an_update_pushed_to_the_webhook_is_answered(served: Served) -> None:
    person = served.telegram.user("Lan")
    person.says("xin chào")
    (reply,) = served.telegram.await_messages(person.id, 1, 30)
    assert "trợ lý" in reply.text
    assert "phường Thử" in reply.text


@pytest.mark.parametrize("headers", [{}, {HEADER: "wrong"}, {HEADER: ""}, {HEADER: SECRET + "x"}])
def test_a_request_without_the_secret_gets_401_and_leaves_only_a_log_line(
    served: Served, headers: dict[str, str]
) -> None:
    before = served.rows("select count(*) from inbox")
    lines = served.log.read_text(encoding="utf-8").count("webhook refused")
    update = {"update_id": 987654321, "message": {"message_id": 1, "chat": {"id": 5, "type": "private"}, "text": "a"}}
    assert httpx.post(f"{served.url}/webhooks/telegram", json=update, headers=headers).status_code == 401
    assert served.rows("select count(*) from inbox") == before
    log = served.log.read_text(encoding="utf-8")
    assert log.count("webhook refused") == lines + 1
    assert SECRET not in log


def test_a_body_of_ten_megabytes_is_refused(served: Served) -> None:
    before = served.rows("select count(*) from inbox")
    body = b'{"update_id": 1, "x": "' + b"a" * 10_000_000 + b'"}'
    try:
        status = httpx.post(f"{served.url}/webhooks/telegram", content=body, headers={HEADER: SECRET}).status_code
    except httpx.WriteError:
        status = 413
    assert status == 413
    assert served.rows("select count(*) from inbox") == before


def test_an_unreadable_update_does_not_stop_the_ones_behind_it(served: Served) -> None:
    person = served.telegram.user("Hoa")
    served.telegram.do("poison", user=person.id)
    served.telegram.do("unknown", user=person.id)
    assert httpx.post(f"{served.url}/webhooks/telegram", content=b"\xff{", headers={HEADER: SECRET}).status_code == 200
    person.says("xin chào")
    assert len(served.telegram.await_messages(person.id, 1, 30)) == 1
    wait_until(lambda: served.rows("select count(*) from inbox where status = 'new'") == [(0,)], 20, "inbox empty")
    assert served.rows("select count(*) from inbox where status = 'dead'")[0][0] in (2, 3)


def test_the_other_addresses_answer(served: Served) -> None:
    health = httpx.get(f"{served.url}/healthz")
    assert health.status_code == 200 and health.json()["status"] == "ok"
    metrics = httpx.get(f"{served.url}/metrics").text
    assert "kehoach_inbox" in metrics and "kehoach_notices_missed 0" in metrics
    assert "<html" in httpx.get(f"{served.url}/").text
    for channel in ("zalo-oa", "zalo-bot"):
        assert httpx.post(f"{served.url}/webhooks/{channel}", json={}).status_code == 404


def test_a_second_server_on_the_same_folder_says_so_and_ends(served: Served, tmp_path: Path) -> None:
    second = serve(served.env | {"PORT": str(free_port())}, tmp_path / "second.log")
    wait_until(lambda: not second.is_running, 30, "the second server ends")
    assert second.stop() == 1
    assert "Một máy chủ khác" in second.output() and "Traceback" not in second.output()


def test_a_taken_port_is_said_in_a_sentence(served: Served, tmp_path: Path) -> None:
    other = serve(settings_for(tmp_path / "other", None, int(served.url.rsplit(":", 1)[1])), tmp_path / "other.log")
    wait_until(lambda: not other.is_running, 30, "the other server ends")
    assert other.stop() == 1
    assert "đang được chương trình khác dùng" in other.output() and "Traceback" not in other.output()


def test_it_stops_cleanly_when_told_even_while_a_page_waits(served: Served) -> None:
    with httpx.Client(base_url=served.url, timeout=30) as page:
        page.get("/")
        with ThreadPoolExecutor(1) as beside:
            waiting = beside.submit(page.get, "/chat/messages", params={"after": "", "wait": "25"})
            while not waiting.running():
                pass
            assert served.process.stop(timeout=10) == 0
            with suppress(httpx.TransportError):
                assert waiting.result().json()["messages"] == []
    assert _wal_is_folded(served.home)


def _wal_is_folded(home: Path) -> bool:
    wal = home / "kehoach.db-wal"
    return not wal.exists() or wal.stat().st_size == 0


def test_the_samples_answer_and_remind_when_asked(tmp_path: Path) -> None:
    port = free_port()
    url = f"http://127.0.0.1:{port}"
    process: Process = serve(settings_for(tmp_path / "demo", None, port), tmp_path / "demo.log", "--samples")
    try:
        wait_until(partial(answers, f"{url}/healthz"), 90, "the demo is ready")
        assert url in process.output()
        with httpx.Client(base_url=url, headers={"X-Kehoach-Chat": "1"}, timeout=60) as page:
            assert "Vân Sương" in page.get("/").text
            asked = {"id": "question-1", "text": "Năm 2030 bao nhiêu khoản phí, lệ phí được thanh toán trực tuyến?"}
            assert page.post("/chat/messages", json=asked).status_code == 202
            # Asked for, because at night and on days off the clock alone sends none.
            assert page.post("/chat/reminders", json={"persona": "official"}).status_code == 200
            after = ""
            shown: list[dict[str, Any]] = []
            while not any(m["persona"] == "" for m in shown) or not any(m["notice"] for m in shown):
                found = page.get("/chat/messages", params={"after": after, "wait": "20"}).json()
                after = found["next"]
                shown += found["messages"]
            (answer,) = [m for m in shown if m["persona"] == ""]
            assert "90%" in answer["text"]
            assert json.dumps(answer["buttons"]).count("source:") >= 1
        assert process.stop() == 0
    finally:
        if process.is_running:
            process.kill()
