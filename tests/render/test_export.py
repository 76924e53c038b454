"""The finished file: counted pictures, sound on its samples, equal ends, nothing left behind."""

import threading
from fractions import Fraction

import av
import numpy as np
import pytest

from wavereel.errors import Cancelled, DraftError, OutputError, VerifyError
from wavereel.media.decode import decode_audio
from wavereel.media.mp4_boxes import read_mp4
from wavereel.media.signals import clicks, tone, write_sound
from wavereel.render.export import ExportSettings, export, working_folder
from wavereel.render.segments import segment_ranges
from wavereel.render.sources import Sources
from wavereel.render.verify import Expected, verify
from wavereel.timeline.codec import timeline_from_tree, timeline_tree


def timeline(length_ms=2_100, fps=25, audio="asset://f_0", **meta):
    tracks = [
        {"tt": 0, "m": {"role": "background"}, "sg": [{"s": 0, "d": length_ms, "g": {"k": "color", "c": "#102030"}}]},
        {
            "tt": 0,
            "m": {"role": "waveform"},
            "sg": [{"s": 0, "d": length_ms, "g": {"k": "waveform", "sty": "bars", "c": "#FFFFFF"}}],
        },
        {"tt": 7, "m": {"role": "title"}, "sg": [{"s": 200, "d": 1000, "txt": "Clicks"}]},
    ]
    if audio:
        tracks.append({"id": "voice", "tt": 1, "m": {"role": "voice"}, "sg": [{"s": 0, "d": length_ms, "src": audio}]})
    meta = {"width": 160, "height": 90, "fps": fps, **meta}
    return timeline_from_tree({"v": 1, "d": length_ms, "m": meta, "t": tracks})


@pytest.fixture
def clicking(tmp_path):
    path = tmp_path / "clicks.wav"
    write_sound(path, clicks(100_800, [24_000, 72_000]), codec="pcm_s16le")
    return Sources({"asset://f_0": path})


def run(draft, sources, path, **settings):
    return export(
        draft,
        sources,
        path,
        ExportSettings(preset="ultrafast", **settings),
        report=lambda _: None,
        cancelled=threading.Event(),
    )


def test_pictures_and_sound_end_together_and_clicks_are_on_their_samples(tmp_path, clicking):
    out = tmp_path / "out.mp4"
    report = run(timeline(), clicking, out, depth="full")
    assert report.frames == 53  # ceil(2.1 s * 25)
    sound = np.concatenate(list(decode_audio(out)))
    assert len(sound) == 53 * 1920
    loud = np.abs(sound[:, 0])
    assert [int(np.argmax(loud[a:b])) + a for a, b in ((12_000, 48_000), (48_000, 100_000))] == [24_000, 72_000]
    with av.open(str(out)) as container:
        video, audio = container.streams.video[0], container.streams.audio[0]
        assert sum(1 for _ in container.decode(video)) == 53
        assert video.duration * video.time_base == audio.duration * audio.time_base == Fraction(53, 25)
        assert (
            video.codec_context.color_primaries,
            video.codec_context.colorspace,
            video.codec_context.color_range,
        ) == (1, 1, 1)
        assert video.codec_context.profile == "High"


def test_the_index_stands_first_and_there_is_no_edit_list(tmp_path, clicking):
    out = tmp_path / "out.mp4"
    run(timeline(), clicking, out)
    data = out.read_bytes()
    assert 0 < data.index(b"moov") < data.index(b"mdat")
    assert b"elst" not in data
    assert b"colrnclx\x00\x01\x00\x01\x00\x01" in data
    assert read_mp4(out) is not None


def moving_picture(path):
    """Seventeen pictures of noise at 10 frames a second, a key picture every five."""
    random = np.random.default_rng(5)
    with av.open(str(path), "w") as container:
        stream = container.add_stream("libx264", rate=10)
        stream.width, stream.height, stream.pix_fmt = 64, 36, "yuv420p"
        stream.codec_context.gop_size = 5
        for _ in range(17):
            pixels = random.integers(0, 256, (36, 64, 3), np.uint8)
            container.mux(stream.encode(av.VideoFrame.from_ndarray(pixels, "rgb24")))
        container.mux(stream.encode(None))
    return path


def test_the_same_bytes_at_any_number_of_workers(tmp_path, clicking):
    """Three segments over a video that loops across their edges, faster than it was taken, and gives way to itself."""
    tree = timeline_tree(timeline(25_000, fps=10))
    clip = {"s": 0, "d": 10_100, "src": "asset://f_1", "lp": True, "sp": 1.3, "tr": {"k": "dissolve", "d": 900}}
    tree["t"][0]["sg"] = [clip, clip | {"s": 10_100, "d": 14_900, "ss": 300, "x": {"o": 0.8}}]
    sources = Sources({**clicking.paths, "asset://f_1": moving_picture(tmp_path / "moving.mp4")})
    assert len(segment_ranges(250, 100, 10.0)) == 3
    files = []
    for workers in (1, 3):
        out = tmp_path / f"{workers}.mp4"
        run(timeline_from_tree(tree), sources, out, workers=workers)
        files.append(out.read_bytes())
    assert files[0] == files[1]


def test_a_draft_without_sound_exports_with_a_silent_track(tmp_path):
    out = tmp_path / "out.mp4"
    run(timeline(audio=None), Sources({}), out)
    sound = np.concatenate(list(decode_audio(out)))
    assert len(sound) == 53 * 1920
    assert not np.abs(sound).max() > 1e-4


def test_loudness_is_met_after_coding(tmp_path):
    path = tmp_path / "tone.wav"
    write_sound(path, tone(48_000 * 6, dbfs=-30), codec="pcm_s16le")
    out = tmp_path / "out.mp4"
    from wavereel.media.loudness import measure

    run(timeline(6_000, loudness=-16), Sources({"asset://f_0": path}), out)
    assert measure(decode_audio(out)).integrated_lufs == pytest.approx(-16, abs=0.5)


def test_untouched_aac_is_copied(tmp_path):
    path = tmp_path / "tone.m4a"
    write_sound(path, tone(48_000 * 2, dbfs=-20), codec="aac")
    out = tmp_path / "out.mp4"
    report = run(timeline(2_000), Sources({"asset://f_0": path}), out)
    assert report.sound_copied
    copied, original = (np.concatenate(list(decode_audio(p))) for p in (out, path))
    same = min(len(copied), len(original)) - 2_048
    assert np.abs(copied[2_048:same] - original[2_048:same]).max() < 1e-3


def test_aac_that_is_cut_short_by_its_range_is_not_copied(tmp_path):
    path = tmp_path / "tone.m4a"
    write_sound(path, tone(48_000 * 2, dbfs=-20), codec="aac")
    tree = timeline_tree(timeline(2_000))
    tree["t"][-1]["sg"][0]["se"] = 1_000
    out = tmp_path / "out.mp4"
    report = run(timeline_from_tree(tree), Sources({"asset://f_0": path}), out)
    assert not report.sound_copied
    assert np.abs(np.concatenate(list(decode_audio(out, start_sample=52_000)))).max() < 1e-3


def test_a_sound_that_fails_stops_the_painting_and_is_the_error(tmp_path, clicking, monkeypatch):
    def fails(*_, **__):
        raise OutputError("the disk is full")

    monkeypatch.setattr("wavereel.render.export.code_sound", fails)
    moments = []
    with pytest.raises(OutputError, match="disk is full"):
        export(
            timeline(60_000),
            clicking,
            tmp_path / "out.mp4",
            ExportSettings(preset="ultrafast"),
            report=moments.append,
            cancelled=threading.Event(),
        )
    assert max(moment.done for moment in moments) < 0.5  # 1,500 pictures were not painted first
    assert [path.name for path in tmp_path.iterdir()] == ["clicks.wav"]


def test_a_draft_without_length_is_said(tmp_path):
    empty = timeline_from_tree({"v": 1, "m": {}, "t": []})
    with pytest.raises(DraftError, match="no length"):
        run(empty, Sources({}), tmp_path / "out.mp4")


def test_nothing_is_left_behind_when_cancelled(tmp_path, clicking):
    cancelled = threading.Event()
    cancelled.set()
    with pytest.raises(Cancelled):
        export(timeline(), clicking, tmp_path / "out.mp4", ExportSettings(), report=lambda _: None, cancelled=cancelled)
    assert [path.name for path in tmp_path.iterdir()] == ["clicks.wav"]


def test_a_folder_that_is_not_there_is_said(tmp_path):
    with pytest.raises(OutputError, match="cannot write into"), working_folder(tmp_path / "no" / "out.mp4"):
        pass


def expected(**change):
    facts = {"frames": 53, "fps": Fraction(25), "keyint": 250, "samples": 53 * 1920, "rate_hz": 48_000}
    return Expected(**{**facts, **change})


@pytest.mark.parametrize("change", [{"frames": 54}, {"keyint": 20}, {"samples": 53 * 1920 + 2}])
def test_a_file_that_is_not_what_was_meant_fails(tmp_path, clicking, change):
    out = tmp_path / "out.mp4"
    run(timeline(), clicking, out)
    verify(out, expected())
    with pytest.raises(VerifyError):
        verify(out, expected(**change))


@pytest.mark.parametrize("depth", ["quick", "full"])
def test_a_damaged_key_picture_fails(tmp_path, clicking, depth):
    out = tmp_path / "out.mp4"
    run(timeline(), clicking, out)
    data = bytearray(out.read_bytes())
    with av.open(str(out)) as container:
        key = next(packet for packet in container.demux(video=0) if packet.is_keyframe)
        position, size = key.pos, key.size
    data[position + size - 120 : position + size - 60] = b"\xff" * 60  # in the middle of the slice, after the headers
    out.write_bytes(data)
    with pytest.raises(VerifyError):
        verify(out, expected(), depth)


def test_a_verification_can_be_stopped(tmp_path, clicking):
    out = tmp_path / "out.mp4"
    run(timeline(), clicking, out)
    cancelled = threading.Event()
    cancelled.set()
    with pytest.raises(Cancelled):
        verify(out, expected(), "full", cancelled)
