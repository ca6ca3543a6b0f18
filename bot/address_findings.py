"""What `kehoach doctor` finds of PUBLIC_URL: whether the server is reached under the address that apps push to."""

import json
from collections.abc import AsyncIterator
from datetime import timedelta
from urllib.parse import urlsplit

from bot.asking import Answer, NoAnswer, ask
from bot.findings import Finding, finding
from bot.outlook import Outlook, pushed
from bot.settings import Settings
from domain.channels import ZALO_OA
from handlers.apps import app_words

LATELY = timedelta(hours=24)


async def address_findings(settings: Settings, outlook: Outlook) -> AsyncIterator[Finding]:
    """The address tried from this very machine, which is the nearest to outside that can be had."""
    own = settings.public_url.rstrip("/")
    apps = pushed(settings)
    if not own:
        yield finding("ok", "address", "address_none")
        return
    if urlsplit(own).scheme != "https":
        yield finding("fault" if apps else "warning", "address", "address_not_https", url=own)
    try:
        answer = await ask(f"{own}/healthz")
    except NoAnswer as failure:
        yield _unreached(failure, own, apps, outlook)
        return
    if not _is_ours(answer):
        key = "address_unwell" if answer.status == 503 else "address_other"
        level = "fault" if outlook.serves else "warning"
        yield finding(level, "address", key if outlook.serves else "address_idle", url=own, status=answer.status)
        return
    yield finding("ok", "address", "address_ok", url=own)
    if ZALO_OA in apps and not await _takes_probe(f"{own}/webhooks/zalo-oa"):
        yield finding("fault", "address", "address_hook_closed", url=f"{own}/webhooks/zalo-oa")


def _unreached(failure: NoAnswer, own: str, apps: list[str], outlook: Outlook) -> Finding:
    """No fault where the server is not running, or where what apps pushed lately shows that they reach it."""
    if not outlook.serves:
        return finding("warning", "address", "address_idle", url=own, status="-")
    if failure.reason in ("address", "certificate", "answer"):
        return finding("fault" if apps else "warning", "address", f"address_{failure.reason}", url=own)
    reaching = [app for app in apps if app in outlook.came and outlook.now - outlook.came[app] < LATELY]
    if reaching:
        return finding("warning", "address", "address_from_inside", url=own, app=app_words(reaching[0]))
    return finding("fault" if apps else "warning", "address", "address_closed", url=own)


def _is_ours(answer: Answer) -> bool:
    """Whether this is how our server answers when it is well."""
    if answer.status != 200:
        return False
    try:
        found = json.loads(answer.body)
    except (ValueError, RecursionError):
        return False
    return isinstance(found, dict) and found.get("status") == "ok" and "channels" in found


async def _takes_probe(address: str) -> bool:
    """Whether Zalo's unsigned probe is answered there; it changes nothing."""
    try:
        return (await ask(address, "POST", b"{}")).status == 200
    except NoAnswer:
        return False
