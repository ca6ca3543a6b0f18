"""What staff ask of a period's report in words: draft it, show it, add to it, say what is amiss.

Only a sentence that is nothing else is taken. "Bao cao nv 3 xong" reports progress and "bao cao thang 11 nop khi nao"
asks a question; both are read elsewhere.
"""

import re
from dataclasses import dataclass
from enum import StrEnum

from domain.report_flow import Part
from domain.shorthand import written_out
from domain.vietnamese import fold

LONGEST = 140
"""A request is one short line; only what is to be added or remarked may be longer."""


class Wish(StrEnum):
    """What is wanted of the report. NAMED is only its name, without a verb."""

    MAKE = "make"
    REMAKE = "remake"
    SEE = "see"
    NAMED = "named"
    LIST = "list"
    ADD = "add"
    REMARK = "remark"


@dataclass(frozen=True, slots=True)
class ReportRequest:
    """A request. `period` are the folded words that name the period, empty where none are; `words` what is to be added
    or remarked, as it was typed."""

    wish: Wish
    period: str = ""
    part: Part | None = None
    words: str = ""


_ME = r"(?:toi|em|minh|anh|chi|tui|chung toi|sep|lanh dao|co quan|phuong|xa)"
_LEAD = (
    rf"(?:(?:lam on|nho|nhe|hay|xin|can|muon|em oi|bot oi|ad oi|bot|em|ban|ad|tro ly|vui long|phien|de nghi"
    rf"|(?:cho|giup|ho|dum)(?: {_ME})?(?= (?:xuat|lap|tao|lam|soan|xem|mo|tai|lay|in|doc|ket|tong|du|viet|xin) )"
    rf"|{_ME} (?:can|muon|xin)) )*"
)
_MAKE = (
    r"(?:xuat|ket xuat|lap|tao|lam|soan thao|soan|du thao|viet|tong hop|chuan bi|in|len)"
    r"(?: ra| giup| ho| dum| cho| luon| ngay| thu)*"
)
_AGAIN = r"(?:lap|lam|xuat|soan|tao|tong hop|ket xuat) (?:lai|moi|ban moi|lai ban moi)(?: giup| ho| cho)*"
_SEE = (
    rf"(?:cho (?:{_ME} )?xem|xem|mo|doc|coi|tai|lay|tim|gui(?: lai)? cho|gui(?= (?:toi|em|minh|anh|chi) )|cho xin|xin"
    r"|dua|cho|duyet|phe duyet|ky|trinh|trinh duyet|trinh ky|tra lai|ban hanh|phat hanh|cho so|cap so)"
    r"(?: lai| ve| ra| giup| ho| cho| xuong)*"
)
_TO_ME = rf"(?: (?:cho |giup |ho )?{_ME})?"
_FORM = r"(?: (?:file|tep|ban|mau|to|cuon|van ban))*(?: (?:du thao|chinh thuc|cuoi|word|giay|dep))*"
_REPORT = r"bao cao"
_KINDS = (
    r"(?: (?:dinh ky|tong hop|tong ket|so ket|cong tac|cong viec|ket qua|tinh hinh|thuc hien|nhiem vu|ke hoach|chung"
    r"|chi tieu|hoat dong|cac|kinh te|xa hoi|chinh thuc|cuoi cung|da ban hanh|da duyet"
    r"|cua|phuong|xa|co quan|uy ban nhan dan|uy ban|toan|ca))*"
)
_PROGRESS = r"(?: tien do)?"
_COUNT = r"(?:\d{1,2}|mot|hai|ba|bon|tu|nam|sau|bay|tam|chin|muoi|muoi mot|muoi hai|gieng|chap)"
_YEAR = r"(?: ?[/-] ?| nam | )(?:20\d\d|\d\d(?!\d))| nam nay| nam ngoai| nam truoc| nam qua"
_NEAR = r"(?:nay|hien tai|truoc|vua roi|vua qua|vua xong|roi|qua|gan nhat|gan day|moi nhat)"
_PERIOD = (
    rf"(?:ky(?: bao cao)? {_NEAR}|ky(?: bao cao)? (?=(?:thang|quy|nam|nua|6|sau) )(?:thang|quy) [0-9a-z]+"
    rf"|thang {_NEAR}|thang ?{_COUNT}(?:{_YEAR})?|t ?\d{{1,2}}(?:{_YEAR})?"
    rf"|quy {_NEAR}|(?:quy|qui|q) ?(?:[1-4]|i{{1,3}}|iv|mot|hai|ba|bon|tu)(?:{_YEAR})?"
    rf"|(?:6|sau) thang(?: (?:dau|cuoi)(?: nam)?)?(?:{_YEAR})?|nua (?:dau|cuoi) nam(?:{_YEAR})?"
    rf"|9 thang(?: dau nam)?(?:{_YEAR})?"
    r"|(?:thang|quy|nam)(?= (?:cua |o )?(?:xa|phuong|co quan|uy ban|don vi)\b)"
    rf"|(?:ca )?nam (?:20\d\d|nay|ngoai|truoc|qua|vua roi))"
)
_OFFICE = (
    r"(?: (?:cua |o |ben )?(?:(?:xa|phuong|uy ban nhan dan|uy ban|co quan|don vi|dia phuong|chung ta)"
    r"(?: (?:minh|ta|toi|nha))*|minh|ta))?"
)
_STANDS = (
    r"(?: (?:o )?dau(?: roi| mat roi)?| (?:da |lam |lap |soan |duoc )*(?:xong|duyet|ky|ban hanh|phat hanh|co)"
    r"(?: xong)?(?: chua| roi| hay chua)| (?:da )?co chua| ai (?:da )?(?:duyet|lap|lam|ky|soan)(?: roi| vay)?"
    r"| (?:den|toi) dau roi| the nao roi| ra sao roi)?"
)
"""Where the report stands, asked behind its name."""
_OF = r"(?:(?:cua|cho|trong|ve|ky) )*"
_TAIL = (
    r"(?: (?:ra|thanh|dang|bang|file|tep|ban|word|docx|excel|xlsx|pdf|anh|kem|phu luc|va|day du))*"
    rf"(?: (?:cho|giup|ho|dum|voi|di|nhe|nha|a|ah|ha|gap|ngay|luon|lai|dau|dau roi|xem|duoc khong|cai|hen|em|bot"
    rf"|{_ME}))*[ .!?]*"
)
_BEHIND = rf"(?: {_OF}(?P<period>{_PERIOD}){_OFFICE}{_STANDS})"
_WITH_PERIOD = {
    Wish.REMAKE: rf"{_LEAD}{_AGAIN}{_TO_ME}{_FORM} {_REPORT}{_KINDS}{_PROGRESS}{_KINDS}{_BEHIND}?{_TAIL}",
    Wish.MAKE: rf"{_LEAD}{_MAKE}{_TO_ME}{_FORM} {_REPORT}{_KINDS}{_PROGRESS}{_KINDS}{_BEHIND}?{_TAIL}",
    Wish.SEE: rf"{_LEAD}{_SEE}{_TO_ME}{_FORM} {_REPORT}{_KINDS}{_PROGRESS}{_KINDS}{_BEHIND}{_TAIL}",
    Wish.NAMED: rf"{_LEAD}(?:(?:file|tep|ban|mau|van ban) )*{_REPORT}{_KINDS}{_BEHIND}{_TAIL}",
}
_LIST = re.compile(
    rf"{_LEAD}(?:(?:xem|liet ke|cho xem|mo) )?(?:danh sach |cac |nhung |tat ca )+{_REPORT}"
    r"(?: dinh ky| da lap| da ban hanh| da phat hanh| tong hop)*(?: cua (?:phuong|xa|co quan))?[ .!?]*"
    rf"|{_LEAD}(?:xem |liet ke )?{_REPORT} dinh ky[ .!?]*"
)
_FORMS = {wish: re.compile(form) for wish, form in _WITH_PERIOD.items()}

_PARTS = (
    (
        Part.DIFFICULTIES,
        r"(?:kho khan|vuong mac|ton tai|han che|nguyen nhan)(?:,? (?:va )?(?:kho khan|vuong mac|ton tai"
        r"|han che|nguyen nhan))*",
    ),
    (Part.PROPOSALS, r"(?:kien nghi|de xuat|de nghi)(?:,? (?:va )?(?:kien nghi|de xuat|de nghi))*"),
    (
        Part.UPCOMING,
        r"(?:phuong huong|nhiem vu trong tam|(?:nhiem vu|cong viec|viec|ke hoach) (?:cua )?ky (?:toi|sau|tiep theo)"
        r"|ky (?:toi|sau)|trong tam)",
    ),
    (Part.OVERALL, r"(?:danh gia chung|nhan xet chung|nhan dinh chung|danh gia|nhan xet|nhan dinh|tinh hinh chung)"),
)
_ADD = re.compile(
    rf"{_LEAD}(?:them|bo sung|ghi them|dua them|viet them|chen|chen them)(?: vao)?(?: (?:phan|muc|cau|y))*"
    rf"(?: {_REPORT}{_KINDS}(?: {_OF}(?P<before>{_PERIOD}))?(?:,? (?:phan|muc))*)?"
    rf" (?P<part>{'|'.join(form for _, form in _PARTS)})"
    rf"(?: (?:vao|cho|cua|trong) {_REPORT}{_KINDS}(?: {_OF}(?P<behind>{_PERIOD}))?)?\s*"
)
_REMARK = re.compile(
    rf"{_LEAD}(?:(?:co )?(?:gop y|y kien)(?: them)?(?: (?:vao|cho|ve|voi|doi voi))?)(?: du thao)? {_REPORT}{_KINDS}"
    rf"(?: {_OF}(?P<period>{_PERIOD}))?\s*"
)


def read_request(text: str) -> ReportRequest | None:
    """The request in a message; None for any other message."""
    return _with_words(text) or _plain(text)


def _plain(text: str) -> ReportRequest | None:
    if not 4 <= len(text) <= LONGEST or "\n" in text.strip():
        return None
    said = _folded(text)
    if _LIST.fullmatch(said):
        return ReportRequest(Wish.LIST)
    for wish, form in _FORMS.items():
        if match := form.fullmatch(said):
            period = (match["period"] or "").strip()
            return ReportRequest(wish, f"{period} nay" if period in ("thang", "quy", "nam") else period)
    if match := _REMARK.fullmatch(said):
        return ReportRequest(Wish.REMARK, match["period"] or "")
    return None


def _with_words(text: str) -> ReportRequest | None:
    """A request whose own words follow a colon, or the next line."""
    head, mark, words = text.strip().partition(":")
    if not mark:
        head, mark, words = text.strip().partition("\n")
    if len(head) > LONGEST or "\n" in head:
        return None
    said = _folded(head)
    if match := _ADD.fullmatch(said):
        part = next(part for part, form in _PARTS if re.fullmatch(form, match["part"]))
        return ReportRequest(Wish.ADD, match["before"] or match["behind"] or "", part, words.strip())
    if words.strip() and (match := _REMARK.fullmatch(said)):
        return ReportRequest(Wish.REMARK, match["period"] or "", words=words.strip())
    return None


def _folded(text: str) -> str:
    said = re.sub(r"[,;\"'“”()]", " ", fold(text))
    said = re.sub(r"(?<=\d)\.(?= |$)", " ", said)
    said = re.sub(r"\s*/\s*", "/", said)
    said = re.sub(r"\b(thang|quy|qui|nam)(?=\d)", r"\1 ", said)
    return " ".join(written_out(" ".join(said.split())).split())
