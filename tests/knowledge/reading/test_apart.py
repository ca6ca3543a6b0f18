"""The reading process: says the same as reading here, and its fall costs one file only."""

import os
import signal
from pathlib import Path

import pytest

from knowledge.reading import UnreadableFile, apart, read_text
from knowledge.reading.apart import Apart
from tests.knowledge.reading import papers


def nobody(done: int, total: int) -> None:
    """Nobody is told of pages."""


async def test_what_is_read_apart_is_what_is_read_here(tmp_path: Path) -> None:
    good = papers.pdf(tmp_path / "a.pdf", papers.PARAGRAPHS, ["Trang hai"])
    word = papers.word(tmp_path / "a.docx")
    (tmp_path / "b.pdf").write_bytes(b"%PDF-1.7 x")
    told: list[tuple[int, int]] = []
    async with Apart() as reader:
        assert await reader.read(good, lambda done, total: told.append((done, total))) == read_text(good)
        first = reader.pid
        with pytest.raises(UnreadableFile) as refused:
            await reader.read(tmp_path / "b.pdf", nobody)
        assert refused.value.reason == "damaged"
        assert await reader.read(word, nobody) == read_text(word)
        assert told == [(1, 2), (2, 2)]
    assert first is not None and reader.pid is None


async def test_a_file_that_fells_the_process_is_refused_and_the_next_is_read(tmp_path: Path) -> None:
    path = papers.pdf(tmp_path / "a.pdf", *(["một trang"] for _ in range(300)))
    async with Apart() as reader:

        def fell(done: int, total: int) -> None:
            assert reader.pid
            os.kill(reader.pid, signal.SIGSEGV)

        with pytest.raises(UnreadableFile) as refused:
            await reader.read(path, fell)
        assert refused.value.reason == "crashed"
        assert (await reader.read(path, nobody)).pages == 300


async def test_a_file_that_takes_for_ever_is_given_up(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = papers.word(tmp_path / "a.docx")
    monkeypatch.setattr(apart, "LONGEST_SILENCE", 0.0)
    async with Apart() as reader:
        with pytest.raises(UnreadableFile) as refused:
            await reader.read(path, nobody)
        assert refused.value.reason == "too_slow"
        monkeypatch.setattr(apart, "LONGEST_SILENCE", 240.0)
        assert (await reader.read(path, nobody)).text
