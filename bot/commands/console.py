"""What the commands of `kehoach` share: their groups, settings, storage, and ways to print and to stop."""

import json
import sys
from collections.abc import Awaitable, Iterator, Sequence
from contextlib import asynccontextmanager
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, NoReturn, TypeVar

import typer

import texts

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from bot.settings import Settings
    from domain.people import Office
    from knowledge import Finder
    from storage import Storage

T = TypeVar("T")

SPOKEN_OF = range(1900, 3000)
"""The years of which a command can be asked."""


def help_of(key: str) -> str:
    """What `--help` says of a command, an argument or an option."""
    return texts.say(f"cli.help.{key}")


def group(key: str) -> typer.Typer:
    """A group of commands."""
    # Plain help text: the decorated one takes longer to load than the rest of the command together.
    return typer.Typer(
        help=help_of(key),
        no_args_is_help=True,
        add_completion=False,
        pretty_exceptions_enable=False,
        rich_markup_mode=None,
        context_settings={"max_content_width": 110},
    )


app = group("app")
parse_app = group("parse")
tasks_app = group("tasks")
targets_app = group("targets")
people_app = group("people")
feedback_app = group("feedback")
office_app = group("office_ways")
periods_app = group("periods")
calls_app = group("calls")
notices_app = group("notices")
privacy_app = group("privacy")
zalo_app = group("zalo")
groups_app = group("groups")
app.add_typer(parse_app, name="parse")
app.add_typer(tasks_app, name="tasks")
app.add_typer(targets_app, name="targets")
app.add_typer(people_app, name="people")
app.add_typer(feedback_app, name="feedback")
app.add_typer(office_app, name="office")
app.add_typer(periods_app, name="periods")
app.add_typer(calls_app, name="calls")
app.add_typer(notices_app, name="notices")
app.add_typer(privacy_app, name="privacy")
app.add_typer(zalo_app, name="zalo")
app.add_typer(groups_app, name="groups")

AsJson = Annotated[bool, typer.Option("--json", help=help_of("json"))]
Batch = Annotated[Path | None, typer.Option("--batch", help=help_of("batch"), exists=True, dir_okay=False)]


def read_settings() -> "Settings":
    """The settings of this installation, with logging set up. Ends the command when they are wrong."""
    from pydantic import ValidationError

    from bot.logs import configure
    from bot.settings import Settings

    try:
        settings = Settings()
    except ValidationError as invalid:
        names = ", ".join(".".join(str(p) for p in e["loc"]).upper() for e in invalid.errors())
        stop("cli.bad_settings", names=names)
    configure(settings.log_level, settings.secrets())
    return settings


def stop(key: str, **blanks: object) -> NoReturn:
    """End the command with a sentence for the operator."""
    from bot.failures import OperatorError

    raise OperatorError(key, **blanks)


@asynccontextmanager
async def opened_storage(settings: "Settings") -> "AsyncIterator[tuple[Storage, Office]]":
    """The database and the office of this installation, until left."""
    from bot.installation import ensure_office, open_storage

    storage = await open_storage(settings)
    try:
        yield storage, await ensure_office(storage, settings)
    finally:
        await storage.close()


@asynccontextmanager
async def opened_finder(settings: "Settings") -> "AsyncIterator[tuple[Finder, Office]]":
    """The finder over an index that is up to date, and the office, until left."""
    from bot.installation import open_finder

    async with opened_storage(settings) as (storage, office):
        finder = open_finder(settings, storage)
        try:
            await finder.bring_up_to_date()
            yield finder, office
        finally:
            await finder.close()


def finish(work: Awaitable[T]) -> T:
    """What the work returns."""
    import asyncio

    async def whole() -> T:
        return await work

    return asyncio.run(whole())


def print_json(value: Any) -> None:
    """Print a value as one line of JSON."""
    sys.stdout.write(json.dumps(value, ensure_ascii=False) + "\n")
    sys.stdout.flush()


def batch_lines(path: Path, field: str) -> Iterator[str]:
    """The named field of each JSON line; a line that is not such an object stops the batch with its number."""
    for number, line in enumerate(path.read_text(encoding="utf-8", errors="replace").splitlines(), 1):
        if not line.strip():
            continue
        try:
            yield str(json.loads(line)[field])
        except (ValueError, KeyError, TypeError):
            stop("cli.bad_batch_line", number=number, field=field)


def moment_now() -> datetime:
    """Now, by the clock of the installation."""
    from bot.installation import utc_now

    return utc_now()


def moment_in(text: str) -> datetime:
    """The moment an option names; without a zone it is Vietnam's. Ends the command when it is none."""
    from domain.clock import VIETNAM

    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        stop("cli.bad_time", text=text)
    if moment.year not in SPOKEN_OF:
        stop("cli.bad_time", text=text)
    return moment if moment.tzinfo else moment.replace(tzinfo=VIETNAM)


def local_words(moment: str) -> str:
    """A moment of a row, as it is printed: the office's hour and day."""
    from domain.clock import local

    return f"{local(datetime.fromisoformat(moment)):%H:%M %d/%m/%Y}"


def print_lines(lines: Sequence[str]) -> None:
    """Print a list, or that there is nothing in it."""
    for line in lines or [texts.say("cli.nothing_listed")]:
        typer.echo(line)


def write_file(path: Path, content: bytes) -> None:
    """Write a file, in folders made for it, and say so; ends the command with the reason when it cannot be written."""
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)
    except OSError as error:
        stop("cli.cannot_write", file=path, reason=error.strerror or type(error).__name__)
    typer.echo(texts.say("cli.written", file=path))
