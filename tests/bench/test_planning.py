"""The planning part of the bench: what it measures is real work, and the second day has only the new notices."""

import asyncio
from pathlib import Path

from tests.bench.planning import OFFICES, measure


def test_a_day_is_planned_for_every_office_and_only_what_is_new_is_written(tmp_path: Path) -> None:
    first, day = asyncio.run(measure(tmp_path, 20 * OFFICES))
    assert first.notices > day.notices > 0
    assert day.total == day.reading + day.reckoning + day.writing
