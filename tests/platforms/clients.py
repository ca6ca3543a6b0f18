"""Two independent clients of the Bot API behind one face, so that the stand-in is true to more than one of them."""

from dataclasses import dataclass
from typing import Any, Protocol

import aiogram
import telegram
from aiogram.client.session.aiohttp import AiohttpSession
from aiogram.client.telegram import TelegramAPIServer
from aiogram.exceptions import (
    TelegramAPIError,
    TelegramConflictError,
    TelegramForbiddenError,
    TelegramRetryAfter,
)
from telegram.error import Conflict, Forbidden, RetryAfter, TelegramError


@dataclass(frozen=True, slots=True)
class Complaint(Exception):
    """What a client made of an answer that was not ok, in lower case: the clients change the case of what is said."""

    kind: str
    text: str
    after: float = 0.0


class Client(Protocol):
    """What the tests ask of either client; every call raises Complaint."""

    async def me(self) -> str: ...

    async def updates(self, **how: Any) -> list[Any]: ...

    async def send(self, chat: int, text: str, *, html: bool = False, buttons: dict[str, str] | None = None) -> int: ...

    async def edit(self, chat: int, message: int, text: str) -> None: ...

    async def delete(self, chat: int, message: int) -> None: ...

    async def send_file(self, chat: int, name: str, content: bytes, caption: str = "") -> int: ...

    async def send_picture(self, chat: int, content: bytes, caption: str = "") -> int: ...

    async def answer(self, query: str, text: str = "") -> None: ...

    async def typing(self, chat: int) -> None: ...

    async def commands(self, menu: dict[str, str], chat: int = 0, *, groups: bool = False) -> None: ...

    async def shown_commands(self, chat: int = 0) -> list[str]: ...

    async def edit_caption(self, chat: int, message: int, caption: str) -> None: ...

    async def edit_buttons(self, chat: int, message: int, buttons: dict[str, str]) -> None: ...

    async def reply(self, chat: int, text: str, to: int, *, or_alone: bool = False) -> int: ...

    async def leave(self, chat: int) -> None: ...

    async def download(self, file_id: str) -> bytes: ...

    async def set_webhook(self, url: str, secret: str = "") -> None: ...

    async def delete_webhook(self) -> None: ...

    async def webhook(self) -> tuple[str, int, str]: ...

    async def close(self) -> None: ...


class Aiogram:
    """aiogram as a client."""

    def __init__(self, url: str, token: str) -> None:
        session = AiohttpSession(api=TelegramAPIServer.from_base(url))
        self._bot = aiogram.Bot(token, session=session)

    async def _try(self, call: Any) -> Any:
        try:
            return await call
        except TelegramRetryAfter as error:
            raise Complaint("too_many", str(error).lower(), error.retry_after) from error
        except TelegramForbiddenError as error:
            raise Complaint("forbidden", str(error).lower()) from error
        except TelegramConflictError as error:
            raise Complaint("conflict", str(error).lower()) from error
        except (TelegramAPIError, aiogram.exceptions.ClientDecodeError) as error:
            raise Complaint("other", str(error).lower()) from error

    async def me(self) -> str:
        return str((await self._try(self._bot.get_me())).username)

    async def updates(self, **how: Any) -> list[Any]:
        return list(await self._try(self._bot.get_updates(**how)))

    async def send(self, chat: int, text: str, *, html: bool = False, buttons: dict[str, str] | None = None) -> int:
        rows = [[aiogram.types.InlineKeyboardButton(text=k, callback_data=v)] for k, v in (buttons or {}).items()]
        markup = aiogram.types.InlineKeyboardMarkup(inline_keyboard=rows) if rows else None
        call = self._bot.send_message(chat, text, parse_mode="HTML" if html else None, reply_markup=markup)
        return int((await self._try(call)).message_id)

    async def edit(self, chat: int, message: int, text: str) -> None:
        await self._try(self._bot.edit_message_text(text=text, chat_id=chat, message_id=message))

    async def delete(self, chat: int, message: int) -> None:
        await self._try(self._bot.delete_message(chat, message))

    async def send_file(self, chat: int, name: str, content: bytes, caption: str = "") -> int:
        held = aiogram.types.BufferedInputFile(content, name)
        return int((await self._try(self._bot.send_document(chat, held, caption=caption))).message_id)

    async def send_picture(self, chat: int, content: bytes, caption: str = "") -> int:
        held = aiogram.types.BufferedInputFile(content, "picture.png")
        return int((await self._try(self._bot.send_photo(chat, held, caption=caption))).message_id)

    async def answer(self, query: str, text: str = "") -> None:
        await self._try(self._bot.answer_callback_query(query, text=text))

    async def typing(self, chat: int) -> None:
        await self._try(self._bot.send_chat_action(chat, "typing"))

    async def commands(self, menu: dict[str, str], chat: int = 0, *, groups: bool = False) -> None:
        types = aiogram.types
        scope = types.BotCommandScopeAllGroupChats() if groups else types.BotCommandScopeDefault()
        listed = [types.BotCommand(command=k, description=v) for k, v in menu.items()]
        if chat:
            await self._try(self._bot.set_my_commands(listed, types.BotCommandScopeChat(chat_id=chat)))
        else:
            await self._try(self._bot.set_my_commands(listed, scope))

    async def shown_commands(self, chat: int = 0) -> list[str]:
        scope = aiogram.types.BotCommandScopeChat(chat_id=chat) if chat else None
        return [c.command for c in await self._try(self._bot.get_my_commands(scope))]

    async def edit_caption(self, chat: int, message: int, caption: str) -> None:
        await self._try(self._bot.edit_message_caption(chat_id=chat, message_id=message, caption=caption))

    async def edit_buttons(self, chat: int, message: int, buttons: dict[str, str]) -> None:
        rows = [[aiogram.types.InlineKeyboardButton(text=k, callback_data=v)] for k, v in buttons.items()]
        markup = aiogram.types.InlineKeyboardMarkup(inline_keyboard=rows)
        await self._try(self._bot.edit_message_reply_markup(chat_id=chat, message_id=message, reply_markup=markup))

    async def reply(self, chat: int, text: str, to: int, *, or_alone: bool = False) -> int:
        quoted = aiogram.types.ReplyParameters(message_id=to, allow_sending_without_reply=or_alone)
        return int((await self._try(self._bot.send_message(chat, text, reply_parameters=quoted))).message_id)

    async def leave(self, chat: int) -> None:
        await self._try(self._bot.leave_chat(chat))

    async def download(self, file_id: str) -> bytes:
        found = await self._try(self._bot.get_file(file_id))
        content = await self._bot.download_file(found.file_path)
        assert content is not None
        return content.read()

    async def set_webhook(self, url: str, secret: str = "") -> None:
        await self._try(self._bot.set_webhook(url, secret_token=secret or None))

    async def delete_webhook(self) -> None:
        await self._try(self._bot.delete_webhook())

    async def webhook(self) -> tuple[str, int, str]:
        info = await self._try(self._bot.get_webhook_info())
        return info.url, info.pending_update_count, info.last_error_message or ""

    async def close(self) -> None:
        await self._bot.session.close()


class PythonTelegramBot:
    """python-telegram-bot as a client."""

    def __init__(self, url: str, token: str) -> None:
        self._bot = telegram.Bot(token, base_url=f"{url}/bot", base_file_url=f"{url}/file/bot")

    async def _try(self, call: Any) -> Any:
        try:
            return await call
        except RetryAfter as error:
            after = error.retry_after
            raise Complaint("too_many", str(error).lower(), float(after if isinstance(after, int) else 0)) from error
        except Forbidden as error:
            raise Complaint("forbidden", str(error).lower()) from error
        except Conflict as error:
            raise Complaint("conflict", str(error).lower()) from error
        except TelegramError as error:
            raise Complaint("other", str(error).lower()) from error

    async def me(self) -> str:
        return str((await self._try(self._bot.get_me())).username)

    async def updates(self, **how: Any) -> list[Any]:
        return list(await self._try(self._bot.get_updates(**how)))

    async def send(self, chat: int, text: str, *, html: bool = False, buttons: dict[str, str] | None = None) -> int:
        rows = [[telegram.InlineKeyboardButton(k, callback_data=v)] for k, v in (buttons or {}).items()]
        markup = telegram.InlineKeyboardMarkup(rows) if rows else None
        call = self._bot.send_message(chat, text, parse_mode="HTML" if html else None, reply_markup=markup)
        return int((await self._try(call)).message_id)

    async def edit(self, chat: int, message: int, text: str) -> None:
        await self._try(self._bot.edit_message_text(text, chat_id=chat, message_id=message))

    async def delete(self, chat: int, message: int) -> None:
        await self._try(self._bot.delete_message(chat, message))

    async def send_file(self, chat: int, name: str, content: bytes, caption: str = "") -> int:
        call = self._bot.send_document(chat, content, filename=name, caption=caption)
        return int((await self._try(call)).message_id)

    async def send_picture(self, chat: int, content: bytes, caption: str = "") -> int:
        call = self._bot.send_photo(chat, content, filename="picture.png", caption=caption)
        return int((await self._try(call)).message_id)

    async def answer(self, query: str, text: str = "") -> None:
        await self._try(self._bot.answer_callback_query(query, text=text))

    async def typing(self, chat: int) -> None:
        await self._try(self._bot.send_chat_action(chat, "typing"))

    async def commands(self, menu: dict[str, str], chat: int = 0, *, groups: bool = False) -> None:
        scope: Any = telegram.BotCommandScopeAllGroupChats() if groups else telegram.BotCommandScopeDefault()
        scope = telegram.BotCommandScopeChat(chat) if chat else scope
        await self._try(self._bot.set_my_commands(list(menu.items()), scope=scope))

    async def shown_commands(self, chat: int = 0) -> list[str]:
        scope = telegram.BotCommandScopeChat(chat) if chat else None
        return [c.command for c in await self._try(self._bot.get_my_commands(scope=scope))]

    async def edit_caption(self, chat: int, message: int, caption: str) -> None:
        await self._try(self._bot.edit_message_caption(chat_id=chat, message_id=message, caption=caption))

    async def edit_buttons(self, chat: int, message: int, buttons: dict[str, str]) -> None:
        rows = [[telegram.InlineKeyboardButton(k, callback_data=v)] for k, v in buttons.items()]
        markup = telegram.InlineKeyboardMarkup(rows)
        await self._try(self._bot.edit_message_reply_markup(chat_id=chat, message_id=message, reply_markup=markup))

    async def reply(self, chat: int, text: str, to: int, *, or_alone: bool = False) -> int:
        quoted = telegram.ReplyParameters(to, allow_sending_without_reply=or_alone)
        return int((await self._try(self._bot.send_message(chat, text, reply_parameters=quoted))).message_id)

    async def leave(self, chat: int) -> None:
        await self._try(self._bot.leave_chat(chat))

    async def download(self, file_id: str) -> bytes:
        found = await self._try(self._bot.get_file(file_id))
        return bytes(await found.download_as_bytearray())

    async def set_webhook(self, url: str, secret: str = "") -> None:
        await self._try(self._bot.set_webhook(url, secret_token=secret or None))

    async def delete_webhook(self) -> None:
        await self._try(self._bot.delete_webhook())

    async def webhook(self) -> tuple[str, int, str]:
        info = await self._try(self._bot.get_webhook_info())
        return info.url, info.pending_update_count, info.last_error_message or ""

    async def close(self) -> None:
        await self._bot.shutdown()


CLIENTS: dict[str, type[Aiogram] | type[PythonTelegramBot]] = {
    "aiogram": Aiogram,
    "python-telegram-bot": PythonTelegramBot,
}
