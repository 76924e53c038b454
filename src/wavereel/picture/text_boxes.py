"""The boxes behind the lines of a text."""

from __future__ import annotations

import math
from itertools import pairwise
from typing import TYPE_CHECKING

import numpy as np

from wavereel.picture.geometry import Rect
from wavereel.picture.glyphs import Mask, ink, rounded_box

if TYPE_CHECKING:
    from wavereel.picture.text import TextBlock

_HEIGHT_EM = 1.25
_MIDDLE_EM = 0.36
_PAD_SHARE = 0.45
_AIR_EM = 0.1


def box_masks(block: TextBlock, x: float = 0.0, y: float = 0.0) -> Mask:
    """One box for each line of a block at `x, y`, joined where they meet; coverage as one mask."""
    style = block.style
    pad = style.box_pad_px
    half = style.size_px * min(style.line_height, _HEIGHT_EM) / 2 + pad * _PAD_SHARE
    boxes: list[Rect] = []
    for line in block.lines:
        middle = y + line.baseline - style.size_px * _MIDDLE_EM
        top, bottom = middle - half, middle + half
        inked = ink(line.shaped.glyphs)
        if inked is not None:  # scripts that reach higher or lower than Latin get a higher box
            air = style.size_px * _AIR_EM
            top, bottom = min(top, y + line.baseline + inked[1] - air), max(bottom, y + line.baseline + inked[3] + air)
        left, right = x + line.x - pad, x + line.x + line.width + pad
        boxes.append(Rect(math.floor(left), math.floor(top), math.ceil(right), math.ceil(bottom)))
    return _union(_in_line(boxes, 2 * style.box_radius + 2), style.box_radius)


def _in_line(boxes: list[Rect], near_px: float) -> list[Rect]:
    """Sides of neighbours that are almost in line, put in line: a step smaller than a corner looks like a slip."""
    for _ in boxes:
        for i, (a, b) in enumerate(pairwise(list(boxes))):
            upper, lower = boxes[i], b
            if abs(a.x0 - b.x0) < near_px:
                upper, lower = (box._replace(x0=min(upper.x0, b.x0)) for box in (upper, lower))
            if abs(a.x1 - b.x1) < near_px:
                upper, lower = (box._replace(x1=max(upper.x1, b.x1)) for box in (upper, lower))
            boxes[i], boxes[i + 1] = upper, lower
    return boxes


def _union(boxes: list[Rect], radius: float) -> Mask:
    if not boxes:
        return Mask(0, 0, np.zeros((0, 0), np.uint8))
    around = boxes[0]
    for box in boxes[1:]:
        around = around.union(box)
    alpha = np.zeros((around.height, around.width), np.uint8)
    for box in boxes:
        place = box.move(-around.x0, -around.y0)
        part = alpha[place.y0 : place.y1, place.x0 : place.x1]
        np.maximum(part, rounded_box(box.width, box.height, radius), out=part)
    reach = math.ceil(radius)
    for above, below in pairwise(boxes):  # no gap and no notch where two boxes meet
        left, right = max(above.x0, below.x0) - around.x0, min(above.x1, below.x1) - around.x0
        top, bottom = min(above.y1, below.y0) - reach, max(above.y1, below.y0) + reach
        alpha[max(top - around.y0, 0) : bottom - around.y0, left:right] = 255
    return Mask(around.x0, around.y0, alpha)
