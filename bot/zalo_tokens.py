"""The Official Account's tokens as its channel uses them: always one that works, renewed ahead, never spent twice.

A refresh token works once and each renewal gives the next. So one process renews while the others wait, the new pair
is committed before anybody uses it, and an answer that was lost is told from one that was refused
(docs/decisions/0034-zalo-tokens.md).
"""

import asyncio
import hashlib
import random
import secrets
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

import structlog

from bot.channels.zalo_oauth import OauthFailed, Pair, ZaloOauth
from bot.installation import utc_now
from bot.logs import hide
from bot.nursery import Nursery
from bot.sealing import KEY_FILE, Sealer, Unsealable
from bot.settings import Settings
from domain.channel_holds import FOR_TOKENS
from domain.ports import SendFailed
from storage import Busy, Storage, TokenRow

log = structlog.get_logger()

CONSENT = "consent"
"""The refresh token is dead: an administrator must consent anew."""
APP = "app"
"""The app is not active, or its id or secret are not accepted."""
UNREACHABLE = "unreachable"
UNANSWERED = "unanswered"

_TROUBLE = {"dead": CONSENT, "unreachable": UNREACHABLE, "unanswered": UNANSWERED}
_AGAIN = {UNREACHABLE: timedelta(minutes=1), UNANSWERED: timedelta(minutes=1), APP: timedelta(minutes=10)}
"""How long a renewal that failed is not tried again."""

MARGIN = timedelta(minutes=1)
"""A token this near its end is not used any more."""
JUST_RENEWED = timedelta(minutes=1)
"""A token this young that is refused is not renewed again: the fault lies elsewhere."""
RENEW_AT = 0.8
"""The part of a token's life after which it is renewed: 20 of 25 hours."""
JITTER = 0.04
"""By how much of its life earlier, so that servers do not all come at one moment."""

LOOK_SECONDS = 60.0
SECOND_TRY_SECONDS = 3.0
"""How long to wait before trying again with a refresh token whose answer was lost."""
WAITING_SECONDS = 0.25
LONGEST_WAIT_SECONDS = 45.0
"""How long a caller waits for a renewal, its own or another process's."""
CLOSING_SECONDS = 30.0
SAVE_AGAIN_SECONDS = (0.2, 0.5, 1.0, 2.0, 5.0)

HELD_FOR = FOR_TOKENS
"""How the reason begins for which the channel is held; the hold ends when the tokens are well again."""

ACCESS, REFRESH, SEED = "access", "refresh", "seed"


@dataclass(frozen=True, slots=True)
class Held:
    """An access token in use."""

    access: str = field(repr=False)
    generation: int
    expires_at: datetime

    def lasts(self, now: datetime) -> bool:
        """True while it may be used."""
        return now < self.expires_at - MARGIN


def sealed_for(app_id: str, what: str) -> str:
    """The name under which a token is sealed, so that it opens nowhere else."""
    return f"zalo-oa:{app_id}:{what}"


def fingerprint(seed: str) -> str:
    """By what a refresh token from the settings is known again."""
    return hashlib.sha256(seed.encode()).hexdigest()


class ZaloTokens:
    """The tokens of one app. `open` it over the database before the first use, `close` it before the database."""

    def __init__(
        self,
        oauth: ZaloOauth,
        sealer: Sealer,
        app_id: str,
        *,
        seed: str = "",
        clock: Callable[[], datetime] = utc_now,
        pause: Callable[[float], Awaitable[None]] = asyncio.sleep,
        early: float | None = None,
    ) -> None:
        self._oauth = oauth
        self._sealer = sealer
        self._app_id = app_id
        self._seed = seed
        self._clock = clock
        self._pause = pause
        # Spreads load over servers; nothing secret hangs on it.
        self._early = random.random() * JITTER if early is None else early  # noqa: S311
        self._owner = secrets.token_hex(8)
        self._nursery = Nursery()
        self._storage: Storage | None = None
        self._is_closing = False
        self._held: Held | None = None
        self._refused = ""
        self._flight: asyncio.Task[Held | SendFailed] | None = None
        self._failed: tuple[int, datetime, SendFailed] | None = None

    @classmethod
    def of(cls, settings: Settings, clock: Callable[[], datetime] = utc_now) -> "ZaloTokens | None":
        """The tokens of this installation's Official Account, not yet opened; None without one."""
        if not settings.zalo_oa_app_id:
            return None
        return cls(
            oauth_of(settings),
            sealer_of(settings),
            settings.zalo_oa_app_id,
            seed=settings.zalo_oa_refresh_token.get_secret_value(),
            clock=clock,
        )

    def open(self, storage: Storage) -> None:
        """Keep the tokens in this database."""
        self._storage = storage

    async def close(self) -> None:
        """Let a renewal under way end: its answer must not be lost."""
        self._is_closing = True
        await self._nursery.stop(grace=CLOSING_SECONDS)
        await self._oauth.close()

    async def access(self) -> str:
        """An access token that works as far as is known. Raises SendFailed: "retry", or "held" when consent is gone."""
        held = self._held
        if held is not None and held.lasts(self._clock()):
            return held.access
        return (await self._fresh("")).access

    async def renew(self, stale: str) -> str:
        """Another access token than this one, which was refused. Raises SendFailed as `access` does."""
        held = self._held
        if held is not None and held.access != stale and held.lasts(self._clock()):
            return held.access
        self._refused = stale
        return (await self._fresh(stale)).access

    async def keep(self) -> None:
        """Renew ahead of the end, and take up what another process or a new consent brought; never returns."""
        while True:
            await self.look()
            await self._pause(LOOK_SECONDS)

    async def look(self) -> None:
        """One look at the row: a new seed or a token past most of its life is renewed."""
        try:
            row = await self._row()
        except (SendFailed, Busy, OSError) as error:
            log.warning("the tokens of the official account cannot be looked at", error=str(error))
            return
        if row is None:
            return
        held = self._opened_quietly(row)
        if held is not None:
            self._held = held
        if not self._is_to_be_renewed(row):
            return
        try:
            await self._fresh("" if held is None else held.access)
        except SendFailed as failure:
            log.warning("the tokens of the official account were not renewed", reason=failure.reason)

    def _is_to_be_renewed(self, row: TokenRow) -> bool:
        """True when it is time, and a renewal is worth trying."""
        if self._failed is not None and self._failed[0] == row.generation and self._clock() < self._failed[1]:
            return False
        if row.sealed_seed is not None:
            return True
        has_way = row.sealed_refresh is not None and row.trouble != CONSENT
        return has_way and self._clock() >= renewal_at(row, self._early)

    async def _fresh(self, stale: str) -> Held:
        """A token other than `stale`, from the row or renewed; those who ask at once share one renewal."""
        for _ in range(2):
            # The first may be a renewal under way that began before this token was refused.
            outcome = await self._shared(stale)
            if isinstance(outcome, SendFailed):
                raise SendFailed(outcome.kind, HELD_FOR + outcome.reason, outcome.after)
            if outcome.access != stale:
                return outcome
        raise SendFailed(
            "retry", HELD_FOR + "the access token is refused and there is no other yet", JUST_RENEWED.total_seconds()
        )

    async def _shared(self, stale: str) -> Held | SendFailed:
        if self._flight is None or self._flight.done():
            if self._is_closing:
                return SendFailed("retry", "this process is ending", 5.0)
            self._flight = self._nursery.start("zalo tokens", self._outcome(stale))
        done, _ = await asyncio.wait({self._flight}, timeout=LONGEST_WAIT_SECONDS)
        # Waited for without holding on to it: a caller that gives up must not break off a renewal.
        if not done or (flight := done.pop()).cancelled():
            return SendFailed("retry", "the tokens are being renewed", 5.0)
        return flight.result()

    async def _outcome(self, stale: str) -> Held | SendFailed:
        try:
            return await self._obtained(stale)
        except SendFailed as failure:
            return failure
        except Busy:
            return SendFailed("retry", "the database is busy", 5.0)
        except Unsealable as failure:
            return SendFailed("held", f"the tokens cannot be opened with the key of this server: {failure.reason}")
        except OSError as error:
            return SendFailed("held", f"the key file cannot be written: {type(error).__name__}")

    async def _obtained(self, stale: str) -> Held:
        row = await self._row()
        if row is None:
            raise SendFailed("held", "no consent was given yet")
        held = self._opened(row)
        if held is not None and held.access != stale and held.lasts(self._clock()):
            self._held = held
            return held
        return await self._renewed(row, stale)

    async def _row(self) -> TokenRow | None:
        """The row, with the seed of the settings taken up where it is new."""
        storage = self._opened_storage()
        async with storage.reading() as records:
            row = await records.zalo_tokens.get(self._app_id)
        if not self._seed or (row is not None and fingerprint(self._seed) in row.seeds):
            return row
        hide(self._seed)
        sealed = self._sealer.seal(self._seed, sealed_for(self._app_id, SEED))
        async with storage.writing() as records:
            if await records.zalo_tokens.plant(self._app_id, fingerprint(self._seed), sealed):
                log.info("a refresh token of the settings is taken up")
            return await records.zalo_tokens.get(self._app_id)

    async def _renewed(self, row: TokenRow, stale: str) -> Held:
        """The next pair, by this process or by the one that is at it."""
        if row.trouble == CONSENT:
            await self._note_refused(row)
        self._check_worth_trying(row, stale)
        async with self._opened_storage().writing() as records:
            claimed = await records.zalo_tokens.claim(self._app_id, row.generation, self._owner, self._clock())
        if claimed is None:
            return await self._of_another(row.generation)
        if row.claimed_by not in (None, self._owner):
            log.warning("a renewal whose process ended is taken over")
        asked_at = self._clock()
        try:
            pair = await self._exchanged(claimed)
        except (OauthFailed, Unsealable) as failure:
            raise await self._given_up(claimed, failure, stale) from None
        return await self._kept(claimed, pair, asked_at)

    async def _note_refused(self, row: TokenRow) -> None:
        """Where nothing follows an access token that the platform refused, nobody is to use it to its end."""
        held = self._opened_quietly(row)
        if held is None or held.access != self._refused or row.sealed_seed is not None:
            return
        self._held = None
        async with self._opened_storage().writing() as records:
            await records.zalo_tokens.access_over(self._app_id, row.generation, self._clock())

    def _check_worth_trying(self, row: TokenRow, stale: str) -> None:
        """Raises SendFailed where a renewal cannot help, or just failed."""
        now = self._clock()
        has_seed = row.sealed_seed is not None
        if not has_seed and (row.sealed_refresh is None or row.trouble == CONSENT):
            raise SendFailed("held", "consent must be given anew")
        if self._failed is not None and self._failed[0] == row.generation and now < self._failed[1]:
            failure = self._failed[2]
            raise SendFailed(failure.kind, failure.reason, (self._failed[1] - now).total_seconds())
        if stale and not has_seed and row.refreshed_at is not None and now < row.refreshed_at + JUST_RENEWED:
            wait = (row.refreshed_at + JUST_RENEWED - now).total_seconds()
            raise SendFailed("retry", "a token that was just renewed is refused", wait)

    async def _exchanged(self, row: TokenRow) -> Pair:
        """The next pair, from the seed first. Raises OauthFailed or Unsealable."""
        if row.sealed_seed is not None:
            try:
                return await self._spent(self._sealer.open(row.sealed_seed, sealed_for(self._app_id, SEED)))
            except (OauthFailed, Unsealable) as failure:
                if isinstance(failure, OauthFailed) and failure.kind != "dead":
                    raise
                log.warning("the refresh token of the settings is refused", reason=str(failure))
            async with self._opened_storage().writing() as records:
                await records.zalo_tokens.drop_seed(self._app_id, row.sealed_seed)
        if row.sealed_refresh is None:
            raise OauthFailed("dead", "there is no other refresh token")
        return await self._spent(self._sealer.open(row.sealed_refresh, sealed_for(self._app_id, REFRESH)))

    async def _spent(self, token: str) -> Pair:
        """The pair for a refresh token. A lost answer is asked for once more: perhaps nothing was done."""
        hide(token)
        try:
            return await self._oauth.refresh(token)
        except OauthFailed as failure:
            if failure.kind != "unanswered":
                raise
            log.warning("the answer to a renewal was lost", reason=failure.reason)
        await self._pause(SECOND_TRY_SECONDS)
        return await self._oauth.refresh(token)

    async def _given_up(self, row: TokenRow, failure: OauthFailed | Unsealable, stale: str) -> SendFailed:
        """What to tell the callers, with the trouble noted for everybody; a token that still works goes on."""
        now = self._clock()
        if isinstance(failure, Unsealable):
            # The key is missing here; another server may have it. So the row is left as it was.
            trouble, kind = row.trouble, "held"
            reason = f"the refresh token cannot be opened with the key of this server: {failure.reason}"
        else:
            trouble, reason = _TROUBLE.get(failure.kind, APP), failure.reason
            kind = "held" if trouble in (CONSENT, APP) else "retry"
        async with self._opened_storage().writing() as records:
            await records.zalo_tokens.release(self._app_id, self._owner, trouble, now)
        if trouble == CONSENT:
            await self._note_refused(row)
        wait = _AGAIN.get(trouble or "")
        outcome = SendFailed(kind, reason, wait.total_seconds() if wait and kind == "retry" else None)
        if wait is not None:
            self._failed = (row.generation, now + wait, outcome)
        return outcome

    async def _kept(self, row: TokenRow, pair: Pair, asked_at: datetime) -> Held:
        """The pair, once it is committed; until then nobody uses it, and the commit is tried until it succeeds.

        Its life is counted from when it was asked for: the platform may have answered long before the answer was here.
        """
        hide(pair.access, pair.refresh)
        expires_at = asked_at + timedelta(seconds=pair.seconds)
        access = self._sealer.seal(pair.access, sealed_for(self._app_id, ACCESS))
        refresh = self._next_refresh(row, pair)
        tries = 0
        while True:
            try:
                async with self._opened_storage().writing() as records:
                    ours = await records.zalo_tokens.renewed(
                        self._app_id,
                        row.generation,
                        access,
                        refresh,
                        expires_at,
                        asked_at,
                        spent_seed=row.sealed_seed,
                    )
                break
            except Exception as error:
                # Whatever it is: to let the pair go is to lose the consent.
                log.error("the new tokens cannot be kept yet", error=type(error).__name__)
            await self._pause(SAVE_AGAIN_SECONDS[min(tries, len(SAVE_AGAIN_SECONDS) - 1)])
            tries += 1
        if not ours:
            return await self._of_another(row.generation)
        self._failed = None
        self._held = Held(pair.access, row.generation + 1, expires_at)
        log.info("the tokens of the official account were renewed", generation=row.generation + 1)
        return self._held

    def _next_refresh(self, row: TokenRow, pair: Pair) -> bytes | None:
        """The refresh token to keep, sealed; None when the one that is kept goes on."""
        if pair.refresh:
            return self._sealer.seal(pair.refresh, sealed_for(self._app_id, REFRESH))
        if row.sealed_seed is None:
            return None
        seed = self._sealer.open(row.sealed_seed, sealed_for(self._app_id, SEED))
        return self._sealer.seal(seed, sealed_for(self._app_id, REFRESH))

    async def _of_another(self, generation: int) -> Held:
        """The pair that another process renews now. Raises SendFailed when it does not come in time."""
        waited = 0.0
        while waited < LONGEST_WAIT_SECONDS - 5:
            async with self._opened_storage().reading() as records:
                row = await records.zalo_tokens.get(self._app_id)
            if row is None or (row.generation == generation and row.claimed_by is None):
                break
            if row.generation != generation:
                held = self._opened(row)
                if held is None:
                    break
                self._held = held
                return held
            await self._pause(WAITING_SECONDS)
            waited += WAITING_SECONDS
        raise SendFailed("retry", "another process renews the tokens", 5.0)

    def _opened(self, row: TokenRow) -> Held | None:
        """The access token of the row. Raises Unsealable."""
        if row.sealed_access is None or row.expires_at is None:
            return None
        access = self._sealer.open(row.sealed_access, sealed_for(self._app_id, ACCESS))
        hide(access)
        return Held(access, row.generation, row.expires_at)

    def _opened_quietly(self, row: TokenRow) -> Held | None:
        try:
            return self._opened(row)
        except Unsealable:
            return None

    def _opened_storage(self) -> Storage:
        if self._storage is None:
            raise SendFailed("retry", "the tokens are not opened yet", 5.0)
        return self._storage


def renewal_at(row: TokenRow, early: float = 0.0) -> datetime:
    """When the tokens of a row are renewed ahead of their end."""
    if row.refreshed_at is None or row.expires_at is None:
        return datetime.min.replace(tzinfo=UTC)
    return row.refreshed_at + (row.expires_at - row.refreshed_at) * (RENEW_AT - early)


async def reseal(storage: Storage, sealer: Sealer, app_id: str) -> bool:
    """Seal with a new key from now on, and what is kept already too; False when there was nothing kept.

    Raises OSError, or Unsealable before anything is changed.
    """
    async with storage.reading() as records:
        row = await records.zalo_tokens.get(app_id)
    if row is not None:
        _open_all(sealer, row)
    sealer.add_key()
    while row is not None:
        opened = _open_all(sealer, row)
        sealed = [None if t is None else sealer.seal(t, sealed_for(app_id, what)) for what, t in opened.items()]
        async with storage.writing() as records:
            if await records.zalo_tokens.resealed(row, *sealed):
                return True
            row = await records.zalo_tokens.get(app_id)
    return False


def _open_all(sealer: Sealer, row: TokenRow) -> dict[str, str | None]:
    kept = {ACCESS: row.sealed_access, REFRESH: row.sealed_refresh, SEED: row.sealed_seed}
    return {
        what: None if sealed is None else sealer.open(sealed, sealed_for(row.app_id, what))
        for what, sealed in kept.items()
    }


def oauth_of(settings: Settings) -> ZaloOauth:
    """The OAuth host of the settings."""
    return ZaloOauth(settings.zalo_oa_app_id, settings.zalo_oa_app_secret.get_secret_value(), settings.zalo_oauth_base)


def sealer_of(settings: Settings) -> Sealer:
    """The sealing key of this installation."""
    return Sealer(settings.kehoach_home / KEY_FILE)
