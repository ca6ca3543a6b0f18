"""Reporting periods: an office's schedules, the periods as they opened, and the figures taken at their cutoff."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date, datetime
from typing import Any

from sqlalchemy import Select, func, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from domain.period_figures import PeriodFigures, figures_from
from domain.reporting_periods import Period, PeriodKind, Schedule, default_schedules
from storage import tables
from storage.dialects import insert

_schedules, _periods, _documents = tables.report_schedules, tables.report_periods, tables.documents
_NUMBER = func.coalesce(_documents.c.number, "").label("document_number")
_SCHEDULE: Select[Any] = select(_schedules, _NUMBER).outerjoin(_documents, _documents.c.id == _schedules.c.document_id)
_PERIOD: Select[Any] = select(
    *(column for column in _periods.c if column.name != "figures"),
    _periods.c.frozen_at.is_not(None).label("frozen"),
    _NUMBER,
).outerjoin(_documents, _documents.c.id == _periods.c.document_id)


class Periods:
    """By what an office reports, and what became of each period."""

    def __init__(self, connection: AsyncConnection) -> None:
        self._connection = connection

    async def schedules(self, office_id: int) -> Sequence[Schedule]:
        """By what the office reports, the default of each kind where it set none (id 0); then its plans' own days."""
        rows = await self._connection.execute(_SCHEDULE.where(_schedules.c.office_id == office_id))
        kept = sorted((_schedule(row) for row in rows), key=lambda s: (list(PeriodKind).index(s.kind), s.id))
        own = {schedule.kind: schedule for schedule in kept if schedule.document_id is None}
        office = [own.get(default.kind, default) for default in default_schedules(office_id)]
        return [*office, *(schedule for schedule in kept if schedule.document_id is not None)]

    async def put_schedule(self, schedule: Schedule, today: date) -> Schedule:
        """The schedule as it holds from today on, in place of the office's (or the plan's) one of this kind.

        What is switched off, or a plan's day that is no longer among its days, drops the periods still open by it.
        """
        # The office's row is locked first: of two that set one kind at once the second finds the first one's row.
        office = tables.offices
        await self._connection.execute(
            select(office.c.id).where(office.c.id == schedule.office_id).with_for_update(key_share=True)
        )
        values = {
            "office_id": schedule.office_id,
            "kind": schedule.kind.value,
            "document_id": schedule.document_id,
            "dates": list(schedule.dates),
            "first_day": schedule.first_day,
            "opens_before": schedule.opens_before,
            "lead_days": schedule.lead_days,
            "active": schedule.active,
            "since": today,
        }
        same = select(_schedules.c.id).where(
            _schedules.c.office_id == schedule.office_id,
            _schedules.c.kind == schedule.kind.value,
            _schedules.c.document_id.is_(None)
            if schedule.document_id is None
            else _schedules.c.document_id == schedule.document_id,
        )
        number = (await self._connection.execute(same)).scalar_one_or_none()
        if number is None:
            adding = _schedules.insert().values(values).returning(_schedules.c.id)
            number = (await self._connection.execute(adding)).scalar_one()
        else:
            await self._connection.execute(update(_schedules).where(_schedules.c.id == number).values(values))
        kept = replace(schedule, id=number, since=today)
        await self._drop_what_no_longer_holds(kept)
        return kept

    async def keep(self, period: Period) -> Period:
        """The period's row, made when it is not there; one that is not frozen takes the days it has now.

        However many processes keep it at once there is one row: the database holds its name unique in the office.
        """
        days = {"first": period.first, "cutoff": period.cutoff, "opens": period.opens, "due": period.due}
        found = await self._by_key(period.office_id, period.key)
        if found is None:
            adding = insert(self._connection.dialect.name, _periods).values(
                office_id=period.office_id,
                schedule_id=period.schedule_id or None,
                kind=period.kind.value,
                document_id=period.document_id,
                key=period.key,
                **days,
            )
            await self._connection.execute(adding.on_conflict_do_nothing(index_elements=["office_id", "key"]))
        elif not found.frozen and (found.dropped or any(getattr(found, name) != day for name, day in days.items())):
            moved = update(_periods).where(_periods.c.id == found.id, _periods.c.frozen_at.is_(None))
            await self._connection.execute(moved.values(schedule_id=period.schedule_id or None, dropped=False, **days))
        else:
            return found
        kept = await self._by_key(period.office_id, period.key)
        assert kept is not None
        return kept

    async def open_on(self, office_id: int, day: date) -> Sequence[Period]:
        """The periods for which people are asked on this day, the shortest first."""
        opened = (_periods.c.opens <= day, _periods.c.cutoff >= day, _periods.c.dropped.is_(False))
        return await self._found(office_id, *opened)

    async def ended_since(self, office_id: int, day: date) -> Sequence[Period]:
        """The periods that are open or ended on this day or later, the shortest first."""
        return await self._found(office_id, _periods.c.cutoff >= day, _periods.c.dropped.is_(False))

    async def of_office(self, office_id: int) -> Sequence[Period]:
        """Every period that was opened, the latest first."""
        found = await self._found(office_id, _periods.c.dropped.is_(False))
        return sorted(found, key=lambda period: period.cutoff, reverse=True)

    async def to_freeze(self, office_id: int, day: date) -> Sequence[Period]:
        """The periods whose cutoff lies before this day and whose figures nobody has taken, the earliest first."""
        waiting = (_periods.c.cutoff < day, _periods.c.frozen_at.is_(None), _periods.c.dropped.is_(False))
        return sorted(await self._found(office_id, *waiting), key=lambda period: (period.cutoff, period.id))

    async def get(self, period_id: int) -> Period | None:
        """The period, or None."""
        row = (await self._connection.execute(_PERIOD.where(_periods.c.id == period_id))).first()
        return None if row is None else (await self._with_plans_apart([_period(row)]))[0]

    async def freeze(self, period_id: int, figures: PeriodFigures, now: datetime) -> bool:
        """Keep the figures of the period; False, and nothing changed, when they were taken before."""
        frozen = (
            update(_periods)
            .where(_periods.c.id == period_id, _periods.c.frozen_at.is_(None), _periods.c.dropped.is_(False))
            .values(frozen_at=now, figures=figures.as_json())
        )
        return (await self._connection.execute(frozen)).rowcount == 1

    async def figures(self, period_id: int) -> PeriodFigures | None:
        """What stood in the register at the period's cutoff, or None while it is not frozen."""
        kept = (
            await self._connection.execute(select(_periods.c.figures).where(_periods.c.id == period_id))
        ).scalar_one_or_none()
        return None if kept is None else figures_from(kept)

    async def _drop_what_no_longer_holds(self, schedule: Schedule) -> None:
        """The open periods of a schedule that is off, or of days a plan no longer names, ask nobody any more."""
        of_plan = _periods.c.document_id
        open_ones = [
            _periods.c.office_id == schedule.office_id,
            _periods.c.kind == schedule.kind.value,
            of_plan.is_(None) if schedule.document_id is None else of_plan == schedule.document_id,
            _periods.c.frozen_at.is_(None),
            _periods.c.cutoff >= schedule.since,
        ]
        if schedule.active and schedule.kind is not PeriodKind.PLAN:
            return
        found = [_period(row) for row in await self._connection.execute(_PERIOD.where(*open_ones))]
        gone = [p.id for p in found if not schedule.active or f"{p.cutoff:%m-%d}" not in schedule.dates]
        await self._connection.execute(update(_periods).where(_periods.c.id.in_(gone)).values(dropped=True))

    async def _by_key(self, office_id: int, key: str) -> Period | None:
        named = _PERIOD.where(_periods.c.office_id == office_id, _periods.c.key == key)
        row = (await self._connection.execute(named)).first()
        return None if row is None else (await self._with_plans_apart([_period(row)]))[0]

    async def _found(self, office_id: int, *conditions: Any) -> list[Period]:
        rows = await self._connection.execute(_PERIOD.where(_periods.c.office_id == office_id, *conditions))
        found = sorted((_period(row) for row in rows), key=lambda p: (list(PeriodKind).index(p.kind), p.cutoff, p.id))
        return await self._with_plans_apart(found)

    async def _with_plans_apart(self, periods: list[Period]) -> list[Period]:
        """The periods with the plans that are reported on by days of their own."""
        if not periods:
            return []
        active = select(_schedules.c.document_id).where(
            _schedules.c.office_id == periods[0].office_id,
            _schedules.c.kind == PeriodKind.PLAN.value,
            _schedules.c.document_id.is_not(None),
            _schedules.c.active,
        )
        apart = tuple(sorted((await self._connection.execute(active)).scalars()))
        return [replace(p, apart=apart) if p.document_id is None else p for p in periods]


def _schedule(row: Any) -> Schedule:
    return Schedule(
        id=row.id,
        office_id=row.office_id,
        kind=PeriodKind(row.kind),
        first_day=row.first_day,
        opens_before=row.opens_before,
        lead_days=row.lead_days,
        document_id=row.document_id,
        dates=tuple(row.dates),
        active=row.active,
        since=row.since,
        document_number=row.document_number,
    )


def _period(row: Any) -> Period:
    return Period(
        id=row.id,
        office_id=row.office_id,
        kind=PeriodKind(row.kind),
        first=row.first,
        cutoff=row.cutoff,
        opens=row.opens,
        due=row.due,
        document_id=row.document_id,
        document_number=row.document_number,
        schedule_id=row.schedule_id or 0,
        frozen=row.frozen,
        frozen_at=row.frozen_at,
        dropped=row.dropped,
    )
