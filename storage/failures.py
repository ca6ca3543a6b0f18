"""What can go wrong with the database for a moment, by name."""

from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy.exc import DBAPIError, TimeoutError

from storage import sqlite

_PASSING = frozenset({"40001", "40P01", "55P03", "57P01", "57P02", "57P03", "53300"})
"""PostgreSQL: serialization, deadlock, lock not available, server stopping or starting, too many connections."""


class Busy(Exception):
    """The database cannot take this transaction now; nothing of it was kept, and the same again may succeed."""


@contextmanager
def passing_failures_named() -> Iterator[None]:
    """Raises Busy in place of the driver's own error when trying again is the answer."""
    try:
        yield
    except DBAPIError as error:
        if error.connection_invalidated or sqlite.is_busy(error.orig) or _sqlstate(error) in _PASSING:
            raise Busy(f"the database is busy: {type(error.orig).__name__}") from error
        raise
    except TimeoutError as error:
        raise Busy("the database is busy: no connection became free") from error


def _sqlstate(error: DBAPIError) -> str:
    return str(getattr(error.orig, "sqlstate", "") or "")
