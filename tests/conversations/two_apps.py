"""A stage on which each speaker has two apps: Telegram, where the staff have joined, and another one that they may add.

In a transcript "Chuyên viên (Zalo): …" is what they say in the other app, whichever that is, and "Bot gửi Chuyên viên
(Telegram): …" what they are sent in the first. Without a mark it is Telegram. Nobody keeps windows open here.
"""

from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from typing import Any

from handlers.apps import app_words
from tests.conversations.player import Heard, Stage
from tests.conversations.stages import House, TelegramStage, WebStage
from tests.conversations.transcript import Said, read_transcript
from tests.conversations.zalo_stages import ZaloBotStage, ZaloOaStage

SECOND: dict[str, Any] = {"web": WebStage, "zalo-oa": ZaloOaStage, "zalo-bot": ZaloBotStage}
"""The other apps on which these talks are told; each has `made`, as the stages do that may stand beside another."""
_MARKS = (" (Telegram)", " (Zalo)")


def seconds_for(path: Path) -> Sequence[str]:
    """The other apps on which this talk is told: the one that the file's name names, else all that can carry it."""
    own = path.stem.partition(".")[2]
    kinds = read_transcript(path, is_complete=False).kinds
    return [own] if own else [name for name, stage in SECOND.items() if kinds <= stage.kinds]


class TwoApps:
    """One product that serves Telegram and another app."""

    def __init__(self, house: House, first: Stage, second: Stage, second_app: str) -> None:
        self._stages = (first, second)
        self.second_app = second_app
        self.kinds = frozenset(first.kinds) & frozenset(second.kinds)
        self.notices_have_buttons = True
        self.code_for = house.code_for
        self.feedback_code = house.feedback_code

    @classmethod
    @asynccontextmanager
    async def open(cls, home: Path, second: str = "web") -> AsyncIterator["TwoApps"]:
        """Telegram with the staff seated, and the other app where everybody is still a stranger."""
        house = House(home)
        async with (
            TelegramStage.made(house) as (telegram, begin),
            SECOND[second].made(house) as (other, begin_other),
            house.open(telegram, other),
        ):
            stages = (await begin(seated=True), await begin_other(seated=False))
            if isinstance(stages[1], ZaloOaStage):
                stages[1].windows_close = True
            yield cls(house, *stages, app_words(other.name))

    async def say(self, said: Said) -> None:
        stage, who = self._of(said.who)
        await stage.say(replace(said, who=who))

    async def press(self, who: str, label: str) -> None:
        stage, speaker = self._of(who)
        await stage.press(speaker, label)

    async def move_clock(self, moment: datetime) -> None:
        # The second app's own clock first: what is due then is sent at once, by whichever app.
        for stage in reversed(self._stages):
            await stage.move_clock(moment)

    async def unread(self, who: str) -> list[Heard]:
        stage, speaker = self._of(who)
        return await stage.unread(speaker)

    def names_buttons_to(self, who: str) -> bool:
        """False where what is no answer names no buttons in the app that is meant."""
        return self._of(who)[0].notices_have_buttons

    def _of(self, who: str) -> tuple[Stage, str]:
        """The stage of the app that is meant, and the speaker's name there."""
        for mark, stage in zip(_MARKS, self._stages, strict=True):
            if who.endswith(mark):
                return stage, who.removesuffix(mark)
        return self._stages[0], who
