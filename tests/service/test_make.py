"""The main job, from a file to a file, with a recogniser whose words are known."""

import json
import threading
from dataclasses import dataclass, field, replace
from fractions import Fraction
from pathlib import Path

import numpy as np
import pytest

from wavereel.errors import (
    InputError,
    LanguageError,
    MissingPartError,
    NoSoundError,
    OutputError,
    SubtitleError,
    TruncatedError,
    UsageError,
    WavereelError,
)
from wavereel.media.decode import decode_audio
from wavereel.media.probe import probe
from wavereel.media.signals import speech_like, tone, write_sound
from wavereel.service.make import Maker
from wavereel.service.requests import MakeRequest
from wavereel.speech.words import Word
from wavereel.timeline.codec import load_draft

WORDS = ("Quiet", "light", "falls", "on", "the", "old", "stone", "bridge.")


@dataclass
class Hearer:
    """Says the words of `WORDS`, one every 300 ms, or raises what it is given."""

    error: WavereelError | None = None
    language: str = "en"
    words: tuple[str, ...] = WORDS
    heard: list[int] = field(default_factory=list)

    def __call__(self, windows, *, language, model, content, on_ms, cancelled):
        if self.error:
            raise self.error
        self.heard.append(sum(len(window) for window in windows()))
        on_ms(1000)
        words = tuple(Word(text, 100 + 300 * n, 350 + 300 * n) for n, text in enumerate(self.words))
        return Said(language or self.language, words, ())


@dataclass
class Said:
    language: str
    words: tuple[Word, ...]
    notices: tuple[str, ...]


@pytest.fixture
def voice(tmp_path):
    path = tmp_path / "voice note.mp3"
    sound = speech_like(48_000 * 3, dbfs=-22)
    write_sound(path, sound, codec="libmp3lame", tags={"title": "The Old Bridge", "artist": "A. Walker", "track": "7"})
    return path


def make(request, tmp_path, hearer=None, **change):
    maker = Maker(hearer or Hearer(), tmp_path / "cache", workers=2)
    small = {"size": (320, 180), "fps": Fraction(10), "preset": "ultrafast", "overwrite": True}
    return maker.make(replace(request, **{**small, **change}), lambda _: None, threading.Event())


def roles(draft):
    return [track.role for track in draft.tracks]


def test_a_tagged_sound_becomes_a_video_with_title_captions_and_waveform(voice, tmp_path):
    result = make(MakeRequest(voice), tmp_path, save_draft=tmp_path / "d.json", sidecars=True)
    assert result.output == voice.with_suffix(".mp4")
    assert result.duration_ms == probe(result.output).duration_ms == 3000
    draft = load_draft(tmp_path / "d.json")
    texts = {segment.text for track in draft.tracks for segment in track.segments}
    assert {"The Old Bridge", "A. Walker", "Episode 7"} <= texts
    assert {"background", "waveform", "voice", "title", "caption"} <= set(roles(draft))
    caption = draft.with_role("caption")[0]
    assert [word.text for segment in caption.segments for word in segment.words] == list(WORDS)
    assert not (caption.meta and caption.meta.pending)
    names = {path.name for path in result.sidecars}
    assert names == {f"voice note.{kind}" for kind in ("srt", "vtt", "ass", "json")}
    cues = json.loads(voice.with_suffix(".json").read_text())["cues"]
    spoken = [word["text"] for cue in cues for word in cue["words"]]
    assert spoken == list(WORDS)


def test_a_clip_is_cut_to_the_sample_and_only_it_is_heard(voice, tmp_path):
    hearer = Hearer(words=WORDS[:3])
    result = make(MakeRequest(voice), tmp_path, hearer, clip=(1000, 2500))
    assert result.duration_ms == 1500
    assert hearer.heard == [24_000]
    made, source = (np.concatenate(list(decode_audio(p)))[:, 0] for p in (result.output, voice))
    part = source[48_000 : 48_000 + len(made)]
    assert len(made) == 72_000
    assert np.corrcoef(made[4_800:-4_800], part[4_800:-4_800])[0, 1] > 0.99


def test_a_clip_past_the_end_is_refused(voice, tmp_path):
    with pytest.raises(UsageError, match="starts at 9.0 s"):
        make(MakeRequest(voice), tmp_path, clip=(9000, None))
    assert not voice.with_suffix(".mp4").exists()


def test_a_subtitle_file_is_shown_word_for_word_and_nobody_listens(voice, tmp_path):
    cues = "1\n00:00:00,500 --> 00:00:01,500\nHello there\n\n2\n00:00:01,600 --> 00:00:02,900\nold friend\n"
    (tmp_path / "s.srt").write_text(cues)
    hearer = Hearer()
    make(MakeRequest(voice), tmp_path, hearer, captions=tmp_path / "s.srt", save_draft=tmp_path / "d.json")
    assert hearer.heard == []
    cues = load_draft(tmp_path / "d.json").with_role("caption")[0].placed()
    assert [(start, segment.text) for start, segment in cues] == [(500, "Hello there"), (1600, "old friend")]


def test_a_broken_subtitle_file_is_an_error_and_makes_nothing(voice, tmp_path):
    (tmp_path / "s.srt").write_bytes(b"\x00\x01nonsense")
    with pytest.raises(SubtitleError):
        make(MakeRequest(voice), tmp_path, captions=tmp_path / "s.srt")
    assert not voice.with_suffix(".mp4").exists()


@pytest.mark.parametrize(
    "error", [MissingPartError("no recogniser"), LanguageError("this does not sound like English")]
)
def test_without_a_recogniser_there_is_a_video_and_a_notice(voice, tmp_path, error):
    result = make(MakeRequest(voice), tmp_path, Hearer(error=error), save_draft=tmp_path / "d.json")
    assert result.output.exists()
    assert any(notice.startswith("no captions:") for notice in result.notices)
    assert "caption" not in roles(load_draft(tmp_path / "d.json"))


def test_a_language_that_the_user_named_must_work(voice, tmp_path):
    with pytest.raises(LanguageError):
        make(MakeRequest(voice), tmp_path, Hearer(error=LanguageError("no Finnish")), language="fi")


def test_captions_can_be_left_out(voice, tmp_path):
    hearer = Hearer()
    make(MakeRequest(voice), tmp_path, hearer, captions="off", save_draft=tmp_path / "d.json")
    assert hearer.heard == []
    assert "caption" not in roles(load_draft(tmp_path / "d.json"))


def test_a_saved_draft_renders_again_to_the_same_bytes(voice, tmp_path):
    first = make(MakeRequest(voice), tmp_path, save_draft=tmp_path / "d.json")
    again = make(MakeRequest(None), tmp_path, draft=tmp_path / "d.json", output=tmp_path / "again.mp4")
    assert first.output.read_bytes() == again.output.read_bytes()


def test_a_draft_lends_its_look_to_another_sound(voice, tmp_path):
    make(MakeRequest(voice), tmp_path, theme="sunset", background="navy..teal", save_draft=tmp_path / "d.json")
    other = tmp_path / "other.wav"
    write_sound(other, tone(48_000 * 2, dbfs=-20), codec="pcm_s16le", tags={"title": "Second"})
    make(MakeRequest(other), tmp_path, Hearer(words=()), draft=tmp_path / "d.json", save_draft=tmp_path / "e.json")
    draft = load_draft(tmp_path / "e.json")
    assert (draft.meta.theme, draft.length_ms) == ("sunset", 2000)
    ground = draft.with_role("background")[0].segments[0]
    assert (ground.generator.color, ground.generator.color2, ground.length_ms) == ("#000080", "#008080", 2000)
    assert draft.with_role("title")[0].segments[0].text == "Second"
    assert {track.role for track in draft.tracks if track.type == 1} == {"audio"}


def test_a_video_is_seen_with_its_sound(voice, tmp_path):
    film = make(MakeRequest(voice), tmp_path, output=tmp_path / "film.mp4").output
    make(MakeRequest(film), tmp_path, output=tmp_path / "out.mp4", save_draft=tmp_path / "d.json")
    draft = load_draft(tmp_path / "d.json")
    assert "main" in roles(draft)
    assert draft.with_role("main")[0].segments[0].source == draft.with_role("voice")[0].segments[0].source


def test_music_is_ducked_under_the_voice(voice, tmp_path):
    result = make(MakeRequest(voice), tmp_path, music="ambient", save_draft=tmp_path / "d.json")
    bed = load_draft(tmp_path / "d.json").with_role("bgm")[0].segments[0]
    assert bed.generator.mood == "ambient"
    assert bed.duck is not None
    assert result.duration_ms == 3000


@pytest.mark.parametrize(
    ("change", "error", "words"),
    [
        ({"theme": "gothic"}, WavereelError, "gothic"),
        ({"waveform": "sausage"}, UsageError, "sausage"),
        ({"background": "no-such.png"}, InputError, "neither a file nor a colour"),
        ({"music": "polka"}, InputError, "neither a mood nor a file"),
        ({"platform": "myspace"}, UsageError, "myspace"),
        ({"platform": "tiktok", "size": (1920, 1080)}, UsageError, "does not take"),
        ({"logo": Path("nowhere.png")}, InputError, "nowhere.png"),
    ],
)
def test_what_cannot_be_done_is_said_before_anything_is_written(voice, tmp_path, change, error, words):
    with pytest.raises(error, match=words) as caught:
        make(MakeRequest(voice), tmp_path, **change)
    assert caught.value.hint
    assert not voice.with_suffix(".mp4").exists()


def test_a_picture_is_no_sound(tmp_path):
    from PIL import Image

    path = tmp_path / "cover.png"
    Image.new("RGB", (64, 64), "red").save(path)
    with pytest.raises(NoSoundError, match="is a picture"):
        make(MakeRequest(path), tmp_path)


def test_silence_makes_a_video_and_a_notice(tmp_path):
    path = tmp_path / "silence.wav"
    write_sound(path, np.zeros((48_000, 2), np.float32), codec="pcm_s16le")
    result = make(MakeRequest(path), tmp_path, Hearer(words=()))
    assert result.output.exists()


@pytest.mark.parametrize("name", ["out.mp3", "out.txt", "folder"])
def test_a_video_is_not_written_under_the_name_of_something_else(voice, tmp_path, name):
    with pytest.raises(OutputError, match="nor a name that ends in .mp4"):
        make(MakeRequest(voice), tmp_path, output=tmp_path / name)
    assert not (tmp_path / name).exists()


def test_a_draft_is_not_written_over_a_sidecar(voice, tmp_path):
    with pytest.raises(OutputError, match="is also the name of a sidecar"):
        make(MakeRequest(voice), tmp_path, output=tmp_path / "o.mp4", sidecars=True, save_draft=tmp_path / "o.json")


def test_an_output_that_exists_is_kept(voice, tmp_path):
    voice.with_suffix(".mp4").write_bytes(b"precious")
    with pytest.raises(OutputError, match="exists already"):
        make(MakeRequest(voice), tmp_path, overwrite=False)
    assert voice.with_suffix(".mp4").read_bytes() == b"precious"


def test_salvage_takes_what_is_there_of_a_cut_file(tmp_path):
    path = tmp_path / "cut.flac"
    write_sound(path, speech_like(48_000 * 4, dbfs=-20), codec="flac")
    data = path.read_bytes()
    path.write_bytes(data[: len(data) // 2])
    with pytest.raises(TruncatedError, match="cut short") as caught:
        make(MakeRequest(path), tmp_path, captions="off")
    assert "--salvage" in caught.value.hint
    assert not path.with_suffix(".mp4").exists()
    result = make(MakeRequest(path), tmp_path, captions="off", salvage=True)
    assert 1_500 < result.duration_ms < 2_500


def test_captions_past_the_end_of_the_sound_are_said(voice, tmp_path):
    (tmp_path / "s.srt").write_text(
        "1\n00:00:01,000 --> 00:00:02,000\nHere\n\n2\n00:01:00,000 --> 00:01:02,000\nGone\n"
    )
    result = make(MakeRequest(voice), tmp_path, captions=tmp_path / "s.srt")
    assert any(notice.startswith("1 of 2 captions start after the sound ends") for notice in result.notices)
    assert not make(MakeRequest(voice), tmp_path, captions=tmp_path / "s.srt", clip=(0, 2000)).notices
