"""The addresses to which the apps push updates: secret checked, stored for good, then acknowledged."""

import hmac

import structlog
from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import JSONResponse

from bot.channels import zalo_bot_updates
from bot.web.bodies import NotAnObject, TooLarge, TooSlow, json_object, read_body
from bot.web.desk import Desk
from bot.web.visitors import address_of
from domain.channels import ZALO_BOT

log = structlog.get_logger()

BODY_LIMIT = 1_000_000
"""Bytes. The largest update Telegram sends is far below this."""
KEPT_OF_UNREADABLE = 65_536
RETRY_SECONDS = "5"

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
        return await receive(desk, "zalo-oa", request)

    @routes.post("/webhooks/zalo-bot")
    async def zalo_bot(request: Request) -> JSONResponse:
        return await receive(desk, "zalo-bot", request)

    return routes


async def receive(desk: Desk, channel_name: str, request: Request) -> JSONResponse:
    """Take one pushed update.

    200 says that it is stored: the app will not send it again. An authentic body that cannot be read is stored as a
    dead letter and answered 200 as well, because the app would repeat anything else for a day and hold back the
    updates behind it. When storing fails the answer is 503, so that the app does send it again.
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
    try:
        await desk.accept(channel_name, update)
    except Exception as error:
        # Only the kind of error: a database names the whole row, which is what somebody wrote to us.
        log.error("update not stored", channel=channel_name, error=type(error).__name__)
        return JSONResponse({"ok": False, "error": "not stored"}, 503, {"Retry-After": RETRY_SECONDS})
    return JSONResponse({"ok": True})


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
