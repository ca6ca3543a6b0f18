"""The two Zalo apps on which talks are played, each through its stand-in over real HTTP.

Neither has buttons: choices are numbered lines, picked by the number. What an app cannot carry comes as a link, which
is opened; it then counts as the file it leads to.
"""

import asyncio
import contextlib
import re
import socket
from collections.abc import AsyncIterator, Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from email.message import Message
from pathlib import Path
from typing import Any

import httpx
import uvicorn
from pydantic import SecretStr

import texts
from bot.channels.zalo_bot import ZaloBot
from bot.channels.zalo_oa import ZaloOa
from bot.desk import WebDesk
from bot.handing_out import ADDRESS, LASTS, HandingOut
from bot.polling import AskingInTurn
from bot.web import webhooks
from bot.web.app import create_app
from bot.zalo_tokens import ZaloTokens
from domain.channels import LAST_WINDOW
from domain.contacts import Heard as HeardFrom
from domain.messages import Kind
from domain.ports import Channel, Limits
from tests.conversations.player import Heard, with_attached
from tests.conversations.stages import (
    LONGEST_WAIT,
    Begin,
    House,
    QuietServer,
    described,
    settings_for,
    with_choices,
)
from tests.conversations.things import thing_sent
from tests.conversations.transcript import Said
from tests.platforms import zalo_bot as bot_platform
from tests.platforms import zalo_oa as oa_platform

DAYS_BETWEEN_WORDS = timedelta(days=2)
"""How often the staff of the talks open the account's menu, which keeps it free to write to them."""


class QuickZaloOa(ZaloOa):
    """The account without its pace, as the quick Telegram."""

    @property
    def limits(self) -> Limits:
        """The same, faster."""
        return Limits(2000, 1000.0, 1000.0, has_buttons=super().limits.has_buttons, window=LAST_WINDOW)


class QuickZaloBot(ZaloBot):
    """The bot without its pace."""

    @property
    def limits(self) -> Limits:
        """The same, faster."""
        return Limits(2000, 1000.0, 1000.0, has_buttons=False)


@dataclass
class _Site:
    """The product's own web server on a port that is known before the product is there."""

    listener: socket.socket

    @property
    def url(self) -> str:
        """Its public address."""
        return f"http://127.0.0.1:{self.listener.getsockname()[1]}"

    async def open(self, house: House) -> Callable[[], None]:
        """Serve the product's pages; returns what ends it."""
        app = create_app(WebDesk(house.front, described()["office"]["name"]))
        server = QuietServer(uvicorn.Config(app, log_config=None, access_log=False, lifespan="off"))
        house.front.nursery.start("web server", server.serve(sockets=[self.listener]))
        async with asyncio.timeout(LONGEST_WAIT):
            while not server.started:
                await asyncio.sleep(0.005)
        return lambda: setattr(server, "should_exit", True)


@contextlib.contextmanager
def _patient(stand_in: oa_platform.ZaloOa) -> Iterator[None]:
    """Neither side gives a call up after two seconds: on a busy machine the next try would come by the talk's clock."""
    usual = webhooks.STORE_SECONDS
    webhooks.STORE_SECONDS = LONGEST_WAIT
    stand_in.pushing(deadline=LONGEST_WAIT)
    try:
        yield
    finally:
        webhooks.STORE_SECONDS = usual


@contextlib.contextmanager
def _site() -> Any:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        yield _Site(listener)


class Reader:
    """What each person reads: messages as the talks write them, and the choices offered last."""

    def __init__(self, url: str) -> None:
        self._link = _link_pattern(url)
        self._offered: dict[str, tuple[str, ...]] = {}

    async def read(self, who: str, messages: Iterable[tuple[str, str]]) -> list[Heard]:
        """Messages as (words, the line for a picture or file, or empty), the way a transcript has them."""
        heard: list[Heard] = []
        lines: list[str] = []
        for words, attached in messages:
            lines += [attached] if attached else []
            text, files = await self._opened(words)
            lines += files
            if text:
                said = with_choices(text)
                self._offered[who] = said.labels
                heard.append(Heard("\n".join([*lines, *([said.text] if said.text else [])]), said.labels))
                lines = []
        if lines:
            heard.append(Heard("\n".join(lines)))
        return heard

    def picked(self, who: str, label: str) -> str:
        """What somebody types to pick a choice: its number where the last message offers it, else its words."""
        offered = self._offered.get(who, ())
        return str(offered.index(label) + 1) if label in offered else label

    async def _opened(self, words: str) -> tuple[str, list[str]]:
        """The words without the links of files, and a line for each file that such a link led to."""
        found = [await line_for(link["link"]) for link in self._link.finditer(words)]
        return self._link.sub("", words).strip(), found


async def line_for(link: str) -> str:
    """Open a link as a telephone does; the line for the picture or file that it leads to."""
    async with httpx.AsyncClient(trust_env=False) as browser:
        answer = (await browser.get(link)).raise_for_status()
    assert answer.content, link
    disposition = Message()
    disposition["Content-Disposition"] = answer.headers["Content-Disposition"]
    name = disposition.get_filename() or ""
    is_picture = answer.headers["Content-Type"].startswith("image/")
    return with_attached("", [name] if is_picture else [], [] if is_picture else [name])


def _link_pattern(url: str) -> re.Pattern[str]:
    line = texts.say("handout.link", name="\0", link="\1", days=LASTS.days)
    pattern = (
        re.escape(line).replace("\0", r"(?P<name>[^“”\n]+)").replace("\1", rf"(?P<link>{re.escape(url)}{ADDRESS}\S+)")
    )
    return re.compile(rf"\n*{pattern}")


class ZaloOaStage:
    """The Official Account by its webhook, against the stand-in, with tokens that rotate."""

    notices_have_buttons = False

    kinds = frozenset(Kind) - {Kind.OTHER}

    def __init__(
        self, house: House, stand_in: oa_platform.ZaloOa, users: Mapping[str, oa_platform.User], reader: Reader
    ) -> None:
        self._house = house
        self._stand_in = stand_in
        self._users = users
        self._reader = reader
        self.windows_close = False
        """True where people are silent as long as the talk says; else they open the account's menu meanwhile."""
        self.code_for = house.code_for
        self.feedback_code = house.feedback_code

    @property
    def house(self) -> House:
        """The product behind it."""
        return self._house

    @property
    def stand_in(self) -> oa_platform.ZaloOa:
        """The platform."""
        return self._stand_in

    @property
    def users(self) -> Mapping[str, oa_platform.User]:
        """The speakers' phones."""
        return self._users

    @classmethod
    @asynccontextmanager
    async def open(cls, home: Path) -> AsyncIterator["ZaloOaStage"]:
        """The office with its staff on the Official Account."""
        house = House(home)
        async with cls.made(house) as (channel, begin), house.open(channel):
            yield await begin(seated=True)

    @classmethod
    @asynccontextmanager
    async def made(cls, house: House) -> AsyncIterator[tuple[Channel, Begin["ZaloOaStage"]]]:
        """The channel, and what begins the stage once the house that serves it is open."""
        with oa_platform.StandIn() as stand_in, _patient(stand_in), _site() as site:
            house.more = {**house.more, **_oa_settings(stand_in, site)}
            house.handing_out = HandingOut(house.home, site.url)
            stand_in.set_time(house.moment)
            tokens = ZaloTokens.of(settings_for(house.home, **house.more), clock=lambda: house.moment)
            assert tokens is not None
            channel = QuickZaloOa(
                tokens,
                stand_in.app_id,
                stand_in.url,
                business_url=stand_in.business_url,
                cdn_url=stand_in.cdn_url,
                hand_out=house.handing_out,
                form_picture=f"{site.url}/static/so-dien-thoai.png",
            )
            users = {who: stand_in.user(who) for who in described()["speakers"]}

            async def begin(*, seated: bool) -> ZaloOaStage:
                tokens.open(house.front.storage)
                if seated:
                    await house.seat(channel.name, {who: (user.id, user.id) for who, user in users.items()})
                await site.open(house)
                stage = cls(house, stand_in, users, Reader(site.url))
                await stage._begin(site)
                return stage

            try:
                yield channel, begin
            finally:
                await tokens.close()

    async def _begin(self, site: _Site) -> None:
        await self._keep_windows_open()
        assert await self._stand_in.set_webhook(f"{site.url}/webhooks/zalo-oa") == 200
        await self._settle()

    async def say(self, said: Said) -> None:
        user = self._users[said.who]
        if said.kind is Kind.TEXT:
            user.says(said.text)
        elif said.kind is Kind.CONTACT:
            user.submits(said.text)
        elif said.kind in (Kind.PHOTO, Kind.FILE):
            for number in range(said.count):
                thing, caption = thing_sent(said, number), said.text if number == 0 else ""
                if said.kind is Kind.PHOTO:
                    user.sends_image(thing.content, caption)
                else:
                    user.sends_file(thing.name, thing.content, text=caption)
        else:
            {
                Kind.STICKER: user.sends_sticker,
                Kind.VOICE: user.sends_voice,
                Kind.LOCATION: user.sends_location,
            }[said.kind]()
        await self._settle()

    async def press(self, who: str, label: str) -> None:
        await self.say(Said(who, self._reader.picked(who, label)))

    async def move_clock(self, moment: datetime) -> None:
        while self._house.moment < moment and not self.windows_close:
            step = min(moment, self._house.moment + DAYS_BETWEEN_WORDS)
            # Zalo's clock first: a token renewed between the two would be over there and fresh to us.
            self._stand_in.set_time(step)
            self._house.moment = step
            await self._keep_windows_open()
        self._stand_in.set_time(moment)
        await self._house.move_clock("zalo-oa", moment)

    async def unread(self, who: str) -> list[Heard]:
        shown = [seen for seen in self._users[who].unread() if seen.kind != "request_info"]
        return await self._reader.read(who, [(seen.text, _attached(seen)) for seen in shown])

    async def _keep_windows_open(self) -> None:
        """The staff open the account's menu, of which the app tells nobody but which it counts."""
        for user in self._users.values():
            user.silent_for(0)
        async with self._house.front.storage.writing() as records:
            # Who has never written is not known, and is tried.
            known = await records.contacts.of({("zalo-oa", user.id) for user in self._users.values()})
            await records.contacts.heard_many([HeardFrom(*chat, chat[1], self._house.moment) for chat in known])

    async def _settle(self) -> None:
        await self._stand_in.wait_until_taken(LONGEST_WAIT)
        await self._house.settle("zalo-oa")


def _oa_settings(stand_in: oa_platform.ZaloOa, site: _Site) -> dict[str, Any]:
    return {
        "public_url": site.url,
        "zalo_oa_app_id": stand_in.app_id,
        "zalo_oa_app_secret": SecretStr(stand_in.app_secret),
        "zalo_oa_secret_key": SecretStr(stand_in.secret_key),
        "zalo_oa_refresh_token": SecretStr(stand_in.tokens()["refresh_token"]),
        "zalo_oa_api_base": stand_in.url,
        "zalo_oauth_base": stand_in.oauth_url,
    }


def _attached(seen: oa_platform.Seen) -> str:
    if seen.file is None:
        return ""
    named: tuple[Sequence[str], Sequence[str]] = ([str(seen.file["name"])], [])
    return with_attached("", *(named if seen.kind == "image" else named[::-1]))


class ZaloBotStage:
    """The bot by polling, against the stand-in."""

    notices_have_buttons = False

    kinds = frozenset({Kind.TEXT, Kind.STICKER, Kind.PHOTO, Kind.VOICE, Kind.FILE})

    def __init__(
        self, house: House, stand_in: bot_platform.ZaloBot, users: Mapping[str, bot_platform.User], reader: Reader
    ) -> None:
        self._house = house
        self._stand_in = stand_in
        self._users = users
        self._reader = reader
        self.code_for = house.code_for
        self.feedback_code = house.feedback_code

    @property
    def house(self) -> House:
        """The product behind it."""
        return self._house

    @classmethod
    @asynccontextmanager
    async def open(cls, home: Path) -> AsyncIterator["ZaloBotStage"]:
        """The office with its staff on the bot."""
        house = House(home)
        async with cls.made(house) as (channel, begin), house.open(channel):
            yield await begin(seated=True)

    @classmethod
    @asynccontextmanager
    async def made(cls, house: House) -> AsyncIterator[tuple[Channel, Begin["ZaloBotStage"]]]:
        """The channel, and what begins the stage once the house that serves it is open."""
        with bot_platform.StandIn() as stand_in, _site() as site:
            house.more = {**house.more, "public_url": site.url}
            house.handing_out = HandingOut(house.home, site.url)
            channel = QuickZaloBot(stand_in.token, stand_in.url, hand_out=house.handing_out)
            users = {who: stand_in.user(who) for who in described()["speakers"]}

            async def begin(*, seated: bool) -> ZaloBotStage:
                if seated:
                    await house.seat(channel.name, {who: (user.id, user.id) for who, user in users.items()})
                stand_in.set_time(house.moment)
                await site.open(house)
                asking = AskingInTurn(channel, house.front.reception, timeout=5, between=0.0)
                house.front.nursery.keep("polling", asking.run)
                return cls(house, stand_in, users, Reader(site.url))

            yield channel, begin

    async def say(self, said: Said) -> None:
        user = self._users[said.who]
        if said.kind is Kind.TEXT:
            user.says(said.text)
        elif said.kind is Kind.PHOTO:
            for number in range(said.count):
                user.sends_photo(said.text if number == 0 else "", thing_sent(said, number).content)
        else:
            {Kind.FILE: user.sends_file, Kind.STICKER: user.sends_sticker, Kind.VOICE: user.sends_voice}[said.kind]()
        await self._settle()

    async def press(self, who: str, label: str) -> None:
        await self.say(Said(who, self._reader.picked(who, label)))

    async def move_clock(self, moment: datetime) -> None:
        self._stand_in.set_time(moment)
        await self._house.move_clock("zalo-bot", moment)

    async def unread(self, who: str) -> list[Heard]:
        shown = self._users[who].unread()
        return await self._reader.read(who, [(seen.text, await _pictured(seen)) for seen in shown])

    async def _settle(self) -> None:
        await self._stand_in.wait_until_asked_again(LONGEST_WAIT)
        await self._house.settle("zalo-bot")


async def _pictured(seen: bot_platform.Seen) -> str:
    return await line_for(seen.address) if seen.picture else ""
