"""Which skill the client speaks for: its name and version in the headers, its limits, its greeting."""

from __future__ import annotations

import os
import re
from dataclasses import dataclass, replace
from itertools import pairwise
from pathlib import Path
from typing import TYPE_CHECKING

from wavereel.client.wire import Skill
from wavereel.errors import UsageError

if TYPE_CHECKING:
    from collections.abc import Mapping

DEFAULT = "video-a2e"
MAX_PAGE_BYTES = 1 << 20

_HEADER_TEXT = re.compile(r"[\x21-\x7e](?:[\x20-\x7e]{0,98}[\x21-\x7e])?")


@dataclass(frozen=True, slots=True)
class Profile:
    """A skill.

    Attributes:
        name: As `X-Skill-Source` sends it.
        version: As `X-Skill-Version` sends it.
        platform: As `X-Skill-Platform` sends it.
        limit_bytes: The longest file that it sends.
        long_ms: Above this length it says that shorter clips are done sooner.
        takes: What it asks for, in English and Chinese.
        social: Whether it adds that shorter clips do better on social platforms.
        connecting: What it says while it connects.
        examples: Three prompts of its greeting, in English and Chinese.
    """

    name: str
    version: str
    platform: str
    limit_bytes: int
    long_ms: int
    takes: tuple[str, str]
    social: bool
    connecting: tuple[str, str]
    examples: tuple[tuple[str, ...], tuple[str, ...]]

    @property
    def skill(self) -> Skill:
        """What its headers say."""
        return Skill(self.name, self.version, self.platform)


BUILT_IN: Mapping[str, Profile] = {
    "video-a2e": Profile(
        name="video-a2e",
        version="1.0.0",
        platform="unknown",
        limit_bytes=200 << 20,
        long_ms=3 * 60_000,
        takes=("a recording (mp3, wav, m4a or aac)", "一段录音（mp3、wav、m4a 或 aac）"),
        social=False,
        connecting=("Connecting…", "正在连接…"),
        examples=(
            (
                "convert my audio to a video with a background image",
                "export 1080p MP4",
                "turn my podcast audio into a video with captions and a waveform visual",
            ),
            ("把我的音频做成视频", "导出1080p的MP4", "把我的播客音频做成带字幕和波形的视频"),
        ),
    ),
    "free-podcast-video": Profile(
        name="free-podcast-video",
        version="1.0.0",
        platform="unknown",
        limit_bytes=500 << 20,
        long_ms=10 * 60_000,
        takes=("an audio or video file", "音频或视频文件"),
        social=True,
        connecting=("Setting things up…", "正在准备…"),
        examples=(
            (
                "convert my podcast episode into a video",
                "export 720p MP4",
                "turn this podcast audio into a video with a waveform animation and captions",
            ),
            ("把我的播客做成视频", "导出720p的MP4", "把这期播客做成带波形动画和字幕的视频"),
        ),
    ),
}


def profile_of(text: str, source: str = "") -> Profile:
    """The skill that a name or a folder with a SKILL.md means.

    Args:
        text: `video-a2e`, `free-podcast-video`, or a skill's folder.
        source: The platform that the environment names; it wins over what the folder tells.

    Raises:
        UsageError: Neither, or a folder whose page has no name.
    """
    if text in BUILT_IN:
        own = skills_folder() / text
        version = _facts(own).get("version", "") if own.is_dir() else ""
        built_in = BUILT_IN[text]
        return replace(built_in, version=version or built_in.version, platform=_header(source) or "unknown")
    folder = Path(text).expanduser()
    if folder.name.lower() == "skill.md":
        folder = folder.parent
    if not folder.is_dir():
        names = " or ".join(BUILT_IN)
        raise UsageError(f"there is no skill {text!r}", hint=f"use {names}, or the folder of a skill")
    facts = _facts(folder)
    if not facts.get("name"):
        raise UsageError(f"{folder} holds no SKILL.md with a name", hint="name the folder of a skill")
    base = BUILT_IN.get(facts["name"], BUILT_IN[DEFAULT])
    platform = _header(source) or platform_of(folder)
    return replace(base, name=facts["name"], version=facts.get("version", ""), platform=platform)


def platform_of(folder: Path) -> str:
    """Where a skill was installed from, told by its folder."""
    for name in (".clawhub", ".clawdhub"):
        if (folder / name / "origin.json").is_file():
            return "clawhub"
    parts = Path(os.path.abspath(folder)).parts  # noqa: PTH100 - links are not followed: they tell where it is installed
    if ".clawhub" in parts or ".openclaw" in parts:
        return "clawhub"
    inside = pairwise(parts)
    return "cursor" if (".cursor", "skills") in set(inside) else "unknown"


def skills_folder() -> Path:
    """Where the skills that came with the program are: in the package, or beside its source."""
    import wavereel

    package = Path(wavereel.__file__).parent
    inside = package / "skills"
    return inside if inside.is_dir() else package.parents[1] / "skills"


def _facts(folder: Path) -> dict[str, str]:
    """Name and version of a SKILL.md's front matter: `version`, else `metadata.version`."""
    page = next((path for name in ("SKILL.md", "skill.md") if (path := folder / name).is_file()), None)
    if page is None:
        return {}
    try:
        with page.open("rb") as file:
            text = file.read(MAX_PAGE_BYTES).decode("utf-8", "replace")
    except OSError:
        return {}
    match = re.match(r"﻿?---\s*\n(.*?)\n---", text, re.DOTALL)
    facts: dict[str, str] = {}
    block = ""
    for line in match[1].splitlines() if match else ():
        key, colon, value = line.strip().partition(":")
        if not colon:
            continue
        if not line[:1].isspace():
            block = key
        value = _header(value.strip().strip("\"'"))
        if key in ("name", "version") and not line[:1].isspace() and value:
            facts[key] = value
        elif block == "metadata" and key.strip("\"'") == "version" and re.match(r"\s{1,4}\S", line) and value:
            facts.setdefault("version", value)
        elif key == "metadata" and (found := re.search(r"[\"']?version[\"']?\s*:\s*[\"']([^\"']+)", line)):
            facts.setdefault("version", _header(found[1]))
    return facts


def _header(text: str) -> str:
    """Text that may stand in a header; empty where it may not."""
    return text if _HEADER_TEXT.fullmatch(text) else ""
