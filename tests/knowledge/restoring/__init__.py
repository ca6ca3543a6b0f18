"""Restoring: damaged text, clean text, questions typed without diacritics, and the training of the restorer."""
