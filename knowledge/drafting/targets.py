"""The targets a plan sets."""

from domain.plans import Target
from knowledge.outline import Outlined
from knowledge.reading import ReadText


def draft_targets(read: ReadText, outlined: Outlined) -> tuple[Target, ...]:
    """The targets of a plan, in the order of its text."""
    return ()
