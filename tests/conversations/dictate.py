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

from tests.conversations.every_stage import STAGES
from tests.conversations.player import SECOND_APP, TOLD, Blanks, Stage, as_written, perform
from tests.conversations.stages import TELLS_PRIVACY, GroupStage, described, furnish
from tests.conversations.transcript import GROUP, Moved, Step, chat_of, read_transcript
from tests.conversations.two_apps import TwoApps, seconds_for


async def dictate(path: Path) -> str:
    """The transcript with the bot's lines as they are now, played on its channel."""
    transcript = read_transcript(path, is_complete=False)
    steps = {step.line: step for step in transcript.steps}
    kinds = transcript.kinds
    over_two = any(who.endswith(")") for who in transcript.speakers)
    own = None if over_two else GroupStage if path.parent.name == "nhom" else STAGES.get(path.stem.partition(".")[2])
    stage_type = own or next(s for s in STAGES.values() if kinds <= s.kinds and s.notices_have_buttons)
    written: list[str] = []
    with tempfile.TemporaryDirectory() as folder:
        await furnish(Path(folder))
        if transcript.tells_privacy:
            (Path(folder) / TELLS_PRIVACY).touch()
        opened = TwoApps.open(Path(folder), seconds_for(path)[0]) if over_two else stage_type.open(Path(folder))
        async with opened as stage:
            filled = Blanks(stage)
            waiting: Step | None = None
            speaker = ""
            is_bot = False
            for number, line in enumerate([*path.read_text(encoding="utf-8").splitlines(), "#end"], 1):
                if line.startswith(" ") or not line.strip():
                    written += [] if is_bot or not line.strip() else [line]
                    continue
                if waiting is not None:
                    speaker = speaker if isinstance(waiting.deed, Moved) else chat_of(waiting.deed.who)
                    await perform(waiting, stage, filled)
                    written += [*await _answers(stage, speaker, over_two, filled), ""]
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


async def _answers(stage: Stage, speaker: str, over_two: bool, filled: Blanks) -> list[str]:
    answers = []
    people = [*described()["speakers"], *([GROUP] if isinstance(stage, GroupStage) else [])]
    for who in [f"{person} ({app})" for person in people for app in ("Telegram", "Zalo")] if over_two else people:
        heard = await stage.unread(who)
        filled.learn(heard)
        answers += [as_written(message, who, speaker) for message in heard]
    if over_two and isinstance(stage, TwoApps):
        answers = [
            answer.replace(stage.second_app, SECOND_APP).replace(f"({SECOND_APP}): ", "(Zalo): ") for answer in answers
        ]
    return [answer.replace(filled.told, TOLD) if filled.told else answer for answer in answers] or ["(im lặng)"]


if __name__ == "__main__":
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(logging.ERROR))
    for name in sys.argv[1:]:
        file = Path(name)
        file.write_text(asyncio.run(dictate(file)), encoding="utf-8")
