"""The stand-in, and passages to answer from."""

from collections.abc import Iterator

import pytest

from domain.answers import Citation
from knowledge.models import ChatModel
from knowledge.writing import ModelWriter
from tests.llm.stand_in import KEY, StandIn, stand_in

QUESTION = "Tỷ lệ hộ dân dùng nước sạch đến năm 2030?"
PUBLIC = (
    "- Trên 98% hộ dân dùng nước sạch từ công trình tập trung đến hết năm 2030.",
    "- Phòng Kinh tế chủ trì khảo sát các tuyến đường, trình phương án trước ngày 20/9/2026, trừ tuyến liên xã.",
    "- Không thu phí lắp đồng hồ nước cho hộ nghèo.",
)


def citation(number: int, text: str, *, is_public: bool = True) -> Citation:
    return Citation(
        number,
        "ho-sen.txt",
        "41/KH-UBND",
        "Kế hoạch cải thiện nước sạch",
        "Ủy ban nhân dân xã Hồ Sen",
        f"I. MỤC TIÊU › {number}. Nội dung",
        text,
        text,
        page=2,
        is_public=is_public,
    )


CITATIONS = tuple(citation(n, text) for n, text in enumerate(PUBLIC, 1))


@pytest.fixture(scope="session")
def _server() -> Iterator[StandIn]:
    with stand_in() as told:
        yield told


@pytest.fixture
def model(_server: StandIn) -> StandIn:
    """The stand-in, new for each test."""
    _server.behaviour = lambda given: ""
    _server.asked.clear()
    _server.keys.clear()
    return _server


@pytest.fixture
def writer(model: StandIn) -> ModelWriter:
    """A writer whose model is the stand-in."""
    return ModelWriter(ChatModel("openai:thu", model.url, KEY, timeout=5))
