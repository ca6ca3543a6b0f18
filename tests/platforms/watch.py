"""Waiting until something becomes true, without asking again and again."""

import asyncio
from collections.abc import Callable


class Watch:
    """Wakes those who wait for a condition whenever something changed; lives in one event loop."""

    def __init__(self) -> None:
        self._sleepers: list[asyncio.Future[None]] = []

    def changed(self) -> None:
        """Something changed: every waiter looks again."""
        if self._sleepers:
            sleepers, self._sleepers = self._sleepers, []
            for sleeper in sleepers:
                if not sleeper.done():
                    sleeper.set_result(None)

    async def until(self, is_true: Callable[[], bool], timeout: float) -> bool:
        """Whether the condition became true within `timeout` real seconds."""
        loop = asyncio.get_running_loop()
        deadline = loop.time() + timeout
        while not is_true():
            left = deadline - loop.time()
            if left <= 0:
                return False
            sleeper: asyncio.Future[None] = loop.create_future()
            self._sleepers.append(sleeper)
            await asyncio.wait([sleeper], timeout=left)
        return True
