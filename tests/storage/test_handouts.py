"""Files handed out by links, on both databases."""

from datetime import timedelta

from storage import Storage
from storage.handouts import Handout
from tests.storage.conftest import NOW

DAY = timedelta(days=1)


def of(sha256: str, days: int) -> Handout:
    """A file whose link ends so many days from now."""
    return Handout("báo cáo.docx", "application/msword", sha256, NOW + days * DAY)


async def test_a_token_opens_its_file_by_its_hash(storage: Storage) -> None:
    async with storage.writing() as records:
        await records.handouts.add("h1", of("a", 7), NOW)
        assert await records.handouts.get("h1") == of("a", 7)
        assert await records.handouts.get("h2") is None


async def test_of_what_is_over_the_bytes_are_named_that_no_other_link_opens(storage: Storage) -> None:
    async with storage.writing() as records:
        for token, sha256, days in (("h1", "a", -1), ("h2", "a", 3), ("h3", "b", -1), ("h4", "b", -2), ("h5", "c", 0)):
            await records.handouts.add(token, of(sha256, days), NOW)
        assert set(await records.handouts.drop_expired(NOW)) == {"b"}
        assert await records.handouts.get("h1") is None
        assert await records.handouts.get("h2") is not None
        assert await records.handouts.get("h5") is not None
        assert set(await records.handouts.drop_expired(NOW)) == set()
