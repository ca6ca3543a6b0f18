"""How a test reaches a stand-in: by calling it in this process, or by HTTP when it runs as a process of its own."""

import json
import urllib.error
import urllib.request
from collections.abc import Awaitable, Callable
from typing import Any, Protocol

from tests.platforms.server import LoopThread

Perform = Callable[[str, dict[str, Any]], Awaitable[Any]]

GRACE = 15.0
"""Seconds beyond a command's own timeout before the wire gives up on the stand-in itself."""


class NotPossible(Exception):
    """The stand-in was asked for what no person could do: to press a button that is not there, to wait in vain."""


class Wire(Protocol):
    """Performs a control command, named with JSON arguments, and returns its JSON answer."""

    def perform(self, command: str, arguments: dict[str, Any]) -> Any:
        """The command's answer. Raises NotPossible."""
        ...


class InProcess:
    """Reaches a stand-in whose loop runs in a thread of this process."""

    def __init__(self, thread: LoopThread, perform: Perform) -> None:
        self._thread = thread
        self._perform = perform

    def perform(self, command: str, arguments: dict[str, Any]) -> Any:
        """The command's answer. Raises NotPossible."""

        async def work() -> Any:
            return await self._perform(command, arguments)

        return self._thread.submit(work()).result(timeout=arguments.get("timeout", 0) + GRACE)


class OverHttp:
    """Reaches a stand-in in another process at its `/control/` address."""

    def __init__(self, base_url: str) -> None:
        self._base_url = base_url.rstrip("/")

    def perform(self, command: str, arguments: dict[str, Any]) -> Any:
        """The command's answer. Raises NotPossible."""
        request = urllib.request.Request(
            f"{self._base_url}/control/{command}",
            data=json.dumps(arguments).encode(),
            headers={"Content-Type": "application/json"},
        )
        try:
            with urllib.request.urlopen(request, timeout=arguments.get("timeout", 0) + GRACE) as answer:
                return json.load(answer)
        except urllib.error.HTTPError as error:
            raise NotPossible(json.load(error)["error"]) from None
