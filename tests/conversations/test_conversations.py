"""Every transcript, told through every channel that can carry it."""

import shutil
from pathlib import Path

import pytest

from domain.messages import Kind
from tests.conversations.player import play
from tests.conversations.stages import STAGES
from tests.conversations.transcript import BadTranscript, Said, Transcript, read_transcript

TRANSCRIPTS = [read_transcript(path) for path in sorted(Path(__file__).parent.glob("*.txt"))]


@pytest.mark.parametrize(
    ("channel", "transcript"),
    [
        pytest.param(channel, transcript, id=f"{transcript.name}-{channel}")
        for transcript in TRANSCRIPTS
        for channel, stage in STAGES.items()
        if transcript.kinds <= stage.kinds
    ],
)
async def test_the_talk_goes_word_for_word(
    channel: str, transcript: Transcript, furnished: Path, tmp_path: Path
) -> None:
    home = tmp_path / "home"
    shutil.copytree(furnished, home)
    async with STAGES[channel].open(home) as stage:
        await play(transcript, stage)


def test_every_channel_that_can_carry_a_talk_plays_it() -> None:
    assert len(TRANSCRIPTS) >= 12
    assert all(any(t.kinds <= stage.kinds for stage in STAGES.values()) for t in TRANSCRIPTS)


def test_photos_files_and_numbers_are_read(tmp_path: Path) -> None:
    path = tmp_path / "gui.txt"
    lines = ["(ảnh)", "(3 ảnh) Cống tắc ở ngõ 5", "(tệp bien-ban.pdf) Đã xong", "(số điện thoại 0912345678)"]
    path.write_text("".join(f"Dân: {line}\n(im lặng)\n" for line in lines), encoding="utf-8")
    assert [step.deed for step in read_transcript(path).steps] == [
        Said("Dân", "", Kind.PHOTO),
        Said("Dân", "Cống tắc ở ngõ 5", Kind.PHOTO, count=3),
        Said("Dân", "Đã xong", Kind.FILE, "bien-ban.pdf"),
        Said("Dân", "0912345678", Kind.CONTACT),
    ]


@pytest.mark.parametrize(
    "text",
    [
        "Dân: Xin chào\nDân: Có ai không?\nBot: Chào anh/chị.\n",
        "Dân: Xin chào\n(im lặng)\nBot: Chào anh/chị.\n",
        "[Trợ giúp]\nBot: Chào anh/chị.\n",
        "Dân: Xin chào\nBot: Chào\n  anh/chị.\n",
        "không ai nói câu này\n",
    ],
    ids=["no answer", "silent and answered", "nobody pressed", "wrong indent", "no speaker"],
)
def test_a_line_out_of_form_is_refused(text: str, tmp_path: Path) -> None:
    path = tmp_path / "sai.txt"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(BadTranscript):
        read_transcript(path)
