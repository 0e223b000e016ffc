"""A press centre of one's own: a real hub on a free port, its people, and ways to read it."""

import asyncio
import contextlib
import functools
import json
import tempfile
from collections.abc import AsyncIterator, Callable
from datetime import UTC, datetime
from typing import Any, Self, TypeVar

import httpx2
from sqlalchemy.orm import Session
from websockets.asyncio.client import ClientConnection, connect
from websockets.typing import Origin

from hub.app import own_renderer
from hub.config import Config
from hub.domain.audience import Audience
from hub.domain.briefing import Briefing
from hub.domain.draft import Draft
from hub.domain.person import Person
from hub.render import Renderer
from hub.server import listen, serving
from hub.store.agenda import NewBriefing, add_briefing
from hub.store.database import Database
from hub.store.finding import briefing_at
from hub.store.keys import Keyring
from hub.store.people import add_person
from tests.cast import CAST, SPEAKERS, VERA, Actor
from tests.migrated import migrate

T = TypeVar("T")
SECRET_KEY = "the tests' own secret key, long enough"
SLUG = "storm-9"
PATIENCE = 10.0


@functools.cache
def shared_renderer() -> Renderer:
    """One for the whole run: to compile the templates is most of what a hub's start costs."""
    return own_renderer()


def now() -> datetime:
    return datetime.now(UTC)


class Follower:
    """A reader on the socket that keeps all it is sent."""

    def __init__(self, connection: ClientConnection) -> None:
        self.connection = connection
        self.messages: list[dict[str, Any]] = []

    async def next(self) -> dict[str, Any]:
        """The next message, whatever it is."""
        async with asyncio.timeout(PATIENCE):
            message: dict[str, Any] = json.loads(await self.connection.recv())
        self.messages.append(message)
        return message

    async def upto(self, n: int) -> list[dict[str, Any]]:
        """The events, once number `n` is among them."""
        while not any(message.get("n") == n for message in self.messages):
            await self.next()
        return self.events

    @property
    def events(self) -> list[dict[str, Any]]:
        return [message for message in self.messages if "n" in message]

    @property
    def numbers(self) -> list[int]:
        return [event["n"] for event in self.events]


class Centre:
    """A database with the cast and one briefing in it, and the address of a hub that serves it."""

    def __init__(self, config: Config, hub: Database | None = None) -> None:
        self.config = config
        self.url = config.public_url
        self.database = Database(config.database_url)
        # What is done here the hub has at once; what is done by `do` it has to find.
        self.here = hub or self.database
        # A machine that runs many tests at once is slow; it is nobody's defect.
        self.database.answer_seconds = PATIENCE
        self.keyring = Keyring(SECRET_KEY)
        self.people: dict[str, Person] = {}
        self.tokens: dict[str, str] = {}
        self._clients: list[httpx2.AsyncClient] = []

    async def __aenter__(self) -> Self:
        await self.do(self._settle)
        return self

    async def __aexit__(self, *_: object) -> None:
        for client in self._clients:
            await client.aclose()
        await self.database.close()

    def _settle(self, session: Session) -> None:
        for actor in CAST:
            person = add_person(session, actor.name, role=actor.role, outlet=actor.outlet)
            self.people[actor.name] = person
            self.tokens[actor.name] = self.keyring.make_token(session, person, now=now())
        vera = self.people[VERA.name]
        new = NewBriefing(
            slug=SLUG,
            title="Bão số 9 và các trường học",
            titles={"en": "Storm No. 9 and the schools"},
            scheduled_at=now(),
            place="Flood Control Hall",
            zone="Asia/Ho_Chi_Minh",
            language="vi",
            languages=["en", "fr"],
            speakers=SPEAKERS,
        )
        add_briefing(session, new, by=vera, now=now()).open(by=vera, now=now())

    async def do(self, act: Callable[[Session], T], lane: str = SLUG) -> T:
        """Something done by another process: the hub hears no bell of it."""
        return await self.database.act(lane, act)

    async def briefing(self) -> Briefing:

        return await self.database.read(lambda session: briefing_at(session, SLUG))

    async def say(self, text: str, *, slug: str = SLUG, **more: Any) -> str:
        """Published into the database itself; returns the update's reference."""

        def act(session: Session) -> str:
            briefing = briefing_at(session, slug, lock=True)
            draft = Draft(words={"": text}, **more)
            return briefing.publish(draft, by=self.people[VERA.name], now=now()).ref

        return await self.do(act, slug)

    async def client(self, actor: Actor | None = None, **headers: str) -> httpx2.AsyncClient:
        """A browser without scripts: signed in as the actor, or nobody."""
        client = httpx2.AsyncClient(
            base_url=self.url,
            headers={"Origin": self.url, "Accept-Language": "en"} | headers,
            trust_env=False,
            # Nothing here goes by https; without this every client would read all certificates.
            verify=False,
        )
        self._clients.append(client)
        if actor is not None:
            secret = await self.do(
                lambda session: self.keyring.sign_in(session, self.people[actor.name], now=now()),
                "people",
            )
            client.cookies.set("hub_session", secret)
        return client

    async def api(self, actor: Actor | None = None) -> httpx2.AsyncClient:
        """A program with the actor's token."""
        headers = {"Authorization": f"Bearer {self.tokens[actor.name]}"} if actor else {}
        client = httpx2.AsyncClient(
            base_url=self.url, headers=headers, trust_env=False, verify=False
        )
        self._clients.append(client)
        return client

    async def publish(self, text: str, actor: Actor = VERA, **more: Any) -> dict[str, Any]:
        """Through the API, as a statement."""
        client = await self.api(actor)
        body = {"text": text, "language": "en"} | more
        answer = await client.post(f"/api/briefings/{SLUG}/updates", json=body)
        assert answer.status_code == 201, answer.text
        result: dict[str, Any] = answer.json()
        return result

    @contextlib.asynccontextmanager
    async def follow(
        self,
        audience: Audience = Audience.PUBLIC,
        actor: Actor | None = None,
        *,
        url: str | None = None,
        slug: str = SLUG,
        cookie: str | None = None,
        **query: str | int,
    ) -> AsyncIterator[Follower]:
        """A reader on the socket."""
        asked = "&".join(f"{name}={value}" for name, value in query.items())
        headers = {"Authorization": f"Bearer {self.tokens[actor.name]}"} if actor else {}
        if cookie is not None:
            headers["Cookie"] = f"hub_session={cookie}"
        base = url or self.url
        async with connect(
            f"{base.replace('http', 'ws', 1)}/briefings/{slug}/live?as={audience}&{asked}",
            origin=Origin(base),
            additional_headers=headers,
            compression=None,
            max_size=None,
            proxy=None,
        ) as connection:
            yield Follower(connection)


@contextlib.asynccontextmanager
async def bare_centre(database_url: str) -> AsyncIterator[Centre]:
    """The database and its people, served by nobody."""
    migrate(database_url)
    config = Config(database_url=database_url, secret_key=SECRET_KEY)
    async with Centre(config) as centre:
        yield centre


@contextlib.asynccontextmanager
async def open_centre(
    database_url: str, *, redis_url: str | None = None, **settings: Any
) -> AsyncIterator[Centre]:
    """A hub inside the tests' own process, with a database that is fresh or migrated already."""
    migrate(database_url)
    listening = listen("127.0.0.1", 0)
    folder = tempfile.TemporaryDirectory(prefix="hub-files-")
    settings.setdefault("files", folder.name)
    config = Config(
        database_url=database_url,
        redis_url=redis_url,
        public_url=f"http://127.0.0.1:{listening.getsockname()[1]}",
        secret_key=SECRET_KEY,
        **({"api_rate": 0, "drain_seconds": 0.0} | settings),
    )
    with folder:
        async with serving(config, listening, shared_renderer()) as house:
            async with Centre(config, house.database) as centre:
                yield centre
