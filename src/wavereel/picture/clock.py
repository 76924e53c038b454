"""A running clock: a short line of text of which a character or two change each second."""

from __future__ import annotations

import copy
from typing import TYPE_CHECKING

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


class ClockLayer:
    """Shows `face(second)`, where `seconds[n]` is the second of frame `n`.

    Each character is drawn once for each place, which tabular figures keep steady, so that a tick costs no drawing of
    text.

    Args:
        face: The text of a second; its length and its places must not change.
        seconds: `(frames,)` int32.
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
        widest = fit_text(
            face(int(seconds[-1]) if len(seconds) else 0),
            style,
            width_px=box.width,
            max_lines=1,
            min_size_px=style.size_px * _LEAST_SHARE,
        )
        self._style = widest.style
        self._y = box.y0 + (box.height - widest.height) * {"top": 0.0, "center": 0.5, "bottom": 1.0}[valign]
        share = {"left": 0.0, "center": 0.5, "right": 1.0}[style.align]
        self._x = box.x0 + (box.width - widest.width) * share
        self._places = [widest.extent(k, k + 1, 0).x0 for k in range(len(widest.text))] if widest.lines else []
        self._glyphs: dict[tuple[str, int], Sprite | None] = {}

    def damage(self, previous: int, frame: int) -> Sequence[Rect]:
        before, after = self._text(previous), self._text(frame)
        if before == after:
            return ()
        found: list[Rect] = []
        for place, (old, new) in enumerate(zip(before.ljust(len(after)), after.ljust(len(before)), strict=True)):
            if old != new:
                found += [sprite.rect for char in (old, new) if (sprite := self._sprite(char, place))]
        return found

    def is_still(self, first: int, stop: int) -> bool:
        return self._text(first) == self._text(stop - 1)

    def paint(self, canvas: Canvas, frame: int, clip: Rect) -> None:
        for place, char in enumerate(self._text(frame)):
            sprite = self._sprite(char, place)
            if sprite is not None and sprite.rect.intersect(clip):
                sprite.blend(canvas, clip)

    def fork(self) -> ClockLayer:
        return copy.copy(self)

    def _text(self, frame: int) -> str:
        second = int(self._seconds[min(max(frame, 0), len(self._seconds) - 1)])
        return self._face(second)[: len(self._places)]

    def _sprite(self, char: str, place: int) -> Sprite | None:
        if char == " ":
            return None
        key = char, place
        if key not in self._glyphs:
            drawn = draw_text(fit_text(char, self._style, width_px=10_000, max_lines=1))
            x, y = round(self._x + self._places[place]) + drawn.dx, round(self._y) + drawn.dy
            self._glyphs[key] = Sprite.from_rgba(drawn.pixels, x, y) if drawn.pixels.size else None
        return self._glyphs[key]
