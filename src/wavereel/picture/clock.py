"""A running clock: a short line of text of which a character or two change each second."""

from __future__ import annotations

import copy
from typing import TYPE_CHECKING, NamedTuple

from wavereel.picture.fonts import default_library
from wavereel.picture.identity import identity, stretches
from wavereel.picture.sprite import Sprite
from wavereel.picture.text import draw_text, fit_text

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    import numpy as np
    from numpy.typing import NDArray

    from wavereel.picture.canvas import Canvas
    from wavereel.picture.geometry import Rect
    from wavereel.picture.text import TextStyle

_LEAST_SHARE = 0.5


class _Cell(NamedTuple):
    """A character whose pen stands at `x` px."""

    char: str
    x: int


class ClockLayer:
    """Shows `face(second)`, where `seconds[n]` is the second of frame `n`.

    Each character is drawn once for each place. Tabular figures stand in the same places as long as the text has the
    same form (`0:00`, `00:00`), so a tick draws no text and damages only the figures that change.

    Args:
        face: The text of a second.
        seconds: `(frames,)` int32, never falling.
        style: How it is set; its alignment places the line across the box.
        box: Where it stands.
        valign: `top`, `center` or `bottom`.
    """

    def __init__(
        self,
        face: Callable[[int], str],
        seconds: NDArray[np.int32],
        style: TextStyle,
        box: Rect,
        valign: str,
    ) -> None:
        self._face, self._seconds = face, seconds
        self._box = box
        last = face(int(seconds[-1]) if len(seconds) else 0)
        least = style.size_px * _LEAST_SHARE
        widest = fit_text(last, style, width_px=box.width, max_lines=1, min_size_px=least)
        self._style = widest.style
        self._y = round(box.y0 + (box.height - widest.height) * {"top": 0.0, "center": 0.5, "bottom": 1.0}[valign])
        self._places: dict[str, list[int]] = {}
        self._glyphs: dict[_Cell, Sprite | None] = {}

    def damage(self, previous: int, frame: int) -> Sequence[Rect]:
        before, after = self._cells(previous), self._cells(frame)
        changed = set(before).symmetric_difference(after)
        return [sprite.rect for cell in sorted(changed) if (sprite := self._sprite(cell))]

    def is_still(self, first: int, stop: int) -> bool:
        return self._cells(first) == self._cells(stop - 1)

    def paint(self, canvas: Canvas, frame: int, clip: Rect) -> None:
        for cell in self._cells(frame):
            sprite = self._sprite(cell)
            if sprite is not None and sprite.rect.intersect(clip):
                sprite.blend(canvas, clip)

    def digest(self, first: int, stop: int) -> bytes:
        cells = stretches(self._cells, first, stop)
        return identity("clock", self._style, self._y, default_library().identity(), cells)

    def fork(self) -> ClockLayer:
        return copy.copy(self)

    def _cells(self, frame: int) -> list[_Cell]:
        """The characters of a frame with the px at which they stand."""
        second = int(self._seconds[min(max(frame, 0), len(self._seconds) - 1)])
        text = self._face(second)
        form = "".join("0" if char.isdigit() else char for char in text)
        if form not in self._places:
            line = fit_text(form, self._style, width_px=10_000, max_lines=1)
            share = {"left": 0.0, "center": 0.5, "right": 1.0}[self._style.align]
            x = self._box.x0 + (self._box.width - line.width) * share
            self._places[form] = [round(x + line.extent(k, k + 1, 0).x0) for k in range(len(line.text))]
        return [_Cell(char, x) for char, x in zip(text, self._places[form], strict=True) if char != " "]

    def _sprite(self, cell: _Cell) -> Sprite | None:
        if cell not in self._glyphs:
            drawn = draw_text(fit_text(cell.char, self._style, width_px=10_000, max_lines=1))
            x, y = cell.x + drawn.dx, self._y + drawn.dy
            self._glyphs[cell] = Sprite.from_rgba(drawn.pixels, x, y) if drawn.pixels.size else None
        return self._glyphs[cell]
