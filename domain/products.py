"""What a sentence says was produced: papers issued, things handed over, classes held."""

import re

from domain.sentences import Clause, Sentence

_MADE = re.compile(
    r"\b(?:(?:da|vua)(?: \w+){0,2}? (?:ban hanh|ky|phat hanh|trinh|nop|gui|lap|lap xong|to chuc|mo|cap|lap dat"
    r"|lap|ban giao"
    r"|nghiem thu|xay dung|in|dang tai|dang|cong bo|niem yet|phat|trong|cai dat|so hoa|tao|thanh lap|kien toan"
    r"|phe duyet"
    r"|duoc duyet|hop dong|ky ket|soan|co)|ban hanh|co)(?: xong| duoc)? "
    r"(?!\d+ ?/ ?\d)(?=(?:\d|mot |hai |ba |bon |cac |toan bo |du )?\s*"
    r"(?:quyet dinh|cong van|ke hoach|to trinh|bao cao|bien ban"
    r"|van ban|danh sach"
    r"|thong bao|huong dan|nghi quyet|de an|du thao|hop dong|chung nhan|giay|bang|bien|lop|cuoc|buoi|phien"
    r"|tai khoan|diem|tram"
    r"|ma|trang|phan mem|co so du lieu|ho so|sach|so tay|to roi|video|tin|bai|cay|quy che|phuong an|san pham|to|ban"
    r"|bo|may|loa"
    r"|camera|tu|ban do|bieu mau|mau|khung|cong trinh|dat|duong|nha|cong|\d)\b)"
)
_NAMED = re.compile(
    r"\b(?:san pham|ket qua|minh chung|dinh kem|kem theo|co kem)(?: la| gom| co| dat duoc| day)?\s*[:\-]?\s*(?=\w)"
)
_NOT_MADE = re.compile(r"\b(?:chua|khong|se|du kien|sap|can|phai|de|cho|theo|dang)(?: \w+)? $")
_NONE = re.compile(r"^(?:chua|khong|\d+(?:[.,]\d+)?\s*%|dat|xong|la gi|tot|kha)\b|^\W*$")
_STOP = re.compile(r"\b(?:coi nhu|con |xong het|du kien|xin gia han|dat \d|duoc \d+ ?%|nen )")


def product_in(rest: Sentence) -> str | None:
    """What was produced, in the speaker's own words; None when the sentence names nothing."""
    for clause in rest.clauses():
        for match in _NAMED.finditer(clause.text):
            if not _NOT_MADE.search(clause.text[: match.start()]) and not _NONE.match(clause.text[match.end() :]):
                return _quoted(rest, clause, match.end())
        for match in _MADE.finditer(clause.text):
            if not _NOT_MADE.search(clause.text[: match.start()]):
                # "There is a decision" names the decision.
                bare = match.group().startswith("co ")
                return _quoted(rest, clause, match.end() if bare else match.start())
    return None


def _quoted(rest: Sentence, clause: Clause, start: int) -> str | None:
    end = _STOP.search(clause.text, start + 1)
    stop = end.start() if end else len(clause.text)
    return rest.quoted(clause.start + start, clause.start + stop).strip(" :,.-\n") or None
