"""Telegram: sends by aiogram, and hands updates on as Telegram gave them, undecoded.

aiogram owns no ingress here (docs/decisions/0004-telegram.md): it builds the requests; the answers are read as plain
JSON, so that a field it does not know yet can neither stop polling nor make a sent message look unsent.
"""

import asyncio
import contextlib
import json
import sys
from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any

import structlog

import texts
from bot.channels import telegram_updates
from domain.messages import Attachment, Incoming, Reply, utf16_length
from domain.ports import FetchFailed, Limits, SendFailed

if TYPE_CHECKING:
    from aiogram import Bot
    from aiogram.client.session.aiohttp import AiohttpSession
    from aiogram.methods import TelegramMethod
    from aiogram.types import InlineKeyboardMarkup, ReplyKeyboardMarkup, ReplyParameters

    Keyboard = InlineKeyboardMarkup | ReplyKeyboardMarkup

log = structlog.get_logger()

PUBLIC_SERVER = "https://api.telegram.org"
TEXT_LIMIT = 4096
NOT_ACCEPTED = "the token or the address is not accepted: "
"""How the reason begins when Telegram knows no such bot."""
CONTESTED = "another poller: "
"""How the reason begins when somebody else asks for the updates of the same bot."""
CAPTION_LIMIT = 1024
"""UTF-16 units of text that can stand under a file."""

CONNECT_TIMEOUT = 10.0
UPLOAD_TIMEOUT = 120.0
ACKNOWLEDGE_TIMEOUT = 5.0
JSON_HEADERS = {"Content-Type": "application/json"}
MISCONFIGURED_PAUSE = 60.0
"""Seconds to wait when only an operator can mend it, such as a token that is not accepted."""

GONE = (
    "chat not found",
    "user not found",
    "user is deactivated",
    "peer_id_invalid",
    "bot was kicked",
    "group chat was deactivated",
    "chat_write_forbidden",
    "not enough rights to send",
    "have no rights to send",
    "need administrator rights",
)
"""What a 400 says when it is the chat, and not this message, that is the matter."""


LEFT_AS_IT_IS = (
    "message is not modified",
    "message to edit not found",
    "message can't be edited",
    "message_id_invalid",
    "message_edit_time_expired",
)
"""What a 400 says of an edit that would change nothing, or comes when nobody can change the message any more."""
NO_TEXT = "no text in the message"


class _Moved(Exception):
    """The group became a supergroup with another id."""

    def __init__(self, chat_id: int) -> None:
        super().__init__(chat_id)
        self.chat_id = chat_id


class Telegram:
    """One bot. aiogram is imported at the first call and not before: it costs more than the rest of the program."""

    name = telegram_updates.CHANNEL

    def __init__(
        self, token: str, base_url: str | None = None, per_second: float = 30.0, *, call_timeout: float = 30.0
    ) -> None:
        self._token = token
        self._call_timeout = call_timeout
        self._base_url = (base_url or PUBLIC_SERVER).rstrip("/")
        number = token.partition(":")[0]
        self._me = telegram_updates.Me(int(number) if number.isascii() and number.isdigit() else 0)
        self._limits = Limits(text_units=TEXT_LIMIT, per_second=per_second, per_chat_second=1.0, can_edit=True)
        self._opening = asyncio.Lock()
        self._bot: Bot | None = None
        self._moved: dict[str, str] = {}

    @property
    def limits(self) -> Limits:
        """What one message holds and how fast messages may go out."""
        return self._limits

    def update_id(self, raw: Mapping[str, Any]) -> str:
        """The update's own id. Raises Unreadable."""
        return telegram_updates.update_id(raw)

    def read(self, raw: Mapping[str, Any]) -> Incoming:
        """The message in the office's own form. Raises Unreadable, or Ignored when nothing is asked of the bot."""
        return telegram_updates.read(raw, self._me)

    async def send(self, chat_id: str, reply: Reply) -> str:
        """Send one reply and return the id of its last message, the one with the buttons. Raises SendFailed.

        Text with a single file goes out as one message where it fits under it. A reply of several messages that
        breaks off after the first is "uncertain", because trying again repeats what was delivered.
        """
        try:
            return await self._deliver(self._moved.get(chat_id, chat_id), reply)
        except _Moved as moved:
            self._moved[chat_id] = str(moved.chat_id)
        try:
            return await self._deliver(self._moved[chat_id], reply)
        except _Moved:
            raise SendFailed("unreachable", "the group moved more than once") from None

    async def fetch(self, remote_id: str, most_bytes: int) -> bytes:
        """The bytes of a photo or file by its `file_id`. Raises FetchFailed, whose text names no token.

        The address of the bytes holds the token and opens them for an hour: it is asked for anew at each try.
        """
        await self._open()
        from aiogram.methods import GetFile

        try:
            found = await self._call(GetFile(file_id=remote_id))
        except _Moved:
            raise FetchFailed("retry", "getFile was answered for a chat") from None
        except SendFailed as failure:
            raise _not_fetched(failure) from None
        path, size = (found.get("file_path"), found.get("file_size")) if isinstance(found, dict) else (None, None)
        if isinstance(size, int) and size > most_bytes:
            raise FetchFailed("too_large", f"{size} bytes")
        if not isinstance(path, str) or not path:
            raise FetchFailed("retry", "getFile named no path")
        return await self._download(path, most_bytes)

    async def _download(self, path: str, most_bytes: int) -> bytes:
        bot = await self._open()
        try:
            return await _stream(bot, path, most_bytes)
        except FetchFailed as failed:
            failure = failed
        except (OSError, ValueError, RuntimeError) as lost:
            failure = FetchFailed("retry", f"the download broke off: {type(lost).__name__}")
        # Raised outside the handler, as in `_call`: the library's own exception names the address with the token.
        raise failure

    async def ping(self) -> None:
        """Return when Telegram answers. Raises SendFailed."""
        await self.me()

    async def acknowledge(self, incoming: Incoming) -> None:
        """Stop the spinner on a pressed button; never raises, since nothing depends on it."""
        if not incoming.callback_id:
            return
        try:
            await self._open()
            from aiogram.methods import AnswerCallbackQuery

            answer = AnswerCallbackQuery(callback_query_id=incoming.callback_id)
            await self._call(answer, min(ACKNOWLEDGE_TIMEOUT, self._call_timeout))
        except Exception as error:
            reason = error.reason if isinstance(error, SendFailed) else type(error).__name__
            log.info("a button press was not acknowledged", channel=self.name, reason=reason)

    async def edit(self, chat_id: str, message_id: str, reply: Reply) -> None:
        """Give a message of ours other words and buttons. Raises SendFailed.

        What stands under a picture keeps its picture, and its words where the new ones are too long for it. A message
        that is so already, is gone or may no longer be changed stays as it is.
        """
        if not message_id.isdigit():
            raise SendFailed("rejected", "a message id is a number")
        await self._open()
        for change in _changes(self._moved.get(chat_id, chat_id), int(message_id), reply):
            try:
                await self._call(change)
                return
            except _Moved as moved:
                self._moved[chat_id] = str(moved.chat_id)
                return
            except SendFailed as failure:
                reason = failure.reason.lower()
                if failure.kind == "rejected" and any(sign in reason for sign in LEFT_AS_IT_IS):
                    return
                if failure.kind != "rejected" or NO_TEXT not in reason:
                    raise

    async def busy(self, chat_id: str) -> None:
        """Show that the bot is typing, for the five seconds that Telegram shows it; never raises."""
        try:
            await self._open()
            from aiogram.methods import SendChatAction

            to = self._moved.get(chat_id, chat_id)
            await self._call(SendChatAction(chat_id=to, action="typing"), min(ACKNOWLEDGE_TIMEOUT, self._call_timeout))
        except Exception as error:
            reason = error.reason if isinstance(error, SendFailed) else type(error).__name__
            log.debug("typing was not shown", channel=self.name, reason=reason)

    async def leave(self, chat_id: str) -> None:
        """Leave a group. Raises SendFailed: "unreachable" where the bot is not in it."""
        await self._open()
        from aiogram.methods import LeaveChat

        try:
            await self._call(LeaveChat(chat_id=self._moved.get(chat_id, chat_id)))
        except _Moved as moved:
            self._moved[chat_id] = str(moved.chat_id)
            await self.leave(chat_id)

    async def get_updates(self, offset: int | None, timeout: int, limit: int = 100) -> list[dict[str, Any]]:
        """Updates from `offset` on, undecoded, waiting up to `timeout` seconds for one. Raises SendFailed.

        Asking with an offset tells Telegram to forget all updates below it.
        """
        await self._introduce()
        from aiogram.methods import GetUpdates

        asked = GetUpdates(
            offset=offset, timeout=timeout, limit=limit, allowed_updates=list(telegram_updates.ASKED_FOR)
        )
        found = await self._call(asked, timeout + CONNECT_TIMEOUT)
        if not isinstance(found, list):
            raise SendFailed("retry", "getUpdates was answered with something else than a list")
        return [update for update in found if isinstance(update, dict)]

    async def set_webhook(self, url: str, secret: str, max_connections: int = 40) -> None:
        """Have updates pushed to `url`, with `secret` in the header X-Telegram-Bot-Api-Secret-Token."""
        await self._introduce()
        from aiogram.methods import SetWebhook

        allowed = list(telegram_updates.ASKED_FOR)
        await self._call(
            SetWebhook(url=url, secret_token=secret, max_connections=max_connections, allowed_updates=allowed)
        )

    async def delete_webhook(self) -> None:
        """Stop pushing, so that updates can be polled; those that wait are kept."""
        await self._open()
        from aiogram.methods import DeleteWebhook

        await self._call(DeleteWebhook())

    async def webhook_info(self) -> dict[str, Any]:
        """Telegram's own account of the webhook: url, pending_update_count, last_error_message and more."""
        await self._open()
        from aiogram.methods import GetWebhookInfo

        return dict(await self._call(GetWebhookInfo()))

    async def me(self) -> dict[str, Any]:
        """The bot's own account: id, username, first_name and more."""
        await self._open()
        from aiogram.methods import GetMe

        account = dict(await self._call(GetMe()))
        self._me = telegram_updates.Me(
            int(account.get("id", self._me.id)), str(account.get("username", "")), str(account.get("first_name", ""))
        )
        return account

    async def set_commands(self, commands: Sequence[tuple[str, str]], chat_id: str = "") -> None:
        """The menu of commands: each a name of a-z, 0-9 and _ with its description; of one chat where it is named.

        Without commands the chat is shown the general menu again. Raises SendFailed.
        """
        await self._open()
        from aiogram.enums import BotCommandScopeType
        from aiogram.methods import DeleteMyCommands, SetMyCommands
        from aiogram.types import BotCommand, BotCommandScopeChat, BotCommandScopeDefault

        # What is not set is not sent, so a scope names its type.
        default = BotCommandScopeDefault(type=BotCommandScopeType.DEFAULT)
        scope = BotCommandScopeChat(type=BotCommandScopeType.CHAT, chat_id=chat_id) if chat_id else default
        menu = [BotCommand(command=name, description=description) for name, description in commands]
        await self._call(SetMyCommands(commands=menu, scope=scope) if menu else DeleteMyCommands(scope=scope))

    async def set_group_commands(self, commands: Sequence[tuple[str, str]]) -> None:
        """The menu of commands shown in groups. Raises SendFailed."""
        await self._open()
        from aiogram.enums import BotCommandScopeType
        from aiogram.methods import SetMyCommands
        from aiogram.types import BotCommand, BotCommandScopeAllGroupChats

        menu = [BotCommand(command=name, description=description) for name, description in commands]
        scope = BotCommandScopeAllGroupChats(type=BotCommandScopeType.ALL_GROUP_CHATS)
        await self._call(SetMyCommands(commands=menu, scope=scope))

    async def close(self) -> None:
        """Close the connections."""
        if self._bot is not None:
            bot, self._bot = self._bot, None
            await bot.session.close()

    async def _introduce(self) -> None:
        """Learn the bot's own name, by which commands in groups are addressed to it."""
        if not self._me.user_name:
            await self.me()

    async def _deliver(self, chat_id: str, reply: Reply) -> str:
        await self._open()
        try:
            calls = _calls(chat_id, reply)
        except ValueError:
            raise SendFailed("rejected", "the reply cannot be put into a message") from None
        if not calls:
            raise SendFailed("rejected", "there is nothing in the reply")
        message_id = ""
        for call in calls:
            try:
                posted = await self._call(call, UPLOAD_TIMEOUT if reply.files or reply.pictures else None)
            except SendFailed as failure:
                if not message_id or failure.kind != "retry":
                    raise
                raise SendFailed("uncertain", f"broke off after a part: {failure.reason}", failure.after) from None
            message_id = str(posted.get("message_id", "")) if isinstance(posted, dict) else ""
        return message_id

    async def _open(self) -> "Bot":
        """The bot, made in a thread at first use so that what else runs meanwhile is not held up."""
        if self._bot is None:
            async with self._opening:
                if self._bot is None:
                    self._bot = await asyncio.to_thread(_bot, self._token, self._base_url)
        return self._bot

    async def _call(self, method: "TelegramMethod[Any]", timeout: float | None = None) -> Any:
        """The result of a call as plain JSON. Raises SendFailed, whose text names no token, or _Moved."""
        bot = await self._open()
        try:
            status, body = await _post(bot, method, timeout or self._call_timeout)
            return _result(status, body)
        except SendFailed as failed:
            failure = failed
        except (OSError, ValueError, RuntimeError) as lost:
            # TimeoutError and aiohttp's ClientError are among these.
            failure = _lost(lost)
        # Raised outside the handler: the address in the library's own exception holds the token, and must not be
        # printed as the context of ours.
        raise SendFailed(failure.kind, self._without_token(failure.reason), failure.after)

    def _without_token(self, text: str) -> str:
        secret = self._token.partition(":")[2]
        hidden = text.replace(self._token, "***")
        return hidden.replace(secret, "***") if secret else hidden


async def _post(bot: "Bot", method: "TelegramMethod[Any]", timeout: float) -> tuple[int, bytes]:
    from aiohttp import ClientTimeout

    session: AiohttpSession = bot.session  # type: ignore[assignment]
    connections = await session.create_session()
    async with connections.post(
        session.api.api_url(token=bot.token, method=method.__api_method__),
        **_body(session, bot, method),
        timeout=ClientTimeout(total=timeout, connect=CONNECT_TIMEOUT),
        allow_redirects=False,
    ) as answer:
        return answer.status, await answer.read()


async def _stream(bot: "Bot", path: str, most_bytes: int) -> bytes:
    """The bytes at a path, counted as they come. Raises FetchFailed."""
    from aiohttp import ClientTimeout

    session: AiohttpSession = bot.session  # type: ignore[assignment]
    connections = await session.create_session()
    async with connections.get(
        session.api.file_url(token=bot.token, path=path),
        timeout=ClientTimeout(total=UPLOAD_TIMEOUT, connect=CONNECT_TIMEOUT),
        allow_redirects=False,
    ) as answer:
        if answer.status == 429:
            after = answer.headers.get("Retry-After", "")
            raise FetchFailed("retry", "HTTP 429", float(after) if after.isdigit() else None)
        if answer.status != 200:
            # 404: the path has lost its validity; the next try asks for another one.
            raise FetchFailed("retry", f"HTTP {answer.status}")
        content = bytearray()
        async for part in answer.content.iter_chunked(2**16):
            content += part
            if len(content) > most_bytes:
                raise FetchFailed("too_large", f"more than {most_bytes} bytes")
        return bytes(content)


def _not_fetched(failure: SendFailed) -> FetchFailed:
    """What to do about a file that Telegram does not give out."""
    reason = failure.reason.lower()
    if "file is too big" in reason:
        return FetchFailed("too_large", failure.reason)
    if failure.kind in ("rejected", "unreachable") and "temporarily unavailable" not in reason:
        return FetchFailed("gone", failure.reason)
    return FetchFailed("retry", failure.reason, failure.after)


def _body(session: "AiohttpSession", bot: "Bot", method: "TelegramMethod[Any]") -> dict[str, Any]:
    """A call's parameters: a form where a file goes with them, else JSON, which takes a tenth of the time to build."""
    from aiogram.methods import SendDocument, SendPhoto

    if isinstance(method, SendDocument | SendPhoto):
        return {"data": session.build_form_data(bot, method)}
    given = method.model_dump(exclude_unset=True, exclude_none=True)
    return {"data": json.dumps(given, ensure_ascii=False).encode("utf-8", "replace"), "headers": JSON_HEADERS}


def _result(status: int, body: bytes) -> Any:
    """What the call returned. Raises SendFailed or _Moved for an answer that is not ok."""
    try:
        answer = json.loads(body)
    except ValueError:
        answer = None
    if not isinstance(answer, dict):
        answer = {}
    if 200 <= status < 300 and answer.get("ok") is True:
        return answer.get("result")
    parameters = answer.get("parameters")
    hints: dict[str, Any] = parameters if isinstance(parameters, dict) else {}
    moved = hints.get("migrate_to_chat_id")
    if isinstance(moved, int):
        raise _Moved(moved)
    raise _refusal(status, str(answer.get("description", f"HTTP {status}")), hints.get("retry_after"))


def _refusal(status: int, description: str, retry_after: Any) -> SendFailed:
    """What to do about an answer that is not ok."""
    if status == 429:
        return SendFailed("retry", description, float(retry_after) if isinstance(retry_after, int | float) else None)
    if status in (401, 404):
        return SendFailed("retry", NOT_ACCEPTED + description, MISCONFIGURED_PAUSE)
    if status == 409 and "other getUpdates" in description:
        return SendFailed("retry", CONTESTED + description)
    if status == 409 or (status >= 500 and status != 504):
        return SendFailed("retry", description)
    if status == 403 or (status == 400 and any(sign in description.lower() for sign in GONE)):
        return SendFailed("unreachable", description)
    if 400 <= status < 500:
        return SendFailed("rejected", description)
    # A gateway that gave up waiting, or a 2xx that is no answer: Telegram may have done it.
    return SendFailed("uncertain", description)


def _lost(error: Exception) -> SendFailed:
    """What to do about a call without an answer: safe to repeat only when no connection was made."""
    from aiohttp import ClientConnectorError, ConnectionTimeoutError, InvalidURL

    if isinstance(error, InvalidURL):
        return SendFailed("retry", "the address of the Bot API is not valid", MISCONFIGURED_PAUSE)
    if isinstance(error, ClientConnectorError | ConnectionTimeoutError):
        return SendFailed("retry", f"no connection: {type(error).__name__}")
    return SendFailed("uncertain", f"no answer: {type(error).__name__}")


def _calls(chat_id: str, reply: Reply) -> "list[TelegramMethod[Any]]":
    """The calls that send a reply: files and pictures first, the text with the buttons last."""
    from aiogram.methods import SendMessage
    from aiogram.types import LinkPreviewOptions

    to = int(chat_id) if chat_id.lstrip("-").isdigit() else chat_id
    attached = [*((p, True) for p in reply.pictures), *((f, False) for f in reply.files)]
    keyboard = _keyboard(reply)
    text = _encodable(reply.text)
    quoted = _quoted(reply)
    if not text or (len(attached) == 1 and utf16_length(text) <= CAPTION_LIMIT):
        last = len(attached) - 1
        return [
            _attachment(
                to, what, is_picture, text if n == last else "", keyboard if n == last else None, None if n else quoted
            )
            for n, (what, is_picture) in enumerate(attached)
        ]
    return [
        *(_attachment(to, what, is_picture, "", None, quoted) for what, is_picture in attached),
        SendMessage(
            chat_id=to,
            text=text,
            parse_mode=None,
            link_preview_options=LinkPreviewOptions(is_disabled=True),
            reply_markup=keyboard,
            reply_parameters=quoted,
        ),
    ]


def _changes(chat_id: str, message_id: int, reply: Reply) -> "list[TelegramMethod[Any]]":
    """The calls by which a message gets other words and buttons: as a text, else as what stands under a file."""
    from aiogram.methods import EditMessageCaption, EditMessageReplyMarkup, EditMessageText
    from aiogram.types import InlineKeyboardMarkup, LinkPreviewOptions

    to = int(chat_id) if chat_id.lstrip("-").isdigit() else chat_id
    shown = _keyboard(reply)
    keyboard = shown if isinstance(shown, InlineKeyboardMarkup) else None
    text = _encodable(reply.text)
    as_text = EditMessageText(
        chat_id=to,
        message_id=message_id,
        text=text,
        parse_mode=None,
        link_preview_options=LinkPreviewOptions(is_disabled=True),
        reply_markup=keyboard,
    )
    under: TelegramMethod[Any] = EditMessageReplyMarkup(chat_id=to, message_id=message_id, reply_markup=keyboard)
    if utf16_length(text) <= CAPTION_LIMIT:
        under = EditMessageCaption(
            chat_id=to, message_id=message_id, caption=text, parse_mode=None, reply_markup=keyboard
        )
    return [as_text, under]


def _encodable(text: str) -> str:
    """Half of a character, as a cut text may end with, cannot be encoded; it becomes a question mark."""
    return text.strip().encode("utf-8", "replace").decode()


def _quoted(reply: Reply) -> "ReplyParameters | None":
    """The message that is answered, to be shown above; where it was deleted meanwhile the answer goes out alone."""
    from aiogram.types import ReplyParameters

    if not reply.quotes.isdigit():
        return None
    return ReplyParameters(message_id=int(reply.quotes), allow_sending_without_reply=True)


def _attachment(
    to: int | str,
    what: Attachment,
    is_picture: bool,
    caption: str,
    keyboard: "Keyboard | None",
    quoted: "ReplyParameters | None",
) -> "TelegramMethod[Any]":
    from aiogram.methods import SendDocument, SendPhoto
    from aiogram.types import BufferedInputFile

    held = BufferedInputFile(what.content, filename=what.name)
    under = caption or None
    if is_picture:
        return SendPhoto(
            chat_id=to, photo=held, caption=under, parse_mode=None, reply_markup=keyboard, reply_parameters=quoted
        )
    return SendDocument(
        chat_id=to, document=held, caption=under, parse_mode=None, reply_markup=keyboard, reply_parameters=quoted
    )


def _keyboard(reply: Reply) -> "Keyboard | None":
    from aiogram.types import InlineKeyboardButton, InlineKeyboardMarkup, KeyboardButton, ReplyKeyboardMarkup

    if reply.asks_phone:
        share = KeyboardButton(text=texts.say("join.share_phone"), request_contact=True)
        return ReplyKeyboardMarkup(keyboard=[[share]], resize_keyboard=True, one_time_keyboard=True)
    if not reply.buttons:
        return None
    rows = [[InlineKeyboardButton(text=button.label, callback_data=button.action)] for button in reply.buttons]
    return InlineKeyboardMarkup(inline_keyboard=rows)


def _bot(token: str, base_url: str) -> "Bot":
    """aiogram's bot against this server. Raises SendFailed for a token of a wrong shape."""
    with _models_built_when_used():
        from aiogram import Bot
        from aiogram.client.session.aiohttp import AiohttpSession
        from aiogram.client.telegram import TelegramAPIServer
        from aiogram.utils.token import TokenValidationError
    try:
        return Bot(token, session=AiohttpSession(api=TelegramAPIServer.from_base(base_url)))
    except TokenValidationError:
        refusal = SendFailed("retry", "the token does not have the shape of a bot token", MISCONFIGURED_PAUSE)
    raise refusal


@contextlib.contextmanager
def _models_built_when_used() -> Iterator[None]:
    """Let aiogram's models be built at their first use instead of all at import.

    aiogram builds a validator for each of its 600 types as it is imported, which takes seconds and a hundred
    megabytes, and we use a dozen. Each type is told the names it refers to, and pydantic finishes it when it is used;
    every type still works for whoever imports aiogram later.
    """
    if "aiogram" in sys.modules:
        yield
        return
    from pydantic import BaseModel

    build_now = BaseModel.__dict__["model_rebuild"]

    def build_when_used(model: type[BaseModel], /, **how: Any) -> bool | None:
        names = how.get("_types_namespace")
        if names is None or not model.__module__.startswith("aiogram."):
            return bool(build_now.__func__(model, **how))
        model.__pydantic_parent_namespace__ = dict(names)
        return None

    BaseModel.model_rebuild = classmethod(build_when_used)  # type: ignore[assignment,method-assign]
    try:
        import aiogram.methods
        import aiogram.types

        for method in vars(aiogram.methods).values():
            if isinstance(method, type) and issubclass(method, BaseModel) and not method.__pydantic_complete__:
                method.__pydantic_parent_namespace__ = vars(aiogram.types)
        yield
    finally:
        BaseModel.model_rebuild = build_now  # type: ignore[method-assign]
