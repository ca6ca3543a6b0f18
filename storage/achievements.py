"""What was reported as reached of the targets."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncConnection

from domain.achievements import Achievement
from domain.people import Person
from domain.plans import Target
from storage import tables

_achievements, _targets, _people = tables.achievements, tables.targets, tables.people
_ACHIEVEMENT = select(_achievements, _people.c.name.label("person_name")).join(
    _people, _people.c.id == _achievements.c.person_id
)


class Achievements:
    """Reported values of targets; each report is a row, and a corrected one stays."""

    def __init__(self, connection: AsyncConnection) -> None:
        self._connection = connection

    async def of_target(self, target_id: int) -> Sequence[Achievement]:
        """What was reported of a target, newest first; superseded reports included."""
        statement = _ACHIEVEMENT.where(_achievements.c.target_id == target_id).order_by(_achievements.c.id.desc())
        return [_achievement(row) for row in await self._connection.execute(statement)]

    async def of_office(self, office_id: int) -> Sequence[Achievement]:
        """What was reported of all the office's targets, newest first; superseded reports included."""
        statement = _ACHIEVEMENT.where(_achievements.c.office_id == office_id).order_by(_achievements.c.id.desc())
        return [_achievement(row) for row in await self._connection.execute(statement)]

    async def add(
        self,
        target: Target,
        person: Person,
        year: int,
        value: float,
        sentence: str,
        now: datetime,
        supersedes_id: int | None = None,
    ) -> Achievement:
        """Write a confirmed value; the one it supersedes stays in the history.

        Raises LookupError when the target is gone, or the report to be superseded is not one of this target and year.
        """
        # The row is locked first: of two reports at one moment the second finds the first already written.
        found = await self._connection.execute(
            select(_targets.c.id).where(_targets.c.id == target.id).with_for_update(key_share=True)
        )
        if found.first() is None:
            raise LookupError(f"target {target.id} is gone")
        if supersedes_id is not None:
            await self._check(target.id, year, supersedes_id)
        statement = (
            _achievements.insert()
            .values(
                office_id=target.office_id,
                target_id=target.id,
                person_id=person.id,
                year=year,
                value=value,
                said=sentence,
                at=now,
                supersedes_id=supersedes_id,
            )
            .returning(_achievements.c.id)
        )
        added = (await self._connection.execute(statement)).scalar_one()
        return _achievement((await self._connection.execute(_ACHIEVEMENT.where(_achievements.c.id == added))).one())

    async def _check(self, target_id: int, year: int, report_id: int) -> None:
        same = select(_achievements.c.id).where(
            _achievements.c.id == report_id,
            _achievements.c.target_id == target_id,
            _achievements.c.year == year,
        )
        if (await self._connection.execute(same)).first() is None:
            raise LookupError(f"report {report_id} is not of target {target_id} in {year}")


def _achievement(row: Any) -> Achievement:
    return Achievement(
        id=row.id,
        target_id=row.target_id,
        person_id=row.person_id,
        person_name=row.person_name,
        year=row.year,
        value=row.value,
        said=row.said,
        at=row.at,
        supersedes_id=row.supersedes_id,
    )
