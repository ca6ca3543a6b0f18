"""The head's word on a report: asked for where the office wants it, given once, by the right head only."""

from dataclasses import replace

import pytest

from domain.people import Person, Role
from domain.progress import Approval
from tests.handlers.office import ADMIN, AN, BINH, CHU_TICH, CULTURE, HANH, Books, Talk

OTHER_HEAD = Person(6, 1, "Cao Văn Lộc", Role.HEAD, 2, "Phòng Kinh tế")


def _books(**more: object) -> Books:
    return replace(Books(second_confirmation=True), **more)  # type: ignore[arg-type]


async def _reported(books: Books | None = None) -> Talk:
    talk = Talk(AN, books or _books())
    await talk.say("nv 4 xong 80%, vướng máy quét")
    await talk.press("Xác nhận")
    return talk


def _state(books: Books) -> float | None:
    return next(t.percent for t in books.tasks_kept if t.id == 4)


class TestWaiting:
    """A confirmed report that waits for the head."""

    async def test_it_moves_nothing_and_the_head_is_told(self) -> None:
        talk = await _reported()
        assert "đang chờ Vũ Thị Hạnh duyệt" in talk.text
        assert _state(talk.books) is None
        (told,) = talk.told
        assert (told.person_id, told.key) == (HANH.id, "approve:1:3")
        assert "Lê Hoài An báo cáo lúc 08:00 02/3/2026, chờ anh/chị duyệt" in told.reply.text
        assert "Nguyên văn: “nv 4 xong 80%, vướng máy quét”" in told.reply.text
        assert [b.label for b in told.reply.buttons] == ["Đồng ý", "Trả lại"]

    async def test_the_heads_own_report_counts_at_once(self) -> None:
        talk = Talk(HANH, _books())
        await talk.say("nv 4 xong 80%")
        await talk.press("Xác nhận")
        assert _state(talk.books) == 80.0 and not talk.told
        assert talk.books.reports_kept[0].approval is Approval.APPROVED

    async def test_without_a_head_it_counts_at_once_and_says_so(self) -> None:
        talk = await _reported(_books(people_kept=[AN, BINH, CHU_TICH, ADMIN]))
        assert "chưa có trưởng phòng để duyệt" in talk.text and _state(talk.books) == 80.0

    async def test_it_is_in_the_heads_list_and_in_nobody_elses(self) -> None:
        books = (await _reported()).books
        assert "Có 1 báo cáo chờ anh/chị duyệt" in await Talk(HANH, books).say("báo cáo chờ duyệt")
        for other in (AN, OTHER_HEAD, CHU_TICH):
            assert "Không có báo cáo nào" in await Talk(other, books).say("báo cáo chờ duyệt")

    async def test_a_new_report_takes_the_place_of_the_one_that_waits(self) -> None:
        talk = await _reported()
        await talk.say("nv 4 xong 85%")
        await talk.press("Xác nhận")
        assert talk.books.reports_kept[1].supersedes_id == 1
        head = Talk(HANH, talk.books)
        assert "không còn chờ duyệt" in await head.act("approve:yes:1")
        await head.act("approve:yes:2")
        assert _state(talk.books) == 85.0


class TestDeciding:
    """Agreeing, and returning with a remark."""

    async def test_agreeing_moves_the_task_and_tells_the_official(self) -> None:
        books = (await _reported()).books
        head = Talk(HANH, books)
        await head.say("báo cáo chờ duyệt")
        await head.press("Nhiệm vụ 4, Lê Hoài An")
        assert "Đã duyệt báo cáo Nhiệm vụ 4 của Lê Hoài An" in await head.press("Đồng ý")
        assert _state(books) == 80.0
        assert [(t.person_id, t.reply.text) for t in head.told] == [
            (AN.id, "Vũ Thị Hạnh đã duyệt báo cáo của anh/chị: Nhiệm vụ 4 đang thực hiện, 80%.")
        ]
        assert "report.approved" in [a[2] for a in books.audited]

    async def test_a_second_press_changes_nothing(self) -> None:
        books = (await _reported()).books
        head = Talk(HANH, books)
        await head.act("approve:yes:1")
        assert "Vũ Thị Hạnh đã duyệt trước đó" in await head.act("approve:yes:1")
        assert "đã duyệt trước đó" in await head.act("approve:back:1")
        assert not head.told

    async def test_returning_asks_for_a_remark_and_sends_it_once_confirmed(self) -> None:
        books = (await _reported()).books
        head = Talk(HANH, books)
        assert "viết nhận xét" in await head.act("approve:back:1")
        assert "“Thiếu biên bản, sao được 80%?”" in await head.say("Thiếu biên bản, sao được 80%?")
        assert books.reports_kept[0].approval is Approval.WAITING
        assert "Đã trả lại" in await head.press("Gửi trả lại")
        (told,) = head.told
        assert told.person_id == AN.id and "Nhận xét: “Thiếu biên bản, sao được 80%?”" in told.reply.text
        assert [b.action for b in told.reply.buttons] == ["report:4", "task:4"]
        assert _state(books) is None

    async def test_the_official_reports_again_and_the_new_one_counts(self) -> None:
        talk = await _reported()
        head = Talk(HANH, talk.books)
        await head.act("approve:back:1")
        await head.say("thiếu biên bản")
        await head.press("Gửi trả lại")
        await talk.act("report:4")
        await talk.say("60%")
        await talk.press("Xác nhận")
        assert talk.books.reports_kept[1].supersedes_id == 1
        await head.act("approve:yes:2")
        assert _state(talk.books) == 60.0

    @pytest.mark.parametrize("word", ["thôi", "hủy", "không"])
    async def test_the_head_may_think_again(self, word: str) -> None:
        books = (await _reported()).books
        head = Talk(HANH, books)
        await head.act("approve:back:1")
        assert "vẫn chờ anh/chị duyệt" in await head.say(word)
        assert books.reports_kept[0].approval is Approval.WAITING


class TestRights:
    """Nobody else decides, whatever they press."""

    @pytest.mark.parametrize("person", [None, AN, BINH, OTHER_HEAD, CHU_TICH, ADMIN])
    @pytest.mark.parametrize("action", ["approve:yes:1", "approve:back:1", "approve:send:1", "approve:see:1"])
    async def test_only_the_head_of_the_unit_decides(self, person: Person | None, action: str) -> None:
        books = (await _reported()).books
        books.people_kept.append(OTHER_HEAD)
        talk = Talk(person, books)
        await talk.act(action)
        assert books.reports_kept[0].approval is Approval.WAITING and not talk.told
        assert "vướng máy quét" not in talk.text

    async def test_a_head_who_moved_away_decides_no_longer(self) -> None:
        books = (await _reported()).books
        books.people_kept = [replace(p, unit_id=2) if p.id == HANH.id else p for p in books.people_kept]
        assert "không thuộc đơn vị" in await Talk(HANH, books).act("approve:yes:1")

    @pytest.mark.parametrize(
        "action", ["approve:yes:99", "approve:yes:", "approve:all:1", "approve:send:1", "approve:yes:99999999999999999"]
    )
    async def test_forged_buttons_decide_nothing(self, action: str) -> None:
        books = (await _reported()).books
        await Talk(HANH, books).act(action)
        assert books.reports_kept[0].approval is Approval.WAITING

    async def test_a_stand_in_of_the_head_does_not_decide(self) -> None:
        books = (await _reported()).books
        deputy = replace(AN, id=8, acts_for=(HANH.id,))
        books.people_kept.append(deputy)
        await Talk(deputy, books).act("approve:yes:1")
        assert books.reports_kept[0].approval is Approval.WAITING
        assert deputy.unit_id == CULTURE.id


class TestSwitching:
    """Whether reports wait for the head at all."""

    @pytest.mark.parametrize("person", [CHU_TICH, ADMIN])
    async def test_a_leader_and_the_administrator_switch_it_by_button(self, person: Person) -> None:
        talk = Talk(person)
        assert "Anh/chị bấm nút để bật" in await talk.say("bật trưởng phòng duyệt báo cáo")
        assert not talk.books.second_confirmation
        await talk.press("Bật trưởng phòng duyệt")
        assert talk.books.second_confirmation
        await talk.say("tắt duyệt hai bước")
        await talk.press("Tắt trưởng phòng duyệt")
        assert not talk.books.second_confirmation

    @pytest.mark.parametrize("person", [AN, HANH, None])
    async def test_nobody_else_does(self, person: Person | None) -> None:
        talk = Talk(person)
        await talk.act("second:on")
        assert not talk.books.second_confirmation
