"""Staff, departments, accounts and join codes."""

import asyncio
import re
from datetime import timedelta

import pytest
from sqlalchemy import text

from domain.messages import Reply
from domain.people import JoinRefused, Role
from storage import Queued, Storage, Talk
from storage.people import CODE_ALPHABET
from tests.storage.conftest import NOW, Ward

DAY = timedelta(days=1)


async def test_a_person_is_found_by_the_account_they_joined_with(storage: Storage, ward: Ward) -> None:
    async with storage.writing() as records:
        code = await records.people.issue_code(ward.person.id, NOW, DAY)
        joined = await records.people.join(code, "telegram", "7", "70", NOW)
    async with storage.reading() as records:
        assert joined == ward.person == await records.people.by_account("telegram", "7")
        assert joined.unit_name == "Phòng Văn hóa - Xã hội"
        assert await records.people.by_account("zalo-oa", "7") is None
        (account,) = await records.people.accounts(ward.person.id)
    assert (account.chat_id, account.reachable) == ("70", True)


async def test_a_code_is_easy_to_read_out_and_forgiving_to_type(storage: Storage, ward: Ward) -> None:
    async with storage.writing() as records:
        code = await records.people.issue_code(ward.person.id, NOW, DAY)
        assert re.fullmatch(f"[{CODE_ALPHABET}]{{4}}-[{CODE_ALPHABET}]{{4}}", code)
        assert not set("0O1ILU") & set(CODE_ALPHABET)
        typed = f"  {code.lower().replace('-', ' ')}\u2013 "
        assert await records.people.join(typed, "telegram", "7", "7", NOW) == ward.person


async def test_only_a_hash_of_the_code_is_kept(storage: Storage, ward: Ward) -> None:
    async with storage.writing() as records:
        code = await records.people.issue_code(ward.person.id, NOW, DAY)
    async with storage._read() as connection:
        (row,) = (await connection.execute(text("SELECT * FROM join_codes"))).all()
    assert code not in str(row) and code.replace("-", "") not in str(row)


async def test_a_code_nobody_issued_is_unknown(storage: Storage, ward: Ward) -> None:
    async with storage.writing() as records:
        for typed in ("AAAA-BBBB", "", "đây không phải mã", "\ud800"):
            with pytest.raises(JoinRefused, match="unknown"):
                await records.people.join(typed, "telegram", "7", "7", NOW)


async def test_a_code_works_once(storage: Storage, ward: Ward) -> None:
    async with storage.writing() as records:
        code = await records.people.issue_code(ward.person.id, NOW, DAY)
        await records.people.join(code, "telegram", "7", "7", NOW)
        with pytest.raises(JoinRefused, match="used"):
            await records.people.join(code, "telegram", "8", "8", NOW)
        assert await records.people.by_account("telegram", "8") is None


async def test_of_two_people_typing_one_code_at_once_one_joins(
    storage: Storage, other_process: Storage, ward: Ward
) -> None:
    async with storage.writing() as records:
        code = await records.people.issue_code(ward.person.id, NOW, DAY)

    async def join(where: Storage, user: str) -> str:
        async with where.writing() as records:
            try:
                await records.people.join(code, "telegram", user, user, NOW)
            except JoinRefused as refused:
                return refused.reason
            return "joined"

    assert sorted(await asyncio.gather(join(storage, "7"), join(other_process, "8"))) == ["joined", "used"]


async def test_a_code_expires(storage: Storage, ward: Ward) -> None:
    async with storage.writing() as records:
        code = await records.people.issue_code(ward.person.id, NOW, DAY)
        with pytest.raises(JoinRefused, match="expired"):
            await records.people.join(code, "telegram", "7", "7", NOW + DAY)
        await records.people.join(code, "telegram", "7", "7", NOW + DAY - timedelta(seconds=1))


async def test_an_account_of_someone_else_is_taken_and_the_code_stays_good(storage: Storage, ward: Ward) -> None:
    async with storage.writing() as records:
        other = await records.people.add(ward.office.id, "Lê Văn Mận", Role.HEAD)
        await records.people.bind(other.id, "telegram", "7", "7")
        code = await records.people.issue_code(ward.person.id, NOW, DAY)
        with pytest.raises(JoinRefused, match="taken"):
            await records.people.join(code, "telegram", "7", "7", NOW)
        assert await records.people.by_account("telegram", "7") == other
        assert await records.people.join(code, "telegram", "8", "8", NOW) == ward.person


async def test_joining_again_with_ones_own_account_is_no_fault(storage: Storage, ward: Ward) -> None:
    async with storage.writing() as records:
        for chat in ("7", "70"):
            code = await records.people.issue_code(ward.person.id, NOW, DAY)
            assert await records.people.join(code, "telegram", "7", chat, NOW) == ward.person
        (account,) = await records.people.accounts(ward.person.id)
    assert account.chat_id == "70"


async def test_who_has_left_is_a_citizen_and_their_account_is_free(storage: Storage, ward: Ward) -> None:
    async with storage.writing() as records:
        await records.people.bind(ward.person.id, "telegram", "7", "7")
        unused = await records.people.issue_code(ward.person.id, NOW, DAY)
        await records.people.deactivate(ward.person.id)
        assert await records.people.by_account("telegram", "7") is None
        assert await records.people.of_office(ward.office.id) == []
        assert await records.people.accounts_of_office(ward.office.id) == []
        left = await records.people.get(ward.person.id)
        assert left is not None and not left.active
        with pytest.raises(JoinRefused, match="unknown"):
            await records.people.join(unused, "telegram", "9", "9", NOW)
        new = await records.people.add(ward.office.id, "Lê Văn Mận", Role.HEAD)
        code = await records.people.issue_code(new.id, NOW, DAY)
        assert await records.people.join(code, "telegram", "7", "7", NOW) == new
        assert [a.person_id for a in await records.people.accounts_of_office(ward.office.id)] == [new.id]


async def test_an_account_can_change_hands_in_a_demonstration(storage: Storage, ward: Ward) -> None:
    async with storage.writing() as records:
        other = await records.people.add(ward.office.id, "Lê Văn Mận", Role.LEADER)
        await records.people.bind(ward.person.id, "web", "w", "w")
        await records.people.bind(other.id, "web", "w", "w2")
        assert await records.people.by_account("web", "w") == other
        await records.people.unbind("web", "w")
        assert await records.people.by_account("web", "w") is None


async def test_staff_are_listed_by_name_and_office(storage: Storage, ward: Ward) -> None:
    async with storage.writing() as records:
        elsewhere = await records.offices.ensure("UBND xã Đồi Sim")
        await records.people.add(elsewhere.id, "An", Role.OFFICIAL)
        for name in ("Đỗ Mơ", "Dương Chanh", "Ân"):
            await records.people.add(ward.office.id, name, Role.OFFICIAL)
        names = [person.name for person in await records.people.of_office(ward.office.id)]
    assert names == ["Ân", "Đỗ Mơ", "Dương Chanh", "Trần Thị Đào"]


async def test_a_department_answers_to_its_aliases_with_or_without_diacritics(storage: Storage, ward: Ward) -> None:
    async with storage.writing() as records:
        for typed in ("Phòng Văn hóa - Xã hội", "phong van hoa - xa hoi", "vhxh", "VHXH"):
            assert await records.people.unit_by_name(ward.office.id, typed) == ward.unit
        assert await records.people.unit_by_name(ward.office.id, "Phòng Kinh tế") is None
        assert await records.people.unit_by_name(ward.office.id + 1, "vhxh") is None
        again = await records.people.add_unit(ward.office.id, ward.unit.name)
        assert again == ward.unit
        renamed = await records.people.add_unit(ward.office.id, ward.unit.name, ["P. VH-XH"])
        assert (renamed.id, renamed.aliases) == (ward.unit.id, ("P. VH-XH",))
        assert await records.people.units(ward.office.id) == [renamed]


async def test_names_are_kept_in_one_form_of_unicode(storage: Storage, ward: Ward) -> None:
    decomposed = "Tra\u0302\u0300n Thi\u0323 Đa\u0300o"
    async with storage.writing() as records:
        person = await records.people.add(ward.office.id, decomposed, Role.OFFICIAL)
    assert person.name == "Trần Thị Đào"


async def test_many_accounts_and_talks_are_read_and_written_at_once(storage: Storage, ward: Ward) -> None:
    async with storage.writing() as records:
        people = [await records.people.add(ward.office.id, f"Người {n}", Role.OFFICIAL) for n in range(5)]
        for n, person in enumerate(people):
            await records.people.bind(person.id, "telegram", f"u{n}", f"c{n}")
        talks = [Talk("telegram", f"c{n}", ward.office.id, people[n].id, {"n": n}, NOW) for n in range(5)]
        await records.conversations.put_many(talks)
        await records.conversations.put_many([Talk("telegram", "c0", None, None, {"n": "mới"}, NOW)])
        replies = [Queued("telegram", f"c{n}", Reply(f"chào {n}"), f"k{n}", NOW, "reply") for n in range(5)]
        await records.outbox.queue_many([*replies, *replies])
    async with storage.reading() as records:
        asked = {("telegram", f"u{n}") for n in range(7)} | {("zalo", "u1")}
        found = await records.people.by_accounts(asked)
        assert found == {("telegram", f"u{n}"): people[n] for n in range(5)}
        assert await records.people.by_accounts(()) == {}
        kept = await records.conversations.get_many({("telegram", f"c{n}") for n in range(6)})
        assert {chat: talk.memory for chat, talk in kept.items()} == {
            ("telegram", f"c{n}"): {"n": n or "mới"} for n in range(5)
        }
        assert (await records.outbox.counts())["pending"] == 5
