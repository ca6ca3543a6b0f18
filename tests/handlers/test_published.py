"""What citizens are told of published progress, and the many ways to hear more that do not work."""

from dataclasses import replace

import pytest

from domain.people import Person
from domain.plans import Visibility
from domain.progress import ProgressReport
from domain.tasks import Share, TaskStatus
from tests.handlers.office import (
    AN,
    BINH,
    CHU_TICH,
    CLASSES,
    CULTURE,
    ECONOMY,
    LIBRARY,
    MARKET,
    NOW,
    Books,
    FakeAnswerer,
    Talk,
    line_of_plan,
    paper,
)

SECRET = "tiểu thương chợ không hợp tác"
OPEN = replace(
    MARKET,
    document_id=1,
    published=True,
    status=TaskStatus.BLOCKED,
    percent=45.0,
    result="54 sạp đã nhận tiền qua mã QR",
    assignee_id=BINH.id,
    assignee_name=BINH.name,
    expected=NOW.date(),
)
TOLD = ProgressReport(
    1, OPEN.id, BINH.id, BINH.name, TaskStatus.BLOCKED, 45.0, SECRET, NOW.date(), f"45%, vướng {SECRET}", NOW
)


def books(visibility: Visibility = Visibility.PUBLIC, **changed: object) -> Books:
    told = replace(OPEN, **changed)  # type: ignore[arg-type]
    passage = replace(line_of_plan(11), text=MARKET.title, source=f"- {MARKET.title}.")
    return Books(
        tasks_kept=[replace(LIBRARY, document_id=1), CLASSES, told],
        reports_kept=[TOLD],
        documents_kept=[paper(visibility=visibility)],
        passages=[passage],
    )


@pytest.mark.parametrize(
    "asked",
    [
        "tiến độ lắp mã QR ở chợ đến đâu",
        "nhiệm vụ 7 làm tới đâu rồi",
        "việc lắp mã QR chợ Gò Mây tới đâu rồi",
        "phường đã lắp mã QR tại chợ xong chưa",
        "tien do lap ma qr cho go may",
        "phường làm xong lắp mã QR chợ Gò Mây chưa",
    ],
)
@pytest.mark.parametrize("in_group", [False, True])
async def test_a_citizen_hears_unit_standing_result_and_source(asked: str, in_group: bool) -> None:
    talk = Talk(None, books(), in_group=in_group)
    assert (await talk.say(asked)).splitlines() == [
        "Lắp mã QR tại chợ Gò Mây",
        "Đơn vị phụ trách: Phòng Kinh tế",
        "Tình trạng: đang thực hiện, 45%",
        "Thời hạn: 07/3/2026",
        "Kết quả: 54 sạp đã nhận tiền qua mã QR",
        "Theo văn bản 12/KH-UBND.",
    ]
    assert "Lắp mã QR" in await talk.press("Nguồn")
    assert talk.books.asked[0][0] == asked


@pytest.mark.parametrize(
    "asked",
    [
        "tiến độ lắp mã QR ở chợ đến đâu",
        "nhiệm vụ 7 làm tới đâu rồi",
        "nhiệm vụ 7 vướng gì",
        "lắp mã QR chợ Gò Mây vướng gì",
        "ai phụ trách nhiệm vụ 7",
        "anh Bình đang làm gì",
        "nhiệm vụ 7 ai chưa báo cáo",
        "nv 7",
        "nhiệm vụ nào vướng",
    ],
)
@pytest.mark.parametrize("person", [None, AN, CHU_TICH])
@pytest.mark.parametrize("in_group", [False, True])
async def test_difficulties_and_names_never_reach_citizens_or_groups(
    asked: str, person: Person | None, in_group: bool
) -> None:
    if person is not None and not in_group:
        pytest.skip("staff in their own chat may know")
    talk = Talk(person, books(), in_group=in_group)
    text = await talk.say(asked)
    for secret in (SECRET, BINH.name, "vướng mắc", "Dự kiến"):
        assert secret not in text


@pytest.mark.parametrize(
    "kept",
    [
        books(published=False),
        books(Visibility.INTERNAL),
        books(document_id=None),
        books(confirmed=False),
        books(dropped=True),
    ],
    ids=["unpublished", "internal plan", "no plan", "draft", "dropped"],
)
@pytest.mark.parametrize("in_group", [False, True])
async def test_what_is_not_for_everyone_is_left_to_the_papers(kept: Books, in_group: bool) -> None:
    for asked in ("tiến độ lắp mã QR ở chợ đến đâu", "nhiệm vụ 7 làm tới đâu rồi"):
        answerer = FakeAnswerer()
        talk = Talk(None, kept, answerer, in_group=in_group)
        text = await talk.say(asked)
        assert [question for question, _, _ in answerer.asked] == [asked]
        assert "45%" not in text and "54 sạp" not in text
    talk = Talk(None, kept, in_group=in_group)
    assert "không công khai" in await talk.act(f"published:{OPEN.id}")


async def test_a_question_that_fits_an_unpublished_task_better_is_not_answered_with_another() -> None:
    answerer = FakeAnswerer()
    await Talk(None, books(), answerer).say("tiến độ số hóa thẻ thư viện tới đâu rồi")
    assert len(answerer.asked) == 1


@pytest.mark.parametrize("action", ["task:7", "history:7:0", "files:7:0", "unit:2", "missing", "overview:all:0"])
async def test_buttons_of_the_staff_do_nothing_for_a_citizen(action: str) -> None:
    text = await Talk(None, books()).act(action)
    assert SECRET not in text and BINH.name not in text and "45%" not in text


async def test_the_choice_between_several() -> None:
    kept = books()
    twin = replace(OPEN, id=70, document_id=2, document_number="15/KH-UBND", title="Trồng cây ở chợ")
    kept.tasks_kept.append(twin)
    kept.documents_kept.append(replace(paper(2), number="15/KH-UBND"))
    talk = Talk(None, kept)
    assert "Có 2 nhiệm vụ phù hợp" in await talk.say("nhiệm vụ 7 làm tới đâu rồi")
    assert "Trồng cây ở chợ" in await talk.press(next(label for label in talk.labels if "15/KH-UBND" in label))


async def test_the_units_of_a_group_task_are_all_responsible() -> None:
    shares = (Share(1, CULTURE.name), Share(2, ECONOMY.name, TaskStatus.BLOCKED))
    text = await Talk(None, books(shares=shares)).say("nhiệm vụ 7 làm tới đâu rồi")
    assert "Đơn vị phụ trách: Phòng Văn hóa - Xã hội, Phòng Kinh tế" in text
