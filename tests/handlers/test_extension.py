"""More time: asked for with a card, granted or refused by a leader, and the deadline moves only then."""

from dataclasses import replace
from datetime import date

import pytest

from domain.deadlines import Deadline, DeadlineKind, Rhythm
from domain.extensions import RequestStatus
from domain.people import Person
from domain.tasks import TaskStatus
from tests.handlers.office import ADMIN, AN, BINH, CHU_TICH, HANH, LIBRARY, RADIO, Books, Talk, task

ASKED = "xin gia hạn nv 4 đến 30/4/2026, lý do máy quét hỏng"


async def _sent(books: Books | None = None) -> Talk:
    talk = Talk(AN, books)
    await talk.say(ASKED)
    await talk.press("Gửi")
    return talk


def _due(books: Books) -> date | None:
    return next(t.deadline.due for t in books.tasks_kept if t.id == 4)


class TestAsking:
    """The card, and what it lacks."""

    async def test_the_card_shows_the_day_and_the_reason_and_sends_nothing(self) -> None:
        talk = Talk(AN)
        assert await talk.say(ASKED) == (
            "Anh/chị kiểm tra đề nghị gia hạn trước khi gửi:\n"
            "\n"
            "Nhiệm vụ 4: Số hóa thẻ thư viện phường\n"
            "Hạn hiện tại: 12/3/2026 (còn 10 ngày)\n"
            "Xin gia hạn đến: 30/4/2026\n"
            "Lý do: máy quét hỏng\n"
            "\n"
            "Bấm Gửi để trình lãnh đạo. Chưa bấm thì chưa gửi gì."
        )
        assert talk.labels == ["Gửi", "Sửa", "Hủy"]
        assert not talk.books.requests_kept and not talk.told

    async def test_sending_it_tells_the_leaders(self) -> None:
        talk = await _sent()
        assert "chờ Đặng Minh Sơn quyết định" in talk.text and _due(talk.books) == LIBRARY.deadline.due
        (told,) = talk.told
        assert told.person_id == CHU_TICH.id and "Lê Hoài An xin gia hạn" in told.reply.text
        assert [b.label for b in told.reply.buttons] == ["Đồng ý", "Chọn ngày khác", "Từ chối"]
        assert talk.books.requests_kept[0].said == ASKED

    async def test_a_second_press_sends_nothing_more(self) -> None:
        talk = Talk(AN)
        await talk.say(ASKED)
        action = talk.replies[0].buttons[0].action
        await talk.act(action)
        assert "không gửi thêm lần nữa" in await talk.act(action)
        assert len(talk.books.requests_kept) == 1 and not talk.told

    async def test_day_and_reason_are_asked_for(self) -> None:
        talk = Talk(AN)
        assert "đến ngày nào" in await talk.say("xin gia hạn nv 4")
        assert "lý do xin gia hạn" in await talk.say("hết tháng 4")
        assert "Lý do: máy quét hỏng, đang chờ sửa" in await talk.say("máy quét hỏng, đang chờ sửa")
        assert "Xin gia hạn đến: 30/4/2026" in talk.text

    @pytest.mark.parametrize(("day", "says"), [("1/2/2026", "đã qua"), ("10/3/2026", "không muộn hơn hạn hiện tại")])
    async def test_a_day_that_helps_nobody_is_asked_again(self, day: str, says: str) -> None:
        talk = Talk(AN)
        await talk.say("xin gia hạn nv 4, lý do máy quét hỏng")
        assert says in await talk.say(day)
        assert "Xin gia hạn đến: 30/4/2026" in await talk.say("30/4/2026")

    async def test_it_gives_up_after_two_answers_it_cannot_read(self) -> None:
        talk = Talk(AN)
        await talk.say("xin gia hạn nv 4")
        await talk.say("chắc là lâu lâu nữa")
        assert "tạm dừng, chưa gửi gì" in await talk.say("tùy sếp")

    @pytest.mark.parametrize(
        ("changes", "says"),
        [
            ({"deadline": Deadline(DeadlineKind.RECURRING, every=Rhythm.QUARTER)}, "việc định kỳ"),
            ({"deadline": Deadline(DeadlineKind.ONGOING)}, "việc thường xuyên"),
            ({"deadline": Deadline(DeadlineKind.ON_REQUEST)}, "theo yêu cầu"),
            ({"deadline": Deadline(DeadlineKind.UNKNOWN)}, "chưa có hạn rõ ràng"),
            ({"status": TaskStatus.DONE}, "đã kết thúc"),
        ],
    )
    async def test_what_has_no_last_day_is_not_extended(self, changes: dict[str, object], says: str) -> None:
        talk = Talk(AN, Books(tasks_kept=[replace(LIBRARY, **changes), RADIO]))  # type: ignore[arg-type]
        assert says in await talk.say(ASKED)
        assert "Gửi" not in talk.labels

    async def test_one_request_at_a_time(self) -> None:
        talk = await _sent()
        assert "đang có một đề nghị gia hạn đến 30/4/2026" in await talk.say(ASKED)
        assert "Đã rút đề nghị" in await talk.press("Rút đề nghị")
        assert "Anh/chị kiểm tra" in await talk.say(ASKED)

    async def test_others_tasks_are_refused(self) -> None:
        assert "không báo cáo được" in await Talk(BINH).say(ASKED)

    async def test_with_a_figure_the_report_comes_first(self) -> None:
        talk = Talk(AN)
        text = await talk.say("nv 4 mới được 50%, xin gia hạn đến 30/4/2026 vì máy quét hỏng")
        assert "Tiến độ: 50%" in text and "Kèm đề nghị gia hạn đến 30/4/2026" in text
        await talk.press("Xác nhận")
        assert len(talk.books.reports_kept) == 1 and not talk.books.requests_kept
        assert "Xin gia hạn đến: 30/4/2026" in talk.text
        await talk.press("Gửi")
        assert len(talk.books.requests_kept) == 1

    async def test_beside_other_reports_it_follows_their_card(self) -> None:
        talk = Talk(AN)
        await talk.say("nv 5 được 60%; xin gia hạn nv 4 đến 30/4/2026, lý do máy quét hỏng")
        await talk.press("Xác nhận cả 2")
        assert [r.task_id for r in talk.books.reports_kept] == [5]
        assert "Xin gia hạn đến: 30/4/2026" in talk.text


class TestDeciding:
    """What a leader may do with it."""

    async def test_granting_moves_the_deadline_and_tells_the_official_and_the_head(self) -> None:
        books = (await _sent()).books
        leader = Talk(CHU_TICH, books)
        await leader.say("yêu cầu gia hạn")
        await leader.press("Nhiệm vụ 4, Lê Hoài An")
        assert "gia hạn đến 30/4/2026" in await leader.press("Đồng ý")
        assert _due(books) == date(2026, 4, 30)
        assert {t.person_id for t in leader.told} == {AN.id, HANH.id}
        assert "hạn cũ 12/3/2026, hạn mới 30/4/2026" in leader.told[0].reply.text

    async def test_another_day_is_asked_for_and_confirmed(self) -> None:
        books = (await _sent()).books
        leader = Talk(CHU_TICH, books)
        await leader.act("grant:date:1")
        await leader.say("31/3/2026")
        assert _due(books) == LIBRARY.deadline.due
        await leader.press("Đồng ý đến 31/3/2026")
        assert _due(books) == date(2026, 3, 31) and books.requests_kept[0].granted == date(2026, 3, 31)

    async def test_refusing_needs_a_reason_that_the_official_reads(self) -> None:
        books = (await _sent()).books
        leader = Talk(CHU_TICH, books)
        await leader.act("grant:no:1")
        await leader.say("Mượn máy của Văn phòng, cố gắng xong đúng hạn")
        assert books.requests_kept[0].is_open
        await leader.press("Gửi từ chối")
        assert books.requests_kept[0].status is RequestStatus.REFUSED and _due(books) == LIBRARY.deadline.due
        assert "Lý do: “Mượn máy của Văn phòng, cố gắng xong đúng hạn”" in leader.told[0].reply.text

    async def test_a_second_press_changes_nothing(self) -> None:
        books = (await _sent()).books
        leader = Talk(CHU_TICH, books)
        await leader.act("grant:yes:1")
        assert "đã đồng ý, hạn mới 30/4/2026" in await leader.act("grant:yes:1")
        assert "đã đồng ý" in await leader.act("grant:no:1") and not leader.told

    async def test_a_withdrawn_request_is_no_longer_granted(self) -> None:
        talk = await _sent()
        await talk.say("rút yêu cầu gia hạn")
        assert "đã rút lại" in await Talk(CHU_TICH, talk.books).act("grant:yes:1")
        assert _due(talk.books) == LIBRARY.deadline.due

    @pytest.mark.parametrize("person", [None, AN, BINH, HANH, ADMIN])
    @pytest.mark.parametrize("action", ["grant:yes:1", "grant:on:1:20261231", "grant:send:1", "grant:see:1"])
    async def test_nobody_below_a_leader_grants(self, person: Person | None, action: str) -> None:
        books = (await _sent()).books
        talk = Talk(person, books)
        await talk.act(action)
        assert books.requests_kept[0].is_open and _due(books) == LIBRARY.deadline.due
        assert "máy quét" not in talk.text

    @pytest.mark.parametrize(
        "action",
        [
            "grant:yes:99",
            "grant:on:1:20260101",
            "grant:on:1:99999999",
            "grant:on:1:20260230",
            "grant:on:1",
            "grant:yes:9999999999999",
            "extend:back:1",
        ],
    )
    async def test_forged_buttons_move_nothing(self, action: str) -> None:
        books = (await _sent()).books
        assert await Talk(CHU_TICH, books).act(action)
        assert books.requests_kept[0].is_open and _due(books) == LIBRARY.deadline.due

    async def test_the_list_shows_an_official_their_own(self) -> None:
        talk = await _sent()
        assert "xin đến 30/4/2026" in await talk.say("yêu cầu gia hạn")
        assert talk.labels == ["Rút đề nghị: Nhiệm vụ 4"]
        assert "Không có đề nghị" in await Talk(BINH, talk.books).say("yêu cầu gia hạn")


async def test_a_task_with_a_day_of_its_own_keeps_it_until_then() -> None:
    soon = task("4", "Số hóa thẻ thư viện", days=0)
    talk = Talk(AN, Books(tasks_kept=[soon, RADIO]))
    await talk.say(ASKED)
    assert "đến hạn hôm nay" in talk.text
