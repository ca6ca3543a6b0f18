"""The commands that run the office and look after the installation."""

from collections import Counter
from contextlib import suppress
from pathlib import Path
from typing import Annotated

import typer

import texts
from bot.commands.console import (
    AsJson,
    app,
    finish,
    help_of,
    moment_now,
    office_app,
    opened_storage,
    print_json,
    read_settings,
    stop,
)


@office_app.command("second-confirmation", help=help_of("second_confirmation"))
def second_confirmation(
    wanted: Annotated[str, typer.Argument(help=help_of("second_confirmation_wanted"))],
) -> None:
    """Have reports wait for the head of the unit, or count as soon as their author has confirmed them."""
    settings = read_settings()
    if wanted not in ("on", "off"):
        stop("cli.neither_on_nor_off", text=wanted)

    async def switch() -> None:
        async with opened_storage(settings) as (storage, office), storage.writing() as records:
            await records.offices.ask_second_confirmation(office.id, wanted == "on")
            details = {"on": wanted == "on"}
            await records.audit.note(office.id, None, "office.second_confirmation", "office", moment_now(), details)

    finish(switch())
    typer.echo(texts.say("cli.second_confirmation_on" if wanted == "on" else "cli.second_confirmation_off"))


@app.command(help=help_of("serve"))
def serve(
    samples: Annotated[bool, typer.Option("--samples", help=help_of("samples"))] = False,
) -> None:
    """Serve people until told to stop."""
    from bot.serving import serve as run

    settings = read_settings()
    folder = Path(__file__).resolve().parents[2] / "samples" if samples else None
    with suppress(KeyboardInterrupt):
        finish(run(settings, samples=folder))


@app.command(help=help_of("chat"))
def chat(
    role: Annotated[str, typer.Option("--as", help=help_of("chat_as"))] = "",
) -> None:
    """Talk to the bot in this terminal."""
    from bot.talking import talk

    finish(talk(read_settings(), role))


@app.command(help=help_of("migrate"))
def migrate() -> None:
    """Bring the database to the newest form."""
    settings = read_settings()

    async def run() -> None:
        async with opened_storage(settings):
            pass

    finish(run())
    typer.echo(texts.say("cli.migrated"))


@app.command(help=help_of("doctor"))
def doctor(as_json: AsJson = False) -> None:
    """Look for what is set up wrong; ends with code 1 when there is a fault."""
    from bot.doctor import examine

    settings = read_settings()

    found = finish(examine(settings))
    for finding in found:
        if as_json:
            print_json({"level": finding.level, "check": finding.check, "text": finding.text})
        else:
            typer.echo(f"[{texts.say(f'doctor.level.{finding.level}')}] {finding.text}")
    count = Counter(finding.level for finding in found)
    if not as_json:
        if not count["fault"]:
            typer.echo(texts.say("doctor.good"))
        typer.echo(texts.say("doctor.sum", faults=count["fault"], warnings=count["warning"], good=count["ok"]))
    if count["fault"]:
        raise typer.Exit(1)
