import struct

import numpy as np
import pytest
from tests.service.tasks.room import Room

from wavereel.media.signals import speech_like, write_sound
from wavereel.picture.images import encode_png


@pytest.fixture(scope="session")
def talk_sound(tmp_path_factory):
    """Four seconds that behave like speech."""
    path = tmp_path_factory.mktemp("sounds") / "talk.wav"
    write_sound(path, speech_like(48_000 * 4, dbfs=-20, seed=7), codec="pcm_s16le")
    return path


@pytest.fixture
def room(tmp_path):
    """An empty session."""
    return Room(tmp_path)


@pytest.fixture
def talk_room(room, talk_sound):
    """A session with a sound, of which a video is made whose captions wait."""
    room.put(talk_sound, "talk.wav")
    room.say("make a video")
    return room


@pytest.fixture(scope="session")
def covered_sound(tmp_path_factory):
    """A sound with a picture in it."""
    pixels = np.zeros((64, 64, 3), np.uint8)
    pixels[:, 32:] = (220, 60, 20)
    path = tmp_path_factory.mktemp("covered") / "song.mp3"
    write_sound(path, speech_like(48_000 * 2, dbfs=-20, seed=3), codec="libmp3lame")
    frame = b"\0image/png\0\x03cover\0" + encode_png(pixels)
    body = b"APIC" + struct.pack(">I", len(frame)) + b"\0\0" + frame
    size = len(body)
    header = b"ID3\x03\0\0" + bytes([size >> 21 & 127, size >> 14 & 127, size >> 7 & 127, size & 127])
    path.write_bytes(header + body + path.read_bytes())
    return path
