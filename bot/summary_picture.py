"""The picture that goes with a staff group's summary: each unit's tasks beside the others'."""

import texts
from bot import charts
from domain.messages import Attachment
from handlers.drawing import chart_by
from scheduler.summaries import OfficeFigures


async def draw_summary(figures: OfficeFigures) -> Attachment | None:
    """The chart of the units, or None where it cannot be drawn."""
    chart = chart_by(
        file=texts.say("charts.file.units"),
        title=texts.say("charts.title.units"),
        office=figures.office.name,
        rows=figures.units,
        counted=figures.tasks,
        today=figures.day,
    )
    return await charts.draw(chart)
