"""The default engine on real recordings; `bench/speech.py` measures all of them."""

from pathlib import Path

import numpy as np
import pytest

from wavereel.media.decode import decode_audio
from wavereel.speech.activity import RATE_HZ
from wavereel.speech.recognise import RecogniseOptions, Transcript, recognise

pytestmark = pytest.mark.corpus


def heard(path: Path, cache: Path, language: str | None = None) -> tuple[Transcript, float]:
    sound = np.concatenate([block.reshape(-1) for block in decode_audio(path, rate_hz=RATE_HZ, mono=True)])
    return recognise([sound], RecogniseOptions(language=language, cache_dir=cache)), len(sound) / RATE_HZ


@pytest.fixture(scope="module")
def cache(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("cache")


def plain(text: str) -> list[str]:
    return ["".join(char for char in word if char.isalnum()) for word in text.lower().split()]


READER = (
    "If the reader will excuse me I will say nothing of my antecedents nor of the circumstances which led me to leave "
    "my native country the narrative would be tedious to him and painful to myself"
)


@pytest.mark.parametrize(
    ("name", "text"),
    [
        (
            "en_jfk.flac",
            "And so my fellow Americans ask not what your country can do for you ask what you can do for your country",
        ),
        (
            "en_libri_2412a.flac",
            READER,
        ),
    ],
)
def test_english_is_written_down(corpus: Path, cache: Path, name: str, text: str):
    result, seconds = heard(corpus / name, cache)
    assert result.language == "en"
    assert result.notices == ()
    assert plain(" ".join(word.text for word in result.words)) == plain(text)
    edges = [edge for word in result.words for edge in (word.start_ms, word.end_ms)]
    assert edges == sorted(edges)
    assert edges[-1] <= seconds * 1000 + 1
    assert sum(word.unsure for word in result.words) <= len(result.words) // 10


def test_another_language_is_told_and_written_down(corpus: Path, cache: Path):
    result, _ = heard(corpus / "pt_pico.wav", cache)
    assert result.language == "pt"
    assert plain(" ".join(word.text for word in result.words)) == plain(
        "Uma raposa velha não consegue aprender nenhum ofício"
    )


def test_chinese_comes_simplified_with_its_marks(corpus: Path, cache: Path):
    result, _ = heard(corpus / "zh_call_to_arms.flac", cache, language="zh")
    text = "".join(word.text for word in result.words)
    assert "同学们的拍手" in text
    assert text.endswith("。")
    assert all(len(word.text.strip("，。！？")) == 1 for word in result.words)


def test_a_quiet_room_has_no_words(corpus: Path, cache: Path):
    result, _ = heard(corpus / "silence_room_tone.wav", cache)
    assert result == Transcript("", (), ("no speech was found",))
