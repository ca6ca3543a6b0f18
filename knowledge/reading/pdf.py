"""Reads a PDF: the words it holds where they are legible, else what is seen on its pages."""

import ctypes
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from math import sqrt
from pathlib import Path
from threading import Lock
from typing import TYPE_CHECKING, Any

from domain.vietnamese import nfc
from knowledge.reading.furniture import without_furniture
from knowledge.reading.layout import Grid, Word, page_text
from knowledge.reading.legible import is_ruined, vietnamese_share
from knowledge.reading.pages import LeftOut, ReadText, of_pages
from knowledge.reading.refusals import UnreadableFile
from knowledge.reading.scans import Scan, read_side_by_side

if TYPE_CHECKING:
    from knowledge.reading.finished import FinishedPages

MOST_PAGES = 1_000
"""A longer file is refused: it is not one paper, and a scan of it would take most of an hour."""

_DOTS_AN_INCH = 300
_MOST_DOTS = 24_000_000
_RULE_DOTS = 150
_FEW_LETTERS = 250
_PICTURED = 0.5
_STRANGE = 0.2
_LINES_OF_A_TABLE = 6
_CLOSE = 0.12
_CLEARLY_BETTER = 0.1
_one_at_a_time = Lock()


@dataclass(slots=True)
class _Page:
    """A page as far as it is known: the text it holds, and whether and how it must be looked at instead."""

    text: str
    must_look: bool
    enlarged: float


def read_pdf(path: Path, on_page: Callable[[int, int], None], finished: "FinishedPages") -> ReadText:
    """The text of the PDF, page by page. Raises UnreadableFile.

    A page without words, or with ruined ones, is drawn and read by tesseract; one that cannot be is named as left out,
    or keeps its ruined words where it has them.
    """
    # The library underneath is not made for two threads at once.
    with _one_at_a_time:
        document = _opened(path)
        try:
            return _read(document, on_page, finished)
        finally:
            document.close()


def _opened(path: Path) -> Any:
    import pypdfium2
    from pypdfium2 import raw

    try:
        document = pypdfium2.PdfDocument(path)
        count = len(document)
    except pypdfium2.PdfiumError as error:
        locked = getattr(error, "err_code", None) in (raw.FPDF_ERR_PASSWORD, raw.FPDF_ERR_SECURITY)
        raise UnreadableFile("encrypted" if locked or "assword" in str(error) else "damaged") from None
    if not count:
        raise UnreadableFile("damaged")
    if count > MOST_PAGES:
        document.close()
        raise UnreadableFile("too_many_pages", pages=count, most=MOST_PAGES)
    return document


def _read(document: Any, on_page: Callable[[int, int], None], finished: "FinishedPages") -> ReadText:
    pages: list[_Page] = []
    done = 0
    for number in range(len(document)):
        pages.append(_held(document, number))
        done += not pages[-1].must_look
        on_page(done, len(document))
    texts = [page.text for page in pages]
    to_look = [number for number, page in enumerate(pages) if page.must_look]
    left_out: list[LeftOut] = []
    for number, seen in _looked_at(document, pages, to_look, finished):
        if isinstance(seen, UnreadableFile):
            if not texts[number].strip():
                left_out.append(LeftOut(number + 1, seen.reason))
        elif _is_better(seen, texts[number]):
            texts[number] = seen
        done += 1
        on_page(done, len(pages))
    if not any(text.strip() for text in texts):
        raise UnreadableFile(left_out[0].reason if left_out else "empty")
    return of_pages(without_furniture(texts), left_out)


def _looked_at(
    document: Any, pages: Sequence[_Page], numbers: Sequence[int], finished: "FinishedPages"
) -> Iterator[tuple[int, str | UnreadableFile]]:
    """What is seen on the pages of these numbers, from the pages finished before where they are there."""
    remaining = []
    for number in numbers:
        text = finished.get(number)
        if text is None:
            remaining.append(number)
        else:
            yield number, text
    slow = 0

    def drawn() -> Iterator[tuple[int, Callable[[], Scan]]]:
        for number in remaining:
            yield number, lambda number=number: _scan(document, number, pages[number].enlarged, slow > 3)  # type: ignore[misc]

    for number, seen in read_side_by_side(drawn()):
        if isinstance(seen, str):
            finished.put(number, seen)
        slow = slow + 1 if isinstance(seen, UnreadableFile) and seen.reason == "too_slow" else 0
        yield number, seen


def _is_better(seen: str, held: str) -> bool:
    if is_ruined(held):
        return vietnamese_share(seen) > vietnamese_share(held) + _CLEARLY_BETTER
    return _letters(seen) > _letters(held)


def _letters(text: str) -> int:
    return sum(c.isalnum() for c in text)


def _held(document: Any, number: int) -> _Page:
    """What the page says by itself. A page that the library cannot open counts as empty and is not looked at."""
    import pypdfium2

    try:
        page = document[number]
    except pypdfium2.PdfiumError:
        return _Page("", False, 1.0)
    try:
        words = list(_words(page))
        share, dots = _pictured(page)
        text = page_text(words, _grids(page) if words else [])
        strange = sum(c == "\ufffd" or "\ue000" <= c <= "\uf8ff" for c in text) > len(text) * _STRANGE
        few = _letters(text) < _FEW_LETTERS and share > _PICTURED
        scarcely = not text.strip() and share > 0
        enlarged = _DOTS_AN_INCH / dots if share > _PICTURED and dots else 1.0
        return _Page(text, few or scarcely or strange or is_ruined(text), enlarged)
    except pypdfium2.PdfiumError:
        return _Page("", True, 1.0)
    finally:
        page.close()


def _pictured(page: Any) -> tuple[float, float]:
    """How much of the page its largest picture covers (0 to 1), and how many dots an inch that picture has."""
    from pypdfium2 import raw

    width, height = page.get_size()
    best, dots = 0.0, 0.0
    for item in page.get_objects(filter=[raw.FPDF_PAGEOBJ_IMAGE], max_depth=3):
        left, bottom, right, top = item.get_bounds()
        share = max(0.0, (right - left) * (top - bottom)) / max(width * height, 1.0)
        if share > best and right > left:
            best, dots = min(share, 1.0), item.get_px_size()[0] / (right - left) * 72
    return best, dots


def _scan(document: Any, number: int, enlarged: float, give_up: bool) -> Scan:
    import pypdfium2

    if give_up:
        raise UnreadableFile("too_slow")
    try:
        return Scan(_drawn(document[number], _DOTS_AN_INCH), enlarged)
    except (pypdfium2.PdfiumError, MemoryError):
        raise UnreadableFile("unreadable_picture") from None


def _drawn(page: Any, dots: int) -> Any:
    """The page as a picture, without what was laid over it afterwards (the marks of digital signatures)."""
    width, height = page.get_size()
    scale = min(dots / 72, sqrt(_MOST_DOTS / max(width * height, 1.0)))
    return page.render(scale=scale, may_draw_forms=False, draw_annots=False).to_pil()


def _grids(page: Any) -> list[Grid]:
    """The ruled tables of a page that draws lines."""
    from itertools import islice

    from pypdfium2 import raw

    drawn = page.get_objects(filter=[raw.FPDF_PAGEOBJ_PATH], max_depth=3)
    if not list(islice(drawn, _LINES_OF_A_TABLE, None)) and not _is_one_path_of_many(page):
        return []
    from knowledge.reading.cleaning import rules_of
    from knowledge.reading.grids import grids_of

    return grids_of(*rules_of(_drawn(page, _RULE_DOTS)))


def _is_one_path_of_many(page: Any) -> bool:
    """True where few paths are drawn but one has many segments: some writers draw a whole table at once."""
    from pypdfium2 import raw

    return any(
        raw.FPDFPath_CountSegments(item.raw) > _LINES_OF_A_TABLE
        for item in page.get_objects(filter=[raw.FPDF_PAGEOBJ_PATH], max_depth=3)
    )


@dataclass(frozen=True, slots=True)
class _Sign:
    text: str
    left: float
    top: float
    right: float
    bottom: float
    base: float

    @property
    def height(self) -> float:
        return self.bottom - self.top


def _words(page: Any) -> Iterator[Word]:
    """The words of the page in the order of writing, in dots of the size at which ruled lines are looked for."""
    for number, line in enumerate(_whole_lines(page)):
        yield from _line(line, number)


def _whole_lines(page: Any) -> list[list[list[_Sign]]]:
    """The lines as they are seen: the library ends one at a raised figure, and what follows there is put back."""
    lines: list[list[list[_Sign]]] = []
    line: list[list[_Sign]] = []
    word: list[_Sign] = []
    for sign in (*_signs(page), None):
        if sign is not None and not sign.text.isspace():
            word.append(sign)
            continue
        if word:
            line.append(word)
            word = []
        if sign is None and line:
            if lines and _goes_on(lines[-1][-1][-1], line[0][0]):
                if line[0][0].left - lines[-1][-1][-1].right < line[0][0].height * _CLOSE:
                    lines[-1][-1].extend(line.pop(0))
                lines[-1].extend(line)
            else:
                lines.append(line)
            line = []
    return lines


def _goes_on(last: _Sign, first: _Sign) -> bool:
    """True where a sign stands right behind another one, at the same height or a little above or below it."""
    middle, other = (first.top + first.bottom) / 2, (last.top + last.bottom) / 2
    beside = last.top <= middle <= last.bottom or first.top <= other <= first.bottom
    return beside and -1 <= first.left - last.right < max(last.height, first.height)


def _line(words: Sequence[list[_Sign]], number: int) -> Iterator[Word]:
    for i, signs in enumerate(words):
        beside = signs if i == 0 and len(words) < 2 else words[i + 1 if i == 0 else i - 1]
        text = nfc("".join(_with_marks(signs, beside)))
        boxes = [s for s in signs if s.right > s.left] or signs
        yield Word(
            text,
            min(s.left for s in boxes),
            min(s.top for s in boxes),
            max(s.right for s in boxes),
            max(s.bottom for s in boxes),
            number,
        )


def _with_marks(signs: Sequence[_Sign], beside: Sequence[_Sign]) -> Iterator[str]:
    """The word's letters, the small raised figures that point to a footnote in brackets: never part of a number."""
    plain = max((s for s in (*signs, *beside)), key=lambda s: s.height, default=None)
    open_mark = False
    for sign in signs:
        raised = (
            plain is not None
            and sign.text.isdigit()
            and sign.height < plain.height * 0.9
            and plain.base - sign.base > plain.height * 0.12
        )
        if raised != open_mark:
            yield "[" if raised else "]"
            open_mark = raised
        yield sign.text
    if open_mark:
        yield "]"


def _signs(page: Any) -> Iterator[_Sign | None]:
    """The page's characters; None ends a line."""
    from pypdfium2 import raw

    held = page.get_textpage()
    try:
        place = _placer(page)
        box, x, y = raw.FS_RECTF(), ctypes.c_double(), ctypes.c_double()
        for i in range(held.count_chars()):
            code = raw.FPDFText_GetUnicode(held, i)
            if code in (10, 13):
                if code == 10:
                    yield None
                continue
            text = "-" if code in (2, 0xFFFE) else chr(code) if 0 < code < 0x110000 else "\ufffd"
            raw.FPDFText_GetLooseCharBox(held, i, box)
            raw.FPDFText_GetCharOrigin(held, i, x, y)
            left, top, right, bottom = place(box.left, box.bottom, box.right, box.top)
            base = place(x.value, y.value, x.value, y.value)[3]
            yield _Sign(text, left, top, right, bottom, base)
    finally:
        held.close()


def _placer(page: Any) -> Callable[[float, float, float, float], tuple[float, float, float, float]]:
    """Turns places in the file's own measure into dots from the top left corner of the page as it is shown."""
    left, bottom, right, top = page.get_bbox()
    turned = page.get_rotation()
    scale = _RULE_DOTS / 72

    def place(x0: float, y0: float, x1: float, y1: float) -> tuple[float, float, float, float]:
        if turned == 90:
            found = (y0 - bottom, x0 - left, y1 - bottom, x1 - left)
        elif turned == 180:
            found = (right - x1, y0 - bottom, right - x0, y1 - bottom)
        elif turned == 270:
            found = (top - y1, right - x1, top - y0, right - x0)
        else:
            found = (x0 - left, top - y1, x1 - left, top - y0)
        return found[0] * scale, found[1] * scale, found[2] * scale, found[3] * scale

    return place
