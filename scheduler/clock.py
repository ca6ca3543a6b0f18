"""The ticker: calls back at a steady beat. What is due lives in rows, so a missed or doubled beat changes nothing."""

from collections.abc import Awaitable, Callable

from apscheduler.schedulers.asyncio import AsyncIOScheduler


class Ticker:
    """Beats every `seconds`, never two beats at once; a beat that came late is run once, whatever its lateness."""

    def __init__(self, on_beat: Callable[[], Awaitable[object]], seconds: float = 30.0) -> None:
        self._scheduler = AsyncIOScheduler(timezone="UTC")
        self._scheduler.add_job(
            on_beat, "interval", seconds=seconds, max_instances=1, coalesce=True, misfire_grace_time=None
        )

    def start(self) -> None:
        """Begin beating, on the running event loop."""
        self._scheduler.start()

    def stop(self) -> None:
        """Stop beating; a beat under way goes on."""
        if self._scheduler.running:
            self._scheduler.shutdown(wait=False)
