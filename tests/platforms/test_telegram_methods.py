"""The stand-in's methods, as two independent clients see them."""

import httpx
import pytest

from tests.platforms.clients import Client, Complaint
from tests.platforms.telegram import NotPossible, Telegram


async def test_the_bot_learns_its_own_name(client: Client) -> None:
    assert await client.me() == "stand_in_bot"


async def test_a_person_reads_what_the_bot_writes(telegram: Telegram, client: Client) -> None:
    lan = telegram.user("Lan")
    sent = await client.send(lan.id, "Chào chị Lan 🌷")
    [seen] = await lan.wait_for_messages(1)
    assert (seen.text, seen.message_id, seen.sender) == ("Chào chị Lan 🌷", sent, "bot")


async def test_the_bot_reads_what_a_person_writes(telegram: Telegram, client: Client) -> None:
    lan = telegram.user("Lan", last_name="Trần")
    update_id = lan.says("Kế hoạch có gì?")
    [update] = await client.updates(timeout=5)
    assert (update.update_id, update.message.text) == (update_id, "Kế hoạch có gì?")
    assert (update.message.from_user.id, update.message.from_user.last_name) == (lan.id, "Trần")
    assert update.message.chat.type == "private"


async def test_a_start_link_brings_its_payload_as_a_command(telegram: Telegram, client: Client) -> None:
    telegram.user().starts("ma-moi-1")
    [update] = await client.updates()
    assert update.message.text == "/start ma-moi-1"
    assert [(e.type, e.offset, e.length) for e in update.message.entities] == [("bot_command", 0, 6)]


async def test_markup_is_parsed_away_before_the_text_is_counted(telegram: Telegram, client: Client) -> None:
    lan = telegram.user()
    await client.send(lan.id, f"<b>{'a' * 4096}</b>", html=True)
    assert len(lan.messages()[0].text) == 4096
    for text, complaint in (("<b>hở", "end tag"), ("<blink>x</blink>", "start tag"), ("a < b", "start tag")):
        with pytest.raises(Complaint, match=complaint):
            await client.send(lan.id, text, html=True)


@pytest.mark.parametrize(
    ("text", "complaint"),
    [("a" * 4097, "too long"), ("🌷" * 2049, "too long"), ("  \n ", "empty")],
    ids=["4097 letters", "2049 characters of two units", "only space"],
)
async def test_a_text_has_1_to_4096_units(telegram: Telegram, client: Client, text: str, complaint: str) -> None:
    lan = telegram.user()
    with pytest.raises(Complaint, match=complaint):
        await client.send(lan.id, text)
    assert lan.messages() == []


async def test_a_buttons_data_has_at_most_64_bytes(telegram: Telegram, client: Client) -> None:
    lan = telegram.user()
    await client.send(lan.id, "Chọn", buttons={"Có": "x" * 64})
    with pytest.raises(Complaint, match="button_data_invalid"):
        await client.send(lan.id, "Chọn", buttons={"Có": "ắ" * 22})


async def test_a_pressed_button_comes_as_a_callback_and_is_answered_once_known(
    telegram: Telegram, client: Client
) -> None:
    lan = telegram.user()
    await client.send(lan.id, "Xác nhận?", buttons={"Đồng ý": "yes:4", "Thôi": "no:4"})
    assert lan.messages()[0].labels == ["Đồng ý", "Thôi"]
    query_id = lan.presses("Đồng ý")
    [update] = await client.updates(timeout=5)
    assert (update.callback_query.id, update.callback_query.data) == (query_id, "yes:4")
    assert update.callback_query.message.text == "Xác nhận?"
    assert telegram.answers() == {query_id: None}
    await client.answer(query_id, "Đã ghi")
    assert telegram.answers() == {query_id: {"text": "Đã ghi", "show_alert": False}}
    with pytest.raises(Complaint, match="query id is invalid"):
        await client.answer("1")
    with pytest.raises(Complaint, match="message_too_long"):
        await client.answer(query_id, "x" * 201)


async def test_a_button_that_is_not_shown_cannot_be_pressed(telegram: Telegram, client: Client) -> None:
    lan = telegram.user()
    await client.send(lan.id, "Chọn", buttons={"Có": "y"})
    with pytest.raises(NotPossible, match="Có"):
        lan.presses("Không")


async def test_an_edited_message_is_seen_as_it_is_now(telegram: Telegram, client: Client) -> None:
    lan = telegram.user()
    sent = await client.send(lan.id, "Nháp")
    await client.edit(lan.id, sent, "Bản chính")
    [seen] = lan.messages()
    assert (seen.text, seen.edited) == ("Bản chính", True)
    with pytest.raises(Complaint, match="not modified"):
        await client.edit(lan.id, sent, "Bản chính")
    with pytest.raises(Complaint, match="not found"):
        await client.edit(lan.id, 99_999, "x")


async def test_a_deleted_message_is_gone(telegram: Telegram, client: Client) -> None:
    lan = telegram.user()
    sent = await client.send(lan.id, "Nháp")
    await client.delete(lan.id, sent)
    assert lan.messages() == []
    with pytest.raises(Complaint, match="not found"):
        await client.delete(lan.id, sent)


async def test_a_persons_edit_comes_as_an_edited_message(telegram: Telegram, client: Client) -> None:
    lan = telegram.user()
    lan.says("nv 4 xong 80%")
    [first] = await client.updates()
    lan.edits(first.message.message_id, "nv 4 xong 90%")
    [second] = await client.updates(offset=first.update_id + 1)
    assert second.edited_message.text == "nv 4 xong 90%"


async def test_files_and_pictures_arrive_whole(telegram: Telegram, client: Client) -> None:
    lan = telegram.user()
    await client.send_file(lan.id, "báo cáo.xlsx", b"PK\x00\xff" * 1000, "Báo cáo tuần")
    await client.send_picture(lan.id, b"\x89PNG", "Biểu đồ")
    document, picture = lan.messages()
    assert (document.kind, document.text) == ("document", "Báo cáo tuần")
    assert document.file is not None and document.file["name"] == "báo cáo.xlsx"
    assert telegram.file(document) == b"PK\x00\xff" * 1000
    assert (picture.kind, picture.text, telegram.file(picture)) == ("photo", "Biểu đồ", b"\x89PNG")
    with pytest.raises(Complaint, match="caption is too long"):
        await client.send_file(lan.id, "a.txt", b"a", "x" * 1025)


async def test_what_a_person_sends_can_be_downloaded(telegram: Telegram, client: Client) -> None:
    lan = telegram.user()
    lan.sends_document("bao cao.docx", b"docx" * 9, caption="Của tôi")
    [update] = await client.updates()
    assert (update.message.document.file_name, update.message.caption) == ("bao cao.docx", "Của tôi")
    assert await client.download(update.message.document.file_id) == b"docx" * 9


async def test_photos_sent_together_share_an_album_and_come_in_sizes(telegram: Telegram, client: Client) -> None:
    lan = telegram.user()
    for caption in ("Hố ga mất nắp", ""):
        lan.sends("photo", content=b"jpeg" * 9, caption=caption, beside={"media_group_id": "77"})
    first, second = [update.message for update in await client.updates()]
    assert (first.media_group_id, first.caption, second.media_group_id) == ("77", "Hố ga mất nắp", "77")
    assert [size.width for size in first.photo] == [90, 900]
    assert await client.download(first.photo[-1].file_id) == b"jpeg" * 9


async def test_a_file_that_is_lost_or_too_large_is_refused(telegram: Telegram, client: Client) -> None:
    lan = telegram.user()
    lan.sends_document("lon.pdf", b"x" * (20 * 2**20 + 1))
    [update] = await client.updates()
    with pytest.raises(Complaint, match="file is too big"):
        await client.download(update.message.document.file_id)
    telegram.lose_files()
    with pytest.raises(Complaint, match="temporarily unavailable"):
        await client.download(update.message.document.file_id)


async def test_a_files_path_opens_it_for_an_hour(telegram: Telegram) -> None:
    telegram.user().sends_document("a.txt", b"chu")
    async with httpx.AsyncClient(base_url=telegram.url) as http:
        [update] = (await http.get(f"/bot{telegram.token}/getUpdates")).json()["result"]
        wanted = {"file_id": update["message"]["document"]["file_id"]}
        asked = await http.get(f"/bot{telegram.token}/getFile", params=wanted)
        address = f"/file/bot{telegram.token}/{asked.json()['result']['file_path']}"
        assert (await http.get(address)).content == b"chu"
        telegram.advance(3601)
        assert (await http.get(address)).status_code == 404
        await http.get(f"/bot{telegram.token}/getFile", params=wanted)
        assert (await http.get(address)).content == b"chu"


async def test_every_kind_of_message_is_one_a_client_can_read(telegram: Telegram, client: Client) -> None:
    lan = telegram.user()
    lan.sends_sticker()
    lan.sends_photo("ảnh")
    lan.sends_voice()
    lan.sends_location()
    lan.sends_contact()
    lan.sends("video")
    lan.sends("audio")
    lan.sends("dice")
    messages = [update.message for update in await client.updates()]
    carried = [
        next(k for k in ("sticker", "photo", "voice", "location", "contact", "video", "audio", "dice") if getattr(m, k))
        for m in messages
    ]
    assert carried == ["sticker", "photo", "voice", "location", "contact", "video", "audio", "dice"]
    assert messages[4].contact.user_id == lan.id


async def test_the_menu_of_commands_is_kept(telegram: Telegram, client: Client) -> None:
    await client.commands({"viec": "Việc của tôi"})
    assert telegram.do("commands") == [{"command": "viec", "description": "Việc của tôi"}]
    with pytest.raises(Complaint, match="bot_command_invalid"):
        await client.commands({"Việc": "x"})


async def test_typing_is_noted(telegram: Telegram, client: Client) -> None:
    lan = telegram.user()
    await client.typing(lan.id)
    assert telegram.journal("sendChatAction")[0]["parameters"]["action"] == "typing"


async def test_an_unknown_chat_and_one_who_never_started_are_refused(telegram: Telegram, client: Client) -> None:
    with pytest.raises(Complaint, match="chat not found"):
        await client.send(424_242, "Chào")
    stranger = telegram.user(started=False)
    with pytest.raises(Complaint, match="initiate") as refused:
        await client.send(stranger.id, "Chào")
    assert refused.value.kind == "forbidden"


async def test_blocking_is_told_and_then_forbids_writing(telegram: Telegram, client: Client) -> None:
    lan = telegram.user()
    lan.blocks()
    [update] = await client.updates()
    assert update.my_chat_member.new_chat_member.status == "kicked"
    with pytest.raises(Complaint, match="blocked by the user") as refused:
        await client.send(lan.id, "Chào")
    assert refused.value.kind == "forbidden"
    lan.unblocks()
    await client.send(lan.id, "Chào lại")


async def test_a_group_has_many_voices(telegram: Telegram, client: Client) -> None:
    group, lan, nam = telegram.group("Tổ công tác"), telegram.user("Lan"), telegram.user("Nam")
    lan.says("Một", chat=group)
    nam.says("Hai", chat=group)
    updates = await client.updates()
    assert [(u.message.chat.id, u.message.from_user.id, u.message.text) for u in updates] == [
        (group, lan.id, "Một"),
        (group, nam.id, "Hai"),
    ]
    await client.send(group, "Ba")
    assert [m.text for m in telegram.everything(group)] == ["Một", "Hai", "Ba"]


async def test_a_menu_is_kept_for_everybody_for_groups_and_for_one_chat(telegram: Telegram, client: Client) -> None:
    lan = telegram.user()
    await client.commands({"help": "Trợ giúp", "viec": "Việc"})
    await client.commands({"help": "Trợ giúp"}, groups=True)
    await client.commands({"viec": "Việc của tôi"}, lan.id)
    assert list(telegram.commands()) == ["help", "viec"] == await client.shown_commands()
    assert list(telegram.commands("all_group_chats")) == ["help"]
    assert list(telegram.commands(f"chat:{lan.id}")) == ["viec"] == await client.shown_commands(lan.id)


async def test_what_stands_under_a_file_and_the_buttons_alone_can_be_edited(telegram: Telegram, client: Client) -> None:
    lan = telegram.user()
    picture = await client.send_picture(lan.id, b"\x89PNG", "Biểu đồ tháng 2")
    await client.edit_caption(lan.id, picture, "Biểu đồ tháng 3")
    with pytest.raises(Complaint, match="no text in the message"):
        await client.edit(lan.id, picture, "Biểu đồ tháng 4")
    card = await client.send(lan.id, "Gửi báo cáo?", buttons={"Gửi": "yes", "Thôi": "no"})
    await client.edit_buttons(lan.id, card, {"Xem": "show"})
    with pytest.raises(Complaint, match="not modified"):
        await client.edit_buttons(lan.id, card, {"Xem": "show"})
    assert [(m.text, m.labels) for m in lan.messages()] == [("Biểu đồ tháng 3", []), ("Gửi báo cáo?", ["Xem"])]


async def test_a_message_that_is_too_old_can_no_longer_be_edited(telegram: Telegram, client: Client) -> None:
    lan = telegram.user()
    sent = await client.send(lan.id, "Nháp")
    telegram.freeze_messages(lan.id)
    with pytest.raises(Complaint, match="can't be edited"):
        await client.edit(lan.id, sent, "Bản chính")
    assert [m.text for m in lan.messages()] == ["Nháp"]


async def test_an_answer_quotes_its_question_and_may_go_alone(telegram: Telegram, client: Client) -> None:
    group, lan = telegram.group("Tổ công tác"), telegram.user()
    lan.says("/help", chat=group)
    [update] = await client.updates()
    asked = update.message.message_id
    await client.reply(group, "Đây ạ", asked)
    await client.reply(group, "Một mình", 99_999, or_alone=True)
    with pytest.raises(Complaint, match="replied not found"):
        await client.reply(group, "x", 99_999)
    assert [(m.text, m.answers) for m in telegram.bot_messages(group)] == [("Đây ạ", asked), ("Một mình", None)]


async def test_a_group_that_was_left_takes_no_more(telegram: Telegram, client: Client) -> None:
    group, lan = telegram.group("Tổ công tác"), telegram.user()
    await client.leave(group)
    with pytest.raises(Complaint, match="not a member") as refused:
        await client.send(group, "Chào")
    assert refused.value.kind == "forbidden"
    with pytest.raises(Complaint, match="private"):
        await client.leave(lan.id)


async def test_a_group_tells_that_the_bot_came_left_and_that_it_has_another_name(
    telegram: Telegram, client: Client
) -> None:
    group, lan = telegram.group("Tổ công tác"), telegram.user()
    lan.adds_bot(group)
    lan.renames(group, "Tổ chuyển đổi số")
    lan.removes_bot(group)
    updates = await client.updates(allowed_updates=["message", "my_chat_member"])
    moves = [u.my_chat_member.new_chat_member.status for u in updates if u.my_chat_member]
    titles = [u.message.new_chat_title for u in updates if u.message and u.message.new_chat_title]
    assert (moves, titles) == (["member", "kicked"], ["Tổ chuyển đổi số"])
