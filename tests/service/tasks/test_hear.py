"""Captions that a turn left waiting, written as a part of its revision."""

import json
from pathlib import Path

import pytest
from tests.service.tasks.ears import Ears, listen_with

from wavereel.errors import Cancelled, InputError, LanguageError, MissingPartError
from wavereel.media.signals import speech_like, write_sound


@pytest.fixture
def ears(monkeypatch):
    return listen_with(Ears(), monkeypatch)


@pytest.fixture
def planned(room, talk_sound, ears):
    """A session, and a turn whose captions wait."""
    room.put(talk_sound, "talk.wav")
    result = room.call("turn", message="make a video")
    assert result["waiting"]
    return result


def captions(result):
    return next(track for track in json.loads(result["draft"])["t"] if track["m"]["role"] == "caption")


def test_captions_are_part_of_the_same_revision(room, planned, ears):
    result = room.call("hear", message="make a video", planned=planned)
    assert result["heard"]
    assert not result["waiting"]
    assert result["rev"] == planned["rev"] == 1
    assert captions(result)["sg"][0]["txt"].lower().startswith("hello and welcome")
    assert "to be written" not in result["reply"]
    assert "captions" in result["reply"]
    assert ears.heard == 1
    room.keep(result)
    room.asked = result["asked"]
    assert room.say("undo")["changed"]
    assert json.loads(room.draft)["t"] == []


def test_what_was_heard_before_waits_no_more(room, planned, ears):
    room.call("hear", message="make a video", planned=planned)
    again = room.call("turn", message="make a video")
    assert not again["waiting"]
    assert captions(again)["sg"]
    assert ears.heard == 1


def test_where_nobody_speaks_there_are_no_captions(room, planned, ears):
    ears.said = ""
    result = room.call("hear", message="make a video", planned=planned)
    assert not result["heard"]
    assert not any(track["m"]["role"] == "caption" for track in json.loads(result["draft"])["t"])
    assert "to be written" not in result["reply"]


@pytest.mark.parametrize("error", [MissingPartError("no recogniser is installed"), LanguageError("no such model")])
def test_without_an_engine_the_turn_stays_and_says_why(room, planned, ears, error):
    ears.error = error
    result = room.call("hear", message="make a video", planned=planned)
    assert not result["heard"]
    assert result["rev"] == 1
    assert any(error.message in notice for notice in result["notices"])


def test_what_is_told_of_a_file_names_it_as_its_owner_does(room, planned, ears):
    path = Path(next(iter(room.paths.values())))
    ears.error = InputError(f"{path} is damaged, says {path.name}")
    result = room.call("hear", message="make a video", planned=planned)
    assert any("talk.wav is damaged, says talk.wav" in notice for notice in result["notices"])


def test_hearing_can_be_stopped(room, planned):
    room.cancelled.set()
    with pytest.raises(Cancelled):
        room.call("hear", message="make a video", planned=planned)


@pytest.mark.parametrize("said", ["hello and welcome", ""])
def test_a_language_models_draft_is_completed(room, planned, ears, said):
    ears.said = said
    result = room.call("hear", message="make a video", planned=planned, again=False)
    assert result["rev"] == planned["rev"]
    assert result["heard"] is bool(said)
    assert result["new_media"] == planned["new_media"]
    if said:
        assert result["changes"][-1]["op"] == "add_captions"
        assert captions(result)["sg"]
        assert "to be written" not in result["reply"]
        assert "captions (1 cue)" in result["reply"]
        assert result["reply"].splitlines()[-1] == planned["reply"].splitlines()[-1]
    else:
        assert "Nobody was heard speaking" in result["reply"]
    room.keep(result)
    room.asked = result["asked"]
    room.say("undo")
    assert json.loads(room.draft)["t"] == []


@pytest.mark.parametrize("again", [True, False])
def test_captions_in_a_language_that_was_named_are_told_once(room, talk_sound, ears, again):
    ears.said = "大家 好"
    room.put(talk_sound, "talk.wav")
    message = "做成视频，要中文字幕"
    planned = room.call("turn", message=message)
    result = room.call("hear", message=message, planned=planned, again=again)
    assert result["heard"]
    assert not result["waiting"]
    assert result["rev"] == planned["rev"] == 1
    assert captions(result)["sg"][0]["txt"].startswith("大家")
    assert "字幕（1条）" in result["reply"]
    assert "制作视频时" not in result["reply"]
    assert "没有听到" not in result["reply"]
    assert ears.heard == 1
    room.keep(result)
    room.asked = result["asked"]
    assert room.say("撤销")["changed"]


def test_captions_of_joined_sounds_are_written(room, talk_sound, ears, tmp_path):
    other = tmp_path / "other.wav"
    write_sound(other, speech_like(48_000 * 3, dbfs=-20, seed=8), codec="pcm_s16le")
    room.put(talk_sound, "first.wav")
    room.put(other, "second.wav")
    message = "make one video of both"
    planned = room.call("turn", message=message)
    assert planned["waiting"], planned["reply"]
    result = room.call("hear", message=message, planned=planned)
    assert result["heard"]
    assert "to be written" not in result["reply"]
    assert "Nobody" not in result["reply"]
    assert captions(result)["sg"][-1]["s"] > 4000
