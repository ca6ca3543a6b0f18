"""A small library of invented papers, and embeddings that need no model."""

import sys
import zlib
from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from types import ModuleType

import numpy as np
import pytest
from langchain_core.embeddings import Embeddings

from domain.plans import Document, Passage, Visibility
from domain.ports import Shelved
from domain.vietnamese import fold
from knowledge import read_document
from knowledge.outline import Outlined

SHARED = Path(__file__).resolve().parents[2].parent / "shared"

PLAN = """ỦY BAN NHÂN DÂN
XÃ HỒ SEN
CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM
Độc lập - Tự do - Hạnh phúc
Số: 41/KH-UBND
Hồ Sen, ngày 06 tháng 5 năm 2026

KẾ HOẠCH
Cải thiện nước sạch và đường làng giai đoạn 2026 - 2030

Căn cứ nhu cầu của các thôn, Ủy ban nhân dân xã Hồ Sen ban hành Kế hoạch với các nội dung sau:

I. MỤC TIÊU

1. Đến hết năm 2026
- Trên 75% hộ dân dùng nước sạch từ công trình tập trung.
- Bê tông hóa 12 km đường liên thôn.

2. Đến hết năm 2030
- 98% hộ dân dùng nước sạch từ công trình tập trung.
- 100% đường liên thôn có đèn chiếu sáng.

II. TỔ CHỨC THỰC HIỆN

1. Phòng Kinh tế
- Chủ trì khảo sát các tuyến đường, trình phương án trước ngày 20/9/2026.

2. Trạm Y tế
- Kiểm tra chất lượng nước mỗi quý một lần.

Nơi nhận:
- Thường trực Đảng ủy xã;
- Các thôn;
- Lưu: VT.

PHỤ LỤC 1
(Kèm theo Kế hoạch số 41/KH-UBND ngày 06/5/2026)

TT | Nhiệm vụ | Chủ trì | Thời hạn
1 | Lắp đồng hồ nước cho hộ nghèo | Trạm Y tế | Quý III/2026
2 | Thay bơm tại giếng trung tâm | Phòng Kinh tế | Tháng 11/2026
"""

OTHER = """ỦY BAN NHÂN DÂN
PHƯỜNG BẾN TRE XANH
Số: 7/KH-UBND
Bến Tre Xanh, ngày 15 tháng 6 năm 2026

KẾ HOẠCH
Phát triển du lịch ven sông

I. MỤC TIÊU
- Đón 40.000 lượt khách trong năm 2026.
- Mở 03 tuyến thuyền tham quan chợ nổi.
"""

SECRET = """ỦY BAN NHÂN DÂN
XÃ HỒ SEN
Số: 9/KH-UBND
Hồ Sen, ngày 01 tháng 6 năm 2026

KẾ HOẠCH
Luân chuyển cán bộ

I. NỘI DUNG
- Luân chuyển bốn cán bộ thủy lợi giữa các thôn trước tháng 12/2026.
"""


class HashedWords(Embeddings):
    """Vectors by the words a text has: near where words are shared, the same on every machine."""

    embedded = 0

    def embed_query(self, text: str) -> list[float]:
        vector = np.zeros(64, dtype=np.float32)
        for word in fold(text).split():
            vector[zlib.crc32(word.encode()) % 64] += 1
        found: list[float] = vector.tolist()
        return found

    def embed_documents(self, texts: list[str]) -> list[list[float]]:
        type(self).embedded += len(texts)
        return [self.embed_query(text) for text in texts]


class MemoryShelf:
    """A shelf in memory; what it returns are copies, as from a database."""

    def __init__(self) -> None:
        self._rows: list[Shelved] = []
        self._models: dict[int, str] = {}
        self._next = 1
        self._documents = 0

    def put(self, outlined: Outlined, file: str, *, office: int = 1, visibility: Visibility = Visibility.PUBLIC) -> int:
        self._documents += 1
        document = Document(
            self._documents,
            office,
            file,
            outlined.number,
            outlined.issued_on,
            outlined.issuer,
            outlined.title,
            visibility=visibility,
        )
        for ordinal, d in enumerate(outlined.passages):
            passage = Passage(
                self._next,
                document.id,
                ordinal,
                d.kind,
                d.heading,
                d.text,
                d.source,
                d.start,
                d.end,
                d.page,
                d.damage,
                d.sureness,
            )
            self._rows.append(Shelved(passage, document))
            self._next += 1
        return document.id

    def remove(self, document_id: int) -> None:
        self._rows = [row for row in self._rows if row.document.id != document_id]

    async def version(self) -> tuple[int, int]:
        return len(self._rows), max((row.passage.id for row in self._rows), default=0)

    async def all(self, model: str | None = None) -> Sequence[Shelved]:
        return [
            row if model in (None, self._models.get(row.passage.id)) else replace(row, vector=None)
            for row in self._rows
        ]

    async def keep_vectors(self, vectors: Mapping[int, bytes], model: str) -> None:
        self._rows = [replace(row, vector=vectors.get(row.passage.id, row.vector)) for row in self._rows]
        self._models.update(dict.fromkeys(vectors, model))


@pytest.fixture
def hashed(monkeypatch: pytest.MonkeyPatch) -> str:
    """The setting that chooses the embeddings above."""
    module = ModuleType("hashed_words")
    module.HashedWords = HashedWords  # type: ignore[attr-defined]
    monkeypatch.setitem(sys.modules, "hashed_words", module)
    monkeypatch.setattr(HashedWords, "embedded", 0)
    return "hashed_words:HashedWords"


@pytest.fixture
def shelf(tmp_path: Path) -> MemoryShelf:
    """The plan of a commune, that of a ward, and an internal paper of the commune."""
    found = MemoryShelf()
    for name, text, visibility in (
        ("ho-sen.txt", PLAN, Visibility.PUBLIC),
        ("ben-tre-xanh.txt", OTHER, Visibility.PUBLIC),
        ("noi-bo.txt", SECRET, Visibility.INTERNAL),
    ):
        path = tmp_path / name
        path.write_text(text, encoding="utf-8")
        found.put(read_document(path), name, visibility=visibility)
    return found
