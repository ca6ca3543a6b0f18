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


def oldest_check(texts: Iterable[str]) -> date | None:
    """The day before which nothing of a document was checked: the oldest that its entries name."""
    return min((day for text in texts if (day := checked_on(text)) is not None), default=None)
