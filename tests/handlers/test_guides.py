"""What the guides tell people to say is understood as the guides say."""

import re
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from tests.handlers.real_office import RealOffice, open_real_office

GUIDES = Path(__file__).resolve().parents[2] / "docs" / "van-hanh"
GROUP = "-77"

PRIVATE = {
    "mã cho tôi": ("an", "trong 15 phút"),
    "tài khoản của tôi": ("an", "đang dùng trợ lý trên"),
    "nhắc tôi qua Zalo": ("an", "chưa dùng trợ lý trên Zalo"),
    "nhắc tôi qua Telegram": ("an", "nhắc việc cho anh/chị trên Telegram trước"),
    "nhắc ở đâu cũng được": ("an", "ở ứng dụng nào gửi được"),
    "không phải tôi": ("an", "không có yêu cầu nào"),
    "dữ liệu của tôi": ("", "tôi không lưu dữ liệu nào"),
    "bản sao dữ liệu của tôi": ("", "chưa lập được bản sao"),
    "xóa dữ liệu của tôi": ("", "Xóa dữ liệu của tài khoản này?"),
    "tôi rút lại sự đồng ý": ("", "Anh/chị rút lại sự đồng ý"),
}
"""Who says it in private, and a piece of the answer that only the errand meant gives."""

IN_GROUP = {
    "chỉ tiêu hồ sơ trực tuyến năm 2026 là bao nhiêu?": ("", "Tôi chưa tìm thấy"),
    "việc của tôi": ("an", "nhắn riêng"),
    "đặt nhóm này là nhóm cán bộ": ("hanh", "làm nhóm cán bộ của"),
    "gửi tổng hợp vào nhóm này 8 giờ sáng thứ hai": ("son", "08:00 thứ Hai hằng tuần"),
    "gửi tổng hợp vào nhóm này mỗi ngày lúc 16h": ("son", "16:00 mỗi ngày làm việc"),
    "ngừng gửi tổng hợp vào nhóm": ("son", "Dừng gửi bản tổng hợp"),
    "bỏ nhóm cán bộ": ("hanh", "khỏi danh sách nhóm cán bộ"),
}
"""The same for a group that is the staff group and is sent the summary, but for the words that make it so."""


def said_in_tables(guide: str, head: str = "nhắn") -> list[str]:
    """The sentences in the first column of a guide's tables of words to say."""
    said: list[str] = []
    is_open = False
    for line in (GUIDES / guide).read_text(encoding="utf-8").splitlines():
        cells = [cell.strip() for cell in line.strip().strip("|").split("|")] if line.startswith("|") else []
        if not cells:
            is_open = False
        elif cells[0] == head:
            is_open = True
        elif is_open:
            said += re.findall("“([^”]+)”", cells[0])
    return said


@pytest.fixture
async def office(tmp_path: Path) -> AsyncIterator[RealOffice]:
    async with open_real_office(tmp_path) as opened:
        yield opened


def test_every_sentence_of_the_guides_is_tried_here() -> None:
    private = said_in_tables("mot-nguoi-nhieu-ung-dung.md") + said_in_tables("du-lieu-ca-nhan.md")
    assert sorted(private) == sorted(PRIVATE)
    assert sorted(said_in_tables("nhom-chat.md")) == sorted(IN_GROUP)


@pytest.mark.parametrize("said", PRIVATE)
async def test_what_is_said_in_private_is_understood(office: RealOffice, said: str) -> None:
    who, piece = PRIVATE[said]
    assert piece in await office.chat(who).say(said)


@pytest.mark.parametrize("said", IN_GROUP)
async def test_what_is_said_in_a_group_is_understood(office: RealOffice, said: str) -> None:
    who, piece = IN_GROUP[said]
    leader = office.chat("son", group=GROUP)
    if said.startswith(("gửi", "ngừng", "bỏ")):
        await leader.say("đặt nhóm này là nhóm cán bộ")
        await leader.press("Xác nhận")
    if said.startswith("ngừng"):
        await leader.say("gửi tổng hợp vào nhóm này 8 giờ sáng thứ hai")
        await leader.press("Xác nhận")
    assert piece in await office.chat(who, group=GROUP).say(said)


def test_the_addresses_that_a_web_server_lets_through_are_the_servers_own() -> None:
    """The examples for nginx and Caddy name every address that apps and people come to, and none of our own."""
    from fastapi.routing import APIRoute

    from bot.web.handouts import handout_routes
    from bot.web.webhooks import webhook_routes
    from bot.web.zalo_return import zalo_return_routes

    nobody: object = None
    routers = (webhook_routes(nobody), handout_routes(nobody), zalo_return_routes())  # type: ignore[arg-type]
    reached = [route.path for router in routers for route in router.routes if isinstance(route, APIRoute)]
    words = (GUIDES / "webhook.md").read_text(encoding="utf-8")
    nginx = re.findall(r"location (?:= )?(/\S*)\s*\{ *(?:access_log off; )?(?:proxy_pass|$)", words, re.M)
    caddy = [path.rstrip("*") for path in re.findall(r"@mo path (.+)", words)[0].split()]
    assert sorted(nginx) == sorted(caddy)
    for path in reached:
        assert any(path.startswith(let) for let in caddy if let != "/"), path
    for own in ("/metrics", "/healthz"):
        assert not any(own.startswith(let) for let in caddy if let != "/"), own
