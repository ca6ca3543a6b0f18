"""The page the browser comes to after consent was given: it says to copy its address, and keeps nothing of it."""

from html import escape

from fastapi import APIRouter
from starlette.responses import HTMLResponse

import texts
from bot.zalo_consent import RETURN_PATH

_PAGE = """<!doctype html>
<html lang="vi">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="robots" content="noindex">
<title>{title}</title>
<meta name="referrer" content="no-referrer">
</head>
<body>
<main>
<h1>{title}</h1>
<p>{words}</p>
</main>
</body>
</html>
"""


def zalo_return_routes() -> APIRouter:
    """The address that is registered with the Zalo app."""
    routes = APIRouter()

    @routes.get(RETURN_PATH)
    async def returned() -> HTMLResponse:
        # The address holds the code: nothing is loaded beside it, and it is named as referrer to nobody.
        title, words = texts.say("consent.returned.title"), texts.say("consent.returned.words")
        return HTMLResponse(_PAGE.format(title=escape(title), words=escape(words)))

    return routes
