"""Links to files: what a browser gets, and what whoever comes late or with a made-up link reads."""

import httpx
import pytest

from bot.handing_out import Handed, Over
from tests.web.conftest import Site
from tests.web.front_desk import SmallDesk

NAME = 'Báo cáo "tháng 6".docx'
MEDIA = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"


@pytest.fixture
def token(desk: SmallDesk) -> str:
    desk.handouts["mot-lien-ket"] = Handed(NAME, MEDIA, b"PK\x03\x04 report")
    return "mot-lien-ket"


async def ask(site: Site, token: str, method: str = "GET") -> httpx.Response:
    async with httpx.AsyncClient(trust_env=False) as client:
        return await client.request(method, f"{site.url}/tep/{token}")


async def test_the_file_comes_as_it_is_to_be_saved_and_not_shown_or_kept(site: Site, token: str) -> None:
    for _ in range(2):
        answer = await ask(site, token)
        assert (answer.status_code, answer.content) == (200, b"PK\x03\x04 report")
        assert answer.headers["content-type"] == MEDIA
        assert answer.headers["content-disposition"].startswith(
            "attachment; filename*=UTF-8''B%C3%A1o%20c%C3%A1o%20%22"
        )
        assert answer.headers["x-content-type-options"] == "nosniff"
        assert answer.headers["cache-control"] == "private, no-store"
        assert "noindex" in answer.headers["x-robots-tag"]


async def test_a_look_at_the_head_alone_tells_what_it_is(site: Site, token: str) -> None:
    answer = await ask(site, token, "HEAD")
    assert (answer.status_code, answer.content) == (200, b"")
    assert answer.headers["content-type"] == MEDIA


async def test_who_comes_late_or_with_a_made_up_link_reads_what_to_do(site: Site, desk: SmallDesk) -> None:
    desk.handouts["het-han"] = Over()
    late, made_up = await ask(site, "het-han"), await ask(site, "khong-co")
    assert (late.status_code, made_up.status_code) == (410, 404)
    for answer in (late, made_up):
        assert answer.headers["content-type"].startswith("text/html")
        assert "yêu cầu gửi lại tệp" in answer.text and 'lang="vi"' in answer.text


async def test_a_database_that_fails_is_no_traceback(site: Site, desk: SmallDesk) -> None:
    async def fail(token: str) -> Handed | None:
        raise OSError(token)

    desk.handed_out = fail  # type: ignore[method-assign]
    answer = await ask(site, "mot-lien-ket")
    assert answer.status_code == 503 and "mot-lien-ket" not in answer.text


async def test_nothing_is_posted_there(site: Site, token: str) -> None:
    assert (await ask(site, token, "POST")).status_code == 405


@pytest.mark.parametrize("media_type", ["text/html", "image/svg+xml", "", "text/html; charset=utf-8"])
async def test_what_a_browser_might_run_is_bytes_to_be_saved(site: Site, desk: SmallDesk, media_type: str) -> None:
    desk.handouts["trang"] = Handed("trang.html", media_type, b"<script>1</script>")
    answer = await ask(site, "trang")
    assert answer.headers["content-type"] == "application/octet-stream"
    assert answer.headers["content-disposition"].startswith("attachment;")
