"""What an office's papers carry around their text: whose paper it is, where it is signed and by whom, who gets it."""

from collections.abc import Mapping
from dataclasses import dataclass, fields, replace
from typing import Any

MANY = ("recipients",)
"""The fields that hold several lines."""


@dataclass(frozen=True, slots=True)
class Letterhead:
    """The lines around an office's report. What is empty is printed as a blank and never invented.

    `parent` is the body above the office, `issuer` the office as papers write it, `place` where it is signed and
    `symbol` what follows the number ("BC-UBND"). `authority` ("TM. ...") and `acting` ("KT. ...") stand above
    `signer_title` and `signer_name`. `recipients` are the lines of who gets it.
    """

    parent: str = ""
    issuer: str = ""
    place: str = ""
    symbol: str = ""
    authority: str = ""
    acting: str = ""
    signer_title: str = ""
    signer_name: str = ""
    recipients: tuple[str, ...] = ()

    @property
    def missing(self) -> tuple[str, ...]:
        """The names of the lines that a report needs and nobody has given yet."""
        needed = (field.name for field in fields(self) if field.name != "acting")
        return tuple(name for name in needed if not getattr(self, name))


NO_LETTERHEAD = Letterhead()
"""Of an office that has not given any line yet."""

FIELDS = tuple(field.name for field in fields(Letterhead))
"""The names of all lines, in their order on the paper."""


def changed(letterhead: Letterhead, lines: Mapping[str, str]) -> Letterhead:
    """The letterhead with these lines changed; of several lines in one the parts stand between semicolons.

    Raises KeyError for a line that no letterhead has.
    """
    unknown = [name for name in lines if name not in FIELDS]
    if unknown:
        raise KeyError(unknown[0])
    given: dict[str, Any] = {name: " ".join(value.split()) for name, value in lines.items()}
    for name in MANY:
        if name in given:
            given[name] = tuple(part.strip() for part in given[name].split(";") if part.strip())
    return replace(letterhead, **given)


def letterhead_of(given: Mapping[str, Any]) -> Letterhead:
    """The lines an object names; what it does not name is empty, and what is no line of a letterhead is left out."""
    known = {name: value for name, value in given.items() if name in FIELDS and value}
    lines = {name: tuple(map(str, value)) if name in MANY else str(value) for name, value in known.items()}
    return Letterhead(**lines)  # type: ignore[arg-type]
