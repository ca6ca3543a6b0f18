"""How files are named, and what must not stand in them."""

import ast
import re
import unicodedata
from pathlib import Path

FORBIDDEN_NAMES = {"utils", "util", "helpers", "helper", "manager", "managers", "common", "misc"}
TEXT_SUFFIXES = {".py", ".md", ".txt", ".yaml", ".yml", ".toml", ".html", ".js", ".css", ".json", ".jsonl", ".cfg", ""}
VIETNAMESE_LETTER = re.compile(
    r"[\u00c0-\u00c3\u00c8-\u00ca\u00cc\u00cd\u00d2-\u00d5\u00d9\u00da\u00dd\u00e0-\u00e3"
    r"\u00e8-\u00ea\u00ec\u00ed\u00f2-\u00f5\u00f9\u00fa\u00fd\u0102\u0103\u0110\u0111"
    r"\u0128\u0129\u0168\u0169\u01a0\u01a1\u01af\u01b0\u1ea0-\u1ef9\u0300-\u0303\u0309\u0323]"
)
# Unicode has no rule that turns this one letter into a plain d, so the folding has to name it.
LETTERS_ALLOWED = {"domain/vietnamese.py": {"\u0110", "\u0111"}}
REGISTRY = re.compile(
    r"\b(?:pypi|pythonhosted|npmjs|crates|packagist)\.[a-z]{2,}\b|--(?:extra-)?index-url\s+\S|--find-links"
)
MACHINE_PATH = re.compile(r"(?<![\w.~$}])/(?:work|home|root|Users)/\w")
UNFINISHED = re.compile(r"\b(?:TODO|FIXME|XXX|HACK)\b|\braise NotImplementedError\b")


def _texts(tree: list[Path]) -> dict[Path, str]:
    return {p: p.read_text(encoding="utf-8") for p in tree if p.suffix in TEXT_SUFFIXES}


def test_no_file_or_folder_is_named_for_nothing(tree: list[Path], root: Path) -> None:
    nameless = [
        str(p.relative_to(root))
        for p in tree
        if FORBIDDEN_NAMES.intersection(part.split(".")[0].lower() for part in p.relative_to(root).parts)
    ]
    assert not nameless


def test_vietnamese_letters_stand_in_texts_and_tests_only(tree: list[Path], root: Path, packages: list[str]) -> None:
    found = []
    for path in tree:
        name = path.relative_to(root).as_posix()
        is_code = path.suffix in (".py", ".js", ".html", ".css") or path.name in ("Makefile", "run")
        if not is_code or name.split("/")[0] in ("tests", "docs", "samples", "changes"):
            continue
        for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1):
            strange = set(VIETNAMESE_LETTER.findall(line)) - LETTERS_ALLOWED.get(name, set())
            if strange:
                found.append(f"{name}:{number}: {line.strip()[:100]}")
    assert not found, "sentences belong in texts/, word lists in YAML beside the module:\n" + "\n".join(found)


def test_every_module_says_in_its_first_line_what_it_is(modules: dict[str, str]) -> None:
    silent = []
    for name, source in modules.items():
        if "/migrations/versions/" in name:
            continue
        said = ast.get_docstring(ast.parse(source))
        first = said.splitlines()[0] if said else ""
        if len(first.split()) < 3 or first[-1] not in ".:!?":
            silent.append(f"{name}: {first!r}")
    assert not silent


def test_nothing_is_left_unfinished(modules: dict[str, str]) -> None:
    left = [
        f"{name}:{number}: {line.strip()}"
        for name, source in modules.items()
        for number, line in enumerate(source.splitlines(), 1)
        if UNFINISHED.search(line)
    ]
    assert not left


def test_no_package_registry_is_named(tree: list[Path], root: Path) -> None:
    locks = list(root.glob("*.lock"))
    assert locks, "the locks are part of the project"
    texts = {p: t for p, t in _texts(tree).items() if p != Path(__file__).resolve()}
    texts |= {p: p.read_text(encoding="utf-8") for p in locks}
    named = [f"{p.relative_to(root)}: {m.group()}" for p, text in texts.items() if (m := REGISTRY.search(text))]
    assert not named


def test_locks_pin_every_package_by_hash_and_hold_no_address(root: Path) -> None:
    for lock in root.glob("*.lock"):
        text = lock.read_text(encoding="utf-8")
        assert not re.search(
            r"https?://|^\s*-", re.sub(r"^\s+--hash=sha256:[0-9a-f]{64}.*$", "", text, flags=re.M), re.M
        )
        for block in re.split(r"\n(?=[A-Za-z0-9])", text.strip()):
            if not block.startswith("#"):
                assert "--hash=sha256:" in block and "==" in block.splitlines()[0], f"{lock.name}: {block[:60]}"


def test_no_path_of_one_machine_is_written_down(tree: list[Path], root: Path) -> None:
    written = [f"{p.relative_to(root)}: {m.group()}" for p, t in _texts(tree).items() if (m := MACHINE_PATH.search(t))]
    assert not written


def test_texts_and_samples_are_in_composed_unicode(tree: list[Path], root: Path) -> None:
    decomposed = [
        str(p.relative_to(root))
        for p, text in _texts(tree).items()
        if p.relative_to(root).parts[0] in ("texts", "samples") and text != unicodedata.normalize("NFC", text)
    ]
    assert not decomposed


def test_the_ci_script_runs_what_the_readme_says(root: Path) -> None:
    script = root / ".ci" / "run"
    assert script.stat().st_mode & 0o111, ".ci/run is executable"
    text = script.read_text(encoding="utf-8")
    assert "set -euo pipefail" in text
    assert [line for line in text.splitlines() if line.strip() in ("make test", "make lint", "make types")] == [
        "make test",
        "make lint",
        "make types",
    ]


def test_at_least_twelve_conversations_are_told(root: Path) -> None:
    assert len(list((root / "tests" / "conversations").glob("*.txt"))) >= 12
