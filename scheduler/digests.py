"""Sends what the ledger releases: one digest for each person and day, urgent matters as messages of their own."""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime, time
from itertools import groupby

from domain.clock import at_local, local_day
from domain.contacts import NO_WINDOWS, Windows
from domain.message_templates import tracked
from domain.messages import Priority, Reply
from domain.notices import AGAIN, UNREACHED, Call, CallKind, LedgerNotice, Notice, NoticeStatus, SubjectKind
from domain.people import Account, Person
from domain.ports import NoticeMessage, Records
from domain.reaching import Roads, Way
from domain.reminders import still_due, why_not
from domain.rights import keeps_the_installation
from scheduler.books import Books, Shapes
from scheduler.facts import Facts, read_facts
from scheduler.holding import CAP, MAKES_LATE, NEXT_DIGEST, NO_ACCOUNT, SNOOZED, UNDELIVERED, UNSERVED
from scheduler.template_facts import templated_digest, usable
from scheduler.views import is_by_the_rules, read_holds, read_office
from scheduler.wording import call_words, digest

DIGEST = "notice:digest"
URGENT = "notice:urgent"
CALL = "notice:call"
AHEAD = "notice:ahead"
"""What a message carries: a digest of the day, what could not wait for it, a call, or a notice shown before its day."""

_LENGTHS = (12, 6, 3, 1)
"""How many matters a digest names, the first number with which it fits into one message."""


async def send(books: Books, now: datetime, shapes: Shapes, windows: Windows = NO_WINDOWS) -> int:
    """Queue what may go out at `now` on the channels of `shapes`; returns how many messages were queued.

    `windows` says for how long after a person's last word each of them may write to them.

    Which notices a message carries and the message itself are one transaction, and both are unique: however often and
    in however many processes this runs, a notice is in one message.
    """
    async with books.reading() as records:
        offices = [office.id for office in await records.offices.all() if await _has_work(records, office.id, now)]
    sent, broken = 0, []
    for office_id in offices:
        try:
            async with books.writing() as records:
                sent += await _Round(records, office_id, now, shapes, windows).run()
        except Exception as error:
            # Whatever it is that one office stumbles over, the others' messages go out; it is told afterwards.
            broken.append(error)
    if broken:
        raise ExceptionGroup("the notices of an office could not be sent", broken)
    return sent


async def keep_the_night(books: Books, now: datetime) -> None:
    """Where it is quiet, what stands in the outbox waits for the morning; asked before anything is sent."""
    async with books.reading() as records:
        offices = await records.offices.all()
    for office in offices:
        async with books.writing() as records:
            await _Round(records, office.id, now, {}).keep_the_night()


async def send_ahead(books: Books, notice: Notice, now: datetime, shapes: Shapes, windows: Windows = NO_WINDOWS) -> int:
    """Send a notice before its day, as a visitor of the demonstration asks; 0 when it cannot be, or was sent."""
    async with books.writing() as records:
        await records.notices.open_many([(notice, now)], now)
        rows = await records.notices.of_subjects(notice.office_id, {str(notice.subject)})
        row = next((row for row in rows if row.notice.key == notice.key), None)
        if row is None or row.status is not NoticeStatus.PENDING or row.message is not None:
            return 0
        return await _Round(records, notice.office_id, now, shapes, windows).show(row)


async def _has_work(records: Records, office_id: int, now: datetime) -> bool:
    """True when something may go out, or a message that was to have gone out stands in the night."""
    waiting = await records.notices.pending(office_id)
    if any(row.message is None and row.release_at <= now and row.reason != NO_ACCOUNT for row in waiting):
        return True
    for person_id in {row.notice.person_id for row in waiting if row.message is None and row.release_at <= now}:
        if await records.people.accounts(person_id):
            return True
    held = {hold.channel for hold in await records.channel_holds.all()} | set(await records.quotas.used_up(now))
    if any(row.message is not None and row.channel in held for row in waiting):
        return True
    if all(row.message is None for row in waiting) and not await records.notices.in_doubt(office_id):
        return False
    return (await read_holds(records, office_id, now)).is_quiet(now)


@dataclass
class _Today:
    """The messages with notices that each person was sent on a day, as their keys tell."""

    day: date
    used: dict[int, set[int]] = field(default_factory=dict)
    standing: dict[int, set[int]] = field(default_factory=dict)
    digests: set[int] = field(default_factory=set)

    @classmethod
    def of(cls, day: date, messages: Sequence[NoticeMessage]) -> "_Today":
        """What these messages of the day were; one that nobody can have read counts for nothing but its number."""
        today = cls(day)
        for message in messages:
            match message.key.split(":"):
                case ["notices", person, on, number, _] if on == day.isoformat():
                    today._count(int(person), int(number), message)
        return today

    def _count(self, person_id: int, number: int, message: NoticeMessage) -> None:
        self.used.setdefault(person_id, set()).add(number)
        if message.status not in ("cancelled", "failed") and message.cause != AHEAD:
            self.standing.setdefault(person_id, set()).add(number)
            if message.cause == DIGEST:
                self.digests.add(person_id)

    def next_key(self, person_id: int) -> str:
        """The name of the person's next message; nobody else can queue one under it."""
        number = max(self.used.get(person_id, {-1})) + 1
        self.used.setdefault(person_id, set()).add(number)
        self.standing.setdefault(person_id, set()).add(number)
        return f"notices:{person_id}:{self.day.isoformat()}:{number}"

    def count(self, person_id: int) -> int:
        """How many messages the person has had."""
        return len(self.standing.get(person_id, ()))


class _Round:
    """One look at an office: what may go out, to whom, and in which message."""

    def __init__(
        self, records: Records, office_id: int, now: datetime, shapes: Shapes, windows: Windows = NO_WINDOWS
    ) -> None:
        self._records = records
        self._office_id = office_id
        self._now = now
        self._shapes = shapes
        self._windows = windows

    async def run(self) -> int:
        """Queue what may go out; how many messages."""
        records, now = self._records, self._now
        await self.keep_the_night()
        await self._look_for_ways()
        await self._take_back_from_held()
        self._view = await read_office(records, self._office_id, now)
        ready = await self._released()
        if not ready:
            return 0
        await self._read_about(ready)
        sent = 0
        ready.sort(key=lambda row: row.notice.person_id)
        for person_id, rows in groupby(ready, key=lambda row: row.notice.person_id):
            person = self._facts.staff.people.get(person_id)
            if person is not None:
                sent += await self._to(person, list(rows))
        return sent

    async def keep_the_night(self) -> None:
        """Let nothing that stands in the outbox go out while it is quiet, emergencies apart."""
        self._holds = await read_holds(self._records, self._office_id, self._now)
        if self._holds.is_quiet(self._now):
            await self._take_back_for_the_night()

    async def show(self, row: LedgerNotice) -> int:
        """Queue this one notice, whatever the hour; how many messages."""
        self._holds = await read_holds(self._records, self._office_id, self._now)
        await self._look_for_ways()
        self._view = await read_office(self._records, self._office_id, self._now)
        await self._read_about([row])
        person = self._facts.staff.people.get(row.notice.person_id)
        account = self._way(row.notice.person_id).account
        if person is None or account is None:
            return 0
        parts = self._shapes[account.channel](digest(person, [row], self._facts))
        return await self._queue(person, account, [row], parts, AHEAD)

    async def _look_for_ways(self) -> None:
        """Read by which accounts the people of the office can be written to now."""
        records = self._records
        self._accounts: dict[int, list[Account]] = {}
        accounts = await records.people.accounts_of_office(self._office_id)
        for account in accounts:
            self._accounts.setdefault(account.person_id, []).append(account)
        self._chosen = await records.wishes.channels(self._office_id)
        self._templates = usable(await records.message_templates.of_office(self._office_id))
        contacts = await records.contacts.of({(account.channel, account.chat_id) for account in accounts})
        closed = {chat for chat, c in contacts.items() if c.is_closed(self._windows.get(chat[0]), self._now)}
        templated = {chat for chat in closed if not contacts[chat].template_refused_at} if self._templates else set()
        held = {hold.channel for hold in await records.channel_holds.all()}
        held |= set(await records.quotas.used_up(self._now))
        by_template = {chat for chat in templated if chat[0] in self._templates}
        self._roads = Roads(tuple(self._shapes), held, closed, by_template)

    def _way(self, person_id: int, *, by_template: bool = False) -> Way:
        """By which account the person is written to; one that takes but a template only where that is meant."""
        roads = self._roads if by_template else replace(self._roads, templated=())
        return roads.way(self._accounts.get(person_id, ()), self._chosen.get(person_id, ""))

    async def _take_back_from_held(self) -> None:
        """What waits for an app through which nothing goes out goes by another one where the person has one."""
        if not self._roads.held:
            return
        waiting = await self._records.notices.pending(self._office_id)
        stuck = set()
        for row in waiting:
            if row.message is not None and row.channel in self._roads.held:
                account = self._way(row.notice.person_id).account
                if account is not None and account.channel not in self._roads.held:
                    stuck.add(row.message)
        await self._records.notices.take_back(stuck, begun=False)

    async def _read_about(self, rows: Sequence[LedgerNotice]) -> None:
        day = local_day(self._now)
        messages = await self._records.notices.messages(self._office_id, at_local(day, time()))
        self._today = _Today.of(day, messages)
        self._facts = await read_facts(self._records, self._view, self._holds.calls, rows, self._now)

    async def _take_back_for_the_night(self) -> None:
        """Messages that could not be sent by day wait for the next one: nobody is disturbed."""
        waiting = await self._records.notices.pending(self._office_id)
        carried = {row.message: row for row in waiting if row.message is not None}
        by_day = [m for m, row in carried.items() if m is not None and not self._holds.is_emergency(row.notice)]
        taken = await self._records.notices.take_back(by_day)
        await self._hold([row for row in waiting if row.message in taken], UNDELIVERED)
        for row in await self._records.notices.in_doubt(self._office_id):
            if row.message is not None and not self._holds.is_emergency(row.notice):
                await self._records.notices.repeat_at([row.message], self._holds.release(row.notice, self._now)[0])

    async def _released(self) -> list[LedgerNotice]:
        """The notices that nothing holds back; what has become pointless meanwhile is cancelled."""
        records, now = self._records, self._now
        waiting = await records.notices.pending(self._office_id)
        waiting = [row for row in waiting if row.message is None and row.release_at <= now]
        still = still_due(self._view, now)
        ready, held = [], []
        for row in waiting:
            if is_by_the_rules(row.notice) and row.notice.key not in still:
                why = why_not(self._view, row, now)
                if why:
                    await records.notices.cancel([row.id], why)
                    continue
            until, why = self._holds.release(row.notice, now)
            if until > now:
                held.append((row.id, until, row.reason if row.reason in MAKES_LATE else why))
            else:
                ready.append(row)
        await records.notices.hold(held)
        return ready

    async def _to(self, person: Person, rows: list[LedgerNotice]) -> int:
        """Queue the person's messages; how many."""
        calls = [row for row in rows if row.notice.subject.kind is SubjectKind.CALL]
        others = [row for row in rows if row.notice.subject.kind is not SubjectKind.CALL]
        sent = await self._digest_to(person, others) if others else 0
        way = self._way(person.id)
        if calls and way.account is None:
            await self._cannot_reach(person, way.why, calls)
            return sent
        for row in calls:
            sent += await self._call_to(person, way.account, row) if way.account else 0
        return sent

    async def _digest_to(self, person: Person, rows: list[LedgerNotice]) -> int:
        """The person's digest, or, where they had it today, what cannot wait for the next one."""
        way = self._way(person.id, by_template=True)
        if way.account is None:
            await self._cannot_reach(person, way.why, rows)
            return 0
        is_asked_for = all(row.notice.rule == AGAIN or row.reason == SNOOZED for row in rows)
        cause = URGENT if is_asked_for and self._holds.is_before_their_hour(person.id, self._now) else DIGEST
        if person.id in self._today.digests:
            cause = URGENT
            later = [row for row in rows if not (row.notice.urgent or row.reason == SNOOZED)]
            await self._hold(later, NEXT_DIGEST)
            rows = [row for row in rows if row not in later]
        if self._is_full(person):
            cause = URGENT
            later = [row for row in rows if not self._holds.breaks_the_cap(row.notice)]
            await self._hold(later, CAP)
            rows = [row for row in rows if row not in later]
        if not rows:
            return 0
        account = way.account
        if way.by_template:
            template = self._templates[account.channel]
            said = templated_digest(template, person, rows, self._facts, await self._office_name())
            if said is not None:
                return await self._queue(person, account, rows, [said], cause)
            # What does not fill the template goes as if there were none.
            way = self._way(person.id)
            if way.account is None:
                await self._cannot_reach(person, way.why, rows)
                return 0
            account = way.account
        return await self._queue(person, account, rows, self._shaped(person, account, rows), cause)

    def _shaped(self, person: Person, account: Account, rows: Sequence[LedgerNotice]) -> Sequence[Reply]:
        """The digest with as many matters named as fit into one message."""
        shape = self._shapes[account.channel]
        said = [shape(digest(person, rows, self._facts, most)) for most in _LENGTHS]
        return next((parts for parts in said if len(parts) == 1), said[-1])

    async def _office_name(self) -> str:
        office = await self._records.offices.get(self._office_id)
        return "" if office is None else office.name

    async def _call_to(self, person: Person, account: Account, row: LedgerNotice) -> int:
        """What a colleague had sent, as a message of its own."""
        said = self._facts.call(row.notice)
        if said is None or said.withdrawn_at is not None:
            await self._records.notices.cancel([row.id], "withdrawn")
            return 0
        if self._is_full(person) and not self._holds.breaks_the_cap(row.notice):
            await self._hold([row], CAP)
            return 0
        parts = self._shapes[account.channel](call_words(person, row, said, self._facts))
        return await self._queue(person, account, [row], parts, CALL, _priority(said))

    async def _queue(
        self,
        person: Person,
        account: Account,
        rows: Sequence[LedgerNotice],
        parts: Sequence[Reply],
        cause: str,
        priority: int = Priority.NOTICE,
    ) -> int:
        """One message with these notices; nothing where another process was faster."""
        name = self._today.next_key(person.id)
        queued: list[int] = []
        for number, part in enumerate(parts):
            key = f"{name}:{number}"
            row_id = await self._records.outbox.queue(
                channel=account.channel,
                chat_id=account.chat_id,
                reply=tracked(part, key),
                key=key,
                now=self._now,
                cause=cause,
                office_id=self._office_id,
                priority=priority,
            )
            if row_id is None:
                break
            queued.append(row_id)
        ids = [row.id for row in rows]
        if len(queued) < len(parts) or await self._records.notices.carry(ids, queued[-1], account.channel) < len(ids):
            await self._records.notices.take_back(queued)
            return 0
        return 1

    async def _hold(self, rows: Sequence[LedgerNotice], why: str) -> None:
        """These wait for tomorrow, or for the end of the night."""
        if why == UNDELIVERED:
            held = [(row.id, self._holds.release(row.notice, self._now)[0], why) for row in rows]
        else:
            held = [(row.id, self._holds.tomorrow(row.notice, self._now), why) for row in rows]
        await self._records.notices.hold(held)

    def _is_full(self, person: Person) -> bool:
        return self._today.count(person.id) >= self._holds.rules.daily_cap

    async def _cannot_reach(self, person: Person, why: str, rows: Sequence[LedgerNotice]) -> None:
        """Who has not joined is waited for; who can no longer be written to is named to the head of the unit."""
        if why in (NO_ACCOUNT, UNSERVED):
            waiting = [row for row in rows if row.reason not in (why, *MAKES_LATE)]
            await self._records.notices.hold([(row.id, row.release_at, why) for row in waiting])
            return
        await self._records.notices.fail([row.id for row in rows], why)
        told = [
            (notice, self._holds.release(notice, self._now)[0])
            for row in rows
            for notice in unreached(person, row.notice, self._facts, self._now)
        ]
        await self._records.notices.open_many(told, self._now)


def _priority(said: Call) -> int:
    """An emergency waits for no other message of its chat."""
    if said.emergency:
        return Priority.REPLY
    return Priority.BROADCAST if said.kind is CallKind.ANNOUNCEMENT else Priority.NOTICE


def unreached(person: Person, notice: Notice, facts: Facts, now: datetime) -> list[Notice]:
    """What the heads of the unit are told, else the administrators, when a notice can reach its person nowhere."""
    heads = [head for head in facts.staff.heads(person.unit_id) if head.id != person.id]
    if not heads or notice.rule == UNREACHED:
        heads = [p for p in facts.staff.people.values() if keeps_the_installation(p) and p.id != person.id]
    return [Notice(notice.office_id, head.id, notice.subject, UNREACHED, notice.occurrence, now) for head in heads]
