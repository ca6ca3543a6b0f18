"""Deadlines of our own writing, in a file an official can read and extend."""

import re
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from domain.deadlines import parse_deadline
from domain.vietnamese import fold

PHRASES = Path(__file__).parent / "deadlines.txt"


def _phrases() -> Iterator[tuple[str, dict[str, Any], Callable[[str], str]]]:
    for line in PHRASES.read_text(encoding="utf-8").splitlines():
        if line.strip() and not line.startswith("#"):
            words, reading = line.split(" => ")
            ways = (str,) if words.startswith("~ ") else (str, fold, str.upper)
            yield from ((words.removeprefix("~ "), _reading(reading.strip()), typed) for typed in ways)


def _reading(said: str) -> dict[str, Any]:
    if said in ("ongoing", "on request", "unknown"):
        return {"kind": said.replace(" ", "_")}
    if match := re.fullmatch(r"date (\d{4}-\d\d-\d\d)", said):
        return {"kind": "date", "due": match[1]}
    match = re.fullmatch(r"(week|month|quarter|half-year|year)( day (\d+))?( on( \d\d-\d\d)+)?( until (\S+))?", said)
    assert match, said
    found: dict[str, Any] = {"kind": "recurring", "every": match[1]}
    if match[3]:
        found["day"] = int(match[3])
    if match[4]:
        found["dates"] = match[4].split()[1:]
    if match[7]:
        found["due"] = match[7]
    return found


CASES = list(_phrases())


def test_there_are_enough_of_them_and_none_twice() -> None:
    words = [words for words, _, typed in CASES if typed is str]
    assert len(words) >= 350
    assert len(set(words)) == len(words)


@pytest.mark.parametrize(("words", "reading", "typed"), CASES, ids=[f"{w} ({t.__name__})" for w, _, t in CASES])
def test_a_phrase_is_read_as_it_is_meant(words: str, reading: dict[str, Any], typed: Callable[[str], str]) -> None:
    assert parse_deadline(typed(words)).as_json() == reading
