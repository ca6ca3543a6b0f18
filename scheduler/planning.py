"""Enters what is due in the ledger, and takes out of it what became pointless before it was sent."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from domain.clock import at_local, local_day
from domain.notices import LedgerNotice, Notice, SubjectKind
from domain.people import Person
from domain.ports import Records
from domain.reminders import OfficeView, due_notices, reasons
from scheduler.books import Books
from scheduler.holding import MAKES_LATE, OF_THE_DAY, Holds
from scheduler.views import is_by_the_rules, read_for_planning, read_holds

PATIENCE = timedelta(minutes=15)
"""How long a notice may be on its way into the ledger, or out of it, before it counts as missed."""

RESTS = timedelta(minutes=5)
"""How long at most an office in which nothing was done is left alone; well within `PATIENCE`."""
UNDER_WAY = timedelta(minutes=1)
"""How long what is done at a moment may take until it is written down."""

WITHDRAWN = "withdrawn"
LEFT = "left"


@dataclass(frozen=True, slots=True)
class Draft:
    """What the ledger of an office lacks, and what of it became pointless, each with the reason."""

    office_id: int
    opening: Sequence[tuple[Notice, datetime]]
    pointless: Sequence[tuple[LedgerNotice, str]]
    holds: Holds


async def plan(books: Books, now: datetime, *, sparing: bool = False) -> int:
    """Enter what is due at `now` and cancel what became pointless; returns how many notices were entered.

    Safe to run as often as one likes and in several processes: the database keeps each notice to one row, and only
    what still waits is cancelled. `sparing`: an office is left alone while nothing can have become due in it.
    """
    async with books.reading() as records:
        offices = await records.offices.all()
        stirred = await records.notice_rules.stirred() if sparing else {}
        if sparing:
            offices = [office for office in offices if not await _rests(records, office.id, stirred, now)]
    opened = 0
    for office in offices:
        async with books.reading() as records:
            draft = await look(records, office.id, now)
        async with books.writing() as records:
            opened += await enter(records, draft, now)
    return opened


async def _rests(records: Records, office_id: int, stirred: Mapping[int, datetime], now: datetime) -> bool:
    """True while it is the day and hour of the last look, and nobody did anything in the office since.

    Something becomes due when a day or somebody's hour begins, or when something is done; what is done by other ways
    than the bot's and its commands is found at the next look.
    """
    last = await records.notice_rules.planned_until(office_id)
    if last is None or not last <= now < last + RESTS or local_day(last) != local_day(now):
        return False
    if office_id in stirred and stirred[office_id] > last - UNDER_WAY:
        return False
    hours = {(await records.notice_rules.of_office(office_id)).hour, *(await records.wishes.hours(office_id)).values()}
    return not any(last < at_local(local_day(now), hour) <= now for hour in hours)


async def look(records: Records, office_id: int, now: datetime) -> Draft:
    """What there is to be entered and cancelled in an office."""
    waiting = await records.notices.pending(office_id)
    view = await read_for_planning(records, office_id, now, waiting)
    holds = await read_holds(records, office_id, now)
    known = await records.notices.known(office_id)
    due = due_notices(view, now)
    missing = [notice for notice in due if notice.key not in known]
    pointless = _pointless(waiting, view, {notice.key for notice in due if not notice.folded}, holds, now)
    opening = [(notice, holds.release(notice, now)[0]) for notice in missing]
    return Draft(office_id, opening, pointless, holds)


async def enter(records: Records, draft: Draft, now: datetime) -> int:
    """Write the draft down; returns how many notices were entered that are to be sent.

    A message that still waits and carries something pointless is cancelled; the rest of it is sent in another one.
    """
    carried = {row.message for row, _ in draft.pointless if row.message is not None}
    if carried:
        await records.notices.take_back(carried, begun=False)
    for reason in sorted({reason for _, reason in draft.pointless}):
        await records.notices.cancel([row.id for row, why in draft.pointless if why == reason], reason)
    opened = await records.notices.open_many(draft.opening, now)
    await records.notices.hold(_held(draft.holds, await records.notices.pending(draft.office_id), now))
    await records.notice_rules.planned(draft.office_id, now)
    return opened


async def missed(books: Books, now: datetime) -> int:
    """How many notices are due and not in the ledger, or could go out and do not, nobody knows why. Must be zero."""
    async with books.reading() as records:
        return await stuck(records, now) + await unentered(records, now)


async def stuck(records: Records, now: datetime) -> int:
    """How many notices of the ledger could have gone out and have not, and nothing says why."""
    return await records.notices.missed(now - PATIENCE)


async def unentered(records: Records, now: datetime) -> int:
    """How many notices are due by the rules and have no row; it reads every task of every office."""
    before, found = now - PATIENCE, 0
    for office in await records.offices.all():
        view = await read_for_planning(records, office.id, before)
        known = await records.notices.known(office.id)
        found += sum(notice.key not in known for notice in due_notices(view, before))
    return found


async def upcoming(records: Records, person: Person, now: datetime, within: timedelta) -> Notice | None:
    """The person's next notice that the ledger does not hold yet, due within a time from now; None without one."""
    known = await records.notices.known(person.office_id)
    view = await read_for_planning(records, person.office_id, now)
    moment = now
    while moment <= now + within:
        for notice in due_notices(view, moment):
            if notice.person_id == person.id and not notice.folded and notice.key not in known:
                return notice
        moment += timedelta(days=1)
    return None


def _pointless(
    waiting: Sequence[LedgerNotice],
    view: OfficeView,
    still: set[tuple[str, str, date, int]],
    holds: Holds,
    now: datetime,
) -> list[tuple[LedgerNotice, str]]:
    """Which waiting notices need not be sent any more, each with the reason."""
    whys = reasons(view, [row for row in waiting if is_by_the_rules(row.notice) and row.notice.key not in still], now)
    people = {person.id for person in view.people}
    whys |= {row.id: _withdrawn(row, people, holds) for row in waiting if not is_by_the_rules(row.notice)}
    return [(row, whys[row.id]) for row in waiting if whys.get(row.id)]


def _withdrawn(row: LedgerNotice, people: set[int], holds: Holds) -> str:
    """Why what was entered by somebody need not be sent any more; empty when it must."""
    if row.notice.person_id not in people:
        return LEFT
    call = holds.calls.get(row.notice.subject.id) if row.notice.subject.kind is SubjectKind.CALL else None
    return WITHDRAWN if call is not None and call.withdrawn_at is not None else ""


def _held(holds: Holds, waiting: Iterable[LedgerNotice], now: datetime) -> Iterable[tuple[int, datetime, str]]:
    """Where the moment has changed at which a waiting notice may go out: another hour, a day off, a wish taken back."""
    for row in waiting:
        if row.message is not None or row.reason in OF_THE_DAY:
            continue
        until, why = holds.release(row.notice, now)
        why = row.reason if row.reason in MAKES_LATE else why
        if until > now and (until, why) != (row.release_at, row.reason):
            yield row.id, until, why
        elif until <= now < row.release_at:
            yield row.id, now, row.reason
