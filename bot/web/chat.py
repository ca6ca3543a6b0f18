"""The chat page and what it talks to."""

import re
from collections.abc import Mapping, Sequence
from contextlib import suppress
from datetime import UTC, datetime
from typing import Any
from urllib.parse import quote

import structlog
from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import HTMLResponse, JSONResponse, Response

import texts
from bot.channels.web import KINDS, UPDATE_ID, chat_of, persona_account
from bot.web.bodies import NotAnObject, TooLarge, TooSlow, json_object, read_body
from bot.web.desk import Desk, Persona, Sent
from bot.web.page import LONGEST_TEXT, page
from bot.web.turnstile import Turnstile
from bot.web.uploading import MOST_FILES, NotAForm, is_form, read_form
from bot.web.visitors import (
    address_of,
    comes_from_our_page,
    keep_token,
    new_token,
    token_of,
    visitor_id,
    visitor_of,
)
from domain.messages import ACTION_LIMIT_BYTES, Attachment

log = structlog.get_logger()

BODY_LIMIT = 200_000
LONGEST_WAIT = 25.0
"""Seconds a page may wait for a message; proxies close what is silent for longer."""
MOST_WAITING = 500
"""Pages that may wait at once; those above it are answered at once and come again."""

_CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f\ud800-\udfff]")
_SAFE_MEDIA = frozenset({"image/png", "image/jpeg", "image/gif", "image/webp"})


class _Refused(Exception):
    """A request of the page that is not served; `sentence` is what the visitor reads."""

    def __init__(self, status: int, sentence: str, retry_after: float = 0.0) -> None:
        super().__init__(sentence)
        self.status = status
        self.sentence = sentence
        self.retry_after = retry_after

    def response(self) -> JSONResponse:
        headers = {"Retry-After": str(max(1, round(self.retry_after)))} if self.retry_after else None
        return JSONResponse({"ok": False, "error": self.sentence}, self.status, headers)


class ChatPage:
    """Serves the page, takes what it posts, and hands it what was sent."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk
        self._visitors = Turnstile(per_second=1.0, burst=12)
        # An office behind one address has many people; a visitor who drops the cookie at each message has one address.
        self._addresses = Turnstile(per_second=20.0, burst=120)
        self._uploads = Turnstile(per_second=0.5, burst=20)
        self._waiting = 0

    def routes(self) -> APIRouter:
        """The addresses of the page."""
        routes = APIRouter()
        routes.add_api_route("/", self.show, methods=["GET", "HEAD"], response_class=HTMLResponse)
        routes.add_api_route("/chat/messages", self.take, methods=["POST"])
        routes.add_api_route("/chat/messages", self.hand_over, methods=["GET"])
        routes.add_api_route("/chat/files/{chat}/{message}/{number}", self.download, methods=["GET"])
        routes.add_api_route("/chat/reminders", self.remind, methods=["POST"])
        routes.add_api_route("/chat/new", self.begin_anew, methods=["POST"])
        return routes

    async def show(self, request: Request) -> Response:
        """The page; a browser without a cookie gets one."""
        token = token_of(request) or new_token()
        response = HTMLResponse(page(self._desk, await self._desk.personas(), visitor_id(token), _now()))
        keep_token(request, response, token)
        return response

    async def take(self, request: Request) -> Response:
        """Keep one message of the visitor; the same id posted again changes nothing and is accepted again."""
        try:
            visitor = self._own_visitor(request)
            if is_form(request):
                raw = await self._uploaded(request, visitor)
            else:
                posted = await self._posted(request)
                self._count(request, visitor)
                raw = await self._raw(visitor, posted)
        except _Refused as refused:
            return refused.response()
        try:
            is_new = await self._desk.accept("web", raw)
        except Exception as error:
            # Only the kind of error: a database names the whole row, which is what somebody wrote to us.
            log.error("update not stored", channel="web", error=type(error).__name__)
            return _Refused(503, texts.say("web.refused.not_kept"), 5).response()
        return JSONResponse({"ok": True, "duplicate": not is_new}, 202)

    async def hand_over(self, request: Request) -> Response:
        """What was sent to the visitor, in every role they may play, after `after`; waits up to `wait` seconds.

        `after` is the `next` of the last answer, nothing for everything, or one number for all chats. A cursor names
        the last message of each chat, because only within one chat are messages sent in the order of their ids.
        """
        visitor = visitor_of(request)
        if visitor is None:
            return _Refused(403, texts.say("web.refused.no_cookie")).response()
        chats = _chats(visitor, await self._desk.personas())
        after = _after(request.query_params.get("after", ""), list(chats))
        sent = await self._wait_for(after, _seconds(request.query_params.get("wait", "")))
        for one in sent:
            after[one.chat_id] = max(after.get(one.chat_id, 0), one.id)
        numbers = {chat: number for number, chat in enumerate(chats)}
        return JSONResponse(
            {
                "messages": [_shown(one, chats[one.chat_id], numbers[one.chat_id]) for one in sent],
                "next": ".".join(str(after[chat]) for chat in chats),
                "now": _now().isoformat(),
            }
        )

    async def download(self, request: Request, chat: int, message: int, number: int) -> Response:
        """One attachment of a message that was sent to this visitor."""
        visitor = visitor_of(request)
        chats = list(_chats(visitor, await self._desk.personas())) if visitor else []
        if not 0 <= chat < len(chats) or message < 1:
            return JSONResponse({"ok": False}, 404)
        found = await self._desk.web_messages({chats[chat]: message - 1}, 0)
        attached = [part for one in found if one.id == message for part in (*one.reply.files, *one.reply.pictures)]
        if not 0 <= number < len(attached):
            return JSONResponse({"ok": False}, 404)
        return _file(attached[number])

    async def remind(self, request: Request) -> Response:
        """Demo only: send the persona's next notice now."""
        try:
            visitor = self._own_visitor(request)
            posted = await self._posted(request)
            self._count(request, visitor)
            persona = await self._persona(posted)
        except _Refused as refused:
            return refused.response()
        queued = await self._desk.remind_now(persona) if persona else 0
        return JSONResponse({"ok": True, "said": texts.say("web.notice.queued" if queued else "web.notice.none")})

    async def begin_anew(self, request: Request) -> Response:
        """Forget who this browser was, so that the next person at it sees nothing of the talk."""
        if not comes_from_our_page(request):
            return _Refused(403, texts.say("web.refused.foreign")).response()
        response = JSONResponse({"ok": True})
        keep_token(request, response, new_token())
        return response

    def _own_visitor(self, request: Request) -> str:
        if not comes_from_our_page(request):
            raise _Refused(403, texts.say("web.refused.foreign"))
        visitor = visitor_of(request)
        if visitor is None:
            raise _Refused(403, texts.say("web.refused.no_cookie"))
        return visitor

    def _count(self, request: Request, visitor: str) -> None:
        wait = self._addresses.admit(address_of(request)) or self._visitors.admit(visitor)
        if wait:
            seconds = max(1, round(wait))
            raise _Refused(429, texts.say("web.refused.too_many", seconds=seconds), seconds)

    async def _posted(self, request: Request) -> dict[str, Any]:
        if request.headers.get("content-type", "").partition(";")[0].strip().lower() != "application/json":
            raise _Refused(415, texts.say("web.refused.unreadable"))
        try:
            return json_object(await read_body(request, BODY_LIMIT))
        except TooLarge:
            raise _Refused(413, texts.say("web.refused.too_long", limit=LONGEST_TEXT)) from None
        except TooSlow:
            raise _Refused(408, texts.say("web.refused.not_kept")) from None
        except NotAnObject:
            raise _Refused(400, texts.say("web.refused.unreadable")) from None

    async def _uploaded(self, request: Request, visitor: str) -> dict[str, Any]:
        """A message with photos or files. It is counted before its bytes are read: they cost more than a sentence."""
        self._count(request, visitor)
        if wait := self._uploads.admit(address_of(request)):
            seconds = max(1, round(wait))
            raise _Refused(429, texts.say("web.refused.too_many", seconds=seconds), seconds)
        most = self._desk.most_file_bytes
        try:
            fields, parts = await read_form(request, most)
        except TooLarge:
            megabytes = most // 2**20
            sentence = texts.say("web.refused.too_large", megabytes=megabytes, count=MOST_FILES)
            raise _Refused(413, sentence) from None
        except TooSlow:
            raise _Refused(408, texts.say("web.refused.not_kept")) from None
        except NotAForm:
            raise _Refused(400, texts.say("web.refused.unreadable")) from None
        raw = await self._raw(visitor, {**fields, "kind": "photo" if all(p.is_picture for p in parts) else "file"})
        try:
            kept = [await self._desk.keep_upload(part.content) for part in parts]
        except Exception as error:
            log.error("an upload was not kept", error=type(error).__name__)
            raise _Refused(503, texts.say("web.refused.not_kept"), 5) from None
        raw["files"] = [
            {
                "id": upload,
                "name": _CONTROL.sub("", part.name),
                "media_type": part.media_type,
                "size": len(part.content),
            }
            for upload, part in zip(kept, parts, strict=True)
        ]
        return raw

    async def _persona(self, posted: Mapping[str, Any]) -> str | None:
        asked = posted.get("persona") or None
        if asked is not None and asked not in [persona.id for persona in await self._desk.personas()]:
            raise _Refused(403, texts.say("web.refused.no_persona"))
        return asked

    async def _raw(self, visitor: str, posted: Mapping[str, Any]) -> dict[str, Any]:
        text, action, label = (posted.get(key, "") for key in ("text", "action", "label"))
        update_id = posted.get("id")
        kind = posted.get("kind", "action" if action else "text")
        if not all(isinstance(one, str) for one in (text, label, update_id, kind)):
            raise _Refused(400, texts.say("web.refused.unreadable"))
        if not UPDATE_ID.fullmatch(str(update_id)) or not _is_action(action) or kind not in KINDS:
            raise _Refused(400, texts.say("web.refused.unreadable"))
        if len(text) > LONGEST_TEXT or len(label) > LONGEST_TEXT:
            raise _Refused(413, texts.say("web.refused.too_long", limit=LONGEST_TEXT))
        return {
            "id": update_id,
            "visitor": visitor,
            "persona": await self._persona(posted),
            "kind": kind,
            "text": _CONTROL.sub("", text.replace("\r\n", "\n")),
            "action": action,
            "label": _CONTROL.sub("", label),
            "at": _now().isoformat(),
        }

    async def _wait_for(self, after: Mapping[str, int], seconds: float) -> Sequence[Sent]:
        if self._waiting >= MOST_WAITING:
            seconds = 0.0
        self._waiting += 1
        try:
            return await self._desk.web_messages(after, seconds)
        finally:
            self._waiting -= 1


def _chats(visitor: str, personas: Sequence[Persona]) -> dict[str, str]:
    """Every chat this visitor may read, with the persona it belongs to: their own talks, and what came on the clock."""
    found = {chat_of(visitor, None): ""}
    for persona in personas:
        found[chat_of(visitor, persona.id)] = persona.id
        found[persona_account(persona.id)] = persona.id
    return found


def _after(cursor: str, chats: Sequence[str]) -> dict[str, int]:
    """The last message seen of each chat. A cursor that is damaged, or of another set of chats, begins afresh."""
    parts = [int(part) for part in cursor.split(".") if part.isascii() and part.isdigit() and len(part) < 19]
    if len(parts) == 1:
        parts *= len(chats)
    if len(parts) != len(chats):
        parts = [0] * len(chats)
    return dict(zip(chats, parts, strict=True))


def _seconds(asked: str) -> float:
    with suppress(ValueError):
        seconds = float(asked)
        if seconds > 0:
            return min(seconds, LONGEST_WAIT)
    return 0.0


def _shown(sent: Sent, persona: str, chat_number: int) -> dict[str, Any]:
    reply = sent.reply
    attached = [*reply.files, *reply.pictures]
    return {
        "id": sent.id,
        "persona": persona,
        "at": sent.at.isoformat(),
        "notice": sent.is_notice,
        "text": reply.text,
        "buttons": [{"label": button.label, "action": button.action} for button in reply.buttons],
        "files": [
            {
                "name": one.name,
                "url": f"/chat/files/{chat_number}/{sent.id}/{number}",
                "picture": one.media_type in _SAFE_MEDIA,
            }
            for number, one in enumerate(attached)
        ],
    }


def _file(attachment: Attachment) -> Response:
    """The bytes, to be saved and not run: only plain pictures are shown in the page."""
    is_picture = attachment.media_type in _SAFE_MEDIA
    way = "inline" if is_picture else "attachment"
    return Response(
        attachment.content,
        media_type=attachment.media_type if is_picture else "application/octet-stream",
        headers={"Content-Disposition": f"{way}; filename*=UTF-8''{quote(attachment.name, safe='')}"},
    )


def _is_action(action: object) -> bool:
    return isinstance(action, str) and action.isascii() and action.isprintable() and len(action) <= ACTION_LIMIT_BYTES


def _now() -> datetime:
    return datetime.now(UTC)
