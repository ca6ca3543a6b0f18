"""Telephone numbers as people write them, in the one form in which they are kept and compared."""

import re

_BETWEEN = re.compile(r"[\s.\-()\u00a0\u2010-\u2015/]+")
_WRITTEN = re.compile(r"(?:\+84|0084|84|0)?(?P<rest>[35789][0-9]{8}|2[0-9]{9})", re.ASCII)
"""A mobile number has nine digits after the zero, a fixed line ten that begin with 2. A spreadsheet drops the zero."""

_IN_TEXT = re.compile(r"(?<!\w)(?:\+84|0)(?:[ .\-]?[0-9]){8,10}(?![0-9])", re.ASCII)
"""What may be a number in the middle of a text: with its zero, or with +84."""


def phone_number(written: str) -> str | None:
    """The number as +84 and what follows the zero, or None where no Vietnamese number can be read.

    Written with a zero, with 84, +84 or 0084, with "+84 (0)", or as a spreadsheet keeps it, without the zero; spaces,
    dots and dashes do not matter. Mobile numbers of eleven digits ended in 2018 and are read as no number.
    """
    bare = _BETWEEN.sub("", written.strip())
    if bare.startswith(("+840", "840", "00840")) and len(bare) > 11:
        bare = "0" + bare.partition("840")[2]
    match = _WRITTEN.fullmatch(bare)
    return None if match is None else f"+84{match['rest']}"


def local_phone(number: str) -> str:
    """A kept number as people read it, grouped: 0912 345 678; empty for an empty one."""
    if not number.startswith("+84"):
        return number
    digits = "0" + number.removeprefix("+84")
    return f"{digits[:4]} {digits[4:7]} {digits[7:]}"


def covered_phone(number: str) -> str:
    """A number of which only the last three digits can be read, fit for a log: …678."""
    return f"…{number[-3:]}" if number else ""


def phones_in(text: str) -> list[str]:
    """The Vietnamese numbers written in a text, each once, in the form in which they are kept."""
    found = (phone_number(match[0]) for match in _IN_TEXT.finditer(text))
    return list(dict.fromkeys(number for number in found if number))
