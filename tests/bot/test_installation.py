"""The office of an installation, as its settings name it."""

from pathlib import Path

from pydantic import SecretStr

from bot.installation import ensure_office, open_storage
from bot.settings import Settings


def _settings(home: Path, name: str = "") -> Settings:
    return Settings(kehoach_home=home, office_name=name, database_url=SecretStr(""))


async def test_an_office_named_later_keeps_what_was_filed_before(tmp_path: Path) -> None:
    storage = await open_storage(_settings(tmp_path))
    nameless = await ensure_office(storage, _settings(tmp_path))
    named = await ensure_office(storage, _settings(tmp_path, "Ủy ban nhân dân phường Thử"))
    assert (nameless.id, nameless.name) == (named.id, "")
    assert named.name == "Ủy ban nhân dân phường Thử"
    assert (await ensure_office(storage, _settings(tmp_path))).id == named.id
    await storage.close()


async def test_an_office_with_a_name_is_not_renamed_by_another(tmp_path: Path) -> None:
    storage = await open_storage(_settings(tmp_path))
    first = await ensure_office(storage, _settings(tmp_path, "Phường Một"))
    second = await ensure_office(storage, _settings(tmp_path, "Phường Hai"))
    assert first.id != second.id
    assert (await ensure_office(storage, _settings(tmp_path, "Phường Một"))).id == first.id
    await storage.close()
