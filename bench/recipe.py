"""The usual way to make such a video: one ffmpeg command that paints and codes every frame."""

from __future__ import annotations

import re
import shlex
from importlib import metadata
from pathlib import Path

import imageio_ffmpeg

SHOWWAVES = "showwaves=s=1600x256:mode=cline:rate=30"


def recipe(picture: Path, sound: Path, subtitles: Path, output: Path, preset: str) -> list[str]:
    """The command. Captions are drawn in Inter, from the package that Wavereel takes it from."""
    fonts = next(
        Path(str(file.locate())).parent
        for file in metadata.files("fontpkg-inter") or []
        if file.suffix in {".ttf", ".otf"}
    )
    graph = (
        f"[1:a]{SHOWWAVES}:colors=0x8FA2FF[wave];[0:v][wave]overlay=160:640:format=auto[mixed];"
        f"[mixed]subtitles={subtitles.name}:fontsdir={_escaped(fonts)}:force_style='FontName=Inter,FontSize=16'[out]"
    )
    return [
        imageio_ffmpeg.get_ffmpeg_exe(), "-nostdin", "-y", "-loglevel", "error",
        "-loop", "1", "-framerate", "30", "-i", str(picture), "-i", str(sound),
        "-filter_complex", graph, "-map", "[out]", "-map", "1:a",
        "-c:v", "libx264", "-preset", preset, "-crf", "21", "-pix_fmt", "yuv420p",
        "-c:a", "aac", "-b:a", "128k", "-shortest", "-movflags", "+faststart", str(output),
    ]  # fmt: skip


def printable(command: list[str]) -> str:
    """The command as a shell takes it, with program, files and fonts by their names."""
    words = ["ffmpeg", *(Path(word).name if word.startswith("/") else word for word in command[1:])]
    return re.sub(r"fontsdir=[^:]*", "fontsdir=fonts", shlex.join(words))


def _escaped(path: Path) -> str:
    return str(path).replace("\\", "/").replace(":", "\\:")
