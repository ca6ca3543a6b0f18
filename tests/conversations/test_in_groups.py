"""The talks in groups, on Telegram: what is said to the bot there, and what it says to all."""

import shutil
from pathlib import Path

import pytest

from tests.conversations.player import play
from tests.conversations.stages import GroupStage
from tests.conversations.transcript import Said, read_transcript

TALKS = sorted((Path(__file__).parent / "nhom").glob("*.txt"))


@pytest.mark.parametrize("path", TALKS, ids=[path.stem for path in TALKS])
async def test_a_talk_in_a_group_goes_word_for_word(path: Path, furnished: Path, tmp_path: Path) -> None:
    shutil.copytree(furnished, tmp_path / "home")
    async with GroupStage.open(tmp_path / "home") as stage:
        assert isinstance(stage, GroupStage)
        await play(read_transcript(path), stage)


async def test_an_answer_in_a_group_quotes_the_question(furnished: Path, tmp_path: Path) -> None:
    shutil.copytree(furnished, tmp_path / "home")
    async with GroupStage.open(tmp_path / "home") as stage:
        assert isinstance(stage, GroupStage)
        await stage.say(Said("Dân trong nhóm", "Mai họp nhé"))
        await stage.say(Said("Dân trong nhóm", "@tro_ly_go_may xin chào"))
        *_, asked, answer = stage._stand_in.everything(stage.group)
        assert (asked.text, answer.answers) == ("@tro_ly_go_may xin chào", asked.message_id)


async def test_nothing_is_kept_of_what_people_say_to_each_other(furnished: Path, tmp_path: Path) -> None:
    shutil.copytree(furnished, tmp_path / "home")
    async with GroupStage.open(tmp_path / "home") as stage:
        assert isinstance(stage, GroupStage)
        await stage.say(Said("Dân trong nhóm", "Số điện thoại của chị Hoa là 0912345678"))
    assert not any(b"0912345678" in path.read_bytes() for path in (tmp_path / "home").glob("*.db*"))
