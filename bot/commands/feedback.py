"""The commands about citizens' feedback."""

from typing import Annotated, Any

import typer

import texts
from bot.commands.console import (
    AsJson,
    feedback_app,
    finish,
    help_of,
    moment_now,
    opened_storage,
    print_json,
    read_settings,
)

CaseCode = Annotated[str, typer.Argument(help=help_of("feedback_code"))]
Words = Annotated[str, typer.Argument(help=help_of("feedback_words"))]


@feedback_app.command("list", help=help_of("feedback_list"))
def feedback_list(
    as_json: AsJson = False,
    every: Annotated[bool, typer.Option("--all", help=help_of("feedback_all"))] = False,
    counts: Annotated[bool, typer.Option("--counts", help=help_of("feedback_counts"))] = False,
) -> None:
    """Print the open cases, or how many there are by unit and state."""
    from bot.casework import as_row, counted
    from domain.clock import local_day
    from domain.feedback import OPEN

    settings = read_settings()

    async def read() -> list[dict[str, Any]]:
        async with opened_storage(settings) as (storage, office), storage.reading() as records:
            found = await records.feedback.of_office(office.id, statuses=() if every or counts else OPEN)
            return counted(found) if counts else [as_row(case, local_day(moment_now())) for case in found]

    found = finish(read())
    if as_json:
        print_json(found)
        return
    for row in found:
        if counts:
            states = ", ".join(
                f"{texts.say(f'case.status.{state}')} {count}" for state, count in row.items() if state not in _PLAIN
            )
            typer.echo(f"{row['unit'] or texts.say('case.staff.no_unit')}: {row['count']} ({states})")
        else:
            late = f" {texts.say('case.staff.late')}" if row["late"] else ""
            status = texts.say(f"case.status.{row['status']}")
            typer.echo(f"{row['code']}  {status}{late}  {row['unit'] or '-'}  {row['said'][:80]}")


_PLAIN = ("unit", "count")


@feedback_app.command("show", help=help_of("feedback_show"))
def feedback_show(code: CaseCode, as_json: AsJson = False) -> None:
    """Print a case with all that happened to it."""
    from bot.casework import details
    from domain.clock import local_day

    settings = read_settings()

    async def read() -> dict[str, Any]:
        async with opened_storage(settings) as (storage, office), storage.reading() as records:
            return await details(records, office, code, local_day(moment_now()))

    found = finish(read())
    if as_json:
        print_json(found)
        return
    typer.echo(f"{found['code']}  {texts.say('case.status.' + found['status'])}  {found['unit'] or '-'}")
    typer.echo(texts.say("case.card.said", said=found["said"]))
    typer.echo(texts.say("case.card.place", place=found["place"] or texts.say("case.no_place")))
    for step in found["steps"]:
        words = texts.say(f"case.step.{step['kind']}")
        typer.echo(f"{step['at'][:16]}  {words}  {step['person']}  {step['said']}".rstrip())
    for file in found["files"]:
        typer.echo(f"{file['name']}  {file['size']}  {file['sha256'] or file['status']}")


@feedback_app.command("route", help=help_of("feedback_route"))
def feedback_route(code: CaseCode, unit: Annotated[str, typer.Argument(help=help_of("unit"))]) -> None:
    """Pass a case to a unit."""
    from bot.casework import route

    settings = read_settings()

    async def pass_on() -> str:
        async with opened_storage(settings) as (storage, office), storage.writing() as records:
            return await route(records, office, code, unit, moment_now())

    name = finish(pass_on())
    typer.echo(texts.say("case.staff.routed", code=code.upper(), unit=name))


@feedback_app.command("answer", help=help_of("feedback_answer"))
def feedback_answer(code: CaseCode, said: Words) -> None:
    """Answer a case; the citizen is told by the running server."""
    _end_case(code, said, "answered")
    typer.echo(texts.say("case.staff.replied", code=code.upper()))


@feedback_app.command("close", help=help_of("feedback_close"))
def feedback_close(code: CaseCode, said: Words) -> None:
    """Close a case with a reason; the citizen is told by the running server."""
    _end_case(code, said, "closed")
    typer.echo(texts.say("case.staff.closed", code=code.upper()))


def _end_case(code: str, said: str, status: str) -> None:
    from bot.casework import end
    from domain.feedback import FeedbackStatus

    settings = read_settings()

    async def write() -> None:
        async with opened_storage(settings) as (storage, office), storage.writing() as records:
            await end(records, office, code, said, FeedbackStatus(status), moment_now())

    finish(write())


@feedback_app.command("block", help=help_of("feedback_block"))
def feedback_block(
    code: CaseCode, lift: Annotated[bool, typer.Option("--lift", help=help_of("feedback_lift"))] = False
) -> None:
    """Shut the account that sent a case out from sending more."""
    from bot.casework import block

    settings = read_settings()

    async def write() -> None:
        async with opened_storage(settings) as (storage, office), storage.writing() as records:
            await block(records, office, code, moment_now(), lift=lift)

    finish(write())
    typer.echo(texts.say("cli.case.lifted" if lift else "cli.case.blocked", code=code.upper()))
