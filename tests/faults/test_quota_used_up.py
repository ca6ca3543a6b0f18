"""What may be sent is used up: nothing is lost, administrators hear of it once, notices go by another app meanwhile."""

from pathlib import Path

import pytest

import texts
from domain.people import Role
from handlers.apps import app_words
from tests.faults.accounting import size
from tests.faults.house import TELEGRAM, ZALO_BOT, ZALO_OA, House, Phone, a_house

pytestmark = pytest.mark.usefixtures("hurried")
FIRST, SECOND = "Chiều nay cả cơ quan dọn vệ sinh.", "Ngày mai nghỉ bù."


def _refuse(house: House, case: str) -> None:
    """From now on the app says that what may be sent is used up."""
    if case == "of the account":
        house.apps.zalo_oa.quotas(oa=10)
    elif case == "of the day":
        house.apps.zalo_oa.fault("code", "message/cs", code=-144, times=-1, skip=10)
    else:
        house.apps.zalo_bot.fault("quota", "sendMessage", times=-1, skip=10)


def _refill(house: House) -> None:
    house.apps.zalo_oa.quotas(oa=None)
    house.apps.zalo_oa.clear_faults()
    house.apps.zalo_bot.clear_faults()


def _told(phone: Phone, sentence: str, channel: str) -> int:
    """How many messages begin as an administrator is told that an app is held, or free again."""
    words = texts.say(sentence, person="\0", app=app_words(channel), reason="\1")
    part = max(words.replace("\1", "\0").split("\0"), key=len)
    return sum(part in seen.text for seen in phone.messages())


@pytest.mark.parametrize(
    ("channel", "case"), [(ZALO_OA, "of the account"), (ZALO_OA, "of the day"), (ZALO_BOT, "of the month")]
)
async def test_what_may_be_sent_is_used_up_and_filled_up_again(tmp_path: Path, channel: str, case: str) -> None:
    count = size(40, 500)
    async with a_house(tmp_path) as house:
        admin, (phone,) = await house.hire("Đỗ Quản Trị", Role.ADMINISTRATOR, TELEGRAM)
        only = [(await house.hire(f"Cán bộ {n}", Role.OFFICIAL, channel))[0] for n in range(count)]
        both = [(await house.hire(f"Chuyên viên {n}", Role.OFFICIAL, channel, TELEGRAM))[0] for n in range(count // 4)]
        await house.settle()
        _refuse(house, case)
        await house.announce(admin, only, FIRST)
        await house.is_held(channel)
        await house.announce(admin, both, SECOND)
        await house.settle(TELEGRAM)
        waiting = (await house.counts())["pending"]
        assert 0 < waiting == count - 10
        assert _told(phone, "undelivered.channel_held", channel) == 1
        await house.account(waiting=waiting)
        _refill(house)
        house.front.delivery.try_held(channel)
        await house.settle()
        assert _told(phone, "undelivered.channel_held", channel) == 1
        assert _told(phone, "undelivered.channel_free", channel) == 1
        found = await house.account()
        assert found.arrived[channel] == count and found.arrived[TELEGRAM] == count // 4 + 2
        assert set(found.rows) == {"sent"} and set(found.notices) == {"sent"} and not found.labelled
