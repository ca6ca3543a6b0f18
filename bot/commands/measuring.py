"""The command that measures how well the product reads and answers."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

import texts
from bot.commands.console import AsJson, app, help_of, print_json, read_settings, stop

if TYPE_CHECKING:
    from bot.evaluating import Figure


@app.command(help=help_of("evaluate"))
def evaluate(
    data: Annotated[Path | None, typer.Option("--data", help=help_of("evaluate_data"))] = None,
    part: Annotated[list[str] | None, typer.Option("--part", help=help_of("evaluate_part"))] = None,
    questions: Annotated[
        Path | None, typer.Option("--questions", help=help_of("evaluate_questions"), exists=True, dir_okay=False)
    ] = None,
    show: Annotated[bool, typer.Option("--show", help=help_of("evaluate_show"))] = False,
    as_json: AsJson = False,
) -> None:
    """Measure how well documents are read, found and answered from."""
    import subprocess

    from bot.evaluating import PARTS
    from bot.evaluating import evaluate as measure

    if unknown := set(part or ()) - set(PARTS):
        stop("evaluate.bad_part", part=min(unknown), parts=", ".join(PARTS))

    def absent(part: str, what: str) -> None:
        typer.echo(texts.say("evaluate.absent", part=part, what=what), err=True)

    try:
        if questions:
            figures = _measured_own(questions, show)
            for figure in figures if as_json else ():
                print_json(figure.as_json())
        else:
            folder = data or Path(__file__).resolve().parents[3] / "shared"
            figures = []
            for name in part or PARTS:
                typer.echo(texts.say("evaluate.measuring", part=name), err=True)
                for figure in measure(folder, (name,), absent):
                    figures.append(figure)
                    if as_json:
                        print_json(figure.as_json())
    except subprocess.CalledProcessError as failed:
        typer.echo(failed.stderr, err=True)
        stop("evaluate.failed", command=failed.cmd[3], code=failed.returncode)
    if not figures:
        stop("evaluate.nothing")
    if not as_json:
        _show_figures(figures)


def _measured_own(questions: Path, show: bool) -> "list[Figure]":
    """The figures over a question set on this installation's own documents; its misses are printed if wished."""
    from bot.evaluating import BadQuestions, Kehoach, ask_all, figures_of, read_questions

    read_settings()
    try:
        outcomes = ask_all(Kehoach(), read_questions(questions))
    except BadQuestions as bad:
        stop("evaluate.bad_questions", number=bad)
    if show:
        for outcome in (o for group in outcomes for o in group if not o.is_good):
            print_json(outcome.as_json())
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
