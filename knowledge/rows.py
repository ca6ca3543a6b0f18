"""A row of a table, and how lines of tables announce themselves."""

import re
from dataclasses import dataclass

HEAD = re.compile(r"[|\[\s]{0,2}(?:S?TT|S[oO6]\s?TT)(?=[\s|]|\Z)")
"""The words for a running number, with which column names begin."""


@dataclass(frozen=True, slots=True)
class Row:
    """Lines [first, last) of a table that belong together; `group` is the table's own heading above them.

    `text` is what is shown, with the names of the columns that can be told; empty where nothing could be told.
    Neighbouring rows of a scattered table share lines of which nothing tells whose they are.
    """

    first: int
    last: int
    group: str
    is_head: bool = False
    text: str = ""
