"""Obtaining the Official Account's consent: the address to open, what comes back in it, and the first pair kept.

Between the two halves the state and the proof wait in a sealed file, so that they may be two commands.
"""

import contextlib
import hmac
import json
import re
import secrets
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from urllib.parse import parse_qs

from bot.channels.zalo_oauth import OauthFailed, Proof, ZaloOauth
from bot.failures import OperatorError
from bot.keeping import write_whole
from bot.logs import hide
from bot.sealing import Sealer, Unsealable
from bot.settings import Settings
from bot.zalo_tokens import ACCESS, REFRESH, oauth_of, sealed_for, sealer_of
from storage import Storage

RETURN_PATH = "/zalo/oauth"
"""Where the browser comes back to under PUBLIC_URL; the page there says what to do next."""
WAITING_FILE = "zalo-login.sealed"
WAITS = timedelta(hours=1)

_CODE = re.compile(r"[A-Za-z0-9._~+/=-]{8,2048}")
_WAY = "zalo-oa:login"
_REFUSED = {
    "dead": "cli.zalo.code_dead",
    "inactive": "cli.zalo.app_inactive",
    "redirect": "cli.zalo.redirect_refused",
    "unreachable": "cli.zalo.unreachable",
    "unanswered": "cli.zalo.unanswered",
}


@dataclass(frozen=True, slots=True)
class Waiting:
    """A consent that was asked for and has not come back yet."""

    state: str = field(repr=False)
    verifier: str = field(repr=False)
    asked_at: datetime

    @property
    def proof(self) -> Proof | None:
        """The PKCE proof; None when it was asked without."""
        return Proof(self.verifier) if self.verifier else None


@dataclass(frozen=True, slots=True)
class Returned:
    """What was pasted: the code, and the state and account of the address it stood in, if it stood in one."""

    code: str = field(repr=False)
    state: str | None = field(default=None, repr=False)
    account_id: str = ""


@dataclass(frozen=True, slots=True)
class Granted:
    """A consent that is kept: until when the first access token and the refresh token last."""

    account_id: str
    access_until: datetime
    refresh_until: datetime


class Consent:
    """One app's way to its consent. Raises OperatorError for what an administrator can mend."""

    def __init__(self, oauth: ZaloOauth, sealer: Sealer, app_id: str, home: Path) -> None:
        self._oauth = oauth
        self._sealer = sealer
        self._app_id = app_id
        self._file = home / WAITING_FILE

    @classmethod
    def of(cls, settings: Settings) -> "Consent":
        """The consent of this installation's app. Raises OperatorError without an app."""
        if not settings.zalo_oa_app_id or not settings.zalo_oa_app_secret.get_secret_value():
            raise OperatorError("cli.zalo.no_app")
        return cls(oauth_of(settings), sealer_of(settings), settings.zalo_oa_app_id, settings.kehoach_home)

    def ask(self, redirect: str, now: datetime, *, with_proof: bool) -> str:
        """The address at which an administrator of the Official Account consents."""
        proof = Proof.new() if with_proof else None
        waiting = Waiting(secrets.token_urlsafe(24), proof.verifier if proof else "", now)
        kept = json.dumps([waiting.state, waiting.verifier, now.isoformat()])
        try:
            write_whole(self._file, self._sealer.seal(kept, _WAY))
        except OSError as error:
            reason = error.strerror or type(error).__name__
            raise OperatorError("cli.cannot_write", file=self._file, reason=reason) from None
        return self._oauth.consent_address(redirect, waiting.state, proof)

    async def take(self, pasted: str, storage: Storage, now: datetime, *, with_proof: bool) -> Granted:
        """Exchange what came back for the first pair, and keep it."""
        returned = read_returned(pasted)
        waiting = self._waiting(now)
        if with_proof and (waiting is None or waiting.proof is None):
            raise OperatorError("cli.zalo.not_asked")
        _check_state(returned, waiting, needed=with_proof)
        proof = waiting.proof if with_proof and waiting is not None else None
        hide(returned.code)
        try:
            pair = await self._oauth.exchange(returned.code, proof)
        except OauthFailed as failure:
            raise OperatorError(_REFUSED.get(failure.kind, "cli.zalo.refused"), reason=failure.reason) from None
        hide(pair.access, pair.refresh)
        expires_at = now + timedelta(seconds=pair.seconds)
        async with storage.writing() as records:
            await records.zalo_tokens.granted(
                self._app_id,
                self._sealer.seal(pair.access, sealed_for(self._app_id, ACCESS)),
                self._sealer.seal(pair.refresh, sealed_for(self._app_id, REFRESH)),
                expires_at,
                now,
            )
            # It concerns every office of the installation alike.
            await records.audit.note(None, None, "zalo.consent", f"zalo-oa:{self._app_id}", now)
        with contextlib.suppress(OSError):
            self._file.unlink(missing_ok=True)
        return Granted(returned.account_id, expires_at, now + REFRESH_LASTS)

    async def close(self) -> None:
        """Close the connections."""
        await self._oauth.close()

    def _waiting(self, now: datetime) -> Waiting | None:
        """The consent that was asked for last; None when it was too long ago, or never."""
        try:
            state, verifier, asked_at = json.loads(self._sealer.open(self._file.read_bytes(), _WAY))
            waiting = Waiting(str(state), str(verifier), datetime.fromisoformat(asked_at))
        except (OSError, ValueError, TypeError, Unsealable):
            return None
        return waiting if waiting.asked_at <= now < waiting.asked_at + WAITS else None


REFRESH_LASTS = timedelta(days=90)
"""How long a refresh token lasts by what the app says: three months."""


def read_returned(pasted: str) -> Returned:
    """What an administrator pasted: the address the browser came back to, or the code in it. Raises OperatorError."""
    words = pasted.strip().strip("\"'<>").strip()
    if "=" not in words or not re.search(r"[?&#]|^code=", words):
        if not _CODE.fullmatch(words):
            raise OperatorError("cli.zalo.no_code")
        return Returned(words)
    # By hand: what is pasted may be cut off anywhere, and only what follows the question mark matters.
    query = re.split(r"[?#]", words, maxsplit=1)[-1].replace("#", "&")
    found = parse_qs(query, keep_blank_values=True)
    if found.get("error") or found.get("error_code"):
        raise OperatorError("cli.zalo.consent_refused")
    code = found.get("code", found.get("authorization_code", [""]))[0].strip()
    if not _CODE.fullmatch(code):
        raise OperatorError("cli.zalo.no_code")
    return Returned(code, found.get("state", [""])[0], found.get("oa_id", [""])[0])


def _check_state(returned: Returned, waiting: Waiting | None, *, needed: bool) -> None:
    """Raises OperatorError when an address came back from another consent than the one asked for here.

    A bare code carries no state; the proof then ties it to our request.
    """
    if returned.state is None or (not returned.state and not needed):
        return
    if waiting is None or not hmac.compare_digest(returned.state.encode(), waiting.state.encode()):
        raise OperatorError("cli.zalo.other_state")
