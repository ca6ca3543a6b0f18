"""A LangChain chat model of one's own, as the setting `module:Class` names it; it has no structured output."""

import json
from typing import Any

from langchain_core.language_models import BaseChatModel
from langchain_core.messages import AIMessage, BaseMessage
from langchain_core.outputs import ChatGeneration, ChatResult


class OwnModel(BaseChatModel):
    """Always gives the same good answer."""

    @property
    def _llm_type(self) -> str:
        return "own"

    def _generate(self, messages: list[BaseMessage], *args: Any, **more: Any) -> ChatResult:
        filled = {
            "answer": "Đến hết năm 2030, trên 98% hộ dân dùng nước sạch từ công trình tập trung.",
            "completeness": "full",
            "sources_used": ["S1"],
        }
        return ChatResult(generations=[ChatGeneration(message=AIMessage(json.dumps(filled, ensure_ascii=False)))])
