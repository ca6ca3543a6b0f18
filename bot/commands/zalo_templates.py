"""The commands about the Official Account's templates and what it may still send."""

from typing import Annotated, Any

import typer

import texts
from bot.commands.console import (
    AsJson,
    finish,
    group,
    help_of,
    moment_now,
    opened_storage,
    print_json,
    read_settings,
    stop,
    zalo_app,
)

templates_app = group("zalo_templates")
zalo_app.add_typer(templates_app, name="templates")

Purpose = Annotated[str, typer.Argument(help=help_of("zalo_purpose"))]


@templates_app.command("list", help=help_of("zalo_templates_list"))
def templates_list(as_json: AsJson = False) -> None:
    """Print the templates in use, and what keeps one from being used."""
    _print(finish(_kept()), as_json=as_json)


@templates_app.command("add", help=help_of("zalo_templates_add"))
def templates_add(
    purpose: Purpose,
    template_id: Annotated[str, typer.Argument(help=help_of("zalo_template_id"))],
    field: Annotated[list[str] | None, typer.Option("--field", help=help_of("zalo_field"))] = None,
) -> None:
    """Use a template of the account for a purpose, with a fact for each of its parameters."""
    from bot.zalo_templates import account_of, read_template
    from domain.message_templates import OFFERED
    from domain.ports import SendFailed

    if purpose not in OFFERED:
        stop("cli.zalo.no_purpose", purposes=", ".join(OFFERED))
    fields = dict(each.split("=", 1) for each in field or () if "=" in each)
    settings = read_settings()

    async def add() -> Any:
        async with opened_storage(settings) as (storage, office), account_of(settings, storage) as account:
            if account is None:
                return "cli.zalo.no_app", ""
            try:
                found = await read_template(account, office.id, purpose, template_id, fields, moment_now())
            except SendFailed as failure:
                return "cli.zalo.template_unread", failure.reason
            if problems := found.problems():
                return "cli.zalo.template_unfilled", ", ".join(f"{what}: {name}" for what, name in problems)
            async with storage.writing() as records:
                await records.message_templates.put(found)
            return None

    if trouble := finish(add()):
        key, reason = trouble
        typer.echo(texts.say(key) if not reason else f"{texts.say(key)} {reason}", err=True)
        raise typer.Exit(1)
    _print(finish(_kept()), as_json=False)


@templates_app.command("check", help=help_of("zalo_templates_check"))
def templates_check(as_json: AsJson = False) -> None:
    """Ask the app how each template stands now."""
    _ask_the_app()
    _print(finish(_kept()), as_json=as_json)


@templates_app.command("remove", help=help_of("zalo_templates_remove"))
def templates_remove(purpose: Purpose) -> None:
    """Use no template for a purpose any more."""

    async def remove() -> bool:
        async with opened_storage(read_settings()) as (storage, office), storage.writing() as records:
            kept = [t for t in await records.message_templates.of_office(office.id) if t.purpose == purpose]
            return any([await records.message_templates.remove(template) for template in kept])

    typer.echo(texts.say("cli.zalo.template_removed" if finish(remove()) else "cli.zalo.no_templates"))


@zalo_app.command("quota", help=help_of("zalo_quota"))
def quota(as_json: AsJson = False) -> None:
    """Ask the app what may still be sent, and print it."""
    _ask_the_app()

    async def read() -> Any:
        async with opened_storage(read_settings()) as (storage, _), storage.reading() as records:
            return await records.quotas.all()

    found = finish(read())
    if as_json:
        print_json([{"channel": q.channel, "kind": q.kind, "left": q.remaining, "total": q.total} for q in found])
        return
    for each in found:
        blanks = {"channel": each.channel, "kind": each.kind, "left": each.remaining, "total": each.total}
        typer.echo(texts.say("cli.zalo.quota", **blanks))


def _ask_the_app() -> None:
    from bot.zalo_templates import QuotaReader, account_of

    settings = read_settings()

    async def ask() -> bool:
        async with opened_storage(settings) as (storage, _), account_of(settings, storage) as account:
            if account is not None:
                await QuotaReader(account, storage, moment_now).read()
            return account is not None

    if not finish(ask()):
        stop("cli.zalo.no_app")


async def _kept() -> list[dict[str, Any]]:
    async with opened_storage(read_settings()) as (storage, office), storage.reading() as records:
        return [
            {
                "purpose": template.purpose,
                "template": template.template_id,
                "status": template.status,
                "fields": dict(template.fields),
                "problems": [f"{what}: {name}" for what, name in template.problems()],
            }
            for template in await records.message_templates.of_office(office.id)
        ]


def _print(found: list[dict[str, Any]], *, as_json: bool) -> None:
    if as_json:
        print_json(found)
        return
    if not found:
        typer.echo(texts.say("cli.zalo.no_templates"))
    for row in found:
        fields = ", ".join(f"{name}={fact}" for name, fact in row["fields"].items())
        typer.echo(texts.say("cli.zalo.template", **{**row, "fields": fields}, trouble="; ".join(row["problems"])))
