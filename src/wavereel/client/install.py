"""Puts a skill's folder where an agent looks for skills."""

from __future__ import annotations

import json
import os
import secrets
import shutil
from pathlib import Path
from typing import TYPE_CHECKING

from wavereel.client.bases import DEFAULT_BASE
from wavereel.client.profiles import BUILT_IN, skills_folder
from wavereel.errors import UsageError

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

AGENTS: Mapping[str, str] = {
    "claude": "~/.claude/skills",
    "cursor": "~/.cursor/skills",
    "openclaw": "~/.openclaw/skills",
    "codex": "~/.codex/skills",
}
MARKER = ".wavereel.json"
"""Tells which version put a skill there, so that the next one may replace it."""

PLACEHOLDER = "{baseDir}"
"""What a skill's page says where its own folder has to stand."""


def install(names: Sequence[str], folder: Path, *, base: str = "") -> list[Path]:
    """Copies skills into a folder of skills, and writes into their pages where they stand and which backend they use.

    Args:
        names: Of the skills that come with the program.
        folder: Where each gets a folder of its name.
        base: The backend's address; the local one where it is empty.

    Raises:
        UsageError: No such skill, something else stands in its place, or the folder cannot be written.
    """
    for name in names:
        if name not in BUILT_IN:
            raise UsageError(f"there is no skill {name!r}", hint=f"use {' or '.join(BUILT_IN)}")
        if not (skills_folder() / name / "SKILL.md").is_file():
            raise UsageError(f"this installation has no skill {name}", hint="install the package again")
    done: list[Path] = []
    for name in names:
        target = Path(os.path.abspath(folder.expanduser())) / name  # noqa: PTH100 - links stay as the user named them
        if os.path.lexists(target) and (target.is_symlink() or not (target / MARKER).is_file()):
            raise UsageError(f"{target} exists and was not put there by this command", hint="move it away first")
        _put(skills_folder() / name, target, base)
        done.append(target)
    return done


def folder_of(agent: str) -> Path:
    """Where an agent looks for skills; raises `UsageError` for an agent that is not known."""
    if agent not in AGENTS:
        raise UsageError(
            f"there is no agent {agent!r} here", hint=f"use {', '.join(AGENTS)}, or name a folder with --to"
        )
    return Path(AGENTS[agent]).expanduser()


def _put(source: Path, target: Path, base: str) -> None:
    scratch = target.with_name(f".{target.name}.{secrets.token_hex(4)}")
    old = target.with_name(f"{scratch.name}.old")
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        shutil.copytree(source, scratch, ignore=shutil.ignore_patterns(".*", "__pycache__"))
        page = scratch / "SKILL.md"
        text = page.read_text(encoding="utf-8").replace(PLACEHOLDER, str(target))
        page.write_text(text.replace(DEFAULT_BASE, base) if base else text, encoding="utf-8")
        facts = {"skill": target.name, "by": "wavereel", "version": _version(), "base": base or DEFAULT_BASE}
        (scratch / MARKER).write_text(json.dumps(facts, indent=1) + "\n", encoding="utf-8")
        if target.exists():
            os.replace(target, old)
        os.replace(scratch, target)
    except OSError as error:
        if old.exists() and not target.exists():
            os.replace(old, target)
        raise UsageError(f"{target} cannot be written ({error.strerror})", hint="name a folder with --to") from None
    finally:
        shutil.rmtree(scratch, ignore_errors=True)
        shutil.rmtree(old, ignore_errors=True)


def _version() -> str:
    from wavereel import __version__

    return __version__
