"""The planning part of the bench: what it measures is real work, and the second day has only the new notices."""

import asyncio
from pathlib import Path

from tests.bench.planning import OFFICES, measure


def test_a_day_is_planned_for_every_office_and_only_what_is_new_is_written(tmp_path: Path) -> None:
    first, day, nothing = asyncio.run(measure(tmp_path, 20 * OFFICES))
    assert first.notices > day.notices > nothing.notices == 0
    assert first.seconds > 0 and first.most > 0
