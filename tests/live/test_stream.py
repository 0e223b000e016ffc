"""A stream's ring and the sockets that read from it: each has every frame once, in order."""

import asyncio
import json
import random
from collections.abc import Callable, Sequence
from datetime import UTC, datetime

import pytest

from hub.domain.audience import Audience
from hub.live.frame import Frame, say, websocket_frame
from hub.live.socket import SLOW, STALLED_SECONDS, Socket
from hub.live.stream import CHUNK, RING, Stream


class Paper:
    """A sink that keeps what is written, and can be told that its reader is slow, or silent."""

    answers = True

    def __init__(self) -> None:
        self.drained: Callable[[], None] | None = None
        self.fell: Callable[[], None] | None = None
        self.unanswered = False
        self.file = None
        self.open = True
        self.paused = False
        self.writes: list[list[str]] = []
        self.closed: int | None = None
        self.written = asyncio.Event()

    def take(self, wire: bytes, texts: Sequence[str]) -> bool:
        assert wire == b"".join(websocket_frame(text) for text in texts)
        if not self.open or self.paused:
            return False
        self.writes.append(list(texts))
        self.written.set()
        return True

    def finish(self, rest: bytes) -> None:
        raise NotImplementedError

    def ask(self, wire: bytes, texts: Sequence[str]) -> None:
        self.unanswered = self.take(wire, texts) and not self.answers

    def close(self, code: int, reason: str) -> None:
        self.open, self.closed = False, code

    @property
    def numbers(self) -> list[int]:
        messages = [json.loads(text) for texts in self.writes for text in texts]
        return [message["n"] for message in messages if "n" in message]


def frame(n: int, *, size: int = 10, shows: str = "") -> Frame:
    text = say({"n": n, "html": "x" * size})
    return Frame(n, datetime.now(UTC), text, websocket_frame(text), frozenset(shows.split()))


def frames(first: int, last: int) -> list[Frame]:
    return [frame(n) for n in range(first, last + 1)]


def stream(*, head: int = 0, upto: int = 0) -> Stream:
    made = Stream(Audience.ROOM, "en", head=head)
    made.push(frames(head + 1, upto))
    return made


def join(to: Stream, *, cursor: int) -> tuple[Socket, Paper]:
    paper = Paper()
    socket = Socket(paper, key=None)
    socket.join(to, cursor=cursor, epoch="e")
    return socket, paper


def test_who_joins_is_greeted_with_the_head_and_has_what_is_missing_in_one_write() -> None:
    _, paper = join(stream(upto=9), cursor=5)
    assert json.loads(paper.writes[0][0]) == {"hello": 9, "epoch": "e"}
    assert paper.numbers == [6, 7, 8, 9]
    assert len(paper.writes) == 2


def test_a_frame_out_of_order_is_refused() -> None:
    with pytest.raises(ValueError, match="12 does not follow 10"):
        stream(upto=10).push([frame(12)])


def test_a_slow_reader_is_skipped_and_goes_on_from_its_cursor() -> None:
    room = stream()
    slow, slow_paper = join(room, cursor=0)
    fast, fast_paper = join(room, cursor=0)
    slow_paper.paused = True
    for n in range(1, 6):
        room.push([frame(n)])
        slow.offer()
        fast.offer()
    assert fast_paper.numbers == [1, 2, 3, 4, 5]
    assert slow_paper.numbers == []
    slow_paper.paused = False
    assert slow_paper.drained is not None
    slow_paper.drained()
    assert slow_paper.numbers == [1, 2, 3, 4, 5]


def test_who_takes_nothing_for_too_long_has_stalled_and_who_takes_little_has_not() -> None:
    room = stream(upto=1)
    socket, paper = join(room, cursor=1)
    paper.paused = True
    room.push(frames(2, 2))
    socket.offer()
    since = socket.stalled_since
    assert since is not None
    assert not socket.stalled(since + STALLED_SECONDS - 1)
    assert socket.stalled(since + STALLED_SECONDS + 1)
    paper.paused = False
    socket.offer()
    assert not socket.stalled(since + 10 * STALLED_SECONDS)


def test_who_fell_off_the_ring_is_closed_and_may_come_back() -> None:
    room = stream()
    socket, paper = join(room, cursor=0)
    paper.paused = True
    room.push(frames(1, RING + 1))
    paper.paused = False
    socket.offer()
    assert paper.closed == SLOW
    assert paper.numbers == []


def test_the_ring_keeps_the_newest_and_knows_what_it_reaches() -> None:
    room = stream(head=100, upto=100 + RING + 7)
    assert (room.first, room.head) == (108, 100 + RING + 7)
    assert room.reaches(107)
    assert not room.reaches(106)
    assert room.reaches(room.head)
    assert not room.reaches(room.head + 1)
    assert room.after(106) is None


def test_one_write_is_bounded_however_far_behind_a_reader_is() -> None:
    room = Stream(Audience.ROOM, "en", head=0)
    room.push([frame(n, size=CHUNK // 4) for n in range(1, 21)])
    _, paper = join(room, cursor=0)
    assert paper.numbers == list(range(1, 21))
    assert max(len(texts) for texts in paper.writes) <= 4


def test_a_correction_takes_back_the_words_and_all_that_came_before_them() -> None:
    room = stream(upto=3)
    room.push([frame(4, shows="old"), *frames(5, 6)])
    room.forget(frozenset({"old"}))
    room.push([frame(7, shows="old")])
    assert (room.first, room.head) == (5, 7)
    assert not room.reaches(3)
    _, paper = join(room, cursor=4)
    assert paper.numbers == [5, 6, 7]


def test_what_was_read_again_goes_before_the_ring_if_it_fits_there() -> None:
    room = stream(head=20, upto=25)
    assert room.put_back(frames(11, 20), generation=room.generation)
    assert room.reaches(10)
    _, paper = join(room, cursor=10)
    assert paper.numbers == list(range(11, 26))


def test_what_was_read_before_a_correction_is_stale_and_not_put_back() -> None:
    room = stream(head=20, upto=25)
    generation = room.generation
    stale = frames(11, 20)
    room.forget(frozenset({"x"}))
    assert not room.put_back(stale, generation=generation)
    assert not room.reaches(10)


def test_what_leaves_a_gap_is_not_put_back() -> None:
    room = stream(head=20, upto=25)
    assert not room.put_back(frames(11, 19), generation=room.generation)
    assert not room.reaches(10)


@pytest.mark.parametrize("seed", range(200))
def test_everybody_has_every_frame_once_and_in_order_whatever_happens(seed: int) -> None:
    dice = random.Random(seed)
    room = stream()
    readers: list[tuple[Socket, Paper, int]] = []
    for _ in range(dice.randrange(5, 60)):
        match dice.randrange(6):
            case 0:
                cursor = dice.randint(max(0, room.first - 1), room.head)
                readers.append((*join(room, cursor=cursor), cursor))
            case 1 if readers:
                _, paper, _ = dice.choice(readers)
                paper.paused = not paper.paused
                if not paper.paused and paper.drained:
                    paper.drained()
            case 2 if readers:
                dice.choice(readers)[0].offer()
            case _:
                room.push(frames(room.head + 1, room.head + dice.randrange(1, 9)))
                for socket, _, _ in readers:
                    if dice.random() < 0.7:
                        socket.offer()
    for socket, paper, cursor in readers:
        paper.paused = False
        socket.offer()
        assert paper.numbers == list(range(cursor + 1, room.head + 1))


def test_who_has_left_is_written_to_no_more() -> None:
    room = stream()
    socket, paper = join(room, cursor=0)
    socket.leave()
    room.push(frames(1, 3))
    assert not room.sockets
    assert paper.drained is None
    assert paper.numbers == []
