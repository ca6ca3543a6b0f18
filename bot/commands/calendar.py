"""The commands about working days and the rules for reminders."""

from collections.abc import Awaitable, Callable, Sequence
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, TypeVar

import typer

import texts
from bot.commands.console import (
    AsJson,
    app,
    finish,
    group,
    help_of,
    moment_now,
    opened_storage,
    print_json,
    read_settings,
    stop,
)

if TYPE_CHECKING:
    from bot.day_list import DayLine
    from domain.people import Office
    from storage import Repositories

T = TypeVar("T")
calendar_app = group("calendar")
rules_app = group("rules")
app.add_typer(calendar_app, name="calendar")
app.add_typer(rules_app, name="rules")

Days = Annotated[str, typer.Argument(help=help_of("calendar_days"))]
Why = Annotated[str, typer.Option("--label", help=help_of("calendar_label"))]


def _in_one(work: "Callable[[Repositories, Office], Awaitable[T]]", *, writing: bool = True) -> T:
    """Do something in one transaction of this installation's database."""
    settings = read_settings()

    async def run() -> T:
        async with opened_storage(settings) as (storage, office):
            opened = storage.writing() if writing else storage.reading()
            async with opened as records:
                return await work(records, office)

    return finish(run())


@calendar_app.command("list", help=help_of("calendar_list"))
def calendar_list(
    as_json: AsJson = False,
    year: Annotated[int | None, typer.Option("--year", help=help_of("calendar_year"), min=2000, max=2100)] = None,
) -> None:
    """Print the days off and the days worked for them."""
    from domain.clock import local_day
    from domain.working_days import WorkCalendar
    from handlers.calendar_wording import calendar_lines

    async def read(records: "Repositories", office: "Office") -> WorkCalendar:
        return await records.calendar.of_office(office.id)

    calendar = _in_one(read, writing=False)
    today = local_day(moment_now())
    first = date(year, 1, 1) if year else today
    last = date(year or today.year + 1, 12, 31)
    if as_json:
        print_json(_calendar_json(calendar, first, last))
        return
    typer.echo("\n".join(calendar_lines(calendar, first, last)))


def _calendar_json(calendar: Any, first: date, last: date) -> dict[str, Any]:
    from domain.days_off import days_off, days_worked

    off = [
        {"first": s.first.isoformat(), "last": s.last.isoformat(), "names": list(s.names)}
        for s in days_off(calendar, first, last)
    ]
    worked = [
        {"day": w.day.isoformat(), "instead_of": w.instead_of.isoformat() if w.instead_of else None}
        for w in days_worked(calendar, first, last)
    ]
    own = [
        {"day": d.day.isoformat(), "works": d.works, "label": d.label}
        for d in sorted(calendar.exceptions.values(), key=lambda d: d.day)
        if first <= d.day <= last
    ]
    return {"off": off, "worked": worked, "own": own}


@calendar_app.command("off", help=help_of("calendar_off"))
def calendar_off(days: Days, label: Why = "") -> None:
    """Have the office not work on a day or a stretch of days."""
    _change("off", days, label)


@calendar_app.command("work", help=help_of("calendar_work"))
def calendar_work(days: Days, label: Why = "") -> None:
    """Have the office work on a day of a weekend or on a holiday."""
    _change("work", days, label)


@calendar_app.command("remove", help=help_of("calendar_remove"))
def calendar_remove(days: Days) -> None:
    """Have days be as the law has them again."""
    _change("remove", days, "")


@calendar_app.command("import", help=help_of("calendar_import"))
def calendar_import(
    sheet: Annotated[Path, typer.Argument(help=help_of("calendar_sheet"), exists=True, dir_okay=False)],
    apply: Annotated[bool, typer.Option("--apply", help=help_of("apply"))] = False,
) -> None:
    """Show what a list of days would change, and change it when told to; with any error nothing is changed."""
    from bot.day_list import read

    lines, errors = read(sheet.read_bytes())
    for error in errors:
        typer.echo(error, err=True)
    if errors:
        stop("cli.import_refused", count=len(errors))
    shown = _in_one(lambda records, office: _applied(records, office, lines, apply=apply, is_list=True))
    outcome = texts.say("cli.people.applied" if apply else "cli.people.not_applied", count=len(shown))
    typer.echo("\n".join([*shown, outcome]))


def _change(kind: str, words: str, label: str) -> None:
    from bot.day_list import DayLine, parse_days

    days = parse_days(words)
    if days is None:
        stop("cli.calendar.bad_days", text=words)
    lines = [DayLine(kind, *days, label)]
    typer.echo("\n".join(_in_one(lambda records, office: _applied(records, office, lines, apply=True, is_list=False))))


async def _applied(
    records: "Repositories", office: "Office", lines: "Sequence[DayLine]", *, apply: bool, is_list: bool
) -> list[str]:
    """What changes, in words, once it is done where `apply`; rows of a list that change nothing are passed over."""
    from domain.calendar_changes import CalendarRefused, changes_of, day_of
    from handlers.calendar_wording import change_lines, why_not

    shown: list[str] = []
    for line in lines:
        calendar = await records.calendar.of_office(office.id)
        try:
            changes = changes_of(calendar, [(line.kind, line.first, line.last)])
        except CalendarRefused as refused:
            if is_list and refused.reason in ("off_already", "works_already"):
                continue
            stop("cli.calendar.refused", reason=why_not(refused))
        shown += change_lines(changes, line.label)
        for change in changes if apply else ():
            day = day_of(change, line.label)
            if day is None:
                await records.calendar.remove(office.id, change[1])
            else:
                await records.calendar.put(office.id, day)
        if apply:
            details = {"days": [[kind, day.isoformat()] for kind, day in changes], "label": line.label}
            await records.audit.note(office.id, None, "calendar.changed", f"office:{office.id}", moment_now(), details)
    return shown


@rules_app.command("show", help=help_of("rules_show"))
def rules_show(as_json: AsJson = False) -> None:
    """Print the office's rules for reminders."""
    from domain.notice_rules import NoticeRules
    from domain.rule_settings import KEYS, written
    from handlers.rule_wording import rule_lines

    async def read(records: "Repositories", office: "Office") -> NoticeRules:
        return await records.notice_rules.of_office(office.id)

    rules = _in_one(read, writing=False)
    settings = {key: written(key, rules) for key in KEYS}
    if as_json:
        print_json(settings)
        return
    typer.echo("\n".join([*rule_lines(rules), "", *(f"{key}={value}" for key, value in settings.items())]))


@rules_app.command("set", help=help_of("rules_set"))
def rules_set(
    wanted: Annotated[list[str], typer.Argument(metavar="KEY=VALUE...", help=help_of("rules_pairs"))],
) -> None:
    """Change settings; an empty value is the default. With any that makes no sense nothing is changed."""
    from domain.notice_rules import NoticeRules
    from domain.rule_settings import DEFAULTS, KEYS, RulesRefused, checked, with_value, written
    from handlers.rule_wording import changed_lines, refusal

    pairs = [pair.partition("=") for pair in wanted]
    if any(not equals for _, equals, _ in pairs):
        stop("cli.rules_pair", text=next(pair for pair in wanted if "=" not in pair))

    async def change(records: "Repositories", office: "Office") -> list[str]:
        before = await records.notice_rules.of_office(office.id)
        after: NoticeRules = before
        try:
            for key, _, value in pairs:
                is_default = not value.strip() and key.strip() in KEYS
                after = with_value(after, key.strip(), written(key.strip(), DEFAULTS) if is_default else value)
            checked(after)
        except RulesRefused as refused:
            stop("cli.calendar.refused", reason=refusal(refused))
        await records.notice_rules.put(office.id, after)
        changed = {k: [written(k, before), written(k, after)] for k in KEYS if getattr(before, k) != getattr(after, k)}
        if changed:
            await records.audit.note(office.id, None, "rules.changed", f"office:{office.id}", moment_now(), changed)
        return changed_lines(before, after)

    typer.echo("\n".join(_in_one(change) or [texts.say("rules.unchanged")]))
