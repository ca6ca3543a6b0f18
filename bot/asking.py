"""One question to a web server, asked without a client library: what it answers, in a time that is never exceeded."""

import asyncio
import ssl
from collections.abc import Mapping
from dataclasses import dataclass
from http.client import HTTPException, HTTPResponse
from io import BytesIO
from typing import Any
from urllib.parse import urlsplit

TIMEOUT = 5.0
LARGEST_ANSWER = 65_536


class NoAnswer(Exception):
    """Nothing that can be read came back. `reason` is "address", "certificate", "time", "connection" or "answer"."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


@dataclass(frozen=True, slots=True)
class Answer:
    """What a web server said."""

    status: int
    headers: Mapping[str, str]
    body: bytes


async def ask(address: str, method: str = "GET", body: bytes = b"", *, timeout: float = TIMEOUT) -> Answer:
    """The answer of the server at an http or https address. Raises NoAnswer."""
    try:
        async with asyncio.timeout(timeout):
            raw = await _exchange(address, method, body)
        return _parsed(raw, method)
    except TimeoutError:
        reason = "time"
    except ssl.SSLError:
        reason = "certificate"
    except OSError:
        reason = "connection"
    except (HTTPException, ValueError):
        reason = "answer"
    raise NoAnswer(reason)


async def _exchange(address: str, method: str, body: bytes) -> bytes:
    """Everything the server sends until it closes the connection, up to a limit."""
    try:
        parts = urlsplit(address)
        host, port = parts.hostname, parts.port
    except ValueError:
        host = port = None
    if not host or parts.scheme not in ("http", "https") or not parts.netloc.isascii() or not parts.path.isascii():
        raise NoAnswer("address")
    is_secure = parts.scheme == "https"
    context = ssl.create_default_context() if is_secure else None
    reader, writer = await asyncio.open_connection(host, port or (443 if is_secure else 80), ssl=context)
    try:
        length = f"Content-Type: application/json\r\nContent-Length: {len(body)}\r\n" if method == "POST" else ""
        name = parts.netloc.rpartition("@")[2]
        head = f"{method} {parts.path or '/'} HTTP/1.1\r\nHost: {name}\r\nConnection: close\r\n{length}\r\n"
        writer.write(head.encode("ascii") + body)
        await writer.drain()
        return await _all_of(reader, only_head=method == "HEAD")
    finally:
        writer.transport.abort()


async def _all_of(reader: asyncio.StreamReader, *, only_head: bool) -> bytes:
    found = b""
    while len(found) < LARGEST_ANSWER and not (only_head and b"\r\n\r\n" in found):
        piece = await reader.read(LARGEST_ANSWER)
        if not piece:
            break
        found += piece
    return found


def _parsed(raw: bytes, method: str) -> Answer:
    answer = HTTPResponse(_Received(raw), method=method)  # type: ignore[arg-type]
    answer.begin()
    return Answer(answer.status, {name.lower(): value for name, value in answer.headers.items()}, answer.read())


class _Received:
    """What came, as http.client wants to read it."""

    def __init__(self, raw: bytes) -> None:
        self._raw = raw

    def makefile(self, *_: Any, **__: Any) -> BytesIO:
        return BytesIO(self._raw)
