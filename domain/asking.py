"""What reports nothing: questions, demands, orders to others, hopes, chat, complaints, figures of others."""

import re
from collections.abc import Iterator

from domain.sentences import Clause, Sentence

_END = r"(?: (?:a|ah|nhi|vay|the|em|anh|chi|ban|bot|nha|nhe|ha|ta|day|ne|hen|co|chu|bac|sep|rua|ri|he|oi|voi))*\W*$"
_ASKS = re.compile(
    rf"\?"
    rf"|(?<!khong duoc )(?<!chua duoc )"
    r"(?<!chua lam duoc )(?<!khong lam duoc )(?<!chua )(?<!khong )(?<!duoc it )\bbao nhieu\b"
    rf"|\b(?:bao gio|bao lau|khi nao|the nao|lam sao|ra sao|tai sao|vi sao|sao chua|la sao|nhu nao|may gio|chung nao"
    rf"|hoi nao|luc nao|ngay may|thi sao|sao roi|sao vay|ngang dau)\b"
    rf"|(?<!chua )(?<!khong )\b(?:den|toi|o|ve|do|vi) dau\b(?! vao| nam| thang| tuan| quy| mua)|\b(?:phai khong"
    rf"|dung khong|co phai|duoc chua|dung chua)\b"
    rf"|\b(?:dat|duoc|con|xong|la) may (?:%|phan tram|nhiem vu|viec|ngay|nguoi)\b|\bmay (?:%|phan tram|nhiem vu)"
    rf"|(?<!chua don vi )(?<!khong )(?<!bat ky )(?<!mot )\b(?:don vi|nhiem vu|viec|phong|nguoi|cai|ngay|thang|ke hoach"
    rf"|van ban|nhung viec|muc) nao\b"
    rf"|\b(?:xong|hoan thanh|roi|lam|trien khai|bao cao|nop|thuc hien|duoc|han|co|gi) (?:xong )?chua{_END}"
    rf"|(?:%|\b(?:xong|dat|duoc|nua|lam|nop|trinh|ky|trien khai|hoan thanh|bao cao|ban hanh)\b).*"
    rf"(?<!thi )(?<!van )(?<!cung )(?<!con )(?<!deu )\bchua(?! co\W*$){_END}"
    rf"|(?<!: )(?<!:)(?<!co )(?<!vuong mac )(?<!kho khan )(?<!thi )\bkhong{_END}"
    rf"|\bco \S+(?: \S+){{0,5}} khong{_END}|\b(?:ha|hay sao|hay chua|phai hong|dung hong){_END}"
)
_STARTS_ASKING = re.compile(
    r"^\W*(?:(?:bot|oi|em|anh|chi|ban|a|da|the|cho|hoi|chut|xin) )*(?:sao|vi sao|co phai|lieu|dau|khi nao|cho hoi"
    r"|hoi)\b"
    r"(?! (?:khi|luc))"
    r"|^\W*(?:muc do|tinh hinh|tien do)(?: hoan thanh| thuc hien| trien khai)?(?:(?: cua)? (?:nhiem vu"
    r"|nv)[\s\d.]*)?[\s?!.]*$"
)
_WHO = re.compile(
    r"(?<!ung dung )(?<!nhan tao )(?<!cong cu )(?<!tro ly )(?<!he thong )(?<!su dung )(?<!khong )(?<!chua )"
    r"(?<!tri tue )"
    r"(?<!phan mem )(?<!cong nghe )(?<!dung )\bai\b(?! (?:dat|vao|cho|trong|de|ho tro|da|duoc|moi|xong)\b)"
)
_WHAT = re.compile(r"\b(?:gi|nhung gi)\b")
_WHICH = re.compile(rf"\b(?!the |khi |luc )\w+ nao{_END}")
_ANY = re.compile(r"\b(?:chua|khong|bat (?:ky|cu))\b")
_DENIES = re.compile(r"\b(?:chua|khong|co)\b")
_DEMANDS = re.compile(
    r"^\W*(?:(?:bot|oi|em|anh|chi|ban|ad|xin|vui long|lam on|nho|hay|giup"
    r"|cho(?! (?:huong dan|giao|chuyen|noi dung|kiem tra|phan cong|tong hop)\b)|toi|minh|muon|can|duoc|a|phien|da) )*"
    r"(?:xem|hoi|biet|liet ke|danh sach|tim|tra cuu|nhac|huong dan|in ra|xuat|thong ke|giai thich|tom tat"
    r"|kiem tra|mo|hien thi|gui (?:cho )?(?:toi|em|minh|anh|chi)|chi tiet|noi dung|so sanh|theo doi|viec cua"
    r"|gap(?! (?:kho|vuong|tro|su co|loi|van de)\b)"
    r"|tong hop|lap giup|giao|chuyen|phan cong|gan cho)\b"
    r"(?! (?:duoc|lop|xong|roi))"
)
_ORDERS = re.compile(
    r"\b(?:phai|yeu cau|de nghi|can|khan truong|hay|nho|giao|chi dao|don doc|nhac|rang|lo|tranh thu|tap trung)\b.{0,60}"
    r"\b(?:hoan thanh|xong|bao cao|trien khai|thuc hien|lam|cap nhat|nop|gui|dat)\b"
)
_TO_OTHERS = re.compile(
    r"^\W*(?:da |a |thua )?(?:(?:anh|chi|em|dong chi) \w+ )?(?:de nghi|yeu cau|nhac|giuc|hoi thuc|don doc|giao"
    r"|chi dao|nho) "
    r"(?!gia han|lui|cho|them|so |huyen|tinh|ubnd|uy ban|cap tren|tang|bo sung|duoc|xem xet)"
    r"|^\W*(?:cac (?:phong|don vi|dong chi|anh|ban|em)|anh chi em|moi nguoi|ca phong|phong minh|toan the)\b.{0,20}"
    r"\b(?:phai|nho|hay|can|rang|lo|tranh thu|khan truong|tap trung|co gang)\b"
)
_HOPES = re.compile(
    r"\b(?:hy vong|hi vong|mong|uoc(?! dat| tinh| khoang| chung| thuc| duoc| tren| hon| \\d)|gia nhu|gia ma|gia co"
    r"|chuc(?! nang| vu| danh| hoi)|neu|gia su|lieu|cau cho|cau mong)\b"
)
_IMAGINES = re.compile(r"^\W*(?:neu|gia|uoc|lieu|gia su|chuc|cau)\b|\bneu\b.*\bthi\b")
_STRIVES = re.compile(r"\b(?:phan dau|co gang|quyet tam|rang)\b")
_OF_PLANS = re.compile(r"\b(?:muc tieu|chi tieu|ty le|ti le|theo quy dinh|theo ke hoach)\b")
_OTHERS = re.compile(
    r"\b(?:(?:phuong|xa|huyen|quan|tinh|thanh pho|so|phong) (?:ben(?! toi| em| minh)|ban|khac)|ben (?:phuong|xa"
    r"|phong|kia|ho)"
    r"|ca nuoc|toan (?:quoc|tinh|huyen)|(?:tinh|so|bo|huyen|trung uong|chinh phu|thu tuong|bao) (?:cong bo|yeu cau"
    r"|giao|bao cao"
    r"|noi|quy dinh|dua tin|thong bao|danh gia)|ho (?:xong|dat|duoc|lam|bao)|nghe (?:noi|dau|don)|theo (?:bao|tin"
    r"|so lieu)"
    r"|cung ky|nam ngoai|nam kia)\b"
)
_CHAT = re.compile(
    r"\b(?:nghi phep|xin nghi|di hop|hop giao ban|cuoc hop|di tap huan|di cong tac|so dien thoai|sinh nhat|an trua|cafe"
    r"|ca phe|mat khau|dang nhap|ma otp|lich hop|giay moi|hoi y\b)"
)
_COMPLAINS = re.compile(
    r"\b(?:nha (?:toi|em|minh|chung toi)|khu toi|xom toi|hem (?:toi|nha)|gia dinh (?:toi|em)|ba con (?:toi|chung toi)"
    r"|(?:duong|hem|cong|cau|den duong|via he|o ga|nuoc|dien|rac) .{0,40}(?:hong|hu|ngap|hoi|thoi|o nhiem|chua ai"
    r"|khong ai"
    r"|tac|ket|mat|chay|nghet|be|sut lun)|phan anh|kien nghi|to cao|khieu nai|buc xuc|hang xom|karaoke|on ao"
    r"|chua ai|khong ai"
    r"|(?:toi|em|minh|nha toi|con toi) (?:da )?(?:nop|gui|lam) (?:ho so|don|giay|to khai)"
    r"|(?<!vuong )(?<!mac )(?<!ket )(?<!cho )thu tuc|lam (?:khai sinh"
    r"|can cuoc"
    r"|giay|ho chieu)|cap (?:can cuoc|giay|so)|dang ky (?:tam|thuong|ket|khai|kinh|xe))\b"
)
_TAG = re.compile(
    r"^\W*(?:da |the |vay |nhu vay |co )?(?:dung|phai|duoc|on|chua|khong|chac|that|ha|nhi|sao|ok)(?: \w+){0,2}\W*$"
)


def is_question(clause: str, said: str = "") -> bool:
    """True when folded words ask for something or demand to be shown it. `said` is the same as it was typed."""
    if _ASKS.search(clause) or _DEMANDS.match(clause) or _STARTS_ASKING.match(clause):
        return True
    # "AI" in capitals among small letters is artificial intelligence, and the same letters ask who.
    shouted = said.upper() == said
    if any(shouted or said[match.start() : match.end()] != "AI" for match in _WHO.finditer(clause)):
        return True
    if any(not _ANY.search(clause[: match.start()]) for match in _WHICH.finditer(clause)):
        return True
    return any(not _DENIES.search(clause[: match.start()]) for match in _WHAT.finditer(clause))


def without_questions(whole: Sentence) -> Sentence | None:
    """The message without the questions it also asks; None when all of it, or the point of it, is a question."""
    asked = list(_questions(whole))
    if not asked:
        return whole
    rest = whole
    for clause in asked:
        if _TAG.match(clause.text):
            return None
        rest = rest.without(clause.start, clause.start + len(clause.text))
    return rest if re.search(r"[a-z]", rest.folded) else None


def _questions(whole: Sentence) -> Iterator[Clause]:
    for clause in whole.clauses():
        end = clause.start + len(clause.text)
        text = clause.text + whole.folded[end : end + 1].replace("\n", "").replace(";", "").replace(",", "")
        if is_question(text, whole.typed(clause.start, end)):
            yield clause


def orders(folded: str) -> bool:
    """True when the words tell somebody to do something."""
    return bool(_ORDERS.search(folded))


def is_to_others(folded: str) -> bool:
    """True when the words open as a word to others who are to do or report something."""
    return bool(_TO_OTHERS.match(folded))


def hopes(folded: str) -> bool:
    """True when something is wished for or imagined."""
    return bool(_HOPES.search(folded))


def imagines(folded: str) -> bool:
    """True when it is all said under a condition or as a good wish."""
    return bool(_IMAGINES.search(folded))


def strives(folded: str) -> bool:
    """True when something is promised as an effort."""
    return bool(_STRIVES.search(folded))


def is_of_plans(folded: str) -> bool:
    """True when the words speak of what is wanted of a plan, not of work."""
    return bool(_OF_PLANS.search(folded))


def is_of_others(folded: str) -> bool:
    """True when the words quote what others did or said."""
    return bool(_OTHERS.search(folded))


def is_no_work(folded: str) -> bool:
    """True for chat about meetings and holidays, and for what citizens ask and complain of."""
    return bool(_CHAT.search(folded) or _COMPLAINS.search(folded))
