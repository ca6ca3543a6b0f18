"""Drafts and edits: nothing is written over what somebody else changed meanwhile."""

import asyncio
from dataclasses import replace
from typing import Any

import pytest

from domain.deadlines import parse_deadline
from domain.drafts import fingerprint
from domain.plans import Target
from domain.progress import Understood
from domain.tasks import Share, Task
from storage import Storage
from tests.storage.conftest import NOW, Ward


def _draft(ward: Ward, number: str = "4", **changes: Any) -> Task:
    task = Task(0, ward.office.id, number, "Lắp đèn ngõ", parse_deadline("Quý II/2026"), confirmed=False)
    return replace(task, **changes)


@pytest.fixture
async def draft(storage: Storage, ward: Ward) -> Task:
    """One draft."""
    async with storage.writing() as records:
        return await records.drafts.add_task(_draft(ward))


async def test_only_what_nobody_decided_waits(storage: Storage, ward: Ward) -> None:
    async with storage.writing() as records:
        for number, changes in (("10", {}), ("2", {}), ("3", {"confirmed": True}), ("4", {"dropped": True})):
            await records.drafts.add_task(_draft(ward, number, **changes))
        for number, confirmed in (("1", False), ("2", True)):
            await records.register.put_target(Target(0, ward.office.id, number, "Hộ dùng nước", confirmed=confirmed))
    async with storage.reading() as records:
        assert [t.number for t in await records.drafts.tasks(ward.office.id)] == ["2", "10"]
        assert [t.number for t in await records.drafts.targets(ward.office.id)] == ["1"]


async def test_of_two_reviewers_at_one_moment_one_writes(storage: Storage, other_process: Storage, draft: Task) -> None:
    seen = fingerprint(draft)

    async def confirm(where: Storage, title: str) -> Task | None:
        async with where.writing() as records:
            return await records.drafts.save_task(replace(draft, title=title, confirmed=True), seen)

    saved = await asyncio.gather(confirm(storage, "Lắp 20 đèn"), confirm(other_process, "Lắp 30 đèn"))
    (written,) = [task for task in saved if task is not None]
    async with storage.reading() as records:
        assert await records.register.task(draft.id) == written


async def test_an_edit_leaves_the_progress_alone(storage: Storage, ward: Ward) -> None:
    async with storage.writing() as records:
        task = await records.drafts.add_task(_draft(ward, confirmed=True))
        await records.register.add_report(task, ward.person, Understood("report", percent=40.0), "40%", NOW)
        saved = await records.drafts.save_task(replace(task, title="Lắp 20 đèn"), fingerprint(task))
    assert saved is not None and (saved.title, saved.percent) == ("Lắp 20 đèn", 40.0)


async def test_shares_are_written_with_the_task(storage: Storage, ward: Ward, draft: Task) -> None:
    async with storage.writing() as records:
        other = await records.people.add_unit(ward.office.id, "Phòng Kinh tế")
        both = (Share(ward.unit.id, ward.unit.name), Share(other.id, other.name))
        saved = await records.drafts.save_task(replace(draft, shares=both), fingerprint(draft))
        assert saved is not None and {share.unit_id for share in saved.shares} == {ward.unit.id, other.id}
        again = await records.drafts.save_task(replace(saved, shares=()), fingerprint(saved))
        part = await records.drafts.add_task(_draft(ward, "5", shares=both))
    assert again is not None and again.shares == () and len(part.shares) == 2


async def test_a_target_changed_meanwhile_is_not_overwritten(storage: Storage, ward: Ward) -> None:
    async with storage.writing() as records:
        target = await records.register.put_target(Target(0, ward.office.id, "1", "Hộ dùng nước"))
        saved = await records.drafts.save_target(replace(target, values=((2026, "92%"),)), fingerprint(target))
        assert saved is not None and saved.values == ((2026, "92%"),)
        assert await records.drafts.save_target(replace(target, confirmed=True), fingerprint(target)) is None
        assert await records.drafts.target(target.id) == saved
        assert await records.drafts.target(target.id + 99) is None


async def test_what_is_gone_is_not_written(storage: Storage, draft: Task) -> None:
    async with storage.writing() as records:
        assert await records.drafts.save_task(replace(draft, id=draft.id + 99), fingerprint(draft)) is None


async def test_numbers_are_those_of_the_same_paper(storage: Storage, ward: Ward) -> None:
    async with storage.writing() as records:
        first = await records.drafts.add_task(_draft(ward, "4", document_number="1/KH-UBND"))
        await records.drafts.add_task(_draft(ward, "4.1", document_number="1/KH-UBND", dropped=True))
        await records.drafts.add_task(_draft(ward, "9", document_number="2/KH-UBND"))
        assert await records.drafts.numbers(first) == {"4", "4.1"}


async def test_who_settled_a_draft_is_told(storage: Storage, ward: Ward, draft: Task) -> None:
    subject = f"task:{draft.id}"
    async with storage.writing() as records:
        assert await records.drafts.settled_by(subject) == ""
        await records.audit.note(ward.office.id, ward.person.id, "draft.confirmed", subject, NOW)
        await records.audit.note(ward.office.id, ward.person.id, "report.added", subject, NOW)
        assert await records.drafts.settled_by(subject) == ward.person.name


async def test_drafts_are_tied_to_the_units_their_lead_names(storage: Storage, ward: Ward) -> None:
    leads = {"1": "Phòng Nước", "2": "Phòng Nước, Phòng Đèn", "3": "Phòng Đèn, UBND các xã", "4": "Các đoàn thể"}
    async with storage.writing() as records:
        water = await records.people.add_unit(ward.office.id, "Phòng Nước")
        light = await records.people.add_unit(ward.office.id, "Phòng Đèn")
        for number, lead in leads.items():
            await records.drafts.add_task(_draft(ward, number, lead=lead))
        await records.drafts.match_units(ward.office.id, [water, light])
    async with storage.reading() as records:
        found = await records.drafts.tasks(ward.office.id)
    assert [(t.lead_unit_id, [s.unit_id for s in t.shares]) for t in found] == [
        (water.id, []),
        (None, [water.id, light.id]),
        (light.id, []),
        (None, []),
    ]
