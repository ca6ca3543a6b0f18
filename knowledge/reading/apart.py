"""Reads files in a process of its own: whatever a hostile file does to a library, it does there."""

import asyncio
import json
import os
import sys
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, Self

from knowledge.reading import FinishedPages, read_text
from knowledge.reading.pages import LeftOut, ReadText
from knowledge.reading.refusals import UnreadableFile

LONGEST_SILENCE = 240.0
"""Seconds without a page done after which the file is given up; the slowest page of a scan takes 90."""
MOST_MEMORY = 8_000_000_000
"""Bytes that the process may ask for."""

_KILLED = -9
_HOME = str(Path(__file__).resolve().parents[2])


class Apart:
    """The reading process, started when it is first needed and again after it fell over a file."""

    def __init__(self) -> None:
        self._process: asyncio.subprocess.Process | None = None
        self._folder = TemporaryDirectory(prefix="kehoach-")

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, *_: object) -> None:
        await self._end()
        self._folder.cleanup()

    @property
    def pid(self) -> int | None:
        """The number of the process, while there is one."""
        return self._process.pid if self._process else None

    async def read(self, path: Path, on_page: Callable[[int, int], None], finished: Path | None = None) -> ReadText:
        """The text of the file, as `read_text` gives it. Raises UnreadableFile.

        `finished` is the folder that remembers the pages of a scan that are done.
        """
        into = Path(self._folder.name) / "read.json"
        asked = {"path": str(path), "finished": str(finished) if finished else None, "into": str(into)}
        try:
            await self._follow(asked, on_page)
            answer = json.loads(into.read_text(encoding="utf-8"))
        except BaseException:
            await self._end()
            raise
        finally:
            into.unlink(missing_ok=True)
        if "refused" in answer:
            raise UnreadableFile(answer["refused"], **answer["blanks"])
        left_out = tuple(LeftOut(page, reason) for page, reason in answer["left_out"])
        return ReadText(answer["text"], tuple(answer["page_starts"]), left_out)

    async def _follow(self, asked: dict[str, str | None], on_page: Callable[[int, int], None]) -> None:
        """Hand over what is asked and pass on the pages done, until the answer is written."""
        process = self._process or await self._start()
        assert process.stdin is not None and process.stdout is not None
        with suppress(ConnectionError):
            process.stdin.write(json.dumps(asked).encode() + b"\n")
            await process.stdin.drain()
        while True:
            try:
                line = await asyncio.wait_for(process.stdout.readline(), LONGEST_SILENCE)
            except TimeoutError:
                raise UnreadableFile("too_slow") from None
            if not line:
                ended = await process.wait()
                raise UnreadableFile("too_much_inside" if ended == _KILLED else "crashed")
            done, total = json.loads(line)
            if not total:
                return
            on_page(done, total)

    async def _start(self) -> asyncio.subprocess.Process:
        known = os.environ.get("PYTHONPATH", "")
        self._process = await asyncio.create_subprocess_exec(
            sys.executable,
            "-m",
            "knowledge.reading.apart",
            stdin=asyncio.subprocess.PIPE,
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.DEVNULL,
            env={**os.environ, "PYTHONPATH": os.pathsep.join(part for part in (_HOME, known) if part)},
            start_new_session=True,
        )
        return self._process

    async def _end(self) -> None:
        process, self._process = self._process, None
        if process is not None:
            with suppress(ProcessLookupError):
                process.kill()
            await process.wait()


def _main() -> None:
    """Read what is asked for, a line each, until nobody asks any more; a line is said for each page that is done."""
    _limit_memory()
    # Libraries may print what they like: what is said here goes out by a way of its own.
    said = os.fdopen(os.dup(1), "w", encoding="utf-8")
    os.dup2(2, 1)

    def say(done: int, total: int) -> None:
        said.write(json.dumps([done, total]) + "\n")
        said.flush()

    for line in sys.stdin:
        asked = json.loads(line)
        finished = FinishedPages(Path(asked["finished"]) if asked["finished"] else None)
        Path(asked["into"]).write_text(json.dumps(_answer(Path(asked["path"]), finished, say)), encoding="utf-8")
        say(0, 0)


def _answer(path: Path, finished: FinishedPages, say: Callable[[int, int], None]) -> dict[str, Any]:
    try:
        read = read_text(path, on_page=say, finished=finished)
    except UnreadableFile as unreadable:
        return {"refused": unreadable.reason, "blanks": unreadable.blanks}
    left_out = [(page.page, page.reason) for page in read.left_out]
    return {"text": read.text, "page_starts": read.page_starts, "left_out": left_out}


def _limit_memory() -> None:
    with suppress(ImportError, ValueError, OSError):
        import resource

        resource.setrlimit(resource.RLIMIT_AS, (MOST_MEMORY, resource.getrlimit(resource.RLIMIT_AS)[1]))


if __name__ == "__main__":
    with suppress(BrokenPipeError, KeyboardInterrupt):
        _main()
