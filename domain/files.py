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
    "application/vnd.openxmlformats-officedocument.wordprocessingml.document": ".docx",
    "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet": ".xlsx",
    "application/vnd.oasis.opendocument.text": ".odt",
}
_ALSO = {"text/plain": (".txt", ".csv", ".md", ".log")}


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
    def own_name(self) -> str:
        """The name it came under, without what could lead a file astray; empty where it had none."""
        return "".join(c for c in self.name if c.isprintable() and c not in '/\\<>:"|?*').strip(". ")[:NAME_LIMIT]

    @property
    def shown_name(self) -> str:
        """The name under which it is sent on: a paper's own; a photo is only a photo, whichever app it came from."""
        is_photo = self.media_type.startswith("image/")
        if self.own_name and not is_photo:
            return _named_for(self.own_name, self.media_type)
        return f"{'anh' if is_photo else 'tep'}-{self.id}{_ENDINGS.get(self.media_type, '')}"


def _named_for(name: str, media_type: str) -> str:
    """The name with the ending of what the file is, where it has another: "don.pdf.exe" may be opened as a program."""
    ending = _ENDINGS.get(media_type)
    if ending is None or name.lower().endswith(_ALSO.get(media_type, (ending,))):
        return name
    return f"{name}{ending}"
