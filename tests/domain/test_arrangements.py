"""Sentences that give tasks and arrange stand-ins, and those that only sound alike; today is Monday 2 March 2026."""

from datetime import date

import pytest

from domain.arrangements import Assignment, StandInAsked, read_assignment, read_stand_in

TODAY = date(2026, 3, 2)
DAYS = (date(2026, 3, 10), date(2026, 3, 20))


@pytest.mark.parametrize(
    ("said", "meant"),
    [
        ("giao nhiệm vụ 5 cho anh Bình", Assignment(("5",), taker="anh Bình")),
        ("Giao việc số 5 cho Trần Quốc Bình.", Assignment(("5",), taker="Trần Quốc Bình")),
        ("giao nv5 cho chi an", Assignment(("5",), taker="chi an")),
        ("giao nv 5 cho chi an", Assignment(("5",), taker="chi an")),
        ("phân công chị An làm nhiệm vụ 2", Assignment(("2",), taker="chị An")),
        ("Phân công anh Bình phụ trách nv 2.1", Assignment(("2.1",), taker="anh Bình")),
        ("giao cho chị An nhiệm vụ 2, 3 và 5", Assignment(("2", "3", "5"), taker="chị An")),
        ("chuyển nhiệm vụ 4 sang anh Khoa", Assignment(("4",), taker="anh Khoa")),
        ("chuyển nhiệm vụ 4 của chị An cho anh Khoa", Assignment(("4",), giver="chị An", taker="anh Khoa")),
        ("nhiệm vụ 7 giao cho anh Bình phòng kinh tế", Assignment(("7",), taker="anh Bình phòng kinh tế")),
        ("giao nhiệm vụ 2 kế hoạch 08/KH-UBND cho chị An", Assignment(("2",), "08/KH-UBND", taker="chị An")),
        ("giao nhiệm vụ IV cho tôi", Assignment(("iv",), taker="tôi")),
        ("chuyển hết việc của chị An cho anh Bình", Assignment(giver="chị An", taker="anh Bình")),
        ("ban giao toan bo cong viec cua chi an sang anh binh", Assignment(giver="chi an", taker="anh binh")),
        ("Chị An bàn giao tất cả nhiệm vụ cho anh Bình", Assignment(giver="Chị An", taker="anh Bình")),
        ("giao nhiệm vụ 5", Assignment(("5",))),
        ("giao nhiệm vụ 5 cho Vũ Thị Hạnh", Assignment(("5",), taker="Vũ Thị Hạnh")),
        ("tôi muốn giao nhiệm vụ 5 cho chị An", Assignment(("5",), taker="chị An")),
        ("giao nhiệm vụ 5 cho đơn vị nào?", None),
        ("nhiệm vụ 5 giao cho ai", None),
        ("nhiệm vụ 5 xong 40%", None),
        ("chuyển đổi số cho người dân", None),
        ("giao thông nông thôn", None),
        ("việc của tôi", None),
        ("", None),
    ],
)
def test_what_is_to_be_given_to_whom(said: str, meant: Assignment | None) -> None:
    assert read_assignment(said) == meant


@pytest.mark.parametrize(
    ("said", "meant"),
    [
        ("anh Bình nghỉ từ 10/3 đến 20/3, chị An thay", StandInAsked("anh Bình", "chị An", DAYS)),
        (
            "Anh Bình đi công tác từ ngày 10/3 đến ngày 20/3, nhờ chị An làm thay",
            StandInAsked("Anh Bình", "chị An", DAYS),
        ),
        ("từ 10/3 đến 20/3 anh Bình nghỉ phép, chị An làm thay", StandInAsked("anh Bình", "chị An", DAYS)),
        ("tôi nghỉ phép từ 10/3 đến 20/3, giao cho chị An", StandInAsked("tôi", "chị An", DAYS)),
        ("ủy quyền cho chị An từ 10/3 đến 20/3", StandInAsked("", "chị An", DAYS)),
        ("uy quyen cho chi an lam thay toi tu 10/3 den 20/3", StandInAsked("toi", "chi an", DAYS)),
        ("Ủy quyền chị An", StandInAsked("", "chị An")),
        ("nhờ chị An làm thay tôi từ 10/3 đến 20/3", StandInAsked("tôi", "chị An", DAYS)),
        ("cử chị An làm thay anh Bình từ 10/3 tới 20/3", StandInAsked("anh Bình", "chị An", DAYS)),
        ("chị An làm thay anh Bình từ 10/3 đến hết 20/3", StandInAsked("anh Bình", "chị An", DAYS)),
        ("chị An thay anh Bình từ 10/3 đến 20/3", StandInAsked("anh Bình", "chị An", DAYS)),
        ("anh Bình nghỉ ốm từ 10/3 đến 20/3", StandInAsked("anh Bình", "", DAYS)),
        ("anh Bình nghỉ phép, chị An thay", StandInAsked("anh Bình", "chị An")),
        ("tôi vắng từ 10/3 đến 20/3", StandInAsked("tôi", "", DAYS)),
        ("ủy quyền cho chị An trong thời gian tôi nghỉ từ 10/3 đến 20/3", StandInAsked("", "chị An", DAYS)),
        ("nv 4 chậm vì anh Bình nghỉ ốm từ 10/3 đến 20/3", None),
        ("hồ sơ chậm do chị An nghỉ 3 ngày", None),
        ("người dân được nghỉ lễ từ 30/4 đến 03/5", None),
        ("ai làm thay anh Bình?", None),
        ("anh Bình nghỉ khi nào", None),
        ("thay mới 20 máy tính", None),
        ("ủy quyền chứng thực là gì", None),
        ("nhiệm vụ 4 xong 40%", None),
        ("", None),
    ],
)
def test_who_is_to_act_for_whom(said: str, meant: StandInAsked | None) -> None:
    assert read_stand_in(said, TODAY) == meant
