"""Pictures, clips and words of a draft, and drafts that are saved whole."""

import json

import numpy as np
import pytest

from wavereel.errors import Cancelled, DraftError, UsageError
from wavereel.media.probe import probe
from wavereel.picture.images import decode_png
from wavereel.render import hearing
from wavereel.render.sound import listen
from wavereel.render.sources import Sources
from wavereel.service.tasks.clip import small
from wavereel.service.tasks.desk import known_paths
from wavereel.service.views import frames_of
from wavereel.timeline.codec import decode_draft

SHORT = {
    "m": {"width": 320, "height": 180, "fps": 10},
    "t": [
        {"tt": 0, "sg": [{"d": 3000, "g": {"k": "color", "c": "#204060"}}]},
        {"tt": 7, "sg": [{"d": 3000, "txt": "Hi"}]},
    ],
}


@pytest.mark.promise("PREVIEW-FRAME")
def test_a_picture_is_exactly_the_exports(talk_room):
    result = talk_room.call("frame", at_ms=1500)
    pixels = decode_png(result["png"])[..., :3]
    sources = Sources(known_paths({"paths": talk_room.paths}))
    (exact,) = frames_of(decode_draft(talk_room.draft), sources, [1500])
    assert np.array_equal(pixels, exact)
    assert (result["width"], result["height"]) == (1920, 1080)


def test_a_sound_is_listened_to_once_for_all_pictures(talk_room, tmp_path, monkeypatch):
    calls = []
    monkeypatch.setattr(hearing, "listen", lambda *given, **more: calls.append(1) or listen(*given, **more))
    kept = {"folder": str(tmp_path / "kept"), "max_bytes": 1 << 20, "max_age_s": 3600, "scope": "me"}
    first = talk_room.call("frame", at_ms=1500, width=320, kept=kept)["png"]
    assert talk_room.call("frame", at_ms=1500, width=320, kept=kept)["png"] == first
    talk_room.call("frame", at_ms=700, width=320, kept=kept)
    assert len(calls) == 1
    talk_room.call("frame", at_ms=700, width=320, kept=kept | {"scope": "another"})
    assert len(calls) == 2
    talk_room.call("frame", at_ms=700, width=320, kept=kept | {"max_bytes": 0})
    assert len(calls) == 3


def test_a_picture_of_a_width(room):
    result = room.call("frame", draft=json.dumps(SHORT), width=160)
    assert decode_png(result["png"]).shape[:2] == (90, 160)
    assert room.call("frame", draft=json.dumps(SHORT), width=5000)["width"] == 320
    assert room.call("frame", draft=json.dumps(SHORT))["at_ms"] == 1000


@pytest.mark.parametrize("at_ms", [3000, 10**9])
def test_there_is_no_picture_past_the_end(room, at_ms):
    with pytest.raises(UsageError, match="not in the draft"):
        room.call("frame", draft=json.dumps(SHORT), at_ms=at_ms)


def test_there_is_no_picture_of_nothing(room):
    with pytest.raises(UsageError, match="nothing to show"):
        room.call("frame")


@pytest.mark.promise("PREVIEW-CLIP")
def test_a_clip_is_a_small_video(room, tmp_path):
    result = room.call("clip", draft=json.dumps(SHORT), from_ms=500, to_ms=1500, folder=str(tmp_path))
    info = probe(tmp_path / result["path"])
    assert info.video[0].frames == 10
    assert result["length_ms"] == 1000


@pytest.mark.parametrize(("first", "stop"), [(3000, 4000), (0, 0), (-1, 10)])
def test_a_clip_of_nothing(room, tmp_path, first, stop):
    with pytest.raises(UsageError):
        room.call("clip", draft=json.dumps(SHORT), from_ms=first, to_ms=stop, folder=str(tmp_path))


def test_a_clip_can_be_stopped(room, tmp_path):
    room.cancelled.set()
    with pytest.raises(Cancelled):
        room.call("clip", draft=json.dumps(SHORT), from_ms=0, to_ms=1500, folder=str(tmp_path))
    assert not list(tmp_path.glob("*.mp4"))


@pytest.mark.parametrize(
    ("size", "wanted"),
    [((1920, 1080), (640, 360)), ((1080, 1920), (360, 640)), ((100, 50), (100, 50)), ((721, 721), (360, 360))],
)
def test_clips_are_small_and_even(size, wanted):
    assert small(*size) == wanted


def test_a_draft_in_words(talk_room):
    result = talk_room.call("summary")
    assert result["line"].startswith("Timeline (")
    assert "talk.wav" in result["text"]
    assert result["rev"] == 1
    assert talk_room.call("summary", lang="zh-CN")["line"].startswith("时间线")
    spoken = {"t": [{"tt": 7, "m": {"role": "caption"}, "sg": [{"s": 0, "d": 900, "txt": "Hello"}]}]}
    assert "00:00:00,000 --> 00:00:00,900" in talk_room.call("summary", draft=json.dumps(spoken))["srt"]


def test_a_draft_is_saved_as_a_change_that_can_be_undone(talk_room):
    before = json.loads(talk_room.draft)
    result = talk_room.call("save", fresh=SHORT | {"rev": 10**9}, files=list(talk_room.paths))
    assert result["changed"]
    assert result["rev"] == 2
    assert json.loads(result["draft"])["t"] == SHORT["t"]
    talk_room.keep(result)
    talk_room.say("undo")
    assert json.loads(talk_room.draft)["t"] == before["t"]


def test_the_same_draft_is_no_change(talk_room):
    same = json.loads(talk_room.draft) | {"rev": 77}
    result = talk_room.call("save", fresh=same, files=list(talk_room.paths))
    assert not result["changed"]
    assert result["rev"] == 1


def test_the_first_draft_may_be_saved_rather_than_said(room):
    result = room.call("save", fresh=SHORT, files=[])
    assert result["changed"]
    assert result["rev"] == 1
    assert result["sources"] == []
    assert result["canvas"]["width"] == 320


def test_a_saved_draft_may_not_name_what_is_not_there(talk_room):
    with pytest.raises(DraftError):
        talk_room.call("save", fresh=json.loads(talk_room.draft), files=[])
