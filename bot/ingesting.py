"""Brings documents into the library: read, outline, draft the register, replace in one transaction, then index."""

import asyncio
import hashlib
import shutil
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import structlog

import texts
from bot.amended import propose_changes
from domain.people import Unit
from domain.plans import Document, Passage, Visibility
from knowledge import Outlined, UnreadableFile, outline
from knowledge.checks import oldest_check, without_check
from knowledge.drafting import Drafted, draft_register
from knowledge.reading import READER_VERSION, FinishedPages, Kind, LeftOut, ReadText, kind_of, read_text
from knowledge.reading.apart import Apart
from knowledge.reading.packed import Source, names_of, sources
from storage import Storage

log = structlog.get_logger()


@dataclass(frozen=True, slots=True)
class Quality:
    """How much of a document is legible, from 0 to 1: as it was read, and as it was restored."""

    before: float
    after: float


@dataclass(frozen=True, slots=True)
class Ingested:
    """What became of one file. `outcome` is "added", "replaced", "unchanged", "same" or "unreadable".

    `reason` is the sentence that says why it could not be read, or that the same content is held under another name;
    `left_out` names the pages of a document that could not be read. `tasks` and `targets` of the document stand in the
    register; `waiting` of them are drafts that nobody has reviewed yet. `changes` are the deadlines of
    earlier papers' tasks that the document asks to move and about which nobody has decided.
    """

    file: str
    outcome: str
    document: Document | None = None
    passages: int = 0
    reason: str = ""
    quality: Quality | None = None
    left_out: tuple[LeftOut, ...] = ()
    tasks: int = 0
    targets: int = 0
    waiting: int = 0
    changes: int = 0

    @property
    def note(self) -> str:
        """What a person should know beyond the outcome."""
        if not self.left_out:
            return self.reason
        reasons = {texts.say(f"cli.ingest.left_out.{page.reason}") for page in self.left_out}
        numbers = ", ".join(str(page.page) for page in self.left_out[:20])
        more = "…" if len(self.left_out) > 20 else ""
        return texts.say("cli.ingest.pages_left_out", pages=numbers + more, reason=" ".join(sorted(reasons)))

    def as_json(self) -> dict[str, Any]:
        """The form `kehoach ingest --json` prints."""
        document, quality = self.document, self.quality
        return {
            "file": self.file,
            "outcome": self.outcome,
            "number": document.number if document else None,
            "date": document.issued_on.isoformat() if document and document.issued_on else None,
            "issuer": document.issuer if document else None,
            "title": document.title if document else None,
            "pages": document.pages if document else None,
            "passages": self.passages,
            "tasks": self.tasks,
            "targets": self.targets,
            "waiting": self.waiting,
            "changes": self.changes,
            "quality": {"before": round(quality.before, 4), "after": round(quality.after, 4)} if quality else None,
            "left_out": [{"page": page.page, "reason": page.reason} for page in self.left_out],
            "reason": self.note or None,
        }


async def ingest(
    storage: Storage,
    office_id: int,
    paths: Sequence[Path],
    visibility: Visibility,
    now: datetime,
    *,
    unfinished: Path | None = None,
    on_found: Callable[[int], None] = lambda _: None,
    on_file: Callable[[Ingested], None] = lambda _: None,
    on_page: Callable[[str, int, int], None] = lambda _name, _done, _total: None,
) -> list[Ingested]:
    """Read files, and what is in folders and packed folders, into the library.

    A broken file is reported and never stops the others; nothing is half replaced. A file with the same name and
    content as one already held changes nothing, unless an older reader read it. `unfinished` is the folder in which the
    pages of a long scan are kept until the whole is stored, so that an interrupted reading goes on where it was.
    """
    results = []
    _forget_older(unfinished)
    with TemporaryDirectory(prefix="kehoach-") as scratch:
        found = await asyncio.to_thread(sources, paths, Path(scratch))
        on_found(len(found))
        async with Apart() as apart:
            for source, name in zip(found, names_of(found), strict=True):
                one = _One(storage, office_id, source, name, visibility, now)
                results.append(await one.read(apart, unfinished, on_page))
                on_file(results[-1])
    return results


def _forget_older(unfinished: Path | None) -> None:
    """Remove what an older reader left unfinished."""
    if unfinished is not None and unfinished.is_dir():
        for folder in unfinished.iterdir():
            if not folder.name.endswith(f"-{READER_VERSION}"):
                shutil.rmtree(folder, ignore_errors=True)


@dataclass(frozen=True, slots=True)
class _One:
    """One file on its way into the library."""

    storage: Storage
    office_id: int
    source: Source
    name: str
    visibility: Visibility
    now: datetime

    async def read(self, apart: Apart, unfinished: Path | None, on_page: Callable[[str, int, int], None]) -> Ingested:
        """Read and store it. Whatever is wrong with the file is told in what comes back, never raised."""
        try:
            with self.source.at_hand() as path:
                digest = await asyncio.to_thread(_digest, path)
                held = await self._held(digest)
                if held is not None:
                    return held
                folder = None if unfinished is None else unfinished / f"{digest[:32]}-{READER_VERSION}"
                read = await self._text(apart, path, folder, on_page)
            outlined = await asyncio.to_thread(outline, read)
            drafted = await asyncio.to_thread(draft_register, read, outlined, await self._units())
        except UnreadableFile as unreadable:
            log.warning("file not read", file=self.name, reason=unreadable.reason)
            sentence = texts.say(f"cli.ingest.unreadable.{unreadable.reason}", **unreadable.blanks)
            return Ingested(self.name, "unreadable", reason=sentence)
        except OSError as error:
            log.warning("file not read", file=self.name, reason=type(error).__name__)
            return Ingested(self.name, "unreadable", reason=texts.say("cli.ingest.unreadable.missing"))
        except Exception as error:
            # A fault of ours must not cost the administrator the other files of the batch.
            log.exception("file not read", file=self.name, reason=type(error).__name__)
            return Ingested(self.name, "unreadable", reason=texts.say("cli.ingest.unreadable.fault"))
        result = await self._store(outlined, drafted, digest, read)
        await asyncio.to_thread(FinishedPages(folder).forget)
        return result

    async def _held(self, digest: str) -> Ingested | None:
        """What is held already of this content, under this name or another one."""
        async with self.storage.reading() as records:
            document = await records.library.by_file(self.office_id, self.name)
            if document is None or not self._is(document, digest):
                others = await records.library.documents(self.office_id)
                same = next((other for other in others if self._is(other, digest)), None)
                if same is None:
                    return None
                document, outcome = same, "same"
                reason = texts.say("cli.ingest.same", file=same.file)
            else:
                outcome, reason = "unchanged", ""
            passages = await records.library.passages(document.id)
            tasks, targets, waiting = await records.drafting.counts(document.id)
        quality = quality_of(passages)
        return Ingested(
            self.name,
            outcome,
            document,
            len(passages),
            reason,
            quality,
            tasks=tasks,
            targets=targets,
            waiting=waiting,
        )

    async def _units(self) -> Sequence[Unit]:
        async with self.storage.reading() as records:
            return await records.people.units(self.office_id)

    def _is(self, document: Document, digest: str) -> bool:
        return (document.sha256, document.visibility, document.read_by) == (digest, self.visibility, READER_VERSION)

    async def _text(
        self, apart: Apart, path: Path, folder: Path | None, on_page: Callable[[str, int, int], None]
    ) -> ReadText:
        """The file's text. What needs a library that a hostile file may deceive is read in another process."""
        if await asyncio.to_thread(kind_of, path) is Kind.PLAIN:
            return await asyncio.to_thread(read_text, path)
        return await apart.read(path, lambda done, total: on_page(self.name, done, total), folder)

    async def _store(self, outlined: Outlined, drafted: Drafted, digest: str, read: ReadText) -> Ingested:
        document, passages = _as_rows(outlined, self.office_id, self.name, digest, self.visibility)
        async with self.storage.writing() as records:
            before = await records.library.by_file(self.office_id, self.name)
            stored = await records.library.replace(document, passages)
            await records.drafting.renew(stored, drafted.tasks, drafted.targets)
            tasks, targets, waiting = await records.drafting.counts(stored.id)
            changes = await propose_changes(records, stored, passages, self.now)
            details = {"passages": len(passages), "tasks": len(drafted.tasks), "targets": len(drafted.targets)}
            await records.audit.note(self.office_id, None, "document.ingested", self.name, self.now, details)
        for page in read.left_out:
            log.warning("page not read", file=self.name, page=page.page, reason=page.reason)
        outcome = "replaced" if before else "added"
        return Ingested(
            self.name,
            outcome,
            stored,
            len(passages),
            quality=quality_of(passages),
            left_out=read.left_out,
            tasks=tasks,
            targets=targets,
            waiting=waiting,
            changes=changes,
        )


def quality_of(passages: Sequence[Passage]) -> Quality | None:
    """How legible these passages are, the longer ones counting more; None where there are none."""
    length = sum(len(passage.source) for passage in passages)
    if not length:
        return None
    damage = sum(passage.damage * len(passage.source) for passage in passages)
    sureness = sum(passage.sureness * len(passage.source) for passage in passages)
    return Quality(1 - damage / length, sureness / length)


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
        checked_on=oldest_check(draft.source for draft in outlined.passages),
        read_by=READER_VERSION,
    )
    passages = [
        Passage(
            id=0,
            document_id=0,
            ordinal=ordinal,
            kind=draft.kind,
            heading=draft.heading,
            text=without_check(draft.text),
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
