"""The command `kehoach`: everything an administrator does from a terminal.

Heavy parts are imported inside the commands, so that `kehoach --help` answers at once.
"""

import json
import sys
from collections.abc import Awaitable, Iterator
from contextlib import asynccontextmanager, suppress
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, NoReturn, TypeVar

import typer

import texts

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from bot.evaluating import Figure
    from bot.settings import Settings
    from domain.answers import Answer, Asker, Citation
    from domain.people import Office
    from domain.tasks import Task
    from knowledge import Finder
    from knowledge.restoring import Restored
    from storage import Storage

T = TypeVar("T")


def _help(key: str) -> str:
    return texts.say(f"cli.help.{key}")


def _group(key: str) -> typer.Typer:
    # Plain help text: the decorated one takes longer to load than the rest of the command together.
    return typer.Typer(
        help=_help(key),
        no_args_is_help=True,
        add_completion=False,
        pretty_exceptions_enable=False,
        rich_markup_mode=None,
        context_settings={"max_content_width": 110},
    )


app = _group("app")
parse_app = _group("parse")
tasks_app = _group("tasks")
targets_app = _group("targets")
people_app = _group("people")
office_app = _group("office_ways")
feedback_app = _group("feedback")
app.add_typer(parse_app, name="parse")
app.add_typer(tasks_app, name="tasks")
app.add_typer(targets_app, name="targets")
app.add_typer(people_app, name="people")
app.add_typer(office_app, name="office")
app.add_typer(feedback_app, name="feedback")

AsJson = Annotated[bool, typer.Option("--json", help=_help("json"))]
Batch = Annotated[Path | None, typer.Option("--batch", help=_help("batch"), exists=True, dir_okay=False)]


def main() -> None:
    """Run the command line; a fault that the operator can mend ends with a sentence and code 1, not a traceback."""
    from bot.failures import OperatorError

    try:
        app()
    except OperatorError as error:
        typer.echo(texts.say(error.key, **error.blanks), err=True)
        sys.exit(1)


def _settings() -> "Settings":
    from pydantic import ValidationError

    from bot.logs import configure
    from bot.settings import Settings

    try:
        settings = Settings()
    except ValidationError as invalid:
        names = ", ".join(".".join(str(p) for p in e["loc"]).upper() for e in invalid.errors())
        _stop("cli.bad_settings", names=names)
    configure(settings.log_level, settings.secrets())
    return settings


def _stop(key: str, **blanks: object) -> NoReturn:
    from bot.failures import OperatorError

    raise OperatorError(key, **blanks)


@asynccontextmanager
async def _storage(settings: "Settings") -> "AsyncIterator[tuple[Storage, Office]]":
    from bot.installation import ensure_office, open_storage

    storage = await open_storage(settings)
    try:
        yield storage, await ensure_office(storage, settings)
    finally:
        await storage.close()


@asynccontextmanager
async def _finder(settings: "Settings") -> "AsyncIterator[tuple[Finder, Office]]":
    from bot.installation import open_finder

    async with _storage(settings) as (storage, office):
        finder = open_finder(settings, storage)
        try:
            await finder.bring_up_to_date()
            yield finder, office
        finally:
            await finder.close()


def _run(work: Awaitable[T]) -> T:
    import asyncio

    async def whole() -> T:
        return await work

    return asyncio.run(whole())


def _print_json(value: Any) -> None:
    sys.stdout.write(json.dumps(value, ensure_ascii=False) + "\n")
    sys.stdout.flush()


def _lines(path: Path, field: str) -> Iterator[str]:
    """The named field of each JSON line; a line that is not such an object stops the batch with its number."""
    for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1):
        if not line.strip():
            continue
        try:
            yield str(json.loads(line)[field])
        except (ValueError, KeyError, TypeError):
            _stop("cli.bad_batch_line", number=number, field=field)


def _now() -> datetime:
    from bot.installation import utc_now

    return utc_now()


def _moment(text: str) -> datetime:
    from domain.clock import VIETNAM

    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        _stop("cli.bad_time", text=text)
    return moment if moment.tzinfo else moment.replace(tzinfo=VIETNAM)


# --- documents and answers -------------------------------------------------------------------------------------------


@app.command(help=_help("ingest"))
def ingest(
    paths: Annotated[list[Path], typer.Argument(help=_help("ingest_paths"), exists=True)],
    office: Annotated[str, typer.Option("--office", help=_help("office"))] = "",
    visibility: Annotated[str, typer.Option("--visibility", help=_help("visibility"))] = "public",
    as_json: AsJson = False,
) -> None:
    """Read documents into the library and index them."""
    from domain.plans import Visibility

    settings = _settings()
    if visibility not in list(Visibility):
        _stop("cli.bad_visibility", text=visibility)
    if office:
        settings.office_name = office
    results = _run(_ingest(settings, paths, Visibility(visibility)))
    for result in results:
        if as_json:
            _print_json(result.as_json())
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
    async with _storage(settings) as (storage, office):
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
                _now(),
                unfinished=settings.kehoach_home / "pages",
                on_found=lambda count: bars.update(reading, total=count),
                on_file=read,
                on_page=paged,
            )
            if not results:
                _stop("cli.ingest.nothing")
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


@app.command(help=_help("search"))
def search(
    question: Annotated[str, typer.Argument(help=_help("question"))] = "",
    k: Annotated[int, typer.Option("--k", help=_help("k"), min=1, max=100)] = 10,
    batch: Batch = None,
    set_name: Annotated[str, typer.Option("--set", help=_help("set"))] = "",
) -> None:
    """Print the passages nearest to a question."""
    settings = _settings()
    questions = list(_lines(batch, "question")) if batch else [question]
    for found in _run(_search(settings, questions, k, set_name)):
        _print_json(found)


async def _search(settings: "Settings", questions: list[str], k: int, set_name: str) -> list[dict[str, Any]]:
    if set_name:
        from knowledge.sets import BadSet, open_set

        try:
            passages = open_set(settings.kehoach_home, set_name, settings.embeddings)
        except BadSet as bad:
            _stop("cli.bad_set", reason=str(bad))
        return [{"passages": passages.search(question, k)} for question in questions]
    async with _finder(settings) as (finder, office):
        asker = _asker(office, "leader")
        return [{"passages": [_passage(c) for c in await finder.search(question, asker, k)]} for question in questions]


def _asker(office: "Office", role: str) -> "Asker":
    from domain.answers import Asker
    from domain.people import Role

    if role not in list(Role):
        _stop("cli.bad_role", text=role, roles=", ".join(Role))
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


@app.command(help=_help("ask"))
def ask(
    question: Annotated[str, typer.Argument(help=_help("question"))] = "",
    batch: Batch = None,
    role: Annotated[str, typer.Option("--as", help=_help("role"))] = "citizen",
    as_json: AsJson = False,
) -> None:
    """Answer a question from the documents, with sources."""
    settings = _settings()
    questions = list(_lines(batch, "question")) if batch else [question]
    for answer in _run(_ask(settings, questions, role)):
        if as_json or batch:
            _print_json(_answer_json(answer))
        else:
            typer.echo(answer.text)


async def _ask(settings: "Settings", questions: list[str], role: str) -> list["Answer"]:
    from bot.installation import open_answerer

    async with _finder(settings) as (finder, office):
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


@app.command(help=_help("restore"))
def restore(
    path: Annotated[str, typer.Argument(metavar="FILE|-", help=_help("restore_file"))] = "",
    batch: Batch = None,
    as_json: AsJson = False,
) -> None:
    """Give a text damaged by scanning its Vietnamese back."""
    from knowledge.restoring import restorer

    if batch:
        for restored in restorer().texts(list(_lines(batch, "raw"))):
            _print_json(_restored_json(restored))
        return
    try:
        raw = sys.stdin.buffer.read() if path in ("", "-") else Path(path).read_bytes()
    except OSError as failed:
        _stop("cli.unreadable_file", path=path, reason=failed.strerror or str(failed))
    (restored,) = restorer().texts([raw.decode("utf-8", errors="replace")])
    if as_json:
        _print_json(_restored_json(restored))
    else:
        typer.echo(restored.text, nl=not restored.text.endswith("\n"))


def _restored_json(restored: "Restored") -> dict[str, Any]:
    return {"text": restored.text, "damage": round(restored.damage, 4), "sureness": round(restored.sureness, 4)}


@app.command("index-set", help=_help("index_set"))
def index_set(
    corpus: Annotated[Path, typer.Argument(help=_help("corpus"), exists=True, dir_okay=False)],
    name: Annotated[str, typer.Option("--name", help=_help("set_name"))],
) -> None:
    """Index a foreign set of passages for `search --set`."""
    from knowledge.sets import BadSet, build_set

    settings = _settings()
    try:
        count = build_set(settings.kehoach_home, name, corpus, settings.embeddings)
    except BadSet as bad:
        _stop("cli.bad_set", reason=str(bad))
    _print_json({"name": name, "passages": count})


# --- understanding ---------------------------------------------------------------------------------------------------


@parse_app.command("report", help=_help("parse_report"))
def parse_report(
    text: Annotated[str, typer.Argument(help=_help("sentence"))] = "",
    today: Annotated[str, typer.Option("--today", help=_help("today"))] = "",
    batch: Batch = None,
) -> None:
    """Print what a progress message says of its first task, and of further ones under "others"."""
    from domain.clock import local_day
    from domain.progress import as_json, understand_all

    try:
        day = date.fromisoformat(today) if today else local_day(_now())
    except ValueError:
        _stop("cli.bad_day", text=today)
    for line in _lines(batch, "text") if batch else [text]:
        _print_json(as_json(understand_all(line, day)))


@parse_app.command("deadline", help=_help("parse_deadline"))
def parse_deadline_command(
    text: Annotated[str, typer.Argument(help=_help("sentence"))] = "", batch: Batch = None
) -> None:
    """Print what a deadline's words say."""
    from domain.deadlines import parse_deadline

    for line in _lines(batch, "text") if batch else [text]:
        _print_json(parse_deadline(line).as_json())


# --- the register ----------------------------------------------------------------------------------------------------


@tasks_app.command("list", help=_help("tasks_list"))
def tasks_list(
    as_json: AsJson = False,
    document: Annotated[str, typer.Option("--document", help=_help("document"))] = "",
) -> None:
    """Print the register's tasks."""
    settings = _settings()

    async def read() -> list["Task"]:
        async with _storage(settings) as (storage, office), storage.reading() as records:
            found = await records.register.tasks(office.id, confirmed_only=False)
            return [t for t in found if not document or t.document_number == document]

    found = _run(read())
    if as_json:
        _print_json([_task_json(task) for task in found])
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


@tasks_app.command("template", help=_help("tasks_template"))
def tasks_template(
    out: Annotated[Path, typer.Option("--out", "-o", help=_help("out"))] = Path("mau-nhiem-vu.xlsx"),
) -> None:
    """Write an empty spreadsheet to fill in."""
    from bot.sheets import template

    _write(out, template())


@tasks_app.command("export", help=_help("tasks_export"))
def tasks_export(
    out: Annotated[Path, typer.Option("--out", "-o", help=_help("out"))] = Path("nhiem-vu.xlsx"),
) -> None:
    """Write the register as a spreadsheet."""
    from bot.sheets import export

    settings = _settings()

    async def read() -> bytes:
        async with _storage(settings) as (storage, office), storage.reading() as records:
            tasks = await records.register.tasks(office.id, confirmed_only=False)
            return export(tasks, await records.register.targets(office.id))

    _write(out, _run(read()))


def _write(path: Path, content: bytes) -> None:
    try:
        path.write_bytes(content)
    except OSError as error:
        _stop("cli.cannot_write", file=path, reason=error.strerror or type(error).__name__)
    typer.echo(texts.say("cli.written", file=path))


@tasks_app.command("import", help=_help("tasks_import"))
def tasks_import(
    sheet: Annotated[Path, typer.Argument(help=_help("sheet"), exists=True, dir_okay=False)],
    dry_run: Annotated[bool, typer.Option("--dry-run", help=_help("dry_run"))] = False,
) -> None:
    """Read tasks and targets from a spreadsheet; with any error nothing is imported."""
    from bot.register_import import import_sheet

    settings = _settings()

    async def run() -> Any:
        async with _storage(settings) as (storage, office):
            return await import_sheet(storage, office.id, sheet.read_bytes(), _now(), dry_run=dry_run)

    outcome = _run(run())
    for error in outcome.errors:
        typer.echo(str(error), err=True)
    if outcome.errors:
        _stop("cli.import_refused", count=len(outcome.errors))
    key = "cli.import_checked" if dry_run else "cli.imported"
    typer.echo(texts.say(key, tasks=outcome.tasks, targets=outcome.targets))


# --- targets ----------------------------------------------------------------------------------------------------------


@targets_app.command("list", help=_help("targets_list"))
def targets_list(
    as_json: AsJson = False,
    document: Annotated[str, typer.Option("--document", help=_help("document"))] = "",
) -> None:
    """Print the register's targets with what is planned and what was reported, drafts included."""
    from bot.target_list import as_table, target_json, told_targets

    settings = _settings()

    async def read() -> list[Any]:
        async with _storage(settings) as (storage, office), storage.reading() as records:
            return await told_targets(records, office.id, document)

    found = _run(read())
    if as_json:
        _print_json([target_json(told) for told in found])
        return
    from rich.console import Console

    Console().print(as_table(found))


# --- people ----------------------------------------------------------------------------------------------------------


@people_app.command("add", help=_help("people_add"))
def people_add(
    name: Annotated[str, typer.Argument(help=_help("person_name"))],
    role: Annotated[str, typer.Option("--role", help=_help("role"))] = "official",
    unit: Annotated[str, typer.Option("--unit", help=_help("unit"))] = "",
    days: Annotated[int, typer.Option("--days", help=_help("code_days"), min=1, max=90)] = 7,
) -> None:
    """Add a member of staff and print a one-time code with which they join in chat."""
    from domain.people import Role

    settings = _settings()
    if role not in list(Role) or role == Role.CITIZEN:
        _stop("cli.bad_role", text=role, roles=", ".join(r for r in Role if r is not Role.CITIZEN))
    if not name.strip():
        _stop("cli.no_name")

    async def add() -> str:
        async with _storage(settings) as (storage, office), storage.writing() as records:
            unit_id = None
            if unit:
                known = await records.people.unit_by_name(office.id, unit)
                unit_id = (known or await records.people.add_unit(office.id, unit, ())).id
            person = await records.people.add(office.id, name.strip(), Role(role), unit_id)
            code = await records.people.issue_code(person.id, _now(), timedelta(days=days))
            await records.audit.note(office.id, None, "person.added", str(person.id), _now(), {"role": role})
            return code

    typer.echo(texts.say("cli.person_added", name=name.strip(), code=_run(add()), days=days))


@people_app.command("code", help=_help("people_code"))
def people_code(
    person_id: Annotated[int, typer.Argument(help=_help("person_id"))],
    days: Annotated[int, typer.Option("--days", help=_help("code_days"), min=1, max=90)] = 7,
) -> None:
    """Print a new one-time code for someone who is on the list already."""
    settings = _settings()

    async def issue() -> tuple[str, str]:
        async with _storage(settings) as (storage, office), storage.writing() as records:
            person = await records.people.get(person_id)
            if person is None or person.office_id != office.id:
                _stop("cli.no_person", id=person_id)
            code = await records.people.issue_code(person.id, _now(), timedelta(days=days))
            await records.audit.note(office.id, None, "code.issued", str(person.id), _now())
            return person.name, code

    name, code = _run(issue())
    typer.echo(texts.say("cli.person_added", name=name, code=code, days=days))


@people_app.command("list", help=_help("people_list"))
def people_list(as_json: AsJson = False) -> None:
    """Print the staff and where they can be reached."""
    settings = _settings()

    async def read() -> list[dict[str, Any]]:
        async with _storage(settings) as (storage, office), storage.reading() as records:
            return [
                {
                    "id": person.id,
                    "name": person.name,
                    "role": str(person.role),
                    "unit": person.unit_name,
                    "channels": [a.channel for a in await records.people.accounts(person.id)],
                }
                for person in await records.people.of_office(office.id)
            ]

    found = _run(read())
    if as_json:
        _print_json(found)
        return
    from rich.console import Console
    from rich.table import Table

    table = Table()
    for column in ("id", "name", "role", "unit", "channels"):
        table.add_column(texts.say(f"cli.people.columns.{column}"), overflow="fold")
    for row in found:
        role = texts.say(f"greet.role.{row['role']}")
        table.add_row(str(row["id"]), row["name"], role, row["unit"], ", ".join(row["channels"]) or "-")
    Console().print(table)


# --- citizens' feedback ----------------------------------------------------------------------------------------------

CaseCode = Annotated[str, typer.Argument(help=_help("feedback_code"))]
Words = Annotated[str, typer.Argument(help=_help("feedback_words"))]


@feedback_app.command("list", help=_help("feedback_list"))
def feedback_list(
    as_json: AsJson = False,
    every: Annotated[bool, typer.Option("--all", help=_help("feedback_all"))] = False,
    counts: Annotated[bool, typer.Option("--counts", help=_help("feedback_counts"))] = False,
) -> None:
    """Print the open cases, or how many there are by unit and state."""
    from bot.casework import as_row, counted
    from domain.clock import local_day
    from domain.feedback import OPEN

    settings = _settings()

    async def read() -> list[dict[str, Any]]:
        async with _storage(settings) as (storage, office), storage.reading() as records:
            found = await records.feedback.of_office(office.id, statuses=() if every or counts else OPEN)
            return counted(found) if counts else [as_row(case, local_day(_now())) for case in found]

    found = _run(read())
    if as_json:
        _print_json(found)
        return
    for row in found:
        if counts:
            states = ", ".join(
                f"{texts.say(f'case.status.{state}')} {count}" for state, count in row.items() if state not in _PLAIN
            )
            typer.echo(f"{row['unit'] or texts.say('case.staff.no_unit')}: {row['count']} ({states})")
        else:
            late = f" {texts.say('case.staff.late')}" if row["late"] else ""
            status = texts.say(f"case.status.{row['status']}")
            typer.echo(f"{row['code']}  {status}{late}  {row['unit'] or '-'}  {row['said'][:80]}")


_PLAIN = ("unit", "count")


@feedback_app.command("show", help=_help("feedback_show"))
def feedback_show(code: CaseCode, as_json: AsJson = False) -> None:
    """Print a case with all that happened to it."""
    from bot.casework import details
    from domain.clock import local_day

    settings = _settings()

    async def read() -> dict[str, Any]:
        async with _storage(settings) as (storage, office), storage.reading() as records:
            return await details(records, office, code, local_day(_now()))

    found = _run(read())
    if as_json:
        _print_json(found)
        return
    typer.echo(f"{found['code']}  {texts.say('case.status.' + found['status'])}  {found['unit'] or '-'}")
    typer.echo(texts.say("case.card.said", said=found["said"]))
    typer.echo(texts.say("case.card.place", place=found["place"] or texts.say("case.no_place")))
    for step in found["steps"]:
        words = texts.say(f"case.step.{step['kind']}")
        typer.echo(f"{step['at'][:16]}  {words}  {step['person']}  {step['said']}".rstrip())
    for file in found["files"]:
        typer.echo(f"{file['name']}  {file['size']}  {file['sha256'] or file['status']}")


@feedback_app.command("route", help=_help("feedback_route"))
def feedback_route(code: CaseCode, unit: Annotated[str, typer.Argument(help=_help("unit"))]) -> None:
    """Pass a case to a unit."""
    from bot.casework import route

    settings = _settings()

    async def pass_on() -> str:
        async with _storage(settings) as (storage, office), storage.writing() as records:
            return await route(records, office, code, unit, _now())

    name = _run(pass_on())
    typer.echo(texts.say("case.staff.routed", code=code.upper(), unit=name))


@feedback_app.command("answer", help=_help("feedback_answer"))
def feedback_answer(code: CaseCode, said: Words) -> None:
    """Answer a case; the citizen is told by the running server."""
    _end_case(code, said, "answered")
    typer.echo(texts.say("case.staff.replied", code=code.upper()))


@feedback_app.command("close", help=_help("feedback_close"))
def feedback_close(code: CaseCode, said: Words) -> None:
    """Close a case with a reason; the citizen is told by the running server."""
    _end_case(code, said, "closed")
    typer.echo(texts.say("case.staff.closed", code=code.upper()))


def _end_case(code: str, said: str, status: str) -> None:
    from bot.casework import end
    from domain.feedback import FeedbackStatus

    settings = _settings()

    async def write() -> None:
        async with _storage(settings) as (storage, office), storage.writing() as records:
            await end(records, office, code, said, FeedbackStatus(status), _now())

    _run(write())


@feedback_app.command("block", help=_help("feedback_block"))
def feedback_block(
    code: CaseCode, lift: Annotated[bool, typer.Option("--lift", help=_help("feedback_lift"))] = False
) -> None:
    """Shut the account that sent a case out from sending more."""
    from bot.casework import block

    settings = _settings()

    async def write() -> None:
        async with _storage(settings) as (storage, office), storage.writing() as records:
            await block(records, office, code, _now(), lift=lift)

    _run(write())
    typer.echo(texts.say("cli.case.lifted" if lift else "cli.case.blocked", code=code.upper()))


# --- running ---------------------------------------------------------------------------------------------------------


@office_app.command("second-confirmation", help=_help("second_confirmation"))
def second_confirmation(
    wanted: Annotated[str, typer.Argument(help=_help("second_confirmation_wanted"))],
) -> None:
    """Have reports wait for the head of the unit, or count as soon as their author has confirmed them."""
    settings = _settings()
    if wanted not in ("on", "off"):
        _stop("cli.neither_on_nor_off", text=wanted)

    async def switch() -> None:
        async with _storage(settings) as (storage, office), storage.writing() as records:
            await records.offices.ask_second_confirmation(office.id, wanted == "on")
            details = {"on": wanted == "on"}
            await records.audit.note(office.id, None, "office.second_confirmation", "office", _now(), details)

    _run(switch())
    typer.echo(texts.say("cli.second_confirmation_on" if wanted == "on" else "cli.second_confirmation_off"))


@app.command(help=_help("notices"))
def notices(
    at: Annotated[str, typer.Option("--at", help=_help("at"))] = "",
    as_json: AsJson = False,
) -> None:
    """Print what would be sent at a time, to whom and why; sends nothing."""
    from scheduler.reminding import pending, words

    settings = _settings()
    moment = _moment(at) if at else _now()

    async def read() -> list[dict[str, Any]]:
        async with _storage(settings) as (storage, _), storage.reading() as records:
            return [
                {
                    "person": notice.person.name,
                    "channels": [a.channel for a in await records.people.accounts(notice.person.id)],
                    "task": notice.task.number,
                    "document": notice.task.document_number,
                    "rule": str(notice.rule),
                    "occurrence": notice.occurrence.isoformat(),
                    "scheduled": notice.scheduled.isoformat(),
                    "late": notice.late,
                    "text": words(notice, moment).text,
                }
                for notice in await pending(records, moment)
            ]

    found = _run(read())
    if as_json:
        for row in found:
            _print_json(row)
        return
    if not found:
        typer.echo(texts.say("cli.no_notices"))
    for row in found:
        reach = ", ".join(row["channels"]) or texts.say("cli.not_joined")
        typer.echo(f"[{texts.say('cli.rules.' + row['rule'])}] {row['person']} ({reach})\n{row['text']}\n")


@app.command(help=_help("serve"))
def serve(
    samples: Annotated[bool, typer.Option("--samples", help=_help("samples"))] = False,
) -> None:
    """Serve people until told to stop."""
    from bot.serving import serve as run

    settings = _settings()
    folder = Path(__file__).resolve().parents[1] / "samples" if samples else None
    with suppress(KeyboardInterrupt):
        _run(run(settings, samples=folder))


@app.command(help=_help("chat"))
def chat(
    role: Annotated[str, typer.Option("--as", help=_help("chat_as"))] = "",
) -> None:
    """Talk to the bot in this terminal."""
    from bot.talking import talk

    _run(talk(_settings(), role))


@app.command(help=_help("migrate"))
def migrate() -> None:
    """Bring the database to the newest form."""
    settings = _settings()

    async def run() -> None:
        async with _storage(settings):
            pass

    _run(run())
    typer.echo(texts.say("cli.migrated"))


@app.command(help=_help("doctor"))
def doctor(as_json: AsJson = False) -> None:
    """Look for what is set up wrong; ends with code 1 when there is a fault."""
    from bot.doctor import examine

    settings = _settings()

    async def run() -> int:
        faults = 0
        async for finding in examine(settings):
            faults += finding.level == "fault"
            if as_json:
                _print_json({"level": finding.level, "check": finding.check, "text": finding.text})
            else:
                typer.echo(f"[{texts.say(f'doctor.level.{finding.level}')}] {finding.text}")
        return faults

    if _run(run()):
        raise typer.Exit(1)
    if not as_json:
        typer.echo(texts.say("doctor.good"))


@app.command(help=_help("evaluate"))
def evaluate(
    data: Annotated[Path | None, typer.Option("--data", help=_help("evaluate_data"))] = None,
    part: Annotated[list[str] | None, typer.Option("--part", help=_help("evaluate_part"))] = None,
    questions: Annotated[
        Path | None, typer.Option("--questions", help=_help("evaluate_questions"), exists=True, dir_okay=False)
    ] = None,
    show: Annotated[bool, typer.Option("--show", help=_help("evaluate_show"))] = False,
    as_json: AsJson = False,
) -> None:
    """Measure how well documents are read, found and answered from."""
    import subprocess

    from bot.evaluating import PARTS
    from bot.evaluating import evaluate as measure

    if unknown := set(part or ()) - set(PARTS):
        _stop("evaluate.bad_part", part=min(unknown), parts=", ".join(PARTS))

    def absent(part: str, what: str) -> None:
        typer.echo(texts.say("evaluate.absent", part=part, what=what), err=True)

    try:
        if questions:
            figures = _measured_own(questions, show)
            for figure in figures if as_json else ():
                _print_json(figure.as_json())
        else:
            folder = data or Path(__file__).resolve().parents[2] / "shared"
            figures = []
            for name in part or PARTS:
                typer.echo(texts.say("evaluate.measuring", part=name), err=True)
                for figure in measure(folder, (name,), absent):
                    figures.append(figure)
                    if as_json:
                        _print_json(figure.as_json())
    except subprocess.CalledProcessError as failed:
        typer.echo(failed.stderr, err=True)
        _stop("evaluate.failed", command=failed.cmd[3], code=failed.returncode)
    if not figures:
        _stop("evaluate.nothing")
    if not as_json:
        _show_figures(figures)


def _measured_own(questions: Path, show: bool) -> "list[Figure]":
    """The figures over a question set on this installation's own documents; its misses are printed if wished."""
    from bot.evaluating import BadQuestions, Kehoach, ask_all, figures_of, read_questions

    _settings()
    try:
        outcomes = ask_all(Kehoach(), read_questions(questions))
    except BadQuestions as bad:
        _stop("evaluate.bad_questions", number=bad)
    if show:
        for outcome in (o for group in outcomes for o in group if not o.is_good):
            _print_json(outcome.as_json())
    return list(figures_of(*outcomes))


def _show_figures(figures: "list[Figure]") -> None:
    from rich.console import Console
    from rich.table import Table

    table = Table()
    for column in ("figure", "value", "aim", "count"):
        table.add_column(texts.say(f"evaluate.columns.{column}"), overflow="fold")
    for figure in figures:
        aim = ""
        if figure.aim is not None:
            sign = "\u2264" if figure.is_cost else "\u2265"
            reached = texts.say("evaluate.reached" if figure.is_reached else "evaluate.missed")
            aim = f"{sign} {figure.aim:.4g} ({reached})"
        table.add_row(_figure_name(figure.key), f"{figure.value:.4g}", aim, str(figure.count))
    Console().print(table)


def _figure_name(key: str) -> str:
    from bot.evaluating import SETS

    name, _, rest = key.partition(".")
    if name not in SETS:
        return texts.say(f"evaluate.figures.{key}")
    plain = texts.say("evaluate.figures.plain") if rest.startswith("plain.") else ""
    return texts.say("evaluate.figures.set", set=name, depth=rest.rpartition("hit")[2], plain=plain)


if __name__ == "__main__":
    main()


# Last, because its commands use what stands above.
from bot import people_cli  # noqa: E402, F401
