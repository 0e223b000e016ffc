"""0:00 to 1:10. What is confirmed: the storm, the river, the dykes."""

from hub.demo.cast import KHANH, LOC
from hub.replay.acts import Act, Correct, Publish

ACTS: tuple[Act, ...] = (
    Publish(
        at=3,
        key="holding",
        kind="holding_statement",
        speaker=KHANH.name,
        language="vi",
        text=(
            "Thành phố Hải Lam xác nhận bão số 11 sẽ ảnh hưởng trực tiếp đến địa bàn từ đêm nay. "
            "Đến lúc này chưa có báo cáo về thiệt hại. Thông tin tiếp theo được công bố tại đây."
        ),
        translations={
            "en": (
                "The city of Hải Lam confirms that storm No. 11 will affect it directly from "
                "tonight. No damage has been reported so far. Further information will be "
                "published here."
            ),
            "fr": (
                "La ville de Hải Lam confirme que la tempête n°\u00a011 la touchera directement "
                "dès cette nuit. Aucun dégât n’est signalé à cette heure. Les informations "
                "suivantes seront publiées ici."
            ),
        },
    ),
    Publish(
        at=12,
        key="order",
        kind="note",
        language="vi",
        text=(
            "Trình tự: diễn biến bão, trường học, giao thông, sơ tán. Phóng viên đặt câu hỏi sau "
            "mỗi phần."
        ),
        translations={
            "en": "Order: the storm, schools, transport, evacuation. Questions after each part.",
            "fr": (
                "Ordre du jour\u00a0: la tempête, les écoles, les transports, l’évacuation. "
                "Questions après chaque partie."
            ),
        },
    ),
    Publish(
        at=20,
        key="welcome",
        speaker=KHANH.name,
        language="vi",
        text=(
            "Chào các anh, các chị phóng viên. Chúng tôi chỉ công bố những gì đã được kiểm chứng. "
            "Điều gì chưa rõ, chúng tôi sẽ nói là chưa rõ; điều gì sai, chúng tôi sẽ đính chính "
            "ngay tại đây."
        ),
    ),
    Publish(
        at=30,
        key="position",
        speaker=LOC.name,
        language="vi",
        text=(
            "Lúc 13 giờ, tâm bão cách bờ 180 km về phía đông, sức gió mạnh nhất cấp 11, giật cấp "
            "14. Bão đi theo hướng tây, mỗi giờ 15 km. Dự báo bão đổ bộ trong khoảng từ 1 giờ đến "
            "4 giờ sáng mai, phía nam Cửa Dứa."
        ),
        translations={
            "en": (
                "At 13:00 the centre of the storm was 180 km east of the coast, with winds of "
                "force 11 and gusts of force 14. It is moving west at 15 km/h. Landfall is "
                "expected between 01:00 and 04:00 tomorrow, south of Cửa Dứa."
            ),
            "fr": (
                "À 13\u00a0h, le centre de la tempête se trouvait à 180\u00a0km à l’est de la "
                "côte, avec des vents de force 11 et des rafales de force 14. Elle se déplace "
                "vers l’ouest à 15\u00a0km/h et devrait toucher terre demain entre 1\u00a0h et "
                "4\u00a0h, au sud de Cửa Dứa."
            ),
        },
    ),
    Publish(
        at=40,
        key="point-landfall",
        kind="key_point",
        pinned=True,
        speaker=LOC.name,
        language="vi",
        text="Bão đổ bộ trong khoảng từ 1 giờ đến 4 giờ sáng mai, phía nam Cửa Dứa.",
        translations={
            "en": "Landfall between 01:00 and 04:00 tomorrow, south of Cửa Dứa.",
            "fr": "La tempête touchera terre demain entre 1\u00a0h et 4\u00a0h, au sud de Cửa Dứa.",
        },
    ),
    Publish(
        at=54,
        key="river",
        answers="q-river",
        speaker=LOC.name,
        language="vi",
        text=(
            "Lúc 13 giờ, mực nước sông Trúc tại trạm Bến Trúc là 9,4 mét và đang lên chậm. Mức báo "
            "động hai là 9 mét, báo động ba là 10 mét."
        ),
        translations={
            "en": (
                "At 13:00 the river Trúc stood at 9.4 metres at the Bến Trúc gauge and was rising "
                "slowly. Alert level two is 9 metres, level three 10 metres."
            ),
        },
    ),
    Publish(
        at=63,
        key="dykes",
        speaker=LOC.name,
        language="vi",
        text=(
            "Trên tuyến đê sông Trúc có 14 vị trí xung yếu. Cả 14 vị trí đều đã có lực lượng canh "
            "gác, tổng cộng 1.200 người chia làm ba ca, kèm vật tư tại chỗ."
        ),
    ),
    Correct(
        at=71,
        key="river",
        text=(
            "Lúc 13 giờ, mực nước sông Trúc tại trạm Bến Trúc là 8,4 mét và đang lên chậm. Mức báo "
            "động hai là 9 mét, báo động ba là 10 mét."
        ),
        translations={
            "en": (
                "At 13:00 the river Trúc stood at 8.4 metres at the Bến Trúc gauge and was rising "
                "slowly. Alert level two is 9 metres, level three 10 metres."
            ),
        },
        note="Mực nước là 8,4 mét, không phải 9,4 mét: số liệu bị ghi nhầm khi đọc qua điện thoại.",
    ),
)
