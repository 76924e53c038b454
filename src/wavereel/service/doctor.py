"""What is installed on this machine, part by part."""

from __future__ import annotations

import platform
import tempfile
from importlib import metadata
from pathlib import Path
from typing import TYPE_CHECKING

from wavereel.errors import WavereelError
from wavereel.service.requests import Finding

if TYPE_CHECKING:
    from collections.abc import Callable

    from wavereel.settings import Settings

_NEEDED = ("av", "numpy", "pydantic", "resvg-py", "uharfbuzz", "pillow")
_SPEECH = ("faster-whisper", "ctranslate2", "pocketsphinx")
_SPEECH_HINT = "pip install 'wavereel[speech]'"
_LANGUAGES_HINT = "pip install 'wavereel[languages]'"


def examine(settings: Settings) -> list[Finding]:
    """Looks at every part that a video needs; never raises for one that is missing or broken."""
    findings = [Finding("python", "ok", f"{platform.python_version()} on {platform.machine()}")]
    findings += [_package(name, "reinstall wavereel") for name in _NEEDED]
    findings.append(_guarded("native kernels", _kernels))
    findings.append(_guarded("fonts", _fonts))
    findings += [_package(name, _SPEECH_HINT) for name in _SPEECH]
    findings.append(_guarded("weights for English", lambda: _weights("tiny.en")))
    findings.append(_guarded("weights for other languages", lambda: _weights("base")))
    findings.append(_guarded("cache", lambda: _cache(settings.cache_dir)))
    findings.append(Finding("workers", "ok", str(settings.worker_count)))
    return findings


def _package(name: str, hint: str) -> Finding:
    try:
        return Finding(name, "ok", metadata.version(name))
    except metadata.PackageNotFoundError:
        return Finding(name, "missing", "not installed", hint)


def _guarded(part: str, look: Callable[[], Finding]) -> Finding:
    try:
        return look()
    except WavereelError as error:
        return Finding(part, "broken", error.message, error.hint)


def _kernels() -> Finding:
    from wavereel.picture.kernels.api import kernels

    name = type(kernels()).__name__
    if "native" in name.lower():
        return Finding("native kernels", "ok", "the C library paints")
    hint = "install a C compiler, then python -m wavereel.picture.kernels.build"
    return Finding("native kernels", "missing", "NumPy paints instead, several times slower", hint)


def _fonts() -> Finding:
    from wavereel.picture.text import TextStyle, fit_text

    samples = {
        "Latin": "Aa", "Greek": "Ωω", "Cyrillic": "Жж", "Arabic": "سلام", "Hebrew": "שלום", "Devanagari": "नमस्ते",
        "Thai": "ไทย", "Chinese": "中文", "Japanese": "かな", "Korean": "한국", "emoji": "🙂",
    }  # fmt: skip
    missing = [
        script
        for script, text in samples.items()
        if fit_text(text, TextStyle(size_px=40), width_px=2000, max_lines=1).missing
    ]
    if missing:
        return Finding("fonts", "broken", f"nothing draws {', '.join(missing)}", "reinstall wavereel")
    return Finding("fonts", "ok", ", ".join(samples))


def _weights(name: str) -> Finding:
    from wavereel.speech.weights import BASE, TINY_EN, is_installed

    weights, part, hint = (
        (TINY_EN, "weights for English", _SPEECH_HINT)
        if name == "tiny.en"
        else (BASE, "weights for other languages", _LANGUAGES_HINT)
    )
    if is_installed(weights):
        return Finding(part, "ok", name)
    return Finding(part, "missing", "not installed", hint)


def _cache(folder: Path) -> Finding:
    try:
        folder.mkdir(parents=True, exist_ok=True)
        with tempfile.NamedTemporaryFile(dir=folder):
            pass
    except OSError as error:
        return Finding("cache", "broken", f"{folder}: {error.strerror}", "set WAVEREEL_CACHE_DIR to another folder")
    return Finding("cache", "ok", str(folder))
