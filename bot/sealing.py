"""Secrets at rest: sealed by AES-256-GCM with a key that lies in a file beside the database, never in it.

A copy of the database alone reveals nothing, and a sealed value opens only under the name it was sealed for. The file
holds one key a line, the newest first: that one seals, all of them open, so that a key can be replaced while servers
run. docs/decisions/0034-zalo-tokens.md says what happens when the file is lost.
"""

import base64
import binascii
import contextlib
import hashlib
import os
import secrets
import stat
from pathlib import Path

KEY_FILE = "sealing.key"
KEY_BYTES = 32
MOST_KEYS = 3
"""How many keys the file holds after one was added: what an older one sealed has long been sealed anew."""

_FORM = b"\x01"
_ID_BYTES = 4
_NONCE_BYTES = 12


class Unsealable(Exception):
    """A sealed value cannot be opened. `reason` is "no_key" (its key is not here) or "damaged"."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


class Sealer:
    """Seals and opens with the keys of one file, which is made at the first sealing and not before."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._keys: list[bytes] = []

    @property
    def path(self) -> Path:
        """The file of the keys."""
        return self._path

    def seal(self, secret: str, name: str) -> bytes:
        """The secret, sealed for this name. Raises OSError when there can be no key file."""
        if not self._keys:
            self._keys = _read(self._path) or self._made()
        from cryptography.hazmat.primitives.ciphers.aead import AESGCM

        key, nonce = self._keys[0], secrets.token_bytes(_NONCE_BYTES)
        head = _FORM + _id_of(key)
        return head + nonce + AESGCM(key).encrypt(nonce, secret.encode(), head + name.encode())

    def open(self, sealed: bytes, name: str) -> str:
        """The secret that was sealed for this name. Raises Unsealable."""
        head, nonce = sealed[: 1 + _ID_BYTES], sealed[1 + _ID_BYTES : 1 + _ID_BYTES + _NONCE_BYTES]
        if head[:1] != _FORM or len(nonce) != _NONCE_BYTES:
            raise Unsealable("damaged")
        key = self._key(head[1:])
        from cryptography.exceptions import InvalidTag
        from cryptography.hazmat.primitives.ciphers.aead import AESGCM

        with contextlib.suppress(InvalidTag):
            return AESGCM(key).decrypt(nonce, sealed[len(head) + len(nonce) :], head + name.encode()).decode()
        raise Unsealable("damaged")

    def is_current(self, sealed: bytes) -> bool:
        """True when the newest key sealed this."""
        keys = _read(self._path)
        return bool(keys) and sealed[1 : 1 + _ID_BYTES] == _id_of(keys[0])

    def add_key(self) -> None:
        """Seal with a new key from now on; the keys before it still open what they sealed. Raises OSError."""
        keys = [secrets.token_bytes(KEY_BYTES), *_read(self._path)][:MOST_KEYS]
        part = _written(self._path, keys)
        part.replace(self._path)
        _sync(self._path.parent)
        self._keys = keys

    def is_private(self) -> bool:
        """True unless other accounts of the machine may read the file."""
        try:
            return not stat.S_IMODE(self._path.stat().st_mode) & 0o077
        except OSError:
            return True

    def is_there(self) -> bool:
        """True when there is a key."""
        return bool(_read(self._path))

    def _key(self, key_id: bytes) -> bytes:
        for keys in (self._keys, _read(self._path)):
            for key in keys:
                if _id_of(key) == key_id:
                    # Read again: another process added a key, or the file was put back.
                    self._keys = keys
                    return key
        raise Unsealable("no_key")

    def _made(self) -> list[bytes]:
        """The keys of a new file; of the other process's, where one makes it at the same moment."""
        self._path.parent.mkdir(parents=True, exist_ok=True)
        part = _written(self._path, [secrets.token_bytes(KEY_BYTES)])
        try:
            # A link is made only where nothing is, so that the file is whole and made once.
            os.link(part, self._path)
            _sync(self._path.parent)
        except FileExistsError:
            pass
        finally:
            part.unlink(missing_ok=True)
        keys = _read(self._path)
        if not keys:
            raise OSError(f"{self._path} holds no key that can be read")
        return keys


def _read(path: Path) -> list[bytes]:
    """The keys of the file, the newest first; a line that is none is passed over."""
    try:
        lines = path.read_text(encoding="ascii", errors="replace").split()
    except OSError:
        return []
    keys = []
    for line in lines:
        with contextlib.suppress(binascii.Error, ValueError):
            key = base64.b64decode(line, altchars=b"-_", validate=True)
            if len(key) == KEY_BYTES:
                keys.append(key)
    return keys


def _written(path: Path, keys: list[bytes]) -> Path:
    """A file beside this one that holds the keys, safe on the disk."""
    part = path.with_name(f".{path.name}.{secrets.token_hex(4)}")
    with os.fdopen(os.open(part, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as opened:
        opened.write(b"".join(base64.urlsafe_b64encode(key) + b"\n" for key in keys))
        opened.flush()
        os.fsync(opened.fileno())
    return part


def _sync(folder: Path) -> None:
    opened = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(opened)
    finally:
        os.close(opened)


def _id_of(key: bytes) -> bytes:
    return hashlib.sha256(b"kehoach key id" + key).digest()[:_ID_BYTES]
