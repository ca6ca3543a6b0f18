"""The HTTP side of the stand-in: `/bot{token}/{method}`, `/media/{name}` and `/control/{command}`."""

import asyncio
import contextlib
import json
from typing import Any
from urllib.parse import parse_qsl, unquote

from aiohttp import web
from multidict import CIMultiDict

from tests.platforms.clock import Clock
from tests.platforms.server import reset
from tests.platforms.wire import NotPossible
from tests.platforms.zalo_bot.control import Control
from tests.platforms.zalo_bot.faults import ApiError, Fault, answer_of
from tests.platforms.zalo_bot.methods import Methods
from tests.platforms.zalo_bot.pushing import Pusher
from tests.platforms.zalo_bot.world import Call, Json, World

LONGEST_POLL = 50.0
DEFAULT_POLL = 30.0
BAD_GATEWAY = b"<html>\r\n<head><title>502 Bad Gateway</title></head>\r\n<body>nginx</body>\r\n</html>\r\n"
PAGE = b"<!doctype html><title>Welcome</title>"
SERVERS = ("ZServer", "edge")
"""The platform's edge names itself twice, which some clients refuse to read."""


class App:
    """Answers requests from a world."""

    def __init__(self, token: str, clock: Clock) -> None:
        self.world = World(token, clock)
        self.pusher = Pusher(self.world)
        self.methods = Methods(self.world, self._webhook_changed, self.pusher.probe)
        self._let_go = asyncio.Event()
        self._is_closing = False
        self.control = Control(self.world, self.release)

    def _webhook_changed(self) -> None:
        self.world.arrived.changed()
        self.pusher.webhook_changed()

    def release(self) -> None:
        """Let go of the calls that hang: their connections are dropped."""
        self._let_go.set()
        self._let_go = asyncio.Event()

    async def close(self) -> None:
        """Stop pushing, let go of what polls and drop what hangs."""
        self._is_closing = True
        self.world.arrived.changed()
        self.release()
        await self.pusher.close()

    async def handle(self, request: web.BaseRequest) -> web.StreamResponse:
        """The answer to any request."""
        path = request.rel_url.raw_path
        if path.startswith("/bot"):
            token, _, method = path[4:].partition("/")
            return await self._call(request, unquote(token), method)
        if path.startswith("/media/"):
            return self._media(path[7:].partition(".")[0])
        if path.startswith("/control/"):
            return await self._control(request, path[9:])
        return self._refused(ApiError(404, "Not Found"))

    def _media(self, name: str) -> web.Response:
        content = self.world.files.get(name)
        if content is None:
            return web.Response(status=404)
        return web.Response(body=content, content_type="image/jpeg")

    async def _control(self, request: web.BaseRequest, command: str) -> web.Response:
        body = await request.read()
        try:
            result = await self.control.perform(command, json.loads(body) if body else dict(request.query))
        except NotPossible as refused:
            return web.json_response({"error": str(refused)}, status=409)
        return web.json_response(result)

    async def _call(self, request: web.BaseRequest, token: str, method: str) -> web.StreamResponse:
        if token != self.world.token:
            return self._refused(ApiError(401, "Unauthorized"))
        given = await _parameters(request)
        call = self.world.note(method, given)
        try:
            fault = self.world.fault_for(method, str(given.get("chat_id", "")) or None)
            if fault is not None:
                call.fault = fault.kind
                return await self._faulty(request, method, given, call, fault)
            return await self._answer(method, given, call)
        except ApiError as refused:
            return self._refused(refused, call)
        finally:
            self.world.changes.changed()

    async def _answer(self, method: str, given: Json, call: Call) -> web.Response:
        if method == "getUpdates":
            result = await self._get_updates(given)
        else:
            result = await self.methods.call(method, given)
        call.answer = {"ok": True} if result is None else {"ok": True, "result": result}
        call.status = 200
        return _json(call.answer, 200)

    async def _get_updates(self, given: Json) -> Any:
        world = self.world
        if world.hook is not None and not world.manner.silent:
            raise ApiError(400, "Bad Request: can't use getUpdates while a webhook is set")
        said = str(given.get("timeout", DEFAULT_POLL))
        timeout = min(float(said), LONGEST_POLL) if said.replace(".", "", 1).isdigit() else DEFAULT_POLL

        def is_over() -> bool:
            return self._is_closing or world.has_something() or world.hook is not None

        if not world.manner.silent or world.hook is None:
            world.asking += 1
            world.changes.changed()
            try:
                await world.arrived.until(is_over, timeout)
            finally:
                world.asking -= 1
        update = None if self._is_closing or world.hook is not None else world.take()
        world.changes.changed()
        if update is None:
            raise ApiError(200 if world.manner.empty == "body" else 408, "Request timeout", code=408)
        return [update] if world.manner.several else update

    async def _faulty(
        self, request: web.BaseRequest, method: str, given: Json, call: Call, fault: Fault
    ) -> web.StreamResponse:
        refused = answer_of(fault)
        if refused is not None:
            raise refused
        if fault.kind in ("bad_gateway", "page"):
            call.status = 502 if fault.kind == "bad_gateway" else 200
            body = BAD_GATEWAY if fault.kind == "bad_gateway" else PAGE
            return web.Response(body=body, status=call.status, content_type="text/html")
        if fault.kind == "slow":
            await asyncio.sleep(fault.seconds)
            return await self._answer(method, given, call)
        if fault.kind.endswith("_after"):
            await self._answer(method, given, call)
            self.world.changes.changed()
        if fault.kind.startswith("hang"):
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(self._let_go.wait(), fault.seconds or None)
        reset(request)
        return web.Response(status=500)

    def _refused(self, refused: ApiError, call: Call | None = None) -> web.Response:
        answer: Json = {"ok": False, "description": refused.description}
        if refused.code:
            answer["error_code"] = refused.code
        status = 200 if self.world.manner.in_200 else refused.status
        if call is not None:
            call.status, call.answer = status, answer
        return _json(answer, status)


def _json(value: Any, status: int) -> web.Response:
    headers: CIMultiDict[str] = CIMultiDict()
    for server in SERVERS:
        headers.add("Server", server)
    return web.Response(
        body=json.dumps(value).encode(), status=status, content_type="application/json", headers=headers
    )


async def _parameters(request: web.BaseRequest) -> Json:
    """The parameters, from the query and a form or a JSON body."""
    values: Json = dict(request.rel_url.query)
    if request.content_type == "application/x-www-form-urlencoded":
        values.update(parse_qsl((await request.read()).decode(), keep_blank_values=True))
    elif request.content_type == "application/json":
        body = await request.read()
        values.update(json.loads(body) if body else {})
    elif request.content_type == "multipart/form-data":
        values.update({key: value for key, value in (await request.post()).items() if isinstance(value, str)})
    return values
