"""Answers made small, and never so that their length tells a secret; and kept only while true."""

import gzip
import re
from collections.abc import AsyncIterator
from datetime import datetime

import httpx2
import pytest
from hypothesis import given
from hypothesis import strategies as st
from starlette.datastructures import Headers

from hub.web.packing import joined, part, takes_gzip
from tests import services
from tests.cast import ANA, VERA
from tests.centre import PATIENCE, SLUG, Centre, open_centre

AT = f"/briefings/{SLUG}"


@pytest.fixture
async def centre(sqlite_url: str) -> AsyncIterator[Centre]:
    async with open_centre(sqlite_url) as centre:
        yield centre


@given(st.lists(st.tuples(st.text(), st.booleans())))
def test_parts_compressed_apart_are_one_gzip_body(pieces: list[tuple[str, bool]]) -> None:
    body = joined([part(text) if kept else text for text, kept in pieces])
    assert gzip.decompress(body) == "".join(text for text, _ in pieces).encode()


@pytest.mark.parametrize(
    ("header", "takes"),
    [
        ("gzip", True),
        ("br, GZIP;q=0.5", True),
        ("*", True),
        ("gzip;q=0", False),
        ("gzip ; q = 0.000", False),
        ("br", False),
        ("x-gzip-not", False),
        ("", False),
        ("gzip;q=0.01", True),
    ],
)
def test_who_takes_gzip_is_who_says_so(header: str, takes: bool) -> None:
    assert takes_gzip(Headers({"accept-encoding": header})) == takes


async def test_what_is_text_and_not_small_is_sent_compressed_to_whom_that_suits(
    centre: Centre,
) -> None:
    ref = (await centre.publish("Word. " * 200))["ref"]
    people = {"nobody": await centre.client(), "ana": await centre.client(ANA)}
    small = ["/healthz", f"{AT}/events/9-"]
    never = ["/static/vendor/source-sans-3/source-sans-3-latin-wght-normal.woff2?v=1"]
    texts = ["/", AT, f"{AT}?before=2", f"{AT}/updates/{ref}", f"{AT}/events/1-"]
    texts += ["/api/openapi.json", "/static/page.css", "/static/live.js"]
    for who, client in people.items():
        for address in texts + small + never:
            answer = await client.get(address, headers={"Accept-Encoding": "gzip"})
            plain = await client.get(address, headers={"Accept-Encoding": "identity"})
            assert answer.status_code == plain.status_code == 200, address
            packed = answer.headers.get("content-encoding") == "gzip"
            assert packed == (address in texts), (address, who)
            assert "content-encoding" not in plain.headers
            assert _without_nonce(answer.text) == _without_nonce(plain.text)
            for one in (answer, plain):
                assert not packed or "Accept-Encoding" in one.headers["vary"], address
                assert int(one.headers["content-length"]) == one.num_bytes_downloaded
            head = await client.head(address, headers={"Accept-Encoding": "gzip"})
            assert head.headers.get("content-encoding") == answer.headers.get("content-encoding")


async def test_nothing_is_compressed_where_a_stranger_could_read_a_secret_off_its_length(
    centre: Centre,
) -> None:
    """Where something of the request may be echoed beside what is somebody's own."""
    vera, nobody = await centre.client(VERA), await centre.client()
    ref = (await centre.publish("Word."))["ref"]
    echoing = [
        await vera.get("/?guess=secret"),
        await vera.get(f"{AT}/podium?show=100"),
        await vera.get(f"{AT}/updates/{ref}?guess=secret"),
        await vera.get("/nowhere/secret"),
        await vera.post(f"{AT}/updates", data={"text": ""}),
        await nobody.get(f"/sign-in?to=/{'secret' * 200}"),
        await nobody.get(f"/sign-in/{'secret' * 9}"),
    ]
    for answer in echoing:
        assert len(answer.content) > 1024, answer.url
        assert "content-encoding" not in answer.headers, answer.url
    # A window's own words are compressed apart from what the address says: the same guess costs
    # the same, whether it stands in the record or not.
    await centre.publish("The river stands at eleven metres.")
    right = [await _raw(vera, f"{AT}?guess=river+stands+at+eleven+met") for _ in range(8)]
    wrong = [await _raw(vera, f"{AT}?guess=rover+stends+et+olevan+mut") for _ in range(8)]
    assert abs(min(map(len, right)) - min(map(len, wrong))) < 8


async def test_files_are_kept_for_good_under_the_name_of_their_version_and_no_other(
    centre: Centre,
) -> None:
    client = await centre.client()
    page = (await client.get(AT)).text
    addresses = set(re.findall(r'(?:href|src)="(/static/[^"]+)"', page))
    assert len(addresses) > 15
    for address in addresses:
        answer = await client.get(address)
        assert answer.status_code == 200
        assert answer.headers["cache-control"] == "public, max-age=31536000, immutable", address
        again = {"If-None-Match": answer.headers["etag"]}
        assert (await client.get(address, headers=again)).status_code == 304
    (module,) = {address for address in addresses if address.endswith("/live.js")}
    edition = module.split("/")[2]
    for address in (module.replace(edition, "0" * 12), "/static/live.js", "/static/live.js?v=1"):
        answer = await client.get(address)
        assert answer.text == (await client.get(module)).text
        assert answer.headers["cache-control"] == "no-cache", address
    for address in (f"/static/{edition}/nothing.js", f"/static/{edition}/", "/static/"):
        assert (await client.get(address)).status_code == 404, address


async def test_a_page_is_as_the_record_stands_whoever_changed_it(database_url: str) -> None:
    """Also another process, without a bell: what was shown before is not shown again."""
    async with open_centre(database_url) as centre:
        readers = [await centre.client(), await centre.client(ANA)]
        ref = (await centre.publish("canary one"))["ref"]
        for reader in readers:
            assert "canary one" in (await reader.get(AT)).text
            assert "canary one" in (await reader.get(f"{AT}/updates/{ref}")).text
        other = await centre.say("canary two")
        for reader in readers:
            assert "canary two" in (await reader.get(AT)).text
        podium = await centre.api(VERA)
        for one in (ref, other):
            address = f"/api{AT}/updates/{one}/retraction"
            assert (await podium.post(address, json={"notice": "Wrong."})).status_code == 201
        for reader in readers:
            for address in (AT, f"{AT}/updates/{ref}", f"{AT}/updates/{other}"):
                told = (await reader.get(address)).text
                assert "canary" not in told
                assert "Wrong." in told


async def test_while_the_database_is_away_readers_keep_the_page_and_are_told_since_when(
    own_postgres: services.Server,
) -> None:
    async with open_centre(own_postgres.url) as centre:
        reader, other = await centre.client(), await centre.client()
        other.headers["Accept-Language"] = "fr"
        await centre.publish("The river stands at 11.4 metres.")
        before = await reader.get(AT)
        segment = (await reader.get(f"{AT}/events/2-")).json()
        own_postgres.kill()
        gone = datetime.now().astimezone()
        answer = await reader.get(AT, timeout=PATIENCE)
        assert answer.status_code == 503
        assert answer.headers["retry-after"] == "2"
        assert answer.headers["cache-control"] == "no-store"
        assert "The river stands at 11.4 metres." in answer.text
        assert "Not current since" in _stale(answer.text)
        assert _stale(before.text) == ""
        # What was never put together for them cannot be shown.
        assert "11.4" not in (await other.get(AT, timeout=PATIENCE)).text
        # For a moment the last look at the log is still a fresh one.
        while "since" not in (told := (await reader.get(f"{AT}/events/2-")).json()):
            pass
        since = datetime.fromisoformat(told.pop("since"))
        assert told == segment
        assert abs((since - gone).total_seconds()) < PATIENCE
        own_postgres.start()
        while (answer := await reader.get(AT, timeout=PATIENCE)).status_code != 200:
            pass
        assert _stale(answer.text) == ""


def _stale(text: str) -> str:
    found = re.search(r'<p class="stale".*</p>', text)
    return found[0] if found else ""


def _without_nonce(text: str) -> str:
    return re.sub(r'nonce="[^"]+"|name="key" value="[^"]+"', "", text)


async def _raw(client: httpx2.AsyncClient, address: str) -> bytes:
    """What came over the wire."""
    async with client.stream("GET", address, headers={"Accept-Encoding": "gzip"}) as answer:
        assert answer.headers["content-encoding"] == "gzip"
        return b"".join([piece async for piece in answer.aiter_raw()])
