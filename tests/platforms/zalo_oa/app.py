"""The HTTP side of the stand-in: `/openapi/…`, `/business/…`, `/oauth/…`, `/cdn/…` and `/control/{command}`."""

import asyncio
import contextlib
import json
from collections.abc import Callable
from typing import Any
from urllib.parse import parse_qsl, unquote

from aiohttp import web
from aiohttp.web_request import FileField

from tests.platforms.clock import Clock
from tests.platforms.server import reset
from tests.platforms.wire import NotPossible
from tests.platforms.zalo_oa import events
from tests.platforms.zalo_oa.account import Account
from tests.platforms.zalo_oa.business import Business
from tests.platforms.zalo_oa.control import Control
from tests.platforms.zalo_oa.errors import ApiError, NotFound
from tests.platforms.zalo_oa.faults import Fault, refusal_of
from tests.platforms.zalo_oa.openapi import Given, OpenApi
from tests.platforms.zalo_oa.pushing import Pusher
from tests.platforms.zalo_oa.world import Call, Json, Person, Posted, World

BAD_GATEWAY = b"<html>\r\n<head><title>502 Bad Gateway</title></head>\r\n<body>nginx</body>\r\n</html>\r\n"

_ECHOES = {"request_info": "request_user_info"}

Work = Callable[[], Json]


class App:
    """Answers requests from a world."""

    def __init__(self, account: Account, clock: Clock) -> None:
        self.world = World(account, clock)
        self.pusher = Pusher(self.world)
        self._openapi = OpenApi(self.world, self._sent)
        self._business = Business(self.world, self._delivered_by_phone)
        self._let_go = asyncio.Event()
        self.control = Control(self.world, self.pusher, self.release)

    def release(self) -> None:
        """Let go of the calls that hang: their connections are dropped."""
        self._let_go.set()
        self._let_go = asyncio.Event()

    async def close(self) -> None:
        """Stop pushing and drop what hangs."""
        self.release()
        await self.pusher.close()

    async def handle(self, request: web.BaseRequest) -> web.StreamResponse:
        """The answer to any request."""
        host, _, path = request.rel_url.raw_path.lstrip("/").partition("/")
        if host == "control":
            return await self._control(request, path)
        if self.world.is_down:
            self.world.note("(down)", {"path": f"{host}/{path}"})
            return _dropped(request)
        if host == "openapi":
            given = await _given(request)
            access = request.headers.get("access_token", "")
            work = self._openapi_call(request.method, path, access, given)
            return await self._serve(request, "openapi", path.partition("/oa/")[2] or path, given, work)
        if host == "business":
            given = await _given(request)
            access = request.headers.get("access_token", "")
            work = self._business_call(request.method, path, access, given)
            return await self._serve(request, "business", f"business/{path}", given, work)
        if host == "oauth":
            return await self._oauth(request, path)
        if host == "cdn":
            return await self._download(request, unquote(path))
        return _json({"error": -404, "message": "Empty API"}, 404)

    async def _control(self, request: web.BaseRequest, command: str) -> web.Response:
        body = await request.read()
        try:
            result = await self.control.perform(command, json.loads(body) if body else dict(request.query))
        except NotPossible as refused:
            return _json({"error": str(refused)}, 409)
        return _json(result)

    def _openapi_call(self, verb: str, path: str, access: str, given: Given) -> Work:
        def work() -> Json:
            return {"data": self._openapi.call(verb, path, access, given), "error": 0, "message": "Success"}

        return work

    def _business_call(self, verb: str, path: str, access: str, given: Given) -> Work:
        def work() -> Json:
            answer = self._business.call(verb, path, access, given)
            return {"error": 0, "message": "Success", **answer}

        return work

    async def _oauth(self, request: web.BaseRequest, path: str) -> web.StreamResponse:
        if (request.method, path) == ("GET", "v4/oa/permission"):
            return self._permission(dict(request.rel_url.query))
        if (request.method, path) != ("POST", "v4/oa/access_token"):
            return _json({"error": -404, "message": "Empty API"}, 404)
        form = dict(parse_qsl((await request.read()).decode(errors="replace"), keep_blank_values=True))
        if request.content_type != "application/x-www-form-urlencoded":
            form = {}
        secret = request.headers.get("secret_key", "")
        shown = {k: v for k, v in form.items() if k in ("app_id", "grant_type")}
        return await self._serve(
            request, "oauth", "oauth/access_token", Given(shown), lambda: self.world.oauth.token(secret, form)
        )

    def _permission(self, query: dict[str, str]) -> web.Response:
        """The consent page, as an administrator who agrees sees it."""
        call = self.world.note("oauth/permission", query)
        try:
            where = self.world.oauth.permission(query, self.world.names.oa_id)
        except ApiError as refused:
            return self._refused("oauth", refused, call)
        call.status = 302
        return web.Response(status=302, headers={"Location": where})

    async def _serve(
        self, request: web.BaseRequest, host: str, method: str, given: Given, work: Work
    ) -> web.StreamResponse:
        """Perform a call unless a fault hits it, and write down how it went."""
        call = self.world.note(method, given.as_json())
        try:
            fault = self.world.fault_for(method, _user_of(given.values))
            if fault is None:
                return self._answered(host, work(), call)
            call.fault = fault.kind
            return await self._faulty(request, host, fault, work, call)
        except ApiError as refused:
            return self._refused(host, refused, call)
        except NotFound:
            call.status = 404
            return _json({"error": -404, "message": "Empty API"}, 404)
        finally:
            self.world.changes.changed()

    def _answered(self, host: str, answer: Json, call: Call) -> web.Response:
        call.status = 200
        call.answer = {"expires_in": answer["expires_in"], "error": 0} if host == "oauth" else answer
        return self._with_rate(host, _json(answer))

    def _refused(self, host: str, refused: ApiError, call: Call) -> web.Response:
        said = str(refused)
        call.status = 200
        call.answer = {"error": refused.code, "message": said}
        if host == "oauth":
            call.answer = {
                "error_name": said, "error_reason": said, "ref_doc": "", "error_description": said,
                "error": refused.code,
            }  # fmt: skip
        return self._with_rate(host, _json(call.answer))

    def _with_rate(self, host: str, response: web.Response) -> web.Response:
        if host == "openapi":
            response.headers["X-RateLimit-Limit"] = str(self.world.meter.limit)
            response.headers["X-RateLimit-Remain"] = str(self.world.meter.remain)
        return response

    async def _faulty(
        self, request: web.BaseRequest, host: str, fault: Fault, work: Work, call: Call
    ) -> web.StreamResponse:
        if fault.kind.endswith("_after"):
            work()
            self.world.changes.changed()
        refused = refusal_of(fault)
        if refused is not None:
            raise refused
        match fault.kind:
            case "server_error":
                call.status = 500
                return _json({"error": -200, "message": "Internal server error"}, 500)
            case "bad_gateway":
                call.status = 502
                return web.Response(body=BAD_GATEWAY, status=502, content_type="text/html")
            case "garbled":
                call.status = 200
                return web.Response(body=b'{"data":{"message_id":', content_type="application/json")
            case "slow":
                await asyncio.sleep(fault.seconds)
                return self._answered(host, work(), call)
        if fault.kind.startswith("hang"):
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(self._let_go.wait(), fault.seconds or None)
        return _dropped(request)

    async def _download(self, request: web.BaseRequest, key: str) -> web.StreamResponse:
        """A file that a person sent; the journal knows it as the method "download"."""
        call = self.world.note("download", {"path": key})
        fault = self.world.fault_for("download", "")
        if fault is not None:
            call.fault = fault.kind
            if refusal_of(fault) is not None:
                call.status = 403
                return web.Response(status=403)
            if fault.kind != "slow":
                return await self._faulty(request, "cdn", fault, dict, call)
            await asyncio.sleep(fault.seconds)
        kept = self.world.kept.get(key)
        call.status = 404 if kept is None or key in self.world.lost_files else 200
        self.world.changes.changed()
        if kept is None or call.status == 404:
            return web.Response(status=404)
        return web.Response(body=kept[1], content_type="application/octet-stream")

    def _sent(self, person: Person, posted: Posted) -> None:
        """Tell of a message by the account what the receipts ask for."""
        world, names = self.world, self.world.names
        if world.receipts.echoes:
            message: Json = {"msg_id": posted.id, "text": posted.text}
            kind = _ECHOES.get(posted.kind, posted.kind)
            self.pusher.add(events.echoed(names, kind, person.id, person.by_app, world.stamp(), message), person.id)
        if world.receipts.received:
            self.pusher.add(events.received(names, person.id, posted.id, world.stamp()), person.id)

    def _delivered_by_phone(self, phone: str, message_id: str, tracking_id: str) -> None:
        if self.world.receipts.zns:
            body = events.received(self.world.names, phone, message_id, self.world.stamp(), tracking_id)
            self.pusher.add(body, phone, is_zns=True)


def _user_of(values: Json) -> str:
    """The person a call speaks of."""
    recipient = values.get("recipient")
    held = recipient.get("user_id", "") if isinstance(recipient, dict) else values.get("user_id", values.get("phone"))
    return held if isinstance(held, str) else ""


def _json(value: Any, status: int = 200) -> web.Response:
    body = json.dumps(value, ensure_ascii=False).encode()
    return web.Response(body=body, status=status, content_type="application/json")


def _dropped(request: web.BaseRequest) -> web.Response:
    reset(request)
    return web.Response(status=500)


async def _given(request: web.BaseRequest) -> Given:
    """What a call carries: the query, its `data` as JSON, a JSON body, or a multipart `file`."""
    query = dict(request.rel_url.query)
    if request.method == "GET":
        return Given(_object(query["data"].encode()) if "data" in query else dict(query))
    if request.content_type == "multipart/form-data":
        held = (await request.post()).get("file")
        if isinstance(held, FileField):
            return Given({}, held.filename, held.file.read())
        return Given()
    return Given(_object(await request.read()))


def _object(body: bytes) -> Json:
    with contextlib.suppress(ValueError):
        found = json.loads(body)
        if isinstance(found, dict):
            return found
    return {}
