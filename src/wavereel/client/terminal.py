"""Where the client's words go: the outcome to standard output, progress to standard error."""

from __future__ import annotations

import json
import sys
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, TextIO

from wavereel.client.text import clean_text, hide_tokens

if TYPE_CHECKING:
    from collections.abc import Mapping


@dataclass
class Terminal:
    """The screen, or the program that reads it.

    Args:
        as_json: Whether standard output takes one JSON object an outcome, and nothing else.
        chatting: Whether this is a conversation: what happens meanwhile belongs to it.
        secrets: Tokens and client ids, which nothing may show.
    """

    as_json: bool = False
    chatting: bool = False
    secrets: set[str] = field(default_factory=set[str], repr=False)
    _said: list[str] = field(default_factory=list[str])

    def say(self, text: str) -> None:
        """A part of the outcome."""
        clean = self.hidden(clean_text(text))
        if not clean:
            return
        self._said.append(clean)
        if not self.as_json:
            _write(sys.stdout, clean)

    def note(self, text: str) -> None:
        """What happens meanwhile."""
        clean = self.hidden(clean_text(text))
        if clean:
            _write(sys.stdout if self.chatting and not self.as_json else sys.stderr, clean)

    def hidden(self, text: str) -> str:
        """A text without secrets."""
        for secret in self.secrets:
            text = text.replace(secret, "[secret]")
        return hide_tokens(text)

    def result(self, values: Mapping[str, Any]) -> None:
        """The outcome for a program: what was said, and the facts."""
        said, self._said = "\n".join(self._said), []
        if not self.as_json:
            return
        tree = {"ok": True, "said": said, **values}
        _write(sys.stdout, self.hidden(json.dumps(tree, ensure_ascii=_is_plain(sys.stdout), allow_nan=False)))


def _is_plain(stream: TextIO | None) -> bool:
    return (getattr(stream, "encoding", None) or "utf-8").lower().replace("-", "") != "utf8"


def _write(stream: TextIO | None, text: str) -> None:
    if stream is None:  # closed before the start
        return
    encoding = stream.encoding or "utf-8"
    stream.write(text.encode(encoding, "replace").decode(encoding) + "\n")
    stream.flush()
