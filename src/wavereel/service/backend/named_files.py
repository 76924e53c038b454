"""Finished videos under names that players know what to do with, for clients that read them from this machine's disk.

A blob's name is random and has no ending, so programs that go by the ending do not open it. Here each video has a
second name, in a folder that is called like its blob and goes when the blob does.
"""

from __future__ import annotations

import os
import shutil
import threading
from contextlib import suppress
from typing import TYPE_CHECKING

from wavereel.errors import OutputError

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

FOLDER = "exports"


def named_file(data_dir: Path, blob: Path, name: str) -> Path:
    """A second name of a blob, the same whenever it is asked for; a copy where the file system knows no second names.

    Args:
        data_dir: The data folder.
        blob: The file of the blob.
        name: How the video is called: chosen here, never by a client.

    Raises:
        OutputError: The disk is full or cannot be written.
    """
    named = data_dir / FOLDER / blob.name / name
    try:
        named.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        with suppress(FileExistsError):
            _second_name(blob, named)
    except OSError as error:
        hint = "look after the disk and its permissions"
        raise OutputError(f"cannot write into {data_dir / FOLDER} ({error.strerror})", hint=hint) from None
    return named


def drop_names(data_dir: Path, is_kept: Callable[[str], bool]) -> None:
    """Removes the second names of blobs that are kept no more."""
    try:
        folders = list((data_dir / FOLDER).iterdir())
    except OSError:  # nobody asked for one yet
        return
    for folder in folders:
        if not is_kept(folder.name):
            shutil.rmtree(folder, ignore_errors=True)


def _second_name(blob: Path, named: Path) -> None:
    if named.exists():
        return
    try:
        os.link(blob, named)
    except FileExistsError:
        raise
    except OSError:
        part = named.with_name(f".{os.getpid()}-{threading.get_ident()}.part")
        try:
            shutil.copyfile(blob, part)
            os.replace(part, named)
        finally:
            part.unlink(missing_ok=True)
