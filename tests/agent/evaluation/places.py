"""What stands at a place of a draft, as the cases of the evaluation set name places.

`m.width`, `d`, `media.generated`; `title` (whether the role is there), `title.count`, `caption.st.fs` (the first
segment of the first track of the role), `title.1.txt` (the second segment in time over all tracks of the role).
"""

from __future__ import annotations

import re
from functools import cache
from typing import Any

from wavereel.timeline.codec import timeline_tree
from wavereel.timeline.dress import text_style
from wavereel.timeline.generated import generated_media
from wavereel.timeline.layouts import Layout, layout_for
from wavereel.timeline.model import Timeline
from wavereel.timeline.restyle import ROLE_SLOTS, parts_of
from wavereel.timeline.themes import DEFAULT_THEME, THEME_NAMES, Theme, load_theme

Tree = dict[str, Any]

ROLES = (
    *("background", "main", "waveform", "overlay", "progress", "voice", "bgm", "sfx", "audio"),
    *("title", "lower_third", "chapter", "cta", "text", "caption"),
)
OF_SEGMENT_OR_TRACK = (("m", "look"), ("m", "lang"), ("m", "pending"), ("hid",), ("mu",), ("vol",))
"""Keys that hold for a segment where its track states them. Pending is stated by tracks only."""

_PLACE = re.compile(rf"d|m(\.\w+)+|media\.generated|({'|'.join(ROLES)})(\.count|(\.\d+)?(\.\w+)*)")
_WITHOUT_KEY = {
    ("vol",): 1,
    ("sp",): 1,
    ("fi",): 0,
    ("fo",): 0,
    ("x", "r"): 0,
    ("x", "o"): 1,
}
_WHOLE_CANVAS = {"x": 0.5, "y": 0.5, "w": 1.0, "h": 1.0}


def is_place(place: str) -> bool:
    """Whether a case may name it."""
    return _PLACE.fullmatch(place) is not None


def value_at(timeline: Timeline, place: str) -> Any:
    """What the draft states there; `None` where the key, or the segment, is absent.

    Raises:
        ValueError: No place is written like this.
    """
    if not is_place(place):
        raise ValueError(f"no place: {place!r}")
    if place == "d":
        return timeline.length_ms
    tree = timeline_tree(timeline)
    first, *steps = place.split(".")
    if first == "m":
        return _descend(tree.get("m", {}), steps)
    if first == "media":
        return len(generated_media(timeline))
    if not steps:
        return any(_is_present(track) for track in _tracks(tree, first))
    if steps == ["count"]:
        return sum(len(track["sg"]) for track in _tracks(tree, first))
    found = _found(timeline, first, steps)
    return None if found is None else _effective(*found)


def shown_at(timeline: Timeline, place: str) -> Any:
    """What is seen or heard there: what the draft states, else what holds without the key, else the theme's."""
    stated = value_at(timeline, place)
    first, *steps = place.split(".")
    if stated is not None or first not in ROLES or not steps:
        return stated
    found = _found(timeline, first, steps)
    if found is None:
        return None
    _, segment, path = found
    if tuple(path) in _WITHOUT_KEY:
        return _WITHOUT_KEY[tuple(path)]
    if len(path) != 2 or path[0] not in ("st", "x"):
        return None
    slot_name = (segment.get("m") or {}).get("slot") or (ROLE_SLOTS | {"waveform": "wave"}).get(first, first)
    layout = _layout(timeline)
    if path[0] == "x":
        return _box(layout, slot_name, first).get(path[1])
    return text_style(layout, slot_name).get(path[1]) if slot_name in layout.slots else None


def _found(timeline: Timeline, role: str, steps: list[str]) -> tuple[Tree, Tree, list[str]] | None:
    """The track, the segment and the rest of the path; an empty segment where the track has none."""
    tracks = _tracks(timeline_tree(timeline), role)
    if steps[0].isdecimal():
        placed: list[tuple[int, Tree, Tree]] = []
        for track, node in zip(tracks, timeline.with_role(role), strict=True):
            starts = [start for start, _ in node.placed()]
            placed += [(start, track, segment) for start, segment in zip(starts, track["sg"], strict=True)]
        placed.sort(key=lambda entry: entry[0])
        number = int(steps[0])
        return (placed[number][1], placed[number][2], steps[1:]) if number < len(placed) else None
    track = next((track for track in tracks if _is_present(track)), None)
    if track is None:
        return None
    return track, next(iter(track["sg"]), {}), steps


def _effective(track: Tree, segment: Tree, path: list[str]) -> Any:
    if not path:
        return True
    if path[0] == "st":
        style = track.get("st", {}) | segment.get("st", {})
        return _descend({"st": style} if style else {}, path)
    value = _descend(segment, path)
    if value is None and (tuple(path) in OF_SEGMENT_OR_TRACK or not segment):
        return _descend(track, path)
    return value


def _descend(node: Any, steps: list[str]) -> Any:
    for step in steps:
        if isinstance(node, list) and step.isdecimal():
            node = node[int(step)] if int(step) < len(node) else None
        else:
            node = node.get(step) if isinstance(node, dict) else None
    return node


def _tracks(tree: Tree, role: str) -> list[Tree]:
    return [track for track in tree["t"] if (track.get("m") or {}).get("role") == role]


def _is_present(track: Tree) -> bool:
    return bool(track["sg"]) or (track.get("m") or {}).get("pending") is True


def _layout(timeline: Timeline) -> Layout:
    name = timeline.meta.theme if timeline.meta.theme in THEME_NAMES else DEFAULT_THEME
    return layout_for(_theme(name), *timeline.size, timeline.meta.platform, present=parts_of(timeline))


@cache
def _theme(name: str) -> Theme:
    return load_theme(name)


def _box(layout: Layout, slot_name: str, role: str) -> dict[str, float]:
    """Centre and size of a slot in fractions of the canvas; pictures under everything fill it."""
    if role in ("background", "main"):
        return _WHOLE_CANVAS
    slot = layout.slots.get(slot_name)
    if slot is None:
        return {}
    return {
        "x": (slot.x + slot.width / 2) / layout.width,
        "y": (slot.y + slot.height / 2) / layout.height,
        "w": slot.width / layout.width,
        "h": slot.height / layout.height,
    }


def same_draft(one: Timeline, other: Timeline) -> bool:
    """Whether two drafts are equal in every key, those that this version does not know included."""
    return timeline_tree(one) == timeline_tree(other)
