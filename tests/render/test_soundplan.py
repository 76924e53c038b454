"""What a timeline sounds like, and which part of it a waveform follows."""

import threading

from wavereel.media.signals import tone, write_sound
from wavereel.render.sound import Listening, listen
from wavereel.render.soundplan import mix_of
from wavereel.render.sources import Sources
from wavereel.timeline.codec import timeline_from_tree


def heard_levels(tmp_path, of):
    """The levels, at 10 frames a second, of two clips of one second on one track beside a track of music."""
    for name in ("a", "b"):
        write_sound(tmp_path / f"{name}.wav", tone(48_000, dbfs=-20), codec="pcm_s16le")
    sources = Sources({name: tmp_path / f"{name}.wav" for name in ("a", "b")})
    clips = [{"id": "one", "s": 0, "d": 1000, "src": "a"}, {"id": "two", "s": 2000, "d": 1000, "src": "b"}]
    tracks = [
        {"id": "voice", "tt": 1, "m": {"role": "voice"}, "sg": clips},
        {"id": "bed", "tt": 1, "m": {"role": "bgm"}, "sg": [{"s": 4000, "d": 1000, "src": "a"}]},
    ]
    timeline = timeline_from_tree({"v": 1, "d": 5000, "m": {"fps": 10}, "t": tracks})
    need = Listening(of)
    heard = listen(
        mix_of(timeline, sources),
        [need],
        fps=timeline.fps,
        frames=50,
        measure=False,
        folder=tmp_path,
        on_share=lambda _: None,
        cancelled=threading.Event(),
    )
    return [int(heard.analyses[need].level[frame] > 0) for frame in (5, 25, 45)]


def test_a_waveform_follows_the_mix_a_track_or_one_clip(tmp_path):
    assert heard_levels(tmp_path, "*") == [1, 1, 1]
    assert heard_levels(tmp_path, "voice") == [1, 1, 0]
    assert heard_levels(tmp_path, "two") == [0, 1, 0]
    assert heard_levels(tmp_path, "nobody") == [1, 1, 1]


def test_any_tempo_and_mood_of_a_draft_can_be_played():
    bed = [
        {"s": 0, "d": 1000, "g": {"k": "music", "mood": mood, "bpm": bpm}}
        for mood, bpm in (("jazz", 25), ("polka", 250))
    ]
    timeline = timeline_from_tree({"v": 1, "m": {}, "t": [{"tt": 1, "m": {"role": "bgm"}, "sg": bed}]})
    found = [(clip.music.mood, clip.music.bpm) for clip in mix_of(timeline, Sources({})).clips]
    assert found == [("jazz", 50), ("lofi", 125)]
