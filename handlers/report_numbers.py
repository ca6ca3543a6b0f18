"""Counts, figures, moments and quoted words as an administrative paper writes them."""

from datetime import datetime

import texts
from domain.clock import day_text, local


def count_words(count: int) -> str:
    """A count as papers write it: 03, 12, 1.250."""
    return f"{count:02d}" if 0 < count < 10 else f"{count:,}".replace(",", ".")


def number_words(value: float) -> str:
    """A figure with the decimal comma and points between the thousands: 1.250,5."""
    plain_form = f"{value:,.2f}".rstrip("0").rstrip(".")
    return plain_form.translate(str.maketrans(",.", ".,"))


def plain(text: str) -> str:
    """Somebody's words on one line."""
    return " ".join(text.split())


def moment(at: datetime) -> str:
    """A moment as a paper says it: 14 o'clock 05 of a day."""
    wall = local(at)
    return texts.say("periodic.moment", time=f"{wall:%H:%M}", day=day_text(wall.date()))
