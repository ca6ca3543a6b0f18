"""What staff ask of the register in words: which tasks are late, who has not reported, how far a unit is.

A question is cut into known words, each with a letter; rules read the letters. A word no rule knows makes the question
one about the papers, unless it stands where a unit, a person or a task is named.
"""

import re
import unicodedata
from dataclasses import dataclass, replace
from datetime import date
from enum import StrEnum

from domain.inquiry_words import LEXICON
from domain.shorthand import written_out
from domain.stretches import Stretch, take_stretch
from domain.tasks import TaskStatus
from domain.vietnamese import fold


class About(StrEnum):
    """What is asked for."""

    LATE = "late"
    DUE = "due"
    BLOCKED = "blocked"
    MISSING = "missing"
    STATUS = "status"
    TASKS = "tasks"
    PROGRESS = "progress"
    COMPARED = "compared"
    OVERVIEW = "overview"


@dataclass(frozen=True, slots=True)
class Inquiry:
    """A question to the register. Empty fields were not said; `unit`, `person`, `whose` and `topic` are folded words.

    `whose` is a unit or a person, only the office knows which. `own` are the speaker's tasks, `own_unit` those of
    their unit. `number` is a task's; `units` asks which units, `people` which people.
    """

    about: About
    unit: str = ""
    person: str = ""
    whose: str = ""
    own: bool = False
    own_unit: bool = False
    stretch: Stretch | None = None
    status: TaskStatus | None = None
    topic: str = ""
    number: str = ""
    units: bool = False
    people: bool = False


LONGEST = 160
"""A question to the register is one line; what is longer tells a story."""

_DAYS_ALONE = re.compile(
    r"(?:(?:con|vay|the|xem|cho xem) )*(?:hom nay|ngay mai|(?:tuan|thang) (?:nay|sau|toi))"
    r"(?: (?:thi sao|sao|thi the nao))?"
)
"""Days alone ask what falls due in them."""
_NUMBERED = re.compile(
    r"(?:viec|nhiem vu|nv|cong viec|dau viec|muc)(?: so)? "
    r"(?P<number>\d{1,3}(?:\.[0-9a-z]{1,3})*[a-z]?|[ivx]+)(?![\w/%])"
)
_KNOWN = tuple((letter, re.compile(rf"(?:{pattern})(?![\w/%])")) for letter, pattern in LEXICON)
_NOT_ALONE = ("co", "ba", "chi", "bac", "chu")
"""Forms of address that are other words too: people are meant at the start and after "of"."""
_ASKS_WHETHER = re.compile(r"\b(?:da )?(?:lam |thuc hien )?(xong|hoan thanh|hoan tat) (?!chua\b)(.+) chua$")
_ASKS_IF_DONE = re.compile(
    r"\bda (?!xong|hoan thanh|lam xong|bao cao|nop|cap nhat|gui|co\b|den|duoc)(.+?)(?: xong)? chua$"
)
_OFFICE = re.compile(
    r"(?:(?:ben |o )?(?:phuong|xa|dac khu|uy ban(?: nhan dan)?(?: phuong| xa)?|dia phuong|chinh quyen|co quan)"
    r"(?: minh| ta)?|minh|ta|cac anh chi|anh chi|moi nguoi|nha nuoc) "
)
_TOKEN = re.compile(r"[^\s]+")
_SMOOTHED = str.maketrans(dict.fromkeys("?!;:\"'“”‘’()[]…", " "))
_HAS_ROOF = {"tre": "\u0302", "cham": "\u0302"}
"""Words that mean lateness only with a circumflex, where they carry marks at all."""


def read_inquiry(text: str, today: date) -> Inquiry | None:
    """What the question asks of the register; None for any other message."""
    if not 2 <= len(text) <= LONGEST or "\n" in text.strip():
        return None
    plain = _plain(text)
    if plain is None:
        return None
    if _DAYS_ALONE.fullmatch(plain):
        return Inquiry(About.DUE, stretch=take_stretch(plain, today)[0])
    stretch, words = take_stretch(plain, today)
    pieces = _collapsed(_pieces(words))
    found = _asked(pieces)
    if found is None:
        return None
    return replace(_with_names(found, pieces), stretch=stretch)


@dataclass(frozen=True, slots=True)
class _Piece:
    """A stretch of the question with its letter; "x" is a word that no rule knows, "P" a time."""

    letter: str
    words: str


def _plain(text: str) -> str | None:
    """The folded question with short forms written out; None where a mark tells that another word is meant."""
    for token in _TOKEN.findall(text.lower()):
        roof = _HAS_ROOF.get(fold(token).strip(".,?!"))
        marks = [c for c in unicodedata.normalize("NFD", token) if unicodedata.combining(c)]
        if roof and marks and roof not in marks:
            return None
    plain = fold(text.translate(_SMOOTHED))
    plain = re.sub(r"[,.](?=\s|$)", " ", plain)
    plain = re.sub(r"\bp\.\s*(?=[a-z])", "phong ", plain)
    plain = re.sub(r"\bt\. (?=\d)", "thang ", plain)
    plain = re.sub(r"\b(nv|nhiem vu|viec) ?(?=\d)", r"\1 ", plain)
    plain = re.sub(r"\b(?:ch|chx|chuaa+)\b", "chua", plain)
    plain = re.sub(r"\b(?:ko|k|hok|kg|kh)\b(?! ?\d)", "khong", plain)
    plain = re.sub(r"\b(?:nvu|n vu|cv)\b", "nhiem vu", plain)
    plain = re.sub(r"\b(?:dc|dk)\b", "duoc", plain)
    plain = " ".join(written_out(plain).split())
    plain = re.sub(
        r"(?: (?:a|ah|vay|the|nhi|nhe|nha|ha|ta|(?<!cua )(?<!don vi )(?<!phong )em|ad|bot|u|hen|day))+$", "", plain
    )
    plain = re.sub(r"(?<!\bco)(?: phai)? khong$", "", plain)
    # Of the two times in "this month beside last month" the other one is asked about.
    plain = re.sub(r"^(.*)\b(?:tuan|thang|quy|nam) nay (?=.*\bso (?:voi|sanh)\b)", r"\1", plain)
    plain = _ASKS_WHETHER.sub(r"\2 \1 chua", plain)
    return _ASKS_IF_DONE.sub(r"\1 xong chua", plain)


def _pieces(words: str) -> list[_Piece]:
    found: list[_Piece] = []
    at = 0
    while at < len(words):
        if words[at] == " ":
            at += 1
            continue
        if words.startswith("<p>", at):
            letter, said, end = "P", "<p>", at + 3
        elif match := _NUMBERED.match(words, at):
            letter, said, end = "N", match["number"], match.end()
        else:
            letter, end = _known(words, at)
            said = words[at:end].strip()
        found.append(_Piece(letter, said))
        at = end
    return found


def _known(words: str, at: int) -> tuple[str, int]:
    """The letter of the longest phrase known at this place, and where it ends."""
    best, end = "x", at
    for letter, pattern in _KNOWN:
        match = pattern.match(words, at)
        if match and match.end() > end:
            best, end = letter, match.end()
    if best == "x":
        token = _TOKEN.match(words, at)
        end = len(words) if token is None else token.end()
    return best, end


def _collapsed(pieces: list[_Piece]) -> list[_Piece]:
    """The pieces with each unit ("u"), person ("y") and other owner ("w") in one."""
    found: list[_Piece] = []
    at = 0
    while at < len(pieces):
        end = _owner_end(pieces, at)
        if end is None:
            stray = pieces[at].letter in "Y"
            found.append(_Piece("e", pieces[at].words) if stray else pieces[at])
            at += 1
            continue
        head = at + (pieces[at].letter == "C")
        kind = {"F": "u", "Y": "y"}.get(pieces[head].letter, "w")
        name = pieces[head + (kind == "y") : end]
        found.append(_Piece(kind, " ".join(p.words for p in name)))
        at = end
    return found


_WHOLE_UNITS = ("cong an", "van phong", "mat tran", "thanh tra")
"""Units that are named without another word behind them."""


def _owner_end(pieces: list[_Piece], at: int) -> int | None:
    """Where the unit or person that begins here ends; None where none begins."""
    follows_of = pieces[at].letter == "C"
    head = at + follows_of
    if head >= len(pieces):
        return None
    letter, words = pieces[head].letter, pieces[head].words
    inside = not follows_of and at > 0 and pieces[at - 1].letter == "x"
    if letter == "F" and inside:
        return None
    if letter == "Y" and words in _NOT_ALONE and not follows_of and any(p.letter not in "pP" for p in pieces[:at]):
        return None
    if letter not in "FY" and not (follows_of and pieces[at].words in ("cua", "ben", "thuoc") and letter in "xe"):
        return None
    named = head + (letter in "FY")
    end = named
    most = 3 if letter == "Y" else 12
    last = named
    while last < len(pieces) and last - named < most and (pieces[last].letter in "xF" or _is_joint(pieces, last)):
        last += 1
        end = last
    if any(p.letter in "xF" for p in pieces[named:end]):
        return end
    return named if letter == "F" and words in _WHOLE_UNITS else None


def _is_joint(pieces: list[_Piece], at: int) -> bool:
    """True for a small word inside a name, with more of the name behind it."""
    joint = pieces[at].letter in "ep" or pieces[at].words in ("do", "to", "so", "bac", "ba", "o")
    return joint and at + 1 < len(pieces) and pieces[at + 1].letter in "xF"


def _with_names(inquiry: Inquiry, pieces: list[_Piece]) -> Inquiry:
    """The inquiry with the units and people it names, and whom it asks about."""
    said = {p.letter: p.words for p in pieces}
    return replace(
        inquiry,
        unit=said.get("u", ""),
        person=said.get("y", ""),
        whose=said.get("w", ""),
        own="O" in said,
        own_unit="o" in said,
        units="U" in said,
        people="A" in said,
    )


def _asked(pieces: list[_Piece]) -> Inquiry | None:
    letters = "".join(p.letter for p in pieces if p.letter not in "epC")
    has = set(letters)
    if not has:
        return None
    if "x" in has or "N" in has or "F" in has:
        return _about_progress(pieces, letters)
    return next((inquiry for rule in _RULES if (inquiry := rule(letters, has)) is not None), None)


def _compared(letters: str, has: set[str]) -> Inquiry | None:
    if "=" in has and "P" in has and has <= set("=PGTMhHQWUuywoO"):
        return Inquiry(About.COMPARED)
    return None


def _missing(letters: str, has: set[str]) -> Inquiry | None:
    if {"R", "!"} <= has and has & set("AUWQu") and has <= set("R!AUWQTPuywoOGH"):
        return Inquiry(About.MISSING)
    return None


def _late(letters: str, has: set[str]) -> Inquiry | None:
    if "L" not in has or not has <= set("LTWQAUPuywOo!KGI"):
        return None
    return Inquiry(About.LATE) if has & set("TWQAUuywOo") or letters == "L" else None


def _due(letters: str, has: set[str]) -> Inquiry | None:
    allowed = set("DSTWQAUPuywOo!KRG")
    if has & set("DS") and has <= allowed and ("S" in has or has & set("PTW")):
        return Inquiry(About.DUE)
    if {"P", "T"} <= has and has <= set("PTWQOouyw"):
        return Inquiry(About.DUE)
    if "K" in has and "P" in has and {"T", "W"} <= has and has <= set("PTWKuywOo"):
        return Inquiry(About.DUE)
    return Inquiry(About.DUE) if {"P", "W"} <= has and has <= set("PWOoI") else None


def _blocked(letters: str, has: set[str]) -> Inquiry | None:
    if "B" in has and has & set("TWQAUOo") and has <= set("BTWQAUPuywOoI"):
        return Inquiry(About.BLOCKED)
    return None


def _by_status(letters: str, has: set[str]) -> Inquiry | None:
    if not has <= set("TWQAU!JKVuywOo") or not has & set("WQAUuywOo") or not has & set("TWQAU"):
        return None
    if "J" in has:
        return Inquiry(About.STATUS, status=TaskStatus.NOT_STARTED)
    if "K" in has and "!" not in has:
        return Inquiry(About.STATUS, status=TaskStatus.DONE)
    if "V" in has and not has & set("uywo"):
        return Inquiry(About.STATUS, status=TaskStatus.IN_PROGRESS)
    return Inquiry(About.TASKS) if "K" in has and "T" in has else None


def _tasks_of(letters: str, has: set[str]) -> Inquiry | None:
    if (
        has & set("yw")
        and has <= set("ywTWIVQ")
        and has & set("IVTW")
        and ("W" in has or letters in ("Ty", "Tw", "TIy"))
    ):
        return Inquiry(About.TASKS)
    if has & set("uo") and has <= set("uoTWVIQ") and ("V" in has or re.fullmatch("T[uo]", letters)):
        return Inquiry(About.TASKS)
    return None


def _progress_of(letters: str, has: set[str]) -> Inquiry | None:
    if has & set("uywoO") and has & set("GH") and has <= set("GHhuywoOTIPRM"):
        return Inquiry(About.PROGRESS)
    if has <= set("GHhTMPRU") and "G" in has and has & set("HhMU") | ({"H"} & has and {"T"} & has):
        return Inquiry(About.OVERVIEW)
    return None


_RULES = (_compared, _missing, _late, _due, _blocked, _by_status, _tasks_of, _progress_of)


def _about_progress(pieces: list[_Piece], letters: str) -> Inquiry | None:
    """How far a named task or a topic is: "tien do …", "… toi dau roi", or a number with either."""
    named = "G" in letters or "H" in letters
    numbers = [p.words for p in pieces if p.letter == "N"]
    if numbers:
        rest = set(letters) - {"N"}
        if len(numbers) == 1 and rest <= set("GHhBWRPTuywI") and (named or {"B", "W"} <= rest):
            return Inquiry(About.PROGRESS, number=numbers[0])
        return None
    if not named or letters.count("H") + letters.count("h") > 1:
        return None
    topic = "" if "O" in letters else _topic(pieces)
    return Inquiry(About.PROGRESS, topic=topic) if topic else None


def _topic(pieces: list[_Piece]) -> str:
    """The words between "progress of" or "task" and "how far", owners left out; empty where it is something else."""
    end = next((n for n, p in enumerate(pieces) if p.letter in "Hh"), len(pieces))
    if any(p.letter not in "PuywoOpe" for p in pieces[end + 1 :]):
        return ""
    inside = [p for p in pieces[:end] if p.letter not in "PuywoO"]
    while inside and inside[0].letter in "GTCIpe" and inside[0].words != "trong":
        inside.pop(0)
    while inside and inside[-1].letter in "peIC" and not (len(inside) > 1 and inside[-2].letter == "C"):
        inside.pop()
    if any(p.letter in "GQ=MAUHhW" for p in inside) or not any(p.letter == "x" for p in inside):
        return ""
    return _OFFICE.sub("", " ".join(p.words for p in inside), count=1)
