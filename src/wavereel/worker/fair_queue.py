"""A queue in which owners take turns: one who waits for much makes nobody else wait for all of it."""

from __future__ import annotations

from collections import deque
from itertools import chain
from typing import TYPE_CHECKING, Generic, TypeVar

if TYPE_CHECKING:
    from collections.abc import Iterator

T = TypeVar("T")


class FairQueue(Generic[T]):
    """First come, first served among the items of one owner, and round robin among owners. Not locked."""

    def __init__(self) -> None:
        self._lines: dict[str, deque[T]] = {}
        """In the order of turns; no line is empty."""

    def __len__(self) -> int:
        return sum(map(len, self._lines.values()))

    def __iter__(self) -> Iterator[T]:
        return chain.from_iterable(self._lines.values())

    def append(self, owner: str, item: T) -> None:
        """Adds an item to its owner's line."""
        self._lines.setdefault(owner, deque()).append(item)

    def pop(self) -> T:
        """Takes the item whose turn it is; its owner comes last then.

        Raises:
            IndexError: There is none.
        """
        owner = next(iter(self._lines), None)
        if owner is None:
            raise IndexError("the queue is empty")
        line = self._lines.pop(owner)
        item = line.popleft()
        if line:
            self._lines[owner] = line
        return item

    def remove(self, owner: str, item: T) -> None:
        """Takes an item out whose turn has not come.

        Raises:
            ValueError: It is not there.
        """
        line = self._lines.get(owner)
        if line is None:
            raise ValueError("not in the queue")
        line.remove(item)
        if not line:
            del self._lines[owner]
