"""Malformed calls on every webhook of a running server: what they are answered, how fast, and what stays in memory."""

import asyncio
import time
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import islice
from pathlib import Path

import psutil

from tests.bench.load import HOOK_SECRET, webhook_settings, zalo_bot_without_limits
from tests.bench.pushing import Push, push_in_turn
from tests.running import (
    answers,
    free_port,
    serve,
    settings_for,
    stand_in_process,
    wait_until,
    zalo_bot_process,
    zalo_oa_process,
)
from tests.web.malformed import TELEGRAM, ZALO_BOT, ZALO_OA, Secrets, calls

SEED = 2026
AT_ONCE = 4
"""Connections of each run."""
PORTION = 500


@dataclass(frozen=True, slots=True)
class Endured:
    """How one webhook stood so many malformed calls: seconds in ascending order, memory in MiB.

    `memory` is at the beginning, half way and at the end; up to half way there is still something loaded at its first
    use.
    """

    channel: str
    statuses: Mapping[int, int]
    seconds: Sequence[float]
    memory: tuple[float, float, float]
    is_alive: bool


def measure(folder: Path, count: int) -> list[Endured]:
    """So many calls on each webhook of one server."""
    home = folder / "malformed"
    home.mkdir()
    with stand_in_process(home) as telegram, zalo_oa_process(home) as oa, zalo_bot_process(home) as bot:
        zalo_bot_without_limits(bot)
        port = free_port()
        url = f"http://127.0.0.1:{port}"
        env = settings_for(home / "data", telegram, port, **webhook_settings(url, oa, bot))
        server = serve(env, home / "serve.log")
        try:
            wait_until(lambda: answers(f"{url}/healthz") or not server.is_running, 60, "the server is ready")
            process = psutil.Process(server.pid)
            secrets = Secrets(HOOK_SECRET, HOOK_SECRET, oa.app_id, oa.secret_key)
            return [_endured(url, process, channel, count, secrets) for channel in (TELEGRAM, ZALO_OA, ZALO_BOT)]
        finally:
            server.stop(30)


def _endured(url: str, process: psutil.Process, channel: str, count: int, secrets: Secrets) -> Endured:
    drawn = _pushes(url, channel, count, secrets)
    memory = [_mebibytes(process)]
    outcomes = []
    for half in (count // 2, count - count // 2):
        for portion in [PORTION] * (half // PORTION) + [half % PORTION]:
            # Drawn before they are pushed: a megabyte of nonsense takes its time, and would be counted as the server's.
            outcomes += asyncio.run(push_in_turn(iter(list(islice(drawn, portion))), AT_ONCE))
        memory.append(_mebibytes(process))
    return Endured(
        channel,
        Counter(outcome.status for outcome in outcomes),
        sorted(outcome.seconds for outcome in outcomes),
        (memory[0], memory[1], memory[2]),
        answers(f"{url}/healthz"),
    )


def _pushes(url: str, channel: str, count: int, secrets: Secrets) -> Iterator[Push]:
    for call in calls(channel, count, SEED, secrets, int(time.time() * 1000)):
        yield Push(f"{url}/webhooks/{channel}", call.headers, call.body)


def _mebibytes(process: psutil.Process) -> float:
    return float(process.memory_info().rss / 2**20)
