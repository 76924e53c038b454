"""Where a segment stands and how large it is, before and after: what its draft leaves out comes from the layout."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from wavereel.timeline.difference_values import share
from wavereel.timeline.edits.boxes import layout_of, present_box
from wavereel.timeline.edits.surgery import effective_style
from wavereel.timeline.edits.text_places import is_placed_by_hand, plate_box, slot_of, text_box
from wavereel.timeline.model import TrackType

if TYPE_CHECKING:
    from wavereel.timeline.model import Segment, Timeline, Track

PLACE_KEYS = frozenset({"x.x", "x.y", "x.w", "x.h", "st.pos", "st.al", "st.bg"})
"""Keys with which a place is told."""

_WHOLE = 0.98
_SAME = 0.004
"""How far a place may be off and still be the same, in shares of the canvas."""

_WIDE = 0.92
"""What is as wide as this stands in the middle wherever it stands."""

_LITTLE, _SHORT = 0.04, 0.15
"""Moves as far as this are a bit, and are told as a way, not as a place."""

_ACROSS = {-1: ("left", "左"), 0: ("", ""), 1: ("right", "右")}
_DOWN = {-1: ("top", "上"), 0: ("", ""), 1: ("bottom", "下")}
_WAYS = (
    (("further left", "左移"), ("further right", "右移")),
    (("higher", "上移"), ("lower", "下移")),
)
_SIDES = {
    ("left", ""): "左侧",
    ("right", ""): "右侧",
    ("", "top"): "顶部",
    ("", "bottom"): "底部",
    ("", ""): "画面中间",
}


class Seen(NamedTuple):
    """Where something stands, in fractions of the canvas: its centre, its size, and for a text how it is set.

    `sized` says whether the size is a box's, and not about what a text covers.
    """

    x: float
    y: float
    width: float
    height: float
    align: str | None = None
    plate: str | None = None
    sized: bool = True


def seen_at(timeline: Timeline, track: Track, segment: Segment) -> Seen | None:
    """Where a segment stands; `None` where it is not seen."""
    layout = layout_of(timeline)
    if track.type == TrackType.TEXT:
        box = text_box(timeline, layout, track, segment)
        style = effective_style(track, segment)
        slot = layout.slots.get(slot_of(track, segment))
        by_hand = is_placed_by_hand(track, segment)
        align = style.align
        if align is None:
            align = (
                layout.kept_align(slot.name, style.position) if by_hand and slot else slot.align if slot else "center"
            )
        plate = style.box_color or (None if by_hand else plate_box(layout, slot_of(track, segment)))
        return Seen(box.x, box.y, box.width, box.height, align, (plate or "").lower() or None, sized=False)
    if track.type == TrackType.VIDEO:
        place = present_box(timeline, layout, track, segment)
        return Seen(place.x, place.y, place.width, place.height)
    return None


def place_phrase(before: Seen, after: Seen, *, back: bool) -> tuple[str, str] | None:
    """How a place differs in English, behind "is now", and in Chinese, behind the name; `None` where it does not.

    With `back` it is one that was there before, and no direction is told.
    """
    sizes = _size_phrase(before, after, back=back) if after.sized else None
    whole = after.sized and min(after.width, after.height) >= _WHOLE
    if whole and min(before.width, before.height) < _WHOLE:
        return "filling the picture", "铺满画面"
    moved = _move_phrase(before, after, resized=sizes is not None, back=back)
    said = [phrase for phrase in (moved, sizes) if phrase]
    if not said:
        return None
    return " and ".join(english for english, _ in said), "，".join(chinese for _, chinese in said)


def _move_phrase(before: Seen, after: Seen, *, resized: bool, back: bool) -> tuple[str, str] | None:
    dx, dy = after.x - before.x, after.y - before.y
    if max(abs(dx), abs(dy)) < _SAME or (
        resized and max(abs(dx), abs(dy)) < 2 * _LITTLE and _region(before) == _region(after)
    ):
        return None
    old, new = _region(before), _region(after)
    if old != new and (back or max(abs(dx), abs(dy)) > _SHORT):
        was = "" if back else f" (was {_region_text(old)[0]})"
        zh_was = "" if back else f"（原在{_region_text(old)[1]}）"
        english, chinese = _region_text(new)
        return f"{english}{was}", f"{'回到' if back else '移到'}{chinese}{zh_was}"
    if back:
        return "where it was", "回到原来的位置"
    parts = [
        (delta, _WAYS[axis][delta > 0])
        for axis, delta in ((1, dy), (0, dx))
        if abs(delta) >= max(_SAME, 0.2 * max(abs(dx), abs(dy)))
    ]
    little = max(abs(delta) for delta, _ in parts) < _LITTLE
    english = " and ".join(way[0] for _, way in parts)
    chinese = "、".join(f"{way[1]}{share(abs(delta))}" for delta, way in parts)
    values = ", ".join(share(abs(delta)) for delta, _ in parts)
    return f"{'a little ' if little else ''}{english} (by {values})", chinese


def _size_phrase(before: Seen, after: Seen, *, back: bool) -> tuple[str, str] | None:
    wider, taller = after.width / max(before.width, 1e-6), after.height / max(before.height, 1e-6)
    across, down = abs(wider - 1) >= 0.01, abs(taller - 1) >= 0.01
    if not across and not down:
        return None
    if across and down and (wider > 1) == (taller > 1):
        english, chinese = ("bigger", "放大") if wider > 1 else ("smaller", "缩小")
    elif across and not down:
        english, chinese = ("wider", "加宽") if wider > 1 else ("narrower", "变窄")
    elif down and not across:
        english, chinese = ("taller", "加高") if taller > 1 else ("flatter", "变矮")
    else:
        english, chinese = "of another shape", "形状改变"
    side, zh_side, old, new = "width", "宽度", before.width, after.width
    if not across:
        side, zh_side, old, new = "height", "高度", before.height, after.height
    values = f"{share(new)} of the {side}, was {share(old)}"
    zh_values = f"{zh_side}{share(new)}，原为{share(old)}"
    if back:
        return f"as large as before ({share(new)} of the {side})", f"恢复原来的大小（{zh_side}{share(new)}）"
    return f"{english} ({values})", f"{chinese}（{zh_values}）"


def _region(seen: Seen) -> tuple[int, int]:
    """In which of the nine fields of the picture something stands, -1 to 1 across and down, by the room around it."""
    return _third(seen.x, seen.width), _third(seen.y, seen.height)


def _third(middle: float, extent: float) -> int:
    if extent >= _WIDE:
        return 0
    share_before = (middle - extent / 2) / (1 - extent)
    return -1 if share_before < 0.3 else 1 if share_before > 0.7 else 0


def _region_text(region: tuple[int, int]) -> tuple[str, str]:
    (across, left), (down, upper) = _ACROSS[region[0]], _DOWN[region[1]]
    if across and down:
        return f"at the {down} {across}", f"{left}{upper}角"
    if across:
        return f"on the {across}", _SIDES[across, ""]
    return (f"at the {down}" if down else "in the middle"), _SIDES["", down]
