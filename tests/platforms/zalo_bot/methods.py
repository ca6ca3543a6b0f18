"""The methods of the Bot API that answer at once, with the platform's limits."""

from collections.abc import Awaitable, Callable
from typing import Any
from urllib.parse import urlsplit

import aiohttp

from tests.platforms.zalo_bot.faults import ApiError
from tests.platforms.zalo_bot.world import Chat, Hook, Json, World

TEXT_LIMIT = 2000
LARGEST_PICTURE = 10 * 2**20
Probe = Callable[[Hook], Awaitable[int]]


class Methods:
    """Performs calls; method names are case-sensitive, as the platform's are."""

    def __init__(self, world: World, webhook_changed: Callable[[], None], probe: Probe) -> None:
        self._world = world
        self._webhook_changed = webhook_changed
        self._probe = probe

    async def call(self, method: str, given: Json) -> Any:
        """The result, or None for a method that has none. Raises ApiError."""
        match method:
            case "getMe":
                return self._world.bot
            case "sendMessage":
                return self._send_message(given)
            case "sendPhoto":
                return await self._send_photo(given)
            case "sendChatAction":
                return self._send_chat_action(given)
            case "setWebhook":
                return await self._set_webhook(given)
            case "deleteWebhook":
                return self._delete_webhook()
            case "getWebhookInfo":
                return self._webhook_info()
        raise ApiError(404, "Not Found")

    def _send_message(self, given: Json) -> Json:
        chat = self._chat(given)
        text = _text(given, "text")
        if not text:
            raise ApiError(400, "Bad Request: text is empty")
        return self._world.post(chat, "text", text)

    async def _send_photo(self, given: Json) -> Json:
        chat = self._chat(given)
        caption = _text(given, "caption")
        address = given.get("photo")
        if not isinstance(address, str) or urlsplit(address).scheme not in ("http", "https"):
            raise ApiError(400, "Bad Request: photo is not a URL")
        picture = self._world.keep_file(await _fetch(address))
        return self._world.post(chat, "photo", caption, address=address, picture=picture)

    def _send_chat_action(self, given: Json) -> None:
        self._chat(given)
        if given.get("action") != "typing":
            raise ApiError(400, "Bad Request: action is not supported")

    async def _set_webhook(self, given: Json) -> Json:
        url, secret = given.get("url"), given.get("secret_token")
        if not isinstance(url, str) or urlsplit(url).scheme not in ("http", "https"):
            raise ApiError(400, "Bad Request: url is not valid")
        if not isinstance(secret, str) or not 8 <= len(secret) <= 256:
            raise ApiError(400, "Bad Request: secret_token must be 8 to 256 characters")
        hook = Hook(url, secret, int(self._world.clock.now() * 1000))
        status = await self._probe(hook)
        self._world.hook = hook
        self._webhook_changed()
        ok = 200 <= status < 300
        outcome = "SUCCESS" if ok else "NO_ANSWER" if not status else "UNEXPECTED_STATUS"
        # The address is kept also where the trial failed.
        return {
            "url": url,
            "updated_at": hook.updated_at,
            "verification": {
                "ok": ok, "outcome": outcome, "status_code": status, "hint": "" if ok else "The address must answer 200"
            },
        }  # fmt: skip

    def _delete_webhook(self) -> Json:
        self._world.hook = None
        self._webhook_changed()
        return {"url": "", "updated_at": int(self._world.clock.now() * 1000)}

    def _webhook_info(self) -> Json:
        if self._world.hook is None:
            raise ApiError(404, "Not Found")
        return {"url": self._world.hook.url, "updated_at": self._world.hook.updated_at}

    def _chat(self, given: Json) -> Chat:
        chat = self._world.chats.get(str(given.get("chat_id", "")))
        if chat is None:
            raise ApiError(400, "Bad Request: chat not found")
        if chat.refusal:
            raise ApiError(403, chat.refusal)
        return chat


def _text(given: Json, name: str) -> str:
    text = given.get(name, "")
    if not isinstance(text, str) or len(text.encode("utf-16-le")) // 2 > TEXT_LIMIT:
        raise ApiError(400, f"Bad Request: {name} is no text of 1 to {TEXT_LIMIT} characters")
    return text


async def _fetch(address: str) -> bytes:
    """A picture from where it is said to be. Raises ApiError when there is none."""
    try:
        async with (
            aiohttp.ClientSession(timeout=aiohttp.ClientTimeout(total=10)) as session,
            session.get(address, allow_redirects=False) as answer,
        ):
            content = await answer.content.read(LARGEST_PICTURE)
            if answer.status == 200 and answer.content_type.startswith("image/"):
                return content
    except (aiohttp.ClientError, TimeoutError):
        pass
    raise ApiError(400, "Bad Request: the photo cannot be loaded")
