"""`kill -9` at random moments while updates are being processed: every update has exactly one effect and one reply."""

import random
import sqlite3
import time
from collections import Counter
from contextlib import closing
from datetime import date
from functools import partial
from pathlib import Path
from typing import Any

import texts
from domain.deadlines import Deadline, DeadlineKind
from domain.people import Role
from domain.tasks import Task
from storage import Storage
from tests.platforms.telegram.stand_in import Telegram
from tests.running import Process, free_port, serve, settings_for, stand_in_process, wait_until

KILLS = 20
UPDATES = 200
OFFICIALS = 30
CITIZENS = 70
FIRST_OFFICIAL = 5001
FIRST_CITIZEN = 9001


async def _furnish(home: Path) -> None:
    """An office whose officials each have a task and are known on Telegram."""
    home.mkdir()
    storage = Storage.open(f"sqlite:///{home / 'kehoach.db'}")
    await storage.migrate()
    async with storage.writing() as records:
        office = await records.offices.ensure("Ủy ban nhân dân phường Thử", "Thử", ())
        for n in range(OFFICIALS):
            person = await records.people.add(office.id, f"Cán bộ {n}", Role.OFFICIAL, None)
            user = str(FIRST_OFFICIAL + n)
            await records.people.bind(person.id, "telegram", user, user)
            due = Deadline(DeadlineKind.DATE, due=date(2099, 12, 31), text="31/12/2099")
            await records.register.put_task(
                Task(0, office.id, str(n + 1), f"Việc thứ {n + 1}", due, assignee_id=person.id, confirmed=True)
            )
    await storage.close()


def _send_round(telegram: Telegram, round_number: int) -> None:
    """200 updates: each official reports and confirms, citizens ask; one after another, chats interleaved."""
    percent = round_number + 1
    for n in range(OFFICIALS):
        telegram.do("says", user=FIRST_OFFICIAL + n, text=f"nv {n + 1} xong {percent}%")
        telegram.do("says", user=FIRST_OFFICIAL + n, text=texts.say("report.button.yes"))
    for n in range(UPDATES - 2 * OFFICIALS):
        telegram.do("says", user=FIRST_CITIZEN + n % CITIZENS, text=f"Thư viện mở cửa lúc nào, câu {round_number}.{n}?")


async def test_twenty_kills_lose_nothing_and_double_nothing(tmp_path: Path) -> None:
    seed = random.randrange(2**32)
    print(f"seed {seed}")
    chance = random.Random(seed)
    home = tmp_path / "data"
    await _furnish(home)
    log = tmp_path / "serve.log"
    with stand_in_process(tmp_path) as telegram:
        for n in range(OFFICIALS):
            telegram.user(f"Cán bộ {n}", id=FIRST_OFFICIAL + n)
        for n in range(CITIZENS):
            telegram.user(f"Dân {n}", id=FIRST_CITIZEN + n)
        env = settings_for(home, telegram, free_port())
        for round_number in range(KILLS):
            _send_round(telegram, round_number)
            before = telegram.tally().get("sendMessage", 0)
            bot = serve(env, log)
            wait_until(partial(_has_begun, telegram, before, bot), 60, "the bot begins to answer")
            assert bot.is_running, log.read_text(encoding="utf-8")[-3000:]
            time.sleep(chance.uniform(0, 0.8))
            bot.kill()
        bot = serve(env, log)
        wait_until(lambda: _is_drained(home, telegram), 180, "all updates are answered")
        assert bot.stop() == 0
        _check(home, telegram)


def _has_begun(telegram: Telegram, sent_before: int, bot: Process) -> bool:
    return telegram.tally().get("sendMessage", 0) > sent_before or not bot.is_running


def _query(home: Path, sql: str) -> list[tuple[Any, ...]]:
    with closing(sqlite3.connect(f"file:{home / 'kehoach.db'}?mode=ro", uri=True, timeout=10)) as database:
        return database.execute(sql).fetchall()


def _is_drained(home: Path, telegram: Telegram) -> bool:
    waiting = _query(home, "select count(*) from inbox where status = 'new'")[0][0]
    unsent = _query(home, "select count(*) from outbox where status in ('pending', 'sending', 'unknown')")[0][0]
    return not waiting and not unsent and telegram.pending() == 0


def _check(home: Path, telegram: Telegram) -> None:
    updates = KILLS * UPDATES
    assert _query(home, "select status, count(*) from inbox group by status") == [("done", updates)]
    assert _query(home, "select count(*), count(distinct update_id) from inbox") == [(updates, updates)]

    replies = Counter(
        str(key).rsplit(":", 1)[0] for (key,) in _query(home, "select key from outbox where cause != 'edit'")
    )
    inbox = {f"in:{row_id}" for (row_id,) in _query(home, "select id from inbox")}
    assert set(replies) == inbox, "every update has a reply"
    assert set(replies.values()) == {1}, "no update has two"
    assert _query(home, "select distinct status from outbox") == [("sent",)]

    asked = KILLS * (UPDATES - 2 * OFFICIALS)
    assert _query(home, "select count(*), count(distinct asked) from questions") == [(asked, asked)]
    reports = _query(home, "select task_id, count(*), count(distinct percent) from progress_reports group by task_id")
    assert len(reports) == OFFICIALS
    assert {row[1:] for row in reports} == {(KILLS, KILLS)}, "each confirmed report was written once"

    label = texts.say("errors.maybe_duplicate")
    labelled_most = 0
    for person in [FIRST_OFFICIAL + n for n in range(OFFICIALS)] + [FIRST_CITIZEN + n for n in range(CITIZENS)]:
        sent_to = _query(home, f"select count(*) from inbox where json_extract(raw, '$.message.chat.id') = {person}")
        shown = [seen.text for seen in telegram.bot_messages(person)]
        labelled = sum(text.startswith(label) for text in shown)
        labelled_most += labelled
        assert len(shown) - labelled <= sent_to[0][0], "a reply went out twice without saying so"
        assert len(shown) >= sent_to[0][0], "a reply was lost"
    print(f"{updates} updates, {KILLS} kills, {labelled_most} replies sent again with the label")
