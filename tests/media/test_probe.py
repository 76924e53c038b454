"""What a file says about itself, and clear words for what cannot be used."""

from __future__ import annotations

import base64
import os
import struct
import zlib
from fractions import Fraction
from typing import TYPE_CHECKING

import av
import numpy as np
import pytest

from wavereel.errors import InputError, LimitError, NotMediaError, TruncatedError
from wavereel.media.probe import MediaLimits, probe
from wavereel.media.signals import silence, tone, write_sound
from wavereel.media.tags import clean_text

if TYPE_CHECKING:
    from pathlib import Path

TINY_GIF = b"GIF89a\x02\x00\x03\x00\x00\x00\x00;"


def png(width: int, height: int) -> bytes:
    """A PNG with an honest header and no more pixels than one."""

    def chunk(kind: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    header = chunk(b"IHDR", struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0))
    return b"\x89PNG\r\n\x1a\n" + header + chunk(b"IDAT", zlib.compress(b"\0" * 4)) + chunk(b"IEND", b"")


def jpeg(width: int, height: int, orientation: int | None = None) -> bytes:
    exif = b""
    if orientation is not None:
        tiff = b"II*\0\x08\0\0\0\x01\0" + struct.pack("<HHIHH", 0x0112, 3, 1, orientation, 0) + b"\0\0\0\0"
        exif = b"\xff\xe1" + struct.pack(">H", len(tiff) + 8) + b"Exif\0\0" + tiff
    frame = b"\xff\xc0" + struct.pack(">HBHHB", 11, 8, height, width, 1) + b"\x01\x11\x00"
    return b"\xff\xd8" + exif + frame + b"\xff\xd9"


TAGS = {
    "title": "Ünï 标题",
    "artist": "Somebody",
    "album": "An album",
    "date": "2024",
    "genre": "Podcast",
    "comment": "A note",
}


@pytest.mark.parametrize(
    ("ending", "codec"), [("mp3", "libmp3lame"), ("m4a", "aac"), ("flac", "flac"), ("opus", "libopus"), ("mka", "aac")]
)
def test_tags_have_one_name_in_every_container(tmp_path: Path, ending: str, codec: str):
    path = tmp_path / f"tagged.{ending}"
    write_sound(path, tone(48_000), codec=codec, tags=TAGS | {"track": "7"})
    found = dict(probe(path).tags)
    assert found == TAGS | {"track": "7"}


def test_a_show_is_named(tmp_path: Path):
    path = tmp_path / "episode.m4a"
    write_sound(path, tone(9600), codec="aac", tags={"show": "The Show", "title": "One"})
    assert probe(path).tags["show"] == "The Show"


def test_wav_tags_in_old_encodings_are_guessed(tmp_path: Path):
    path = tmp_path / "old.wav"
    write_sound(path, tone(4800), codec="pcm_s16le", tags={"title": "XXXXXXXX"})
    data = path.read_bytes()
    for text, encoding in (("汉语播客", "gb18030"), ("Café uné", "cp1252")):
        path.write_bytes(data.replace(b"XXXXXXXX", text.encode(encoding).ljust(8, b" ")))
        assert probe(path).tags["title"] == text


def test_control_characters_leave_tags():
    assert clean_text("a\x07b\n\nc\u202e d\0hidden") == "a b c d"
    assert len(clean_text("x" * 10_000)) == 4000


CHAPTERS = [(0, 700, "Start"), (700, 1500, "Mitte – 中"), (1500, 2000, "End")]


@pytest.mark.parametrize(("ending", "codec"), [("mp3", "libmp3lame"), ("m4a", "aac"), ("mka", "flac")])
def test_chapters(tmp_path: Path, ending: str, codec: str):
    path = tmp_path / f"chapters.{ending}"
    write_sound(path, tone(96_000), codec=codec, chapters=CHAPTERS)
    found = [(chapter.start_ms, chapter.end_ms, chapter.title) for chapter in probe(path).chapters]
    assert found == CHAPTERS


def test_chapters_of_ogg(tmp_path: Path):
    path = tmp_path / "chapters.opus"
    tags = {}
    for number, (start_ms, _, title) in enumerate(CHAPTERS):
        tags |= {f"CHAPTER{number:03}": f"00:00:0{start_ms / 1000:.3f}", f"CHAPTER{number:03}NAME": title}
    write_sound(path, tone(96_000), codec="libopus", tags=tags)
    found = [(chapter.start_ms, chapter.end_ms, chapter.title) for chapter in probe(path).chapters]
    assert found == CHAPTERS


def with_cover(path: Path, codec: str, picture: bytes) -> None:
    """A file with an attached picture, written the way each container wants it."""
    with av.open(str(path), "w", format="mp4") as container:
        audio = container.add_stream(codec, rate=48_000)
        cover = container.add_mux_stream("png", width=3, height=2)
        cover.disposition = av.stream.Disposition.attached_pic
        frame = av.AudioFrame.from_ndarray(tone(1024).T.copy(), "fltp", "stereo")
        frame.sample_rate, frame.pts, frame.time_base = 48_000, 0, Fraction(1, 48_000)
        container.start_encoding()
        packet = av.Packet(picture)
        packet.stream = cover
        packet.pts = packet.dts = 0
        packet.is_keyframe = True
        container.mux_one(packet)
        container.mux(audio.encode(frame))
        container.mux(audio.encode(None))


def test_cover_of_mp3(tmp_path: Path):
    path = tmp_path / "cover.mp3"
    write_sound(path, tone(48_000), codec="libmp3lame")
    picture = png(3, 2)
    frame = b"\0image/png\0\x03cover\0" + picture
    body = b"APIC" + struct.pack(">I", len(frame)) + b"\0\0" + frame
    size = len(body)
    header = b"ID3\x03\0\0" + bytes([size >> 21 & 127, size >> 14 & 127, size >> 7 & 127, size & 127])
    path.write_bytes(header + body + path.read_bytes())
    info = probe(path)
    assert info.cover == picture
    assert info.video == ()
    assert info.duration_ms == 1000


def test_cover_of_flac_and_ogg(tmp_path: Path):
    picture = png(3, 2)
    block = struct.pack(">II", 3, 9) + b"image/png" + struct.pack(">IIIIII", 0, 3, 2, 24, 0, len(picture)) + picture
    flac = tmp_path / "cover.flac"
    write_sound(flac, tone(48_000), codec="flac")
    data = flac.read_bytes()
    flac.write_bytes(data[:42] + bytes([6]) + len(block).to_bytes(3, "big") + block + data[42:])
    assert probe(flac).cover == picture
    ogg = tmp_path / "cover.ogg"
    text = base64.b64encode(block).decode()
    write_sound(ogg, tone(48_000), codec="libopus", tags={"METADATA_BLOCK_PICTURE": text})
    assert probe(ogg).cover == picture
    assert probe(ogg).video == ()


def test_cover_of_m4a(tmp_path: Path):
    path = tmp_path / "cover.m4a"
    picture = png(3, 2)
    with_cover(path, "aac", picture)
    info = probe(path)
    assert info.cover == picture
    assert info.video == ()


def make_video(path: Path, *, rotation: int = 0, seconds: int = 1) -> None:
    with av.open(str(path), "w") as container:
        video = container.add_stream("mpeg4", rate=25)
        video.width, video.height, video.pix_fmt = 64, 48, "yuv420p"
        if rotation:
            video.set_display_rotation(rotation)
        for number in range(25 * seconds):
            frame = av.VideoFrame.from_ndarray(np.full((72, 64), number, np.uint8), "yuv420p")
            frame.pts = number
            frame.time_base = Fraction(1, 25)
            container.mux(video.encode(frame))
        container.mux(video.encode(None))


def test_video_facts(tmp_path: Path):
    path = tmp_path / "video.mp4"
    make_video(path)
    info = probe(path)
    (stream,) = info.video
    assert (stream.width, stream.height, stream.fps, stream.frames) == (64, 48, Fraction(25), 25)
    assert (stream.rotation, stream.codec, stream.pixel_format) == (0, "mpeg4", "yuv420p")
    assert (info.duration_ms, info.audio, info.is_picture) == (1000, (), False)


@pytest.mark.parametrize("rotation", [90, 180, 270])
def test_rotation_turns_the_size(tmp_path: Path, rotation: int):
    path = tmp_path / "turned.mp4"
    make_video(path, rotation=rotation)
    (stream,) = probe(path).video
    with av.open(str(path)) as container:
        shown = next(container.decode(video=0)).rotation
    assert stream.rotation == -shown % 360
    assert stream.rotation != 0
    assert (stream.width, stream.height) == ((48, 64) if rotation in {90, 270} else (64, 48))


@pytest.mark.parametrize(
    ("data", "container", "size"),
    [
        (TINY_GIF, "gif", (2, 3)),
        (png(31, 17), "png", (31, 17)),
        (jpeg(40, 30), "jpeg", (40, 30)),
        (jpeg(40, 30, 6), "jpeg", (30, 40)),
        (jpeg(40, 30, 3), "jpeg", (40, 30)),
        (b"RIFF\x1a\0\0\0WEBPVP8L\x0d\0\0\0\x2f" + struct.pack("<I", 11 | 6 << 14) + b"\0" * 8, "webp", (12, 7)),
        (b"RIFF\x1a\0\0\0WEBPVP8X\x0a\0\0\0\0\0\0\0\x0b\0\0\x06\0\0", "webp", (12, 7)),
    ],
)
def test_pictures(tmp_path: Path, data: bytes, container: str, size: tuple[int, int]):
    path = tmp_path / "picture.mp3"
    path.write_bytes(data)
    info = probe(path)
    assert (info.is_picture, info.container, info.duration_ms, info.audio) == (True, container, 0, ())
    assert (info.video[0].width, info.video[0].height) == size


@pytest.mark.parametrize("data", [png(65_000, 65_000), png(17_000, 10), jpeg(16_000, 16_000)])
def test_a_picture_bomb_is_refused_by_its_header(tmp_path: Path, data: bytes):
    path = tmp_path / "bomb.png"
    path.write_bytes(data)
    with pytest.raises(LimitError, match="px: scale it"):
        probe(path)


def test_a_damaged_picture_is_said(tmp_path: Path):
    path = tmp_path / "bad.jpg"
    path.write_bytes(b"\xff\xd8\xff\xe0\x00\x10")
    with pytest.raises(InputError, match="damaged picture"):
        probe(path)


TEXTS = {
    "list.m3u8": ("#EXTM3U\n#EXT-X-VERSION:3\n#EXTINF:9,\n/etc/passwd\n", "playlist"),
    "list.mp3": ("ffconcat version 1.0\nfile /etc/passwd\n", "list of other files"),
    "list.pls": ("[playlist]\nFile1=/etc/passwd\n", "playlist"),
    "feed.mpd": ("<?xml version='1.0'?><MPD xmlns='urn:mpeg:dash:schema:mpd:2011'></MPD>", "playlist"),
    "page.wav": ("<!DOCTYPE html><html></html>", "web page"),
    "words.mp3": ("Hello, this is no sound.\n" * 50, "is text"),
    "session.sdp": ("v=0\no=- 0 0 IN IP4 127.0.0.1\nm=audio 5004 RTP/AVP 96\n", "is text"),
    "art.png": ("<svg xmlns='http://www.w3.org/2000/svg'/>", "SVG"),
    "utf16.mp3": ("\ufeffHello".encode("utf-16-le"), "is text"),
    "doc.mp3": (b"%PDF-1.7\n%\xe2\xe3\xcf\xd3", "PDF"),
    "zip.wav": (b"PK\x03\x04" + b"\0" * 100, "zip"),
    "notes.mid": (b"MThd\0\0\0\x06\0\x01\0\x02", "MIDI"),
    "old.wma": (b"\x30\x26\xb2\x75\x8e\x66\xcf\x11" + b"\0" * 50, "Windows Media"),
    "phone.heic": (b"\0\0\0\x18ftypheic\0\0\0\0mif1heic", "HEIF"),
    "noise.mp3": (bytes(range(256)) * 4, "not sound"),
    "zeros.mp3": (bytes(5000), "not sound"),
}


@pytest.mark.parametrize("name", TEXTS)
def test_what_is_not_media_is_named(tmp_path: Path, name: str):
    content, words = TEXTS[name]
    path = tmp_path / name
    path.write_bytes(content.encode() if isinstance(content, str) else content)
    with pytest.raises(NotMediaError, match=words) as caught:
        probe(path)
    assert "\n" not in str(caught.value)
    assert name in str(caught.value)


def test_missing_empty_and_folder(tmp_path: Path):
    with pytest.raises(InputError, match="does not exist"):
        probe(tmp_path / "gone.mp3")
    (tmp_path / "empty.mp3").touch()
    with pytest.raises(InputError, match="is empty"):
        probe(tmp_path / "empty.mp3")
    with pytest.raises(InputError, match="is a folder"):
        probe(tmp_path)
    with pytest.raises(InputError, match="cannot be read"):
        probe(tmp_path / ("x" * 300))


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="no named pipes here")
def test_a_pipe_is_refused_without_waiting_for_it(tmp_path: Path):
    os.mkfifo(tmp_path / "pipe.mp3")
    with pytest.raises(InputError, match="device or a pipe"):
        probe(tmp_path / "pipe.mp3")


@pytest.mark.skipif(not os.path.exists("/dev/zero"), reason="no devices here")  # noqa: PTH110
def test_a_link_to_a_device_is_refused(tmp_path: Path):
    (tmp_path / "zero.mp3").symlink_to("/dev/zero")
    with pytest.raises(InputError, match="device or a pipe"):
        probe(tmp_path / "zero.mp3")


def test_what_may_not_be_read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    path = tmp_path / "secret.mp3"
    path.write_bytes(b"x")

    def refuse(*_args: object) -> int:
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(os, "open", refuse)
    with pytest.raises(InputError, match="may not be read: change its permissions"):
        probe(path)


def test_limits(tmp_path: Path):
    path = tmp_path / "tone.wav"
    write_sound(path, tone(48_000), codec="pcm_s16le")
    with pytest.raises(LimitError, match="bytes"):
        probe(path, limits=MediaLimits(max_bytes=1000))
    with pytest.raises(LimitError, match="lasts 0:01"):
        probe(path, limits=MediaLimits(max_duration_ms=999))
    with pytest.raises(LimitError, match="2 channels"):
        probe(path, limits=MediaLimits(max_channels=1))
    for rate_hz in (4000, 384_000):
        write_sound(path, tone(1000), codec="pcm_s16le", rate_hz=rate_hz)
        with pytest.raises(LimitError, match=f"{rate_hz} samples a second"):
            probe(path)


def test_zero_length(tmp_path: Path):
    path = tmp_path / "nothing.wav"
    write_sound(path, silence(100), codec="pcm_s16le")
    data = bytearray(path.read_bytes()[:78])
    data[74:78] = bytes(4)
    path.write_bytes(data)
    with pytest.raises(InputError, match="has no length"):
        probe(path)


def cut(path: Path, share: float) -> None:
    data = path.read_bytes()
    path.write_bytes(data[: int(len(data) * share)])


@pytest.mark.parametrize(
    ("ending", "codec", "tells"),
    [
        ("wav", "pcm_s16le", True),
        ("aiff", "pcm_s16be", True),
        ("caf", "pcm_s16le", True),
        ("w64", "pcm_s16le", True),
        ("flac", "flac", True),
        ("mp3", "libmp3lame", True),
        ("mka", "aac", True),
        ("webm", "libopus", True),
        ("avi", "pcm_s16le", False),
        ("opus", "libopus", False),
        ("ogg", "vorbis", False),
    ],
)
def test_a_cut_file_says_how_much_is_there(tmp_path: Path, ending: str, codec: str, tells: bool):
    path = tmp_path / f"cut.{ending}"
    rng = np.random.default_rng(1)
    write_sound(path, (rng.standard_normal((48_000 * 8, 2)) * 0.1).astype(np.float32), codec=codec)
    cut(path, 0.6)
    with pytest.raises(TruncatedError) as caught:
        probe(path)
    # The pages of an Ogg file hold a second each.
    slack_ms = 1050 if codec in {"libopus", "vorbis"} and ending != "webm" else 250
    assert abs(caught.value.present_ms - 4800) < slack_ms
    assert ("of 0:08.0 are there" in str(caught.value)) is tells
    if tells:
        assert caught.value.expected_ms is not None
        assert abs(caught.value.expected_ms - 8000) < 60
    assert abs(probe(path, salvage=True).duration_ms - 4800) < slack_ms


def faststart(path: Path) -> None:
    """Puts `moov` before `mdat`, as a download has it."""
    source = path.read_bytes()
    with av.open(str(path)) as container:
        target = path.with_suffix(".fast.m4a")
        with av.open(str(target), "w", format="mp4", options={"movflags": "faststart"}) as output:
            stream = output.add_stream_from_template(container.streams.audio[0])
            for packet in container.demux(audio=0):
                if packet.size:
                    packet.stream = stream
                    output.mux_one(packet)
    path.write_bytes(target.read_bytes())
    assert source != path.read_bytes()


def test_a_cut_mp4(tmp_path: Path):
    path = tmp_path / "cut.m4a"
    write_sound(path, tone(48_000 * 8), codec="aac")
    whole = path.read_bytes()
    cut(path, 0.5)
    with pytest.raises(TruncatedError, match="before its index") as caught:
        probe(path)
    assert caught.value.present_ms == 0
    with pytest.raises(TruncatedError):
        probe(path, salvage=True)
    path.write_bytes(whole)
    faststart(path)
    cut(path, 0.7)
    with pytest.raises(TruncatedError, match="of 0:08.0 are there") as caught:
        probe(path)
    assert 3000 < caught.value.present_ms < 7000


def test_bytes_behind_the_sound_are_no_damage(tmp_path: Path):
    path = tmp_path / "tagged.mp3"
    write_sound(path, tone(48_000), codec="libmp3lame")
    path.write_bytes(path.read_bytes() + b"TAG" + b"\0" * 125)
    assert probe(path).duration_ms == 1000
    path = tmp_path / "chunk.wav"
    write_sound(path, tone(48_000), codec="pcm_s16le")
    path.write_bytes(path.read_bytes() + b"id3 \x04\0\0\0abcd")
    assert probe(path).duration_ms == 1000


def test_a_wav_that_was_streamed_has_the_length_of_its_bytes(tmp_path: Path):
    path = tmp_path / "streamed.wav"
    write_sound(path, tone(48_000), codec="pcm_s16le")
    for size in (b"\xff\xff\xff\xff", b"\0\0\0\0"):
        data = bytearray(path.read_bytes())
        data[74:78] = size
        path.write_bytes(data)
        assert probe(path).duration_ms == 1000


@pytest.mark.corpus
def test_every_file_of_the_corpus_is_probed(corpus: Path):
    for path in sorted(corpus.iterdir()):
        if path.suffix in {".csv", ".rttm"}:
            with pytest.raises(NotMediaError, match="is text"):
                probe(path)
        else:
            info = probe(path)
            assert info.audio
            assert info.duration_ms > 1000
