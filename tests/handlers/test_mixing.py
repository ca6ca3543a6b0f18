"""When errands meet in one chat: a button is its own errand's, typed words go to what was shown last."""

from collections.abc import AsyncIterator
from dataclasses import replace
from pathlib import Path

import pytest
import pytest_asyncio

from tests.handlers.real_office import RealChat, RealOffice, open_real_office

REPORT = ("nv 1 được 40%", "draft")
MORE_TIME = ("xin gia hạn nv 2 đến 30/6/2026 vì chờ kinh phí", "extension")
WISH_ASKS = ("xin gia hạn nv 2", "extension")
SEVERAL = ("nv 1 được 40%, nv 2 được 50%", "several")
DEED = ("giao nhiệm vụ 3 cho Trần Quốc Bình", "deed")


@pytest_asyncio.fixture
async def office(tmp_path: Path) -> AsyncIterator[RealOffice]:
    async with open_real_office(tmp_path) as opened:
        yield opened


async def written(office: RealOffice) -> dict[str, int]:
    """How many reports and requests there are in the register."""
    async with office.storage.reading() as records:
        tasks = await records.register.tasks(office.office.id)
        reports = [r for t in tasks for r in await records.register.reports(t.id)]
        return {"reports": len(reports), "requests": len(await records.extensions.waiting(office.office.id))}


def waits(chat: RealChat) -> set[str]:
    return {name for name in ("draft", "several", "extension", "deed", "feedback") if name in chat.memory}


ONE = [
    (REPORT, "đồng ý", {"reports": 1, "requests": 0}, set()),
    (REPORT, "ok", {"reports": 1, "requests": 0}, set()),
    (REPORT, "có", {"reports": 1, "requests": 0}, set()),
    (REPORT, "hủy", {"reports": 0, "requests": 0}, set()),
    (REPORT, "không", {"reports": 0, "requests": 0}, set()),
    (REPORT, "70%", {"reports": 0, "requests": 0}, {"draft"}),
    (REPORT, "việc của tôi", {"reports": 0, "requests": 0}, {"draft"}),
    (SEVERAL, "đồng ý", {"reports": 2, "requests": 0}, set()),
    (SEVERAL, "ok", {"reports": 2, "requests": 0}, set()),
    (SEVERAL, "hủy", {"reports": 0, "requests": 0}, set()),
    (MORE_TIME, "đồng ý", {"reports": 0, "requests": 1}, set()),
    (MORE_TIME, "ok", {"reports": 0, "requests": 1}, set()),
    (MORE_TIME, "hủy", {"reports": 0, "requests": 0}, set()),
    (MORE_TIME, "trợ giúp", {"reports": 0, "requests": 0}, {"extension"}),
    (WISH_ASKS, "việc của tôi", {"reports": 0, "requests": 0}, {"extension"}),
    (WISH_ASKS, "hạn của nv 2 là khi nào?", {"reports": 0, "requests": 0}, {"extension"}),
    (WISH_ASKS, "nv 1 được 40%", {"reports": 0, "requests": 0}, {"extension", "draft"}),
]
TWO = [
    (REPORT, MORE_TIME, "đồng ý", {"reports": 0, "requests": 1}, {"draft"}),
    (REPORT, MORE_TIME, "ok", {"reports": 0, "requests": 1}, {"draft"}),
    (REPORT, MORE_TIME, "xác nhận", None, None),
    (REPORT, MORE_TIME, "hủy", {"reports": 0, "requests": 0}, {"draft"}),
    (REPORT, MORE_TIME, "không", {"reports": 0, "requests": 0}, {"draft"}),
    (REPORT, MORE_TIME, "trợ giúp", {"reports": 0, "requests": 0}, {"draft", "extension"}),
    (REPORT, MORE_TIME, "việc của tôi", {"reports": 0, "requests": 0}, {"draft", "extension"}),
    (REPORT, WISH_ASKS, "hủy", {"reports": 0, "requests": 0}, {"draft"}),
    (REPORT, WISH_ASKS, "30/6/2026", {"reports": 0, "requests": 0}, {"draft", "extension"}),
    (REPORT, WISH_ASKS, "việc của tôi", {"reports": 0, "requests": 0}, {"draft", "extension"}),
    (MORE_TIME, REPORT, "đồng ý", {"reports": 1, "requests": 0}, {"extension"}),
    (MORE_TIME, REPORT, "ok", {"reports": 1, "requests": 0}, {"extension"}),
    (MORE_TIME, REPORT, "hủy", {"reports": 0, "requests": 0}, {"extension"}),
    (MORE_TIME, REPORT, "70%", {"reports": 0, "requests": 0}, {"extension", "draft"}),
    (WISH_ASKS, REPORT, "đồng ý", {"reports": 1, "requests": 0}, {"extension"}),
    (WISH_ASKS, REPORT, "70%", {"reports": 0, "requests": 0}, {"extension", "draft"}),
    (MORE_TIME, SEVERAL, "đồng ý", {"reports": 2, "requests": 0}, {"extension"}),
    (MORE_TIME, SEVERAL, "hủy", {"reports": 0, "requests": 0}, {"extension"}),
    (SEVERAL, REPORT, "hủy", {"reports": 0, "requests": 0}, set()),
]
FOREIGN = {"draft": "report:yes:", "several": "several:yes:", "extension": "extend:yes:"}


@pytest.mark.parametrize(("first", "typed", "counts", "open_after"), ONE)
async def test_one_card(
    office: RealOffice, first: tuple[str, str], typed: str, counts: dict[str, int], open_after: set[str]
) -> None:
    chat = office.chat("an")
    await chat.say(first[0])
    assert waits(chat) == {first[1]}
    await chat.say(typed)
    assert (await written(office), waits(chat)) == (counts, open_after)


@pytest.mark.parametrize(("first", "second", "typed", "counts", "open_after"), TWO)
async def test_two_cards(
    office: RealOffice,
    first: tuple[str, str],
    second: tuple[str, str],
    typed: str,
    counts: dict[str, int] | None,
    open_after: set[str] | None,
) -> None:
    chat = office.chat("an")
    await chat.say(first[0])
    await chat.say(second[0])
    await chat.say(typed)
    if counts is None:
        # The older card's own label, typed: its button is named under the newer card.
        assert sum((await written(office)).values()) <= 1
        return
    assert (await written(office), waits(chat)) == (counts, open_after)


@pytest.mark.parametrize(
    ("first", "second"), [(REPORT, MORE_TIME), (MORE_TIME, REPORT), (MORE_TIME, SEVERAL), (REPORT, WISH_ASKS)]
)
async def test_a_pressed_button_is_always_its_own_errands(
    office: RealOffice, first: tuple[str, str], second: tuple[str, str]
) -> None:
    chat = office.chat("an")
    await chat.say(first[0])
    older = next(action for action in chat.actions if action.startswith(FOREIGN[first[1]]))
    await chat.say(second[0])
    await chat.act(older)
    counts = await written(office)
    assert counts == ({"reports": 1, "requests": 0} if first is REPORT else {"reports": 0, "requests": 1})
    assert waits(chat) == {second[1]}


async def _asked_for_a_remark(office: RealOffice) -> RealChat:
    office.office = replace(office.office, second_confirmation=True)
    official, head = office.chat("an"), office.chat("hanh")
    await official.say("nv 1 được 40%")
    await official.press("Xác nhận")
    async with office.storage.reading() as records:
        [report] = await records.register.reports_waiting(office.office.id)
    await head.act(f"approve:back:{report.id}")
    assert "nhận xét" in head.text
    return head


@pytest.mark.parametrize(
    "remark",
    [
        "Kiến nghị bổ sung biên bản",
        "sửa nhiệm vụ 3: ghi lại số liệu",
        "đồng chí xem lại phản ánh PA-7K2M9Q",
        "thiếu ảnh, nv 1 mới được 30% thôi",
        "Sao chưa có biên bản?",
    ],
)
async def test_a_remark_is_swallowed_by_nothing(office: RealOffice, remark: str) -> None:
    head = await _asked_for_a_remark(office)
    text = await head.say(remark)
    assert f"“{remark}”" in text and head.memory["returning"]["remark"] == remark
    assert ("câu hỏi cho tôi" in text) is remark.endswith("?")


@pytest.mark.parametrize("errand", ["trợ giúp", "việc của tôi", "báo cáo chờ duyệt", "duyệt nhiệm vụ"])
async def test_a_clear_errand_is_no_remark(office: RealOffice, errand: str) -> None:
    head = await _asked_for_a_remark(office)
    text = await head.say(errand)
    assert head.memory["returning"]["remark"] == "" and "chờ anh/chị viết nhận xét" in text


async def test_approving_and_reviewing_are_told_apart(office: RealOffice) -> None:
    head = office.chat("hanh")
    assert "báo cáo chờ anh/chị duyệt" in (await head.say("báo cáo chờ duyệt")).replace("nào chờ", "chờ")
    assert "dự thảo" in await head.say("duyệt nhiệm vụ") and "dự thảo" in await head.say("rà soát dự thảo")


async def test_what_is_asked_of_an_administrator_is_not_a_name(office: RealOffice) -> None:
    chat = office.chat("trang")
    await chat.act(f"assign:task:{await office.task_id('3')}")
    assert chat.memory["deed"]["slot"]
    before = chat.memory["deed"]["parts"]
    await chat.say("việc của tôi")
    assert chat.memory["deed"]["parts"] == before


async def test_an_assignment_and_a_report_keep_their_words_apart(office: RealOffice) -> None:
    chat = office.chat("trang")
    await chat.say("giao nhiệm vụ 3 cho Bùi Đức Hải")
    assert "deed" in chat.memory
    await chat.say("nv 1 được 40%")
    await chat.say("đồng ý")
    assert (await written(office))["reports"] == 1
    assert await office.holder("3") == "Trần Quốc Bình" and "deed" in chat.memory
    await chat.say("xác nhận")
    assert await office.holder("3") == "Bùi Đức Hải"


async def test_a_place_is_not_an_errand(office: RealOffice) -> None:
    chat = office.chat("dan")
    await chat.say("phản ánh đèn đường hỏng nhiều tuần nay chưa ai sửa")
    assert chat.memory["feedback"]["wanted"] == "place"
    await chat.say("trợ giúp")
    assert chat.memory["feedback"]["place"] == "" and "chưa gửi gì" in chat.text
    await chat.say("mấy giờ ủy ban làm việc?")
    assert chat.memory["feedback"]["wanted"] == "place"
    await chat.say("ngõ 12 đường Gò Mây")
    assert chat.memory["feedback"]["place"] == "ngõ 12 đường Gò Mây"


async def test_of_two_leaders_the_second_is_told(office: RealOffice) -> None:
    official, first, second = office.chat("an"), office.chat("son"), office.chat("son")
    await official.say(MORE_TIME[0])
    await official.say("đồng ý")
    async with office.storage.reading() as records:
        [request] = await records.extensions.waiting(office.office.id)
    await second.act(f"grant:see:{request.id}")
    await first.act(f"grant:yes:{request.id}")
    text = await second.act(f"grant:yes:{request.id}")
    assert "Đặng Minh Sơn" in text
    assert (await office.audited()).count("extension.granted") == 1
