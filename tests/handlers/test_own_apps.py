"""One person on several apps: codes of one's own, numbers claimed and proved, disowning, the app for reminders."""

import re
from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from domain.channel_words import reads_app
from domain.message_templates import CODE, ENABLED, MessageTemplate, Parameter
from tests.handlers.real_office import RealChat, RealOffice, open_real_office

PHONE = "+84912345678"


@pytest.fixture
async def office(tmp_path: Path) -> AsyncIterator[RealOffice]:
    async with open_real_office(tmp_path) as opened:
        async with opened.storage.writing() as records:
            opened.people["an"] = await records.people.update(replace(opened.people["an"], phone=PHONE))
        yield opened


def _digits(office: RealOffice) -> str:
    return str(re.findall(r"Mã xác nhận: (\d{6})", office.told_to("an"))[-1])


def _wrong(code: str) -> str:
    return f"{(int(code) + 1) % 1_000_000:06d}"


async def _joined(office: RealOffice, app: str = "zalo-oa") -> RealChat:
    """An's second app, joined by a code of her own."""
    code = re.search(r"[2-9A-Z]{4}-[2-9A-Z]{4}", await office.chat("an").say("mã cho tôi"))
    assert code is not None
    second = office.chat("an2", app)
    assert "Chào mừng anh/chị Lê Hoài An" in await second.say(code[0])
    return second


# --- a code of one's own ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "said",
    [
        "mã cho tôi",
        "ma cho toi",
        "cho tôi lấy mã cho tôi nhé",
        "thêm tài khoản",
        "tôi muốn dùng thêm Zalo",
        "lấy mã cho ứng dụng khác",
        "them ung dung moi giup toi",
        "liên kết với Zalo",
    ],
)
async def test_staff_take_a_code_for_themselves(office: RealOffice, said: str) -> None:
    assert "trong 15 phút" in await office.chat("an").say(said)
    assert await office.audited() == ["code.issued"]


@pytest.mark.parametrize("said", ["mã cho tôi", "thêm tài khoản"])
async def test_citizens_and_groups_get_no_code(office: RealOffice, said: str) -> None:
    await office.chat().say(said)
    await office.chat("an", in_group=True).say(said)
    assert await office.audited() == []


@pytest.mark.parametrize("said", ["mã hồ sơ của tôi là gì", "cấp mã cho chị An", "thêm nhiệm vụ mới"])
async def test_other_wishes_give_no_code_of_ones_own(office: RealOffice, said: str) -> None:
    assert "trong 15 phút" not in await office.chat("an").say(said)


async def test_a_code_of_ones_own_works_once_and_a_quarter_of_an_hour(office: RealOffice) -> None:
    text = await office.chat("an").say("mã cho tôi")
    code = re.findall(r"[2-9A-Z]{4}-[2-9A-Z]{4}", text)[0]
    office.now += timedelta(minutes=16)
    assert "hết hạn" in await office.chat("an2", "zalo-oa").say(code)
    await _joined(office)
    for _ in range(3):
        await office.chat("an").say("mã cho tôi")
    assert "đã lấy đủ số mã" in await office.chat("an").say("mã cho tôi")


# --- a number that was only typed ------------------------------------------------------------------------------------


async def test_a_claimed_number_joins_by_the_code_sent_to_the_other_app(office: RealOffice) -> None:
    new = office.chat("an2", "zalo-oa")
    assert "mã xác nhận gồm 6 chữ số" in await new.claim("0912 345 678")
    code = _digits(office)
    assert "còn 4 lần thử" in await new.say(_wrong(code))
    assert "Chào mừng anh/chị Lê Hoài An" in await new.say(f"{code[:3]} {code[3:]}")
    assert "đã tham gia rồi" in await new.claim("0912345678")
    assert [t.chat_id for t in office.told if t.person_id is None] == ["an"], "the app she had is told"


async def test_nobody_learns_who_is_on_the_list(office: RealOffice) -> None:
    known, unknown = office.chat("a", "zalo-oa"), office.chat("b", "zalo-oa")
    assert await known.claim("0912345678") == await unknown.claim("0987654321")
    assert known.labels == unknown.labels
    code = _digits(office)
    for _ in range(5):
        assert await known.say(_wrong(code)) == await unknown.say("123456") != ""
    assert await known.claim("0912345678") == await unknown.claim("0987654321"), "both wait as long"
    assert "Chào mừng" not in await known.say(code)


async def test_a_number_is_not_pestered_and_an_account_not_served_for_ever(office: RealOffice) -> None:
    for number in range(5):
        assert "mã xác nhận" in await office.chat(f"u{number}", "zalo-oa").claim("0912345678")
    assert len(re.findall("Mã xác nhận", office.told_to("an"))) == 3
    stranger = office.chat("x", "zalo-oa")
    said = [await stranger.claim(f"098765432{n}") for n in range(6)]
    assert len(set(said[:5])) == 1 and "nhiều lần" in said[5]


async def test_a_code_that_was_sent_nowhere_is_never_right(office: RealOffice, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("storage.verifications.secrets.randbelow", lambda _: 271828)
    for number in range(3):
        await office.chat(f"u{number}", "zalo-oa").claim("0912345678")
    late = office.chat("u3", "zalo-oa")
    await late.claim("0912345678")
    assert "còn 4 lần thử" in await late.say("271828"), "guesses end with the codes that are sent to one person"
    async with office.storage.reading() as records:
        accounts = await records.people.accounts(office.people["an"].id)
    assert "u3" not in [account.user_id for account in accounts]


async def test_a_number_that_two_share_or_that_cannot_be_read_sends_nothing(office: RealOffice) -> None:
    async with office.storage.writing() as records:
        await records.people.update(replace(office.people["binh"], phone=PHONE))
    stranger = office.chat("x", "zalo-oa")
    assert "mã xác nhận" in await stranger.claim("0912345678")
    assert "chưa đọc được" in await stranger.claim("12")
    assert not office.told


async def test_who_has_no_app_yet_gets_the_code_by_an_approved_template(office: RealOffice) -> None:
    fields, parameters = (("otp", "code"),), (Parameter("otp"),)
    template = MessageTemplate(office.office.id, "zalo-oa", CODE, "77", fields, parameters, ENABLED, office.now)
    async with office.storage.writing() as records:
        await records.people.unbind("telegram", "an")
        await records.message_templates.put(template)
    new = office.chat("an2", "zalo-oa")
    await new.claim("0912345678")
    (told,) = office.told
    assert told.channel == "zalo-oa" and told.reply.template is not None
    assert told.reply.template.phone == PHONE
    ((name, code),) = told.reply.template.facts
    assert name == "otp" and "Chào mừng" in await new.say(code)


async def test_six_digits_that_nobody_asked_for_are_no_code(office: RealOffice) -> None:
    await office.chat("x", "zalo-oa").say("123456")
    assert "join.refused" not in await office.audited()


# --- "that was not me" -----------------------------------------------------------------------------------------------


async def test_a_code_is_void_once_the_person_says_it_was_not_them(office: RealOffice) -> None:
    new = office.chat("x", "zalo-oa")
    await new.claim("0912345678")
    code = _digits(office)
    assert "Đã hủy yêu cầu" in await office.chat("an").say("Không phải tôi!")
    assert "Lê Hoài An báo" in office.told_to("trang")
    assert "Chào mừng" not in await new.say(code)
    assert "account.disowned" in await office.audited()


async def test_an_account_that_joined_in_their_name_is_let_go(office: RealOffice) -> None:
    second = await _joined(office)
    assert "Hiện không có yêu cầu" in await second.say("không phải tôi"), "who came last puts nobody out"
    assert "Đã gỡ tài khoản" in await office.chat("an").act("notme")
    assert "đang dùng trợ lý" not in await second.say("tài khoản của tôi")
    assert "Hiện không có yêu cầu" in await office.chat("an").act("notme")


async def test_who_was_put_out_does_not_come_back_by_a_code_taken_before(office: RealOffice) -> None:
    second = await _joined(office)
    code = re.search(r"[2-9A-Z]{4}-[2-9A-Z]{4}", await second.say("mã cho tôi"))
    await office.chat("an").say("không phải tôi")
    assert code is not None and "không tìm thấy mã" in await second.say(code[0])


async def test_an_account_let_go_from_another_is_told(office: RealOffice) -> None:
    second = await _joined(office)
    await second.say("tài khoản của tôi")
    await second.press("Ngừng dùng trên Telegram")
    office.told.clear()
    await second.press("Xác nhận")
    (told,) = office.told
    assert (told.channel, told.chat_id) == ("telegram", "an") and "báo ngay quản trị viên" in told.reply.text


async def test_the_day_after_an_account_is_let_go_in_the_list_only(office: RealOffice) -> None:
    await _joined(office)
    office.now += timedelta(days=1, minutes=1)
    assert "Hiện không có yêu cầu" in await office.chat("an").say("không phải tôi")


# --- the app for reminders -------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("said", "app"),
    [
        ("nhắc tôi qua Zalo", "zalo"),
        ("nhac toi qua zalo", "zalo"),
        ("nhận nhắc việc trên Telegram", "telegram"),
        ("từ nay gửi nhắc việc cho em vào Zalo nhé", "zalo"),
        ("chuyển nhắc việc sang tele", "telegram"),
        ("tôi muốn nhận nhắc việc qua zalo bot", "zalo bot"),
        ("ưu tiên nhắc việc trên trang trò chuyện", "page"),
        ("nhắc ở đâu cũng được", "any"),
        ("nhac viec kenh nao cung duoc", "any"),
        ("nhắc tôi qua Zalo lúc 7 giờ", None),
        ("nhắc chị Lan qua Zalo", None),
        ("nhắc nhiệm vụ 4 trên Zalo", None),
        ("đừng nhắc tôi qua Zalo nữa", None),
        ("nhắc tôi qua Zalo hay Telegram", None),
        ("có nhắc việc qua Zalo không?", None),
        ("Zalo", None),
    ],
)
def test_a_wish_for_an_app_is_read(said: str, app: str | None) -> None:
    assert reads_app(said) == app


async def test_the_app_for_reminders_is_one_that_reaches_the_person(office: RealOffice) -> None:
    first = office.chat("an")
    assert "chưa dùng trợ lý trên Zalo" in await first.say("nhắc tôi qua Zalo")
    second = await _joined(office)
    assert "trên Zalo trước" in await first.say("nhac toi qua zalo")
    assert "• Zalo, ưu tiên nhắc việc" in await first.say("nhận nhắc việc ở đâu")
    async with office.storage.writing() as records:
        assert await records.wishes.channels(office.office.id) == {office.people["an"].id: "zalo-oa"}
        await records.people.mark_reachable("zalo-oa", "an2", False)
    assert "không gửi được tin tới Zalo" in await first.say("nhắc tôi qua Zalo")
    assert "không ưu tiên nơi nào" in await second.act("app:any")
    assert [entry for entry in await office.audited() if entry == "app.chosen"] == ["app.chosen"] * 2


async def test_a_wish_ends_with_the_account_it_was_for(office: RealOffice) -> None:
    second = await _joined(office)
    await second.say("nhắc tôi qua Zalo")
    await second.say("ngừng dùng trên kênh này")
    await second.press("Xác nhận")
    async with office.storage.reading() as records:
        assert await records.wishes.channels(office.office.id) == {}


async def test_strangers_choose_no_app(office: RealOffice) -> None:
    await office.chat().say("nhắc tôi qua Zalo")
    for action in ("app:any", "notme", "accounts:code"):
        assert "dành cho cán bộ" in await office.chat().act(action)
    assert await office.audited() == []
