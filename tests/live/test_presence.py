"""How many follow: what workers tell one another, and what a stranger on their channel achieves."""

import pytest

from hub.live.presence import Presence

NO_REPORTS = [
    b"", b"x", b"[]", b"{}", b"7", b'["w"]', b'["w", 7]', b'["w", {}]', b'["w", [[1]]]',
    b'["w", [["a", "b"]]]', b'["w", [[1, Infinity]]]', b'["w", [[1, NaN]]]',
    b'["w", [[1, -5]]]', b'["w", [[1, 99999999999999999999]]]', b'[7, [[1, 5]]]',
    b"[" * 99_999, b"\xff\xfe", b'["' + b"w" * 9999 + b'", [[1, 5]]]', b'["own", [[1, 5]]]',
]  # fmt: skip


@pytest.mark.parametrize("report", NO_REPORTS, ids=lambda report: repr(report[:40]))
def test_what_is_no_report_of_another_worker_changes_nothing(report: bytes) -> None:
    presence = Presence(shared=True)
    presence.hear(b'["other", [[1, 2]]]', own="own")
    presence.hear(report, own="own")
    assert presence.here(1, 3) == 5


def test_a_worker_reports_what_another_understands() -> None:
    here, there = Presence(shared=True), Presence(shared=True)
    here.counts = lambda: {1: 40, 2: 2}
    for _ in range(2):
        there.hear(here.report("a").encode(), own="b")
    assert [there.here(briefing, 1) for briefing in (1, 2, 3)] == [41, 3, 1]


def test_where_the_others_cannot_be_heard_no_number_is_better_than_a_wrong_one() -> None:
    assert Presence(shared=False).here(1, 3) is None
