"""An invented province office, set up by the commands that its administrator would type."""

import os
import subprocess
from pathlib import Path

from openpyxl import load_workbook

from tests.running import KEHOACH, ROOT

NAME = "Tỉnh ủy Khánh Sơn"
UNITS = (
    "Sở Khoa học và Công nghệ",
    "Văn phòng Tỉnh ủy",
    "Văn phòng UBND tỉnh",
    "Sở Tài chính",
    "Công an tỉnh",
    "Sở Nội vụ",
)
STAFF = {
    "Quản trị viên": ("Lê Thu Hà", "", "Quản trị viên"),
    "Lãnh đạo": ("Đỗ Quang Vinh", "", "Lãnh đạo"),
    "Giám đốc Sở": ("Nguyễn Hải Yến", "Sở Khoa học và Công nghệ", "Trưởng phòng"),
    "Chuyên viên Sở": ("Trần Đức Anh", "Sở Khoa học và Công nghệ", "Chuyên viên"),
    "Chuyên viên Văn phòng": ("Phạm Minh Châu", "Văn phòng UBND tỉnh", "Chuyên viên"),
    "Cán bộ Tỉnh ủy": ("Hồ Văn Tài", "Văn phòng Tỉnh ủy", "Chuyên viên"),
}
"""Who speaks under which name: name, unit and role as they stand in the staff list."""


def kehoach(home: Path, *words: str) -> str:
    """What `kehoach` prints, as the office's administrator types it."""
    env = {**os.environ, "KEHOACH_HOME": str(home), "OFFICE_NAME": NAME, "PYTHONPATH": str(ROOT), "DATABASE_URL": ""}
    done = subprocess.run([str(KEHOACH), *words], cwd=ROOT, env=env, capture_output=True, text=True, check=False)
    assert done.returncode == 0, f"kehoach {' '.join(words)}:\n{done.stdout}{done.stderr}"
    return done.stdout


def set_up(home: Path, plan: Path, scratch: Path) -> None:
    """A fresh data folder with the office's units and staff, and its plan read in."""
    kehoach(home, "migrate")
    for unit in UNITS:
        kehoach(home, "units", "add", unit)
    sheet = scratch / "can-bo.xlsx"
    kehoach(home, "people", "template", "--out", str(sheet))
    book = load_workbook(sheet)
    for name, unit, role in STAFF.values():
        book.worksheets[0].append([name, unit, role, ""])
    book.save(sheet)
    assert f"Có {len(STAFF)} thay đổi" in kehoach(home, "people", "import", str(sheet))
    kehoach(home, "people", "import", str(sheet), "--apply")
    kehoach(home, "ingest", str(plan))
