"""The versions of the periods' reports: made one after another, never written over, decided once."""

from collections.abc import Collection, Mapping, Sequence
from datetime import date, datetime
from typing import Any

from sqlalchemy import Select, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from domain.report_flow import Move, Part, ReportStatus, ReportStep, ReportVersion, after
from storage import tables

_reports, _steps, _periods = tables.periodic_reports, tables.periodic_report_steps, tables.report_periods
_makers = tables.people.alias("makers")
_deciders = tables.people.alias("deciders")
_REPORT: Select[Any] = (
    select(_reports, _makers.c.name.label("maker"), _deciders.c.name.label("decider"))
    .outerjoin(_makers, _makers.c.id == _reports.c.made_by_id)
    .outerjoin(_deciders, _deciders.c.id == _reports.c.decided_by_id)
)
_STEP: Select[Any] = (
    select(_steps, _reports.c.version, tables.people.c.name)
    .join(_reports, _reports.c.id == _steps.c.report_id)
    .outerjoin(tables.people, tables.people.c.id == _steps.c.person_id)
    .order_by(_steps.c.id)
)


class PeriodicReports:
    """What was written of each period, and the way each version went."""

    def __init__(self, connection: AsyncConnection) -> None:
        self._connection = connection

    async def make(
        self,
        office_id: int,
        period_id: int,
        content: Mapping[str, Any],
        template_sha256: str,
        person_id: int | None,
        now: datetime,
        *,
        instead_of: int,
        move: Move = Move.MAKE,
        part: Part | None = None,
        said: str = "",
    ) -> ReportVersion | None:
        """A new draft after the version `instead_of` (0 for the first); None when that is no longer the newest.

        What nobody had approved is replaced by it; what was approved stays as it is. Raises LookupError.
        """
        await self._hold(period_id)
        before = await self.newest(period_id)
        if (before.version if before is not None else 0) != instead_of:
            return None
        adding = _reports.insert().values(
            office_id=office_id,
            period_id=period_id,
            version=instead_of + 1,
            status=ReportStatus.DRAFT.value,
            content=dict(content),
            template_sha256=template_sha256,
            made_by_id=person_id,
            made_at=now,
        )
        report_id = (await self._connection.execute(adding.returning(_reports.c.id))).scalar_one()
        if before is not None and after(Move.REPLACE, before.status) is not None:
            await self._move(before, Move.REPLACE, person_id, now, "", {})
        await self._note(report_id, move, person_id, now, said, part)
        return await self.get(report_id)

    async def get(self, report_id: int) -> ReportVersion | None:
        """The version, or None."""
        row = (await self._connection.execute(_REPORT.where(_reports.c.id == report_id))).first()
        return None if row is None else _version(row)

    async def newest(self, period_id: int) -> ReportVersion | None:
        """The version made last of this period, or None."""
        found = _REPORT.where(_reports.c.period_id == period_id).order_by(_reports.c.version.desc()).limit(1)
        row = (await self._connection.execute(found)).first()
        return None if row is None else _version(row)

    async def of_period(self, period_id: int) -> Sequence[ReportVersion]:
        """The period's versions, the newest first."""
        found = _REPORT.where(_reports.c.period_id == period_id).order_by(_reports.c.version.desc())
        return [_version(row) for row in await self._connection.execute(found)]

    async def of_office(self, office_id: int, statuses: Collection[ReportStatus] = ()) -> Sequence[ReportVersion]:
        """The office's versions in these states (in any without), the last made first."""
        found = _REPORT.where(_reports.c.office_id == office_id).order_by(_reports.c.id.desc())
        if statuses:
            found = found.where(_reports.c.status.in_([status.value for status in statuses]))
        return [_version(row) for row in await self._connection.execute(found)]

    async def take(
        self,
        report_id: int,
        move: Move,
        person_id: int | None,
        now: datetime,
        said: str = "",
        *,
        number: str = "",
        issued_on: date | None = None,
    ) -> ReportVersion | None:
        """The version after the move; None, and nothing written, when it no longer stands where that can be done, or
        when another report of the office has the number in that year."""
        found = await self.get(report_id)
        if found is None:
            return None
        await self._hold(found.period_id)
        current = await self.get(report_id)
        if current is None or after(move, current.status) is None:
            return None
        changes: dict[str, Any] = {}
        if move in (Move.APPROVE, Move.RETURN):
            changes = {"decided_by_id": person_id, "decided_at": now}
        elif move is Move.NUMBER:
            if await self._is_taken(current.office_id, number, issued_on):
                return None
            changes = {"number": number, "issued_on": issued_on}
        await self._move(current, move, person_id, now, said, changes)
        return await self.get(report_id)

    async def steps(self, report_id: int) -> Sequence[ReportStep]:
        """What happened to one version, in its order."""
        return [_step(row) for row in await self._connection.execute(_STEP.where(_steps.c.report_id == report_id))]

    async def steps_of_period(self, period_id: int) -> Sequence[ReportStep]:
        """What happened to all versions of the period, in its order."""
        return [_step(row) for row in await self._connection.execute(_STEP.where(_reports.c.period_id == period_id))]

    async def _move(
        self,
        report: ReportVersion,
        move: Move,
        person_id: int | None,
        now: datetime,
        said: str,
        changes: Mapping[str, Any],
    ) -> None:
        moved = after(move, report.status)
        assert moved is not None, "whoever moves a version has made sure that it can be moved"
        await self._connection.execute(
            update(_reports).where(_reports.c.id == report.id).values(status=moved.value, **changes)
        )
        await self._note(report.id, move, person_id, now, said)

    async def _note(
        self,
        report_id: int,
        move: Move,
        person_id: int | None,
        now: datetime,
        said: str,
        part: Part | None = None,
    ) -> None:
        noted = {"report_id": report_id, "person_id": person_id, "step": move.value, "said": said, "at": now}
        await self._connection.execute(_steps.insert().values(**noted, part="" if part is None else part.value))

    async def _is_taken(self, office_id: int, number: str, issued_on: date | None) -> bool:
        """True when a report of the year has the number; until this transaction ends no other one takes a number."""
        office = tables.offices
        await self._connection.execute(
            select(office.c.id).where(office.c.id == office_id).with_for_update(key_share=True)
        )
        issued = await self.of_office(office_id, [ReportStatus.FINAL])
        years = [each.issued_on.year for each in issued if each.number == number and each.issued_on is not None]
        return issued_on is not None and issued_on.year in years

    async def _hold(self, period_id: int) -> None:
        """No other transaction makes or moves a version of this period until this one ends. Raises LookupError."""
        held = select(_periods.c.id).where(_periods.c.id == period_id).with_for_update(key_share=True)
        if (await self._connection.execute(held)).first() is None:
            raise LookupError(f"period {period_id} is gone")


def _version(row: Any) -> ReportVersion:
    return ReportVersion(
        id=row.id,
        office_id=row.office_id,
        period_id=row.period_id,
        version=row.version,
        status=ReportStatus(row.status),
        content=row.content,
        template_sha256=row.template_sha256,
        made_at=row.made_at,
        made_by_id=row.made_by_id,
        made_by=row.maker or "",
        decided_by_id=row.decided_by_id,
        decided_by=row.decider or "",
        decided_at=row.decided_at,
        number=row.number,
        issued_on=row.issued_on,
    )


def _step(row: Any) -> ReportStep:
    return ReportStep(
        id=row.id,
        report_id=row.report_id,
        version=row.version,
        move=Move(row.step),
        part=Part(row.part) if row.part else None,
        person_id=row.person_id,
        person_name=row.name or "",
        said=row.said,
        at=row.at,
    )
