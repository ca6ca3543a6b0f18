"""Several tasks reported in one message: one card with a line for each, confirmed together or put right one by one."""

import re
from collections.abc import Sequence
from dataclasses import replace

import texts
from domain.messages import Button, Kind, Reply
from domain.people import Person
from domain.progress import Understood, understand, understand_all
from domain.vietnamese import fold
from handlers.deciding import card_is_last, decision_in
from handlers.draft import Asking, Draft, new_draft, says_something, with_sentence
from handlers.memory import forget_about
from handlers.more_time import ask_for_more_time
from handlers.pack import Pack, drop_button, drop_pack, keep_pack, open_pack, pack_buttons, pack_outcome
from handlers.placing import ASKED_AT_MOST
from handlers.private import staff_alone
from handlers.recent import remember_written
from handlers.several_card import LINE_LIMIT, go_on
from handlers.turn import Turn
from handlers.wording import number_in, short, state_words, tasks_button
from handlers.writing import Changed, Hindered, Ready, Written, look_again, write

_LINE = re.compile(r"(?:sua )?dong(?: (?:thu|so))? ?(\d{1,2})\b[ ,:=\-]*(?:(?:phai )?la |(?:sua )?thanh )?")
_DROP = re.compile(
    r"(?:bo|xoa|huy|bo qua|khong ghi|thoi)(?: (?:di|giup|cho toi))? (?:dong|viec|muc|cai|nhiem vu|nv)(?: (?:thu|so))?"
    r" ?(\d{1,3})"
    r"( (?:di|nhe|a|giup toi|ra))*[ .!]*"
)
_PRESSED = re.compile(r"several:(?:(yes|edit|no):(\d{1,9})|(drop|line):(\d{1,9}):(\d{1,2}))")
_FIGURE = re.compile(r"(100|\d{1,2}(?:[.,]\d)?)")


def settles_several(turn: Turn) -> bool:
    """True for the buttons of a card with several lines, and for words that answer it."""
    if _PRESSED.fullmatch(turn.action):
        return True
    pack = open_pack(turn)
    if pack is None:
        return False
    if turn.action:
        return pack.asked_line is not None and re.fullmatch(r"report:(unit:)?\d+", turn.action) is not None
    if turn.incoming.kind is not Kind.TEXT or turn.text.startswith("/"):
        return False
    typed = fold(turn.text)
    if _decision(turn, typed) or _DROP.fullmatch(typed) or _line_meant(pack, typed) is not None:
        return True
    if understand_all(turn.text, turn.today):
        return True
    return (pack.asked_line is not None or pack.choosing) and "?" not in turn.text


async def settle_several(turn: Turn) -> list[Reply]:
    """What was decided or put right, carried out; an old or foreign button writes nothing and says why."""
    person = staff_alone(turn, "report.not_staff")
    if not isinstance(person, Person):
        return person
    pack = open_pack(turn)
    if turn.action.startswith("several:"):
        return await _pressed(turn, person, pack)
    if pack is None:
        return [Reply(texts.say("report.stale"))]
    if turn.action:
        return await _chosen(turn, person, pack)
    typed = fold(turn.text)
    decision = _decision(turn, typed)
    if decision:
        return await _decide(turn, person, pack, decision)
    dropped = _DROP.fullmatch(typed)
    if dropped:
        position = _position(pack, int(dropped[1]), is_number=" nv" in f" {typed}" or "nhiem vu" in typed)
        return await _drop(turn, person, pack, position)
    return await _put_right(turn, person, pack)


def _decision(turn: Turn, typed: str) -> str:
    return decision_in(typed, card_is_last=card_is_last(turn, "several:yes:"))


async def _pressed(turn: Turn, person: Person, pack: Pack | None) -> list[Reply]:
    pressed = _PRESSED.fullmatch(turn.action)
    card = int((pressed[2] or pressed[4]) if pressed else 0)
    if pressed is None or pack is None or card != pack.card:
        return [Reply(texts.say(_ENDED.get(pack_outcome(turn, card), "report.stale")))]
    if pressed[1]:
        return await _decide(turn, person, pack, pressed[1])
    position = int(pressed[5])
    if position >= len(pack.lines):
        return [Reply(texts.say("report.stale"))]
    return await _drop(turn, person, pack, position) if pressed[3] == "drop" else _ask_to_correct(turn, pack, position)


_ENDED = {"written": "report.already_written", "cancelled": "report.already_cancelled"}


async def _decide(turn: Turn, person: Person, pack: Pack, decision: str) -> list[Reply]:
    if decision == "no":
        drop_pack(turn, pack.card, "cancelled")
        return [Reply(texts.say("report.cancelled"), (tasks_button(),))]
    if pack.asked_line is not None:
        return await go_on(turn, person, pack, [texts.say("several.not_yet")])
    if decision == "edit":
        return _ask_which_line(turn, pack)
    return await _write_all(turn, person, pack)


def _ask_which_line(turn: Turn, pack: Pack) -> list[Reply]:
    keep_pack(turn, replace(pack, choosing=True))
    buttons = [
        Button(texts.say("several.button.line", line=n + 1, name=line.name), f"several:line:{pack.card}:{n}")
        for n, line in enumerate(pack.lines)
    ]
    return [Reply(texts.say("several.ask_line"), tuple(buttons))]


def _ask_to_correct(turn: Turn, pack: Pack, position: int) -> list[Reply]:
    line = replace(pack.lines[position], asking=Asking.CORRECTION, asked=1)
    keep_pack(turn, pack.with_line(position, line))
    question = texts.say("report.ask_correction", number=line.values.task)
    return [Reply(question, (drop_button(pack, position),))]


async def _drop(turn: Turn, person: Person, pack: Pack, position: int | None) -> list[Reply]:
    if position is None:
        return [Reply(texts.say("several.no_such_line", count=len(pack.lines)), pack_buttons(pack))]
    gone = pack.lines[position]
    left = pack.without_line(position)
    if not left.lines:
        drop_pack(turn, pack.card, "cancelled")
        return [Reply(texts.say("report.cancelled"), (tasks_button(),))]
    note = texts.say("several.dropped", name=gone.name or short(gone.said, 60))
    return await go_on(turn, person, left, [note])


async def _chosen(turn: Turn, person: Person, pack: Pack) -> list[Reply]:
    """The task, or the unit, that was picked for the line asked about."""
    position = pack.asked_line or 0
    line = pack.lines[position]
    chosen = number_in(turn.action)
    if turn.action.startswith("report:unit:") and line.asking is Asking.UNIT:
        return await go_on(turn, person, pack.with_line(position, replace(line, unit_id=chosen)), [])
    if line.asking is Asking.TASK:
        return await go_on(turn, person, pack.with_line(position, replace(line, task_id=chosen)), [])
    return [Reply(texts.say("report.stale"))]


async def _put_right(turn: Turn, person: Person, pack: Pack) -> list[Reply]:
    """The card with what this sentence changes in one of its lines or adds to it."""
    typed = fold(turn.text)
    named = _line_meant(pack, typed)
    if named is not None:
        position, words = named
        # In their own letters, of which the folded words are the last ones.
        own = " ".join(turn.text.split()[-len(words.split()) :])
        return await _merge(turn, person, pack, position, own)
    several = understand_all(turn.text, turn.today)
    asked = pack.asked_line
    if asked is not None and (len(several) < 2):
        said = several[0] if several else None
        if said is None or said.task is None or pack.lines[asked].asking is Asking.TASK:
            return await _answer(turn, person, pack, asked)
    notes: list[str] = []
    for said in several:
        at = _line_of(pack, said)
        if at is None:
            if len(pack.lines) >= LINE_LIMIT:
                notes.append(texts.say("several.too_many", count=LINE_LIMIT))
                break
            draft = new_draft(turn, person, said.said or turn.text, said)
            pack = replace(pack, lines=(*pack.lines, replace(draft, asking=Asking.TASK)))
        else:
            pack = pack.with_line(at, with_sentence(pack.lines[at], said.said or turn.text, said))
    return await go_on(turn, person, pack, notes)


async def _answer(turn: Turn, person: Person, pack: Pack, position: int) -> list[Reply]:
    """What was said in answer to the question about one line."""
    line = pack.lines[position]
    if line.asking is Asking.TASK:
        number = re.fullmatch(r"(?:(?:nhiem vu|nv|viec|so) ?)?([0-9]+(?:\.[0-9a-z]+)*)[ .]*", fold(turn.text))
        words = replace(line.values, task=number[1] if number else None, words=None if number else turn.text)
        return await go_on(turn, person, pack.with_line(position, replace(line, values=words)), [])
    return await _merge(turn, person, pack, position, turn.text)


async def _merge(turn: Turn, person: Person, pack: Pack, position: int, words: str) -> list[Reply]:
    line = pack.lines[position]
    figure = _FIGURE.fullmatch(words.strip())
    said = understand(f"nv {line.values.task or 1} {words}{'%' if figure else ''}", turn.today)
    if not said.is_report or not says_something(said):
        if line.asked >= ASKED_AT_MOST:
            return await _drop(turn, person, pack, position)
        asked = replace(line, asked=line.asked + 1)
        keep_pack(turn, pack.with_line(position, asked))
        return [Reply(texts.say("report.ask_correction_again"), (drop_button(pack, position),))]
    line = with_sentence(line, turn.text, replace(said, task=None))
    return await go_on(turn, person, pack.with_line(position, line), [])


def _line_meant(pack: Pack, typed: str) -> tuple[int, str] | None:
    """The line that a sentence such as "line 2 is 70%" names, with what it says of it."""
    match = _LINE.match(typed)
    if match is None:
        return None
    position = int(match[1]) - 1
    rest = typed[match.end() :].strip()
    return (position, rest) if rest and 0 <= position < len(pack.lines) else None


def _position(pack: Pack, number: int, *, is_number: bool) -> int | None:
    """Where a line stands that is named by its task's number, else by its place on the card."""
    if is_number:
        return next((n for n, line in enumerate(pack.lines) if line.values.task == str(number)), None)
    return number - 1 if 0 < number <= len(pack.lines) else None


def _line_of(pack: Pack, said: Understood) -> int | None:
    if said.task is None:
        return 0 if len(pack.lines) == 1 else None
    return next((n for n, line in enumerate(pack.lines) if fold(line.values.task or "") == fold(said.task)), None)


async def _write_all(turn: Turn, person: Person, pack: Pack) -> list[Reply]:
    """Every line written that may be, unless a task has changed meanwhile: then the card is shown again."""
    await (await turn.records()).register.hold([line.task_id or 0 for line in pack.lines])
    looks = [(line, await look_again(turn, person, line)) for line in pack.lines]
    changed = [(line, found) for line, found in looks if isinstance(found, Changed)]
    if changed:
        notes = [
            texts.say("several.changed", name=line.name, state=state_words(found.task.status, found.task.percent))
            for line, found in changed
        ]
        return await go_on(turn, person, pack, notes)
    drop_pack(turn, pack.card, "written")
    forget_about(turn)
    ready_now = [(line, found) for line, found in looks if isinstance(found, Ready)]
    written = [(line, await write(turn, found, line)) for line, found in ready_now if not line.only_asks_time]
    refused = [found.reply.text for _, found in looks if isinstance(found, Hindered)]
    remember_written(turn, [each for _, each in written], next((line.album for line in pack.lines if line.album), ""))
    replies = [_thanks(person, written, refused)] if written or refused else []
    more_time = [(line, found.task) for line, found in ready_now if line.values.wants_extension]
    if more_time:
        line, task = more_time[0]
        replies += await ask_for_more_time(turn, person, task, line)
    if len(more_time) > 1:
        names = ", ".join(line.name for line, _ in more_time[1:])
        replies[-1] = replies[-1].with_text(f"{replies[-1].text}\n\n{texts.say('several.more_time_next', names=names)}")
    return replies


def _thanks(person: Person, written: Sequence[tuple[Draft, Written]], refused: Sequence[str]) -> Reply:
    lines = list(refused)
    if written:
        lines.append(texts.say("several.written", count=len(written), person=person.name))
    for line, each in written:
        state = state_words(each.report.status, each.report.percent)
        lines.append(texts.say("several.written_line", name=line.name, state=state))
    lines += list(dict.fromkeys(each.note for _, each in written if each.note))
    if written:
        lines.append(texts.say("report.how_to_correct"))
    buttons = [Button(line.name, f"task:{each.task.id}") for line, each in written]
    return Reply("\n".join(lines), (*buttons, tasks_button()))
