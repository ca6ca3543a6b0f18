"""Tasks written as blocks: what is to be done, and below or behind it who leads, who helps, until when, with what."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import cache

from domain.plans import PassageKind
from domain.spelling import is_near
from domain.vietnamese import fold
from knowledge.drafting.paragraphs import Paragraph
from knowledge.drafting.units import is_verb_at, support_in, unit_at_head
from knowledge.drafting.wording import Word
from knowledge.lines import Line
from knowledge.markers import Style
from knowledge.words import word_list

_LONGEST_LABEL = 9
_DAMAGE = 0.15


@dataclass(frozen=True, slots=True)
class _Piece:
    """A labelled part of a paragraph; the first part of one has no label."""

    kind: str
    words: tuple[Word, ...]


@dataclass(slots=True)
class Block:
    """A task as it stands in the text: whose paragraph names it, and the words of its fields."""

    owner: Paragraph
    name: tuple[Word, ...]
    fields: dict[str, tuple[Word, ...]] = field(default_factory=dict)
    members: list[int] = field(default_factory=list)

    @property
    def is_led(self) -> bool:
        """True once it says who leads."""
        return bool(self.fields.get("lead"))


def blocks_in(paragraphs: Sequence[Paragraph]) -> list[Block]:
    """The blocks that say who leads, in the order of the text."""
    walk = _Walk(paragraphs)
    for n in range(len(paragraphs)):
        walk.take(n)
    walk.close()
    return walk.found


def lines_of(block: Block, paragraphs: Sequence[Paragraph]) -> list[Line]:
    """The lines a block stands on."""
    lines = {line.start: line for n in block.members for line in paragraphs[n].lines}
    return [lines[start] for start in sorted(lines)]


class _Walk:
    """One way through the paragraphs: which heading is in force, what was said since, and the block under way."""

    def __init__(self, paragraphs: Sequence[Paragraph]) -> None:
        self.found: list[Block] = []
        self._paragraphs = paragraphs
        self._heading: int | None = None
        self._since: list[int] = []
        self._block: Block | None = None
        self._open = ""

    def take(self, n: int) -> None:
        """Go on with the next paragraph."""
        paragraph = self._paragraphs[n]
        pieces = _pieces(paragraph.words)
        if not any(piece.kind for piece in pieces):
            self._take_plain(n, paragraph)
            return
        if not pieces[0].kind and len(pieces[0].words) > 2:
            self.close()
            self._block = Block(paragraph, pieces[0].words, members=[n])
            self._since = []
        for piece in pieces:
            if piece.kind:
                self._take_piece(n, piece)

    def close(self) -> None:
        """End the block under way."""
        if self._block is not None and self._block.is_led:
            self.found.append(self._block)
        self._block, self._open = None, ""

    def _take_plain(self, n: int, paragraph: Paragraph) -> None:
        outer = paragraph.kind is PassageKind.HEADING or (
            paragraph.style is not None and paragraph.style < Style.LETTER
        )
        if not outer and self._open and self._block is not None:
            if self._open != "name":
                held = self._block.fields.get(self._open, ())
                self._block.fields[self._open] = (*held, *paragraph.words)
            self._block.members.append(n)
            return
        if self._block is not None and self._block.is_led:
            self.close()
            self._since = []
        if outer:
            self.close()
            self._heading, self._since = n, []
        else:
            self._since.append(n)

    def _take_piece(self, n: int, piece: _Piece) -> None:
        block = self._block
        if (
            block is not None
            and piece.words
            and ((piece.kind in block.fields and piece.kind != "support") or (piece.kind == "name" and block.is_led))
        ):
            self.close()
            self._since = []
            block = None
        if block is None:
            block = self._block = self._begun(n)
        block.members.append(n)
        self._open = "" if piece.words else piece.kind
        if piece.kind == "name":
            block.name = piece.words or block.name
        elif piece.kind == "lead" and piece.words:
            block.fields["lead"] = _unit_of(piece.words)
            if (helping := support_in(piece.words)) and "support" not in block.fields:
                block.fields["support"] = helping
        elif piece.words:
            block.fields[piece.kind] = piece.words

    def _begun(self, n: int) -> Block:
        """The block that a label begins: about the one thing said since the heading, else about the heading."""
        owners = self._since[-1:] if len(self._since) == 1 or self._heading is None else [self._heading]
        owner = self._paragraphs[owners[0] if owners else n]
        name = owner.words if owners else ()
        members = sorted({*([] if self._heading is None else [self._heading]), *self._since}) if owners else []
        return Block(owner, name, members=members)


def _unit_of(words: tuple[Word, ...]) -> tuple[Word, ...]:
    """Who leads, without what is said of how: the name before the first verb."""
    begin, end = unit_at_head(words)
    return words[begin:end] if 0 < end < len(words) and is_verb_at(words, end) else words


def _pieces(words: Sequence[Word]) -> list[_Piece]:
    """The parts of a paragraph by their labels; the words before the first label come first, without one."""
    pieces: list[_Piece] = []
    start, kind, at = 0, "", 0
    while at < len(words):
        begins = at == 0 or words[at - 1].text[-1] in ".;:,-–(" or words[at].opens
        found = _label_at(words, at) if begins else None
        if found is None:
            at += 1
            continue
        pieces.append(_Piece(kind, _trimmed(words[start:at])))
        kind, at = found[0], at + found[1]
        start = at
    pieces.append(_Piece(kind, _trimmed(words[start:])))
    return [piece for piece in pieces if piece.kind or piece.words]


def _trimmed(words: Sequence[Word]) -> tuple[Word, ...]:
    """The words without dashes and bullets at their ends."""
    kept = list(words)
    while kept and not any(map(str.isalnum, kept[-1].text)):
        kept.pop()
    while kept and not any(map(str.isalnum, kept[0].text)):
        kept.pop(0)
    return tuple(kept)


def _label_at(words: Sequence[Word], at: int) -> tuple[str, int] | None:
    """The field whose label begins with this word, and of how many words it is; a colon ends it."""
    head: list[str] = []
    for n, word in enumerate(words[at : at + _LONGEST_LABEL]):
        head.append(word.text)
        if word.text.endswith(":"):
            label = re.sub(r"[^a-z0-9, ]", "", fold(" ".join(head))).strip(" ,")
            kind = _kind_of(re.sub(r"^(?:\d{1,2}|[a-z])\s", "", label))
            return (kind, n + 1) if kind else None
        if ":" in word.text or word.text[-1] in ".;":
            return None
    return None


@cache
def _kind_of(label: str) -> str:
    """Which field a label names; empty for none."""
    for kind, labels in word_list("drafting/words")["labels"].items():
        for known in labels:
            if label == known or (len(known) > 6 and is_near(label, known, _DAMAGE * len(known))):
                return str(kind)
    return ""
