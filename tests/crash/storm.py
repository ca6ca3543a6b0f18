"""Offices whose reminders go out through an app that fails at random, by servers that are killed at random.

Nothing is put into the outbox by hand: the servers' own beats plan what is due and queue it, and colleagues have
something sent while the storm lasts. Afterwards the ledger, the outbox and the app's journal are compared line by line.
"""

import asyncio
import json
import os
import random
import sqlite3
import time
from collections import Counter, defaultdict
from collections.abc import Callable, Sequence
from contextlib import closing
from dataclasses import dataclass, field
from datetime import UTC, datetime
from datetime import time as hour_of_day
from functools import partial
from pathlib import Path
from typing import Any

import pytest

import texts
from bot.pace import MOST_AT_ONCE
from domain.clock import local, local_day
from domain.deadlines import Deadline, DeadlineKind
from domain.notice_rules import NoticeRules
from domain.notices import ANNOUNCEMENT, ON_THE_DAY, REQUEST, CallKind
from domain.people import Role
from domain.tasks import Task
from domain.working_days import CalendarDay
from handlers.calls import send_call
from handlers.moments import office_hours
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


TASKS = 2
"""Due today for each person, in one digest."""
CALLS = 3
"""What colleagues have sent to everybody of each office, each a message of its own."""
OFFICE = 50
"""People of one office."""
ALWAYS_OPEN = NoticeRules(
    hour=hour_of_day(0), quiet_from=hour_of_day(0), quiet_to=hour_of_day(0), daily_cap=2 * (1 + CALLS)
)
"""An office that is reminded at any hour, so that the test runs at any hour."""


@dataclass(frozen=True)
class Storm:
    """How many are reminded, how fast, and how often a server is killed. `life` is the longest it sends until then."""

    people: int
    kills: int
    per_second: float
    seed: int

    @property
    def offices(self) -> int:
        """How many offices the people are of."""
        return -(-self.people // OFFICE)

    @property
    def reminders(self) -> int:
        """How many rows of the ledger are to be sent."""
        return self.people * (TASKS + CALLS)

    @property
    def messages(self) -> int:
        """In how many messages: a digest for each person, and the calls."""
        return self.people * (1 + CALLS)

    @property
    def life(self) -> float:
        """The longest that a server sends before it is killed."""
        return 1.4 * self.messages / self.per_second / self.kills


def storm_for(people: int, kills: int, per_second: float) -> Storm:
    """A storm of this size, or with KEHOACH_SOAK set the whole one: 500 people, 30 kills, at Telegram's own pace."""
    seed = int(os.environ.get("SEED") or random.randrange(2**32))
    if os.environ.get("KEHOACH_SOAK"):
        people, kills, per_second = 500, 30, 30.0
    if local(datetime.now(UTC)).time() > hour_of_day(23, 45):
        pytest.skip("the day, and with it what is due, would change while this runs")
    storm = Storm(people, kills, per_second, seed)
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
        """How many messages and notices are neither sent nor given up."""
        states = "('pending', 'sending', 'unknown')"
        messages = self.query(f"select count(*) from outbox where status in {states}")
        notices = self.query(f"select count(*) from notices where status in {states}")
        return int(messages[0][0]) + int(notices[0][0])

    def entered(self) -> int:
        """How many notices are in the ledger, the folded ones left out."""
        return int(self.query("select count(*) from notices where status <> 'cancelled'")[0][0])


@dataclass
class Server:
    """One `kehoach serve`, killed and started again in its own data folder."""

    env: dict[str, str]
    log: Path
    process: Process | None = None
    predecessor: str = ""

    @property
    def home(self) -> Path:
        """Its data folder."""
        return Path(self.env["KEHOACH_HOME"])

    def start(self) -> None:
        """Serve."""
        self.predecessor = self.sender
        self.process = serve(self.env, self.log)

    @property
    def sender(self) -> str:
        """By which name it sends."""
        note = self.home / "serve.sender"
        return note.read_text(encoding="utf-8") if note.exists() else ""

    @property
    def has_begun(self) -> bool:
        """True once it is about to beat and to send."""
        return self.sender not in ("", self.predecessor)

    def kill(self) -> None:
        """End it as a power cut would."""
        assert self.process is not None and self.process.is_running, self.log.read_text(encoding="utf-8")[-3000:]
        self.process.kill()


@dataclass
class Outcome:
    """What was seen while the storm lasted: for each kill, what was on its way; and how long it took."""

    cut: list[list[str]] = field(default_factory=list)
    seconds: float = 0.0


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


def rage(storm: Storm, telegram: Telegram, rows: Rows, running: Sequence[Server], url: str) -> Outcome:
    """Kill and start again, as often as the storm says, then let them finish and stop.

    Every third kill falls into a server's first moments, when it plans; the others while it sends.
    """
    chance, began = random.Random(storm.seed), time.monotonic()
    outcome = Outcome()
    telegram.pace(per_second=storm.per_second)
    for kind, part, how in FAULTS:
        telegram.fault(kind, "sendMessage", times=-1, chance=part, seed=storm.seed, **how)
    for server in running:
        server.start()
    calls = [(office, number) for number in range(CALLS) for office in range(storm.offices)]
    at_once = -(-len(calls) // max(1, storm.kills // 2))
    for number in range(storm.kills):
        before = telegram.tally().get("sendMessage", 0)
        if number % 3 == 0:
            victim = next((server for server in running if not server.has_begun), running[0])
            wait_until(partial(_one_has_begun, [victim]), 60, "a server begins")
            time.sleep(chance.uniform(0, 1.0))
        else:
            wait_until(partial(_one_has_begun, running), 60, "a server begins")
            victim = chance.choice([server for server in running if server.has_begun])
            wait_until(partial(_goes_on, telegram, before), 60, "something is being sent")
            time.sleep(chance.uniform(0, storm.life))
        victim.kill()
        outcome.cut.append(rows.sending(victim.sender))
        asyncio.run(_have_sent(url, calls[:at_once]))
        calls = calls[at_once:]
        victim.start()
    longest = 90 + 3 * storm.messages / storm.per_second
    wait_until(partial(_is_over, storm, rows), longest, "all is sent", pause=0.2)
    for server in running:
        assert server.process is not None and server.process.stop() == 0, server.process
    outcome.seconds = time.monotonic() - began
    return outcome


def _one_has_begun(running: Sequence[Server]) -> bool:
    return any(server.has_begun for server in running)


def _goes_on(telegram: Telegram, before: int) -> bool:
    return telegram.tally().get("sendMessage", 0) > before + 1


def _is_over(storm: Storm, rows: Rows) -> bool:
    return rows.entered() >= storm.reminders and rows.unfinished() == 0


@dataclass(frozen=True)
class Sent:
    """A row of the outbox."""

    id: int
    key: str
    chat: int
    text: str
    status: str
    message_id: str
    cause: str


@dataclass
class Copies:
    """How many came twice, and why."""

    of_silence: int = 0
    of_kill: Counter[int] = field(default_factory=Counter)
    labelled: int = 0


def check(storm: Storm, telegram: Telegram, rows: Rows, outcome: Outcome) -> None:
    """The ledger and the app's own journal agree, line by line; what came twice says so and has a reason."""
    asked = "select id, key, chat_id, reply, status, message_id, cause from outbox order by id"
    sent = [_sent(*row) for row in rows.query(asked)]
    assert len(sent) == storm.messages
    calls = telegram.journal("sendMessage")
    by_words: dict[tuple[int, str], list[dict[str, Any]]] = defaultdict(list)
    for call in calls:
        text = call["parameters"]["text"]
        by_words[int(call["parameters"]["chat_id"]), text.removeprefix(f"{LABEL}\n")].append(call)
    assert set(by_words) <= {(row.chat, row.text) for row in sent}, "something was sent that nobody wrote down"

    copies, failed = Copies(), 0
    for row in sent:
        tries = by_words[row.chat, row.text]
        if row.status == "failed":
            # Shown as such to the operator: the app was silent twice.
            assert sum(_is_silent(call, row) for call in tries) >= 2, (row, tries)
            failed += 1
        else:
            _check_message(row, tries, outcome, copies)
    for number, count in copies.of_kill.items():
        assert count <= len(outcome.cut[number]), f"more copies than were on their way at kill {number}"
    assert max(map(len, outcome.cut), default=0) <= MOST_AT_ONCE
    _check_ledger(storm, rows, sent, {_place(call): call for call in calls if call["status"] == 200})

    refused = sum(call["status"] == 429 and not call["fault"] for call in calls)
    faults = Counter(call["fault"] for call in calls if call["fault"])
    print(
        f"seed {storm.seed}: {storm.reminders} reminders in {storm.messages} messages to {storm.people} people,"
        f" {storm.kills} kills, {len(calls)} calls in {outcome.seconds:.0f} s; faults: {dict(sorted(faults.items()))};"
        f" lost: 0; failed and shown: {failed}; copies: {copies.of_silence} after a lost answer,"
        f" {copies.of_kill.total()} after a kill, unlabelled: 0, labelled messages: {copies.labelled};"
        f" kills with one copy: {sum(n == 1 for n in copies.of_kill.values())},"
        f" with more: {sum(n > 1 for n in copies.of_kill.values())};"
        f" on their way at a kill: {dict(sorted(Counter(map(len, outcome.cut)).items()))};"
        f" refused for speed: {refused}"
    )


def _check_message(row: Sent, tries: list[dict[str, Any]], outcome: Outcome, copies: Copies) -> None:
    """It arrived, the last time with an answer; a copy says that it is one and has a reason."""
    assert row.status == "sent", row
    arrived = [call for call in tries if call["status"] == 200]
    assert arrived, f"lost: {row}"
    told = [call for call in arrived if str(call["answer"]["result"]["message_id"]) == row.message_id]
    assert told == arrived[-1:] and not told[0]["fault"], "the last copy is the one that was answered"
    labelled = [call for call in arrived if call["parameters"]["text"].startswith(LABEL)]
    copies.labelled += len(labelled)
    assert all(call in labelled for call in arrived[1:]), f"not labelled: {row}"
    unheard = sum(call["fault"] in SILENT for call in arrived[:-1])
    cuts = [number for number, keys in enumerate(outcome.cut) if row.key in keys]
    of_kills = len(arrived) - 1 - unheard
    assert of_kills <= len(cuts), f"sent twice without a reason: {row}"
    copies.of_silence += unheard
    copies.of_kill.update(cuts[:of_kills])


def _sent(row_id: int, key: str, chat_id: str, reply: Any, status: str, message_id: str | None, cause: str) -> Sent:
    packed = json.loads(reply) if isinstance(reply, str) else reply
    return Sent(row_id, key, int(chat_id), packed["text"], status, message_id or "", cause)


def _is_silent(call: dict[str, Any], row: Sent) -> bool:
    if call["fault"]:
        return call["fault"] in SILENT
    return call["status"] in (0, 200) and (
        call["answer"] is None or str(call["answer"]["result"]["message_id"]) != row.message_id
    )


def _place(call: dict[str, Any]) -> tuple[int, str]:
    return int(call["parameters"]["chat_id"]), str(call["answer"]["result"]["message_id"])


def _check_ledger(storm: Storm, rows: Rows, sent: list[Sent], journal: dict[tuple[int, str], dict[str, Any]]) -> None:
    """Everything due has one row, which stands where its message stands; what it speaks of is what the app was sent."""
    asked = (
        "select n.person_id, a.chat_id, n.rule, coalesce(t.title, c.text), n.status, n.reason, n.outbox_id,"
        " n.channel, n.message_id, case when n.sent_at = o.sent_at then 1 else 0 end from notices n"
        " join accounts a on a.person_id = n.person_id left join tasks t on t.id = n.task_id"
        " left join calls c on c.id = n.call_id left join outbox o on o.id = n.outbox_id"
    )
    by_id = {row.id: row for row in sent}
    found: Counter[tuple[str, str]] = Counter()
    digests: dict[int, set[int]] = defaultdict(set)
    for person, chat, rule, words, status, reason, outbox_id, channel, message_id, is_of_then in rows.query(asked):
        if status == "cancelled":
            assert reason == "folded" and rule not in (ON_THE_DAY, ANNOUNCEMENT, REQUEST), (rule, reason)
            continue
        message = by_id[outbox_id]
        found[chat, words] += 1
        assert (status, channel, int(chat)) == (message.status, "telegram", message.chat), message
        assert words in message.text, "the message speaks of something else"
        if status == "sent":
            assert is_of_then and message_id == message.message_id
            call = journal[int(chat), message_id]
            assert call["parameters"]["text"].removeprefix(f"{LABEL}\n") == message.text
        if message.cause == "notice:digest":
            digests[person].add(outbox_id)
    assert found == Counter(_due(storm)), "each once, and nothing but what is due"
    assert len(digests) == storm.people and all(len(of_person) == 1 for of_person in digests.values())


def _due(storm: Storm) -> list[tuple[str, str]]:
    """What everybody is to hear of: to which chat, and in which words."""
    due = []
    for n in range(storm.people):
        chat = str(FIRST_USER + n)
        due += [(chat, _title(n, number)) for number in range(TASKS)]
        due += [(chat, _call(n // OFFICE, number)) for number in range(CALLS)]
    return due


def _title(person: int, number: int) -> str:
    return f"Lập bảng kê {person}/{number}."


def _call(office: int, number: int) -> str:
    return f"Tin số {number} gửi toàn cơ quan {office}."


def _office(number: int) -> str:
    return f"Ủy ban nhân dân phường Thử {number}"


async def furnish(url: str, storm: Storm) -> None:
    """Offices that work today, whose officials, all known on Telegram, each have tasks whose deadline is today."""
    storage = Storage.open(url)
    await storage.migrate()
    today = local_day(datetime.now(UTC))
    async with storage.writing() as records:
        for number in range(storm.offices):
            office = await records.offices.ensure(_office(number), f"Thử {number}", ())
            await records.notice_rules.put(office.id, ALWAYS_OPEN)
            await records.calendar.put(office.id, CalendarDay(today, works=True))
            for n in range(number * OFFICE, min((number + 1) * OFFICE, storm.people)):
                user = str(FIRST_USER + n)
                person = await records.people.add(office.id, f"Cán bộ {n}", Role.OFFICIAL, None)
                await records.people.bind(person.id, "telegram", user, user)
                for task in range(TASKS):
                    due = Deadline(DeadlineKind.DATE, due=today, text="hôm nay")
                    title = _title(n, task)
                    await records.register.put_task(
                        Task(0, office.id, f"{n}.{task}", title, due, assignee_id=person.id, confirmed=True)
                    )
    await storage.close()


async def _have_sent(url: str, calls: Sequence[tuple[int, int]]) -> None:
    """Colleagues confirm these calls to everybody of their office, as the chat would have it."""
    storage = Storage.open(url)
    for office_number, number in calls:
        async with storage.writing() as records:
            office = await records.offices.ensure(_office(office_number))
            people = await records.people.of_office(office.id)
            kind = (CallKind.ANNOUNCEMENT, CallKind.REQUEST)[number % 2]
            parts: dict[str, Any] = {"call": kind.value, "text": _call(office_number, number), "about": ()}
            parts |= {"due": None, "emergency": False}
            hours = await office_hours(records, office.id)
            await send_call(records, people[0], parts, people, datetime.now(UTC), hours)
    await storage.close()
