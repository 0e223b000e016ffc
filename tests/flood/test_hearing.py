"""The flood's ear: what it takes from bytes, however they are cut."""

import itertools
import json
from collections.abc import Sequence

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hub.flood.hearing import CLOSE, FRAME_LIMIT, PING, TEXT, Ear, Garbled, hear
from hub.live.frame import say, websocket_frame

OTHERS: list[dict[str, object]] = [
    {"hello": 4, "epoch": "k3f9"},
    {"beat": 4, "here": 12},
    {"reload": True},
]
# Around the limits of a frame's three lengths.
SIZES = [0, 90, 110, 111, 112, 113, 114, 115, 116, 200, 65_500, 65_521, 65_522, 65_523, 70_000]

events = st.builds(
    lambda n, size: websocket_frame(say({"n": n, "html": "ế" * (size % 3) + "x" * size})),
    st.integers(1, 10**15),
    st.sampled_from(SIZES),
)
others = st.sampled_from(OTHERS).map(lambda other: websocket_frame(say(other)))
controls = st.sampled_from([bytes((PING, 2)) + b"hi", bytes((CLOSE, 2, 0x03, 0xF4))])


def pieces(data: bytes, cuts: Sequence[int]) -> list[bytes]:
    at = [0, *sorted({cut % (len(data) + 1) for cut in cuts}), len(data)]
    return [data[begin:end] for begin, end in itertools.pairwise(at)]


def whole(data: bytes) -> tuple[list[int], list[bytes]]:
    """Numbers and other payloads, read by JSON, frame by frame."""
    numbers, rest = [], []
    while data:
        begin, length = 2, data[1]
        if length > 125:
            begin = 4 if length == 126 else 10
            length = int.from_bytes(data[2:begin])
        payload, code = data[begin : begin + length], data[0]
        data = data[begin + length :]
        said = json.loads(payload) if code == TEXT else {}
        if "n" in said:
            numbers.append(said["n"])
        else:
            rest.append(payload)
    return numbers, rest


@given(st.lists(events | others | controls, max_size=12), st.lists(st.integers(0), max_size=9))
def test_however_the_bytes_are_cut_the_same_events_are_heard(
    frames: list[bytes], cuts: list[int]
) -> None:
    data, ear = b"".join(frames), Ear()
    numbers: list[int] = []
    rest: list[bytes] = []
    left = b""
    for piece in pieces(data, cuts):
        heard = ear.hear(left + piece)
        left = (left + piece)[heard.taken :]
        numbers += [n for first, last in heard.runs for n in range(first, last + 1)]
        rest += [payload for _, payload in heard.others]
    assert left == b""
    assert (numbers, rest) == whole(data)


def test_what_sounds_alike_and_is_not_is_heard_as_it_is() -> None:
    ear = Ear()
    begun = websocket_frame(say({"n": 1, "html": "x" * 40}))
    for numbers in ([2, 3], [2, 4], [3, 2], [2, 2], [2, 3]):
        joined = begun + b"".join(websocket_frame(say({"n": n, "html": ""})) for n in numbers)
        found = [n for first, last in ear.hear(joined).runs for n in range(first, last + 1)]
        assert found == [1, *numbers]


@pytest.mark.parametrize(
    "data",
    [
        bytes((TEXT, 0x82)) + bytes(6),
        bytes((TEXT, 127)) + (FRAME_LIMIT + 1).to_bytes(8),
        websocket_frame('{"n":"4","html":""}'),
        websocket_frame('{"n":04,"html":""}'),
        websocket_frame('{"n":}'),
        websocket_frame('{"n":123456789012345678901234567890,"html":""}'),
    ],
)
def test_what_no_hub_sends_is_told(data: bytes) -> None:
    with pytest.raises(Garbled):
        hear(data)
