"""Empties the outbox: sends each reply once, in order within a chat, within each app's limits."""

import asyncio
import contextlib
import time
from collections.abc import Callable, Mapping
from datetime import datetime, timedelta

import structlog

import texts
from bot.nursery import Nursery
from domain.messages import Reply, numbered, split
from domain.ports import Channel, Limits, SendFailed
from storage import OutboxRow, Repositories, Storage

log = structlog.get_logger()

AT_ONCE = 20
"""Replies on their way at one moment: after a crash that many may go out again, so no more than speed needs."""
CHAT_BURST = 5.0
"""Messages that may go to one chat at once before its pace holds them: Telegram lets short bursts pass."""
LONGEST_WAIT = 15.0
GIVE_UP_AFTER = 12
"""Tries before a reply that never could be sent is shown as failed; with the waits below this is about a day."""


def fit(reply: Reply, limits: Limits) -> list[Reply]:
    """The reply in the parts a channel can carry; choices and files go with the last one."""
    shaped = reply if limits.has_buttons else numbered(reply, texts.say("errors.choice_line"))
    lines = split(shaped.text, limits.text_units)
    if not lines:
        return [shaped] if shaped.files or shaped.pictures else []
    return [*(Reply(line) for line in lines[:-1]), shaped.with_text(lines[-1])]


class Pace:
    """A token bucket: how many messages may go out now. Times are seconds of a monotonic clock."""

    def __init__(self, per_second: float, burst: float, monotonic: Callable[[], float] = time.monotonic) -> None:
        self._rate = per_second
        self._burst = burst
        self._monotonic = monotonic
        self._tokens = burst
        self._at = monotonic()

    def _refill(self) -> None:
        now = self._monotonic()
        if now > self._at:
            self._tokens = min(self._burst, self._tokens + (now - self._at) * self._rate)
            self._at = now

    def free(self) -> int:
        """How many may be sent now."""
        self._refill()
        return max(0, int(self._tokens + 1e-9))

    def take(self) -> None:
        """One is being sent."""
        self._refill()
        self._tokens -= 1

    def wait(self) -> float:
        """Seconds until one may be sent."""
        self._refill()
        short = max(0.0, (1 - self._tokens) / self._rate)
        return short + max(0.0, self._at - self._monotonic())

    def hold(self, seconds: float) -> None:
        """Send nothing for a while: the app said so."""
        self._tokens = 0
        self._at = max(self._at, self._monotonic() + seconds)

    @property
    def is_full(self) -> bool:
        """True when nothing was sent lately, so this pace need not be remembered."""
        self._refill()
        return self._tokens >= self._burst


class Delivery:
    """Sends what is in the outbox.

    A row is `sending` in the database before the app is called and `sent` only with the app's message id.
    A row that a crash left `sending` may have been delivered: it is sent once more, with a line that says so.
    """

    def __init__(
        self,
        storage: Storage,
        channels: Mapping[str, Channel],
        clock: Callable[[], datetime],
        nursery: Nursery,
        *,
        on_sent: Callable[[set[str]], None] = lambda _: None,
    ) -> None:
        self._storage = storage
        self._channels = channels
        self._clock = clock
        self._nursery = nursery
        self._on_sent = on_sent
        self._bell = asyncio.Event()
        self._in_flight = 0
        self._sent: list[tuple[OutboxRow, str]] = []
        self._failed: list[tuple[OutboxRow, SendFailed]] = []
        self._paces = {n: Pace(c.limits.per_second, max(1.0, c.limits.per_second)) for n, c in channels.items()}
        self._chat_paces: dict[tuple[str, str], Pace] = {}
        self._is_stopping = False
        self.sent_total = 0
        self.failed_total = 0

    def ring(self) -> None:
        """Something was queued."""
        self._bell.set()

    async def run(self) -> None:
        """Deliver until told to stop; it ends between two rounds, so that nothing claimed is left unsent."""
        while not self._is_stopping:
            self._bell.clear()
            claimed = await self._exchange()
            for row in claimed:
                self._nursery.start(f"send {row.channel}", self._send(row))
            if not claimed:
                await self._rest()

    def stop(self) -> None:
        """Claim nothing more."""
        self._is_stopping = True
        self._bell.set()

    async def settle(self) -> None:
        """Record what has been sent so far; called when stopping, after the senders have ended."""
        if self._sent or self._failed:
            await self._exchange(claim=False)

    async def _exchange(self, *, claim: bool = True) -> list[OutboxRow]:
        """Record what ended and claim what comes next, in one transaction."""
        free = {name: pace.free() for name, pace in self._paces.items()}
        open_channels = [name for name, places in free.items() if places > 0] if claim else []
        # The smallest share of the open channels: claiming less is always safe, the next round takes the rest.
        places = min([AT_ONCE - self._in_flight, *(free[name] for name in open_channels)])
        wants_more = bool(open_channels) and places > 0
        if not (self._sent or self._failed or wants_more):
            return []
        now = self._clock()
        rows: list[OutboxRow] = []
        sent: list[tuple[OutboxRow, str]] = []
        failed: list[tuple[OutboxRow, SendFailed]] = []
        try:
            async with self._storage.writing() as records:
                # Taken inside the transaction, so that all that was sent while it waited for its turn goes with it.
                sent, self._sent = self._sent, []
                failed, self._failed = self._failed, []
                if sent:
                    await records.outbox.sent_many([(row.id, message_id) for row, message_id in sent], now)
                for row, failure in failed:
                    await self._put_off(records, row, failure, now)
                if wants_more:
                    rows = await records.outbox.claim(now, places, self._held_chats(), open_channels)
        except BaseException:
            self._sent, self._failed = sent + self._sent, failed + self._failed
            raise
        self._in_flight += len(rows)
        for row in rows:
            self._paces[row.channel].take()
            self._chat_pace(row).take()
        if sent:
            self._on_sent({row.channel for row, _ in sent})
        return rows

    async def _send(self, row: OutboxRow) -> None:
        channel = self._channels[row.channel]
        reply = row.reply
        if row.maybe_duplicate:
            reply = reply.with_text(f"{texts.say('errors.maybe_duplicate')}\n{reply.text}")
        try:
            message_id = await channel.send(row.chat_id, reply)
        except SendFailed as failure:
            self._failed.append((row, failure))
        except asyncio.CancelledError:
            self._failed.append((row, SendFailed("uncertain", "stopped while sending")))
            raise
        except Exception as error:
            log.exception("a channel broke while sending", channel=row.channel, outbox=row.id)
            self._failed.append((row, SendFailed("uncertain", type(error).__name__)))
        else:
            self._sent.append((row, message_id))
            self.sent_total += 1
        finally:
            self._in_flight -= 1
            self._bell.set()

    async def _put_off(self, records: Repositories, row: OutboxRow, failure: SendFailed, now: datetime) -> None:
        """Decide what becomes of a row that did not go out, or may not have."""
        if failure.kind == "unreachable":
            await records.outbox.unreachable(row.id, failure.reason, now)
        elif failure.kind == "rejected" or row.attempts >= GIVE_UP_AFTER:
            await records.outbox.failed(row.id, failure.reason, now)
        elif failure.kind == "uncertain" and row.maybe_duplicate:
            # Sent twice at most: a second unanswered call ends it, and the ledger shows it as failed.
            await records.outbox.failed(row.id, failure.reason, now)
        else:
            wait = failure.after if failure.after is not None else min(2.0 ** (row.attempts - 1), 3600.0)
            if failure.after is not None:
                self._chat_pace(row).hold(failure.after)
                self._paces[row.channel].hold(min(failure.after, 5.0))
            await records.outbox.retry(
                row.id, now + timedelta(seconds=wait), failure.reason, maybe_duplicate=failure.kind == "uncertain"
            )
            return
        self.failed_total += 1
        log.warning("not delivered", channel=row.channel, outbox=row.id, kind=failure.kind, reason=failure.reason)

    async def _rest(self) -> None:
        """Wait until something is queued or sent, or the next row's time or the next free place comes."""
        async with self._storage.reading() as records:
            due = await records.outbox.next_due(tuple(self._channels))
        waits = [LONGEST_WAIT]
        if due is not None:
            waits.append(max(0.0, (due - self._clock()).total_seconds()))
            if waits[-1] == 0.0:
                paces = [*self._paces.values(), *self._chat_paces.values()]
                waits[-1] = max(0.02, min((p.wait() for p in paces if p.wait() > 0), default=0.25))
        with contextlib.suppress(TimeoutError):
            await asyncio.wait_for(self._bell.wait(), min(waits))

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
