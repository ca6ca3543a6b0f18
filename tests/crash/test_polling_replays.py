"""`kehoach serve` polls Zalo Bot, which gives again what it gave, and is killed: nothing is lost, nothing doubled."""

import random
import time
from functools import partial
from pathlib import Path

import texts
from tests.crash.storm import Rows
from tests.platforms.zalo_bot import StandIn, ZaloBot
from tests.running import Process, free_port, serve, settings_for, wait_until

KILLS = 2
PEOPLE = 3
LABEL = texts.say("errors.maybe_duplicate")


def _answered(zalo_bot: ZaloBot, people: list[str], count: int) -> bool:
    return all(len(zalo_bot.bot_messages(person)) >= count for person in people)


def _taken(rows: Rows, count: int) -> bool:
    (taken,) = rows.query("SELECT count(*) FROM inbox WHERE channel = 'zalo-bot' AND status = 'done'")[0]
    return int(taken) >= count


def _begun(zalo_bot: ZaloBot, before: int, bot: Process) -> bool:
    return not bot.is_running or zalo_bot.tally().get("getUpdates", 0) > before


async def test_what_is_given_again_after_each_kill_is_answered_once(tmp_path: Path) -> None:
    seed = random.randrange(2**32)
    print(f"seed {seed}")
    chance = random.Random(seed)
    home, log = tmp_path / "data", tmp_path / "serve.log"
    rows = Rows.of_file(home / "kehoach.db")
    with StandIn() as zalo_bot:
        # Zalo gives again at once whatever it gave: what a killed process had in its hands comes back.
        zalo_bot.manner(replay=True)
        people = [zalo_bot.user(f"Dân {n}") for n in range(PEOPLE)]
        names = [person.id for person in people]
        env = settings_for(home, None, free_port(), ZALO_BOT_TOKEN=zalo_bot.token, ZALO_BOT_API_BASE=zalo_bot.url)
        for round_number in range(KILLS):
            for person in people:
                person.says(f"Thư viện mở cửa lúc nào, câu {round_number}?")
            before = zalo_bot.tally().get("getUpdates", 0)
            bot = serve(env, log)
            wait_until(partial(_begun, zalo_bot, before, bot), 60, "the bot begins to poll")
            assert bot.is_running, log.read_text(encoding="utf-8")[-3000:]
            time.sleep(chance.uniform(0, 2.5))
            bot.kill()
        bot = serve(env, log)
        wait_until(partial(_answered, zalo_bot, names, KILLS), 90, "everybody is answered")
        wait_until(partial(_taken, rows, KILLS * PEOPLE), 30, "all updates are taken")
        polls = zalo_bot.tally()["getUpdates"]
        wait_until(lambda: zalo_bot.tally()["getUpdates"] > polls + 2, 30, "it goes on polling")
        assert bot.stop() == 0
        stored = rows.query("SELECT update_id, status FROM inbox WHERE channel = 'zalo-bot'")
        assert len(stored) == KILLS * PEOPLE and {status for _, status in stored} == {"done"}
        replies = rows.query("SELECT key, status FROM outbox WHERE cause = 'reply'")
        assert len({key for key, _ in replies}) == len(replies) and {status for _, status in replies} == {"sent"}
        for person in people:
            plain = [seen for seen in person.messages() if LABEL not in seen.text]
            copies = [seen for seen in person.messages() if LABEL in seen.text]
            assert len(plain) <= len(replies) // PEOPLE and len(copies) <= KILLS, person.messages()
        assert zalo_bot.token.partition(":")[2] not in log.read_text(encoding="utf-8")
