"""How fast reminders go out through one Telegram token, and whether Telegram ever has to say that it is too fast."""

import asyncio
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from domain.messages import Priority, Reply
from storage import Queued, Storage
from tests.running import free_port, serve, settings_for, stand_in_process

FIRST_USER = 20_001
TELEGRAM_PER_SECOND = 30.0


@dataclass(frozen=True, slots=True)
class Pace:
    """What Telegram saw: messages a second over all, the most in any one second, and how often it refused."""

    per_second: float
    most_in_a_second: int
    refused: int


def measure(folder: Path, messages: int) -> Pace:
    """Send so many reminders, each to a person of their own, with Telegram's limits enforced."""
    home = folder / "sending"
    home.mkdir()
    asyncio.run(_furnish(home, messages))
    with stand_in_process(home) as telegram:
        for number in range(messages):
            telegram.user(f"Cán bộ {number}", id=FIRST_USER + number)
        telegram.pace(per_second=TELEGRAM_PER_SECOND)
        env = settings_for(home, telegram, free_port(), TELEGRAM_MESSAGES_PER_SECOND=str(TELEGRAM_PER_SECOND))
        bot = serve(env, home / "serve.log")
        try:
            telegram.await_calls("sendMessage", messages, 60 + messages / 10)
        finally:
            bot.kill()
        calls = telegram.journal("sendMessage")
    times = [call["at"] for call in calls if call["status"] == 200]
    return Pace(
        per_second=(len(times) - 1) / (times[-1] - times[0]),
        most_in_a_second=max(_in_each_second(times)),
        refused=sum(call["status"] == 429 for call in calls),
    )


def _in_each_second(times: list[float]) -> Iterator[int]:
    first = 0
    for number, moment in enumerate(times):
        while times[first] <= moment - 1:
            first += 1
        yield number - first + 1


async def _furnish(home: Path, messages: int) -> None:
    storage = Storage.open(f"sqlite:///{home / 'kehoach.db'}")
    await storage.migrate()
    now = datetime.now(UTC)
    async with storage.writing() as records:
        office = await records.offices.ensure("Ủy ban nhân dân phường Thử", "Thử", ())
        await records.outbox.queue_many(
            [
                Queued(
                    channel="telegram",
                    chat_id=str(FIRST_USER + number),
                    reply=Reply(f"Anh/chị có {number + 1} nhiệm vụ đến hạn."),
                    key=f"bench:{number}",
                    now=now,
                    cause="notice:digest",
                    office_id=office.id,
                    priority=Priority.NOTICE,
                )
                for number in range(messages)
            ]
        )
    await storage.close()
