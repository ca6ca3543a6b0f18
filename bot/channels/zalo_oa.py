"""A Zalo Official Account: sends consultation messages and approved templates, reads what its webhook brings.

The channel is the only one that knows the account; `zalo_oa_api` makes its calls, `zalo_oa_updates` reads its events,
`zalo_cdn` fetches what people sent (docs/decisions/0031-zalo-oa.md).
"""

import asyncio
import hashlib
import time
from collections import OrderedDict
from collections.abc import Callable, Mapping
from typing import Any

import structlog

import texts
from bot.channels import zalo_oa_updates
from bot.channels.zalo_cdn import ZaloCdn
from bot.channels.zalo_oa_api import DeadHandle, Tokens, ZaloOaApi
from bot.channels.zalo_oa_errors import Address
from bot.channels.zalo_oa_updates import GROUP, PRESSED, Me
from bot.handing_out import GivesLinks, with_links
from domain.channels import LAST_WINDOW
from domain.messages import Attachment, Button, Incoming, Reply, Template, numbered, split, utf16_length
from domain.ports import Limits, SendFailed
from domain.vietnamese import nfc

log = structlog.get_logger()

TEXT_LIMIT = 2000
"""UTF-16 units of a message; Zalo says characters, and this is the stricter way to count."""
MOST_BUTTONS = 5
BUTTON_TITLE_LIMIT = 100
PER_SECOND = 20.0
PER_CHAT_SECOND = 5.0
"""Zalo tells of no limit for one chat."""

IMAGE_LIMIT = 1_000_000
FILE_LIMIT = 5_000_000
PICTURES = {b"\xff\xd8\xff": "image/jpeg", b"\x89PNG\r\n\x1a\n": "image/png"}
"""How the bytes of a picture begin that Zalo takes."""
FILES = frozenset(
    {
        "application/pdf",
        "application/msword",
        "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    }
)
HANDLE_SECONDS = 6 * 24 * 3600.0
"""An upload lives for seven days; it is used a day less."""
MOST_HANDLES = 500
MOST_SAID = 2000
"""Messages to groups that are remembered, by whose answers the account is addressed."""

MESSAGE, GROUP_MESSAGE, TEMPLATE = "/v3.0/oa/message/cs", "/v3.0/oa/group/message", "/v3.0/oa/message/template"
TEMPLATE_BY_PHONE = "/message/template"
UPLOAD_IMAGE, UPLOAD_FILE = "/v2.0/oa/upload/image", "/v2.0/oa/upload/file"
QUOTA, ME = "/v3.0/oa/quota/message", "/v2.0/oa/getoa"


class _NotTaken(Exception):
    """The app does not take this photo or file, whatever its form."""


class ZaloOa:
    """One Official Account. `form_picture` is the https address of the picture above the form for one's number."""

    name = zalo_oa_updates.CHANNEL

    def __init__(
        self,
        tokens: Tokens,
        app_id: str,
        base_url: str = "",
        *,
        business_url: str = "",
        cdn_url: str = "",
        buttons: bool = False,
        per_second: float = PER_SECOND,
        hand_out: GivesLinks | None = None,
        form_picture: str = "",
        call_timeout: float = 20.0,
        monotonic: Callable[[], float] = time.monotonic,
    ) -> None:
        self.app_id = app_id
        self._api = ZaloOaApi(tokens, base_url, business_url, call_timeout=call_timeout, monotonic=monotonic)
        self._cdn = ZaloCdn(cdn_url)
        self._hand_out = hand_out
        self._form_picture = form_picture
        self._monotonic = monotonic
        self._limits = Limits(TEXT_LIMIT, per_second, PER_CHAT_SECOND, has_buttons=buttons, window=LAST_WINDOW)
        self._handles: OrderedDict[str, tuple[str, float]] = OrderedDict()
        self._said: OrderedDict[str, None] = OrderedDict()
        self._me = Me(said=self._said)

    @property
    def limits(self) -> Limits:
        """What one message holds, how fast messages may go out, and for how long after a person's last word."""
        return self._limits

    @property
    def used_up(self) -> asyncio.Event:
        """Set when the app says that a quota is used up; whoever reads the quota then clears it."""
        return self._api.used_up

    def update_id(self, raw: Mapping[str, Any]) -> str:
        """The event's own id. Raises Unreadable."""
        return zalo_oa_updates.update_id(raw)

    def read(self, raw: Mapping[str, Any]) -> Incoming:
        """The message in the office's own form. Raises Unreadable, or Ignored when nothing is asked of the bot."""
        event = zalo_oa_updates.event_of(raw)
        if event.startswith(zalo_oa_updates.WORTH_A_LINE):
            log.warning("the app tells of a change", channel=self.name, change=event[:80])
        return zalo_oa_updates.read(raw, self._me)

    async def send(self, chat_id: str, reply: Reply) -> str:
        """Send one reply and return the id of its last message, the one with the choices. Raises SendFailed.

        A reply of several messages that breaks off after the first is "uncertain": trying again repeats what was
        delivered.
        """
        if reply.template is not None:
            return await self._send_template(chat_id, reply.template)
        sent: list[str] = []
        try:
            await self._deliver(chat_id, reply, sent)
        except SendFailed as failure:
            if not sent or failure.kind not in ("retry", "held", "closed"):
                raise
            raise SendFailed("uncertain", f"broke off after a part: {failure.reason}", failure.after) from None
        if not sent:
            raise SendFailed("rejected", "there is nothing in the reply")
        if reply.asks_phone:
            await self._send_form(chat_id)
        return sent[-1]

    async def edit(self, chat_id: str, message_id: str, reply: Reply) -> None:
        """Nothing: what was sent to the app stays as it is. Raises SendFailed."""
        raise SendFailed("rejected", "this app edits no messages")

    async def busy(self, chat_id: str) -> None:
        """Nothing: the app has no sign for it."""

    async def fetch(self, remote_id: str, most_bytes: int) -> bytes:
        """The bytes of a photo or file by the address its event named. Raises FetchFailed."""
        return await self._cdn.fetch(remote_id, most_bytes)

    async def ping(self) -> None:
        """Return when Zalo answers for this account. Raises SendFailed: "held" where it may send nothing."""
        try:
            await self.me()
        except SendFailed as failure:
            if failure.kind in ("retry", "uncertain", "held"):
                raise

    async def acknowledge(self, incoming: Incoming) -> None:
        """Nothing: no button waits for it."""

    async def me(self) -> Mapping[str, Any]:
        """The account itself: oa_id, name, package and more. Raises SendFailed."""
        account = _object(await self._api.get(ME))
        oa_id, name = account.get("oa_id") or account.get("oaid"), account.get("name")
        self._me = Me(str(oa_id or self._me.id), str(name or self._me.name), self._said)
        return account

    async def quota(self, user_id: str) -> Mapping[str, Any]:
        """What may still be sent to a person: `last_interaction`, `cs_reply` and more. Raises SendFailed."""
        return await self._api.post(QUOTA, {"user_id": user_id}, Address.READING)

    async def templates(self, offset: int = 0, limit: int = 100) -> list[Mapping[str, Any]]:
        """The account's templates with their status, from one on. Raises SendFailed."""
        found = await self._api.get("/template/all", Address.BUSINESS, offset=str(offset), limit=str(limit))
        return [one for one in found if isinstance(one, Mapping)] if isinstance(found, list) else []

    async def template(self, template_id: str) -> Mapping[str, Any]:
        """One template with its parameters and their limits. Raises SendFailed."""
        return _object(await self._api.get("/template/info/v2", Address.BUSINESS, template_id=template_id))

    async def template_quota(self) -> Mapping[str, Any]:
        """How many templates may still be sent to numbers today. Raises SendFailed."""
        return _object(await self._api.get("/message/quota", Address.BUSINESS))

    async def close(self) -> None:
        """Close the connections."""
        await self._api.close()
        await self._cdn.close()

    async def _deliver(self, chat_id: str, reply: Reply, sent: list[str]) -> None:
        """Send the pictures and files, then the words; the ids of the messages are put into `sent`."""
        shaped, buttons = self._choices(chat_id, reply)
        text = _sendable(shaped.text)
        attached = [*reply.pictures, *reply.files]
        stands_under = len(attached) == 1 and not buttons and utf16_length(text) <= TEXT_LIMIT
        left: list[Attachment] = []
        for one in attached:
            try:
                sent.append(await self._post_attached(chat_id, one, text if stands_under else ""))
            except _NotTaken:
                left.append(one)
            else:
                # Only a picture can have words under it.
                text = "" if stands_under and _is_picture(one) else text
        words = (await with_links(Reply(text), left, self._hand_out)).text
        parts = split(words, TEXT_LIMIT)
        for number, part in enumerate(parts, 1):
            last = number == len(parts)
            sent.append(await self._post_words(chat_id, part, buttons if last else (), "" if sent else reply.quotes))

    def _choices(self, chat_id: str, reply: Reply) -> tuple[Reply, tuple[Button, ...]]:
        """The reply with its choices as buttons where the app can show them, else as numbered lines."""
        shows = self._limits.has_buttons and not chat_id.startswith(GROUP) and len(reply.buttons) <= MOST_BUTTONS
        if shows and reply.text.strip():
            return reply, reply.buttons
        return numbered(reply, texts.say("errors.choice_line")), ()

    async def _post(self, chat_id: str, message: Mapping[str, Any]) -> str:
        """Send one message and return its id. Raises SendFailed or DeadHandle."""
        if chat_id.startswith(GROUP):
            path, recipient = GROUP_MESSAGE, {"group_id": chat_id.removeprefix(GROUP)}
        else:
            path, recipient = MESSAGE, {"user_id": chat_id}
        answered = await self._api.post(path, {"recipient": recipient, "message": message}, Address.MESSAGE)
        message_id = _message_id(answered)
        if message_id and chat_id.startswith(GROUP):
            self._said[message_id] = None
            while len(self._said) > MOST_SAID:
                self._said.popitem(last=False)
        return message_id

    async def _post_words(self, chat_id: str, text: str, buttons: tuple[Button, ...], quotes: str) -> str:
        """Send words and return the message's id; without what they quote where that is not accepted."""
        message = _words(text, buttons)
        try:
            return await self._post(chat_id, message | ({"quote_message_id": quotes} if quotes else {}))
        except DeadHandle as dead:
            failure = SendFailed("rejected", str(dead))
        except SendFailed as refused:
            failure = refused
        if failure.kind == "rejected" and quotes:
            # The message it answers may be gone by now.
            return await self._post_words(chat_id, text, buttons, "")
        raise failure

    async def _post_attached(self, chat_id: str, what: Attachment, text: str) -> str:
        """Send a picture or file and return the message's id. Raises SendFailed or _NotTaken.

        An upload that is no longer there is made once more.
        """
        for _ in range(2):
            handle = await self._uploaded(what)
            try:
                return await self._post(chat_id, _media(handle, text) if _is_picture(what) else _file(handle))
            except DeadHandle as dead:
                self._handles.pop(_digest(what), None)
                reason = str(dead)
        raise SendFailed("rejected", f"an upload is not found again: {reason}")

    async def _uploaded(self, what: Attachment) -> str:
        """The app's handle of this picture or file, uploaded once for all it goes to. Raises SendFailed, _NotTaken."""
        digest = _digest(what)
        handle, until = self._handles.get(digest, ("", 0.0))
        if handle and self._monotonic() < until:
            return handle
        if not _is_picture(what) and not _is_file(what):
            raise _NotTaken
        is_picture = _is_picture(what)
        media_type = _picture_type(what) if is_picture else what.media_type
        try:
            path = UPLOAD_IMAGE if is_picture else UPLOAD_FILE
            data = await self._api.upload(path, what.name, media_type, what.content)
        except (SendFailed, DeadHandle) as failure:
            if isinstance(failure, SendFailed) and failure.kind != "rejected":
                raise
            log.warning("a file is not taken by the app", channel=self.name, reason=str(failure))
            raise _NotTaken from None
        handle = str(data.get("attachment_id" if is_picture else "token") or "")
        if not handle:
            raise SendFailed("retry", "an upload was answered without a handle")
        self._handles[digest] = (handle, self._monotonic() + HANDLE_SECONDS)
        while len(self._handles) > MOST_HANDLES:
            self._handles.popitem(last=False)
        return handle

    async def _send_form(self, chat_id: str) -> None:
        """Offer the form for one's own number. The words that ask for it have gone out, so nothing hangs on it."""
        if chat_id.startswith(GROUP) or not self._form_picture:
            return
        try:
            await self._post(chat_id, _form(self._form_picture))
        except (SendFailed, DeadHandle) as failure:
            log.warning("the form for a number was not sent", channel=self.name, reason=str(failure))

    async def _send_template(self, chat_id: str, template: Template) -> str:
        """Send an approved template to the person, or to a number. Raises SendFailed."""
        if not template.template_id:
            raise SendFailed("rejected", f"no template is named for {template.purpose}")
        filled = {"template_id": template.template_id, "template_data": dict(template.facts)}
        if not template.phone:
            return _message_id(await self._api.post(TEMPLATE, {"user_id": chat_id, **filled}, Address.TEMPLATE))
        body = {"phone": template.phone.removeprefix("+"), **filled, "tracking_id": _tracking_id(template)}
        return _message_id(await self._api.post(TEMPLATE_BY_PHONE, body, Address.BUSINESS))


def _words(text: str, buttons: tuple[Button, ...]) -> dict[str, Any]:
    message: dict[str, Any] = {"text": text}
    if buttons:
        payload = {"buttons": [_button(button) for button in buttons]}
        message["attachment"] = {"type": "template", "payload": payload}
    return message


def _button(button: Button) -> dict[str, Any]:
    """A tap sends the action back as a message that the person does not see."""
    return {"title": button.label[:BUTTON_TITLE_LIMIT], "type": "oa.query.hide", "payload": PRESSED + button.action}


def _media(handle: str, text: str) -> dict[str, Any]:
    elements = [{"media_type": "image", "attachment_id": handle}]
    attachment = {"type": "template", "payload": {"template_type": "media", "elements": elements}}
    return {"text": text, "attachment": attachment} if text else {"attachment": attachment}


def _file(handle: str) -> dict[str, Any]:
    return {"attachment": {"type": "file", "payload": {"token": handle}}}


def _form(picture: str) -> dict[str, Any]:
    element = {
        "title": texts.say("join.share_phone"),
        "subtitle": texts.say("zalo_oa.form_subtitle"),
        "image_url": picture,
    }
    return {
        "attachment": {"type": "template", "payload": {"template_type": "request_user_info", "elements": [element]}}
    }


def _picture_type(what: Attachment) -> str:
    """The media type of a picture that Zalo takes, told by its bytes; empty for anything else."""
    return next((kind for begins, kind in PICTURES.items() if what.content.startswith(begins)), "")


def _is_picture(what: Attachment) -> bool:
    return bool(_picture_type(what)) and len(what.content) <= IMAGE_LIMIT


def _is_file(what: Attachment) -> bool:
    return what.media_type in FILES and len(what.content) <= FILE_LIMIT


def _sendable(text: str) -> str:
    """NFC, and whole: half of a character, as a cut text may end with, becomes a question mark."""
    return nfc(text.strip().encode("utf-8", "replace").decode())


def _digest(what: Attachment) -> str:
    """By what an upload is known again: a file is shown under its name."""
    return hashlib.sha256(what.name.encode("utf-8", "replace") + b"\0" + what.content).hexdigest()


def _tracking_id(template: Template) -> str:
    """By what Zalo knows a message again that it was given before: the same facts to the same number."""
    if template.tracking_id:
        return template.tracking_id[:48]
    told = repr((template.purpose, template.template_id, template.phone, template.facts))
    return hashlib.sha256(told.encode("utf-8", "replace")).hexdigest()[:48]


def _message_id(answered: Mapping[str, Any]) -> str:
    found = answered.get("message_id") or answered.get("msg_id")
    return str(found) if isinstance(found, str | int) else ""


def _object(value: Any) -> Mapping[str, Any]:
    return value if isinstance(value, Mapping) else {}
