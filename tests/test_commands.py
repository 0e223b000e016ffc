"""The command `hub`: what it prints, and how it refuses."""

from pathlib import Path

import httpx2
import pytest

from tests.commands import hub
from tests.workers import serve


@pytest.mark.parametrize(
    ("words", "env", "line"),
    [
        (["nonsense"], {}, "hub: No such command 'nonsense'."),
        (["serve", "--port", "high"], {}, "hub: Invalid value for '--port'"),
        (["serve"], {"HUB_SECRET_KEY": None}, "hub: HUB_SECRET_KEY: is missing"),
        (["serve"], {"HUB_SECRET_KEY": "short"}, "hub: HUB_SECRET_KEY: "),
        (["serve"], {"HUB_DATABASE_URL": "mysql://x"}, "hub: HUB_DATABASE_URL: mysql is not"),
        (["serve"], {"HUB_REDIS_URL": "http://x"}, "hub: HUB_REDIS_URL: should begin with"),
        (["serve"], {"HUB_PUBLIC_URL": "x.org"}, "hub: HUB_PUBLIC_URL: should be like"),
        (["serve"], {"HUB_LOG_LEVEL": "loud"}, "hub: HUB_LOG_LEVEL: "),
        (["serve"], {"HUB_API_RATE": "often"}, "hub: HUB_API_RATE: "),
        (["serve"], {"HUB_ALLOWED_HOSTS": "a,b"}, "hub: "),
        (["migrate"], {"HUB_DATABASE_URL": "sqlite://"}, "hub: HUB_DATABASE_URL: a SQLite"),
        (["briefing", "add", "Storm 9", "--title", "T"], {}, "hub: slug: Use a to z"),
        (["briefing", "add", "x", "--title", "T", "--zone", "Mars"], {}, "hub: zone: Name an"),
        (["briefing", "add", "x", "--title", "T", "--at", "noon"], {}, "hub: --at: noon is no"),
        (["person", "add", "Ana", "--role", "journalist"], {}, "hub: --outlet: a journalist"),
        (["person", "add", "Ana", "--role", "king"], {}, "hub: Invalid value for '--role'"),
        (["token", "Nobody"], {}, "hub: name: Nobody is entered as Nobody."),
        (["replay", "/no/such/file"], {}, "hub: Invalid value for 'FILE'"),
        (["replay", __file__, "--speed", "61"], {}, "hub: Invalid value for '--speed'"),
    ],
)
async def test_wrong_use_ends_with_status_2_and_one_line(
    words: list[str], env: dict[str, str | None], line: str, sqlite_url: str
) -> None:
    said = await hub(*words, **({"HUB_DATABASE_URL": sqlite_url} | env))
    assert said.status == 2
    assert said.out == ""
    assert said.err.startswith(line)
    assert said.err.count("\n") == 1


async def test_a_database_that_is_away_is_named_in_one_line() -> None:
    said = await hub("serve", HUB_DATABASE_URL="postgresql://hub@127.0.0.1:1/hub")
    assert said.status == 1
    assert said.err.startswith("hub: HUB_DATABASE_URL: the database cannot be opened: ")
    assert said.err.count("\n") == 1


async def test_a_file_that_is_no_transcript_is_refused_in_one_line(tmp_path: Path) -> None:
    file = tmp_path / "shopping.md"
    file.write_text("eggs\nmilk\n")
    said = await hub("replay", str(file))
    assert said.status == 1
    assert said.err.startswith("hub: shopping.md")
    assert said.err.count("\n") == 1


@pytest.mark.parametrize(
    "command",
    ["serve", "demo", "migrate", "replay", "briefing add", "person add", "token", "vendor"],
)
async def test_every_command_has_help_with_an_example(command: str) -> None:
    said = await hub(*command.split(), "--help")
    assert said.status == 0
    assert "Example:" in said.out


async def test_a_new_press_centre_is_set_up_from_the_command_line(
    database_url: str, tmp_path: Path
) -> None:
    """Migrate, briefing, people, token, serve: each printed address and secret works."""
    env = {"HUB_DATABASE_URL": database_url}
    assert (await hub("migrate", **env)).status == 0
    assert (await hub("migrate", **env)).status == 0
    added = await hub(
        *("briefing", "add", "storm-9", "--title", "Bão số 9", "--language", "vi", "--open"),
        *("--speaker", "Tạ Thị Ngọc Diệp; spokesperson; Office of the City"),
        **env,
    )
    assert added.status == 0, added.err
    again = await hub("briefing", "add", "storm-9", "--title", "T", **env)
    assert (again.status, again.err[:10]) == (2, "hub: slug:")
    diep = "Tạ Thị Ngọc Diệp"
    link = await hub("person", "add", diep, "--role", "spokesperson", **env)
    token = await hub("token", "ta thi ngoc diep", **env)
    assert (link.out.count("\n"), token.out.count("\n")) == (1, 1)
    async with serve(database_url, tmp_path) as worker:
        async with httpx2.AsyncClient(trust_env=False, base_url=worker.url) as client:
            answer = await client.post(
                "/api/briefings/storm-9/updates",
                json={"text": "Trường học đóng cửa."},
                headers={"Authorization": f"Bearer {token.out.strip()}"},
            )
            assert answer.status_code == 201, answer.text
            page = await client.get("/briefings/storm-9")
            assert "Trường học đóng cửa." in page.text
            secret = link.out.strip().rsplit("/", 1)[1]
            assert diep in (await client.get(f"/sign-in/{secret}")).text
            come = await client.post(f"/sign-in/{secret}", headers={"Origin": worker.url})
            assert come.status_code == 303
            assert come.headers["location"] == "/briefings/storm-9/podium"


async def test_a_server_without_its_migrations_says_what_to_do(postgres_url: str) -> None:
    said = await hub("serve", HUB_DATABASE_URL=postgres_url)
    assert said.status == 1
    assert said.err == "hub: the database lacks migrations: run `hub migrate` first\n"
