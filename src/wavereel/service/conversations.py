"""Where conversations at the terminal are kept: a folder each, found again after a crash."""

from __future__ import annotations

import os
import tempfile
import time
from dataclasses import dataclass
from typing import TYPE_CHECKING

from wavereel.errors import OutputError, WavereelError
from wavereel.service.draft_file import DraftFile

if TYPE_CHECKING:
    from pathlib import Path

    from wavereel.timeline.model import Timeline

FOLDER = "conversations"
DRAFT_NAME = "draft.json"


@dataclass(frozen=True, slots=True)
class Kept:
    """A conversation that was kept.

    Attributes:
        folder: Where its draft lies; its name is the conversation's.
        changed_s: When it was saved last, in seconds since 1970.
    """

    folder: Path
    changed_s: float

    @property
    def draft(self) -> Path:
        """Its draft."""
        return self.folder / DRAFT_NAME

    def read(self) -> tuple[Timeline | None, str]:
        """Its draft as it was saved last, `None` where that cannot be read, and what was said last."""
        file = DraftFile(self.draft)
        try:
            timeline = file.read()
        except WavereelError:
            timeline = None
        if timeline is None:
            return None, ""
        said = [revision.message for revision in file.history(timeline).revisions if revision.message]
        return timeline, said[-1] if said else ""


def kept_conversations(data_dir: Path) -> list[Kept]:
    """The conversations that were kept, the last one first."""
    found: list[Kept] = []
    try:
        for entry in os.scandir(data_dir / FOLDER):
            draft = data_dir / FOLDER / entry.name / DRAFT_NAME
            if draft.is_file():
                found.append(Kept(draft.parent, draft.stat().st_mtime))
    except OSError:
        pass
    return sorted(found, key=lambda kept: (kept.changed_s, kept.folder.name), reverse=True)


def new_conversation(data_dir: Path) -> Path:
    """A new folder for a conversation.

    Raises:
        OutputError: The folder for data cannot be written.
    """
    folder = data_dir / FOLDER
    try:
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        return folder / tempfile.mkdtemp(prefix=time.strftime("%Y%m%d-%H%M%S-"), dir=folder)
    except OSError as error:
        hint = "choose another folder with WAVEREEL_DATA"
        raise OutputError(f"cannot write into {folder} ({error.strerror})", hint=hint) from None
