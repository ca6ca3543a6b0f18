"""The path of headings above a place in a document."""

from dataclasses import dataclass, field

from knowledge.drafts import clipped
from knowledge.markers import Marker, Style

_SIGNS = "#*_ "
_LEVELS = 10


@dataclass(frozen=True, slots=True)
class _Heading:
    rank: float
    label: str
    soft: bool
    plain: bool = False


@dataclass(slots=True)
class Headings:
    """The headings that cover a place, outermost first.

    A soft heading is a numbered paragraph or a sentence that announces a list: it covers what it announces only.
    """

    stack: list[_Heading] = field(default_factory=list)
    ranks: dict[Style, float] = field(default_factory=dict)

    def rank(self, marker: Marker) -> float:
        """How far out a heading stands: capitals above roman figures in a paper that uses them first."""
        if marker.level:
            return Style.PART + marker.level / _LEVELS
        style = marker.style
        if style is Style.CAPITAL and Style.ROMAN not in self.ranks:
            self.ranks.setdefault(style, Style.ROMAN - 0.5)
        return self.ranks.setdefault(style, float(style))

    def push(self, marker: Marker, label: str, *, soft: bool = False) -> None:
        """Put a heading below those that cover it."""
        self._put(_Heading(self.rank(marker), clipped(label.strip(_SIGNS)), soft))

    def ask(self, label: str) -> None:
        """Put the question of a list of questions; its answer may count its own steps below it."""
        self._put(_Heading(Style.NUMBER - 0.5, clipped(label.strip(_SIGNS)), soft=False))

    def announce(self, label: str, following: Marker | None) -> None:
        """Put a sentence that announces what follows: items of a kind, or plain paragraphs."""
        rank = self.rank(following) if following else float(Style.DASH)
        self._put(_Heading(rank - 0.5, clipped(label.strip(_SIGNS)), soft=True, plain=following is None))

    def close(self, marker: Marker) -> None:
        """End the headings that a marker of this kind ends."""
        self._close(self.rank(marker))

    def leave_soft(self) -> None:
        """End what covers lists only; a sentence that announces paragraphs still covers them."""
        while self.stack and self.stack[-1].soft and not self.stack[-1].plain:
            self.stack.pop()

    def leave_announced(self) -> None:
        """End every soft heading."""
        while self.stack and self.stack[-1].soft:
            self.stack.pop()

    def clear(self) -> None:
        """Begin a new part of the paper, such as an annex."""
        self.stack.clear()

    def path(self) -> tuple[str, ...]:
        """The labels from the outermost to the nearest."""
        return tuple(heading.label for heading in self.stack)

    def _put(self, heading: _Heading) -> None:
        self._close(heading.rank)
        self.stack.append(heading)

    def _close(self, rank: float) -> None:
        while self.stack and self.stack[-1].rank >= rank:
            self.stack.pop()
