"""The addresses to which the apps push updates: secret checked, stored for good, then acknowledged."""

import hmac

import structlog
from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import JSONResponse

from bot.channels import zalo_bot_updates
from bot.channels.zalo_signature import RETRY_HEADER, SIGNATURE_HEADER, TIME_HEADER, Refused
from bot.web.bodies import NotAnObject, TooLarge, TooSlow, json_object, read_body
from bot.web.desk import Desk
from bot.web.visitors import address_of
from domain.channels import ZALO_BOT

log = structlog.get_logger()

BODY_LIMIT = 1_000_000
"""Bytes. The largest update Telegram sends is far below this."""
SIGNED_BODY_LIMIT = 262_144
"""Bytes of a call of Zalo OA, which is read and hashed before it is known whose it is."""
PROBE_LIMIT = 64
"""Bytes of the unsigned call by which Zalo asks whether an address is there."""
KEPT_OF_UNREADABLE = 65_536
RETRY_SECONDS = "5"
STORE_SECONDS = 1.5
"""Zalo waits two seconds for an answer."""

SECRET_HEADERS = {"telegram": "x-telegram-bot-api-secret-token", "zalo-bot": "x-bot-api-secret-token"}
"""Where each app shows the secret it was told. Zalo OA signs its calls instead and has no such header."""


def webhook_routes(desk: Desk) -> APIRouter:
    """The webhook addresses of every app."""
    routes = APIRouter()

    @routes.post("/webhooks/telegram")
    async def telegram(request: Request) -> JSONResponse:
        return await receive(desk, "telegram", request)

    @routes.post("/webhooks/zalo-oa")
    async def zalo_oa(request: Request) -> JSONResponse:
        return await receive_signed(desk, request)

    @routes.post("/webhooks/zalo-bot")
    async def zalo_bot(request: Request) -> JSONResponse:
        return await receive(desk, "zalo-bot", request)

    return routes


async def receive(desk: Desk, channel_name: str, request: Request) -> JSONResponse:
    """Take one pushed update.

    200 says that it is stored: the app will not send it again. An authentic body that cannot be read is stored as a
    dead letter and answered 200 as well, because the app would repeat anything else for a day and hold back the
    updates behind it. When storing fails, or takes too long, the answer is 503, so that the app does send it again;
    what takes long goes on being stored.
    """
    header = SECRET_HEADERS.get(channel_name)
    secret = desk.secret_of(channel_name)
    if header is None or not secret:
        return JSONResponse({"ok": False, "error": "not configured"}, 404)
    if not _is_same(request.headers.get(header, ""), secret):
        # Before the body is read: a stranger must not make us take in anything.
        reason = "wrong secret" if header in request.headers else "no secret"
        log.warning("webhook refused", channel=channel_name, reason=reason, caller=address_of(request))
        return JSONResponse({"ok": False, "error": "unauthorized"}, 401)
    try:
        body = await read_body(request, BODY_LIMIT)
    except TooLarge:
        log.warning("webhook refused", channel=channel_name, reason="too large", caller=address_of(request))
        return JSONResponse({"ok": False, "error": "too large"}, 413)
    except TooSlow:
        return JSONResponse({"ok": False, "error": "too slow"}, 408)
    update = _update_in(body)
    if channel_name == ZALO_BOT and _is_trial(body, update):
        log.info("the webhook was tried", channel=channel_name)
        return JSONResponse({"ok": True})
    return await _store(desk, channel_name, update, within=STORE_SECONDS)


async def receive_signed(desk: Desk, request: Request) -> JSONResponse:
    """Take one call of Zalo OA, which signs its body instead of showing a secret.

    Answered as `receive` does, and in time: what is not stored by then is answered 503 and goes on being stored, so
    that the next delivery finds it there. A call without a signature and without content only asks whether anybody is
    here; it is answered 200 and changes nothing.
    """
    signatures = desk.signatures
    if signatures is None:
        return JSONResponse({"ok": False, "error": "not configured"}, 404)
    is_signed = bool(request.headers.get(SIGNATURE_HEADER))
    try:
        # Without a signature only the probe is answered: a stranger must not make us take in more than that.
        body = await read_body(request, SIGNED_BODY_LIMIT if is_signed else PROBE_LIMIT)
    except TooLarge:
        reason = "too large" if is_signed else "missing"
        signatures.note_refusal(reason.replace(" ", "_"))
        _note_refusal(request, reason)
        return JSONResponse({"ok": False, "error": reason}, 413 if is_signed else 401)
    except TooSlow:
        return JSONResponse({"ok": False, "error": "too slow"}, 408)
    if body.strip() in (b"", b"{}"):
        return JSONResponse({"ok": True})
    update = _update_in(body)
    try:
        signatures.check(request.headers, body, update if isinstance(update, dict) else {}, desk.now())
    except Refused as refused:
        _note_refusal(request, refused.reason)
        return JSONResponse({"ok": False, "error": "unauthorized"}, 401)
    return await _store(desk, "zalo-oa", update, within=STORE_SECONDS)


async def _store(desk: Desk, channel_name: str, update: dict[str, object] | str, within: float) -> JSONResponse:
    try:
        await desk.accept(channel_name, update, within)
    except Exception as error:
        # Only the kind of error: a database names the whole row, which is what somebody wrote to us.
        log.error("update not stored", channel=channel_name, error=type(error).__name__)
        return JSONResponse({"ok": False, "error": "not stored"}, 503, {"Retry-After": RETRY_SECONDS})
    return JSONResponse({"ok": True})


def _note_refusal(request: Request, reason: str) -> None:
    log.warning(
        "webhook refused",
        channel="zalo-oa",
        reason=f"{reason} signature" if reason != "too large" else reason,
        caller=address_of(request),
        time_header=TIME_HEADER in request.headers,
        retry=request.headers.get(RETRY_HEADER, "")[:8],
    )


def _is_same(shown: str, secret: str) -> bool:
    """Compared in constant time, so that the time taken tells nothing about the secret."""
    return hmac.compare_digest(shown.encode("utf-8"), secret.encode("utf-8"))


def _is_trial(body: bytes, update: dict[str, object] | str) -> bool:
    """What Zalo sends to see whether anybody is there: nothing at all, or an event of nobody."""
    return not body.strip() or (not isinstance(update, str) and zalo_bot_updates.is_probe(update))


def _update_in(body: bytes) -> dict[str, object] | str:
    try:
        return json_object(body)
    except NotAnObject:
        return body[:KEPT_OF_UNREADABLE].decode("utf-8", "replace").replace("\0", "\N{REPLACEMENT CHARACTER}")
