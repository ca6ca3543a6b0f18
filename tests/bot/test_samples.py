"""The invented ward of `samples/` holds something of everything a newcomer can try."""

from pathlib import Path

from pydantic import SecretStr

from bot.installation import open_storage
from bot.samples import load_samples
from bot.settings import Settings
from domain.feedback import FeedbackStatus
from tests.handlers.real_office import NOW

SAMPLES = Path(__file__).parents[2] / "samples"


async def test_a_newcomer_finds_drafts_a_shared_task_reported_targets_and_feedback(tmp_path: Path) -> None:
    storage = await open_storage(Settings(kehoach_home=tmp_path, database_url=SecretStr("")))
    try:
        await load_samples(storage, SAMPLES, NOW)
        async with storage.reading() as records:
            (office,) = await records.offices.all()
            tasks = await records.register.tasks(office.id)
            every = await records.register.tasks(office.id, confirmed_only=False)
            reported = await records.achievements.of_office(office.id)
            cases = await records.feedback.of_office(office.id)
    finally:
        await storage.close()
    assert len(tasks) == 18 and len(every) > len(tasks)
    assert any(task.published and task.result for task in tasks)
    (shared,) = [task for task in tasks if task.shares]
    assert len({share.status for share in shared.shares}) == 3
    assert {a.value for a in reported} == {100, 38, 6}
    assert {case.status for case in cases} >= {FeedbackStatus.NEW, FeedbackStatus.ANSWERED}
