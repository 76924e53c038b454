"""What is counted, for Prometheus: requests by route, and how the work stands when somebody looks."""

from __future__ import annotations

from typing import TYPE_CHECKING

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, generate_latest
from prometheus_client.core import GaugeMetricFamily
from prometheus_client.registry import Collector

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from prometheus_client.core import Metric

CONTENT_TYPE = "text/plain; version=0.0.4; charset=utf-8"
BUCKETS_S = (0.002, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 10.0, 60.0)


class Metrics:
    """One server's counters; a registry of its own, so that two servers in one process do not mix."""

    def __init__(self) -> None:
        self.registry = CollectorRegistry(auto_describe=False)
        self._requests = Counter(
            "wavereel_requests", "Requests answered", ["method", "route", "status"], registry=self.registry
        )
        self._latency = Histogram(
            "wavereel_request_seconds",
            "Time until an answer was whole",
            ["route"],
            buckets=BUCKETS_S,
            registry=self.registry,
        )
        self.open_requests = Gauge("wavereel_open_requests", "Requests that are being answered", registry=self.registry)
        self.received_bytes = Counter("wavereel_received_bytes", "Bytes of bodies that came", registry=self.registry)
        self.sent_bytes = Counter("wavereel_sent_bytes", "Bytes of bodies that went", registry=self.registry)

    def answered(self, method: str, route: str, status: int, seconds: float) -> None:
        """Counts one answer.

        Args:
            method: The verb; those that nobody defined are counted as one.
            route: The route's template, never the path: ids are no labels.
            status: As it was sent.
            seconds: From the first byte of the request to the last of the answer.
        """
        verb = method if method in ("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS") else "other"
        self._requests.labels(verb, route, str(status)).inc()
        self._latency.labels(route).observe(seconds)

    def page(self, figures: Mapping[str, Mapping[str, float]]) -> bytes:
        """All figures in Prometheus' text format.

        Args:
            figures: What was just asked of the backend: name -> label's value -> number; `""` where there is no label.
        """
        look = CollectorRegistry(auto_describe=False)
        look.register(_Figures(figures))
        return generate_latest(self.registry) + generate_latest(look)


class _Figures(Collector):
    """Figures that are known only at the moment of looking."""

    def __init__(self, figures: Mapping[str, Mapping[str, float]]) -> None:
        self._figures = figures

    def collect(self) -> Iterable[Metric]:
        for name, values in self._figures.items():
            labels = [] if set(values) == {""} else ["state"]
            family = GaugeMetricFamily(f"wavereel_{name}", name.replace("_", " "), labels=labels)
            for label, value in values.items():
                family.add_metric([label] if labels else [], value)
            yield family
