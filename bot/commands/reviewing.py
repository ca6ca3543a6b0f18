"""The commands that decide on drafts and change what is in the register."""

from collections.abc import Awaitable, Callable
from typing import TYPE_CHECKING, Annotated, TypeVar

import typer

import texts
from bot.commands.console import (
    AsJson,
    finish,
    help_of,
    moment_now,
    opened_storage,
    print_json,
    read_settings,
    stop,
    targets_app,
    tasks_app,
)

if TYPE_CHECKING:
    from bot.register_desk import Desk, Done

T = TypeVar("T")


Ids = Annotated[list[str], typer.Argument(help=help_of("ids"))]
MaybeIds = Annotated[list[str] | None, typer.Argument(help=help_of("ids"))]
OfDocument = Annotated[str, typer.Option("--document", help=help_of("document"))]


def _at_desk(kind: str, work: "Callable[[Desk], Awaitable[T]]") -> T:
    """What the work on the register returns, all of it in one transaction that a fault undoes."""
    from bot.register_desk import Desk, Impossible

    settings = read_settings()

    async def run() -> T:
        async with opened_storage(settings) as (storage, office), storage.writing() as records:
            return await work(Desk(records, office.id, kind, moment_now()))

    try:
        return finish(run())
    except Impossible as impossible:
        stop(impossible.key, **impossible.blanks)


def _show_done(done: "list[Done]", as_json: bool) -> None:
    if as_json:
        print_json([one.as_json() for one in done])
        return
    for one in done:
        outcome = texts.say(f"cli.register.outcomes.{one.outcome}")
        line = texts.say("cli.register.line", outcome=outcome, id=one.id, number=one.number or "–", title=one.title)
        typer.echo(line)
    if not done:
        typer.echo(texts.say("cli.register.nothing"))


def _show_waiting(kind: str, document: str, as_json: bool) -> None:
    from rich.console import Console
    from rich.table import Table

    rows = _at_desk(kind, lambda desk: desk.waiting(document))
    if as_json:
        print_json(rows)
        return
    if not rows:
        typer.echo(texts.say("cli.register.none_waiting"))
        return
    table = Table()
    for column in (
        "id",
        "number",
        "title",
        "lead",
        "deadline" if kind == "tasks" else "values",
        "confidence",
        "doubts",
    ):
        table.add_column(texts.say(f"cli.register.columns.{column}"), overflow="fold")
    for row in rows:
        values = ", ".join(f"{year}: {value}" for year, value in row.get("values", {}).items())
        doubts = ", ".join(texts.say(f"cli.register.doubts.{doubt}") for doubt in row["doubts"])
        lead = f"{row['lead']} → {row['unit']}" if row["unit"] and row["unit"] != row["lead"] else row["lead"]
        table.add_row(row["id"], row["number"], row["title"], lead, row.get("text", values), row["confidence"], doubts)
    Console().print(table)


@tasks_app.command("review", help=help_of("tasks_review"))
def tasks_review(document: OfDocument = "", as_json: AsJson = False) -> None:
    """Print what waits for a decision, with the ids by which the other commands name it."""
    _show_waiting("tasks", document, as_json)


@targets_app.command("review", help=help_of("targets_review"))
def targets_review(document: OfDocument = "", as_json: AsJson = False) -> None:
    """Print the drafted targets."""
    _show_waiting("targets", document, as_json)


def _confirm(kind: str, ids: list[str] | None, document: str, sure: bool, as_json: bool) -> None:
    if not ids and not document:
        stop("cli.register.which")
    _show_done(_at_desk(kind, lambda desk: desk.confirm(ids or [], document, sure_only=sure)), as_json)


@tasks_app.command("confirm", help=help_of("confirm"))
def tasks_confirm(
    ids: MaybeIds = None,
    document: OfDocument = "",
    sure: Annotated[bool, typer.Option("--sure", help=help_of("sure"))] = False,
    as_json: AsJson = False,
) -> None:
    """Make drafts part of the register."""
    _confirm("tasks", ids, document, sure, as_json)


@targets_app.command("confirm", help=help_of("confirm"))
def targets_confirm(
    ids: MaybeIds = None,
    document: OfDocument = "",
    sure: Annotated[bool, typer.Option("--sure", help=help_of("sure"))] = False,
    as_json: AsJson = False,
) -> None:
    """Make drafted targets part of the register."""
    _confirm("targets", ids, document, sure, as_json)


@tasks_app.command("drop", help=help_of("drop"))
def tasks_drop(ids: Ids, as_json: AsJson = False) -> None:
    """Set drafts aside."""
    _show_done(_at_desk("tasks", lambda desk: desk.drop(ids)), as_json)


@targets_app.command("drop", help=help_of("drop"))
def targets_drop(ids: Ids, as_json: AsJson = False) -> None:
    """Set drafted targets aside."""
    _show_done(_at_desk("targets", lambda desk: desk.drop(ids)), as_json)


@tasks_app.command("edit", help=help_of("tasks_edit"))
def tasks_edit(
    entry: Annotated[str, typer.Argument(help=help_of("ids"))],
    title: Annotated[str | None, typer.Option("--title", help=help_of("title"))] = None,
    lead: Annotated[str | None, typer.Option("--lead", help=help_of("lead"))] = None,
    support: Annotated[str | None, typer.Option("--support", help=help_of("support"))] = None,
    product: Annotated[str | None, typer.Option("--product", help=help_of("product"))] = None,
    deadline: Annotated[str | None, typer.Option("--deadline", help=help_of("deadline"))] = None,
    assignee: Annotated[str | None, typer.Option("--assignee", help=help_of("assignee"))] = None,
    as_json: AsJson = False,
) -> None:
    """Change fields of a draft or of a confirmed task."""
    said = {
        "title": title,
        "lead": lead,
        "support": support,
        "product": product,
        "deadline": deadline,
        "assignee": assignee,
    }
    _show_done(_at_desk("tasks", lambda desk: desk.edit(entry, said)), as_json)


@targets_app.command("edit", help=help_of("targets_edit"))
def targets_edit(
    entry: Annotated[str, typer.Argument(help=help_of("ids"))],
    title: Annotated[str | None, typer.Option("--title", help=help_of("title"))] = None,
    lead: Annotated[str | None, typer.Option("--lead", help=help_of("lead"))] = None,
    as_json: AsJson = False,
) -> None:
    """Change fields of a target."""
    _show_done(_at_desk("targets", lambda desk: desk.edit(entry, {"title": title, "lead": lead})), as_json)


@tasks_app.command("merge", help=help_of("merge"))
def tasks_merge(ids: Ids, as_json: AsJson = False) -> None:
    """Put drafts together into the first of them."""
    _show_done(_at_desk("tasks", lambda desk: desk.merge(ids)), as_json)


@targets_app.command("merge", help=help_of("merge"))
def targets_merge(ids: Ids, as_json: AsJson = False) -> None:
    """Put drafted targets together into the first of them."""
    _show_done(_at_desk("targets", lambda desk: desk.merge(ids)), as_json)


@tasks_app.command("split", help=help_of("split"))
def tasks_split(
    entry: Annotated[str, typer.Argument(help=help_of("ids"))],
    titles: Annotated[list[str], typer.Argument(help=help_of("parts"))],
    as_json: AsJson = False,
) -> None:
    """Put several drafts in the place of one."""
    _show_done(_at_desk("tasks", lambda desk: desk.split(entry, titles)), as_json)


def _publish(kind: str, ids: list[str] | None, document: str, published: bool, as_json: bool) -> None:
    if not ids and not document:
        stop("cli.register.which")
    _show_done(_at_desk(kind, lambda desk: desk.publish(ids or [], document, published=published)), as_json)


@tasks_app.command("publish", help=help_of("publish"))
def tasks_publish(ids: MaybeIds = None, document: OfDocument = "", as_json: AsJson = False) -> None:
    """Show tasks to citizens."""
    _publish("tasks", ids, document, True, as_json)


@tasks_app.command("unpublish", help=help_of("unpublish"))
def tasks_unpublish(ids: MaybeIds = None, document: OfDocument = "", as_json: AsJson = False) -> None:
    """Show tasks to citizens no longer."""
    _publish("tasks", ids, document, False, as_json)


@targets_app.command("publish", help=help_of("publish"))
def targets_publish(ids: MaybeIds = None, document: OfDocument = "", as_json: AsJson = False) -> None:
    """Show targets to citizens."""
    _publish("targets", ids, document, True, as_json)


@targets_app.command("unpublish", help=help_of("unpublish"))
def targets_unpublish(ids: MaybeIds = None, document: OfDocument = "", as_json: AsJson = False) -> None:
    """Show targets to citizens no longer."""
    _publish("targets", ids, document, False, as_json)
