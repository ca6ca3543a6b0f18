"""Forms with photos and files: read up to a limit, and no further."""

import asyncio
from collections.abc import AsyncGenerator
from dataclasses import dataclass

from starlette.datastructures import UploadFile
from starlette.formparsers import MultiPartException, MultiPartParser
from starlette.requests import Request

from bot.web.bodies import TooLarge, TooSlow

MOST_FILES = 5
MOST_FIELDS = 8
LONGEST_FIELD = 100_000
READ_SECONDS = 180.0
"""A telephone on a slow line may need this long for a few photos."""
ROUND_THE_FILES = 256_000
"""Bytes that a form needs besides its files."""


class NotAForm(Exception):
    """The body is no form with files that can be kept."""


@dataclass(frozen=True, slots=True)
class Part:
    """One photo or file of a form; its kind is only what the browser says."""

    name: str
    media_type: str
    content: bytes

    @property
    def is_picture(self) -> bool:
        """True for what the browser calls a picture."""
        return self.media_type.startswith("image/")


def is_form(request: Request) -> bool:
    """True for a request that carries a form with files."""
    return request.headers.get("content-type", "").partition(";")[0].strip().lower() == "multipart/form-data"


async def read_form(request: Request, most_bytes: int) -> tuple[dict[str, str], list[Part]]:
    """The fields and the files of a form, all files together at most `most_bytes`.

    Raises TooLarge, TooSlow, or NotAForm; also for a form without a file.
    """
    announced = request.headers.get("content-length", "")
    if announced.isdigit() and int(announced) > most_bytes + ROUND_THE_FILES:
        raise TooLarge
    parser = MultiPartParser(
        request.headers,
        _counted(request, most_bytes + ROUND_THE_FILES),
        max_files=MOST_FILES,
        max_fields=MOST_FIELDS,
        max_part_size=LONGEST_FIELD,
    )
    try:
        async with asyncio.timeout(READ_SECONDS):
            form = await parser.parse()
    except TimeoutError:
        raise TooSlow from None
    except MultiPartException as error:
        raise (TooLarge if "Too many files" in error.message else NotAForm) from None
    except (KeyError, ValueError, UnicodeDecodeError):
        raise NotAForm from None
    try:
        fields = {name: value for name, value in form.multi_items() if isinstance(value, str)}
        parts = [
            Part(value.filename or "", value.content_type or "", await value.read())
            for _, value in form.multi_items()
            if isinstance(value, UploadFile)
        ]
    finally:
        await form.close()
    if not parts:
        raise NotAForm
    return fields, parts


async def _counted(request: Request, limit: int) -> AsyncGenerator[bytes, None]:
    taken = 0
    async for chunk in request.stream():
        taken += len(chunk)
        if taken > limit:
            raise TooLarge
        yield chunk
