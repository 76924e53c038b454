"""Cut, keep and split."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.timeline.edits.timelines import attempt, check_valid, timelines

from wavereel.errors import EditError
from wavereel.timeline.codec import timeline_from_tree
from wavereel.timeline.edits.cuts import Cut, CutMany, Keep, KeepMany, Split
from wavereel.timeline.model import Timeline

Tree = dict[str, Any]


def talk() -> Timeline:
    return timeline_from_tree(
        {
            "d": 12_000,
            "t": [
                {
                    "id": "voice",
                    "tt": 1,
                    "m": {"role": "voice"},
                    "sg": [{"id": "voice-1", "s": 0, "d": 12_000, "src": "a"}],
                },
                {
                    "tt": 7,
                    "m": {"role": "caption"},
                    "sg": [
                        {
                            "id": "cue-1",
                            "s": 1000,
                            "d": 2000,
                            "txt": "one, two",
                            "wd": [{"w": "one,", "s": 0, "d": 900}, {"w": "two", "s": 1000, "d": 900}],
                        }
                    ],
                },
                {
                    "tt": 7,
                    "m": {"role": "title"},
                    "sg": [{"id": "t-1", "s": 500, "d": 2000, "txt": "T", "an": {"in": {"k": "fade"}}}],
                },
            ],
        }
    )


def spans(timeline: Timeline, number: int) -> list[tuple[int, int]]:
    return [(start, start + segment.length_ms) for start, segment in timeline.tracks[number].placed()]


@pytest.mark.parametrize(
    ("edit", "length_ms", "voice"),
    [
        (Cut(start_ms=0, end_ms=4000), 8000, [(0, 8000)]),
        (Cut(start_ms=4000, end_ms=5000), 11_000, [(0, 4000), (4000, 11_000)]),
        (Cut(start_ms=4000), 4000, [(0, 4000)]),
        (Cut(start_ms=11_000, end_ms=99_000), 11_000, [(0, 11_000)]),
        (CutMany(ranges=((4000, 5000), (0, 1000), (4500, 6000))), 9000, [(0, 3000), (3000, 9000)]),
        (Keep(start_ms=4000, end_ms=5000), 1000, [(0, 1000)]),
        (Keep(start_ms=4000), 8000, [(0, 8000)]),
        (KeepMany(ranges=((6000, 7000), (1000, 2000))), 2000, [(0, 1000), (1000, 2000)]),
    ],
)
def test_time_goes(edit: Any, length_ms: int, voice: list[tuple[int, int]]):
    after = edit.apply(talk())
    check_valid(after)
    assert after.length == length_ms
    assert spans(after, 0) == voice


@pytest.mark.parametrize(
    ("edit", "reason"),
    [
        (Cut(start_ms=12_000, end_ms=13_000), "past_end"),
        (Cut(start_ms=2000, end_ms=2000), "empty_range"),
        (Cut(start_ms=0), "nothing_left"),
        (CutMany(ranges=((5000, 4000),)), "empty_range"),
        (Keep(start_ms=0), "same_already"),
        (KeepMany(ranges=((0, 6000), (6000, 12_000))), "same_already"),
        (KeepMany(ranges=((20_000, 21_000),)), "past_end"),
        (Split(at_ms=0), "outside"),
        (Split(at_ms=12_000), "outside"),
        (Split(target="bgm", at_ms=5), "nothing_there"),
    ],
)
def test_refusals(edit: Any, reason: str):
    with pytest.raises(EditError) as caught:
        edit.apply(talk())
    assert caught.value.reason == reason


def test_an_empty_timeline_has_nothing_to_cut():
    with pytest.raises(EditError) as caught:
        Cut(start_ms=0).apply(timeline_from_tree({"t": []}))
    assert caught.value.reason == "empty_timeline"


def test_a_split_voice_goes_on_where_it_was():
    after = Split(at_ms=5000).apply(talk())
    first, second = check_valid(after)["t"][0]["sg"]
    assert first == {"id": "voice-1", "s": 0, "d": 5000, "src": "a", "se": 5000}
    assert second == {"id": "voice-2", "s": 5000, "d": 7000, "src": "a", "ss": 5000}
    assert after.length == 12_000


def test_a_split_text_stands_in_both_halves():
    title = check_valid(Split(target="title", at_ms=1500).apply(talk()))["t"][2]["sg"]
    assert title == [
        {"id": "t-1", "s": 500, "d": 1000, "txt": "T", "an": {"in": {"k": "fade"}}},
        {"id": "t-2", "s": 1500, "d": 1000, "txt": "T", "an": {}},
    ]


def test_a_split_cue_shares_out_its_words():
    cues = check_valid(Split(target="caption", at_ms=2000).apply(talk()))["t"][1]["sg"]
    assert cues == [
        {"id": "cue-1", "s": 1000, "d": 1000, "txt": "one,", "wd": [{"w": "one,", "s": 0, "d": 900}]},
        {"id": "cue-2", "s": 2000, "d": 1000, "txt": "two", "wd": [{"w": "two", "s": 0, "d": 900}]},
    ]


@given(timelines(), st.integers(0, 31_000), st.integers(0, 31_000))
def test_cut_and_keep_fill_the_whole(timeline: Timeline, start_ms: int, end_ms: int):
    cut = attempt(timeline, Cut(start_ms=start_ms, end_ms=end_ms))
    keep = attempt(timeline, Keep(start_ms=start_ms, end_ms=end_ms))
    if cut and keep:
        assert cut[0].length_ms + keep[0].length_ms == timeline.length_ms


@given(
    timelines(must=("voice",)),
    st.sampled_from(["voice", "main", "bgm", "caption", "title", "overlay"]),
    st.integers(1, 30_000),
)
def test_a_split_changes_no_time(timeline: Timeline, target: str, at_ms: int):
    result = attempt(timeline, Split(target=target, at_ms=at_ms))
    if result is not None:
        assert result[0].length_ms == timeline.length_ms
        assert sum(len(track.segments) for track in result[0].tracks) >= sum(len(t.segments) for t in timeline.tracks)
