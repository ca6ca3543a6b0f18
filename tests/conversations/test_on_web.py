"""Every talk that the chat page can carry, told on it; a file for each channel, so that they are told side by side."""

from pathlib import Path

import pytest

from tests.conversations.telling import Talk, each, tell


@pytest.mark.parametrize("talk", each("web"))
async def test_the_talk_goes_word_for_word(talk: Talk, furnished: Path, tmp_path: Path) -> None:
    await tell("web", talk, furnished, tmp_path)
