"""What people sent is noted once, fetched until it is kept or refused, and found again by what it belongs to."""

from dataclasses import replace
from datetime import date, timedelta

from domain.deadlines import Deadline, DeadlineKind
from domain.files import FileStatus
from domain.messages import Incoming, Kind, SentFile
from domain.progress import Understood
from domain.tasks import Task, TaskStatus
from storage import Storage
from tests.storage.conftest import NOW, Ward

LATER = NOW + timedelta(minutes=1)
ALBUM = Incoming(
    channel="telegram",
    update_id="1",
    chat_id="42",
    user_id="42",
    kind=Kind.PHOTO,
    message_id="7",
    files=(SentFile("first", "", "image/jpeg", 900), SentFile("second", "biên bản.pdf", "application/pdf", 50)),
)


async def test_a_messages_files_are_noted_once(storage: Storage, ward: Ward) -> None:
    async with storage.writing() as records:
        ids = await records.files.note(ward.office.id, ALBUM, NOW)
        assert len(set(ids)) == 2
    async with storage.writing() as records:
        assert await records.files.note(ward.office.id, ALBUM, LATER) == ids
        assert await records.files.note(ward.office.id, replace(ALBUM, files=()), NOW) == []
        other = await records.files.note(None, replace(ALBUM, message_id="8"), NOW)
        assert not set(other) & set(ids)
    async with storage.reading() as records:
        first, second = await records.files.get_many(ids)
    assert (first.remote_id, first.media_type, first.size, first.received_at) == ("first", "image/jpeg", 900, NOW)
    assert (second.name, second.status, second.is_picture) == ("biên bản.pdf", FileStatus.AWAITED, False)


async def test_the_same_file_twice_in_one_message_is_one(storage: Storage, ward: Ward) -> None:
    twice = replace(ALBUM, files=(ALBUM.files[0], ALBUM.files[0]))
    async with storage.writing() as records:
        assert len(await records.files.note(ward.office.id, twice, NOW)) == 1


async def test_files_are_found_by_what_they_belong_to(storage: Storage, ward: Ward) -> None:
    async with storage.writing() as records:
        due = Deadline(DeadlineKind.DATE, date(2026, 6, 8))
        task = await records.register.add_task(Task(0, ward.office.id, "4", "x", due))
        said = Understood("report", status=TaskStatus.DONE)
        report = await records.register.add_report(task, ward.person, said, "xong", NOW)
        first, second = await records.files.note(ward.office.id, ALBUM, NOW)
        await records.files.attach([second, first], report_id=report.id)
        await records.files.attach([])
    async with storage.reading() as records:
        assert [file.id for file in await records.files.of_report(report.id)] == [first, second]
        assert await records.files.of_report(report.id + 1) == []
        assert await records.files.of_feedback(1) == []


async def test_a_file_is_due_until_it_is_kept_or_refused(storage: Storage, ward: Ward) -> None:
    async with storage.writing() as records:
        first, second = await records.files.note(ward.office.id, ALBUM, NOW)
        assert [f.id for f in await records.files.due(NOW, ["telegram"])] == [first, second]
        assert await records.files.due(NOW, ["web"]) == []
        assert [f.id for f in await records.files.due(NOW, ["telegram"], most=1)] == [first]
        await records.files.try_again(first, "no answer", LATER)
        await records.files.refuse(second, "type")
    async with storage.writing() as records:
        assert await records.files.due(NOW, ["telegram"]) == []
        waiting = await records.files.due(LATER, ["telegram"])
        assert [(f.id, f.attempts, f.error) for f in waiting] == [(first, 1, "no answer")]
        await records.files.keep(first, sha256="ab" * 32, media_type="image/png", size=901)
    async with storage.reading() as records:
        kept, refused = await records.files.get_many([first, second])
        assert (kept.status, kept.sha256, kept.media_type, kept.size, kept.error) == (
            FileStatus.KEPT, "ab" * 32, "image/png", 901, "",
        )  # fmt: skip
        assert (refused.status, refused.error) == (FileStatus.REFUSED, "type")
        assert await records.files.due(LATER, ["telegram"]) == []
        assert await records.files.counts() == {"awaited": 0, "kept": 1, "refused": 1}


async def test_what_is_settled_stays_so(storage: Storage, ward: Ward) -> None:
    async with storage.writing() as records:
        first, _ = await records.files.note(ward.office.id, ALBUM, NOW)
        await records.files.keep(first, sha256="ab" * 32, media_type="image/png", size=901)
        await records.files.refuse(first, "too late")
        await records.files.try_again(first, "too late", LATER)
        found = await records.files.get(first)
    assert found is not None
    assert (found.status, found.attempts) == (FileStatus.KEPT, 0)
    async with storage.reading() as records:
        assert await records.files.get(first + 1000) is None
