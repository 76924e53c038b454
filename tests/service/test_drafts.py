"""Drafts that are rendered as they are: captions made, given, taken away, and what beside a draft is left out."""

import json

import pytest
from tests.service.test_make import WORDS, Hearer, make

from wavereel.media.signals import speech_like, write_sound
from wavereel.render.sources import file_id
from wavereel.service.requests import MakeRequest
from wavereel.timeline.codec import load_draft


@pytest.fixture
def voice(tmp_path):
    path = tmp_path / "voice.wav"
    write_sound(path, speech_like(48_000 * 4, dbfs=-22), codec="pcm_s16le")
    return path


def draft(voice, *, captions, **clip):
    identity = file_id(voice)
    tree = {
        "v": 1,
        "d": 4000,
        "m": {"width": 320, "height": 180, "fps": 10, "theme": "midnight"},
        "video_infos": [{"file_id": identity, "cdn_url": voice.name}],
        "t": [
            {"tt": 1, "m": {"role": "voice"}, "sg": [{"s": 0, "d": 4000, "src": f"asset://{identity}", **clip}]},
            *([{"tt": 7, "m": {"role": "caption", "pending": True}, "sg": []}] if captions else []),
        ],
    }
    path = voice.with_name("d.json")
    path.write_text(json.dumps(tree))
    return path


def saved_words(path):
    return [
        (word.text, start + word.start_ms)
        for track in load_draft(path).with_role("caption")
        for start, segment in track.placed()
        for word in segment.words or ()
    ]


def test_pending_captions_are_made_at_the_place_and_pace_of_their_clip(voice, tmp_path):
    hearer = Hearer()
    path = draft(voice, captions=True, s=1000, d=1500, ss=500, sp=2)
    make(MakeRequest(None), tmp_path, hearer, draft=path, output=tmp_path / "o.mp4", save_draft=tmp_path / "e.json")
    assert hearer.heard == [16 * 3000]
    assert saved_words(tmp_path / "e.json") == [(text, 1000 + 50 + 150 * n) for n, text in enumerate(WORDS)]
    assert not load_draft(tmp_path / "e.json").with_role("caption")[0].meta.pending


def test_captions_can_be_given_or_taken_away(voice, tmp_path):
    subtitles = tmp_path / "s.srt"
    subtitles.write_text("1\n00:00:01,000 --> 00:00:02,000\nSaid by hand\n")
    hearer = Hearer()
    more = {"output": tmp_path / "o.mp4", "save_draft": tmp_path / "e.json"}
    make(MakeRequest(None), tmp_path, hearer, draft=draft(voice, captions=True), captions=subtitles, **more)
    assert [segment.text for segment in load_draft(tmp_path / "e.json").with_role("caption")[0].segments] == [
        "Said by hand"
    ]
    make(MakeRequest(None), tmp_path, hearer, draft=draft(voice, captions=True), captions="off", **more)
    assert load_draft(tmp_path / "e.json").with_role("caption") == []
    assert hearer.heard == []
    result = make(MakeRequest(None), tmp_path, hearer, draft=draft(voice, captions=False), captions=subtitles, **more)
    assert any("s.srt was left out" in notice for notice in result.notices)


def test_what_the_draft_decides_is_said(voice, tmp_path):
    path = draft(voice, captions=False)
    change = {"output": tmp_path / "o.mp4", "size": None, "fps": None}
    said = "the draft decides this, so what was asked for was left out: theme, progress bar, title"
    result = make(MakeRequest(None), tmp_path, draft=path, theme="paper", title="No", progress_bar=False, **change)
    assert said in result.notices
    result = make(MakeRequest(None), tmp_path, draft=path, **change)
    assert not any("left out" in notice for notice in result.notices)
