"""Photos and files that show what was done: they join a report, and are shown to those who may see it."""

from datetime import timedelta

import pytest

from domain.messages import Kind, SentFile
from tests.handlers.office import AN, BINH, CHU_TICH, HANH, LIBRARY, MARKET, Books, Talk, task

PHOTO = SentFile("p1", media_type="image/jpeg")


async def _send(talk: Talk, caption: str = "", *, album: str = "", remote_id: str = "p1") -> str:
    photo = SentFile(remote_id, media_type="image/jpeg")
    await talk.send(Kind.PHOTO, caption, files=(photo,), album=album)
    return talk.text


def _evidence(talk: Talk) -> list[tuple[str, int | None]]:
    return [(f.remote_id, f.report_id) for f in talk.books.files_kept]


class TestWithACaption:
    """A photo whose caption reports."""

    async def test_it_is_on_the_card_and_with_the_report(self) -> None:
        talk = Talk(AN)
        assert "Minh chứng: 1 ảnh hoặc tệp" in await _send(talk, "nv 4 xong 80%")
        assert _evidence(talk) == [("p1", None)]
        assert "Đã lưu 1 ảnh hoặc tệp minh chứng" in await talk.press("Xác nhận")
        assert _evidence(talk) == [("p1", 1)]

    async def test_the_other_photos_of_the_album_join_it(self) -> None:
        talk = Talk(AN)
        await _send(talk, "nv 4 xong 80%", album="a")
        assert "minh chứng: 2 ảnh" in await _send(talk, album="a", remote_id="p2")
        assert talk.labels == ["Xác nhận", "Sửa", "Hủy"]
        await talk.press("Xác nhận")
        assert _evidence(talk) == [("p1", 1), ("p2", 1)]

    async def test_an_album_whose_caption_comes_last_is_one_report(self) -> None:
        talk = Talk(AN)
        assert "minh chứng cho nhiệm vụ nào" in await _send(talk, album="a")
        assert "Minh chứng: 2 ảnh" in await _send(talk, "nv 4 xong 80%", album="a", remote_id="p2")

    async def test_a_photo_of_the_album_that_comes_after_the_press_joins_the_report(self) -> None:
        talk = Talk(AN)
        await _send(talk, "nv 4 xong 80%", album="a")
        await talk.press("Xác nhận")
        assert "Đã gắn 1 ảnh hoặc tệp vào báo cáo Nhiệm vụ 4" in await _send(talk, album="a", remote_id="p2")
        assert _evidence(talk) == [("p1", 1), ("p2", 1)]

    async def test_a_caption_that_only_names_the_task_asks_for_the_figure(self) -> None:
        talk = Talk(AN)
        assert "nhận 1 ảnh hoặc tệp cho Nhiệm vụ 4" in await _send(talk, "ảnh nghiệm thu nv 4")
        assert "Minh chứng: 1 ảnh" in await talk.say("nv 4 xong 80%")

    async def test_a_report_on_several_tasks_says_to_which_the_photo_goes(self) -> None:
        talk = Talk(AN)
        text = await _send(talk, "nv 4 xong 80%; nv 5 được 60%")
        assert text.index("Nhiệm vụ 4") < text.index("Minh chứng: 1 ảnh") < text.index("Nhiệm vụ 5")
        await talk.press("Xác nhận cả 2")
        assert _evidence(talk) == [("p1", 1)]


class TestAlone:
    """A photo without words."""

    async def test_it_joins_the_card_that_waits(self) -> None:
        talk = Talk(AN)
        await talk.say("nv 4 xong 80%")
        assert "minh chứng: 1 ảnh" in await _send(talk)
        await talk.press("Xác nhận")
        assert _evidence(talk) == [("p1", 1)]

    async def test_after_a_report_it_is_asked_about_and_attached_by_button(self) -> None:
        talk = Talk(AN)
        await talk.say("nv 4 xong 80%")
        await talk.press("Xác nhận")
        assert "Gắn làm minh chứng cho báo cáo nào" in await _send(talk)
        assert _evidence(talk) == [("p1", None)]
        assert "Báo cáo này có 1 minh chứng" in await talk.press("Gắn vào báo cáo Nhiệm vụ 4")
        assert _evidence(talk) == [("p1", 1)]

    async def test_it_may_be_for_another_task(self) -> None:
        talk = Talk(AN)
        await talk.say("nv 4 xong 80%")
        await talk.press("Xác nhận")
        await _send(talk)
        await talk.press("Cho nhiệm vụ khác")
        await talk.press("Nhiệm vụ 5: Mở lớp tin học cho người cao tuổi")
        assert "Minh chứng: 1 ảnh" in await talk.say("60%")

    async def test_without_a_report_it_is_asked_for_which_task(self) -> None:
        talk = Talk(AN)
        assert "minh chứng cho nhiệm vụ nào" in await _send(talk)
        await talk.press("Nhiệm vụ 4: Số hóa thẻ thư viện phường")
        assert "Minh chứng: 1 ảnh" in await talk.say("80%")

    async def test_a_photo_of_this_morning_joins_nothing_said_tonight(self) -> None:
        talk = Talk(AN)
        await _send(talk)
        talk.now += timedelta(hours=5)
        assert "Minh chứng" not in await talk.say("nv 4 xong 80%")

    async def test_a_citizens_photo_is_no_evidence(self) -> None:
        talk = Talk()
        await _send(talk)
        assert not talk.books.files_kept or all(f.report_id is None for f in talk.books.files_kept)
        assert "minh chứng" not in talk.text

    async def test_a_photo_in_a_group_is_no_evidence(self) -> None:
        talk = Talk(AN, in_group=True)
        assert "minh chứng" not in await _send(talk, "nv 4 xong 80%")
        assert not talk.books.files_kept


class TestPointingOut:
    """What the card says when the end comes without anything to show."""

    async def test_done_without_the_product_asks_for_it(self) -> None:
        books = Books(tasks_kept=[task("4", "Số hóa thẻ thư viện", days=9, product="Biên bản nghiệm thu"), MARKET])
        talk = Talk(AN, books)
        assert "chưa thấy sản phẩm “Biên bản nghiệm thu”" in await talk.say("nv 4 đã hoàn thành")
        assert "chưa thấy sản phẩm" not in await _send(talk, "nv 4 đã hoàn thành")

    async def test_a_leap_to_the_end_asks_for_something_to_show(self) -> None:
        assert "lần trước mới 40%" in await Talk(AN).say("nv 5 xong 100%")

    async def test_the_same_figure_again_is_pointed_out(self) -> None:
        assert "bằng lần báo cáo trước" in await Talk(AN).say("nv 5 được 40%")

    async def test_a_task_that_is_over_is_pointed_out(self) -> None:
        talk = Talk(AN)
        await talk.say("nv 4 đã hoàn thành")
        await talk.press("Xác nhận")
        assert "mở lại theo báo cáo này" in await talk.say("nv 4 xong 80%")


class TestShowing:
    """The pictures sent back to staff who may see the task."""

    async def _reported(self) -> Talk:
        talk = Talk(AN)
        await _send(talk, "nv 4 xong 80%")
        await talk.press("Xác nhận")
        return talk

    async def test_colleagues_see_them(self) -> None:
        talk = await self._reported()
        leader = Talk(CHU_TICH, talk.books)
        assert "Nhiệm vụ 4, báo cáo của Lê Hoài An: 1 ảnh" in await leader.act("evidence:show:1")

    async def test_the_head_who_has_looked_decides_there(self) -> None:
        talk = Talk(AN, Books(second_confirmation=True))
        await _send(talk, "nv 4 xong 80%")
        await talk.press("Xác nhận")
        head, colleague = Talk(HANH, talk.books), Talk(CHU_TICH, talk.books)
        await colleague.act("evidence:show:1")
        assert colleague.labels == ["Xem nhiệm vụ"]
        await head.act("evidence:show:1")
        assert head.labels == ["Đồng ý", "Trả lại", "Xem nhiệm vụ"]
        assert "Đã duyệt báo cáo Nhiệm vụ 4" in await head.say("đồng ý")
        await head.act("evidence:show:1")
        assert head.labels == ["Xem nhiệm vụ"]

    async def test_citizens_do_not(self) -> None:
        talk = await self._reported()
        stranger = Talk(None, talk.books)
        await stranger.act("evidence:show:1")
        assert "Lê Hoài An" not in stranger.text and not stranger.replies[0].pictures

    @pytest.mark.parametrize("action", ["evidence:show:99", "evidence:add:99", "evidence:add:1", "evidence:show:0"])
    async def test_forged_buttons_change_nothing(self, action: str) -> None:
        talk = await self._reported()
        other = Talk(BINH, talk.books)
        await _send(other)
        assert await other.act(action)
        assert _evidence(talk)[0] == ("p1", 1)
        assert all(report_id is None for _, report_id in _evidence(talk)[1:])
        assert LIBRARY.id == 4
