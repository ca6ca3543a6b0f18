"""The commands by which a period's report goes its way: drafted, remarked on, submitted, approved, issued."""

from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, TypeVar

import typer

import texts
from bot.commands.console import (
    AsJson,
    finish,
    help_of,
    moment_now,
    opened_storage,
    print_json,
    print_lines,
    read_settings,
    write_file,
)
from bot.commands.reporting import report_app

if TYPE_CHECKING:
    from bot.report_desk import ReportDesk
    from handlers.periodic_report_dossier import Dossier
    from handlers.periodic_report_moves import Outcome

T = TypeVar("T")
OfPeriod = Annotated[str, typer.Argument(help=help_of("report_period"))]
By = Annotated[str, typer.Option("--by", help=help_of("report_by"))]
Version = Annotated[int, typer.Option("--version", min=0, help=help_of("report_version"))]
Said = Annotated[str, typer.Argument(help=help_of("report_said"))]


@report_app.command("list", help=help_of("report_list"))
def report_list(as_json: AsJson = False) -> None:
    """Print every version of every period's report."""
    from bot.report_desk import listed

    async def read(desk: "ReportDesk") -> list[dict[str, Any]]:
        async with desk.storage.reading() as records:
            return await listed(records, desk.office)

    rows = _at_desk(read)
    if as_json:
        print_json(rows)
        return
    names = ("period", "version", "status_words")
    print_lines([texts.say("cli.report.row", **{name: row[name] for name in names}) for row in rows])


@report_app.command("show", help=help_of("report_show"))
def report_show(period: OfPeriod, version: Version = 0, as_json: AsJson = False) -> None:
    """Print a version in a few words with all that happened to it."""
    from bot.report_desk import details, dossier_of
    from handlers.periodic_report_card import card_text
    from handlers.wording import moment_words

    async def read(desk: "ReportDesk") -> "Dossier":
        async with desk.storage.reading() as records:
            return await dossier_of(records, desk.office, period, version, desk.now)

    dossier = _at_desk(read)
    if as_json:
        print_json(details(dossier))
        return
    typer.echo(card_text(dossier))
    for step in dossier.steps:
        typer.echo(
            texts.say(
                "cli.report.step_line",
                at=moment_words(step.at),
                version=step.version,
                step=texts.say(f"cli.report.step.{step.move}"),
                person=step.person_name or texts.say("cli.report.operator"),
                said=step.said,
            ).rstrip()
        )


@report_app.command("make", help=help_of("report_make"))
def report_make(period: OfPeriod, by: By = "") -> None:
    """Draft the report of a period, or a new version of it when the figures have changed."""
    _say(lambda desk: desk.make(period, by))


@report_app.command("add", help=help_of("report_add"))
def report_add(
    period: OfPeriod,
    part: Annotated[str, typer.Argument(help=help_of("report_part"))],
    said: Said,
    by: By = "",
) -> None:
    """Put words into a part of the report by hand; that makes the next version."""
    from bot.failures import OperatorError
    from domain.report_flow import Part

    if part not in set(Part):
        raise OperatorError("cli.report.no_part", text=part, names=", ".join(Part))
    _say(lambda desk: desk.add(period, by, Part(part), said))


@report_app.command("circulate", help=help_of("report_circulate"))
def report_circulate(period: OfPeriod, by: By = "") -> None:
    """Send the draft to the heads for their remarks."""
    _say(lambda desk: desk.circulate(period, by))


@report_app.command("remark", help=help_of("report_remark"))
def report_remark(
    period: OfPeriod,
    by: Annotated[str, typer.Option("--by", help=help_of("report_by"))],
    said: Annotated[str, typer.Argument(help=help_of("report_said"))] = "",
) -> None:
    """Keep a head's remark; without words, that the head has none."""
    _say(lambda desk: desk.remark(period, by, said))


@report_app.command("submit", help=help_of("report_submit"))
def report_submit(
    period: OfPeriod,
    by: By = "",
    anyway: Annotated[bool, typer.Option("--anyway", help=help_of("report_anyway"))] = False,
) -> None:
    """Lay the report before the leaders; asked once where figures may change or a head has not answered."""
    _say(lambda desk: desk.submit(period, by, anyway=anyway))


@report_app.command("approve", help=help_of("report_approve"))
def report_approve(period: OfPeriod, by: Annotated[str, typer.Option("--by", help=help_of("report_by"))]) -> None:
    """Keep a leader's approval."""
    _say(lambda desk: desk.approve(period, by))


@report_app.command("return", help=help_of("report_return"))
def report_return(
    period: OfPeriod, said: Said, by: Annotated[str, typer.Option("--by", help=help_of("report_by"))]
) -> None:
    """Keep that a leader returned the report, and why."""
    _say(lambda desk: desk.send_back(period, by, said))


@report_app.command("number", help=help_of("report_number"))
def report_number(
    period: OfPeriod,
    number: Annotated[str, typer.Argument(help=help_of("report_number_text"))],
    version: Version = 0,
    by: By = "",
) -> None:
    """Issue the approved report under its number."""
    _say(lambda desk: desk.issue(period, by, number, version))


@report_app.command("files", help=help_of("report_files"))
def report_files(
    period: OfPeriod,
    out: Annotated[Path, typer.Option("--out", "-o", help=help_of("report_out"))] = Path(),
    version: Version = 0,
) -> None:
    """Write the files of a version again, byte for byte as they were."""
    papers = _at_desk(lambda desk: desk.files(period, version))
    for file in (*papers.files, *papers.pictures):
        write_file(out / file.name, file.content)
    for note in papers.notes:
        typer.echo(note, err=True)


def _say(work: "Callable[[ReportDesk], Awaitable[Outcome]]") -> None:
    """Print what came of a move; one that was refused ends the command with code 1."""
    outcome = _at_desk(work)
    typer.echo(outcome.text, err=not outcome.done)
    if not outcome.done:
        raise typer.Exit(1)


def _at_desk(work: "Callable[[ReportDesk], Awaitable[T]]") -> T:
    from bot.paper_writing import ReportWriter
    from bot.report_desk import ReportDesk

    settings = read_settings()

    async def run() -> T:
        async with opened_storage(settings) as (storage, office):
            return await work(ReportDesk(storage, office, ReportWriter(settings.kehoach_home), moment_now()))

    return finish(run())
