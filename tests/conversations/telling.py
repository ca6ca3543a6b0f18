"""Which talks are told on a channel, in which form, and the telling of one."""

import shutil
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import pytest
from _pytest.mark import ParameterSet

from tests.conversations.player import play
from tests.conversations.stages import STAGES, TELLS_PRIVACY
from tests.conversations.transcript import Transcript, read_transcript

HERE = Path(__file__).parent


@dataclass(frozen=True, slots=True)
class Talk:
    """A talk as it goes on one channel: `variant` is True where the channel has a file of its own for it."""

    transcript: Transcript
    variant: bool


def names() -> Sequence[str]:
    """The talks by name, each once whatever variants it has."""
    return sorted({path.name.split(".")[0] for path in HERE.glob("*.txt")})


def talk_on(channel: str, name: str) -> Talk:
    """The talk as it goes on this channel: `NAME.CHANNEL.txt` where there is one, else `NAME.txt`."""
    own = HERE / f"{name}.{channel}.txt"
    return Talk(read_transcript(own if own.exists() else HERE / f"{name}.txt"), own.exists())


def carried(channel: str) -> Sequence[Talk]:
    """The talks that this channel can carry."""
    return [talk for talk in (talk_on(channel, name) for name in names()) if can_carry(channel, talk)]


def can_carry(channel: str, talk: Talk) -> bool:
    """False where something is sent that this app cannot send."""
    return talk.transcript.kinds <= STAGES[channel].kinds


def each(channel: str) -> list[ParameterSet]:
    """The talks of a channel as the parameters of a test, by name and channel."""
    return [pytest.param(talk, id=f"{talk.transcript.name.split('.')[0]}-{channel}") for talk in carried(channel)]


async def tell(channel: str, talk: Talk, furnished: Path, folder: Path) -> None:
    """Play the talk on the channel in a copy of the office; fails at the first line that goes otherwise."""
    home = folder / "home"
    shutil.copytree(furnished, home)
    if talk.transcript.tells_privacy:
        (home / TELLS_PRIVACY).touch()
    async with STAGES[channel].open(home) as stage:
        await play(talk.transcript, stage)
