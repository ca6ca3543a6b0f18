"""The office of the talks, furnished once."""

import asyncio
from pathlib import Path

import pytest

from tests.conversations.stages import furnish


@pytest.fixture(scope="session")
def furnished(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A data folder with the office of the talks; reading and indexing its papers once is enough."""
    home = tmp_path_factory.mktemp("office")
    asyncio.run(furnish(home))
    return home
