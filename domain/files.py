"""Photos and files that people send: where each stands until its bytes are kept."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

NAME_LIMIT = 120
LARGEST_PICTURE = 10 * 2**20
"""Bytes of a picture that can be shown in a message (Bot API, sendPhoto)."""
_SHOWN = frozenset({"image/jpeg", "image/png", "image/webp"})
_ENDINGS = {
    "image/jpeg": ".jpg",
    "image/png": ".png",
    "image/webp": ".webp",
    "image/heic": ".heic",
    "application/pdf": ".pdf",
    "text/plain": ".txt",
}


class FileStatus(StrEnum):
    """Whether the bytes of a photo or file are on their way, kept, or will never be."""

    AWAITED = "awaited"
    KEPT = "kept"
    REFUSED = "refused"


@dataclass(frozen=True, slots=True)
class KeptFile:
    """A photo or file somebody sent, by the app's own id.

    `sha256` names its bytes once they are kept, `error` says why they are not; `attempts` counts the tries so far.
    """

    id: int
    office_id: int | None
    channel: str
    chat_id: str
    user_id: str
    message_id: str
    remote_id: str
    name: str
    media_type: str
    size: int
    status: FileStatus
    sha256: str
    error: str
    attempts: int
    received_at: datetime
    report_id: int | None = None
    feedback_id: int | None = None

    @property
    def is_picture(self) -> bool:
        """True for a photo that every app can show; any other file is sent to be saved."""
        return self.media_type in _SHOWN and self.size <= LARGEST_PICTURE

    @property
    def shown_name(self) -> str:
        """The name under which it is shown: its own, else one made of its kind and number."""
        ending = _ENDINGS.get(self.media_type, "")
        own = "".join(c for c in self.name if c.isprintable() and c not in '/\\<>:"|?*').strip(". ")[:NAME_LIMIT]
        if own:
            return own
        return f"{'anh' if self.media_type.startswith('image/') else 'tep'}-{self.id}{ending}"
