"""The column of the people who direct stays out of titles and leads, also where a scan ran it into them."""

from knowledge.drafting.people import people_told
from knowledge.drafting.wording import Word
from tests.knowledge.drafting import plans
from tests.knowledge.drafting.plans import numbered

DIRECTED = (
    plans.TORN[: plans.TORN.index("PHU LUC")]
    + """PHU LUC: PHAN CONG NHIEM VU
TT Tên nhiém vu Dong chi duoc Co quan duoc Tién dd
phan cong chi dao phan cong chu tri
1 |Ra soat, nang cap duong truyén Internet va thiét bi Déng% chi Pho Van phong UBND Hing nam
mang tai tru s6 lam viéc chu tich | phuong
2 |Tuyén truyén, hudng dan nguoi dan su dung dich vu cong Dong chi Truong | Phong Van hoa Thuong xuyén
truc tuyén ngay tai nha phong | va Xa hgi
3 |T6 chirc tap hudn ky nang s6 cho can bd, cong chirc Dong chi Truong | Cong an phuong Thang 9/2026
va To cong nghé s6 cong dong Cong an
"""
)


def _words(text: str) -> list[Word]:
    found, at = [], 0
    for part in text.split():
        found.append(Word(part, at, at + len(part)))
        at += len(part) + 1
    return found


def _told(text: str) -> str:
    return " ".join(("| " if word.ruled else "") + word.text for word in people_told(_words(text)))


def test_the_first_word_of_a_persons_cell_stands_behind_a_rule() -> None:
    assert _told("rác trên kênh Đồng% chí Phó") == "rác trên kênh | Đồng chí Phó"
    assert _told("rác trên kênh Bóng chí Phó") == "rác trên kênh | Đồng chí Phó"
    assert _told("khơi dòng chảylbong chí Phó") == "khơi dòng chảy | Đồng chí Phó"


def test_the_two_halves_of_a_torn_word_keep_their_characters() -> None:
    _, left, right, _, _ = people_told(_words("dòng chảylbong chí Phó"))
    assert (left.start, left.end, right.start, right.end) == (5, 10, 10, 14)


def test_other_words_before_that_one_are_left_alone() -> None:
    for text in ("địa chỉ nhà", "tiêu chí nông thôn", "báo chí", "kinh phí chi thường xuyên", "dong chảy"):
        assert _told(text) == text


def test_who_directs_is_not_who_leads_and_not_in_the_title() -> None:
    tasks = numbered(DIRECTED)
    assert [tasks[number].lead for number in ("1", "2", "3")] == [
        "Văn phòng UBND phường",
        "Phòng Văn hóa và Xã hội",
        "Công an phường",
    ]
    assert tasks["1"].title.endswith("tại trụ sở làm việc")
    assert tasks["2"].title.endswith("trực tuyến ngay tại nhà")
    assert not any(word in task.title for task in tasks.values() for word in ("chí", "Trưởng", "Phó"))
