"""The commands about the register: tasks and targets listed, and the spreadsheet out and in."""

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

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
    write_file,
)

if TYPE_CHECKING:
    from domain.tasks import Task


@tasks_app.command("list", help=help_of("tasks_list"))
def tasks_list(
    as_json: AsJson = False,
    document: Annotated[str, typer.Option("--document", help=help_of("document"))] = "",
) -> None:
    """Print the register's tasks."""
    settings = read_settings()

    async def read() -> list["Task"]:
        async with opened_storage(settings) as (storage, office), storage.reading() as records:
            found = await records.register.tasks(office.id, confirmed_only=False)
            return [t for t in found if not document or t.document_number == document]

    found = finish(read())
    if as_json:
        print_json([_task_json(task) for task in found])
        return
    from rich.console import Console
    from rich.table import Table

    table = Table()
    for column in ("number", "title", "lead", "deadline", "status", "percent"):
        table.add_column(texts.say(f"cli.tasks.columns.{column}"), overflow="fold")
    for task in found:
        percent = "" if task.percent is None else f"{task.percent:g}%"
        status = texts.say(f"task.status.{task.status}")
        if not task.confirmed:
            status = texts.say("cli.tasks.draft", confidence=f"{task.confidence:.0%}")
        table.add_row(task.number, task.title, task.lead, task.deadline.text, status, percent)
    Console().print(table)


def _task_json(task: "Task") -> dict[str, Any]:
    return {
        "id": task.id,
        "file": task.file,
        "document": task.document_number,
        "number": task.number,
        "title": task.title,
        "lead": task.lead,
        "support": task.support,
        "product": task.product,
        "deadline": task.deadline.as_json(),
        "text": task.deadline.text,
        "source": task.source,
        "confirmed": task.confirmed,
        "confidence": task.confidence,
        "page": task.page,
        "spans": [{"field": span.field, "start": span.start, "end": span.end} for span in task.spans],
    }


@tasks_app.command("template", help=help_of("tasks_template"))
def tasks_template(
    out: Annotated[Path, typer.Option("--out", "-o", help=help_of("out"))] = Path("mau-nhiem-vu.xlsx"),
) -> None:
    """Write an empty spreadsheet to fill in."""
    from bot.sheets import template

    write_file(out, template())


@tasks_app.command("export", help=help_of("tasks_export"))
def tasks_export(
    out: Annotated[Path, typer.Option("--out", "-o", help=help_of("out"))] = Path("nhiem-vu.xlsx"),
) -> None:
    """Write the register as a spreadsheet."""
    from bot.sheets import export

    settings = read_settings()

    async def read() -> bytes:
        async with opened_storage(settings) as (storage, office), storage.reading() as records:
            tasks = await records.drafts.every_task(office.id)
            return export(tasks, await records.drafts.every_target(office.id))

    write_file(out, finish(read()))


@tasks_app.command("import", help=help_of("tasks_import"))
def tasks_import(
    sheet: Annotated[Path, typer.Argument(help=help_of("sheet"), exists=True, dir_okay=False)],
    to_apply: Annotated[bool, typer.Option("--apply", help=help_of("apply"))] = False,
    dry_run: Annotated[bool, typer.Option("--dry-run", help=help_of("dry_run"))] = False,
    as_json: AsJson = False,
) -> None:
    """Show what a spreadsheet would change in the register, and change it once that is wanted."""
    from bot.register_import import apply, compare_sheet, words_of

    settings = read_settings()
    content = sheet.read_bytes()

    async def compared() -> Any:
        async with opened_storage(settings) as (storage, office):
            return await compare_sheet(storage, office.id, content)

    comparison = finish(compared())
    for error in comparison.errors:
        typer.echo(str(error), err=True)
    if comparison.errors:
        stop("cli.import_refused", count=len(comparison.errors))
    if as_json:
        print_json(
            {
                "changes": [change.as_json() for change in comparison.changes],
                "conflicts": [change.as_json() for change in comparison.conflicts],
                "notes": list(comparison.notes),
                "unchanged": comparison.unchanged,
                "applied": to_apply and not dry_run,
            }
        )
    else:
        typer.echo(words_of(comparison))
    asks = sys.stdin.isatty() and not as_json and bool(comparison.changes) and not to_apply
    if dry_run or not (to_apply or (asks and typer.confirm(texts.say("cli.import_ask")))):
        if comparison.changes and not as_json:
            typer.echo(texts.say("cli.import_checked"))
        return

    async def write() -> Any:
        async with opened_storage(settings) as (storage, office), storage.writing() as records:
            return await apply(records, office.id, comparison, None, moment_now())

    skipped = finish(write())
    if not as_json:
        typer.echo(texts.say("cli.imported", count=len(comparison.changes) - len(skipped)))
    if skipped:
        typer.echo(texts.say("cli.import_skipped", count=len(skipped)), err=True)


@targets_app.command("list", help=help_of("targets_list"))
def targets_list(
    as_json: AsJson = False,
    document: Annotated[str, typer.Option("--document", help=help_of("document"))] = "",
) -> None:
    """Print the register's targets with what is planned and what was reported, drafts included."""
    from bot.target_list import as_table, target_json, told_targets

    settings = read_settings()

    async def read() -> list[Any]:
        async with opened_storage(settings) as (storage, office), storage.reading() as records:
            return await told_targets(records, office.id, document)

    found = finish(read())
    if as_json:
        print_json([target_json(told) for told in found])
        return
    from rich.console import Console

    Console().print(as_table(found))
