"""The commands about people: add, code and list. What else there is about them is in `staff`."""

from datetime import timedelta
from typing import Annotated, Any

import typer

import texts
from bot.commands.console import (
    AsJson,
    finish,
    help_of,
    moment_now,
    opened_storage,
    people_app,
    print_json,
    read_settings,
    stop,
)


@people_app.command("add", help=help_of("people_add"))
def people_add(
    name: Annotated[str, typer.Argument(help=help_of("person_name"))],
    role: Annotated[str, typer.Option("--role", help=help_of("role"))] = "official",
    unit: Annotated[str, typer.Option("--unit", help=help_of("unit"))] = "",
    days: Annotated[int, typer.Option("--days", help=help_of("code_days"), min=1, max=90)] = 7,
) -> None:
    """Add a member of staff and print a one-time code with which they join in chat."""
    from domain.people import Role

    settings = read_settings()
    if role not in list(Role) or role == Role.CITIZEN:
        stop("cli.bad_role", text=role, roles=", ".join(r for r in Role if r is not Role.CITIZEN))
    if not name.strip():
        stop("cli.no_name")

    async def add() -> str:
        async with opened_storage(settings) as (storage, office), storage.writing() as records:
            unit_id = None
            if unit:
                known = await records.people.unit_by_name(office.id, unit)
                unit_id = (known or await records.people.add_unit(office.id, unit, ())).id
            person = await records.people.add(office.id, name.strip(), Role(role), unit_id)
            code = await records.people.issue_code(person.id, moment_now(), timedelta(days=days))
            await records.audit.note(office.id, None, "person.added", str(person.id), moment_now(), {"role": role})
            return code

    typer.echo(texts.say("cli.person_added", name=name.strip(), code=finish(add()), days=days))


@people_app.command("code", help=help_of("people_code"))
def people_code(
    person_id: Annotated[int, typer.Argument(help=help_of("person_id"))],
    days: Annotated[int, typer.Option("--days", help=help_of("code_days"), min=1, max=90)] = 7,
) -> None:
    """Print a new one-time code for someone who is on the list already."""
    settings = read_settings()

    async def issue() -> tuple[str, str]:
        async with opened_storage(settings) as (storage, office), storage.writing() as records:
            person = await records.people.get(person_id)
            if person is None or person.office_id != office.id:
                stop("cli.no_person", id=person_id)
            code = await records.people.issue_code(person.id, moment_now(), timedelta(days=days))
            await records.audit.note(office.id, None, "code.issued", str(person.id), moment_now())
            return person.name, code

    name, code = finish(issue())
    typer.echo(texts.say("cli.person_added", name=name, code=code, days=days))


@people_app.command("list", help=help_of("people_list"))
def people_list(as_json: AsJson = False) -> None:
    """Print the staff and where they can be reached."""
    settings = read_settings()

    async def read() -> list[dict[str, Any]]:
        async with opened_storage(settings) as (storage, office), storage.reading() as records:
            preferred = await records.wishes.channels(office.id)
            return [
                {
                    "id": person.id,
                    "name": person.name,
                    "role": str(person.role),
                    "unit": person.unit_name,
                    "channels": [a.channel for a in await records.people.accounts(person.id)],
                    "preferred": preferred.get(person.id, ""),
                }
                for person in await records.people.of_office(office.id)
            ]

    found = finish(read())
    if as_json:
        print_json(found)
        return
    from rich.console import Console
    from rich.table import Table

    table = Table()
    for column in ("id", "name", "role", "unit", "channels", "preferred"):
        table.add_column(texts.say(f"cli.people.columns.{column}"), overflow="fold")
    for row in found:
        role = texts.say(f"greet.role.{row['role']}")
        table.add_row(
            str(row["id"]), row["name"], role, row["unit"], ", ".join(row["channels"]) or "-", row["preferred"] or "-"
        )
    Console().print(table)
