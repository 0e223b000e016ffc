"""2:20 to 3:50. Buses, the bridge, an error about the airport; then a pause."""

from hub.demo.cast import HUNG, KHANH, LOC
from hub.replay.acts import Act, Pause, Publish, Retract

ACTS: tuple[Act, ...] = (
    Publish(
        at=143,
        key="buses",
        speaker=HUNG.name,
        language="vi",
        text=(
            "Xe buýt chạy bình thường đến 18 giờ rồi ngừng cho đến khi có thông báo mới. 120 xe "
            "được điều sang đưa người dân ven sông đến các điểm sơ tán, chạy đến 19 giờ, không thu "
            "tiền vé."
        ),
        translations={
            "en": (
                "Buses run as usual until 18:00, then stop until further notice. 120 of them are "
                "reassigned to take people from the river bank to the shelters, until 19:00 and "
                "free of charge."
            ),
        },
    ),
    Publish(
        at=151,
        key="airport",
        speaker=HUNG.name,
        language="vi",
        text="Sân bay Đồng Lam dừng mọi chuyến bay từ 15 giờ hôm nay.",
        translations={"en": "All flights at Đồng Lam airport stop at 15:00 today."},
    ),
    Publish(
        at=159,
        key="point-roads",
        kind="key_point",
        pinned=True,
        speaker=HUNG.name,
        language="vi",
        text="Xe buýt ngừng chạy từ 18 giờ. Cầu An Đò cấm xe máy từ 16 giờ, cấm mọi xe từ 20 giờ.",
        translations={
            "en": (
                "Buses stop at 18:00. An Đò bridge: no motorbikes from 16:00, no vehicles at all "
                "from 20:00."
            ),
            "fr": (
                "Arrêt des bus à 18\u00a0h. Pont d’An Đò\u00a0: interdit aux deux-roues dès "
                "16\u00a0h, à tous les véhicules dès 20\u00a0h."
            ),
        },
    ),
    Retract(
        at=174,
        key="airport",
        notice=(
            "Thông tin về việc sân bay Đồng Lam dừng bay từ 15 giờ là sai và được rút lại. Chưa có "
            "quyết định nào như vậy. Đề nghị không sử dụng."
        ),
    ),
    Publish(
        at=181,
        key="flights",
        answers="q-airport",
        speaker=HUNG.name,
        language="vi",
        text=(
            "Các chuyến bay vẫn khai thác theo lịch. Việc dừng bay thuộc thẩm quyền của cơ quan "
            "hàng không. Tôi đã nói trước khi có văn bản, và xin nhận lỗi về điều đó."
        ),
        translations={
            "en": (
                "Flights operate as scheduled. Stopping them is for the aviation authority to "
                "decide. I spoke before there was a decision, and I apologise."
            ),
            "fr": (
                "Les vols sont assurés comme prévu. Leur suspension relève de l’autorité de "
                "l’aviation. J’ai parlé avant toute décision, et je m’en excuse."
            ),
        },
    ),
    Publish(
        at=190,
        key="pumps",
        speaker=LOC.name,
        terms="background",
        attribution="một kỹ sư của Văn phòng Phòng, chống lụt bão",
        language="vi",
        text=(
            "Trạm bơm Ô Gạch có 11 máy, hai máy đang sửa chữa. Nếu mưa trên 100 mm trong ba giờ, "
            "các phố trũng của khu phố cổ có thể ngập từ sáu đến tám giờ."
        ),
    ),
    Publish(
        at=205,
        key="hospitals",
        answers="q-hospitals",
        speaker=KHANH.name,
        language="en",
        text=(
            "All seven public hospitals have generators and fuel for 72 hours. Planned operations "
            "are postponed to Monday; emergency care continues without restriction."
        ),
        translations={
            "vi": (
                "Cả bảy bệnh viện công lập đều có máy phát điện và nhiên liệu cho 72 giờ. Các ca "
                "mổ theo lịch chuyển sang thứ Hai; cấp cứu hoạt động bình thường."
            ),
        },
    ),
    Publish(
        at=214,
        key="break",
        kind="note",
        language="vi",
        text="Tạm dừng ít phút: Ban chỉ huy họp về việc sơ tán khu vực ven sông.",
        translations={
            "en": "A short break: the command is meeting about the evacuation of the river bank.",
            "fr": (
                "Courte interruption\u00a0: le commandement se réunit au sujet de l’évacuation des "
                "berges."
            ),
        },
    ),
    Pause(at=220),
)
