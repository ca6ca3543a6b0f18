"""Days, months, quarters, half-years and years as Vietnamese papers and people write them, damaged print included."""

import re
from calendar import monthrange
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from functools import lru_cache

from domain.spelling import nearest
from domain.vietnamese import fold

NUMBERS = {
    "mot": 1,
    "hai": 2,
    "ba": 3,
    "bon": 4,
    "tu": 4,
    "nam": 5,
    "sau": 6,
    "bay": 7,
    "tam": 8,
    "chin": 9,
    "muoi": 10,
}
"""Number words without diacritics; several mean something else in another place, so each use says where it looks."""

_WORDS = """
    truoc ngay thang quy nam tuan den het cuoi dau giua nua tu hang moi tung dinh ky thuong xuyen lien tuc theo yeu cau
    khi co can dot xuat va voi cac nhung tiep ke tro di lan giai doan trong ca hoan thanh cham nhat sau vong thu chu
    khong chua mot hai ba bon bay tam chin muoi hoac hay nhiem ky hoc cua phat sinh de nghi bao cao thuc hien
    trien khai xong vao tong la toi muon hon som
"""
VOCABULARY = frozenset(_WORDS.split())
"""The words deadlines are made of, with the near ones they must not be taken for."""

_STANDING_WORDS = """
    qua ket hop gui ve van phong uy ban dan nhan xa phuong tinh so nganh doan the chinh hoi dong phien hop ky ra ngan
    sach du toan luong cong viec chuc lap dua lay xin nop trinh duyet phe bo sung danh sach tai lieu huong dan quyet
    dinh nghi van luat chi dao cap tren duoi giao nhiem vu cung tien quan
"""
_STANDING = frozenset(_STANDING_WORDS.split())
"""Common words beside a deadline that look like damaged ones of it and are to be left as they stand."""

_CHUNK = re.compile(r"[^\s/.,;:()\[\]\-+]+|[/.,;:()\[\]\-+]")
_DASHES = str.maketrans(dict.fromkeys("–—−‐‑‒~", "-") | dict.fromkeys("“”\"'‘’«»*_@\u200b\ufeff", " "))
_DIGITS = str.maketrans({"o": "0", "l": "1", "i": "1", "|": "1", "!": "1", "s": "5", "z": "2", "b": "8"})
_ROMAN = str.maketrans(dict.fromkeys("l1|!tj][", "i") | {"y": "v", "u": "v"})
_ROMAN_RUNS = {"h": "ii", "n": "ii", "m": "iii", "w": "iv"}
_QUARTERS = {"i": 1, "ii": 2, "iii": 3, "iv": 4, "iiii": 4}


class Unit(StrEnum):
    """How much of the calendar an expression names. HALF stands for the first or last months of a year."""

    DAY = "day"
    MONTH = "month"
    QUARTER = "quarter"
    HALF = "half"
    YEAR = "year"
    DAY_OF_MONTH = "day of month"


@dataclass(frozen=True, slots=True)
class Mention:
    """One stretch of time named in a text; `year` is None where the text leaves it to the reader.

    `months` counts the months of a HALF, and its `number` is 1 for the first and 2 for the last of them.
    """

    unit: Unit
    year: int | None = None
    number: int = 0
    day: int = 0
    months: int = 0

    def first(self, year: int) -> date | None:
        """The first day of the stretch in that year; None when the calendar has no such stretch."""
        match self.unit:
            case Unit.DAY:
                return _day(year, self.number, self.day)
            case Unit.MONTH:
                return _day(year, self.number, 1)
            case Unit.QUARTER:
                return _day(year, self.number * 3 - 2, 1)
            case Unit.HALF:
                return _day(year, 1 if self.number == 1 else 13 - self.months, 1)
            case Unit.YEAR:
                return date(year, 1, 1)
            case Unit.DAY_OF_MONTH:
                return None

    def last(self, year: int) -> date | None:
        """The last day of the stretch in that year; None when the calendar has no such stretch."""
        match self.unit:
            case Unit.DAY:
                return _day(year, self.number, self.day)
            case Unit.MONTH:
                return _month_end(year, self.number)
            case Unit.QUARTER:
                return _month_end(year, self.number * 3)
            case Unit.HALF:
                return _month_end(year, self.months if self.number == 1 else 12)
            case Unit.YEAR:
                return date(year, 12, 31)
            case Unit.DAY_OF_MONTH:
                return None


@dataclass(frozen=True, slots=True)
class Phrase:
    """A text with its stretches of time taken out: `words` has "@0", "@1" … where `mentions` stood.

    `words` is folded, its damaged words are mended, and every token stands between single blanks.
    """

    words: str
    mentions: tuple[Mention, ...]


def _day(year: int, month: int, day: int) -> date | None:
    if not (1 <= month <= 12 and 1 <= day <= monthrange(year, month)[1]):
        return None
    return date(year, month, day)


def _month_end(year: int, month: int) -> date | None:
    return date(year, month, monthrange(year, month)[1]) if 1 <= month <= 12 else None


def month_end(year: int, month: int) -> date:
    """The last day of a month. `month` is 1 to 12."""
    return date(year, month, monthrange(year, month)[1])


def read_phrase(text: str, *, mended: bool = True) -> Phrase:
    """The stretches of time in a text and the words around them.

    `mended` reads damaged print; a typed message is better read as it stands (`mended=False`).
    """
    tokens = _tokens(text)
    words = _mended(tokens) if mended else _typed(tokens)
    found: list[Mention] = []
    line = " ".join(words)

    def take(match: re.Match[str]) -> str:
        mention = _mention(match)
        if mention is None:
            return match.group()
        found.append(mention)
        return f"@{len(found) - 1}"

    return Phrase(_MENTION.sub(take, line), tuple(found))


def _tokens(text: str) -> list[str]:
    plain = fold(text.translate(_DASHES)).translate(_DASHES)
    chunks = _CHUNK.findall(plain)
    pieces: list[str] = []
    for chunk, after in zip(chunks, [*chunks[1:], ""], strict=False):
        # A stroke behind a quarter's name is a speck where the quarter's own number follows.
        is_speck = re.fullmatch(r"quy[il|!]", chunk) and re.fullmatch(r"[ivl|1!]{1,4}", after)
        pieces.extend(["quy"] if is_speck else _unglued(chunk))
    return pieces


_GLUED = re.compile(r"^([a-z]{2,}|[qt])(\d[\dol|i]*)$")
_GLUED_YEAR = re.compile(r"^(quy|q)([ivl|1!]{1,4})(20\d\d)?$|^([ivl|1!]{1,4})(20\d\d)$|^([ivl|1!]{1,4})(nam)$")
_GLUED_AFTER = re.compile(r"^(\d{1,4})([a-z]{3,})$")


def _unglued(chunk: str) -> Iterator[str]:
    """A word and a number that lost the blank between them, such as a month with its name, become two."""
    if (match := _GLUED_YEAR.match(chunk)) and not chunk.isdigit():
        yield from (group for group in match.groups() if group)
    elif (match := _GLUED.match(chunk) or _GLUED_AFTER.match(chunk)) and any(
        _names_time(part) for part in match.groups()
    ):
        yield from match.groups()
    else:
        yield chunk


def _names_time(part: str) -> bool:
    named = ("thang", "quy", "nam", "ngay")
    return part in ("q", "t") or part in VOCABULARY or (part.isalpha() and nearest(part, named, 0.5) is not None)


def _typed(tokens: list[str]) -> list[str]:
    return _with_calendar_numbers(tokens, [_spelled_short(t) for t in tokens])


def _spelled_short(token: str) -> str:
    return {"q": "quy", "qui": "quy", "t": "thang"}.get(token, token)


def _mended(tokens: list[str]) -> list[str]:
    whole = _rejoined(tokens)
    return _with_calendar_numbers(whole, [_mended_word(t) for t in whole])


def _rejoined(tokens: list[str]) -> list[str]:
    """Tokens with words joined again that a scanner cut in two, and run-together words cut."""
    found: list[str] = []
    at = 0
    while at < len(tokens):
        here = tokens[at]
        after = tokens[at + 1] if at + 1 < len(tokens) else ""
        if here.isalpha() and after.isalpha() and here + after in VOCABULARY and not {here, after} <= VOCABULARY:
            found.append(here + after)
            at += 2
            continue
        found.extend(_cut(here) if here.isalpha() and len(here) >= 6 else [here])
        at += 1
    return found


def _cut(word: str) -> list[str]:
    if word in VOCABULARY:
        return [word]
    for at in range(2, len(word) - 1):
        if len(word) - at >= 3 and {word[:at], word[at:]} <= VOCABULARY:
            return [word[:at], word[at:]]
    return [word]


@lru_cache(maxsize=4096)
def _mended_word(token: str) -> str:
    if token in VOCABULARY or token in _STANDING or not any(c.isalpha() or not c.isascii() for c in token):
        return token
    token = _spelled_short(token)
    digits = token.translate(_DIGITS)
    if digits.isdigit() and any(c.isdigit() for c in token):
        return digits
    if len(token) < 3 and token.isalpha():
        return token
    has_vowel = any(c in "aeiouy" for c in token)
    allowed = 0.5 if len(token) <= 3 and has_vowel else 1.0 if len(token) <= 5 else 1.5
    return nearest(token, VOCABULARY, allowed) or token


def _quarter(raw: str) -> int | None:
    if re.fullmatch("0?[1-4]", raw):
        return int(raw)
    if raw in ("nhat", "nhi"):
        return 1 if raw == "nhat" else 2
    if raw in ("mot", "hai", "ba", "tu", "bon"):
        return NUMBERS[raw]
    roman = "".join(_ROMAN_RUNS.get(c, c) for c in raw).translate(_ROMAN)
    return _QUARTERS.get(roman) if len(raw) <= 4 else None


_BETWEEN = frozenset({",", "-", "va", "den", "hoac", "/"})


def _with_calendar_numbers(raw: list[str], words: list[str]) -> list[str]:
    """The words with quarters written "quy 4" and lists of months or quarters spelled out one by one."""
    found: list[str] = []
    naming = ""
    at = 0
    while at < len(words):
        word, after = words[at], raw[at + 1] if at + 1 < len(raw) else ""
        once = words[at + 2 : at + 3] == ["lan"]
        if word == "quy" and not once and (number := _quarter(after)) and not _starts_range(words, at + 1):
            joined = _quarter(after + raw[at + 2]) if at + 2 < len(raw) and _is_stroke(raw[at + 2]) else None
            found += ["quy", str(joined or number)]
            naming, at = "quy", at + (3 if joined else 2)
            continue
        if re.fullmatch("i{1,3}|iv", raw[at]) and after == "/" and _is_year(words, at + 2):
            found += ["quy", str(_QUARTERS[raw[at]])]
            naming, at = "quy", at + 1
            continue
        if (
            _may_be_roman(raw[at])
            and after == "/"
            and _is_year(words, at + 2)
            and found[-1:] not in (["thang"], ["/"], ["."])
        ):
            found.append(raw[at])
            at += 1
            continue
        if word == "thang" and not once and (month := _month(words, at + 1)):
            found += ["thang", str(month[0])]
            naming, at = "thang", at + 1 + month[1]
            continue
        if naming and word in _BETWEEN and _continues(raw, words, at, naming):
            number_word = raw[at + 1] if naming == "quy" else words[at + 1]
            found += [word, naming, str(_quarter(number_word) if naming == "quy" else int(number_word))]
            at += 2
            continue
        if word == "sau" and words[at + 1 : at + 2] == ["thang"] and _counts_months(words, at):
            word = "6"
        if not (word.isdigit() or word in _BETWEEN):
            naming = ""
        found.append(word)
        at += 1
    return found


def _counts_months(words: list[str], at: int) -> bool:
    """True when the word at `at`, before "month", is the number six and not "after", which is written alike."""
    before = words[at - 1] if at else ""
    return words[at + 2 : at + 3] in ([], ["dau"], ["cuoi"], ["mot"], ["/"]) or before in ("ky", "moi", "hang")


def _starts_range(words: list[str], at: int) -> bool:
    """True for the "from" that a quarter's name stands before, which is written as the number four is."""
    return (
        words[at] == "tu"
        and at + 1 < len(words)
        and (words[at + 1].isdigit() or words[at + 1] in ("thang", "ngay", "nam", "quy"))
    )


def _is_stroke(raw: str) -> bool:
    return bool(re.fullmatch(r"[il1|!v]{1,2}", raw))


def _may_be_roman(raw: str) -> bool:
    """True for strokes that are as good a roman number as an arabic one."""
    return bool(re.fullmatch(r"[il1|!]{2,3}", raw)) and not raw.isdigit()


def _is_year(words: list[str], at: int) -> bool:
    return at < len(words) and bool(re.fullmatch(r"20\d\d", words[at]))


def _month(words: list[str], at: int) -> tuple[int, int] | None:
    """A month spelled as words, and how many words it took."""
    if at >= len(words) or words[at] not in NUMBERS:
        return None
    if words[at] in ("sau", "nam", "tu"):
        # "six", "five" and "four" are written as "after", "year" and "from" are.
        is_named = _year_follows(words, at + 1) and words[at - 2 : at - 1] not in (["hang"], ["moi"], ["tung"], ["ky"])
        return (NUMBERS[words[at]], 1) if is_named and words[at] != "nam" else None
    if words[at] == "muoi" and at + 1 < len(words) and words[at + 1] in ("mot", "hai"):
        return 10 + NUMBERS[words[at + 1]], 2
    return NUMBERS[words[at]], 1


def _year_follows(words: list[str], at: int) -> bool:
    return at < len(words) and (words[at] in ("nam", "/") or words[at].isdigit())


def _continues(raw: list[str], words: list[str], at: int, naming: str) -> bool:
    """True when the number after a comma or dash is one more quarter or month of the list being read."""
    if at + 1 >= len(words):
        return False
    if naming == "quy":
        number = raw[at + 1]
        if not _quarter(number) or number in NUMBERS:
            return False
    elif not (words[at + 1].isdigit() and 1 <= int(words[at + 1]) <= 12 and len(words[at + 1]) <= 2):
        return False
    if words[at] == "/":
        return False
    follows = words[at + 2 : at + 4]
    starts_a_date = len(follows) == 2 and follows[0] in "/.-" and follows[1].isdigit() and len(follows[1]) <= 2
    return not starts_a_date and follows[:1] not in (["thang"], ["lan"], ["ngay"])


_SEPARATED = r"(?:\ (?:nam|/|-|\.|,|;|cua))*"
_MENTION = re.compile(
    rf"""
    (?<![\w@/.|!])(?:
      (?P<iso_y>20\d\d)\ -\ (?P<iso_m>\d\d)\ -\ (?P<iso_d>\d\d)
    | (?:ngay\ )?(?P<d>\d{{1,2}})\ (?P<sep>[/.,-])\ (?P<m>\d{{1,2}})\ (?P=sep)\ (?P<y>20\d\d|[2-4]\d)(?!\ [/.]\ \d)
    | (?:ngay\ )?(?P<d2>\d{{1,2}})\ (?:thang|/)\ (?P<m2>\d{{1,2}}){_SEPARATED}\ (?P<y2>20\d\d)
    | (?P<hm>3|03|6|06|9|09)\ thang\ (?P<h>dau|cuoi)(?:\ cua)?(?:\ nam)?(?:\ (?P<hy>20\d\d))?(?!\ (?:quy|thang))
    | nua\ (?P<h2>dau|cuoi)(?:\ cua)?\ nam(?:\ (?P<hy2>20\d\d))?
    | thang\ (?P<mm>\d{{1,2}}){_SEPARATED}\ (?P<my>20\d\d)(?!\ [/.]\ \d)
    | quy\ (?P<q>\d){_SEPARATED}\ (?P<qy>20\d\d)
    | (?P<mm2>\d{{1,2}})\ [/.-]\ (?P<my2>20\d\d)
    | ngay\ (?P<d3>\d{{1,2}})(?:\ thang|\ [/.-])\ (?P<m3>\d{{1,2}})(?!\ (?:[/.-]\ )?\d|\ (?:thang|lan))
    | (?P<d4>\d{{1,2}})\ (?:/|thang)\ (?P<m4>\d{{1,2}})
      (?!\ [/.]\ \d|\ -\ (?!\d{{1,2}}\ /)\d|\ (?:thang|lan|ngay|nam\ \d))
    | quy\ (?P<q2>\d)(?!\ lan)
    | thang\ (?P<mm3>\d{{1,2}})(?!\ lan)
    | (?:nam\ )?(?P<yy>20\d\d)
    | ngay\ (?P<d5>\d{{1,2}})
    | (?P<d6>\d{{1,2}})(?=\ (?:-|den)\ (?:ngay\ )?\d{{1,2}}\ (?:/|thang)\ \d{{1,2}}(?!\d)|\ (?:hang|moi)\ thang\b)
    )(?![\w%])
    """,
    re.VERBOSE,
)


def _mention(match: re.Match[str]) -> Mention | None:
    found = {name: value for name, value in match.groupdict().items() if value is not None and name != "sep"}
    n = {name: int(value) for name, value in found.items() if value.isdigit()}
    match next(iter(found)):
        case "iso_y":
            return Mention(Unit.DAY, n["iso_y"], n["iso_m"], n["iso_d"])
        case "d":
            return Mention(Unit.DAY, n["y"] if n["y"] > 100 else 2000 + n["y"], n["m"], n["d"])
        case "d2":
            return Mention(Unit.DAY, n["y2"], n["m2"], n["d2"])
        case "hm":
            return Mention(Unit.HALF, n.get("hy"), 1 if found["h"] == "dau" else 2, months=n["hm"])
        case "h2":
            return Mention(Unit.HALF, n.get("hy2"), 1 if found["h2"] == "dau" else 2, months=6)
        case "mm":
            return Mention(Unit.MONTH, n["my"], n["mm"])
        case "q":
            return Mention(Unit.QUARTER, n["qy"], n["q"])
        case "mm2":
            return Mention(Unit.MONTH, n["my2"], n["mm2"])
        case "d3":
            return Mention(Unit.DAY, None, n["m3"], n["d3"])
        case "d4":
            return Mention(Unit.DAY, None, n["m4"], n["d4"])
        case "q2":
            return Mention(Unit.QUARTER, None, n["q2"])
        case "mm3":
            return Mention(Unit.MONTH, None, n["mm3"])
        case "yy":
            return Mention(Unit.YEAR, n["yy"])
        case "d5":
            return Mention(Unit.DAY_OF_MONTH, None, day=n["d5"])
        case "d6":
            return Mention(Unit.DAY_OF_MONTH, None, day=n["d6"])
    return None
