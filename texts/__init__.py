"""Every Vietnamese sentence a person reads, as YAML; code says texts.say("progress.confirm", ...)."""

from functools import cache
from importlib.resources import files
from typing import Any

import yaml


@cache
def _sentences() -> dict[str, str]:
    found: dict[str, str] = {}
    for entry in sorted(files(__name__).iterdir(), key=lambda e: e.name):
        if entry.name.endswith(".yaml"):
            loaded = yaml.load(entry.read_text(encoding="utf-8"), Loader=getattr(yaml, "CSafeLoader", yaml.SafeLoader))
            found.update(_flatten(entry.name.removesuffix(".yaml"), loaded))
    return found


def _flatten(prefix: str, value: Any) -> dict[str, str]:
    if isinstance(value, dict):
        flat: dict[str, str] = {}
        for key, inner in value.items():
            flat.update(_flatten(f"{prefix}.{key}", inner))
        return flat
    return {prefix: str(value).rstrip("\n")}


def say(key: str, /, **blanks: object) -> str:
    """The sentence named `file.key` with its blanks filled.

    Raises KeyError for a sentence that is not there or a blank that was not given.
    """
    return _sentences()[key].format_map(blanks)


def keys() -> frozenset[str]:
    """The names of all sentences."""
    return frozenset(_sentences())
