"""The commands about papers and answers: reading in, searching, asking, restoring, understanding words."""

import sys
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

import texts
from bot.commands.console import (
    AsJson,
    Batch,
    app,
    batch_lines,
    finish,
    help_of,
    moment_now,
    opened_finder,
    opened_storage,
    parse_app,
    print_json,
    read_settings,
    stop,
)

if TYPE_CHECKING:
    from bot.settings import Settings
    from domain.answers import Answer, Asker, Citation
    from domain.people import Office
    from knowledge.restoring import Restored


@app.command(help=help_of("ingest"))
def ingest(
    paths: Annotated[list[Path], typer.Argument(help=help_of("ingest_paths"), exists=True)],
    office: Annotated[str, typer.Option("--office", help=help_of("office"))] = "",
    visibility: Annotated[str, typer.Option("--visibility", help=help_of("visibility"))] = "public",
    as_json: AsJson = False,
) -> None:
    """Read documents into the library and index them."""
    from domain.plans import Visibility

    settings = read_settings()
    if visibility not in list(Visibility):
        stop("cli.bad_visibility", text=visibility)
    if office:
        settings.office_name = office
    results = finish(_ingest(settings, paths, Visibility(visibility)))
    for result in results:
        if as_json:
            print_json(result.as_json())
    if not as_json:
        _show_ingested(results)
    if results and all(r.outcome == "unreadable" for r in results):
        raise typer.Exit(1)


async def _ingest(settings: "Settings", paths: list[Path], visibility: Any) -> list[Any]:
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

    from bot.ingesting import Ingested
    from bot.ingesting import ingest as read_in
    from bot.installation import open_finder

    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn())
    async with opened_storage(settings) as (storage, office):
        finder = open_finder(settings, storage)
        with Progress(*columns, console=Console(stderr=True)) as bars:
            reading = bars.add_task(texts.say("cli.ingest.reading"), total=None)
            paging = bars.add_task("", total=None, visible=False)

            def read(result: Ingested) -> None:
                bars.update(reading, advance=1)
                bars.update(paging, visible=False)

            def paged(file: str, done: int, total: int) -> None:
                name = texts.say("cli.ingest.page", file=file)
                bars.update(paging, description=name, completed=done, total=total, visible=total > 1)

            results = await read_in(
                storage,
                office.id,
                paths,
                visibility,
                moment_now(),
                unfinished=settings.kehoach_home / "pages",
                on_found=lambda count: bars.update(reading, total=count),
                on_file=read,
                on_page=paged,
            )
            if not results:
                stop("cli.ingest.nothing")
            indexing = bars.add_task(texts.say("cli.ingest.indexing"), total=None)
            await finder.bring_up_to_date(
                lambda done, total: bars.update(indexing, completed=done, total=max(total, 1))
            )
            bars.update(indexing, total=1, completed=1)
        await finder.close()
    return results


_INGESTED_COLUMNS = ("file", "outcome", "number", "date", "issuer", "pages", "passages", "register", "legible")
_WIDE_TERMINAL = 120
"""Columns of a terminal from which the issuer and the passages have room beside the rest."""


def _show_ingested(results: list[Any]) -> None:
    from rich.console import Console
    from rich.table import Table

    console = Console()
    # On a narrow terminal so many columns would break into syllables.
    wide = console.width >= _WIDE_TERMINAL
    shown = [column for column in _INGESTED_COLUMNS if wide or column not in ("issuer", "passages")]
    table = Table()
    for column in shown:
        name = texts.say(f"cli.ingest.columns.{column}")
        table.add_column(name, overflow="fold", no_wrap=column not in ("file", "number", "issuer"))
    for result in results:
        document, quality = result.document, result.quality
        cells = {
            "file": result.file,
            "outcome": texts.say(f"cli.ingest.outcomes.{result.outcome}"),
            "number": document.number if document else "",
            "date": document.issued_on.strftime("%d/%m/%Y") if document and document.issued_on else "",
            "issuer": document.issuer if document else "",
            "pages": str(document.pages) if document else "",
            "passages": str(result.passages),
            "register": f"{result.tasks}/{result.targets}" if result.tasks or result.targets else "",
            "legible": f"{quality.before:.0%} → {quality.after:.0%}" if quality else "",
        }
        table.add_row(*(cells[column] for column in shown))
    console.print(table)
    for result in results:
        if result.note:
            console.print(texts.say("cli.ingest.noted", file=result.file, note=result.note), markup=False)
    if waiting := sum(result.waiting for result in results):
        console.print(texts.say("cli.ingest.review", count=waiting), markup=False)
    if changes := sum(result.changes for result in results):
        console.print(texts.say("cli.ingest.changes", count=changes), markup=False)


@app.command(help=help_of("search"))
def search(
    question: Annotated[str, typer.Argument(help=help_of("question"))] = "",
    k: Annotated[int, typer.Option("--k", help=help_of("k"), min=1, max=100)] = 10,
    batch: Batch = None,
    set_name: Annotated[str, typer.Option("--set", help=help_of("set"))] = "",
) -> None:
    """Print the passages nearest to a question."""
    settings = read_settings()
    questions = list(batch_lines(batch, "question")) if batch else [question]
    for found in finish(_search(settings, questions, k, set_name)):
        print_json(found)


async def _search(settings: "Settings", questions: list[str], k: int, set_name: str) -> list[dict[str, Any]]:
    if set_name:
        from knowledge.sets import BadSet, open_set

        try:
            passages = open_set(settings.kehoach_home, set_name, settings.embeddings)
        except BadSet as bad:
            stop("cli.bad_set", reason=str(bad))
        return [{"passages": passages.search(question, k)} for question in questions]
    async with opened_finder(settings) as (finder, office):
        asker = _asker(office, "leader")
        return [{"passages": [_passage(c) for c in await finder.search(question, asker, k)]} for question in questions]


def _asker(office: "Office", role: str) -> "Asker":
    from domain.answers import Asker
    from domain.people import Role

    if role not in list(Role):
        stop("cli.bad_role", text=role, roles=", ".join(Role))
    return Asker(office_id=office.id, locality=office.locality, role=Role(role))


def _passage(citation: "Citation") -> dict[str, Any]:
    return {
        "id": citation.passage_id,
        "file": citation.file,
        "number": citation.number,
        "heading": citation.heading,
        "text": citation.text,
        "source": citation.source,
        "page": citation.page,
        "score": round(citation.score, 4),
    }


@app.command(help=help_of("ask"))
def ask(
    question: Annotated[str, typer.Argument(help=help_of("question"))] = "",
    batch: Batch = None,
    role: Annotated[str, typer.Option("--as", help=help_of("role"))] = "citizen",
    as_json: AsJson = False,
) -> None:
    """Answer a question from the documents, with sources."""
    settings = read_settings()
    questions = list(batch_lines(batch, "question")) if batch else [question]
    for answer in finish(_ask(settings, questions, role)):
        if as_json or batch:
            print_json(_answer_json(answer))
        else:
            typer.echo(answer.text)


async def _ask(settings: "Settings", questions: list[str], role: str) -> list["Answer"]:
    from bot.installation import open_answerer

    async with opened_finder(settings) as (finder, office):
        answerer, asker = open_answerer(settings, finder), _asker(office, role)
        return [await answerer.answer(question, asker) for question in questions]


def _answer_json(answer: "Answer") -> dict[str, Any]:
    citations = [_passage(c) for c in answer.citations]
    return {
        "status": str(answer.status),
        "answer": answer.text,
        "citations": [{k: v for k, v in c.items() if k not in ("id", "score")} for c in citations],
        "ms": round(answer.took_ms, 2),
    }


@app.command(help=help_of("restore"))
def restore(
    path: Annotated[str, typer.Argument(metavar="FILE|-", help=help_of("restore_file"))] = "",
    batch: Batch = None,
    as_json: AsJson = False,
) -> None:
    """Give a text damaged by scanning its Vietnamese back."""
    from knowledge.restoring import restorer

    if batch:
        for restored in restorer().texts(list(batch_lines(batch, "raw"))):
            print_json(_restored_json(restored))
        return
    try:
        raw = sys.stdin.buffer.read() if path in ("", "-") else Path(path).read_bytes()
    except OSError as failed:
        stop("cli.unreadable_file", path=path, reason=failed.strerror or str(failed))
    (restored,) = restorer().texts([raw.decode("utf-8", errors="replace")])
    if as_json:
        print_json(_restored_json(restored))
    else:
        typer.echo(restored.text, nl=not restored.text.endswith("\n"))


def _restored_json(restored: "Restored") -> dict[str, Any]:
    return {"text": restored.text, "damage": round(restored.damage, 4), "sureness": round(restored.sureness, 4)}


@app.command("index-set", help=help_of("index_set"))
def index_set(
    corpus: Annotated[Path, typer.Argument(help=help_of("corpus"), exists=True, dir_okay=False)],
    name: Annotated[str, typer.Option("--name", help=help_of("set_name"))],
) -> None:
    """Index a foreign set of passages for `search --set`."""
    from knowledge.sets import BadSet, build_set

    settings = read_settings()
    try:
        count = build_set(settings.kehoach_home, name, corpus, settings.embeddings)
    except BadSet as bad:
        stop("cli.bad_set", reason=str(bad))
    print_json({"name": name, "passages": count})


@parse_app.command("report", help=help_of("parse_report"))
def parse_report(
    text: Annotated[str, typer.Argument(help=help_of("sentence"))] = "",
    today: Annotated[str, typer.Option("--today", help=help_of("today"))] = "",
    batch: Batch = None,
) -> None:
    """Print what a progress message says of its first task, and of further ones under "others"."""
    from domain.clock import local_day
    from domain.progress import as_json, understand_all

    try:
        day = date.fromisoformat(today) if today else local_day(moment_now())
    except ValueError:
        stop("cli.bad_day", text=today)
    for line in batch_lines(batch, "text") if batch else [text]:
        print_json(as_json(understand_all(line, day)))


@parse_app.command("deadline", help=help_of("parse_deadline"))
def parse_deadline_command(
    text: Annotated[str, typer.Argument(help=help_of("sentence"))] = "", batch: Batch = None
) -> None:
    """Print what a deadline's words say."""
    from domain.deadlines import parse_deadline

    for line in batch_lines(batch, "text") if batch else [text]:
        print_json(parse_deadline(line).as_json())
