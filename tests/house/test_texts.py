"""Every sentence is said somewhere, and whoever says it fills its blanks."""

import ast
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from string import Formatter
from types import MappingProxyType
from typing import Any

import pytest
import yaml

SAYERS = {"say", "_stop", "OperatorError"}
"""What is called with the name of a sentence first and its blanks by name."""
PICKED_WHILE_RUNNING: tuple[str, ...] = ()
"""Beginnings of names that are put together while running in a way no reading of the code can find."""
FILE_ENDINGS = {"yaml", "xlsx", "json", "html", "css", "js", "py", "txt", "db", "md", "svg", "csv", "pdf", "lock"}
ANY_NAME = "[a-z0-9_.-]+"


parsed = cache(ast.parse)


@dataclass(frozen=True)
class Said:
    """One call that says a sentence: which names it may mean, and the blanks it fills."""

    where: str
    names: re.Pattern[str]
    literal: str | None
    blanks: frozenset[str]
    is_open: bool


def _flat(prefix: str, value: Any) -> Iterator[tuple[str, str]]:
    if isinstance(value, dict):
        for key, inner in value.items():
            yield from _flat(f"{prefix}.{key}", inner)
    else:
        yield prefix, str(value).rstrip("\n")


@pytest.fixture(scope="module")
def sentences(root: Path) -> dict[str, str]:
    """Every sentence by its name, read from the YAML itself."""
    return {
        name: sentence
        for path in sorted((root / "texts").glob("*.yaml"))
        for name, sentence in _flat(path.stem, yaml.safe_load(path.read_text(encoding="utf-8")))
    }


def _name_pattern(node: ast.expr, known: Mapping[str, str] = MappingProxyType({})) -> str | None:
    """What a name put together from known and unknown parts can be; None when no part is known."""
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        return re.escape(node.value)
    if isinstance(node, ast.FormattedValue):
        return _name_pattern(node.value, known)
    if isinstance(node, ast.Name):
        return known.get(node.id)
    if isinstance(node, ast.JoinedStr):
        return "".join(_name_pattern(part, known) or ANY_NAME for part in node.values)
    if isinstance(node, ast.BinOp) and isinstance(node.op, ast.Add):
        left, right = _name_pattern(node.left, known), _name_pattern(node.right, known)
        return None if left is None and right is None else (left or ANY_NAME) + (right or ANY_NAME)
    return None


def _choices(node: ast.expr) -> Iterator[ast.expr]:
    if isinstance(node, ast.IfExp):
        yield from _choices(node.body)
        yield from _choices(node.orelse)
    else:
        yield node


def _known(module: ast.Module) -> dict[ast.Call, dict[str, str]]:
    """For each call, the local names that can only be one of a few words, as patterns."""
    found: dict[ast.Call, dict[str, str]] = {}
    for function in ast.walk(module):
        if not isinstance(function, ast.FunctionDef | ast.AsyncFunctionDef):
            continue
        local: dict[str, set[str] | None] = {}
        for node in ast.walk(function):
            if isinstance(node, ast.Assign) and isinstance(node.targets[0], ast.Name):
                words = [c.value if isinstance(c, ast.Constant) else None for c in _choices(node.value)]
                name, before = node.targets[0].id, local.get(node.targets[0].id, set())
                plain = {w for w in words if isinstance(w, str)}
                local[name] = before | plain if before is not None and len(plain) == len(words) else None
        patterns = {name: "(?:" + "|".join(map(re.escape, words)) + ")" for name, words in local.items() if words}
        found |= {node: patterns for node in ast.walk(function) if isinstance(node, ast.Call)}
    return found


def _said(modules: dict[str, str]) -> Iterator[Said]:
    for name, source in modules.items():
        module = parsed(source)
        known = _known(module)
        for node in ast.walk(module):
            if not (isinstance(node, ast.Call) and node.args):
                continue
            called = node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")
            if called not in SAYERS:
                continue
            for choice in _choices(node.args[0]):
                pattern = _name_pattern(choice, known.get(node, {}))
                if pattern is not None:
                    literal = choice.value if isinstance(choice, ast.Constant) else None
                    yield Said(
                        where=f"{name}:{node.lineno}",
                        names=re.compile(pattern),
                        literal=str(literal) if literal is not None else None,
                        blanks=frozenset(k.arg for k in node.keywords if k.arg),
                        is_open=any(k.arg is None for k in node.keywords),
                    )


def _built(modules: dict[str, str]) -> Iterator[tuple[str, str]]:
    """Every name that is put together from parts anywhere, as a pattern with where it stands."""
    for name, source in modules.items():
        for node in ast.walk(parsed(source)):
            if isinstance(node, ast.JoinedStr | ast.BinOp):
                pattern = _name_pattern(node)
                if pattern and re.match(r"[a-z_]+\\\.", pattern):
                    yield f"{name}:{node.lineno}", pattern


def _strings(modules: dict[str, str]) -> Iterator[tuple[str, str]]:
    """Every string in the code but the names under which the audit log notes what was done."""
    for name, source in modules.items():
        module = parsed(source)
        noted = {
            inner
            for node in ast.walk(module)
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr == "note"
            for inner in ast.walk(node)
        }
        for node in ast.walk(module):
            if isinstance(node, ast.Constant) and isinstance(node.value, str) and node not in noted:
                yield f"{name}:{node.lineno}", node.value


def _beginnings(modules: dict[str, str]) -> set[str]:
    """Beginnings by which a whole group of sentences is taken at once: `key.startswith("web.script.")`."""
    return {
        str(node.args[0].value)
        for source in modules.values()
        for node in ast.walk(parsed(source))
        if isinstance(node, ast.Call)
        and isinstance(node.func, ast.Attribute)
        and node.func.attr == "startswith"
        and isinstance(node.args[0], ast.Constant)
        and re.fullmatch(r"([a-z_]+\.){1,}", str(node.args[0].value))
    }


def _blanks(sentence: str) -> set[str]:
    return {re.split(r"[.\[]", field)[0] for _, field, _, _ in Formatter().parse(sentence) if field is not None}


@pytest.fixture(scope="module")
def said(modules: dict[str, str]) -> list[Said]:
    return list(_said(modules))


@pytest.fixture(scope="module")
def pages(tree: list[Path], packages: list[str], root: Path) -> str:
    """The web pages and scripts, which name sentences too."""
    ours = [p for p in tree if p.suffix in (".html", ".js") and p.relative_to(root).parts[0] in packages]
    return "\n".join(p.read_text(encoding="utf-8") for p in ours)


def test_every_sentence_asked_for_is_written(
    modules: dict[str, str], said: list[Said], sentences: dict[str, str]
) -> None:
    areas = {name.split(".")[0] for name in sentences}
    missing = [
        f"{call.where}: {call.literal or call.names.pattern}"
        for call in said
        if not any(call.names.fullmatch(name) for name in sentences)
    ]
    for where, value in _strings(modules):
        if not re.fullmatch(r"[a-z_]+(\.[a-z0-9_]+)+", value) or value.split(".")[0] not in areas:
            continue
        begins_others = any(name.startswith(value + ".") for name in sentences)
        if value not in sentences and not begins_others and value.split(".")[-1] not in FILE_ENDINGS:
            missing.append(f"{where}: {value}")
    assert not missing, "\n".join(missing)


def test_every_sentence_written_is_said_somewhere(
    modules: dict[str, str], pages: str, sentences: dict[str, str]
) -> None:
    strings = {value for _, value in _strings(modules)}
    taken_whole = _beginnings(modules).union(PICKED_WHILE_RUNNING)
    built = [re.compile(pattern) for pattern in {pattern for _, pattern in _built(modules)}]
    silent = [
        name
        for name in sentences
        if name not in strings
        and not any(name.startswith(beginning) for beginning in taken_whole)
        and not any(pattern.fullmatch(name) for pattern in built)
        and not re.search(rf"[\"'`{{ ]{re.escape(name)}[\"'`}} ]", pages)
    ]
    assert not silent, "sentences that nothing says: " + ", ".join(silent)


def test_whoever_says_a_sentence_fills_its_blanks(said: list[Said], sentences: dict[str, str]) -> None:
    wrong = []
    for call in said:
        if call.is_open:
            continue
        lacking = {
            name: _blanks(sentence) - call.blanks for name, sentence in sentences.items() if call.names.fullmatch(name)
        }
        # A name with an open part may mean sentences that this call never says: then one that it can say is enough.
        if ANY_NAME in call.names.pattern and not all(lacking.values()):
            continue
        wrong += [f"{call.where}: {name} also needs {', '.join(sorted(b))}" for name, b in lacking.items() if b]
    assert not wrong, "\n".join(wrong)


def test_no_blank_is_filled_in_vain(said: list[Said], sentences: dict[str, str]) -> None:
    vain = []
    for call in said:
        named = [sentence for name, sentence in sentences.items() if call.names.fullmatch(name)]
        unused = call.blanks - {blank for sentence in named for blank in _blanks(sentence)}
        if named and unused:
            vain.append(f"{call.where}: {call.literal or call.names.pattern} has no place for {', '.join(unused)}")
    assert not vain, "\n".join(vain)


def test_names_of_sentences_are_plain(sentences: dict[str, str]) -> None:
    strange = [name for name in sentences if not re.fullmatch(r"[a-z0-9_]+(\.[a-z0-9_-]+)+", name)]
    assert not strange, "YAML reads bare yes, no, on and off as booleans: quote them"


def test_no_sentence_is_written_twice_under_one_name(root: Path) -> None:
    def twice(node: yaml.Node | None) -> Iterator[str]:
        if isinstance(node, yaml.MappingNode):
            names = [key.value for key, _ in node.value]
            yield from (f"{node.start_mark.name}: {name}" for name in sorted(set(names)) if names.count(name) > 1)
            for _, inner in node.value:
                yield from twice(inner)

    found = []
    for path in sorted((root / "texts").glob("*.yaml")):
        with path.open(encoding="utf-8") as file:
            found += list(twice(yaml.compose(file, Loader=yaml.SafeLoader)))
    assert not found


def test_no_sentence_is_empty(sentences: dict[str, str]) -> None:
    assert not [name for name, sentence in sentences.items() if not sentence.strip() or sentence == "None"]
