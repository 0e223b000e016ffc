"""The scenarios of a module wait side by side: a fault that lasts half a minute costs half a
minute, not half a minute each."""

import asyncio
from collections.abc import AsyncIterator, Callable, Coroutine
from typing import cast

import pytest

from tests.fire.ground import Gate, Ground

Scenario = Callable[[Ground], Coroutine[None, None, None]]


class Abreast:
    """The scenarios that were begun together, each with an outcome of its own."""

    def __init__(self, scenarios: list[Scenario], ground: Callable[[str], Ground]) -> None:
        self._runs = {
            scenario: asyncio.create_task(
                self._run(scenario, ground(scenario.__name__)), name=scenario.__name__
            )
            for scenario in scenarios
        }

    async def outcome(self, scenario: Scenario) -> None:
        """Raises what the scenario raised."""
        await self._runs[scenario]

    async def close(self) -> None:
        """Ends what still runs."""
        for task in self._runs.values():
            task.cancel()
        await asyncio.gather(*self._runs.values(), return_exceptions=True)

    @staticmethod
    async def _run(scenario: Scenario, ground: Ground) -> None:
        try:
            await scenario(ground)
        finally:
            ground.arrive()


@pytest.fixture(scope="module")
async def abreast(
    request: pytest.FixtureRequest,
    postgres_server: str,
    redis_server: str,
    tmp_path_factory: pytest.TempPathFactory,
) -> AsyncIterator[Abreast]:
    """Begins every scenario of this module that was asked for."""
    chosen: dict[Scenario, None] = {}
    for item in request.session.items:
        if isinstance(item, pytest.Function) and item.module is request.module:
            given = item.callspec.params if hasattr(item, "callspec") else {}
            if "scenario" in given:
                chosen[cast(Scenario, given["scenario"])] = None

    gate = Gate(len(chosen))

    def ground(name: str) -> Ground:
        folder = tmp_path_factory.mktemp(name)
        return Ground(folder=folder, postgres=postgres_server, redis=redis_server, gate=gate)

    runs = Abreast(list(chosen), ground)
    yield runs
    await runs.close()
