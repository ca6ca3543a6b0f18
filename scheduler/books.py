"""What the scheduler reads, writes and sends through."""

from collections.abc import Callable, Mapping
from contextlib import AbstractAsyncContextManager
from typing import Protocol

from domain.messages import Reply
from domain.ports import Records

Shapes = Mapping[str, Callable[[Reply], list[Reply]]]
"""By the channels that are served: the parts in which each one carries a notice."""


class Books(Protocol):
    """Where the scheduler reads and writes: a transaction each."""

    def reading(self) -> AbstractAsyncContextManager[Records]:
        """A view of what is remembered."""
        ...

    def writing(self) -> AbstractAsyncContextManager[Records]:
        """A transaction that is committed when left without an error."""
        ...
