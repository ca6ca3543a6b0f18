"""Talks that go from one app to another, told with Telegram and each other app that can stand beside it."""

import shutil
from pathlib import Path

import pytest

from tests.conversations.player import play
from tests.conversations.transcript import Expected, Said, read_transcript
from tests.conversations.two_apps import TwoApps, seconds_for

FOLDER = Path(__file__).parent / "hai-ung-dung"
TALKS = [(path, second) for path in sorted(FOLDER.glob("*.txt")) for second in seconds_for(path)]


@pytest.mark.parametrize(("talk", "second"), TALKS, ids=[f"{path.stem}-{second}" for path, second in TALKS])
async def test_the_talk_goes_word_for_word(talk: Path, second: str, furnished: Path, tmp_path: Path) -> None:
    home = tmp_path / "home"
    shutil.copytree(furnished, home)
    async with TwoApps.open(home, second) as stage:
        await play(read_transcript(talk), stage)


def test_a_speaker_may_name_the_app(tmp_path: Path) -> None:
    path = tmp_path / "hai.txt"
    path.write_text("Chuyên viên (Zalo): Chào\nBot: Vâng\nBot gửi Chuyên viên (Telegram): Đã nhận\n", encoding="utf-8")
    (step,) = read_transcript(path).steps
    assert step.deed == Said("Chuyên viên (Zalo)", "Chào")
    assert step.answers == (
        Expected("Chuyên viên (Zalo)", "Vâng", None, 2),
        Expected("Chuyên viên (Telegram)", "Đã nhận", None, 3),
    )
