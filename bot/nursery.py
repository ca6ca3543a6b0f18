"""Where background work lives: nothing else starts tasks, so none is forgotten, and a failing one is heard of."""

import asyncio
from collections.abc import Callable, Coroutine
from typing import Any

import structlog

log = structlog.get_logger()


class Nursery:
    """Holds running tasks. A task that ends with an error is logged; `stop` waits, then cancels what is left."""

    def __init__(self) -> None:
        self._tasks: set[asyncio.Task[Any]] = set()
        self._endless: set[asyncio.Task[Any]] = set()

    def start(self, name: str, work: Coroutine[Any, Any, Any]) -> asyncio.Task[Any]:
        """Run `work` in the background under a name that logs can show."""
        task = asyncio.get_running_loop().create_task(work, name=name)
        self._tasks.add(task)
        task.add_done_callback(self._ended)
        return task

    def keep(self, name: str, work: Callable[[], Coroutine[Any, Any, None]], *, ends_when_told: bool = False) -> None:
        """Run a loop: when it fails it is logged and begun again after a growing wait.

        `stop` cancels it at once, unless it `ends_when_told`, by whoever made it.
        """
        task = self.start(name, self._again_and_again(name, work))
        if not ends_when_told:
            self._endless.add(task)

    async def _again_and_again(self, name: str, work: Callable[[], Coroutine[Any, Any, None]]) -> None:
        wait = 0.1
        while True:
            began = asyncio.get_running_loop().time()
            try:
                await work()
                return
            except Exception as error:
                log.error("a loop failed and begins again", work=name, error=repr(error), exc_info=error)
            if asyncio.get_running_loop().time() - began > 60:
                wait = 0.1
            await asyncio.sleep(wait)
            wait = min(wait * 2, 30.0)

    def _ended(self, task: asyncio.Task[Any]) -> None:
        self._tasks.discard(task)
        self._endless.discard(task)
        if not task.cancelled() and (error := task.exception()) is not None:
            log.error("background work failed", work=task.get_name(), error=repr(error), exc_info=error)

    async def stop(self, grace: float = 5.0) -> None:
        """Cancel the endless loops, give other work `grace` seconds, then cancel that too; returns when all ended."""
        for loop in list(self._endless):
            loop.cancel()
        if self._tasks:
            _, late = await asyncio.wait(set(self._tasks), timeout=grace)
            for task in late:
                task.cancel()
            await asyncio.gather(*late, return_exceptions=True)
