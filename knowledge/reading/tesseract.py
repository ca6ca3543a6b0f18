"""Reads the picture of a page with the program tesseract, which is optional."""

import os
import shutil
import subprocess
from collections.abc import Iterator
from functools import cache
from io import BytesIO
from typing import TYPE_CHECKING

from knowledge.reading.layout import Word
from knowledge.reading.refusals import UnreadableFile

if TYPE_CHECKING:
    from PIL import Image

LONGEST_SECONDS = 90
"""For one page; an ordinary one takes two seconds."""

_FAINT, _DOUBTFUL = 25.0, 45.0


@cache
def missing() -> str:
    """Why scans cannot be read on this machine: "no_tesseract", "no_vietnamese", or "" when they can."""
    program = shutil.which("tesseract")
    if program is None:
        return "no_tesseract"
    try:
        listed = subprocess.run([program, "--list-langs"], capture_output=True, timeout=20, check=False)  # noqa: S603
    except (OSError, subprocess.TimeoutExpired):
        return "no_tesseract"
    return "" if b"vie" in (listed.stdout + listed.stderr).split() else "no_vietnamese"


def words_on(picture: "Image.Image", *, one_block: bool = False) -> list[Word]:
    """The words on the picture in reading order, without what is too faint to be one. Raises UnreadableFile.

    `one_block` is for lines under each other that need no looking for columns.
    """
    if lacking := missing():
        raise UnreadableFile(lacking)
    return list(_words(_run(picture, "--psm", "6" if one_block else "3", "tsv").decode("utf-8", errors="replace")))


def quarter_turns(picture: "Image.Image") -> int:
    """By how many quarters the picture must be turned to the right to stand upright; 0 where nothing says."""
    try:
        said = _run(picture, "--psm", "0").decode("utf-8", errors="replace")
    except UnreadableFile:
        return 0
    values = dict(line.split(":", 1) for line in said.splitlines() if ":" in line)
    try:
        sure = float(values.get("Orientation confidence", "0"))
        return int(values.get("Rotate", "0")) // 90 % 4 if sure > 1 else 0
    except ValueError:
        return 0


def _run(picture: "Image.Image", *arguments: str) -> bytes:
    """What the program says of the picture. It runs on one core: two pages side by side are faster than one on two."""
    handed = BytesIO()
    picture.save(handed, "PPM")
    language = "osd" if "0" in arguments else "vie"
    try:
        done = subprocess.run(  # noqa: S603 (fixed arguments, the picture goes in by standard input)
            [shutil.which("tesseract") or "tesseract", "-", "-", "-l", language, "--dpi", "300", *arguments],
            input=handed.getvalue(),
            capture_output=True,
            timeout=LONGEST_SECONDS,
            env={**os.environ, "OMP_THREAD_LIMIT": "1"},
            check=False,
        )
    except subprocess.TimeoutExpired:
        raise UnreadableFile("too_slow") from None
    except OSError:
        raise UnreadableFile("no_tesseract") from None
    if done.returncode:
        raise UnreadableFile("unreadable_picture")
    return done.stdout


def _words(table: str) -> Iterator[Word]:
    lines: dict[tuple[int, int, int], list[Word]] = {}
    for row in table.splitlines()[1:]:
        cells = row.split("\t")
        if len(cells) < 12 or cells[0] != "5" or not cells[11].strip():
            continue
        block, paragraph, line, left, top, width, height = (int(cells[i]) for i in (2, 3, 4, 6, 7, 8, 9))
        text = cells[11].strip()
        key = (block, paragraph, line)
        number = paragraph * 1_000 + line
        word = Word(text, left, top, left + width, top + height, number, block, float(cells[10]))
        lines.setdefault(key, []).append(word)
    for found in lines.values():
        kept = _without_dirt(found)
        letters = sum(c.isalnum() for word in kept for c in word.text)
        if letters > 3 or (letters and sum(word.sure for word in kept) / len(kept) > _DOUBTFUL):
            yield from kept


def _without_dirt(line: list[Word]) -> list[Word]:
    """The words of a line without the marks that dirt, a stamp or a stroke of the pen left at its ends.

    Within the line every word stays, however faint: a word missing from a sentence is worse than a doubtful one.
    """
    first, end = 0, len(line)
    while first < end and _is_dirt(line[first], line[first + 1] if first + 1 < end else None):
        first += 1
    while end > first and _is_dirt(line[end - 1], line[end - 2] if end - 2 >= first else None):
        end -= 1
    return line[first:end]


def _is_dirt(word: Word, beside: Word | None) -> bool:
    letters = sum(c.isalnum() for c in word.text)
    if not letters:
        return word.sure < _DOUBTFUL or word.text.strip("-+–—•*.,;:()\"'“”/%") != ""
    if word.sure > _FAINT or letters > 3:
        return False
    if beside is None:
        return True
    gap = max(beside.left - word.right, word.left - beside.right)
    return gap > (beside.bottom - beside.top) * 1.5
