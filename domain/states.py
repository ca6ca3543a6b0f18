"""The status that a sentence gives a task: done, under way, standing still, not begun, given up."""

import re
from datetime import date

from domain.expectations import AHEAD, VAGUE, expected_in, finished_before
from domain.sentences import Clause, Sentence
from domain.tasks import TaskStatus

_CANCELLED = re.compile(
    r"(?<!chi )(?<!phat )(?<!tieu )(?<!pha )\bhuy\b(?! dong| chuong| hieu| hoai)"
    r"|\b(?:khong|khoi|thoi) (?:phai |can |duoc )?(?:lam|thuc hien|trien khai|to chuc|mo)(?: tiep)? nua\b"
    r"|\bkhoi (?:phai |can )?(?:lam|thuc hien|trien khai)\b"
    r"|\bkhong con (?:phai |can )?(?:lam|thuc hien|trien khai)\b|\bkhong con trong (?:ke hoach|danh muc)\b"
    r"|\b(?:(?:cho|phai|xin|la) dung han|dung thuc hien|dung trien khai|cham dut|bai bo|dinh chi han)\b"
    r"|\b(?:bo|loai|rut|dua|cat) (?:ra )?khoi (?:ke hoach|danh muc|chuong trinh)\b|\b(?:da|duoc|cho) (?:bo|cat"
    r"|rut)\s*(?:$|[,.;])"
    r"|\b(?:cho|duoc) thoi(?: (?:roi|luon|a|nha|nhe))*\s*(?:$|[,.;])|\bthoi khong (?:lam|thuc hien)\b"
    r"|\bbo\W+khong (?:lam|trien khai|thuc hien)\b|\b(?:xin )?bo (?:nhiem vu|luon|han|roi)\b|\bcancel(?:led)?\b"
    r"|\bkhong (?:lam|thuc hien|trien khai) (?:nhiem vu |viec )?(?:nay|do)?\s*(?:theo|do) (?:chi dao|y kien|ket luan)"
)
_STANDS = re.compile(
    r"\b(?:tam (?:dung|ngung|hoan|dinh|gac|treo|thoi dung|dung lai)|dinh tre|be tac|ach tac|dung lai|dinh chi"
    r"|dung thi cong|bi (?:dung|chan|ket cung|tac|treo|dinh)|mac ket|giam chan|dung (?:luon|hinh|banh|yen|im"
    r"|mot cho|tai cho)"
    r"|(?:dang|phai|cho|da) (?:dung|ngung) (?:lai|thi cong|viec|cho)|(?:dang|phai|da|nen) ngung|ngung (?:lai"
    r"|thi cong|tre)"
    r"|gac lai|(?:dang|bi) treo|dam chan)\b"
    r"|\b(?:khong|chua) the (?:tiep tuc|trien khai|thuc hien|lam)\b"
    r"|\bkhong (?:trien khai|thuc hien|lam|tiep tuc|di)(?: tiep)? duoc\b(?! (?:gi|chi|bao nhieu|nhieu))"
    r"|\bchua (?:lam|trien khai|thuc hien) tiep duoc\b|\bchua tiep tuc duoc\b"
)
_NOT_STARTED = re.compile(
    r"\b(?:chua|chua he|van chua)(?: duoc| co| kip| the| dam)? "
    r"(?:lam|trien khai|bat dau|thuc hien|khoi dong|khoi cong|tien hanh|dong den|dong toi|dong tay|dung den"
    r"|dung toi|dung tay"
    r"|bat tay|gi|dau vao dau|nhuc nhich|ro tay|so den|so toi|mo may|den luot|toi luot)\b"
    r"(?!(?: (?!do\b|vi\b)\w+){0,2} (?:xong|het|day du|dut diem|hoan thanh|toan bo|tot|phan|buoc|dong bo"
    r"|triet de|nhieu|tiep|moi"
    r"|them|thay|vuong|kho|phat|tro|dang)\b)"
    r"|\bchua \w+(?: \w+){0,3} nao\b|\bkhong (?:lam|trien khai|thuc hien) duoc (?:gi|chi)\b|\bkhong lam gi\b"
    r"|\bchua(?: a| nha| nhe| em| anh| luon| dau)*\W*$|\bchua toi dau\b|\bcon nguyen\b"
    r"|\bchua (?:den|toi) (?:thoi (?:diem|gian)|luc|giai doan|mua)\b"
    r"|\b(?:sau|toi|nua|\d{4}) (?:moi|se) (?:bat dau|khoi dong|khoi cong|trien khai|thuc hien|lam)\b"
    r"(?! (?:xong|het|duoc|hoan thanh))"
)
_DONE = re.compile(
    r"\b(?:xong|hoan thanh|hoan tat|done|finish(?:ed)?|ket thuc|ve dich)\b"
    r"|\bdau vao day\b|\b(?:nghiem thu|ban giao)(?: xong)? roi\b|\b(?:da|vua)(?: duoc)? (?:(?:ban giao"
    r"|dua) ?(?:va )?(?:dua )?vao (?:su dung|van hanh|hoat dong)|nghiem thu)\b"
    r"|\b(?:da|vua)(?: duoc)? (?:dat|vuot) (?:chi tieu|ke hoach|muc tieu|yeu cau)\b|\bdu chi tieu\b"
)
_NOT_DONE_BEFORE = re.compile(
    r"\b(?:chua|khong (?:the|kip)|sap|gan|co ban|du kien|se|phan dau|co gang|hy vong|mong|de|truoc khi|dang|can|phai|"
    r"cho|quyet tam|hen|kha nang|cam ket|xin|chac|neu|khi nao|bao gio|thang sau|tuan sau|con|la|rang|muon|ngay|lo"
    r"|nho)\b"
    r"(?! cho)[^,;]*$"
)
_NAMES_MEASURE = re.compile(
    r"\b(?:muc do|ty le|ti le|tien do|thoi (?:gian|diem|han)|dieu kien|tinh hinh|viec) (?:da )?$"
)
_ONLY_SO_FAR = re.compile(r"\bmoi(?: chi)?(?: \w+){0,2} $")
_ITS_OBJECT = re.compile(
    r"^ (?!(?:roi|hom|sang|chieu|toi|trua|tuan|thang|ngay|luc|xong|day|nay|vua|a|em|anh|chi|nhe|nha|do|thoi|luon|het"
    r"|toan|nv|nhiem)\b)[a-z]+ [a-z]+"
)
_BUT_DONE = re.compile(r"\b(?:coi nhu|xem nhu|tinh ra|ke nhu|the la|vay la|the la|nhu vay la|co the noi la)(?: da)? $")
_PARTLY = re.compile(
    r"^ ?(?:xuoi |duoc |khoang |hon |gan |tren |moi |tam |chung )*(?:co ban|phan lon|hau het|nhieu|mot so|mot phan"
    r"|duoc|khoang"
    r"|hon|gan|tren|moi|tam|chung|\d+ phan|vai|may|it|(?:toan bo |het |duoc )?(?:phan|buoc|khau|giai doan|du thao"
    r"|ban thao"
    r"|khao sat|dot|hang muc|ban nhap|de cuong|nua|mot nua|doan|cong doan|vong|lan|tho|so bo|du toan|thiet ke"
    r"|thu tuc|phan mong"
    r"|lua chon|dau thau|moi thau)\b|\d|nua\b|\w+ phan \w+"
    r"|(?:het )?(?:tru|chi con|con)\b|(?:mot|hai|ba|bon|nam|sau|bay|tam|chin|muoi) \w+\b)"
)
_LATER_TODAY = re.compile(r"\b(?:chieu nay|toi nay|cuoi ngay|trong ngay|trong hom nay|trong chieu|trong sang)\b")
_EARLY = re.compile(r"^ ?(?:xong )?(?:truoc|som|som hon|vuot|dung)(?: so voi)? (?:thoi )?(?:han|ke hoach|tien do)")
_PAST = re.compile(r"\b(?:da|vua|roi|xong xuoi|hom qua|hom truoc|sang nay|ngay qua|xong het)\b")
_LEFT_TO_DO = re.compile(
    r"\bchi con\b|\b(?:moi )?con (?:moi |phai |cho |thieu |lai |doi |vuong |mot |vai |it |may |khau |buoc "
    r"|phan |viec |\d"
    r"|ky|nghiem|ban)"
    r"|\bchua (?:nghiem thu|ky|ban hanh|duyet|nop|trinh|ban giao|in|quyet toan|thanh toan|duoc ky|duoc duyet"
    r"|duoc phe duyet"
    r"|duoc nghiem thu|dua vao|cong bo|phat hanh|xong|hoan thanh|hoan tat|day du|dat)\b|\bcho (?:ky|duyet"
    r"|nghiem thu|phe duyet|quyet toan|thanh toan)\b"
)
_MOVING = re.compile(
    r"\b(?:dang|moi|da|vua|bat dau|khoi dong|tiep tuc|con cho|cho|cham|trinh|chua xong|chua hoan thanh|chua lam|"
    r"chua thuc hien|gan xong|sap xong|co ban|dung tien do|du kien|se|ra soat|soan|xong|hoan thanh|van the|van vay"
    r"|nhu cu"
    r"|nhu tuan truoc|nhu thang truoc|nhu lan truoc|tang|van|on|thuan loi|duoc|con|kip|tre|do dang|lam|phan lon"
    r"|da so|hau het"
    r"|mot phan|tung buoc|on dinh|binh thuong|bam sat|khong thay doi|sap|chua(?! (?:den|toi) (?:han|ky|luot))"
    r"|tien do (?:tot|kha|dat|dam bao)"
    r"|dam bao|(?:kho khan|vuong mac)\W+khong|khong (?:co |gap |con )?(?:gi )?(?:vuong|kho khan))\b"
)
_AT_WORK = re.compile(
    r"\b(?:dang|van dang|moi|bat dau|tiep tuc) (?:lam|trien khai|thuc hien|tien hanh|xu ly|trinh)\b"
    r"|\b(?:cham|tre|dung) tien do\b|\bdang\b(?! ky| tai| nhap| vien| bo| uy| bai| tin)"
    r"|\b(?:chua xong|chua hoan thanh|chua lam xong|moi duoc|chua dat|gan xong|sap xong)\b"
    r"|\b(?:chua|khong)(?: the| kip)+ (?:hoan thanh|hoan tat|xong)\b"
    r"|\b(?:xong|duoc) (?:duoc )?\d+ [a-z]|\bvan (?:\w+ ){0,3}(?:deu|tot|binh thuong|on)\b|\bkhong (?:co |gap "
    r"|con )?(?:vuong|kho khan)"
)
_EXTENSION = re.compile(
    r"\b(?:gia han|(?:lui|doi|gian|dieu chinh|keo dai) (?:thoi )?(?:han|gian|tien do|thoi diem)|them thoi gian"
    r"|xin (?:cho )?(?:lui|gian|doi|hoan|keo)(?! y)|xin (?:phep )?(?:cho )?(?:em |phong "
    r"|don vi )?(?:duoc )?them (?:thoi gian|\d+|mot|hai|ba"
    r"|bon|nam|vai|may|it)|(?:xin|cho|de nghi) (?:lui|doi|cham) (?:\d+|mot|hai|ba|vai|lai|den|toi|sang|qua|them"
    r"|sau|han)"
    r"|(?:xin|cho)(?: phep)?(?: em| phong| don vi| toi)? khat|khat (?:den|toi|sang|them|qua)"
    r"|noi (?:them )?(?:thoi )?(?:han|gian)|xin (?:em |phong )?(?:nop|bao cao|hoan thanh) (?:cham|tre|muon))\b"
)
_NO_EXTENSION = re.compile(
    r"\b(?:khong|khoi|chua|da duoc|(?<!xin )(?<!mong )(?<!nghi )(?<!muon )duoc) (?:can |phai |xin |duoc |cho )*$"
)


def wants_extension(rest: Sentence) -> bool:
    """True when a later deadline is asked for."""
    return any(not _NO_EXTENSION.search(rest.folded[: match.start()]) for match in _EXTENSION.finditer(rest.folded))


def gives_up(folded: str) -> bool:
    """True when the work is given up, so that a reason is no difficulty of it."""
    return bool(_CANCELLED.search(folded))


def is_at_work(folded: str) -> bool:
    """True when the words tell of work going on."""
    return bool(_AT_WORK.search(folded))


def status_in(rest: Sentence, percent: float | None, obstacle: str | None, today: date) -> TaskStatus | None:
    """The status that the sentence gives; None when it only asks for more time or says nothing of the state.

    A figure decides between done, under way and not begun; without one the words do. A difficulty alone means that
    the work is under way.
    """
    folded = rest.folded
    if gives_up(folded):
        return TaskStatus.CANCELLED
    if percent is not None and percent >= 100:
        return TaskStatus.DONE
    if percent is None and _is_done(rest, today):
        return TaskStatus.DONE
    if _STANDS.search(folded):
        return TaskStatus.BLOCKED
    if percent == 0 or (percent is None and _NOT_STARTED.search(folded)):
        return TaskStatus.NOT_STARTED
    if percent is not None:
        return TaskStatus.IN_PROGRESS
    if wants_extension(rest) and not _AT_WORK.search(folded):
        return None
    return TaskStatus.IN_PROGRESS if obstacle or _MOVING.search(folded) else None


def _is_done(rest: Sentence, today: date) -> bool:
    clauses = list(rest.clauses())
    done = next((at for at, clause in enumerate(clauses) if _says_done(clause, rest, today)), None)
    if done is None:
        return False
    return not any(_LEFT_TO_DO.search(clause.text) for clause in clauses[done:])


def _says_done(clause: Clause, rest: Sentence, today: date) -> bool:
    for match in _DONE.finditer(clause.text):
        before, after = clause.text[: match.start()], clause.text[match.end() :]
        if _EARLY.match(after) and not re.search(rf"\b(?:chua|{AHEAD})\b", before):
            return True
        if _BUT_DONE.search(before):
            return True
        if _NOT_DONE_BEFORE.search(before) or _NAMES_MEASURE.search(before) or VAGUE.search(before):
            continue
        if _PARTLY.match(after) or (_ONLY_SO_FAR.search(before) and _ITS_OBJECT.match(after)):
            continue
        is_past = _PAST.search(clause.text) or finished_before(clause.text, today)
        is_one_of_several = re.match(r" (?:viec|cong tac)\b", after) and re.search(r"\bdang\b", rest.folded)
        if is_one_of_several or (not is_past and _LATER_TODAY.search(clause.text)):
            continue
        is_promised = expected_in(rest.part(clause.start, clause.start + len(clause.text)), today) is not None
        if is_promised and not is_past and not re.search(r"\bhom nay\b", clause.text):
            continue
        return True
    return False
