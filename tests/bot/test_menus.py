"""Telegram's menus of commands: the general one, that of groups, and one for each of staff by their role."""

from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest

from bot.channels.telegram import Telegram as TelegramChannel
from bot.menus import Menus
from domain.people import Role
from storage import Storage
from tests.platforms.telegram import StandIn, Telegram


@pytest.fixture
def telegram() -> Iterator[Telegram]:
    with StandIn() as stand_in:
        yield stand_in


@pytest.fixture
async def storage(tmp_path: Path) -> AsyncIterator[Storage]:
    opened = Storage.open(f"sqlite:///{tmp_path / 'menus.db'}")
    await opened.migrate()
    yield opened
    await opened.close()


@pytest.fixture
async def channel(telegram: Telegram) -> AsyncIterator[TelegramChannel]:
    made = TelegramChannel(telegram.token, telegram.url)
    yield made
    await made.close()


async def joined(storage: Storage, telegram: Telegram, role: Role) -> int:
    """A member of staff with an account; the chat's id."""
    lan = telegram.user("Lan")
    async with storage.writing() as records:
        office = await records.offices.ensure("UBND xã Đồi Chè")
        person = await records.people.add(office.id, f"Người {lan.id}", role, None)
        await records.people.bind(person.id, "telegram", str(lan.id), str(lan.id))
    return lan.id


async def test_everybody_and_groups_have_a_menu_and_staff_their_own(
    storage: Storage, telegram: Telegram, channel: TelegramChannel, tmp_path: Path
) -> None:
    chats = [await joined(storage, telegram, role) for role in (Role.OFFICIAL, Role.LEADER)]
    assert await Menus(channel, storage, tmp_path).bring_up_to_date() == 0
    assert list(telegram.commands()) == ["help", "phananh", "chitieu", "dulieu"]
    assert list(telegram.commands("all_group_chats")) == ["help", "chitieu"]
    first, second = (list(telegram.commands(f"chat:{chat}")) for chat in chats)
    assert first[:2] == ["viec", "baocao"] and second[0] == "tongquan"


async def test_who_leaves_has_the_general_menu_again_also_after_a_restart(
    storage: Storage, telegram: Telegram, channel: TelegramChannel, tmp_path: Path
) -> None:
    chat = await joined(storage, telegram, Role.HEAD)
    await Menus(channel, storage, tmp_path).bring_up_to_date()
    assert "duyet" in telegram.commands(f"chat:{chat}")
    async with storage.writing() as records:
        await records.people.unbind("telegram", str(chat))
    await Menus(channel, storage, tmp_path).bring_up_to_date()
    assert telegram.commands(f"chat:{chat}") == {}
    assert [call["status"] for call in telegram.journal("deleteMyCommands")] == [200]


async def test_nothing_is_sent_while_nothing_differs(
    storage: Storage, telegram: Telegram, channel: TelegramChannel, tmp_path: Path
) -> None:
    await joined(storage, telegram, Role.OFFICIAL)
    menus = Menus(channel, storage, tmp_path)
    for _ in range(3):
        await menus.bring_up_to_date()
    assert telegram.tally()["setMyCommands"] == 3
    await Menus(channel, storage, tmp_path).bring_up_to_date()
    assert telegram.tally()["setMyCommands"] == 5, "a start tells the two general menus anew, and nobody's own"


async def test_what_fails_is_tried_again_and_harms_nobody(
    storage: Storage, telegram: Telegram, channel: TelegramChannel, tmp_path: Path
) -> None:
    chat = await joined(storage, telegram, Role.OFFICIAL)
    menus = Menus(channel, storage, tmp_path)
    telegram.fault("too_many", "setMyCommands", retry_after=7)
    assert await menus.bring_up_to_date() == 7
    assert await menus.bring_up_to_date() == 0
    assert "viec" in telegram.commands(f"chat:{chat}")


async def test_a_file_that_cannot_be_read_costs_some_calls_and_no_more(
    storage: Storage, telegram: Telegram, channel: TelegramChannel, tmp_path: Path
) -> None:
    chat = await joined(storage, telegram, Role.OFFICIAL)
    (tmp_path / "telegram-menus.json").write_text("{", "utf-8")
    await Menus(channel, storage, tmp_path).bring_up_to_date()
    assert "viec" in telegram.commands(f"chat:{chat}")
