"""What is kept as evidence: questions and the audit log."""

import pytest

from domain.answers import Answer, AnswerStatus, Citation
from domain.messages import Incoming, Kind
from storage import Storage
from tests.storage.conftest import NOW, Ward


async def test_a_question_is_kept_with_how_it_ended(storage: Storage, ward: Ward) -> None:
    incoming = Incoming("telegram", "1", "7", "7", Kind.TEXT, "chi tieu 2030")
    citation = Citation(12, "a.txt", "12/KH-UBND", "Kế hoạch", "UBND", "I", "text", "source", 3, 0.9)
    answer = Answer(AnswerStatus.ANSWERED, "trên 80%", "Chỉ tiêu năm 2030?", (citation,), took_ms=12.5)
    refused = Answer(AnswerStatus.NOT_FOUND, "Chưa tìm thấy.", "?")
    async with storage.writing() as records:
        first = await records.questions.note("chi tieu 2030", answer, incoming, ward.person, NOW)
        second = await records.questions.note("?", refused, incoming, None, NOW, office_id=ward.office.id)
        third = await records.questions.note("?", refused, incoming, None, NOW)
    async with storage.reading() as records:
        of_office = await records.questions.recent(ward.office.id)
        assert [row["id"] for row in await records.questions.recent()] == [third, second, first]
    assert [row["id"] for row in of_office] == [second, first]
    kept = of_office[1]
    assert (kept["status"], kept["asked"], kept["understood"], kept["took_ms"]) == (
        "answered",
        "chi tieu 2030",
        "Chỉ tiêu năm 2030?",
        12.5,
    )
    assert kept["citations"] == [{"passage": 12, "file": "a.txt", "number": "12/KH-UBND", "page": 3}]
    assert (kept["person_id"], of_office[0]["person_id"]) == (ward.person.id, None)


async def test_the_audit_log_says_who_changed_what(storage: Storage, ward: Ward) -> None:
    async with storage.writing() as records:
        await records.audit.note(ward.office.id, ward.person.id, "reported", "task:4", NOW, {"từ": 10, "thành": 80})
        await records.audit.note(None, None, "migrated", "database", NOW)
    async with storage.reading() as records:
        everything = await records.audit.recent()
        (line,) = await records.audit.recent(ward.office.id)
    assert [row["action"] for row in everything] == ["migrated", "reported"]
    assert (line["person_id"], line["subject"], line["details"], line["at"]) == (
        ward.person.id,
        "task:4",
        {"từ": 10, "thành": 80},
        NOW,
    )


async def test_an_audit_line_is_undone_with_the_change_it_tells_of(storage: Storage) -> None:
    with pytest.raises(RuntimeError):
        async with storage.writing() as records:
            await records.audit.note(None, None, "reported", "task:4", NOW)
            raise RuntimeError("the change failed")
    async with storage.reading() as records:
        assert await records.audit.recent() == []
