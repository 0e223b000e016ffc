"""Who speaks in the demonstration. Nobody of these names holds these offices."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Speaker:
    """A speaker with function and department, in the briefing's own language."""

    name: str
    function: str
    department: str


KHANH = Speaker("Vũ Thị Mai Khanh", "Người phát ngôn của thành phố", "Văn phòng Ủy ban thành phố")
LOC = Speaker("Phan Đình Lộc", "Chánh văn phòng", "Văn phòng Phòng, chống lụt bão")
HANG = Speaker("Trịnh Thu Hằng", "Giám đốc", "Sở Giáo dục và Đào tạo")
HUNG = Speaker("Đặng Quốc Hưng", "Phó giám đốc", "Sở Giao thông vận tải")
