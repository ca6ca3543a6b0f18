"""A real server on a free port over the small desk."""

import asyncio
import contextlib
from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import dataclass

import httpx
import pytest
import uvicorn

from bot.web.app import create_app
from bot.web.desk import Desk
from tests.web.front_desk import SmallDesk

OWN_PAGE = {"X-Kehoach-Chat": "1"}


@dataclass(frozen=True)
class Site:
    """The running server: where it is and what stands behind it."""

    url: str
    desk: SmallDesk

    def browser(self) -> httpx.AsyncClient:
        """A visitor's browser as far as HTTP goes: it keeps cookies and posts from our own page."""
        return httpx.AsyncClient(base_url=self.url, headers=OWN_PAGE, timeout=20, trust_env=False)


class _Server(uvicorn.Server):
    """Stops the moment it is told to, where uvicorn looks only ten times a second."""

    def __init__(self, config: uvicorn.Config) -> None:
        super().__init__(config)
        self.stopping = asyncio.Event()

    async def main_loop(self) -> None:
        await self.on_tick(0)
        await self.stopping.wait()


@contextlib.asynccontextmanager
async def open_site(desk: SmallDesk, port: int = 0) -> AsyncIterator[Site]:
    """Serve over real HTTP until left."""
    async with serving(desk, port, desk.close) as url:
        yield Site(url, desk)


async def _nothing() -> None:
    """What most desks need before their server ends."""


@contextlib.asynccontextmanager
async def serving(
    desk: Desk, port: int = 0, before_the_end: Callable[[], Awaitable[None]] = _nothing
) -> AsyncIterator[str]:
    """The address of a server over any desk, until left."""
    config = uvicorn.Config(
        create_app(desk), host="127.0.0.1", port=port, log_config=None, access_log=False, timeout_graceful_shutdown=1
    )
    server = _Server(config)
    async with asyncio.TaskGroup() as group:
        serving = group.create_task(server._serve())
        while not server.started and not serving.done():
            await asyncio.sleep(0.002)
        port = server.servers[0].sockets[0].getsockname()[1]
        try:
            yield f"http://127.0.0.1:{port}"
        finally:
            await before_the_end()
            server.stopping.set()


@pytest.fixture
def desk() -> SmallDesk:
    return SmallDesk()


@pytest.fixture
async def site(desk: SmallDesk) -> AsyncIterator[Site]:
    async with open_site(desk) as running:
        yield running


@pytest.fixture
async def browser(site: Site) -> AsyncIterator[httpx.AsyncClient]:
    """A visitor who has opened the page."""
    async with site.browser() as client:
        assert (await client.get("/")).status_code == 200
        yield client
