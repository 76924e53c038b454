"""Buckets: how often somebody may ask."""

import pytest

from wavereel.service.backend import rates
from wavereel.service.backend.rates import Buckets


class Clock:
    def __init__(self) -> None:
        self.now_s = 0.0

    def __call__(self) -> float:
        return self.now_s


def test_a_bucket_holds_a_burst_and_fills_again():
    clock = Clock()
    buckets = Buckets(2.0, 3, clock)
    assert [buckets.take("a") for _ in range(5)] == [0, 0, 0, 1, 1]
    assert buckets.take("b") == 0
    clock.now_s = 0.5
    assert [buckets.take("a") for _ in range(2)] == [0, 1]
    clock.now_s = 1000.0
    assert [buckets.take("a") for _ in range(4)] == [0, 0, 0, 1]


def test_the_wait_is_long_enough():
    clock = Clock()
    buckets = Buckets(0.1, 1, clock)
    buckets.take("a")
    wait_s = buckets.take("a")
    assert wait_s == 10
    clock.now_s += wait_s
    assert buckets.take("a") == 0


def test_a_rate_of_zero_is_no_limit():
    buckets = Buckets(0, 1)
    assert not any(buckets.take("a") for _ in range(100))


def test_buckets_are_bounded(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(rates, "MAX_BUCKETS", 2)
    buckets = Buckets(0.001, 1, Clock())
    for key in "abc":
        buckets.take(key)
    assert buckets.take("a") == 0
    assert buckets.take("c") > 0
