"""Polling an app that acknowledges nothing: what comes again has one effect, and silence is looked into."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from pathlib import Path

import pytest
from structlog.testing import capture_logs

from bot.apps import poll_zalo_bot, register_zalo_bot
from bot.channels.zalo_bot import ZaloBot as Channel
from bot.delivery import Delivery
from bot.nursery import Nursery
from bot.polling import BETWEEN_POLLS, LONGEST_PAUSE, LOOK_AFTER_EMPTY, AskingInTurn
from bot.reception import Reception
from bot.turns import Turns
from domain.messages import Reply
from handlers.turn import Turn
from storage import Busy, Storage
from tests.bot.desk import NOW, Nothing
from tests.platforms.zalo_bot import StandIn, ZaloBot

SECRET = "mot-bi-mat-de-thu"


async def echo(turn: Turn) -> list[Reply]:
    return [Reply(f"Đã nhận: {turn.text}")]


class Office:
    """The product's own loops over one database and the stand-in."""

    def __init__(self, storage: Storage, channel: Channel) -> None:
        self.storage = storage
        self.channel = channel
        self.nursery = Nursery()
        channels = {channel.name: channel}
        self.delivery = Delivery(storage, channels, lambda: NOW, self.nursery)
        turns = Turns(
            storage, channels, Nothing(), lambda: NOW, self.nursery, respond=echo, on_queued=self.delivery.ring
        )
        self.reception = Reception(storage, channels, turns, self.nursery)

    def serve(self) -> None:
        """Begin to take turns and send."""
        self.nursery.keep("reception", self.reception.run)
        self.nursery.keep("delivery", self.delivery.run, ends_when_told=True)

    async def stop(self) -> None:
        """End, as at a clean stop."""
        self.delivery.stop()
        await self.nursery.stop(0.5)
        await self.delivery.settle()

    def asking(self, sleep: Callable[[float], Awaitable[None]] = asyncio.sleep) -> AskingInTurn:
        """Polls that do not wait for anything."""
        return AskingInTurn(self.channel, self.reception, timeout=0, sleep=sleep, monotonic=lambda: 0.0)

    async def stored(self) -> int:
        """How many updates the inbox has."""
        async with self.storage.reading() as records:
            return sum((await records.inbox.counts()).values())


@pytest.fixture
def zalo_bot() -> Iterator[ZaloBot]:
    with StandIn() as stand_in:
        yield stand_in


@pytest.fixture
async def office(zalo_bot: ZaloBot, tmp_path: Path) -> AsyncIterator[Office]:
    storage = Storage.open(f"sqlite:///{tmp_path / 'kehoach.db'}")
    await storage.migrate()
    channel = Channel(zalo_bot.token, zalo_bot.url)
    made = Office(storage, channel)
    yield made
    await made.stop()
    await channel.close()
    await storage.close()


async def test_a_message_is_stored_once_however_often_it_is_given(zalo_bot: ZaloBot, office: Office) -> None:
    zalo_bot.manner(replay=True)
    zalo_bot.user().says("một")
    zalo_bot.user().says("hai")
    asking = office.asking()
    for _ in range(6):
        assert await asking.ask() == 0.0
    assert zalo_bot.tally()["getUpdates"] == 6
    assert await office.stored() == 2


async def test_after_a_start_what_is_given_again_is_still_known(
    zalo_bot: ZaloBot, office: Office, tmp_path: Path
) -> None:
    zalo_bot.manner(replay=True)
    lan = zalo_bot.user()
    lan.says("một")
    office.serve()
    await office.asking().ask()
    await lan.wait_for_messages(1)
    await office.stop()
    again = Office(office.storage, office.channel)
    again.serve()
    asking = again.asking()
    for _ in range(5):
        await asking.ask()
    lan.says("hai")
    await asking.ask()
    assert [seen.text for seen in await lan.wait_for_messages(2)] == ["Đã nhận: một", "Đã nhận: hai"]
    await again.stop()
    assert len(lan.messages()) == 2


async def test_between_two_polls_there_is_a_second(zalo_bot: ZaloBot, office: Office) -> None:
    zalo_bot.manner(replay=True)
    zalo_bot.user().says("một")
    waits: list[float] = []

    async def sleep(seconds: float) -> None:
        waits.append(seconds)
        if len(waits) == 3:
            raise asyncio.CancelledError

    with pytest.raises(asyncio.CancelledError):
        await office.asking(sleep).run()
    assert waits == [BETWEEN_POLLS] * 3


async def test_failures_are_waited_out_longer_and_longer_and_what_helps_resets(
    zalo_bot: ZaloBot, office: Office
) -> None:
    await office.channel.me()
    zalo_bot.fault("server_error", "getUpdates", times=8)
    asking = office.asking()
    assert [await asking.ask() for _ in range(8)] == [1, 2, 4, 8, 16, 32, LONGEST_PAUSE, LONGEST_PAUSE]
    assert await asking.ask() == 0.0
    zalo_bot.fault("bad_gateway", "getUpdates")
    assert await asking.ask() == 1.0


async def test_a_refused_poll_finds_the_webhook_that_takes_the_updates(zalo_bot: ZaloBot, office: Office) -> None:
    await office.channel.set_webhook(f"{zalo_bot.url}/elsewhere", SECRET)
    asking = office.asking()
    with capture_logs() as lines:
        await asking.ask()
    assert asking.hook == f"{zalo_bot.url}/elsewhere"
    assert [line["log_level"] for line in lines if "webhook is set" in line["event"]] == ["error"]


async def test_long_silence_finds_it_too_and_a_message_ends_the_finding(zalo_bot: ZaloBot, office: Office) -> None:
    await office.channel.set_webhook(f"{zalo_bot.url}/elsewhere", SECRET)
    zalo_bot.manner(silent=True)
    asking = office.asking()
    for _ in range(LOOK_AFTER_EMPTY - 1):
        await asking.ask()
    assert asking.hook == ""
    await asking.ask()
    assert asking.hook == f"{zalo_bot.url}/elsewhere"
    await office.channel.delete_webhook()
    zalo_bot.user().says("xin chào")
    await asking.ask()
    assert asking.hook == ""


async def test_polling_begins_by_taking_a_webhook_away(zalo_bot: ZaloBot, office: Office) -> None:
    await office.channel.set_webhook(f"{zalo_bot.url}/before", SECRET)
    office.serve()
    office.nursery.keep("polling", lambda: poll_zalo_bot(office.channel, office.reception, between=0.0))
    lan = zalo_bot.user()
    lan.says("xin chào")
    assert (await lan.next_message()).text == "Đã nhận: xin chào"
    assert zalo_bot.webhook() is None


async def test_how_the_trial_of_a_webhook_ended_is_told(zalo_bot: ZaloBot, office: Office) -> None:
    with capture_logs() as lines:
        await register_zalo_bot(office.channel, f"{zalo_bot.url}/nobody", SECRET)
    [line] = lines
    assert (line["log_level"], line["status_code"]) == ("error", "404")
    assert SECRET not in str(line)


async def test_a_token_that_is_refused_is_waited_out_and_said(zalo_bot: ZaloBot, office: Office) -> None:
    zalo_bot.fault("unauthorized", "getMe")
    with capture_logs() as lines:
        assert await office.asking().ask() == 1.0
    assert lines[0]["kind"] == "held"


async def test_a_text_goes_there_and_back(zalo_bot: ZaloBot, office: Office) -> None:
    office.serve()
    asking = office.asking()
    lan = zalo_bot.user()
    lan.says("kế hoạch số 5")
    await asking.ask()
    assert (await lan.next_message()).text == "Đã nhận: kế hoạch số 5"


async def test_its_own_words_are_not_answered(zalo_bot: ZaloBot, office: Office) -> None:
    office.serve()
    lan = zalo_bot.user()
    zalo_bot.do("echo", chat=lan.id)
    lan.says("tôi đây")
    asking = office.asking()
    await asking.ask()
    await asking.ask()
    await lan.wait_for_messages(1)
    assert [seen.text for seen in lan.messages()] == ["Đã nhận: tôi đây"]


async def test_what_the_database_does_not_take_at_once_is_kept_until_it_does(zalo_bot: ZaloBot, office: Office) -> None:
    zalo_bot.user().says("một")
    accept = office.reception.accept
    waits: list[float] = []

    async def fail(*_: object) -> int:
        raise Busy("not this time")

    async def sleep(seconds: float) -> None:
        waits.append(seconds)
        if len(waits) == 3:
            office.reception.accept = accept  # type: ignore[method-assign]

    office.reception.accept = fail  # type: ignore[method-assign, assignment]
    with capture_logs() as lines:
        await office.asking(sleep).ask()
    assert (waits, await office.stored(), len(lines)) == ([1, 2, 4], 1, 3)
    assert zalo_bot.tally()["getUpdates"] == 1
