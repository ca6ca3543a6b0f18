"""A new office with a real damaged plan: set up by commands, then reviewed, reported and overseen in chat."""

import re
from pathlib import Path

import pytest
from openpyxl import load_workbook

from domain.progress import Approval
from tests.conversations.player import Blanks, as_written, perform
from tests.conversations.stages import TelegramStage
from tests.conversations.transcript import Transcript, read_transcript
from tests.rounds.office import NAME, STAFF, kehoach, set_up

TALK = Path(__file__).parent / "ke-hoach-003.txt"
PLANS = Path(__file__).resolve().parents[3] / "shared" / "plans"


def agrees(expected: str, heard: str) -> bool:
    """True when the parts between "…" stand in what was heard, in order; without one at an end it must be the end."""
    pattern = ".*".join(re.escape(part.strip()) for part in re.split(r"\s*…\s*", expected))
    return re.fullmatch(pattern, heard, re.S) is not None


async def play_loosely(talk: Transcript, stage: TelegramStage) -> None:
    """Play a talk whose bot lines leave out what differs from one reading of the plan to another."""
    filled = Blanks(stage)
    for step in talk.steps:
        await perform(step, stage, filled)
        for who in STAFF:
            heard = await stage.unread(who)
            for wanted in (e for e in step.answers if e.to == who):
                told = "\n".join(as_written(message, who, who) for message in heard) or "(im lặng)"
                assert any(agrees(wanted.text, m.text) for m in heard), f"{talk.name}:{wanted.line}: {who}:\n{told}"


async def test_the_whole_round_of_a_new_office(tmp_path: Path) -> None:
    plan = next(iter(PLANS.glob("003*.txt")), None)
    if plan is None:
        pytest.skip("the shared plans are not beside the project")
    home = tmp_path / "home"
    set_up(home, plan, tmp_path)
    async with TelegramStage.open(home, office=NAME, strangers=tuple(STAFF)) as stage:
        await play_loosely(read_transcript(TALK, is_complete=False), stage)
        async with stage.house.front.storage.reading() as records:
            tasks = {task.number: task for task in await records.register.tasks(1)}
            reports = {number: list(await records.register.reports(task.id)) for number, task in tasks.items()}
            evidence = [f for report in reports["5"] for f in await records.files.of_report(report.id)]
            moved = await records.changes.of_task(tasks["9"].id)
    assert sorted(tasks, key=int) == [str(number) for number in range(1, 11)]
    assert {number: len(task.shares) for number, task in tasks.items() if task.shares} == {
        **dict.fromkeys("123", 6),
        "5": 2,
        "10": 4,
    }
    assert (tasks["8"].percent, tasks["9"].deadline.due and tasks["9"].deadline.due.isoformat()) == (70, "2025-11-30")
    assert {share.unit_name: share.percent for share in tasks["5"].shares}["Sở Khoa học và Công nghệ"] == 60
    assert [report.approval for report in reports["10"]] == [Approval.RETURNED]
    assert len(evidence) == 1 and len(moved) == 1
    sheet = tmp_path / "nhiem-vu.xlsx"
    kehoach(home, "tasks", "export", "--out", str(sheet))
    words = {str(cell.value) for row in load_workbook(sheet).worksheets[0].iter_rows() for cell in row}
    assert {"Phạm Minh Châu", "Hồ Văn Tài", "Văn phòng UBND tỉnh"} <= words


@pytest.mark.parametrize(
    ("expected", "heard", "same"),
    [
        ("Đã ghi…nhiệm vụ 1…", "Đã ghi vào sổ nhiệm vụ 1: Lắp đèn.", True),
        ("Đã ghi…", "Chưa ghi gì", False),
        ("…nhiệm vụ 2…Đã ghi…", "Đã ghi nhiệm vụ 2", False),
        ("Đã ghi", "Đã ghi rồi", False),
        ("…", "gì cũng được", True),
    ],
)
def test_a_loose_line_still_tells_apart(expected: str, heard: str, same: bool) -> None:
    assert agrees(expected, heard) is same
