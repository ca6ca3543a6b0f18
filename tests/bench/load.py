"""A rush: webhook messages of three apps at once, a third of them questions that are answered from documents."""

import asyncio
import hashlib
import json
import sqlite3
import time
import urllib.request
from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass
from datetime import datetime
from itertools import pairwise
from pathlib import Path
from random import Random
from typing import Any

import psutil

from bot.nursery import Nursery
from tests.bench.pushing import Outcome, Push, push_on_time
from tests.platforms.telegram.stand_in import Telegram
from tests.platforms.zalo_bot import ZaloBot
from tests.platforms.zalo_oa import ZaloOa
from tests.running import (
    Process,
    answers,
    free_port,
    serve,
    settings_for,
    stand_in_process,
    wait_until,
    zalo_bot_process,
    zalo_bot_settings,
    zalo_oa_process,
    zalo_oa_settings,
)

HOOK_SECRET = "a-secret-that-guards-nothing"
SEED = 2026
CHATS = 200
"""Chats of each app."""
IN_A_ROW, LONGEST_ROW = 0.15, 4
"""How often somebody writes several messages without waiting, and how many at most."""
DRAIN_SECONDS = 600
"""For how long we wait for the last answer."""
CONNECTIONS = 64

QUESTIONS = (
    "Năm 2026 bao nhiêu phần trăm hồ sơ thủ tục hành chính được nộp trực tuyến?",
    "đến năm 2030 tỷ lệ hộ kinh doanh nhận thanh toán không dùng tiền mặt là bao nhiêu",
    "Đơn vị nào chủ trì bồi dưỡng kỹ năng số?",
    "lop ky nang so moi quy may lop",
    "Báo cáo quý trình Chủ tịch trước ngày nào?",
    "Đăng ký tạm trú qua mạng thế nào?",
    "Chứng thực bản sao điện tử từ bản chính làm ở đâu?",
    "dang ky khai sinh cho con qua mang mat bao lau",
    "Nộp hồ sơ trực tuyến gồm những bước nào?",
    "Diễn tập ứng cứu sự cố mỗi năm mấy lần?",
    "Phường có bao nhiêu Tổ công nghệ số cộng đồng?",
)
"""A third of what is said. The papers of the samples answer every one of them."""
OTHERS = ("xin chào", "trợ giúp", "phản ánh của tôi", "PA-7K3M9Q xử lý tới đâu rồi", "cảm ơn", "chào buổi sáng em")


@dataclass(frozen=True, slots=True)
class Rush:
    """What came of it; times in seconds, memory in MiB, `cpu` in seconds of one core.

    `acknowledged` is how long each app waited for 200, counted from when its push was due, in ascending order;
    `answered` how long each message waited for its last reply to be taken by the app.
    """

    pushed: int
    seconds: float
    refused: int
    acknowledged: Sequence[float]
    answered: Sequence[float]
    unanswered: int
    out_of_order: int
    chats: int
    chats_in_a_row: int
    drained: float
    without_source: int
    questions: int
    memory: tuple[float, float, float]
    cpu: Mapping[str, float]
    machine_load: float


def measure(folder: Path, per_second: int, seconds: int) -> Rush:
    """So many messages a second for so long, to a server of its own with the papers of the samples."""
    home = folder / "rush"
    home.mkdir()
    with stand_in_process(home) as telegram, zalo_oa_process(home) as oa, zalo_bot_process(home) as bot:
        zalo_bot_without_limits(bot)
        port = free_port()
        url = f"http://127.0.0.1:{port}"
        env = settings_for(home, telegram, port, **webhook_settings(url, oa, bot))
        server = serve(env, home / "serve.log", "--samples")
        try:
            wait_until(lambda: _facts(url).get("index") == "ok" or not server.is_running, 120, "the index is loaded")
            apps = _Apps(telegram, oa, bot)
            _warm_up(url, apps)
            pushes = list(_drawn(url, apps, per_second * seconds, per_second))
            return _rush(home, url, server, apps, pushes)
        finally:
            server.stop(30)


def webhook_settings(url: str, oa: ZaloOa, bot: ZaloBot) -> dict[str, str]:
    """All three apps by webhook, without the pace that the apps themselves ask for."""
    return {
        **zalo_oa_settings(oa),
        **zalo_bot_settings(bot),
        "PUBLIC_URL": url,
        "TELEGRAM_MODE": "webhook",
        "TELEGRAM_WEBHOOK_SECRET": HOOK_SECRET,
        "ZALO_BOT_MODE": "webhook",
        "ZALO_BOT_WEBHOOK_SECRET": HOOK_SECRET,
    }


def zalo_bot_without_limits(bot: ZaloBot) -> None:
    """More people and messages than a free bot has."""
    bot.manner(most_people=1_000_000, most_messages=1_000_000_000)


class _Apps:
    """The people of the three apps, and the calls that their words become."""

    def __init__(self, telegram: Telegram, oa: ZaloOa, bot: ZaloBot) -> None:
        self.telegram, self.oa, self.bot = telegram, oa, bot
        people = [(f"Người {number}") for number in range(CHATS)]
        self.chats: list[tuple[str, str]] = []
        for name in people:
            self.chats += [
                ("telegram", str(telegram.user(name).id)),
                ("zalo-oa", oa.user(name).id),
                ("zalo-bot", bot.user(name).id),
            ]

    def push(self, url: str, chat: tuple[str, str], number: int, said: str, due: float) -> Push:
        """What the chat's app sends for these words; `number` is different for every message."""
        app, user = chat
        raw, header = {"telegram": self._telegram, "zalo-oa": self._oa, "zalo-bot": self._bot}[app](user, number, said)
        body = json.dumps(raw, ensure_ascii=False).encode()
        headers = {"Content-Type": "application/json", **header(body)}
        return Push(f"{url}/webhooks/{app}", headers, body, lane=f"{app}:{user}", due=due)

    def _telegram(self, user: str, number: int, said: str) -> "_Call":
        person = {"id": int(user), "first_name": "Người", "is_bot": False}
        message = {
            "message_id": 1_000_000 + number,
            "date": int(time.time()),
            "chat": {"id": int(user), "type": "private"},
            "from": person,
            "text": said,
        }
        raw = {"update_id": 1_000_000 + number, "message": message}
        return raw, lambda body: {"X-Telegram-Bot-Api-Secret-Token": HOOK_SECRET}

    def _oa(self, user: str, number: int, said: str) -> "_Call":
        stamp = str(int(time.time() * 1000))
        raw = {
            "app_id": self.oa.app_id,
            "user_id_by_app": f"9{user}",
            "event_name": "user_send_text",
            "timestamp": stamp,
            "sender": {"id": user},
            "recipient": {"id": self.oa.oa_id},
            "message": {"msg_id": f"rush-{number}", "text": said},
        }

        def signed(body: bytes) -> dict[str, str]:
            whole = self.oa.app_id.encode() + body + stamp.encode() + self.oa.secret_key.encode()
            return {"X-ZEvent-Signature": f"mac={hashlib.sha256(whole).hexdigest()}"}

        return raw, signed

    def _bot(self, user: str, number: int, said: str) -> "_Call":
        message = {
            "message_id": f"rush-{number}",
            "date": int(time.time() * 1000),
            "message_type": "CHAT_MESSAGE",
            "chat": {"id": user, "chat_type": "PRIVATE"},
            "from": {"id": user, "display_name": "Người", "is_bot": False},
            "text": said,
        }
        raw = {"event_name": "message.text.received", "message": message}
        return raw, lambda body: {"X-Bot-Api-Secret-Token": HOOK_SECRET}

    def seen(self) -> dict[tuple[str, str], list[str]]:
        """The texts that each chat was sent, in the order in which its app took them."""
        found: dict[tuple[str, str], list[str]] = defaultdict(list)
        for app, calls in (
            ("telegram", self.telegram.journal("sendMessage")),
            ("zalo-oa", self.oa.journal("message/cs")),
            ("zalo-bot", self.bot.journal("sendMessage")),
        ):
            for call in calls:
                given = call["parameters"]
                chat = given["recipient"]["user_id"] if app == "zalo-oa" else str(given["chat_id"])
                text = given["message"]["text"] if app == "zalo-oa" else given["text"]
                found[app, chat].append(text)
        return found


_Call = tuple[dict[str, Any], Callable[[bytes], dict[str, str]]]


def _warm_up(url: str, apps: _Apps) -> None:
    """One message a chat of a few, so that what is loaded at the first use is loaded."""
    chats = apps.chats[:6]
    said = [QUESTIONS[0], OTHERS[0]] * 3
    pushes = [apps.push(url, chat, -1 - n, words, 0.0) for n, (chat, words) in enumerate(zip(chats, said, strict=True))]
    outcomes = asyncio.run(push_on_time(pushes, CONNECTIONS))
    if any(outcome.status != 200 for outcome in outcomes):
        raise AssertionError(f"the webhooks do not take a message: {outcomes}")
    _wait_until_answered(url, 60)


def _drawn(url: str, apps: _Apps, count: int, per_second: int) -> Iterator[Push]:
    """So many messages of chats drawn at random, a third of them questions, some of them several in a row."""
    dice = Random(SEED)
    said = [*(dice.choice(QUESTIONS) for _ in range(count // 3))]
    said += [dice.choice(OTHERS) for _ in range(count - len(said))]
    dice.shuffle(said)
    number = 0
    while number < count:
        chat = dice.choice(apps.chats)
        row = dice.randint(2, LONGEST_ROW) if dice.random() < IN_A_ROW else 1
        for words in said[number : number + row]:
            yield apps.push(url, chat, number, words, number / per_second)
            number += 1


def _rush(home: Path, url: str, server: Process, apps: _Apps, pushes: Sequence[Push]) -> Rush:
    process = psutil.Process(server.pid)
    helpers = [child for child in psutil.Process().children() if child.pid != server.pid]
    memory = [_mebibytes(process)]
    cpu_before = {"server": _cpu(process), "the apps": sum(map(_cpu, helpers)), "pushing": _cpu(psutil.Process())}
    last_known = _last_row(home)

    async def push_and_watch() -> tuple[list[Outcome], float]:
        nursery = Nursery()
        nursery.keep("watch", lambda: _watch(process, memory))
        began = time.perf_counter()
        outcomes = await push_on_time(pushes, CONNECTIONS)
        lasted = time.perf_counter() - began
        await nursery.stop()
        return outcomes, lasted

    outcomes, lasted = asyncio.run(push_and_watch())
    load = psutil.getloadavg()[0]
    memory.append(_mebibytes(process))
    drained = _wait_until_answered(url, DRAIN_SECONDS)
    memory.append(_mebibytes(process))
    cpu_after = {"server": _cpu(process), "the apps": sum(map(_cpu, helpers)), "pushing": _cpu(psutil.Process())}
    told = Told.read(home, last_known)
    seen = apps.seen()
    return Rush(
        pushed=len(outcomes),
        seconds=lasted,
        refused=sum(outcome.status != 200 for outcome in outcomes),
        acknowledged=sorted(outcome.seconds for outcome in outcomes),
        answered=sorted(told.waits),
        unanswered=len(pushes) - len(told.waits),
        out_of_order=told.out_of_order(pushes, seen),
        chats=len({push.lane for push in pushes}),
        chats_in_a_row=_chats_in_a_row(pushes),
        drained=drained,
        without_source=told.without_source,
        questions=told.questions,
        memory=(memory[0], max(memory), memory[-1]),
        cpu={name: cpu_after[name] - before for name, before in cpu_before.items()},
        machine_load=load,
    )


@dataclass(frozen=True, slots=True)
class Told:
    """What the server's database tells: in each chat the updates and the replies, both in their order."""

    updates: Mapping[tuple[str, str], Sequence[str]]
    replies: Mapping[tuple[str, str], Sequence[str]]
    waits: Sequence[float]
    questions: int
    without_source: int

    @classmethod
    def read(cls, home: Path, after: int) -> "Told":
        """Everything since the row `after` of the inbox."""
        with closing(sqlite3.connect(f"file:{home / 'kehoach.db'}?mode=ro", uri=True)) as database:
            inbox = database.execute(
                "SELECT id, channel, update_id, raw, received_at FROM inbox WHERE id > ? ORDER BY id", (after,)
            ).fetchall()
            outbox = database.execute(
                "SELECT key, channel, chat_id, reply, sent_at FROM outbox WHERE status = 'sent' AND key LIKE 'in:%'"
            ).fetchall()
        replies: dict[int, list[tuple[int, str, str, str, str]]] = defaultdict(list)
        for key, channel, chat, reply, sent in outbox:
            _, update, part = key.split(":")
            replies[int(update)].append((int(part), channel, chat, json.loads(reply)["text"], sent))
        by_chat: dict[tuple[str, str], list[str]] = defaultdict(list)
        texts: dict[tuple[str, str], list[str]] = defaultdict(list)
        waits, asked, without = [], 0, 0
        for row, channel, update_id, raw, received in inbox:
            parts = sorted(replies[row])
            if not parts:
                continue
            chat = (channel, parts[0][2])
            by_chat[chat].append(update_id.rpartition(":")[2])
            texts[chat] += [part[3] for part in parts]
            waits.append((_moment(max(part[4] for part in parts)) - _moment(received)).total_seconds())
            if json.loads(raw)["message"]["text"] in QUESTIONS:
                asked += 1
                without += not any("Nguồn" in part[3] or "Theo " in part[3] or "Căn cứ" in part[3] for part in parts)
        return cls(by_chat, texts, waits, asked, without)

    def out_of_order(self, pushes: Sequence[Push], seen: Mapping[tuple[str, str], list[str]]) -> int:
        """In how many chats something was taken up or sent in another order than it was said."""
        said: dict[tuple[str, str], list[str]] = defaultdict(list)
        for push in pushes:
            app, _, chat = push.lane.partition(":")
            said[app, chat].append(_id_in(app, json.loads(push.body)))
        wrong = 0
        for talk, updates in said.items():
            texts = self.replies.get(talk, [])
            sent = seen.get(talk, [])
            # What the warm-up said comes before.
            took_up_in_order = list(self.updates.get(talk, [])) == updates
            wrong += not (took_up_in_order and _is_end(texts, sent))
        return wrong


def _is_end(texts: Sequence[str], sent: Sequence[str]) -> bool:
    """True where the texts sent last are these; a channel without buttons adds the choices below."""
    last = sent[len(sent) - len(texts) :]
    return len(last) == len(texts) and all(
        was.replace("\u00a0", " ").startswith(text[:40]) for text, was in zip(texts, last, strict=True)
    )


def _id_in(app: str, raw: Mapping[str, Any]) -> str:
    if app == "telegram":
        return str(raw["update_id"])
    return str(raw["message"]["msg_id" if app == "zalo-oa" else "message_id"])


def _chats_in_a_row(pushes: Sequence[Push]) -> int:
    return len({two.lane for one, two in pairwise(pushes) if one.lane == two.lane})


async def _watch(process: psutil.Process, memory: list[float]) -> None:
    while True:
        memory.append(_mebibytes(process))
        await asyncio.sleep(1.0)


def _wait_until_answered(url: str, timeout: float) -> float:
    """How many seconds it took until nothing waited any more."""
    began = time.monotonic()

    def is_over() -> bool:
        facts = _facts(url)
        waiting = [facts.get("inbox", {}).get("new"), *(facts.get("outbox", {}).get(s) for s in ("pending", "sending"))]
        return "inbox" in facts and not any(waiting)

    wait_until(is_over, timeout, "everything is answered", pause=0.25)
    return time.monotonic() - began


def _facts(url: str) -> dict[str, Any]:
    if not answers(f"{url}/healthz"):
        return {}
    with urllib.request.urlopen(f"{url}/healthz", timeout=10) as response:
        found: dict[str, Any] = json.load(response)
    return found


def _last_row(home: Path) -> int:
    with closing(sqlite3.connect(f"file:{home / 'kehoach.db'}?mode=ro", uri=True)) as database:
        return int(database.execute("SELECT coalesce(max(id), 0) FROM inbox").fetchone()[0])


def _moment(written: str) -> datetime:
    return datetime.fromisoformat(written)


def _mebibytes(process: psutil.Process) -> float:
    return float(process.memory_info().rss / 2**20)


def _cpu(process: psutil.Process) -> float:
    times = process.cpu_times()
    return float(times.user + times.system)
