"""Every Vietnamese sentence a person reads, as YAML; code says texts.say("progress.confirm", ...)."""

from functools import cache
from importlib.resources import files
from typing import Any

import yaml

_Loader: type[yaml.SafeLoader] = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
"""PyYAML's safe loader, in its C form where there is one: ten times as fast, which `kehoach --help` feels."""


@cache
def _sentences(area: str) -> dict[str, str]:
    entry = files(__name__) / f"{area}.yaml"
    if not entry.is_file():
        raise KeyError(area)
    return _flatten(area, yaml.load(entry.read_text(encoding="utf-8"), Loader=_Loader))  # noqa: S506 (it is the safe one)


def _flatten(prefix: str, value: Any) -> dict[str, str]:
    if isinstance(value, dict):
        flat: dict[str, str] = {}
        for key, inner in value.items():
            flat.update(_flatten(f"{prefix}.{key}", inner))
        return flat
    return {prefix: str(value).rstrip("\n")}


def say(key: str, /, **blanks: object) -> str:
    """The sentence named `area.key` with its blanks filled; `area` is the file it stands in.

    Raises KeyError for a sentence that is not there or a blank that was not given.
    """
    return _sentences(key.partition(".")[0])[key].format_map(blanks)


def keys() -> frozenset[str]:
    """The names of all sentences."""
    areas = (entry.name.removesuffix(".yaml") for entry in files(__name__).iterdir() if entry.name.endswith(".yaml"))
    return frozenset(key for area in areas for key in _sentences(area))
