"""4:00 to 6:00. The order to leave the river bank, the night ahead, the next appointment."""

from hub.demo.cast import HANG, HUNG, KHANH, LOC
from hub.replay.acts import Act, Publish, Resume

ACTS: tuple[Act, ...] = (
    Resume(at=240),
    Publish(
        at=244,
        key="flash-evacuation",
        kind="flash",
        speaker=KHANH.name,
        language="vi",
        text=(
            "4.200 hộ dân ven sông Trúc phải sơ tán trước 19 giờ hôm nay\n\n"
            "Lệnh có hiệu lực ngay tại sáu phường ngoài đê, với 15.600 người. Xe buýt đón tại các "
            "điểm đã thông báo, 15 phút một chuyến."
        ),
        translations={
            "en": (
                "4,200 households on the bank of the Trúc must leave before 19:00 today\n\n"
                "The order takes effect at once in the six wards outside the dyke, home to 15,600 "
                "people. Buses leave the announced stops every 15 minutes."
            ),
            "fr": (
                "4\u00a0200 foyers des berges du Trúc doivent partir avant 19\u00a0h "
                "aujourd’hui\n\n"
                "L’ordre prend effet immédiatement dans les six quartiers hors digue, où vivent "
                "15\u00a0600 personnes. Un bus part toutes les 15 minutes des arrêts annoncés."
            ),
        },
    ),
    Publish(
        at=253,
        key="point-evacuation",
        kind="key_point",
        pinned=True,
        speaker=KHANH.name,
        language="vi",
        text="Sáu phường ngoài đê: 4.200 hộ sơ tán trước 19 giờ hôm nay.",
        translations={
            "en": "Six wards outside the dyke: 4,200 households leave before 19:00 today.",
            "fr": (
                "Six quartiers hors digue\u00a0: 4\u00a0200 foyers à évacuer avant 19\u00a0h "
                "aujourd’hui."
            ),
        },
    ),
    Publish(
        at=261,
        key="peak",
        speaker=LOC.name,
        attached=("d-chart",),
        language="vi",
        text=(
            "Đỉnh lũ dự báo tại trạm Bến Trúc là 9,8 mét, vào khoảng 6 giờ sáng mai: trên báo động "
            "hai 0,8 mét, dưới báo động ba 0,2 mét. Đê được thiết kế cho mực nước 11,5 mét."
        ),
        translations={
            "en": (
                "The crest is forecast at 9.8 metres at the Bến Trúc gauge at about 06:00 "
                "tomorrow: 0.8 metres above alert level two, 0.2 metres below level three. The "
                "dyke is built for 11.5 metres."
            ),
            "fr": (
                "La crue devrait culminer à 9,8\u00a0mètres à la station de Bến Trúc vers "
                "6\u00a0h demain\u00a0: 0,8\u00a0mètre au-dessus du niveau d’alerte deux, "
                "0,2\u00a0mètre sous le niveau trois. La digue est conçue pour 11,5\u00a0mètres."
            ),
        },
    ),
    Publish(
        at=270,
        key="foreigners",
        speaker=KHANH.name,
        language="fr",
        text=(
            "Les résidents étrangers des six quartiers sont accueillis dans les mêmes centres que "
            "leurs voisins. Une permanence répond en français et en anglais à l’hôtel de ville "
            "toute la nuit."
        ),
        translations={
            "vi": (
                "Người nước ngoài cư trú tại sáu phường được đón vào cùng các điểm sơ tán với bà "
                "con. Bộ phận trực bằng tiếng Pháp và tiếng Anh làm việc suốt đêm tại trụ sở Ủy "
                "ban thành phố."
            ),
        },
    ),
    Publish(
        at=286,
        key="places",
        answers="q-places",
        speaker=HANG.name,
        language="fr",
        text=(
            "Les 86 écoles offrent 24\u00a0000 places, pour 15\u00a0600 personnes concernées par "
            "l’ordre d’évacuation. Chacune a une infirmière, de l’eau et des repas pour trois "
            "jours."
        ),
        translations={
            "vi": (
                "86 trường có 24.000 chỗ, trong khi số người phải sơ tán là 15.600. Mỗi điểm có "
                "một y tá, nước uống và suất ăn cho ba ngày."
            ),
        },
    ),
    Publish(
        at=295,
        key="exams",
        speaker=HANG.name,
        language="vi",
        text=(
            "Kỳ kiểm tra giữa kỳ dự kiến vào thứ Sáu chuyển sang thứ Sáu tuần sau cho tất cả các "
            "trường. Không trường nào kiểm tra sớm hơn."
        ),
    ),
    Publish(
        at=303,
        key="bridge",
        speaker=HUNG.name,
        language="vi",
        text=(
            "Từ 20 giờ, khi cầu An Đò đóng, xe cấp cứu và xe cứu hộ đi qua hầm Bãi Sậy. Người dân "
            "hai bờ không nên sang sông sau giờ này."
        ),
    ),
    Publish(
        at=311,
        key="progress",
        speaker=LOC.name,
        language="en",
        text=(
            "By 14:00, 1,480 of the 4,200 households had left, before the order and of their own "
            "accord. That leaves 2,720 in five hours; the buses can carry all of them in three."
        ),
        translations={
            "vi": (
                "Đến 14 giờ, 1.480 trong số 4.200 hộ đã tự nguyện rời đi trước khi có lệnh. Còn "
                "2.720 hộ trong năm giờ; xe buýt có thể chở hết trong ba giờ."
            ),
        },
    ),
    Publish(
        at=320,
        key="rumour",
        speaker=KHANH.name,
        language="vi",
        text=(
            "Tin lan truyền về việc xả hồ thượng nguồn đêm nay là không có cơ sở. Hồ còn 40% dung "
            "tích phòng lũ và không có kế hoạch xả trong 24 giờ tới."
        ),
        translations={
            "en": (
                "The rumour that the reservoir upstream will be opened tonight is unfounded. 40% "
                "of its flood capacity is free, and no release is planned for the next 24 hours."
            ),
            "fr": (
                "La rumeur d’un lâcher d’eau du réservoir en amont cette nuit est sans fondement. "
                "Il reste 40\u00a0% de sa capacité de crue et aucun lâcher n’est prévu dans les "
                "24\u00a0heures."
            ),
        },
    ),
    Publish(
        at=332,
        key="next",
        speaker=KHANH.name,
        language="vi",
        text=(
            "Buổi thông tin tiếp theo bắt đầu lúc 18 giờ. Từ nay đến lúc đó, mọi thay đổi được "
            "công bố tại trang này trước tiên. Cảm ơn các anh, các chị."
        ),
        translations={
            "en": (
                "The next briefing begins at 18:00. Until then, every change is published on this "
                "page first. Thank you."
            ),
            "fr": (
                "Le prochain point de presse commence à 18\u00a0h. D’ici là, tout changement sera "
                "publié d’abord sur cette page. Merci."
            ),
        },
    ),
)
