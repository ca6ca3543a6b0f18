"""Writes the bot's part of a transcript anew: `python -m tests.conversations.dictate FILE…`.

A variant (`NAME.CHANNEL.txt`) is played on its channel, any other file on the first channel that can carry it.

The lines of people stay as they are; what the bot now says goes between them, in the file itself. Read the result
before keeping it: a transcript says what the bot should say, not what it happens to say.
"""

import asyncio
import logging
import sys
import tempfile
from pathlib import Path

import structlog

from tests.conversations.player import Blanks, Stage, as_written, perform
from tests.conversations.stages import STAGES, TELLS_PRIVACY, described, furnish
from tests.conversations.transcript import Moved, Step, read_transcript


async def dictate(path: Path) -> str:
    """The transcript with the bot's lines as they are now, played on its channel."""
    steps = {step.line: step for step in read_transcript(path, is_complete=False).steps}
    kinds = read_transcript(path, is_complete=False).kinds
    own = STAGES.get(path.stem.partition(".")[2])
    stage_type = own or next(s for s in STAGES.values() if kinds <= s.kinds and s.notices_have_buttons)
    written: list[str] = []
    with tempfile.TemporaryDirectory() as folder:
        await furnish(Path(folder))
        if read_transcript(path, is_complete=False).tells_privacy:
            (Path(folder) / TELLS_PRIVACY).touch()
        async with stage_type.open(Path(folder)) as stage:
            filled = Blanks(stage)
            waiting: Step | None = None
            speaker = ""
            is_bot = False
            for number, line in enumerate([*path.read_text(encoding="utf-8").splitlines(), "#end"], 1):
                if line.startswith(" ") or not line.strip():
                    written += [] if is_bot or not line.strip() else [line]
                    continue
                if waiting is not None:
                    speaker = speaker if isinstance(waiting.deed, Moved) else waiting.deed.who
                    await perform(waiting, stage, filled)
                    written += [*await _answers(stage, speaker), ""]
                    waiting = None
                is_bot = line.startswith("Bot") or line == "(im lặng)"
                written += [] if is_bot or line == "#end" else [line]
                waiting = steps.get(number)
            text = "\n".join(written).rstrip("\n") + "\n"
            for person in (p["name"] for p in described()["people"]):
                if f"{{mã {person}}}" in text:
                    text = text.replace(await stage.code_for(person), f"{{mã {person}}}")
            for number in range(1, 9):
                try:
                    text = text.replace(await stage.feedback_code(number), f"{{phản ánh {number}}}")
                except IndexError:
                    break
    return text


async def _answers(stage: Stage, speaker: str) -> list[str]:
    answers = []
    for who in described()["speakers"]:
        answers += [as_written(message, who, speaker) for message in await stage.unread(who)]
    return answers or ["(im lặng)"]


if __name__ == "__main__":
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(logging.ERROR))
    for name in sys.argv[1:]:
        file = Path(name)
        file.write_text(asyncio.run(dictate(file)), encoding="utf-8")
