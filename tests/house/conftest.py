"""What the house rules look at: the project's own files, and nothing that was installed or generated."""

import tomllib
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).resolve().parents[2]
GENERATED = {"__pycache__", "build", "dist", "node_modules"}


@pytest.fixture(scope="session")
def root() -> Path:
    """The root of the repository."""
    return ROOT


@pytest.fixture(scope="session")
def project(root: Path) -> dict[str, Any]:
    """pyproject.toml as read."""
    return tomllib.loads((root / "pyproject.toml").read_text(encoding="utf-8"))


@pytest.fixture(scope="session")
def packages(project: dict[str, Any]) -> list[str]:
    """The packages under import contracts."""
    found: list[str] = project["tool"]["importlinter"]["root_packages"]
    return found


@pytest.fixture(scope="session")
def tree(root: Path, packages: list[str]) -> list[Path]:
    """Every file of the project, without lock files: the packages, the tests, the papers, and the files at the root."""
    folders = [*packages, "tests", "docs", "changes", "samples", ".ci"]
    inside = [p for folder in folders for p in (root / folder).rglob("*")]
    beside = [p for p in root.iterdir() if not p.name.startswith(".") or p.name in (".env.example", ".gitignore")]
    return sorted(
        p for p in [*inside, *beside] if p.is_file() and p.suffix != ".lock" and not GENERATED.intersection(p.parts)
    )


@pytest.fixture(scope="session")
def modules(root: Path, packages: list[str]) -> dict[str, str]:
    """The source of every module of the product, by its path from the root."""
    return {
        p.relative_to(root).as_posix(): p.read_text(encoding="utf-8")
        for package in packages
        for p in sorted((root / package).rglob("*.py"))
        if not GENERATED.intersection(p.parts)
    }
