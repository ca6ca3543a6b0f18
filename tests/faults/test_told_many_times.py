"""Every event is told five times, out of order and side by side: each has one effect, in the order it was stored."""

import asyncio
import json
import random
from collections import defaultdict
from functools import partial
from pathlib import Path
from typing import Any

import httpx
import pytest

import texts
from domain.people import Role
from tests.faults.accounting import seed, size
from tests.faults.house import SECRET, TELEGRAM, ZALO_BOT, ZALO_OA, House, a_house

pytestmark = pytest.mark.usefixtures("hurried")
TIMES = 5


def _headers(house: House, channel: str, raw: str, chance: random.Random) -> dict[str, str]:
    """What an app sends along, sometimes with the number of a retry."""
    headers = {"Content-Type": "application/json"}
    if channel == TELEGRAM:
        headers["X-Telegram-Bot-Api-Secret-Token"] = SECRET
    elif channel == ZALO_BOT:
        headers["X-Bot-Api-Secret-Token"] = SECRET
    else:
        stamp = str(json.loads(raw)["timestamp"])
        headers["X-ZEvent-Signature"] = house.apps.zalo_oa.signature(raw.encode(), stamp)
        if retry := chance.randrange(6):
            headers["num_retry"] = str(retry)
    return headers


def _events(house: House, chance: random.Random, count: int) -> list[tuple[str, str]]:
    """What people said, as the apps tell of it: (channel, body), while nothing of it has come in yet."""
    found = [(ZALO_OA, json.dumps(event["body"], ensure_ascii=False)) for event in house.apps.zalo_oa.events()]
    for channel in (TELEGRAM, ZALO_BOT):
        for phone in house.apps.phones[channel]:
            found += [(channel, _made(channel, str(phone.id), n, chance)) for n in range(count)]
    return found


def _made(channel: str, user: str, number: int, chance: random.Random) -> str:
    """An event of Telegram's or of the Zalo bot's, made here since their stand-ins hold none back."""
    words = _words(user, number)
    if channel == ZALO_BOT:
        message: dict[str, Any] = {"message_id": f"m{user}{number}", "date": 1773108000000 + number, "text": words}
        message |= {"from": {"id": user, "display_name": "A", "is_bot": False}, "message_type": "CHAT_MESSAGE"}
        message["chat"] = {"id": user, "chat_type": "PRIVATE"}
        return json.dumps({"event_name": "message.text.received", "message": message}, ensure_ascii=False)
    message = {"message_id": 1000 + number, "date": 1773108000 + number, "text": words}
    message["from"] = {"id": int(user), "is_bot": False, "first_name": "A"}
    message["chat"] = {"id": int(user), "type": "private", "first_name": "A"}
    return json.dumps({"update_id": chance.randrange(10**6, 10**9), "message": message}, ensure_ascii=False)


def _words(user: str, number: int) -> str:
    return f"Giờ tiếp dân của phòng số {user[-4:]}{number} là mấy giờ?"


async def test_five_times_told_is_once_done(tmp_path: Path) -> None:
    chance = random.Random(seed())
    count, people = size(6, 40), size(4, 12)
    async with a_house(tmp_path, hooks=True) as house:
        for n in range(people):
            for channel in (TELEGRAM, ZALO_OA, ZALO_BOT):
                house.apps.phone(f"Dân {n}", channel)
        house.apps.zalo_oa.hold_events()
        for phone in house.apps.phones[ZALO_OA]:
            for n in range(count):
                phone.says(_words(str(phone.id), n))
        events = _events(house, chance, count)
        told = events * TIMES
        chance.shuffle(told)
        slots = asyncio.Semaphore(16)
        async with httpx.AsyncClient(trust_env=False, timeout=30) as client:

            async def push(channel: str, raw: str) -> None:
                url = f"{house.front.settings.public_url}/webhooks/{channel}"
                status = 503
                while status == 503:
                    # What could not be stored in time is told again, as an app does.
                    async with slots:
                        headers = _headers(house, channel, raw, chance)
                        status = (await client.post(url, content=raw.encode(), headers=headers)).status_code
                assert status == 200

            await asyncio.gather(*(push(*each) for each in told))
        await house.settle()
        inbox = house.rows.query("select id, channel, status from inbox order by id")
        assert len(inbox) == len(events) == 3 * people * count and {row[2] for row in inbox} == {"done"}
        found = await house.account()
        assert found.rows == {"sent": len(events)} and not found.labelled, "one reply to each"
        replies: dict[tuple[str, str], list[int]] = defaultdict(list)
        for channel, chat, key in house.rows.query("select channel, chat_id, key from outbox order by id"):
            replies[channel, chat].append(int(key.split(":")[1]))
        assert all(of_chat == sorted(of_chat) for of_chat in replies.values()), "in the order they were stored"
        print(f"{len(events)} events told {len(told)} times")


@pytest.mark.parametrize("channel", [TELEGRAM, ZALO_OA, ZALO_BOT])
async def test_a_report_and_its_confirmation_told_again_and_again_are_one_report(tmp_path: Path, channel: str) -> None:
    chance = random.Random(seed())
    async with a_house(tmp_path, hooks=True) as house:
        an, (phone,) = await house.hire("Nguyễn Văn An", Role.OFFICIAL, channel)
        await house.task("3", an)
        await house.settle()
        for words in ("nv 3 xong 40%", texts.say("report.button.yes")):
            phone.says(words)
            await house.until(partial(_has_come, house, words), f"{words} comes in")
            await house.settle()
        found = house.rows.query("select channel, raw from inbox order by id") * TIMES
        chance.shuffle(found)
        async with httpx.AsyncClient(trust_env=False) as client:
            for app, raw in found:
                url = f"{house.front.settings.public_url}/webhooks/{app}"
                headers = _headers(house, app, raw, chance)
                assert (await client.post(url, content=raw.encode(), headers=headers)).status_code == 200
        await house.settle()
        assert house.rows.query("select percent from progress_reports") == [(40.0,)]
        found_all = await house.account()
        assert not found_all.labelled and set(found_all.rows) == {"sent"}


async def _has_come(house: House, words: str) -> bool:
    found = house.rows.query("select raw from inbox")
    return any(words in json.dumps(json.loads(raw), ensure_ascii=False) for (raw,) in found)
