"""Updates that are pushed at the same time: stored in one go, each with its own outcome, taken up in their order."""

import asyncio
from pathlib import Path

import pytest

from tests.bot.desk import echo, open_desk, said

MANY = 40


async def test_pushes_at_the_same_time_share_transactions_and_each_hears_its_own_outcome(tmp_path: Path) -> None:
    async with open_desk(tmp_path, echo, serving=False) as desk:
        transactions = 0
        writing = desk.storage.writing

        def counted():  # type: ignore[no-untyped-def]
            nonlocal transactions
            transactions += 1
            return writing()

        desk.storage.writing = counted  # type: ignore[method-assign]
        outcomes = await asyncio.gather(*(desk.receive(said(n % 30, f"câu {n % 30}")) for n in range(MANY)))
        assert outcomes == [1] * 30 + [0] * 10
        assert transactions < MANY / 4
        assert (await desk.rows())[0]["new"] == 30


async def test_one_that_cannot_be_stored_fails_alone(tmp_path: Path) -> None:
    async with open_desk(tmp_path, echo, serving=False) as desk:
        bad = desk.reception.accept("web", [("odd", {"text": 1j})])
        found = await asyncio.gather(
            desk.receive(said(1, "trước")), bad, desk.receive(said(2, "sau")), return_exceptions=True
        )
        assert (found[0], found[2]) == (1, 1) and isinstance(found[1], TypeError)
        assert (await desk.rows())[0]["new"] == 2


async def test_what_came_at_once_is_answered_in_the_order_in_which_it_came(tmp_path: Path) -> None:
    async with open_desk(tmp_path, echo) as desk:
        await asyncio.gather(*(desk.receive(said(n, f"câu {n}")) for n in range(MANY)))
        await desk.settled()
        assert [text for _, text in desk.postbox.delivered] == [f"câu {n}" for n in range(MANY)]


@pytest.mark.parametrize("left", [0, 1])
async def test_what_was_begun_is_stored_although_its_caller_has_gone(tmp_path: Path, left: int) -> None:
    async with open_desk(tmp_path, echo) as desk:
        calls = [desk.nursery.start("push", desk.receive(said(n, f"câu {n}"))) for n in range(2)]
        await asyncio.sleep(0)
        calls[left].cancel()
        await asyncio.gather(*calls, return_exceptions=True)
        await desk.settled()
        assert (await desk.rows())[0]["done"] == 2
