"""What becomes of a reply that does not go out at once."""

import sqlite3
from datetime import datetime, timedelta
from pathlib import Path

import pytest

import texts
from domain.ports import SendFailed
from tests.bot.desk import NOW, Desk, echo, open_desk, said

LABEL = texts.say("errors.maybe_duplicate")


class Clock:
    """A clock that leaps ahead at every look, so that every wait is over at once."""

    def __init__(self) -> None:
        self.at = NOW

    def __call__(self) -> datetime:
        self.at += timedelta(hours=2)
        return self.at


async def _one(desk: Desk, *faults: SendFailed) -> list[str]:
    desk.postbox.faults = list(faults)
    await desk.receive(said(1, "một"), said(2, "hai"))
    await desk.settled()
    return [text for _, text in desk.postbox.delivered]


async def test_a_refused_sending_is_tried_again_and_order_is_kept(tmp_path: Path) -> None:
    async with open_desk(tmp_path, echo, clock=Clock()) as desk:
        failures = [SendFailed("retry", "busy"), SendFailed("retry", "too many", 3), SendFailed("retry", "busy")]
        assert await _one(desk, *failures) == ["một", "hai"]


async def test_an_unanswered_sending_is_repeated_once_and_says_so(tmp_path: Path) -> None:
    async with open_desk(tmp_path, echo, clock=Clock()) as desk:
        desk.postbox.delivers_all_the_same = True
        assert await _one(desk, SendFailed("uncertain", "no answer")) == ["một", f"{LABEL}\nmột", "hai"]


async def test_a_second_unanswered_sending_ends_it(tmp_path: Path) -> None:
    async with open_desk(tmp_path, echo, clock=Clock()) as desk:
        assert await _one(desk, SendFailed("uncertain", "1"), SendFailed("uncertain", "2")) == ["hai"]
        _, outbox = await desk.rows()
        assert outbox["failed"] == 1


@pytest.mark.parametrize("kind", ["unreachable", "rejected"])
async def test_what_can_never_be_sent_does_not_hold_back_the_next(tmp_path: Path, kind: str) -> None:
    async with open_desk(tmp_path, echo, clock=Clock()) as desk:
        assert await _one(desk, SendFailed(kind, "no")) == ["hai"]
        _, outbox = await desk.rows()
        assert outbox["failed"] == 1 and outbox["sent"] == 1


async def test_a_reply_caught_by_a_crash_while_being_sent_goes_out_once_more_with_the_label(tmp_path: Path) -> None:
    async with open_desk(tmp_path, echo, serving=False) as desk:
        await desk.receive(said(1, "một"))
    with sqlite3.connect(tmp_path / "kehoach.db") as database:
        database.execute("update inbox set status = 'done'")
        database.execute(
            "insert into outbox (key, channel, chat_id, reply, cause, status, attempts, maybe_duplicate, next_try_at,"
            " queued_at) values ('in:1:0', 'web', 'dan-so-mot', '{\"text\": \"một\"}', 'reply', 'sending', 1, 0,"
            " '2026-03-02 00:00:00', '2026-03-02 00:00:00')"
        )
    async with open_desk(tmp_path, echo) as desk:
        await desk.settled()
        assert desk.postbox.delivered == [("dan-so-mot", f"{LABEL}\nmột")]
