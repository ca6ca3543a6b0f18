"""An office on three apps: the whole product in this process, real HTTP to the stand-ins, a clock that runs fast."""

import asyncio
import socket
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, timedelta
from datetime import time as hour_of_day
from pathlib import Path
from typing import Any

import pytest
import uvicorn
from pydantic import SecretStr

from bot.apps import receive_from_apps
from bot.desk import WebDesk
from bot.handing_out import HandingOut
from bot.office import FrontOffice, open_front_office
from bot.sealing import KEY_FILE, Sealer
from bot.web.app import create_app
from bot.zalo_tokens import ZaloTokens
from bot.zalo_watch import ZaloWatch
from domain.clock import local_day
from domain.deadlines import Deadline, DeadlineKind
from domain.messages import Reply
from domain.notice_rules import NoticeRules
from domain.notices import CallKind
from domain.people import Office, Person, Role, Unit
from domain.tasks import Task
from handlers.calls import parts_of, send_call
from handlers.moments import office_hours
from tests.conversations.stages import QuickTelegram, QuietServer, settings_for
from tests.conversations.zalo_stages import QuickZaloBot, QuickZaloOa
from tests.crash.storm import Rows
from tests.faults.accounting import WAITING, Account, Arrived, account_for
from tests.platforms import telegram, zalo_bot, zalo_oa

TELEGRAM, ZALO_OA, ZALO_BOT = "telegram", "zalo-oa", "zalo-bot"
OPENS = datetime(2026, 3, 10, 2, 0, tzinfo=UTC)
"""A Tuesday at nine in the morning."""
RATE = 20.0
"""How much faster than real time the product's clock runs."""
OPEN_ALL_DAY = NoticeRules(hour=hour_of_day(0), quiet_from=hour_of_day(0), quiet_to=hour_of_day(0), daily_cap=20)
SECRET = "bi-mat-cua-bai-thu"
LONGEST_WAIT = 30.0

Phone = telegram.User | zalo_oa.User | zalo_bot.User


class FastClock:
    """A clock that runs fast and can be put forward."""

    def __init__(self, begins: datetime = OPENS) -> None:
        self._at = begins
        self._since = time.monotonic()

    def __call__(self) -> datetime:
        return self._at + timedelta(seconds=(time.monotonic() - self._since) * RATE)

    def forward(self, **by: float) -> None:
        """Put it forward."""
        self._at += timedelta(**by)


@dataclass
class Apps:
    """The three stand-ins, and the phones of everybody who has one of the apps."""

    telegram: telegram.Telegram
    zalo_oa: zalo_oa.ZaloOa
    zalo_bot: zalo_bot.ZaloBot
    phones: dict[str, list[Phone]] = field(default_factory=lambda: {TELEGRAM: [], ZALO_OA: [], ZALO_BOT: []})

    def phone(self, name: str, channel: str) -> Phone:
        """A new person's phone with this app."""
        apps: dict[str, Any] = {TELEGRAM: self.telegram, ZALO_OA: self.zalo_oa, ZALO_BOT: self.zalo_bot}
        made: Phone = apps[channel].user(name)
        self.phones[channel].append(made)
        return made

    def arrived(self) -> list[Arrived]:
        """What stands in all the chats."""
        return [
            Arrived(channel, str(phone.id), seen.text, str(seen.message_id))
            for channel, phones in self.phones.items()
            for phone in phones
            for seen in phone.messages()
        ]

    def unanswered(self) -> int:
        """How many calls were made to which the product got no answer."""
        silent = ("reset_before", "reset_after", "hang", "hang_after", "garbled", "code_after")
        calls = [*self.telegram.journal(), *self.zalo_oa.journal(), *self.zalo_bot.journal()]
        return sum(call["fault"] in silent or call["method"] == "(down)" for call in calls)

    def down(self, channel: str, is_down: bool = True) -> None:
        """An app resets every connection, or answers again."""
        if channel == ZALO_OA:
            self.zalo_oa.down(is_down)
            return
        app = self.telegram if channel == TELEGRAM else self.zalo_bot
        if is_down:
            app.fault("reset_before", times=-1)
        else:
            app.clear_faults()


@dataclass
class House:
    """The product, its apps and its office."""

    front: FrontOffice
    apps: Apps
    clock: FastClock
    tokens: ZaloTokens
    rows: Rows
    office: Office
    unit: Unit
    home: Path

    async def hire(self, name: str, role: Role, *channels: str) -> tuple[Person, list[Phone]]:
        """Somebody of the office, joined on these apps."""
        phones = [self.apps.phone(name, channel) for channel in channels]
        async with self.front.storage.writing() as records:
            unit = self.unit.id if role in (Role.OFFICIAL, Role.HEAD) else None
            person = await records.people.add(self.office.id, name, role, unit)
            for channel, phone in zip(channels, phones, strict=True):
                await records.people.bind(person.id, channel, str(phone.id), str(phone.id))
        return person, phones

    async def announce(self, author: Person, to: Sequence[Person], text: str) -> None:
        """A colleague confirms an announcement, as the chat would have it, and it is queued."""
        async with self.front.storage.writing() as records:
            hours = await office_hours(records, self.office.id)
            parts = parts_of(CallKind.ANNOUNCEMENT, to, text)
            await send_call(records, author, parts, to, self.clock(), hours)
        await self.front.remind()

    async def task(self, number: str, person: Person, due: date | None = None) -> None:
        """A task that is due today, so that its person is reminded."""
        deadline = Deadline(DeadlineKind.DATE, due=due or local_day(self.clock()))
        task = Task(0, self.office.id, number, f"Việc số {number}.", deadline, assignee_id=person.id, confirmed=True)
        async with self.front.storage.writing() as records:
            await records.register.put_task(task)

    async def tell(self, channel: str, chat: str, text: str, by: Person | None = None) -> None:
        """Have something said in a chat, as to a citizen who waits for it."""
        async with self.front.storage.writing() as records:
            await records.outbox.queue(
                channel=channel,
                chat_id=chat,
                reply=Reply(text),
                key=f"told:{channel}:{chat}:{text}:0",
                now=self.clock(),
                cause="told",
                office_id=self.office.id,
                said_by_id=by.id if by else None,
            )
        self.front.delivery.ring()

    async def until(self, is_so: Callable[[], Awaitable[bool]], what: str) -> None:
        """Wait until something is so."""
        try:
            async with asyncio.timeout(LONGEST_WAIT):
                while not await is_so():
                    await asyncio.sleep(0.02)
        except TimeoutError:
            raise AssertionError(f"not within {LONGEST_WAIT} s: {what}; {await self.counts()}") from None

    async def counts(self) -> dict[str, int]:
        """How many rows of the outbox there are of each status."""
        async with self.front.storage.reading() as records:
            return await records.outbox.counts()

    async def settle(self, *channels: str) -> None:
        """Until everything is dealt with that comes in or goes out by these apps; by all of them if none is named."""

        async def is_settled() -> bool:
            if await self.front.remind():
                return False
            async with self.front.storage.reading() as records:
                inbox = await records.inbox.counts()
                outbox = await records.outbox.counts(channels) if channels else await records.outbox.counts()
            return not inbox["new"] and not any(outbox[status] for status in WAITING)

        await self.until(is_settled, f"all is settled on {channels or 'every app'}")

    async def sent(self, channel: str, at_least: int) -> None:
        """Until so many messages went out through an app."""

        async def are_sent() -> bool:
            async with self.front.storage.reading() as records:
                return (await records.outbox.counts((channel,)))["sent"] >= at_least

        await self.until(are_sent, f"{at_least} are sent through {channel}")

    async def is_held(self, channel: str) -> None:
        """Until an app is held."""

        async def is_held() -> bool:
            async with self.front.storage.reading() as records:
                return any(hold.channel == channel for hold in await records.channel_holds.all())

        await self.until(is_held, f"{channel} is held")

    async def told(self, phone: Phone, part: str) -> None:
        """Until somebody reads something in an app."""

        async def is_told() -> bool:
            await self.front.remind()
            return any(part in seen.text for seen in phone.messages())

        await self.until(is_told, f"{part!r} is read")

    def watch(self) -> ZaloWatch:
        """What looks after the tokens each minute, to be had look now."""
        front = self.front
        return ZaloWatch(
            *(front.storage, front.channels, Sealer(self.home / KEY_FILE), self.apps.zalo_oa.app_id, front.clock),
            front.delivery.ring,
            on_mended=lambda: front.delivery.try_held(ZALO_OA),
        )

    async def figures(self) -> dict[str, float]:
        """What `/metrics` shows."""
        return dict(await WebDesk(self.front, self.office.name).metrics())

    async def account(self, *, waiting: int = 0, most_copies: int = 0) -> Account:
        """Account for everything, and print it."""
        most = most_copies + self.apps.unanswered()
        found = await asyncio.to_thread(account_for, self.rows, self.apps.arrived(), waiting=waiting, most_copies=most)
        print(found)
        return found


@pytest.fixture
def hurried(monkeypatch: pytest.MonkeyPatch) -> None:
    """The product's real pauses, which rules and not figures depend on, are a fiftieth of what they are."""
    for name, seconds in {
        "bot.channels.zalo_oa_api.FIRST_PAUSE": 0.1,
        "bot.channels.zalo_oa_api.LONGEST_PAUSE": 0.5,
        "bot.channels.zalo_bot.FIRST_PAUSE": 0.05,
        "bot.channels.zalo_bot.LONGEST_PAUSE": 0.5,
        "bot.delivery.LONGEST_OUTAGE_PAUSE": 0.2,
        "bot.polling.BETWEEN_POLLS": 0.0,
        "bot.zalo_tokens.SECOND_TRY_SECONDS": 0.05,
    }.items():
        monkeypatch.setattr(name, seconds)


@asynccontextmanager
async def a_house(home: Path, *, database: str = "", hooks: bool = False, **more: Any) -> AsyncIterator[House]:
    """The product over the three apps; with `hooks` Telegram and the Zalo bot push, otherwise they are asked."""
    with (
        telegram.StandIn() as first,
        zalo_oa.StandIn() as second,
        zalo_bot.StandIn() as third,
        socket.create_server(("127.0.0.1", 0)) as listener,
    ):
        first.pace(per_second=100000.0, per_chat_second=100000.0)
        url = f"http://127.0.0.1:{listener.getsockname()[1]}"
        way = "webhook" if hooks else "polling"
        settings = settings_for(
            home,
            "Ủy ban nhân dân phường Thử",
            public_url=url,
            telegram_mode=way,
            telegram_webhook_secret=SecretStr(SECRET),
            zalo_bot_mode=way,
            zalo_bot_webhook_secret=SecretStr(SECRET),
            zalo_oa_app_id=second.app_id,
            zalo_oa_app_secret=SecretStr(second.app_secret),
            zalo_oa_secret_key=SecretStr(second.secret_key),
            zalo_oa_refresh_token=SecretStr(second.tokens()["refresh_token"]),
            zalo_oa_api_base=second.url,
            zalo_oa_business_base=second.business_url,
            zalo_oauth_base=second.oauth_url,
            limit_person_minute=0,
            limit_person_hour=0,
            limit_office_minute=0,
            **more,
        )
        if database:
            settings = settings.model_copy(update={"database_url": SecretStr(database)})
        clock, handing_out = FastClock(), HandingOut(home, url)
        second.set_time(clock())
        tokens = ZaloTokens.of(settings, clock)
        assert tokens is not None
        front = await open_front_office(
            settings,
            [
                QuickTelegram(first.token, base_url=first.url),
                QuickZaloOa(tokens, second.app_id, second.url, business_url=second.business_url, call_timeout=3.0),
                QuickZaloBot(third.token, third.url, hand_out=handing_out, call_timeout=3.0),
            ],
            clock=clock,
            handing_out=handing_out,
        )
        tokens.open(front.storage)
        rows = Rows.of_server(database) if database else Rows.of_file(home / "kehoach.db")
        try:
            office, unit = await _furnished(front, settings.office_name)
            await front.start()
            ending = await _served(front, listener, settings.office_name)
            receive_from_apps(front, tokens)
            assert await second.set_webhook(f"{url}/webhooks/zalo-oa") == 200
            yield House(front, Apps(first, second, third), clock, tokens, rows, office, unit, home)
            ending()
        finally:
            await tokens.close()
            await front.nursery.stop(grace=0)
            await front.close()


async def _furnished(front: FrontOffice, name: str) -> tuple[Office, Unit]:
    """An office that is reminded at any hour and reports by no periods."""
    async with front.storage.writing() as records:
        office = await records.offices.ensure(name, "Thử", ())
        unit = await records.people.add_unit(office.id, "Phòng Kinh tế", [])
        await records.notice_rules.put(office.id, OPEN_ALL_DAY)
        for schedule in await records.periods.schedules(office.id):
            await records.periods.put_schedule(replace(schedule, active=False), date(2026, 1, 1))
    return office, unit


async def _served(front: FrontOffice, listener: socket.socket, name: str) -> Callable[[], None]:
    """The product's own web server on a port that is known before; returns what ends it."""
    app = create_app(WebDesk(front, name))
    server = QuietServer(uvicorn.Config(app, log_config=None, access_log=False, lifespan="off"))
    front.nursery.start("web server", server.serve(sockets=[listener]))
    async with asyncio.timeout(LONGEST_WAIT):
        while not server.started:
            await asyncio.sleep(0.005)
    return lambda: setattr(server, "should_exit", True)
