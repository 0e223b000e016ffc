"""1:10 to 2:20. The schools close; some of them open as shelters."""

from hub.demo.cast import HANG
from hub.replay.acts import Act, Correct, Publish

ACTS: tuple[Act, ...] = (
    Publish(
        at=80,
        key="flash-schools",
        kind="flash",
        speaker=HANG.name,
        language="vi",
        text=(
            "Học sinh toàn thành phố nghỉ học thứ Năm và thứ Sáu\n\n"
            "68 trường mở cửa làm điểm sơ tán từ 17 giờ hôm nay. Học sinh đang ở trường về nhà "
            "trước 16 giờ 30."
        ),
        translations={
            "en": (
                "All schools in the city are closed on Thursday and Friday\n\n"
                "68 of them open as shelters at 17:00 today. Pupils now in class go home before "
                "16:30."
            ),
            "fr": (
                "Toutes les écoles de la ville seront fermées jeudi et vendredi\n\n"
                "68 d’entre elles ouvriront comme centres d’accueil dès 17\u00a0h aujourd’hui. Les "
                "élèves présents rentreront chez eux avant 16\u00a0h\u00a030."
            ),
        },
    ),
    Publish(
        at=89,
        key="schools",
        speaker=HANG.name,
        language="vi",
        text=(
            "Quyết định áp dụng cho 612 trường với 388.000 học sinh, từ mầm non đến trung học phổ "
            "thông. Nhà trường không giao bài kiểm tra trực tuyến trong hai ngày này."
        ),
    ),
    Correct(
        at=97,
        key="flash-schools",
        text=(
            "Học sinh toàn thành phố nghỉ học thứ Năm và thứ Sáu\n\n"
            "86 trường mở cửa làm điểm sơ tán từ 17 giờ hôm nay. Học sinh đang ở trường về nhà "
            "trước 16 giờ 30."
        ),
        translations={
            "en": (
                "All schools in the city are closed on Thursday and Friday\n\n"
                "86 of them open as shelters at 17:00 today. Pupils now in class go home before "
                "16:30."
            ),
            "fr": (
                "Toutes les écoles de la ville seront fermées jeudi et vendredi\n\n"
                "86 d’entre elles ouvriront comme centres d’accueil dès 17\u00a0h aujourd’hui. Les "
                "élèves présents rentreront chez eux avant 16\u00a0h\u00a030."
            ),
        },
        note="Số điểm sơ tán là 86, không phải 68: hai chữ số bị đảo trong bản tin đầu.",
    ),
    Publish(
        at=105,
        key="point-schools",
        kind="key_point",
        pinned=True,
        speaker=HANG.name,
        language="vi",
        text="612 trường nghỉ học thứ Năm và thứ Sáu; 86 trường làm điểm sơ tán từ 17 giờ.",
        translations={
            "en": "612 schools closed on Thursday and Friday; 86 open as shelters at 17:00.",
            "fr": (
                "612 écoles fermées jeudi et vendredi\u00a0; 86 ouvertes comme centres d’accueil "
                "dès 17\u00a0h."
            ),
        },
    ),
    Publish(
        at=119,
        key="international",
        answers="q-international",
        speaker=HANG.name,
        language="en",
        text=(
            "Yes. It binds every school in the city, public, private or international. School "
            "buses run until 16:30 today and not after that."
        ),
        translations={
            "vi": (
                "Có. Quyết định áp dụng cho mọi trường trên địa bàn: công lập, tư thục và quốc tế. "
                "Xe đưa đón học sinh chạy đến 16 giờ 30 hôm nay, sau đó ngừng."
            ),
        },
    ),
    Publish(
        at=134,
        key="boarders",
        answers="q-boarders",
        speaker=HANG.name,
        language="fr",
        text=(
            "Ils restent dans leur établissement, avec leurs surveillants. Les neuf internats de "
            "la ville ont des vivres pour cinq jours et un groupe électrogène."
        ),
        translations={
            "vi": (
                "Các em ở lại trường cùng giáo viên quản lý. Cả chín trường nội trú của thành phố "
                "đều có lương thực cho năm ngày và máy phát điện."
            ),
        },
    ),
)
