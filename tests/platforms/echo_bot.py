"""A bare aiogram echo bot by long polling: the yardstick beside which `make bench` measures the product.

`python -m tests.platforms.echo_bot BASE_URL [TOKEN]`
"""

import asyncio
import sys

from aiogram import Bot, Dispatcher
from aiogram.client.session.aiohttp import AiohttpSession
from aiogram.client.telegram import TelegramAPIServer
from aiogram.types import Message

from tests.platforms.telegram import TOKEN


async def run(base_url: str, token: str) -> None:
    """Answer every text with itself, until stopped."""
    dispatcher = Dispatcher()

    @dispatcher.message()
    async def echo(message: Message) -> None:
        await message.answer(message.text or "")

    bot = Bot(token, session=AiohttpSession(api=TelegramAPIServer.from_base(base_url)))
    await dispatcher.start_polling(bot)


if __name__ == "__main__":
    asyncio.run(run(sys.argv[1], sys.argv[2] if len(sys.argv) > 2 else TOKEN))
