"""What is known of the server before the apps are asked: whether it runs, what came last, what it noted."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from bot.app_notes import AppNotes, Note
from bot.presence import DEAD_AFTER, sender_of
from bot.settings import Settings
from domain.channels import TELEGRAM, ZALO_BOT, ZALO_OA
from storage import Storage


@dataclass(frozen=True, slots=True)
class Outlook:
    """`serves`: a server runs on this data folder. `came`: when each app's last update came. `notes`: by their name."""

    now: datetime
    serves: bool = False
    came: Mapping[str, datetime] = field(default_factory=dict)
    notes: Mapping[str, Note] = field(default_factory=dict)


async def outlook(storage: Storage, settings: Settings, now: datetime) -> Outlook:
    """What the database and the data folder tell. Raises Busy."""
    async with storage.reading() as records:
        own = sender_of(settings.kehoach_home)
        serves = own in await records.senders.alive(now - DEAD_AFTER)
        came = await records.inbox.latest()
    return Outlook(now, serves, came, AppNotes(settings.kehoach_home).all())


def pushed(settings: Settings) -> list[str]:
    """The apps that push their updates to this server."""
    telegram = settings.telegram_token.get_secret_value() and settings.telegram_mode == "webhook"
    zalo_bot = settings.zalo_bot_token.get_secret_value() and settings.zalo_bot_mode == "webhook"
    wanted = ((TELEGRAM, telegram), (ZALO_BOT, zalo_bot), (ZALO_OA, settings.zalo_oa_app_id))
    return [name for name, is_wanted in wanted if is_wanted]
