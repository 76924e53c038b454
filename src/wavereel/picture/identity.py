"""What tells two pictures apart without painting them: digests of all that their pixels depend on.

A layer's digest for a range of frames is the same for two layers, or two ranges of one, only where each frame has the
same pixels. It may differ where the pixels do not: then work is done again that need not be, and nothing else.
"""

from __future__ import annotations

import hashlib
from itertools import groupby
from typing import TYPE_CHECKING, Any, TypeVar, cast

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from numpy.typing import NDArray

State = TypeVar("State")

NOTHING = b""
"""The digest of a layer that paints nothing in a range."""


def identity(*parts: object) -> bytes:
    """SHA-256 of the parts in order, each with its kind and length.

    Bytes and arrays count by their contents, all else by its `repr`, which must say all that matters: numbers, texts,
    tuples, and dataclasses of those.
    """
    total = hashlib.sha256()
    for part in parts:
        if isinstance(part, np.ndarray):
            array = np.ascontiguousarray(cast("NDArray[Any]", part))
            total.update(f"a{array.dtype.str}{array.shape}:".encode())
            total.update(array.data)
            continue
        data = part if isinstance(part, bytes) else repr(part).encode(errors="surrogatepass")
        total.update(f"{'b' if isinstance(part, bytes) else 'r'}{len(data)}:".encode())
        total.update(data)
    return total.digest()


def group_identity(digests: Iterable[bytes | None], *parts: object) -> bytes | None:
    """The digest of something that is made of layers; `None` where one of theirs is unknown."""
    known = list(digests)
    return None if any(digest is None for digest in known) else identity(*known, *parts)


def stretches(state: Callable[[int], State], first: int, stop: int) -> list[tuple[State, int]]:
    """The states of the frames `[first, stop)`, each with the number of frames for which it lasts."""
    return [(value, sum(1 for _ in group)) for value, group in groupby(map(state, range(first, stop)))]
