"""What the scene asks of everything that is painted."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol, runtime_checkable

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from wavereel.picture.canvas import Canvas
    from wavereel.picture.geometry import Rect


class Layer(Protocol):
    """One thing on the canvas, as a pure function of the frame number.

    Painting frame `n` must give the same pixels whatever was painted before: segments of the video are rendered in
    parallel, and each starts in the middle. A layer may cache, and one instance is used by one thread at a time.
    """

    def damage(self, previous: int, frame: int) -> Sequence[Rect]:
        """The rectangles whose pixels may differ between two frames; empty where the layer stands still.

        Every pixel that differs must be covered: one that is missed stays stale on screen. A layer that cannot tell
        returns the whole area that it paints in either frame.
        """
        ...

    def is_still(self, first: int, stop: int) -> bool:
        """Whether every frame of `[first, stop)` has the same pixels, as far as this layer is concerned."""
        ...

    def paint(self, canvas: Canvas, frame: int, clip: Rect) -> None:
        """Blends the layer's pixels of `frame` onto the canvas, touching nothing outside `clip` (even edges)."""
        ...

    def digest(self, first: int, stop: int) -> bytes | None:
        """What the pixels of the frames `[first, stop)` depend on, relative to `first` where that is possible.

        Two ranges with equal digests are painted, and damaged from frame to frame, alike; the shorter the list of what
        is hashed, the more is found again after an edit. `picture.identity.NOTHING` says that nothing is painted and
        nothing damaged; `None`, that the layer cannot tell.
        """
        ...

    def fork(self) -> Layer:
        """An independent layer for another thread; immutable data (sprites, analyses) may be shared."""
        ...


@runtime_checkable
class ClosableLayer(Protocol):
    """A layer that holds something open, such as a video file."""

    def close(self) -> None:
        """Lets go of it; the layer is not painted again."""
        ...


def close_layers(layers: Iterable[Layer]) -> None:
    """Closes those layers that hold something open."""
    for layer in layers:
        if isinstance(layer, ClosableLayer):
            layer.close()
