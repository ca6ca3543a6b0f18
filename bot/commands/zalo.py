"""The commands about the Zalo Official Account: its consent and its tokens. None of them prints a token."""

import sys
from typing import TYPE_CHECKING, Annotated, Any

import typer

import texts
from bot.commands.console import (
    AsJson,
    finish,
    help_of,
    local_words,
    moment_now,
    opened_storage,
    print_json,
    read_settings,
    stop,
    zalo_app,
)

if TYPE_CHECKING:
    from bot.settings import Settings
    from bot.zalo_consent import Consent, Granted

WithoutPkce = Annotated[bool, typer.Option("--without-pkce", help=help_of("zalo_without_pkce"))]


@zalo_app.command("login", help=help_of("zalo_login"))
def login(
    code: Annotated[str, typer.Option("--code", help=help_of("zalo_code"))] = "",
    redirect: Annotated[str, typer.Option("--redirect", help=help_of("zalo_redirect"))] = "",
    without_pkce: WithoutPkce = False,
    as_json: AsJson = False,
) -> None:
    """Obtain the Official Account's consent: print where to give it, take what came back, keep the first tokens."""
    from bot.zalo_consent import Consent

    settings = read_settings()
    consent = Consent.of(settings)
    if not code:
        address = consent.ask(_return_address(settings, redirect), moment_now(), with_proof=not without_pkce)
        typer.echo(texts.say("cli.zalo.ask", address=address), err=as_json)
        typer.echo(texts.say("cli.zalo.paste"), err=as_json)
        code = sys.stdin.readline().strip()
    if not code:
        typer.echo(texts.say("cli.zalo.later"), err=True)
        return
    granted = finish(_take(settings, consent, code, with_proof=not without_pkce))
    if as_json:
        print_json(_granted_json(granted))
        return
    account = texts.say("cli.zalo.account", id=granted.account_id) if granted.account_id else ""
    blanks = {"access": local_words(granted.access_until.isoformat()), "refresh": f"{granted.refresh_until:%d/%m/%Y}"}
    typer.echo(texts.say("cli.zalo.granted", account=account, **blanks))


async def _take(settings: "Settings", consent: "Consent", code: str, *, with_proof: bool) -> "Granted":
    try:
        async with opened_storage(settings) as (storage, _):
            return await consent.take(code, storage, moment_now(), with_proof=with_proof)
    finally:
        await consent.close()


def _return_address(settings: "Settings", redirect: str) -> str:
    from bot.zalo_consent import RETURN_PATH

    if redirect:
        return redirect
    if not settings.public_url:
        stop("cli.zalo.no_redirect")
    return settings.public_url.rstrip("/") + RETURN_PATH


def _granted_json(granted: "Granted") -> dict[str, Any]:
    return {
        "account_id": granted.account_id,
        "access_until": granted.access_until.isoformat(),
        "refresh_until": granted.refresh_until.isoformat(),
    }


@zalo_app.command("status", help=help_of("zalo_status"))
def status(as_json: AsJson = False) -> None:
    """Say how the tokens stand; ends with code 1 when somebody must do something."""
    from bot.zalo_token_state import facts_of, states_of
    from bot.zalo_tokens import sealer_of

    settings = read_settings()
    if not settings.zalo_oa_app_id:
        stop("cli.zalo.no_app")

    async def read() -> Any:
        async with opened_storage(settings) as (storage, _), storage.reading() as records:
            return await records.zalo_tokens.get(settings.zalo_oa_app_id)

    row, sealer = finish(read()), sealer_of(settings)
    has_seed = bool(settings.zalo_oa_refresh_token.get_secret_value())
    states = states_of(row, sealer, moment_now(), has_seed=has_seed)
    if as_json:
        found = [{"level": s.level, "state": s.name, "text": s.words} for s in states]
        print_json({"app_id": settings.zalo_oa_app_id, **facts_of(row), "states": found})
    else:
        for name, value in facts_of(row).items():
            shown = local_words(value) if isinstance(value, str) and name != "trouble" else value
            if shown is not None and name != "trouble":
                typer.echo(texts.say(f"cli.zalo.fact.{name}", value=shown))
        for state in states:
            typer.echo(f"[{texts.say(f'doctor.level.{state.level}')}] {state.words}")
    if any(state.level == "fault" for state in states):
        raise typer.Exit(1)


@zalo_app.command("new-key", help=help_of("zalo_new_key"))
def new_key() -> None:
    """Seal the tokens with a new key from now on."""
    from bot.sealing import Unsealable
    from bot.zalo_tokens import reseal, sealer_of

    settings = read_settings()

    async def change() -> bool:
        async with opened_storage(settings) as (storage, _):
            return await reseal(storage, sealer, settings.zalo_oa_app_id)

    sealer = sealer_of(settings)
    try:
        finish(change())
    except OSError as error:
        stop("cli.cannot_write", file=sealer.path, reason=error.strerror or type(error).__name__)
    except Unsealable:
        stop("cli.zalo.key_lost", file=sealer.path)
    typer.echo(texts.say("cli.zalo.new_key", file=sealer.path))
