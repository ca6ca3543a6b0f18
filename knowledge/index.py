"""The vectors of all passages in Chroma, kept by one process at a time; derived data, rebuilt from stored vectors."""

import shutil
from collections.abc import Collection, Mapping, Sequence
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import numpy as np
from filelock import FileLock, Timeout
from numpy.typing import NDArray

_COLLECTION = "passages"
_BATCH = 2_000


class VectorIndex:
    """Nearest passages by vector.

    An embedded Chroma is not shared between processes: rows of a second one stay unseen by the first. So the process
    that holds the lock file keeps it; any other gets None from `open_index` and compares with the vectors itself.
    """

    def __init__(self, client: Any, lock: FileLock | None, model: str, dimension: int) -> None:
        self._client = client
        self._lock = lock
        self._model = model
        self._dimension = dimension
        self._collection = self._ready_collection()

    def bring_up_to_date(self, vectors: Mapping[int, NDArray[np.float32]], documents: Mapping[int, int]) -> None:
        """Make the index hold exactly these passages, each with the vectors of its windows; `documents` gives each
        one's document. What it holds already is left alone."""
        held: dict[int, list[str]] = {}
        for known in self._collection.get(include=[])["ids"]:
            held.setdefault(int(known.split(".")[0]), []).append(known)
        gone = [known for passage in sorted(held.keys() - vectors.keys()) for known in held[passage]]
        for start in range(0, len(gone), _BATCH):
            self._collection.delete(ids=gone[start : start + _BATCH])
        new = [
            (passage, window) for passage in sorted(vectors.keys() - held) for window in range(len(vectors[passage]))
        ]
        for start in range(0, len(new), _BATCH):
            batch = new[start : start + _BATCH]
            self._collection.add(
                ids=[f"{passage}.{window}" for passage, window in batch],
                embeddings=np.stack([vectors[passage][window] for passage, window in batch]),
                metadatas=[{"document": documents[passage]} for passage, _ in batch],
            )

    def nearest(
        self, vector: NDArray[np.float32], k: int, documents: Collection[int] | None = None
    ) -> list[tuple[int, float]]:
        """The ids of the nearest passages with their cosine, best first; only of these documents when given."""
        where = None if documents is None else {"document": {"$in": sorted(documents)}}
        found = self._collection.query(
            query_embeddings=vector[np.newaxis, :], n_results=2 * k, where=where, include=["distances"]
        )
        windows = zip(found["ids"][0], found["distances"][0], strict=True)
        return by_passage([(int(known.split(".")[0]), 1.0 - float(distance)) for known, distance in windows])[:k]

    def close(self) -> None:
        """Let another process take the index over; files that were removed are not kept open behind it."""
        self._client.close()
        if self._lock is not None:
            self._lock.release()

    def _ready_collection(self) -> Any:
        """The collection, emptied first when another model's vectors are in it."""
        made = {"model": self._model, "dimension": self._dimension, "holds": "windows"}
        found = self._client.get_or_create_collection(
            _COLLECTION, metadata=made, configuration={"hnsw": {"space": "cosine"}}, embedding_function=None
        )
        if {key: (found.metadata or {}).get(key) for key in made} == made:
            return found
        self._client.delete_collection(_COLLECTION)
        return self._client.create_collection(
            _COLLECTION, metadata=made, configuration={"hnsw": {"space": "cosine"}}, embedding_function=None
        )


def open_index(home: Path, chroma_url: str | None, model: str, dimension: int) -> VectorIndex | None:
    """The index in the folder `home`, or on the Chroma server; None when another process keeps it at present."""
    home.mkdir(parents=True, exist_ok=True)
    lock = FileLock(home / "index.lock")
    try:
        lock.acquire(timeout=0)
    except Timeout:
        return None
    try:
        if chroma_url:
            return VectorIndex(_server(chroma_url), lock, model, dimension)
        return _embedded(home, lock, model, dimension)
    except BaseException:
        lock.release()
        raise


def _embedded(home: Path, lock: FileLock, model: str, dimension: int) -> VectorIndex:
    number = max((int(f.name.split("-")[1]) for f in home.glob("chroma-*") if f.name[7:].isdigit()), default=1)
    folder = home / f"chroma-{number}"
    try:
        return VectorIndex(_local(folder), lock, model, dimension)
    except Exception:
        # Whatever ails the files, they are derived data: a new index costs seconds, an unreadable one all answers.
        # In a new folder, because Chroma remembers a failed one by its path for as long as the process lives.
        shutil.rmtree(folder, ignore_errors=True)
        return VectorIndex(_local(home / f"chroma-{number + 1}"), lock, model, dimension)


def _local(folder: Path) -> Any:
    import chromadb

    return chromadb.PersistentClient(path=str(folder), settings=_quiet())


def _server(url: str) -> Any:
    import chromadb

    parts = urlsplit(url)
    secure = parts.scheme == "https"
    port = parts.port or (443 if secure else 8000)
    return chromadb.HttpClient(host=parts.hostname or "127.0.0.1", port=port, ssl=secure, settings=_quiet())


def _quiet() -> Any:
    """Chroma's settings with its telemetry off: nothing about an office leaves its server."""
    from chromadb.config import Settings

    return Settings(anonymized_telemetry=False)


def by_passage(windows: Sequence[tuple[int, float]]) -> list[tuple[int, float]]:
    """Each passage once, as near as its nearest window, when windows are given best first."""
    found: dict[int, float] = {}
    for passage, cosine in windows:
        found.setdefault(passage, cosine)
    return list(found.items())


def exact_nearest(
    matrix: NDArray[np.float32], vector: NDArray[np.float32], rows: Sequence[int] | NDArray[np.intp], k: int
) -> list[tuple[int, float]]:
    """The rows of a matrix nearest to a vector with their cosine, best first, by comparing with every one."""
    chosen = np.asarray(rows, dtype=np.intp)
    if not len(chosen):
        return []
    cosines = (matrix if len(chosen) == len(matrix) else matrix[chosen]) @ vector
    return [(int(chosen[i]), float(cosines[i])) for i in first_of(cosines, k)]


def first_of(scores: NDArray[np.float32], k: int) -> NDArray[np.intp]:
    """The places of the k highest scores, best first; of equal ones the earlier."""
    if len(scores) > 4 * k:
        least = np.partition(scores, -k)[-k]
        some = np.flatnonzero(scores >= least)
        return some[np.argsort(-scores[some], kind="stable")[:k]]
    return np.argsort(-scores, kind="stable")[:k]
