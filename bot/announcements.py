"""Something happened: whoever waits for it looks again."""

import asyncio


class Announcements:
    """A bell that many may wait for. Take `next()` before looking, then wait for it: nothing falls in between."""

    def __init__(self) -> None:
        self._next = asyncio.Event()

    def next(self) -> asyncio.Event:
        """The event that the next announcement sets."""
        return self._next

    def announce(self) -> None:
        """Wake all who wait."""
        self._next.set()
        self._next = asyncio.Event()
