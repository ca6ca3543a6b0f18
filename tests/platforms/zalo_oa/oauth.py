"""Access to an Official Account: codes of ten minutes, tokens of 25 hours, refresh tokens that work once."""

import base64
import hashlib
import hmac
import secrets
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from tests.platforms.clock import Clock
from tests.platforms.zalo_oa.errors import ApiError

CODE_SECONDS = 600.0
ACCESS_SECONDS = 90_000.0
REFRESH_SECONDS = 90 * 86_400.0


@dataclass(slots=True)
class Code:
    """An authorization code, and the challenge it was asked for with, if any."""

    ends: float
    challenge: str = ""


@dataclass(slots=True)
class Token:
    """A token: when it ends, and when it was used up (refresh tokens) or revoked."""

    ends: float
    is_spent: bool = False


class OAuth:
    """What was granted; the console of the application decides whether it is active."""

    def __init__(self, clock: Clock, app_id: str, app_secret: str) -> None:
        self._clock = clock
        self.app_id = app_id
        self._app_secret = app_secret
        self._codes: dict[str, Code] = {}
        self.access: dict[str, Token] = {}
        self.refresh: dict[str, Token] = {}
        self.access_seconds = ACCESS_SECONDS
        self.is_active = True
        self.revokes_older = False
        self.calls_left: int | None = None
        self.redirects: frozenset[str] = frozenset()
        self.rotations = 0

    def consent(self, challenge: str = "") -> str:
        """An administrator agrees: the code that comes back with the redirect."""
        code = secrets.token_urlsafe(32)
        self._codes[code] = Code(self._clock.now() + CODE_SECONDS, challenge)
        return code

    def permission(self, query: dict[str, str], oa_id: str) -> str:
        """Where an administrator who agreed on the consent page is sent, with the code. Raises ApiError."""
        if query.get("app_id") != self.app_id or not self.is_active:
            raise ApiError(-14002)
        back = query.get("redirect_uri", "")
        if not back.startswith(("http://", "https://")) or (self.redirects and back not in self.redirects):
            raise ApiError(-14003)
        found = {"oa_id": oa_id, "code": self.consent(query.get("code_challenge", ""))}
        if "state" in query:
            found["state"] = query["state"]
        return f"{back}{'&' if '?' in back else '?'}{urlencode(found)}"

    def token(self, secret: str, form: dict[str, str]) -> dict[str, Any]:
        """A new pair for a code or a refresh token. Raises ApiError."""
        if form.get("app_id") != self.app_id:
            raise ApiError(-14002, "app_id")
        if not self.is_active:
            raise ApiError(-14002)
        if not hmac.compare_digest(secret.encode(), self._app_secret.encode()):
            raise ApiError(-14004)
        match form.get("grant_type"):
            case "authorization_code":
                self._spend_code(form.get("code", ""), form.get("code_verifier", ""))
            case "refresh_token":
                self._spend_refresh(form.get("refresh_token", ""))
            case other:
                raise ApiError(-14020, other or "")
        return self.issue()

    def issue(self) -> dict[str, Any]:
        """A new pair, as the token address gives it."""
        now = self._clock.now()
        if self.revokes_older:
            self.revoke_access()
        access, refresh = secrets.token_urlsafe(48), secrets.token_urlsafe(48)
        self.access[access] = Token(now + self.access_seconds)
        self.refresh[refresh] = Token(now + REFRESH_SECONDS)
        self.rotations += 1
        return {"access_token": access, "refresh_token": refresh, "expires_in": str(int(self.access_seconds))}

    def check(self, access: str, *, unknown: int = -216, expired: int = -220) -> None:
        """Whether a call may be made with this token. Raises ApiError with the code of its host."""
        held = self.access.get(access)
        if held is None or held.is_spent:
            raise ApiError(unknown)
        if self.calls_left == 0:
            self.expire_access()
        elif self.calls_left is not None:
            self.calls_left -= 1
        if held.ends <= self._clock.now():
            raise ApiError(expired)

    def expire_access(self) -> None:
        """Every access token there is has come to its end."""
        self.calls_left = None
        for held in self.access.values():
            held.ends = min(held.ends, self._clock.now())

    def revoke_access(self) -> None:
        """No access token is valid any more, the refresh tokens still are."""
        for held in self.access.values():
            held.is_spent = True

    def withdraw(self) -> None:
        """The administrator takes the consent back: nothing that was granted is valid any more."""
        for held in (*self.access.values(), *self.refresh.values()):
            held.is_spent = True

    def _spend_code(self, code: str, verifier: str) -> None:
        held = self._codes.pop(code, None)
        if held is None or held.ends <= self._clock.now():
            raise ApiError(-14012)
        if held.challenge:
            digest = hashlib.sha256(verifier.encode()).digest()
            if base64.urlsafe_b64encode(digest).rstrip(b"=").decode() != held.challenge.rstrip("="):
                raise ApiError(-14009)

    def _spend_refresh(self, refresh: str) -> None:
        held = self.refresh.get(refresh)
        if held is None or held.is_spent or held.ends <= self._clock.now():
            raise ApiError(-14014)
        held.is_spent = True
