"""Work shared between those who ask for it at the same time."""

import asyncio
from collections.abc import Sequence

import pytest

from bot.nursery import Nursery
from bot.together import Together


class Rounds:
    """Doubles numbers, remembers its rounds, and refuses thirteen."""

    def __init__(self) -> None:
        self.seen: list[list[int]] = []
        self.gate = asyncio.Event()
        self.gate.set()

    async def __call__(self, numbers: Sequence[int]) -> list[int]:
        self.seen.append(list(numbers))
        await self.gate.wait()
        if 13 in numbers:
            raise ValueError("thirteen")
        return [number * 2 for number in numbers]


async def test_who_comes_alone_is_served_at_once() -> None:
    rounds = Rounds()
    together = Together("double", rounds, Nursery())
    assert [await together.do(n) for n in (1, 2)] == [2, 4]
    assert rounds.seen == [[1], [2]]


async def test_who_comes_while_a_round_is_under_way_shares_the_next() -> None:
    rounds = Rounds()
    rounds.gate.clear()
    together = Together("double", rounds, Nursery(), most=10)
    asked = asyncio.gather(*(together.do(n) for n in range(20, 45)))
    while not rounds.seen:
        await asyncio.sleep(0)
    rounds.gate.set()
    assert await asked == [n * 2 for n in range(20, 45)]
    assert max(len(seen) for seen in rounds.seen) == 10
    assert len(rounds.seen) <= 4


async def test_one_that_fails_fails_alone() -> None:
    rounds = Rounds()
    rounds.gate.clear()
    together = Together("double", rounds, Nursery())
    asked = asyncio.gather(*(together.do(n) for n in (1, 12, 13, 14)), return_exceptions=True)
    while not rounds.seen:
        await asyncio.sleep(0)
    rounds.gate.set()
    one, twelve, thirteen, fourteen = await asked
    assert (one, twelve, fourteen) == (2, 24, 28)
    assert isinstance(thirteen, ValueError)
    with pytest.raises(ValueError, match="thirteen"):
        await together.do(13)
    assert await together.do(5) == 10
