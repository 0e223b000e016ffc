"""Who speaks and who asks in the demonstration. Nobody of these names holds these offices, and
no outlet is called so."""

from dataclasses import dataclass

from hub.domain.person import Category
from hub.replay.room import Journalist


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

VY = Journalist("Nguyễn Khánh Vy", "Báo Sông Hồng Mới", Category.LOCAL, shares=True)
PHUC = Journalist("Lê Hoàng Phúc", "Báo Sông Hồng Mới", Category.LOCAL, shares=True)
YEN = Journalist("Mạc Hải Yến", "Đài Tiếng nói Hải Lam", Category.LOCAL)
MINH = Journalist("Trương Nhật Minh", "Hãng tin Sao Mai", Category.CENTRAL)
NHI = Journalist("Bùi Thảo Nhi", "Kênh Bình Minh", Category.CENTRAL)
CLAIRE = Journalist("Claire Aubryet", "Agence Méridien", Category.FOREIGN)
DANIEL = Journalist("Daniel Okaforte", "Delta Wire", Category.FOREIGN)

ROOM = (VY, PHUC, YEN, MINH, NHI, CLAIRE, DANIEL)
