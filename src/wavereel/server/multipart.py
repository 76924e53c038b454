"""Files in a form, written as they come: no second copy, and no more memory than one chunk.

The framework's own parser spools every file before a route sees it, so that a limit is noticed when the disk is full.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING
from urllib.parse import unquote

from python_multipart.exceptions import MultipartParseError
from python_multipart.multipart import MultipartParser, MultipartState, parse_options_header

from wavereel.errors import LimitError, UnreadableError

if TYPE_CHECKING:
    from collections.abc import Callable

    from wavereel.service.backend.receiver import Receiver

FILE_FIELDS = frozenset({"files", "file"})
MAX_PARTS = 64
MAX_PART_HEADERS = 16
MAX_PART_HEADER_BYTES = 8 << 10
MAX_FIELD_BYTES = 64 << 10
"""For parts that are no file: they are read over."""

MAX_BOUNDARY_BYTES = 200


_ENCODED_NAME = re.compile(rb";\s*filename\*\s*=\s*\"?(UTF-8|ISO-8859-1)'[^';\"]*'([^;\"\s]*)", re.IGNORECASE)
"""A file's name as RFC 5987 writes it; forms should not, and some clients do."""


class FormReader:
    """Takes the bytes of a form and gives those of its files to receivers.

    Args:
        content_type: The request's header.
        begin: Makes the receiver of a file from its name.
        max_files: More are refused.
        spare_bytes: How much may come for files that are refused already before the whole form is given up.

    Raises:
        UnreadableError: The header names no boundary.
    """

    def __init__(
        self, content_type: str, begin: Callable[[str], Receiver], *, max_files: int, spare_bytes: int
    ) -> None:
        _, options = parse_options_header(content_type)
        boundary = options.get(b"boundary", b"")
        if not 0 < len(boundary) <= MAX_BOUNDARY_BYTES:
            raise UnreadableError("The form names no boundary")
        self.receivers: list[Receiver] = []
        self._begin = begin
        self._max_files = max_files
        self._spare_bytes = spare_bytes
        self._parts = 0
        self._headers: dict[bytes, bytes] = {}
        self._name = bytearray()
        self._value = bytearray()
        self._header_bytes = 0
        self._field_bytes = 0
        self._receiver: Receiver | None = None
        self._parser = MultipartParser(
            boundary,
            {
                "on_part_begin": self._part_begins,
                "on_header_field": self._header_name,
                "on_header_value": self._header_value,
                "on_header_end": self._header_ends,
                "on_headers_finished": self._headers_end,
                "on_part_data": self._data,
                "on_part_end": self._part_ends,
            },
        )

    def feed(self, chunk: bytes) -> None:
        """Takes the next bytes.

        Raises:
            UnreadableError: They are no form.
            LimitError: Too many files, too long headers, or too much for files that are refused.
            OutputError: The disk is full.
        """
        try:
            self._parser.write(chunk)
        except MultipartParseError:
            raise UnreadableError("The form cannot be read") from None

    def finish(self) -> None:
        """No more bytes come.

        Raises:
            UnreadableError: The form is not whole, or there is no file in it.
        """
        if self._parser.state is not MultipartState.END:
            raise UnreadableError("The form is not whole", hint="send it again")
        if not self.receivers:
            raise UnreadableError("There is no file in the form", hint="send files in parts that are named files")

    def abort(self) -> None:
        """Forgets every file."""
        for receiver in self.receivers:
            receiver.abort()

    def _part_begins(self) -> None:
        self._parts += 1
        if self._parts > MAX_PARTS:
            raise LimitError(f"The form has more than {MAX_PARTS} parts", hint="send fewer files at a time")
        self._headers = {}
        self._header_bytes = self._field_bytes = 0
        self._receiver = None

    def _header_name(self, data: bytes, start: int, end: int) -> None:
        self._name += self._counted(data[start:end])

    def _header_value(self, data: bytes, start: int, end: int) -> None:
        self._value += self._counted(data[start:end])

    def _counted(self, piece: bytes) -> bytes:
        self._header_bytes += len(piece)
        if self._header_bytes > MAX_PART_HEADER_BYTES or len(self._headers) >= MAX_PART_HEADERS:
            raise LimitError("The headers of a part of the form are too long")
        return piece

    def _header_ends(self) -> None:
        self._headers[bytes(self._name).strip().lower()] = bytes(self._value)
        self._name.clear()
        self._value.clear()

    def _headers_end(self) -> None:
        disposition = self._headers.get(b"content-disposition", b"")
        _, options = parse_options_header(disposition)
        name = options.get(b"name", b"").decode("utf-8", "replace")
        filename = options[b"filename"].decode("utf-8", "replace") if b"filename" in options else _encoded(disposition)
        if name not in FILE_FIELDS or filename is None:
            return
        if len(self.receivers) >= self._max_files:
            raise LimitError(f"More than {self._max_files} files at a time", hint="send them in several requests")
        self._receiver = self._begin(filename)
        self.receivers.append(self._receiver)

    def _data(self, data: bytes, start: int, end: int) -> None:
        if self._receiver is None:
            self._field_bytes += end - start
            if self._field_bytes > MAX_FIELD_BYTES:
                raise LimitError("A field of the form is too long")
        elif self._receiver.refusal is not None:
            self._spare_bytes -= end - start
            if self._spare_bytes < 0:
                raise self._receiver.refusal
        else:
            try:
                self._receiver.write(memoryview(data)[start:end])
            except LimitError:
                if self._receiver.refusal is None:
                    raise

    def _part_ends(self) -> None:
        if self._receiver is not None and self._receiver.refusal is None:
            self._receiver.finish()


def _encoded(disposition: bytes) -> str | None:
    """The name in a header that names a file by `filename*` alone; `None` where it names none."""
    found = _ENCODED_NAME.search(disposition)
    return unquote(found[2].decode("latin-1"), found[1].decode(), "replace") if found else None
