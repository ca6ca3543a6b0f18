"""The fields of citizen feedback and the units that answer them: a list of our own, or the office's in its place."""

from importlib.resources import files
from pathlib import Path
from typing import Any

import yaml

from domain.feedback import Topic

OWN_LIST = "linh-vuc-phan-anh.yaml"
"""The office's list in the data folder; the shape is that of bot/topics.yaml."""


class BadTopics(Exception):
    """The office's list cannot be used; `reason` says why."""

    def __init__(self, file: Path, reason: str) -> None:
        super().__init__(reason)
        self.file = file
        self.reason = reason


def read_topics(home: Path) -> tuple[Topic, ...]:
    """The office's own list where it has one, else ours. Raises BadTopics."""
    own = home / OWN_LIST
    if not own.is_file():
        return _topics(yaml.safe_load((files("bot") / "topics.yaml").read_text(encoding="utf-8")))
    try:
        return _topics(yaml.safe_load(own.read_text(encoding="utf-8")))
    except (OSError, UnicodeDecodeError, yaml.YAMLError, KeyError, TypeError, ValueError) as error:
        raise BadTopics(own, f"{type(error).__name__}: {error}") from None


def _topics(found: Any) -> tuple[Topic, ...]:
    if not isinstance(found, list):
        raise ValueError("not a list of fields")
    return tuple(
        Topic(
            name=str(each["name"]),
            words=tuple(map(str, each["words"])),
            units=tuple(map(str, each.get("units", ()))),
            needs_place=bool(each.get("needs_place", True)),
            for_leaders=bool(each.get("for_leaders", False)),
        )
        for each in found
    )
