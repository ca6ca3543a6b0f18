"""Plays a transcript through a channel and compares every message, to anybody, word for word."""

import re
from collections.abc import Collection, Iterable
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Protocol

import texts
from domain.messages import Kind
from tests.conversations.transcript import Expected, Moved, Pressed, Said, Step, Transcript, chat_of

TOLD, SECOND_APP = "{mã vừa lấy}", "{ứng dụng kia}"
CODE_TOLD = re.compile(r"(?<=: )[2-9A-HJKMNP-TV-Z]{4}-[2-9A-HJKMNP-TV-Z]{4}\b|(?<=Mã xác nhận: )\d{6}\b")


@dataclass(frozen=True, slots=True)
class Heard:
    """A message as somebody sees it in their app: its words and the labels of its buttons.

    A picture or file that comes with it is a line before its words: `(ảnh bieu-do.png)`, `(tệp danh-muc.xlsx)`.
    """

    text: str
    labels: tuple[str, ...] = ()


def with_attached(text: str, pictures: Iterable[str], files: Iterable[str]) -> str:
    """A message's words below a line for each picture and each file that comes with it, by name."""
    lines = [*(f"(ảnh {name})" for name in pictures), *(f"(tệp {name})" for name in files)]
    return "\n".join([*lines, *([text] if text else [])])


class Stage(Protocol):
    """One channel with the whole bot behind it, on which a talk is played."""

    @property
    def kinds(self) -> Collection[Kind]:
        """What can be sent in this app."""
        ...

    @property
    def notices_have_buttons(self) -> bool:
        """False where what is no answer names no buttons, because its numbers would be taken for the last reply's."""
        ...

    async def say(self, said: Said) -> None:
        """Somebody writes or sends something; returns once the bot has dealt with it."""
        ...

    async def press(self, who: str, label: str) -> None:
        """Somebody presses the newest button with this label; returns once the bot has dealt with it."""
        ...

    async def move_clock(self, moment: datetime) -> None:
        """The clock shows this moment, and what is due then has been sent."""
        ...

    async def unread(self, who: str) -> list[Heard]:
        """What the bot sent to somebody since this was last asked."""
        ...

    async def feedback_code(self, number: int) -> str:
        """The code of the citizen feedback sent as the first, the second and so on in this talk."""
        ...

    async def code_for(self, person: str) -> str:
        """A join code for a member of staff; the same one whenever it is asked again."""
        ...


def as_written(message: Heard, to: str, last_speaker: str) -> str:
    """The message in a transcript's own form."""
    head = "Bot" if to == last_speaker else f"Bot gửi {to}"
    lines = [
        *message.text.split("\n"),
        *([" ".join(f"[{label}]" for label in message.labels)] if message.labels else []),
    ]
    return f"{head}: " + "\n".join(f"     {line}" if number and line else line for number, line in enumerate(lines))


async def play(transcript: Transcript, stage: Stage) -> None:
    """Fail at the first line where the bot sends anything else than the transcript says."""
    filled = Blanks(stage)
    for step in transcript.steps:
        await perform(step, stage, filled)
        for who in sorted(transcript.speakers):
            expected = [e for e in step.answers if e.to == who]
            heard = await stage.unread(who)
            filled.learn(heard)
            is_answer = not isinstance(step.deed, Moved) and chat_of(step.deed.who) == who
            has_buttons = getattr(stage, "names_buttons_to", lambda _: stage.notices_have_buttons)(who)
            if not is_answer and not has_buttons:
                expected = [_without_buttons(e) for e in expected]
            await _compare(transcript, step, who, expected, heard, filled)


def _without_buttons(expected: Expected) -> Expected:
    """The message where no button can be pressed: a reminder says by which words one answers it."""
    if texts.say("notices.received_button") not in (expected.labels or ()):
        return replace(expected, labels=())
    return replace(expected, labels=(), text=f"{expected.text}\n\n{texts.say('notices.received_by_words')}")


async def perform(step: Step, stage: Stage, filled: "Blanks") -> None:
    """Let happen what the step says."""
    deed = step.deed
    if isinstance(deed, Moved):
        await stage.move_clock(deed.to)
    elif isinstance(deed, Pressed):
        await stage.press(deed.who, await filled(deed.label))
    elif isinstance(deed, Said):
        await stage.say(replace(deed, text=await filled(deed.text)))


async def _compare(
    transcript: Transcript, step: Step, who: str, expected: list[Expected], heard: list[Heard], filled: "Blanks"
) -> None:
    where = f"{transcript.name}.txt:{step.line}: {who}"
    told = "\n".join(as_written(message, who, who) for message in heard) or "(im lặng)"
    assert len(heard) == len(expected), f"{where} was sent {len(heard)} messages and not {len(expected)}:\n{told}"
    for want, got in zip(expected, heard, strict=True):
        assert got.text == await filled(want.text), f"{where} was sent other words:\n{told}"
        if want.labels is not None:
            assert got.labels == tuple([await filled(label) for label in want.labels]), (
                f"{where} was offered other buttons:\n{told}"
            )


class Blanks:
    """Fills {mã NAME} with that person's join code and {phản ánh 1} with a case's: both are drawn anew at every run.

    {mã vừa lấy} is the last code that somebody was told in chat; {ứng dụng kia} is the name of the second app.
    """

    def __init__(self, stage: Stage) -> None:
        self._stage = stage
        self.told = ""

    def learn(self, heard: Iterable[Heard]) -> None:
        """Keep the last code that a message told."""
        for message in heard:
            self.told = next(iter(CODE_TOLD.findall(message.text)), self.told)

    async def __call__(self, text: str) -> str:
        """The text with its blanks filled."""
        text = text.replace(TOLD, self.told).replace(SECOND_APP, getattr(self._stage, "second_app", SECOND_APP))
        for name in re.findall(r"\{mã ([^}]+)\}", text):
            text = text.replace(f"{{mã {name}}}", await self._stage.code_for(name))
        for number in re.findall(r"\{phản ánh (\d)\}", text):
            text = text.replace(f"{{phản ánh {number}}}", await self._stage.feedback_code(int(number)))
        return text
