"""The commands about the periodic report: what stands around it, its files, and the template to make one's own of."""

from collections.abc import Awaitable, Callable
from enum import StrEnum
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
    office_app,
    opened_storage,
    read_settings,
    stop,
    write_file,
)

if TYPE_CHECKING:
    from domain.people import Office
    from domain.periodic_report import ReportContent
    from domain.reporting_periods import Period
    from storage import Repositories

T = TypeVar("T")
report_app = group("report")
app.add_typer(report_app, name="report")


class Format(StrEnum):
    """The files a report is written as, by the ending people know."""

    DOCX = "docx"
    SHORT = "short"
    XLSX = "xlsx"
    PNG = "png"


@office_app.command("letterhead", help=help_of("letterhead"))
def letterhead(
    lines: Annotated[list[str] | None, typer.Argument(help=help_of("letterhead_lines"), metavar="KEY=VALUE")] = None,
) -> None:
    """Set lines of the office's letterhead, then print all of them."""
    from domain.letterhead import FIELDS, changed

    given = dict(_parted(line) for line in lines or ())

    async def change(records: "Repositories", office: "Office") -> "Office":
        if not given:
            return office
        try:
            wanted = changed(office.letterhead, given)
        except KeyError as unknown:
            stop("cli.report.no_line", name=unknown.args[0], names=", ".join(FIELDS))
        await records.offices.set_letterhead(office.id, wanted)
        details = {"lines": sorted(given)}
        await records.audit.note(office.id, None, "office.letterhead", "office", moment_now(), details)
        return await records.offices.get(office.id) or office

    from domain.report_facts import letterhead_for

    shown = letterhead_for(_in_one(change))
    for name in FIELDS:
        value = getattr(shown, name)
        said = "; ".join(value) if isinstance(value, tuple) else value
        words = texts.say(f"cli.report.line.{name}")
        typer.echo(texts.say("cli.report.shown", name=name, words=words, value=said or texts.say("document.blank")))


def _parted(line: str) -> tuple[str, str]:
    name, equals, value = line.partition("=")
    if not equals:
        stop("cli.report.no_value", text=line)
    return name.strip().lower(), value


@report_app.command("write", help=help_of("report_write"))
def report_write(
    period: Annotated[str, typer.Argument(help=help_of("report_period"))],
    out: Annotated[Path, typer.Option("--out", "-o", help=help_of("report_out"))] = Path(),
    formats: Annotated[list[Format] | None, typer.Option("--format", help=help_of("report_format"))] = None,
) -> None:
    """Write the report of a period as files; before its cutoff the figures are those of this moment, and say so."""
    from bot.paper_writing import ReportWriter
    from domain.exports import ReportForm

    settings = read_settings()

    async def read(records: "Repositories", office: "Office") -> "ReportContent":
        from handlers.periodic_report_content import content_now

        found = await _period_named(records, office, period)
        return (await content_now(records, office, found, (), moment_now())).content

    content = _in_one(read)
    writer = ReportWriter(settings.kehoach_home)
    for form in formats or (Format.DOCX, Format.XLSX, Format.PNG):
        written = writer.write(content, ReportForm(form.value))
        write_file(out / written.file.name, written.file.content)
        for note in written.notes:
            typer.echo(note, err=True)
    if not content.is_final:
        typer.echo(content.wording.standing)
    if blanks := content.letterhead.missing:
        names = ", ".join(texts.say(f"cli.report.line.{name}") for name in blanks)
        typer.echo(texts.say("cli.report.blanks", names=names), err=True)


@report_app.command("template", help=help_of("report_template"))
def report_template(
    out: Annotated[Path | None, typer.Option("--out", "-o", help=help_of("report_template_out"))] = None,
) -> None:
    """Copy the templates to where the office changes them; a file that is there already is left as it is."""
    from bot.paper_writing import own_templates, template_folder

    folder = out or template_folder(read_settings().kehoach_home)
    for name, content in own_templates():
        if (folder / name).exists():
            typer.echo(texts.say("cli.report.template_there", file=folder / name))
        else:
            write_file(folder / name, content)


async def _period_named(records: "Repositories", office: "Office", words: str) -> "Period":
    """The period that words name, as it is kept where it is; ends the command where they name none."""
    from domain.clock import local_day
    from domain.period_words import period_meant
    from domain.vietnamese import fold

    calendar = await records.calendar.of_office(office.id)
    schedules = await records.periods.schedules(office.id)
    found = period_meant(fold(words), local_day(moment_now()), office.id, schedules, calendar)
    if found is None:
        stop("cli.report.no_period", text=words)
    kept = await records.periods.of_office(office.id)
    return next((period for period in kept if period.key == found.key), found)


def _in_one(work: "Callable[[Repositories, Office], Awaitable[T]]") -> T:
    """Do something in one transaction of this installation's database."""
    settings = read_settings()

    async def run() -> T:
        async with opened_storage(settings) as (storage, office), storage.writing() as records:
            return await work(records, office)

    return finish(run())
