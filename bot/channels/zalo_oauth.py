"""Zalo's OAuth host: a consent code or a refresh token for a new pair of tokens.

Nothing it raises names a token, a code or the app's secret, nor carries the request that held them.
"""

import asyncio
import base64
import hashlib
import json
import secrets
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import quote, urlencode

import httpx

PUBLIC_SERVER = "https://oauth.zaloapp.com"
CONNECT_TIMEOUT = 10.0
ANSWER_TIMEOUT = 20.0
LARGEST_ANSWER = 65_536
LONGEST_REASON = 200

SHORTEST_LIFE = 60
USUAL_LIFE = 3600
"""Seconds to take for granted when the answer does not say how long a token lasts; the app's own is 25 hours."""
LONGEST_LIFE = 90 * 24 * 3600

DEAD = (-118, -14014)
"""The refresh token was used before, has run out, or its consent was taken back."""
INACTIVE = (-14002,)
REDIRECT = (-14003,)


@dataclass(frozen=True, slots=True)
class Pair:
    """Two tokens and for how many seconds the first of them lasts. `refresh` is empty when it was not replaced."""

    access: str = field(repr=False)
    refresh: str = field(repr=False)
    seconds: int


class OauthFailed(Exception):
    """There is no new pair. `kind` says what to do; `reason` is fit for a log.

    "dead": the refresh token or the code can never be used again. "inactive": the app is not active. "redirect": the
    address to return to is not the one registered. "refused": refused otherwise. "unreachable": nothing was done.
    "unanswered": it may have been done, and the answer was lost.
    """

    def __init__(self, kind: str, reason: str) -> None:
        super().__init__(f"{kind}: {reason}")
        self.kind = kind
        self.reason = reason


@dataclass(frozen=True, slots=True)
class Proof:
    """PKCE: `verifier` stays here, `challenge` goes into the consent address."""

    verifier: str = field(repr=False)

    @classmethod
    def new(cls) -> "Proof":
        """A proof that nobody can guess."""
        return cls(secrets.token_urlsafe(48))

    @property
    def challenge(self) -> str:
        """The verifier's S256 challenge."""
        digest = hashlib.sha256(self.verifier.encode("ascii")).digest()
        return base64.urlsafe_b64encode(digest).rstrip(b"=").decode("ascii")


class ZaloOauth:
    """One app at one OAuth host. The client is made at the first call."""

    def __init__(
        self, app_id: str, app_secret: str, base_url: str = "", *, answer_timeout: float = ANSWER_TIMEOUT
    ) -> None:
        self._app_id = app_id
        self._app_secret = app_secret
        self._base_url = (base_url or PUBLIC_SERVER).rstrip("/")
        self._answer_timeout = answer_timeout
        self._client: httpx.AsyncClient | None = None

    def consent_address(self, redirect: str, state: str, proof: Proof | None) -> str:
        """Where an administrator of the Official Account gives this app its consent."""
        asked = {"app_id": self._app_id, "redirect_uri": redirect, "state": state}
        if proof is not None:
            # The app knows one method and names no parameter for it: S256.
            asked["code_challenge"] = proof.challenge
        return f"{self._base_url}/v4/oa/permission?{urlencode(asked)}"

    async def exchange(self, code: str, proof: Proof | None) -> Pair:
        """The first pair for a consent code, which lasts ten minutes and works once. Raises OauthFailed."""
        asked = {"grant_type": "authorization_code", "code": code}
        if proof is not None:
            asked["code_verifier"] = proof.verifier
        pair = await self._ask(asked)
        if not pair.refresh:
            raise OauthFailed("refused", "the answer holds no refresh token")
        return pair

    async def refresh(self, refresh_token: str) -> Pair:
        """The next pair; the refresh token is void from here on, whether or not the answer arrives.

        Raises OauthFailed.
        """
        return await self._ask({"grant_type": "refresh_token", "refresh_token": refresh_token})

    async def close(self) -> None:
        """Close the connections."""
        if self._client is not None:
            client, self._client = self._client, None
            await client.aclose()

    async def _ask(self, asked: dict[str, str]) -> Pair:
        hidden = [
            self._app_secret,
            *(asked[name] for name in ("code", "refresh_token", "code_verifier") if name in asked),
        ]
        try:
            return _pair(*await self._post(asked), hidden)
        except OauthFailed as failed:
            failure = failed
        except (httpx.HTTPError, httpx.InvalidURL, TimeoutError, OSError, ValueError) as lost:
            failure = _lost(lost)
        # Raised outside the handler: the library's own exception carries the request with the tokens in it.
        raise OauthFailed(failure.kind, failure.reason)

    async def _post(self, asked: dict[str, str]) -> tuple[int, bytes]:
        if self._client is None:
            self._client = httpx.AsyncClient(
                timeout=httpx.Timeout(self._answer_timeout, connect=CONNECT_TIMEOUT),
                follow_redirects=False,
                trust_env=False,
            )
        async with asyncio.timeout(self._answer_timeout + CONNECT_TIMEOUT):
            answer = await self._client.post(
                f"{self._base_url}/v4/oa/access_token",
                data={"app_id": self._app_id, **asked},
                headers={"secret_key": self._app_secret},
            )
            return answer.status_code, answer.content[:LARGEST_ANSWER]


def _lost(error: Exception) -> OauthFailed:
    """What to do about a call without an answer: nothing was done only when no connection was made."""
    if isinstance(error, httpx.InvalidURL | httpx.UnsupportedProtocol | httpx.LocalProtocolError):
        return OauthFailed("unreachable", f"the request cannot be made: {type(error).__name__}")
    if isinstance(error, httpx.ConnectError | httpx.ConnectTimeout | httpx.PoolTimeout | httpx.ProxyError):
        return OauthFailed("unreachable", f"no connection: {type(error).__name__}")
    return OauthFailed("unanswered", f"no answer: {type(error).__name__}")


def _pair(status: int, body: bytes, hidden: Iterable[str]) -> Pair:
    """The tokens in an answer. Raises OauthFailed."""
    answer = _object(body)
    access, refresh = answer.get("access_token"), answer.get("refresh_token")
    if 200 <= status < 300 and isinstance(access, str) and access:
        return Pair(access, refresh if isinstance(refresh, str) else "", _seconds(answer.get("expires_in")))
    raise _refusal(status, answer, hidden)


def _object(body: bytes) -> Mapping[str, Any]:
    try:
        answer = json.loads(body)
    except (ValueError, RecursionError):
        return {}
    return answer if isinstance(answer, dict) else {}


def _refusal(status: int, answer: Mapping[str, Any], hidden: Iterable[str]) -> OauthFailed:
    code = _number(answer.get("error"))
    if not code:
        return _by_status(status)
    name = str(answer.get("error_name") or answer.get("error_description") or answer.get("message") or "")
    for secret in filter(None, hidden):
        # An app may repeat what it was sent, in either form.
        name = name.replace(secret, "***").replace(quote(secret, safe=""), "***")
    reason = f"error {code} {name[:LONGEST_REASON]}".strip()
    for kind, codes in (("dead", DEAD), ("inactive", INACTIVE), ("redirect", REDIRECT)):
        if code in codes:
            return OauthFailed(kind, reason)
    return OauthFailed("unanswered" if status >= 500 else "refused", reason)


def _by_status(status: int) -> OauthFailed:
    """What an answer without tokens and without an error tells."""
    if status == 429 or status == 503:
        return OauthFailed("unreachable", f"HTTP {status}")
    if 300 <= status < 500:
        return OauthFailed("refused", f"HTTP {status}")
    return OauthFailed("unanswered", f"HTTP {status}")


def _number(value: Any) -> int:
    try:
        return int(value)
    except (TypeError, ValueError, OverflowError):
        return 0


def _seconds(value: Any) -> int:
    """How long an access token lasts; the app says it as a string."""
    seconds = _number(value)
    return min(max(seconds, SHORTEST_LIFE), LONGEST_LIFE) if seconds > 0 else USUAL_LIFE
