"""Reminders sent through an app that fails at random, by processes that are killed at random; and what came of them."""

import asyncio
import os
import random
import sqlite3
import time
from collections import Counter, defaultdict
from collections.abc import Callable, Sequence
from contextlib import closing
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import Any

import texts
from bot.delivery import AT_ONCE
from storage import Storage
from tests.platforms.telegram.stand_in import Telegram
from tests.running import Process, free_port, serve, settings_for, wait_until

LABEL = texts.say("errors.maybe_duplicate")
FIRST_USER = 7001
FAULTS: tuple[tuple[str, float, dict[str, Any]], ...] = (
    ("too_many", 0.003, {"retry_after": 1}),
    ("server_error", 0.02, {}),
    ("bad_gateway", 0.01, {}),
    ("reset_before", 0.002, {}),
    ("reset_after", 0.008, {}),
    ("hang", 0.002, {"seconds": 1.5}),
    ("hang_after", 0.006, {"seconds": 1.5}),
)
"""What goes wrong, for which part of the calls; the last four leave no answer, and two of them deliver all the same."""
SILENT = frozenset({"reset_before", "reset_after", "hang", "hang_after"})


@dataclass(frozen=True)
class Storm:
    """How much is sent, how fast, and how often a process is killed. `life` is the longest it sends until then."""

    people: int
    each: int
    kills: int
    per_second: float
    life: float
    seed: int

    @property
    def reminders(self) -> int:
        """How many there are."""
        return self.people * self.each

    @property
    def rounds(self) -> range:
        """Which reminder of a person."""
        return range(self.each)


def storm_for(kills: int, people: int, each: int, per_second: float) -> Storm:
    """A storm of this size, or with KEHOACH_SOAK set the whole one: 2,000 reminders to 500 people, 30 kills."""
    seed = int(os.environ.get("SEED") or random.randrange(2**32))
    if os.environ.get("KEHOACH_SOAK"):
        kills, people, each, per_second = 30, 500, 4, 30.0
    life = people * each / per_second / kills * 1.4
    storm = Storm(people, each, kills, per_second, life, seed)
    print(f"seed {seed}: {storm}")
    return storm


@dataclass
class Rows:
    """What stands in the database: read by SQL, as an operator would."""

    query: Callable[[str], list[tuple[Any, ...]]]

    @classmethod
    def of_file(cls, path: Path) -> "Rows":
        """Of a SQLite file."""

        def query(sql: str) -> list[tuple[Any, ...]]:
            with closing(sqlite3.connect(f"file:{path}?mode=ro", uri=True, timeout=10)) as database:
                return database.execute(sql).fetchall()

        return cls(query)

    @classmethod
    def of_server(cls, url: str) -> "Rows":
        """Of a PostgreSQL database."""

        async def ask(sql: str) -> list[tuple[Any, ...]]:
            import asyncpg  # type: ignore[import-untyped]

            connection = await asyncpg.connect(url)
            try:
                return [tuple(row) for row in await connection.fetch(sql)]
            finally:
                await connection.close()

        return cls(lambda sql: asyncio.run(ask(sql)))

    def sending(self, sender: str) -> list[str]:
        """The keys of what a process was sending."""
        found = self.query(f"select key from outbox where status = 'sending' and sender_id = '{sender}'")
        return [key for (key,) in found]

    def unfinished(self) -> int:
        """How many messages are neither sent nor given up."""
        asked = "select count(*) from outbox where status in ('pending', 'sending', 'unknown')"
        return int(self.query(asked)[0][0])


@dataclass
class Server:
    """One `kehoach serve`, killed and started again in its own data folder."""

    env: dict[str, str]
    log: Path
    process: Process | None = None

    @property
    def home(self) -> Path:
        """Its data folder."""
        return Path(self.env["KEHOACH_HOME"])

    def start(self) -> None:
        """Serve."""
        self.process = serve(self.env, self.log)

    @property
    def sender(self) -> str:
        """By which name it sends."""
        note = self.home / "serve.sender"
        return note.read_text(encoding="utf-8") if note.exists() else ""

    def kill(self) -> None:
        """End it as a power cut would."""
        assert self.process is not None and self.process.is_running, self.log.read_text(encoding="utf-8")[-3000:]
        self.process.kill()


@dataclass
class Outcome:
    """What was seen while the storm lasted: for each kill, what was on its way."""

    cut: list[list[str]] = field(default_factory=list)


def servers(storm: Storm, folder: Path, telegram: Telegram, url: str, count: int) -> list[Server]:
    """So many servers over one database, each with a folder and a port of its own."""
    made = []
    for number in range(count):
        port = free_port()
        env = settings_for(
            folder / f"home-{number}",
            telegram,
            port,
            DATABASE_URL=url,
            TELEGRAM_MESSAGES_PER_SECOND=str(storm.per_second),
            TELEGRAM_MODE="webhook",
            TELEGRAM_WEBHOOK_SECRET="bi-mat-cua-bai-thu",
            PUBLIC_URL=f"http://127.0.0.1:{port}",
        )
        made.append(Server(env, folder / f"serve-{number}.log"))
    return made


def rage(storm: Storm, telegram: Telegram, rows: Rows, running: Sequence[Server]) -> Outcome:
    """Kill and start again, as often as the storm says, then let them finish and stop."""
    chance = random.Random(storm.seed)
    outcome = Outcome()
    telegram.pace(per_second=storm.per_second)
    for kind, part, how in FAULTS:
        telegram.fault(kind, "sendMessage", times=-1, chance=part, seed=storm.seed, **how)
    for server in running:
        server.start()
    for _ in range(storm.kills):
        before = telegram.tally().get("sendMessage", 0)
        victim = chance.choice(running)
        wait_until(partial(_goes_on, telegram, before, rows), 60, "something is being sent")
        time.sleep(chance.uniform(0, storm.life))
        victim.kill()
        outcome.cut.append(rows.sending(victim.sender))
        victim.start()
    wait_until(lambda: rows.unfinished() == 0, 60 + 3 * storm.reminders / storm.per_second, "all is sent", pause=0.2)
    for server in running:
        assert server.process is not None and server.process.stop() == 0, server.process
    return outcome


def _goes_on(telegram: Telegram, before: int, rows: Rows) -> bool:
    return telegram.tally().get("sendMessage", 0) > before + 1 or rows.unfinished() == 0


@dataclass(frozen=True)
class Sent:
    """A row of the outbox that carries a notice."""

    key: str
    chat: int
    text: str
    status: str
    message_id: str


def check(storm: Storm, telegram: Telegram, rows: Rows, outcome: Outcome) -> None:
    """The ledger and the app's own journal agree, line by line; what came twice says so and has a reason."""
    sent = [_sent(*row) for row in rows.query("select key, chat_id, reply, status, message_id from outbox order by id")]
    assert len(sent) == storm.reminders
    calls = telegram.journal("sendMessage")
    by_words: dict[tuple[int, str], list[dict[str, Any]]] = defaultdict(list)
    for call in calls:
        text = call["parameters"]["text"]
        by_words[int(call["parameters"]["chat_id"]), text.removeprefix(f"{LABEL}\n")].append(call)
    assert set(by_words) <= {(row.chat, row.text) for row in sent}, "something was sent that nobody wrote down"

    copies_of_kill: Counter[int] = Counter()
    copies_of_silence = failed = 0
    for row in sent:
        tries = by_words[row.chat, row.text]
        arrived = [call for call in tries if call["status"] == 200]
        doubtful = [call for call in tries if _is_silent(call, row)]
        if row.status == "failed":
            # Shown as such to the operator: the app was silent twice.
            assert len(doubtful) >= 2, (row, tries)
            failed += 1
            continue
        assert row.status == "sent", row
        assert arrived, f"lost: {row}"
        told = [call for call in arrived if str(call["answer"]["result"]["message_id"]) == row.message_id]
        assert told == arrived[-1:] and not told[0]["fault"], "the last copy is the one that was answered"
        unlabelled = [call for call in arrived if not call["parameters"]["text"].startswith(LABEL)]
        assert len(unlabelled) <= 1 and (not unlabelled or unlabelled[0] is arrived[0]), f"not labelled: {row}"
        for copied in arrived[:-1]:
            if copied["fault"] in SILENT:
                copies_of_silence += 1
                continue
            cut = next((n for n, keys in enumerate(outcome.cut) if row.key in keys), None)
            assert cut is not None, f"sent twice without a reason: {row}"
            copies_of_kill[cut] += 1
    for number, copies in copies_of_kill.items():
        assert copies <= len(outcome.cut[number])
    assert max(map(len, outcome.cut), default=0) <= AT_ONCE
    _check_ledger(storm, rows, failed)

    refused = sum(call["status"] == 429 and not call["fault"] for call in calls)
    print(
        f"{storm.reminders} reminders, {storm.kills} kills, {len(calls)} calls, 0 lost, {failed} failed and shown;"
        f" copies: {copies_of_silence} after a lost answer, {sum(copies_of_kill.values())} after a kill"
        f" (at most {max(copies_of_kill.values(), default=0)} of one kill);"
        f" on their way at a kill: {dict(sorted(Counter(map(len, outcome.cut)).items()))};"
        f" refused for speed: {refused}"
    )


def _sent(key: str, chat_id: str, reply: Any, status: str, message_id: str | None) -> Sent:
    import json

    packed = json.loads(reply) if isinstance(reply, str) else reply
    return Sent(key, int(chat_id), packed["text"], status, message_id or "")


def _is_silent(call: dict[str, Any], row: Sent) -> bool:
    if call["fault"]:
        return call["fault"] in SILENT
    return call["status"] in (0, 200) and (
        call["answer"] is None or str(call["answer"]["result"]["message_id"]) != row.message_id
    )


def _check_ledger(storm: Storm, rows: Rows, failed: int) -> None:
    """Every notice stands where the message that carries it stands."""
    apart = rows.query(
        "select n.id from notices n join outbox o on o.id = n.outbox_id where n.status <> o.status"
        " or n.channel <> o.channel or coalesce(n.message_id, '') <> coalesce(o.message_id, '')"
        " or coalesce(n.sent_at, n.opened_at) <> coalesce(o.sent_at, n.opened_at)"
    )
    assert apart == []
    states = dict(rows.query("select status, count(*) from notices group by status"))
    assert states.pop("sent") == storm.reminders - failed
    assert states == ({"failed": failed} if failed else {})


async def furnish(url: str, storm: Storm) -> None:
    """Three offices whose officials, all known on Telegram, have their reminders waiting in the outbox."""
    from datetime import UTC, datetime

    from domain.messages import Priority, Reply
    from domain.notices import ANNOUNCEMENT, CallKind, Notice, Subject, SubjectKind
    from domain.people import Role

    storage = Storage.open(url)
    await storage.migrate()
    now = datetime.now(UTC)
    async with storage.writing() as records:
        offices = [await records.offices.ensure(f"Ủy ban nhân dân phường Thử {n}", f"Thử {n}", ()) for n in range(3)]
        for n in range(storm.people):
            office = offices[n % 3]
            user = str(FIRST_USER + n)
            person = await records.people.add(office.id, f"Cán bộ {n}", Role.OFFICIAL, None)
            await records.people.bind(person.id, "telegram", user, user)
            for number in storm.rounds:
                call = await records.calls.add(
                    office.id, person.id, CallKind.ANNOUNCEMENT, f"{number}", [person.id], now
                )
                subject = Subject(SubjectKind.CALL, call.id)
                notice = Notice(office.id, person.id, subject, ANNOUNCEMENT, now.date(), now, urgent=True)
                await records.notices.open_many([(notice, now)], now)
                row = await records.outbox.queue(
                    channel="telegram",
                    chat_id=user,
                    reply=Reply(f"Nhắc việc số {number} của cán bộ {n}"),
                    key=f"notice:{call.id}",
                    now=now,
                    cause="notice:announcement",
                    office_id=office.id,
                    priority=Priority.NOTICE,
                )
                assert row is not None
                (ledger,) = await records.notices.of_subjects(office.id, [str(subject)])
                await records.notices.carry([ledger.id], row, "telegram")
    await storage.close()
