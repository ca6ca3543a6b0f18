"""Health and figures, for whoever watches the server."""

import re
from collections.abc import Mapping

import structlog
from fastapi import APIRouter
from starlette.responses import JSONResponse, PlainTextResponse

from bot.web.desk import Desk

log = structlog.get_logger()

_SERIES = re.compile(r"([a-zA-Z_:][a-zA-Z0-9_:]*)(\{.*\})?")


def status_routes(desk: Desk) -> APIRouter:
    """`/healthz` and `/metrics`."""
    routes = APIRouter()

    @routes.api_route("/healthz", methods=["GET", "HEAD"])
    async def healthz() -> JSONResponse:
        try:
            able, facts = await desk.ready()
        except Exception as error:
            log.error("health check failed", error=type(error).__name__)
            able, facts = False, {}
        return JSONResponse({"status": "ok" if able else "unavailable", **facts}, 200 if able else 503)

    @routes.get("/metrics")
    async def metrics() -> PlainTextResponse:
        return PlainTextResponse(exposition(await desk.metrics()), media_type="text/plain; version=0.0.4")

    return routes


def exposition(figures: Mapping[str, float]) -> str:
    """The figures in Prometheus' text format; a name ending in `_total` is a counter, any other a gauge."""
    families: dict[str, list[str]] = {}
    for series, value in sorted(figures.items()):
        match = _SERIES.fullmatch(series)
        if match is None:
            raise ValueError(f"not a metric's name: {series!r}")
        families.setdefault(match[1], []).append(f"{series} {_number(value)}")
    lines: list[str] = []
    for family, samples in families.items():
        lines.append(f"# TYPE {family} {'counter' if family.endswith('_total') else 'gauge'}")
        lines.extend(samples)
    return "".join(f"{line}\n" for line in lines)


def _number(value: float) -> str:
    return str(int(value)) if float(value).is_integer() else repr(float(value))
