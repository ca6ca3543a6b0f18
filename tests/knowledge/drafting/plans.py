"""Invented plans in the shapes in which plans come: clean and damaged, their tables ruled, stacked and torn."""

from domain.tasks import Task
from knowledge.drafting import draft_register
from knowledge.outline import outline
from knowledge.reading import of_pages

HEAD = """ỦY BAN NHÂN DÂN
PHƯỜNG BẾN MƠ
CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM
Độc lập - Tự do - Hạnh phúc
Số: 27/KH-UBND
Bến Mơ, ngày 12 tháng 02 năm 2026
KẾ HOẠCH
Chỉnh trang bờ kênh và số hóa hồ sơ hộ tịch năm 2026
Ủy ban nhân dân phường Bến Mơ ban hành Kế hoạch với các nội dung sau:
"""

GRID = (
    HEAD
    + """PHỤ LỤC PHÂN CÔNG NHIỆM VỤ
| STT | Nội dung nhiệm vụ | Đơn vị chủ trì | Đơn vị phối hợp | Thời gian hoàn thành | Sản phẩm |
|---|---|---|---|---|---|
| I | Chỉnh trang bờ kênh | | | | |
| 1 | Kè lại 800 m bờ kênh Lò Gạch | Phòng Kinh tế, Hạ tầng và Đô thị | Công an phường | Quý III/2026 | Biên bản |
| 2 | Trồng 400 cây bóng mát dọc bờ kênh | Đoàn Thanh niên phường | Các khu phố | Trước ngày 30/6/2026 | |
| II | Số hóa hồ sơ hộ tịch | | | | |
| 3 | Quét và nhập 12.000 hồ sơ hộ tịch | Văn phòng HĐND và UBND | Phòng VH-XH | Hằng quý | Cơ sở dữ liệu |
"""
)

STACKED = (
    HEAD
    + """PHỤ LỤC
DANH MỤC NHIỆM VỤ
(Kèm theo Kế hoạch số 27/KH-UBND)
TT
Nội dung nhiệm vụ
Cơ quan chủ trì
Cơ quan phối hợp
Thời gian hoàn thành
Sản phẩm
I
CHỈNH TRANG BỜ KÊNH
1
Khảo sát hiện trạng các đoạn kè bị sạt lở
Phòng Kinh tế
Công an phường
Trước ngày 31/3/2026
Báo cáo khảo sát
2
Dọn rác và khơi thông dòng chảy trên kênh
Các khu phố
Đoàn Thanh niên phường
Thường xuyên
II
SỐ HÓA HỒ SƠ HỘ TỊCH
1
Mua hai máy quét tốc độ cao
Văn phòng UBND phường
Phòng Kinh tế
Tháng 5/2026
Hợp đồng mua sắm
2
Tập huấn nhập liệu cho công chức tư pháp - hộ tịch
Phòng Văn hóa - Xã hội
Sở Tư pháp
Quý II/2026
"""
)

TORN = """UY BAN NHAN DAN
PHUONG BEN MO
So: 27/KH-UBND            Bén Mo, ngay 12 thang 02 nim 2026
KE HOACH
Chinh trang bo kénh va s6 hoa h6 so hg tich nam 2026
Uy ban nhan dan phuong Bén Mo ban hanh Ké hoach v6i cac ndi dung sau:
I. MUC TIEU
Trién khai thuc hién d6ng bg cac nhiém vu chuyén doi s6 trén dia ban phuong, nang cao hiéu qua quan ly nha nudc
va chat lugng phuc vu nguoi dan, doanh nghiép; bao dam an toan thong tin, an ninh mang trong cac co quan.
PHU LUC: PHAN CONG NHIEM VU
STT Noi dung nhiém vu Don vi chi tri Don vi phéi hop Thoi gian hoan thanh
1. | Xay dung ké hoach ra soat, s6 hoa toan bd hd so luu trit | Van phong UBND phuong | Phong Van hoa Quy II/2026
ctia co quan, don vi va bao cao két qua v6i Uy ban nhan dan va Xa hgi
2. | Tuyén truyén, hudng dan nguoi dan su dung dich vu cong | Doan Thanh nién phuong Cong an phuong Thuong xuyén
truc tuyén ngay tai nha
3. | T6 chirc tap hudn ky nang s6 cho can bd, cong chirc va | Phong Van hoa va Xa | Sé Khoa hoc va Thang 9/2026
To cong nghé s6 cong dong hoi Cong nghé
4. | Ra soat, nang cap duong truyén Internet va thiét bi mang | Phong Kinh té Van phong UBND Hing nam
tai tru s6 lam viéc phuong
"""

BLOCKS = (
    HEAD
    + """I. MỤC ĐÍCH
Làm cho bờ kênh sạch và hồ sơ dễ tra cứu.
II. NỘI DUNG
1. Chỉnh trang bờ kênh
1.1. Kè lại các đoạn sạt lở trên kênh Lò Gạch
- Đơn vị chủ trì: Phòng Kinh tế, Hạ tầng và Đô thị.
- Đơn vị phối hợp: Công an phường; các khu phố.
- Thời gian thực hiện: Hoàn thành trước ngày 30/9/2026.
- Sản phẩm: Biên bản nghiệm thu công trình.
1.2. Trồng cây bóng mát
a) Nội dung: Trồng và chăm sóc 400 cây dọc hai bờ kênh.
b) Cơ quan thực hiện: Đoàn Thanh niên phường chủ trì, phối hợp với các khu phố tổ chức trồng cây.
c) Thời gian thực hiện: Thường xuyên.
2. Số hóa hồ sơ
- Quét sổ hộ tịch đang lưu giữ. Đơn vị chủ trì: Văn phòng HĐND và UBND; thời gian: Quý III/2026.
3. Kinh phí
Ngân sách phường bảo đảm kinh phí cho các nội dung trên.
"""
)

DUTIES = (
    HEAD
    + """I. YÊU CẦU
- Các đơn vị thực hiện nghiêm túc, hiệu quả.
II. GIẢI PHÁP
- Giao Phòng Văn hóa - Xã hội chủ trì, phối hợp với Công an phường mở 5 lớp học bơi, xong trước ngày 15/7/2026.
- Tuyên truyền bằng nhiều hình thức phù hợp với từng nhóm dân cư.
III. TỔ CHỨC THỰC HIỆN
1. Văn phòng HĐND và UBND:
- Tham mưu ban hành quy chế quản lý hồ sơ số trước ngày 30/4/2026.
- Phối hợp với các đơn vị thực hiện tốt công tác tuyên truyền.
- Tổng hợp tình hình, báo cáo Chủ tịch UBND phường trước ngày 20 hằng tháng.
2. Phòng Kinh tế, Hạ tầng và Đô thị chịu trách nhiệm lập dự toán, trình phê duyệt trong tháng 3/2026.
3. Trung tâm Phục vụ hành chính công
Bố trí một quầy hỗ trợ người dân nộp hồ sơ trực tuyến tại tầng một.
4. Căn cứ Kế hoạch này, các khu phố xây dựng lịch dọn kênh của mình.
Trên đây là Kế hoạch chỉnh trang bờ kênh năm 2026, đề nghị các đơn vị thực hiện nghiêm túc.
Nơi nhận:
- Lưu: VT.
"""
)

NO_TASKS = (
    HEAD
    + """I. CHỈ TIÊU
| STT | Chỉ tiêu | Năm 2026 | Năm 2027 | Cơ quan chủ trì theo dõi |
|---|---|---|---|---|
| 1 | Tỷ lệ hồ sơ được số hóa | 40% | 80% | Văn phòng |
| 2 | Tỷ lệ hộ thu gom rác tại nhà | 85% | 95% | Phòng Kinh tế |
II. KINH PHÍ
| STT | Nội dung chi | Đơn giá | Thành tiền |
|---|---|---|---|
| 1 | Mua cây giống | 20.000 | 8.000.000 |
| 2 | Thuê xe múc | 900.000 | 9.000.000 |
III. THÔNG TIN
- Kế hoạch gửi các đơn vị để biết.
"""
)


def tasks_of(text: str) -> list[Task]:
    """The tasks drafted from a plan of one page."""
    read = of_pages([text])
    return list(draft_register(read, outline(read)).tasks)


def numbered(text: str) -> dict[str, Task]:
    """The tasks drafted from a plan by number."""
    return {task.number: task for task in tasks_of(text)}
