"""The running server and its Official Account's tokens: taken up at the start, never replayed, kept at the end."""

import json
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from functools import partial
from pathlib import Path

import pytest

from tests.platforms.zalo_oa import StandIn, ZaloOa
from tests.running import Process, answers, free_port, serve, settings_for, wait_until


@pytest.fixture
def zalo() -> Iterator[ZaloOa]:
    with StandIn() as stand_in:
        yield stand_in


class Served:
    """Starts and ends servers over one data folder."""

    def __init__(self, folder: Path, zalo: ZaloOa) -> None:
        self.home = folder / "data"
        self.log = folder / "serve.log"
        self.zalo = zalo
        self.seed = str(zalo.tokens()["refresh_token"])
        self.running: Process | None = None

    def start(self) -> Process:
        port = free_port()
        env = settings_for(
            self.home,
            None,
            port,
            LOG_LEVEL="DEBUG",
            OFFICE_NAME="Ủy ban nhân dân xã Bến Đá",
            ZALO_OA_APP_ID=self.zalo.app_id,
            ZALO_OA_APP_SECRET=self.zalo.app_secret,
            ZALO_OA_SECRET_KEY=self.zalo.secret_key,
            ZALO_OA_REFRESH_TOKEN=self.seed,
            ZALO_OA_API_BASE=self.zalo.url,
            ZALO_OAUTH_BASE=self.zalo.oauth_url,
        )
        self.running = serve(env, self.log)
        wait_until(partial(answers, f"http://127.0.0.1:{port}/healthz"), 60, "the server is ready")
        return self.running

    def row(self) -> tuple[int, str | None]:
        with closing(sqlite3.connect(f"file:{self.home / 'kehoach.db'}?mode=ro", uri=True)) as database:
            found: list[tuple[int, str | None]] = database.execute(
                "select generation, claimed_by from zalo_tokens"
            ).fetchall()
        return found[0] if found else (0, None)

    def asked(self) -> int:
        return self.zalo.tally().get("oauth/access_token", 0)


@pytest.fixture
def served(tmp_path: Path, zalo: ZaloOa) -> Iterator[Served]:
    made = Served(tmp_path, zalo)
    yield made
    if made.running is not None and made.running.is_running:
        made.running.kill()


def test_the_seed_is_spent_once_through_kills_and_restarts_and_shows_nowhere(served: Served) -> None:
    process = served.start()
    wait_until(lambda: served.row() == (1, None), 30, "the first pair is kept")
    process.kill()
    process = served.start()
    assert process.stop(40) == 0
    assert served.asked() == 1
    assert (served.home / "sealing.key").stat().st_mode & 0o777 == 0o600
    kept = b"".join(path.read_bytes() for path in served.home.rglob("*") if path.is_file())
    for secret in (served.seed, served.zalo.app_secret):
        assert secret.encode() not in kept and secret not in served.log.read_text(encoding="utf-8")
    assert json.dumps(served.zalo.journal()).count("refresh_token") == 1


def test_a_server_that_is_told_to_stop_first_keeps_the_pair_it_asked_for(served: Served) -> None:
    served.zalo.fault("slow", "oauth/access_token", seconds=2.0)
    process = served.start()
    wait_until(lambda: served.asked() == 1, 30, "the renewal is under way")
    assert process.stop(40) == 0
    assert served.row() == (1, None)
