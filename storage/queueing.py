"""Writers of one process, one at a time and in the order they came."""

import asyncio
from types import TracebackType
from weakref import WeakKeyDictionary


class Turnstile:
    """A fair lock. It belongs to whichever event loop is running, so that one storage may outlive a loop."""

    def __init__(self) -> None:
        self._locks: WeakKeyDictionary[asyncio.AbstractEventLoop, asyncio.Lock] = WeakKeyDictionary()

    async def __aenter__(self) -> None:
        await self._lock().acquire()

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._lock().release()

    def _lock(self) -> asyncio.Lock:
        return self._locks.setdefault(asyncio.get_running_loop(), asyncio.Lock())
