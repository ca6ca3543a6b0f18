"""When chats were last heard and which of them may be written to, on both databases."""

import asyncio
from datetime import timedelta

from domain.contacts import Contact, Heard
from storage import Storage
from tests.storage.conftest import NOW

WEEK = timedelta(days=7)
WINDOWS = {"zalo-oa": WEEK, "telegram": None}
LAN = ("zalo-oa", "lan")
HUE = ("zalo-oa", "hue")


def heard(chat: tuple[str, str], days: float = 0.0) -> Heard:
    """The chat was heard so many days after NOW."""
    return Heard(chat[0], chat[1], f"u-{chat[1]}", NOW + timedelta(days=days))


async def test_a_chat_that_was_never_heard_is_unknown_and_may_be_tried(storage: Storage) -> None:
    async with storage.reading() as records:
        assert await records.contacts.of([LAN]) == {}
        assert await records.contacts.open_many([LAN], WINDOWS, NOW) == {LAN}
        assert await records.contacts.of([]) == {}


async def test_the_last_word_is_kept_and_an_earlier_one_moves_nothing_back(storage: Storage) -> None:
    async with storage.writing() as records:
        await records.contacts.heard_many([heard(LAN, 1), heard(LAN, 3), heard(HUE, 2), heard(LAN, 2)])
        await records.contacts.heard_many([heard(LAN, 0)])
    async with storage.reading() as records:
        known = await records.contacts.of([LAN, HUE, ("telegram", "1")])
    assert known[LAN] == Contact(*LAN, user_id="u-lan", last_at=NOW + timedelta(days=3))
    assert known[HUE].last_at == NOW + timedelta(days=2) and len(known) == 2


async def test_a_window_ends_after_its_last_moment(storage: Storage) -> None:
    async with storage.writing() as records:
        await records.contacts.heard_many([heard(LAN), heard(("telegram", "7"))])
    async with storage.reading() as records:
        chats = [LAN, ("telegram", "7")]
        assert await records.contacts.open_many(chats, WINDOWS, NOW + WEEK) == frozenset(chats)
        late = NOW + WEEK + timedelta(seconds=1)
        assert await records.contacts.open_many(chats, WINDOWS, late) == {("telegram", "7")}
        assert await records.contacts.open_many(chats, {}, late) == frozenset(chats)


async def test_what_the_app_has_closed_is_closed_until_it_is_heard(storage: Storage) -> None:
    async with storage.writing() as records:
        await records.contacts.heard_many([heard(LAN)])
        later = NOW + timedelta(hours=1)
        assert await records.contacts.close(*LAN, taken_at=later, now=later) is True
        assert await records.contacts.open_many([LAN], WINDOWS, later) == frozenset()
        assert await records.contacts.closed_count() == 1
        await records.contacts.heard_many([heard(LAN, 1)])
        assert await records.contacts.open_many([LAN], WINDOWS, NOW + timedelta(days=1)) == {LAN}
        assert await records.contacts.closed_count() == 0


async def test_who_wrote_after_the_message_was_taken_up_is_not_closed_by_its_refusal(storage: Storage) -> None:
    async with storage.writing() as records:
        await records.contacts.heard_many([heard(LAN, 1)])
        assert await records.contacts.close(*LAN, taken_at=NOW, now=NOW + timedelta(days=1)) is False
        assert (await records.contacts.of([LAN]))[LAN].closed_at is None


async def test_a_chat_that_was_never_heard_can_be_closed(storage: Storage) -> None:
    async with storage.writing() as records:
        assert await records.contacts.close(*LAN, taken_at=NOW, now=NOW) is True
        assert (await records.contacts.of([LAN]))[LAN] == Contact(*LAN, closed_at=NOW)


async def test_a_refused_template_is_remembered_until_the_person_writes(storage: Storage) -> None:
    async with storage.writing() as records:
        await records.contacts.heard_many([heard(LAN)])
        await records.contacts.refuse_template(*LAN, now=NOW + timedelta(days=9))
        assert (await records.contacts.of([LAN]))[LAN].template_refused_at == NOW + timedelta(days=9)
        await records.contacts.heard_many([heard(LAN, 10)])
        assert (await records.contacts.of([LAN]))[LAN].template_refused_at is None


async def test_two_processes_may_hear_the_same_chats_at_once(storage: Storage, other_process: Storage) -> None:
    async def hear(books: Storage, chats: list[tuple[str, str]], days: int) -> None:
        async with books.writing() as records:
            await records.contacts.heard_many([heard(chat, days) for chat in chats])

    await asyncio.gather(hear(storage, [LAN, HUE], 1), hear(other_process, [HUE, LAN], 2))
    async with storage.reading() as records:
        known = await records.contacts.of([LAN, HUE])
    assert {contact.last_at for contact in known.values()} == {NOW + timedelta(days=2)}
