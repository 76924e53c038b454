"""What is found out about a file that came in."""

import pytest

from wavereel.errors import InputError, NotMediaError
from wavereel.media.signals import tone, write_sound
from wavereel.picture.images import encode_png
from wavereel.service.tasks.examine import seen_before


def look(room, path, filename):
    return room.bare("examine", {"path": str(path), "filename": filename})


@pytest.mark.parametrize(
    ("codec", "ending", "mime"),
    [
        ("libmp3lame", "mp3", "audio/mpeg"),
        ("pcm_s16le", "wav", "audio/wav"),
        ("aac", "m4a", "audio/mp4"),
        ("flac", "flac", "audio/flac"),
        ("libopus", "ogg", "audio/ogg"),
    ],
)
def test_sounds(room, tmp_path, codec, ending, mime):
    path = tmp_path / f"tone.{ending}"
    write_sound(path, tone(48_000), codec=codec, tags={"title": "A tone"})
    result = look(room, path.rename(tmp_path / "0a1b"), "Meine Aufnahme.xyz")
    entry = result["entry"]
    assert entry["filename"] == "Meine Aufnahme.xyz"
    assert (entry["file_type"], entry["mime"], result["extension"]) == ("audio", mime, ending)
    assert entry["duration"] == pytest.approx(1, abs=0.1)
    assert entry["has_audio"] is True
    assert (entry["sample_rate"], entry["channels"]) == (48_000, 2)
    assert (entry["width"], entry["height"], entry["fps"]) == (None, None, None)
    if codec != "pcm_s16le":
        assert result["facts"]["title"] == "A tone"


def test_a_sound_with_a_cover_is_a_sound(room, covered_sound):
    result = look(room, covered_sound, "song.mp3")
    assert result["entry"]["file_type"] == "audio"
    assert result["facts"]["cover"].startswith("asset://f_")


def test_a_picture(room, tmp_path):
    import numpy as np

    path = tmp_path / "0a"
    path.write_bytes(encode_png(np.zeros((30, 40, 3), np.uint8)))
    result = look(room, path, "cover.jpg")
    assert result["entry"] == {
        "filename": "cover.jpg",
        "file_type": "image",
        "mime": "image/png",
        "duration": None,
        "width": 40,
        "height": 30,
        "fps": None,
        "has_audio": False,
    }
    assert result["facts"] == {}


@pytest.mark.parametrize("data", [b"", b"notes", b"#EXTM3U\nhttp://x/y.ts\n", b"\x1a\x45\xdf\xa3" + bytes(100)])
def test_what_is_no_media_is_refused_under_its_own_name(room, tmp_path, data):
    path = tmp_path / "0a1b2c3d"
    path.write_bytes(data)
    with pytest.raises(InputError) as told:
        look(room, path, "notes.mp3")
    assert "0a1b2c3d" not in str(told.value)
    assert "notes.mp3" in str(told.value)


def test_a_text_is_no_media(room, tmp_path):
    path = tmp_path / "0a"
    path.write_bytes(b"just some text, and more of it")
    with pytest.raises(NotMediaError):
        look(room, path, "notes.txt")


def test_facts_are_found_again(room, covered_sound, tmp_path):
    result = look(room, covered_sound, "song.mp3")
    identity = result["facts"]["media"][0]["file_id"]
    found = seen_before(result["facts"], identity, covered_sound, tmp_path / "cache")
    assert found is not None
    facts, shelf = found
    assert facts.cover in shelf.paths
    assert all(entry["cdn_url"].startswith("asset://") for entry in shelf.entries)
    assert seen_before({}, identity, covered_sound, tmp_path) is None
    assert seen_before(result["facts"], identity, covered_sound, tmp_path / "elsewhere") is None
