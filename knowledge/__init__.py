"""Reads documents, outlines them into passages, finds passages and writes answers that cite them."""

from knowledge.drafts import Draft
from knowledge.finder import Finder
from knowledge.outline import Outlined, outline, read_document
from knowledge.reading import UnreadableFile

__all__ = ["Draft", "Finder", "Outlined", "UnreadableFile", "outline", "read_document"]
