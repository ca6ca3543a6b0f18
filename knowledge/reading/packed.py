"""Finds the files to read in what was named: files, folders, and packed folders, also one packed inside another."""

import zipfile
import zlib
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path, PurePosixPath
from tempfile import TemporaryDirectory

from knowledge.reading.kinds import Kind, kind_of
from knowledge.reading.refusals import UnreadableFile

MOST_FILES = 2_000
"""In one packed folder."""
MOST_UNPACKED = 2_000_000_000
"""Bytes of one packed folder's files together."""

_LARGEST_FILE = 400_000_000
_SWELLING, _SWELLS_FROM = 300, 20_000_000
_LONGEST_NAME = 200
_CHUNK = 1 << 20
_LOCKED = 0x1
_OF_THE_SYSTEM = ("~$", ".", "__MACOSX", "Thumbs.db", "desktop.ini")
_BROKEN = (zipfile.BadZipFile, ValueError, NotImplementedError, RuntimeError, EOFError, zlib.error)


@dataclass(frozen=True, slots=True)
class Source:
    """A file to read: where it was found, outermost folder first, and why it is refused where that is known."""

    place: tuple[str, ...]
    path: Path | None = None
    packed_in: Path | None = None
    member: zipfile.ZipInfo | None = field(default=None, compare=False)
    refused: UnreadableFile | None = field(default=None, compare=False)

    @contextmanager
    def at_hand(self) -> Iterator[Path]:
        """The file on the disk, unpacked for as long as it is needed. Raises UnreadableFile."""
        if self.refused is not None:
            raise self.refused
        if self.path is not None:
            yield self.path
            return
        assert self.packed_in is not None and self.member is not None
        with TemporaryDirectory(prefix="kehoach-") as folder:
            # The name of a packed file is never used as a path: only its ending is, and that only as a hint.
            path = Path(folder) / ("file" + _safe_suffix(self.place[-1]))
            _unpack(self.packed_in, self.member, path)
            yield path


def sources(paths: Sequence[Path], scratch: Path) -> list[Source]:
    """The files to read, in order and once each; `scratch` takes what is packed twice for as long as it is read.

    Everything that a person put there is named, also what cannot be read: then the source says why.
    """
    found: list[Source] = []
    seen: set[Path] = set()
    for path in paths:
        inside = path.is_dir()
        for file in sorted(p for p in path.rglob("*") if _is_somebodys(p.relative_to(path))) if inside else [path]:
            real = file.resolve()
            if real in seen or (inside and not file.is_file()):
                continue
            seen.add(real)
            place = (path.resolve().name, *file.relative_to(path).parts) if inside else (file.name,)
            found.extend(_opened(Source(place, file), file, scratch, 0))
    return found


def names_of(found: Sequence[Source]) -> list[str]:
    """A name for each source that no other has: the file's own, with as many folders before it as tell it apart."""
    lengths = [1] * len(found)
    for _ in range(max((len(source.place) for source in found), default=0)):
        names = ["/".join(source.place[-n:]) for source, n in zip(found, lengths, strict=True)]
        counts: dict[str, int] = {}
        for name in names:
            counts[name.casefold()] = counts.get(name.casefold(), 0) + 1
        lengths = [
            min(n + 1, len(source.place)) if counts[name.casefold()] > 1 else n
            for source, n, name in zip(found, lengths, names, strict=True)
        ]
    names = ["/".join(source.place[-n:]) for source, n in zip(found, lengths, strict=True)]
    return _numbered(names)


def _numbered(names: Sequence[str]) -> list[str]:
    """What still has the same name, as two folders of one name do that were both given, gets a number."""
    met: dict[str, int] = {}
    told = []
    for name in names:
        met[name.casefold()] = met.get(name.casefold(), 0) + 1
        count = met[name.casefold()]
        told.append(name if count == 1 else f"{name} ({count})")
    return told


def _is_somebodys(place: Path | PurePosixPath) -> bool:
    """False for what systems and Office leave beside a person's files."""
    return not any(part.startswith(_OF_THE_SYSTEM) for part in place.parts)


def _opened(source: Source, path: Path, scratch: Path, depth: int) -> Iterator[Source]:
    """The source itself, or what is packed in it."""
    try:
        is_packed = kind_of(path) is Kind.PACKED and path.suffix.lower() == ".zip"
    except (UnreadableFile, OSError):
        is_packed = False
    if not is_packed:
        yield source
    elif depth > 1:
        yield Source(source.place, refused=UnreadableFile("nested_too_deep"))
    else:
        yield from _members(source, path, scratch, depth)


def _members(source: Source, path: Path, scratch: Path, depth: int) -> Iterator[Source]:
    try:
        with zipfile.ZipFile(path) as packed:
            members = [m for m in packed.infolist() if not m.is_dir()]
    except (*_BROKEN, OSError):
        yield Source(source.place, refused=UnreadableFile("damaged"))
        return
    if len(members) > MOST_FILES:
        yield Source(source.place, refused=UnreadableFile("too_many_files", files=len(members), most=MOST_FILES))
        return
    if sum(m.file_size for m in members) > MOST_UNPACKED:
        yield Source(source.place, refused=UnreadableFile("too_much_inside"))
        return
    names: set[str] = set()
    for member in members:
        name = member.filename.replace("\\", "/")
        if not _is_somebodys(PurePosixPath(name)) and ".." not in name.split("/"):
            continue
        place = (*source.place, *(part for part in _shown(name).split("/") if part))
        reason = _refusal(member, name) or ("unsafe_name" if name in names else "")
        names.add(name)
        if reason:
            yield Source(place, refused=UnreadableFile(reason, most=_LARGEST_FILE // 1_000_000))
        elif name.lower().endswith(".zip"):
            yield from _nested(place, path, member, scratch, depth)
        else:
            yield Source(place, packed_in=path, member=member)


def _nested(place: tuple[str, ...], path: Path, member: zipfile.ZipInfo, scratch: Path, depth: int) -> Iterator[Source]:
    if depth:
        yield Source(place, refused=UnreadableFile("nested_too_deep"))
        return
    inner = scratch / f"{len(list(scratch.iterdir())):04}.zip"
    try:
        _unpack(path, member, inner)
    except UnreadableFile as unreadable:
        yield Source(place, refused=unreadable)
        return
    yield from _opened(Source(place, inner), inner, scratch, depth + 1)


def _refusal(member: zipfile.ZipInfo, name: str) -> str:
    """Why a packed file is not unpacked; "" for an honest one."""
    parts = name.split("/")
    if name.startswith("/") or ".." in parts or ":" in name or any(ord(c) < 32 for c in name):
        return "unsafe_name"
    if len(name) > _LONGEST_NAME * 4 or any(len(part) > _LONGEST_NAME for part in parts):
        return "unsafe_name"
    if member.flag_bits & _LOCKED:
        return "encrypted"
    if member.file_size > _LARGEST_FILE:
        return "too_large"
    if member.file_size > _SWELLS_FROM and member.file_size > member.compress_size * _SWELLING:
        return "too_much_inside"
    return ""


def _shown(name: str) -> str:
    """A name as it may be shown and stored, however absurd it is."""
    printable = "".join(c if c.isprintable() else "\ufffd" for c in name)
    return "/".join(part[:_LONGEST_NAME] for part in printable.split("/") if part not in ("", ".", "..")) or "\ufffd"


def _safe_suffix(name: str) -> str:
    suffix = PurePosixPath(name).suffix
    return suffix if suffix[1:].isalnum() and suffix.isascii() and len(suffix) < 8 else ""


def _unpack(packed_in: Path, member: zipfile.ZipInfo, into: Path) -> None:
    """Write the packed file, never more of it than it said it has."""
    left = member.file_size
    try:
        with zipfile.ZipFile(packed_in) as packed, packed.open(member) as file, into.open("wb") as out:
            while chunk := file.read(_CHUNK):
                left -= len(chunk)
                if left < 0:
                    raise UnreadableFile("too_much_inside")
                out.write(chunk)
    except _BROKEN:
        raise UnreadableFile("damaged") from None
