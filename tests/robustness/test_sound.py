"""Sound that is odd but sound."""

import json

import numpy as np
import pytest

from wavereel.media.signals import write_sound


@pytest.mark.parametrize("words", [[], ["--loudness", "-16"]])
def test_silence_makes_a_video_and_a_notice(folder, make, words):
    write_sound(folder / "s.wav", np.zeros((24_000, 2), np.float32), codec="pcm_s16le")
    done = make("s.wav", "--json", *words)
    assert done.code == 0
    assert any("silent from end to end" in notice for notice in json.loads(done.out)["notices"])


def test_faint_sound_is_not_silence(folder, make):
    write_sound(folder / "s.wav", np.full((24_000, 2), 0.001, np.float32), codec="pcm_s16le")
    assert json.loads(make("s.wav", "--json").out)["notices"] == []
