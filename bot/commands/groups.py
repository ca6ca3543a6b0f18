"""The commands about group chats: which the bot is in, which is the office's own, its summary, and leaving one."""

from typing import TYPE_CHECKING, Annotated, Any

import typer

import texts
from bot.commands.console import (
    AsJson,
    finish,
    groups_app,
    help_of,
    local_words,
    moment_now,
    opened_storage,
    print_json,
    print_lines,
    read_settings,
    stop,
)

if TYPE_CHECKING:
    from datetime import datetime

    from bot.settings import Settings
    from domain.groups import Group, SummaryTime
    from domain.people import Office
    from storage import Repositories

GroupNamed = Annotated[str, typer.Argument(help=help_of("group_named"))]


@groups_app.command("list", help=help_of("groups_list"))
def groups_list(as_json: AsJson = False) -> None:
    """Print the groups of the office that the bot is in."""
    settings = read_settings()

    async def read() -> list["Group"]:
        async with opened_storage(settings) as (storage, office), storage.reading() as records:
            return list(await records.groups.of_office(office.id))

    found = finish(read())
    if as_json:
        print_json([_as_json(group) for group in found])
        return
    print_lines([_line(group) for group in found])


@groups_app.command("staff", help=help_of("groups_staff"))
def groups_staff(
    group: GroupNamed, off: Annotated[bool, typer.Option("--off", help=help_of("group_staff_off"))] = False
) -> None:
    """Make a group the office's own, or no longer."""
    from handlers.wording import office_words

    settings = read_settings()

    async def make() -> str:
        async with opened_storage(settings) as (storage, office), storage.writing() as records:
            named, now = await _named(records, office, group), moment_now()
            if not await records.groups.make_staff(named.channel, named.chat_id, office.id, not off, None):
                if off:
                    return texts.say("groups.staff.not_yet")
                return texts.say("groups.staff.already", office=office_words(office))
            await _note(records, named, "group.staff", now, wanted=not off)
            return texts.say(
                "cli.groups.no_staff" if off else "cli.groups.staff", title=named.title, office=office_words(office)
            )

    typer.echo(finish(make()))


@groups_app.command("summary", help=help_of("groups_summary"))
def groups_summary(
    group: GroupNamed,
    when: Annotated[str, typer.Option("--when", help=help_of("group_when"))] = "",
    off: Annotated[bool, typer.Option("--off", help=help_of("group_summary_off"))] = False,
) -> None:
    """Send a staff group the summary at a time said in words, or no more; without either, say how it is."""
    from handlers.groups import as_it_is, when_words

    settings = read_settings()
    if when.strip() and off:
        stop("cli.groups.when_or_off")

    async def switch() -> str:
        async with opened_storage(settings) as (storage, office), storage.writing() as records:
            named, now = await _named(records, office, group), moment_now()
            if not when.strip() and not off:
                return as_it_is(named)
            if off and named.summary is None:
                return texts.say("groups.summary.off_already")
            if not named.is_staff:
                stop("cli.groups.needs_staff", group=group)
            at = None if off else await _time_said(records, office, when)
            since = at.first_after(now) if at else now.date()
            await records.groups.set_summary(named.channel, named.chat_id, at, since)
            await _note(records, named, "group.summary", now, on=not off)
            if at is None:
                return texts.say("cli.groups.summary_off", title=named.title)
            return texts.say("cli.groups.summary_on", title=named.title, when=when_words(at))

    typer.echo(finish(switch()))


@groups_app.command("leave", help=help_of("groups_leave"))
def groups_leave(
    group: GroupNamed, yes: Annotated[bool, typer.Option("--yes", help=help_of("group_leave_yes"))] = False
) -> None:
    """Take the bot out of a group, where its app has a call for that."""
    settings = read_settings()

    async def leave() -> str:
        async with opened_storage(settings) as (storage, office):
            async with storage.reading() as seen:
                named = await _named(seen, office, group)
            if not yes:
                stop("cli.groups.say_yes", title=named.title)
            await _leave(settings, named)
            async with storage.writing() as records:
                if await records.groups.leave(named.channel, named.chat_id, now := moment_now()):
                    await _note(records, named, "group.left", now)
            return texts.say("cli.groups.left", title=named.title)

    typer.echo(finish(leave()))


async def _leave(settings: "Settings", group: "Group") -> None:
    """Ask the app; ends the command where it has no such call, or with its reason."""
    from bot.apps import telegram_of
    from domain.channels import TELEGRAM
    from domain.ports import SendFailed

    if group.channel != TELEGRAM:
        stop("cli.groups.no_such_call", title=group.title)
    telegram = telegram_of(settings)
    if telegram is None:
        stop("cli.groups.no_telegram")
    try:
        await telegram.leave(group.chat_id)
    except SendFailed as failure:
        if failure.kind != "unreachable":
            stop("cli.groups.not_left", title=group.title, reason=failure.reason)
    finally:
        await telegram.close()


async def _named(records: "Repositories", office: "Office", said: str) -> "Group":
    """The office's group of this mark, as the list prints it, or of this title. Ends the command when there is none."""
    groups = await records.groups.of_office(office.id)
    wanted = said.strip()
    found = [group for group in groups if _mark(group) == wanted] or [g for g in groups if g.title == wanted]
    if len(found) != 1:
        stop("cli.groups.no_group" if not found else "cli.groups.many", group=wanted)
    return found[0]


async def _time_said(records: "Repositories", office: "Office", when: str) -> "SummaryTime":
    from domain.group_words import read_summary_time
    from handlers.groups import summary_time

    wish = read_summary_time(when)
    if wish is None:
        stop("cli.groups.bad_when", when=when)
    at = summary_time(wish, await records.notice_rules.of_office(office.id))
    if isinstance(at, str):
        stop("cli.groups.refused_when", reason=at)
    return at


async def _note(records: "Repositories", group: "Group", action: str, now: "datetime", **details: Any) -> None:
    await records.audit.note(group.office_id, None, action, f"group:{_mark(group)}", now, details)


def _mark(group: "Group") -> str:
    return f"{group.channel}:{group.chat_id}"


def _line(group: "Group") -> str:
    from handlers.groups import when_words

    kind = texts.say("cli.groups.kind_staff") if group.is_staff else texts.say("cli.groups.kind_other")
    sent = texts.say("cli.groups.sent", when=when_words(group.summary)) if group.summary else ""
    since = texts.say("cli.groups.since", moment=local_words(group.since.isoformat()))
    return "  ".join(part for part in (_mark(group), group.title, kind, since, sent) if part)


def _as_json(group: "Group") -> dict[str, Any]:
    at = group.summary
    return {
        "group": _mark(group),
        "title": group.title,
        "staff": group.is_staff,
        "since": group.since.isoformat(),
        "summary": None if at is None else {"weekday": at.weekday, "hour": at.hour.isoformat("minutes")},
    }
