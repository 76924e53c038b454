"""Who waits takes turns with others who wait."""

import pytest

from wavereel.worker.fair_queue import FairQueue


def drained(queue):
    return [queue.pop() for _ in range(len(queue))]


def test_owners_take_turns_and_keep_their_own_order():
    queue = FairQueue()
    for number in range(4):
        queue.append("a", f"a{number}")
    queue.append("b", "b0")
    queue.append("c", "c0")
    queue.append("b", "b1")
    assert sorted(queue) == ["a0", "a1", "a2", "a3", "b0", "b1", "c0"]
    assert drained(queue) == ["a0", "b0", "c0", "a1", "b1", "a2", "a3"]
    with pytest.raises(IndexError):
        queue.pop()


def test_who_comes_while_another_is_served_is_next():
    queue = FairQueue()
    for number in range(3):
        queue.append("a", f"a{number}")
    assert queue.pop() == "a0"
    queue.append("b", "b0")
    assert drained(queue) == ["a1", "b0", "a2"]


def test_one_who_gives_up_leaves_the_line():
    queue = FairQueue()
    queue.append("a", "a0")
    queue.append("b", "b0")
    queue.remove("a", "a0")
    assert list(queue) == ["b0"]
    for owner in ("a", "b"):
        with pytest.raises(ValueError, match="not in"):
            queue.remove(owner, "a0")
