"""The commands about reporting periods."""

from typing import Annotated, Any

import typer

import texts
from bot.commands.console import (
    AsJson,
    finish,
    help_of,
    moment_now,
    opened_storage,
    periods_app,
    print_json,
    print_lines,
    read_settings,
)


@periods_app.command("list", help=help_of("periods_list"))
def periods_list(as_json: AsJson = False) -> None:
    """Print the periods that were opened, the latest first."""
    from bot.period_desk import listed
    from domain.clock import local_day

    settings = read_settings()

    async def read() -> list[dict[str, Any]]:
        async with opened_storage(settings) as (storage, office), storage.reading() as records:
            return await listed(records, office, local_day(moment_now()))

    rows = finish(read())
    if as_json:
        print_json(rows)
        return
    print_lines([_line(row) for row in rows])


@periods_app.command("show", help=help_of("periods_show"))
def periods_show(which: Annotated[str, typer.Argument(help=help_of("period"))], as_json: AsJson = False) -> None:
    """Print one period with what was reported, what is missing and what came late."""
    from bot.period_desk import shown
    from domain.clock import local_day

    settings = read_settings()

    async def read() -> dict[str, Any]:
        async with opened_storage(settings) as (storage, office), storage.reading() as records:
            return await shown(records, office, which, local_day(moment_now()))

    row = finish(read())
    if as_json:
        print_json(row)
        return
    typer.echo(_line(row))
    for task in row["tasks"]:
        state = texts.say(f"cli.periods.state.{task['state']}")
        people = ", ".join(task["responsible"])
        typer.echo(f"{state}  {task['document']}  {task['number']}  {task['title'][:60]}  {task['unit']}  {people}")


@periods_app.command("schedule", help=help_of("periods_schedule"))
def periods_schedule(
    kind: Annotated[str, typer.Option("--kind", help=help_of("period_kind"))] = "",
    cutoff: Annotated[str, typer.Option("--cutoff", help=help_of("period_cutoff"))] = "",
    lead: Annotated[int | None, typer.Option("--lead", help=help_of("period_lead"))] = None,
    opens: Annotated[int | None, typer.Option("--opens", help=help_of("period_opens"))] = None,
    active: Annotated[bool | None, typer.Option("--on/--off", help=help_of("period_active"))] = None,
    document: Annotated[str, typer.Option("--document", help=help_of("period_document"))] = "",
    dates: Annotated[str, typer.Option("--dates", help=help_of("period_dates"))] = "",
    as_json: AsJson = False,
) -> None:
    """Print by what the office reports; with options, change it first."""
    from bot.period_desk import schedule_row, schedules_of, set_schedule, wanted_by
    from handlers.period_wording import days_words, schedule_words

    settings = read_settings()
    wanted = wanted_by(kind, cutoff, lead, opens, active, document, dates)
    is_change = bool(cutoff or document or dates) or any(option is not None for option in (lead, opens, active))

    async def work() -> Any:
        async with opened_storage(settings) as (storage, office):
            if is_change:
                async with storage.writing() as records:
                    await set_schedule(records, office, wanted, moment_now())
            async with storage.reading() as records:
                return await schedules_of(records, office)

    schedules, proposals = finish(work())
    if as_json:
        print_json({"schedules": [schedule_row(schedule) for schedule in schedules], "proposed": proposals})
        return
    for schedule in schedules:
        typer.echo(schedule_words(schedule))
    for row in proposals:
        typer.echo(texts.say("cli.periods.proposed", document=row["document"], dates=days_words(row["dates"])))


def _line(row: dict[str, Any]) -> str:
    state = "frozen" if row["frozen_at"] else "open" if row["open"] else "ended"
    counts = texts.say("cli.periods.counts", told=row["reported"], count=row["count"], late=row["late"])
    return f"{row['id']}  {row['key']}  {row['first']} - {row['cutoff']}  {texts.say(f'cli.periods.{state}')}  {counts}"
