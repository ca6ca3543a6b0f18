"""Documents, their passages and the passages' vectors."""

from collections.abc import Callable, Mapping, Sequence
from contextlib import AbstractAsyncContextManager
from typing import Any

from sqlalchemy import bindparam, case, delete, func, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from domain.plans import Document, Passage, PassageKind, Visibility
from domain.ports import Shelved
from storage import tables
from storage.dialects import insert

_documents, _passages = tables.documents, tables.passages

_DOCUMENT_COLUMNS = (
    _documents.c.id,
    _documents.c.office_id,
    _documents.c.file,
    _documents.c.number,
    _documents.c.issued_on,
    _documents.c.issuer,
    _documents.c.title,
    _documents.c.pages,
    _documents.c.visibility,
    _documents.c.sha256,
    _documents.c.checked_on,
    _documents.c.read_by,
)
_PASSAGE_COLUMNS = (
    _passages.c.id,
    _passages.c.document_id,
    _passages.c.ordinal,
    _passages.c.kind,
    _passages.c.heading,
    _passages.c.text,
    _passages.c.source,
    _passages.c.start_at,
    _passages.c.end_at,
    _passages.c.page,
    _passages.c.damage,
    _passages.c.sureness,
)
_DOCUMENTS = select(*_DOCUMENT_COLUMNS).order_by(_documents.c.id)
_PASSAGE = select(*_PASSAGE_COLUMNS)


class Library:
    """What the office's papers say."""

    def __init__(self, connection: AsyncConnection) -> None:
        self._connection = connection

    async def documents(self, office_id: int | None = None) -> Sequence[Document]:
        """The office's documents, or every office's, the first one added first."""
        statement = _DOCUMENTS if office_id is None else _DOCUMENTS.where(_documents.c.office_id == office_id)
        return [_document(row) for row in await self._connection.execute(statement)]

    async def document(self, document_id: int) -> Document | None:
        """The document, or None."""
        row = (await self._connection.execute(_DOCUMENTS.where(_documents.c.id == document_id))).first()
        return None if row is None else _document(row)

    async def by_file(self, office_id: int, file: str) -> Document | None:
        """The document read from a file of this name, or None."""
        statement = _DOCUMENTS.where(_documents.c.office_id == office_id, _documents.c.file == file)
        row = (await self._connection.execute(statement)).first()
        return None if row is None else _document(row)

    async def passage(self, passage_id: int) -> Passage | None:
        """The passage, or None when its document was replaced since."""
        row = (await self._connection.execute(_PASSAGE.where(_passages.c.id == passage_id))).first()
        return None if row is None else _passage(row)

    async def passages(self, document_id: int) -> Sequence[Passage]:
        """The document's passages in reading order."""
        statement = _PASSAGE.where(_passages.c.document_id == document_id).order_by(_passages.c.ordinal)
        return [_passage(row) for row in await self._connection.execute(statement)]

    async def replace(self, document: Document, passages: Sequence[Passage]) -> Document:
        """Put a document and its passages in place of what its file held before; ids in the given values do not count.

        The document keeps its id, so that tasks stay tied to it; its passages get new ones, never used before.
        """
        given = {
            "office_id": document.office_id,
            "file": document.file,
            "number": document.number,
            "issued_on": document.issued_on,
            "issuer": document.issuer,
            "title": document.title,
            "pages": document.pages,
            "visibility": document.visibility.value,
            "sha256": document.sha256,
            "checked_on": document.checked_on,
            "read_by": document.read_by,
        }
        statement = (
            insert(self._connection.dialect.name, _documents)
            .values(given)
            .on_conflict_do_update(index_elements=["office_id", "file"], set_=given)
            .returning(*_DOCUMENT_COLUMNS)
        )
        kept = _document((await self._connection.execute(statement)).one())
        await self._connection.execute(delete(_passages).where(_passages.c.document_id == kept.id))
        if passages:
            rows = [_passage_values(kept.id, passage) for passage in passages]
            await self._connection.execute(_passages.insert(), rows)
        return kept

    async def remove(self, document_id: int) -> None:
        """Take a document away with its passages and mere drafts; confirmed tasks and targets stay."""
        for table in (tables.tasks, tables.targets):
            drafts = delete(table).where(table.c.document_id == document_id, table.c.confirmed.is_(False))
            await self._connection.execute(drafts)
        await self._connection.execute(delete(_documents).where(_documents.c.id == document_id))


class Shelf:
    """All passages of all offices as the index reads them; every call is a transaction of its own."""

    def __init__(
        self,
        reading: Callable[[], AbstractAsyncContextManager[AsyncConnection]],
        writing: Callable[[], AbstractAsyncContextManager[AsyncConnection]],
    ) -> None:
        self._reading = reading
        self._writing = writing

    async def version(self) -> tuple[int, int]:
        """Changes whenever a passage was added or removed."""
        counting = select(func.count(), func.coalesce(func.max(_passages.c.id), 0)).select_from(_passages)
        async with self._reading() as connection:
            count, highest = (await connection.execute(counting)).one()
        return count, highest

    async def all(self, model: str | None = None) -> Sequence[Shelved]:
        """Every passage in the order of ids; with `model`, only the vectors that this model computed."""
        vector = _passages.c.vector if model is None else case((_passages.c.vector_model == model, _passages.c.vector))
        statement = select(*_PASSAGE_COLUMNS, vector).order_by(_passages.c.id)
        async with self._reading() as connection:
            documents = {row[0]: _document(row) for row in await connection.execute(_DOCUMENTS)}
            rows = (await connection.execute(statement)).all()
        return [Shelved(_passage(row), documents[row[1]], row[-1]) for row in rows]

    async def keep_vectors(self, vectors: Mapping[int, bytes], model: str) -> None:
        """Remember vectors by passage id; those of passages replaced meanwhile are dropped."""
        if not vectors:
            return
        statement = (
            update(_passages)
            .where(_passages.c.id == bindparam("row_id"))
            .values(vector=bindparam("bytes"), vector_model=bindparam("model"))
        )
        async with self._writing() as connection:
            await connection.execute(
                statement, [{"row_id": row_id, "bytes": vector, "model": model} for row_id, vector in vectors.items()]
            )


def _passage_values(document_id: int, passage: Passage) -> dict[str, Any]:
    return {
        "document_id": document_id,
        "ordinal": passage.ordinal,
        "kind": passage.kind.value,
        "heading": list(passage.heading),
        "text": passage.text,
        "source": passage.source,
        "start_at": passage.start,
        "end_at": passage.end,
        "page": passage.page,
        "damage": passage.damage,
        "sureness": passage.sureness,
    }


def _document(row: Sequence[Any]) -> Document:
    return Document(
        id=row[0],
        office_id=row[1],
        file=row[2],
        number=row[3],
        issued_on=row[4],
        issuer=row[5],
        title=row[6],
        pages=row[7],
        visibility=Visibility(row[8]),
        sha256=row[9],
        checked_on=row[10],
        read_by=row[11],
    )


def _passage(row: Sequence[Any]) -> Passage:
    return Passage(
        id=row[0],
        document_id=row[1],
        ordinal=row[2],
        kind=PassageKind(row[3]),
        heading=tuple(row[4]),
        text=row[5],
        source=row[6],
        start=row[7],
        end=row[8],
        page=row[9],
        damage=row[10],
        sureness=row[11],
    )
