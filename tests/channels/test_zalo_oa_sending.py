"""What a Zalo Official Account sends, what it does about refusals, and what it says when it cannot."""

import logging
import socket
import traceback
from collections.abc import AsyncIterator

import pytest
from structlog.testing import capture_logs

from bot.channels.zalo_oa import ZaloOa as Account
from domain.messages import Attachment, Button, Reply, Template
from domain.ports import Channel, FetchFailed, SendFailed
from tests.platforms.zalo_oa import User, ZaloOa
from tests.platforms.zalo_oa_tokens import StandInTokens

PNG = b"\x89PNG\r\n\x1a\n"
WORD = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
EXCEL = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
CHART = Attachment("chart.png", "image/png", PNG + b"chart")
PAPER = Attachment("báo cáo.pdf", "application/pdf", b"%PDF-1.7 paper")
SHEET = Attachment("danh mục.xlsx", EXCEL, b"PK\x03\x04sheet")


class Links:
    """Implements `GivesLinks` by remembering; without an address it gives none."""

    def __init__(self, address: str | None) -> None:
        self._address = address
        self.given: list[Attachment] = []

    async def link(self, attachment: Attachment) -> str | None:
        self.given.append(attachment)
        return None if self._address is None else f"{self._address}/{len(self.given)}"


def opened(zalo: ZaloOa, tokens: StandInTokens, **how: object) -> Account:
    return Account(tokens, zalo.app_id, zalo.url, business_url=zalo.business_url, cdn_url=zalo.root, **how)  # type: ignore[arg-type]


@pytest.fixture
async def with_links(zalo: ZaloOa, tokens: StandInTokens) -> AsyncIterator[Account]:
    made = opened(zalo, tokens, hand_out=Links("https://vansuong.example/tep"))
    yield made
    await made.close()


@pytest.fixture
def lan(zalo: ZaloOa) -> User:
    user = zalo.user()
    user.says("chào")
    return user


async def failure_of(account: Account, chat: str, reply: Reply | None = None) -> SendFailed:
    with pytest.raises(SendFailed) as failed:
        await account.send(chat, reply or Reply("Chào anh/chị"))
    return failed.value


def test_it_is_a_channel(account: Account) -> None:
    channel: Channel = account
    assert channel.limits.text_units == 2000 and not channel.limits.has_buttons


async def test_a_text_goes_out_as_it_is(lan: User, account: Account) -> None:
    text = "Số 57-NQ/TW: <b>&amp; _80%_ *mới*"
    message_id = await account.send(lan.id, Reply(text))
    [seen] = lan.messages()
    assert (seen.message_id, seen.kind, seen.text) == (message_id, "text", text)


async def test_a_text_of_the_whole_limit_goes_out_and_a_longer_one_in_parts(lan: User, account: Account) -> None:
    await account.send(lan.id, Reply("ắ" * 2000))
    await account.send(lan.id, Reply("\U0001f33e" * 1000 + "\n" + "b" * 30))
    assert [len(m.text) for m in lan.messages()] == [2000, 1000, 30]


async def test_letters_in_pieces_and_half_a_character_do_no_harm(lan: User, account: Account) -> None:
    await account.send(lan.id, Reply("Tiến độ\ud83c"))
    assert [m.text for m in lan.messages()] == ["Tiến độ?"]


async def test_choices_without_buttons_stay_numbered_lines(lan: User, account: Account) -> None:
    await account.send(lan.id, Reply("Ghi?", (Button("Xác nhận", "report:yes"), Button("Hủy", "report:no"))))
    assert lan.messages()[0].labels == []
    assert lan.messages()[0].text.splitlines()[-2:] == ["1. Xác nhận", "2. Hủy"]


async def test_buttons_are_shown_where_they_are_switched_on_and_a_tap_is_an_action(
    zalo: ZaloOa, tokens: StandInTokens, lan: User
) -> None:
    account = opened(zalo, tokens, buttons=True)
    zalo.account(buttons=True)
    await account.send(lan.id, Reply("Ghi?", (Button("Xác nhận", "report:yes"), Button("Hủy", "report:no"))))
    [seen] = lan.messages()
    assert (seen.text, seen.labels) == ("Ghi?", ["Xác nhận", "Hủy"])
    tapped = lan.taps("Xác nhận")["event"]
    [raw] = [event["body"] for event in zalo.events() if event["id"] == tapped]
    assert account.read(raw).action == "report:yes"
    await account.close()


async def test_more_choices_than_buttons_are_numbered(zalo: ZaloOa, tokens: StandInTokens, lan: User) -> None:
    account = opened(zalo, tokens, buttons=True)
    await account.send(lan.id, Reply("Chọn?", tuple(Button(f"Việc {n}", f"task:{n}") for n in range(1, 7))))
    [seen] = lan.messages()
    assert seen.labels == [] and "6. Việc 6" in seen.text
    await account.close()


async def test_one_picture_carries_its_words(zalo: ZaloOa, lan: User, account: Account) -> None:
    message_id = await account.send(lan.id, Reply("Tiến độ tháng", pictures=(CHART,)))
    [seen] = lan.messages()
    assert (seen.kind, seen.text, seen.message_id) == ("image", "Tiến độ tháng", message_id)
    assert zalo.file(seen) == CHART.content


async def test_files_go_first_and_the_words_last(zalo: ZaloOa, lan: User, account: Account) -> None:
    message_id = await account.send(lan.id, Reply("Đây ạ", files=(PAPER,), pictures=(CHART,)))
    assert [(m.kind, m.text) for m in lan.messages()] == [("image", ""), ("file", ""), ("text", "Đây ạ")]
    assert zalo.file(lan.messages()[1]) == PAPER.content
    assert lan.messages()[-1].message_id == message_id


async def test_a_file_alone_needs_no_words(lan: User, account: Account) -> None:
    assert await account.send(lan.id, Reply("", files=(PAPER,))) == lan.messages()[0].message_id
    assert [m.kind for m in lan.messages()] == ["file"]


async def test_what_zalo_cannot_carry_goes_out_as_a_link(lan: User, with_links: Account) -> None:
    large = Attachment("lớn.pdf", "application/pdf", b"%PDF" + b"0" * 5_000_000)
    heavy = Attachment("nặng.png", "image/png", PNG + b"0" * 1_000_000)
    await with_links.send(lan.id, Reply("Đây ạ", files=(SHEET, PAPER, large), pictures=(heavy,)))
    file, words = lan.messages()
    assert (file.kind, words.kind) == ("file", "text")
    assert words.text.startswith("Đây ạ\n")
    for number, name in enumerate((heavy.name, SHEET.name, large.name), 1):
        assert name in words.text and f"https://vansuong.example/tep/{number}" in words.text


async def test_a_file_refused_by_zalo_goes_out_as_a_link(zalo: ZaloOa, lan: User, with_links: Account) -> None:
    zalo.quotas(uploads=0)
    await with_links.send(lan.id, Reply("Đây ạ", files=(PAPER,)))
    [seen] = lan.messages()
    assert PAPER.name in seen.text and "https://vansuong.example/tep/1" in seen.text


async def test_without_an_address_of_our_own_the_file_is_named(lan: User, account: Account) -> None:
    await account.send(lan.id, Reply("Đây ạ", files=(SHEET,)))
    [seen] = lan.messages()
    assert SHEET.name in seen.text and "http" not in seen.text


async def test_a_file_sent_to_many_is_uploaded_once(zalo: ZaloOa, lan: User, account: Account) -> None:
    minh = zalo.user("Minh")
    minh.says("chào")
    for user in (lan, minh):
        await account.send(user.id, Reply("", files=(PAPER,)))
    assert len(zalo.journal("upload/file")) == 1
    assert [m.kind for m in minh.messages()] == ["file"]


async def test_an_upload_that_has_died_is_made_again(zalo: ZaloOa, lan: User, account: Account) -> None:
    await account.send(lan.id, Reply("", files=(PAPER,)))
    zalo.advance(8 * 86_400)
    lan.says("chào")
    await account.send(lan.id, Reply("", files=(PAPER,)))
    assert len(zalo.journal("upload/file")) == 2
    assert [zalo.file(m) for m in lan.messages()] == [PAPER.content] * 2


async def test_a_number_is_asked_for_by_a_form_after_the_words(zalo: ZaloOa, tokens: StandInTokens, lan: User) -> None:
    account = opened(zalo, tokens, form_picture="https://vansuong.example/static/so.png")
    message_id = await account.send(lan.id, Reply("Tham gia?", asks_phone=True))
    words, form = lan.messages()
    assert (words.text, form.kind, form.title) == ("Tham gia?", "request_info", "Gửi số điện thoại của tôi")
    assert message_id == words.message_id
    zalo.fault("code", "message/cs", code=-233, skip=1)
    assert await account.send(lan.id, Reply("Tham gia?", asks_phone=True))
    await account.close()


async def test_what_is_answered_is_quoted_and_left_out_where_that_is_refused(
    zalo: ZaloOa, lan: User, account: Account
) -> None:
    await account.send(lan.id, Reply("Xong", quotes="m-of-lan"))
    zalo.fault("code", "message/cs", code=-201)
    await account.send(lan.id, Reply("Xong nữa", quotes="m-that-is-gone"))
    assert [(m.text, m.quote) for m in lan.messages()] == [("Xong", "m-of-lan"), ("Xong nữa", "")]


async def test_a_group_is_written_to_at_its_own_address(zalo: ZaloOa, lan: User, account: Account) -> None:
    group = zalo.group("Tổ công tác", lan)
    ours = await account.send(f"group:{group}", Reply("Chào cả tổ", (Button("A", "a"),)))
    [seen] = zalo.oa_messages(group)
    assert seen.text.startswith("Chào cả tổ") and "1. A" in seen.text
    event = lan.says("số 1", group=group, quote=ours)
    [raw] = [e["body"] for e in zalo.events() if e["id"] == event]
    heard = account.read(raw)
    assert (heard.chat_id, heard.in_group, heard.addressed) == (f"group:{group}", True, True)


async def test_a_reply_with_nothing_in_it_is_rejected(lan: User, account: Account) -> None:
    assert (await failure_of(account, lan.id, Reply(" "))).kind == "rejected"


@pytest.mark.parametrize(
    ("code", "kind"),
    [
        (-200, "retry"),
        (-9999, "retry"),
        (-234, "retry"),
        (-211, "held"),
        (-204, "held"),
        (-205, "held"),
        (-209, "held"),
        (-212, "held"),
        (-219, "held"),
        (-221, "held"),
        (-223, "held"),
        (-224, "held"),
        (-235, "held"),
        (-242, "held"),
        (-230, "closed"),
        (-232, "closed"),
        (-218, "closed"),
        (-320, "closed"),
        (-321, "closed"),
        (-213, "unreachable"),
        (-217, "unreachable"),
        (-227, "unreachable"),
        (-244, "unreachable"),
        (-100, "rejected"),
        (-201, "rejected"),
        (-210, "rejected"),
        (-233, "rejected"),
        (-240, "rejected"),
        (-248, "rejected"),
    ],
)
async def test_each_refusal_says_what_to_do(zalo: ZaloOa, lan: User, account: Account, code: int, kind: str) -> None:
    zalo.fault("code", "message/cs", code=code)
    failure = await failure_of(account, lan.id)
    assert (failure.kind, str(code) in failure.reason) == (kind, True)
    assert await account.send(lan.id, Reply("Chào"))


@pytest.mark.parametrize(
    ("fault", "kind"),
    [
        ("server_error", "retry"),
        ("bad_gateway", "retry"),
        ("garbled", "uncertain"),
        ("reset_before", "uncertain"),
        ("reset_after", "uncertain"),
    ],
)
async def test_each_failure_of_the_line_says_what_to_do(
    zalo: ZaloOa, lan: User, account: Account, fault: str, kind: str
) -> None:
    zalo.fault(fault, "message/cs")
    assert (await failure_of(account, lan.id)).kind == kind


async def test_an_answer_that_does_not_come_may_have_been_a_message(
    zalo: ZaloOa, tokens: StandInTokens, lan: User
) -> None:
    account = opened(zalo, tokens, call_timeout=0.3)
    zalo.fault("hang_after", "message/cs")
    assert (await failure_of(account, lan.id)).kind == "uncertain"
    assert len(lan.messages()) == 1
    zalo.clear_faults()
    await account.close()


async def test_where_nobody_listens_nothing_was_sent(tokens: StandInTokens) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
    account = Account(tokens, "1", f"http://127.0.0.1:{port}")
    assert (await failure_of(account, "42")).kind == "retry"
    await account.close()


async def test_a_message_that_fails_without_a_reason_is_given_up_in_the_end(
    zalo: ZaloOa, lan: User, account: Account
) -> None:
    zalo.fault("code", "message/cs", code=-200, times=4)
    kinds = [(await failure_of(account, lan.id, Reply("Một"))).kind for _ in range(4)]
    assert kinds == ["retry", "retry", "retry", "rejected"]


@pytest.mark.parametrize("rate", ["rate_app", "rate_oa"])
async def test_too_many_calls_make_the_whole_account_wait(
    zalo: ZaloOa, tokens: StandInTokens, lan: User, rate: str
) -> None:
    now = 100.0
    account = opened(zalo, tokens, monotonic=lambda: now)
    zalo.fault(rate, "message/cs", times=2)
    first = await failure_of(account, lan.id)
    assert first.kind == "retry" and first.after is not None and 5.0 <= first.after <= 7.5
    calls = len(zalo.journal("message/cs"))
    assert (await failure_of(account, lan.id)).after == pytest.approx(first.after)
    assert len(zalo.journal("message/cs")) == calls
    now += first.after
    second = await failure_of(account, lan.id)
    assert second.after is not None and 10.0 <= second.after <= 15.0
    now += second.after
    assert await account.send(lan.id, Reply("Chào"))
    await account.close()


async def test_the_last_call_of_a_minute_is_heeded(zalo: ZaloOa, tokens: StandInTokens, lan: User) -> None:
    now = 100.0
    account = opened(zalo, tokens, monotonic=lambda: now)
    zalo.pace(2)
    await account.send(lan.id, Reply("Một"))
    await account.send(lan.id, Reply("Hai"))
    calls = len(zalo.journal("message/cs"))
    failure = await failure_of(account, lan.id, Reply("Ba"))
    assert failure.kind == "retry" and failure.after is not None and failure.after > 0
    assert len(zalo.journal("message/cs")) == calls
    await account.close()


async def test_a_token_that_ran_out_is_renewed_once_and_the_message_goes_out_once(
    zalo: ZaloOa, tokens: StandInTokens, lan: User, account: Account
) -> None:
    await account.send(lan.id, Reply("Một"))
    zalo.expire_access()
    await account.send(lan.id, Reply("Hai"))
    assert [m.text for m in lan.messages()] == ["Một", "Hai"]
    assert tokens.renewals == 1


async def test_a_token_that_is_refused_again_holds_the_channel(
    zalo: ZaloOa, tokens: StandInTokens, lan: User, account: Account
) -> None:
    zalo.fault("code", "message/cs", code=-216, times=2)
    assert (await failure_of(account, lan.id)).kind == "held"
    assert tokens.renewals == 1


@pytest.mark.parametrize("kind", ["held", "retry"])
async def test_without_a_token_nothing_is_sent_and_the_reason_is_passed_on(
    zalo: ZaloOa, tokens: StandInTokens, lan: User, account: Account, kind: str
) -> None:
    tokens.failure = SendFailed(kind, "consent must be given anew")
    assert (await failure_of(account, lan.id)).kind == kind
    assert zalo.journal("message/cs") == []


async def test_who_was_silent_for_a_week_is_closed_and_open_again_with_the_next_word(
    lan: User, account: Account
) -> None:
    lan.silent_for(7 * 86_400 + 60)
    assert (await failure_of(account, lan.id)).kind == "closed"
    lan.says("tôi đây")
    assert await account.send(lan.id, Reply("Chào"))


async def test_who_left_is_out_of_reach(lan: User, account: Account) -> None:
    lan.unfollows()
    lan.refuses(-213)
    assert (await failure_of(account, lan.id)).kind == "unreachable"


@pytest.mark.parametrize("code", [-32, -230, -211])
async def test_a_reply_that_breaks_off_after_a_part_is_uncertain(
    zalo: ZaloOa, lan: User, account: Account, code: int
) -> None:
    zalo.fault("code", "message/cs", code=code, skip=1)
    failure = await failure_of(account, lan.id, Reply("Đây ạ", files=(PAPER,)))
    assert failure.kind == "uncertain" and "after a part" in failure.reason
    assert [m.kind for m in lan.messages()] == ["file"]


async def test_a_lost_upload_is_no_reason_to_doubt_the_message(zalo: ZaloOa, lan: User, account: Account) -> None:
    zalo.fault("reset_after", "upload/file")
    assert (await failure_of(account, lan.id, Reply("", files=(PAPER,)))).kind == "retry"
    assert lan.messages() == []


# Approved templates.


def reminder(zalo: ZaloOa, **more: str) -> Template:
    template_id = zalo.template("nhac", "Nhiệm vụ <so> đến hạn <ngay>")
    return Template("reminder", (("so", "15"), ("ngay", "02/03/2026")), template_id=template_id, **more)


async def test_a_template_reaches_who_was_silent_for_long(zalo: ZaloOa, lan: User, account: Account) -> None:
    lan.silent_for(20 * 86_400)
    message_id = await account.send(lan.id, Reply("như mẫu", template=reminder(zalo)))
    [seen] = lan.messages()
    assert (seen.message_id, seen.kind) == (message_id, "template")
    assert "15" in seen.text and "02/03/2026" in seen.text


async def test_a_template_to_a_number_is_known_again_by_its_tracking_id(zalo: ZaloOa, account: Account) -> None:
    minh = zalo.user("Minh", phone="84900000005")
    template = reminder(zalo, phone="+84900000005")
    first = await account.send("", Reply("như mẫu", template=template))
    assert first and await account.send("", Reply("như mẫu", template=template)) == first
    assert len(minh.messages()) == 1


@pytest.mark.parametrize(
    ("code", "kind"),
    [(-230, "closed"), (-131, "closed"), (-146, "closed"), (-249, "closed"), (-321, "closed"), (-211, "closed"),
     (-213, "unreachable"), (-200, "retry"), (-32, "retry"), (-133, "retry")],
)  # fmt: skip
async def test_a_template_that_cannot_be_sent_to_a_person_leaves_them_as_far_away_as_they_were(
    zalo: ZaloOa, lan: User, account: Account, code: int, kind: str
) -> None:
    template = reminder(zalo)
    zalo.fault("code", "message/template", code=code)
    assert (await failure_of(account, lan.id, Reply("như mẫu", template=template))).kind == kind


@pytest.mark.parametrize(
    ("code", "kind"),
    [(-108, "rejected"), (-118, "rejected"), (-115, "rejected"), (-144, "rejected"), (-141, "rejected"),
     (-100, "retry"), (-133, "retry"), (-9999, "rejected")],
)  # fmt: skip
async def test_the_same_numbers_mean_something_else_where_templates_go_to_telephones(
    zalo: ZaloOa, account: Account, code: int, kind: str
) -> None:
    zalo.user("Minh", phone="84900000005")
    template = reminder(zalo, phone="+84900000005")
    zalo.fault("code", "business/message/template", code=code)
    assert (await failure_of(account, "", Reply("như mẫu", template=template))).kind == kind


async def test_a_token_that_ran_out_is_renewed_there_too(zalo: ZaloOa, tokens: StandInTokens, account: Account) -> None:
    zalo.user("Minh", phone="84900000005")
    await account.me()
    zalo.expire_access()
    assert await account.send("", Reply("như mẫu", template=reminder(zalo, phone="+84900000005")))
    assert tokens.renewals == 1


async def test_a_template_that_is_not_configured_is_rejected(lan: User, account: Account) -> None:
    assert (await failure_of(account, lan.id, Reply("x", template=Template("reminder", ())))).kind == "rejected"


async def test_what_is_known_of_templates_is_read(zalo: ZaloOa, account: Account) -> None:
    template = reminder(zalo)
    assert [str(one["templateId"]) for one in await account.templates()] == [template.template_id]
    assert "listParams" in await account.template(template.template_id)
    assert await account.template_quota()


# What came in, and the account itself.


async def test_a_photo_is_fetched_by_the_address_of_its_event(zalo: ZaloOa, lan: User, account: Account) -> None:
    event = lan.sends_image(b"\xff\xd8\xffphoto", "Cống tắc")
    [raw] = [e["body"] for e in zalo.events() if e["id"] == event]
    [sent] = account.read(raw).files
    assert await account.fetch(sent.remote_id, 1000) == b"\xff\xd8\xffphoto"
    with pytest.raises(FetchFailed) as failed:
        await account.fetch(sent.remote_id, 5)
    assert failed.value.kind == "too_large"
    zalo.lose_files()
    with pytest.raises(FetchFailed) as failed:
        await account.fetch(sent.remote_id, 1000)
    assert failed.value.kind == "gone"


@pytest.mark.parametrize(
    "address",
    [
        "http://f1.zdn.vn/x.jpg",
        "https://127.0.0.1/x",
        "https://localhost/x",
        "https://169.254.169.254/latest",
        "https://evil-zdn.vn/x",
        "https://zdn.vn.evil.example/x",
        "https://zdn.vn@evil.example/x",
        "https://f1.zdn.vn:8443/x",
        "https://[::1]/x",
        "https://[zdn.vn/x",
        "file:///etc/passwd",
        "kế hoạch",
        "",
    ],
)
async def test_no_other_server_than_zalos_is_ever_called(tokens: StandInTokens, address: str) -> None:
    account = Account(tokens, "1")
    with pytest.raises(FetchFailed) as failed:
        await account.fetch(address, 1000)
    assert failed.value.kind == "gone"
    await account.close()


async def test_the_quota_of_a_person_and_the_account_are_read(zalo: ZaloOa, lan: User, account: Account) -> None:
    assert (await account.quota(lan.id))["last_interaction"]
    assert (await account.me())["oa_id"] == zalo.oa_id


async def test_an_account_that_may_send_nothing_is_there_all_the_same(
    zalo: ZaloOa, tokens: StandInTokens, account: Account
) -> None:
    zalo.account(state=-221)
    await account.ping()
    tokens.failure = SendFailed("held", "consent must be given anew")
    await account.ping()
    tokens.failure = None
    zalo.down()
    with pytest.raises(SendFailed):
        await account.ping()


async def test_no_failure_names_a_token(
    zalo: ZaloOa, tokens: StandInTokens, lan: User, account: Account, caplog: pytest.LogCaptureFixture
) -> None:
    secret = await tokens.access()
    caplog.set_level(logging.DEBUG)
    for fault in ("reset_before", "bad_gateway", "garbled", "code"):
        zalo.fault(fault, "message/cs")
        with capture_logs() as lines, pytest.raises(SendFailed) as failed:
            await account.send(lan.id, Reply(f"Một {fault}"))
        written = "".join(traceback.format_exception(failed.value)) + str(lines) + caplog.text
        assert secret not in written
        assert failed.value.__context__ is None or secret not in repr(failed.value.__context__)


async def test_an_app_without_edits_and_signs_says_so(account: Account) -> None:
    with pytest.raises(SendFailed) as failed:
        await account.edit("42", "m-1", Reply("x"))
    assert failed.value.kind == "rejected"
    await account.busy("42")
