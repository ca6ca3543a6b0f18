"""Brings documents into the library: read, outline, replace in one transaction, then index."""

import asyncio
import hashlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

import structlog

import texts
from domain.plans import Document, Passage, Visibility
from knowledge import Outlined, UnreadableFile, read_document
from knowledge.checks import oldest_check
from storage import Storage

log = structlog.get_logger()

READABLE = (".txt", ".md")


@dataclass(frozen=True, slots=True)
class Ingested:
    """What became of one file. `outcome` is "added", "replaced", "unchanged" or "unreadable".

    `reason` is the sentence that says why it could not be read.
    """

    file: str
    outcome: str
    document: Document | None = None
    passages: int = 0
    reason: str = ""

    def as_json(self) -> dict[str, Any]:
        """The form `kehoach ingest --json` prints."""
        document = self.document
        return {
            "file": self.file,
            "outcome": self.outcome,
            "number": document.number if document else None,
            "date": document.issued_on.isoformat() if document and document.issued_on else None,
            "issuer": document.issuer if document else None,
            "title": document.title if document else None,
            "pages": document.pages if document else None,
            "passages": self.passages,
            "reason": self.reason or None,
        }


def files_in(paths: Sequence[Path]) -> list[Path]:
    """The files to read: those named, and every readable one below a named folder, in order and once each."""
    found: dict[Path, None] = {}
    for path in paths:
        if path.is_dir():
            found.update(dict.fromkeys(sorted(p for p in path.rglob("*") if p.suffix.lower() in READABLE)))
        else:
            found[path] = None
    return list(found)


async def ingest(
    storage: Storage,
    office_id: int,
    files: Sequence[Path],
    visibility: Visibility,
    now: datetime,
    *,
    on_file: Callable[[Ingested], None] = lambda _: None,
) -> list[Ingested]:
    """Read each file into the library. A broken file is reported and never stops the others; nothing is half replaced.

    A file with the same name and content as one already held changes nothing, however often it is given.
    """
    results = []
    for path in files:
        result = await _one(storage, office_id, path, visibility, now)
        results.append(result)
        on_file(result)
    return results


async def _one(storage: Storage, office_id: int, path: Path, visibility: Visibility, now: datetime) -> Ingested:
    try:
        digest = await asyncio.to_thread(_digest, path)
        async with storage.reading() as records:
            held = await records.library.by_file(office_id, path.name)
        if held and held.sha256 == digest and held.visibility == visibility:
            async with storage.reading() as records:
                count = len(await records.library.passages(held.id))
            return Ingested(path.name, "unchanged", held, count)
        outlined = await asyncio.to_thread(read_document, path)
    except UnreadableFile as unreadable:
        log.warning("file not read", file=path.name, reason=unreadable.reason)
        return Ingested(path.name, "unreadable", reason=texts.say(f"cli.ingest.unreadable.{unreadable.reason}"))
    except OSError as error:
        log.warning("file not read", file=path.name, reason=type(error).__name__)
        return Ingested(path.name, "unreadable", reason=texts.say("cli.ingest.unreadable.missing"))
    document, passages = _as_rows(outlined, office_id, path.name, digest, visibility)
    async with storage.writing() as records:
        stored = await records.library.replace(document, passages)
        await records.audit.note(office_id, None, "document.ingested", path.name, now, {"passages": len(passages)})
    return Ingested(path.name, "replaced" if held else "added", stored, len(passages))


def _digest(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _as_rows(
    outlined: Outlined, office_id: int, file: str, digest: str, visibility: Visibility
) -> tuple[Document, list[Passage]]:
    document = Document(
        id=0,
        office_id=office_id,
        file=file,
        number=outlined.number,
        issued_on=outlined.issued_on,
        issuer=outlined.issuer,
        title=outlined.title,
        pages=outlined.pages,
        visibility=visibility,
        sha256=digest,
        checked_on=oldest_check(draft.text for draft in outlined.passages),
    )
    passages = [
        Passage(
            id=0,
            document_id=0,
            ordinal=ordinal,
            kind=draft.kind,
            heading=draft.heading,
            text=draft.text,
            source=draft.source,
            start=draft.start,
            end=draft.end,
            page=draft.page,
            damage=draft.damage,
            sureness=draft.sureness,
        )
        for ordinal, draft in enumerate(outlined.passages)
    ]
    return document, passages
