"""The demonstration's tables and notes."""

import csv
import io
from collections.abc import Iterable

from hub.demo.files.figures import GAUGE, LEVELS, MISHEARD, WARDS, vietnamese


def levels_misheard() -> bytes:
    """The readings with the figure that is corrected in the scene."""
    return _levels([*LEVELS[:-1], (LEVELS[-1][0], MISHEARD)])


def levels() -> bytes:
    """The readings of the river, hour by hour."""
    return _levels(LEVELS)


def timetable() -> bytes:
    """Where the buses leave from; two stops are mixed up, and it is withdrawn for that."""
    stops = [stop for _, _, _, stop in WARDS]
    stops[0], stops[4] = stops[4], stops[0]
    head = ("Phường", "Điểm đón", "Chuyến đầu", "Chuyến cuối", "Cách nhau")
    rows = [
        (ward[0], stop, "15:00", "19:00", "15 phút")
        for ward, stop in zip(WARDS, stops, strict=True)
    ]
    return _table([head, *rows])


def contacts() -> bytes:
    """Whom the press turns to; for the press only."""
    return _CONTACTS.encode()


def _levels(rows: Iterable[tuple[int, float]]) -> bytes:
    head = ("Trạm", "Giờ", "Mực nước (m)")
    return _table([head, *((GAUGE, f"{hour:02}:00", vietnamese(metres)) for hour, metres in rows)])


def _table(rows: Iterable[tuple[str, ...]]) -> bytes:
    out = io.StringIO()
    csv.writer(out, delimiter=";", lineterminator="\n").writerows(rows)
    # With the mark that makes spreadsheets read it as UTF-8.
    return out.getvalue().encode("utf-8-sig")


_CONTACTS = """\
Đầu mối báo chí trong đêm bão số 11

Thành phố: Văn phòng Ủy ban thành phố, phòng 204, trực suốt đêm
Đê điều và mực nước: Văn phòng Phòng, chống lụt bão, tại hội trường này
Trường học và điểm sơ tán: Sở Giáo dục và Đào tạo, trực đến 22 giờ
Cầu, đường, xe buýt: Sở Giao thông vận tải, trực suốt đêm

Muốn ghi hình tại điểm sơ tán: đăng ký tại bàn báo chí trước 17 giờ. Không quay trẻ em khi chưa
có người lớn đi cùng đồng ý.
"""
