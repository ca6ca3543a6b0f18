"""The ticker, which only beats: what is due lives in rows."""

import asyncio

from scheduler.clock import Ticker


async def test_the_ticker_beats_and_stops() -> None:
    beats = asyncio.Semaphore(0)

    async def beat() -> None:
        beats.release()

    ticker = Ticker(beat, seconds=0.02)
    ticker.start()
    async with asyncio.timeout(10):
        for _ in range(3):
            await beats.acquire()
    ticker.stop()
    ticker.stop()
