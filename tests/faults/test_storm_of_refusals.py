"""A morning of reminders while all three apps refuse for speed, break down and lose answers at random."""

import random
from collections import Counter
from pathlib import Path
from typing import Any

import pytest

from domain.people import Role
from tests.faults.accounting import seed, size
from tests.faults.house import TELEGRAM, ZALO_BOT, ZALO_OA, House, a_house

pytestmark = pytest.mark.usefixtures("hurried")
SAID = "Mười giờ kiểm tra phòng cháy."
METHODS = {TELEGRAM: "sendMessage", ZALO_OA: "message/cs", ZALO_BOT: "sendMessage"}
FAULTS = {
    TELEGRAM: {"too_many": 0.01},
    ZALO_OA: {"rate_app": 0.02, "rate_oa": 0.02, "garbled": 0.01},
    ZALO_BOT: {"too_many": 0.04},
}
BROKEN = {"server_error": 0.04, "bad_gateway": 0.03, "reset_before": 0.03, "reset_after": 0.03}


def _rage(house: House, number: int) -> None:
    apps: dict[str, Any] = {TELEGRAM: house.apps.telegram, ZALO_OA: house.apps.zalo_oa, ZALO_BOT: house.apps.zalo_bot}
    for channel, app in apps.items():
        for kind, chance in {**FAULTS[channel], **BROKEN}.items():
            app.fault(kind, METHODS[channel], times=-1, chance=chance, seed=number)


async def test_two_hundred_people_are_reminded_through_a_storm_on_every_app(tmp_path: Path) -> None:
    number = seed()
    chance = random.Random(number)
    count = size(200, 2000)
    async with a_house(tmp_path) as house:
        # A plan without the free one's fifty people, whose end has tests of its own.
        house.apps.zalo_bot.manner(most_people=count)
        leader, _ = await house.hire("Hồ Chủ Tịch", Role.LEADER)
        people = []
        for n in range(count):
            channels = chance.sample([TELEGRAM, ZALO_OA, ZALO_BOT], chance.choice([1, 1, 2]))
            person, _ = await house.hire(f"Cán bộ {n}", Role.OFFICIAL, *channels)
            await house.task(str(n), person)
            people.append(person)
        _rage(house, number)
        await house.announce(leader, people, SAID)
        await house.settle()
        calls = [*house.apps.telegram.journal(), *house.apps.zalo_oa.journal(), *house.apps.zalo_bot.journal()]
        print(f"{len(calls)} calls, faults {dict(Counter(call['fault'] for call in calls if call['fault']))}")
        found = await house.account()
        assert set(found.rows) <= {"sent", "failed"} and found.rows.total() == 2 * count
        # Only two calls in a row without an answer end a message, and the operator is shown it.
        figures = await house.figures()
        assert figures["kehoach_not_delivered_total"] == found.rows["failed"] <= count / 20
        assert figures["kehoach_sent_total"] == found.rows["sent"]
