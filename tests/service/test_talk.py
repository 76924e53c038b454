"""Conversations about drafts: opened with their history, told by their media, saved whole, never losing a thing."""

import json
import os
from dataclasses import dataclass, field

import numpy as np
import pytest
from tests.service.test_make import WORDS, Hearer, Said, make

from wavereel.errors import DraftError, InputError, LimitError, OutputError, WavereelError
from wavereel.media.signals import silence, speech_like, tone, write_sound
from wavereel.picture.images import encode_png
from wavereel.render.sources import file_id
from wavereel.service.draft_file import DraftFile
from wavereel.service.preview import preview_of
from wavereel.service.requests import MakeRequest
from wavereel.service.talk import Talker
from wavereel.service.views import frames_of
from wavereel.speech.words import Word
from wavereel.timeline.catalogue import parse_edit
from wavereel.timeline.codec import encode_draft, load_draft, timeline_tree
from wavereel.timeline.edits.whole import Undo
from wavereel.timeline.history import read_history


@dataclass
class Shelf:
    """Transcripts that are kept, by the name of their sound."""

    kept: dict[str, Said] = field(default_factory=dict)
    asked: list[str] = field(default_factory=list)

    def __call__(self, *, content, language, model):
        self.asked.append(content)
        return self.kept.get(content)


@pytest.fixture
def shelf():
    return Shelf()


@pytest.fixture
def talker(tmp_path, shelf):
    return Talker(Hearer(), shelf, tmp_path / "cache")


@pytest.fixture
def voice(tmp_path):
    """Three seconds like speech with a second of silence in the middle, tagged."""
    path = tmp_path / "talk.flac"
    sound = np.concatenate([speech_like(48_000), silence(48_000), speech_like(48_000, seed=3)])
    write_sound(path, sound, codec="flac", tags={"title": "Night Shift", "artist": "A. Walker"})
    return path


@pytest.fixture
def picture(tmp_path):
    path = tmp_path / "sub" / "beach.png"
    path.parent.mkdir()
    path.write_bytes(encode_png(np.full((40, 60, 3), 90, np.uint8)))
    return path


def opened(talker, tmp_path, *media):
    talk = talker.open(tmp_path / "d.json", create=True)
    talk.add_media(media)
    return talk


def built(talker, tmp_path, voice):
    talk = opened(talker, tmp_path, voice)
    talk.say("turn it into a video")
    return talk


def test_a_new_draft_holds_its_media_relative_to_where_it_lies(talker, tmp_path, voice, picture):
    talk = opened(talker, tmp_path, voice, picture)
    elsewhere = tmp_path / "far"
    elsewhere.mkdir()
    other = talker.open(elsewhere / "d.json", create=True)
    other.add_media([voice])
    assert [entry["cdn_url"] for entry in talk.timeline.media] == ["talk.flac", "sub/beach.png"]
    assert [entry["cdn_url"] for entry in other.timeline.media] == [voice.as_uri()]
    assert talk.timeline.media[0]["file_id"] == file_id(voice)
    talk.add_media([voice])
    assert len(talk.timeline.media) == 2
    talk.save()
    draft = load_draft(tmp_path / "d.json")
    assert (draft.revision, len(draft.media)) == (0, 2)
    assert not (tmp_path / "d.json.history").exists()


def test_a_name_that_reads_like_an_address_is_given_as_one(talker, tmp_path, voice):
    odd = voice.rename(tmp_path / "part:1 50%.flac")
    talk = opened(talker, tmp_path, odd)
    assert talk.timeline.media[0]["cdn_url"] == odd.as_uri()
    assert talk.resolver.facts(talk.timeline, talk.timeline.media[0]).title == "Night Shift"


def test_the_tags_of_a_file_are_facts(talker, tmp_path, voice):
    talk = opened(talker, tmp_path, voice)
    facts = talk.resolver.facts(talk.timeline, talk.timeline.media[0])
    assert (facts.title, facts.show, facts.length_ms, facts.has_speech) == ("Night Shift", "A. Walker", 3000, None)
    turn = talk.say("turn it into a video with a waveform")
    assert turn.changes[0].op == "build"
    texts = {segment.text for track in talk.timeline.tracks for segment in track.segments}
    assert {"Night Shift", "A. Walker"} <= texts


def test_a_file_that_cannot_be_read_is_no_fact(talker, tmp_path, voice):
    talk = opened(talker, tmp_path, voice)
    entry = talk.timeline.media[0]
    voice.unlink()
    assert talk.resolver.facts(talk.timeline, entry) is None
    assert talk.resolver.facts(talk.timeline, {"cdn_url": "a\0b"}) is None
    assert talk.resolver.facts(talk.timeline, {"cdn_url": "https://example.org/a.mp3"}) is None


def test_silences_are_found_in_the_sound_at_the_place_and_pace_of_its_clips(talker, tmp_path, voice):
    talk = built(talker, tmp_path, voice)
    (only,) = talk.resolver.silences(talk.timeline, 700)
    assert only == pytest.approx((1000, 2000), abs=40)
    talk.edit(parse_edit({"op": "cut", "start_ms": 0, "end_ms": 500}))
    (only,) = talk.resolver.silences(talk.timeline, 700)
    assert only == pytest.approx((500, 1500), abs=40)
    talk.edit(parse_edit({"op": "set_speed", "target": "voice", "speed": 2}))
    assert talk.resolver.silences(talk.timeline, 700) == []
    (only,) = talk.resolver.silences(talk.timeline, 400)
    assert only == pytest.approx((250, 750), abs=40)
    voice.write_bytes(b"gone")
    assert talk.resolver.silences(talk.timeline, 700) is None


def test_pauses_go_to_the_margin(talker, tmp_path, voice):
    talk = built(talker, tmp_path, voice)
    turn = talk.edit(parse_edit({"op": "remove_silences"}))
    assert talk.timeline.length_ms == pytest.approx(2300, abs=60)
    assert len(turn.changes[0].ranges) == 1


def test_a_real_voice_between_silences(talker, tmp_path, corpus):
    from wavereel.media.decode import decode_audio

    spoken = np.concatenate(list(decode_audio(corpus / "en_lj_printing_a.flac", stop_sample=48_000 * 4)))[:, :1]
    path = tmp_path / "talk.flac"
    write_sound(path, np.concatenate([spoken, silence(48_000 * 3, channels=1), spoken]), codec="flac")
    talk = built(talker, tmp_path, path)
    longest = max(talk.resolver.silences(talk.timeline, 700), key=lambda one: one[1] - one[0])
    assert longest[0] == pytest.approx(4000, abs=250)
    assert longest[1] == pytest.approx(7000, abs=250)


def kept(shelf, voice, *, length_ms=3000, language="en"):
    words = tuple(Word(text, 100 + 300 * n, 350 + 300 * n) for n, text in enumerate(WORDS))
    shelf.kept[f"{file_id(voice)}:0-{length_ms}"] = Said(language, words, ())
    return words


def caption_words(timeline):
    return [
        (word.text, start + word.start_ms)
        for track in timeline.with_role("caption")
        for start, segment in track.placed()
        for word in segment.words or ()
    ]


def test_a_kept_transcript_becomes_captions_and_nobody_listens(talker, shelf, tmp_path, voice):
    kept(shelf, voice)
    talk = built(talker, tmp_path, voice)
    assert caption_words(talk.timeline) == [(text, 100 + 300 * n) for n, text in enumerate(WORDS)]
    assert talker.recognise.heard == []
    assert not talk.timeline.with_role("caption")[0].meta.pending


def test_the_whole_transcript_serves_a_part(talker, shelf, tmp_path, voice):
    talk = built(talker, tmp_path, voice)
    talk.edit(parse_edit({"op": "cut", "start_ms": 0, "end_ms": 1000}))
    assert talk.resolver.cues(talk.timeline) is None
    kept(shelf, voice)
    cues = talk.resolver.cues(talk.timeline)
    assert [word["text"] for cue in cues for word in cue["words"]] == list(WORDS[3:])
    assert cues[0]["words"][0]["start_ms"] == 0
    assert cues[0]["words"][1]["start_ms"] == 300


def test_make_keeps_its_transcript_under_the_name_that_is_asked_for(talker, shelf, tmp_path, voice):
    names: list[str] = []

    class Listener(Hearer):
        def __call__(self, windows, *, content, **rest):
            names.append(content)
            return super().__call__(windows, content=content, **rest)

    make(MakeRequest(voice), tmp_path, Listener())
    built(talker, tmp_path, voice)
    assert names == [f"{file_id(voice)}:0-3000"]
    assert set(names) <= set(shelf.asked)


def test_without_a_transcript_captions_wait_and_are_written_on_demand(talker, tmp_path, voice):
    talk = built(talker, tmp_path, voice)
    assert talk.timeline.with_role("caption")[0].meta.pending
    number = talk.timeline.revision
    edit = talk.transcribe()
    assert [word.text for cue in edit.cues for word in cue.words] == list(WORDS)
    assert talk.timeline.revision == number + 1
    assert talk.transcribe() is None
    assert len(talker.recognise.heard) == 1
    talk.edit(Undo())
    assert talk.timeline.with_role("caption")[0].meta.pending


def test_with_transcribe_a_message_has_its_captions_at_once(talker, tmp_path, voice):
    talk = opened(talker, tmp_path, voice)
    turn = talk.say("turn it into a video", transcribe=True)
    assert [text for text, _ in caption_words(talk.timeline)] == list(WORDS)
    assert talk.timeline.revision == 1
    assert "add_captions" in [change.op for change in turn.changes]
    talk.save()
    again = talker.open(tmp_path / "d.json")
    again.edit(Undo())
    assert again.timeline.tracks == ()


def test_captions_in_another_language_are_a_part_of_the_change_that_asked_for_them(talker, tmp_path, voice):
    talk = opened(talker, tmp_path, voice)
    talk.say("turn it into a video", transcribe=True)
    edit = parse_edit({"op": "set_caption_language", "lang": "es"})
    turn = talk.edit(edit, transcribe=True)
    assert [change.op for change in turn.changes] == ["set_caption_language", "add_captions"]
    assert talk.timeline.revision == 2
    assert [op["op"] for op in talk.history.present.ops] == ["set_caption_language", "add_captions"]
    assert caption_words(talk.timeline)
    talk.edit(Undo())
    assert talk.timeline.with_role("caption")[0].meta.lang != "es"


def test_a_voice_that_nobody_can_hear_is_said(tmp_path, shelf, voice):
    deaf = Talker(Hearer(error=InputError("no ears")), shelf, tmp_path / "cache")
    talk = opened(deaf, tmp_path, voice)
    talk.say("turn it into a video", transcribe=True)
    assert any("no ears" in notice for notice in talk.notices())
    assert talk.timeline.with_role("caption")[0].meta.pending


def test_history_is_saved_and_found_again(talker, tmp_path, voice):
    talk = built(talker, tmp_path, voice)
    before = encode_draft(talk.timeline)
    talk.say("make it vertical")
    talk.save()
    sidecar = tmp_path / "d.json.history"
    first = sidecar.read_bytes()
    again = talker.open(tmp_path / "d.json")
    assert again.notices() == []
    again.say("undo")
    assert encode_draft(again.timeline).replace(b'"rev": 3', b'"rev": 1') == before
    again.save()
    assert sidecar.read_bytes().startswith(first)
    third = talker.open(tmp_path / "d.json")
    assert [one.number for one in third.history.revisions] == [0, 1, 2, 3]
    third.say("redo")
    assert third.timeline.meta.ratio == "9:16"


def test_nothing_is_written_where_nothing_changed(talker, tmp_path, voice):
    talk = built(talker, tmp_path, voice)
    talk.save()
    states = [(path, path.stat().st_mtime_ns, path.read_bytes()) for path in sorted(tmp_path.glob("d.json*"))]
    assert len(states) == 2
    again = talker.open(tmp_path / "d.json")
    again.say("how long is it?")
    again.save()
    assert [(path, path.stat().st_mtime_ns, path.read_bytes()) for path, *_ in states] == states


def test_media_that_come_later_stay_at_hand_when_changes_are_undone(talker, tmp_path, voice, picture):
    talk = built(talker, tmp_path, voice)
    talk.say("make it vertical")
    talk.save()
    later = talker.open(tmp_path / "d.json")
    later.add_media([picture])
    later.save()
    assert len(load_draft(tmp_path / "d.json").media) == 2
    assert load_draft(tmp_path / "d.json").revision == 2
    third = talker.open(tmp_path / "d.json")
    assert third.notices() == []
    third.say("undo")
    third.say("undo")
    assert [entry["filename"] for entry in third.timeline.media][:2] == ["talk.flac", "beach.png"]
    third.save()
    assert talker.open(tmp_path / "d.json").notices() == []


def test_a_draft_that_was_changed_by_hand_is_one_more_change(talker, tmp_path, voice):
    talk = built(talker, tmp_path, voice)
    talk.save()
    path = tmp_path / "d.json"
    tree = json.loads(path.read_text())
    tree["m"]["title"] = "By hand"
    path.write_text(json.dumps(tree))
    data = path.read_bytes()
    again = talker.open(path)
    assert len(again.notices()) == 1
    turn = again.say("how long is it?")
    assert timeline_tree(again.timeline) == tree
    assert turn.changes == ()
    again.save()
    assert json.loads(path.read_bytes()) == json.loads(data)
    again.say("make it square")
    again.save()
    third = talker.open(path)
    third.say("undo")
    assert third.timeline.meta.title == "By hand"
    third.say("undo")
    assert third.timeline.meta.title == "Night Shift"


@pytest.mark.parametrize(
    "data", [b"\x00\x01", b"hello\nworld\n", b"{}\n[]\n", b'{"rev": 1}\n', "日记".encode(), b'{"rev":' * 50]
)
def test_a_history_that_is_none_is_said_and_moved_aside(talker, tmp_path, voice, data):
    talk = opened(talker, tmp_path, voice)
    talk.save()
    sidecar = tmp_path / "d.json.history"
    sidecar.write_bytes(data)
    again = talker.open(tmp_path / "d.json")
    assert any("history" in notice for notice in again.notices())
    again.say("make it square")
    again.save()
    assert (tmp_path / "d.json.history.unread-1").read_bytes() == data
    assert read_history(sidecar.read_bytes()).present.number == 1


def test_a_history_cut_off_in_the_middle_of_a_line_goes_on(talker, tmp_path, voice):
    talk = built(talker, tmp_path, voice)
    talk.say("make it square")
    talk.save()
    sidecar = tmp_path / "d.json.history"
    whole = sidecar.read_bytes()
    for cut in range(1, len(whole), 487):
        sidecar.write_bytes(whole[:cut])
        again = talker.open(tmp_path / "d.json")
        again.say("make it vertical")
        again.save()
        third = talker.open(tmp_path / "d.json")
        assert third.timeline.meta.ratio == "9:16"
        third.say("undo")
        assert third.timeline.meta.ratio == "1:1"
        talk.file.data = (tmp_path / "d.json").read_bytes()
        talk.save()
        for path in tmp_path.glob("*.unread-*"):
            path.unlink()


def test_a_history_that_is_a_pipe_is_not_waited_for(talker, tmp_path, voice):
    talk = opened(talker, tmp_path, voice)
    talk.save()
    os.mkfifo(tmp_path / "d.json.history")
    again = talker.open(tmp_path / "d.json")
    again.say("make it square")
    again.save()
    assert (tmp_path / "d.json.history").is_file()


def test_what_something_else_wrote_meanwhile_is_not_lost(talker, tmp_path, voice):
    talk = built(talker, tmp_path, voice)
    talk.save()
    one, other = talker.open(tmp_path / "d.json"), talker.open(tmp_path / "d.json")
    one.say("make it square")
    one.save()
    other.say("make it vertical")
    with pytest.raises(OutputError, match="meanwhile"):
        other.save()
    assert load_draft(tmp_path / "d.json").meta.ratio == "1:1"


def test_a_draft_is_saved_elsewhere_with_its_history_and_its_media(talker, tmp_path, voice):
    talk = built(talker, tmp_path, voice)
    talk.say("make it square")
    elsewhere = tmp_path / "far"
    elsewhere.mkdir()
    file = DraftFile(elsewhere / "copy.json")
    talk.save_to(file)
    talk.say("make it vertical")
    talk.save_to(file)
    copy = talker.open(elsewhere / "copy.json")
    assert copy.notices() == []
    assert copy.timeline.media[0]["cdn_url"] == voice.as_uri()
    copy.say("undo")
    assert copy.timeline.meta.ratio == "1:1"
    assert copy.picture(1000).shape == (1080, 1080, 3)


@pytest.mark.parametrize("name", ["none.json", "a\0b", "x" * 5000])
def test_a_draft_that_is_not_there(talker, tmp_path, name):
    with pytest.raises(WavereelError):
        talker.open(tmp_path / name)


def test_a_sound_in_place_of_a_draft_is_told_from_one(talker, voice):
    with pytest.raises(DraftError, match="is a sound, not a draft.*--media"):
        talker.open(voice)


def test_long_messages_are_refused(talker):
    talk = talker.take({"t": []})
    with pytest.raises(LimitError, match="4001"):
        talk.say("x" * 4001)
    talk.say("\ud800 make it square \udc00")
    assert talk.timeline.meta.ratio == "1:1"


def test_a_typed_edit_that_cannot_be_done_is_a_refusal(talker):
    talk = talker.take({"t": []})
    turn = talk.edit(parse_edit({"op": "set_text", "target": "title", "text": "x"}))
    assert [refusal.text for refusal in turn.refused] == ["set_text"]
    assert turn.changes == ()
    assert encode_draft(talk.timeline) == encode_draft(talker.take({"t": []}).timeline)
    assert talk.edit(Undo(), lang="zh").reply.startswith("没有做")


def test_a_typed_build_has_the_facts(talker, tmp_path, voice):
    talk = opened(talker, tmp_path, voice)
    talk.edit(parse_edit({"op": "build"}))
    assert talk.timeline.meta.title == "Night Shift"


def test_the_telling_time_is_where_the_change_shows(talker, tmp_path, voice):
    talk = built(talker, tmp_path, voice)
    assert talk.telling_ms() == 1000
    talk.edit(parse_edit({"op": "add_text", "role": "cta", "text": "Bye", "start_ms": 1800, "length_ms": 1000}))
    assert talk.telling_ms() == 2300
    assert talker.take({"t": []}).picture() is None


def test_the_picture_of_a_long_draft_is_the_export_s_where_the_sound_is_steady(talker, tmp_path):
    path = tmp_path / "hum.flac"
    write_sound(path, tone(48_000 * 60)[:, :1], codec="flac")
    talk = opened(talker, tmp_path, path)
    talk.edit(parse_edit({"op": "build"}))
    talk.edit(parse_edit({"op": "set_size", "width": 320, "height": 180}))
    sources = talk.resolver.sources(talk.timeline)
    for at_ms in (1000, 30_000, 59_900):
        near = preview_of(talk.timeline, sources, at_ms).astype(int)
        (exact,) = frames_of(talk.timeline, sources, [at_ms])
        assert np.mean(np.abs(near - exact)) < 1


def test_make_does_what_is_said_and_listens_once(tmp_path, voice):
    hearer = Hearer()
    draft = tmp_path / "out.json"
    say = ("make it square", 'title "Hi" for the first second', "make the unicorn bounce", "remove the logo")
    result = make(MakeRequest(voice), tmp_path, hearer, say=say, save_draft=draft)
    timeline = load_draft(draft)
    assert timeline.meta.ratio == "1:1"
    assert "Hi" in {segment.text for track in timeline.with_role("title") for segment in track.segments}
    assert len(hearer.heard) == 1
    assert any("1:1" in notice for notice in result.notices)
    assert any("logo" in notice for notice in result.notices)


def test_make_cuts_what_was_heard_already(tmp_path, voice):
    hearer = Hearer()
    draft = tmp_path / "out.json"
    result = make(MakeRequest(voice), tmp_path, hearer, say=("cut the first second",), save_draft=draft)
    assert result.duration_ms == 2000
    assert caption_words(load_draft(draft))[:2] == [(WORDS[3], 0), (WORDS[4], 300)]
    assert len(hearer.heard) == 1


def test_make_says_things_about_a_draft_alone(talker, tmp_path, voice):
    talk = built(talker, tmp_path, voice)
    talk.say("no captions")
    talk.save()
    hearer = Hearer()
    more = {"output": tmp_path / "o.mp4", "save_draft": tmp_path / "e.json", "size": None, "fps": None}
    say = ("make it 360p", "captions please")
    make(MakeRequest(None), tmp_path, hearer, draft=tmp_path / "d.json", say=say, **more)
    assert [text for text, _ in caption_words(load_draft(tmp_path / "e.json"))] == list(WORDS)
    with pytest.raises(LimitError):
        make(MakeRequest(None), tmp_path, hearer, draft=tmp_path / "d.json", say=("x" * 4001,), **more)
