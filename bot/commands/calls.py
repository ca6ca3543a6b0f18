"""The commands about what colleagues are told: announce, and the calls that were sent."""

from typing import Annotated, Any

import typer

import texts
from bot.commands.console import (
    AsJson,
    app,
    calls_app,
    finish,
    help_of,
    local_words,
    moment_now,
    opened_storage,
    print_json,
    print_lines,
    read_settings,
)

Number = Annotated[int, typer.Argument(help=help_of("call_number"), min=1)]


@app.command("announce", help=help_of("announce"))
def announce(
    text: Annotated[str, typer.Argument(help=help_of("announce_text"))],
    to: Annotated[str, typer.Option("--to", help=help_of("announce_to"))],
    author: Annotated[str, typer.Option("--as", help=help_of("announce_as"))] = "",
    emergency: Annotated[bool, typer.Option("--emergency", help=help_of("announce_emergency"))] = False,
    yes: Annotated[bool, typer.Option("--yes", help=help_of("announce_yes"))] = False,
) -> None:
    """Show what would be read and by how many; with --yes, or after a yes, have it sent."""
    from bot.broadcasts import Prepared, prepare, send

    settings = read_settings()

    async def look() -> Prepared:
        async with opened_storage(settings) as (storage, office), storage.reading() as records:
            return await prepare(records, office, text, to, author, emergency=emergency)

    async def write() -> int:
        async with opened_storage(settings) as (storage, office), storage.writing() as records:
            prepared = await prepare(records, office, text, to, author, emergency=emergency)
            return (await send(records, prepared, moment_now())).id

    shown = finish(look())
    names = ", ".join(person.name for person in shown.to)
    typer.echo(texts.say("cli.call.preview", count=len(shown.to), names=names, words=shown.words))
    if shown.homeless:
        typer.echo(texts.say("cli.call.homeless", names=", ".join(person.name for person in shown.homeless)))
    if not yes and not typer.confirm(texts.say("cli.call.confirm")):
        typer.echo(texts.say("cli.call.not_sent"))
        return
    typer.echo(texts.say("cli.call.sent", number=finish(write())))


@calls_app.command("list", help=help_of("calls_list"))
def calls_list(
    as_json: AsJson = False,
    days: Annotated[int, typer.Option("--days", help=help_of("calls_days"), min=1, max=3660)] = 30,
) -> None:
    """Print the announcements and requests of the last days, the newest first."""
    from datetime import timedelta

    from bot.broadcasts import as_row
    from domain.notices import CallKind

    settings = read_settings()

    async def read() -> list[dict[str, Any]]:
        async with opened_storage(settings) as (storage, office), storage.reading() as records:
            found = await records.calls.of_office(office.id, moment_now() - timedelta(days=days))
            return [await as_row(records, call) for call in found]

    found = finish(read())
    if as_json:
        print_json(found)
        return
    lines = []
    for row in found:
        kind = texts.say(f"sending.kind.{'emergency' if row['emergency'] else CallKind(row['kind']).value}")
        at = local_words(row["at"])
        lines.append(f"{row['id']}  {at}  {kind}  {row['author']}  {row['people']}  {row['text'][:60]}")
    print_lines(lines)


@calls_app.command("show", help=help_of("calls_show"))
def calls_show(number: Number, as_json: AsJson = False) -> None:
    """Print a call with the names of those it reached."""
    from bot.broadcasts import as_row, call_of
    from handlers.call_states import state_words

    settings = read_settings()

    async def read() -> tuple[dict[str, Any], str]:
        async with opened_storage(settings) as (storage, office), storage.reading() as records:
            call = await call_of(records, office, number)
            return await as_row(records, call), await state_words(records, call)

    row, words = finish(read())
    if as_json:
        print_json(row)
    else:
        typer.echo(words)


@calls_app.command("withdraw", help=help_of("calls_withdraw"))
def calls_withdraw(number: Number) -> None:
    """Take a call back: who has not got it will not, and who has is told."""
    from bot.broadcasts import withdraw

    settings = read_settings()

    async def take() -> tuple[int, int]:
        async with opened_storage(settings) as (storage, office), storage.writing() as records:
            return await withdraw(records, office, number, moment_now())

    spared, told = finish(take())
    typer.echo(texts.say("cli.call.withdrawn", spared=spared, told=told))
