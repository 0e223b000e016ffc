"""What the live path measures of itself, for Prometheus."""

from collections.abc import Iterator

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram

from hub.domain.audience import Audience

_LAG = (0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10)


class Gauges:
    """One set a worker, in a registry of its own."""

    def __init__(self) -> None:
        registry = self.registry = CollectorRegistry()
        self.sockets = Gauge("hub_sockets", "Open sockets", ["audience"], registry=registry)
        self.frames = Counter(
            "hub_frames_total", "Frames rendered", ["audience"], registry=registry
        )
        self.deliveries = Counter(
            "hub_deliveries_total", "Frames handed to sockets", registry=registry
        )
        self.lag = Histogram(
            "hub_delivery_lag_seconds",
            "From the event's own time to the last browser's write, a flush of a stream",
            buckets=_LAG,
            registry=registry,
        )
        self.bell = Gauge("hub_bell_healthy", "1 while the bell is heard", registry=registry)
        self.log_number = Gauge(
            "hub_log_number", "Log position, summed over watched briefings", registry=registry
        )
        self.log_behind = Gauge(
            "hub_log_unread_seconds", "Since the log could last be read", registry=registry
        )
        self.loop_lag = Gauge(
            "hub_loop_lag_seconds", "Delay of the event loop, last second", registry=registry
        )
        self.closed = Counter(
            "hub_sockets_closed_total", "Sockets closed by us", ["reason"], registry=registry
        )
        for audience in Audience:
            self.sockets.labels(audience.value)

    def count_sockets(self, sockets: Iterator[Audience]) -> None:
        """Sets the gauge of open sockets anew."""
        counts = dict.fromkeys(Audience, 0)
        for audience in sockets:
            counts[audience] += 1
        for audience, count in counts.items():
            self.sockets.labels(audience.value).set(count)
