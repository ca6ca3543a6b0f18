"""The HTTP side of the stand-in: `/bot{token}/{method}`, `/file/bot{token}/{path}` and `/control/{command}`."""

import asyncio
import contextlib
import json
import re
from typing import Any
from urllib.parse import parse_qsl, unquote

from aiohttp import web
from aiohttp.web_request import FileField

from tests.platforms.clock import Clock
from tests.platforms.server import reset
from tests.platforms.telegram.control import Control
from tests.platforms.telegram.faults import ApiError, Fault, answer_of
from tests.platforms.telegram.methods import Methods, Parameters, Upload
from tests.platforms.telegram.pushing import Pusher
from tests.platforms.telegram.updates import LARGEST_BATCH
from tests.platforms.telegram.world import Call, World
from tests.platforms.wire import NotPossible

LONGEST_POLL = 50
BAD_GATEWAY = b"<html>\r\n<head><title>502 Bad Gateway</title></head>\r\n<body>nginx</body>\r\n</html>\r\n"

_TOKEN = re.compile(r"\d{3,}:[A-Za-z0-9_-]{20,}")


class App:
    """Answers requests from a world."""

    def __init__(self, token: str, clock: Clock) -> None:
        self.world = World(token, clock)
        self.pusher = Pusher(self.world)
        self.methods = Methods(self.world, self._webhook_changed)
        self.pusher.answers_with(self.methods)
        self._poll: asyncio.Event | None = None
        self._let_go = asyncio.Event()
        self.control = Control(self.world, self.release)

    def _webhook_changed(self) -> None:
        if self._poll is not None and self.world.hook is not None:
            self._poll.set()
            self.world.updates.arrived.changed()
        self.pusher.webhook_changed()

    def release(self) -> None:
        """Let go of the calls that hang: their connections are dropped."""
        self._let_go.set()
        self._let_go = asyncio.Event()

    async def _hang(self, fault: Fault) -> None:
        """Say nothing until the call is let go, or its time is over."""
        with contextlib.suppress(TimeoutError):
            await asyncio.wait_for(self._let_go.wait(), fault.seconds or None)

    async def close(self) -> None:
        """Stop pushing and drop what hangs."""
        self.release()
        await self.pusher.close()

    async def handle(self, request: web.BaseRequest) -> web.StreamResponse:
        """The answer to any request."""
        path = request.rel_url.raw_path
        if path.startswith("/bot"):
            token, _, method = path[4:].partition("/")
            return await self._call(request, unquote(token), method)
        if path.startswith("/file/bot"):
            token, _, wanted = path[9:].partition("/")
            return await self._download(request, unquote(token), unquote(wanted))
        if path.startswith("/control/"):
            return await self._control(request, path[9:])
        return _refused(ApiError(404, "Not Found"))

    async def _control(self, request: web.BaseRequest, command: str) -> web.Response:
        body = await request.read()
        try:
            result = await self.control.perform(command, json.loads(body) if body else dict(request.query))
        except NotPossible as refused:
            return _json({"error": str(refused)}, 409)
        return _json(result)

    async def _download(self, request: web.BaseRequest, token: str, path: str) -> web.StreamResponse:
        """A file by the path that `getFile` gave; the journal knows it as the method "download"."""
        if token != self.world.token:
            return _refused(_bad_token(token))
        call = self.world.note("download", {"path": path})
        try:
            fault = self.world.fault_for("download", None)
            if fault is not None:
                call.fault = fault.kind
                return await self._broken_download(request, path, call, fault)
            return self._file(path, call)
        except ApiError as refused:
            return _refused(refused, call)
        finally:
            self.world.changes.changed()

    def _file(self, path: str, call: Call) -> web.Response:
        kept = next((f for f in self.world.files.values() if f.path == path), None)
        if kept is None or kept.path_ends < self.world.clock.now():
            raise ApiError(404, "Not Found")
        call.status = 200
        return web.Response(body=kept.content, content_type="application/octet-stream")

    async def _broken_download(
        self, request: web.BaseRequest, path: str, call: Call, fault: Fault
    ) -> web.StreamResponse:
        refused = answer_of(fault)
        if refused is not None:
            raise refused
        if fault.kind == "bad_gateway":
            call.status = 502
            return web.Response(body=BAD_GATEWAY, status=502, content_type="text/html")
        if fault.kind == "slow":
            await asyncio.sleep(fault.seconds)
            return self._file(path, call)
        if fault.kind.startswith("hang"):
            await self._hang(fault)
        reset(request)
        return web.Response(status=500)

    async def _call(self, request: web.BaseRequest, token: str, method: str) -> web.StreamResponse:
        if token != self.world.token:
            return _refused(_bad_token(token))
        try:
            parameters = await _parameters(request)
        except web.HTTPRequestEntityTooLarge:
            return _refused(ApiError(413, "Request Entity Too Large"))
        call = self.world.note(method, parameters.as_json())
        try:
            fault = self.world.fault_for(method, parameters.integer("chat_id") or None)
            if fault is not None:
                call.fault = fault.kind
                return await self._faulty(request, method, parameters, call, fault)
            return await self._answer(method, parameters, call)
        except ApiError as refused:
            return _refused(refused, call)
        finally:
            self.world.changes.changed()

    async def _answer(self, method: str, parameters: Parameters, call: Call) -> web.StreamResponse:
        if method.lower() == "getupdates":
            return await self._get_updates(parameters, call)
        result = self.methods.call(method, parameters)
        call.status, call.answer = 200, {"ok": True, "result": result}
        return _json(call.answer)

    async def _faulty(
        self, request: web.BaseRequest, method: str, parameters: Parameters, call: Call, fault: Fault
    ) -> web.StreamResponse:
        refused = answer_of(fault)
        if refused is not None:
            return _refused(refused, call)
        if fault.kind == "bad_gateway":
            call.status = 502
            return web.Response(body=BAD_GATEWAY, status=502, content_type="text/html")
        if fault.kind == "slow":
            await asyncio.sleep(fault.seconds)
            return await self._answer(method, parameters, call)
        if fault.kind.endswith("_after"):
            await self._answer(method, parameters, call)
            self.world.changes.changed()
        if fault.kind.startswith("hang"):
            await self._hang(fault)
        reset(request)
        return web.Response(status=500)

    async def _get_updates(self, parameters: Parameters, call: Call) -> web.StreamResponse:
        world = self.world
        if world.hook is not None:
            raise ApiError(
                409,
                "Conflict: can't use getUpdates method while webhook is active;"
                " use deleteWebhook to delete the webhook first",
            )
        self.methods.allow(parameters)
        offset = parameters.integer("offset")
        limit = parameters.integer("limit", LARGEST_BATCH)
        limit = limit if 1 <= limit <= LARGEST_BATCH else LARGEST_BATCH
        timeout = max(0, min(parameters.integer("timeout"), LONGEST_POLL))
        if self._poll is not None:
            # The newer poll wins: the platform ends the one that waits.
            self._poll.set()
        ended = self._poll = asyncio.Event()
        world.updates.arrived.changed()
        try:
            if timeout:
                await world.updates.arrived.until(lambda: ended.is_set() or world.updates.has_for(offset), timeout)
            if ended.is_set():
                reason = "terminated by other getUpdates request; make sure that only one bot instance is running"
                if world.hook is not None:
                    reason = "terminated by setWebhook request"
                raise ApiError(409, f"Conflict: {reason}")
            batch = world.updates.take(offset, limit)
        finally:
            if self._poll is ended:
                self._poll = None
        call.status = 200
        call.answer = {"ok": True, "updates": [queued.update_id for queued in batch]}
        return _raw(b'{"ok":true,"result":[' + b",".join(queued.encoded for queued in batch) + b"]}")


def _bad_token(token: str) -> ApiError:
    """A token of the right shape is unknown; any other never names a bot."""
    return ApiError(401, "Unauthorized") if _TOKEN.fullmatch(token) else ApiError(404, "Not Found")


def _raw(body: bytes, status: int = 200) -> web.Response:
    return web.Response(body=body, status=status, content_type="application/json")


def _json(value: Any, status: int = 200) -> web.Response:
    return _raw(json.dumps(value).encode(), status)


def _refused(refused: ApiError, call: Call | None = None) -> web.Response:
    answer: dict[str, Any] = {"ok": False, "error_code": refused.status, "description": refused.description}
    if refused.parameters:
        answer["parameters"] = refused.parameters
    if call is not None:
        call.status, call.answer = refused.status, answer
    return _json(answer, refused.status)


async def _parameters(request: web.BaseRequest) -> Parameters:
    """The parameters, from the query and a form, a multipart form or a JSON body."""
    values: dict[str, Any] = dict(request.rel_url.query)
    kind = request.content_type
    if kind == "application/x-www-form-urlencoded":
        values.update(parse_qsl((await request.read()).decode(), keep_blank_values=True))
    elif kind == "application/json":
        body = await request.read()
        values.update(json.loads(body) if body else {})
    elif kind == "multipart/form-data":
        uploads: dict[str, Upload] = {}
        for key, value in (await request.post()).items():
            if isinstance(value, FileField):
                uploads[key] = Upload(value.filename, value.content_type, value.file.read())
            else:
                values[key] = value.decode() if isinstance(value, (bytes, bytearray)) else value
        return Parameters(values, uploads)
    return Parameters(values)
