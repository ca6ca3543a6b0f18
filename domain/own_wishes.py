"""What people wish for themselves, read by classes of words: a code for another app, their accounts, their own data."""

from domain.vietnamese import fold
from domain.word_classes import FILLING, OTHER, POLITE, WordClasses

CODE, ACCOUNTS, NOT_ME = "code", "accounts", "not_me"
SEE, COPY, ERASE, WITHDRAW = "ask", "copy", "erase", "withdraw"

_CLASSES = WordClasses(
    {
        FILLING: f"""{POLITE}; cho; gui; len; nao; di; nua; het; toan bo; tat ca; sach; cac; nhung; gi; ve; cua; tren;
            o; qua; bang; dung; de; de dung; de vao; co quan; he thong; khoi he thong; ben; dc; duoc; khac; moi; nay;
            kia; lai; vao; khoi; trong; ra; rang; yeu cau; de nghi; mong; nho; nt; vay; chua; khong; roi; cap; tao; lay;
            mot; them mot; phuong; xa; bo phan; hien; hien tai; hien nay; nhu the nao;
            the nao; thi lam the nao;
            lam the nao; lam sao; thi lam sao; phai lam sao; dang co;
            la nhung gi; da; dang; se; nhu nao; deu; rieng; dau""",
        OTHER: "ho so; so; ho; so hieu; so ho so",
        "me": "toi; minh; em; e; tui; chau; con; cua toi; cua em; cua minh; cho toi; cho em; cho minh; ve toi; ve em",
        "code": """ma; ma tham gia; ma ket noi; ma lien ket; ma dang nhap; ma moi; ma tham gia moi; cai ma; ma khac;
            ma ca nhan; ma rieng""",
        "app": "zalo; telegram; tele; zalo oa; zalo bot; ung dung; app; tai khoan; kenh; may; dien thoai; thiet bi",
        "join": """ket noi; ket noi them; lien ket; lien ket them; gan them; noi them; them; dung them; dang nhap them;
            tham gia them; dung them tren; them tai khoan""",
        "use": """dang dung; da ket noi; da lien ket; da gan; dang gan; dang ket noi; dang tham gia; da tham gia;
            su dung""",
        "look": "xem; danh sach; liet ke; kiem tra; nao; nhung; biet; bao nhieu; may tai khoan; co nhung",
        "denied": """khong phai toi; ko phai toi; k phai toi; khong phai em; ko phai em; k phai em; k phai e; ko phai e;
            khong phai minh; ko phai minh; k phai minh; khong phai la toi; khong phai do toi; khong phai e""",
        "no": "toi khong; em khong; minh khong; toi ko; em ko; toi chua; em chua; minh chua; toi khong he; em khong he",
        "asked code": "xin ma; xin ma nay; yeu cau ma; yeu cau ma nay; xin ma moi; xin ma tham gia",
        "asked": """yeu cau; yeu cau viec nay; dang ky; dang nhap; them tai khoan nay;
            ket noi tai khoan nay; gan tai khoan nay; lam yeu cau nay""",
        "deed": "lam; lam viec nay; lam viec do; viec nay; ma nay; tai khoan nay",
        "data": """du lieu; thong tin; dl; tt; du lieu ca nhan; thong tin ca nhan; dl ca nhan; tt ca nhan;
            du lieu rieng;
            du lieu gi; thong tin gi; du lieu nao; thong tin nao""",
        "keep": "luu; giu; luu giu; luu tru; luu lai; giu lai; thu thap; nam; nam giu; cho luu; cho giu; viec luu",
        "see": "xem; biet; kiem tra; gom; gom co; gom nhung gi; co nhung gi; co gi; bao lau; o dau; tra cuu",
        "copy": "ban sao; ban copy; mot ban; tai; tai ve; tai xuong; xuat; xuat ra; trich xuat; copy",
        "erase": "xoa; xoa bo; xoa sach; xoa het; xoa di; loai bo; go bo; huy",
        "forget": "quen toi; quen em; quen minh; quen toi di; quen em di",
        "withdraw": """rut; rut lai; thu hoi; rut lai su dong y; rut dong y; thu hoi su dong y; thu hoi dong y;
            huy dong y; khong dong y; ko dong y; k dong y; toi khong dong y; em khong dong y; minh khong dong y;
            toi ko dong y; toi khong con dong y; khong con dong y; khong cho phep; khong dong y nua""",
        "consent": "dong y; su dong y; chap thuan; su chap thuan; cho phep",
    }
)

_DATA = frozenset({"me", "data"})


def own_wish(text: str) -> str:
    """The wish in the words, or empty: every word must belong to it, so that questions and reports are left alone."""
    read = _CLASSES.read(fold(text))
    said = frozenset(read.classes)
    if read.rest or not said:
        return ""
    if said & {"data", "forget", "withdraw", "consent"}:
        return _of_data(said)
    if said <= {"denied", "asked", "asked code", "deed", "me", "code"} and "denied" in said:
        return NOT_ME
    if "no" in said and said <= {"no", "asked", "asked code", "deed"} and said & {"asked", "asked code"}:
        return NOT_ME
    if said <= {"me", "app", "use", "look", "see"} and said >= {"app", "use"} and said & {"me", "look", "see"}:
        return ACCOUNTS
    codes = said & {"code", "asked code"}
    if said <= {"me", "code", "asked code", "app", "join", "look", "use"} and said & {"me", "app", "join"}:
        return CODE if codes or said >= {"app", "join"} else ""
    return ""


def _of_data(said: frozenset[str]) -> str:
    if "forget" in said and said <= {"forget", "me"}:
        return ERASE
    if "withdraw" in said and said <= {"withdraw", "consent", "data", "me", "keep"} and said & {"consent", "keep"}:
        return WITHDRAW
    if not said >= _DATA:
        return ""
    rest = said - _DATA
    if rest == {"erase"}:
        return ERASE
    if rest and rest <= {"copy", "see"} and "copy" in rest:
        return COPY
    return SEE if rest <= {"keep", "see", "look"} else ""
