"""What a bot's plan limits: counted, kept, told of in time and once, and given way to while another app is there."""

from collections.abc import AsyncIterator, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from pydantic import SecretStr
from pydantic_settings import SettingsConfigDict

from bot.channels.web import Web
from bot.channels.zalo_bot import ZaloBot as Channel
from bot.findings import Finding
from bot.outlook import Outlook
from bot.plan_limits import Plan, PlanLimits, month_end, month_start
from bot.settings import Settings
from bot.telling import queue_told
from bot.zalo_bot_findings import plan_findings, zalo_bot_findings
from domain.channel_holds import Quota
from domain.messages import Reply
from domain.people import Person, Role
from domain.ports import Channel as AnyChannel
from handlers.turn import Told
from storage import Queued, Storage
from tests.platforms.zalo_bot import TOKEN, StandIn, ZaloBot

NOW = datetime(2026, 3, 15, 3, 0, tzinfo=UTC)


class Office:
    """An office with an administrator on Zalo Bot and the web, and messages sent through the bot."""

    def __init__(self, storage: Storage) -> None:
        self.storage = storage
        self.now = NOW
        self.rung = 0
        self.channels: dict[str, AnyChannel] = {"zalo-bot": Channel(TOKEN), "web": Web()}
        self.sent = 0
        self.admin: Person

    async def furnish(self) -> None:
        async with self.storage.writing() as records:
            office = await records.offices.ensure("UBND phường Vân Sương", "Vân Sương", ())
            self.admin = await records.people.add(office.id, "Phan Thu Trang", Role.ADMINISTRATOR, None)
            for channel in self.channels:
                await records.people.bind(self.admin.id, channel, f"trang-{channel}", f"trang-{channel}")

    def limits(self, messages: int = 10, people: int = 0) -> PlanLimits:
        def ring() -> None:
            self.rung += 1

        return PlanLimits(
            Plan("zalo-bot", messages, people, 0), self.storage, self.channels, lambda: self.now, on_queued=ring
        )

    async def send(self, count: int) -> None:
        """So many messages went out through the bot, each to somebody else."""
        async with self.storage.writing() as records:
            names = [f"c{self.sent + n}" for n in range(count)]
            self.sent += count
            await records.outbox.queue_many([Queued("zalo-bot", c, Reply("x"), c, self.now, "reply") for c in names])
            rows = await records.outbox.claim(self.now, count, (), ("zalo-bot",), sender="s")
            await records.outbox.sent_many([(row.id, "m") for row in rows], self.now, sender="s")

    async def told(self) -> list[tuple[str, str]]:
        """What waits in the outbox: the channel and the words."""
        found: list[tuple[str, str]] = []
        async with self.storage.writing() as records:
            while rows := await records.outbox.claim(self.now, 50, (), tuple(self.channels), sender="reader"):
                found += [(row.channel, row.reply.text) for row in rows]
                for row in rows:
                    # Read and taken out, so that it neither counts as sent nor holds back what comes next.
                    await records.outbox.failed(row.id, "read by the test", sender="reader")
        return found


@pytest.fixture
async def office(tmp_path: Path) -> AsyncIterator[Office]:
    storage = Storage.open(f"sqlite:///{tmp_path / 'kehoach.db'}")
    await storage.migrate()
    made = Office(storage)
    await made.furnish()
    yield made
    await storage.close()


def test_a_month_is_the_calendars_in_vietnam() -> None:
    late = datetime(2026, 12, 31, 18, 0, tzinfo=UTC)
    assert month_start(late) == datetime(2026, 12, 31, 17, 0, tzinfo=UTC)
    assert month_end(late) == datetime(2027, 1, 31, 17, 0, tzinfo=UTC)
    assert month_end(NOW) == datetime(2026, 3, 31, 17, 0, tzinfo=UTC)


async def test_the_figures_are_kept(office: Office) -> None:
    await office.send(3)
    messages, people, groups = await office.limits(people=50).count()
    assert messages == Quota("zalo-bot", "messages", 7, 10, NOW, month_end(NOW))
    assert (people.remaining, people.total) == (47, 50)
    assert (groups.remaining, groups.total) == (None, None)
    assert await office.told() == []


async def test_each_mark_is_told_once_in_a_month_also_after_a_start(office: Office) -> None:
    limits = office.limits(20)
    await office.send(16)
    await limits.count()
    await limits.count()
    await office.limits(20).count()
    [(_, words)] = await office.told()
    assert "16 trên 20" in words and "80%" in words and "03/2026" in words
    await office.send(3)
    await limits.count()
    [(_, words)] = await office.told()
    assert "19 trên 20" in words and "95%" in words
    assert office.rung >= 2


async def test_the_next_month_begins_anew_and_is_told_anew(office: Office) -> None:
    limits = office.limits(10)
    await office.send(8)
    await limits.count()
    await office.told()
    office.now = month_end(NOW) + timedelta(hours=1)
    [messages, *_] = await limits.count()
    assert messages.remaining == 10
    await office.send(8)
    await limits.count()
    [(_, words)] = await office.told()
    assert "04/2026" in words


async def test_what_was_erased_was_sent_all_the_same(office: Office) -> None:
    await office.send(4)
    await office.limits().count()
    async with office.storage.writing() as records:
        await records.outbox.purge(NOW + timedelta(days=1), 100)
        assert await records.channel_use.messages("zalo-bot", month_start(NOW)) == 0
    [messages, *_] = await office.limits().count()
    assert messages.remaining == 6


async def test_used_up_the_bot_gives_way_to_another_app_and_is_used_where_there_is_none(office: Office) -> None:
    async def tell(key: str) -> list[str]:
        async with office.storage.writing() as records:
            told = [Told(Reply("Nhắc việc"), key, person_id=office.admin.id)]
            assert await queue_told(records, office.channels, told, office.now) == []
        return [channel for channel, words in await office.told() if words == "Nhắc việc"]

    assert await tell("before") == ["zalo-bot"]
    await office.send(10)
    await office.limits().count()
    assert await tell("used up") == ["web"]
    del office.channels["web"]
    assert await tell("nowhere else") == ["zalo-bot"]
    office.channels["web"] = Web()
    office.now = month_end(NOW) + timedelta(hours=1)
    assert await tell("next month") == ["zalo-bot"]


async def test_without_a_limit_nothing_is_counted_against_it(office: Office) -> None:
    await office.send(5)
    await office.limits(0).count()
    assert await office.told() == []


async def test_doctor_shows_the_figures_and_warns_near_the_end(office: Office) -> None:
    await office.send(8)
    await office.limits(10, people=50).count()
    async with office.storage.reading() as records:
        found = [finding async for finding in plan_findings(records, NOW)]
    assert [(one.level, one.check) for one in found] == [("warning", "zalo-bot"), ("ok", "zalo-bot")]
    assert "8 trên 10" in found[0].text and "8 trên 50" in found[1].text


class _Sealed(Settings):
    model_config = SettingsConfigDict(env_file=None)


@pytest.fixture
def zalo_bot() -> Iterator[ZaloBot]:
    with StandIn() as stand_in:
        yield stand_in


async def found(zalo_bot: ZaloBot, **settings: object) -> list[Finding]:
    given = _Sealed(zalo_bot_token=SecretStr(zalo_bot.token), zalo_bot_api_base=zalo_bot.url, **settings)  # type: ignore[arg-type]
    return [finding async for finding in zalo_bot_findings(given, Outlook(NOW))]


async def test_doctor_finds_a_webhook_beside_polling(zalo_bot: ZaloBot) -> None:
    assert [one.level for one in await found(zalo_bot)] == ["ok", "warning"]
    channel = Channel(zalo_bot.token, zalo_bot.url)
    await channel.set_webhook(f"{zalo_bot.url}/elsewhere", "mot-bi-mat-de-thu")
    await channel.close()
    fault = (await found(zalo_bot))[-1]
    assert fault.level == "fault" and f"{zalo_bot.url}/elsewhere" in fault.text
    pushed = await found(zalo_bot, zalo_bot_mode="webhook", public_url="https://vansuong.example")
    assert [one.level for one in pushed] == ["fault", "ok", "warning"]


async def test_doctor_says_that_a_token_is_refused_and_never_names_it(zalo_bot: ZaloBot) -> None:
    zalo_bot.fault("unauthorized", "getMe")
    [fault] = await found(zalo_bot)
    assert fault.level == "fault" and "ZALO_BOT_TOKEN" in fault.text and TOKEN not in fault.text
    zalo_bot.fault("bad_gateway", "getMe")
    [fault] = await found(zalo_bot)
    assert fault.level == "fault" and "ZALO_BOT_API_BASE" in fault.text
