"""One beat of the clock: periods open and freeze, what is due is entered, and what may go out is queued."""

from datetime import datetime

from domain.contacts import NO_WINDOWS, Windows
from scheduler.books import Books, Shapes
from scheduler.digests import send
from scheduler.periods import keep_periods
from scheduler.planning import plan


async def beat(books: Books, now: datetime, shapes: Shapes, windows: Windows = NO_WINDOWS) -> int:
    """Do what is to be done at `now`; returns how many messages were queued. Safe to run as often as one likes."""
    await keep_periods(books, now)
    await plan(books, now, sparing=True)
    return await send(books, now, shapes, windows)
