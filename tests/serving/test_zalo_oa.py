"""The running server as an Official Account: its webhook, its tokens, and what it does while Zalo is in trouble."""

import sqlite3
from collections.abc import Iterator
from contextlib import closing
from functools import partial
from pathlib import Path

import pytest

from tests.platforms.zalo_oa import User, ZaloOa
from tests.running import answers, free_port, serve, settings_for, wait_until, zalo_oa_process, zalo_oa_settings


class Served:
    """One server with the stand-in of an Official Account."""

    def __init__(self, folder: Path, zalo: ZaloOa) -> None:
        self.home = folder / "data"
        self.log = folder / "serve.log"
        self.zalo = zalo
        port = free_port()
        self.url = f"http://127.0.0.1:{port}"
        told = zalo_oa_settings(zalo) | {"OFFICE_NAME": "Ủy ban nhân dân xã Thử", "PUBLIC_URL": self.url}
        self.process = serve(settings_for(self.home, None, port, **told), self.log)
        wait_until(partial(answers, f"{self.url}/healthz"), 60, "the server is ready")
        assert zalo.enter_webhook(f"{self.url}/webhooks/zalo-oa") == 200

    def rows(self, sql: str) -> list[tuple[object, ...]]:
        with closing(sqlite3.connect(f"file:{self.home / 'kehoach.db'}?mode=ro", uri=True)) as database:
            return database.execute(sql).fetchall()

    def settled(self, person: User) -> list[str]:
        """What a person was told, once nothing is left to do."""
        self.zalo.await_taken(30)
        wait_until(lambda: self.rows("select count(*) from inbox where status = 'new'") == [(0,)], 30, "all is read")
        unsent = "select count(*) from outbox where status not in ('sent', 'failed')"
        wait_until(lambda: self.rows(unsent) == [(0,)], 30, "all is sent")
        return [seen.text for seen in person.unread()]


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    folder = tmp_path_factory.mktemp("served-zalo")
    with zalo_oa_process(folder) as zalo:
        server = Served(folder, zalo)
        yield server
        server.process.kill()


def test_a_word_to_the_account_is_answered(served: Served) -> None:
    dan = served.zalo.user("Dân")
    dan.says("xin chào")
    said = served.settled(dan)
    assert "xã Thử" in "\n".join(said)


@pytest.mark.parametrize(
    "variant",
    [
        {"has_prefix": False},
        {"timestamp": "header"},
        {"first": "oa_id", "secret": "app"},
    ],
)
def test_an_event_is_taken_by_each_variant_of_the_signature(served: Served, variant: dict[str, object]) -> None:
    usual = {"has_prefix": True, "timestamp": "body", "first": "app_id", "secret": "oa"}
    served.zalo.signing(**{**usual, **variant})
    dan = served.zalo.user("Dân")
    dan.says("xin chào")
    try:
        assert served.settled(dan)
    finally:
        served.zalo.signing(**usual)


def test_an_event_that_is_not_signed_is_refused_and_leaves_nothing(served: Served) -> None:
    before = served.rows("select count(*) from inbox")
    for wrong in ({"is_on": False}, {"is_wrong": True}):
        served.zalo.signing(**wrong)
        event = served.zalo.user("Kẻ lạ").says("xin chào")
        tried = served.zalo.do("wait_for_attempts", event=event, count=1, timeout=10)
        served.zalo.signing(is_on=True, is_wrong=False)
        assert [attempt["status"] for attempt in tried["attempts"]] == [401]
        assert served.rows("select count(*) from inbox") == before
        served.zalo.advance(31)
        served.zalo.await_taken(10)
        before = served.rows("select count(*) from inbox")


def test_an_event_told_five_times_at_once_is_answered_once(served: Served) -> None:
    dan = served.zalo.user("Dân")
    event = dan.says("xin chào")
    first = served.settled(dan)
    served.zalo.redeliver(event, times=5, at_once=True)
    assert first and served.settled(dan) == []


def test_a_token_that_ended_is_renewed_and_the_answer_still_goes_out(served: Served) -> None:
    dan = served.zalo.user("Dân")
    given = served.zalo.do("rotations")["given"]
    served.zalo.expire_access()
    dan.says("xin chào")
    assert served.settled(dan)
    assert served.zalo.do("rotations") == {"given": given + 1, "alive": 1}


def test_what_is_said_while_zalo_is_out_of_order_is_answered_afterwards(served: Served) -> None:
    dan = served.zalo.user("Dân")
    served.zalo.fault("bad_gateway", "message/cs")
    served.zalo.fault("code", "message/cs", code=-200)
    dan.says("xin chào")
    said = served.settled(dan)
    assert said and len(set(said)) == len(said)


def test_no_answer_takes_longer_than_zalo_waits_and_no_secret_is_logged(served: Served) -> None:
    told = served.zalo.pushes()
    assert "late" not in told["outcomes"] and "broken" not in told["outcomes"]
    log = served.log.read_text(encoding="utf-8")
    assert served.zalo.app_secret not in log and served.zalo.secret_key not in log
    assert "Traceback" not in log
