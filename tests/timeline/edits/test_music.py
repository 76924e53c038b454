"""Music: a bed, a file, another take, ducking."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.timeline.edits.timelines import MEDIA, attempt, check_valid, timelines

from wavereel.errors import EditError
from wavereel.timeline.codec import timeline_from_tree
from wavereel.timeline.edits.base import Edit, Note
from wavereel.timeline.edits.music import AddMusic, Duck, SetMusic
from wavereel.timeline.model import Timeline

Tree = dict[str, Any]

VOICE: Tree = {"tt": 1, "m": {"role": "voice"}, "sg": [{"s": 0, "d": 10_000, "src": "a"}]}
WAVE: Tree = {"tt": 0, "m": {"role": "waveform"}, "sg": [{"s": 0, "d": 10_000, "g": {"k": "waveform", "of": "*"}}]}
SILENT: Tree = {"tt": 7, "m": {"role": "title"}, "sg": [{"s": 0, "d": 10_000, "txt": "T"}]}
BED: Tree = {
    "id": "b-1",
    "s": 0,
    "d": 10_000,
    "g": {"k": "music", "mood": "lofi", "seed": 1},
    "vol": 0.1,
    "m": {"name": "Lo-fi"},
}


def draft(*tracks: Tree, length_ms: int = 10_000) -> Timeline:
    return timeline_from_tree({"d": length_ms, "t": list(tracks), "video_infos": list(MEDIA)})


def bgm(*segments: Tree) -> Tree:
    return {"id": "bgm", "tt": 1, "m": {"role": "bgm"}, "sg": list(segments)}


def music(timeline: Timeline) -> list[Tree]:
    return [segment for track in check_valid(timeline)["t"] if track["m"]["role"] == "bgm" for segment in track["sg"]]


def test_a_bed_under_a_voice():
    after = AddMusic(mood="lofi", volume=0.35).apply(draft(WAVE, VOICE))
    assert music(after) == [
        {
            "id": "bgm-1",
            "s": 0,
            "d": 10_000,
            "lp": True,
            "vol": 0.35,
            "duck": 0.35,
            "fi": 800,
            "fo": 2500,
            "g": {"k": "music", "mood": "lofi", "seed": 1},
            "m": {"name": "Lo-fi"},
        }
    ]
    wave, voice, bed = after.tracks
    assert (bed.id, bed.role, bed.type) == ("bgm", "bgm", 1)
    assert voice.id == "voice" and wave.segments[0].generator is not None
    assert wave.segments[0].generator.of == "voice"


def test_without_a_voice_nothing_ducks():
    (bed,) = music(AddMusic(mood="jazz", bpm=500).apply(draft(SILENT, length_ms=3000)))
    assert bed["g"] == {"k": "music", "mood": "jazz", "seed": 1, "bpm": 300}
    assert "duck" not in bed and (bed["fi"], bed["fo"]) == (750, 1000)


def test_a_file_is_repeated():
    (bed,) = music(AddMusic(file="song.mp3").apply(draft(VOICE)))
    assert (bed["src"], bed["lp"], bed["d"]) == ("asset://f_00000000000000dd", True, 10_000)
    assert bed["m"] == {"name": "song.mp3", "file_id": "f_00000000000000dd"}
    assert "g" not in bed
    assert AddMusic(file="song.mp3").apply(draft(length_ms=0)).length == 12_500


def test_new_music_takes_the_place_and_the_volume_of_the_old():
    after = AddMusic(mood="upbeat").apply(draft(VOICE, bgm(BED), bgm(BED | {"id": "b-2"}) | {"id": "other"}))
    (bed,) = music(after)
    assert (bed["id"], bed["vol"], bed["g"]["mood"], bed["m"]["name"]) == ("b-1", 0.1, "upbeat", "Upbeat")
    (bed,) = music(AddMusic(mood="upbeat", volume=0.5).apply(draft(VOICE, bgm(BED))))
    assert bed["vol"] == 0.5


def test_music_beside_music():
    after = AddMusic(mood="jazz", start_ms=6000, length_ms=9000).run(draft(VOICE, bgm(BED | {"d": 6000})), notes := [])
    assert [(bed["s"], bed["d"]) for bed in music(after)] == [(0, 6000), (6000, 4000)]
    assert notes == [Note("shortened", {"what": "bgm", "length_s": "4"})]


@pytest.mark.parametrize(
    ("edit", "generator", "name"),
    [
        (SetMusic(mood="jazz"), {"mood": "jazz", "seed": 1}, "Jazz"),
        (SetMusic(new_take=True), {"mood": "lofi", "seed": 2}, "Lo-fi"),
        (SetMusic(seed=9, bpm=90), {"mood": "lofi", "seed": 9, "bpm": 90}, "Lo-fi"),
    ],
)
def test_other_music(edit: SetMusic, generator: Tree, name: str):
    (bed,) = music(edit.apply(draft(VOICE, bgm(BED))))
    assert bed == BED | {"g": {"k": "music"} | generator, "m": {"name": name}}


def test_a_mood_in_place_of_a_file():
    file = {"s": 0, "d": 10_000, "src": "m", "ss": 5, "lp": True, "m": {"name": "song.mp3", "file_id": "f_1"}}
    (bed,) = music(SetMusic(mood="jazz").apply(draft(VOICE, bgm(file))))
    assert bed == {
        "s": 0,
        "d": 10_000,
        "lp": True,
        "g": {"k": "music", "mood": "jazz", "seed": 1},
        "m": {"name": "Jazz"},
    }


def test_ducking():
    after = Duck().apply(draft(VOICE, bgm(BED)))
    assert music(after) == [BED | {"duck": 0.35}]
    assert Duck(off=True).apply(after) == draft(VOICE, bgm(BED))
    sound = VOICE | {"m": {"role": "audio"}}
    assert check_valid(Duck().apply(draft(VOICE, sound)))["t"][1]["sg"][0]["duck"] == 0.35


@pytest.mark.parametrize(
    ("edit", "timeline", "reason"),
    [
        (AddMusic(mood="lofi"), draft(length_ms=0), "empty_timeline"),
        (AddMusic(file="none.mp3"), draft(VOICE), "no_file"),
        (AddMusic(file="photo.jpg"), draft(VOICE), "not_a_sound"),
        (AddMusic(start_ms=10_000), draft(VOICE), "past_end"),
        (SetMusic(mood="jazz"), draft(VOICE), "nothing_there"),
        (SetMusic(), draft(bgm(BED)), "nothing_to_change"),
        (SetMusic(mood="lofi"), draft(bgm(BED)), "same_already"),
        (SetMusic(bpm=90), draft(bgm({"s": 0, "d": 5, "src": "m"})), "wrong_kind"),
        (Duck(), draft(bgm(BED)), "nothing_there"),
        (Duck(target="voice"), draft(VOICE, bgm(BED)), "wrong_kind"),
        (Duck(off=True), draft(VOICE, bgm(BED)), "same_already"),
    ],
)
def test_refusals(edit: Edit, timeline: Timeline, reason: str):
    with pytest.raises(EditError) as caught:
        edit.apply(timeline)
    assert caught.value.reason == reason


def test_the_same_music_again():
    with pytest.raises(EditError) as caught:
        AddMusic(mood="lofi").apply(AddMusic(mood="lofi").apply(draft(VOICE)))
    assert caught.value.reason == "same_already"


@given(
    timelines(),
    st.sampled_from(["jazz", "song.mp3", "clip.mp4", "photo.jpg"]),
    st.integers(0, 30_000),
    st.none() | st.integers(1, 30_000),
)
def test_any_music(timeline: Timeline, what: str, start_ms: int, length_ms: int | None):
    wanted: Tree = {"file": what} if "." in what else {"mood": what}
    result = attempt(timeline, AddMusic(start_ms=start_ms, length_ms=length_ms, **wanted))
    if result is not None:
        assert timeline.length_ms in (0, result[0].length_ms)
        assert any(track.role == "bgm" for track in result[0].tracks)


@given(timelines(must=("bgm",)), st.sampled_from([None, "jazz", "lofi"]), st.none() | st.floats(1, 500), st.booleans())
def test_any_change_of_music(timeline: Timeline, mood: Any, bpm: float | None, new_take: bool):
    attempt(timeline, SetMusic(mood=mood, bpm=bpm, new_take=new_take))


@given(
    timelines(must=("bgm",)), st.sampled_from(["bgm", "sfx", "audio", "voice", "title"]), st.floats(0, 1), st.booleans()
)
def test_any_ducking(timeline: Timeline, target: str, level: float, off: bool):
    attempt(timeline, Duck(target=target, level=level, off=off))
