"""Does at once what many asked for while the last round was under way."""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from typing import Generic, TypeVar

from bot.nursery import Nursery

Item = TypeVar("Item")
Outcome = TypeVar("Outcome")


class Together(Generic[Item, Outcome]):
    """Gathers items into rounds of `work`, so that under load many share one transaction and one trip to the disk.

    Nobody waits for company: an item that comes alone is worked on at once. `work` takes a list and returns the
    outcomes in the same order. When a round of several fails, each item is tried alone, so that one bad item fails
    nobody else's.
    """

    def __init__(
        self,
        name: str,
        work: Callable[[Sequence[Item]], Awaitable[Sequence[Outcome]]],
        nursery: Nursery,
        most: int = 64,
    ) -> None:
        self._name = name
        self._work = work
        self._nursery = nursery
        self._most = most
        self._waiting: list[tuple[Item, asyncio.Future[Outcome]]] = []
        self._is_working = False

    async def do(self, item: Item) -> Outcome:
        """The item's outcome, or whatever `work` raised for it."""
        future: asyncio.Future[Outcome] = asyncio.get_running_loop().create_future()
        self._waiting.append((item, future))
        if not self._is_working:
            self._is_working = True
            self._nursery.start(self._name, self._rounds())
        return await future

    async def _rounds(self) -> None:
        try:
            while self._waiting:
                round_of = self._waiting[: self._most]
                del self._waiting[: self._most]
                await self._round(round_of)
        finally:
            self._is_working = False

    async def _round(self, asked: Sequence[tuple[Item, asyncio.Future[Outcome]]]) -> None:
        try:
            outcomes = await self._work([item for item, _ in asked])
        except Exception as error:
            if len(asked) == 1:
                _settle(asked[0][1], error)
                return
            for one in asked:
                await self._round([one])
        except BaseException:
            for _, future in asked:
                future.cancel()
            raise
        else:
            for (_, future), outcome in zip(asked, outcomes, strict=True):
                if not future.done():
                    future.set_result(outcome)


def _settle(future: "asyncio.Future[Outcome]", error: Exception) -> None:
    if not future.done():
        future.set_exception(error)
