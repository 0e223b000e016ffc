"""From publishing to every browser: python benchmarks/delivery.py http://127.0.0.1:8000 SLUG TOKEN

Opens sockets to a running hub, publishes at a steady rate through the API, and prints how long it
took from the start of each publishing request to the last byte at each socket. A raw reader in
one process: it measures itself too, so the figures are an upper bound.
"""

import argparse
import asyncio
import base64
import json
import os
import re
import time
from urllib.parse import urlsplit

import httpx2

_STAMP = re.compile(rb"t=([0-9]{20})")
_TAIL = 40


class Reader(asyncio.Protocol):
    """One socket: shakes hands, then looks for the stamps in whatever comes."""

    def __init__(self, request: bytes, latencies: list[int]) -> None:
        self._request = request
        self._latencies = latencies
        self._tail = b""
        self.open: asyncio.Future[None] = asyncio.get_running_loop().create_future()

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)
        transport.write(self._request)

    def data_received(self, data: bytes) -> None:
        if not self.open.done():
            self.open.set_result(None)
        now = time.monotonic_ns()
        seen = self._tail + data
        end = 0
        for match in _STAMP.finditer(seen):
            self._latencies.append(now - int(match[1]))
            end = match.end()
        self._tail = seen[max(end, len(seen) - _TAIL) :]


async def measure(arguments: argparse.Namespace) -> dict[str, float]:
    """Milliseconds, and deliveries a second."""
    parts = urlsplit(arguments.url)
    host, port = parts.hostname or "127.0.0.1", parts.port or 80
    key = base64.b64encode(os.urandom(16)).decode()
    request = (
        f"GET /briefings/{arguments.slug}/live?as=public HTTP/1.1\r\nHost: {host}:{port}\r\n"
        f"Origin: {arguments.url}\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
        f"Sec-WebSocket-Key: {key}\r\nSec-WebSocket-Version: 13\r\n\r\n"
    ).encode()
    latencies: list[int] = []
    loop = asyncio.get_running_loop()
    transports = []
    for _ in range(arguments.sockets):
        transport, reader = await loop.create_connection(
            lambda: Reader(request, latencies), host, port
        )
        await reader.open
        transports.append(transport)
    published = 0
    headers = {"Authorization": f"Bearer {arguments.token}"}
    async with httpx2.AsyncClient(base_url=arguments.url, headers=headers, trust_env=False) as hub:
        began = loop.time()
        while loop.time() < began + arguments.seconds:
            stamp = f"t={time.monotonic_ns():020d} "
            answer = await hub.post(
                f"/api/briefings/{arguments.slug}/updates",
                json={"text": stamp + "x" * (arguments.size - len(stamp))},
            )
            answer.raise_for_status()
            published += 1
            await asyncio.sleep(max(0.0, began + published / arguments.rate - loop.time()))
        took = loop.time() - began
        async with asyncio.timeout(10):
            while len(latencies) < published * arguments.sockets:
                await asyncio.sleep(0.05)
    for transport in transports:
        transport.close()
    latencies.sort()
    at = [latencies[min(len(latencies) - 1, int(len(latencies) * q))] for q in (0.5, 0.95, 0.99)]
    return {
        "sockets": arguments.sockets,
        "published": published,
        "lost": published * arguments.sockets - len(latencies),
        "deliveries_a_second": round(len(latencies) / took),
        "p50_ms": at[0] / 1e6,
        "p95_ms": at[1] / 1e6,
        "p99_ms": at[2] / 1e6,
    }


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("url")
    parser.add_argument("slug")
    parser.add_argument("token")
    parser.add_argument("--sockets", type=int, default=1000)
    parser.add_argument("--rate", type=float, default=20)
    parser.add_argument("--seconds", type=float, default=10)
    parser.add_argument("--size", type=int, default=1024, help="bytes of text")
    print(json.dumps(asyncio.run(measure(parser.parse_args())), indent=1))


if __name__ == "__main__":
    main()
