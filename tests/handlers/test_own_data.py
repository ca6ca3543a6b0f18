"""What people say of their own data, over a real database."""

from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path

import pytest

from domain.messages import Kind
from tests.handlers.real_office import RealOffice, open_real_office


@pytest.fixture
async def office(tmp_path: Path) -> AsyncIterator[RealOffice]:
    async with open_real_office(tmp_path) as opened:
        yield opened


async def _open(office: RealOffice) -> list[tuple[str, str]]:
    async with office.storage.reading() as records:
        return [(wish.user_id, wish.source) for wish in await records.erasures.open()]


@pytest.mark.parametrize(
    "said", ["Dữ liệu cá nhân của tôi", "xem thông tin của tôi", "bot đang lưu gì về tôi?", "/dulieu", "du lieu cua em"]
)
async def test_who_asks_is_told_what_is_kept(office: RealOffice, said: str) -> None:
    told = await office.chat("an").say(said)
    assert "Lê Hoài An" in told and "lấy bản sao" in told
    assert "Hiện tôi không lưu" in await office.chat().say(said)


@pytest.mark.parametrize(
    "said", ["dữ liệu của phường", "thông tin về nhiệm vụ 4", "xóa nhiệm vụ của tôi", "xóa dữ liệu của anh Bình"]
)
async def test_other_data_is_another_matter(office: RealOffice, said: str) -> None:
    chat = office.chat("an")
    assert "Xóa dữ liệu" not in await chat.say(said)
    assert not any(action.startswith("mydata") for action in chat.actions)


async def test_nothing_is_erased_before_the_current_card_is_confirmed(office: RealOffice) -> None:
    chat = office.chat()
    await chat.say("xóa dữ liệu của tôi")
    first = chat.actions[0]
    await chat.say("hãy xóa hết thông tin cá nhân của tôi")
    assert "đã cũ" in await chat.act(first)
    assert "đã cũ" in await chat.act("mydata:yes:77")
    assert await _open(office) == []
    office.now += timedelta(minutes=31)
    assert "đã cũ" in await chat.act("mydata:yes:2")
    assert await _open(office) == []


async def test_confirmed_it_is_asked_once(office: RealOffice) -> None:
    chat = office.chat()
    await chat.say("xóa dữ liệu của tôi")
    await chat.press("Xóa")
    assert chat.memory == {}
    assert "đang thực hiện" in await chat.act("mydata:yes:1")
    assert await _open(office) == [("stranger", "chat")]
    assert await office.audited() == ["privacy.erasure_asked"]


async def test_of_staff_every_account_is_forgotten(office: RealOffice) -> None:
    async with office.storage.writing() as records:
        await records.people.bind(office.people["an"].id, "web", "an-web", "an-web")
    chat = office.chat("an")
    assert "(2)" in await chat.say("xóa dữ liệu của tôi")
    await chat.press("Xóa")
    assert sorted(await _open(office)) == [("an", "chat"), ("an-web", "chat")]


async def test_consent_taken_back_is_named_as_that(office: RealOffice) -> None:
    chat = office.chat()
    assert "rút lại sự đồng ý" in await chat.say("Tôi muốn rút lại sự đồng ý")
    await chat.press("Xóa")
    assert await _open(office) == [("stranger", "withdrawal")]


async def test_rights_used_in_the_app_erase_a_citizen_and_ask_staff(office: RealOffice) -> None:
    citizen, staff = office.chat(), office.chat("an")
    await citizen.send(Kind.DATA_RIGHTS)
    assert await _open(office) == [("stranger", "event")]
    assert "Việc này không hoàn tác được" in await staff.send(Kind.DATA_RIGHTS)
    assert await _open(office) == [("stranger", "event")]


async def test_in_a_group_nobodys_data_is_spoken_of(office: RealOffice) -> None:
    group = office.chat("an", in_group=True)
    for said in ("dữ liệu của tôi", "xóa dữ liệu của tôi"):
        assert "nhắn riêng" in await group.say(said)
    assert await _open(office) == []


async def test_a_forged_switch_changes_nothing(office: RealOffice) -> None:
    for who in ("", "an", "hanh"):
        chat = office.chat(who)
        await chat.act("boff:yes:1")
        await chat.act("switch:on")
    async with office.storage.reading() as records:
        assert await records.switches.history(office.office.id) == []


async def test_the_head_blocks_whoever_sent_a_case_of_the_own_unit(office: RealOffice) -> None:
    citizen, head = office.chat(), office.chat("hai")
    await citizen.say("phản ánh chợ đầu mối đốt rác khói mù mịt ở khu phố 2")
    await citizen.press("Gửi")
    async with office.storage.writing() as records:
        (case,) = await records.feedback.of_office(office.office.id)
        unit = await records.people.unit_by_name(office.office.id, "Phòng Kinh tế")
        assert unit is not None
        await records.feedback.pass_on(case.id, unit.id)
    assert "Lý do: chửi bới cán bộ" in await head.say(f"chặn người gửi {case.code} vì chửi bới cán bộ")
    await head.press("Xác nhận")
    async with office.storage.reading() as records:
        (block,) = await records.blocks.holding(office.now)
    assert (block.user_id, block.reason, block.by_id) == ("stranger", "chửi bới cán bộ", office.people["hai"].id)
    assert "stranger" not in head.text
    assert "Đã gỡ" in await head.say(f"bỏ chặn {case.code}")
