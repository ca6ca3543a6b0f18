"""The signature of Zalo's webhooks: a SHA-256 over the raw body, of which several forms are told.

`X-ZEvent-Signature: mac=<hex>` with the digest of: an id, the body, a time, a secret. Which id, which time and which
secret is told differently; every form is tried, the one that matched is counted, and it can be pinned by a setting.
"""

import hashlib
import hmac
import re
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from bot.channels.zalo_oa_updates import moment_of

SIGNATURE_HEADER = "x-zevent-signature"
TIME_HEADER = "x-zevent-timestamp"
RETRY_HEADER = "num_retry"

ANY = "any"
FIRSTS = ("app_id", "oa_id")
TIMES = ("body", "header")
SECRETS = ("oa_key", "app_secret")
VARIANTS = tuple(f"{first}-{time}-{secret}" for first in FIRSTS for time in TIMES for secret in SECRETS)
"""Every form by name: which id stands first, where the time was, which secret stands last."""

OLDEST = timedelta(hours=3)
"""Zalo tries again for a little under two hours, with the time of the first try; older events are played back."""
NEWEST = timedelta(minutes=10)
"""How far Zalo's clock may be ahead of ours."""

_MAC = re.compile(r"(?:mac=)?([0-9a-f]{64})", re.IGNORECASE | re.ASCII)
_DIGITS = re.compile(r"[0-9]{10,13}", re.ASCII)
_ID = re.compile(r"[0-9A-Za-z_-]{1,64}", re.ASCII)


class Refused(Exception):
    """The call is not from Zalo, or is an old one; `reason` is "missing", "wrong" or "stale"."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


@dataclass(frozen=True, slots=True)
class _Candidate:
    variant: str
    digest: str
    moment: datetime | None


class Signatures:
    """Checks the signatures of one app's webhooks and counts what matched.

    `oa_key` is the key of the account's webhook page, `app_secret` the app's own; an empty one is not tried. `variant`
    is ANY or the one name of VARIANTS that is accepted.
    """

    def __init__(self, app_id: str, oa_key: str, app_secret: str, variant: str = ANY) -> None:
        self._app_id = app_id
        self._secrets = {"oa_key": oa_key, "app_secret": app_secret}
        self._variant = variant
        self._counts: Counter[str] = Counter()

    @property
    def is_ready(self) -> bool:
        """True when there is something to check against; without it no webhook is taken."""
        return bool(self._app_id) and any(self._secrets.values())

    def check(self, headers: Mapping[str, str], body: bytes, told: Mapping[str, Any], now: datetime) -> str:
        """The name of the form that matched. Raises Refused.

        `told` is the body as JSON, empty where it is none; it is believed once its signature matched. Every form is
        computed and compared, whichever matches, so that the time taken tells nothing.
        """
        try:
            variant = self._matching(headers, body, told, now)
        except Refused as refused:
            self._counts[f'kehoach_zalo_oa_refused_total{{reason="{refused.reason}"}}'] += 1
            raise
        self._counts[f'kehoach_zalo_oa_signature_total{{variant="{variant}"}}'] += 1
        if headers.get(RETRY_HEADER, "0") not in ("", "0"):
            self._counts["kehoach_zalo_oa_redelivered_total"] += 1
        return variant

    def metrics(self) -> Mapping[str, float]:
        """How often each form matched, calls were refused for each reason, and events were delivered again."""
        return {series: float(count) for series, count in self._counts.items()}

    def _matching(self, headers: Mapping[str, str], body: bytes, told: Mapping[str, Any], now: datetime) -> str:
        shown = headers.get(SIGNATURE_HEADER, "").strip()
        if not shown:
            raise Refused("missing")
        mac = _MAC.fullmatch(shown)
        given = mac[1].lower() if mac else ""
        found = [one for one in self._candidates(headers, body, told) if hmac.compare_digest(one.digest, given)]
        if not found:
            raise Refused("wrong")
        if not any(_is_fresh(one.moment, now) for one in found):
            raise Refused("stale")
        return found[0].variant

    def _candidates(self, headers: Mapping[str, str], body: bytes, told: Mapping[str, Any]) -> list[_Candidate]:
        """Every form of the digest that is accepted and that this call has the parts for."""
        times = {"body": _plain(told.get("timestamp")), "header": headers.get(TIME_HEADER, "").strip()}
        found: list[_Candidate] = []
        for first, name in self._ids(told):
            # The body is hashed once for each id: it is by far the longest part.
            begun = hashlib.sha256(first.encode() + body)
            for time_name, time in times.items():
                if not _DIGITS.fullmatch(time):
                    # Without separators a time of another shape could take over a part of the body.
                    continue
                for secret_name, secret in self._secrets.items():
                    variant = f"{name}-{time_name}-{secret_name}"
                    if secret and self._variant in (ANY, variant):
                        whole = begun.copy()
                        whole.update(time.encode() + secret.encode())
                        found.append(_Candidate(variant, whole.hexdigest(), moment_of(time)))
        return found

    def _ids(self, told: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
        """The ids that may stand first, each once, with the name of the form."""
        yield self._app_id, "app_id"
        seen = {self._app_id}
        for place in ("oa_id", "recipient", "sender"):
            value = told.get(place)
            one = _plain(value.get("id") if isinstance(value, Mapping) else value)
            if _ID.fullmatch(one) and one not in seen:
                seen.add(one)
                yield one, "oa_id"


def _is_fresh(moment: datetime | None, now: datetime) -> bool:
    return moment is not None and now - OLDEST <= moment <= now + NEWEST


def _plain(value: Any) -> str:
    return str(value) if isinstance(value, str | int) and not isinstance(value, bool) else ""
