"""What the demonstration's files say, in figures. They agree with what is said in the scenes."""

GAUGE = "Bến Trúc"

LEVELS = (
    *((6, 7.2), (7, 7.3), (8, 7.5), (9, 7.7), (10, 7.9), (11, 8.1), (12, 8.2)),
    (13, 8.4),
)
"""Hour of the day and metres, as read at the gauge."""

MISHEARD = 9.4
"""What was written down for 13:00 at first."""

FORECAST = ((13, 8.4), (16, 8.7), (19, 9.0), (22, 9.3), (25, 9.5), (28, 9.7), (30, 9.8), (33, 9.7))
"""Hours after midnight and metres, up to the crest at 06:00 and beyond."""

ALERTS = ((9.0, "Báo động 2"), (10.0, "Báo động 3"))
DYKE = 11.5

WARDS = (
    ("Bãi Sậy", 820, 3_050, "Trường tiểu học Bãi Sậy"),
    ("Bến Trúc", 940, 3_480, "Chợ Bến Trúc"),
    ("Cồn Mía", 610, 2_260, "Đình Cồn Mía"),
    ("Đò Hạ", 560, 2_080, "Bến phà Đò Hạ"),
    ("Vạn Chài", 720, 2_690, "Nhà văn hóa Vạn Chài"),
    ("Xóm Lưới", 550, 2_040, "Sân vận động Xóm Lưới"),
)
"""The wards outside the dyke: households, people, and where the bus stops."""


def vietnamese(number: float) -> str:
    """As written in Vietnamese: 15.600; 9,8."""
    return f"{number:,}".translate(str.maketrans(",.", ".,"))
