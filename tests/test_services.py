"""The ground holds: servers that really start, break and come back, and a browser that notices."""

import asyncio
import contextlib
import functools
import os
import re
import select
import subprocess
import sys
import tempfile
from collections.abc import AsyncIterator
from pathlib import Path
from urllib.parse import urlsplit

import psycopg
import pytest
from playwright.async_api import Browser
from redis import ConnectionError as RedisIsGone
from redis import Redis
from redis import TimeoutError as RedisIsSilent

from tests import services
from tests.browser import PHONE, Visits
from tests.services import Server

TABLES = "SELECT count(*) FROM pg_tables WHERE schemaname = 'public'"


def test_a_fresh_database_is_empty_and_gone_afterwards(postgres_server: str) -> None:
    with services.fresh_database(postgres_server) as url:
        with psycopg.connect(url) as connection:
            assert connection.execute(TABLES).fetchone() == (0,)
            connection.execute("CREATE TABLE briefing (slug text)")
        with services.fresh_database(postgres_server) as other, psycopg.connect(other) as second:
            assert second.execute(TABLES).fetchone() == (0,)
    with pytest.raises(psycopg.OperationalError, match="does not exist"):
        psycopg.connect(url)


def test_every_test_of_a_database_gets_an_empty_one(database_url: str, tmp_path: Path) -> None:
    kind = urlsplit(database_url).scheme
    if kind == "postgresql":
        with psycopg.connect(database_url) as connection:
            assert connection.execute(TABLES).fetchone() == (0,)
    else:
        assert (kind, urlsplit(database_url).path) == ("sqlite", f"/{tmp_path}/hub.db")
        assert list(tmp_path.iterdir()) == []


def test_what_postgres_committed_outlives_a_kill_and_open_connections_do_not(
    own_postgres: Server,
) -> None:
    with psycopg.connect(own_postgres.url) as before:
        before.execute("CREATE TABLE said AS SELECT 'School is closed' AS words")
        before.commit()
        own_postgres.kill()
        assert not own_postgres.running
        with pytest.raises(psycopg.OperationalError):
            psycopg.connect(own_postgres.url)
        own_postgres.start()
        with pytest.raises(psycopg.OperationalError):
            before.execute("SELECT words FROM said")
    with psycopg.connect(own_postgres.url) as after:
        assert after.execute("SELECT words FROM said").fetchone() == ("School is closed",)


def test_a_stopped_postgres_is_silent_on_open_connections_until_it_resumes(
    own_postgres: Server,
) -> None:
    with psycopg.connect(own_postgres.url) as connection:
        own_postgres.stop()
        connection.pgconn.send_query(b"SELECT 1")
        assert select.select([connection.fileno()], [], [], 0.3)[0] == []
        own_postgres.resume()
        assert select.select([connection.fileno()], [], [], 10)[0] == [connection.fileno()]
        while connection.pgconn.get_result():
            pass


def test_postgres_waits_for_the_disk_only_when_asked_to(postgres_url: str) -> None:
    with psycopg.connect(postgres_url) as connection:
        assert connection.execute("SHOW synchronous_commit").fetchone() == ("on",)
    with services.postgres(durable=True) as server, psycopg.connect(server.url) as connection:
        assert connection.execute("SHOW fsync").fetchone() == ("on",)


def test_a_stopped_redis_is_silent_and_resumes_with_what_it_held(own_redis: Server) -> None:
    with Redis.from_url(own_redis.url, socket_timeout=0.3) as client:
        client.set("bell", "1")
        own_redis.stop()
        with pytest.raises(RedisIsSilent):
            client.ping()
        own_redis.resume()
        assert client.get("bell") == b"1"


def test_a_killed_redis_returns_empty_on_the_same_port(own_redis: Server) -> None:
    with Redis.from_url(own_redis.url) as client:
        client.set("bell", "1")
        own_redis.kill()
        with pytest.raises(RedisIsGone):
            client.ping()
        own_redis.start()
        assert client.get("bell") is None
        client.set("bell", "2")
        own_redis.restart()
    with Redis.from_url(own_redis.url) as client:
        assert client.get("bell") is None


def test_the_shared_redis_is_empty_for_each_test(redis_url: str) -> None:
    with Redis.from_url(redis_url) as client:
        assert client.dbsize() == 0


def test_servers_and_their_files_go_when_the_tests_are_killed() -> None:
    program = """
from tests import services
with services.postgres() as postgres, services.redis() as redis:
    redis.stop()
    print(postgres.url, redis.url, flush=True)
    input()
"""
    with tempfile.TemporaryDirectory() as folder:
        Path(folder).chmod(0o755)  # PostgreSQL may run as another user
        with subprocess.Popen(
            [sys.executable, "-c", program],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
            env=os.environ | {"TMPDIR": folder},
            cwd=Path(__file__).parents[1],
        ) as tests:
            assert tests.stdout is not None
            urls = tests.stdout.readline().split()
            assert len(urls) == len(list(Path(folder).iterdir())) == 2
            tests.kill()
        services.wait_until(lambda: list(Path(folder).iterdir()) == [])
    with pytest.raises(psycopg.OperationalError):
        psycopg.connect(urls[0])
    with Redis.from_url(urls[1]) as client, pytest.raises(RedisIsGone):
        client.ping()


async def test_chromium_opens_a_page(chromium: Browser) -> None:
    page = await chromium.new_page()
    await page.goto("data:text/html,<title>Live since 14:02</title>")
    assert await page.title() == "Live since 14:02"
    await page.close()


@contextlib.asynccontextmanager
async def page_server(body: str, *, status: str = "200 OK") -> AsyncIterator[str]:
    """The address of a site that answers everything with one page, under a strict style policy."""

    async def answer(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with contextlib.suppress(asyncio.IncompleteReadError):
            # A browser opens connections that it then does not need.
            await reader.readuntil(b"\r\n\r\n")
        head = [
            f"HTTP/1.1 {status}",
            "Content-Type: text/html; charset=utf-8",
            "Content-Security-Policy: style-src 'self'",
            f"Content-Length: {len(body.encode())}",
            "Connection: close",
        ]
        writer.write("\r\n".join([*head, "", body]).encode())
        with contextlib.suppress(ConnectionError):
            await writer.drain()
            writer.close()
            await writer.wait_closed()

    async with await asyncio.start_server(answer, "127.0.0.1", 0) as server:
        yield "http://127.0.0.1:{1}".format(*server.sockets[0].getsockname())


async def test_a_visit_has_the_readers_language_colours_and_window(visit: Visits) -> None:
    async with page_server("<p id=p>Chào</p><script>p.textContent = 'run'</script>") as site:
        lan = await visit(site, locale="vi", scheme="dark", viewport=PHONE)
        await lan.page.goto("/")
        assert await lan.page.inner_text("#p") == "run"
        seen = (
            "[navigator.language, matchMedia('(prefers-color-scheme: dark)').matches, innerWidth]"
        )
        assert await lan.page.evaluate(seen) == ["vi", True, PHONE[0]]
        plain = await visit(site, javascript=False)
        await plain.page.goto("/")
        assert await plain.page.inner_text("#p") == "Chào"


@pytest.mark.parametrize(
    ("body", "status", "complaint"),
    [
        ("<script>console.error('lost 3')</script>", "200 OK", "console: lost 3"),
        ("<script>throw Error('no feed')</script>", "200 OK", "error: .*no feed"),
        ("<p style='color: red'>Flash</p>", "200 OK", "Content Security Policy"),
        ("<img src='http://tracker.example/1.gif'>", "200 OK", "another host: http://tracker"),
        ("<script>new WebSocket('ws://tracker.example')</script>", "200 OK", "host: ws://tracker"),
        ("<p>Sorry", "503 Service Unavailable", "status: 503"),
    ],
    ids=["console error", "page error", "policy", "other host", "other socket", "server error"],
)
async def test_a_visit_fails_on_what_the_page_complains_about(
    visit: Visits, body: str, status: str, complaint: str
) -> None:
    async with page_server(body, status=status) as site:
        ana = await visit(site)
        await ana.page.goto("/")
        arrived = functools.partial(re.search, complaint)
        await asyncio.to_thread(services.wait_until, lambda: any(map(arrived, ana.complaints)))
        with pytest.raises(AssertionError, match=complaint):
            ana.check()
        ana.expects(".")
        ana.check()


async def test_a_page_returns_from_the_back_forward_cache(visit: Visits) -> None:
    async with page_server(
        "<script>onpageshow = e => { window.kept = e.persisted }</script>"
    ) as site:
        ana = await visit(site)
        await ana.page.goto("/one")
        await ana.page.goto("/two")
        await ana.page.go_back(wait_until="commit")  # a kept page is not loaded again
        await ana.page.wait_for_function("window.kept === true")
