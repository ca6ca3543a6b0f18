"""Prints the table of `make bench`: updates a second, planning, start-up, memory, and how well the knowledge knows."""

import argparse
import asyncio
import json
import os
import statistics
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Sequence
from functools import partial
from pathlib import Path

import psutil

from tests.bench import evaluation, load, planning, sending, webhooks
from tests.bench.figures import at
from tests.platforms.telegram.stand_in import Telegram
from tests.running import KEHOACH, ROOT, Process, answers, free_port, serve, settings_for, stand_in_process, wait_until

PLANS = ROOT.parent / "shared" / "plans"
CHATS = 1000
"""Three messages a chat: what Telegram lets pass at once, so that pacing is not what is measured."""
GREETING = "xin chào"
TASKS = 100_000
"""Tasks of all offices together for which a day is planned."""
PARTS = ["help", "updates", "planning", "sending", "webhooks", "load", "serving", "knowledge"]


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(prog="python -m tests.bench", description=__doc__)
    parser.add_argument("--updates", type=int, default=3000, help="updates in each throughput run")
    parser.add_argument("--rounds", type=int, default=3, help="throughput rounds; the median counts")
    parser.add_argument("--reminders", type=int, default=1000, help="reminders sent through one Telegram token")
    parser.add_argument("--malformed", type=int, default=10_000, help="malformed calls on each webhook")
    parser.add_argument("--rate", type=int, default=100, help="webhook messages a second of the load run")
    parser.add_argument("--seconds", type=int, default=60, help="how long the load run lasts")
    parser.add_argument("--parts", nargs="+", default=PARTS, choices=PARTS, help="what to measure")
    parser.add_argument("--data", type=Path, default=evaluation.DATA, help="folder of the question sets")
    parser.add_argument(
        "--sets", nargs="+", default=evaluation.PARTS, choices=evaluation.PARTS, help="parts of knowledge"
    )
    parser.add_argument("--write", type=Path, help="paper whose table of knowledge is written anew")
    parser.add_argument("--json", action="store_true", help="print the figures of knowledge as JSON at the end")
    given = parser.parse_args()
    print(f"{os.cpu_count()} cores, {psutil.virtual_memory().total / 2**30:.0f} GiB, Python {sys.version.split()[0]}")
    with tempfile.TemporaryDirectory(prefix="kehoach-bench-") as folder:
        home = Path(folder)
        if "help" in given.parts:
            _help_time()
        if "updates" in given.parts:
            _throughput(home, given.updates, given.rounds)
        if "planning" in given.parts:
            _planning(home)
        if "sending" in given.parts:
            _sending(home, given.reminders)
        if "webhooks" in given.parts:
            _webhooks(home, given.malformed)
        if "load" in given.parts:
            _load(home, given.rate, given.seconds)
        if "serving" in given.parts:
            _serving(home)
    if "knowledge" in given.parts:
        try:
            ours, plain = evaluation.measure(given.sets, given.data)
        except subprocess.CalledProcessError as failed:
            sys.exit(f"{' '.join(map(str, failed.cmd[2:]))} ended with {failed.returncode}:\n{failed.stderr}")
        if given.write:
            evaluation.write(ours, plain, given.write)
        if given.json:
            print(evaluation.as_json(ours, plain))


def _row(name: str, figure: str, aim: str = "") -> None:
    print(f"{name:<62} {figure:>16}  {aim}", flush=True)


def _help_time() -> None:
    subprocess.run([KEHOACH, "--help"], check=True, capture_output=True)
    times = []
    for _ in range(7):
        began = time.perf_counter()
        subprocess.run([KEHOACH, "--help"], check=True, capture_output=True)
        times.append(time.perf_counter() - began)
    _row("kehoach --help, median of 7", f"{statistics.median(times):.2f} s", "aim under 0.60 s")


def _throughput(home: Path, updates: int, rounds: int) -> None:
    echo, ours = [], []
    for turn in range(rounds):
        folder = home / f"round-{turn}"
        folder.mkdir()
        with stand_in_process(folder) as telegram:
            bot = Process([sys.executable, "-m", "tests.platforms.echo_bot", telegram.url], folder / "echo.log")
            echo.append(_rate(telegram, bot, updates))
        with stand_in_process(folder) as telegram:
            port = free_port()
            bot = serve(settings_for(folder / "data", telegram, port), folder / "serve.log")
            wait_until(partial(answers, f"http://127.0.0.1:{port}/healthz"), 60, "the server is ready")
            ours.append(_rate(telegram, bot, updates))
    bare, product = statistics.median(echo), statistics.median(ours)
    _row(f"bare aiogram echo bot, {updates} updates of {CHATS} chats", f"{bare:.0f} /s")
    _row("kehoach, the same updates, durable writes included", f"{product:.0f} /s")
    _row("kehoach / echo bot", f"{product / bare:.2f}", "aim at least 0.50")


def _rate(telegram: Telegram, bot: Process, updates: int) -> float:
    """Replies a second from the first to the last, once the bot has answered a first message."""
    try:
        telegram.await_poll(60)
        first = telegram.user("Đầu tiên")
        first.says(GREETING)
        telegram.await_messages(first.id, 1, 60)
        telegram.flood(updates, CHATS, GREETING)
        telegram.await_calls("sendMessage", updates + 1, 600)
        span = telegram.do("span", method="sendMessage")
        began = telegram.journal("sendMessage")[1]["at"]
        return float((span["count"] - 2) / (span["last"] - began))
    finally:
        bot.kill()


def _planning(home: Path) -> None:
    first, day, nothing = asyncio.run(planning.measure(home, TASKS))
    name = f"notices of {TASKS} tasks in {planning.OFFICES} offices"
    _row(f"{name}, the first time", f"{first.seconds:.1f} s", f"{first.notices} to be sent, {first.most:.0f} MiB")
    _row(f"{name}, a day", f"{day.seconds:.1f} s", f"aim under 10 s; {day.notices} to be sent, {day.most:.0f} MiB")
    _row("  the same half a minute later", f"{nothing.seconds:.2f} s", "nothing has changed")


def _sending(home: Path, reminders: int) -> None:
    pace = sending.measure(home, reminders)
    _row(f"{reminders} reminders through one Telegram token", f"{pace.per_second:.1f} /s", "aim 28 to 30")
    _row("the most of them in any one second", str(pace.most_in_a_second), "Telegram allows 30")
    _row("refused by Telegram as too fast (429)", str(pace.refused), "aim 0")


def _webhooks(home: Path, count: int) -> None:
    _row("load of the machine before", f"{psutil.getloadavg()[0]:.1f}")
    for found in webhooks.measure(home, count):
        statuses = ", ".join(f"{number} times {status}" for status, number in sorted(found.statuses.items()))
        _row(f"{count} malformed calls on {found.channel}", "alive" if found.is_alive else "DEAD", statuses)
        p50, p99, most = (
            1000 * share for share in (at(0.5, found.seconds), at(0.99, found.seconds), found.seconds[-1])
        )
        _row(
            "  answered, the middle, the 99th of 100 and the last",
            f"{p50:.0f}, {p99:.0f}, {most:.0f} ms",
            "aim 99 under 50",
        )
        before, half, after = found.memory
        _row(
            "  memory before, half way and after",
            f"{before:.0f}, {half:.0f}, {after:.0f} MiB",
            "aim steady from half way on",
        )


def _three(ascending: Sequence[float]) -> list[float]:
    return [at(0.5, ascending), at(0.99, ascending), ascending[-1]]


def _load(home: Path, per_second: int, seconds: int) -> None:
    rush = load.measure(home, per_second, seconds)
    _row(
        f"{rush.pushed} messages of three apps, {rush.chats} chats",
        f"in {rush.seconds:.1f} s",
        f"{per_second} a second",
    )
    _row("load of the machine meanwhile", f"{rush.machine_load:.1f}", f"{os.cpu_count()} cores")
    waits = ", ".join(f"{wait:.2f}" for wait in _three(rush.acknowledged))
    _row("acknowledged, the middle, the 99th of 100 and the last", f"{waits} s", "aim all under 2 s")
    _row("not acknowledged with 200", str(rush.refused), "aim 0")
    waits = ", ".join(f"{wait:.1f}" for wait in _three(rush.answered or [0.0]))
    _row("answered, the middle, the 99th of 100 and the last", f"{waits} s")
    _row("stored and not answered", str(rush.unanswered), "aim 0")
    _row("all answered after the last push", f"{rush.drained:.1f} s")
    _row(
        "chats in another order than said",
        f"{rush.out_of_order} of {rush.chats}",
        f"aim 0; {rush.chats_in_a_row} with rows",
    )
    _row("questions, and how many named no source", f"{rush.questions}, {rush.without_source}")
    before, most, after = rush.memory
    _row("memory before, at most, after", f"{before:.0f}, {most:.0f}, {after:.0f} MiB")
    _row("seconds of one core", ", ".join(f"{name} {spent:.0f}" for name, spent in rush.cpu.items()))


def _serving(home: Path) -> None:
    data, port = home / "served", free_port()
    env = settings_for(data, None, port)
    if PLANS.is_dir():
        began = time.perf_counter()
        subprocess.run([KEHOACH, "ingest", PLANS], check=True, capture_output=True, env={**os.environ, **env})
        _row("kehoach ingest, five plans, indexed", f"{time.perf_counter() - began:.1f} s")
    else:
        print("../shared/plans is absent: the figures below are of an empty library")
    subprocess.run([KEHOACH, "migrate"], check=True, capture_output=True, env={**os.environ, **env})
    began = time.perf_counter()
    server = serve(env, home / "served.log")
    try:
        url = f"http://127.0.0.1:{port}/healthz"
        wait_until(lambda: answers(url), 60, "the server is ready", pause=0.005)
        _row("kehoach serve until /healthz answers", f"{time.perf_counter() - began:.2f} s")
        wait_until(lambda: _is_indexed(url), 120, "the index is loaded")
        _row("kehoach serve until the index is loaded", f"{time.perf_counter() - began:.2f} s")
        _row("resident memory, index loaded", f"{psutil.Process(server.pid).memory_info().rss / 2**20:.0f} MiB")
        began = time.perf_counter()
        server.stop()
        _row("kehoach serve, SIGTERM to stopped", f"{time.perf_counter() - began:.2f} s", "within 10 s")
    finally:
        if server.is_running:
            server.kill()


def _is_indexed(url: str) -> bool:
    with urllib.request.urlopen(url, timeout=5) as response:
        return bool(json.load(response)["index"] == "ok")


if __name__ == "__main__":
    main()
