"""What the tests of the canvas and of the picture share: a timeline with media at hand, and short ways into it."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from tests.timeline.edits.timelines import check_valid, unknown_values
from tests.timeline.test_build import FACTS, FakeCue, FakeWord, build

from wavereel.errors import EditError
from wavereel.timeline.codec import timeline_from_tree, timeline_tree
from wavereel.timeline.edits.base import Edit, Note
from wavereel.timeline.model import Timeline

Tree = dict[str, Any]

MEDIA: list[Tree] = [
    {"file_id": "f_0123456789abcdef", "filename": "talk.mp3", "file_type": "audio", "duration": 60.0},
    {"file_id": "f_00000000000000b1", "filename": "beach.jpg", "file_type": "image", "width": 1920, "height": 1080},
    {"file_id": "f_00000000000000b2", "filename": "logo.png", "file_type": "image", "width": 400, "height": 200},
    {"file_id": "f_00000000000000b3", "filename": "cover.png", "file_type": "image", "width": 1500, "height": 1500},
    {
        "file_id": "f_00000000000000b4",
        "filename": "clip.mp4",
        "file_type": "video",
        "duration": 20.0,
        "width": 1920,
        "height": 1080,
        "has_audio": True,
    },
    {
        "file_id": "f_00000000000000b5",
        "filename": "tall.mp4",
        "file_type": "video",
        "duration": 7.5,
        "width": 1080,
        "height": 1920,
        "has_audio": False,
    },
]
CUES = [FakeCue("so it goes", 1000, 2500, (FakeWord("so", 1000, 1400), FakeWord("it", 1500, 1900)))]
BEACH, LOGO, COVER, CLIP, TALL = (f"asset://{entry['file_id']}" for entry in MEDIA[1:])


def talk(*files: str, theme: str = "midnight", **wishes: Any) -> Timeline:
    """The built timeline of a talk of 60 s, with files at hand, all of them by default."""
    return with_files(build(replace(FACTS, media=()), theme, cues=CUES, **wishes), *files)


def with_files(timeline: Timeline, *files: str) -> Timeline:
    media = [entry for entry in MEDIA if not files or entry["filename"] in files]
    return timeline_from_tree(timeline_tree(timeline) | {"video_infos": media})


def empty(*files: str) -> Timeline:
    return with_files(timeline_from_tree({"t": []}), *files)


def done(edit: Edit, timeline: Timeline) -> tuple[Timeline, list[Note]]:
    """The timeline after an edit, checked to be a draft by the schema, and the notes."""
    notes: list[Note] = []
    after = edit.run(timeline, notes)
    check_valid(after)
    return after, notes


def applied(edit: Edit, timeline: Timeline) -> Timeline:
    return done(edit, timeline)[0]


def refused(edit: Edit, timeline: Timeline) -> str:
    """The reason why an edit cannot be done."""
    try:
        edit.apply(timeline)
    except EditError as error:
        assert error.reason, error
        return error.reason
    return "done"


def first(timeline: Timeline, role: str) -> Tree:
    """The first segment of the first track of a role, as the draft writes it."""
    return next(
        segment
        for track in timeline_tree(timeline)["t"]
        if (track.get("m") or {}).get("role") == role
        for segment in track["sg"]
    )


def with_keys(timeline: Timeline, role: str, **keys: Any) -> Timeline:
    """The timeline with keys of the first segment of a role set; `None` takes one away."""
    tree = timeline_tree(timeline)
    segment = next(track for track in tree["t"] if track["m"]["role"] == role)["sg"][0]
    segment |= keys
    for key in [key for key, value in segment.items() if value is None]:
        del segment[key]
    return timeline_from_tree(tree)


def try_on(edit: Edit, timeline: Timeline, *, forgets: int = 0) -> Timeline | None:
    """Any edit on any timeline: refused with a reason, or a valid draft that keeps all unknown keys.

    Args:
        edit: What is tried.
        timeline: On what.
        forgets: How many unknown keys may go with segments that the edit takes away.
    """
    before = timeline_tree(timeline)
    notes: list[Note] = []
    try:
        after = edit.run(timeline, notes)
    except EditError as error:
        assert error.reason
        after = None
    assert timeline_tree(timeline) == before, "an edit changed its timeline in place"
    if after is None:
        return None
    tree = check_valid(after)
    lost = unknown_values(before) - unknown_values(tree)
    assert len(lost) <= forgets, f"unknown keys are gone: {lost}"
    assert tree != before, "an edit that changes nothing is refused"
    return after


def boxes(timeline: Timeline) -> list[tuple[str, Tree]]:
    """Role and `x` of all segments that are painted and are no text."""
    return [
        (str((track.get("m") or {}).get("role", "")), segment["x"])
        for track in timeline_tree(timeline)["t"]
        for segment in track["sg"]
        if track["tt"] == 0 and "x" in segment
    ]
