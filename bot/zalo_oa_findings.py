"""What `kehoach doctor` finds of the Official Account: its secrets, its tokens, and whether its events come."""

from collections.abc import AsyncIterator
from datetime import timedelta

from bot.findings import Finding, finding
from bot.outlook import Outlook
from bot.settings import Settings
from bot.zalo_token_state import readable, token_findings
from bot.zalo_tokens import sealer_of
from domain.channels import ZALO_OA
from domain.clock import local
from domain.ports import SendFailed
from storage import Storage

SILENT = timedelta(days=3)
"""After so long without a single event somebody should look at the console."""


async def zalo_oa_findings(storage: Storage, settings: Settings, outlook: Outlook) -> AsyncIterator[Finding]:
    """The account's settings, its tokens as they are kept, the account itself, and what came of it."""
    if not settings.zalo_oa_app_id:
        yield finding("ok", ZALO_OA, "zalo_oa_off")
        return
    if not settings.zalo_oa_app_secret.get_secret_value():
        yield finding("fault", ZALO_OA, "zalo_oa_app_secret")
    if not settings.zalo_oa_secret_key.get_secret_value():
        yield finding("fault", ZALO_OA, "zalo_oa_secret_key")
    if not settings.public_url.startswith("https://"):
        yield finding("fault", ZALO_OA, "zalo_oa_public_url")
    async with storage.reading() as records:
        row = await records.zalo_tokens.get(settings.zalo_oa_app_id)
    sealer = sealer_of(settings)
    has_seed = bool(settings.zalo_oa_refresh_token.get_secret_value())
    for each in token_findings(row, sealer, outlook.now, has_seed=has_seed):
        yield each
    token = readable(row, sealer, outlook.now)
    if token:
        yield await _account(token, settings)
    if settings.public_url:
        url = settings.public_url.rstrip("/") + "/webhooks/zalo-oa"
        yield _events(url, outlook)


async def _account(token: str, settings: Settings) -> Finding:
    """Whether Zalo takes the access token."""
    from bot.channels.zalo_oa import ZaloOa

    account = ZaloOa(_Kept(token), settings.zalo_oa_app_id, settings.zalo_oa_api_base)
    try:
        found = await account.me()
    except SendFailed as failure:
        key = "zalo_oa_refused" if failure.kind == "held" else "zalo_oa_unreached"
        return finding("fault", ZALO_OA, key, reason=failure.reason)
    finally:
        await account.close()
    return finding("ok", ZALO_OA, "zalo_oa_ok", name=found.get("name") or found.get("oa_id") or "")


def _events(url: str, outlook: Outlook) -> Finding:
    """What the console must show, which no call tells, and when the last event came."""
    last = outlook.came.get(ZALO_OA)
    if last is None:
        return finding("warning", ZALO_OA, "zalo_oa_no_events", url=url)
    is_silent = outlook.now - last > SILENT
    level, key = ("warning", "zalo_oa_silent") if is_silent else ("ok", "zalo_oa_events")
    return finding(level, ZALO_OA, key, url=url, at=f"{local(last):%H:%M %d/%m/%Y}")


class _Kept:
    """The access token as it is kept: looking never renews it, since that would spend the server's refresh token."""

    def __init__(self, token: str) -> None:
        self._token = token

    async def access(self) -> str:
        return self._token

    async def renew(self, stale: str) -> str:
        raise SendFailed("held", "the access token is refused")
