"""In which order files are tested: the longest first, so that the processes of a run end at about the same time."""

from pathlib import Path

import pytest

LONGEST = (
    "crash",
    "faults",
    "scheduler/test_two_years.py",
    "scheduler/test_whole_path.py",
    "conversations",
    "serving",
    "scheduler",
    "cli",
    "storage",
    "bot",
)
"""Folders and files below this one by how long they take; the others come after them as they are."""

HERE = Path(__file__).parent


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Put the longest first; within a folder the order stays."""
    items.sort(key=lambda item: _place(item.path.relative_to(HERE).as_posix()))


def _place(path: str) -> int:
    return next((n for n, name in enumerate(LONGEST) if path == name or path.startswith(f"{name}/")), len(LONGEST))
