"""Where photos and files of messages are fetched from, and where never."""

from collections.abc import AsyncIterator

import pytest
from aiohttp import web

from bot.channels.zalo_cdn import ZaloCdn
from domain.ports import FetchFailed
from tests.platforms.server import Server

BYTES = b"\xff\xd8\xff" + b"0" * 200_000


async def _answer(request: web.BaseRequest) -> web.StreamResponse:
    """A server of the test's own: what it answers stands in the path."""
    what = request.path.strip("/")
    if what.startswith("to/"):
        return web.Response(status=302, headers={"Location": "/" + what.removeprefix("to/")})
    if what == "loop":
        return web.Response(status=302, headers={"Location": "https://f9.zdn.vn/loop"})
    if what.isdigit():
        return web.Response(status=int(what), headers={"Retry-After": "7"} if what == "429" else {})
    if what == "unannounced":
        answer = web.StreamResponse()
        answer.enable_chunked_encoding()
        await answer.prepare(request)
        for _ in range(50):
            await answer.write(BYTES)
        return answer
    return web.Response(body=BYTES + request.query_string.encode())


@pytest.fixture
async def cdn() -> AsyncIterator[ZaloCdn]:
    server = Server(_answer)
    await server.open()
    made = ZaloCdn(server.url)
    yield made
    await made.close()
    await server.close()


async def why(cdn: ZaloCdn, url: str, most: int = 10**6) -> FetchFailed:
    with pytest.raises(FetchFailed) as failed:
        await cdn.fetch(url, most)
    return failed.value


async def test_another_server_is_asked_by_the_same_path(cdn: ZaloCdn) -> None:
    assert await cdn.fetch("https://f9.zdn.vn/anh/1.jpg?key=2", 10**6) == BYTES + b"key=2"


@pytest.mark.parametrize("path", ["anh.jpg", "unannounced"])
async def test_what_is_too_large_is_not_taken_in_whole(cdn: ZaloCdn, path: str) -> None:
    assert (await why(cdn, f"https://f9.zdn.vn/{path}", 100_000)).kind == "too_large"


@pytest.mark.parametrize(
    ("status", "kind", "after"),
    [(404, "gone", None), (403, "gone", None), (410, "gone", None), (429, "retry", 7.0), (500, "retry", None)],
)
async def test_each_answer_says_what_to_do(cdn: ZaloCdn, status: int, kind: str, after: float | None) -> None:
    failure = await why(cdn, f"https://f9.zdn.vn/{status}")
    assert (failure.kind, failure.after) == (kind, after)


async def test_a_redirect_is_followed_and_an_endless_one_is_not(cdn: ZaloCdn) -> None:
    assert await cdn.fetch("https://f9.zdn.vn/to/anh.jpg", 10**6) == BYTES
    assert (await why(cdn, "https://f9.zdn.vn/loop")).kind == "gone"


@pytest.mark.parametrize(
    "elsewhere", ["http://127.0.0.1/x", "https://inside.example/x", "file:///etc/passwd", "//evil.example"]
)
def test_a_redirect_away_from_zalo_leads_nowhere(elsewhere: str) -> None:
    with pytest.raises(FetchFailed) as failed:
        ZaloCdn()._allowed(elsewhere)
    assert failed.value.kind == "gone"


async def test_where_nobody_answers_it_is_tried_again() -> None:
    server = Server(_answer)
    await server.open()
    await server.close()
    cdn = ZaloCdn(server.url)
    assert (await why(cdn, "https://f9.zdn.vn/x")).kind == "retry"
    await cdn.close()
