"""What `kehoach doctor` finds of the secrets in the settings: missing, too short, easy to guess, badly copied."""

import re
from collections import Counter
from collections.abc import Iterator

from bot.findings import Finding, finding
from bot.outlook import pushed
from bot.settings import Settings
from domain.channels import TELEGRAM, ZALO_BOT

SHORTEST = 16
"""Characters of a webhook's secret below which it can be guessed."""
FEWEST_DIFFERENT = 6
TELEGRAM_TOKEN = re.compile(r"\d{6,}:[\w-]{30,}", re.ASCII)
WEBHOOK_SECRET = re.compile(r"[\w-]{1,256}", re.ASCII)
EXAMPLES = ("secret", "changeme", "change-me", "password", "example", "mat-khau", "bi-mat", "token", "123456", "abcdef")
"""Words of which examples are made; folded, as people write them into settings."""
COPIED = ("telegram_token", "zalo_bot_token", "zalo_oa_app_secret", "zalo_oa_secret_key", "zalo_oa_refresh_token")
CHOSEN = {TELEGRAM: "telegram_webhook_secret", ZALO_BOT: "zalo_bot_webhook_secret"}
"""The secrets that the administrator makes up, by the app that shows them."""


def secret_findings(settings: Settings) -> Iterator[Finding]:
    """Each secret that is not fit, by the name of its setting; never a secret itself."""
    secrets = {name: getattr(settings, name).get_secret_value() for name in (*COPIED, *CHOSEN.values())}
    count = 0
    for name, secret in secrets.items():
        if secret and (problem := _badly_copied(name, secret)):
            count += 1
            yield finding("fault", "secrets", problem, name=name.upper())
    for app in pushed(settings):
        name = CHOSEN.get(app, "")
        if name and (found := _weakness(secrets[name])):
            count += 1
            yield finding(*found[:1], "secrets", found[1], name=name.upper(), least=SHORTEST)
    times = Counter(secret for secret in secrets.values() if secret)
    alike = [name.upper() for name, secret in secrets.items() if times[secret] > 1]
    if alike:
        count += 1
        yield finding("warning", "secrets", "secrets_alike", names=", ".join(alike))
    if any(secrets.values()) and not count:
        yield finding("ok", "secrets", "secrets_ok")


def _badly_copied(name: str, secret: str) -> str:
    """What a secret holds that none can hold, as the key of its sentence; empty when it may be one."""
    if any(sign.isspace() for sign in secret) or secret[0] in "\"'<" or secret[-1] in "\"'>":
        return "secret_spoilt"
    if name in COPIED and (not secret.isascii() or _is_example(secret)):
        return "secret_example"
    if name == "telegram_token" and not TELEGRAM_TOKEN.fullmatch(secret):
        return "secret_form"
    if name == "telegram_webhook_secret" and not WEBHOOK_SECRET.fullmatch(secret):
        return "secret_signs"
    return ""


def _weakness(secret: str) -> tuple[str, str] | None:
    """How bad a secret that somebody made up is, and the key of its sentence."""
    if not secret:
        return "fault", "secret_missing"
    if _is_example(secret):
        return "fault", "secret_example"
    if len(secret) < SHORTEST or len(set(secret)) < FEWEST_DIFFERENT:
        return "warning", "secret_short"
    return None


def _is_example(secret: str) -> bool:
    """Whether nothing much is left of it without the words that examples are made of, or it is all one sign."""
    rest = secret.lower()
    for word in EXAMPLES:
        rest = rest.replace(word, "")
    return len(rest) < len(secret) / 2 or len(set(secret)) < 3
