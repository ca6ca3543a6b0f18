"""A chat that its app has closed, and an app through which nothing goes out: nothing is lost, people are told once."""

import asyncio
import contextlib
from collections.abc import AsyncIterator
from datetime import datetime, timedelta
from pathlib import Path

from bot.delivery import Delivery
from bot.held_apps import HeldApps
from bot.hold_words import hold_words
from bot.undelivered import hold_channel, lift_holds
from domain.channels import ZALO_OA
from domain.feedback import Feedback
from domain.messages import Incoming, Kind, Reply
from domain.people import Person, Role
from domain.ports import Channel, SendFailed
from handlers.apps import app_words
from storage import Storage
from tests.bot.desk import NOW, Desk, Postbox, echo, open_desk, said

CLOSED = SendFailed("closed", "-230: more than 7 days")
QUOTA = SendFailed("held", "-211: out of quota")


class Oa(Postbox):
    """An Official Account of the test's own, whose chats and whole account the test can close."""

    name = ZALO_OA

    def __init__(self) -> None:
        super().__init__()
        self.closed: set[str] = set()
        self.out_of_quota = False
        self.held_when_asked = False
        self.tried = 0

    async def send(self, chat_id: str, reply: Reply) -> str:
        self.tried += 1
        if self.out_of_quota:
            raise QUOTA
        if chat_id in self.closed and reply.template is None:
            raise CLOSED
        return await super().send(chat_id, reply)

    async def ping(self) -> None:
        if self.held_when_asked:
            raise QUOTA


class House:
    """An office that sends by an Official Account and by another app; an official and an administrator use both."""

    def __init__(self, storage: Storage, desk: Desk, oa: Oa, clock: "Days") -> None:
        self.storage, self.oa, self.clock, self.nursery = storage, oa, clock, desk.nursery
        self.other = desk.postbox
        self.channels: dict[str, Channel] = {"web": self.other, ZALO_OA: oa}
        self.held_apps = HeldApps(first_pause=0.02)
        self.delivery = Delivery(storage, self.channels, clock, desk.nursery, sender_id="d", held_apps=self.held_apps)

    async def staff(self, name: str, role: Role, *channels: str) -> Person:
        async with self.storage.writing() as records:
            office = (await records.offices.all())[0]
            person = await records.people.add(office.id, name, role)
            for channel in channels:
                await records.people.bind(person.id, channel, f"u{person.id}", f"{channel}-{person.id}")
        return person

    async def queue(self, key: str, chat: str, text: str, by: Person | None = None) -> None:
        async with self.storage.writing() as records:
            await records.outbox.queue(
                channel=ZALO_OA,
                chat_id=chat,
                reply=Reply(text),
                key=key,
                now=self.clock(),
                cause="told",
                said_by_id=by.id if by else None,
            )
        self.delivery.ring()

    async def counts(self) -> dict[str, int]:
        async with self.storage.reading() as records:
            return await records.outbox.counts()

    async def until(self, **wanted: int) -> None:
        async with asyncio.timeout(20):
            while {name: count for name, count in (await self.counts()).items() if name in wanted} != wanted:
                await asyncio.sleep(0.005)


class Days:
    """A clock that the test moves."""

    def __init__(self) -> None:
        self.at = NOW

    def __call__(self) -> datetime:
        return self.at


@contextlib.asynccontextmanager
async def a_house(folder: Path) -> AsyncIterator[House]:
    clock = Days()
    async with open_desk(folder, echo, serving=False, clock=clock) as desk:
        house = House(desk.storage, desk, Oa(), clock)
        desk.nursery.keep("house", house.delivery.run, ends_when_told=True)
        try:
            yield house
        finally:
            house.delivery.stop()


async def test_a_closed_chat_holds_what_is_said_and_who_said_it_hears_once(tmp_path: Path) -> None:
    async with a_house(tmp_path) as house:
        official = await house.staff("Lê Thị Mơ", Role.OFFICIAL, "web")
        house.oa.closed.add("dan")
        await house.queue("told:x:0", "dan", "Đã sửa xong đèn đường.", official)
        await house.queue("told:x:1", "dan", "Ảnh kèm theo.", official)
        await house.until(held=2, sent=1, pending=0)
        ((chat, text),) = house.other.delivered
        assert chat == f"web-{official.id}" and "Đã sửa xong đèn đường." in text and "30 ngày" in text
        assert house.oa.delivered == [] and house.oa.tried == 1


async def test_the_words_about_a_case_name_it_and_the_number_the_citizen_left(tmp_path: Path) -> None:
    async with a_house(tmp_path) as house:
        official = await house.staff("Lê Thị Mơ", Role.OFFICIAL, "web")
        house.oa.closed.add("dan")
        wrote = Incoming(ZALO_OA, "1", "dan", "dan", Kind.TEXT)
        async with house.storage.writing() as records:
            office = (await records.offices.all())[0]
            words = "Cống ngõ 3 bị tắc, gọi tôi số 0912.000.111 nhé"
            case: Feedback = await records.feedback.add(office.id, wrote, words, "ngõ 3", None, NOW.date(), NOW)
        await house.queue(f"told:feedback:{case.id}:2:0", "dan", "Đã thông cống.", official)
        await house.until(held=1, sent=1)
        ((_, text),) = house.other.delivered
        assert case.code in text and "0912 000 111" in text


async def test_an_app_out_of_quota_loses_nothing_and_the_administrators_hear_of_it_and_of_its_end(
    tmp_path: Path,
) -> None:
    async with a_house(tmp_path) as house:
        admin = await house.staff("Đỗ Quản Trị", Role.ADMINISTRATOR, ZALO_OA, "web")
        house.oa.out_of_quota = True
        for number in range(3):
            await house.queue(f"told:{number}:0", f"dan-{number}", f"tin {number}")
        async with asyncio.timeout(20):
            while not house.other.delivered:
                await asyncio.sleep(0.005)
        async with house.storage.reading() as records:
            (hold,) = await records.channel_holds.all()
        assert (hold.channel, hold.reason) == (ZALO_OA, QUOTA.reason) and hold.told_at == NOW
        assert house.oa.tried < 20 and len(house.other.delivered) == 1
        house.oa.out_of_quota = False
        await house.until(sent=5, pending=0, sending=0)
        async with house.storage.reading() as records:
            assert await records.channel_holds.all() == []
            rows = await records.outbox.claim(NOW + timedelta(days=9), 9, channels=[ZALO_OA])
        assert rows == [] and sorted(text for _, text in house.oa.delivered) == ["tin 0", "tin 1", "tin 2"]
        assert [chat for chat, _ in house.other.delivered] == [f"web-{admin.id}"] * 2
        assert app_words(ZALO_OA) in house.other.delivered[0][1]


async def test_an_app_that_is_held_from_the_start_is_told_of_and_not_taken_for_away(tmp_path: Path) -> None:
    async with a_house(tmp_path) as house:
        await house.staff("Đỗ Quản Trị", Role.ADMINISTRATOR, "web")
        house.oa.out_of_quota = house.oa.held_when_asked = True
        restarted = Delivery(
            house.storage,
            house.channels,
            house.clock,
            house.nursery,
            sender_id="d",
            held_apps=HeldApps(first_pause=0.0),
        )
        house.delivery.stop()
        house.nursery.keep("restarted", restarted.run, ends_when_told=True)
        await house.queue("told:1:0", "dan", "tin")
        async with asyncio.timeout(20):
            while not house.other.delivered:
                restarted.ring()
                await asyncio.sleep(0.005)
        restarted.stop()
        assert app_words(ZALO_OA) in house.other.delivered[0][1]


async def test_a_hold_outlives_the_process(tmp_path: Path) -> None:
    async with open_desk(tmp_path, echo, serving=False) as desk:
        async with desk.storage.writing() as records:
            await records.channel_holds.put(ZALO_OA, "-204: disabled", NOW, until=NOW + timedelta(hours=1))
        house = House(desk.storage, desk, Oa(), Days())
        await house.queue("told:1:0", "dan", "tin")
        desk.nursery.keep("house", house.delivery.run, ends_when_told=True)
        await house.queue("told:2:0", "dan", "tin")
        async with asyncio.timeout(20):
            while not house.held_apps.is_waiting(ZALO_OA):
                await asyncio.sleep(0.005)
        house.delivery.stop()
        assert house.oa.tried == 0


async def test_whoever_writes_gets_what_was_held_before_the_reply(tmp_path: Path) -> None:
    async with open_desk(tmp_path, echo) as desk:
        desk.postbox.faults = [SendFailed("closed", "-230")]
        async with desk.storage.writing() as records:
            await records.outbox.queue(
                channel="web", chat_id="dan-so-mot", reply=Reply("trả lời cũ"), key="told:1:0", now=NOW, cause="told"
            )
        desk.delivery.ring()
        async with asyncio.timeout(20):
            while not (await desk.rows())[1]["held"]:
                await asyncio.sleep(0.005)
        await desk.receive(said(1, "chào"))
        await desk.settled()
        assert [text for _, text in desk.postbox.delivered] == ["trả lời cũ", "chào"]
        async with desk.storage.reading() as records:
            contact = (await records.contacts.of([("web", "dan-so-mot")]))["web", "dan-so-mot"]
        assert contact.last_at == NOW and contact.closed_at is None


def test_what_was_under_way_when_a_hold_began_neither_prolongs_nor_ends_it() -> None:
    apps = HeldApps(first_pause=50.0)
    apps.hold(ZALO_OA, None, 0.0)
    (first,) = apps.waits()
    apps.hold(ZALO_OA, None, 0.0)
    assert apps.end(ZALO_OA, 0.0) is False and next(iter(apps.waits())) <= first
    apps.hold(ZALO_OA, None, float("inf"))
    assert next(iter(apps.waits())) > first
    assert apps.end(ZALO_OA, float("inf")) is True and ZALO_OA not in apps
    assert apps.end(ZALO_OA, 0.0) is False


def test_a_held_app_is_tried_at_once_when_what_it_was_held_for_may_be_mended() -> None:
    held = HeldApps(first_pause=600.0)
    held.hold(ZALO_OA, None, 0.0)
    assert held.is_waiting(ZALO_OA)
    held.try_now(ZALO_OA)
    held.try_now("telegram")
    assert ZALO_OA in held and not held.is_waiting(ZALO_OA)
    assert "telegram" not in held


async def test_of_a_lost_consent_only_its_end_is_told_here_and_no_english_stands_in_a_sentence(tmp_path: Path) -> None:
    """The watch over the tokens tells of the consent, in words of its own (tests/bot/test_zalo_watch.py)."""
    async with a_house(tmp_path) as house:
        await house.staff("Đỗ Quản Trị", Role.ADMINISTRATOR, "web")
        channels = house.channels
        async with house.storage.writing() as records:
            await hold_channel(records, channels, ZALO_OA, "tokens: consent must be given anew", NOW, None)
        async with house.storage.writing() as records:
            await lift_holds(records, channels, [ZALO_OA], NOW)
            await hold_channel(records, channels, ZALO_OA, "message error -204: OA is disabled", NOW, None)
        house.delivery.ring()
        async with asyncio.timeout(20):
            while len(house.other.delivered) < 2:
                await asyncio.sleep(0.005)
        free, held = (text for _, text in house.other.delivered)
        assert "đã gửi lại được tin" in free
        assert "lỗi -204" in held and "disabled" not in held and "error" not in held


def test_a_hold_is_told_in_vietnamese_whatever_the_app_answered() -> None:
    answers = (
        "tokens: no consent was given yet",
        "message error -211: Out of quota",
        "Quota exceeded",
        "the access token is refused, also a new one: message error -216: invalid",
        "Unauthorized",
        "message error -224: package",
        "Something else",
    )
    words = [hold_words(answer) for answer in answers]
    assert words[1] == words[2] and words[3] == words[4] and len(set(words)) == 5
    assert not any(word in said for said in words for word in ("error", "quota", "token", "Something", "package"))
    assert "-224" in words[5]
