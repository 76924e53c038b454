"""Where an output may go: never onto an input, a device or a pipe, and never over a file that nobody gave up."""

from __future__ import annotations

import os
import stat
from pathlib import Path
from typing import TYPE_CHECKING

from wavereel.errors import OutputError

if TYPE_CHECKING:
    from collections.abc import Iterable


def check_destination(path: Path, inputs: Iterable[Path], *, overwrite: bool) -> Path:
    """The path to write to, links resolved.

    Raises:
        OutputError: The path is an input, a device, a pipe, a folder, or exists and may not be replaced; or its
            folder does not exist or cannot be written.
    """
    target = Path(os.path.realpath(path))
    for source in inputs:
        if target == Path(os.path.realpath(source)) or _same_file(target, source):
            raise OutputError(f"{path} is an input", hint="choose another name with -o")
    folder = target.parent
    if not os.path.isdir(folder):  # noqa: PTH112 - `Path.is_dir` raises where a name is too long
        raise OutputError(f"the folder {folder} does not exist", hint="make it first, or choose another with -o")
    try:
        mode = target.lstat().st_mode
    except FileNotFoundError:
        mode = None
    except OSError as error:
        raise OutputError(f"cannot look at {path} ({error.strerror})", hint="choose another name with -o") from None
    if mode is not None:
        if stat.S_ISDIR(mode):
            raise OutputError(f"{path} is a folder", hint="name a file in it, such as out.mp4")
        if not stat.S_ISREG(mode):
            raise OutputError(f"{path} is not an ordinary file", hint="choose another name with -o")
        if not overwrite:
            raise OutputError(f"{path} exists already", hint="choose another name with -o, or add --overwrite")
    if not os.access(folder, os.W_OK | os.X_OK):
        raise OutputError(f"cannot write into {folder}", hint="choose a folder that can be written")
    return target


def _same_file(target: Path, source: Path) -> bool:
    try:
        return target.samefile(source)
    except OSError:
        return False
