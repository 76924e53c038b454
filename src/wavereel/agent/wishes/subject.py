"""What "it" means: the part of the timeline that was touched last."""

from __future__ import annotations

from typing import TYPE_CHECKING

from wavereel.errors import EditError
from wavereel.timeline.edits.surgery import ROLE_TYPES, named, select

if TYPE_CHECKING:
    from wavereel.agent.bench import Bench

PART_OF_ROLE = {"bgm": "music", "audio": "sound", "overlay": "picture"}


def part_of_focus(bench: Bench) -> str:
    """The role of what was touched last, `logo` or `cover` where it is one; empty where nothing was."""
    focus = bench.focus
    if not focus or focus in ROLE_TYPES or focus in ("logo", "cover", "loudness"):
        return focus
    try:
        spot = select(bench.timeline, focus)[0]
    except EditError:
        return ""
    track = bench.timeline.tracks[spot.track]
    for name in ("logo", "cover"):
        if track.role == "overlay" and named(track, spot.segment, name):
            return name
    return track.role


def subject_of_focus(bench: Bench) -> str:
    """The part, as words call it, that was touched last."""
    part = part_of_focus(bench)
    return PART_OF_ROLE.get(part, part)
