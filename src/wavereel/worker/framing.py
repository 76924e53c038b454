"""Messages over a pipe: a JSON header with a length before it, and the bytes that it names after it.

    u32 length of the header | u32 number of attachments | header (UTF-8 JSON) | per attachment: u64 length, bytes

`bytes` inside a message travel as attachments, so that a picture or a draft's history is not blown up by an encoding.
In their place stands an object with one key; the key is random and is the first attachment, so that nothing that a user
wrote is taken for one.
Nothing of the format can make the reader run code, which matters where the writer decodes media of strangers.
"""

from __future__ import annotations

import json
import secrets
import struct
from typing import TYPE_CHECKING, Any, cast

from wavereel.errors import LimitError

if TYPE_CHECKING:
    from typing import BinaryIO

MAX_HEADER_BYTES = 256 << 20
MAX_ATTACHMENT_BYTES = 512 << 20
"""All attachments of a message together."""

MAX_ATTACHMENTS = 1024

_HEAD = struct.Struct("!II")
_LENGTH = struct.Struct("!Q")
_MARK_BYTES = 16


def write_message(stream: BinaryIO, message: dict[str, Any]) -> None:
    """Writes one message and flushes it.

    Raises:
        OSError: The other end is gone.
        TypeError: The message holds what is neither JSON nor `bytes`.
        LimitError: It is larger than a message may be.
    """
    mark = secrets.token_bytes(_MARK_BYTES)
    attachments: list[bytes] = []

    def attach(value: object) -> object:
        if isinstance(value, bytes | bytearray):
            attachments.extend((bytes(value),) if attachments else (mark, bytes(value)))
            return {mark.hex(): len(attachments) - 1}
        raise TypeError(f"a message cannot hold a {type(value).__name__}")

    header = json.dumps(message, ensure_ascii=True, separators=(",", ":"), default=attach).encode()
    total = sum(len(attachment) for attachment in attachments)
    if len(header) > MAX_HEADER_BYTES or len(attachments) > MAX_ATTACHMENTS or total > MAX_ATTACHMENT_BYTES:
        raise LimitError("a message between processes is too large")
    stream.write(_HEAD.pack(len(header), len(attachments)) + header)
    for attachment in attachments:
        stream.write(_LENGTH.pack(len(attachment)))
        stream.write(attachment)
    stream.flush()


def read_message(stream: BinaryIO) -> dict[str, Any] | None:
    """The next message; `None` where the other end closed the pipe between two messages.

    Raises:
        EOFError: The pipe ended inside a message.
        ValueError: What came is no message.
    """
    head = stream.read(_HEAD.size)
    if not head:
        return None
    header_bytes, count = _HEAD.unpack(_whole(head, _HEAD.size))
    if header_bytes > MAX_HEADER_BYTES or count > MAX_ATTACHMENTS:
        raise ValueError("the head of a message is not one")
    header = _whole(stream.read(header_bytes), header_bytes)
    attachments: list[bytes] = []
    left_bytes = MAX_ATTACHMENT_BYTES
    for _ in range(count):
        (length,) = _LENGTH.unpack(_whole(stream.read(_LENGTH.size), _LENGTH.size))
        left_bytes -= length
        if left_bytes < 0:
            raise ValueError("the attachments of a message are too large")
        attachments.append(_whole(stream.read(length), length))

    mark = attachments[0].hex() if attachments else ""

    def detach(value: dict[str, Any]) -> dict[str, Any] | bytes:
        number = value.get(mark)
        if len(value) == 1 and isinstance(number, int) and 0 <= number < len(attachments):
            return attachments[number]
        return value

    message = json.loads(header, object_hook=detach if attachments else None)
    if not isinstance(message, dict):
        raise ValueError("a message is not an object")
    return cast("dict[str, Any]", message)


def _whole(data: bytes, length: int) -> bytes:
    if len(data) != length:
        raise EOFError("the pipe ended inside a message")
    return data
