"""What is said to another chat: once, to who can be reached, and without buttons where an app has none."""

import io
from datetime import UTC, datetime
from pathlib import Path

from rich.console import Console

from bot.channels.terminal import Terminal
from bot.channels.web import Web
from bot.telling import queue_told
from domain.messages import Button, Reply
from domain.ports import Channel
from handlers.turn import Told
from storage import Storage

NOW = datetime(2026, 3, 2, 1, 0, tzinfo=UTC)


async def test_what_is_told_names_no_buttons_where_there_are_none(tmp_path: Path) -> None:
    storage = Storage.open(f"sqlite:///{tmp_path / 'kehoach.db'}")
    await storage.migrate()
    reply = Reply("Phản ánh mới.", (Button("Xem", "pa:show:1"),))
    told = [Told(reply, f"k{name}", channel=name, chat_id="c") for name in ("web", "terminal", "zalo")]
    channels: dict[str, Channel] = {"web": Web(), "terminal": Terminal(Console(file=io.StringIO()))}
    async with storage.writing() as records:
        unreached = await queue_told(records, channels, [*told, told[0]], NOW)
        rows = await records.outbox.claim(NOW, 9, set(), tuple(channels))
    await storage.close()
    assert [each.channel for each in unreached] == ["zalo"]
    assert sorted((row.channel, row.reply.text, len(row.reply.buttons)) for row in rows) == [
        ("terminal", "Phản ánh mới.", 0),
        ("web", "Phản ánh mới.", 1),
    ]
