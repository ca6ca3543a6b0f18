"""Whom words mean among the colleagues of an office: everybody, a role, units, people, or several of these."""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from domain.colleagues import people_called
from domain.people import Person, Role, Unit
from domain.units import unit_named, units_in
from domain.vietnamese import fold

_ALL = re.compile(
    r"(?:tat ca |toan bo |toan the |toan |ca |moi )"
    r"(?:moi |cac |can bo|co quan|nguoi|don vi|phong ban|xa|phuong|the| |,|anh em|cong chuc|vien chuc|nguoi lao dong)*"
    r"|tat ca|moi nguoi|(?:cac )?(?:can bo|don vi|phong ban)|cac phong"
)
_ROLES: tuple[tuple[re.Pattern[str], Role], ...] = (
    (re.compile(r"(?:cac |tat ca (?:cac )?|nhung )?(?:truong (?:cac )?(?:phong|don vi)|lanh dao phong)"), Role.HEAD),
    (re.compile(r"(?:cac |tat ca (?:cac )?|nhung )?(?:chuyen vien|nhan vien)"), Role.OFFICIAL),
    (re.compile(r"(?:cac |tat ca (?:cac )?)?(?:lanh dao(?: uy ban| xa| phuong| co quan)?|ban lanh dao)"), Role.LEADER),
)
_GROUP = re.compile(
    r"(?:cac |nhung |tat ca |toan bo |moi |ca |toan the )*"
    r"(?:anh chi em|anh em|chi em|ae|anh chi|ban|dong chi|can bo|nhan vien|chuyen vien|nguoi|thanh vien)"
    r"(?: (?:anh em|can bo|chuyen vien|nhan vien))*(?: (?:trong|cua|thuoc|o|ben|tai))*"
    r"|(?:trong|ca|toan|toan bo|tat ca)(?= (?:phong|don vi|bo phan|van phong|to|ban)\b)"
)
"""People of a unit by no name of theirs: "anh em trong", "ca"; the unit stands behind."""
_OWN_UNIT = re.compile(r"(?:phong|don vi|bo phan|to|ban|co quan)(?: cua)?(?: (?:toi|minh|em|ta|chung toi|chung ta))?")
_BODY = re.compile(r"^(?:bo phan|to|phong|ban|don vi) ")
_PARTS = re.compile(r"\s*,\s*(?:va )?|\s+(?:va|cung|voi)\s+")
_OF = re.compile(r"^(?:cua|thuoc|o|ben)\s+")


@dataclass(frozen=True, slots=True)
class Meant:
    """Who is meant; `unknown` are words that name nobody here, `several` people one of whom they name."""

    people: tuple[Person, ...] = ()
    unknown: str = ""
    several: tuple[Person, ...] = ()


def people_meant(words: str, staff: Sequence[Person], units: Sequence[Unit], speaker: Person) -> Meant:
    """Everybody whom folded words mean, each once, in the order of the staff list."""
    whole = _one(words, staff, units, speaker)
    if whole.people:
        return whole
    parts = [part for part in _PARTS.split(words) if part]
    found = [_one(part, staff, units, speaker) for part in parts]
    if failed := next((each for each in found if not each.people), None):
        named = units_in(words, units) if not whole.several else []
        return _of_units(named, staff) if len(named) == len(parts) else failed
    ids = {person.id for each in found for person in each.people}
    return Meant(tuple(person for person in staff if person.id in ids))


def _one(words: str, staff: Sequence[Person], units: Sequence[Unit], speaker: Person) -> Meant:
    if _ALL.fullmatch(words):
        return Meant(tuple(staff))
    for pattern, role in _ROLES:
        if match := pattern.match(words):
            rest = _OF.sub("", words[match.end() :].strip())
            unit = unit_named(rest, units) if rest else None
            if rest and unit is None:
                continue
            return Meant(tuple(p for p in staff if p.role is role and (unit is None or p.unit_id == unit.id)))
    unit = unit_named(_OF.sub("", words), units)
    if unit is not None:
        return _of_units([unit], staff)
    if group := _of_a_group(words, staff, units, speaker):
        return Meant(tuple(group))
    called = people_called(words, staff, speaker)
    if len(called) == 1:
        return Meant(tuple(called))
    return Meant(unknown=words, several=tuple(called))


def _of_a_group(words: str, staff: Sequence[Person], units: Sequence[Unit], speaker: Person) -> list[Person]:
    """The people of a unit whom loose words mean, of the speaker's own where no other is named."""
    loose = _GROUP.match(words)
    rest = _OF.sub("", words[loose.end() :].strip()) if loose else words
    if rest and not _OWN_UNIT.fullmatch(rest):
        unit = unit_named(rest, units) if loose else None
        unit = unit or _ending_so(rest, units)
        return [p for p in staff if unit is not None and p.unit_id == unit.id]
    if speaker.unit_id is None:
        return list(staff) if not rest else []
    return [p for p in staff if p.unit_id == speaker.unit_id]


def _ending_so(words: str, units: Sequence[Unit]) -> Unit | None:
    """The one unit that is called so behind its kind of body: "to mot cua" is the body "bo phan mot cua"."""
    name = _BODY.sub("", words)
    if name == words or len(name.split()) < 2:
        return None
    named = [unit for unit in units if re.sub(_BODY, "", fold(unit.name)) == name]
    return named[0] if len(named) == 1 else None


def _of_units(units: Sequence[Unit], staff: Sequence[Person]) -> Meant:
    ids = {unit.id for unit in units}
    return Meant(tuple(person for person in staff if person.unit_id in ids))
