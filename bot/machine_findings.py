"""What `kehoach doctor` finds of the machine: its data folder, its disk, and who may read what is secret."""

import os
import shutil
import stat
from collections.abc import AsyncIterator
from pathlib import Path

from bot.findings import Finding, finding
from bot.sealing import KEY_FILE
from bot.settings import Settings

ENV_FILE = Path(".env")
LITTLE, ALMOST_NONE = 2 * 2**30, 300 * 2**20
"""Bytes free on the disk of the data folder below which somebody should look, and below which writing soon fails."""


async def machine_findings(settings: Settings) -> AsyncIterator[Finding]:
    """The data folder, the space that is left, and the files only their owner should read."""
    home = settings.kehoach_home
    place = home if home.exists() else home.absolute().parent
    if not place.is_dir() or not os.access(place, os.W_OK):
        yield finding("fault", "home", "home_not_writable", home=home)
    else:
        yield finding("ok", "home", "home_ok", home=home)
        yield _space(place)
    for file, level in ((ENV_FILE, "warning"), (home / KEY_FILE, "fault")):
        if _is_open(file):
            yield finding(level, "files", "file_open", file=file)


def _space(place: Path) -> Finding:
    free = shutil.disk_usage(place).free
    gigabytes = f"{free / 2**30:.1f}".replace(".", ",")
    if free >= LITTLE:
        return finding("ok", "disk", "disk_ok", free=gigabytes)
    return finding("fault" if free < ALMOST_NONE else "warning", "disk", "disk_little", free=gigabytes, home=place)


def _is_open(file: Path) -> bool:
    """Whether others than the owner may read a file that is there."""
    try:
        return bool(file.stat().st_mode & (stat.S_IRWXG | stat.S_IRWXO))
    except OSError:
        return False
