"""When an entry was last compared with the rules in force, as it says itself in its last sentence."""

import re
from collections.abc import Iterable
from datetime import date

from domain.vietnamese import fold

_CHECKED = re.compile(
    r"(?:^|[.;:!?)\u201d\"] |\()(?:kiem tra|ra soat|cap nhat)(?: lan cuoi| gan nhat)?:? "
    r"ngay (\d{1,2})/(\d{1,2})/(\d{4})[.) ]*$"
)


def checked_on(text: str) -> date | None:
    """The day on which somebody last checked this entry; None where it does not say."""
    found = _CHECKED.search(fold(text))
    if found is None:
        return None
    day, month, year = map(int, found.groups())
    try:
        return date(year, month, day)
    except ValueError:
        return None


def without_check(text: str) -> str:
    """The text without the sentence that says when it was checked, whose day would else be taken for its content."""
    sentences = re.split(r"(?<=[.;:!?)\u201d\"]) (?=\S)", text)
    if len(sentences) > 1 and checked_on(text):
        while checked_on(" ".join(sentences)):
            sentences.pop()
        return " ".join(sentences)
    return text


def oldest_check(sources: Iterable[str]) -> date | None:
    """The day before which nothing of a document was checked: the oldest that its entries name."""
    return min((day for source in sources if (day := checked_on(source)) is not None), default=None)
