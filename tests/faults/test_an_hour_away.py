"""An app is away for an hour of the morning: nothing is lost, nothing doubled, and the operator can see it."""

from pathlib import Path

import pytest
import structlog
from structlog.testing import capture_logs

from bot.delivery import TROUBLE
from bot.pace import MOST_AT_ONCE
from domain.people import Role
from tests.faults.accounting import size
from tests.faults.house import TELEGRAM, ZALO_BOT, ZALO_OA, a_house

pytestmark = pytest.mark.usefixtures("hurried")
BEFORE, DURING = "Tám giờ họp.", "Mười giờ nộp báo cáo."


@pytest.mark.parametrize("channel", [TELEGRAM, ZALO_OA, ZALO_BOT])
async def test_an_hour_without_an_app(tmp_path: Path, channel: str) -> None:
    count = size(30, 500)
    other = TELEGRAM if channel != TELEGRAM else ZALO_OA
    async with a_house(tmp_path) as house:
        leader, _ = await house.hire("Hồ Chủ Tịch", Role.LEADER)
        people = [(await house.hire(f"Cán bộ {n}", Role.OFFICIAL, channel))[0] for n in range(count)]
        elsewhere = [(await house.hire(f"Chuyên viên {n}", Role.OFFICIAL, other))[0] for n in range(count)]
        await house.announce(leader, people, BEFORE)
        await house.settle()
        with capture_logs() as lines:
            house.apps.down(channel)
            await house.announce(leader, [*people, *elsewhere], DURING)
            await house.settle(other)
            await house.until(lambda: _is_given_up(lines, channel), "the app is taken to be away")
            for _ in range(6):
                house.clock.forward(minutes=10)
                assert await house.front.remind() == 0, "what waits is not queued a second time"
        figures = await house.figures()
        waiting = figures['kehoach_outbox{state="pending"}'] + figures['kehoach_outbox{state="unknown"}']
        assert waiting == count, "the operator sees how many wait"
        risked = sum(line["event"] == "sent without an answer" for line in lines)
        assert risked <= MOST_AT_ONCE + TROUBLE, "no more is risked on it than was on its way"
        assert len(house.apps.arrived()) == 2 * count
        house.apps.down(channel, False)
        await house.settle()
        found = await house.account()
        assert found.rows == {"sent": 3 * count} and found.labelled <= risked
        assert not any("Nhắc trễ" in message.text for message in house.apps.arrived()), "it is still the same day"
        print(f"{count} waited an hour for {channel}; {risked} were in doubt and are labelled")


async def _is_given_up(lines: list[structlog.typing.EventDict], channel: str) -> bool:
    away = (
        "an app is out of reach; asking it until it answers",
        "an app has fallen silent; asking it until it answers",
    )
    return any(line["event"] in away and line["channel"] == channel for line in lines)


@pytest.mark.parametrize("channel", [TELEGRAM, ZALO_OA, ZALO_BOT])
async def test_a_single_message_is_not_given_up_while_the_app_is_away(tmp_path: Path, channel: str) -> None:
    async with a_house(tmp_path) as house:
        leader, _ = await house.hire("Hồ Chủ Tịch", Role.LEADER)
        an, (phone,) = await house.hire("Nguyễn Văn An", Role.OFFICIAL, channel)
        # It has answered before: at the start an app is asked until it does.
        await house.announce(leader, [an], BEFORE)
        await house.settle()
        house.apps.down(channel)
        with capture_logs() as lines:
            await house.announce(leader, [an], DURING)
            await house.until(lambda: _is_given_up(lines, channel), "the app is taken to be away")
        house.clock.forward(hours=1)
        assert len(phone.messages()) == 1
        house.apps.down(channel, False)
        await house.settle()
        _, said = phone.messages()
        found = await house.account()
        assert DURING in said.text and found.rows == found.notices == {"sent": 2} and found.labelled == 1
