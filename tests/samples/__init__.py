"""Tests of the invented office and the folder of common questions."""
