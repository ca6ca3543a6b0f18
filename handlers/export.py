"""Hands the register out as a spreadsheet, to those who may take it out."""

import re

import texts
from domain.messages import Kind, Reply
from domain.people import Person
from domain.rights import may_export
from domain.vietnamese import fold
from handlers.private import staff_alone
from handlers.turn import Turn
from handlers.wording import home_button

_ASKED = re.compile(
    r"/xuat|((cho )?(toi|em|minh) )?(xin |muon |can )?(xuat|tai|ket xuat)( ve| ra)?"
    r"( file| tep| bang| bang tinh| excel)*"
    r" ?((danh muc|danh sach|so|bang)?( theo doi)?( cac)? ?(nhiem vu|chi tieu)|bang tinh|excel)( va chi tieu)?"
    r"( (ra|thanh|dang))?( file| tep| bang| excel| bang tinh)*( a| nhe| giup (toi|em))?[ .!]*"
)


def wants_the_register(turn: Turn) -> bool:
    """True for "xuat danh muc nhiem vu", "xuat excel" and /xuat; in words only for staff."""
    if turn.incoming.kind is not Kind.TEXT or not (turn.role.is_staff or turn.text.startswith("/")):
        return False
    return _ASKED.fullmatch(fold(turn.text)) is not None


async def export_register(turn: Turn) -> list[Reply]:
    """The whole register, drafts included, as a file; with a line in the audit log of who took it out."""
    person = staff_alone(turn, "export.not_staff")
    if not isinstance(person, Person):
        return person
    if not may_export(person):
        return [Reply(texts.say("export.may_not"), (home_button(person.role),))]
    records = await turn.records()
    tasks = await records.drafts.every_task(person.office_id)
    targets = await records.drafts.every_target(person.office_id)
    if not tasks and not targets:
        return [Reply(texts.say("export.empty"), (home_button(person.role),))]
    sheet = await turn.write_sheet(tasks, targets)
    if sheet is None:
        return [Reply(texts.say("export.unavailable"), (home_button(person.role),))]
    await records.audit.note(person.office_id, person.id, "register.exported", "xlsx", turn.now, {"tasks": len(tasks)})
    drafts = sum(not t.confirmed and not t.dropped for t in tasks)
    text = texts.say("export.file", tasks=len(tasks), targets=len(targets), drafts=drafts)
    return [Reply(text, files=(sheet,))]
