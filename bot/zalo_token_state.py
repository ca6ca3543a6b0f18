"""How the Official Account's tokens stand: what is wrong, how bad it is, and until when messages still go out."""

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

import texts
from bot.findings import Finding
from bot.sealing import Sealer, Unsealable
from bot.zalo_consent import REFRESH_LASTS
from bot.zalo_tokens import ACCESS, APP, CONSENT, REFRESH, UNANSWERED, UNREACHABLE, renewal_at, sealed_for
from domain.clock import local
from storage import TokenRow

KEY_OPEN = "key_open"
REFRESH_NEAR_ITS_END = timedelta(days=10)
UNREACHED_LONG = timedelta(hours=1)
RENEWAL_LATE = timedelta(hours=1)


@dataclass(frozen=True, slots=True)
class TokenState:
    """One thing that is the matter, or "ok". `level` is "ok", "warning" or "fault" as in `Finding`."""

    level: str
    name: str
    blanks: dict[str, object] = field(default_factory=dict)

    @property
    def words(self) -> str:
        """What is the matter and what to do, for an administrator."""
        return texts.say(f"consent.state.{self.name}", **self.blanks)


def states_of(row: TokenRow | None, sealer: Sealer, now: datetime, *, has_seed: bool = False) -> list[TokenState]:
    """Everything that is the matter with the tokens, the worst first; a single "ok" when nothing is."""
    if row is None or (row.sealed_refresh is None and row.trouble is None):
        waits = has_seed if row is None else row.sealed_seed is not None
        return [TokenState("warning", "seed_waits") if waits else TokenState("fault", "no_consent")]
    found = [_opening(row, sealer), _trouble(row, now), _late(row, now), _refresh_end(row, now), _privacy(sealer)]
    there = [state for state in found if state is not None]
    if there:
        return sorted(there, key=lambda state: state.level != "fault")
    return [TokenState("ok", "ok", {"at": _hour(row.expires_at), "renewal": _hour(renewal_at(row))})]


def token_findings(row: TokenRow | None, sealer: Sealer, now: datetime, *, has_seed: bool) -> list[Finding]:
    """The same, for `kehoach doctor`; who may read the key file it finds for itself."""
    states = states_of(row, sealer, now, has_seed=has_seed)
    return [Finding(state.level, "zalo-oa", state.words) for state in states if state.name != KEY_OPEN]


def token_figures(row: TokenRow | None, sealer: Sealer, now: datetime) -> dict[str, float]:
    """The same, for the operator's monitoring."""
    left = (row.expires_at - now).total_seconds() if row is not None and row.expires_at is not None else 0.0
    return {
        "kehoach_zalo_oa_access_seconds": max(0.0, left) if is_usable(row, sealer, now) else 0.0,
        "kehoach_zalo_oa_needs_somebody": float(states_of(row, sealer, now)[0].level == "fault"),
    }


def facts_of(row: TokenRow | None) -> dict[str, Any]:
    """What is known of the tokens, for whoever looks after them; no token is among it."""
    if row is None:
        return {"generation": 0}
    refresh_until = None if row.refresh_since is None else row.refresh_since + REFRESH_LASTS
    moments = {
        "access_until": row.expires_at,
        "renewed_at": row.refreshed_at,
        "next_renewal": None if row.refreshed_at is None or row.trouble == CONSENT else renewal_at(row),
        "refresh_until": refresh_until,
        "trouble_since": row.troubled_at,
    }
    shown = {name: None if moment is None else moment.isoformat() for name, moment in moments.items()}
    return {"generation": row.generation, "trouble": row.trouble, **shown}


def is_usable(row: TokenRow | None, sealer: Sealer, now: datetime) -> bool:
    """True while there is an access token that may be used on this server."""
    return bool(readable(row, sealer, now))


def readable(row: TokenRow | None, sealer: Sealer, now: datetime) -> str:
    """The access token, while it may be used and can be opened on this server; else nothing."""
    if row is None or row.sealed_access is None or row.expires_at is None or row.expires_at <= now:
        return ""
    try:
        return sealer.open(row.sealed_access, sealed_for(row.app_id, ACCESS))
    except Unsealable:
        return ""


def _opening(row: TokenRow, sealer: Sealer) -> TokenState | None:
    for sealed, what in ((row.sealed_access, ACCESS), (row.sealed_refresh, REFRESH)):
        if sealed is None:
            continue
        try:
            sealer.open(sealed, sealed_for(row.app_id, what))
        except Unsealable as failure:
            name = "key_lost" if failure.reason == "no_key" else "damaged"
            return TokenState("fault", name, {"file": sealer.path})
    return None


def _trouble(row: TokenRow, now: datetime) -> TokenState | None:
    gone = row.expires_at is None or row.expires_at <= now
    if row.trouble in (CONSENT, APP):
        if gone:
            return TokenState("fault", f"{row.trouble}_gone")
        return TokenState("fault", f"{row.trouble}_until", {"at": _hour(row.expires_at)})
    if row.trouble in (UNREACHABLE, UNANSWERED):
        if gone:
            return TokenState("fault", "unreachable_gone", {"since": _hour(row.troubled_at)})
        if row.troubled_at is not None and now >= row.troubled_at + UNREACHED_LONG:
            return TokenState(
                "warning", "unreachable_until", {"since": _hour(row.troubled_at), "at": _hour(row.expires_at)}
            )
    return None


def _late(row: TokenRow, now: datetime) -> TokenState | None:
    """Nobody renews: the server does not run."""
    if row.trouble is not None or row.sealed_seed is not None or now < renewal_at(row) + RENEWAL_LATE:
        return None
    return TokenState("warning", "not_renewed", {"at": _hour(row.expires_at)})


def _refresh_end(row: TokenRow, now: datetime) -> TokenState | None:
    if row.refresh_since is None or row.trouble == CONSENT:
        return None
    end = row.refresh_since + REFRESH_LASTS
    if now < end - REFRESH_NEAR_ITS_END:
        return None
    return TokenState("warning", "refresh_ends", {"day": f"{local(end):%d/%m/%Y}"})


def _privacy(sealer: Sealer) -> TokenState | None:
    if sealer.is_private():
        return None
    return TokenState("warning", KEY_OPEN, {"file": sealer.path})


def _hour(moment: datetime | None) -> str:
    return "-" if moment is None else f"{local(moment):%H:%M %d/%m/%Y}"
