"""Reporting periods and their schedules as the command line shows and sets them."""

import re
from collections.abc import Sequence
from dataclasses import replace
from datetime import date, datetime
from typing import Any

from bot.failures import OperatorError
from domain.clock import local_day
from domain.people import Office
from domain.period_list import Entry, EntryState
from domain.period_words import period_meant
from domain.reporting_periods import Period, PeriodKind, Schedule
from domain.schedule_words import Wanted, changed, days_in, plan_schedule, proposed
from domain.vietnamese import fold
from handlers.period_wording import period_name
from handlers.periods import entries_of
from storage.repositories import Repositories


async def listed(records: Repositories, office: Office, today: date) -> list[dict[str, Any]]:
    """Every period that was opened, the latest first, with how many reports came and how many are missing."""
    kept = await records.periods.of_office(office.id)
    return [_period_row(p, await entries_of(records, p, kept), today) for p in kept]


async def shown(records: Repositories, office: Office, which: str, today: date) -> dict[str, Any]:
    """One period with its list; while it is frozen with its figures. Raises OperatorError."""
    kept = await records.periods.of_office(office.id)
    period = await found(records, office, which, kept, today)
    list_now = await entries_of(records, period, kept)
    figures = await records.periods.figures(period.id)
    row = _period_row(period, list_now, today)
    row["tasks"] = [_entry_row(entry) for entry in list_now]
    row["figures"] = None if figures is None else figures.as_json()
    return row


async def found(records: Repositories, office: Office, which: str, kept: Sequence[Period], today: date) -> Period:
    """The period of this number, key or name ("3", "month:2026-11", "thang 11"). Raises OperatorError."""
    if which.isdecimal():
        meant = [p for p in kept if p.id == int(which)]
    elif re.fullmatch(r"[a-z-]+:[0-9:-]+", which):
        meant = [p for p in kept if p.key == which]
    else:
        schedules = await records.periods.schedules(office.id)
        calendar = await records.calendar.of_office(office.id)
        words = " ".join(fold(which).split())
        named = period_meant(words, today, office.id, schedules, calendar)
        meant = [p for p in kept if named is not None and p.key == named.key]
    if not meant:
        raise OperatorError("cli.periods.unknown", which=which)
    return meant[0]


async def schedules_of(records: Repositories, office: Office) -> tuple[list[Schedule], list[dict[str, Any]]]:
    """By what the office reports, and the days that plans name and nobody has decided on."""
    kept = list(await records.periods.schedules(office.id))
    days = proposed(await records.register.tasks(office.id), kept)
    return kept, [{"document": number, "dates": list(dates)} for _, number, dates in days]


async def set_schedule(records: Repositories, office: Office, wanted: Wanted, now: datetime) -> list[Schedule]:
    """The schedules that became others, kept from today on. Raises OperatorError for what cannot be."""
    if not wanted.is_possible:
        raise OperatorError("cli.periods.impossible")
    schedules = await records.periods.schedules(office.id)
    after = changed(schedules, wanted)
    if wanted.kind is PeriodKind.PLAN:
        named = [
            d
            for d in await records.library.documents(office.id)
            if d.number and _bare(d.number) == _bare(wanted.document)
        ]
        if len(named) != 1:
            raise OperatorError("cli.periods.no_plan", document=wanted.document)
        plan = plan_schedule(schedules, office.id, named[0].id, wanted, named[0].number)
        if not plan.dates:
            raise OperatorError("cli.periods.no_dates")
        after = [] if plan in schedules else [plan]
    kept = [await records.periods.put_schedule(schedule, local_day(now)) for schedule in after]
    for schedule in kept:
        subject = f"schedule:{schedule.id}"
        await records.audit.note(office.id, None, "schedule.changed", subject, now, schedule_row(schedule))
    return kept


def wanted_by(
    kind: str, cutoff: str, lead: int | None, opens: int | None, active: bool | None, document: str, dates: str
) -> Wanted:
    """What the options of the command ask for. Raises OperatorError for what cannot be read."""
    if document:
        days = days_in(dates) if dates else ()
        if dates and not days:
            raise OperatorError("cli.periods.no_dates")
        return Wanted(PeriodKind.PLAN, active=active is not False, document=document, dates=days)
    if dates:
        raise OperatorError("cli.periods.no_which")
    if kind and kind not in _OFFICE_KINDS:
        raise OperatorError("cli.periods.no_kind", kind=kind, kinds=", ".join(_OFFICE_KINDS))
    wanted = Wanted(PeriodKind(kind) if kind else None, lead_days=lead, opens_before=opens, active=active)
    if not cutoff:
        return wanted
    if cutoff == "end":
        return replace(wanted, cutoff_day=31)
    return replace(wanted, cutoff_day=int(cutoff) if cutoff.isdecimal() and len(cutoff) <= 2 else 0)


_OFFICE_KINDS = tuple(str(kind) for kind in PeriodKind if kind is not PeriodKind.PLAN)


def schedule_row(schedule: Schedule) -> dict[str, Any]:
    """A schedule as the command prints it; `cutoff_day` 31 is the last day of the month."""
    return {
        "id": schedule.id,
        "kind": str(schedule.kind),
        "document": schedule.document_number,
        "dates": list(schedule.dates),
        "cutoff_day": schedule.cutoff_day,
        "opens_before": schedule.opens_before,
        "lead_days": schedule.lead_days,
        "active": schedule.active,
        "since": None if schedule.since is None else schedule.since.isoformat(),
    }


def _period_row(period: Period, asked: Sequence[Entry], today: date) -> dict[str, Any]:
    counts = {str(state): sum(entry.state is state for entry in asked) for state in EntryState}
    return {
        "id": period.id,
        "key": period.key,
        "name": period_name(period),
        "document": period.document_number,
        "first": period.first.isoformat(),
        "cutoff": period.cutoff.isoformat(),
        "opens": period.opens.isoformat(),
        "due": period.due.isoformat(),
        "open": period.is_open(today),
        "frozen_at": None if period.frozen_at is None else period.frozen_at.isoformat(),
        "count": len(asked),
        **counts,
    }


def _entry_row(entry: Entry) -> dict[str, Any]:
    return {
        "task": entry.task_id,
        "number": entry.number,
        "title": entry.title,
        "document": entry.document_number,
        "unit": entry.unit,
        "responsible": [who.name for who in entry.responsible],
        "state": str(entry.state),
        "status": str(entry.status),
        "percent": entry.percent,
        "day": None if entry.day is None else entry.day.isoformat(),
        "corrected": entry.corrected,
    }


def _bare(number: str) -> str:
    return re.sub(r"\s+", "", fold(number))
