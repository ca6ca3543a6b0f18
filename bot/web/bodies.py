"""Request bodies: read up to a limit, and no further."""

import asyncio
import json
from typing import Any

from starlette.requests import Request

READ_SECONDS = 20.0
"""A body arrives within this time; a slow trickle would hold a connection for nothing."""


class TooLarge(Exception):
    """The body is longer than the limit; what was read of it is thrown away."""


class TooSlow(Exception):
    """The body did not arrive in time."""


class NotAnObject(Exception):
    """The body cannot be kept as a JSON object."""


async def read_body(request: Request, limit: int) -> bytes:
    """The body, at most `limit` bytes. Raises TooLarge by the announced length or, without one, by counting."""
    announced = request.headers.get("content-length", "")
    if announced.isdigit() and int(announced) > limit:
        raise TooLarge
    body = bytearray()
    try:
        async with asyncio.timeout(READ_SECONDS):
            async for chunk in request.stream():
                if len(body) + len(chunk) > limit:
                    raise TooLarge
                body += chunk
    except TimeoutError:
        raise TooSlow from None
    return bytes(body)


def json_object(body: bytes) -> dict[str, Any]:
    """The JSON object in a body. Raises NotAnObject, also for values that no database stores as JSON.

    Those are NUL characters, halves of a character outside the basic plane, infinities and not-a-number.
    """
    try:
        found = json.loads(body)
        if not isinstance(found, dict):
            raise NotAnObject("not a JSON object")
        written = json.dumps(found, ensure_ascii=False, allow_nan=False)
        written.encode("utf-8")
    except (ValueError, RecursionError) as error:
        raise NotAnObject(type(error).__name__) from None
    if "\\u0000" in written and "\0" in _all_text(found):
        raise NotAnObject("NUL character")
    return found


def _all_text(value: Any) -> str:
    """Every string in a value, joined; written without recursion since the value may be deep."""
    texts: list[str] = []
    left = [value]
    while left:
        one = left.pop()
        if isinstance(one, str):
            texts.append(one)
        elif isinstance(one, dict):
            texts.extend(one)
            left.extend(one.values())
        elif isinstance(one, list):
            left.extend(one)
    return "".join(texts)
