"""The head of an administrative paper: its number, day, issuer and title, also from damaged scans."""

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from domain.vietnamese import fold, nfc
from knowledge.lines import Line
from knowledge.markers import Style, marker_of, share_of_capitals
from knowledge.words import word_list

_SEARCHED_LINES = 70
_TITLE_LINES = 14
_LONGEST_OF_HEAD = 120
"""Characters of a line of a head; in a longer one a number is that of another paper, named in a sentence."""
_LAST_LINES = 30
_NUMBER = re.compile(
    r"\bS\S{0,2}\s?[:.]?\s*(\d{1,5})\s?([/-]?)\s?[I1l|]?\s?"
    r"(KH|QD|QDB|NQ|CT|TB|BC|CTR|CTr|CTHD|HD|QC|PA|DA)\s?[-/]\s?([A-Z]{2,12}(?:-[A-Z]{2,8})?)"
)
_NUMBER_OF_LAW = re.compile(
    r"\b[Ss]\S{0,2}\s?[:.]?\s*(\d{1,4})\s?/\s?((?:19|20)\d\d)\s?/\s?(QH\d{1,2}|[A-Z]{2,4})(?:\s?-\s?([A-Z]{2,10}))?"
)
_ENCLOSED = re.compile(
    r"k.m theo\D{0,40}?(\d{1,5})\s?([/-])\s?[i1l|]?(kh|qd|nq|ct|tb)\s?[-/]\s?([a-z]{2,12})"
    r"(?:\s*ngay\s*(\d{1,2})/(\d{1,2})/(\d{4}))?"
)
_DAY = re.compile(r"ng\S{1,3}y\s*(\d{1,2}|[il|/!1]{1,2})\s*th\S{1,4}g\s*(\d{1,2}|[il|/!1]{1,2})\s*n\S{1,4}m\s*(\d{4})")
_DAY_OF_ISSUE = re.compile(r"ngay ban hanh\s*:?\s*(\d{1,2})/(\d{1,2})/(\d{4})")
_MOTTO = re.compile(r"\b(?:cong hoa|[dp][oe]c [l1i]ap|[dp]ang cong san)", re.IGNORECASE)
_DATELINE_PLACE = re.compile(r"([^\W\d_][\w .’'-]{1,40}?)\s*[,.;]\s*ng\S{1,3}y\b", re.IGNORECASE)
_PASSED = re.compile(r"thong qua ngay\s*(\d{1,2})\s*thang\s*(\d{1,2})\s*nam\s*(\d{4})")
_STROKES = str.maketrans("il|/!", "11111")


@dataclass(frozen=True, slots=True)
class Header:
    """What a paper says of itself. `lines` is how many lines the head takes, title included; 0 without a head."""

    number: str = ""
    issued_on: date | None = None
    issuer: str = ""
    locality: str = ""
    title: str = ""
    lines: int = 0


def bare(text: str) -> str:
    """The text without diacritics, letter for letter and in its own case, so that positions stay true."""
    found = []
    for letter in nfc(text):
        base = unicodedata.normalize("NFD", letter)[0]
        found.append({"\u0111": "d", "\u0110": "D"}.get(base, base))
    return "".join(found)


def read_header(lines: Sequence[Line]) -> Header:
    """The head of the paper that these lines begin with."""
    named_at = _line_of_name(lines)
    above = lines[:named_at] if named_at is not None else [x for x in lines[:12] if len(x.text) <= _LONGEST_OF_HEAD]
    as_scanned, as_repaired = (bare(" ".join(text[:300] for text in texts)) for texts in _both(above))
    number = _number(as_scanned) or _number(as_repaired)
    if named_at is None and not number:
        return Header(title=_first_words(lines), lines=_lines_of_plain_title(lines))
    after, title = _title(lines, named_at) if named_at is not None else (0, "")
    enclosed_number, enclosed_day = _enclosed(lines)
    unit, name = _place(above) if not _is_national(above) else ("", "")
    return Header(
        number=number or enclosed_number,
        issued_on=_day(as_scanned) or _day(as_repaired) or enclosed_day or _day_passed(lines),
        issuer=_issuer(above, number, unit, name),
        locality=name,
        title=title or _first_words(lines),
        lines=after,
    )


def _both(lines: Sequence[Line]) -> tuple[list[str], list[str]]:
    """The lines as they stand in the file, whose figures are true, and repaired, whose words are."""
    return [line.text for line in lines], [line.shown for line in lines]


def _line_of_name(lines: Sequence[Line]) -> int | None:
    """The line that says what kind of paper this is, in capitals on its own."""
    kinds = tuple(fold(kind) for kind in word_list("words")["kinds"].values())
    for i, line in enumerate(lines[:_SEARCHED_LINES]):
        if len(line.text) > 70 or share_of_capitals(line.text) < 0.75:
            continue
        if fold(line.text).startswith(kinds) or fold(line.shown).startswith(kinds):
            return i
    return None


def _number(head: str) -> str:
    if found := _NUMBER_OF_LAW.search(head):
        figure, year, kind, issuer = found.groups()
        codes: dict[str, str] = word_list("words")["codes"]
        return "/".join([figure, year, "-".join(codes.get(code, code) for code in (kind, issuer) if code)])
    found = _NUMBER.search(head)
    return _written(*found.groups()) if found else ""


def _written(figure: str, between: str, kind: str, issuer: str) -> str:
    codes: dict[str, str] = word_list("words")["codes"]
    kind, issuer = kind.upper(), issuer.upper()
    kind, issuer = codes.get(kind, kind), codes.get(issuer, issuer)
    return f"{figure}-{kind}/{issuer}" if between == "-" else f"{figure}/{kind}-{issuer}"


def _enclosed(lines: Sequence[Line]) -> tuple[str, date | None]:
    """The number and day that an annex repeats in brackets, for heads whose own are unreadable."""
    for i, line in enumerate(lines):
        if "theo" in line.text[:40].lower() and (
            found := _ENCLOSED.search(bare(line.text[:300] + " " + _next_text(lines, i)).lower())
        ):
            figure, between, kind, issuer, day, month, year = found.groups()
            return _written(figure, between, kind, issuer), _calendar(day, month, year)
    return "", None


def _next_text(lines: Sequence[Line], i: int) -> str:
    return lines[i + 1].text[:100] if i + 1 < len(lines) else ""


def _day(head: str) -> date | None:
    lowered = head.lower()
    found = _DAY.search(lowered) or _DAY_OF_ISSUE.search(lowered)
    return _calendar(*found.groups()) if found else None


def _day_passed(lines: Sequence[Line]) -> date | None:
    """The day on which a law was passed, which stands at its end."""
    found = _PASSED.search(fold(" ".join(line.shown[:300] for line in lines[-_LAST_LINES:])))
    return _calendar(*found.groups()) if found else None


def _calendar(day: str | None, month: str | None, year: str | None) -> date | None:
    """The calendar day, strokes read as ones (a hand-written 11 is scanned as //); None when there is no such day."""
    if not (day and month and year):
        return None
    try:
        return date(int(year), int(month.translate(_STROKES)), int(day.translate(_STROKES)))
    except ValueError:
        return None


def _place(above: Sequence[Line]) -> tuple[str, str]:
    """The kind of place ("phuong") and its name, from the dateline if that is legible, else from the letterhead."""
    units: dict[str, str] = word_list("words")["units_of_place"]
    letterhead = _letterhead(above)
    as_scanned = fold(" ".join(read for read, _ in letterhead))
    repaired = " ".join(shown for _, shown in letterhead)
    unit = name = ""
    for word in list(units)[1:]:
        found = re.search(rf"\b{word}\s+((?:\S+\s*){{1,4}})", fold(repaired))
        found = found or re.search(rf"\b{word}\s+((?:\S+\s*){{1,4}})", as_scanned)
        if found and found.group(1).split()[0] != "uy":
            unit, name = units[word], _last_words(repaired, len(found.group(1).split()))
            break
    return unit, _dateline_place(above) or name


def _is_national(above: Sequence[Line]) -> bool:
    letterhead = _letterhead(above)
    known = word_list("words")["national"]
    return bool(letterhead) and any(_opens_with(body, *letterhead[0]) for body in known)


def _letterhead(above: Sequence[Line]) -> list[tuple[str, str]]:
    """The left-hand side of the head, line by line as scanned and repaired: the issuer's name without the state's
    motto beside it."""
    kept = []
    for line in above[:12]:
        plain, read = bare(line.shown), bare(line.text)
        if _NUMBER.search(read) or _NUMBER.search(plain) or re.match(r"S\S{0,2}\s?[:.]", read):
            continue
        left = _beside(line.shown, _MOTTO.search(plain) or _DATELINE_PLACE.search(plain))
        scanned = _beside(line.text, _MOTTO.search(read) or _DATELINE_PLACE.search(read))
        if len(left) > 3 and share_of_capitals(left) > 0.75:
            kept.append((scanned, left))
    return kept


def _beside(text: str, found: re.Match[str] | None) -> str:
    """What stands to the left, without the specks and small letters that a stamp leaves before capitals."""
    left = (nfc(text)[: found.start()] if found else text).strip(" '-|_.)")
    return re.sub(
        r"^(?:[^\W\d_]{1,2}\s+)(?=[^\W\d_]{2,}\s)", lambda at: "" if at.group().islower() else at.group(), left
    )


def _last_words(text: str, count: int) -> str:
    return " ".join(word.capitalize() for word in text.split()[-count:])


def _dateline_place(above: Sequence[Line]) -> str:
    for i, line in enumerate(above):
        text = line.shown
        if not re.search(r"ng\S{1,3}y\b", bare(text).lower()):
            continue
        plain = bare(text)
        if numbered := _NUMBER.search(plain):
            plain, text = plain[numbered.end() :], nfc(text)[numbered.end() :]
        found = _DATELINE_PLACE.search(plain)
        if found:
            place = nfc(text)[found.start(1) : found.end(1)].strip(" .,-)")
            if i and not share_of_capitals(above[i - 1].shown) > 0.6 and len(above[i - 1].shown) < 25:
                place = f"{above[i - 1].shown} {place}"
            return _without_unit(place)
    return ""


def _without_unit(place: str) -> str:
    """The name alone: a city's dateline may say what kind of place it is."""
    for word in word_list("words")["units_of_place"]:
        if fold(place).startswith(word + " "):
            return " ".join(place.split()[len(word.split()) :])
    return place


def _issuer(above: Sequence[Line], number: str, unit: str, name: str) -> str:
    letterhead = _letterhead(above)
    issuers: dict[str, str] = word_list("words")["issuers"]
    committee = "UBND"
    first = fold(letterhead[0][1]) if letterhead else ""
    if number.endswith(committee) or (not number and first.startswith("uy ban nhan dan")):
        return " ".join(part for part in (issuers[committee], unit, name) if part)
    return _names_of_bodies(letterhead, name)[:160]


def _names_of_bodies(letterhead: Sequence[tuple[str, str]], place: str) -> str:
    """The letterhead in the letters of running text, a comma before each body after the first."""
    bodies: dict[str, str] = word_list("words")["bodies"]
    written = ""
    for read, shown in letterhead:
        known = max((body for body in bodies if _opens_with(body, read, shown)), key=len, default="")
        rest = " ".join(shown.split()[len(known.split()) :]).lower()
        if known and " " not in known:
            rest = rest[:1].upper() + rest[1:]
        words = f"{bodies[known]} {rest}".strip() if known else rest
        written += (", " if known and written else " ") + words
    if place:
        written = re.sub(rf"(?i)(?<!\w){re.escape(place)}(?!\w)", place, written)
    written = " ".join(written.split()).strip(" ,.")
    return written[:1].upper() + written[1:]


def _opens_with(body: str, read: str, shown: str) -> bool:
    return any(re.match(rf"{body}(?!\w)", fold(text)) for text in (read, shown))


def _title(lines: Sequence[Line], named_at: int) -> tuple[int, str]:
    """How many lines the head takes and the title below the word for the kind of paper."""
    taken: list[str] = []
    i = named_at + 1
    while i < len(lines) and len(taken) < _TITLE_LINES and _goes_on(lines, i, taken):
        taken.append(lines[i].shown)
        i += 1
    name = lines[named_at].shown
    title = " ".join(" ".join(taken).split())
    if fold(name) in word_list("words")["named_by_kind"]:
        title = f"{name} {title}".strip()
    return i, title[:600] if title else name


def _goes_on(lines: Sequence[Line], i: int, taken: list[str]) -> bool:
    line = lines[i]
    marker = marker_of(line.text)
    if marker and marker.style is not Style.DASH:
        return False
    if line.text[:1].isupper() and any(fold(text[:12]).startswith("can cu") for text in (line.text, line.shown)):
        return False
    if not taken:
        return True
    shouting = share_of_capitals(" ".join(taken)) > 0.85
    if line.gap:
        return shouting and share_of_capitals(line.text) > 0.7
    capitals = share_of_capitals(line.text) > 0.7
    openings = tuple(word_list("words")["openings"])
    if fold(line.text[:12]).startswith("kinh gui"):
        return False
    if shouting and not capitals:
        return line.text[:1].islower() and (len(line.text) < 220 or not fold(line.text[:60]).startswith(openings))
    return len(line.text) < 220 or capitals


def _first_words(lines: Sequence[Line]) -> str:
    return lines[0].shown.lstrip("#* ").rstrip("* ")[:200] if lines else ""


def _lines_of_plain_title(lines: Sequence[Line]) -> int:
    """A paper without a head may still begin with its name: a short first line."""
    return 1 if lines and len(lines[0].text) < 200 and len(lines) > 1 else 0
