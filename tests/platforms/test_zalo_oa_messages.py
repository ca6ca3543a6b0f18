"""What the account sends and what a person sees of it."""

from tests.platforms.zalo_oa import ZaloOa
from tests.platforms.zalo_oa.client import Client


async def test_a_person_reads_what_the_account_writes(zalo: ZaloOa, oa: Client) -> None:
    dan = zalo.user("Dân")
    sent = await oa.say(dan.id, "Chào anh/chị")
    [seen] = dan.unread()
    assert (seen.text, seen.message_id, seen.sender, seen.kind) == ("Chào anh/chị", sent, "oa", "text")
    assert dan.unread() == []
