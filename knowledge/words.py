"""The word lists by which papers and questions are read; the words themselves are data, in YAML beside this module."""

from functools import cache
from importlib.resources import files
from typing import Any

import yaml


@cache
def word_list(name: str) -> dict[str, Any]:
    """The lists of the file `name`.yaml of this package."""
    text = files("knowledge").joinpath(f"{name}.yaml").read_text(encoding="utf-8")
    loaded: dict[str, Any] = yaml.safe_load(text)
    return loaded
