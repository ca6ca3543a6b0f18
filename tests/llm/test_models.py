"""Which names of a chat model can be opened."""

import pytest

from knowledge.models import ChatModel, UnknownModel


@pytest.mark.parametrize(
    "name", ["thu", "khong-co:thu", "knowledge.models:Embedder", "khong.co.goi:Lop", ":", "openai:"]
)
def test_a_model_that_is_not_there_is_named(name: str) -> None:
    with pytest.raises(UnknownModel):
        ChatModel(name).load()
