"""A week has passed since somebody's last word: a template, another app, or the head who reads why; answers wait."""

from datetime import timedelta
from pathlib import Path

import pytest

from domain.contacts import Heard
from domain.message_templates import ENABLED, REMINDER, MessageTemplate, Parameter
from domain.people import Role
from tests.faults.house import TELEGRAM, ZALO_OA, House, Phone, a_house
from tests.platforms.zalo_oa import User

pytestmark = pytest.mark.usefixtures("hurried")
WEEK_OVER = timedelta(days=8)


async def _goes_silent(house: House, phone: Phone, *, is_known: bool) -> None:
    """Somebody last wrote eight days ago, of which we know, or which only the app knows."""
    assert isinstance(phone, User)
    phone.silent_for(WEEK_OVER.total_seconds())
    if is_known:
        async with house.front.storage.writing() as records:
            await records.contacts.heard_many([Heard(ZALO_OA, phone.id, phone.id, house.clock() - WEEK_OVER)])


async def _template(house: House) -> None:
    """The account has an approved reminder, and the office uses it."""
    number = house.apps.zalo_oa.template("Nhắc việc", "Việc <viec> có hạn ngày <han>.")
    fields, parameters = (("han", "deadline"), ("viec", "task")), (Parameter("viec"), Parameter("han", most=20))
    async with house.front.storage.writing() as records:
        await records.message_templates.put(
            MessageTemplate(house.office.id, ZALO_OA, REMINDER, number, fields, parameters, ENABLED, house.clock())
        )


@pytest.mark.parametrize("is_known", [True, False])
async def test_without_a_template_another_app_or_the_head(tmp_path: Path, is_known: bool) -> None:
    async with a_house(tmp_path) as house:
        _, (heads,) = await house.hire("Lý Trưởng Phòng", Role.HEAD, TELEGRAM)
        an, (ans,) = await house.hire("Nguyễn Văn An", Role.OFFICIAL, ZALO_OA)
        binh, (on_zalo, on_telegram) = await house.hire("Trần Thị Bình", Role.OFFICIAL, ZALO_OA, TELEGRAM)
        for phone in (ans, on_zalo):
            await _goes_silent(house, phone, is_known=is_known)
        await house.task("1", an)
        await house.task("2", binh)
        await house.settle()
        assert not ans.messages() and not on_zalo.messages()
        assert [f"Việc số {n}." in on_telegram.messages()[0].text for n in (1, 2)] == [False, True]
        await house.told(heads, "Nguyễn Văn An")
        found = await house.account()
        assert found.told == 1 and found.notices["failed"] == 1
        tried = len(house.apps.zalo_oa.journal("message/cs"))
        assert tried == (0 if is_known else 2), "the app is not asked for what we know"


@pytest.mark.parametrize("is_known", [True, False])
async def test_an_approved_template_reaches_whom_nothing_else_does(tmp_path: Path, is_known: bool) -> None:
    async with a_house(tmp_path) as house:
        await house.hire("Lý Trưởng Phòng", Role.HEAD, TELEGRAM)
        an, (phone,) = await house.hire("Nguyễn Văn An", Role.OFFICIAL, ZALO_OA)
        await _template(house)
        await _goes_silent(house, phone, is_known=is_known)
        await house.task("1", an)
        await house.settle()
        (said,) = phone.messages()
        assert "Việc số 1." in said.text and "10/03/2026" in said.text
        found = await house.account()
        assert found.notices["failed"] == 0 and found.told == 0


async def test_a_citizen_s_answer_waits_until_they_write_and_goes_before_the_next(tmp_path: Path) -> None:
    async with a_house(tmp_path) as house:
        official, (desk,) = await house.hire("Trần Thị Bình", Role.OFFICIAL, TELEGRAM)
        dan = house.apps.phone("Dân", ZALO_OA)
        assert isinstance(dan, User)
        await _goes_silent(house, dan, is_known=False)
        answer = "Đèn đường ngõ 5 đã sửa xong."
        await house.tell(ZALO_OA, dan.id, answer, by=official)
        await house.settle()
        assert (await house.counts())["held"] == 1 and not dan.messages()
        await house.told(desk, "Đèn đường ngõ 5")
        await house.account()
        dan.says("Xin chào")
        await house.apps.zalo_oa.wait_for_messages(dan.id, 2, 20)
        await house.settle()
        assert answer in dan.messages()[0].text and len(dan.messages()) == 2
        found = await house.account()
        assert set(found.rows) == {"sent"} and not found.labelled
