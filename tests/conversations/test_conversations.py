"""The talks and their form: which of them a channel must carry, and how a file is read."""

from pathlib import Path

import pytest

from domain.messages import Kind
from tests.conversations.stages import STAGES
from tests.conversations.telling import HERE, can_carry, names, talk_on
from tests.conversations.transcript import BadTranscript, Said, read_transcript


def test_every_app_carries_every_talk() -> None:
    missing = [
        f"{name} on {channel}"
        for channel in STAGES
        if channel != "terminal"
        for name in names()
        if not can_carry(channel, talk_on(channel, name))
    ]
    assert len(names()) >= 85 and not missing


def test_a_variant_belongs_to_a_talk_and_a_channel_and_differs() -> None:
    variants = [path for path in HERE.glob("*.txt") if path.name.count(".") == 2]
    for path in variants:
        name, channel, _ = path.name.split(".")
        usual = HERE / f"{name}.txt"
        assert channel in STAGES and usual.exists(), path.name
        assert path.read_text(encoding="utf-8") != usual.read_text(encoding="utf-8"), path.name


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
