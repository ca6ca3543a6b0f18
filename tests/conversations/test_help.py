"""What the help and the menu of commands promise each role is kept by the whole product."""

import re
import shutil
from pathlib import Path

import pytest

from handlers.greet import menu
from tests.conversations.player import Heard
from tests.conversations.stages import TerminalStage
from tests.conversations.transcript import Said

ROLES = ["Dân", "Chuyên viên", "Trưởng phòng", "Chủ tịch", "Quản trị viên"]
LOOKED_UP = ("Theo ", "Trong các văn bản hiện có", "chưa có lệnh", "chỉ dành cho")
"""Signs that words were taken for a question to the plan, or are not for this role."""


async def _told(stage: TerminalStage, who: str, words: str) -> str:
    await stage.say(Said(who, words))
    heard: list[Heard] = await stage.unread(who)
    return "\n".join(f"{message.text} {message.labels}" for message in heard)


@pytest.mark.parametrize("who", ROLES)
async def test_everything_that_the_help_quotes_is_an_errand_of_that_role(
    who: str, furnished: Path, tmp_path: Path
) -> None:
    home = tmp_path / "home"
    shutil.copytree(furnished, home)
    async with TerminalStage.open(home) as stage:
        quoted = re.findall("“([^”]+)”", await _told(stage, who, "trợ giúp"))
        assert quoted
        for words in quoted:
            if not words.endswith("?"):
                answered = await _told(stage, who, words)
                assert answered, words
                assert not [sign for sign in LOOKED_UP if sign in answered.replace("Theo đơn vị", "")], (
                    f"{words}: {answered}"
                )
                await _told(stage, who, "hủy")


async def test_every_command_of_the_menu_is_known_to_everybody(furnished: Path, tmp_path: Path) -> None:
    home = tmp_path / "home"
    shutil.copytree(furnished, home)
    async with TerminalStage.open(home) as stage:
        for who in ROLES:
            for command, _ in menu():
                answered = await _told(stage, who, f"/{command}")
                assert answered and "chưa có lệnh" not in answered, f"{who} /{command}: {answered}"
                await _told(stage, who, "hủy")
