"""Writes answers that cite what they stand on, in steps of which each has one reason to stop."""

from knowledge.answering.answerer import PlanAnswerer, Search
from knowledge.answering.papers import Papers
from knowledge.answering.quoting import excerpt

__all__ = ["Papers", "PlanAnswerer", "Search", "excerpt"]
