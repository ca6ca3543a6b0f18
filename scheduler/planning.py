"""Enters what is due in the ledger, and takes out of it what became pointless before it was sent."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from domain.notices import LedgerNotice, Notice, SubjectKind
from domain.people import Person
from domain.ports import Records
from domain.reminders import OfficeView, due_notices, why_not
from scheduler.books import Books
from scheduler.holding import MAKES_LATE, OF_THE_DAY, Holds
from scheduler.views import is_by_the_rules, read_holds, read_office

PATIENCE = timedelta(minutes=15)
"""How long a notice may be on its way into the ledger, or out of it, before it counts as missed."""

WITHDRAWN = "withdrawn"
LEFT = "left"


@dataclass(frozen=True, slots=True)
class Draft:
    """What the ledger of an office lacks, and what of it became pointless, each with the reason."""

    office_id: int
    opening: Sequence[tuple[Notice, datetime]]
    pointless: Sequence[tuple[LedgerNotice, str]]
    holds: Holds


async def plan(books: Books, now: datetime) -> int:
    """Enter what is due at `now` and cancel what became pointless; returns how many notices were entered.

    Safe to run as often as one likes and in several processes: the database keeps each notice to one row, and only
    what still waits is cancelled.
    """
    async with books.reading() as records:
        offices = await records.offices.all()
    opened = 0
    for office in offices:
        async with books.reading() as records:
            draft = await look(records, office.id, now)
        async with books.writing() as records:
            opened += await enter(records, draft, now)
    return opened


async def look(records: Records, office_id: int, now: datetime) -> Draft:
    """What there is to be entered and cancelled in an office."""
    view = await read_office(records, office_id, now)
    holds = await read_holds(records, office_id, now)
    known = await records.notices.known(office_id)
    due = due_notices(view, now)
    missing = [notice for notice in due if notice.key not in known]
    still = {notice.key for notice in due if not notice.folded}
    waiting = await records.notices.pending(office_id)
    pointless = [(row, why) for row in waiting if (why := _pointless(row, view, still, holds, now))]
    opening = [(notice, holds.release(notice, now)[0]) for notice in missing]
    return Draft(office_id, opening, pointless, holds)


async def enter(records: Records, draft: Draft, now: datetime) -> int:
    """Write the draft down; returns how many notices were entered that are to be sent.

    A message that still waits and carries something pointless is cancelled; the rest of it is sent in another one.
    """
    carried = {row.message for row, _ in draft.pointless if row.message is not None}
    if carried:
        await records.notices.take_back(carried)
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
        view = await read_office(records, office.id, before)
        known = await records.notices.known(office.id)
        found += sum(notice.key not in known for notice in due_notices(view, before))
    return found


async def upcoming(records: Records, person: Person, now: datetime, within: timedelta) -> Notice | None:
    """The person's next notice that the ledger does not hold yet, due within a time from now; None without one."""
    known = await records.notices.known(person.office_id)
    view = await read_office(records, person.office_id, now)
    moment = now
    while moment <= now + within:
        for notice in due_notices(view, moment):
            if notice.person_id == person.id and not notice.folded and notice.key not in known:
                return notice
        moment += timedelta(days=1)
    return None


def _pointless(
    row: LedgerNotice, view: OfficeView, still: set[tuple[str, str, date, int]], holds: Holds, now: datetime
) -> str:
    """Why the waiting notice need not be sent any more; empty when it must."""
    if is_by_the_rules(row.notice):
        return "" if row.notice.key in still else why_not(view, row, now)
    if all(person.id != row.notice.person_id for person in view.people):
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
