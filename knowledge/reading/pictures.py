"""Reads pictures of pages: photographs, scans of one page or, in a TIFF, of many."""

import warnings
from collections.abc import Callable, Iterator
from math import sqrt
from pathlib import Path
from typing import Any

from knowledge.reading.finished import FinishedPages
from knowledge.reading.furniture import without_furniture
from knowledge.reading.pages import LeftOut, ReadText, of_pages
from knowledge.reading.refusals import UnreadableFile
from knowledge.reading.scans import Scan, read_side_by_side

MOST_DOTS = 120_000_000
"""A photograph has 50 million; a small file that unfolds into more is a trap."""
MOST_PAGES = 500

_USUAL_LETTER = 30.0
_WANTED_DOTS = 24_000_000
_LARGEST_ENLARGEMENT = 4.0
_FORMATS = ("PNG", "JPEG", "TIFF", "BMP", "WEBP")


def read_pictures(path: Path, on_page: Callable[[int, int], None], finished: FinishedPages) -> ReadText:
    """What is written on the picture, or on each page of a TIFF. Raises UnreadableFile."""
    from PIL import Image

    # Pillow warns of much before it gives up; its limit of size is a warning first, ours is looked at below.
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        try:
            with Image.open(path, formats=_FORMATS) as picture:
                return _read(picture, on_page, finished)
        except UnreadableFile:
            raise
        except Image.DecompressionBombError:
            raise UnreadableFile("too_many_dots") from None
        except Exception:
            # Its decoders raise whatever they like on broken files: SyntaxError, struct.error, ValueError, OSError.
            raise UnreadableFile("damaged") from None


def _read(picture: Any, on_page: Callable[[int, int], None], finished: FinishedPages) -> ReadText:
    count = getattr(picture, "n_frames", 1) if picture.format == "TIFF" else 1
    if count > MOST_PAGES:
        raise UnreadableFile("too_many_pages", pages=count, most=MOST_PAGES)
    texts: list[str] = []
    remaining = []
    for number in range(count):
        text = finished.get(number)
        texts.append(text or "")
        if text is None:
            remaining.append(number)
    done = count - len(remaining)
    on_page(done, count)
    left_out: list[LeftOut] = []

    def drawn() -> Iterator[tuple[int, Callable[[], Scan]]]:
        for number in remaining:
            yield number, lambda number=number: _scan(picture, number)  # type: ignore[misc]

    for number, seen in read_side_by_side(drawn()):
        if isinstance(seen, UnreadableFile):
            left_out.append(LeftOut(number + 1, seen.reason))
        else:
            texts[number] = seen
            finished.put(number, seen)
        done += 1
        on_page(done, count)
    if not any(text.strip() for text in texts):
        raise UnreadableFile(left_out[0].reason if left_out else "empty")
    return of_pages(without_furniture(texts), left_out)


def _scan(picture: Any, number: int) -> Scan:
    """One page, upright as the camera held it, and of a size at which letters are as tall as tesseract likes them."""
    from PIL import Image, ImageOps

    from knowledge.reading.cleaning import letter_height

    try:
        picture.seek(number)
        if picture.width * picture.height > MOST_DOTS:
            raise UnreadableFile("too_many_dots")
        page = ImageOps.exif_transpose(picture.copy())
    except (UnreadableFile, MemoryError):
        raise UnreadableFile("too_many_dots") from None
    except Exception:
        raise UnreadableFile("unreadable_picture") from None
    if page.mode == "P":
        page = page.convert("RGBA" if "transparency" in page.info else "RGB")
    if page.mode not in ("1", "L", "LA", "RGB", "RGBA", "I", "I;16", "F"):
        page = page.convert("RGB")
    height = letter_height(page)
    factor = min(_USUAL_LETTER / height, _LARGEST_ENLARGEMENT) if height else 1.0
    factor = min(factor, sqrt(_WANTED_DOTS / (page.width * page.height)))
    if 0.8 < factor < 1.25:
        return Scan(page)
    size = (max(1, round(page.width * factor)), max(1, round(page.height * factor)))
    if page.mode == "1":
        page = page.convert("L")
    return Scan(page.resize(size, Image.Resampling.BICUBIC), factor)
