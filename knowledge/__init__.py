"""Reads documents, outlines them into passages, finds passages and writes answers that cite them."""
