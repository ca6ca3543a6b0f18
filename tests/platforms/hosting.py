"""A stand-in that runs in a thread of this process, with a server of its own."""

from abc import ABC, abstractmethod
from typing import Generic, Protocol, TypeVar

from aiohttp import web

from tests.platforms.server import LoopThread, Server

SECONDS = 10.0
"""How long opening and closing may take."""


class Hostable(Protocol):
    """The HTTP side of a stand-in."""

    async def handle(self, request: web.BaseRequest) -> web.StreamResponse:
        """The answer to any request."""
        ...

    async def close(self) -> None:
        """Drop what hangs."""
        ...


AppT = TypeVar("AppT", bound=Hostable)
HeldT = TypeVar("HeldT")


class Hosted(ABC, Generic[AppT, HeldT]):
    """A context manager: opens the stand-in and gives what a test holds it by; closes it and ends its thread."""

    def __init__(self, name: str, *, port: int = 0) -> None:
        self._port = port
        self._thread = LoopThread(name)
        self._opened: tuple[AppT, Server] | None = None

    @abstractmethod
    def make(self) -> AppT:
        """The app; called in the thread's loop."""
        ...

    @abstractmethod
    def hold(self, app: AppT, url: str, thread: LoopThread) -> HeldT:
        """What a test holds the app by, once it listens at `url`."""
        ...

    def __enter__(self) -> HeldT:
        """Open it."""
        self._thread.start()
        app, server = self._opened = self._thread.submit(self._open()).result(timeout=SECONDS)
        return self.hold(app, server.url, self._thread)

    async def _open(self) -> tuple[AppT, Server]:
        app = self.make()
        server = Server(app.handle, port=self._port)
        await server.open()
        return app, server

    def __exit__(self, *_: object) -> None:
        """Close it and end its thread."""
        self._thread.submit(self._close()).result(timeout=SECONDS)
        self._thread.stop()

    async def _close(self) -> None:
        assert self._opened is not None
        app, server = self._opened
        await app.close()
        await server.close()
