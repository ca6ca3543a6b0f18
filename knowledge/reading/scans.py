"""Reads the scanned pages of a paper: cleaned, recognised, and put in order."""

from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, replace
from functools import partial
from typing import TYPE_CHECKING

from knowledge.reading import tesseract
from knowledge.reading.grids import grids_of
from knowledge.reading.layout import Word, page_text
from knowledge.reading.refusals import UnreadableFile

if TYPE_CHECKING:
    from PIL import Image

_SIDE_BY_SIDE = 2
_UPRIGHT = 75.0


@dataclass(frozen=True, slots=True)
class Scan:
    """The picture of a page at about 300 dots an inch, and by how much it was enlarged to be that large."""

    picture: "Image.Image"
    enlarged: float = 1.0


def read_scan(scan: Scan) -> str:
    """The text on the picture, its ruled tables row by row. Raises UnreadableFile."""
    seen = _recognised(scan)
    if seen.sure >= _UPRIGHT or not seen.text:
        return seen.text
    turns = tesseract.quarter_turns(scan.picture)
    if not turns:
        return seen.text
    turned = _recognised(replace(scan, picture=scan.picture.rotate(-90 * turns, expand=True)))
    return max(seen, turned, key=lambda found: found.sure).text


@dataclass(frozen=True, slots=True)
class _Seen:
    """What was recognised, and how sure tesseract was of it, from 0 to 100."""

    text: str
    sure: float


def _recognised(scan: Scan) -> _Seen:
    from knowledge.reading.cleaning import clean
    from knowledge.reading.second_look import looked_again

    page = clean(scan.picture, scan.enlarged)
    words = looked_again(tesseract.words_on(page.picture), page.sharper, partial(tesseract.words_on, one_block=True))
    text = page_text([_halved(word) for word in words], grids_of(page.across, page.down))
    letters = sum(len(word.text) for word in words)
    return _Seen(text, sum(word.sure * len(word.text) for word in words) / max(letters, 1))


def _halved(word: Word) -> Word:
    """The word where the ruled lines are, which were found at half size."""
    return replace(word, left=word.left / 2, top=word.top / 2, right=word.right / 2, bottom=word.bottom / 2)


def read_side_by_side(scans: Iterable[tuple[int, Callable[[], Scan]]]) -> Iterator[tuple[int, str | UnreadableFile]]:
    """The pages' texts as they are done, two at a time, each with its number; a page that cannot be read gives why.

    A page's picture is drawn only when its turn comes, so that no more than three are in memory.
    """
    under_way: list[tuple[int, Future[str]]] = []
    with ThreadPoolExecutor(_SIDE_BY_SIDE, thread_name_prefix="scan") as pool:
        for number, draw in scans:
            try:
                under_way.append((number, pool.submit(read_scan, draw())))
            except UnreadableFile as unreadable:
                yield number, unreadable
            if len(under_way) > _SIDE_BY_SIDE:
                yield _done(*under_way.pop(0))
        for number, future in under_way:
            yield _done(number, future)


def _done(number: int, future: Future[str]) -> tuple[int, str | UnreadableFile]:
    try:
        return number, future.result()
    except UnreadableFile as unreadable:
        return number, unreadable
