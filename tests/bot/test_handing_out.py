"""Files handed out by links: who has one fetches the file, for seven days and as often as they like."""

from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path

import pytest

from bot.handing_out import LASTS, Handed, HandingOut, Over, with_links
from domain.messages import Attachment, Button, Reply
from domain.ports import SendFailed
from storage import Storage
from tests.bot.desk import NOW

SHEET = Attachment("danh mục.xlsx", "application/vnd.ms-excel", b"PK rows")
CHART = Attachment("biểu đồ.png", "image/png", b"\x89PNG")


class Office:
    """A database with a clock, and what hands out over it."""

    def __init__(self, storage: Storage, home: Path) -> None:
        self.storage = storage
        self.home = home
        self.now = NOW
        self.handing_out = HandingOut(home, "https://vansuong.example/")
        self.handing_out.over(storage, lambda: self.now)

    async def link(self, attachment: Attachment = SHEET) -> str:
        """The token of a new link."""
        link = await self.handing_out.link(attachment)
        assert link is not None and link.startswith("https://vansuong.example/tep/")
        return link.rpartition("/")[2]

    def kept(self) -> int:
        """How many files lie on the disk."""
        return sum(path.is_file() for path in (self.home / "handouts").rglob("*"))


@pytest.fixture
async def office(tmp_path: Path) -> AsyncIterator[Office]:
    storage = Storage.open(f"sqlite:///{tmp_path / 'kehoach.db'}")
    await storage.migrate()
    yield Office(storage, tmp_path)
    await storage.close()


async def test_a_link_opens_the_file_again_and_again(office: Office) -> None:
    token = await office.link()
    handed = Handed(SHEET.name, SHEET.media_type, SHEET.content)
    assert [await office.handing_out.fetch(token) for _ in range(3)] == [handed] * 3


async def test_each_link_is_its_own_and_the_bytes_are_kept_once(office: Office) -> None:
    assert await office.link() != await office.link()
    assert office.kept() == 1


async def test_a_token_has_256_bits_and_only_its_hash_is_kept(office: Office) -> None:
    token = await office.link()
    assert len(token) == 43
    await office.storage.close()
    assert all(token.encode() not in path.read_bytes() for path in office.home.rglob("*") if path.is_file())


@pytest.mark.parametrize("token", ["", "x", "A" * 43, "../../kehoach.db", "đường-dẫn", "\ud83d", "x" * 10_000])
async def test_a_made_up_token_opens_nothing(office: Office, token: str) -> None:
    await office.link()
    assert await office.handing_out.fetch(token) is None


async def test_after_seven_days_the_time_is_over(office: Office) -> None:
    token = await office.link()
    office.now = NOW + LASTS - timedelta(seconds=1)
    assert await office.handing_out.fetch(token) is not None
    office.now = NOW + LASTS
    with pytest.raises(Over):
        await office.handing_out.fetch(token)


async def test_what_is_long_over_is_swept_with_its_bytes_and_nothing_else(office: Office) -> None:
    old = await office.link()
    both = await office.link(CHART)
    office.now = NOW + LASTS
    again = await office.link(CHART)
    assert await office.handing_out.sweep() == 0
    office.now = NOW + 2 * LASTS - timedelta(seconds=1)
    assert await office.handing_out.sweep() == 0
    office.now += timedelta(seconds=2)
    assert await office.handing_out.sweep() == 1
    assert office.kept() == 1
    office.now = NOW + LASTS + timedelta(days=1)
    assert await office.handing_out.fetch(old) is None
    assert await office.handing_out.fetch(both) is None
    assert await office.handing_out.fetch(again) is not None


async def test_a_file_that_is_no_longer_what_it_was_is_not_handed_out(office: Office) -> None:
    token = await office.link()
    [path] = [path for path in (office.home / "handouts").rglob("*") if path.is_file()]
    path.write_bytes(b"something else")
    with pytest.raises(Over):
        await office.handing_out.fetch(token)


async def test_without_a_public_address_or_a_database_there_is_no_link(office: Office, tmp_path: Path) -> None:
    unopened = HandingOut(tmp_path, "https://vansuong.example")
    assert await unopened.link(SHEET) is None
    assert await unopened.fetch("x") is None and await unopened.sweep() == 0
    nowhere = HandingOut(tmp_path, "")
    nowhere.over(office.storage, lambda: NOW)
    assert await nowhere.link(SHEET) is None


async def test_a_disk_that_takes_nothing_puts_the_message_off(office: Office) -> None:
    (office.home / "handouts").write_bytes(b"in the way")
    with pytest.raises(SendFailed) as failed:
        await office.handing_out.link(SHEET)
    assert failed.value.kind == "retry"


async def test_the_words_name_each_file_with_its_link_or_where_else_it_is_to_be_had(office: Office) -> None:
    reply = Reply("Đây ạ.", (Button("Xong", "done"),), files=(SHEET,), pictures=(CHART,))
    linked = await with_links(reply, [SHEET], office.handing_out)
    assert linked.text.startswith(f"Đây ạ.\n\nTệp “{SHEET.name}”: https://vansuong.example/tep/")
    assert (linked.files, linked.pictures, linked.buttons) == ((), (CHART,), reply.buttons)
    named = await with_links(reply, [SHEET, CHART], None)
    assert SHEET.name in named.text and CHART.name in named.text and "https" not in named.text
    assert (await with_links(Reply("", files=(SHEET,)), [SHEET], None)).text.startswith("Tệp")
