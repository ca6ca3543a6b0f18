"""The commands about accounts that are blocked, the bot turned off, and personal data."""

from datetime import timedelta
from pathlib import Path
from typing import Annotated, Any

import typer

import texts
from bot.commands.console import (
    AsJson,
    finish,
    help_of,
    local_words,
    moment_in,
    moment_now,
    office_app,
    opened_storage,
    people_app,
    print_json,
    print_lines,
    privacy_app,
    read_settings,
    stop,
    write_file,
)

AccountNamed = Annotated[str, typer.Argument(help=help_of("account_named"))]


@people_app.command("block", help=help_of("people_block"))
def people_block(
    account: AccountNamed,
    reason: Annotated[str, typer.Option("--reason", help=help_of("block_reason"))],
    days: Annotated[int, typer.Option("--days", help=help_of("block_days"), min=0, max=3650)] = 30,
) -> None:
    """Have an account answered no more, for some days or for good."""
    from bot.account_desk import named_account
    from domain.blocking import Block, short_mark

    settings = read_settings()

    async def block() -> str:
        async with opened_storage(settings) as (storage, office), storage.writing() as records:
            owner = await named_account(records, office, account)
            if await records.people.by_account(owner.channel, owner.user_id) is not None:
                stop("cli.safety.is_staff")
            now = moment_now()
            until = now + timedelta(days=days) if days else None
            mark = short_mark(owner.channel, owner.user_id)
            await records.blocks.put(Block(owner.channel, owner.user_id, reason.strip(), now, until, office.id))
            details = {"reason": reason.strip(), "until": until.isoformat() if until else ""}
            await records.audit.note(office.id, None, "account.blocked", f"account:{mark}", now, details)
            return mark

    typer.echo(texts.say("cli.safety.blocked", mark=finish(block())))


@people_app.command("unblock", help=help_of("people_unblock"))
def people_unblock(account: AccountNamed) -> None:
    """Answer an account again."""
    from bot.account_desk import named_account
    from domain.blocking import short_mark

    settings = read_settings()

    async def lift() -> str:
        async with opened_storage(settings) as (storage, office), storage.writing() as records:
            owner = await named_account(records, office, account)
            mark = short_mark(owner.channel, owner.user_id)
            if not await records.blocks.lift(owner.channel, owner.user_id):
                stop("cli.safety.not_blocked", mark=mark)
            await records.audit.note(office.id, None, "account.unblocked", f"account:{mark}", moment_now())
            return mark

    typer.echo(texts.say("cli.safety.unblocked", mark=finish(lift())))


@people_app.command("blocked", help=help_of("people_blocked"))
def people_blocked(as_json: AsJson = False) -> None:
    """Print the accounts that are not answered, by their marks."""
    from domain.blocking import short_mark

    settings = read_settings()

    async def read() -> list[dict[str, Any]]:
        async with opened_storage(settings) as (storage, _), storage.reading() as records:
            return [
                {
                    "account": short_mark(block.channel, block.user_id),
                    "channel": block.channel,
                    "reason": block.reason,
                    "since": block.since.isoformat(),
                    "until": block.until.isoformat() if block.until else "",
                }
                for block in await records.blocks.holding(moment_now())
            ]

    found = finish(read())
    if as_json:
        print_json(found)
        return
    for_good = texts.say("cli.safety.for_good")
    print_lines(
        [
            f"{row['account']}  {row['channel']}  {local_words(row['since'])} - "
            f"{local_words(row['until']) if row['until'] else for_good}  {row['reason']}"
            for row in found
        ]
    )


@office_app.command("off", help=help_of("office_off"))
def office_off(
    reason: Annotated[str, typer.Option("--reason", help=help_of("off_reason"))],
    until: Annotated[str, typer.Option("--until", help=help_of("off_until"))] = "",
) -> None:
    """Turn the bot off for the office, with the reason that everybody reads."""
    from domain.switching import LONGEST_REASON
    from handlers.switching import public_words
    from handlers.wording import office_words

    settings = read_settings()
    said, back = " ".join(reason.split()), moment_in(until) if until else None
    if not said or len(said) > LONGEST_REASON:
        stop("cli.safety.bad_reason", most=LONGEST_REASON)
    if back is not None and back <= moment_now():
        stop("switching.until_passed")

    async def turn() -> str:
        async with opened_storage(settings) as (storage, office), storage.writing() as records:
            now = moment_now()
            await records.switches.turn(office.id, is_on=False, reason=said, now=now, until=back)
            details = {"reason": said, "until": back.isoformat() if back else ""}
            await records.audit.note(office.id, None, "bot.turned_off", f"office:{office.id}", now, details)
            return public_words(said, back, office_words(office))

    typer.echo(texts.say("cli.safety.turned_off", public=finish(turn())))


@office_app.command("on", help=help_of("office_on"))
def office_on() -> None:
    """Turn the bot on again."""
    settings = read_settings()

    async def turn() -> bool:
        async with opened_storage(settings) as (storage, office), storage.writing() as records:
            now = moment_now()
            if office.id not in await records.switches.off(now):
                return False
            await records.switches.turn(office.id, is_on=True, reason="", now=now)
            await records.audit.note(office.id, None, "bot.turned_on", f"office:{office.id}", now)
            return True

    typer.echo(texts.say("switching.turned_on" if finish(turn()) else "switching.already_on"))


@office_app.command("history", help=help_of("office_history"))
def office_history(as_json: AsJson = False) -> None:
    """Print when the bot was turned off and on, the latest first."""
    from handlers.switching import history_line

    settings = read_settings()

    async def read() -> tuple[list[Any], dict[int, str]]:
        async with opened_storage(settings) as (storage, office), storage.reading() as records:
            names = {person.id: person.name for person in await records.people.everyone(office.id)}
            return list(await records.switches.history(office.id, 100)), names

    switches, names = finish(read())
    if as_json:
        print_json(
            [
                {
                    "on": one.is_on,
                    "at": one.at.isoformat(),
                    "until": one.until.isoformat() if one.until else "",
                    "reason": one.reason,
                    "by": names.get(one.by_id or 0, ""),
                }
                for one in switches
            ]
        )
        return
    print_lines([history_line(one, names) for one in switches])


@privacy_app.command("periods", help=help_of("privacy_periods"))
def privacy_periods(as_json: AsJson = False) -> None:
    """Print for how long each kind of personal data is kept."""
    from dataclasses import asdict

    times = asdict(read_settings().keeping_times())
    if as_json:
        print_json(times)
        return
    print_lines([texts.say(f"cli.privacy.period.{kind}", days=days) for kind, days in times.items()])


@privacy_app.command("erase", help=help_of("privacy_erase"))
def privacy_erase(
    account: AccountNamed, sure: Annotated[bool, typer.Option("--yes", help=help_of("privacy_sure"))] = False
) -> None:
    """Have an account forgotten, as the person would in chat; done by the running server, or at its next start."""
    from bot.account_desk import named_account
    from domain.blocking import short_mark

    settings = read_settings()
    if not sure:
        stop("cli.privacy.say_yes")

    async def ask() -> str:
        async with opened_storage(settings) as (storage, office), storage.writing() as records:
            owner = await named_account(records, office, account)
            mark, now = short_mark(owner.channel, owner.user_id), moment_now()
            await records.erasures.ask(office.id, owner.channel, owner.user_id, owner.chat_id, "command", now)
            details = {"source": "command"}
            await records.audit.note(office.id, None, "privacy.erasure_asked", f"account:{mark}", now, details)
            return mark

    typer.echo(texts.say("cli.privacy.asked", mark=finish(ask())))


@privacy_app.command("export", help=help_of("privacy_export"))
def privacy_export(
    account: AccountNamed,
    out: Annotated[Path, typer.Option("--out", help=help_of("privacy_out"))] = Path(),
) -> None:
    """Write a copy of what is kept of an account, for a person who asks at the office."""
    from bot.account_desk import named_account
    from bot.apps import channels_of
    from bot.own_copy import OwnCopy
    from domain.blocking import short_mark

    settings = read_settings()

    async def read() -> list[tuple[str, bytes]]:
        channels = {channel.name: channel for channel in channels_of(settings)}
        async with opened_storage(settings) as (storage, office), storage.writing() as records:
            owner = await named_account(records, office, account)
            mark, now = short_mark(owner.channel, owner.user_id), moment_now()
            person = await records.people.get(owner.person_id) if owner.person_id else None
            kept = await records.personal.kept(owner)
            files = await OwnCopy(channels, moment_now)(owner, office, person, kept)
            await records.audit.note(office.id, None, "privacy.copied", f"account:{mark}", now, {"source": "command"})
        for channel in channels.values():
            await channel.close()
        return [(f"{mark}-{file.name}", file.content) for file in files]

    for name, content in finish(read()):
        write_file(out / name, content)


@privacy_app.command("erasures", help=help_of("privacy_erasures"))
def privacy_erasures(as_json: AsJson = False) -> None:
    """Print who asked to be forgotten, by their marks, and whether it is done."""
    settings = read_settings()

    async def read() -> list[dict[str, Any]]:
        async with opened_storage(settings) as (storage, _), storage.reading() as records:
            return [
                {
                    "account": wish.mark[:12],
                    "source": wish.source,
                    "asked": wish.asked_at.isoformat(),
                    "done": wish.done_at.isoformat() if wish.done_at else "",
                    "rows": dict(wish.counts),
                }
                for wish in await records.erasures.recent()
            ]

    found = finish(read())
    if as_json:
        print_json(found)
        return
    waits = texts.say("cli.privacy.waits")
    print_lines(
        [
            f"{row['account']}  {row['source']}  {local_words(row['asked'])}  "
            f"{local_words(row['done']) if row['done'] else waits}"
            for row in found
        ]
    )
