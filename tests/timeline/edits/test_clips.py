"""Move, duplicate, trim, remove, place in time, hide."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError
from tests.timeline.edits.timelines import attempt, check_valid, timelines, unknown_kept

from wavereel.errors import EditError
from wavereel.timeline.codec import timeline_from_tree
from wavereel.timeline.edits.base import Edit, Note
from wavereel.timeline.edits.clips import Duplicate, Move, Trim
from wavereel.timeline.edits.removing import Remove
from wavereel.timeline.edits.spans import Hide, SetTime
from wavereel.timeline.model import Timeline

Tree = dict[str, Any]


def talk(**more: Any) -> Timeline:
    """Three voice clips of 4 s with a cue each, a title in the second and one over everything, a bed, a picture."""
    voice = [{"id": f"voice-{n}", "s": 4000 * n - 4000, "d": 4000, "src": f"asset://{n}", "ss": 100} for n in (1, 2, 3)]
    cues = [
        {"id": f"cue-{n}", "s": 4000 * n - 3000, "d": 1000, "txt": f"c{n}", "wd": [{"w": f"c{n}", "s": 0, "d": 500}]}
        for n in (1, 2, 3)
    ]
    tree = {
        "d": 12_000,
        "t": [
            {
                "id": "background",
                "tt": 0,
                "m": {"role": "background"},
                "sg": [{"s": 0, "d": 12_000, "g": {"k": "color", "c": "#000000"}}],
            },
            {
                "id": "waveform",
                "tt": 0,
                "m": {"role": "waveform"},
                "sg": [{"s": 0, "d": 12_000, "g": {"k": "waveform", "of": "voice"}}],
            },
            {
                "id": "logo",
                "tt": 0,
                "m": {"role": "overlay"},
                "sg": [{"id": "logo-1", "s": 6000, "d": 3000, "src": "l.png"}],
            },
            {"id": "voice", "tt": 1, "m": {"role": "voice"}, "sg": voice},
            {"id": "bgm", "tt": 1, "m": {"role": "bgm"}, "sg": [{"s": 0, "d": 12_000, "src": "m", "lp": True}]},
            {"id": "whole", "tt": 7, "m": {"role": "text"}, "sg": [{"s": 0, "d": 12_000, "txt": "W"}]},
            {"id": "title", "tt": 7, "m": {"role": "title"}, "sg": [{"id": "t-1", "s": 4500, "d": 2000, "txt": "T"}]},
            {"id": "captions", "tt": 7, "m": {"role": "caption"}, "sg": cues},
        ],
    }
    return timeline_from_tree(tree | more)


def places(timeline: Timeline, track: str) -> list[tuple[str, int, int]]:
    item = next(item for item in timeline.tracks if item.id == track)
    return [(segment.id or "", start, segment.length_ms) for start, segment in item.placed()]


def done(edit: Edit, timeline: Timeline | None = None) -> Timeline:
    after = edit.apply(talk() if timeline is None else timeline)
    check_valid(after)
    return after


def test_a_voice_clip_takes_everything_along():
    after = done(Move(target="voice#2", before="voice#1"))
    assert places(after, "voice") == [("voice-2", 0, 4000), ("voice-1", 4000, 4000), ("voice-3", 8000, 4000)]
    assert places(after, "captions") == [("cue-2", 1000, 1000), ("cue-1", 5000, 1000), ("cue-3", 9000, 1000)]
    assert places(after, "title") == [("t-1", 500, 2000)]
    assert places(after, "bgm") == [("", 0, 12_000)]
    assert after.length == 12_000
    assert done(Move(target="voice#1", after="voice#2")) == after


def test_a_clip_behind_the_last_one():
    after = done(Move(target="voice#1", after="voice#3"))
    assert [name for name, *_ in places(after, "voice")] == ["voice-2", "voice-3", "voice-1"]
    assert [name for name, *_ in places(after, "captions")] == ["cue-2", "cue-3", "cue-1"]
    assert places(after, "logo") == [("logo-1", 2000, 3000)]


@pytest.mark.parametrize(
    ("edit", "start_ms"),
    [
        (Move(target="title", to_ms=0), 0),
        (Move(target="title", by_ms=1000), 5500),
        (Move(target="title", before="logo-1"), 4000),
        (Move(target="title", after="logo-1"), 9000),
        (Move(target="title", by_ms=-99_000), 0),
        (Move(target="title", to_ms=11_900), 10_000),
    ],
)
def test_a_title_moves_inside_the_video(edit: Move, start_ms: int):
    notes: list[Note] = []
    after = edit.run(talk(), notes)
    assert places(after, "title") == [("t-1", start_ms, 2000)]
    assert bool(notes) == (start_ms == 10_000 or edit.by_ms == -99_000)


def test_a_text_that_would_lie_over_another_gets_a_track_of_its_own():
    two = Duplicate(target="title", at_ms=500).apply(talk())
    assert places(two, "title") == [("t-2", 500, 2000), ("t-1", 4500, 2000)]
    after = done(Move(target="t-2", to_ms=4000), two)
    assert places(after, "title") == [("t-1", 4500, 2000)]
    assert places(after, "title-2") == [("t-2", 4000, 2000)]


def test_a_voice_that_is_moved_back_makes_room():
    after = done(Move(target="voice", by_ms=2000))
    assert places(after, "voice")[0] == ("voice-1", 2000, 4000)
    assert places(after, "captions")[0] == ("cue-1", 3000, 1000)
    assert places(after, "background") == [("", 0, 14_000)]
    assert places(after, "whole") == [("", 0, 14_000)]
    assert places(after, "title") == [("t-1", 4500, 2000)]
    assert after.length == 14_000


def test_a_voice_clip_is_doubled_with_its_cue():
    after = done(Duplicate(target="voice#2"))
    assert places(after, "voice") == [
        *[("voice-1", 0, 4000), ("voice-2", 4000, 4000), ("voice-4", 8000, 4000)],
        ("voice-3", 12_000, 4000),
    ]
    assert places(after, "captions") == [
        *[("cue-1", 1000, 1000), ("cue-2", 5000, 1000), ("cue-4", 9000, 1000)],
        ("cue-3", 13_000, 1000),
    ]
    assert places(after, "title") == [("t-1", 4500, 2000)]
    assert places(after, "logo") == [("logo-1", 6000, 7000)]
    assert places(after, "waveform") == [("", 0, 16_000)]
    assert after.length == 16_000


def test_a_copy_in_the_middle_of_a_clip_cuts_it():
    after = done(Duplicate(target="voice#1", at_ms=5000))
    assert [(start, length) for _, start, length in places(after, "voice")] == [
        *[(0, 4000), (4000, 1000), (5000, 4000), (9000, 3000)],
        (12_000, 4000),
    ]


def test_the_copy_of_a_title_ends_with_the_video():
    notes: list[Note] = []
    after = Duplicate(target="title", at_ms=11_000).run(talk(), notes)
    assert places(after, "title") == [("t-1", 4500, 2000), ("t-2", 11_000, 1000)]
    assert notes == [Note("shortened", {"what": "title", "length_s": "1"})]


@pytest.mark.parametrize(
    ("edit", "voice", "length_ms"),
    [
        (Trim(target="voice-2", start_by_ms=1000), [(0, 4000), (4000, 3000), (7000, 4000)], 11_000),
        (Trim(target="voice-2", start_ms=4500, end_ms=5000), [(0, 4000), (4000, 500), (4500, 4000)], 8500),
        (Trim(target="voice", end_by_ms=5000), [(0, 4000), (4000, 3000)], 7000),
    ],
)
def test_trimming_a_voice_closes_the_gap(edit: Trim, voice: list[tuple[int, int]], length_ms: int):
    after = done(edit)
    assert [(start, length) for _, start, length in places(after, "voice")] == voice
    assert after.length == length_ms


def test_trimming_others_leaves_the_rest_alone():
    after = done(Trim(target="title", start_by_ms=500, end_ms=6000))
    assert places(after, "title") == [("t-1", 5000, 1000)]
    assert places(after, "voice") == places(talk(), "voice")
    cue = done(Trim(target="cue-2", end_by_ms=300))
    assert places(cue, "captions")[1] == ("cue-2", 5000, 700)


@pytest.mark.parametrize("target", ["voice-2", "voice#2", "@3.1"])
def test_removing_a_voice_clip_closes_the_gap(target: str):
    after = done(Remove(target=target))
    assert places(after, "voice") == [("voice-1", 0, 4000), ("voice-3", 4000, 4000)]
    assert places(after, "captions") == [("cue-1", 1000, 1000), ("cue-3", 5000, 1000)]
    assert places(after, "logo") == [("logo-1", 4000, 1000)]
    assert all(track.role != "title" for track in after.tracks)
    assert after.length == 8000


def test_removing_the_voice_takes_its_captions():
    after = done(Remove(target="voice"))
    assert [track.id for track in after.tracks] == ["background", "waveform", "logo", "bgm", "whole", "title"]
    assert after.length == 12_000
    wave = after.tracks[1].segments[0].generator
    assert wave is not None and wave.of == "*"


def test_removing_others_leaves_the_rest_alone():
    before = talk()
    for target in ("title", "bgm", "logo", "captions", "caption", "background"):
        after = done(Remove(target=target), before)
        assert len(after.tracks) == len(before.tracks) - 1
        assert after.length == 12_000
    assert places(done(Remove(target="cue-2")), "captions") == [("cue-1", 1000, 1000), ("cue-3", 9000, 1000)]


def test_pending_captions_count():
    pending = {"tt": 7, "m": {"role": "caption", "pending": True}, "sg": []}
    assert Remove(target="caption").apply(timeline_from_tree({"t": [pending]})).tracks == ()


def test_a_video_whose_sound_goes_does_not_begin_to_sound():
    clip = {"s": 0, "d": 4000, "src": "v.mp4"}
    tree = {"t": [{"tt": 0, "m": {"role": "main"}, "sg": [clip]}, {"tt": 1, "m": {"role": "voice"}, "sg": [clip]}]}
    after = done(Remove(target="voice"), timeline_from_tree(tree))
    assert len(after.tracks) == 1 and after.tracks[0].muted


@pytest.mark.parametrize(
    ("edit", "place"),
    [
        (SetTime(target="title", start_ms=0), (0, 2000)),
        (SetTime(target="title", length_ms=1000), (4500, 1000)),
        (SetTime(target="title", end_ms=9000), (4500, 4500)),
        (SetTime(target="title", start_ms=1000, end_ms=2000), (1000, 1000)),
        (SetTime(target="title", start_ms=1000, length_ms=500), (1000, 500)),
        (SetTime(target="title", length_ms=500, end_ms=12_000), (11_500, 500)),
        (SetTime(target="title", start_ms=11_000), (11_000, 1000)),
        (SetTime(target="title", whole=True), (0, 12_000)),
    ],
)
def test_set_time(edit: SetTime, place: tuple[int, int]):
    notes: list[Note] = []
    after = edit.run(talk(), notes)
    check_valid(after)
    assert places(after, "title") == [("t-1", *place)]
    assert [note.key for note in notes] == (["shortened"] if edit.start_ms == 11_000 else [])


def test_hide_and_show():
    hidden = done(Hide(target="title"))
    assert hidden.tracks[6].hidden
    assert done(Hide(target="title", hidden=False), hidden) == talk()
    one = done(Hide(target="cue-2"))
    assert [bool(track.hidden) for track in one.tracks[-2:]] == [False, True]
    assert places(one, "captions") == [("cue-1", 1000, 1000), ("cue-3", 9000, 1000)]
    assert places(one, "caption") == [("cue-2", 5000, 1000)]


@pytest.mark.parametrize(
    ("edit", "reason"),
    [
        (Move(target="title"), "nothing_to_change"),
        (Move(target="title", to_ms=4500), "same_already"),
        (Move(target="voice-1", before="voice-2"), "same_already"),
        (Move(target="voice-2", by_ms=1000), "overlaps"),
        (Move(target="nobody", to_ms=0), "no_such_target"),
        (Duplicate(target="bgm"), "past_end"),
        (Trim(target="title"), "nothing_to_change"),
        (Trim(target="title", start_ms=7000), "outside"),
        (Trim(target="title", start_by_ms=2000), "nothing_left"),
        (Trim(target="title", end_ms=7000), "same_already"),
        (Remove(target="cta"), "nothing_there"),
        (SetTime(target="voice", start_ms=0), "wrong_kind"),
        (SetTime(target="title"), "nothing_to_change"),
        (SetTime(target="title", start_ms=12_000), "past_end"),
        (SetTime(target="title", end_ms=4000), "empty_range"),
        (SetTime(target="caption", length_ms=4000), "several_there"),
        (Hide(target="voice"), "wrong_kind"),
        (Hide(target="title", hidden=False), "same_already"),
    ],
)
def test_refusals(edit: Edit, reason: str):
    with pytest.raises(EditError) as caught:
        edit.apply(talk())
    assert caught.value.reason == reason


def test_two_places_are_no_place():
    with pytest.raises(ValidationError):
        Move(target="title", to_ms=0, by_ms=5)
    with pytest.raises(ValidationError):
        Trim(target="title", start_ms=0, start_by_ms=5)


TARGETS = [
    "voice",
    "voice#1",
    "voice#-1",
    "main",
    "main#2",
    "audio#1",
    "bgm",
    "sfx",
    "title",
    "text#1",
    "caption",
    "caption#2",
]
TARGETS += ["background", "waveform", "overlay", "@0", "@1.0", "@2.1", "cta"]
MS = st.integers(0, 31_000)


@given(
    timelines(), st.sampled_from(TARGETS), st.sampled_from(TARGETS), MS, st.integers(-20_000, 20_000), st.integers(0, 3)
)
def test_moves(timeline: Timeline, target: str, other: str, to_ms: int, by_ms: int, kind: int):
    values: Tree = [{"to_ms": to_ms}, {"by_ms": by_ms}, {"before": other}, {"after": other}][kind]
    result = attempt(timeline, Move(target=target, **values))
    if result is not None:
        assert unknown_kept(timeline, result[0])
        assert result[0].length_ms >= timeline.length_ms or timeline.length is None


@given(timelines(), st.sampled_from(TARGETS), st.none() | MS)
def test_copies(timeline: Timeline, target: str, at_ms: int | None):
    result = attempt(timeline, Duplicate(target=target, at_ms=at_ms))
    if result is not None:
        assert unknown_kept(timeline, result[0])
        assert result[0].length_ms >= timeline.length_ms


@given(timelines(), st.sampled_from(TARGETS), st.none() | MS, st.none() | MS, st.none() | st.integers(1, 5000))
def test_trims(timeline: Timeline, target: str, start_ms: int | None, end_ms: int | None, by_ms: int | None):
    by = {"start_by_ms": by_ms} if start_ms is None else {"end_by_ms": by_ms} if end_ms is None else {}
    result = attempt(timeline, Trim(target=target, start_ms=start_ms, end_ms=end_ms, **by))
    if result is not None:
        assert result[0].length_ms <= timeline.length_ms


@given(timelines(), st.sampled_from(TARGETS))
def test_removals(timeline: Timeline, target: str):
    result = attempt(timeline, Remove(target=target))
    if result is not None:
        assert result[0].length_ms <= timeline.length_ms


@given(
    timelines(),
    st.sampled_from(TARGETS),
    st.none() | MS,
    st.none() | st.integers(1, 31_000),
    st.none() | MS,
    st.booleans(),
)
def test_times(
    timeline: Timeline, target: str, start_ms: int | None, length_ms: int | None, end_ms: int | None, whole: bool
):
    edit = SetTime(target=target, start_ms=start_ms, length_ms=length_ms, end_ms=end_ms or None, whole=whole)
    result = attempt(timeline, edit)
    if result is not None:
        assert unknown_kept(timeline, result[0])
        assert timeline.length is None or result[0].length_ms == timeline.length_ms


@given(timelines(), st.sampled_from(TARGETS), st.booleans())
def test_hiding(timeline: Timeline, target: str, hidden: bool):
    result = attempt(timeline, Hide(target=target, hidden=hidden))
    if result is not None:
        assert unknown_kept(timeline, result[0])
