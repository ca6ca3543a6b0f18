"""One process renews the tokens: one claim wins, a dead one is taken over, and no pair is lost or kept twice."""

import asyncio
import sys
from datetime import datetime, timedelta

from storage import Storage, TokenRow
from storage.zalo_tokens import LEASE
from tests.storage.conftest import NOW

APP = "4001"
SOON = NOW + timedelta(minutes=1)
LATER = NOW + timedelta(hours=25)


async def _row(storage: Storage) -> TokenRow:
    async with storage.reading() as records:
        found = await records.zalo_tokens.get(APP)
    assert found is not None
    return found


async def _granted(storage: Storage) -> TokenRow:
    async with storage.writing() as records:
        await records.zalo_tokens.granted(APP, b"access-1", b"refresh-1", LATER, NOW)
    return await _row(storage)


async def _claim(storage: Storage, generation: int, owner: str, now: datetime = NOW) -> TokenRow | None:
    async with storage.writing() as records:
        return await records.zalo_tokens.claim(APP, generation, owner, now)


async def test_of_those_who_claim_at_once_one_wins(storage: Storage, other_process: Storage) -> None:
    row = await _granted(storage)
    claims = [_claim(where, row.generation, f"p{n}") for n in range(4) for where in (storage, other_process)]
    won = [claimed for claimed in await asyncio.gather(*claims) if claimed is not None]
    # The same owner may claim again, as one does whose answer to the claim was lost.
    assert won and len({claimed.claimed_by for claimed in won}) == 1


CLAIM = """
import asyncio, sys
from datetime import datetime
from storage import Storage
async def main():
    storage = Storage.open(sys.argv[1])
    async with storage.reading() as records:
        await records.zalo_tokens.get("4001")
    print("ready", flush=True)
    sys.stdin.readline()
    async with storage.writing() as records:
        row = await records.zalo_tokens.claim("4001", 1, sys.argv[2], datetime.fromisoformat(sys.argv[3]))
    print("won" if row else "lost", flush=True)
    await storage.close()
asyncio.run(main())
"""


async def test_of_real_processes_that_claim_at_once_one_wins(storage: Storage, url: str) -> None:
    await _granted(storage)
    processes = [
        await asyncio.create_subprocess_exec(
            *(sys.executable, "-c", CLAIM, url, f"process-{n}", NOW.isoformat()),
            stdin=asyncio.subprocess.PIPE,
            stdout=asyncio.subprocess.PIPE,
        )
        for n in range(3)
    ]
    for process in processes:
        assert process.stdout is not None
        assert await process.stdout.readline() == b"ready\n"
    outcomes = [(await process.communicate(b"go\n"))[0] for process in processes]
    assert sorted(outcomes) == [b"lost\n", b"lost\n", b"won\n"]


async def test_a_claim_stands_until_its_owner_is_dead(storage: Storage, other_process: Storage) -> None:
    row = await _granted(storage)
    assert await _claim(storage, row.generation, "first")
    assert await _claim(other_process, row.generation, "second", NOW + LEASE) is None
    taken = await _claim(other_process, row.generation, "second", NOW + LEASE + timedelta(seconds=1))
    assert taken is not None and taken.claimed_by == "second"


async def test_a_claim_from_a_clock_far_ahead_holds_nobody_up(storage: Storage) -> None:
    row = await _granted(storage)
    assert await _claim(storage, row.generation, "ahead", NOW + timedelta(days=3))
    assert await _claim(storage, row.generation, "second") is not None


async def test_whoever_saw_an_older_generation_cannot_claim(storage: Storage) -> None:
    row = await _granted(storage)
    await _claim(storage, row.generation, "first")
    async with storage.writing() as records:
        assert await records.zalo_tokens.renewed(APP, row.generation, b"access-2", b"refresh-2", LATER, SOON)
    assert await _claim(storage, row.generation, "second") is None
    now = await _row(storage)
    assert (now.generation, now.sealed_access, now.sealed_refresh) == (2, b"access-2", b"refresh-2")
    assert now.claimed_by is None and now.refresh_since == SOON


async def test_a_pair_that_comes_after_another_took_over_is_kept_unless_that_one_has_kept_its_own(
    storage: Storage, other_process: Storage
) -> None:
    row = await _granted(storage)
    await _claim(storage, row.generation, "slow")
    await _claim(other_process, row.generation, "second", NOW + LEASE * 2)
    async with storage.writing() as records:
        assert await records.zalo_tokens.renewed(APP, row.generation, b"access-2", b"refresh-2", LATER, SOON)
    async with other_process.writing() as records:
        assert not await records.zalo_tokens.renewed(APP, row.generation, b"access-x", b"refresh-x", LATER, SOON)
    assert (await _row(storage)).sealed_access == b"access-2"


async def test_a_new_consent_wins_over_a_renewal_under_way(storage: Storage) -> None:
    row = await _granted(storage)
    await _claim(storage, row.generation, "first")
    async with storage.writing() as records:
        await records.zalo_tokens.granted(APP, b"access-n", b"refresh-n", LATER, SOON)
    async with storage.writing() as records:
        assert not await records.zalo_tokens.renewed(APP, row.generation, b"access-2", b"refresh-2", LATER, SOON)
    now = await _row(storage)
    assert (now.sealed_access, now.generation, now.claimed_by) == (b"access-n", row.generation + 1, None)


async def test_a_refresh_token_that_was_not_replaced_keeps_its_age(storage: Storage) -> None:
    row = await _granted(storage)
    async with storage.writing() as records:
        assert await records.zalo_tokens.renewed(APP, row.generation, b"access-2", None, LATER, SOON)
    now = await _row(storage)
    assert (now.sealed_refresh, now.refresh_since, now.refreshed_at) == (b"refresh-1", NOW, SOON)


async def test_trouble_began_when_it_first_did(storage: Storage) -> None:
    row = await _granted(storage)
    for trouble, moment in (("unreachable", NOW), ("unreachable", SOON)):
        await _claim(storage, row.generation, "first", moment)
        async with storage.writing() as records:
            await records.zalo_tokens.release(APP, "first", trouble, moment)
    assert (await _row(storage)).troubled_at == NOW
    await _claim(storage, row.generation, "first", LATER)
    async with storage.writing() as records:
        await records.zalo_tokens.release(APP, "first", "consent", LATER)
    now = await _row(storage)
    assert (now.trouble, now.troubled_at, now.claimed_by) == ("consent", LATER, None)


async def test_nobody_else_ends_a_claim(storage: Storage) -> None:
    row = await _granted(storage)
    await _claim(storage, row.generation, "first")
    async with storage.writing() as records:
        await records.zalo_tokens.release(APP, "second", "consent", NOW)
    now = await _row(storage)
    assert (now.claimed_by, now.trouble) == ("first", None)


async def test_a_seed_is_taken_up_once_and_a_new_one_again(storage: Storage, other_process: Storage) -> None:
    async def plant(where: Storage, seed: str) -> bool:
        async with where.writing() as records:
            return await records.zalo_tokens.plant(APP, seed, seed.encode())

    assert sorted(await asyncio.gather(plant(storage, "s1"), plant(other_process, "s1"))) == [False, True]
    async with storage.writing() as records:
        await records.zalo_tokens.renewed(APP, 0, b"access-1", b"refresh-1", LATER, NOW)
    assert not await plant(other_process, "s1")
    assert (await _row(storage)).sealed_seed is None
    assert await plant(storage, "s2")
    now = await _row(other_process)
    assert (now.sealed_seed, now.sealed_refresh, now.seeds) == (b"s2", b"refresh-1", ["s1", "s2"])
    async with storage.writing() as records:
        await records.zalo_tokens.drop_seed(APP, b"s2")
    assert (await _row(storage)).sealed_seed is None
    assert not await plant(storage, "s1")
    assert not await plant(storage, "s2")


async def test_a_new_seed_ends_the_trouble_it_is_to_mend(storage: Storage) -> None:
    row = await _granted(storage)
    await _claim(storage, row.generation, "first")
    async with storage.writing() as records:
        await records.zalo_tokens.release(APP, "first", "consent", NOW)
        await records.zalo_tokens.plant(APP, "s1", b"s1")
    assert (await _row(storage)).trouble is None


async def test_of_all_processes_one_tells_of_a_trouble_each_day(storage: Storage, other_process: Storage) -> None:
    await _granted(storage)

    async def tell(where: Storage, now: datetime) -> bool:
        async with where.writing() as records:
            return await records.zalo_tokens.tell(APP, now, timedelta(days=1))

    assert sorted(await asyncio.gather(tell(storage, NOW), tell(other_process, NOW))) == [False, True]
    assert not await tell(storage, NOW + timedelta(hours=23))
    assert await tell(other_process, NOW + timedelta(days=1))


async def test_sealing_anew_gives_way_to_a_renewal(storage: Storage) -> None:
    row = await _granted(storage)
    async with storage.writing() as records:
        assert await records.zalo_tokens.resealed(row, b"a", b"r", None)
        await records.zalo_tokens.renewed(APP, row.generation, b"access-2", b"refresh-2", LATER, SOON)
        assert not await records.zalo_tokens.resealed(row, b"old", b"old", None)
    assert (await _row(storage)).sealed_access == b"access-2"


def test_no_sealed_value_shows_when_a_row_is_printed() -> None:
    row = TokenRow(APP, b"AAA", b"BBB", b"CCC", ["DDD"], 1, None, None, None, None, None, None, None, None)
    assert not any(part in repr(row) for part in ("AAA", "BBB", "CCC", "DDD"))
