"""Zalo's OpenAPI for an Official Account over HTTP: one client, the token in a header, errors inside HTTP 200.

Nothing it raises names a token or carries the request that held it.
"""

import asyncio
import hashlib
import json
import random
import time
from collections import OrderedDict
from collections.abc import Callable, Mapping
from typing import Any, Protocol

import httpx
import structlog

from bot.channels.zalo_oa_errors import FOR_THE_OPERATOR, USED_UP, Address, Meaning, meaning_of
from domain.channels import ZALO_OA
from domain.ports import SendFailed

log = structlog.get_logger()

PUBLIC_SERVER = "https://openapi.zalo.me"
PUBLIC_BUSINESS_SERVER = "https://business.openapi.zalo.me"

CONNECT_TIMEOUT = 10.0
UPLOAD_TIMEOUT = 60.0
LARGEST_ANSWER = 4 * 2**20

MISCONFIGURED_PAUSE = 60.0
FIRST_PAUSE, LONGEST_PAUSE = 5.0, 60.0
"""Seconds to wait after the app was called too fast: Zalo counts calls a minute."""
TRIES = 4
"""How often the same call may fail without a reason before it is given up."""
REMEMBERED = 1000


class Tokens(Protocol):
    """The account's access tokens."""

    async def access(self) -> str:
        """One that works as far as is known. Raises SendFailed: "held" or "retry"."""
        ...

    async def renew(self, stale: str) -> str:
        """Another one than this, which was refused. Raises SendFailed as `access` does."""
        ...


class DeadHandle(Exception):
    """An uploaded photo or file is no longer there; it can be uploaded again."""


class ZaloOaApi:
    """Calls of one account. Every call raises SendFailed, whose kind says what to do."""

    def __init__(
        self,
        tokens: Tokens,
        base_url: str = "",
        business_url: str = "",
        *,
        call_timeout: float = 20.0,
        connect_timeout: float = CONNECT_TIMEOUT,
        monotonic: Callable[[], float] = time.monotonic,
    ) -> None:
        self._tokens = tokens
        self._base_url = (base_url or PUBLIC_SERVER).rstrip("/")
        self._business_url = (business_url or PUBLIC_BUSINESS_SERVER).rstrip("/")
        self._timeout = httpx.Timeout(call_timeout, connect=connect_timeout)
        self._monotonic = monotonic
        self.used_up = asyncio.Event()
        self._client: httpx.AsyncClient | None = None
        self._rests_until = 0.0
        self._too_fast = 0
        self._failed: OrderedDict[str, int] = OrderedDict()

    async def post(self, path: str, body: Mapping[str, Any], address: Address) -> Mapping[str, Any]:
        """The data of the answer. Raises SendFailed, or DeadHandle."""
        written = json.dumps(body, ensure_ascii=False).encode("utf-8", "replace")
        call = {"method": "POST", "content": written, "headers": {"Content-Type": "application/json"}}
        return _object(await self._call(path, call, address))

    async def get(self, path: str, address: Address = Address.READING, **asked: str) -> Any:
        """The data of the answer. Raises SendFailed."""
        return await self._call(path, {"method": "GET", "params": asked}, address)

    async def upload(self, path: str, name: str, media_type: str, content: bytes) -> Mapping[str, Any]:
        """The data of the answer to an upload. Raises SendFailed."""
        call = {
            "method": "POST",
            "files": {"file": (name, content, media_type)},
            "timeout": httpx.Timeout(UPLOAD_TIMEOUT, connect=CONNECT_TIMEOUT),
        }
        return _object(await self._call(path, call, Address.UPLOAD))

    async def close(self) -> None:
        """Close the connections."""
        if self._client is not None:
            client, self._client = self._client, None
            await client.aclose()

    async def _call(self, path: str, call: dict[str, Any], address: Address) -> Any:
        """The data of the answer; a token that is refused is renewed once, and the call made once more."""
        rest = self._rests_until - self._monotonic()
        if rest > 0:
            raise SendFailed("retry", "the calls of this minute are used up", rest)
        token = await self._tokens.access()
        answer = await self._once(path, call, address, token)
        if self._meaning(address, answer) is Meaning.STALE_TOKEN:
            token = await self._tokens.renew(token)
            answer = await self._once(path, call, address, token)
        meaning = self._meaning(address, answer)
        if meaning is None:
            self._too_fast = 0
            self._failed.pop(_key(path, call), None)
            return answer.get("data")
        raise self._refusal(path, call, address, meaning, answer)

    async def _once(self, path: str, call: dict[str, Any], address: Address, token: str) -> Mapping[str, Any]:
        """The answer as JSON. Raises SendFailed when there is none, or none from the OpenAPI."""
        base = self._business_url if address is Address.BUSINESS else self._base_url
        headers = {**call.get("headers", {}), "access_token": token}
        try:
            answer = await self._open().request(url=base + path, **{**call, "headers": headers})
        except (httpx.ConnectError, httpx.ConnectTimeout, httpx.PoolTimeout) as lost:
            failure = SendFailed("retry", f"no connection: {type(lost).__name__}")
        except (httpx.HTTPError, httpx.InvalidURL, ValueError) as lost:
            # Asking or uploading twice does no harm; a message may have arrived.
            is_harmless = address in (Address.READING, Address.UPLOAD)
            failure = SendFailed("retry" if is_harmless else "uncertain", f"no answer: {type(lost).__name__}")
        else:
            found = self._read(answer, address)
            return {**found, "message": str(found.get("message", "")).replace(token, "***")[:200]}
        # Raised outside the handler: the library's own exception holds the request, and with it the token.
        raise failure

    def _read(self, answer: httpx.Response, address: Address) -> Mapping[str, Any]:
        self._heed(answer.headers)
        try:
            found = json.loads(answer.content[:LARGEST_ANSWER])
        except (ValueError, RecursionError):
            found = None
        if answer.status_code == 429:
            raise self._slower("HTTP 429", answer.headers.get("retry-after", ""))
        if answer.status_code >= 500 and answer.status_code != 504:
            raise SendFailed("retry", f"HTTP {answer.status_code}")
        if isinstance(found, Mapping) and _number(found.get("error")) is not None:
            return found
        if answer.status_code == 401:
            return {"error": 401, "message": "HTTP 401"}
        if 300 <= answer.status_code < 500:
            # Not the OpenAPI: a wrong address, or a wall in front of it.
            raise SendFailed("retry", f"the address is not accepted: HTTP {answer.status_code}", MISCONFIGURED_PAUSE)
        kind = "retry" if address in (Address.READING, Address.UPLOAD) else "uncertain"
        raise SendFailed(kind, f"an answer that is none: HTTP {answer.status_code}")

    def _meaning(self, address: Address, answer: Mapping[str, Any]) -> Meaning | None:
        """What the error of an answer asks for; None for success."""
        number = _number(answer.get("error")) or 0
        return meaning_of(address, number) if number else None

    def _refusal(
        self, path: str, call: dict[str, Any], address: Address, meaning: Meaning, answer: Mapping[str, Any]
    ) -> Exception:
        number = _number(answer.get("error"))
        reason = f"{address} error {number}: {answer['message']}"
        if number in USED_UP:
            self.used_up.set()
        if meaning is Meaning.DEAD_HANDLE:
            return DeadHandle(reason)
        if meaning is Meaning.TOO_FAST:
            return self._slower(reason)
        if meaning is Meaning.STALE_TOKEN:
            return SendFailed("held", f"the access token is refused, also a new one: {reason}")
        if meaning is Meaning.HELD:
            return SendFailed("held", reason)
        if meaning is Meaning.FEW_TRIES:
            return self._given_up_in_time(_key(path, call), reason)
        if meaning is Meaning.LATER:
            return SendFailed("retry", reason)
        write = log.error if number in FOR_THE_OPERATOR else log.warning
        write("refused by the app", channel=ZALO_OA, meaning=str(meaning), reason=reason)
        return SendFailed(str(meaning), reason)

    def _given_up_in_time(self, key: str, reason: str) -> SendFailed:
        """A failure without a reason is tried again, but not for ever: perhaps it is this message."""
        tries = self._failed.pop(key, 0) + 1
        if tries >= TRIES:
            return SendFailed("rejected", f"{reason} ({tries} times)")
        self._failed[key] = tries
        while len(self._failed) > REMEMBERED:
            self._failed.popitem(last=False)
        return SendFailed("retry", reason)

    def _slower(self, reason: str, after: str = "") -> SendFailed:
        """Wait, longer each time, and not all at the same moment."""
        self._too_fast += 1
        wait = min(FIRST_PAUSE * 2.0 ** min(self._too_fast - 1, 8), LONGEST_PAUSE)
        if after.isdigit() and len(after) < 6:
            wait = max(1.0, float(after))
        wait *= 1 + random.random() / 2  # noqa: S311
        self._rests_until = max(self._rests_until, self._monotonic() + wait)
        return SendFailed("retry", reason, wait)

    def _heed(self, headers: Mapping[str, str]) -> None:
        """Rest when the app says that no call of this minute is left."""
        left = headers.get("x-ratelimit-remain", "").strip()
        if left.lstrip("-").isdigit() and int(left) <= 0:
            wait = FIRST_PAUSE * (1 + random.random())  # noqa: S311
            self._rests_until = max(self._rests_until, self._monotonic() + wait)

    def _open(self) -> httpx.AsyncClient:
        if self._client is None:
            self._client = httpx.AsyncClient(
                timeout=self._timeout,
                limits=httpx.Limits(max_connections=32, max_keepalive_connections=8, keepalive_expiry=30.0),
                follow_redirects=False,
                trust_env=False,
            )
        return self._client


def _key(path: str, call: Mapping[str, Any]) -> str:
    """By what the same call is known again."""
    files = call.get("files")
    content = files["file"][1] if files else call.get("content", b"")
    return f"{path}:{hashlib.sha256(content).hexdigest()}"


def _number(value: Any) -> int | None:
    """An error number given as a number or as digits."""
    if isinstance(value, int) and not isinstance(value, bool):
        return value
    if isinstance(value, str) and value.strip().lstrip("-").isdigit() and value.isascii() and len(value) < 12:
        return int(value)
    return None


def _object(value: Any) -> Mapping[str, Any]:
    return value if isinstance(value, Mapping) else {}
