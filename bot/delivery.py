"""Empties the outbox: sends each reply once, in order within a chat, within each app's limits."""

import asyncio
import contextlib
import time
import uuid
from collections import Counter
from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

import structlog

from bot.fitting import labelled
from bot.held_apps import HeldApps
from bot.nursery import Nursery
from bot.pace import Crossings, Flow, Pace, Ticket
from bot.undelivered import hold_channel, lift_holds, tell_who_said_it
from domain.ports import Channel, SendFailed
from storage import OutboxRow, Repositories, Storage

log = structlog.get_logger()

CHAT_BURST = 5.0
"""Messages that may go to one chat at once before its pace holds them: Telegram lets short bursts pass."""
LONGEST_WAIT = 15.0
GIVE_UP_AFTER = 12
GIVE_UP_AGE = timedelta(days=1)
"""A reply that the app refuses for the time being is shown as failed after so many tries and so long a time."""
LONGEST_PAUSE = 300.0
AFTER_SILENCE = 1.0
"""Seconds until a message without an answer goes out once more."""
TROUBLE = 3
"""Sendings in a row that went wrong after which the app, and not the message, is taken to be the matter."""
LONGEST_OUTAGE_PAUSE = 30.0
TOO_OLD = 15.0
"""Seconds after which a row taken up and not yet handed to the app is let go: another sender may have it by then."""


@dataclass(slots=True)
class _Flight:
    """A row on its way: since when it is ours, and how it ended."""

    row: OutboxRow
    taken_at: datetime
    since: float
    ticket: Ticket
    message_id: str = ""
    failure: SendFailed | None = None


class Delivery:
    """Sends what is in the outbox.

    A row is `sending` in the database before the app is called and `sent` only with the app's message id. One that was
    not answered, or was being sent when its process ended, is `unknown`: it may have arrived. It is sent once more,
    with a line that says so; if that is not answered either, it has failed.

    A chat that its app has closed holds what is said to it until it is heard; an app that carries nothing at all holds
    everything, and one message at a time tries whether that is over.

    `sender_id` names this process in the outbox, so that several can empty it at once.
    """

    def __init__(
        self,
        storage: Storage,
        channels: Mapping[str, Channel],
        clock: Callable[[], datetime],
        nursery: Nursery,
        *,
        on_sent: Callable[[set[str]], None] = lambda _: None,
        sender_id: str = "",
        held_apps: HeldApps | None = None,
    ) -> None:
        self.sender_id = sender_id or uuid.uuid4().hex
        self._storage = storage
        self._channels = channels
        self._clock = clock
        self._nursery = nursery
        self._on_sent = on_sent
        self._bell = asyncio.Event()
        self._landed: list[_Flight] = []
        self._flows = {name: Flow(channel.limits.per_second) for name, channel in channels.items()}
        self._crossings = {name: Crossings() for name in channels}
        self._chat_paces: dict[tuple[str, str], Pace] = {}
        self._refused: dict[str, tuple[str, float]] = {}
        self._trouble: Counter[str] = Counter()
        self._held_apps = held_apps or HeldApps()
        self._freed: set[str] = set()
        self._out: set[str] = set()
        self._last_office: dict[str, int] = {}
        self._is_stopping = False
        self.sent_total = 0
        self.failed_total = 0
        self.unknown_total = 0
        self.held_total = 0

    def ring(self) -> None:
        """Something was queued."""
        self._bell.set()

    def try_held(self, channel: str) -> None:
        """What an app was held for may be mended: the next message tries it at once."""
        self._held_apps.try_now(channel)
        self._bell.set()

    def share(self, senders: Mapping[str, int]) -> None:
        """So many processes send through each app: each of them keeps to its part of the limit."""
        for name, count in senders.items():
            self._flows[name].senders = max(1, count)

    def pause_of(self, channel: str) -> float:
        """Seconds until the app may be sent the next message."""
        return self._flows[channel].wait()

    def wait_a_window(self) -> None:
        """Send nothing for as long as an app counts: another process has used the whole limit until now."""
        for flow in self._flows.values():
            flow.hold(1.0)

    async def run(self) -> None:
        """Deliver until told to stop; it ends between two rounds, so that nothing claimed is left unsent.

        An app is sent nothing before it has answered a first call: rows taken up while its client is still being loaded
        would all be in doubt if the process died.
        """
        await self._remember_holds()
        for name in self._channels:
            self._ask(name, pause=0.0)
        while not self._is_stopping:
            self._bell.clear()
            places = self._places()
            claimed = await self._exchange(places)
            for flight in claimed:
                self._nursery.start(f"send {flight.row.channel}", self._send(flight))
            if not claimed:
                await self._rest(places)

    def stop(self) -> None:
        """Claim nothing more."""
        self._is_stopping = True
        self._bell.set()

    async def _remember_holds(self) -> None:
        """An app that was held when the last process ended is so still; where no time was said it is tried at once."""
        async with self._storage.reading() as records:
            holds = await records.channel_holds.all()
        for hold in holds:
            if hold.channel in self._channels:
                left = 0.0 if hold.until is None else (hold.until - self._clock()).total_seconds()
                self._held_apps.hold(hold.channel, max(0.0, left), time.monotonic())

    async def settle(self) -> None:
        """Record what has been sent so far; called when stopping, after the senders have ended."""
        if self._landed:
            await self._exchange({})

    def _places(self) -> dict[str, int]:
        """How many rows each app can take now; one that has fallen silent is asked instead whether it is there."""
        for name, crossings in self._crossings.items():
            if crossings.is_silent and name not in self._out:
                log.warning("an app has fallen silent; asking it until it answers", channel=name)
                self._ask(name, pause=0.0)
        places = {name: min(flow.free(), flow.together, self._free(name)) for name, flow in self._flows.items()}
        return {
            name: 1 if name in self._held_apps else count
            for name, count in places.items()
            if count > 0 and name not in self._out and not self._held_apps.is_waiting(name)
        }

    def _free(self, name: str) -> int:
        """How many more may be on their way through an app."""
        flow = self._flows[name]
        return self._crossings[name].free(flow.even_rate, flow.together)

    async def _exchange(self, places: Mapping[str, int]) -> list[_Flight]:
        """Record what ended and claim what comes next, in one transaction."""
        if not (self._landed or places):
            return []
        now, since = self._clock(), time.monotonic()
        rows: list[OutboxRow] = []
        landed: list[_Flight] = []
        freed: set[str] = set()
        try:
            async with self._storage.writing() as records:
                # Taken inside the transaction, so that all that was sent while it waited for its turn goes with it.
                landed, self._landed = self._landed, []
                freed = set(self._freed)
                await self._record(records, landed, freed, now)
                busy = self._held_chats()
                for name, count in places.items():
                    rows += await records.outbox.claim(
                        now, count, busy, (name,), sender=self.sender_id, after_office=self._last_office.get(name)
                    )
        except BaseException:
            self._landed = landed + self._landed
            raise
        self._freed -= freed
        self._note(landed)
        self._ask_held(places, {row.channel for row in rows})
        return [self._start(row, now, since) for row in rows]

    async def _record(self, records: Repositories, landed: list[_Flight], freed: set[str], now: datetime) -> None:
        sent = [(flight.row.id, flight.message_id) for flight in landed if flight.failure is None]
        await records.outbox.sent_many(sent, now, sender=self.sender_id)
        for flight in landed:
            if flight.failure is not None:
                await self._put_off(records, flight, flight.failure, now)
        if freed:
            await lift_holds(records, self._channels, freed, now)

    def _start(self, row: OutboxRow, taken_at: datetime, since: float) -> _Flight:
        self._crossings[row.channel].leave(since)
        self._chat_pace(row).take()
        self._last_office[row.channel] = row.office_id or 0
        self._held_apps.begin_trying(row.channel)
        return _Flight(row, taken_at, since, self._flows[row.channel].take())

    async def _send(self, flight: _Flight) -> None:
        row = flight.row
        channel = self._channels[row.channel]
        reply = labelled(row.reply) if row.maybe_duplicate else row.reply
        try:
            if time.monotonic() - flight.since > TOO_OLD:
                raise SendFailed("retry", "it was held up before it was sent")
            if row.unanswered:
                await self._see_that_it_answers(channel)
            if row.reply.edits:
                await channel.edit(row.chat_id, row.reply.edits, row.reply)
                # A name of its own: under the message's id one still finds what it was.
                flight.message_id = f"edit:{row.reply.edits}"
            else:
                flight.message_id = await channel.send(row.chat_id, reply)
        except SendFailed as failure:
            flight.failure = failure
        except asyncio.CancelledError:
            flight.failure = SendFailed("uncertain", "stopped while sending")
            raise
        except Exception as error:
            log.exception("a channel broke while sending", channel=row.channel, outbox=row.id)
            flight.failure = SendFailed("uncertain", type(error).__name__)
        finally:
            self._flows[row.channel].done(flight.ticket)
            is_answered = flight.failure is None or flight.failure.kind != "uncertain"
            self._crossings[row.channel].end(flight.since, is_answered=is_answered)
            self._heed(flight)
            self._landed.append(flight)
            self._bell.set()

    async def _see_that_it_answers(self, channel: Channel) -> None:
        """Return when the app answers a call that does nothing. Raises SendFailed: "retry" where it is away, or "held".

        A message is given up after two silences, so the second one is not risked on an app that is away.
        """
        try:
            await channel.ping()
        except SendFailed as failure:
            kind = "held" if failure.kind == "held" else "retry"
            raise SendFailed(kind, failure.reason, failure.after) from None

    def _heed(self, flight: _Flight) -> None:
        """Hold back what the app's answer says must wait, at once: the next message is already being chosen."""
        row, failure = flight.row, flight.failure
        if failure is not None and failure.kind == "held":
            self._held_apps.hold(row.channel, failure.after, flight.since)
            self._freed.discard(row.channel)
        elif failure is None or failure.kind in ("rejected", "unreachable", "closed"):
            self._trouble[row.channel] = 0
            # Whatever it says of one message: it takes them again.
            if self._held_apps.end(row.channel, flight.since):
                self._freed.add(row.channel)
        elif failure.after is not None:
            self._held_apps.tried(row.channel)
            self._trouble[row.channel] = 0
            self._hold(row, failure.after)
        else:
            self._held_apps.tried(row.channel)
            self._trouble[row.channel] += 1
            if self._trouble[row.channel] >= TROUBLE and row.channel not in self._out and not self._is_stopping:
                log.warning("an app is out of reach; asking it until it answers", channel=row.channel)
                self._ask(row.channel, pause=1.0)

    def _hold(self, row: OutboxRow, seconds: float) -> None:
        """Obey a 429. The app does not say whether the chat was written to too fast or too much was sent altogether.

        It is the chat when that chat was written to more than once lately and no other one was refused meanwhile.
        """
        now = time.monotonic()
        other, until = self._refused.get(row.channel, (row.chat_id, 0.0))
        is_the_chat = not self._chat_pace(row).is_resting and (other == row.chat_id or until < now)
        self._refused[row.channel] = (row.chat_id, now + seconds)
        self._chat_pace(row).hold(seconds)
        if not is_the_chat:
            self._flows[row.channel].hold(seconds)
        self.held_total += 1
        log.warning("told to wait", channel=row.channel, seconds=seconds, whole_app=not is_the_chat)

    def _ask(self, name: str, pause: float) -> None:
        self._out.add(name)
        self._nursery.start(f"ask {name}", self._ask_until_answered(name, pause))

    async def _ask_until_answered(self, name: str, pause: float) -> None:
        """Wait for an app that is out of reach, with calls that do nothing, so that no message is risked on it."""
        while not self._is_stopping:
            await asyncio.sleep(pause)
            try:
                await self._channels[name].ping()
            except Exception as error:
                if isinstance(error, SendFailed) and error.kind == "held":
                    # It is there. The next message finds it held, and somebody is told.
                    break
                # Whatever it is: an app that is asked no more would never be sent anything again.
                reason = error.reason if isinstance(error, SendFailed) else repr(error)
                log.info("an app does not answer", channel=name, reason=reason)
                pause = min(max(pause * 2, 1.0), LONGEST_OUTAGE_PAUSE)
            else:
                break
        self._trouble[name] = 0
        self._crossings[name].heard()
        self._out.discard(name)
        self._bell.set()

    def _ask_held(self, asked: Iterable[str], tried: Collection[str]) -> None:
        """A held app that no message can try is asked with a call that does nothing."""
        for name in asked:
            if name in self._held_apps and name not in tried:
                self._held_apps.begin_trying(name)
                self._nursery.start(f"ask held {name}", self._free_when_it_answers(name))

    async def _free_when_it_answers(self, name: str) -> None:
        """Where nothing waits for the app, the next message tells whether it is still held."""
        began = time.monotonic()
        try:
            await self._channels[name].ping()
        except Exception as error:
            reason = error.reason if isinstance(error, SendFailed) else repr(error)
            log.info("a held app does not answer", channel=name, reason=reason)
            self._held_apps.hold(name, None, began)
            return
        async with self._storage.reading() as records:
            counts = await records.outbox.counts((name,))
        is_idle = not (counts["pending"] or counts["unknown"] or counts["sending"])
        if is_idle and self._held_apps.end(name, began):
            self._freed.add(name)
            self._bell.set()
        self._held_apps.tried(name)

    async def _put_off(self, records: Repositories, flight: _Flight, failure: SendFailed, now: datetime) -> None:
        """Decide what becomes of a row that did not go out, or may not have."""
        row, outbox = flight.row, records.outbox
        is_out = row.channel in self._out
        if row.reply.template is not None and failure.kind in ("closed", "rejected"):
            await records.held.refuse_template(row, failure.reason, now, sender=self.sender_id)
        elif failure.kind == "closed":
            held = await records.held.close(row, failure.reason, flight.taken_at, now, sender=self.sender_id)
            await tell_who_said_it(records, self._channels, held, now)
        elif failure.kind == "held":
            until = None if failure.after is None else now + timedelta(seconds=failure.after)
            await outbox.wait(row.id, now, failure.reason, sender=self.sender_id)
            await hold_channel(records, self._channels, row.channel, failure.reason, now, until)
        elif failure.kind == "unreachable":
            await outbox.unreachable(row.id, failure.reason, sender=self.sender_id)
        elif failure.kind == "rejected" or self._is_hopeless(row, failure, now):
            await outbox.failed(row.id, failure.reason, sender=self.sender_id)
        elif failure.kind == "uncertain":
            again = now + timedelta(seconds=failure.after if failure.after is not None else AFTER_SILENCE)
            await outbox.unknown(row.id, again, failure.reason, sender=self.sender_id)
        else:
            # While the app is out of reach the whole channel waits; the row is then free to go in its old place.
            pause = 0.0 if is_out else min(2.0 ** (row.attempts - 1), LONGEST_PAUSE)
            again = now + timedelta(seconds=failure.after if failure.after is not None else pause)
            await outbox.retry(row.id, again, failure.reason, sender=self.sender_id)

    def _is_hopeless(self, row: OutboxRow, failure: SendFailed, now: datetime) -> bool:
        if row.reply.edits and failure.kind in ("retry", "uncertain"):
            # Old buttons left standing harm nobody; what waits behind in the same chat is not held up for them.
            return True
        if failure.kind == "uncertain":
            # A second unanswered call ends it, and the ledger shows it as failed. A process that ended while sending
            # does not count: it may have done so before the app was called at all.
            return row.unanswered
        if failure.kind in ("closed", "held"):
            return False
        is_old = row.attempts >= GIVE_UP_AFTER and now - row.queued_at > GIVE_UP_AGE
        return is_old and failure.after is None and row.channel not in self._out

    def _note(self, landed: list[_Flight]) -> None:
        """Count and tell what has been recorded."""
        sent = {flight.row.channel for flight in landed if flight.failure is None}
        if sent:
            self._on_sent(sent)
        for flight in landed:
            row, failure = flight.row, flight.failure
            if failure is None:
                self.sent_total += 1
            elif failure.kind in ("rejected", "unreachable") or self._is_hopeless(row, failure, self._clock()):
                self.failed_total += 1
                log.warning(
                    "not delivered", channel=row.channel, outbox=row.id, kind=failure.kind, reason=failure.reason
                )
            elif failure.kind == "closed":
                log.info("the app has closed a chat", channel=row.channel, outbox=row.id, reason=failure.reason)
            elif failure.kind == "uncertain":
                self.unknown_total += 1
                log.warning("sent without an answer", channel=row.channel, outbox=row.id, reason=failure.reason)

    async def _rest(self, asked: Collection[str]) -> None:
        """Wait until something is queued or sent, or the next row's time or the next free place comes.

        `asked`: the channels for which nothing was to be had just now.
        """
        waits = [LONGEST_WAIT]
        if asked:
            async with self._storage.reading() as records:
                due = await records.outbox.next_due(tuple(asked))
            if due is not None:
                waits.append((due - self._clock()).total_seconds())
                if waits[-1] <= 0:
                    waits[-1] = min((p.wait() for p in self._chat_paces.values() if p.wait() > 0), default=0.25)
        waits += [
            max(flow.wait(), 0.0 if self._free(name) else self._crossings[name].wait())
            for name, flow in self._flows.items()
            if name not in asked and name not in self._out and name not in self._held_apps
        ]
        waits += self._held_apps.waits()
        with contextlib.suppress(TimeoutError):
            await asyncio.wait_for(self._bell.wait(), max(0.001, min(waits)))

    def _chat_pace(self, row: OutboxRow) -> Pace:
        chat = (row.channel, row.chat_id)
        if chat not in self._chat_paces:
            per_second = self._channels[row.channel].limits.per_chat_second
            self._chat_paces[chat] = Pace(per_second, CHAT_BURST)
        return self._chat_paces[chat]

    def _held_chats(self) -> set[tuple[str, str]]:
        for chat in [c for c, pace in self._chat_paces.items() if pace.is_full]:
            del self._chat_paces[chat]
        return {chat for chat, pace in self._chat_paces.items() if pace.free() == 0}
