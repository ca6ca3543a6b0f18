"""The words of which questions to the register are made, each with the letter that rules read."""

_DOING = r"(?:lam|thuc hien|trien khai|xu ly|giai quyet|tien hanh|chay|di)"
_TO = r"(?:toi|den|dc toi|duoc den|duoc toi)"
_NOW = r"(?: roi| ri| r| rui)?"
LEXICON: tuple[tuple[str, str], ...] = (
    # Units and people by themselves.
    ("o", r"(?:phong|don vi|ban|co quan|bo phan|to|ben) (?:cua )?(?:toi|minh|em|tui|chung toi|chung minh|ta)"),
    ("O", r"cua (?:toi|minh|em|tui|chung toi|chau)|(?:toi|minh|em|tui)(?= (?:con|dang|co|bi|phai|can|no|duoc) )"),
    (
        "A",
        r"nhung ai|co ai|ai|(?:nhung )?"
        r"(?:nguoi|can bo|chuyen vien|dong chi|cong chuc|anh chi|anh em|ong|nhan vien) nao",
    ),
    (
        "U",
        r"(?:nhung |cac )?(?:don vi|phong ban|phong|co quan|bo phan|ban nganh|ban|to chuc|khoi) nao"
        r"|(?:cac |nhung )(?:don vi|phong ban|phong)|don vi|phong ban|theo (?:don vi|phong ban)",
    ),
    # What is asked.
    ("=", r"so (?:voi|sanh)(?: voi)?|(?:tang|giam|hon|kem) so voi|co gi khac(?: so)? voi|thay doi (?:gi )?so voi"),
    ("S", r"(?:sap|gan)(?: den| toi| het)?(?: han| ky han| deadline)"),
    (
        "L",
        r"(?:bi |dang |cham |muon )*(?:qua thoi han|qua ky han|qua han|tre han|cham han|lo han|qua deadline"
        r"|tre deadline|tre hen"
        r"|cham tre|tre nai|cham tien do|tre tien do|cham ke hoach|tre ke hoach|khong dung han|chua dung han"
        r"|muon han|cham muon|khong kip(?: han| tien do)?|cham(?! nhat \S)"
        r"|tre(?! (?:em|con|nho|tho|tuoi|so sinh)))(?: nhat| nhieu nhat)?",
    ),
    (
        "D",
        r"(?:den|toi|het|dao) (?:han|ky|ky han|deadline|han chot)|deadline|han chot|han|(?:can|phai) "
        r"(?:lam xong|xong|nop|hoan thanh|lam|bao cao|thuc hien|hoan tat|giai quyet|trinh)",
    ),
    ("J", r"chua (?:bat dau|trien khai|thuc hien|lam|dong|khoi dong|trien khai gi|dung toi|dung den)(?! xong)"),
    (
        "H",
        rf"(?:da |dang )*(?:{_DOING} )?{_TO} "
        rf"(?:dau|mo|muc nao|giai doan nao|khau nao|buoc nao|chung nao|chung mo){_NOW}"
        rf"|(?:lam an |{_DOING} )?(?:ra sao|the nao|nhu the nao|nhu nao|ntn|rang|sao) (?:roi|ri|r|rui)"
        rf"|(?:da )?(?:{_DOING} )?(?:xong|hoan thanh|hoan tat|done)(?: het)? chua"
        rf"|(?:da )?(?:duoc |dat |{_DOING} )*(?:bao nhieu|may) (?:phan tram|%){_NOW}",
    ),
    ("h", rf"(?:{_DOING} )?(?:the nao|ra sao|nhu the nao|nhu nao|ntn|rang|sao)"),
    ("R", r"(?:gui |nop |co )?(?:bao cao|cap nhat)(?: tien do| ket qua| so lieu)?|bctd|len bao cao"),
    (
        "B",
        r"(?:bi |dang |gap )*(?:vuong mac|vuong|kho khan|ach tac|tac nghen|tac|ket|can tro|tro ngai)",
    ),
    ("G", r"(?:tien do|tinh hinh|ket qua)(?: (?:thuc hien|trien khai|xu ly|cong viec|thuc te))?"),
    ("M", r"tong quan|toan canh|buc tranh chung|tong the|chung"),
    ("K", r"(?:da )?(?:xong|hoan thanh|hoan tat|ket thuc)(?: roi)?"),
    ("V", r"(?:con )?dang (?:duoc )?(?:lam|thuc hien|trien khai|xu ly|do dang)|(?:con )?do dang"),
    ("I", r"phu trach|dam nhiem|nhan|lam|om|theo doi"),
    ("!", r"chua(?: chiu| thay| he| co| duoc)*|khong(?: chiu| thay| he| co| duoc)*|con thieu|thieu|con no|no"),
    ("T", r"(?:cac |nhung |so )?(?:cong viec|nhiem vu|dau viec|dau muc|viec|nv|task|phan viec)"),
    ("Q", r"(?:co |con )?(?:bao nhieu|may(?= (?:viec|nhiem|dau|cong|phan|don|nguoi|cai)))"),
    ("W", r"nao|gi|nhung gi|cai nao|cai gi|cho nao|nhung cai nao"),
    # What only names whose it is.
    ("Y", r"anh|chi|ong|ba|co|chu|bac|dong chi|d/c|dc|sep"),
    ("C", r"cua|ben|thuoc|o|tai|do"),
    (
        "F",
        r"van phong|phong|ban|trung tam|cong an|tram|doan|hoi|mat tran|uy ban|bo phan|doi|truong|to|thanh tra|xa doi",
    ),
    # What is said and means nothing here.
    (
        "p",
        r"bao cao (?:cho )?(?:toi|anh|chi|em)(?= (?:cac|nhung|viec|nhiem|danh))"
        r"|cho (?:toi|em|minh|anh|chi|tui) (?:hoi|xem|biet|coi)|cho (?:hoi|xem|biet|coi)"
        r"|(?:xem|coi|kiem tra|check)(?: lai)?"
        r"(?: giup| ho| giup toi| giup em| giup minh| giup anh| giup chi)?|liet ke|danh sach|thong ke|loc|bot oi|em oi"
        r"|ad oi|ban oi|oi|bot|giup (?:toi|em|minh|anh|chi)|hien nay|hien tai|bay gio|luc nay|den (?:nay|hien tai"
        r"|thoi diem nay|gio)|tinh den (?:nay|hom nay|gio)"
        r"|(?:a|ah|vay|the|nhi|nhe|nha|voi|di|ha|ta|day|roi|do|u|hen|hi)"
        r"|hien|con lai|toan (?:phuong|xa|co quan)|trong (?:phuong|xa|co quan|ky|don vi)|ca (?:phuong|xa|co quan)"
        r"|khong (?=$)|khong$|phai khong|la|thi|muon (?:hoi|biet|xem)|(?:toi|em|minh|anh|chi) (?:muon|can) "
        r"(?:hoi|biet|xem)",
    ),
    ("e", r"co|con|dang|bi|da|duoc|thi|nhung|cac|ma|va|van|moi|them|nua|trong|vao|ve|cho|het|tat ca|moi|se|ky"),
)
"""Phrases in folded letters with the letter that rules know them by; of several that fit, the longest is meant."""
