"""What a chart shows, before anybody draws it: bars made of parts, with the words beside them."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from enum import StrEnum

from domain.messages import Attachment

MOST_BARS = 30
"""What one picture holds and a phone still shows in letters that can be read."""


class Tone(StrEnum):
    """What a part of a bar stands for; whoever draws gives each tone one colour."""

    DONE = "done"
    DOING = "doing"
    NOT_STARTED = "not_started"
    BLOCKED = "blocked"
    LATE = "late"


@dataclass(frozen=True, slots=True)
class Bar:
    """One bar. `note` stands at the end of its label's line; `parts` are drawn in their order."""

    label: str
    note: str
    parts: tuple[tuple[Tone, int], ...]

    @property
    def total(self) -> int:
        """The sum of its parts."""
        return sum(count for _, count in self.parts)


@dataclass(frozen=True, slots=True)
class Chart:
    """A picture to be drawn. `legend` names the tones with their sums; `empty` is what stands where there is no bar.

    `counted_in` stands behind each number, where it counts something else than tasks.
    """

    file: str
    title: str
    subtitle: str
    legend: tuple[tuple[Tone, str], ...]
    bars: tuple[Bar, ...]
    empty: str
    footnote: str = ""
    counted_in: str = ""


Draw = Callable[[Chart], Awaitable[Attachment | None]]
"""Draws a chart, or gives None where it cannot be drawn: the words beside it must do."""


async def draw_nothing(chart: Chart) -> Attachment | None:
    """Where nobody draws, the words alone are sent."""
    return None
