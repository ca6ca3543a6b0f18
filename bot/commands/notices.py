"""The commands about reminders: what would go out, what went, and what is wrong."""

from datetime import timedelta
from typing import Annotated, Any

import typer

import texts
from bot.commands.console import (
    AsJson,
    finish,
    help_of,
    local_words,
    moment_in,
    moment_now,
    notices_app,
    opened_storage,
    print_json,
    print_lines,
    read_settings,
)

Days = Annotated[int, typer.Option("--days", min=1, max=3660, help=help_of("notices_days"))]
_FAILED = ("failed", "unknown")
_COUNTED = ("pending", "sent", "failed", "unknown", "acknowledged", "unread")


@notices_app.callback(invoke_without_command=True, no_args_is_help=False, help=help_of("notices"))
def notices(
    context: typer.Context,
    at: Annotated[str, typer.Option("--at", help=help_of("at"))] = "",
    as_json: AsJson = False,
) -> None:
    """Print what would be sent at a time, to whom and why; sends nothing."""
    if context.invoked_subcommand is not None:
        return
    from bot.ledger import rehearsed

    settings = read_settings()
    moment = moment_in(at) if at else moment_now()

    async def read() -> list[dict[str, Any]]:
        async with opened_storage(settings) as (storage, office):
            return await rehearsed(storage, office.id, moment)

    found = finish(read())
    if as_json:
        for row in found:
            print_json(row)
        return
    if not found:
        typer.echo(texts.say("cli.no_notices"))
    for row in found:
        reach = row["channel"] or texts.say("cli.not_joined")
        why = "; ".join(sorted({_rule_words(notice["rule"]) for notice in row["notices"]}))
        typer.echo(f"{row['person']} ({reach}): {why}\n{row['text']}".rstrip() + "\n")


@notices_app.command("list", help=help_of("notices_list"))
def notices_list(days: Days = 7, as_json: AsJson = False) -> None:
    """Print the ledger."""
    _print_rows(days, (), as_json)


@notices_app.command("failed", help=help_of("notices_failed"))
def notices_failed(days: Days = 30, as_json: AsJson = False) -> None:
    """Print what could not be sent, or may not have arrived, with the reason."""
    _print_rows(days, _FAILED, as_json)


@notices_app.command("people", help=help_of("notices_people"))
def notices_people(days: Days = 30, as_json: AsJson = False) -> None:
    """Print for each colleague what was sent, acknowledged and left unread."""
    from bot.ledger import by_person

    settings = read_settings()

    async def read() -> list[dict[str, Any]]:
        async with opened_storage(settings) as (storage, office), storage.reading() as records:
            return await by_person(records, office.id, moment_now() - timedelta(days=days))

    found = finish(read())
    if as_json:
        print_json(found)
        return
    lines = []
    for row in found:
        counts = ", ".join(f"{texts.say('cli.notice_counts.' + name)} {row[name]}" for name in _COUNTED)
        reach = "" if row["reachable"] else f" ({texts.say('cli.not_joined')})"
        lines.append(f"{row['person']}{reach}: {counts}")
    print_lines(lines)


@notices_app.command("missed", help=help_of("notices_missed"))
def notices_missed(as_json: AsJson = False) -> None:
    """Print how many notices were missed; ends with code 1 when that is not zero."""
    from scheduler.planning import missed

    settings = read_settings()

    async def read() -> int:
        async with opened_storage(settings) as (storage, _):
            return await missed(storage, moment_now())

    found = finish(read())
    if as_json:
        print_json({"missed": found})
    else:
        typer.echo(texts.say("cli.notices_missed", count=found))
    if found:
        raise typer.Exit(1)


def _print_rows(days: int, statuses: tuple[str, ...], as_json: bool) -> None:
    from bot.ledger import listed

    settings = read_settings()

    async def read() -> list[dict[str, Any]]:
        async with opened_storage(settings) as (storage, office), storage.reading() as records:
            return await listed(records, office.id, moment_now() - timedelta(days=days), statuses)

    found = finish(read())
    if as_json:
        print_json(found)
        return
    if not found:
        typer.echo(texts.say("cli.no_ledger_rows"))
    for row in found:
        status = texts.say(f"cli.notice_status.{row['status']}")
        reason = f" ({_reason_words(row['reason'])})" if row["reason"] else ""
        about = f"{_about(row)}, {_rule_words(row['rule'])}"
        line = f"{local_words(row['scheduled'])}  {row['person']}  {about}  {status}{reason}  {row['channel']}"
        typer.echo(line.rstrip())


def _about(row: dict[str, Any]) -> str:
    """What a notice is about, as the office says it."""
    kind, _, rest = row["subject"].partition(":")
    if row["task"] is None:
        return texts.say(f"cli.notice_about.{kind}", number=rest)
    key = "task_of" if row["document"] else "task"
    return texts.say(f"cli.notice_about.{key}", number=row["task"], document=row["document"])


def _reason_words(reason: str) -> str:
    """Why a notice waits, or is not sent; what an app answered stays as it was written."""
    try:
        return texts.say(f"cli.notice_reasons.{reason}")
    except KeyError:
        return reason


def _rule_words(rule: str) -> str:
    """A rule as the office says it."""
    name, _, days = rule.rpartition("_")
    if name in ("before", "overdue"):
        return texts.say(f"cli.rules.{name}", days=days)
    return texts.say(f"cli.rules.{rule}")
