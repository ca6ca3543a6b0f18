"""Files are fetched over HTTP from the stand-in: kept whole, refused with a sentence, or tried again."""

import asyncio
import contextlib
import hashlib
import logging
import os
import stat
from collections.abc import AsyncIterator, Iterator
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path

import pytest

from bot.accepting import MEGABYTE, media_type_of
from bot.channels.telegram import Telegram as TelegramChannel
from bot.fetching import GIVE_UP_AFTER, Fetching
from bot.keeping import Folder, Full, Uploads
from bot.nursery import Nursery
from domain.files import FileStatus, KeptFile
from domain.messages import Incoming
from storage import Storage
from tests.bot.desk import NOW
from tests.conversations.things import content_of
from tests.platforms.telegram import StandIn, Telegram, User

PHOTO = content_of("jpg")


@dataclass
class Bench:
    """A person at the stand-in, and the fetching over a database and a folder of the test's own."""

    home: Path
    telegram: Telegram
    channel: TelegramChannel
    storage: Storage
    lan: User
    now: list[float] = field(default_factory=lambda: [0.0])
    offset: int = 0

    def fetching(self, megabytes: int = 20) -> Fetching:
        return Fetching(
            self.storage,
            {"telegram": self.channel},
            Folder(self.home),
            lambda: NOW + timedelta(seconds=self.now[0]),
            most_bytes=megabytes * MEGABYTE,
        )

    async def note(self) -> int:
        """Take what was sent last as an errand would; the file's id."""
        updates = await self.channel.get_updates(self.offset, 0)
        self.offset = updates[-1]["update_id"] + 1
        incoming: Incoming = self.channel.read(updates[-1])
        async with self.storage.writing() as records:
            [file_id] = await records.files.note(None, incoming, NOW)
        return file_id

    async def file(self, file_id: int) -> KeptFile:
        async with self.storage.reading() as records:
            found = await records.files.get(file_id)
        assert found is not None
        return found

    async def told(self) -> list[str]:
        async with self.storage.writing() as records:
            rows = await records.outbox.claim(NOW + timedelta(days=9), 50, set(), ("telegram",))
        return [row.reply.text for row in rows]


@pytest.fixture
def telegram() -> Iterator[Telegram]:
    with StandIn() as stand_in:
        yield stand_in


@pytest.fixture
async def bench(tmp_path: Path, telegram: Telegram) -> AsyncIterator[Bench]:
    storage = Storage.open(f"sqlite:///{tmp_path / 'kehoach.db'}")
    await storage.migrate()
    channel = TelegramChannel(telegram.token, telegram.url)
    yield Bench(tmp_path, telegram, channel, storage, telegram.user("Lan"))
    await channel.close()
    await storage.close()


async def test_a_photo_is_kept_in_its_largest_size_and_privately(bench: Bench) -> None:
    bench.lan.sends_photo("Nắp cống vỡ", PHOTO)
    file_id = await bench.note()
    assert await bench.fetching().fetch_due() == 1
    file = await bench.file(file_id)
    assert (file.status, file.media_type, file.size) == (FileStatus.KEPT, "image/jpeg", len(PHOTO))
    assert file.sha256 == hashlib.sha256(PHOTO).hexdigest()
    assert Folder(bench.home).get(file.sha256) == PHOTO
    path = bench.home / "files" / file.sha256[:2] / file.sha256
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert stat.S_IMODE((bench.home / "files").stat().st_mode) & 0o077 == 0
    assert await bench.told() == []


FAULTS = ("too_many", "server_error", "bad_gateway", "unauthorized")


@pytest.mark.parametrize(
    ("method", "fault", "times"),
    [
        *((m, f, 1) for m in ("getFile", "download") for f in FAULTS),
        ("getFile", "reset_before", 1),
        # A connection that breaks is opened once more by the library itself before a download counts as failed.
        ("download", "reset_before", 2),
    ],
)
async def test_what_goes_wrong_is_tried_again(bench: Bench, method: str, fault: str, times: int) -> None:
    bench.lan.sends_photo("", PHOTO)
    file_id = await bench.note()
    bench.telegram.fault(fault, method, retry_after=7, times=times)
    await bench.fetching().fetch_due()
    assert (await bench.file(file_id)).attempts == 1
    assert await bench.fetching().fetch_due() == 0
    bench.now[0] = 61
    assert await bench.fetching().fetch_due() == 1
    assert (await bench.file(file_id)).status is FileStatus.KEPT
    assert await bench.told() == []


async def test_the_app_says_how_long_to_wait(bench: Bench) -> None:
    bench.lan.sends_photo("", PHOTO)
    await bench.note()
    bench.telegram.fault("too_many", "getFile", retry_after=40)
    await bench.fetching().fetch_due()
    bench.now[0] = 39
    assert await bench.fetching().fetch_due() == 0
    bench.now[0] = 40
    assert await bench.fetching().fetch_due() == 1


async def test_a_file_that_is_gone_is_given_up_at_last_and_the_person_told(bench: Bench) -> None:
    bench.lan.sends_document("Đơn kiến nghị.pdf", content_of("pdf"))
    file_id = await bench.note()
    bench.telegram.lose_files()
    for attempt in range(GIVE_UP_AFTER):
        bench.now[0] = attempt * 4000.0
        assert await bench.fetching().fetch_due() == 1
    assert (await bench.file(file_id)).status is FileStatus.REFUSED
    [told] = await bench.told()
    assert told == "Tôi không tải được tệp “Đơn kiến nghị.pdf” từ ứng dụng. Anh/chị gửi lại giúp tôi."


@pytest.mark.parametrize("says_size", [True, False])
async def test_what_is_too_large_is_refused_once(bench: Bench, says_size: bool) -> None:
    content = b"%PDF-1.4" + bytes(MEGABYTE)
    bench.lan.sends("document", name="lon.pdf", content=content, fields={} if says_size else {"file_size": 0})
    file_id = await bench.note()
    await bench.fetching(megabytes=1).fetch_due()
    assert (await bench.file(file_id)).status is FileStatus.REFUSED
    [told] = await bench.told()
    assert "“lon.pdf”" in told and "(1 MB)" in told
    calls = bench.telegram.tally()
    assert calls.get("download", 0) == 0
    assert calls.get("getFile", 0) == (0 if says_size else 1)


async def test_what_telegram_gives_no_bot_is_too_large(bench: Bench) -> None:
    content = b"%PDF-1.4" + bytes(20 * MEGABYTE)
    bench.lan.sends("document", name="lon.pdf", content=content, fields={"file_size": 0})
    file_id = await bench.note()
    await bench.fetching(megabytes=100).fetch_due()
    assert (await bench.file(file_id)).error.startswith("too_large: Bad Request: file is too big")


async def test_a_program_under_a_photos_name_is_refused(bench: Bench) -> None:
    bench.lan.sends_document("anh.jpg", content_of("exe"))
    file_id = await bench.note()
    await bench.fetching().fetch_due()
    assert (await bench.file(file_id)).status is FileStatus.REFUSED
    [told] = await bench.told()
    assert "không đúng loại" in told
    assert list((bench.home / "files").glob("*/*")) == []


async def test_a_video_is_refused_without_fetching_it(bench: Bench) -> None:
    bench.lan.sends("video", content=b"film", fields={"mime_type": "video/mp4"})
    file_id = await bench.note()
    await bench.fetching().fetch_due()
    assert (await bench.file(file_id)).status is FileStatus.REFUSED
    assert "getFile" not in bench.telegram.tally()


async def test_killed_while_it_fetches_it_goes_on_from_the_rows(bench: Bench) -> None:
    bench.lan.sends_photo("", PHOTO)
    file_id = await bench.note()
    bench.telegram.fault("hang", "download")
    hanging = Nursery().start("fetch", bench.fetching().fetch_due())
    await bench.telegram.wait_for_calls("download", 1)
    hanging.cancel()
    with contextlib.suppress(asyncio.CancelledError):
        await hanging
    assert (await bench.file(file_id)).status is FileStatus.AWAITED
    assert await bench.fetching().fetch_due() == 1
    assert (await bench.file(file_id)).status is FileStatus.KEPT


async def test_killed_between_the_bytes_and_the_row_it_keeps_them_once(bench: Bench) -> None:
    bench.lan.sends_photo("", PHOTO)
    file_id = await bench.note()
    Folder(bench.home).put(PHOTO)
    await bench.fetching().fetch_due()
    assert (await bench.file(file_id)).status is FileStatus.KEPT
    assert len(list((bench.home / "files").glob("*/*"))) == 1


async def test_no_token_is_logged(
    bench: Bench, caplog: pytest.LogCaptureFixture, capsys: pytest.CaptureFixture[str]
) -> None:
    caplog.set_level(logging.DEBUG)
    bench.lan.sends_photo("", PHOTO)
    await bench.note()
    for fault in ("server_error", "bad_gateway", "reset_before"):
        bench.telegram.fault(fault, "download")
        bench.now[0] += 100
        await bench.fetching().fetch_due()
    secret = bench.telegram.token.partition(":")[2]
    told = capsys.readouterr()
    assert "was not fetched yet" in told.out + told.err + caplog.text
    assert secret not in told.out + told.err + caplog.text


@pytest.mark.parametrize(
    ("kind", "media_type"),
    [
        ("jpg", "image/jpeg"),
        ("png", "image/png"),
        ("webp", "image/webp"),
        ("pdf", "application/pdf"),
        ("docx", "application/vnd.openxmlformats-officedocument.wordprocessingml.document"),
        ("xlsx", "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"),
        ("txt", "text/plain"),
        ("exe", None),
    ],
)
def test_kinds_are_told_by_content(kind: str, media_type: str | None) -> None:
    assert media_type_of(content_of(kind)) == media_type


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"  \n",
        b"<html><body>x</body></html>",
        b"\xef\xbb\xbf  <svg xmlns='x'/>",
        "\ufeff<html>".encode("utf-16-le"),
        b"#!/bin/sh\nrm -rf /",
        b"PK\x03\x04 no pack at all",
        b"\x7fELF" + bytes(40),
        b"Rar!\x1a\x07\x00",
        b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(100),
        b"chu\x00khong",
        b"\xff\xfe\x00",
    ],
)
def test_programs_pages_archives_and_noise_are_no_kind(content: bytes) -> None:
    assert media_type_of(content) is None


def test_a_folder_gives_back_only_what_its_name_says(tmp_path: Path) -> None:
    folder = Folder(tmp_path)
    name = folder.put(b"mot")
    assert folder.put(b"mot") == name
    assert folder.get(name) == b"mot"
    assert folder.get("../" + name) is None
    assert folder.get("0" * 64) is None
    (tmp_path / "files" / name[:2] / name).write_bytes(b"hai")
    assert folder.get(name) is None


def test_uploads_are_swept_when_old_and_refused_when_full(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    uploads = Uploads(tmp_path)
    old, new = uploads.put(b"cu"), uploads.put(b"moi")
    assert uploads.get(old) == b"cu"
    assert uploads.get("../../etc/passwd") is None
    os.utime(tmp_path / "uploads" / old, (0, 0))
    uploads.put(b"nua")
    assert (uploads.get(old), uploads.get(new)) == (None, b"moi")
    monkeypatch.setattr("bot.keeping.MOST_UPLOADED_BYTES", 8)
    with pytest.raises(Full):
        uploads.put(b"qua nhieu")
