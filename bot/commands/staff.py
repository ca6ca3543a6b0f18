"""The commands about people and units beside add, code and list: the staff list, invitations, leaving, stand-ins."""

from collections.abc import Awaitable, Callable
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, TypeVar

import typer

import texts
from bot.commands.console import (
    app,
    finish,
    group,
    help_of,
    moment_now,
    opened_storage,
    people_app,
    read_settings,
    stop,
    write_file,
)
from domain.clock import local_day
from domain.people import Office, Person, Role, Unit
from domain.phones import phone_number
from domain.rights import may_stand_in_for

if TYPE_CHECKING:
    from bot.invitations import Invitation
    from bot.leaving import Left
    from storage import Repositories

T = TypeVar("T")
units_app = group("units")
app.add_typer(units_app, name="units")

Who = Annotated[int, typer.Argument(help=help_of("person_id"))]
Out = Annotated[Path, typer.Option("--out", "-o", help=help_of("out"))]


def _in_one(work: "Callable[[Repositories, Office], Awaitable[T]]") -> T:
    """Do something in one transaction of this installation's database."""
    settings = read_settings()

    async def run() -> T:
        async with opened_storage(settings) as (storage, office), storage.writing() as records:
            return await work(records, office)

    return finish(run())


async def _person(records: "Repositories", office: Office, number: int) -> Person:
    found = await records.people.get(number)
    if found is None or found.office_id != office.id:
        stop("cli.no_person", id=number)
    return found


@people_app.command("template", help=help_of("people_template"))
def people_template(out: Out = Path("can-bo.xlsx")) -> None:
    """Write an empty staff list to fill in."""
    from bot.staff_list import sheet

    write_file(out, sheet(()))


@people_app.command("export", help=help_of("people_export"))
def people_export(out: Out = Path("can-bo.xlsx")) -> None:
    """Write the staff list as a spreadsheet."""
    from bot.staff_list import sheet

    async def read(records: "Repositories", office: Office) -> bytes:
        return sheet(await records.people.of_office(office.id))

    write_file(out, _in_one(read))


@people_app.command("import", help=help_of("people_import"))
def people_import(
    sheet: Annotated[Path, typer.Argument(help=help_of("sheet"), exists=True, dir_okay=False)],
    apply: Annotated[bool, typer.Option("--apply", help=help_of("apply"))] = False,
) -> None:
    """Show what a staff list would change, and change it when told to; with any error nothing is changed."""
    from bot import staff_list

    lines, errors = staff_list.read(sheet.read_bytes())
    for error in errors:
        typer.echo(error, err=True)
    if errors:
        stop("cli.import_refused", count=len(errors))

    async def change(records: "Repositories", office: Office) -> list[str]:
        people, units = await records.people.of_office(office.id), await records.people.units(office.id)
        found = staff_list.changes(lines, people, units)
        if apply:
            await staff_list.apply(records, office.id, found, moment_now())
        return [str(each) for each in found]

    shown = _in_one(change)
    for each in shown:
        typer.echo(each)
    typer.echo(texts.say("cli.people.applied" if apply else "cli.people.not_applied", count=len(shown)))


@people_app.command("invite", help=help_of("people_invite"))
def people_invite(
    numbers: Annotated[list[int] | None, typer.Argument(help=help_of("person_id"))] = None,
    everyone: Annotated[bool, typer.Option("--all", help=help_of("invite_all"))] = False,
    bot: Annotated[str, typer.Option("--bot", help=help_of("bot_name"))] = "",
    days: Annotated[int, typer.Option("--days", help=help_of("code_days"), min=1, max=90)] = 7,
    out: Out = Path("phieu-moi.pdf"),
) -> None:
    """Issue codes and write them as cards with QR codes, to be printed; --all is for those who have not joined.

    The QR code opens the Telegram bot where there is one; otherwise it holds the words to be said in any app.
    """
    from bot import invitations

    name = (bot or _bot_name()).lstrip("@")
    if out.suffix.lower() not in (".pdf", ".png"):
        stop("cli.people.bad_out", file=out)

    async def issue(records: "Repositories", office: Office) -> "tuple[list[Invitation], str]":
        joined = {a.person_id for a in await records.people.accounts_of_office(office.id)}
        found = [p for p in await records.people.of_office(office.id) if everyone and p.id not in joined]
        found += [await _person(records, office, number) for number in numbers or ()]
        cards, now = [], moment_now()
        for person in found:
            if not person.active:
                stop("cli.people.has_left", name=person.name)
            code = await records.people.issue_code(person.id, now, timedelta(days=days))
            await records.audit.note(office.id, None, "code.issued", f"person:{person.id}", now, {"in": "sheet"})
            last = local_day(now + timedelta(days=days))
            cards.append(invitations.Invitation(person.name, person.unit_name or office.name, code, name, last))
        return cards, office.name

    cards, office_name = _in_one(issue)
    if not cards:
        stop("cli.people.nobody_to_invite")
    pages = invitations.pages(cards, office_name)
    if out.suffix.lower() == ".pdf":
        write_file(out, invitations.as_pdf(pages))
        return
    for number, page in enumerate(pages, 1):
        write_file(out if number == 1 else out.with_stem(f"{out.stem}-{number}"), invitations.as_png(page))


def _bot_name() -> str:
    """The Telegram bot's own name, as Telegram tells it; empty without a token or an answer."""
    settings = read_settings()
    if not settings.telegram_token.get_secret_value():
        return ""
    from bot.channels.telegram import Telegram
    from domain.ports import SendFailed

    async def ask() -> str:
        channel = Telegram(settings.telegram_token.get_secret_value(), base_url=settings.telegram_api_base or None)
        try:
            return str((await channel.me()).get("username", ""))
        except SendFailed:
            return ""
        finally:
            await channel.close()

    return finish(ask())


@people_app.command("edit", help=help_of("people_edit"))
def people_edit(
    number: Who,
    name: Annotated[str, typer.Option("--name", help=help_of("person_name"))] = "",
    role: Annotated[str, typer.Option("--role", help=help_of("role"))] = "",
    unit: Annotated[str, typer.Option("--unit", help=help_of("unit"))] = "",
    phone: Annotated[str, typer.Option("--phone", help=help_of("phone"))] = "",
) -> None:
    """Change somebody's name, role, unit or number."""
    wanted_phone = phone_number(phone) if phone else ""
    if wanted_phone is None:
        stop("cli.people.bad_phone", text=phone)
    if role and role not in [str(r) for r in Role if r is not Role.CITIZEN]:
        stop("cli.bad_role", text=role, roles=", ".join(r for r in Role if r is not Role.CITIZEN))

    async def edit(records: "Repositories", office: Office) -> str:
        person = await _person(records, office, number)
        after = replace(person, name=name.strip() or person.name, phone=wanted_phone or person.phone)
        after = replace(after, role=Role(role) if role else person.role)
        if unit:
            after = replace(after, unit_id=(await _unit(records, office, unit)).id)
        details = {"role": str(after.role), "unit": after.unit_id}
        await records.audit.note(office.id, None, "person.changed", f"person:{number}", moment_now(), details)
        return (await records.people.update(after)).name

    typer.echo(texts.say("cli.people.edited", name=_in_one(edit)))


@people_app.command("leave", help=help_of("people_leave"))
def people_leave(
    number: Who, to: Annotated[int | None, typer.Option("--to", help=help_of("to_person"))] = None
) -> None:
    """Let somebody go: accounts and codes are void, their tasks go to a colleague or back to the unit."""
    from bot.leaving import leave

    async def go(records: "Repositories", office: Office) -> "tuple[str, Left]":
        person = await _person(records, office, number)
        if not person.active:
            stop("cli.people.has_left", name=person.name)
        taker = None if to is None else await _taker(records, office, to, person)
        return person.name, await leave(records, person, taker, moment_now())

    name, left = _in_one(go)
    for task in left.tasks:
        typer.echo(f"{task.document_number} {task.number}. {task.title}".strip())
    told = ", ".join(p.name for p in left.told) or "-"
    typer.echo(texts.say("cli.people.left", name=name, count=len(left.tasks), told=told))


@people_app.command("return", help=help_of("people_return"))
def people_return(number: Who) -> None:
    """Take somebody back who had left; they join anew by a code or their number."""

    async def back(records: "Repositories", office: Office) -> str:
        person = await _person(records, office, number)
        await records.audit.note(office.id, None, "person.returned", f"person:{number}", moment_now())
        return (await records.people.update(replace(person, active=True))).name

    typer.echo(texts.say("cli.people.returned", name=_in_one(back)))


@people_app.command("transfer", help=help_of("people_transfer"))
def people_transfer(number: Who, to: Annotated[int, typer.Option("--to", help=help_of("to_person"))]) -> None:
    """Hand all open tasks of somebody to a colleague."""
    from bot.leaving import hand_over

    async def move(records: "Repositories", office: Office) -> tuple[str, int]:
        person = await _person(records, office, number)
        taker = await _taker(records, office, to, person)
        return taker.name, len(await hand_over(records, person, taker, moment_now()))

    name, count = _in_one(move)
    typer.echo(texts.say("cli.people.transferred", count=count, name=name))


@people_app.command("stand-in", help=help_of("people_stand_in"))
def people_stand_in(
    number: Who,
    by: Annotated[int, typer.Option("--by", help=help_of("to_person"))],
    first: Annotated[str, typer.Option("--from", help=help_of("first_day"))],
    last: Annotated[str, typer.Option("--to", help=help_of("last_day"))],
) -> None:
    """Let a colleague act for somebody from a day to a day."""
    days = []
    for text in (first, last):
        try:
            days.append(date.fromisoformat(text))
        except ValueError:
            stop("cli.bad_day", text=text)
    if days[1] < days[0]:
        stop("cli.bad_day", text=last)

    async def arrange(records: "Repositories", office: Office) -> tuple[str, str]:
        person = await _person(records, office, number)
        deputy = await _taker(records, office, by, person)
        await records.stand_ins.put(office.id, person.id, deputy.id, days[0], days[1])
        details = {"deputy": deputy.id, "first": first, "last": last}
        await records.audit.note(office.id, None, "stand_in.arranged", f"person:{number}", moment_now(), details)
        return person.name, deputy.name

    name, deputy = _in_one(arrange)
    typer.echo(texts.say("cli.people.stands_in", name=name, deputy=deputy, first=first, last=last))


async def _taker(records: "Repositories", office: Office, number: int, person: Person) -> Person:
    taker = await _person(records, office, number)
    if not may_stand_in_for(taker, person):
        stop("cli.people.no_taker", name=taker.name)
    return taker


async def _unit(records: "Repositories", office: Office, name: str) -> Unit:
    found = await records.people.unit_by_name(office.id, name)
    if found is None:
        stop("cli.people.no_unit", name=name)
    return found


@units_app.command("list", help=help_of("units_list"))
def units_list() -> None:
    """Print the units with their other names."""

    async def read(records: "Repositories", office: Office) -> list[str]:
        return [" | ".join((u.name, *u.aliases)) for u in await records.people.units(office.id)]

    for line in _in_one(read):
        typer.echo(line)


@units_app.command("add", help=help_of("units_add"))
def units_add(name: Annotated[str, typer.Argument(help=help_of("unit"))]) -> None:
    """Add a unit."""

    async def add(records: "Repositories", office: Office) -> str:
        known = await records.people.unit_by_name(office.id, name)
        return (known or await records.people.add_unit(office.id, name)).name

    typer.echo(texts.say("cli.people.unit_kept", name=_in_one(add)))


@units_app.command("alias", help=help_of("units_alias"))
def units_alias(
    name: Annotated[str, typer.Argument(help=help_of("unit"))],
    alias: Annotated[str, typer.Argument(help=help_of("alias"))],
) -> None:
    """Give a unit one more name by which plans and people call it."""
    _change_unit(name, lambda unit: replace(unit, aliases=tuple(dict.fromkeys((*unit.aliases, alias)))))


@units_app.command("rename", help=help_of("units_rename"))
def units_rename(
    name: Annotated[str, typer.Argument(help=help_of("unit"))],
    new: Annotated[str, typer.Argument(help=help_of("new_name"))],
) -> None:
    """Rename a unit; the old name stays as another name of it."""
    _change_unit(name, lambda unit: replace(unit, name=new, aliases=tuple(dict.fromkeys((*unit.aliases, unit.name)))))


def _change_unit(name: str, changed: Callable[[Unit], Unit]) -> None:
    async def change(records: "Repositories", office: Office) -> str:
        unit = changed(await _unit(records, office, name))
        try:
            await records.people.update_unit(unit)
        except ValueError:
            stop("cli.people.unit_taken")
        await records.audit.note(office.id, None, "unit.changed", f"unit:{unit.id}", moment_now(), {"name": unit.name})
        return unit.name

    typer.echo(texts.say("cli.people.unit_kept", name=_in_one(change)))
