"""The bytes of what people sent: under the data folder, named by what they are, readable by this program alone."""

import contextlib
import hashlib
import os
import re
import secrets
import time
from pathlib import Path

_SHA256 = re.compile(r"[0-9a-f]{64}")
_UPLOAD = re.compile(r"[A-Za-z0-9_-]{20,64}")
UPLOADS_LAST_SECONDS = 2 * 24 * 3600.0
"""What the chat page took in is fetched within seconds; what nobody fetched in this time is swept away."""
MOST_UPLOADED_BYTES = 2 * 2**30


class Full(Exception):
    """There is no room for another upload."""


class Folder:
    """Kept files by the SHA-256 of their bytes. Every call blocks: run it in a thread."""

    def __init__(self, home: Path) -> None:
        self._home = home / "files"

    def put(self, content: bytes) -> str:
        """Keep these bytes for good and return their name; the same bytes are kept once."""
        name = hashlib.sha256(content).hexdigest()
        path = self._path(name)
        if not path.exists():
            write_whole(path, content)
        return name

    def get(self, name: str) -> bytes | None:
        """The bytes of this name, or None where they are not, or are no longer what their name says."""
        if not _SHA256.fullmatch(name):
            return None
        try:
            content = self._path(name).read_bytes()
        except OSError:
            return None
        return content if hashlib.sha256(content).hexdigest() == name else None

    def drop(self, name: str) -> None:
        """Let the bytes of this name go; nothing happens where there are none."""
        if _SHA256.fullmatch(name):
            self._path(name).unlink(missing_ok=True)

    def _path(self, name: str) -> Path:
        return self._home / name[:2] / name


class Uploads:
    """What the chat page took in and nobody has fetched yet. Every call but `get` of a wrong name blocks."""

    def __init__(self, home: Path) -> None:
        self._home = home / "uploads"

    def put(self, content: bytes) -> str:
        """Keep these bytes until they are fetched and return the id to fetch them by. Raises Full."""
        if self._swept() + len(content) > MOST_UPLOADED_BYTES:
            raise Full
        name = secrets.token_urlsafe(24)
        write_whole(self._home / name, content)
        return name

    def get(self, name: str) -> bytes | None:
        """The bytes of an upload, or None where there are none."""
        if not _UPLOAD.fullmatch(name):
            return None
        try:
            return (self._home / name).read_bytes()
        except OSError:
            return None

    def _swept(self) -> int:
        """How many bytes lie here, once what is too old is gone."""
        oldest, total = time.time() - UPLOADS_LAST_SECONDS, 0
        with contextlib.suppress(FileNotFoundError):
            for entry in os.scandir(self._home):
                with contextlib.suppress(FileNotFoundError):
                    if entry.stat().st_mtime < oldest:
                        Path(entry.path).unlink()
                    else:
                        total += entry.stat().st_size
        return total


def write_whole(path: Path, content: bytes) -> None:
    """Write a file that is either there whole or not there, through a power cut too."""
    # One by one: folders made on the way to a folder take no mode.
    path.parent.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    path.parent.mkdir(mode=0o700, exist_ok=True)
    part = path.with_name(f".{path.name}.{secrets.token_hex(4)}")
    try:
        with os.fdopen(os.open(part, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as opened:
            opened.write(content)
            opened.flush()
            os.fsync(opened.fileno())
        part.replace(path)
    except BaseException:
        with contextlib.suppress(FileNotFoundError):
            part.unlink()
        raise
    folder = os.open(path.parent, os.O_RDONLY)
    try:
        os.fsync(folder)
    finally:
        os.close(folder)
