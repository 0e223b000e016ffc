"""What is handed in and dropped meanwhile: readings of the river and their second version, whom
the press turns to, the plan of the evacuation, a timetable that is withdrawn, and a picture."""

from hub.demo.files.chart import chart
from hub.demo.files.plan import plan
from hub.demo.files.tables import contacts, levels, levels_misheard, timetable
from hub.replay.acts import Act, Drop, HandIn, TakeBack

ACTS: tuple[Act, ...] = (
    HandIn(
        at=4,
        key="d-contacts",
        name="dau-moi-bao-chi.txt",
        read=contacts,
        language="vi",
        titles={
            "vi": "Đầu mối báo chí trong đêm bão",
            "en": "Whom the press turns to tonight",
            "fr": "Les contacts de la presse pour la nuit",
        },
        public=False,
    ),
    Drop(at=23, key="d-contacts"),
    HandIn(
        at=34,
        key="d-levels",
        name="muc-nuoc-song-truc.csv",
        read=levels_misheard,
        language="vi",
        titles={
            "vi": "Mực nước sông Trúc tại trạm Bến Trúc",
            "en": "Levels of the river Trúc at the Bến Trúc gauge",
            "fr": "Niveaux du Trúc à la station de Bến Trúc",
        },
        descriptions={
            "vi": "Đo từng giờ, từ 6 giờ đến 13 giờ hôm nay, tính bằng mét.",
            "en": "Read every hour from 06:00 to 13:00 today, in metres.",
            "fr": "Relevés horaires de 6\u00a0h à 13\u00a0h aujourd’hui, en mètres.",
        },
    ),
    Drop(at=56, key="d-levels"),
    HandIn(
        at=72, key="d-levels", name="muc-nuoc-song-truc.csv", read=levels, language="vi", newer=True
    ),
    Drop(at=77, key="d-levels", note="Mực nước lúc 13 giờ là 8,4 mét, không phải 9,4 mét."),
    HandIn(
        at=121,
        key="d-plan",
        name="ban-do-so-tan.pdf",
        read=plan,
        language="vi",
        titles={
            "vi": "Bản đồ sơ tán sáu phường ngoài đê",
            "en": "Evacuation map of the six wards outside the dyke",
            "fr": "Plan d’évacuation des six quartiers hors digue",
        },
        descriptions={
            "vi": "Bản đồ, và điểm đón của từng phường.",
            "en": "The map, and where the buses stop in each ward.",
            "fr": "Le plan, et les arrêts des bus dans chaque quartier.",
        },
    ),
    HandIn(
        at=145,
        key="d-timetable",
        name="lich-xe-buyt-so-tan.csv",
        read=timetable,
        language="vi",
        titles={
            "vi": "Lịch xe buýt đưa dân đi sơ tán",
            "en": "Timetable of the evacuation buses",
            "fr": "Horaires des bus d’évacuation",
        },
    ),
    Drop(at=154, key="d-timetable"),
    HandIn(
        at=202,
        key="d-chart",
        name="du-bao-muc-nuoc.png",
        read=chart,
        language="vi",
        titles={
            "vi": "Mực nước sông Trúc: đo được và dự báo",
            "en": "The river Trúc: readings and forecast",
            "fr": "Le Trúc\u00a0: relevés et prévisions",
        },
        descriptions={
            "vi": (
                "Biểu đồ mực nước tại trạm Bến Trúc: 7,2 mét lúc 6 giờ, 8,4 mét lúc 13 giờ, dự báo "
                "đạt đỉnh 9,8 mét lúc 6 giờ sáng mai, giữa báo động hai và báo động ba, thấp hơn "
                "đê 1,7 mét."
            ),
            "en": (
                "Chart of the level at the Bến Trúc gauge: 7.2 metres at 06:00, 8.4 metres at "
                "13:00, a crest of 9.8 metres forecast for 06:00 tomorrow, between alert levels "
                "two and three and 1.7 metres below the dyke."
            ),
            "fr": (
                "Courbe du niveau à la station de Bến Trúc\u00a0: 7,2\u00a0mètres à 6\u00a0h, "
                "8,4\u00a0mètres à 13\u00a0h, une crue de 9,8\u00a0mètres prévue demain à "
                "6\u00a0h, entre les niveaux d’alerte deux et trois et 1,7\u00a0mètre sous la "
                "digue."
            ),
        },
    ),
    Drop(at=248, key="d-plan"),
    TakeBack(
        at=299,
        key="d-timetable",
        reason=(
            "Lịch ghi nhầm điểm đón của hai phường Bãi Sậy và Vạn Chài. Điểm đón đúng có ở trang 2 "
            "của bản đồ sơ tán."
        ),
    ),
)
