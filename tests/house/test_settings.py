"""A setting is in the code, in .env.example and in docs/settings.md, or it is in none of them."""

import re
from pathlib import Path

from pydantic import SecretStr

from bot.settings import Settings


def _example(root: Path) -> dict[str, str]:
    lines = (root / ".env.example").read_text(encoding="utf-8").splitlines()
    return dict(line.split("=", 1) for line in lines if re.match(r"[A-Z_]+=", line))


def _documented(root: Path) -> list[str]:
    text = (root / "docs" / "settings.md").read_text(encoding="utf-8")
    return re.findall(r"^\| `([A-Z_]+)` \|", text, re.M)


def test_settings_and_the_example_name_the_same(root: Path) -> None:
    assert sorted(_example(root)) == sorted(name.upper() for name in Settings.model_fields)


def test_settings_and_the_documentation_name_the_same(root: Path) -> None:
    documented = _documented(root)
    assert sorted(documented) == sorted(name.upper() for name in Settings.model_fields)
    assert len(documented) == len(set(documented))


def test_the_example_shows_the_defaults(root: Path) -> None:
    for name, field in Settings.model_fields.items():
        value = field.default.get_secret_value() if isinstance(field.default, SecretStr) else field.default
        assert _example(root)[name.upper()] == str(value), name


def test_the_example_can_be_read_as_it_is(root: Path) -> None:
    assert Settings(_env_file=root / ".env.example") == Settings(_env_file=None)  # type: ignore[call-arg]


def test_every_line_of_the_example_is_explained(root: Path) -> None:
    lines = (root / ".env.example").read_text(encoding="utf-8").splitlines()
    bare = [
        line
        for before, line in zip(["", *lines], lines, strict=False)
        if "=" in line[:40] and line[:1].isupper() and not before.startswith("# ")
    ]
    assert not bare


def test_secrets_are_kept_from_sight() -> None:
    shown = [
        name
        for name, field in Settings.model_fields.items()
        if re.search(r"token|secret", name) and field.annotation is not SecretStr
    ]
    assert not shown
