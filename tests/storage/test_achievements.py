"""Reported values of targets, on both databases."""

import asyncio
from dataclasses import replace
from datetime import timedelta

import pytest

from domain.achievements import standing
from domain.plans import Target
from storage import Storage
from tests.storage.conftest import NOW, Ward


@pytest.fixture
async def target(storage: Storage, ward: Ward) -> Target:
    """A confirmed target of which nothing was reported."""
    async with storage.writing() as records:
        return await records.register.put_target(
            Target(
                0,
                ward.office.id,
                "3",
                "Tỷ lệ hộ dùng nước sạch",
                ((2026, "trên 75%"),),
                confirmed=True,
                lead_unit_id=ward.unit.id,
            )
        )


async def test_a_target_is_found_by_its_id(storage: Storage, target: Target) -> None:
    async with storage.reading() as records:
        assert await records.register.target(target.id) == target
        assert await records.register.target(target.id + 1) is None


async def test_a_reported_value_comes_back_with_who_said_it(storage: Storage, ward: Ward, target: Target) -> None:
    async with storage.writing() as records:
        added = await records.achievements.add(target, ward.person, 2026, 71.5, "hiện đạt 71,5%", NOW)
        assert (added.target_id, added.year, added.value, added.said) == (target.id, 2026, 71.5, "hiện đạt 71,5%")
        assert (added.person_name, added.at, added.supersedes_id) == (ward.person.name, NOW, None)
    async with storage.reading() as records:
        assert await records.achievements.of_target(target.id) == [added]
        assert await records.achievements.of_office(ward.office.id) == [added]
        assert await records.achievements.of_office(ward.office.id + 1) == []


async def test_a_correction_supersedes_and_both_stay(storage: Storage, ward: Ward, target: Target) -> None:
    async with storage.writing() as records:
        first = await records.achievements.add(target, ward.person, 2026, 71, "71%", NOW)
        later = NOW + timedelta(minutes=5)
        second = await records.achievements.add(target, ward.person, 2026, 74, "sửa 74%", later, first.id)
    async with storage.reading() as records:
        reports = await records.achievements.of_target(target.id)
    assert [report.id for report in reports] == [second.id, first.id]
    assert standing(reports) == {2026: second}


async def test_a_correction_of_another_year_or_target_is_refused(storage: Storage, ward: Ward, target: Target) -> None:
    async with storage.writing() as records:
        first = await records.achievements.add(target, ward.person, 2026, 71, "71%", NOW)
        other = await records.register.put_target(replace(target, id=0, number="4"))
    for wrong, year in ((target, 2027), (other, 2026)):
        with pytest.raises(LookupError):
            async with storage.writing() as records:
                await records.achievements.add(wrong, ward.person, year, 74, "74%", NOW, first.id)
    async with storage.reading() as records:
        assert len(await records.achievements.of_office(ward.office.id)) == 1


async def test_a_value_of_a_target_that_is_gone_is_refused(storage: Storage, ward: Ward, target: Target) -> None:
    with pytest.raises(LookupError):
        async with storage.writing() as records:
            await records.achievements.add(replace(target, id=target.id + 9), ward.person, 2026, 1, "1%", NOW)


async def test_two_reports_at_one_moment_are_both_kept(
    storage: Storage, other_process: Storage, ward: Ward, target: Target
) -> None:
    async def report(through: Storage, value: float) -> None:
        async with through.writing() as records:
            await records.achievements.add(target, ward.person, 2026, value, f"{value}%", NOW)

    await asyncio.gather(report(storage, 60), report(other_process, 61))
    async with storage.reading() as records:
        assert sorted(each.value for each in await records.achievements.of_target(target.id)) == [60, 61]
