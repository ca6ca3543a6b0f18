"""The web server's application, put together over a desk."""

from pathlib import Path

from fastapi import FastAPI
from starlette.responses import Response
from starlette.staticfiles import StaticFiles
from starlette.types import Scope

from bot.web.chat import ChatPage
from bot.web.desk import Desk
from bot.web.handouts import handout_routes
from bot.web.headers import SafeHeaders
from bot.web.status import status_routes
from bot.web.webhooks import webhook_routes
from bot.web.zalo_return import zalo_return_routes

STATIC = Path(__file__).parent / "static"


def create_app(desk: Desk) -> FastAPI:
    """Webhooks, health, metrics and the chat page. The interactive API pages are off: they load from elsewhere."""
    app = FastAPI(title="Ke hoach", docs_url=None, redoc_url=None, openapi_url=None)
    app.add_middleware(SafeHeaders)
    app.include_router(webhook_routes(desk))
    app.include_router(status_routes(desk))
    app.include_router(handout_routes(desk))
    app.include_router(zalo_return_routes())
    app.include_router(ChatPage(desk).routes())
    app.mount("/static", _Static(directory=STATIC))
    return app


class _Static(StaticFiles):
    """The page's own files; a browser asks whether they changed before it uses its copy."""

    async def get_response(self, path: str, scope: Scope) -> Response:
        response = await super().get_response(path, scope)
        response.headers["Cache-Control"] = "no-cache"
        return response
