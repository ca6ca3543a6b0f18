"""Who a browser is: a random cookie, and whether a request comes from our own page."""

import hashlib
import re
import secrets
from urllib.parse import urlsplit

from starlette.requests import Request
from starlette.responses import Response

COOKIE = "kehoach_visitor"
OWN_PAGE_HEADER = "x-kehoach-chat"
"""Sent by our page: a foreign page cannot set it without asking first, which the server never allows."""

_TOKEN = re.compile(r"[A-Za-z0-9_-]{32}")
_HALF_A_YEAR = 182 * 24 * 3600


def token_of(request: Request) -> str | None:
    """The browser's cookie, or None when it has none of the proper form."""
    token = request.cookies.get(COOKIE, "")
    return token if _TOKEN.fullmatch(token) else None


def new_token() -> str:
    """A cookie for a browser not seen before: 192 random bits, so that nobody guesses another's."""
    return secrets.token_urlsafe(24)


def visitor_id(token: str) -> str:
    """The visitor's id, under which everything is kept.

    It is a digest of the cookie, so that nobody who reads the database or a log can take up a visitor's talk.
    """
    return hashlib.sha256(token.encode("ascii")).hexdigest()[:32]


def visitor_of(request: Request) -> str | None:
    """The id of the visitor whose browser this is, or None without a cookie."""
    token = token_of(request)
    return visitor_id(token) if token else None


def keep_token(request: Request, response: Response, token: str) -> None:
    """Let the browser keep its cookie for another half year, out of reach of scripts and of other sites."""
    is_secure = request.url.scheme == "https"
    response.set_cookie(COOKIE, token, max_age=_HALF_A_YEAR, path="/", httponly=True, samesite="lax", secure=is_secure)


def comes_from_our_page(request: Request) -> bool:
    """False for a request that another site made the browser send.

    Browsers say so in `Sec-Fetch-Site` on https and in `Origin` otherwise; a client that sends neither must name
    our own header, which is how programs and tests talk to the chat.
    """
    site = request.headers.get("sec-fetch-site")
    if site is not None:
        return site == "same-origin"
    origin = request.headers.get("origin")
    if origin is not None:
        return urlsplit(origin).netloc.lower() == request.headers.get("host", "").lower()
    return OWN_PAGE_HEADER in request.headers


def address_of(request: Request) -> str:
    """The caller's network address, for counting and for the log."""
    return request.client.host if request.client else "unknown"
