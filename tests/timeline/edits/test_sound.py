"""Volume, mute, fades, loudness, speed, sounds at a time, masks."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.timeline.edits.timelines import MEDIA, attempt, check_valid, timelines, unknown_kept

from wavereel.errors import EditError
from wavereel.timeline.codec import timeline_from_tree
from wavereel.timeline.edits.base import Edit, Note
from wavereel.timeline.edits.sound import AddSound, Fade, Mask, Mute, SetLoudness, SetVolume
from wavereel.timeline.edits.speed import SetSpeed
from wavereel.timeline.model import Timeline

Tree = dict[str, Any]


def talk(**more: Any) -> Timeline:
    def track(name: str, kind: int, role: str, *segments: Tree) -> Tree:
        return {"id": name, "tt": kind, "m": {"role": role}, "sg": list(segments)}

    tree: Tree = {
        "d": 10_000,
        "t": [
            track("background", 0, "background", {"s": 0, "d": 10_000, "g": {"k": "color", "c": "#000000"}}),
            track(
                "voice",
                1,
                "voice",
                {"id": "v-1", "s": 0, "d": 5000, "src": "a"},
                {"id": "v-2", "s": 5000, "d": 5000, "src": "b"},
            ),
            track("bgm", 1, "bgm", {"id": "b-1", "s": 0, "d": 10_000, "src": "m", "lp": True, "vol": 0.3}),
            track(
                "sfx",
                1,
                "sfx",
                {"id": "s-1", "s": 2000, "d": 500, "src": "x"},
                {"id": "s-2", "s": 4000, "d": 500, "src": "x"},
            ),
            track("title", 7, "title", {"id": "t-1", "s": 0, "d": 4000, "txt": "T"}),
            track("cta", 7, "cta", {"id": "e-1", "s": 6000, "d": 4000, "txt": "E"}),
            track(
                "captions",
                7,
                "caption",
                {
                    "s": 4000,
                    "d": 1000,
                    "txt": "a b",
                    "wd": [{"w": "a", "s": 0, "d": 400}, {"w": "b", "s": 500, "d": 400}],
                },
            ),
        ],
    }
    return timeline_from_tree(tree | more)


def video() -> Timeline:
    clip = {"s": 0, "d": 5000, "src": "v.mp4"}
    tree = [{"tt": 0, "m": {"role": "main"}, "sg": [clip]}, {"tt": 1, "m": {"role": "voice"}, "sg": [clip]}]
    return timeline_from_tree({"t": tree})


def keys(timeline: Timeline, track: str, *names: str) -> list[tuple[Any, ...]]:
    item = next(item for item in check_valid(timeline)["t"] if item.get("id") == track)
    return [tuple(segment.get(name) for name in names) for segment in item["sg"]]


def run(edit: Edit, timeline: Timeline | None = None) -> tuple[Timeline, list[Note]]:
    notes: list[Note] = []
    after = edit.run(talk() if timeline is None else timeline, notes)
    check_valid(after)
    return after, notes


@pytest.mark.parametrize(
    ("edit", "track", "volumes"),
    [
        (SetVolume(target="bgm", volume=0.2), "bgm", [0.2]),
        (SetVolume(target="bgm", factor=0.501), "bgm", [0.1503]),
        (SetVolume(target="voice", factor=1.5), "voice", [1.5, 1.5]),
        (SetVolume(target="voice#2", volume=0), "voice", [None, 0]),
        (SetVolume(target="sfx", volume=9), "sfx", [4, 4]),
    ],
)
def test_volume(edit: SetVolume, track: str, volumes: list[float | None]):
    after, notes = run(edit)
    assert [volume for (volume,) in keys(after, track, "vol")] == volumes
    clamped = Note("clamped", {"asked": "900%", "used": "400%", "low": "0%", "high": "400%"})
    assert notes == ([clamped] if edit.volume == 9 else [])


def test_the_volume_of_a_track_goes_into_its_segments():
    tree = {
        "t": [
            {"tt": 1, "m": {"role": "bgm"}, "vol": 0.5, "sg": [{"d": 5, "src": "a"}, {"d": 5, "src": "b", "vol": 0.5}]}
        ]
    }
    timeline = timeline_from_tree(tree)
    whole = check_valid(SetVolume(target="bgm", factor=2).apply(timeline))["t"][0]
    assert "vol" not in whole and [segment["vol"] for segment in whole["sg"]] == [1, 0.5]
    part = check_valid(SetVolume(target="bgm#1", volume=1).apply(timeline))["t"][0]
    assert part["vol"] == 0.5 and part["sg"][0]["vol"] == 2


def test_the_sound_of_a_video_lies_on_its_voice_track():
    after, _ = run(SetVolume(target="main", volume=0.5), video())
    assert [track.segments[0].gain for track in after.tracks] == [None, 0.5]
    after, _ = run(Mute(target="main"), video())
    assert [track.muted for track in after.tracks] == [True, True]
    assert run(Mute(target="main", muted=False), after)[0] == video()


def test_mute():
    after, _ = run(Mute(target="bgm"))
    assert after.tracks[2].muted and after.tracks[2].segments[0].muted is None
    assert run(Mute(target="bgm", muted=False), after)[0] == talk()
    after, _ = run(Mute(target="v-2"))
    assert keys(after, "voice", "mu") == [(None,), (True,)]
    assert run(Mute(target="voice", muted=False), after)[0] == talk()


@pytest.mark.parametrize(
    ("edit", "fades"),
    [
        (Fade(target="end", fade_out_ms=2000), {"voice": [(None, None), (None, 2000)], "bgm": [(None, 2000)]}),
        (Fade(target="start", fade_in_ms=900), {"voice": [(900, None), (None, None)], "bgm": [(900, None)]}),
        (Fade(target="picture", fade_out_ms=500), {"background": [(None, 500)]}),
        (
            Fade(target="all", fade_in_ms=1, fade_out_ms=2),
            {"voice": [(1, None), (None, 2)], "bgm": [(1, 2)], "background": [(1, 2)]},
        ),
        (Fade(target="voice", fade_in_ms=1, fade_out_ms=2), {"voice": [(1, None), (None, 2)]}),
        (Fade(target="sfx", fade_out_ms=100), {"sfx": [(None, 100), (None, 100)]}),
    ],
)
def test_fades(edit: Fade, fades: dict[str, list[tuple[int | None, int | None]]]):
    after, notes = run(edit)
    assert not notes
    for track in ("background", "voice", "bgm", "sfx"):
        untouched = [(None, None)] * len(keys(after, track, "fi"))
        assert keys(after, track, "fi", "fo") == fades.get(track, untouched)


def test_a_fade_is_as_long_as_the_clip_at_most_and_0_takes_it_away():
    after, notes = run(Fade(target="s-1", fade_out_ms=4000))
    assert keys(after, "sfx", "fo") == [(500,), (None,)]
    assert notes == [Note("clamped", {"asked": "4 s", "used": "0.5 s", "low": "0 s", "high": "0.5 s"})]
    assert run(Fade(target="s-1", fade_out_ms=0), after)[0] == talk()


def test_a_text_fades_by_its_entrance():
    after, _ = run(Fade(target="title", fade_in_ms=700))
    assert keys(after, "title", "an") == [({"in": {"k": "fade", "d": 700}},)]
    assert run(Fade(target="title", fade_in_ms=0), after)[0] == talk()


def test_loudness():
    after, notes = run(SetLoudness(lufs=-16))
    assert after.meta.loudness == -16 and not notes
    assert run(SetLoudness(off=True), after)[0] == talk()
    after, notes = run(SetLoudness(lufs=-99))
    assert after.meta.loudness == -60
    assert notes[0].facts == {"asked": "-99 LUFS", "used": "-60 LUFS", "low": "-60 LUFS", "high": "0 LUFS"}


def test_speed_takes_everything_along():
    after, _ = run(SetSpeed(speed=1.25))
    assert after.length == 8000
    assert keys(after, "voice", "s", "d", "sp") == [(0, 4000, 1.25), (4000, 4000, 1.25)]
    assert keys(after, "background", "s", "d") == [(0, 8000)]
    assert keys(after, "bgm", "s", "d", "sp") == [(0, 8000, None)]
    assert keys(after, "sfx", "s", "d") == [(1600, 500), (3200, 500)]
    assert keys(after, "title", "s", "d") == [(0, 4000)]
    assert keys(after, "cta", "s", "d") == [(4000, 4000)]
    assert keys(after, "captions", "s", "d") == [(3200, 800)]
    assert [(word.start_ms, word.length_ms) for word in after.tracks[6].segments[0].words or ()] == [
        (0, 320),
        (400, 320),
    ]
    assert run(SetSpeed(speed=1), after)[0] == talk()
    assert run(SetSpeed(factor=0.8), after)[0] == talk()


def test_the_speed_of_one_clip():
    after, _ = run(SetSpeed(speed=2, target="v-2"))
    assert keys(after, "voice", "s", "d", "sp") == [(0, 5000, None), (5000, 2500, 2)]
    assert keys(after, "captions", "s", "d") == [(4000, 1000)]
    assert after.length == 7500


def test_the_speed_of_music_is_its_own():
    after, _ = run(SetSpeed(speed=0.5, target="bgm"))
    assert keys(after, "bgm", "s", "d", "sp") == [(0, 10_000, 0.5)]
    assert after.length == 10_000


def test_speed_is_clamped():
    after, notes = run(SetSpeed(speed=10))
    assert after.length == 2500
    assert notes == [Note("clamped", {"asked": "10x", "used": "4x", "low": "0.25x", "high": "4x"})]


def test_masks_follow_the_speed():
    masked, _ = run(Mask(start_ms=5500, end_ms=6500))
    assert keys(masked, "voice", "fx") == [(None,), ([{"k": "mask", "s": 500, "d": 1000}],)]
    after, _ = run(SetSpeed(speed=2), masked)
    assert keys(after, "voice", "fx") == [(None,), ([{"k": "mask", "s": 250, "d": 500}],)]


def test_a_mask_over_two_clips():
    after, _ = run(Mask(start_ms=4900, end_ms=5100))
    assert keys(after, "voice", "fx") == [([{"k": "mask", "s": 4900, "d": 100}],), ([{"k": "mask", "s": 0, "d": 100}],)]


def test_a_sound_at_a_time():
    after, notes = run(AddSound(file="song.mp3", at_ms=6000, volume=0.5), talk(video_infos=list(MEDIA)))
    sound = check_valid(after)["t"][3]["sg"][2]
    assert sound == {
        "id": "sfx-1",
        "s": 6000,
        "d": 4000,
        "src": "asset://f_00000000000000dd",
        "ss": 0,
        "se": 4000,
        "vol": 0.5,
        "m": {"name": "song.mp3", "file_id": "f_00000000000000dd"},
    }
    assert notes == [Note("shortened", {"what": "sfx", "length_s": "4"})]
    empty = timeline_from_tree({"t": [], "video_infos": list(MEDIA)})
    assert run(AddSound(file="song.mp3"), empty)[0].length == 12_500


@pytest.mark.parametrize(
    ("edit", "reason"),
    [
        (SetVolume(target="bgm"), "nothing_to_change"),
        (SetVolume(target="bgm", volume=0.3), "same_already"),
        (SetVolume(target="title", volume=0.3), "wrong_kind"),
        (SetVolume(target="main", volume=0.3), "nothing_there"),
        (Mute(target="bgm", muted=False), "same_already"),
        (Mute(target="title"), "wrong_kind"),
        (Fade(target="bgm"), "nothing_to_change"),
        (Fade(target="bgm", fade_in_ms=0), "same_already"),
        (Fade(target="caption", fade_in_ms=5), "wrong_kind"),
        (SetLoudness(), "nothing_to_change"),
        (SetLoudness(off=True), "same_already"),
        (SetSpeed(), "nothing_to_change"),
        (SetSpeed(speed=1), "same_already"),
        (SetSpeed(speed=2, target="title"), "wrong_kind"),
        (Mask(start_ms=10_000, end_ms=11_000), "outside"),
        (Mask(start_ms=100, end_ms=50), "empty_range"),
        (AddSound(file="ding.mp3"), "no_file"),
    ],
)
def test_refusals(edit: Edit, reason: str):
    with pytest.raises(EditError) as caught:
        edit.apply(talk())
    assert caught.value.reason == reason


TARGETS = [
    "voice",
    "voice#1",
    "main",
    "audio",
    "bgm",
    "sfx#1",
    "title",
    "caption",
    "background",
    "overlay",
    "@0",
    "@1.0",
    "text",
]


@given(timelines(), st.sampled_from(TARGETS), st.none() | st.floats(0, 9), st.none() | st.floats(0, 9))
def test_any_volume(timeline: Timeline, target: str, volume: float | None, factor: float | None):
    result = attempt(timeline, SetVolume(target=target, volume=volume, factor=factor))
    assert result is None or unknown_kept(timeline, result[0])


@given(timelines(), st.sampled_from(TARGETS), st.booleans())
def test_any_mute(timeline: Timeline, target: str, muted: bool):
    result = attempt(timeline, Mute(target=target, muted=muted))
    assert result is None or unknown_kept(timeline, result[0])


FADE = st.none() | st.integers(0, 5000)


@given(timelines(), st.sampled_from([*TARGETS, "start", "end", "all", "picture"]), FADE, FADE)
def test_any_fade(timeline: Timeline, target: str, fade_in_ms: int | None, fade_out_ms: int | None):
    result = attempt(timeline, Fade(target=target, fade_in_ms=fade_in_ms, fade_out_ms=fade_out_ms))
    if result is not None:
        assert 0 in (fade_in_ms, fade_out_ms) or unknown_kept(timeline, result[0])
        for track in result[0].tracks:
            for new in track.segments:
                assert new.fade_in_ms is None or new.fade_in_ms <= max(new.length_ms, 900)


@given(timelines(must=("voice",)), st.sampled_from(TARGETS), st.floats(0.1, 6), st.booleans())
def test_any_speed(timeline: Timeline, target: str, speed: float, relative: bool):
    edit = SetSpeed(factor=speed, target=target) if relative else SetSpeed(speed=speed, target=target)
    result = attempt(timeline, edit)
    if result is not None:
        assert unknown_kept(timeline, result[0])
        for before, after in zip(timeline.tracks, result[0].tracks, strict=True):
            assert len(before.segments) == len(after.segments)


@given(timelines(), st.integers(0, 30_000), st.integers(1, 30_000))
def test_any_mask(timeline: Timeline, start_ms: int, end_ms: int):
    result = attempt(timeline, Mask(start_ms=start_ms, end_ms=end_ms))
    assert result is None or unknown_kept(timeline, result[0])


@given(
    timelines(),
    st.sampled_from(["song.mp3", "photo.jpg", "clip.mp4"]),
    st.sampled_from(["sfx", "audio", "voice"]),
    st.integers(0, 30_000),
)
def test_any_sound(timeline: Timeline, file: str, role: Any, at_ms: int):
    result = attempt(timeline, AddSound(file=file, role=role, at_ms=at_ms))
    assert result is None or unknown_kept(timeline, result[0])
