"""The papers speak of what is there: links, commands, targets, words and records."""

import re
from pathlib import Path
from typing import Any

import pytest
import yaml

LINK = re.compile(r"(?<!!)\[[^\]]*\]\(([^)\s]+)\)")
FENCE = re.compile(r"^```.*?^```", re.M | re.S)


def _papers(root: Path) -> list[Path]:
    return [*root.glob("*.md"), *(root / "docs").rglob("*.md")]


def _anchors(text: str) -> set[str]:
    headings = re.findall(r"^#{1,6} (.+?)\s*$", FENCE.sub("", text), re.M)
    return {re.sub(r"[^\w\- ]", "", h.lower()).replace(" ", "-") for h in headings}


def test_every_link_leads_somewhere(root: Path) -> None:
    broken = []
    for paper in _papers(root):
        for target in LINK.findall(FENCE.sub("", paper.read_text(encoding="utf-8"))):
            if re.match(r"[a-z]+:", target):
                continue
            path, _, anchor = target.partition("#")
            found = (paper.parent / path).resolve() if path else paper
            if not found.exists():
                broken.append(f"{paper.relative_to(root)}: {target}")
            elif anchor and anchor not in _anchors(found.read_text(encoding="utf-8")):
                broken.append(f"{paper.relative_to(root)}: no heading for {target}")
    assert not broken


def test_every_make_target_that_is_named_exists(root: Path) -> None:
    targets = set(re.findall(r"^([a-z-]+):", (root / "Makefile").read_text(encoding="utf-8"), re.M))
    named = {
        (paper.name, target)
        for paper in _papers(root)
        for code in re.findall(r"`[^`\n]+`|^```.*?^```", paper.read_text(encoding="utf-8"), re.M | re.S)
        for target in re.findall(r"\bmake ([a-z][a-z-]*)", code)
    }
    assert {("README.md", "run"), ("README.md", "test")} <= named
    assert not {(paper, target) for paper, target in named if target not in targets}


def test_every_command_that_is_named_exists(root: Path) -> None:
    from typer.main import get_command

    from bot.cli import app

    top = get_command(app)
    unknown = []
    for paper in _papers(root):
        for code in re.findall(r"`[^`\n]+`|^```.*?^```", paper.read_text(encoding="utf-8"), re.M | re.S):
            for words in re.findall(r"\bkehoach((?: [a-z][a-z-]*)+)", code):
                command: Any = top
                for word in words.split():
                    inner = getattr(command, "commands", None)
                    if inner is None:
                        break
                    if word not in inner:
                        unknown.append(f"{paper.relative_to(root)}: kehoach{words}")
                        break
                    command = inner[word]
    assert not unknown


def test_every_module_and_folder_that_is_named_exists(root: Path, packages: list[str]) -> None:
    places = "|".join([*packages, "tests", "docs", "samples"])
    missing = []
    for paper in [root / "README.md", root / "CONTRIBUTING.md", *(root / "docs").glob("*.md")]:
        for name in re.findall(rf"`((?:{places})/[\w./-]*)`", paper.read_text(encoding="utf-8")):
            if not (root / name).exists():
                missing.append(f"{paper.relative_to(root)}: {name}")
    assert not missing


def test_the_readme_quotes_talks_that_run_as_tests(root: Path) -> None:
    talks = [p.read_text(encoding="utf-8") for p in (root / "tests" / "conversations").glob("*.txt")]
    blocks = re.findall(
        r"^```\n((?:D\u00e2n|Chuy\u00ean vi\u00ean): .*?)^```", (root / "README.md").read_text("utf-8"), re.M | re.S
    )
    assert blocks, "the README shows a real talk"
    excerpts = [excerpt.strip() for block in blocks for excerpt in block.split("\n\u2026\n")]
    assert not [excerpt for excerpt in excerpts if not any(excerpt in talk for talk in talks)]


def test_the_glossary_follows_the_code(root: Path) -> None:
    rows = re.findall(r"^\| (.+?) \| (.+?) \| (.+?) \| (.+?) \|$", (root / "docs/glossary.md").read_text("utf-8"), re.M)
    words = [row for row in rows if row[0] not in ("Vietnamese", "---")]
    assert len(words) >= 30
    wrong = []
    for vietnamese, code, _, place in words:
        path = root / place.strip("`")
        source = path.read_text(encoding="utf-8") if path.is_file() else ""
        for name in re.findall(r"`([^`]+)`", code):
            if not re.search(rf"\b{re.escape(name.split('.')[-1])}\b", source):
                wrong.append(f"{vietnamese}: {name} is not in {place}")
    assert not wrong


def test_every_decision_is_registered_with_its_status(root: Path) -> None:
    folder = root / "docs" / "decisions"
    register = (folder / "README.md").read_text(encoding="utf-8")
    statuses = set(re.findall(r"^- \*\*(\w+)\*\*", register, re.M))
    records = sorted(p for p in folder.glob("[0-9]*.md"))
    assert len(records) >= 7
    for record in records:
        text = record.read_text(encoding="utf-8")
        status = re.search(r"^(?:\*\*)?Status:?(?:\*\*)?:? \**(\w+)", text, re.M)
        assert status and status.group(1) in statuses, f"{record.name} has a status of the register"
        row = re.search(rf"^\| \[\d+\]\({re.escape(record.name)}\) \|.*\| (\w+) \|", register, re.M)
        assert row and row.group(1) == status.group(1), f"{record.name} stands in the register with the same status"


def test_change_fragments_are_of_a_known_kind(root: Path, project: dict[str, Any]) -> None:
    kinds = {kind["directory"] for kind in project["tool"]["towncrier"]["type"]}
    fragments = [p for p in (root / "changes").iterdir() if p.suffix == ".md" and p.name != "README.md"]
    strange = [p.name for p in fragments if p.name.rsplit(".", 2)[-2] not in kinds]
    assert not strange
    assert not [p.name for p in fragments if not p.read_text(encoding="utf-8").strip()]


@pytest.fixture(scope="module")
def sample(root: Path) -> dict[str, Any]:
    loaded: dict[str, Any] = yaml.safe_load((root / "samples" / "office.yaml").read_text(encoding="utf-8"))
    return loaded


def test_the_sample_office_agrees_with_its_plan(root: Path, sample: dict[str, Any]) -> None:
    units = {unit["id"]: unit["name"] for unit in sample["units"]}
    papers = {d["file"]: (root / "samples" / d["file"]).read_text(encoding="utf-8") for d in sample["documents"]}
    for task in sample["tasks"]:
        assert task["lead"] in units
        assert ("deadline" in task) != ("in_days" in task), task["number"]
        if "document" in task:
            row = [
                task["number"],
                task["title"],
                units[task["lead"]],
                task["support"],
                task["product"],
                task["deadline"],
            ]
            assert " | ".join(row) in papers[task["document"]]
    for target in sample["targets"]:
        row = [target["number"], target["title"], *target["values"].values(), units[target["lead"]]]
        assert " | ".join(row) in papers[target["document"]]


def test_the_sample_office_lets_a_newcomer_be_everyone(sample: dict[str, Any]) -> None:
    units = {unit["id"] for unit in sample["units"]}
    people = {person["id"]: person for person in sample["people"]}
    assert {p["role"] for p in people.values()} == {"official", "head", "leader", "administrator"}
    assert sorted(p["persona"] for p in people.values() if "persona" in p) == ["head", "leader", "official"]
    assert all(p.get("unit", next(iter(units))) in units for p in people.values())
    assert all(task.get("assignee", next(iter(people))) in people for task in sample["tasks"])
    official = next(p for p in people.values() if p.get("persona") == "official")
    due = {task["in_days"] for task in sample["tasks"] if "in_days" in task and task.get("assignee") == official["id"]}
    assert {0, 1, 7} <= due and min(due) < 0, "reminders of every rule wait for the newcomer"
