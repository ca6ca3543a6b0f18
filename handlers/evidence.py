"""Photos and files as evidence: they join the report they came with, the one that waits, or one just written."""

import re
from collections.abc import Sequence
from dataclasses import replace

import texts
from domain.files import KeptFile
from domain.messages import Button, Kind, Reply
from domain.naming import task_named
from domain.people import Person
from domain.ports import Records
from domain.progress import Approval, ProgressReport, understand_all
from domain.rights import may_confirm_reports, may_report, may_see
from domain.tasks import Task
from domain.vietnamese import fold
from handlers.approving import deciding_buttons
from handlers.draft import (
    Asking,
    keep_draft,
    keep_loose_files,
    loose_files,
    open_draft,
    take_loose_files,
)
from handlers.feedback_draft import FEEDBACK
from handlers.memory import foremost
from handlers.pack import keep_pack, open_pack
from handlers.placing import offer
from handlers.private import staff_alone
from handlers.recent import just_written
from handlers.turn import Turn
from handlers.which_task import own_open
from handlers.wording import TASK_NUMBER, TASK_WORD, help_button, number_in, same_number, task_name, tasks_button

SHOWN_AT_MOST = 10
_PRESSED = re.compile(r"evidence:(?:other|(?:add|show):\d{1,9})")
_NUMBERED = re.compile(rf"\b{TASK_WORD}\s*[:#.]?\s*{TASK_NUMBER}")


def is_evidence(turn: Turn) -> bool:
    """True for a photo or file from staff in their own chat; a citizen's belongs to what they report."""
    carries = turn.incoming.kind in (Kind.PHOTO, Kind.FILE) and bool(turn.incoming.files)
    is_for_feedback = foremost(turn)[:1] == [FEEDBACK]
    return carries and turn.role.is_staff and not turn.incoming.in_group and not is_for_feedback


async def take_in(turn: Turn) -> None:
    """Note the photos, let them join what waits, and let a caption that reports be read as a message of its own."""
    if not is_evidence(turn):
        return
    records = await turn.records()
    ids = await records.files.note(turn.office.id, turn.incoming, turn.now)
    album = turn.incoming.album
    pack, draft = open_pack(turn), open_draft(turn)
    said = _says_something(turn)
    if pack is not None and not said:
        first = pack.lines[0]
        keep_pack(turn, pack.with_line(0, replace(first, files=_joined(first.files, ids), album=album)))
    elif draft is not None and (not said or draft.asking is not Asking.DECISION):
        keep_draft(turn, replace(draft, files=_joined(draft.files, ids), album=album))
    else:
        keep_loose_files(turn, ids, album)
    if said:
        turn.incoming = replace(turn.incoming, kind=Kind.TEXT)


def _joined(before: tuple[int, ...], ids: list[int]) -> tuple[int, ...]:
    return tuple(dict.fromkeys((*before, *ids)))


def _says_something(turn: Turn) -> bool:
    """True when the caption reports, or answers what we asked."""
    if not turn.text:
        return False
    draft = open_draft(turn)
    return bool(understand_all(turn.text, turn.today)) or (draft is not None and draft.asking is not Asking.DECISION)


async def place_evidence(turn: Turn) -> list[Reply]:
    """What became of photos that came without a report: joined to what waits, or the question where they belong."""
    person = staff_alone(turn, "report.not_staff")
    if not isinstance(person, Person):
        return person
    pack, draft = open_pack(turn), open_draft(turn)
    if pack is not None:
        first = pack.lines[0]
        return [Reply(texts.say("evidence.joined_line", count=len(first.files), name=first.name))]
    if draft is not None:
        return [Reply(texts.say("evidence.joined", count=len(draft.files)))]
    records = await turn.records()
    recent = just_written(turn)
    if recent and turn.incoming.album and recent[0].album == turn.incoming.album:
        return await _attach(turn, person, records, recent[0].report_id)
    tasks = await records.register.tasks(person.office_id)
    named = _captioned(turn, own_open(person, tasks))
    if named is not None:
        return [_about_task(turn, named)]
    count = len(loose_files(turn)[0])
    if recent:
        buttons = [
            Button(texts.say("evidence.button.add", name=each.name), f"evidence:add:{each.report_id}")
            for each in recent
        ]
        buttons.append(Button(texts.say("evidence.button.other"), "evidence:other"))
        return [Reply(texts.say("evidence.ask_recent", count=count), tuple(buttons))]
    return [_which(person, tasks, count)]


def _which(person: Person, tasks: Sequence[Task], count: int) -> Reply:
    own = own_open(person, tasks)
    if not own:
        return Reply(texts.say("report.no_open_task"), (tasks_button(), help_button()))
    return offer(texts.say("evidence.ask_task", count=count), own)


def _about_task(turn: Turn, task: Task) -> Reply:
    count = len(loose_files(turn)[0])
    words = texts.say("evidence.ask_figure", count=count, name=task_name(task), number=task.number)
    return Reply(words, (Button(texts.say("task.button.report"), f"report:{task.id}"),))


def _captioned(turn: Turn, own: list[Task]) -> Task | None:
    """The task that the caption names, by number or by words."""
    numbered = _NUMBERED.search(fold(turn.text))
    if numbered:
        found = [t for t in own if same_number(numbered["number"], t)]
        return found[0] if len(found) == 1 else None
    return task_named(turn.text, own) if turn.text else None


def presses_evidence(turn: Turn) -> bool:
    """True for the buttons that place photos or show them."""
    return _PRESSED.fullmatch(turn.action) is not None


async def handle_evidence(turn: Turn) -> list[Reply]:
    """The photos attached to a report just written, or those of a report shown."""
    person = staff_alone(turn, "report.not_staff")
    if not isinstance(person, Person):
        return person
    records = await turn.records()
    if turn.action == "evidence:other":
        tasks = await records.register.tasks(person.office_id)
        return [_which(person, tasks, len(loose_files(turn)[0]))]
    report_id = number_in(turn.action) or 0
    if turn.action.startswith("evidence:add:"):
        return await _attach(turn, person, records, report_id)
    return await _show(turn, person, records, report_id)


async def _attach(turn: Turn, person: Person, records: Records, report_id: int) -> list[Reply]:
    found = await _report_of(records, report_id)
    if found is None or found[0].person_id != person.id or not may_report(person, found[1]):
        return [Reply(texts.say("evidence.gone"), (tasks_button(),))]
    report, task = found
    ids, _ = take_loose_files(turn)
    if not ids:
        return [Reply(texts.say("evidence.nothing_loose"))]
    await records.files.attach(list(ids), report_id=report.id)
    await records.audit.note(
        person.office_id, person.id, "evidence.added", f"report:{report.id}", turn.now, {"files": list(ids)}
    )
    count = len(await records.files.of_report(report.id))
    words = texts.say("evidence.attached", added=len(ids), name=task_name(task), count=count)
    return [Reply(words, (Button(texts.say("report.button.open"), f"task:{task.id}"), tasks_button()))]


async def _show(turn: Turn, person: Person, records: Records, report_id: int) -> list[Reply]:
    found = await _report_of(records, report_id)
    if found is None or not may_see(person, found[1]):
        return [Reply(texts.say("evidence.gone"), (tasks_button(),))]
    report, task = found
    kept = (await records.files.of_report(report.id))[:SHOWN_AT_MOST]
    if not kept:
        return [Reply(texts.say("evidence.none"))]
    words = texts.say("evidence.shown", name=task_name(task), person=report.person_name, count=len(kept))
    buttons = (*_decisions(person, report, task), Button(texts.say("report.button.open"), f"task:{task.id}"))
    return [await _pictures(turn, words, kept, buttons)]


def _decisions(person: Person, report: ProgressReport, task: Task) -> tuple[Button, ...]:
    """What a head may decide once they have seen it: in an app without buttons the card's own are gone by then."""
    is_theirs = report.approval is Approval.WAITING and may_confirm_reports(person, task, report.unit_id)
    return deciding_buttons(report.id) if is_theirs else ()


async def _pictures(turn: Turn, words: str, kept: Sequence[KeptFile], buttons: tuple[Button, ...]) -> Reply:
    """The photos and files themselves, with a word on those whose bytes are not here yet."""
    sent = [(file.is_picture, await turn.kept_file(file.id)) for file in kept]
    pictures = tuple(content for is_picture, content in sent if content is not None and is_picture)
    files = tuple(content for is_picture, content in sent if content is not None and not is_picture)
    missing = len(kept) - len(pictures) - len(files)
    if missing:
        words += "\n" + texts.say("evidence.not_kept", count=missing)
    return Reply(words, buttons, files, pictures)


async def _report_of(records: Records, report_id: int) -> tuple[ProgressReport, Task] | None:
    report = await records.register.report(report_id)
    task = await records.register.task(report.task_id) if report is not None else None
    return None if report is None or task is None or not task.confirmed else (report, task)
