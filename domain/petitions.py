"""Reads whether a sentence reports, proposes, complains, denounces or abuses; in folded words, so as people type."""

import re

from domain.vietnamese import fold

_SPEAKER = r"(?:toi|minh|em|tui|chau|con|ba con|nguoi dan|chung toi|gia dinh toi)"
_WISH = r"(?:cho|xin|muon|can|duoc|co|gui|phep|mot|vai|so|y kien|dang|hay)"
_BEGIN = re.compile(
    rf"(?:/phananh|(?P<wish>(?:(?:{_SPEAKER}|{_WISH}) )*)(?:phan anh|kien nghi|gop y(?: kien)?|to cao|khieu nai))\b"
    r"(?: (?:hien truong|voi (?:phuong|xa|uy ban|ubnd|co quan)|den (?:phuong|xa)|ve(?: viec)?|la|rang|nhu sau)\b)*"
    r"[\s:,.;!-]*"
)
_HOW = re.compile(
    r"(?:(?:gui|nop|thi|phai|duoc|bang|di|lam) )*(?:o dau|(?:nhu )?the nao|"
    r"(?:lam )?sao|cach nao|cho ai|voi ai|qua dau)\b.{0,30}"
)
_OF_PAPERS = re.compile(r"(?:cua cu tri|cua cac|cua nhan dan|trong (?:ke hoach|bao cao)|va tra loi)\b")
_QUESTION = re.compile(
    r"\?\s*$|\b(bao gio|khi nao|o dau|la gi|bao nhieu|the nao|lam sao|tai sao|vi sao|may gio|"
    r"co duoc|duoc khong|phai khong|"
    r"ai chu tri)\b"
)
_PROBLEM = re.compile(
    r"\b(ngap|ngap nuoc|ngap ung|rac (?:khong|ko|k|chat|un|day|vut|do)|do rac|xa rac|vut rac|dot rac|boc mui|mui hoi|"
    r"hoi thoi|thoi qua|"
    r"o ga|o voi|hu hong|sut lun|sat lo|tac cong|cong (?:bi )?tac|nap cong|ho ga|den duong|"
    r"den khong sang|mat dien|mat nuoc|cup nuoc|"
    r"lan chiem|chiem via he|xay (?:dung )?trai phep|on ao|on qua|lam on|hat karaoke|mo nhac to|cho tha rong|"
    r"bui mu|khoi bui|khoi den|nuoc den|nuoc ban|nuoc thai|o nhiem|day dien (?:dut|sa|thong)|cay (?:do|gay|nga)|"
    r"dua xe|trom cap|gay roi|hach sach|nhung nhieu|"
    r"thai do (?:kem|khong tot|coi thuong)|keo dai ho so|cham tra ho so)\b"
)
_GRIEF = re.compile(
    r"\b(may (?:hom|ngay|thang|tuan) nay|ca (?:tuan|thang|ngay|dem)|lau (?:nay|roi|lam)|suot|hoai|"
    r"mai|lien tuc|thuong xuyen|khong ai|ko ai|chang ai|chua ai|khong thay|qua troi|qua|roi|"
    r"khong chiu noi|kho chiu|nguy hiem|nho|de nghi|mong|yeu cau)\b"
)
_DENOUNCES = re.compile(r"\bto cao\b")
_CLAIMS = re.compile(r"\bkhieu nai\b")
_INSULT = re.compile(
    r"\b(do ngu|ngu (?:nhu|xuan|the|vai|qua)|oc cho|lu (?:an hai|ngu|khon)|an hai|khon nan|mat day|vo hoc|cho chet|"
    r"do (?:cho|khon|hen)|bon (?:khon|ngu|cho)|dcm|dkm|dm|vcl|vkl|cmm|me may|bo lao|cut di|lao toet|chet di|dit)\b"
)
_VOWEL = re.compile(r"[aeiouy]")
_PLACE_WORDS = frozenset(
    {
        "duong", "ngo", "ngach", "hem", "kiet", "pho", "to", "thon", "xom", "ap", "ban", "buon", "lang", "cho",
        "truong", "cau", "cong", "so", "kp", "khu", "kenh", "muong", "chung", "nha",
    }
)  # fmt: skip
_PLACE_AFTER = frozenset(["dan", "pho", "nha", "so", "phong", "cu", "vien", "ba", "tu"])
_FEWEST_LETTERS = 8


def _flat(text: str) -> str:
    return " ".join(text.split())


def begun(text: str) -> str | None:
    """What is said after "phan anh", "toi muon kien nghi" and the like; None for a text that does not begin so.

    Empty when nothing follows, or only the question how that is done.
    """
    whole = _flat(text)
    folded = fold(whole)
    found = _BEGIN.match(folded)
    if found is None:
        return None
    rest = folded[found.end() :]
    if _HOW.fullmatch(rest):
        return ""
    if not found["wish"] and not folded.startswith("/") and (_OF_PAPERS.match(rest) or folded.endswith("?")):
        return None
    # Folding keeps the number of letters of a text in NFC, so what follows is found at the same place.
    return whole[found.end() :] if len(whole) == len(folded) else rest


def sounds_like_feedback(text: str) -> bool:
    """True for a sentence that complains of something in the ward and asks nothing: to be offered, never taken."""
    folded = fold(_flat(text))
    if len(folded) > 1500 or _QUESTION.search(folded) or folded.startswith("/"):
        return False
    return bool(_PROBLEM.search(folded) and (_GRIEF.search(folded) or place_in(text)))


def denounces(text: str) -> bool:
    """True where somebody denounces a person ("to cao"), which the law gives another way."""
    return bool(_DENOUNCES.search(fold(text)))


def claims(text: str) -> bool:
    """True where somebody contests a decision ("khieu nai"), which the law gives another way."""
    return bool(_CLAIMS.search(fold(text)))


def is_thin(text: str) -> bool:
    """True for a text too short, or too little like language, for anybody to act on."""
    found = re.findall(r"[a-z]+", fold(text))
    letters = "".join(found)
    if len(found) < 3 or len(letters) < _FEWEST_LETTERS or len(set(letters)) < 5:
        return True
    without = sum(1 for word in found if not _VOWEL.search(word) or len(word) > 9)
    return without > len(found) / 2


def is_abuse(text: str) -> bool:
    """True for insults with nothing else in them; a report in angry words is still a report."""
    folded = fold(text)
    if not _INSULT.search(folded):
        return False
    left = re.findall(r"[a-z]+", _INSULT.sub(" ", folded))
    return len(left) < 5 and not _PROBLEM.search(folded)


def place_in(text: str) -> str:
    """The place a text names ("to 4", a lane, a street), as it is written there; empty where it names none."""
    tokens = re.findall(r"[^\s,.;:!?()“”\"]+", text)
    folded = [fold(token) for token in tokens]
    for start, word in enumerate(folded):
        if word not in _PLACE_WORDS:
            continue
        at = start + 1
        while at < len(tokens) and folded[at] in _PLACE_AFTER:
            at += 1
        end = _named_until(tokens, folded, at)
        if end > at:
            return " ".join(tokens[start:end])
    return ""


def _named_until(tokens: list[str], folded: list[str], at: int) -> int:
    end = at
    while end < len(tokens) and end - at < 8:
        is_name = tokens[end][:1].isdigit() or tokens[end][:1].isupper()
        goes_on = folded[end] in _PLACE_WORDS and end + 1 < len(tokens) and _is_name(tokens[end + 1])
        if not (is_name or (end > at and goes_on)):
            break
        end += 1
    return end


def _is_name(token: str) -> bool:
    return token[:1].isdigit() or token[:1].isupper()
