"""What people wish for themselves, read by classes of words: a code for another app, their accounts, their own data."""

from domain.vietnamese import fold
from domain.word_classes import FILLING, OTHER, POLITE, WordClasses

CODE, ACCOUNTS, NOT_ME = "code", "accounts", "not_me"
SEE, COPY, ERASE, WITHDRAW = "ask", "copy", "erase", "withdraw"

_CLASSES = WordClasses(
    {
        FILLING: f"""{POLITE};
            cho; gui; len; nao; di; nua; het; toan bo; tat ca; sach; cac; nhung; ve; cua; tren; o; qua;
            bang; dung; de; de dung; de vao; co quan; he thong; khoi he thong; ben; dc; duoc; khac; moi;
            nay; kia; lai; vao; khoi; trong; ra; rang; de nghi; mong; nho; nt; vay; chua; khong; roi; cap;
            tao; lay; mot; them mot; phuong; xa; bo phan; hien; hien tai; hien nay; nhu the nao; the nao;
            thi lam the nao; lam the nao; lam sao; thi lam sao; phai lam sao; dang co; da; dang; se;
            nhu nao; deu; rieng; dau; do; day; chinh; co""",
        OTHER: """ho so; so; so hieu; so ho so; dung xoa; dung co xoa; khong xoa; khong duoc xoa; chua xoa;
            khong muon xoa; dung luu; khong luu""",
        "me": "toi; minh; em; e; tui; chau; con; cua toi; cua em; cua minh; cho toi; cho em; cho minh; ve toi; ve em",
        "what": "gi; nhung gi; cai gi; la gi; la nhung gi",
        "code": """ma; ma tham gia; ma ket noi; ma lien ket; ma dang nhap; ma moi; ma tham gia moi; cai ma; ma khac;
            ma ca nhan; ma rieng""",
        "asked code": "xin ma; xin ma nay; yeu cau ma; yeu cau ma nay; xin ma moi; xin ma tham gia",
        "app": "zalo; telegram; tele; zalo oa; zalo bot; ung dung; app; tai khoan; kenh; may; dien thoai; thiet bi",
        "join": """ket noi; ket noi them; ket noi voi; lien ket; lien ket them; lien ket voi; gan them; noi them; them;
            dung them; dang nhap them; tham gia them; dung them tren""",
        "use": """dang dung; da ket noi; da lien ket; da gan; dang gan; dang ket noi; dang tham gia; da tham gia;
            su dung""",
        "look": "xem; danh sach; liet ke; kiem tra; nao; nhung; biet; bao nhieu; may tai khoan; co nhung",
        "denied": """khong phai toi; ko phai toi; k phai toi; khong phai em; ko phai em; k phai em; khong phai e;
            ko phai e; k phai e; khong phai minh; ko phai minh; k phai minh; khong phai la toi; khong phai do toi;
            chang phai toi; khong phai chinh toi; khong phai la em; khong phai la minh""",
        "no": "toi khong; em khong; minh khong; toi ko; em ko; toi chua; em chua; minh chua; toi khong he; em khong he",
        "asked": """yeu cau; yeu cau viec nay; dang ky; dang nhap; them tai khoan nay; ket noi tai khoan nay;
            gan tai khoan nay; lam yeu cau nay""",
        "deed": "lam; lam viec nay; lam viec do; viec nay; ma nay; tai khoan nay; gan",
        "data": """du lieu; thong tin; dl; tt; du lieu ca nhan; thong tin ca nhan; dl ca nhan; tt ca nhan;
            du lieu rieng; du lieu nao; thong tin nao""",
        "keep": "luu; giu; luu giu; luu tru; luu lai; giu lai; thu thap; nam; nam giu; cho luu; cho giu; viec luu",
        "see": "xem; biet; kiem tra; gom; gom co; co nhung gi; co gi; bao lau; o dau; tra cuu",
        "copy": "ban sao; ban copy; mot ban; tai; tai ve; tai xuong; xuat; xuat ra; trich xuat; copy",
        "erase": "xoa; xoa bo; xoa sach; xoa het; xoa di; loai bo; go bo; huy",
        "forget": "quen toi; quen em; quen minh; quen toi di; quen em di",
        "refuse": """khong dong y; ko dong y; k dong y; toi khong dong y; em khong dong y; minh khong dong y;
            toi ko dong y; toi khong con dong y; khong con dong y; khong cho phep; khong dong y nua""",
        "take back": """rut su dong y; rut dong y; rut lai su dong y; rut lai dong y; thu hoi su dong y; thu hoi dong y;
            huy dong y; huy bo dong y; rut su chap thuan; rut lai su chap thuan; thu hoi su chap thuan""",
    }
)

_AROUND = frozenset({"asked", "what"})
"""Words around a wish about data that change nothing in it."""


def own_wish(text: str) -> str:
    """The wish in the words, or empty: every word must belong to it, so that questions and reports are left alone."""
    read = _CLASSES.read(fold(text))
    said = frozenset(read.classes)
    if read.rest or not said:
        return ""
    return _of_data(said) or _of_accounts(said)


def _of_data(said: frozenset[str]) -> str:
    rest = said - _AROUND - {"me", "data"}
    if "me" not in said and rest != {"take back"}:
        return ERASE if rest == {"forget"} and "data" not in said else ""
    if rest == {"forget"}:
        return ERASE
    if ("take back" in rest and rest <= {"take back", "keep"}) or rest == {"refuse", "keep"}:
        return WITHDRAW
    if "data" not in said:
        return SEE if rest == {"keep"} and "what" in said else ""
    if rest == {"erase"}:
        return ERASE
    if "copy" in rest and rest <= {"copy", "see"}:
        return COPY
    return SEE if rest <= {"keep", "see", "look"} else ""


def _of_accounts(said: frozenset[str]) -> str:
    codes = said & {"code", "asked code"}
    if "denied" in said and said <= {"denied", "asked", "asked code", "deed", "me", "code"}:
        return NOT_ME
    if "no" in said and said <= {"no", "asked", "asked code", "deed"} and said & {"asked", "asked code"}:
        return NOT_ME
    if said >= {"app", "use"} and said <= {"me", "app", "use", "look", "see"} and said & {"me", "look", "see"}:
        return ACCOUNTS
    if said <= {"me", "code", "asked code", "app", "join", "look", "use"} and (codes and said & {"me", "app", "join"}):
        return CODE
    return CODE if said >= {"app", "join"} and said <= {"me", "app", "join", "look", "use"} else ""
