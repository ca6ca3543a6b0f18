"""Zalo Bot: plain text and pictures by their address, over a small client of our own.

What Zalo says of its own errors is little, and nothing here was tried against the live service: each answer is taken
for the most careful thing it can mean (docs/decisions/0033-zalo-bot.md).
"""

import json
import logging
import re
from collections.abc import AsyncIterator, Mapping, Sequence
from typing import Any

import httpx
import structlog

from bot.channels import zalo_bot_updates
from bot.channels.zalo_cdn import ZaloCdn
from bot.handing_out import GivesLinks, with_links
from domain.channels import ZALO_BOT
from domain.messages import Attachment, Incoming, Reply, split, utf16_length
from domain.ports import Limits, SendFailed
from domain.vietnamese import nfc

log = structlog.get_logger()

PUBLIC_SERVER = "https://bot-api.zaloplatforms.com"
TEXT_LIMIT = 2000
"""UTF-16 units of a message and of a caption: the stricter of the ways Zalo may count."""

CONNECT_TIMEOUT = 10.0
POOL_TIMEOUT = 10.0
TYPING_TIMEOUT = 5.0
MISCONFIGURED_PAUSE = 60.0
"""Seconds to wait when only an operator can mend it, such as an address that is none."""
FIRST_PAUSE = 2.0
LONGEST_PAUSE = 60.0
"""Zalo does not say for how long it wants to be left alone: each refusal in a row doubles the pause up to this."""
REFUSALS_MEAN_QUOTA = 5
"""So many "Quota exceeded" in a row, minutes of waiting between them, are no matter of haste: the quota is used up."""
QUOTA_PAUSE = 3600.0
"""Seconds until a quota that is used up is tried again."""
NO_ID = "-"
"""Stands for the id of a message that Zalo posted without naming one."""
PICTURES = frozenset({"image/jpeg", "image/png", "image/gif", "image/webp"})
"""What can be shown as a picture."""


GONE = ("chat not found", "user not found", "chat_id", "blocked", "not a member", "kicked", "deactivated")
"""What a refusal says when it is the chat, and not this message, that is the matter."""


class Refused(SendFailed):
    """An answer that is not ok: `status` is Zalo's own code for it, `is_zalos` false where a gateway gave it."""

    def __init__(self, kind: str, reason: str, after: float | None = None, *, status: int, is_zalos: bool) -> None:
        super().__init__(kind, reason, after)
        self.status = status
        self.is_zalos = is_zalos


class ZaloBot:
    """One bot. `hand_out` gives the links by which files and pictures go out; without it they cannot."""

    name = ZALO_BOT

    def __init__(
        self,
        token: str,
        base_url: str | None = None,
        per_second: float = 10.0,
        *,
        hand_out: GivesLinks | None = None,
        call_timeout: float = 30.0,
    ) -> None:
        self._token = token
        self._base_url = (base_url or PUBLIC_SERVER).rstrip("/")
        self._hand_out = hand_out
        self._call_timeout = call_timeout
        self._limits = Limits(text_units=TEXT_LIMIT, per_second=per_second, per_chat_second=1.0, has_buttons=False)
        self._bot_id = ""
        self._bot_names: tuple[str, ...] = ()
        self._refusals = 0
        self._client: httpx.AsyncClient | None = None
        self._cdn = ZaloCdn(own=self._base_url)

    @property
    def limits(self) -> Limits:
        """What one message holds and how fast messages may go out."""
        return self._limits

    def update_id(self, raw: Mapping[str, Any]) -> str:
        """The id of the update's message. Raises Unreadable."""
        return zalo_bot_updates.update_id(raw)

    def read(self, raw: Mapping[str, Any]) -> Incoming:
        """The message in the office's own form. Raises Unreadable, or Ignored when nothing is asked of the bot."""
        return zalo_bot_updates.read(raw, self._bot_id, self._bot_names)

    async def send(self, chat_id: str, reply: Reply) -> str:
        """Send one reply and return the id of its last message. Raises SendFailed.

        Pictures go by their address where there is a public one; any other file becomes a link in the text. A reply of
        several messages that breaks off after the first is "uncertain", because trying again repeats what was
        delivered.
        """
        posted: list[str] = []
        try:
            async for message_id in self._deliver(chat_id, reply):
                posted.append(message_id)
        except SendFailed as failure:
            if not posted or failure.kind not in ("retry", "held"):
                raise
            raise SendFailed("uncertain", f"broke off after a part: {failure.reason}", failure.after) from None
        if not posted:
            raise SendFailed("rejected", "there is nothing in the reply")
        return posted[-1]

    async def _deliver(self, chat_id: str, reply: Reply) -> AsyncIterator[str]:
        """Post the reply message by message, giving the id of each. Raises SendFailed."""
        shown = await self._shown(reply.pictures)
        linked = [*reply.files, *(picture for picture in reply.pictures if id(picture) not in shown)]
        text = _sendable((await with_links(reply, linked, self._hand_out)).text)
        is_under = len(shown) == 1 and utf16_length(text) <= TEXT_LIMIT
        for picture in reply.pictures:
            if id(picture) not in shown:
                continue
            try:
                yield await self._photo(chat_id, shown[id(picture)], text if is_under else "")
            except SendFailed as failure:
                if failure.kind != "rejected":
                    raise
                # Zalo could not or would not show it: then it is handed out as any other file.
                log.warning("a picture goes out as a link", channel=self.name, reason=failure.reason)
                text, is_under = (await with_links(Reply(text), [picture], self._hand_out)).text, False
        if not is_under:
            for part in split(text, TEXT_LIMIT):
                yield await self._message(chat_id, part)

    async def _shown(self, pictures: Sequence[Attachment]) -> dict[int, str]:
        """Which pictures can be shown, by their identity, each with the address where Zalo can fetch it."""
        addresses: dict[int, str] = {}
        for picture in pictures:
            address = await self._hand_out.link(picture) if self._hand_out and picture.media_type in PICTURES else None
            if address:
                addresses[id(picture)] = address
        return addresses

    async def edit(self, chat_id: str, message_id: str, reply: Reply) -> None:
        """Nothing: what was sent to the app stays as it is. Raises SendFailed."""
        raise SendFailed("rejected", "this app edits no messages")

    async def busy(self, chat_id: str) -> None:
        """Show that an answer is being written; never raises, since nothing depends on it."""
        try:
            await self._call("sendChatAction", {"chat_id": chat_id, "action": "typing"}, TYPING_TIMEOUT)
        except Exception as error:
            reason = error.reason if isinstance(error, SendFailed) else type(error).__name__
            log.info("the typing sign was not shown", channel=self.name, reason=reason)

    async def fetch(self, remote_id: str, most_bytes: int) -> bytes:
        """The bytes of a photo by the address that Zalo gave for it. Raises FetchFailed."""
        return await self._cdn.fetch(remote_id, most_bytes)

    async def ping(self) -> None:
        """Return when Zalo answers. Raises SendFailed."""
        await self.me()

    async def acknowledge(self, incoming: Incoming) -> None:
        """Nothing: Zalo has no buttons whose press waits for it."""

    async def me(self) -> dict[str, Any]:
        """The bot's own account: id, account_name, account_type and more. Raises SendFailed."""
        found = await self._call("getMe")
        account = dict(found) if isinstance(found, dict) else {}
        self._bot_id = str(account.get("id", self._bot_id) or "")
        names = (account.get("display_name"), account.get("account_name"))
        self._bot_names = tuple(nfc(name) for name in names if isinstance(name, str) and name)
        return account

    async def get_updates(self, timeout: int) -> list[dict[str, Any]]:
        """What came in, undecoded, waiting up to `timeout` seconds for it: one update or none. Raises SendFailed.

        Zalo knows no acknowledgement: what was given once may be given again, at once and for days.
        """
        await self._introduce()
        try:
            # Zalo's table of parameters calls it text.
            found = await self._call("getUpdates", {"timeout": str(timeout)}, timeout + CONNECT_TIMEOUT)
        except Refused as refused:
            if refused.status == 408:
                return []
            raise
        several = found if isinstance(found, list) else [found]
        return [update for update in several if isinstance(update, dict) and update]

    async def set_webhook(self, url: str, secret: str) -> dict[str, Any]:
        """Have updates pushed to `url`, with `secret` in the header X-Bot-Api-Secret-Token; what Zalo says of it.

        With `verification` Zalo tells how its trial of the address ended; it keeps the address all the same.
        """
        await self._introduce()
        found = await self._call("setWebhook", {"url": url, "secret_token": secret})
        return dict(found) if isinstance(found, dict) else {}

    async def delete_webhook(self) -> None:
        """Stop pushing, so that updates can be polled; nothing happens where nothing is set."""
        await self._call("deleteWebhook")

    async def webhook_info(self) -> dict[str, Any]:
        """Zalo's own account of the webhook; empty where none is set. Raises SendFailed."""
        try:
            found = await self._call("getWebhookInfo")
        except Refused as refused:
            if refused.status == 404 and refused.is_zalos:
                return {}
            raise
        return dict(found) if isinstance(found, dict) else {}

    async def close(self) -> None:
        """Close the connections."""
        await self._cdn.close()
        if self._client is not None:
            client, self._client = self._client, None
            await client.aclose()

    async def _introduce(self) -> None:
        """Learn the bot's own id, by which its own messages are told from others."""
        if not self._bot_id:
            await self.me()

    async def _message(self, chat_id: str, text: str) -> str:
        return _message_id(await self._call("sendMessage", {"chat_id": chat_id, "text": text}))

    async def _photo(self, chat_id: str, address: str, caption: str) -> str:
        given = {"chat_id": chat_id, "photo": address}
        return _message_id(await self._call("sendPhoto", given | ({"caption": caption} if caption else {})))

    async def _call(self, method: str, given: dict[str, Any] | None = None, timeout: float | None = None) -> Any:
        """The result of a call. Raises Refused for an answer that is not ok, else SendFailed; neither names a token."""
        try:
            status, body = await self._post(method, given or {}, timeout or self._call_timeout)
            return self._result(method, status, body)
        except SendFailed as failed:
            failure = failed
        except (httpx.HTTPError, httpx.InvalidURL, OSError, ValueError, RuntimeError) as lost:
            failure = _lost(lost)
        # Raised outside the handler: the address in the library's own exception holds the token, and must not be
        # printed as the context of ours.
        raise failure

    async def _post(self, method: str, given: dict[str, Any], timeout: float) -> tuple[int, bytes]:
        limits = httpx.Timeout(timeout, connect=min(CONNECT_TIMEOUT, timeout), pool=POOL_TIMEOUT)
        content = json.dumps(given, ensure_ascii=False).encode("utf-8", "replace")
        answer = await self._open().post(
            f"{self._base_url}/bot{self._token}/{method}",
            content=content,
            headers={"Content-Type": "application/json"},
            timeout=limits,
        )
        return answer.status_code, answer.content

    def _open(self) -> httpx.AsyncClient:
        if self._client is None:
            for name in ("httpx", "httpcore"):
                _keep_tokens_out_of(logging.getLogger(name))
            # `trust_env` off: a proxy or a password file of the machine's environment gets no token.
            self._client = httpx.AsyncClient(trust_env=False, follow_redirects=False)
        return self._client

    def _result(self, method: str, status: int, body: bytes) -> Any:
        """What the call returned; an answer of HTTP 200 may be a refusal all the same."""
        answer = _object(body)
        if 200 <= status < 300 and answer.get("ok") is True:
            if method.startswith("send"):
                self._refusals = 0
            return answer.get("result")
        said = answer.get("error_code", answer.get("errorCode"))
        code = int(said) if isinstance(said, int | str) and str(said).isdigit() else 0
        description = self._without_token(str(answer.get("description") or f"HTTP {status}"))[:300]
        status = code if 400 <= code < 600 else status
        if status == 429:
            self._refusals += 1
        kind, after = _meaning(status, description, self._refusals, is_zalos="ok" in answer)
        raise Refused(kind, description, after, status=status, is_zalos="ok" in answer)

    def _without_token(self, text: str) -> str:
        secret = self._token.partition(":")[2]
        hidden = text.replace(self._token, "***") if self._token else text
        return hidden.replace(secret, "***") if secret else hidden


def _meaning(status: int, description: str, refusals: int, *, is_zalos: bool) -> tuple[str, float | None]:
    """What to do about an answer that is not ok: the kind of SendFailed, and for how long to wait where that is known.

    `refusals` is how many 429 there were in a row, this one among them.
    """
    said = description.lower()
    if status == 429:
        if "quota" in said and refusals >= REFUSALS_MEAN_QUOTA:
            return "held", QUOTA_PAUSE
        return "retry", min(FIRST_PAUSE * 2 ** (max(refusals, 1) - 1), LONGEST_PAUSE)
    if status == 401:
        # A token that was reset: nothing goes out until somebody puts the new one into the settings.
        return "held", None
    if status in (408, 504):
        # Somebody gave up waiting; Zalo may have done it.
        return "uncertain", None
    if status >= 500:
        return "retry", None
    if 200 <= status < 300:
        # "Not ok" without a code is a refusal; what is no answer at all says nothing.
        return ("retry", None) if is_zalos else ("uncertain", None)
    if not is_zalos:
        # A page of some other server: the address is wrong, or something stands in between.
        return "retry", MISCONFIGURED_PAUSE
    if status in (400, 403, 404) and any(sign in said for sign in GONE):
        return "unreachable", None
    if status == 403 and "internal server error" not in said:
        return "unreachable", None
    return ("rejected", None) if status == 400 else ("retry", None)


def _lost(error: Exception) -> SendFailed:
    """What to do about a call without an answer: safe to repeat only when no connection was made."""
    if isinstance(error, httpx.InvalidURL | httpx.UnsupportedProtocol):
        return SendFailed("retry", "the address of the Zalo Bot API is not valid", MISCONFIGURED_PAUSE)
    if isinstance(error, httpx.ConnectError | httpx.ConnectTimeout | httpx.PoolTimeout):
        return SendFailed("retry", f"no connection: {type(error).__name__}")
    return SendFailed("uncertain", f"no answer: {type(error).__name__}")


def _sendable(text: str) -> str:
    """The text in NFC; half of a character, as a cut text may end with, becomes a question mark."""
    return nfc(text).strip().encode("utf-8", "replace").decode()


def _object(body: bytes) -> dict[str, Any]:
    try:
        found = json.loads(body)
    except (ValueError, RecursionError):
        return {}
    return found if isinstance(found, dict) else {}


def _message_id(posted: Any) -> str:
    """The id of what was posted; it is posted also where Zalo tells none."""
    found = posted.get("message_id") if isinstance(posted, dict) else None
    return str(found) if isinstance(found, str | int) and found else NO_ID


_TOKEN = re.compile(r"(/bot)[^/\s\"']+")


class _WithoutToken(logging.Filter):
    """httpx writes the address of each call into the log, and the address holds the token."""

    def filter(self, record: logging.LogRecord) -> bool:
        record.msg, record.args = _TOKEN.sub(r"\1***", record.getMessage()), None
        return True


_WITHOUT_TOKEN = _WithoutToken()


def _keep_tokens_out_of(logger: logging.Logger) -> None:
    """Have a library's log name no token, however much of it is shown; said twice it is done once."""
    logger.addFilter(_WITHOUT_TOKEN)
