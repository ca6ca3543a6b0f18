"""What the web needs from the rest of the program, and the values that pass between them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Protocol

from bot.channels.zalo_signature import Signatures
from bot.handing_out import Handed
from domain.messages import Reply
from domain.people import Role


@dataclass(frozen=True, slots=True)
class Persona:
    """Someone a visitor of the demo may play. `id` is a short ASCII word; its account is `persona_account(id)`."""

    id: str
    name: str
    role: Role
    unit: str = ""


@dataclass(frozen=True, slots=True)
class Sent:
    """A message that was sent to a web chat. `id` grows within a chat; `at` carries a zone.

    `is_notice` is true for what came on the clock and not as an answer.
    """

    id: int
    chat_id: str
    reply: Reply
    at: datetime
    is_notice: bool = False


class Desk(Protocol):
    """The front desk as the web sees it; `bot.office` provides it."""

    @property
    def office_name(self) -> str:
        """The office's name as the page shows it."""
        ...

    @property
    def is_demo(self) -> bool:
        """True when visitors may play the people of the samples."""
        ...

    @property
    def most_file_bytes(self) -> int:
        """How large one photo or file may be."""
        ...

    async def keep_upload(self, content: bytes) -> str:
        """Keep what a visitor sent until it is fetched; the id for the channel. Raises when it cannot be kept."""
        ...

    def secret_of(self, channel_name: str) -> str | None:
        """The webhook secret of a channel, or None when that channel takes no webhooks here."""
        ...

    @property
    def signatures(self) -> Signatures | None:
        """What checks the webhooks of Zalo OA, or None when that channel takes none here."""
        ...

    def now(self) -> datetime:
        """The office's time."""
        ...

    async def accept(self, channel_name: str, raw: Mapping[str, Any] | str, within: float | None = None) -> bool:
        """Keep an update for good, then return; False when it was kept before. Raises when it could not be kept.

        Raises TimeoutError when it is not kept `within` so many seconds; it then goes on being kept.

        A str is an authentic body that is not a JSON object: it is kept as a dead letter and counts as accepted,
        because the platform would send it again for a day and hold back what is queued behind it.
        """
        ...

    async def handed_out(self, token: str) -> Handed | None:
        """The file that a link opens; None for a link there never was. Raises bot.handing_out.Over."""
        ...

    async def ready(self) -> tuple[bool, Mapping[str, Any]]:
        """Whether updates can be taken now, and the facts behind it (no secrets: anyone may read them)."""
        ...

    async def metrics(self) -> Mapping[str, float]:
        """Figures by name, optionally with labels: `kehoach_updates_total{channel="web"}`."""
        ...

    async def personas(self) -> Sequence[Persona]:
        """Whom a visitor may play; empty outside the demo."""
        ...

    async def web_messages(self, after: Mapping[str, int], wait: float) -> Sequence[Sent]:
        """The messages sent to these web chats with an id above the one named for each chat, by id.

        Waits up to `wait` seconds for the first one; returns at most the newest 200.
        """
        ...

    async def remind_now(self, persona_id: str) -> int:
        """Demo only: queue the next notice of this persona without waiting for its day; how many were queued."""
        ...
