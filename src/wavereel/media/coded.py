"""Coded pictures on their way from an encoder to the muxer, spooled to disk a segment at a time."""

from __future__ import annotations

from array import array
from typing import TYPE_CHECKING, Any, NamedTuple

from wavereel.errors import OutputError

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping
    from pathlib import Path


class CodedPicture(NamedTuple):
    """One access unit of H.264 in Annex B form (ITU-T H.264, Annex B), in decoding order."""

    data: bytes
    key: bool


class SegmentSpool:
    """The coded pictures of one segment in a file of their own, read back once, in order.

    A 2 hour video is gigabytes; holding it in memory would break the promise of constant memory.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        self.reused = False
        """Whether it was found instead of coded."""
        self.sizes = array("I")
        self.keys = bytearray()

    def write(self, pictures: Iterable[CodedPicture]) -> None:
        """Writes all pictures.

        Raises:
            OutputError: The disk is full or the folder went away.
        """
        iterator = iter(pictures)
        try:
            with self.path.open("wb") as file:
                for picture in iterator:
                    file.write(picture.data)
                    self.sizes.append(len(picture.data))
                    self.keys.append(picture.key)
        except OSError as error:
            raise OutputError(
                f"cannot write to {self.path.parent} ({error.strerror})",
                hint="free some space or choose another folder",
            ) from error

    def read(self) -> Iterator[CodedPicture]:
        """The pictures in the order in which they were written."""
        with self.path.open("rb") as file:
            for size, key in zip(self.sizes, self.keys, strict=True):
                yield CodedPicture(file.read(size), bool(key))

    def remove(self) -> None:
        """Frees the disk space; reading is over."""
        self.path.unlink(missing_ok=True)

    def table(self) -> dict[str, Any]:
        """What the file does not say itself, as JSON can say it."""
        return {"sizes": list(self.sizes), "keys": bytes(self.keys).hex()}

    @classmethod
    def found(cls, path: Path, table: Mapping[str, Any]) -> SegmentSpool:
        """A spool that was written before, by its file and its table."""
        spool = cls(path)
        spool.sizes.extend(table["sizes"])
        spool.keys.extend(bytes.fromhex(table["keys"]))
        spool.reused = True
        return spool

    def __len__(self) -> int:
        return len(self.sizes)

    @property
    def total_bytes(self) -> int:
        return sum(self.sizes)
