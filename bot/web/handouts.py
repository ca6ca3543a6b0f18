"""The address under which files are fetched that an app could not carry."""

from html import escape
from urllib.parse import quote

import structlog
from fastapi import APIRouter
from starlette.responses import HTMLResponse, Response

import texts
from bot.handing_out import ADDRESS, Over
from bot.web.desk import Desk

log = structlog.get_logger()

AS_IT_IS = frozenset(
    {
        "image/jpeg",
        "image/png",
        "image/gif",
        "image/webp",
        "application/pdf",
        "application/msword",
        "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
        "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    }
)
"""What is named as what it is; a page or a drawing, which a browser might run, is bytes to be saved."""

UNSEEN = {"X-Robots-Tag": "noindex, nofollow", "Referrer-Policy": "no-referrer"}


def handout_routes(desk: Desk) -> APIRouter:
    """`/tep/{token}`: the same file as often as it is asked for, since telephones look at a link before people do."""
    routes = APIRouter()

    @routes.api_route(ADDRESS + "{token}", methods=["GET", "HEAD"])
    async def handout(token: str) -> Response:
        try:
            handed = await desk.handed_out(token)
        except Over:
            return _gone(410)
        except Exception as error:
            # Never the address: whoever reads it has the file.
            log.error("a file could not be handed out", error=type(error).__name__)
            return _gone(503)
        if handed is None:
            return _gone(404)
        name = f"attachment; filename*=UTF-8''{quote(handed.name, safe='', errors='replace')}"
        return Response(
            handed.content,
            media_type=handed.media_type if handed.media_type in AS_IT_IS else "application/octet-stream",
            headers={"Content-Disposition": name, "Cache-Control": "private, no-store", **UNSEEN},
        )

    return routes


def _gone(status: int) -> HTMLResponse:
    title, words = texts.say("handout.gone_title"), texts.say("handout.gone")
    page = (
        f'<!doctype html><html lang="vi"><meta charset="utf-8"><meta name="viewport" content="width=device-width">'
        f"<title>{escape(title)}</title><h1>{escape(title)}</h1><p>{escape(words)}</p></html>"
    )
    return HTMLResponse(page, status, headers=UNSEEN)
