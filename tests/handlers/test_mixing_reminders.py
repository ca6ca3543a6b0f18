"""When reminders, what colleagues send and the period's report meet other errands in one chat: who gets the words."""

from collections.abc import AsyncIterator, Sequence
from datetime import date, timedelta
from pathlib import Path

import pytest

from domain.deadlines import parse_deadline
from domain.tasks import Task
from tests.handlers.real_office import RealChat, RealOffice, open_real_office
from tests.handlers.reminded import remind, task

DUE = date(2026, 3, 27)
REMIND, REMIND_TWO = "<one reminder>", "<a digest of two>"
"""Steps in which the bot writes first."""

REPORT = "nv 1 được 40%"
MORE_TIME = "xin gia hạn nv 2 đến 30/6/2026 vì chờ kinh phí"
SEND = "gửi phòng Kinh tế: Nhớ chấm công."
SEND_WHAT = "thông báo toàn cơ quan"
ASK = "nhắc anh Trần Quốc Bình báo cáo nhiệm vụ 3 trước thứ sáu"
REVIEW = "duyệt nhiệm vụ"
PERIODIC = "xuất báo cáo tháng 2"
ADD = "thêm kiến nghị: Đề nghị cấp thêm máy quét"
RULE = "tối đa 5 tin mỗi ngày"

NOTHING: dict[str, int] = {}


@pytest.fixture
async def office(tmp_path: Path) -> AsyncIterator[RealOffice]:
    async with open_real_office(tmp_path) as opened:
        yield opened


async def _kept(office: RealOffice) -> dict[str, int]:
    """How much of each kind was written; what is zero is left out."""
    async with office.storage.reading() as records:
        tasks = await records.register.tasks(office.office.id)
        reports = [r for t in tasks for r in await records.register.reports(t.id)]
        since = office.now - timedelta(days=2)
        notices = await records.notices.of_office(office.office.id, since)
        versions = await records.periodic_reports.of_office(office.office.id)
        found = {
            "reports": len(reports),
            "requests": len(await records.extensions.waiting(office.office.id)),
            "received": sum(n.acknowledged_at is not None for n in notices),
            "put_off": len(await records.snoozes.of_office(office.office.id, office.now)),
            "sent": len(await records.calls.of_office(office.office.id, since)),
            "versions": len(versions),
        }
    return {name: count for name, count in found.items() if count}


async def _step(office: RealOffice, chat: RealChat, said: str) -> str:
    """One thing said, pressed ("[Label]") or written by the bot itself."""
    if said in (REMIND, REMIND_TWO):
        numbers = ("1", "2") if said == REMIND_TWO else ("1",)
        await remind(office, chat.who, [(await task(office, number), "before_14", DUE) for number in numbers])
        return ""
    if said.startswith("["):
        return await chat.press(said.strip("[]"))
    return await chat.say(said)


SITUATIONS = [
    # A report while a reminder waits to be received, and the other way round.
    ("an", [REMIND, "được 40%"], NOTHING, {"draft"}),
    ("an", [REMIND, "được 40%", "đồng ý"], {"reports": 1}, set()),
    ("an", [REMIND_TWO, "nv 2 được 50%", "xác nhận"], {"reports": 1}, set()),
    ("an", [REMIND, "đã nhận"], {"received": 1}, set()),
    ("an", [REMIND_TWO, "đã nhận"], {"received": 2}, set()),
    ("an", [REPORT, REMIND, "đã nhận"], {"received": 1}, {"draft"}),
    ("an", [REPORT, REMIND, "đã nhận", "đồng ý"], {"received": 1, "reports": 1}, set()),
    ("an", [REPORT, REMIND, "đồng ý"], {"reports": 1}, set()),
    ("an", [REPORT, REMIND, "hủy"], NOTHING, set()),
    ("an", [MORE_TIME, REMIND, "đã nhận"], {"received": 1}, {"extension"}),
    ("an", [MORE_TIME, REMIND, "gửi"], {"requests": 1}, set()),
    # Putting off beside cards.
    ("an", [REMIND, "nhắc lại chiều mai"], {"put_off": 1}, set()),
    ("an", [REPORT, REMIND, "nhắc lại chiều mai"], {"put_off": 1}, {"draft"}),
    ("an", [REPORT, "hoãn nhắc nhiệm vụ 2 đến 20/3"], {"put_off": 1}, {"draft"}),
    ("an", [REPORT, "hoãn nhắc nhiệm vụ 2 đến 20/3", "đồng ý"], {"put_off": 1, "reports": 1}, set()),
    ("an", ["đừng nhắc tôi nữa", REPORT], NOTHING, {"draft"}),
    ("an", ["đừng nhắc tôi nữa", "1"], {"put_off": 1}, set()),
    ("an", ["đừng nhắc tôi nữa", "[Sáng mai]"], {"put_off": 1}, set()),
    ("an", [MORE_TIME, "tạm dừng nhắc tôi đến 15/3", "hủy"], {"put_off": 1}, set()),
    ("an", [REPORT, "tuần này có gì đến hạn"], NOTHING, {"draft"}),
    # What is sent to colleagues, beside reports and the other way round.
    ("son", [SEND, "xác nhận"], {"sent": 1, "received": 0}, set()),
    ("son", [SEND, "1"], {"sent": 1}, set()),
    ("son", [SEND, "2"], NOTHING, set()),
    ("son", [SEND, REMIND, "đã nhận"], {"received": 1}, {"deed"}),
    ("son", [SEND, "tuần này có gì đến hạn"], NOTHING, {"deed"}),
    ("son", [SEND, "tổng quan", "xác nhận"], {"sent": 1}, set()),
    ("son", [SEND, ASK, "xác nhận"], {"sent": 1}, set()),
    ("trang", [SEND, REPORT], NOTHING, {"deed", "draft"}),
    ("trang", [SEND, REPORT, "đồng ý"], {"reports": 1}, {"deed"}),
    ("trang", [REPORT, SEND, "đồng ý"], {"sent": 1}, {"draft"}),
    ("trang", [REPORT, SEND, "hủy"], NOTHING, {"draft"}),
    ("trang", [SEND_WHAT, "Nhiệm vụ 3 xong 80% là tin vui.", "xác nhận"], {"sent": 1}, set()),
    ("trang", [SEND_WHAT, "việc của tôi"], NOTHING, {"deed"}),
    ("trang", [SEND_WHAT, "hủy"], NOTHING, set()),
    # The review's card.
    ("trang", [REVIEW, SEND, "đồng ý"], {"sent": 1}, {"review"}),
    ("trang", [REVIEW, REPORT, "đồng ý"], {"reports": 1}, {"review"}),
    ("trang", [REVIEW, RULE, "xác nhận"], NOTHING, {"review"}),
    ("hanh", [REVIEW, REMIND, "đã nhận"], {"received": 1}, {"review"}),
    # The period's report.
    ("trang", [PERIODIC, REPORT, "đồng ý"], {"versions": 1, "reports": 1}, set()),
    ("trang", [PERIODIC, ADD], {"versions": 1}, {"periodic_words"}),
    ("trang", [PERIODIC, ADD, REPORT], {"versions": 1}, {"periodic_words", "draft"}),
    ("trang", [PERIODIC, ADD, REPORT, "đồng ý"], {"versions": 1, "reports": 1}, {"periodic_words"}),
    ("trang", [PERIODIC, ADD, SEND, "xác nhận"], {"versions": 1, "sent": 1}, {"periodic_words"}),
    ("trang", [SEND, PERIODIC, ADD, "[Thêm]"], {"versions": 2}, {"deed"}),
    ("trang", [PERIODIC, ADD, REMIND, "đã nhận"], {"versions": 1, "received": 1}, {"periodic_words"}),
    ("hanh", [PERIODIC, "góp ý báo cáo tháng 2", "nv 1 mới được 40% thôi"], {"versions": 1}, {"periodic_words"}),
]
WAITING = ("draft", "several", "extension", "deed", "review", "periodic_words")


def _waiting(chat: RealChat) -> set[str]:
    return {name for name in WAITING if chat.memory.get(name)}


async def _with_a_draft(office: RealOffice) -> None:
    """A task that somebody still has to review."""
    async with office.storage.writing() as records:
        unit_id = office.people["hanh"].unit_id
        drafted = Task(
            0,
            office.office.id,
            "9",
            "Xây dựng trang thông tin phường",
            parse_deadline("30/6/2026"),
            lead="Phòng Văn hóa - Xã hội",
            lead_unit_id=unit_id,
            document_number="08/KH-UBND",
            confirmed=False,
        )
        await records.register.add_task(drafted)


@pytest.mark.parametrize(("who", "steps", "kept", "waiting"), SITUATIONS)
async def test_words_find_what_they_are_meant_for(
    office: RealOffice, who: str, steps: Sequence[str], kept: dict[str, int], waiting: set[str]
) -> None:
    if REVIEW in steps:
        await _with_a_draft(office)
    chat = office.chat(who)
    for said in steps:
        text = await _step(office, chat, said)
    assert (await _kept(office), _waiting(chat)) == ({n: c for n, c in kept.items() if c}, waiting), text


@pytest.mark.parametrize(
    ("shown", "pressed", "presser"),
    [(SEND, "Xác nhận", "trang"), (SEND, "Xác nhận", "an"), (ASK, "Xác nhận", "hanh"), (SEND, "Xác nhận", "stranger")],
)
async def test_the_button_of_somebody_elses_card_sends_nothing(
    office: RealOffice, shown: str, pressed: str, presser: str
) -> None:
    chat = office.chat("son")
    await chat.say(shown)
    action = next(b.action for reply in chat.replies for b in reply.buttons if b.label == pressed)
    await office.chat(presser).act(action)
    assert await _kept(office) == NOTHING
    await chat.act(action)
    await chat.act(action)
    assert await _kept(office) == {"sent": 1}


async def test_of_two_cards_the_older_ones_button_still_is_its_own(office: RealOffice) -> None:
    chat = office.chat("trang")
    await chat.say(REPORT)
    report = next(action for action in chat.actions if action.startswith("report:yes"))
    await chat.say(SEND)
    await chat.act(report)
    assert await _kept(office) == {"reports": 1} and _waiting(chat) == {"deed"}
    await chat.say("xác nhận")
    assert await _kept(office) == {"reports": 1, "sent": 1}
