"""The difficulty a sentence tells of, in the speaker's own words."""

import re

from domain.sentences import Clause, Sentence
from domain.states import gives_up

_MEANS = (
    r"(?:kinh phi|von|nguoi|nhan luc|nhan su|can bo|tien|nguon|thiet bi|may|dat|mat bang|thoi gian|vat tu|phong|cho"
    r"|hoc vien)"
)
_DIFFICULTY = re.compile(
    rf"(?<!met )(?<!hinh )(?<!quang )\bvuong(?: mac)?\b|\b(?:kho khan|tro ngai|bat cap|ach tac|be tac|qua tai"
    rf"|rac roi)\b"
    rf"|\b(?:rat|hoi|qua|kha|dang|gap|bi) kho\b|\bkho (?:qua|lam|thuc hien|trien khai|van dong|thu|lien he|tim"
    rf"|bo tri)\b"
    rf"|(?<!toi )(?<!giam )(?<!gioi )\bthieu\b(?! so\b(?! lieu| luong)| nhi| nien)|\b(?:nhan luc|nhan su|can bo"
    rf"|luc luong) (?:con |qua |rat |hoi )*(?:mong|yeu|it|han che)\b"
    rf"|\b(?:kinh phi|von|ngan sach) (?:con |qua |rat |hoi )*(?:han hep|han che|it|eo hep)\b|\bhut (?:nguoi"
    rf"|kinh phi|von|can bo)\b"
    rf"|\bkhong (?:du|co|duoc cap|bo tri duoc|tim duoc) {_MEANS}|\bkhong (?:chiu|hop tac|dong y|phoi hop|dong thuan"
    rf"|vao duoc|tim ra)\b"
    rf"|\bchua (?:du|bo tri|giai ngan|phan bo|chiu|hop tac|dong y|phoi hop|dong thuan)\b"
    rf"|\bchua co (?!vuong|kho|gi\b|ket qua|van de|tro ngai|phat sinh|tien do|thay doi|tien trien|xong|lop"
    rf"|ho so nao)\w+"
    rf"|\bchua (?:duoc|thay|nhan duoc) (?:cap|bo tri|phan bo|giao kinh phi|kinh phi|von|huong dan|mat bang"
    rf"|phe duyet kinh phi"
    rf"|phan khai|ban giao|duyet kinh phi|tra loi|phan hoi|so lieu)|\bchua (?:cap|duyet) (?:kinh phi|von|tien)\b"
    rf"|\b(?:het|cham cap|cham bo tri|can) (?:kinh phi|tien|von|muc|vat tu)\b"
    rf"|\b(?:bi|gap|mac) (?:loi|hong|hu|su co|truc trac|ket|tac|vuong|kho|cham tre|cat|mat)\b"
    rf"|(?<!cam )(?<!lien )(?<!doan )(?<!tong )(?<!so )(?<!thi )\bket\b(?! qua| luan| noi| hop| thuc| nap| cau"
    rf"| ban| hon| don| toan)"
    rf"|\b(?:hu hong|mat dien|mua (?:bao|lu|lon|nhieu|suot|hoai)|ngap lut|thien tai|dich benh|loi (?:he thong"
    rf"|phan mem|mang|ky thuat"
    rf"|may)|(?:may|mang|duong truyen|he thong|phan mem|thiet bi)(?: \w+){{0,2}} (?:hong|hu|loi|yeu|cham|chap chon"
    rf"|rot|treo|sap)"
    rf"|(?:ben|phong|so|don vi|nha thau|nguoi dan|cap tren|tinh|huyen|ngan hang|cong ty|cac ho|ho dan"
    rf"|doi tac)(?: \w+){{0,4}} chua (?:gui|cung cap|ban giao|tra|duyet|nop|ky|cap|xac nhan|thong nhat|cho)"
    rf"|phan doi|chong cham|nha thau (?:\w+ )?(?:rut|bo|cham|yeu)|(?:cham|khong) (?:tra loi|phan hoi))\b"
)
_NO_DIFFICULTY_BEFORE = re.compile(
    r"\b(?:khong|chua|het|chang|da (?:duoc )?(?:go|thao go|giai quyet|xu ly|khac phuc|vuot qua|qua)(?: xong| duoc"
    r"| het)?)"
    r"(?: (?:con|co|gap|bi|phai|thay|phat sinh|gi|nhung|cac|bat ky|kho khan|vuong mac|vuong|thieu|va|hay|hoac|dang"
    r"|,))* ?$"
)
_NO_DIFFICULTY_AFTER = re.compile(
    r"^(?: (?:vuong mac|kho khan|gi|mac|thuc hien|trong qua trinh|va|hay|,|ve \w+))* ?[:\-]? ?(?:la |thi |hien "
    r"|hien tai )*"
    r"(?:khong|chua|0)(?: co| co gi| gi| phat sinh| dang ke| nao| thay)?\s*(?:$|[,;.])"
    r"|^(?: \w+){0,4} da (?:duoc )?(?:thao go|go|giai quyet|xu ly|khac phuc|on|xong)"
)
_BARE_WORD = re.compile(r"\W*(?:va |hay |hoac )?(?:vuong mac|kho khan|tro ngai|ton tai|bat cap)(?: gi| nao| ca)*\W*")
"""A further word of a list of difficulties that the clause before denies."""
_CAUSE = re.compile(
    r"(?<!tien )(?<!che )(?<!muc )(?<!toc )(?<!don )(?<!chuc )(?<!dia )(?<!dinh )(?<!roi )(?<!cai )(?<!ben )(?<!luc )"
    r"(?<!khi )"
    r"(?<!hom )(?<!viec )(?<!sau )(?<!trinh )(?<!che )(?<!the )(?<!nguoi )(?<!tu )(?<!den )(?<!thu )"
    r"\b(?:do(?! thi\b| luong| dang)|vi(?! tri| du| pham| mo)|boi|boi vi|tai vi|nguyen nhan"
    r"|ly do(?: cham)?)\b:? ?(?:la )?(?:vi )?"
)
_TROUBLED = re.compile(
    r"\b(?:chua|cham|tre|gia han|lui|dung|khong|vuong|tam|moi|qua han|ngung|treo|them|thap|cung|giam|tut|sut"
    r"|xuong|lai|keo dai)\b"
)
_STANDS = re.compile(
    r"\b(?:tam (?:dung|ngung|hoan|gac)|dung (?:lai|luon)|ngung|dang treo|bi treo|gac lai|phai dung|dam chan)\b"
)
_WAITS = re.compile(
    r"\b(?:cho|doi) (?:kinh phi|von|huong dan|y kien|mat bang|quyet dinh|van ban|cap tren|so|tinh|bo|huyen"
    r"|chu truong|phe duyet"
    r"|duyet|phan bo|nhan su|thiet bi|may|dau thau|ket qua|phong|ben)\b"
)
_HINDERED = re.compile(
    r"^\W*(?:da |thi |ma |va |con )*(\w+(?: \w+)+) nen (?:van |phai |dang |moi |bi |con |cung )*(?:chua|cham|khong"
    r"|dung|tam|tre|ngung|keo dai)\b"
)
_STOP = re.compile(
    r"\b(?:nen|xin (?:gia han|lui|them)|de nghi|du kien|mong|hien(?: tai)?(?: dat| duoc| moi)|moi dat|moi duoc)\b"
)


def obstacle_in(rest: Sentence) -> str | None:
    """The difficulty in the speaker's own words, from where it is named to the end of that part of the sentence.

    Waiting is no difficulty, but the reason where work stands still.
    """
    clauses = list(rest.clauses())
    denied = False
    for clause in clauses:
        if denied and _BARE_WORD.fullmatch(clause.text):
            continue
        denied = False
        for match in _DIFFICULTY.finditer(clause.text):
            before, after = clause.text[: match.start()], clause.text[match.end() :]
            denied = bool(_NO_DIFFICULTY_BEFORE.search(before) or _NO_DIFFICULTY_AFTER.match(after))
            if not denied:
                return _quoted(rest, clause, match.start())
    if _TROUBLED.search(rest.folded) and not gives_up(rest.folded):
        for clause in clauses:
            for cause in _CAUSE.finditer(clause.text):
                # The word for a measure folds alike; its first letter tells it where it was typed in full.
                typed = rest.typed(clause.start + cause.start(), clause.start + cause.start() + 1)
                if typed.isascii() and clause.text[cause.end() :].strip():
                    return _quoted(rest, clause, cause.end())
    for clause in clauses:
        if (hindered := _HINDERED.match(clause.text)) and not _NO_DIFFICULTY_BEFORE.search(hindered[1]):
            return _quoted(rest, clause, hindered.start(1))
    if _STANDS.search(rest.folded):
        for clause in clauses:
            if waits := _WAITS.search(clause.text):
                return _quoted(rest, clause, waits.start())
    return None


def _quoted(rest: Sentence, clause: Clause, start: int) -> str | None:
    end = _STOP.search(clause.text, start + 1)
    stop = end.start() if end else len(clause.text)
    return rest.quoted(clause.start + start, clause.start + stop).strip(" :,.-\n") or None
