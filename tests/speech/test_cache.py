import json
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from wavereel.speech.cache import Transcript, TranscriptCache, cache_key, content_hash
from wavereel.speech.words import Word

TRANSCRIPT = Transcript("zh", (Word("秋", 0, 200, 0.5, True), Word("天。", 200, 400)), ("a notice",))


def test_what_is_kept_comes_back(tmp_path: Path):
    cache = TranscriptCache(tmp_path / "new")
    assert cache.get("k") is None
    cache.put("k", TRANSCRIPT)
    assert cache.get("k") == TRANSCRIPT
    assert [path.name for path in (tmp_path / "new").iterdir()] == ["k.json"]


@pytest.mark.parametrize(
    "change",
    [
        {"key": "other"},
        {"words": [["a", 0, 0, 1.0, 0]]},
        {"words": [["a", 5, 10, 1.0, 0], ["b", 4, 12, 1.0, 0]]},
        {"words": [["", 0, 5, 1.0, 0]]},
        {"words": [[1, 2, 3]]},
        {"words": 5},
        {"language": None},
        {"notices": None},
    ],
)
def test_a_damaged_entry_is_ignored(tmp_path: Path, change: dict[str, object]):
    cache = TranscriptCache(tmp_path)
    cache.put("k", TRANSCRIPT)
    path = tmp_path / "k.json"
    path.write_text(json.dumps({**json.loads(path.read_text()), **change}))
    assert cache.get("k") is None


@given(data=st.binary(max_size=80))
def test_any_bytes_are_ignored(tmp_path_factory: pytest.TempPathFactory, data: bytes):
    folder = tmp_path_factory.mktemp("cache")
    (folder / "k.json").write_bytes(data)
    assert TranscriptCache(folder).get("k") is None


def test_a_cut_entry_is_ignored(tmp_path: Path):
    cache = TranscriptCache(tmp_path)
    cache.put("k", TRANSCRIPT)
    path = tmp_path / "k.json"
    whole = path.read_bytes()
    for length in range(len(whole)):
        path.write_bytes(whole[:length])
        assert cache.get("k") is None


def test_a_folder_that_cannot_be_written_is_no_fault(tmp_path: Path):
    (tmp_path / "file").write_text("in the way")
    TranscriptCache(tmp_path / "file").put("k", TRANSCRIPT)


def test_the_key_tells_everything_apart():
    keys = {
        cache_key(content, engine=engine, language=language)
        for content in ("a", "b")
        for engine in ("x", "y")
        for language in (None, "en")
    }
    assert len(keys) == 8


def test_the_hash_is_of_the_samples_not_of_the_blocks():
    sound = np.linspace(-1, 1, 1000, dtype=np.float32)
    assert content_hash([sound]) == content_hash([sound[:300], sound[300:]])
    assert content_hash([sound]) != content_hash([sound[:999]])
