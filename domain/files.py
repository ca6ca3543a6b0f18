"""Photos and files that people send: where each stands until its bytes are kept."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum


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
        """True for a photo, which is shown and not saved."""
        return self.media_type.startswith("image/")
